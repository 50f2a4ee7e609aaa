"""Inputs of two dimensions: a 2D track, a function, four shifts, a band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.errors import VirtualTrackError, closest_hint
from misha_xr.query.rect_blocks import RectBlock
from misha_xr.query.rect_readers import RECTANGLE_FUNCTIONS, RectReader, Shifts
from misha_xr.query.rect_sources import RectSource
from misha_xr.query.reducers import AVERAGE, Reducer

__all__ = ["RectInput"]


@dataclass(frozen=True, slots=True)
class RectInput:
    """One column that expressions read on rectangular steps.

    Attributes
    ----------
    name : str
        As in the expressions.
    source : RectSource
        What is read.
    reducer : Reducer
        How the objects in a window become one number.
    shifts : (int, int, int, int)
        Added to start1, end1, start2, end2 of each step, base pairs.
    band : (int, int) or None
        Which points (x, y) count: ``d1 <= x - y < d2``.

    Raises
    ------
    VirtualTrackError
        If the function is not one of two dimensions.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("rects_track")
    >>> RectInput("rects_track", RectSource(track)).reducer.name
    'avg'
    >>> RectInput("v", RectSource(track), Reducer("stddev"))
    Traceback (most recent call last):
    misha_xr.errors.VirtualTrackError: 'v': the function 'stddev' does not reduce rectangles ...
    """

    name: str
    source: RectSource
    reducer: Reducer = AVERAGE
    shifts: Shifts = (0, 0, 0, 0)
    band: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        function = self.reducer.name
        if function not in RECTANGLE_FUNCTIONS:
            known = ", ".join(sorted(RECTANGLE_FUNCTIONS))
            raise VirtualTrackError(
                f"{self.name!r}: the function {function!r} does not reduce rectangles and points; "
                f"available: {known}",
                hint=closest_hint(function, RECTANGLE_FUNCTIONS),
            )

    @property
    def sshift(self) -> int:
        """Zero: the start of a step of one dimension is not shifted.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> RectInput("r", RectSource(track), shifts=(-5, 5, -5, 5)).sshift
        0
        """
        return 0

    @property
    def eshift(self) -> int:
        """Zero: the end of a step of one dimension is not shifted.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("rects_track")
        >>> RectInput("r", RectSource(track), shifts=(-5, 5, -5, 5)).eshift
        0
        """
        return 0

    def reduce(self, reader: RectReader, block: RectBlock, out: NDArray[np.float64]) -> None:
        """Write the column for the steps of a block.

        Parameters
        ----------
        reader : RectReader
            What the source opened for this partition.
        block : RectBlock
            The steps.
        out : float64 array, shape (block.n,)
            Filled in place.

        Examples
        --------
        >>> import misha_xr
        >>> source = RectSource(misha_xr.example_database().store.track("rects_track"))
        >>> zero, row = np.zeros(1, np.int32), np.array([1])
        >>> box = [np.array([edge]) for edge in (0, 10**6, 0, 10**6)]
        >>> out = np.empty(1)
        >>> item = RectInput("n", source, Reducer("size"))
        >>> item.reduce(source.open(), RectBlock(zero, zero, *box, row), out)
        >>> int(out[0]) == source.track.n_objects(0, 0)
        True
        """
        reader.reduce_rects(block, self.reducer, self.shifts, self.band, out)

    def token(self) -> tuple[Any, ...]:
        """Describe the input by plain values: equal tokens, equal columns.

        Returns
        -------
        tuple
            Name, source, reducer, shifts and band.

        Examples
        --------
        >>> import misha_xr
        >>> source = RectSource(misha_xr.example_database().store.track("rects_track"))
        >>> RectInput("a", source).token() == RectInput("a", source, band=(0, 9)).token()
        False
        """
        return self.name, self.source.token(), repr(self.reducer), self.shifts, self.band
