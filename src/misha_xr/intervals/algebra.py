"""Set algebra of interval arrays: the bases that sets share, have together, or lack.

Rows may come in any order and overlap; results are disjoint and in genome order. One sweep serves
all chromosomes. Nothing here checks coordinates (see ``frames``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_sweeps as kernels
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import in_order

__all__ = [
    "complement",
    "covered_bp",
    "difference",
    "intersect",
    "merge",
    "symmetric_difference",
    "union",
]


@overload
def merge(
    iv: Intervals, touching: bool = ..., *, return_mapping: Literal[False] = ...
) -> Intervals: ...
@overload
def merge(
    iv: Intervals, touching: bool = ..., *, return_mapping: Literal[True]
) -> tuple[Intervals, NDArray[np.int64]]: ...
def merge(
    iv: Intervals, touching: bool = True, *, return_mapping: bool = False
) -> Intervals | tuple[Intervals, NDArray[np.int64]]:
    """Merge rows: sorted intervals that do not overlap and cover the same bases.

    Parameters
    ----------
    iv : Intervals
        Any order, may overlap.
    touching : bool
        Join intervals that touch as well as those that overlap.
    return_mapping : bool
        Return as well which merged interval holds each row.

    Returns
    -------
    merged : Intervals
        In genome order; shares memory with rows that were sorted and disjoint.
    mapping : ndarray of int64, shape (n,)
        If asked for: 0-based number of the merged interval, by row.

    Notes
    -----
    Source: semantics of intervals, touching and overlapping. Time O(n).

    Examples
    --------
    >>> iv = Intervals(np.zeros(3, "i4"), np.array([20, 0, 5]), np.array([30, 10, 20]))
    >>> merge(iv).ends, merge(iv, touching=False).ends
    (array([30]), array([20, 30]))
    >>> merge(iv, touching=False, return_mapping=True)[1]
    array([1, 0, 0])
    """
    found, order = in_order(iv, by_end=False)
    columns = found.codes, found.starts, found.ends
    merged = _new(len(iv))
    count = kernels.merge_rows(*columns, touching, merged.codes, merged.starts, merged.ends)
    merged = found if count == len(iv) else _cut(merged, count)
    if not return_mapping:
        return merged
    mapping = np.empty(len(iv), np.int64)
    kernels.label_rows(*columns, touching, order, mapping)
    return merged, mapping


def union(a: Intervals, b: Intervals) -> Intervals:
    """Return the bases that either set holds; touching intervals are joined.

    Parameters
    ----------
    a, b : Intervals
        Any order, may overlap.

    Returns
    -------
    Intervals
        Disjoint, in genome order.

    Notes
    -----
    Source: semantics of interval algebra. Time O(n).

    Examples
    --------
    >>> a, b = (Intervals(np.zeros(1), np.array([k]), np.array([k + 10])) for k in (0, 10))
    >>> union(a, b).ends
    array([20])
    """
    return _sweep(kernels.unite, a, b)


def intersect(a: Intervals, b: Intervals, *, merge: bool = True) -> Intervals:
    """Return the bases that both sets hold.

    Parameters
    ----------
    a, b : Intervals
        Any order, may overlap.
    merge : bool
        Merge each set first (touching rows too). If not, rows that touch stay apart. Rows of one
        set must then not overlap; if they do, they meet those of the other set one by one: of two
        that meet, the one that ends first is done with, the other keeps what lies behind.

    Returns
    -------
    Intervals
        Disjoint, in genome order; without ``merge`` they may touch, or overlap as rows did.

    Notes
    -----
    Source: semantics of interval algebra, C42. Time O(n).

    Examples
    --------
    >>> a = Intervals(np.zeros(2), np.array([0, 10]), np.array([10, 20]))
    >>> b = Intervals(np.zeros(1), np.array([5]), np.array([15]))
    >>> intersect(a, b).ends, intersect(a, b, merge=False).ends
    (array([15]), array([10, 15]))
    """
    return _sweep(kernels.intersect, a, b, merge)


def difference(a: Intervals, b: Intervals) -> Intervals:
    """Return the bases of the first set that the second lacks.

    Parameters
    ----------
    a, b : Intervals
        Any order, may overlap.

    Returns
    -------
    Intervals
        Disjoint, in genome order.

    Notes
    -----
    Source: semantics of interval algebra. Time O(n).

    Examples
    --------
    >>> a, b = (Intervals(np.zeros(1), np.array([k]), np.array([k + 10])) for k in (0, 4))
    >>> difference(a, b).ends
    array([4])
    """
    return _sweep(kernels.subtract, a, b)


def symmetric_difference(a: Intervals, b: Intervals) -> Intervals:
    """Return the bases that exactly one of two sets holds; touching intervals are joined.

    Parameters
    ----------
    a, b : Intervals
        Any order, may overlap.

    Returns
    -------
    Intervals
        Disjoint, in genome order.

    Notes
    -----
    Time O(n).

    Examples
    --------
    >>> a, b = (Intervals(np.zeros(1), np.array([k]), np.array([k + 10])) for k in (0, 4))
    >>> symmetric_difference(a, b).starts
    array([ 0, 10])
    """
    return _sweep(kernels.differ, a, b)


def complement(iv: Intervals, sizes: NDArray[np.int64]) -> Intervals:
    """Return the bases of chromosomes that a set lacks.

    Parameters
    ----------
    iv : Intervals
        Any order, may overlap; codes below ``n_chroms``.
    sizes : ndarray of int64, shape (n_chroms,)
        Chromosome sizes in base pairs.

    Returns
    -------
    Intervals
        Disjoint, in genome order; chromosomes without a row are there as a whole.

    Notes
    -----
    Time O(n + n_chroms).

    Examples
    --------
    >>> iv = Intervals(np.zeros(1), np.array([5]), np.array([9]))
    >>> complement(iv, np.array([10, 20])).ends
    array([ 5, 10, 20])
    """
    found, _ = in_order(iv, by_end=False)
    sizes = np.ascontiguousarray(sizes, np.int64)
    out = _new(len(found) + len(sizes))
    columns = found.codes, found.starts, found.ends
    return _cut(out, kernels.complement(*columns, sizes, out.codes, out.starts, out.ends))


def covered_bp(iv: Intervals) -> int:
    """Count the bases that a set covers, each once.

    Parameters
    ----------
    iv : Intervals
        Any order, may overlap.

    Returns
    -------
    int
        Base pairs.

    Examples
    --------
    >>> covered_bp(Intervals(np.zeros(2), np.array([0, 5]), np.array([10, 20])))
    20
    """
    merged = merge(iv)
    lengths = merged.ends - merged.starts
    if lengths.max(initial=0) <= (1 << 62) // max(len(merged), 1):
        return int(lengths.sum())
    return sum(lengths.tolist())  # int64 might not hold it


def _sweep(kernel: Callable[..., int], a: Intervals, b: Intervals, *options: bool) -> Intervals:
    """Sort both sides, make room for the most that a sweep may give, sweep."""
    (a, _), (b, _) = in_order(a, by_end=False), in_order(b, by_end=False)
    out = _new(len(a) + len(b))
    sides = a.codes, a.starts, a.ends, b.codes, b.starts, b.ends
    return _cut(out, kernel(*sides, *options, out.codes, out.starts, out.ends))


def _new(n_rows: int) -> Intervals:
    return Intervals(
        np.empty(n_rows, np.int32), np.empty(n_rows, np.int64), np.empty(n_rows, np.int64)
    )


def _cut(iv: Intervals, n_rows: int) -> Intervals:
    """Give the room back that was not used; memory never written was never taken."""
    for column in (iv.codes, iv.starts, iv.ends):
        column.resize(n_rows, refcheck=False)
    return iv
