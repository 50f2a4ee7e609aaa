"""Nearest intervals of a second set, as arrays: row numbers and signed distances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_neighbors as kernels
from misha_xr.errors import IntervalError, check_one_of
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import contiguous, in_order, take_order
from misha_xr.intervals.sorted_sets import NO_ROWS, SortedSet, sort_queries, sort_set

__all__ = ["Neighbors", "Ties", "check_bounds", "nearest", "nearest_by_query"]

Ties = Literal["first", "start", "end"]
_Columns = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]
_Queries = tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

_FAR = 1 << 60  # behind every position, and half of what an int64 holds is left to add
_BY_SET, _BY_QUERY = 1, 2
_NO_SIGNS: NDArray[np.int8] = np.empty(0, dtype=np.int8)


class Neighbors(NamedTuple):
    """Pairs of a query and a neighbor.

    Attributes
    ----------
    query_rows : ndarray of int64, shape (p,)
        Rows of the queries, rising.
    rows : ndarray of int64, shape (p,)
        Rows of the second set; -1 for none. By distance within a query.
    dist : ndarray of float64, shape (p,)
        Signed distances in base pairs; NaN for none.
    """

    query_rows: NDArray[np.int64]
    rows: NDArray[np.int64]
    dist: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """Which gaps are looked for on either side, and what gives distances their signs."""

    at_zero: bool
    left: tuple[int, int]
    right: tuple[int, int]
    sign: int
    signs: NDArray[np.int8]

    @property
    def bounds(self) -> tuple[bool, int, int, int, int]:
        return (self.at_zero, *self.left, *self.right)


def nearest(
    queries: Intervals,
    others: Intervals,
    k: int = 1,
    *,
    mindist: float = -math.inf,
    maxdist: float = math.inf,
    signs: NDArray[np.int8] | None = None,
    ties: Ties = "first",
    keep_unmatched: bool = False,
) -> Neighbors:
    """Find the nearest intervals of a second set; its strands give the distances their signs.

    Parameters
    ----------
    queries, others : Intervals
        n and m rows in any order, start < end; codes in one numbering.
    k : int
        How many to find for each query, at most.
    mindist, maxdist : float
        Bounds on the signed distance, both included.
    signs : ndarray of int8, shape (m,), optional
        Strands of the others. 1: a query right of it has a positive distance; -1: one left of it
        has; 0, or no signs: no distance is negative.
    ties : {"first", "start", "end"}
        Which of equally distant ones comes first: by row, by start, or by end.
    keep_unmatched : bool
        Give a query that has none one pair, with row -1 and distance NaN.

    Returns
    -------
    Neighbors
        By row of the queries, then by absolute distance, then by ``ties``.

    Raises
    ------
    IntervalError
        If ``k`` is below 1, or the bounds exclude each other.

    Notes
    -----
    Distance: bases between the two, 0 if they overlap or touch. Source: semantics, neighbors.
    Time O(n + m + p) for sorted sets, a sort more for others. If the second set is not sorted, and
    very many of its intervals cover one query, finding the first rows among them takes longer.

    Examples
    --------
    >>> one = Intervals(np.zeros(1, "i4"), np.array([100]), np.array([110]))
    >>> two = Intervals(np.zeros(3, "i4"), np.array([80, 115, 105]), np.array([90, 120, 130]))
    >>> found = nearest(one, two, 3)
    >>> found.rows, found.dist
    (array([2, 1, 0]), array([ 0.,  5., 10.]))
    """
    low, high = check_bounds(k, mindist, maxdist)
    others, places = _in_tie_order(others, ties)
    if signs is None or not signs.any():
        parts = [_find(queries, others, k, _rule(low, high, (1, 1)))]
    else:
        signs = signs if places is None else signs[places]
        if low == -high:  # no matter on which side
            parts = [_find(queries, others, k, _rule(low, high, (1, 1), _BY_SET, signs))]
        else:
            parts = [_find_strand(queries, others, k, low, high, signs, s) for s in (0, 1, -1)]
    found = parts[0] if len(parts) == 1 else _merged(parts, k)
    return _finished(found, len(queries), places, keep_unmatched)


def nearest_by_query(
    queries: Intervals,
    others: Intervals,
    k: int = 1,
    *,
    mindist: float = -math.inf,
    maxdist: float = math.inf,
    signs: NDArray[np.int8] | None = None,
    ties: Ties = "first",
    keep_unmatched: bool = False,
) -> Neighbors:
    """Find the nearest intervals of a second set; upstream of a query is negative.

    Parameters
    ----------
    queries, others : Intervals
        n and m rows in any order, start < end; codes in one numbering.
    k : int
        How many to find for each query, at most.
    mindist, maxdist : float
        Bounds on the signed distance, both included.
    signs : ndarray of int8, shape (n,), optional
        Strands of the queries. 1, 0 or no signs: what lies left has a negative distance; -1: what
        lies right has.
    ties : {"first", "start", "end"}
        Which of equally distant ones comes first: by row, by start, or by end.
    keep_unmatched : bool
        Give a query that has none one pair, with row -1 and distance NaN.

    Returns
    -------
    Neighbors
        By row of the queries, then by absolute distance, then by ``ties``.

    Raises
    ------
    IntervalError
        If ``k`` is below 1, or the bounds exclude each other.

    Notes
    -----
    Source: semantics, neighbors with the strand of the first set.

    Examples
    --------
    >>> one = Intervals(np.zeros(1, "i4"), np.array([100]), np.array([110]))
    >>> two = Intervals(np.zeros(2, "i4"), np.array([80, 115]), np.array([90, 120]))
    >>> nearest_by_query(one, two, 2, signs=np.array([-1], "i1")).dist
    array([-5., 10.])
    """
    low, high = check_bounds(k, mindist, maxdist)
    others, places = _in_tie_order(others, ties)
    rule = _rule(low, high, (-1, 1), _BY_QUERY, _NO_SIGNS if signs is None else signs)
    return _finished(_find(queries, others, k, rule), len(queries), places, keep_unmatched)


def check_bounds(k: int, mindist: float, maxdist: float) -> tuple[int, int]:
    """Return bounds on distances as whole numbers.

    Parameters
    ----------
    k : int
        Number of neighbors, checked as well.
    mindist, maxdist : float
        Base pairs.

    Returns
    -------
    low, high : int
        The same range of whole numbers.

    Raises
    ------
    IntervalError
        If ``k`` is below 1, or a bound is NaN, or they exclude each other.

    Examples
    --------
    >>> check_bounds(1, 0.5, 9.5)
    (1, 9)
    """
    if int(k) != k or k < 1:
        raise IntervalError(f"the number of neighbors must be >= 1; found {k!r}")
    if not mindist <= maxdist:
        raise IntervalError(f"mindist must be <= maxdist; found {mindist} and {maxdist}")
    low, high = (min(max(bound, -_FAR), _FAR) for bound in (mindist, maxdist))
    return math.ceil(low), math.floor(high)


def _rule(
    low: int,
    high: int,
    sides: tuple[int, int],
    sign: int = _BY_SET,
    signs: NDArray[np.int8] = _NO_SIGNS,
) -> _Rule:
    """Turn bounds on distances into bounds on gaps, given the signs of the left and right side."""
    gaps = {1: (max(low, 1), high), -1: (max(-high, 1), -low)}
    return _Rule(low <= 0 <= high, gaps[sides[0]], gaps[sides[1]], sign, signs)


def _in_tie_order(others: Intervals, ties: Ties) -> tuple[Intervals, NDArray[np.int64] | None]:
    """Return the second set in the order that decides between equal distances."""
    check_one_of("ties", ties, ("first", "start", "end"))
    others = contiguous(others)
    if ties == "first":
        return others, None
    by = others.starts if ties == "start" else others.ends
    places = in_order(Intervals(others.codes, by, by), by_end=False)[1]
    return (others, None) if places is None else (take_order(others, places), places)


def _find_strand(
    queries: Intervals,
    others: Intervals,
    k: int,
    low: int,
    high: int,
    signs: NDArray[np.int8],
    strand: int,
) -> Neighbors:
    """Search the intervals of one strand: one-sided bounds cut each on another side."""
    kept = np.flatnonzero(signs == strand)
    rule = _rule(low, high, (strand or 1, -strand or 1), _BY_SET, signs[kept])
    found = _find(queries, take_order(others, kept), k, rule)
    return found._replace(rows=kept[found.rows])


def _find(queries: Intervals, others: Intervals, k: int, rule: _Rule) -> Neighbors:
    """Search all of the others."""
    if not len(queries) or not len(others):
        return Neighbors(NO_ROWS, NO_ROWS, np.empty(0))
    ready, order = sort_queries(queries)
    columns = (ready.codes, ready.starts, ready.ends, order)
    target = sort_set(others)
    if k == 1 and rule.at_zero:
        return _find_one(columns, target, rule)
    return _find_many(columns, target, k, rule)


def _find_one(columns: _Queries, target: SortedSet, rule: _Rule) -> Neighbors:
    """Find one neighbor each, where gap 0 is allowed: no order by end is needed."""
    n_rows = len(columns[0])
    rows, dist = np.empty(n_rows, dtype=np.int64), np.empty(n_rows)
    tops = target.tops() if len(target.rows) else NO_ROWS
    kernels.find_nearest(
        *columns, *_sorted_columns(target), target.rows, tops, target.lows(),
        rule.bounds, rule.sign, rule.signs, rows, dist,
    )  # fmt: skip
    query_rows = np.arange(n_rows)
    if rows.min() >= 0:
        return Neighbors(query_rows, rows, dist)
    found = rows >= 0
    return Neighbors(query_rows[found], rows[found], dist[found])


def _find_many(columns: _Queries, target: SortedSet, k: int, rule: _Rule) -> Neighbors:
    """Count neighbors, then write them."""
    ends, end_rows = target.by_end()
    slots = np.zeros(len(columns[0]) + 1, dtype=np.int64)
    arguments = rule.bounds, rule.sign, rule.signs
    kernels.count_neighbors(
        *columns, *_sorted_columns(target), ends, *arguments, min(k, len(target.iv)), slots[1:]
    )
    np.cumsum(slots, out=slots)
    query_rows, rows = np.empty((2, int(slots[-1])), dtype=np.int64)
    dist = np.empty(len(rows))
    if len(rows):
        kernels.fill_neighbors(
            *columns, *_sorted_columns(target), target.rows, target.tops(), target.lows(),
            ends, end_rows, *arguments, slots, query_rows, rows, dist,
        )  # fmt: skip
    return Neighbors(query_rows, rows, dist)


def _sorted_columns(target: SortedSet) -> _Columns:
    return target.iv.codes, target.iv.starts, target.iv.ends


def _merged(parts: list[Neighbors], k: int) -> Neighbors:
    """Put answers from parts of the second set together: the k nearest of each query."""
    query_rows, rows, dist = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((rows, np.abs(dist), query_rows))
    query_rows = query_rows[order]
    rank = np.arange(len(order)) - np.searchsorted(query_rows, query_rows)
    order, query_rows = order[rank < k], query_rows[rank < k]
    return Neighbors(query_rows, rows[order], dist[order])


def _finished(
    found: Neighbors, n_queries: int, places: NDArray[np.int64] | None, keep_unmatched: bool
) -> Neighbors:
    """Return rows of the caller's second set, with a pair for each query if that is asked."""
    query_rows, rows, dist = found
    if places is not None:
        rows = places[rows]
    if keep_unmatched:
        counts = np.bincount(query_rows, minlength=n_queries)
        missing = np.flatnonzero(counts == 0)
        if len(missing):
            at = np.cumsum(counts)[missing]
            query_rows = np.insert(query_rows, at, missing)
            rows, dist = np.insert(rows, at, -1), np.insert(dist, at, np.nan)
    return Neighbors(query_rows, rows, dist)
