"""Quantiles of every scope row; a row too long for memory is read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Unpack

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext.order_statistics import quantiles_of_runs
from misha_xr.database import Store
from misha_xr.errors import SizeLimitError
from misha_xr.options import get_options
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.per_interval import one_expression
from misha_xr.query.plan import BLOCK_STEPS, split
from misha_xr.query.quantiles import check_quantiles, column_quantiles
from misha_xr.query.query import Query, build_query
from misha_xr.query.row_runs import gather_rows, row_runs, scope_frame
from misha_xr.query.scope import Scope
from misha_xr.query.settings import Context

__all__ = ["interval_quantiles", "quantiles_by_run"]

Float64s: TypeAlias = NDArray[np.float64]
Int64s: TypeAlias = NDArray[np.int64]


def interval_quantiles(
    store: Store,
    expression: Expressions,
    q: ArrayLike = 0.5,
    *,
    max_values: int | None = None,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Compute quantiles of an expression inside every scope row.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    q : float or sequence of float
        Between 0 and 1, in any order.
    max_values : int, optional
        Values of one row kept in memory at most; the answer does not depend on it. Default: the
        option ``max_quantile_values``.
    **context
        As for `extract`. Overlapping scope rows are walked one by one.

    Returns
    -------
    DataFrame, one row per scope row, in the caller's order
        Coordinates (int64, base pairs), then one float64 column per quantile, named by its text
        (``"0.25"``). NaN for a row without values. Other columns of the scope are left out.

    Raises
    ------
    StatisticsError
        If ``q`` is empty or not between 0 and 1.
    ExpressionError
        If there is not exactly one expression.

    Notes
    -----
    Source: misha query semantics, quantiles of intervals. Exact, as `quantiles`.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> table = interval_quantiles(semantics_database().store, "d10", [0, 0.5], scope="iset")
    >>> table[["0", "0.5"]].to_numpy().tolist()
    [[10.0, 14.5], [30.0, 32.0], [1.5, 1.5]]
    """
    asked = check_quantiles(q)
    query = build_query(store, expression, **context)
    one_expression(query, "a table of quantiles")
    frame = scope_frame(query)
    limit = get_options().max_quantile_values if max_values is None else max(int(max_values), 1)
    found = np.full((len(frame), len(asked)), np.nan)
    if isinstance(query.scope, Scope):
        _fill_line(query, asked, limit, found)
    else:
        for row, values in gather_rows(query):
            found[row] = quantiles_by_run(values[0], np.array([0, len(values[0])]), asked)[0]
    for number, column in zip(asked, found.T, strict=True):
        frame[f"{number:g}"] = column
    return frame


def quantiles_by_run(values: Float64s, offsets: Int64s, q: Float64s) -> Float64s:
    """Compute quantiles of runs of values.

    Parameters
    ----------
    values : float64 array, shape (n,)
        NaN is skipped.
    offsets : int64 array, shape (m + 1,)
        Where each run begins, and where the last one ends.
    q : float64 array, shape (k,)
        Checked.

    Returns
    -------
    float64 array, shape (m, k)
        NaN for runs without values.

    Raises
    ------
    SizeLimitError
        If there is no memory for a copy of the longest run.

    Examples
    --------
    >>> quantiles_by_run(np.array([1.0, 2.0, 7.0]), np.array([0, 2, 3]), np.array([0.5])).tolist()
    [[1.5], [7.0]]
    """
    out = np.empty((len(offsets) - 1, len(q)))
    if not quantiles_of_runs(values, offsets, q, out):
        raise SizeLimitError("not enough memory to sort the longest run of values")
    return out


def _fill_line(query: Query, q: Float64s, limit: int, out: Float64s) -> None:
    """Fill the quantiles of all rows of a query of one dimension."""
    # A batch of an aggregate must not begin anywhere else when a row is read again.
    sink = fold(query, _RowQuantileSink(q, limit if query.batch is None else None, out))
    sink.flush()
    for row, lo, hi in sink.too_long:
        ranges = [(lo + a, lo + b) for a, b in split(hi - lo, 4 * BLOCK_STEPS, 1)]
        out[row] = column_quantiles(query, 0, q, limit, ranges)


@dataclass
class _RowQuantilePart:
    """Quantiles of rows that begin and end inside a block, and the values of others.

    Steps of a row follow one another, so only the first and the last row of a block may go on
    elsewhere.
    """

    q: Float64s
    done: list[tuple[Int64s, Float64s]] = field(default_factory=list)
    open: list[tuple[int, int, Float64s]] = field(default_factory=list)  # row, first step, values

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        runs = row_runs(block)
        numbers = np.ascontiguousarray(values[0], np.float64)
        if len(runs.rows) > 2:
            inner = quantiles_by_run(numbers, runs.offsets[1:-1], self.q)
            self.done.append((runs.rows[1:-1], inner))
        for k in sorted({0, len(runs.rows) - 1}):
            start, end = runs.offsets[k : k + 2].tolist()
            self.open.append((int(runs.rows[k]), lo + start, numbers[start:end].copy()))


class _RowQuantileSink:
    """Quantiles of all rows; values of the row under way are kept up to a limit."""

    def __init__(self, q: Float64s, limit: int | None, out: Float64s) -> None:
        self._q, self._limit, self._out = q, limit, out
        self._row, self._first, self._end = -1, 0, 0
        self._values: list[Float64s] = []
        self.too_long: list[tuple[int, int, int]] = []

    def __getstate__(self) -> dict[str, Any]:
        return {"_q": self._q}

    def part(self, lo: int, hi: int) -> _RowQuantilePart:
        return _RowQuantilePart(self._q)

    def combine(self, part: _RowQuantilePart) -> None:
        for rows, found in part.done:
            self._out[rows] = found
        for row, first, values in part.open:
            if row != self._row:
                self.flush()
                self._row, self._first = row, first
            self._end = first + len(values)
            if not self._is_too_long():
                self._values.append(values)
            else:
                self._values = []

    def _is_too_long(self) -> bool:
        return self._limit is not None and self._end - self._first > self._limit

    def flush(self) -> None:
        """Finish the row under way."""
        if self._row >= 0 and self._is_too_long():
            self.too_long.append((self._row, self._first, self._end))
        elif self._values:
            values = np.concatenate(self._values)
            ends = np.array([0, len(values)])
            self._out[self._row] = quantiles_by_run(values, ends, self._q)[0]
        self._row, self._values = -1, []
