"""Samples: values of an expression drawn uniformly, the same for any number of workers."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.sampling import draw
from misha_xr.database import Store
from misha_xr.errors import ExpressionError, StatisticsError
from misha_xr.query.columns import Expressions
from misha_xr.query.folding import fold
from misha_xr.query.query import Query, build_query
from misha_xr.query.settings import Context

__all__ = ["draw_steps", "sample"]

Keys: TypeAlias = NDArray[np.uint64]
_GREATEST = (1 << 64) - 1


def sample(
    store: Store,
    expression: Expressions,
    n: int,
    *,
    seed: int | np.random.Generator | None = None,
    **context: Unpack[Context],
) -> pd.Series:
    """Draw values of an expression, uniformly and without replacement.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    n : int
        How many.
    seed : int or numpy.random.Generator, optional
        The same seed gives the same sample, for any number of workers. Default: a new one.
    **context
        As for `extract`. Overlapping and touching scope rows are united first.

    Returns
    -------
    Series of float64, shape (<= n,)
        Named by the expression, in random order; none is NaN. Fewer than ``n`` if there are not so
        many.

    Raises
    ------
    StatisticsError
        If ``n`` is less than 1.
    ExpressionError
        If there is not exactly one expression.

    Notes
    -----
    Source: misha query semantics, samples. Every step draws a number from the seed and its own
    position, and the least ones win: memory and answer do not depend on how the scan is cut.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> len(sample(store, "dense_track", 10, seed=1))
    10
    """
    count: object = n
    if not isinstance(count, numbers.Real) or not 1 <= float(count) < math.inf:
        raise StatisticsError(f"the number of samples must be greater than zero; found {n!r}")
    query = build_query(store, expression, merge_scope=True, **context)
    if len(query.columns) != 1:
        raise ExpressionError(f"a sample takes one expression; found {len(query.columns)}")
    found = draw_steps(query, int(n), _seed(seed))
    return pd.Series(found[0], name=query.columns[0].name, dtype=np.float64)


def _seed(seed: int | np.random.Generator | None) -> int:
    """Return 64 bits that follow from the seed."""
    rng = seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
    return int(rng.integers(_GREATEST, dtype=np.uint64, endpoint=True))


def draw_steps(query: Query, n: int, seed: int) -> tuple[NDArray[np.float64], ...]:
    """Draw steps uniformly among those where no expression is NaN.

    Parameters
    ----------
    query : Query
        What is asked.
    n : int
        How many steps, at least 1.
    seed : int
        64 bits.

    Returns
    -------
    tuple of float64 array, shape (<= n,)
        The values of each expression at the steps drawn, in random order.

    Examples
    --------
    >>> import misha_xr
    >>> query = build_query(misha_xr.example_database().store, "END", scope="chr1", iterator=1000)
    >>> sorted(draw_steps(query, 1000, seed=3)[0])[:2]
    [np.float64(1000.0), np.float64(2000.0)]
    """
    sink = fold(query, _SampleSink(n, seed, len(query.columns)))
    keys, values = sink.whole.merged()
    order = np.argsort(keys)
    return tuple(column[order] for column in values)


@dataclass
class _SamplePart:
    """The steps with the least keys among those seen; no more than twice n are kept for long."""

    n: int
    seed: int
    n_columns: int
    limit: int = _GREATEST
    keys: list[Keys] = field(default_factory=list)
    values: list[NDArray[np.float64]] = field(default_factory=list)  # (n_columns, m) each
    n_kept: int = 0

    def targets(self, lo: int, hi: int) -> None:
        return None

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        columns = [np.ascontiguousarray(found, dtype=np.float64) for found in values]
        seen = columns[0]
        if len(columns) > 1:
            seen = np.where(np.any(np.isnan(columns), axis=0), np.nan, 0.0)
        keys, places = np.empty(len(seen), np.uint64), np.empty(len(seen), np.int64)
        m = draw(seen, self.seed, lo, self.limit, keys, places)
        drawn = np.array([column[places[:m]] for column in columns])
        self.take(keys[:m].copy(), drawn)

    def take(self, keys: Keys, values: NDArray[np.float64]) -> None:
        """Keep more candidates."""
        self.keys.append(keys)
        self.values.append(values)
        self.n_kept += len(keys)
        if self.n_kept > 2 * self.n:
            kept, columns = self.merged()
            self.keys, self.values, self.n_kept = [kept], [columns], len(kept)
            self.limit = int(kept.max())

    def merged(self) -> tuple[Keys, NDArray[np.float64]]:
        """Return the n least keys, in any order, with their values (n_columns, n)."""
        keys = np.concatenate([np.empty(0, np.uint64), *self.keys])
        values = np.concatenate([np.empty((self.n_columns, 0)), *self.values], axis=1)
        if len(keys) <= self.n:
            return keys, values
        least = np.argpartition(keys, self.n - 1)[: self.n]
        return keys[least], values[:, least]


class _SampleSink:
    """The steps with the least keys of all."""

    def __init__(self, n: int, seed: int, n_columns: int) -> None:
        self.whole = _SamplePart(n, seed, n_columns)

    def part(self, lo: int, hi: int) -> _SamplePart:
        whole = self.whole
        return _SamplePart(whole.n, whole.seed, whole.n_columns, whole.limit)

    def combine(self, part: _SamplePart) -> None:
        self.whole.take(*part.merged())
