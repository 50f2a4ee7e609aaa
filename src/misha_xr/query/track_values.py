"""New tracks out of queries: their values, streamed block by block to whoever writes them.

Opens no file for writing; a block is a quarter of a million steps, whatever the size of the track.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import ExpressionError, IntervalError, IteratorError
from misha_xr.genome import GenomeAxis
from misha_xr.intervals import Rectangles
from misha_xr.query.columns import Expressions
from misha_xr.query.coordinates import Coordinates
from misha_xr.query.executor import run_partitions
from misha_xr.query.iterators import EachInterval, FixedBins
from misha_xr.query.lookups import cell_entries
from misha_xr.query.plan import BLOCK_STEPS, split
from misha_xr.query.plane_rects import first_overlap
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.query import Query, build_query
from misha_xr.query.rect_blocks import RectCoordinates
from misha_xr.query.scope import Scope
from misha_xr.query.settings import Context
from misha_xr.query.smoothing import Smoothing, smooth_values
from misha_xr.query.step_values import bin_query
from misha_xr.query.track_parts import StepValues, TrackPart, TrackSink, first_column, stored
from misha_xr.query.track_writing import TrackPlan, TrackWriter

__all__ = ["send_bins", "track_parts", "write_lookup", "write_smoothed", "write_track"]


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
    query = _query(store, expression, context)
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
    >>> sorted(set(writer.values[np.isfinite(writer.values)].tolist()))
    [10.0, 20.0]
    """
    cells = cell_entries(
        table, exprs, breaks, include_lowest=include_lowest, force_binning=force_binning
    )
    return _send(_query(store, exprs, context), writer, cells)


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
    plan = _plan(query)
    axis = _axis(query)
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
    >>> query = build_query(misha_xr.example_database().store, "END", iterator=100)
    >>> [len(part.values) for part in track_parts(query, TrackSink("dense", first_column))]
    [10000]
    """
    ranges = split(query.iterator.n_steps, BLOCK_STEPS, query.batch or BLOCK_STEPS)
    return run_partitions(query, sink, ranges, is_streamed=True)


def send_bins(
    writer: TrackWriter, axis: GenomeAxis, first: int, values: NDArray[np.float32]
) -> None:
    """Hand bins to a writer by their number on the genome.

    Parameters
    ----------
    writer : TrackWriter
        Gets them.
    axis : GenomeAxis
        The bins of the track.
    first : int
        Number of the first, counted over all chromosomes.
    values : float32 array, shape (n,), n > 0
        One per bin.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.track_writers import MemoryWriter
    >>> writer, axis = MemoryWriter(), misha_xr.example_database().genome.axis(50)
    >>> writer.begin(TrackPlan("dense", 50))
    >>> send_bins(writer, axis, 0, np.zeros(3, np.float32))
    >>> writer.calls
    [('dense', 0, 0, 3)]
    """
    code = int(np.searchsorted(axis.offsets, first, "right")) - 1
    writer.dense(code, first - int(axis.offsets[code]), values)


def _query(store: Store, exprs: Expressions, context: Context) -> Query:
    """Build the query of a track: steps are disjoint."""
    is_each = isinstance(context.get("iterator"), EachInterval)
    return build_query(store, exprs, merge_scope=not is_each, **context)


def _send(query: Query, writer: TrackWriter, step_values: StepValues) -> TrackPlan:
    """Scan a query into a writer."""
    plan = _plan(query)
    axis = _axis(query) if plan.kind == "dense" else None
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


def _plan(query: Query) -> TrackPlan:
    """Say what kind of track a query makes; raise if it makes none."""
    if isinstance(query.scope, PlaneScope):
        _check_disjoint_plane(query.scope)
        return TrackPlan("rectangles")
    if isinstance(query.iterator, FixedBins):
        if not query.scope.is_whole:
            raise IteratorError(
                "bins make a dense track, which has a value for every bin of the genome; the "
                "scope holds only a part of it",
                hint="leave the scope out, or give intervals as iterator for a sparse track",
            )
        return TrackPlan("dense", query.iterator.step)
    _check_disjoint(query.scope)
    return TrackPlan("sparse")


def _axis(query: Query) -> GenomeAxis:
    assert isinstance(query.iterator, FixedBins)
    return query.store.genome.axis(query.iterator.step)


def _check_disjoint(scope: Scope) -> None:
    here = scope.intervals
    met = (here.codes[1:] == here.codes[:-1]) & (here.starts[1:] < here.ends[:-1])
    if met.any():
        at = int(np.argmax(met))
        raise _overlap(int(scope.rows[at]), int(scope.rows[at + 1]), "merge them first")


def _check_disjoint_plane(scope: PlaneScope) -> None:
    met = None if scope.is_whole else first_overlap(scope.rects)
    if met is not None:
        one, two = (int(scope.rows[row]) for row in met)
        raise _overlap(one, two, "give rectangles that do not overlap")


def _overlap(one: int, two: int, hint: str) -> IntervalError:
    rows = f"{min(one, two)} and {max(one, two)}"
    return IntervalError(
        f"the intervals of a track must not overlap; rows {rows} of the scope do", hint=hint
    )


def _rectangles(here: RectCoordinates) -> Rectangles:
    sides = here.codes2, here.starts2, here.ends2
    return Rectangles(here.codes1, here.starts1, here.ends1, *sides)
