"""The objects of a two-dimensional track as an axis: pair by pair, in storage order."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.track_axis import TrackAxis

if TYPE_CHECKING:
    from misha_xr.database import Track2D
    from misha_xr.formats.quadtree import Objects

__all__ = ["RectAxis"]

Int64Array: TypeAlias = NDArray[np.int64]

_ATTRIBUTES = {"start1": "x1", "end1": "x2", "start2": "y1", "end2": "y2"}


class RectAxis(TrackAxis["Track2D"]):
    """All objects of a rectangles or points track, numbered from 0.

    Coordinates of a pair of chromosomes are read when first asked for and then kept.

    Parameters
    ----------
    track : Track2D
        The track.
    """

    def __init__(self, track: Track2D) -> None:
        super().__init__(track)
        self._loaded: dict[int, Objects] = {}

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Chromosome codes of each pair that holds data."""
        return sorted(self.track.pairs())

    @cached_property
    def offsets(self) -> Int64Array:
        """First object of each pair, and the end, int64 (n_pairs + 1,)."""
        counts = [self.track.n_objects(*pair) for pair in self.pairs]
        offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
        offsets.setflags(write=False)
        return offsets

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def is_free(self, name: str) -> bool:
        """Tell whether a field needs no further reading: names, or all when all are loaded."""
        n_pieces = int(np.count_nonzero(np.diff(self.offsets)))
        return name.startswith("chrom") or len(self._loaded) >= n_pieces

    def objects(self, number: int) -> Objects:
        """Return the objects of a pair, by its number, in storage order."""
        found = self._loaded.get(number)
        if found is None:
            # Two threads may both read; either result is good.
            found = self._loaded.setdefault(number, self.track.objects(*self.pairs[number]))
        return found

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return ``chrom1`` (text), ``start1``, ``end1``, or the same of side 2."""
        positions = materialise(positions)
        numbers = np.searchsorted(self.offsets, positions, side="right") - 1
        if name.startswith("chrom"):
            sides = np.array(self.pairs, dtype=np.int32).reshape(-1, 2)[:, int(name[-1]) - 1]
            return self.genome.text(sides[numbers])
        out = np.empty(len(positions), dtype=np.int64)
        for number in np.unique(numbers).tolist():
            rows = numbers == number
            values = getattr(self.objects(number), _ATTRIBUTES[name])
            out[rows] = values[positions[rows] - self.offsets[number]]
        return out

    def locate(self, sides: dict[int, Any]) -> Int64Array:
        """Return the objects that share a base with spans on one side or on both.

        Parameters
        ----------
        sides : mapping of 1 or 2 to Spans
            An object is found if on each side named it shares a base with any of the spans.

        Returns
        -------
        ndarray of int64
            Object numbers, ascending. Only pairs of the chromosomes named are read.
        """
        found: list[Int64Array] = []
        for number, pair in enumerate(self.pairs):
            inside = self._inside(number, pair, sides)
            if inside is not None:
                found.append(np.flatnonzero(inside) + self.offsets[number])
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def _inside(
        self, number: int, pair: tuple[int, int], sides: dict[int, Any]
    ) -> NDArray[np.bool_] | None:
        rows = {
            side: np.flatnonzero(spans.codes == pair[side - 1]) for side, spans in sides.items()
        }
        if not all(len(found) for found in rows.values()):
            return None
        inside = np.ones(int(self.offsets[number + 1] - self.offsets[number]), dtype=bool)
        for side, spans in sides.items():
            size = self.genome.sizes[pair[side - 1]]
            if ((spans.starts <= 0) & (spans.ends >= size))[rows[side]].any():
                continue  # a whole chromosome needs no reading
            objects = self.objects(number)
            starts = getattr(objects, _ATTRIBUTES[f"start{side}"])
            ends = getattr(objects, _ATTRIBUTES[f"end{side}"])
            merged = _union(spans.starts[rows[side]], spans.ends[rows[side]])
            # Disjoint ascending stretches: the first that ends after the object starts decides.
            place = np.searchsorted(merged[1], starts, side="right")
            is_near = place < len(merged[0])
            inside &= is_near & (merged[0][np.where(is_near, place, 0)] < ends)
        return inside


def _union(starts: Int64Array, ends: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Return disjoint ascending stretches that cover the same bases."""
    order = np.argsort(starts, kind="stable")
    lows, highs = starts[order], np.maximum.accumulate(ends[order])
    is_first = np.concatenate([[True], lows[1:] > highs[:-1]])
    is_last = np.concatenate([is_first[1:], [True]])
    return lows[is_first], highs[is_last]
