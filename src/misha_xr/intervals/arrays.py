"""Intervals as arrays: order, union and linear coordinates, for all chromosomes at once.

Nothing here checks coordinates (see ``frames``), and nothing loops over chromosomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.genome import Genome


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Intervals of one genome, in any order.

    Attributes
    ----------
    codes : ndarray of int32, shape (n,)
        Chromosome codes.
    starts, ends : ndarray of int64, shape (n,)
        Base pairs, 0-based, half-open.

    Examples
    --------
    >>> len(Intervals(np.zeros(2, "i4"), np.array([0, 5]), np.array([5, 9])))
    2
    """

    codes: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: NDArray[Any] | slice) -> Intervals:
        """Return some rows.

        Parameters
        ----------
        rows : ndarray of int or bool, or slice
            Which rows, in which order.

        Returns
        -------
        Intervals
            A slice shares memory with this object.

        Examples
        --------
        >>> iv = Intervals(np.zeros(2, "i4"), np.array([0, 5]), np.array([5, 9]))
        >>> iv.take(slice(1, 2)).starts
        array([5])
        """
        return Intervals(self.codes[rows], self.starts[rows], self.ends[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Rectangles:
    """Pairs of intervals of one genome, in any order.

    Attributes
    ----------
    codes1, codes2 : ndarray of int32, shape (n,)
        Chromosome codes.
    starts1, ends1, starts2, ends2 : ndarray of int64, shape (n,)
        Base pairs, 0-based, half-open.

    Examples
    --------
    >>> one = np.zeros(1, "i4"), np.array([0]), np.array([5])
    >>> len(Rectangles(*one, *one))
    1
    """

    codes1: NDArray[np.int32]
    starts1: NDArray[np.int64]
    ends1: NDArray[np.int64]
    codes2: NDArray[np.int32]
    starts2: NDArray[np.int64]
    ends2: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes1)

    def take(self, rows: NDArray[Any] | slice) -> Rectangles:
        """Return some rows.

        Parameters
        ----------
        rows : ndarray of int or bool, or slice
            Which rows, in which order.

        Returns
        -------
        Rectangles
            A slice shares memory with this object.

        Examples
        --------
        >>> one = np.array([1])
        >>> len(Rectangles(one, one, one, one, one, one).take(slice(0, 0)))
        0
        """
        return Rectangles(
            self.codes1[rows],
            self.starts1[rows],
            self.ends1[rows],
            self.codes2[rows],
            self.starts2[rows],
            self.ends2[rows],
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
    codes, starts, ends = iv.codes, iv.starts, iv.ends
    is_later = starts[1:] > starts[:-1]
    is_later |= (starts[1:] == starts[:-1]) & (ends[1:] >= ends[:-1])
    is_later &= codes[1:] == codes[:-1]
    is_later |= codes[1:] > codes[:-1]
    return bool(is_later.all())


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
    Time O(n) if the rows are sorted, else O(n log n).

    Examples
    --------
    >>> sort_order(Intervals(np.array([1, 0, 0]), np.array([0, 5, 0]), np.array([9, 9, 9])))
    array([2, 1, 0])
    """
    if is_sorted(iv):
        return np.arange(len(iv), dtype=np.int64)
    return np.lexsort((iv.ends, iv.starts, iv.codes))


def merge(iv: Intervals, touching: bool = True) -> Intervals:
    """Return the union: sorted intervals that do not overlap and cover the same bases.

    Parameters
    ----------
    iv : Intervals
        Any order, may overlap.
    touching : bool
        Join intervals that touch as well as those that overlap.

    Returns
    -------
    Intervals
        In genome order.

    Notes
    -----
    Source: semantics of intervals, touching and overlapping. Time O(n) if sorted, else O(n log n).

    Examples
    --------
    >>> iv = Intervals(np.zeros(3, "i4"), np.array([20, 0, 5]), np.array([30, 10, 20]))
    >>> merge(iv).ends, merge(iv, touching=False).ends
    (array([30]), array([20, 30]))
    """
    if len(iv) < 2:
        return iv
    if not is_sorted(iv):
        iv = iv.take(sort_order(iv))
    shift = _shifts(iv)
    starts, reach = iv.starts + shift, np.maximum.accumulate(iv.ends + shift)
    is_head = np.empty(len(iv), dtype=bool)
    is_head[0] = True
    compare = np.greater if touching else np.greater_equal
    compare(starts[1:], reach[:-1], out=is_head[1:])
    if is_head.all():
        return iv
    heads = np.flatnonzero(is_head)
    tails = np.append(heads[1:], len(iv)) - 1
    return Intervals(iv.codes[heads], iv.starts[heads], reach[tails] - shift[tails])


def linear(iv: Intervals, genome: Genome) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return coordinates on one line along the genome.

    Parameters
    ----------
    iv : Intervals
        Any order.
    genome : Genome
        The genome of the codes.

    Returns
    -------
    starts, ends : ndarray of int64, shape (n,)
        Chromosomes lie one spare base apart: intervals of two chromosomes never touch.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [1000, 600])
    >>> linear(Intervals(np.array([1]), np.array([0]), np.array([9])), genome)
    (array([1001]), array([1010]))
    """
    shift = genome.linear_offsets[iv.codes]
    return iv.starts + shift, iv.ends + shift


def _shifts(iv: Intervals) -> NDArray[np.int64]:
    """Return what to add to sorted rows so that chromosomes follow each other, a base apart."""
    heads = np.append(0, np.flatnonzero(iv.codes[1:] != iv.codes[:-1]) + 1)
    spans = np.maximum.reduceat(iv.ends, heads) + 1
    n_rows = np.diff(np.append(heads, len(iv)))
    return np.repeat(np.cumsum(spans) - spans, n_rows)
