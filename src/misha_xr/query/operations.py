"""The questions one can ask: extract, iterate, screen, summary. Each is a query and a sink."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar, Unpack

import pandas as pd

from misha_xr.database import Store
from misha_xr.errors import ExpressionError, SizeLimitError, check_one_of
from misha_xr.intervals import from_intervals2d
from misha_xr.query.columns import Expressions
from misha_xr.query.executor import run_partitions
from misha_xr.query.frames import table_frame
from misha_xr.query.plan import BLOCK_STEPS, plan, split
from misha_xr.query.plane_scope import PlaneScope, plane_scope_table
from misha_xr.query.plane_screening import PlaneScreenSink
from misha_xr.query.query import Query, build_query
from misha_xr.query.row_plans import extraction_plan
from misha_xr.query.row_writing import RowWriter, write_rows
from misha_xr.query.scope import scope_table
from misha_xr.query.screening import ScreenSink
from misha_xr.query.settings import Context
from misha_xr.query.summaries import SummarySink
from misha_xr.query.table import TableLayout, TableSink

__all__ = ["check_rows", "extract", "extract_into", "iterate", "screen", "summary"]

T = TypeVar("T")

_JOINS = ("id", "none", "intervals")
_STREAM_STEPS = BLOCK_STEPS
_STREAM_VALUES = 4 * BLOCK_STEPS  # of all columns of a frame: a few frames are under way at once
_LEAST_STREAM_STEPS = 4096


def extract(
    store: Store,
    exprs: Expressions,
    *,
    intervals_join: str = "id",
    max_rows: int | None = None,
    text: bool = False,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Evaluate expressions at every step of a scope.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Expressions; a dict gives column names. An empty list gives bare coordinates.
    intervals_join : {"id", "none", "intervals"}
        What tells the scope row of a step: its 1-based number in the caller's table
        (``intervalID``), nothing, or all columns of that row.
    max_rows : int, optional
        Refuse, before anything is read, to make a longer table.
    text : bool
        Whether chromosomes are text, not categories.
    **context
        scope, iterator, band, variables, vtracks, arrays, names, aggregate_batch; see
        `misha_xr.query.settings.Settings`.

    Returns
    -------
    DataFrame, shape (n_steps, 3 + n_expressions + 1)
        `chrom` (ordered categorical), `start`, `end` (int64, base pairs, half-open), one float64
        column per expression, `intervalID` (int64). Scope rows in genome order, the steps of each
        together; overlapping scope rows are walked one by one. In two dimensions `chrom1`,
        `start1`, `end1`, `chrom2`, `start2`, `end2` instead. May be empty.

    Raises
    ------
    SizeLimitError
        If there are more steps than ``max_rows``.
    MishaError
        For anything wrong with the question; see the classes in `misha_xr.errors`.

    Notes
    -----
    Source: misha query semantics, output columns. Values are float32 on disk; infinities there are
    NaN here.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> extract(store, {"v": "dense_track * 2"}, scope="chr1:0-100").columns.tolist()
    ['chrom', 'start', 'end', 'v', 'intervalID']
    """
    check_one_of("intervals_join", intervals_join, _JOINS)
    query = build_query(store, exprs, **context)
    check_rows(query.iterator.n_steps, max_rows)
    joined = _joined(query, context) if intervals_join == "intervals" else None
    layout = TableLayout.of(query, with_rows=intervals_join != "none")
    sink = TableSink.of(query, layout, query.iterator.n_steps)
    for part in run_partitions(query, sink, plan(query)):
        sink.combine(part)
    assert sink.whole is not None
    return table_frame(query, sink.whole, joined, text=text)


def _joined(query: Query, context: Context) -> pd.DataFrame:
    """Return the table whose rows the scope row numbers refer to."""
    scope = context.get("scope")
    if not query.is_plane:
        return scope_table(query.store, scope)
    if scope is None or scope is context.get("covers"):
        assert isinstance(query.scope, PlaneScope)
        return from_intervals2d(query.scope.rects, query.store.genome)
    return plane_scope_table(query.store, scope)


def check_rows(n_rows: int, max_rows: int | None) -> None:
    """Raise SizeLimitError if a result would have more rows than allowed.

    Parameters
    ----------
    n_rows : int
        Rows that the result would have.
    max_rows : int or None
        The limit; None: there is none.

    Raises
    ------
    SizeLimitError
        Says both numbers, and what to do.

    Examples
    --------
    >>> check_rows(10, max_rows=10)
    >>> check_rows(10, max_rows=None)
    """
    if max_rows is not None and n_rows > max_rows:
        raise SizeLimitError(
            f"Result size exceeded the maximal allowed: {n_rows:,} rows, the limit is {max_rows:,}",
            hint="narrow the scope, take longer steps, stream with iterate(), or raise the limit",
        )


def iterate(
    store: Store, exprs: Expressions, *, intervals_join: str = "id", **context: Unpack[Context]
) -> Iterator[pd.DataFrame]:
    """Stream what `extract` returns, in frames of bounded size.

    Parameters
    ----------
    store, exprs, intervals_join, **context
        As for `extract`. Errors in them are raised by the call, not by the first frame.

    Returns
    -------
    iterator of DataFrame
        Frames of at most 262,144 rows, in order; none for an empty scope.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> sum(len(frame) for frame in iterate(store, "dense_track", scope="chr1:0-1000"))
    20
    """
    check_one_of("intervals_join", intervals_join, _JOINS)
    query = build_query(store, exprs, **context)
    joined = _joined(query, context) if intervals_join == "intervals" else None
    layout = TableLayout.of(query, with_rows=intervals_join != "none")
    return _frames(query, layout, joined)


