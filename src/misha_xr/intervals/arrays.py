"""Intervals as arrays, for all chromosomes at once.

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
