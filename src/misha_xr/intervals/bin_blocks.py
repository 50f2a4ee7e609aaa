"""A run of bins and the intervals that reach into it: what each bin is worth."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_bins as kernels
from misha_xr.genome import GenomeAxis
from misha_xr.intervals.arrays import Intervals

__all__ = ["BIN_FUNCTIONS", "BinBlock", "BinRows"]

Int64s: TypeAlias = NDArray[np.int64]
Float64s: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BinRows:
    """Intervals with values, and the bins that each shares a base with; sorted by start.

    Attributes
    ----------
    iv : Intervals
        n rows.
    values : float64 array, shape (n,)
        One per row.
    los, his : int64 array, shape (n,)
        Bins lo to hi - 1, counted over all chromosomes.

    Examples
    --------
    >>> len(BinRows.none().values)
    0
    """

    iv: Intervals
    values: Float64s
    los: Int64s
    his: Int64s

    @classmethod
    def none(cls) -> BinRows:
        """Return no rows."""
        none = np.empty(0, np.int64)
        return cls(Intervals(none.astype(np.int32), none, none), np.empty(0), none, none)

    @classmethod
    def of(cls, iv: Intervals, values: NDArray[np.generic], axis: GenomeAxis) -> BinRows:
        """Find the bins of rows."""
        return cls(iv, np.asarray(values, np.float64), *axis.locate(iv.codes, iv.starts, iv.ends))

    def take(self, rows: NDArray[np.bool_] | slice) -> BinRows:
        """Return some rows."""
        return BinRows(self.iv.take(rows), self.values[rows], self.los[rows], self.his[rows])

    def known(self) -> BinRows:
        """Return the rows that have a value."""
        missing = np.isnan(self.values)
        return self.take(~missing) if missing.any() else self

    def joined(self, more: BinRows) -> BinRows:
        """Return these rows and more, which start behind them."""
        if not len(self.values):
            return more
        one, two = self.iv, more.iv
        return BinRows(
            Intervals(
                np.concatenate([one.codes, two.codes]),
                np.concatenate([one.starts, two.starts]),
                np.concatenate([one.ends, two.ends]),
            ),
            np.concatenate([self.values, more.values]),
            np.concatenate([self.los, more.los]),
            np.concatenate([self.his, more.his]),
        )

    def up_to(self, stop: int) -> BinRows:
        """Return the rows that reach a bin below one."""
        return self.take(slice(0, int(np.searchsorted(self.los, stop))))

    def beyond(self, stop: int) -> BinRows:
        """Return the rows that reach a bin from one on."""
        n = int(np.searchsorted(self.los, stop))
        long = self.take(slice(0, n))
        long = long.take(long.his > stop)
        return (
            long.joined(self.take(slice(n, None)))
            if len(long.values)
            else self.take(slice(n, None))
        )


@dataclass(frozen=True, slots=True, eq=False)
class BinBlock:
    """A run of bins, and the intervals that reach into it.

    Attributes
    ----------
    rows : BinRows
        All have values.
    axis : GenomeAxis
        The bins.
    first : int
        Number of the first bin.
    n_bases : int64 array, shape (n,)
        Bases of each bin.
    default : float
        Value of bases that no row covers; NaN: none.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> axis = Genome(["chr1"], [20]).axis(10)
    >>> BinBlock(BinRows.none(), axis, 0, np.array([10, 10]), np.nan).counts().tolist()
    [0, 0]
    """

    rows: BinRows
    axis: GenomeAxis
    first: int
    n_bases: Int64s
    default: float

    def overlaps(self) -> tuple[Float64s, Float64s]:
        """Return the weight of each bin, and the sum of values by weight; the default included."""
        weights, sums = np.zeros((2, len(self.n_bases)))
        kernels.add_overlaps(*self._spans(), self.rows.values, *self._bins(), weights, sums)
        if not math.isnan(self.default):
            rest = np.maximum(self.n_bases - weights, 0)
            has_rest = rest > 0
            sums[has_rest] += self.default * rest[has_rest]
            weights += rest
        return weights, sums

    def maxima(self, sign: float) -> Float64s:
        """Return the largest value times a sign, with the default where bases are left to it."""
        found = np.full(len(self.n_bases), -np.inf)
        kernels.raise_maxima(*self._spans(), sign * self.rows.values, *self._bins(), found)
        counts = self.counts()
        found[counts == 0] = np.nan
        if not math.isnan(self.default):
            weights, sums = np.zeros((2, len(self.n_bases)))
            kernels.add_overlaps(*self._spans(), self.rows.values, *self._bins(), weights, sums)
            found = np.where(weights < self.n_bases, np.fmax(found, sign * self.default), found)
        return sign * found

    def counts(self) -> Int64s:
        """Return the number of rows that touch each bin."""
        counts = np.zeros(len(self.n_bases), np.int64)
        kernels.count_rows(*self._spans(), *self._bins(), counts)
        return counts

    def medians(self) -> Float64s:
        """Return the lower median by weight."""
        bins, values, weights = self._pairs()
        order = np.lexsort((values, bins))
        bins, values, weights = bins[order], values[order], weights[order]
        n = len(self.n_bases)
        ends = np.cumsum(np.bincount(bins, minlength=n))
        reached = np.concatenate([[0], np.cumsum(weights)])
        starts = np.concatenate([[0], ends[:-1]])
        half = (reached[starts] + reached[ends]) / 2
        at = np.searchsorted(reached[1:], half)
        found = np.full(n, np.nan)
        filled = ends > starts
        found[filled] = values[at[filled]]
        return found

    def _pairs(self) -> tuple[Int64s, Float64s, Int64s]:
        """List bin, value and weight of every overlap, and of the default."""
        n = len(self.n_bases)
        rows, bins, weights = np.empty((3, int(self.counts().sum())), np.int64)
        kernels.list_overlaps(*self._spans(), *self._bins(), n, rows, bins, weights)
        values = self.rows.values[rows]
        if math.isnan(self.default):
            return bins, values, weights
        covered = np.bincount(bins, weights=weights, minlength=n).astype(np.int64)
        left = np.flatnonzero(covered < self.n_bases)
        return (
            np.concatenate([bins, left]),
            np.concatenate([values, np.full(len(left), self.default)]),
            np.concatenate([weights, (self.n_bases - covered)[left]]),
        )

    def _spans(self) -> tuple[NDArray[np.int32], Int64s, Int64s]:
        return self.rows.iv.codes, self.rows.iv.starts, self.rows.iv.ends

    def _bins(self) -> tuple[Int64s, int, int]:
        return self.axis.offsets, self.axis.bin_size, self.first


def _weighted_mean(block: BinBlock) -> Float64s:
    weights, sums = block.overlaps()
    return np.where(weights > 0, sums / weights, np.nan)


def _weighted_sum(block: BinBlock) -> Float64s:
    weights, sums = block.overlaps()
    return np.where(weights > 0, sums, np.nan)


BIN_FUNCTIONS: dict[str, Callable[[BinBlock], Float64s]] = {
    "weighted.mean": _weighted_mean,
    "weighted.sum": _weighted_sum,
    "max": lambda block: block.maxima(1.0),
    "min": lambda block: block.maxima(-1.0),
    "median": BinBlock.medians,
    "count": lambda block: block.counts().astype(np.float64),
    "coverage": lambda block: _weighted_sum(block) / block.n_bases,
}
