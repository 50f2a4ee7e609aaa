"""Intervals prepared for one function of windows: sorted once, then asked by every window.

An index knows linear coordinates and signs; it knows neither tables nor names.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import interval_windows as kernels
from misha_xr._ext.interval_joins import count_blocks, fill_tops
from misha_xr.errors import IntervalError
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, linear, merge
from misha_xr.query.reducers import Reducer

__all__ = ["IntervalIndex", "SignedIntervals", "Where", "make_index"]

Int64s = NDArray[np.int64]
Signs = NDArray[np.int8]
Float64s = NDArray[np.float64]
# What kernels are told of windows: codes, starts, ends, linear offsets and sizes of chromosomes,
# and the shifts of start and end.
Where = tuple[NDArray[np.int32], Int64s, Int64s, Int64s, Int64s, int, int]


@dataclass(frozen=True, eq=False)
class SignedIntervals:
    """Intervals in genome order, each with its strand.

    Attributes
    ----------
    genome : Genome
        What the codes and coordinates refer to.
    iv : Intervals
        Sorted by chromosome, start, end, then by the caller's row; rows may overlap.
    signs : int8 array, shape (n,)
        Strand of each: -1, 0 or 1.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [100, 50])
    >>> one = Intervals(np.ones(1, "i4"), np.array([10]), np.array([20]))
    >>> SignedIntervals(genome, one, np.zeros(1, "i1")).lines()
    (array([111]), array([121]))
    """

    genome: Genome
    iv: Intervals
    signs: Signs

    def lines(self) -> tuple[Int64s, Int64s]:
        """Return starts and ends on one line along the genome.

        Returns
        -------
        starts, ends : int64 array, shape (n,)
            Sorted by start; chromosomes lie a spare base apart.

        Examples
        --------
        >>> one = Intervals(np.zeros(1, "i4"), np.array([10]), np.array([20]))
        >>> SignedIntervals(Genome(["chr1"], [100]), one, np.zeros(1, "i1")).lines()
        (array([10]), array([20]))
        """
        return linear(self.iv, self.genome)


class IntervalIndex(Protocol):
    """What a function of windows needs of its source.

    Examples
    --------
    >>> one = Intervals(np.zeros(1, "i4"), np.array([10]), np.array([20]))
    >>> source = SignedIntervals(Genome(["chr1"], [100]), one, np.zeros(1, "i1"))
    >>> index: IntervalIndex = make_index(source, Reducer("coverage"))
    >>> hasattr(index, "fill")
    True
    """

    def fill(self, where: Where, out: Float64s) -> None:
        """Write one value per window.

        Parameters
        ----------
        where : tuple
            See `Where`.
        out : float64 array, shape (n,)
            Filled in place; NaN for windows that are empty once shifted and clipped.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Gap to the nearest interval, of a window's centre or of the window itself.

    Attributes
    ----------
    starts : int64 array, shape (n,)
        Linear, rising.
    reached, rows : int64 array, shape (n,)
        Largest end up to each interval, and the first that has it.
    signs : int8 array, shape (n,)
        Strands.
    of_center : bool
        Whether windows count as their centres.
    """

    starts: Int64s
    reached: Int64s
    rows: Int64s
    signs: Signs
    of_center: bool

    @classmethod
    def of(cls, source: SignedIntervals, *, of_center: bool) -> Gaps:
        """Note how far the intervals up to each one reach."""
        starts, ends = source.lines()
        reached = np.maximum.accumulate(ends)
        is_new = np.ones(len(ends), bool)
        is_new[1:] = reached[1:] > reached[:-1]
        rows = np.maximum.accumulate(np.where(is_new, np.arange(len(ends)), 0))
        return cls(starts, reached, rows, source.signs, of_center)

    def fill(self, where: Where, out: Float64s) -> None:
        """Write one value per window."""
        kernels.fill_gaps(
            *where, self.starts, self.reached, self.rows, self.signs, self.of_center, out
        )


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """Distance of a window's centre to intervals that count as longer by a margin."""

    starts: Int64s
    ends: Int64s
    signs: Signs
    width: float

    @classmethod
    def of(cls, source: SignedIntervals, width: float) -> Margins:
        """Refuse intervals that overlap or touch: two would claim one base."""
        starts, ends = source.lines()
        close = np.flatnonzero(starts[1:] <= ends[:-1])
        if len(close):
            first, second = (_text(source, int(close[0]) + k) for k in (0, 1))
            raise IntervalError(
                f"distance with a width needs intervals apart from one another; {first} and "
                f"{second} overlap or touch",
                hint="merge them first, e.g. with df.misha.canonic(), or leave the width out",
            )
        return cls(starts, ends, source.signs, width)

    def fill(self, where: Where, out: Float64s) -> None:
        """Write one value per window."""
        kernels.fill_margins(*where, self.starts, self.ends, self.signs, self.width, out)


