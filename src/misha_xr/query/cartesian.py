"""Cartesian grids: windows around centres on two axes, and the iterator over their product."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IteratorError
from misha_xr.genome import Genome
from misha_xr.intervals import Band, Intervals, Rectangles, linear, to_intervals
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.ranges import cumulate
from misha_xr.query.rect_blocks import RectBlock

__all__ = ["CartesianGrid", "CartesianSteps", "grid_axes"]

Int64s = NDArray[np.int64]

_MAX_SHIFT = 1 << 61


@dataclass(frozen=True, eq=False)
class CartesianGrid:
    """Ask for the product of windows around the centres of two sets of intervals.

    Parameters
    ----------
    intervals1 : DataFrame
        `chrom`, `start`, `end`; the centre of an interval is ``(start + end) // 2``.
    expansion1 : sequence of int
        Two or more edges in base pairs: each pair of neighbours E, F gives a window
        ``[centre + E, centre + F)``, clipped to the chromosome.
    intervals2 : DataFrame, optional
        Of the second axis; default: those of the first.
    expansion2 : sequence of int, optional
        Of the second axis; default: those of the first.
    band_idx : (int, int), optional
        Keep only pairs of intervals of one chromosome whose numbers, in genome order, differ by a
        value in this closed range; only without `intervals2`.

    Raises
    ------
    IteratorError
        For fewer than two edges, edges that are no whole numbers, or `band_idx` with two sets.

    Notes
    -----
    Source: misha query semantics, cartesian grid. Windows of one axis never overlap: where those of
    neighbouring centres would, they meet in the middle of what they have in common; equal centres
    count once. Edges are sorted.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> here = db.genome.intervals("chr1", 1000, 1001)
    >>> grid = CartesianGrid(here, (-200, 0, 200))
    >>> db.iterator_intervals(grid)[["start1", "end1", "start2", "end2"]].iloc[0].tolist()
    [800, 1000, 800, 1000]
    """

    intervals1: pd.DataFrame
    expansion1: Sequence[int]
    intervals2: pd.DataFrame | None = None
    expansion2: Sequence[int] | None = None
    band_idx: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Check what can be checked without a genome."""
        object.__setattr__(self, "expansion1", _edges("expansion1", self.expansion1))
        if self.expansion2 is not None:
            object.__setattr__(self, "expansion2", _edges("expansion2", self.expansion2))
        if self.band_idx is None:
            return
        if self.intervals2 is not None:
            raise IteratorError(
                "band_idx compares intervals of one set, but the grid has two",
                hint="leave out intervals2, or give a band in base pairs to the query",
            )
        low, high = (_whole("band_idx", value) for value in self.band_idx)
        object.__setattr__(self, "band_idx", (low, high))


def _edges(name: str, values: Any) -> tuple[int, ...]:
    if isinstance(values, (str, bytes)) or not np.iterable(values):
        raise IteratorError(f"{name} must be two or more numbers; found {values!r}")
    edges = tuple(sorted(_whole(name, value) for value in values))
    if len(edges) < 2:
        raise IteratorError(f"{name} must contain at least 2 values; found {list(edges)}")
    return edges


def _whole(name: str, value: object) -> int:
    number = float(value) if isinstance(value, numbers.Real) else math.nan
    if not number.is_integer() or abs(number) > _MAX_SHIFT:
        raise IteratorError(f"{name} must hold whole numbers; found {value!r}")
    return int(number)  # exact: positions are far below 2**53


@dataclass(frozen=True, slots=True)
class _Axis:
    """Windows of one axis, sorted and disjoint.

    Attributes
    ----------
    windows : Intervals
        p windows.
    items : int64 array, shape (p,)
        Number of the interval that each belongs to, never decreasing.
    """

    windows: Intervals
    items: Int64s


def grid_axes(grid: CartesianGrid, genome: Genome) -> tuple[_Axis, _Axis]:
    """Return the windows of both axes of a grid.

    Parameters
    ----------
    grid : CartesianGrid
        What is asked.
    genome : Genome
        Names and sizes.

    Returns
    -------
    axis1, axis2
        Each with `windows` (sorted, disjoint) and `items` (which interval each belongs to).

    Raises
    ------
    IntervalError, UnknownChromosomeError
        For rows that are not intervals of the genome.

    Examples
    --------
    >>> import misha_xr
    >>> genome = misha_xr.example_database().genome
    >>> grid = CartesianGrid(genome.intervals("chr1", [100, 105], [110, 115]), (-20, 0, 20))
    >>> grid_axes(grid, genome)[0].windows.ends.tolist()
    [105, 107, 110, 130]
    """
    one = _axis(grid.intervals1, grid.expansion1, genome, "intervals1")
    if grid.intervals2 is None and grid.expansion2 is None:
        return one, one
    table = grid.intervals1 if grid.intervals2 is None else grid.intervals2
    expansion = grid.expansion1 if grid.expansion2 is None else grid.expansion2
    return one, _axis(table, expansion, genome, "intervals2")


