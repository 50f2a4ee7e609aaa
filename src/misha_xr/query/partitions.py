"""Partitions: a scope cut into intervals by the bin that an expression falls in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.partitions import (
    count_equal_bins,
    count_equal_steps,
    fill_equal_bins,
    fill_equal_steps,
)
from misha_xr.database import Store
from misha_xr.errors import ExpressionError
from misha_xr.genome import mark_frame
from misha_xr.query.binning import Binning, make_binning
from misha_xr.query.blocks import BinBlock, Block
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.frames import provenance, table_frame
from misha_xr.query.query import Query, build_query
from misha_xr.query.scope import Scope
from misha_xr.query.settings import Context
from misha_xr.query.table import TableLayout, TableSink

__all__ = ["partition"]


def partition(
    store: Store,
    expression: Expressions,
    breaks: object,
    *,
    include_lowest: bool = False,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Cut a scope into intervals labelled by the bin of an expression.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    breaks : sequence of float
        Bins are ``(b[k], b[k + 1]]``.
    include_lowest : bool
        Close the first bin on the left.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    DataFrame, shape (m, 4)
        `chrom`, `start`, `end`, and `bin` (int64, from 1), in genome order. Steps that touch and
        share a bin are joined, also across scope rows; in two dimensions none are. Steps whose
        value is NaN or outside the bins are left out. May be empty.

    Raises
    ------
    StatisticsError
        If breaks are not at least two increasing numbers.
    ExpressionError
        If there is not exactly one expression.

    Notes
    -----
    Source: misha query semantics, partitions.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> cut = partition(semantics_database().store, "d10", [0, 5, 10, 20], scope="chr1")
    >>> cut[["start", "end", "bin"]].to_numpy().tolist()
    [[10, 50, 1], [70, 110, 2], [110, 210, 3]]
    """
    query = build_query(store, expression, merge_scope=True, **context)
    if len(query.columns) != 1:
        raise ExpressionError(f"a partition takes one expression; found {len(query.columns)}")
    binning = make_binning(query.columns[0].name, breaks, include_lowest=include_lowest)
    if not isinstance(query.scope, Scope):
        return _plane_partition(query, binning)
    genome = store.genome
    codes, starts, ends, bins = fold(query, _PartitionSink(binning)).result(genome.code_dtype)
    columns = {"chrom": genome.categorical(codes), "start": starts, "end": ends, "bin": bins}
    frame = pd.DataFrame(columns, copy=False)
    frame.attrs.update(provenance(query))
    return mark_frame(frame, genome)


def _plane_partition(query: Query, binning: Binning) -> pd.DataFrame:
    """Label the steps of a query of two dimensions, which have no order to be joined in."""
    layout = TableLayout.of(query, with_rows=False)
    sink = fold(query, TableSink(layout, query.iterator.n_steps))
    assert sink.whole is not None
    cells = binning.cells(sink.whole.values)
    frame = table_frame(query, sink.whole)
    attrs = frame.attrs
    frame = frame.iloc[:, :-1].assign(bin=cells.astype(np.int64) + 1)
    frame = frame[cells >= 0].reset_index(drop=True)
    frame.attrs.update(attrs)
    return frame


Scratch = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
Piece = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]  # one code may stand for all


@dataclass
class _PartitionPart:
    """The intervals of one partition, joined within blocks: codes, starts, ends, bins."""

    binning: Binning
    found: list[Piece] = field(default_factory=list)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Block, lo: int, values: Sequence[NDArray[Any]]) -> None:
        piece = _equal_stretches(block, self.binning.cells(values))
        if len(piece[1]):
            self.found.append(piece)


def _equal_stretches(block: Block, cells: NDArray[np.int32]) -> Piece:
    if isinstance(block, BinBlock):
        n = count_equal_bins(cells, block.starts, block.ends, block.step)
    else:
        n = count_equal_steps(cells, block.codes, block.starts, block.ends)
    out = _columns(n)
    if isinstance(block, BinBlock):
        n = fill_equal_bins(cells, block.codes, block.starts, block.ends, block.step, *out)
    else:
        n = fill_equal_steps(cells, block.codes, block.starts, block.ends, *out)
    codes, starts, ends, bins = (column[:n] for column in out)
    # What waits for the end is kept narrow: new memory costs more than the scan.
    place = np.uint32 if n and ends.max() < 1 << 32 else np.int64
    kind = np.uint8 if n and bins.max() < 1 << 8 else np.int64
    single = codes[:1].copy() if n and codes[0] == codes[-1] else codes.copy()
    return single, starts.astype(place), ends.astype(place), bins.astype(kind)


def _columns(n: int) -> Scratch:
    starts, ends, bins = (np.empty(n, np.int64) for _ in range(3))
    return np.empty(n, np.int32), starts, ends, bins


@dataclass
class _PartitionSink:
    """The intervals of all partitions, joined where they touch and share a bin."""

    binning: Binning
    found: list[Piece] = field(default_factory=list)

    def part(self, lo: int, hi: int) -> _PartitionPart:
        return _PartitionPart(self.binning)

    def combine(self, part: _PartitionPart) -> None:
        for codes, starts, ends, bins in part.found:
            skip = 0
            if self.found:
                before = self.found[-1]
                last = (before[0][-1], before[2][-1], before[3][-1])
                if last == (codes[0], starts[0], bins[0]):
                    before[2][-1] = ends[0]
                    skip = 1
            if len(starts) > skip:
                codes = codes[skip:] if len(codes) > 1 else codes
                self.found.append((codes, starts[skip:], ends[skip:], bins[skip:]))

    def result(self, code_dtype: np.dtype[Any]) -> tuple[NDArray[Any], ...]:
        """Return all intervals as columns, and forget them piece by piece."""
        n = sum(len(piece[1]) for piece in self.found)
        out = (np.empty(n, code_dtype), *(np.empty(n, np.int64) for _ in range(3)))
        at = 0
        for number, piece in enumerate(self.found):
            for column, found in zip(out, piece, strict=True):
                column[at : at + len(piece[1])] = found
            at += len(piece[1])
            self.found[number] = _columns(0)
        return out
