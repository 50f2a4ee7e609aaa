"""A band along the diagonal of a plane, and what it leaves of rectangles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import bands as kernels
from misha_xr.errors import BandError, SizeLimitError
from misha_xr.intervals.arrays import Rectangles

__all__ = ["Band"]

Codes: TypeAlias = NDArray[np.int32]
Edges: TypeAlias = NDArray[np.int64]

_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True)
class Band:
    """The points (x, y) of one chromosome with ``d1 <= x - y < d2``.

    Attributes
    ----------
    d1, d2 : int
        Base pairs, d1 < d2; infinity and numbers beyond 2**62 become 2**62.

    Raises
    ------
    BandError
        Unless both are whole numbers and d1 < d2.

    Notes
    -----
    Source: semantics of bands in two dimensions.

    Examples
    --------
    >>> Band(500, 1000)
    Band(d1=500, d2=1000)
    """

    d1: int
    d2: int

    def __post_init__(self) -> None:
        low, high = _whole(self.d1, self), _whole(self.d2, self)
        if low >= high:
            raise BandError(
                f"a band needs d1 < d2; found ({low}, {high})",
                hint="it holds the points with d1 <= x - y < d2; above the diagonal they are < 0",
            )
        object.__setattr__(self, "d1", low)
        object.__setattr__(self, "d2", high)

    @classmethod
    def of(cls, band: Any) -> Self:
        """Return the band that a caller means.

        Parameters
        ----------
        band : Band or pair of int
            (d1, d2).

        Returns
        -------
        Band
            The same object if it is one.

        Raises
        ------
        BandError
            If it is no pair of whole numbers, or not d1 < d2.

        Examples
        --------
        >>> Band.of((-10, 10)).d1
        -10
        """
        if isinstance(band, cls):
            return band
        if isinstance(band, (str, bytes)) or np.ndim(band) != 1 or len(band) != 2:
            raise BandError(
                f"a band is a pair of numbers (d1, d2); found {band!r}",
                hint="for example band=(-200_000, -1_000): x at least 1 kb and at most 200 kb "
                "before y",
            )
        return cls(*band)

    def shrink(self, rects: Rectangles) -> tuple[Rectangles, NDArray[np.bool_]]:
        """Cut rectangles to the boxes around what the band leaves of them.

        Parameters
        ----------
        rects : Rectangles
            n rows in any order.

        Returns
        -------
        boxes : Rectangles
            Of those that have a point in the band, in the same order; between two chromosomes
            there is none.
        kept : ndarray of bool, shape (n,)
            Which rows they are.

        Notes
        -----
        ``x1' = max(x1, y1 + d1)``, ``x2' = min(x2, y2 + d2)``, ``y1' = max(y1, x1 - d2)``,
        ``y2' = min(y2, x2 - d1)``. The line ``x - y = d2`` counts as a line of real numbers, so
        that a box may be one base wider than the points in it; `area` counts points.

        Examples
        --------
        >>> zero, x1, x2 = np.zeros(1, "i4"), np.array([200]), np.array([800])
        >>> boxes, _ = Band(500, 1000).shrink(
        ...     Rectangles(zero, x1, x2, zero, np.array([100]), np.array([1000])))
        >>> boxes.starts1, boxes.ends1, boxes.starts2, boxes.ends2
        (array([600]), array([800]), array([100]), array([300]))
        """
        columns = _columns(rects)
        met = np.empty(len(rects), dtype=np.uint8)
        n_met = kernels.mark_met(*columns, self.d1, self.d2, met)
        codes = np.empty(n_met, dtype=np.int32)
        x1, x2, y1, y2 = edges = np.empty((4, n_met), dtype=np.int64)
        kernels.fill_shrunk(*columns[:3], *columns[4:], met, self.d1, self.d2, codes, edges)
        return Rectangles(codes, x1, x2, codes, y1, y2), met.view(np.bool_)

    def area(self, rects: Rectangles) -> NDArray[np.int64]:
        """Count the points (x, y) of rectangles that lie in the band.

        Parameters
        ----------
        rects : Rectangles
            n rows in any order; start < end on both sides.

        Returns
        -------
        ndarray of int64, shape (n,)
            Whole numbers, exact; 0 between two chromosomes.

        Raises
        ------
        SizeLimitError
            If a rectangle has 2**63 points or more in the band.

        Examples
        --------
        >>> zero, x1, x2 = np.zeros(1, "i4"), np.array([100]), np.array([300])
        >>> Band(150, 1000).area(
        ...     Rectangles(zero, x1, x2, zero, np.array([120]), np.array([200])))
        array([465])
        """
        out = np.empty(len(rects), dtype=np.int64)
        row = kernels.fill_areas(*_columns(rects), self.d1, self.d2, out)
        if row >= 0:
            raise SizeLimitError(
                f"rectangle {row} has 2**63 points or more in the band ({self.d1}, {self.d2})"
            )
        return out


def _whole(value: Any, band: Band) -> int:
    """Return an edge as a whole number that no sum with a coordinate overflows."""
    try:
        if isinstance(value, float) and math.isinf(value):
            return _LIMIT if value > 0 else -_LIMIT
        edge = int(value)
    except (TypeError, ValueError):
        edge = None
    if edge is None or edge != value:
        raise BandError(
            f"the edges of a band must be whole numbers; found ({band.d1!r}, {band.d2!r})"
        )
    return max(-_LIMIT, min(edge, _LIMIT))


def _columns(rects: Rectangles) -> tuple[Codes, Edges, Edges, Codes, Edges, Edges]:
    """Return the columns in the form that kernels read."""
    return (
        np.ascontiguousarray(rects.codes1, np.int32),
        np.ascontiguousarray(rects.starts1, np.int64),
        np.ascontiguousarray(rects.ends1, np.int64),
        np.ascontiguousarray(rects.codes2, np.int32),
        np.ascontiguousarray(rects.starts2, np.int64),
        np.ascontiguousarray(rects.ends2, np.int64),
    )
