"""Statistics of every scope row: summaries, and whatever a function makes of the values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.statistics import join_rows, summarize_runs
from misha_xr.database import Store
from misha_xr.errors import ExpressionError
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.query import Query, build_query
from misha_xr.query.row_runs import gather_rows, row_runs, scope_frame
from misha_xr.query.settings import Context
from misha_xr.query.summaries import STATISTICS

__all__ = ["interval_summary", "mapply", "one_expression", "statistics_of"]

Float64s: TypeAlias = NDArray[np.float64]
Int64s: TypeAlias = NDArray[np.int64]


def interval_summary(
    store: Store, expression: Expressions, **context: Unpack[Context]
) -> pd.DataFrame:
    """Summarise the values of an expression inside every scope row.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    **context
        As for `extract`. Overlapping scope rows are walked one by one.

    Returns
    -------
    DataFrame, one row per scope row, in the caller's order
        Coordinates (int64, base pairs), then Total intervals, NaN intervals, Min, Max, Sum, Mean,
        Std dev (float64), as `summary`. A row without steps has 0, 0, then NaN. Other columns of
        the scope are left out.

    Raises
    ------
    ExpressionError
        If there is not exactly one expression.

    Notes
    -----
    Source: misha query semantics, summaries of intervals. The same bits for any number of workers.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> table = interval_summary(semantics_database().store, "d10", scope="iset")
    >>> table["Mean"].tolist()
    [14.5, 32.0, 1.5]
    """
    query = build_query(store, expression, **context)
    one_expression(query, "a summary of intervals")
    frame = scope_frame(query)
    sink = fold(query, _RowSummarySink(len(frame)))
    for name, column in zip(STATISTICS, statistics_of(sink.summaries).T, strict=True):
        frame[name] = column
    return frame


def one_expression(query: Query, what: str) -> None:
    """Raise unless a query has exactly one expression.

    Parameters
    ----------
    query : Query
        What is asked.
    what : str
        The question, for the message.

    Raises
    ------
    ExpressionError
        If there are more, or none.

    Examples
    --------
    >>> import misha_xr
    >>> one_expression(build_query(misha_xr.example_database().store, "dense_track"), "this")
    """
    if len(query.columns) != 1:
        raise ExpressionError(f"{what} takes one expression; found {len(query.columns)}")


def statistics_of(summaries: Float64s) -> Float64s:
    """Turn many summaries into statistics.

    Parameters
    ----------
    summaries : float64 array, shape (m, 6)
        As `misha_xr._ext.statistics` makes them.

    Returns
    -------
    float64 array, shape (m, 7)
        The statistics in the order of `summary`.

    Examples
    --------
    >>> statistics_of(np.array([[2, 1, 1, 3, 4, 2.0]])).round(3).tolist()
    [[3.0, 1.0, 1.0, 3.0, 4.0, 2.0, 1.414]]
    """
    n, n_nan, least, greatest, total, squares = summaries.T
    out = np.full((len(summaries), 7), np.nan)
    out[:, 0], out[:, 1] = n + n_nan, n_nan
    with np.errstate(invalid="ignore", divide="ignore"):
        for column, found in enumerate((least, greatest, total, total / n), start=2):
            out[:, column] = np.where(n > 0, found, np.nan)
        # An infinite value has no deviation from the mean.
        deviations = np.sqrt(np.where(np.isfinite(total), squares, np.nan) / (n - 1))
        out[:, 6] = np.where(n > 1, deviations, np.nan)
    return out


@dataclass
class _RowSummaryPart:
    """Summaries of the rows that one partition meets, block by block."""

    found: list[tuple[Int64s, Float64s]] = field(default_factory=list)

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        runs = row_runs(block)
        summaries = np.empty((len(runs.rows), 6))
        summarize_runs(np.ascontiguousarray(values[0], np.float64), runs.offsets, summaries)
        self.found.append((runs.rows, summaries))


class _RowSummarySink:
    """Summaries of all rows."""

    def __init__(self, n_rows: int) -> None:
        self.summaries = np.zeros((n_rows, 6))
        self.summaries[:, 2:4] = np.inf, -np.inf

    def __getstate__(self) -> dict[str, Any]:
        return {"summaries": np.empty((0, 6))}

    def part(self, lo: int, hi: int) -> _RowSummaryPart:
        return _RowSummaryPart()

    def combine(self, part: _RowSummaryPart) -> None:
        for rows, summaries in part.found:
            join_rows(self.summaries, rows, summaries)


def mapply(
    store: Store,
    func: Callable[..., Any],
    exprs: Expressions,
    *,
    column: str = "value",
    interval_keyword: str | None = None,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Apply a function to the values of expressions inside every scope row.

    Parameters
    ----------
    store : Store
        The database.
    func : callable
        Gets one float64 array per expression, the values at the steps of the row, empty for a row
        without steps; its result goes to the table.
    exprs : str, list of str, or dict of str to str
        Expressions.
    column : str
        Name of the column of results.
    interval_keyword : str, optional
        Name of a keyword under which `func` gets the coordinates of the row, a dict by column.
    **context
        As for `extract`. Overlapping scope rows are walked one by one.

    Returns
    -------
    DataFrame, one row per scope row, in the caller's order
        Coordinates (int64, base pairs), then the results.

    Raises
    ------
    ExpressionError
        If there is no expression.
    Exception
        Whatever the function raises.

    Notes
    -----
    The function runs in this thread, row by row in genome order; rows without steps come last.
    Source: misha query semantics, functions of intervals.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> mapply(semantics_database().store, np.max, "d10", scope="iset")["value"].tolist()
    [19.0, 34.0, 1.5]
    """
    query = build_query(store, exprs, **context)
    if not query.columns:
        raise ExpressionError("at least one expression is needed")
    frame = scope_frame(query)
    call = _caller(func, frame, interval_keyword)
    results: list[Any] = [None] * len(frame)
    is_done = np.zeros(len(frame), bool)
    for row, values in gather_rows(query):
        results[row] = call(row, values)
        is_done[row] = True
    for row in np.flatnonzero(~is_done).tolist():
        results[row] = call(row, [np.empty(0) for _ in query.columns])
    frame[column] = pd.Series(results, index=frame.index, dtype=None if results else np.float64)
    return frame


def _caller(
    func: Callable[..., Any], frame: pd.DataFrame, keyword: str | None
) -> Callable[[int, list[Float64s]], Any]:
    """Return a function of row number and values."""
    if keyword is None:
        return lambda row, values: func(*values)
    names = list(frame.columns)
    columns = [frame[name].tolist() for name in names]

    def call(row: int, values: list[Float64s]) -> Any:
        interval = {name: column[row] for name, column in zip(names, columns, strict=True)}
        return func(*values, **{keyword: interval})

    return call