def _axis(table: pd.DataFrame, edges: Sequence[int], genome: Genome, what: str) -> _Axis:
    codes, centres = _centres(to_intervals(table, genome, what=what))
    low, high = _limits(codes, centres, edges)
    lows = np.maximum(centres[:, None] + np.array(edges[:-1], np.int64), low[:, None])
    highs = np.minimum(centres[:, None] + np.array(edges[1:], np.int64), high[:, None])
    lows, highs = np.maximum(lows, 0), np.minimum(highs, genome.sizes[codes][:, None])
    kept = lows < highs
    items = np.broadcast_to(np.arange(len(codes))[:, None], kept.shape)[kept]
    return _Axis(Intervals(codes[items], lows[kept], highs[kept]), items)


def _centres(found: Intervals) -> tuple[NDArray[np.int32], Int64s]:
    """Return the centres, sorted, each once."""
    middles = (found.starts + found.ends) // 2
    order = np.lexsort((middles, found.codes))
    codes, middles = found.codes[order], middles[order]
    is_new = np.ones(len(codes), bool)
    is_new[1:] = (codes[1:] != codes[:-1]) | (middles[1:] != middles[:-1])
    return codes[is_new], middles[is_new]


def _limits(
    codes: NDArray[np.int32], centres: Int64s, edges: Sequence[int]
) -> tuple[Int64s, Int64s]:
    """Return how far each centre's windows may reach: to the middle of a common stretch."""
    low = np.full(len(centres), -(1 << 62))
    high = np.full(len(centres), 1 << 62)
    ends, starts = centres[:-1] + edges[-1], centres[1:] + edges[0]
    shared = np.flatnonzero((codes[1:] == codes[:-1]) & (starts < ends))
    middles = (starts[shared] + ends[shared]) // 2
    high[shared], low[shared + 1] = middles, middles
    return low, high


@dataclass(frozen=True, slots=True)
class _Runs:
    """A window of axis 1 in a scope row, with the stretch of windows of axis 2 it is paired with.

    Attributes
    ----------
    place, one, first : int64 array, shape (m,)
        Scope row, window of axis 1, first window of axis 2.
    offsets : int64 array, shape (m + 1,)
        Number of steps before each run, and in all.
    """

    place: Int64s
    one: Int64s
    first: Int64s
    offsets: Int64s


