"""Overlaps of two sets of interval arrays: counts, and pairs of row numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_joins as kernels
from misha_xr.errors import IntervalError
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.sorted_sets import SortedSet, sort_queries, sort_set

__all__ = ["count_overlaps", "overlap_pairs"]


def count_overlaps(
    queries: Intervals, others: Intervals, *, min_overlap: int = 1
) -> NDArray[np.int64]:
    """Count the intervals of a second set that overlap each interval of a first.

    Parameters
    ----------
    queries, others : Intervals
        n and m rows in any order, start < end; codes in one numbering.
    min_overlap : int
        Least number of common bases, from 1 on.

    Returns
    -------
    ndarray of int64, shape (n,)
        In the order of the queries.

    Raises
    ------
    IntervalError
        If ``min_overlap`` is below 1.

    Notes
    -----
    Overlaps = those that start before the query's end - those that end before its start; no pair
    is built. Time O(n + m) for sorted sets.

    Examples
    --------
    >>> one = Intervals(np.zeros(2, "i4"), np.array([0, 50]), np.array([10, 60]))
    >>> two = Intervals(np.zeros(2, "i4"), np.array([5, 9]), np.array([8, 50]))
    >>> count_overlaps(one, two)
    array([2, 0])
    """
    least = check_min_overlap(min_overlap)
    return _counts(*sort_queries(queries), sort_set(_long_enough(others, least)[0]), least)


def overlap_pairs(
    queries: Intervals, others: Intervals, *, min_overlap: int = 1, keep_unmatched: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the pairs of rows of two sets that overlap.

    Parameters
    ----------
    queries, others : Intervals
        n and m rows in any order, start < end; codes in one numbering.
    min_overlap : int
        Least number of common bases, from 1 on.
    keep_unmatched : bool
        Give a query without overlap one pair, with row -1.

    Returns
    -------
    query_rows, other_rows : ndarray of int64, shape (p,)
        By row of the queries, then by row of the others.

    Raises
    ------
    IntervalError
        If ``min_overlap`` is below 1.

    Notes
    -----
    Time O(n + m + p) for sorted sets, however long or nested the intervals are.

    Examples
    --------
    >>> one = Intervals(np.zeros(2, "i4"), np.array([0, 50]), np.array([10, 60]))
    >>> two = Intervals(np.zeros(2, "i4"), np.array([5, 9]), np.array([8, 50]))
    >>> overlap_pairs(one, two)
    (array([0, 0]), array([0, 1]))
    """
    least = check_min_overlap(min_overlap)
    others, kept = _long_enough(others, least)
    ready, order = sort_queries(queries)
    target = sort_set(others)
    counts = _counts(ready, order, target, least)
    if keep_unmatched:
        np.maximum(counts, 1, out=counts)
    bounds = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=bounds[1:])
    query_rows, other_rows = np.empty((2, int(bounds[-1])), dtype=np.int64)
    kernels.fill_pairs(
        *_columns(ready), order, *_columns(target.iv), target.rows, target.tops(), least, bounds,
        query_rows, other_rows,
    )  # fmt: skip
    if kept is not None:
        other_rows = np.where(other_rows < 0, -1, np.append(kept, -1)[other_rows])
    return query_rows, other_rows


def check_min_overlap(min_overlap: int) -> int:
    """Return the least number of common bases, checked.

    Parameters
    ----------
    min_overlap : int
        As the caller gave it.

    Returns
    -------
    int
        From 1 on.

    Raises
    ------
    IntervalError
        If it is below 1, or no whole number.

    Examples
    --------
    >>> check_min_overlap(1)
    1
    """
    if int(min_overlap) != min_overlap or min_overlap < 1:
        raise IntervalError(
            f"min_overlap must be a whole number of bases from 1 on; found {min_overlap!r}",
            hint="intervals that only touch share no base; neighbors(maxdist=0) finds them too",
        )
    return int(min_overlap)


def _long_enough(iv: Intervals, least: int) -> tuple[Intervals, NDArray[np.int64] | None]:
    """Drop what is too short to share that many bases; None: nothing was dropped."""
    if least == 1:
        return iv, None
    kept = np.flatnonzero(iv.ends - iv.starts >= least)
    return iv.take(kept), kept


def _counts(
    ready: Intervals, order: NDArray[np.int64], target: SortedSet, least: int
) -> NDArray[np.int64]:
    out = np.empty(len(ready), dtype=np.int64)
    iv, ends = target.iv, target.sorted_ends()
    kernels.count_overlaps(*_columns(ready), order, iv.codes, iv.starts, ends, least, out)
    return out


def _columns(iv: Intervals) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    return iv.codes, iv.starts, iv.ends
