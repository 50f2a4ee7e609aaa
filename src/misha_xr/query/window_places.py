"""Where windows of one size lie: regions of a cube, at the ends of chromosomes too, and moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.errors import IntervalError, check_one_of
from misha_xr.genome import Genome
from misha_xr.query.cube_regions import CubeRegions, StepCut

__all__ = ["Edges", "WindowPlaces", "fitting"]

Edges: TypeAlias = Literal["pad", "drop", "error"]
Int64s: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

_N_SHOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class WindowPlaces:
    """Windows of one size, in any order.

    Attributes
    ----------
    codes : int32 array, shape (n,)
        Chromosome codes.
    anchors : int64 array, shape (n,)
        The border between two bases in the middle of each window.
    is_reversed : bool array, shape (n,)
        Windows that are read backwards.
    rows : int64 array, shape (n,)
        Position of each in the caller's intervals, from 0.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.cube_regions import cube_regions
    >>> regions = cube_regions(misha_xr.example_database().store, "chr1:0-100", "center", None)
    >>> WindowPlaces.of(regions).anchors.tolist()
    [50]
    """

    codes: NDArray[np.int32]
    anchors: Int64s
    is_reversed: Bools
    rows: Int64s

    @classmethod
    def of(cls, regions: CubeRegions) -> WindowPlaces:
        """Take the places of regions.

        Parameters
        ----------
        regions : CubeRegions
            In the caller's order.

        Returns
        -------
        WindowPlaces
            One for each.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.cube_regions import cube_regions
        >>> store = misha_xr.example_database().store
        >>> len(WindowPlaces.of(cube_regions(store, "chr1:0-100", "start", None)))
        1
        """
        codes = np.ascontiguousarray(regions.intervals.codes, np.int32)
        rows = np.arange(len(codes), dtype=np.int64)
        return cls(codes, regions.anchors, regions.is_reversed.astype(np.bool_), rows)

    def __len__(self) -> int:
        return len(self.codes)

    def starts(self, cut: StepCut) -> Int64s:
        """Return the first base of each window.

        Parameters
        ----------
        cut : StepCut
            How far windows reach.

        Returns
        -------
        int64 array, shape (n,)
            Below 0 or beyond the chromosome where a window leaves it.

        Examples
        --------
        >>> one = np.ones(1, np.int64)
        >>> WindowPlaces(one.astype(np.int32), one, one > 0, one).starts(StepCut(2, 3, 1)).tolist()
        [-2]
        """
        return self.anchors - np.where(self.is_reversed, cut.right, cut.left)

    def take(self, which: NDArray[Any] | slice) -> WindowPlaces:
        """Return some windows.

        Parameters
        ----------
        which : int or bool array, or slice
            Which, in which order.

        Returns
        -------
        WindowPlaces
            A slice shares memory with this object.

        Examples
        --------
        >>> two = np.arange(2)
        >>> places = WindowPlaces(two.astype(np.int32), two * 50, two > 0, two)
        >>> places.take(np.array([1])).anchors.tolist()
        [50]
        """
        chosen = self.codes[which], self.anchors[which], self.is_reversed[which], self.rows[which]
        return WindowPlaces(*chosen)

    def changed(self, cut: StepCut, shifts: Int64s | None, is_turned: Bools) -> WindowPlaces:
        """Return the windows moved along the chromosome, and some turned round on their bases.

        Parameters
        ----------
        cut : StepCut
            How far windows reach.
        shifts : int64 array, shape (n,), or None
            Base pairs.
        is_turned : bool array, shape (n,)
            Windows to read from the other strand.

        Returns
        -------
        WindowPlaces
            Shares what stays the same.

        Examples
        --------
        >>> two = np.arange(2)
        >>> places = WindowPlaces(two.astype(np.int32), two * 50, two > 0, two)
        >>> turned = places.changed(StepCut(2, 3, 1), np.array([-1, 1]), two > 0)
        >>> turned.starts(StepCut(2, 3, 1)).tolist(), turned.is_reversed.tolist()
        ([-3, 48], [False, False])
        """
        # An odd window has one base more downstream of its middle, on either strand.
        odd = np.where(self.is_reversed, cut.left - cut.right, cut.right - cut.left)
        anchors = self.anchors + np.where(is_turned, odd, 0)
        anchors = anchors if shifts is None else anchors + shifts
        return replace(self, anchors=anchors, is_reversed=self.is_reversed ^ is_turned)


def fitting(
    places: WindowPlaces, genome: Genome, cut: StepCut, edges: Edges, jitter: int = 0
) -> WindowPlaces:
    """Treat windows that leave their chromosome, or may once they are moved.

    Parameters
    ----------
    places : WindowPlaces
        n windows.
    genome : Genome
        The chromosomes.
    cut : StepCut
        How far windows reach.
    edges : {"pad", "drop", "error"}
        Keep them, leave them out, or refuse.
    jitter : int
        The most base pairs that a window is moved by.

    Returns
    -------
    WindowPlaces
        At most n windows.

    Raises
    ------
    IntervalError
        With ``edges="error"``, naming the first windows that do not fit.

    Examples
    --------
    >>> genome, one = Genome(["chr1"], [100]), np.zeros(1, np.int64)
    >>> places = WindowPlaces(one.astype(np.int32), one, one > 0, one)
    >>> len(fitting(places, genome, StepCut(2, 3, 1), "drop"))
    0
    """
    check_one_of("edges", edges, ("pad", "drop", "error"))
    if edges == "pad":
        return places
    starts, size = places.starts(cut), cut.left + cut.right
    leaves = (starts < jitter) | (starts + size + jitter > genome.sizes[places.codes])
    if edges == "error" and leaves.any():
        raise _left(genome, places, starts, size, jitter, np.flatnonzero(leaves))
    return places.take(~leaves) if leaves.any() else places


def _left(
    genome: Genome, places: WindowPlaces, starts: Int64s, size: int, jitter: int, which: Int64s
) -> IntervalError:
    shown = ", ".join(
        f"row {places.rows[k]} ({genome.name(int(places.codes[k]))}:{starts[k]}-{starts[k] + size})"
        for k in which[:_N_SHOWN].tolist()
    )
    moved = f", moved by up to {jitter:,} bp," if jitter else ""
    return IntervalError(
        f"{len(which):,} of {len(places):,} windows{moved} leave their chromosome: {shown}",
        hint="edges='pad' fills what lies outside, edges='drop' leaves such windows out",
    )
