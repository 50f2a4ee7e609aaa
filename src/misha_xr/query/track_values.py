"""New tracks out of queries: their values, streamed block by block to whoever writes them.

Opens no file for writing; a block is a quarter of a million steps, whatever the size of the track.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Unpack

from misha_xr.database import Store
from misha_xr.errors import ExpressionError
from misha_xr.intervals import Rectangles
from misha_xr.query.columns import Expressions
from misha_xr.query.coordinates import Coordinates
from misha_xr.query.executor import run_partitions
from misha_xr.query.lookups import cell_entries
from misha_xr.query.plan import BLOCK_STEPS, split
from misha_xr.query.query import Query
from misha_xr.query.rect_blocks import RectCoordinates
from misha_xr.query.settings import Context
from misha_xr.query.smoothing import Smoothing, smooth_values
from misha_xr.query.step_values import bin_query
from misha_xr.query.track_parts import StepValues, TrackPart, TrackSink, first_column, stored
from misha_xr.query.track_plans import bin_axis, track_plan, track_query
from misha_xr.query.track_writing import TrackPlan, TrackWriter, send_bins

__all__ = ["track_parts", "write_lookup", "write_smoothed", "write_track"]


def write_track(
    store: Store, expression: Expressions, writer: TrackWriter, **context: Unpack[Context]
) -> TrackPlan:
    """Make a track of the values of an expression.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression; a condition counts as 0 and 1.
    writer : TrackWriter
        Gets the values.
    **context
        iterator, band, scope, variables, vtracks, arrays, aggregate_batch; see
        `misha_xr.query.settings.Settings`. The iterator decides the kind of track. Bins of one
        size make a dense track, which has a value for every bin of the genome, so that its scope
        is the genome. Intervals make a sparse one, cut by the scope, whose overlapping and touching
        rows are united first unless each is a step of its own. Two dimensions make rectangles, cut
        by the scope and shrunk to the band.

    Returns
    -------
    TrackPlan
        The kind of track, and the bin size of a dense one.

    Raises
    ------
    ExpressionError
        If there is not exactly one expression.
    IteratorError
        If the steps are bins and there is a scope.
    IntervalError
        If steps would overlap, because rows of the scope do.
    MishaError
        For anything else wrong with the question. All of these before the first call of the writer.

    Notes
    -----
    Steps without a value are kept as NaN. Values are rounded to float32; what overflows is stored
    as infinity, which reads as NaN. The calls do not depend on the number of workers. Source: misha
    query semantics, creation of tracks.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.track_writers import MemoryWriter
    >>> store, writer = misha_xr.example_database().store, MemoryWriter()
    >>> write_track(store, "dense_track * 2", writer, iterator=100)
    TrackPlan(kind='dense', bin_size=100)
    >>> writer.values.shape, writer.values.dtype
    ((10000,), dtype('float32'))
    """
    query = track_query(store, expression, context)
    if len(query.columns) != 1:
        raise ExpressionError(f"a track takes one expression; found {len(query.columns)}")
    return _send(query, writer, first_column)


def write_lookup(
    store: Store,
    table: Any,
    exprs: Expressions,
    breaks: object,
    writer: TrackWriter,
    *,
    include_lowest: bool = False,
    force_binning: bool = True,
    **context: Unpack[Context],
) -> TrackPlan:
    """Make a track of the entries of a table at the bins that expressions fall in.

    Parameters
    ----------
    store : Store
        The database.
    table, exprs, breaks, include_lowest, force_binning
        As for `lookup`; breaks may be None for a table that carries them.
    writer : TrackWriter
        Gets the values.
    **context
        As for `write_track`.

    Returns
    -------
    TrackPlan
        As for `write_track`.

    Raises
    ------
    StatisticsError
        If the table has not one entry per cell, or breaks are not increasing.
    MishaError
        As for `write_track`; all before the first call of the writer.

    Notes
    -----
    Source: misha query semantics, lookup tables.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.track_writers import MemoryWriter
    >>> store, writer = misha_xr.example_database().store, MemoryWriter()
    >>> write_lookup(store, [10, 20], "dense_track", [0, 0.5, 1], writer)
    TrackPlan(kind='dense', bin_size=50)
    >>> {10.0, 20.0} <= set(writer.values.tolist())
    True
    """
    cells = cell_entries(
        table, exprs, breaks, include_lowest=include_lowest, force_binning=force_binning
    )
    return _send(track_query(store, exprs, context), writer, cells)


def write_smoothed(
    store: Store,
    expression: Expressions,
    writer: TrackWriter,
    smoothing: Smoothing,
    **context: Unpack[Context],
) -> TrackPlan:
    """Make a dense track of the smoothed values of an expression.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    writer : TrackWriter
        Gets the values.
    smoothing : Smoothing
        Window, weights, least weight, gaps.
    **context
        As for `write_track`; the iterator must be bins of one size.

    Returns
    -------
    TrackPlan
        Always dense.

    Raises
    ------
    IteratorError
        If the steps are not bins of one size, or there is a scope.
    MishaError
        As for `write_track`; all before the first call of the writer.

    Notes
    -----
    Windows end at the ends of chromosomes. Memory is that of the longest chromosome. Source: misha
    query semantics, smoothing.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.track_writers import MemoryWriter
    >>> store, writer = misha_xr.example_database().store, MemoryWriter()
    >>> write_smoothed(store, "dense_track", writer, Smoothing(1000), iterator=100)
    TrackPlan(kind='dense', bin_size=100)
    """
    query = bin_query(store, expression, "smoothing", **context)
    plan = track_plan(query)
    axis = bin_axis(query)
    writer.begin(plan)
    for first, values in smooth_values(query, smoothing):
        for at in range(0, len(values), BLOCK_STEPS):
            send_bins(writer, axis, first + at, stored(values[at : at + BLOCK_STEPS]))
    return plan


def track_parts(query: Query, sink: TrackSink) -> Iterator[TrackPart]:
    """Scan a query in blocks, in order, few of them in memory.

    Parameters
    ----------
    query : Query
        What is asked.
    sink : TrackSink
        Makes the parts.

    Returns
    -------
    iterator of TrackPart
        Of the same steps each time, whatever the number of workers.

    Examples
    --------
    >>> import misha_xr
    >>> query = track_query(misha_xr.example_database().store, "END", {"iterator": 100})
    >>> [len(part.values) for part in track_parts(query, TrackSink("dense", first_column))]
    [10000]
    """
    ranges = split(query.iterator.n_steps, BLOCK_STEPS, query.batch or BLOCK_STEPS)
    return run_partitions(query, sink, ranges, is_streamed=True)


def _send(query: Query, writer: TrackWriter, step_values: StepValues) -> TrackPlan:
    """Scan a query into a writer."""
    plan = track_plan(query)
    axis = bin_axis(query) if plan.kind == "dense" else None
    writer.begin(plan)
    for part in track_parts(query, TrackSink(plan.kind, step_values)):
        here = part.where
        if axis is not None:
            send_bins(writer, axis, part.first, part.values)
        elif isinstance(here, Coordinates):
            writer.sparse(here.codes, here.starts, here.ends, part.values)
        elif isinstance(here, RectCoordinates):
            writer.rectangles(_rectangles(here), part.values)
    return plan


def _rectangles(here: RectCoordinates) -> Rectangles:
    sides = here.codes2, here.starts2, here.ends2
    return Rectangles(here.codes1, here.starts1, here.ends1, *sides)