@dataclass(frozen=True, eq=False)
class CartesianSteps:
    """The cells of a cartesian grid, cut by each scope row; only stretches of cells are listed.

    Attributes
    ----------
    grid : CartesianGrid
        What is asked.
    scope : PlaneScope
        Where.
    band : Band or None
        Shrinks the cells, and drops those outside.

    Examples
    --------
    >>> import misha_xr
    >>> genome = misha_xr.example_database().genome
    >>> grid = CartesianGrid(genome.intervals("chr1", 1000, 1001), (-200, 0, 200))
    >>> CartesianSteps(grid, PlaneScope(genome)).n_steps
    4
    """

    grid: CartesianGrid
    scope: PlaneScope
    band: Band | None = None

    @cached_property
    def _axes(self) -> tuple[_Axis, _Axis]:
        return grid_axes(self.grid, self.scope.genome)

    @cached_property
    def _here(self) -> PlaneScope:
        """The scope on the pairs of chromosomes that have windows."""
        one, two = (np.unique(axis.windows.codes) for axis in self._axes)
        codes1, codes2 = np.repeat(one, len(two)), np.tile(two, len(one))
        return self.scope.on_pairs(codes1, codes2)

    @cached_property
    def _runs(self) -> _Runs:
        one, two = self._axes
        rects = self._here.rects
        lo1, hi1 = self._met(one, Intervals(rects.codes1, rects.starts1, rects.ends1))
        lo2, hi2 = self._met(two, Intervals(rects.codes2, rects.starts2, rects.ends2))
        counts = np.where(hi2 > lo2, np.maximum(hi1 - lo1, 0), 0)
        at = np.repeat(np.arange(len(counts)), counts)
        windows = lo1[at] + np.arange(len(at)) - cumulate(counts)[at]
        first, last = lo2[at], hi2[at]
        if self.grid.band_idx is not None:
            is_cis = rects.codes1[at] == rects.codes2[at]
            first, last = self._near(windows, first, np.where(is_cis, last, 0))
        if self.band is not None:
            first, last = self._in_band(self.band, at, windows, first, last)
        kept = first < last
        offsets = cumulate((last - first)[kept])
        return _Runs(at[kept], windows[kept], first[kept], offsets)

    def _met(self, axis: _Axis, sides: Intervals) -> tuple[Int64s, Int64s]:
        """Return the range of windows that one side of every scope row meets."""
        starts, ends = linear(axis.windows, self.scope.genome)
        low, high = linear(sides, self.scope.genome)
        return np.searchsorted(ends, low, "right"), np.searchsorted(starts, high, "left")

    def _near(self, windows: Int64s, first: Int64s, last: Int64s) -> tuple[Int64s, Int64s]:
        """Keep windows of axis 2 whose interval is so many intervals away."""
        one, two = self._axes
        assert self.grid.band_idx is not None
        low, high = self.grid.band_idx
        item = one.items[windows]
        return (
            np.maximum(first, np.searchsorted(two.items, item - high, "left")),
            np.minimum(last, np.searchsorted(two.items, item - low, "right")),
        )

    def _in_band(
        self, band: Band, at: Int64s, windows: Int64s, first: Int64s, last: Int64s
    ) -> tuple[Int64s, Int64s]:
        """Keep windows of axis 2 that share a point with the band, on the same chromosome."""
        one, two = (axis.windows for axis in self._axes)
        rects, genome = self._here.rects, self.scope.genome
        x1 = np.maximum(one.starts[windows], rects.starts1[at])
        x2 = np.minimum(one.ends[windows], rects.ends1[at])
        low = np.maximum(x1 + 1 - band.d2, rects.starts2[at])
        high = np.minimum(x2 - band.d1, rects.ends2[at])
        meets = (low < high) & (rects.codes1[at] == rects.codes2[at])
        shift = genome.linear_offsets[rects.codes2[at]]
        starts, ends = linear(two, genome)
        lo = np.searchsorted(ends, low + shift, "right")
        hi = np.searchsorted(starts, high + shift, "left")
        return np.where(meets, np.maximum(first, lo), 0), np.where(meets, np.minimum(last, hi), 0)

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        return int(self._runs.offsets[-1])

    def token(self) -> tuple[Any, ...]:
        """Describe the cells.

        Returns
        -------
        tuple
            The windows of both axes, the limits of the pairs, the band.

        Examples
        --------
        >>> import misha_xr
        >>> genome = misha_xr.example_database().genome
        >>> grid = CartesianGrid(genome.intervals("chr1", 1000, 1001), (-200, 0, 200))
        >>> CartesianSteps(grid, PlaneScope(genome)).token()[0]
        'cartesian'
        """
        axes = [
            (w.codes.tobytes(), w.starts.tobytes(), w.ends.tobytes(), axis.items.tobytes())
            for axis in self._axes
            for w in [axis.windows]
        ]
        return "cartesian", *axes, self.grid.band_idx, self.band

    def block(self, lo: int, hi: int) -> RectBlock:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        RectBlock
            New memory, hi - lo rows, those of a scope row sorted by start1, start2.

        Examples
        --------
        >>> import misha_xr
        >>> genome = misha_xr.example_database().genome
        >>> grid = CartesianGrid(genome.intervals("chr1", 1000, 1001), (-200, 0, 200))
        >>> CartesianSteps(grid, PlaneScope(genome)).block(1, 3).starts2.tolist()
        [1000, 800]
        """
        runs, steps = self._runs, np.arange(lo, hi, dtype=np.int64)
        which = np.searchsorted(runs.offsets, steps, "right") - 1
        at = runs.place[which]
        one = self._axes[0].windows.take(runs.one[which])
        two = self._axes[1].windows.take(runs.first[which] + steps - runs.offsets[which])
        rects = self._here.rects.take(at)
        cut = Rectangles(
            one.codes,
            np.maximum(one.starts, rects.starts1),
            np.minimum(one.ends, rects.ends1),
            two.codes,
            np.maximum(two.starts, rects.starts2),
            np.minimum(two.ends, rects.ends2),
        )
        cut = cut if self.band is None else self.band.shrink(cut)[0]
        return RectBlock.of(cut, self._here.rows[at])
