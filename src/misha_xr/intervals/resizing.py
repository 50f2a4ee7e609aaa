"""Rows moved, resized, extended, flanked, and cut to their chromosomes.

Only `force_range` and `normalize` look at chromosome sizes; the others may leave rows that lie
off their chromosome for `force_range` to mend.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext import interval_cuts as kernels
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import contiguous

__all__ = ["Side", "extend", "flank", "force_range", "normalize", "shift"]

Side = Literal["both", "upstream", "downstream", "left", "right"]


def force_range(
    iv: Intervals, sizes: NDArray[np.int64] | None
) -> tuple[Intervals, NDArray[np.int64]]:
    """Cut rows to their chromosomes and drop those that are left without a base.

    Parameters
    ----------
    iv : Intervals
        Any rows, also empty or inverted ones.
    sizes : ndarray of int64, shape (n_chroms,), or None
        Chromosome sizes; None: only starts are cut, at 0.

    Returns
    -------
    iv : Intervals
        Rows with 0 <= start < end <= size, in the same order.
    rows : ndarray of int64
        Number of each row before.

    Notes
    -----
    Source: semantics of interval algebra.

    Examples
    --------
    >>> iv = Intervals(np.zeros(3, "i4"), np.array([-10, 990, 8]), np.array([10, 1100, 8]))
    >>> found, rows = force_range(iv, np.array([1000]))
    >>> found.ends, rows
    (array([  10, 1000]), array([0, 1]))
    """
    starts = np.maximum(iv.starts, 0)
    ends = iv.ends if sizes is None else np.minimum(iv.ends, sizes[iv.codes])
    rows = np.flatnonzero(starts < ends)
    cut = Intervals(iv.codes, starts, ends)
    return (cut if len(rows) == len(iv) else cut.take(rows)), rows


def normalize(iv: Intervals, size: ArrayLike, sizes: NDArray[np.int64] | None = None) -> Intervals:
    """Give rows a new size around their centre.

    Parameters
    ----------
    iv : Intervals
        n rows.
    size : int or array-like of int, shape (n,)
        Base pairs, positive.
    sizes : ndarray of int64, shape (n_chroms,), optional
        Chromosome sizes. A row that would reach past an end of its chromosome slides back; one
        that is longer than the chromosome becomes all of it. Without sizes, only starts count.

    Returns
    -------
    Intervals
        n rows in the same order; ``start = floor((start + end - size) / 2)`` before sliding.

    Notes
    -----
    Source: semantics of interval algebra, C44.

    Examples
    --------
    >>> iv = Intervals(np.zeros(3, "i4"), np.array([100, 0, 990]), np.array([110, 5, 1000]))
    >>> normalize(iv, 20, np.array([1000])).starts
    array([ 95,   0, 980])
    >>> normalize(iv, 5, np.array([1000])).starts
    array([102,   0, 992])
    """
    iv = contiguous(iv)
    starts, ends = np.empty(len(iv), np.int64), np.empty(len(iv), np.int64)
    sizes_bp = np.ascontiguousarray(np.atleast_1d(size), np.int64)
    kernels.fit_rows(iv.codes, iv.starts, iv.ends, sizes_bp, sizes, starts, ends)
    return Intervals(iv.codes, starts, ends)


def shift(iv: Intervals, bp: ArrayLike) -> Intervals:
    """Move rows along the chromosome.

    Parameters
    ----------
    iv : Intervals
        n rows.
    bp : int or array-like of int, shape (n,)
        Base pairs; negative: towards the start.

    Returns
    -------
    Intervals
        n rows; not cut to the chromosome.

    Examples
    --------
    >>> shift(Intervals(np.zeros(1, "i4"), np.array([5]), np.array([9])), -7).starts
    array([-2])
    """
    by = np.asarray(bp, np.int64)
    return Intervals(iv.codes, iv.starts + by, iv.ends + by)


def extend(
    iv: Intervals,
    upstream: ArrayLike,
    downstream: ArrayLike,
    is_minus: NDArray[np.bool_] | None = None,
) -> Intervals:
    """Make rows longer, against the strand and along it.

    Parameters
    ----------
    iv : Intervals
        n rows.
    upstream, downstream : int or array-like of int, shape (n,)
        Base pairs to add before the first base and after the last, as the strand reads.
    is_minus : ndarray of bool, shape (n,), optional
        Rows on the minus strand: their first base has the highest coordinate.

    Returns
    -------
    Intervals
        n rows; not cut to the chromosome.

    Examples
    --------
    >>> iv = Intervals(np.zeros(2, "i4"), np.array([50, 50]), np.array([60, 60]))
    >>> found = extend(iv, 10, 1, np.array([False, True]))
    >>> found.starts, found.ends
    (array([40, 49]), array([61, 70]))
    """
    left, right = np.asarray(upstream, np.int64), np.asarray(downstream, np.int64)
    if is_minus is not None:
        left, right = np.where(is_minus, right, left), np.where(is_minus, left, right)
    return Intervals(iv.codes, iv.starts - left, iv.ends + right)


def flank(
    iv: Intervals,
    size: ArrayLike,
    side: Side = "both",
    is_minus: NDArray[np.bool_] | None = None,
) -> tuple[Intervals, NDArray[np.int64]]:
    """Return the stretches beside rows.

    Parameters
    ----------
    iv : Intervals
        n rows.
    size : int or array-like of int, shape (n,)
        Base pairs.
    side : {"both", "upstream", "downstream", "left", "right"}
        Which stretch: left is that of lower coordinates; upstream is left of rows on the plus
        strand. Both gives left and right, row by row.
    is_minus : ndarray of bool, shape (n,), optional
        Rows on the minus strand.

    Returns
    -------
    iv : Intervals
        n rows, or 2 n; not cut to the chromosome.
    rows : ndarray of int64
        The row that each lies beside.

    Examples
    --------
    >>> iv = Intervals(np.zeros(1, "i4"), np.array([50]), np.array([60]))
    >>> found, rows = flank(iv, 10)
    >>> found.starts, rows
    (array([40, 60]), array([0, 0]))
    """
    n_rows = len(iv)
    size_bp = np.broadcast_to(np.asarray(size, np.int64), n_rows)
    rows = np.arange(n_rows, dtype=np.int64)
    if side == "both":
        rows = np.repeat(rows, 2)
        is_left = np.tile([True, False], n_rows)
    elif side in ("left", "right") or is_minus is None:
        is_left = np.full(n_rows, side in ("left", "upstream"))
    else:
        is_left = is_minus != (side == "upstream")
    starts = np.where(is_left, iv.starts[rows] - size_bp[rows], iv.ends[rows])
    return Intervals(iv.codes[rows], starts, starts + size_bp[rows]), rows
