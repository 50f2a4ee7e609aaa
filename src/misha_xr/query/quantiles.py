"""Quantiles of expressions over a scope: exact, whatever the number of values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias, Unpack

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr.database import Store
from misha_xr.errors import StatisticsError
from misha_xr.options import get_options
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.query import Query, build_query
from misha_xr.query.selection import exact_quantiles
from misha_xr.query.settings import Context

__all__ = ["check_quantiles", "column_quantiles", "quantiles"]

Float64s: TypeAlias = NDArray[np.float64]


def quantiles(
    store: Store,
    exprs: Expressions,
    q: ArrayLike = 0.5,
    *,
    max_values: int | None = None,
    **context: Unpack[Context],
) -> pd.Series | pd.DataFrame:
    """Compute quantiles of expressions over a scope.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Expressions; a dict gives names.
    q : float or sequence of float
        Between 0 and 1, in any order.
    max_values : int, optional
        Values kept in memory at most; the answer does not depend on it. Default: the option
        ``max_quantile_values``.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    Series, or DataFrame with one column per expression if `exprs` is not a str
        float64, labelled by ``q`` in its order: linear interpolation at rank ``q * (n - 1)`` of
        the n values that are not NaN; NaN without any.

    Raises
    ------
    StatisticsError
        If ``q`` is empty or not between 0 and 1.

    Notes
    -----
    Source: misha query semantics, quantiles. Never an estimate: more values than fit are read two
    to four times, their leading bits counted until those that matter fit. The same for any number
    of workers.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> quantiles(semantics_database().store, "d10", [0.9, 0.5], scope="chr1:0-100").tolist()
    [8.3, 3.5]
    """
    asked = check_quantiles(q)
    query = build_query(store, exprs, merge_scope=True, **context)
    limit = get_options().max_quantile_values if max_values is None else max(int(max_values), 1)
    columns = [column_quantiles(query, k, asked, limit) for k in range(len(query.columns))]
    index = pd.Index(asked, name=None)
    named = [
        pd.Series(values, index=index, name=column.name)
        for values, column in zip(columns, query.columns, strict=True)
    ]
    if isinstance(exprs, str):
        return named[0]
    return pd.concat(named, axis=1) if named else pd.DataFrame(index=index)


def check_quantiles(q: ArrayLike) -> Float64s:
    """Check quantiles.

    Parameters
    ----------
    q : float or sequence of float
        What the caller gave.

    Returns
    -------
    float64 array, shape (k,)
        At least one, in the caller's order.

    Raises
    ------
    StatisticsError
        If there is none, or one is not a number between 0 and 1.

    Examples
    --------
    >>> check_quantiles(0.5).tolist()
    [0.5]
    """
    try:
        asked = np.atleast_1d(np.asarray(q, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise StatisticsError(f"quantiles must be numbers; found {q!r}") from error
    if asked.ndim != 1 or len(asked) == 0:
        raise StatisticsError("quantiles must be a number or a list of at least one value")
    wrong = asked[~((asked >= 0) & (asked <= 1))]
    if len(wrong):
        raise StatisticsError(
            f"quantiles must be within [0, 1]; found {wrong[0]}",
            hint="the quantile of 90 percent is 0.9" if 1 < wrong[0] <= 100 else None,
        )
    return asked


def column_quantiles(
    query: Query,
    column: int,
    q: Float64s,
    limit: int,
    ranges: Sequence[tuple[int, int]] | None = None,
) -> Float64s:
    """Compute quantiles of one expression of a query.

    Parameters
    ----------
    query : Query
        What is asked.
    column : int
        Number of the expression.
    q : float64 array, shape (k,)
        Checked.
    limit : int
        Values kept in memory at most.
    ranges : sequence of (lo, hi), optional
        Steps that count. Default: all, cut by the plan.

    Returns
    -------
    float64 array, shape (k,)
        In the order of ``q``.

    Examples
    --------
    >>> import misha_xr
    >>> query = build_query(misha_xr.example_database().store, "END", scope="chr1", iterator=1000)
    >>> column_quantiles(query, 0, np.array([0.0, 1.0]), limit=10).tolist()
    [1000.0, 500000.0]
    """
    query = _alone(query, column)
    n_steps = query.iterator.n_steps if ranges is None else sum(hi - lo for lo, hi in ranges)
    read: Callable[[Any], Any] = partial(fold, query, ranges=ranges)
    if n_steps <= min(limit, _KEPT_STEPS) and ranges is None:
        read = partial(_read_kept, fold(query, _KeepSink(n_steps)).values)
    return exact_quantiles(read, q, limit)


# Reading a track again costs no more than writing so many values down; an expensive virtual track
# is read once as long as they are few.
_KEPT_STEPS = 1 << 22


def _alone(query: Query, column: int) -> Query:
    """Return a query for one of its expressions, on the same steps."""
    if len(query.columns) == 1:
        return query
    wanted = query.columns[column]
    inputs = tuple(item for item in query.inputs if item.name in wanted.expression.names)
    return replace(query, columns=(wanted,), inputs=inputs)


def _read_kept(values: Float64s, sink: Any) -> Any:
    """Hand values in memory to a sink."""
    part = sink.part(0, len(values))
    part.add(None, 0, [values])
    sink.combine(part)
    return sink


class _KeepPart:
    """The values of the steps ``first, first + 1, ...``."""

    def __init__(self, first: int, values: Float64s) -> None:
        self.first, self.values = first, values

    def targets(self, lo: int, hi: int) -> list[Float64s]:
        return [self.values[lo - self.first : hi - self.first]]

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        target = self.targets(lo, lo + block.n)[0]
        if not np.shares_memory(target, values[0]):
            target[:] = values[0]


class _KeepSink:
    """The values of all steps; in another process every part has memory of its own."""

    def __init__(self, n_steps: int) -> None:
        self.values = np.empty(n_steps)
        self._is_here = True

    def __getstate__(self) -> dict[str, Any]:
        return {"values": np.empty(0), "_is_here": False}

    def part(self, lo: int, hi: int) -> _KeepPart:
        return _KeepPart(lo, self.values[lo:hi] if self._is_here else np.empty(hi - lo))

    def combine(self, part: _KeepPart) -> None:
        target = self.values[part.first : part.first + len(part.values)]
        if not np.shares_memory(target, part.values):
            target[:] = part.values
