"""What a set does to each row of another: cover it, cut it, tie it to the rows it overlaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_cuts as kernels
from misha_xr._ext.interval_sweeps import label_rows
from misha_xr.intervals.algebra import merge
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import contiguous, in_order

__all__ = ["coverage", "mark_overlaps", "subtract"]


def coverage(a: Intervals, b: Intervals) -> NDArray[np.int64]:
    """Count the bases of each row of a set that another set covers.

    Parameters
    ----------
    a : Intervals
        n rows, any order, may overlap.
    b : Intervals
        Any order, may overlap: a base counts once.

    Returns
    -------
    ndarray of int64, shape (n,)
        Base pairs, by row of ``a``.

    Notes
    -----
    Time O(n log m) at worst, when rows of ``a`` are long and nested; O(n + m) as a rule.

    Examples
    --------
    >>> a = Intervals(np.zeros(2), np.array([5, 0]), np.array([9, 4]))
    >>> coverage(a, Intervals(np.zeros(1), np.array([3]), np.array([7])))
    array([2, 1])
    """
    found, order = in_order(a, by_end=False)
    b = merge(b)
    before = np.zeros(len(b) + 1, np.int64)
    np.cumsum(b.ends - b.starts, out=before[1:])
    covered = np.empty(len(a), np.int64)
    columns = found.codes, found.starts, found.ends
    kernels.cover_rows(*columns, order, b.codes, b.starts, b.ends, before, covered)
    return covered


def subtract(a: Intervals, b: Intervals) -> tuple[Intervals, NDArray[np.int64]]:
    """Cut the bases of a set out of each row of another.

    Parameters
    ----------
    a : Intervals
        Any order, may overlap; rows stay apart.
    b : Intervals
        Any order, may overlap.

    Returns
    -------
    pieces : Intervals
        What is left: rows in the order of ``a``, pieces of one row ascending.
    rows : ndarray of int64, shape (n_pieces,)
        The row of ``a`` that each is a piece of, ascending.

    Examples
    --------
    >>> a = Intervals(np.zeros(2), np.array([5, 0]), np.array([9, 10]))
    >>> pieces, rows = subtract(a, Intervals(np.zeros(1), np.array([3]), np.array([7])))
    >>> pieces.starts, pieces.ends, rows
    (array([7, 0, 7]), array([ 9,  3, 10]), array([0, 1, 1]))
    """
    found, order = in_order(a, by_end=False)
    a, b = contiguous(a), merge(b)
    firsts = np.empty(len(a), np.int64)
    cuts = b.codes, b.starts, b.ends
    n_pieces = kernels.find_cuts(found.codes, found.starts, found.ends, order, *cuts, firsts)
    rows, starts, ends = (np.empty(n_pieces, np.int64) for _ in range(3))
    kernels.cut_rows(a.codes, a.starts, a.ends, firsts, *cuts, rows, starts, ends)
    return Intervals(a.codes[rows], starts, ends), rows


def mark_overlaps(iv: Intervals, touching: bool = True) -> NDArray[np.int64]:
    """Label rows so that those that overlap, directly or through others, share a label.

    Parameters
    ----------
    iv : Intervals
        n rows, any order.
    touching : bool
        Rows that touch belong together as well.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels by row: 0, 1, ... in genome order of the groups.

    Notes
    -----
    Source: semantics of interval algebra, C43.

    Examples
    --------
    >>> mark_overlaps(Intervals(np.zeros(3), np.array([8, 0, 2]), np.array([9, 3, 5])))
    array([1, 0, 0])
    """
    found, order = in_order(iv, by_end=False)
    labels = np.empty(len(iv), np.int64)
    label_rows(found.codes, found.starts, found.ends, touching, order, labels)
    return labels