@dataclass(frozen=True, slots=True, eq=False)
class Centers:
    """Distance of a window's centre to the nearest centre of an interval around it.

    Attributes
    ----------
    ahead, behind : tuple of int64 array, shape (n,), the last of them shorter
        Intervals by rising and by falling centre: key, bound, row, and largest bounds by block.
    signs : int8 array, shape (n,)
        Strands by row.
    """

    ahead: tuple[Int64s, Int64s, Int64s, Int64s]
    behind: tuple[Int64s, Int64s, Int64s, Int64s]
    signs: Signs

    @classmethod
    def of(cls, source: SignedIntervals) -> Centers:
        """Order the intervals by centre, in both directions."""
        starts, ends = source.lines()
        shift = starts - source.iv.starts
        centers = shift + (source.iv.starts + source.iv.ends) // 2
        return cls(_by_key(centers, -starts), _by_key(-centers, ends), source.signs)

    def fill(self, where: Where, out: Float64s) -> None:
        """Write one value per window."""
        kernels.fill_centers(*where, *self.ahead, *self.behind, self.signs, out)


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """Share of a window under the union of the intervals."""

    starts: Int64s
    ends: Int64s
    before: Int64s

    @classmethod
    def of(cls, source: SignedIntervals) -> Covered:
        """Merge the intervals and add up their lengths."""
        starts, ends = linear(merge(source.iv), source.genome)
        before = np.cumsum(ends - starts) - (ends - starts)
        return cls(starts, ends, before)

    def fill(self, where: Where, out: Float64s) -> None:
        """Write one value per window."""
        kernels.fill_coverage(*where, self.starts, self.ends, self.before, out)


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Number of intervals that share a base with a window widened by a margin."""

    starts: Int64s
    ends: Int64s
    sorted_ends: Int64s
    margin: int

    @classmethod
    def of(cls, source: SignedIntervals, margin: float) -> Counts:
        """Sort the ends; a part of a base in the margin is a whole one."""
        starts, ends = source.lines()
        return cls(starts, ends, np.sort(ends), math.ceil(margin))

    def fill(self, where: Where, out: Float64s) -> None:
        """Write one value per window."""
        kernels.fill_counts(*where, self.starts, self.sorted_ends, self.margin, out)

    def fill_distinct(self, where: Where, slots: Int64s, out: Float64s) -> None:
        """Write one value per run of segments, in which an interval counts once.

        Parameters
        ----------
        where : tuple
            Segments, sorted and disjoint within a run; no shifts.
        slots : int64 array, shape (n + 1,)
            Run k is [slots[k], slots[k + 1]); an empty one gives NaN.
        out : float64 array, shape (n,)
            Filled in place.
        """
        kernels.fill_distinct_counts(
            *where[:5], slots, self.starts, self.ends, self.sorted_ends, self.margin, out
        )


def make_index(source: SignedIntervals, reducer: Reducer) -> IntervalIndex:
    """Prepare intervals for a function.

    Parameters
    ----------
    source : SignedIntervals
        The intervals.
    reducer : Reducer
        One of the family ``"intervals"``.

    Returns
    -------
    IntervalIndex
        Immutable; threads share it.

    Raises
    ------
    IntervalError
        For ``distance`` with a width, if intervals overlap or touch.

    Notes
    -----
    Time O(n log n). A window then costs a search from where the last one ended, however the
    intervals nest. Source: misha query semantics, distances.

    Examples
    --------
    >>> two = Intervals(np.zeros(2, "i4"), np.array([0, 30]), np.array([10, 40]))
    >>> source = SignedIntervals(Genome(["chr1"], [100]), two, np.ones(2, "i1"))
    >>> window = np.zeros(1, "i4"), np.array([15]), np.array([25])
    >>> out = np.empty(1)
    >>> for name in ("distance", "distance.edge"):
    ...     index = make_index(source, Reducer(name))
    ...     index.fill((*window, source.genome.linear_offsets, source.genome.sizes, 0, 0), out)
    ...     print(out)
    [-10.]
    [5.]
    """
    return _MAKERS[reducer.name](source, _number(reducer))


_MAKERS: dict[str, Callable[[SignedIntervals, float], IntervalIndex]] = {
    "distance": lambda source, width: _distance(source, width),
    "distance.edge": lambda source, _: Gaps.of(source, of_center=False),
    "distance.center": lambda source, _: Centers.of(source),
    "coverage": lambda source, _: Covered.of(source),
    "neighbor.count": lambda source, margin: Counts.of(source, margin),
}


def _distance(source: SignedIntervals, width: float) -> IntervalIndex:
    return Margins.of(source, width) if width > 0 else Gaps.of(source, of_center=True)


def _number(reducer: Reducer) -> float:
    """Return the parameter of a function; 0 for none."""
    return reducer.parameters[0][1] if reducer.parameters else 0.0


def _by_key(keys: Int64s, bounds: Int64s) -> tuple[Int64s, Int64s, Int64s, Int64s]:
    """Sort by a key, equal ones by row; return keys, bounds, rows and the largest bounds."""
    rows = np.argsort(keys, kind="stable")
    bounds = bounds[rows]
    tops = np.empty(count_blocks(len(rows)), np.int64)
    fill_tops(bounds, tops)
    return keys[rows], bounds, rows, tops


def _text(source: SignedIntervals, row: int) -> str:
    iv = source.iv
    return f"{source.genome.name(int(iv.codes[row]))}:{iv.starts[row]}-{iv.ends[row]}"
