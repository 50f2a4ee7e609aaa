"""The second set of a join, as kernels search it: sorted once, asked by every query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_joins as kernels
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import contiguous, in_order

__all__ = ["NO_ROWS", "SortedSet", "sort_queries", "sort_set"]

NO_ROWS: NDArray[np.int64] = np.empty(0, dtype=np.int64)
# Moves per interval that mending an almost sorted column may take before a sort is cheaper.
_MOVES = 8


@dataclass(frozen=True, slots=True, eq=False)
class SortedSet:
    """Intervals sorted by code and start, those that agree in both by row.

    Attributes
    ----------
    iv : Intervals
        Sorted, in the form that kernels read.
    rows : ndarray of int64, shape (n,) or (0,)
        Row number of each before sorting; empty if the rows were sorted.

    Examples
    --------
    >>> iv = Intervals(np.array([1, 0]), np.array([0, 5]), np.array([9, 9]))
    >>> sort_set(iv).rows
    array([1, 0])
    """

    iv: Intervals
    rows: NDArray[np.int64]

    def tops(self) -> NDArray[np.int64]:
        """Return the largest ends by block, for searches.

        Returns
        -------
        ndarray of int64
            About n / 15 values.
        """
        out = np.empty(kernels.count_blocks(len(self.iv)), dtype=np.int64)
        kernels.fill_tops(self.iv.ends, out)
        return out

    def lows(self) -> NDArray[np.int64]:
        """Return the smallest row numbers by block.

        Returns
        -------
        ndarray of int64
            Empty if the rows were sorted.
        """
        out = np.empty(kernels.count_blocks(len(self.rows)), dtype=np.int64)
        kernels.fill_lows(self.rows, out)
        return out

    def sorted_ends(self) -> NDArray[np.int64]:
        """Return the ends, sorted within each chromosome.

        Returns
        -------
        ndarray of int64, shape (n,)
            New memory.
        """
        iv, n_rows = self.iv, len(self.iv)
        ends = iv.ends.copy()
        if kernels.sort_ends(iv.codes, ends, NO_ROWS, _MOVES * n_rows):
            return ends
        return in_order(Intervals(iv.codes, iv.ends, iv.ends), by_end=False)[0].starts

    def by_end(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return ends sorted within each chromosome, equal ones by falling row number.

        Returns
        -------
        ends, rows : ndarray of int64, shape (n,)
            New memory.
        """
        iv, n_rows = self.iv, len(self.iv)
        ends = iv.ends.copy()
        rows = self.rows.copy() if len(self.rows) else np.arange(n_rows, dtype=np.int64)
        if kernels.sort_ends(iv.codes, ends, rows, _MOVES * n_rows):
            return ends, rows
        rows = self.rows if len(self.rows) else np.arange(n_rows, dtype=np.int64)
        found = in_order(Intervals(iv.codes, iv.ends, -rows))[0]
        return found.starts, -found.ends


def sort_set(iv: Intervals) -> SortedSet:
    """Sort the second set of a join.

    Parameters
    ----------
    iv : Intervals
        Any order.

    Returns
    -------
    SortedSet
        Shares memory with ``iv`` if that is sorted.

    Examples
    --------
    >>> iv = Intervals(np.array([0, 0]), np.array([5, 0]), np.array([9, 7]))
    >>> sort_set(iv).iv.starts
    array([0, 5])
    """
    found, order = in_order(iv, by_end=False)
    return SortedSet(found, NO_ROWS if order is None else order)


def sort_queries(iv: Intervals) -> tuple[Intervals, NDArray[np.int64]]:
    """Find the order in which queries are visited.

    Parameters
    ----------
    iv : Intervals
        Any order.

    Returns
    -------
    iv : Intervals
        The same rows in the same order, in the form that kernels read.
    order : ndarray of int64, shape (n,) or (0,)
        Row numbers by code and start; empty if that is the order of the rows.

    Examples
    --------
    >>> sort_queries(Intervals(np.array([1, 0]), np.array([0, 5]), np.array([9, 9])))[1]
    array([1, 0])
    """
    iv = contiguous(iv)
    order = in_order(iv, by_end=False)[1]
    return iv, NO_ROWS if order is None else order
