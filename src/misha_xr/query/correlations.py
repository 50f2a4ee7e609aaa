"""Correlations of pairs of expressions: Pearson in one pass, Spearman by ranks."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.correlations import add_to_pairs, join_pairs, start_pairs
from misha_xr.database import Store
from misha_xr.errors import MishaWarning, SizeLimitError, StatisticsError, check_one_of
from misha_xr.options import get_options
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.query import Query, build_query
from misha_xr.query.samples import draw_steps
from misha_xr.query.settings import Context

__all__ = ["cor"]

Float64s: TypeAlias = NDArray[np.float64]

METHODS = ("pearson", "spearman", "spearman.exact")
PEARSON = ("cor", "cov", "mean1", "mean2", "sd1", "sd2", "n", "n.na")
SPEARMAN = ("n", "n.na", "cor")
_SEED = 20  # of the sample that stands for too many pairs: the same in every run


def cor(
    store: Store,
    exprs: Expressions,
    *,
    method: str = "pearson",
    details: bool = False,
    labels: Sequence[str] | None = None,
    max_values: int | None = None,
    **context: Unpack[Context],
) -> pd.Series | pd.DataFrame:
    """Correlate pairs of expressions over a scope.

    Parameters
    ----------
    store : Store
        The database.
    exprs : list of str, or dict of str to str
        An even number of expressions: the first with the second, the third with the fourth, and
        so on.
    method : {"pearson", "spearman", "spearman.exact"}
        ``"spearman"``: ranks, ties averaged; of more pairs than ``max_values`` a sample of so many
        stands for all, with a warning. ``"spearman.exact"`` refuses instead.
    details : bool
        Return all statistics.
    labels : sequence of str, optional
        One per pair. Default: ``"a~b"``.
    max_values : int, optional
        Pairs that ranks are made of at most. Default: the option ``max_quantile_values``.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    Series of float64, shape (n_pairs,)
        The coefficients, by label. NaN for fewer than two steps, or if a member does not vary.
        Steps where either member is NaN are left out.
    DataFrame, shape (n_pairs, 8) or (n_pairs, 3), with ``details``
        `cor`, `cov`, `mean1`, `mean2`, `sd1`, `sd2` (divisor n - 1), `n` (all steps), `n.na`
        (those left out); of ranks `n`, `n.na`, `cor`.

    Raises
    ------
    StatisticsError
        If the number of expressions is odd or zero, or that of the labels is not that of pairs.
    SizeLimitError
        If exact ranks of too many pairs are asked for.

    Warns
    -----
    MishaWarning
        If a sample stands for all pairs; it states the standard error.

    Notes
    -----
    Source: misha query semantics, correlation.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> cor(semantics_database().store, ["d10", "-d10"], scope="chr1")
    d10~-d10   -1.0
    dtype: float64
    """
    check_one_of("method", method, METHODS)
    query = build_query(store, exprs, merge_scope=True, **context)
    names = _labels(query, exprs, labels)
    sink = fold(query, _PairSink(len(names)))
    table = pd.DataFrame([_statistics(pair) for pair in sink.pairs], names, list(PEARSON))
    if method != "pearson":
        limit = get_options().max_quantile_values if max_values is None else max_values
        counts = table["n"] - table["n.na"]
        table["cor"] = [
            _rank_correlation(_pair(query, k), int(n), limit, is_exact=method == METHODS[2])
            for k, n in enumerate(counts)
        ]
        table = table[list(SPEARMAN)]
    return table if details else table["cor"].rename(None)


def _labels(query: Query, exprs: Expressions, labels: Sequence[str] | None) -> list[str]:
    n = len(query.columns)
    if isinstance(exprs, str) or n < 2 or n % 2:
        raise StatisticsError(
            f"correlation takes pairs of expressions; found {n}", hint="e.g. ['a', 'b', 'a', 'c']"
        )
    texts = [column.expression.text for column in query.columns]
    if isinstance(exprs, Mapping):
        texts = [column.name for column in query.columns]
    found = [f"{first}~{second}" for first, second in zip(texts[::2], texts[1::2], strict=True)]
    if labels is None:
        return found
    if isinstance(labels, str) or len(labels) != len(found):
        raise StatisticsError(f"labels must hold one text per pair, {len(found)}; found {labels!r}")
    return list(labels)


def _statistics(pair: Float64s) -> list[float]:
    """Turn a joint summary into the eight statistics."""
    n, n_nan, least1, greatest1, least2, greatest2, sum1, sum2, *rest = pair.tolist()
    squares1, squares2, products = rest
    nan = math.nan
    means = [sum1 / n, sum2 / n] if n else [nan, nan]
    found = [nan, nan, *means, nan, nan]
    if n > 1:
        # Rounding of a mean must not pass for variation.
        root1 = math.sqrt(squares1) if least1 < greatest1 else 0.0
        root2 = math.sqrt(squares2) if least2 < greatest2 else 0.0
        varies = root1 * root2 != 0
        scale = math.sqrt(n - 1)
        found[1] = products / (n - 1) if varies or math.isnan(products) else 0.0
        found[4:] = root1 / scale, root2 / scale
        found[0] = min(max(products / root1 / root2, -1.0), 1.0) if varies else nan
        if math.isnan(products):
            found[0] = nan
    return [*found, n + n_nan, n_nan]


def _pair(query: Query, number: int) -> Query:
    """Return a query for the two expressions of one pair, on the same steps."""
    columns = query.columns[2 * number : 2 * number + 2]
    names = {name for column in columns for name in column.expression.names}
    inputs = tuple(item for item in query.inputs if item.name in names)
    return replace(query, columns=columns, inputs=inputs)


def _rank_correlation(query: Query, n: int, limit: int, *, is_exact: bool) -> float:
    """Correlate the ranks of n pairs."""
    if n > limit and is_exact:
        raise SizeLimitError(
            f"exact ranks of {n:,} pairs; the limit is {limit:,}",
            hint="raise set_options(max_quantile_values=), or use method='spearman'",
        )
    if n > limit:
        warnings.warn(
            f"Spearman's coefficient of {n:,} pairs was estimated from {limit:,} of them, drawn "
            f"uniformly; the standard error is at most {1.06 / math.sqrt(limit):.1g}",
            MishaWarning,
            stacklevel=4,
        )
    # Keys of a sample that takes all are drawn for nothing, and memory is that of the values.
    x, y = draw_steps(query, max(min(n, limit), 1), _SEED)
    ranks = [np.ascontiguousarray(pd.Series(column).rank(), dtype=np.float64) for column in (x, y)]
    pair = _new_pair()
    add_to_pairs(pair, *ranks)
    return _statistics(pair)[0]


def _new_pair() -> Float64s:
    pair = np.empty(11)
    start_pairs(pair)
    return pair


class _PairPart:
    """Joint summaries of one partition."""

    def __init__(self, n_pairs: int) -> None:
        self.pairs = [_new_pair() for _ in range(n_pairs)]

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        columns = [np.ascontiguousarray(found, dtype=np.float64) for found in values]
        for pair, x, y in zip(self.pairs, columns[::2], columns[1::2], strict=True):
            add_to_pairs(pair, x, y)


class _PairSink:
    """Joint summaries of all partitions, joined in order."""

    def __init__(self, n_pairs: int) -> None:
        self.pairs = _PairPart(n_pairs).pairs

    def part(self, lo: int, hi: int) -> _PairPart:
        return _PairPart(len(self.pairs))

    def combine(self, part: _PairPart) -> None:
        for pair, found in zip(self.pairs, part.pairs, strict=True):
            join_pairs(pair, found)
