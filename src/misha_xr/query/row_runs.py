"""Steps by scope row: runs inside blocks, rows in the caller's order, the values of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.intervals import from_intervals2d
from misha_xr.query.blocks import BinBlock
from misha_xr.query.executor import run_partitions
from misha_xr.query.frames import provenance
from misha_xr.query.plan import BLOCK_STEPS, split
from misha_xr.query.query import Query
from misha_xr.query.scope import Scope

__all__ = ["RowRuns", "gather_rows", "row_runs", "scope_frame"]

Float64s: TypeAlias = NDArray[np.float64]
Int64s: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowRuns:
    """Runs of steps that belong to one scope row each.

    Attributes
    ----------
    rows : int64 array, shape (m,)
        The caller's row of each run, from 0.
    offsets : int64 array, shape (m + 1,)
        Steps before each run; the last item is the number of steps.

    Examples
    --------
    >>> RowRuns(np.array([0, 1]), np.array([0, 3, 5])).offsets[-1]
    np.int64(5)
    """

    rows: Int64s
    offsets: Int64s


def row_runs(block: Any) -> RowRuns:
    """Return the runs of steps of one scope row inside a block.

    Parameters
    ----------
    block : BinBlock, WindowBlock or RectBlock
        At least one step.

    Returns
    -------
    RowRuns
        In the order of the steps.

    Examples
    --------
    >>> from misha_xr.query.blocks import WindowBlock
    >>> block = WindowBlock(*(np.array([0, 1, 2]) for _ in range(3)), np.array([4, 4, 1]))
    >>> row_runs(block).rows.tolist(), row_runs(block).offsets.tolist()
    ([3, 0], [0, 2, 3])
    """
    if isinstance(block, BinBlock):
        return RowRuns(block.rows - 1, block.offsets)
    rows = block.rows
    changes = np.flatnonzero(rows[1:] != rows[:-1]) + 1
    starts = np.concatenate([[0], changes])
    return RowRuns(rows[starts] - 1, np.append(starts, len(rows)))


def scope_frame(query: Query) -> pd.DataFrame:
    """Return the scope rows of a query in the caller's order, coordinates only.

    Parameters
    ----------
    query : Query
        What is asked, its scope not merged.

    Returns
    -------
    DataFrame, shape (n, 3) or (n, 6)
        `chrom`, `start`, `end`, or the six columns of rectangles. ``attrs`` say where the numbers
        come from.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> db = misha_xr.example_database()
    >>> genes = db.genome.intervals(["chr2", "chr1"], [5, 7], [10, 20])[::-1]
    >>> scope_frame(build_query(db.store, "dense_track", scope=genes))["start"].tolist()
    [5, 7]
    """
    scope, genome = query.scope, query.store.genome
    order = np.empty(len(scope.rows), np.int64)
    order[scope.rows - 1] = np.arange(len(order))
    if isinstance(scope, Scope):
        here = scope.intervals.take(order)
        frame = genome.frame(here.codes, here.starts, here.ends)
    else:
        frame = from_intervals2d(scope.rects.take(order), genome)
    frame.attrs.update(provenance(query))
    return frame


def gather_rows(query: Query) -> Iterator[tuple[int, list[Float64s]]]:
    """Stream the values of each scope row.

    Parameters
    ----------
    query : Query
        What is asked, its scope not merged.

    Yields
    ------
    row : int
        The caller's row, from 0. Rows without steps do not come.
    values : list of float64 array, shape (n_steps of the row,)
        One per expression, in the order of the steps.

    Notes
    -----
    In one dimension the steps of a row follow one another, and no more than a row is kept; in two
    dimensions they need not, and all values are.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> store = misha_xr.example_database().store
    >>> query = build_query(store, "END", scope="chr1:0-90", iterator=50)
    >>> [(row, values[0].tolist()) for row, values in gather_rows(query)]
    [(0, [50.0, 90.0])]
    """
    blocks = _blocks(query)
    return _runs(blocks) if isinstance(query.scope, Scope) else _grouped(blocks)


_Piece: TypeAlias = tuple[RowRuns, list[Float64s]]


def _blocks(query: Query) -> Iterator[_Piece]:
    ranges = split(query.iterator.n_steps, BLOCK_STEPS, query.batch or BLOCK_STEPS)
    for part in run_partitions(query, _BlockMaker(), ranges, is_streamed=True):
        yield from part.found


def _runs(blocks: Iterator[_Piece]) -> Iterator[tuple[int, list[Float64s]]]:
    row, pieces = -1, list[list[Float64s]]()
    for runs, columns in blocks:
        bounds = runs.offsets.tolist()
        for k, found in enumerate(runs.rows.tolist()):
            if found != row and pieces:
                yield row, _joined(pieces)
                pieces = []
            row = found
            pieces.append([column[bounds[k] : bounds[k + 1]] for column in columns])
    if pieces:
        yield row, _joined(pieces)


def _joined(pieces: list[list[Float64s]]) -> list[Float64s]:
    if len(pieces) == 1:
        return pieces[0]
    return [np.concatenate(column) for column in zip(*pieces, strict=True)]


def _grouped(blocks: Iterator[_Piece]) -> Iterator[tuple[int, list[Float64s]]]:
    """Sort all steps by row; the order within a row stays."""
    pieces = list(blocks)
    if not pieces:
        return
    rows = np.concatenate([np.repeat(runs.rows, np.diff(runs.offsets)) for runs, _ in pieces])
    columns = _joined([columns for _, columns in pieces])
    order = np.argsort(rows, kind="stable")
    bounds = np.flatnonzero(np.diff(rows[order], prepend=-1, append=-1)).tolist()
    for lo, hi in pairwise(bounds):
        yield int(rows[order[lo]]), [column[order[lo:hi]] for column in columns]


@dataclass
class _BlockPart:
    """The blocks of one range with their values."""

    found: list[_Piece] = field(default_factory=list)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        self.found.append((row_runs(block), [np.array(found, np.float64) for found in values]))


class _BlockMaker:
    """Makes parts that keep everything."""

    def part(self, lo: int, hi: int) -> _BlockPart:
        return _BlockPart()
