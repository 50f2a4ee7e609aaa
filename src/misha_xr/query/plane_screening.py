"""The sink of screening in two dimensions: true steps as they are, nothing is joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from misha_xr.intervals import Rectangles
from misha_xr.query.plane_rects import concatenate
from misha_xr.query.rect_blocks import RectBlock
from misha_xr.query.screening import truth

__all__ = ["PlaneScreenPart", "PlaneScreenSink"]


class PlaneScreenPart:
    """The true steps of one partition.

    Attributes
    ----------
    found : list of Rectangles
        Block by block.

    Examples
    --------
    >>> import numpy as np
    >>> block = RectBlock(*(np.array([k, k]) for k in (0, 1, 30, 40, 50, 60, 1)))
    >>> part = PlaneScreenPart()
    >>> part.add(block, 0, [np.array([True, False])])
    >>> part.found[0].ends2.tolist()
    [60]
    """

    def __init__(self) -> None:
        self.found: list[Rectangles] = []

    def targets(self, lo: int, hi: int) -> None:
        """Want no values kept.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Examples
        --------
        >>> PlaneScreenPart().targets(0, 10)
        """

    def add(self, block: RectBlock, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Keep the true steps of one block; numbers are true unless 0 or NaN.

        Parameters
        ----------
        block : RectBlock
            The steps.
        lo : int
            Number of the first.
        values : sequence of one array, shape (block.n,)
            bool or float64.

        Examples
        --------
        >>> import numpy as np
        >>> block = RectBlock(*(np.array([k, k]) for k in (0, 1, 30, 40, 50, 60, 1)))
        >>> part = PlaneScreenPart()
        >>> part.add(block, 0, [np.array([np.nan, 0.0])])
        >>> part.found
        []
        """
        is_true = truth(values[0])
        if is_true.any():
            self.found.append(block.rects.take(is_true))


class PlaneScreenSink:
    """Collect the true steps of all partitions, in order.

    Examples
    --------
    >>> sink = PlaneScreenSink()
    >>> sink.combine(sink.part(0, 100))
    >>> len(sink.result())
    0
    """

    def __init__(self) -> None:
        self._found: list[Rectangles] = []

    def part(self, lo: int, hi: int) -> PlaneScreenPart:
        """Return an empty part.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Returns
        -------
        PlaneScreenPart
            Without steps.

        Examples
        --------
        >>> PlaneScreenSink().part(0, 100).found
        []
        """
        return PlaneScreenPart()

    def combine(self, part: PlaneScreenPart) -> None:
        """Take the steps of the next partition.

        Parameters
        ----------
        part : PlaneScreenPart
            Filled; parts come in order.

        Examples
        --------
        >>> sink = PlaneScreenSink()
        >>> sink.combine(PlaneScreenPart())
        """
        self._found += part.found

    def result(self) -> Rectangles:
        """Return all true steps.

        Returns
        -------
        Rectangles
            In the order of the steps; maybe none.

        Examples
        --------
        >>> PlaneScreenSink().result().starts1.shape
        (0,)
        """
        return concatenate(self._found)
