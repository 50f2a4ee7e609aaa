"""The steps of an iterator as a table: what a query would walk, without values."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import IteratorError, check_one_of
from misha_xr.genome import mark_frame
from misha_xr.query.columns import Expressions
from misha_xr.query.executor import run_partitions
from misha_xr.query.frames import table_frame
from misha_xr.query.iterators import FixedBins
from misha_xr.query.operations import check_rows
from misha_xr.query.plan import plan
from misha_xr.query.plane_grid import GridSteps
from misha_xr.query.query import Query, build_query
from misha_xr.query.settings import Context
from misha_xr.query.table import TableLayout, TableSink

__all__ = ["iterator_intervals"]

PARTIAL_BINS = ("clip", "drop", "exact")


def iterator_intervals(
    store: Store,
    exprs: Expressions | None = None,
    *,
    interval_relative: bool = False,
    partial_bins: str = "clip",
    max_rows: int | None = None,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """List the steps that a query would take.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str, optional
        Expressions whose tracks decide the steps where no iterator is given.
    interval_relative : bool
        Count bins from the start of each scope row, not from that of the chromosome; fixed bins of
        one dimension only.
    partial_bins : {"clip", "drop", "exact"}
        What becomes of bins and cells that a scope row cuts short: they stay, or go (the last two
        are one). Steps that are no fixed bins or cells of a grid stay.
    max_rows : int, optional
        Refuse, before anything is listed, to make a longer table.
    **context
        scope, iterator, band, vtracks, arrays; as for `misha_xr.query.extract`.

    Returns
    -------
    DataFrame, shape (n_steps, 4)
        `chrom`, `start`, `end` (or the six columns of rectangles), `intervalID` (1-based row of the
        scope); scope rows in genome order, the steps of each together.

    Raises
    ------
    IteratorError
        If neither expressions nor an iterator are given, or bins shall begin with scope rows and
        there are none.
    MishaError
        As for `misha_xr.query.extract`.

    Notes
    -----
    Source: misha query semantics, intervals of an iterator.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> steps = iterator_intervals(store, scope="chr1:13-95", iterator=30, interval_relative=True)
    >>> steps[["start", "end"]].to_numpy().tolist()
    [[13, 43], [43, 73], [73, 95]]
    """
    check_one_of("partial_bins", partial_bins, PARTIAL_BINS)
    if exprs is None and context.get("iterator") is None:
        raise IteratorError(
            "At least one of 'expr' or 'iterator' must be provided",
            hint="give a bin size, a table, a track or an expression",
        )
    query = build_query(store, [] if exprs is None else exprs, **context)
    if interval_relative:
        frame = _relative(query, max_rows)
    else:
        check_rows(query.iterator.n_steps, max_rows)
        frame = _listed(query)
    return frame if partial_bins == "clip" else _whole_bins(query, frame)


def _listed(query: Query) -> pd.DataFrame:
    bare = replace(query, columns=(), inputs=())
    sink = TableSink(TableLayout.of(bare), bare.iterator.n_steps)
    for part in run_partitions(bare, sink, plan(bare)):
        sink.combine(part)
    assert sink.whole is not None
    return table_frame(bare, sink.whole)


def _relative(query: Query, max_rows: int | None) -> pd.DataFrame:
    """List bins that begin with each scope row."""
    bins = query.iterator
    if not isinstance(bins, FixedBins):
        raise IteratorError(
            "interval_relative=True requires a numeric iterator.",
            hint="give a bin size in base pairs, and a scope of one dimension",
        )
    here, step = bins.scope.intervals, bins.step
    counts = -(-(here.ends - here.starts) // step)
    check_rows(int(counts.sum()), max_rows)
    rows = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    starts = here.starts[rows] + number * step
    frame = query.store.genome.frame(
        here.codes[rows], starts, np.minimum(starts + step, here.ends[rows])
    )
    return mark_frame(frame.assign(intervalID=bins.scope.rows[rows]), query.store.genome)


def _whole_bins(query: Query, frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the bins and cells that nothing cut short."""
    iterator = query.iterator
    is_whole: NDArray[np.bool_]
    if isinstance(iterator, FixedBins):
        is_whole = _has_length(frame, "", iterator.step)
    elif isinstance(iterator, GridSteps):
        is_whole = _has_length(frame, "1", iterator.width) & _has_length(
            frame, "2", iterator.height
        )
    else:
        return frame
    return frame[is_whole].reset_index(drop=True)


def _has_length(frame: pd.DataFrame, side: str, length: int) -> NDArray[np.bool_]:
    ends, starts = frame["end" + side].to_numpy(), frame["start" + side].to_numpy()
    found: NDArray[np.bool_] = ends - starts == length
    return found
