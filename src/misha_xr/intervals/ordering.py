"""Genome order of interval arrays: by chromosome code, then start, then end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_order as kernels
from misha_xr.intervals.arrays import Intervals

__all__ = ["contiguous", "in_order", "is_sorted", "sort_order", "take_order"]


def contiguous(iv: Intervals) -> Intervals:
    """Return intervals in the form that kernels read.

    Parameters
    ----------
    iv : Intervals
        Columns of any integer dtype and strides.

    Returns
    -------
    Intervals
        int32 codes, int64 starts and ends, each contiguous; shares memory where they were so.

    Examples
    --------
    >>> contiguous(Intervals([0], [5], [9])).codes
    array([0], dtype=int32)
    """
    return Intervals(
        np.ascontiguousarray(iv.codes, np.int32),
        np.ascontiguousarray(iv.starts, np.int64),
        np.ascontiguousarray(iv.ends, np.int64),
    )


def is_sorted(iv: Intervals) -> bool:
    """Tell whether rows are in genome order: by code, then start, then end.

    Parameters
    ----------
    iv : Intervals
        Any number of rows.

    Returns
    -------
    bool
        True for no rows and for one.

    Examples
    --------
    >>> is_sorted(Intervals(np.array([0, 1]), np.array([9, 0]), np.array([10, 5])))
    True
    """
    iv = contiguous(iv)
    return kernels.first_unsorted(iv.codes, iv.starts, iv.ends, True) == len(iv)


def sort_order(iv: Intervals) -> NDArray[np.int64]:
    """Return the order of rows that puts them in genome order.

    Parameters
    ----------
    iv : Intervals
        Any order.

    Returns
    -------
    ndarray of int64, shape (n,)
        Row numbers; equal rows keep their order.

    Notes
    -----
    Radix sort on packed keys: time O(n), one pass if the rows are sorted.

    Examples
    --------
    >>> sort_order(Intervals(np.array([1, 0, 0]), np.array([0, 5, 0]), np.array([9, 9, 9])))
    array([2, 1, 0])
    """
    order = _order(contiguous(iv), by_end=True)
    return np.arange(len(iv), dtype=np.int64) if order is None else order


def in_order(iv: Intervals, *, by_end: bool = True) -> tuple[Intervals, NDArray[np.int64] | None]:
    """Return rows in genome order, and where each came from.

    Parameters
    ----------
    iv : Intervals
        Any order.
    by_end : bool
        Rows that differ only in their end are put in order too; sweeps do without.

    Returns
    -------
    iv : Intervals
        Sorted rows in the form that kernels read; the same memory if they were sorted.
    order : ndarray of int64, shape (n,), or None
        Row number of each sorted row; None: the rows were sorted.

    Examples
    --------
    >>> found, order = in_order(Intervals(np.array([1, 0]), np.array([0, 5]), np.array([9, 9])))
    >>> found.starts, order
    (array([5, 0]), array([1, 0]))
    """
    iv = contiguous(iv)
    order = _order(iv, by_end=by_end)
    return (iv, None) if order is None else (take_order(iv, order), order)


def take_order(iv: Intervals, order: NDArray[np.int64]) -> Intervals:
    """Return rows in an order, as `Intervals.take`, all columns in one pass.

    Parameters
    ----------
    iv : Intervals
        In the form that kernels read.
    order : ndarray of int64, shape (n,)
        Row numbers, not negative; not checked.

    Returns
    -------
    Intervals
        n rows, new memory.

    Examples
    --------
    >>> take_order(contiguous(Intervals([0, 0], [5, 7], [9, 8])), np.array([1])).ends
    array([8])
    """
    n_rows = len(order)
    out = Intervals(
        np.empty(n_rows, np.int32), np.empty(n_rows, np.int64), np.empty(n_rows, np.int64)
    )
    kernels.take_rows(iv.codes, iv.starts, iv.ends, order, out.codes, out.starts, out.ends)
    return out


def _order(iv: Intervals, *, by_end: bool) -> NDArray[np.int64] | None:
    """Return the order of contiguous rows; None if they are sorted."""
    n_rows = len(iv)
    if kernels.first_unsorted(iv.codes, iv.starts, iv.ends, by_end) == n_rows:
        return None
    order = np.empty(n_rows, np.int64)
    keys, spare = np.empty((2, n_rows), np.uint64)
    kernels.sort_rows(iv.codes, iv.starts, iv.ends, by_end, order, keys, spare)
    return order
