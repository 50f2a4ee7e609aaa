"""Values of intervals as values of bins: means, sums, extremes, medians, counts, block by block."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.errors import IntervalError, check_one_of
from misha_xr.genome import GenomeAxis
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.bin_blocks import BIN_FUNCTIONS, BinBlock, BinRows
from misha_xr.intervals.ordering import contiguous

__all__ = ["BinnedValues"]

Float32s: TypeAlias = NDArray[np.float32]

BLOCK_BINS = 1 << 18


class BinnedValues:
    """Turns intervals with values, which come in genome order, into values of all bins.

    Parameters
    ----------
    axis : GenomeAxis
        The bins.
    func : str
        ``"weighted.mean"``: of the values, by overlap. ``"weighted.sum"``: values times bases.
        ``"coverage"``: that, per base of the bin. ``"max"``, ``"min"``: of the values that touch
        the bin. ``"median"``: the lowest value that half of the weight does not exceed.
        ``"count"``: the number of intervals, 0 for none.
    default : float
        The value of bases that no interval covers, for all but ``"count"``. NaN: they do not count,
        and a bin of nothing else is missing.

    Raises
    ------
    ValueError
        If there is no such function.

    Notes
    -----
    Rows without a value (NaN) count as absent. The bases left to the default are those of the bin
    less the sum of the overlaps, and none if intervals overlap each other so much; with disjoint
    intervals these are the bases not covered. The last bin of a chromosome ends with it. Memory: a
    block of bins and the intervals that reach into it. Source: misha query semantics, dense tracks
    from intervals.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> binned = BinnedValues(Genome(["chr1"], [30]).axis(10))
    >>> iv = Intervals(np.array([0, 0]), np.array([0, 15]), np.array([15, 20]))
    >>> [part.tolist() for part in [*binned.add(iv, np.array([1.0, 3.0])), *binned.finish()]]
    [[1.0, 2.0, nan]]
    """

    def __init__(
        self, axis: GenomeAxis, func: str = "weighted.mean", default: float = math.nan
    ) -> None:
        check_one_of("func", func, BIN_FUNCTIONS)
        self._axis = axis
        self._function = BIN_FUNCTIONS[func]
        self._default = float(default)
        self._next = 0
        self._kept = BinRows.none()
        self._last = -1, 0

    def add(self, iv: Intervals, values: NDArray[np.generic]) -> Iterator[Float32s]:
        """Take the next intervals; yield blocks of bins that are complete.

        Parameters
        ----------
        iv : Intervals
            On their chromosomes; starts do not decrease, over all calls. They may overlap.
        values : array of float, shape (n,)
            One per interval.

        Yields
        ------
        float32 array, shape (n_bins,)
            The next bins, counted over all chromosomes.

        Raises
        ------
        IntervalError
            If rows are out of order.
        """
        if not len(iv):
            return
        rows = BinRows.of(contiguous(iv), values, self._axis)
        self._check_order(rows.iv)
        reached = int(rows.los[-1])
        self._kept = self._kept.joined(rows.known())
        while reached - self._next >= BLOCK_BINS:
            yield self._take(self._next + BLOCK_BINS)

    def finish(self) -> Iterator[Float32s]:
        """Yield the bins that were not yielded yet."""
        while self._next < self._axis.n:
            yield self._take(min(self._next + BLOCK_BINS, self._axis.n))

    def _check_order(self, iv: Intervals) -> None:
        codes, starts = (
            np.concatenate([[last], column])
            for last, column in zip(self._last, (iv.codes, iv.starts), strict=True)
        )
        wrong = (codes[1:] < codes[:-1]) | ((codes[1:] == codes[:-1]) & (starts[1:] < starts[:-1]))
        if wrong.any():
            raise IntervalError(f"row {int(np.argmax(wrong))} starts before the row in front of it")
        self._last = int(codes[-1]), int(starts[-1])

    def _take(self, stop: int) -> Float32s:
        """Evaluate the bins up to one; forget the rows that end there."""
        axis, first = self._axis, self._next
        here = self._kept.up_to(stop)
        n_bases = axis.field(range(first, stop), "end") - axis.field(range(first, stop), "start")
        block = BinBlock(here, axis, first, n_bases, self._default)
        self._kept, self._next = self._kept.beyond(stop), stop
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self._function(block).astype(np.float32)