def extract_into(
    writer: RowWriter[T],
    store: Store,
    exprs: Expressions,
    *,
    intervals_join: str = "id",
    max_rows: int | None = None,
    **context: Unpack[Context],
) -> T:
    """Send what `extract` returns to a writer, in memory bounded by blocks.

    Parameters
    ----------
    writer : RowWriter
        Gets the rows.
    store, exprs, intervals_join, max_rows, **context
        As for `extract`. Errors in them are raised before the first call of the writer.

    Returns
    -------
    object
        What the writer gives for the whole table.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.row_writers import MemoryRows
    >>> store = misha_xr.example_database().store
    >>> extract_into(MemoryRows(), store, "dense_track", scope="chr1:0-1000").shape
    (20, 5)
    """
    check_one_of("intervals_join", intervals_join, _JOINS)
    query = build_query(store, exprs, **context)
    check_rows(query.iterator.n_steps, max_rows)
    joined = _joined(query, context) if intervals_join == "intervals" else None
    layout = TableLayout.of(query, with_rows=intervals_join != "none")
    rows = extraction_plan(query, layout, joined)
    return write_rows(writer, rows, _frames(query, layout, joined))


def _frames(
    query: Query, layout: TableLayout, joined: pd.DataFrame | None
) -> Iterator[pd.DataFrame]:
    """Scan a query in frames, few of them in memory."""
    by_columns = max(_STREAM_VALUES // max(layout.n_columns, 1), _LEAST_STREAM_STEPS)
    size = min(_STREAM_STEPS, by_columns)
    ranges = split(query.iterator.n_steps, size, query.batch or size)
    sink = TableSink.of(query, layout)
    parts = run_partitions(query, sink, ranges, is_streamed=True)
    return (table_frame(query, sink.placed(part), joined) for part in parts)


def screen(
    store: Store, expression: Expressions, *, numeric: str = "refuse", **context: Unpack[Context]
) -> pd.DataFrame:
    """Find the intervals where an expression is true.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression with a boolean result, e.g. ``"dense_track > 0.5"``.
    numeric : {"refuse", "nonzero"}
        What a numeric result means: an error, or true where it is neither 0 nor NaN.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end` in genome order. Steps that touch are joined, also across scope
        rows. In two dimensions the six columns of the true steps, of which none are joined.
        Comparisons with NaN are false. May be empty.

    Raises
    ------
    ExpressionError
        If the result is not boolean, or there is not exactly one expression.

    Notes
    -----
    Source: misha query semantics, screening.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> screen(store, "dense_track > 0.5", scope="chr1:0-10000").columns.tolist()
    ['chrom', 'start', 'end']
    """
    check_one_of("numeric", numeric, ("refuse", "nonzero"))
    query = build_query(store, expression, merge_scope=True, **context)
    _check_condition(query, numeric)
    if query.is_plane:
        return _screen_plane(query)
    sink = ScreenSink()
    for part in run_partitions(query, sink, plan(query)):
        sink.combine(part)
    found = sink.result()
    return store.genome.frame(found.codes, found.starts, found.ends)


def _screen_plane(query: Query) -> pd.DataFrame:
    sink = PlaneScreenSink()
    for part in run_partitions(query, sink, plan(query)):
        sink.combine(part)
    return from_intervals2d(sink.result(), query.store.genome)


def _check_condition(query: Query, numeric: str) -> None:
    """Raise unless the query is one expression that is true or false."""
    if len(query.columns) != 1:
        raise ExpressionError(f"screening takes one expression; found {len(query.columns)}")
    expression = query.columns[0].expression
    if not expression.is_boolean and numeric == "refuse":
        raise ExpressionError(
            f"screening needs a condition, true or false; {expression.text!r} gives numbers",
            hint=f"compare it with something, e.g. '{expression.text} > 0'",
        )


def summary(
    store: Store, exprs: Expressions, **context: Unpack[Context]
) -> pd.Series | pd.DataFrame:
    """Summarise the values of expressions over a scope.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Expressions; a dict gives names.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    Series, or DataFrame with one column per expression if `exprs` is not a str
        Index: Total intervals, NaN intervals, Min, Max, Sum, Mean, Std dev; float64. The standard
        deviation divides by n - 1 and is NaN for one value. Without any step: 0, 0, then NaN.

    Notes
    -----
    Source: misha query semantics, summaries. The same bits for any number of workers.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> float(summary(store, "dense_track", scope="chr1:0-1000")["Total intervals"])
    20.0
    """
    query = build_query(store, exprs, merge_scope=True, **context)
    sink = SummarySink(len(query.columns))
    for part in run_partitions(query, sink, plan(query)):
        sink.combine(part)
    names = [column.name for column in query.columns]
    series = [moments.series(name) for moments, name in zip(sink.moments, names, strict=True)]
    if isinstance(exprs, str):
        return series[0]
    return pd.concat(series, axis=1) if series else pd.DataFrame()
