"""Boxes on pairs of chromosomes: what selections on the two sides of a 2D axis come down to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from misha_xr.backend.labels import Spans
    from misha_xr.formats.quadtree import Objects
    from misha_xr.intervals import Rectangles

__all__ = ["Boxes", "Stretches", "by_pair", "stretches_of"]

Int64Array: TypeAlias = NDArray[np.int64]
# Edges x1, y1, x2, y2 in base pairs, half-open: x on the first chromosome of a pair.
Boxes: TypeAlias = tuple[Int64Array, Int64Array, Int64Array, Int64Array]


@dataclass(frozen=True, slots=True)
class Stretches:
    """Disjoint ascending stretches on the two sides of one pair of chromosomes.

    Attributes
    ----------
    lows, highs : pair of ndarray of int64
        Edges by side, base pairs, half-open.
    is_whole : bool
        Both sides are whole chromosomes.
    """

    lows: tuple[Int64Array, Int64Array]
    highs: tuple[Int64Array, Int64Array]
    is_whole: bool

    @property
    def n_boxes(self) -> int:
        """Number of boxes: every stretch of side 1 with every one of side 2."""
        return len(self.lows[0]) * len(self.lows[1])

    def boxes(self) -> Boxes:
        """Return the boxes."""
        n1, n2 = len(self.lows[0]), len(self.lows[1])
        first = [np.repeat(edges[0], n2) for edges in (self.lows, self.highs)]
        second = [np.tile(edges[1], n1) for edges in (self.lows, self.highs)]
        return first[0], second[0], first[1], second[1]

    def meet(self, objects: Objects) -> NDArray[np.bool_]:
        """Tell which objects share a base with a stretch on both sides; for very many boxes."""
        sides = ((objects.x1, objects.x2), (objects.y1, objects.y2))
        inside = np.ones(len(objects), dtype=bool)
        for lows, highs, (starts, ends) in zip(self.lows, self.highs, sides, strict=True):
            # Disjoint ascending stretches: the first that ends after the object starts decides.
            place = np.searchsorted(highs, starts, side="right")
            is_near = place < len(lows)
            inside[~is_near] = False
            inside[is_near] &= lows[place[is_near]] < ends[is_near]
        return inside


def stretches_of(pair: Sequence[int], sides: Mapping[int, Spans], sizes: NDArray[Any]) -> Stretches:
    """Return what spans on each side ask for on one pair of chromosomes.

    Parameters
    ----------
    pair : two ints
        Chromosome codes.
    sides : mapping of 1 or 2 to Spans
        A side not named is free.
    sizes : ndarray of int64
        Chromosome sizes, base pairs.

    Returns
    -------
    Stretches
        Maybe none on a side.
    """
    (lows1, highs1), (lows2, highs2) = (
        _stretches(sides.get(side), code, sizes) for side, code in enumerate(pair, 1)
    )
    is_whole = all(
        len(lows) == 1 and lows[0] <= 0 and highs[0] >= sizes[code]
        for lows, highs, code in zip((lows1, lows2), (highs1, highs2), pair, strict=True)
    )
    return Stretches((lows1, lows2), (highs1, highs2), is_whole)


def by_pair(
    pairs: NDArray[np.int32], rectangles: Rectangles
) -> Iterator[tuple[int, Int64Array, Boxes]]:
    """Yield the rectangles on each pair of chromosomes that holds data.

    Parameters
    ----------
    pairs : ndarray of int32, shape (n, 2)
        Sorted codes.
    rectangles : Rectangles
        Any order.

    Yields
    ------
    number, rows, boxes : int, ndarray of int64, Boxes
        The pair, the rows of the rectangles that lie on it, and their edges.
    """
    keys = (pairs[:, 0].astype(np.int64) << 32) | pairs[:, 1]
    asked = (rectangles.codes1.astype(np.int64) << 32) | rectangles.codes2
    order = np.argsort(asked, kind="stable")
    lows = np.searchsorted(asked[order], keys, side="left")
    highs = np.searchsorted(asked[order], keys, side="right")
    for number in np.flatnonzero(highs > lows).tolist():
        rows = order[lows[number] : highs[number]]
        edges = (rectangles.starts1, rectangles.starts2, rectangles.ends1, rectangles.ends2)
        x1, y1, x2, y2 = (edge[rows] for edge in edges)
        yield number, rows, (x1, y1, x2, y2)


def _stretches(
    spans: Spans | None, code: int, sizes: NDArray[Any]
) -> tuple[Int64Array, Int64Array]:
    """Return disjoint ascending stretches of one chromosome that cover the bases of some spans."""
    if spans is None:
        return np.zeros(1, dtype=np.int64), sizes[code : code + 1].astype(np.int64)
    rows = np.flatnonzero((spans.codes == code) & (spans.starts < spans.ends))
    order = rows[np.argsort(spans.starts[rows], kind="stable")]
    lows, highs = spans.starts[order], np.maximum.accumulate(spans.ends[order])
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = lows[1:] > highs[:-1]
    return lows[is_first], highs[np.roll(is_first, -1)]
