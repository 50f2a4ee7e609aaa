"""The objects of a two-dimensional track as an axis: pair by pair, by their numbers in the tree."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.backend.boxes import Boxes, Stretches, by_pair, stretches_of
from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.rect_slabs import Slab
from misha_xr.backend.tables import MANY_PIECES
from misha_xr.backend.track_axis import TrackAxis

if TYPE_CHECKING:
    from misha_xr.database import Track2D
    from misha_xr.formats.quadtree import Objects
    from misha_xr.intervals import Rectangles

__all__ = ["RectAxis"]

Int64Array: TypeAlias = NDArray[np.int64]

_ATTRIBUTES = {"start1": "x1", "end1": "x2", "start2": "y1", "end2": "y2", "value": "values"}
_MANY_BOXES = 1024  # from here on one look at every object is quicker than a walk for each box
_MAX_KEPT = 1 << 20  # objects of a query that are remembered, 44 MB


class RectAxis(TrackAxis["Track2D"]):
    """All objects of a rectangles or points track, numbered from 0.

    The place of an object within its pair is its number in the quad tree, so that what a query of
    the tree returns has a place without reading the others. Coordinates are read when first asked
    for: those of the last query from what it returned, else those of the whole pair; they are kept.
    Where positions lie on many pairs, these are read together, and the last such read is kept.

    Parameters
    ----------
    track : Track2D
        The track.
    """

    def __init__(self, track: Track2D) -> None:
        super().__init__(track)
        self._loaded: dict[int, Objects] = {}
        self._queried: dict[int, Objects] = {}
        self._slab: Slab | None = None

    @cached_property
    def pairs(self) -> NDArray[np.int32]:
        """Chromosome codes of each pair that holds data, int32 (n_pairs, 2), sorted."""
        return np.stack(self.track.pair_codes(), axis=1)

    @cached_property
    def offsets(self) -> Int64Array:
        """First object of each pair, and the end, int64 (n_pairs + 1,)."""
        counts = self.track.count_many(*self.track.pair_codes())
        offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
        offsets.setflags(write=False)
        return offsets

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def piece_codes(self, field: str) -> NDArray[np.int32]:
        """Return the code of ``chrom1`` or ``chrom2`` of each pair."""
        return self.pairs[:, int(field[-1]) - 1]

    def is_free(self, name: str) -> bool:
        """Tell whether a field needs no further reading: names, or all when all are loaded."""
        if name.startswith("chrom"):
            return True
        n_read = max(len(self._loaded), 0 if self._slab is None else len(self._slab.numbers))
        return n_read >= int(np.count_nonzero(np.diff(self.offsets)))

    def objects(self, number: int) -> Objects:
        """Return all objects of a pair, by its number, in the order of the axis."""
        found = self._loaded.get(number)
        if found is None:
            objects = self.track.objects(*self.pairs[number].tolist())
            # Two threads may both read; either result is good.
            found = self._loaded.setdefault(number, objects.take(np.argsort(objects.ids)))
        return found

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return ``chrom1`` (text), ``start1``, ``end1``, the same of side 2, or ``value``."""
        positions = materialise(positions)
        numbers = np.searchsorted(self.offsets, positions, side="right") - 1
        if name.startswith("chrom"):
            return self.genome.text(self.piece_codes(name)[numbers])
        wanted, which = np.unique(numbers, return_inverse=True)
        places = positions - self.offsets[numbers]
        if len(wanted) > MANY_PIECES and not self._queried.keys() >= set(wanted.tolist()):
            return self._slab_of(wanted).column(_ATTRIBUTES[name], wanted, which, places)
        out = np.empty(len(positions), dtype=np.float32 if name == "value" else np.int64)
        order = np.argsort(which, kind="stable")
        edges = np.searchsorted(which[order], np.arange(1, len(wanted)))
        for number, rows in zip(wanted.tolist(), np.split(order, edges), strict=False):
            objects, found = self._holding(number, places[rows])
            out[rows] = getattr(objects, _ATTRIBUTES[name])[found]
        return out

    def _slab_of(self, numbers: Int64Array) -> Slab:
        """Return all objects of many pairs, by their numbers, ascending."""
        slab = self._slab
        if slab is None or not slab.holds(numbers):
            codes1, codes2 = (np.ascontiguousarray(codes) for codes in self.pairs[numbers].T)
            # Two threads may both read; either result is good.
            self._slab = slab = Slab(numbers, self.track.read_many(codes1, codes2, "id"))
        return slab

    def all_values(self) -> NDArray[np.float32]:
        """Return the values of all objects in the order of the axis, read together; a copy."""
        numbers = np.flatnonzero(np.diff(self.offsets))
        return self._slab_of(numbers).columns.values.copy()

    def _holding(self, number: int, ids: Int64Array) -> tuple[Objects, Int64Array]:
        """Return objects of a pair that hold some numbers, and where: of the last query if so."""
        queried = self._queried.get(number)
        if queried is not None and number not in self._loaded and len(queried):
            places = np.minimum(np.searchsorted(queried.ids, ids), len(queried) - 1)
            if np.array_equal(queried.ids[places], ids):
                return queried, places
        return self.objects(number), ids

    def locate(self, sides: dict[int, Any]) -> Int64Array:
        """Return the objects that share a base with spans on one side or on both.

        Parameters
        ----------
        sides : mapping of 1 or 2 to Spans
            An object is found if on each side named it shares a base with any of the spans.

        Returns
        -------
        ndarray of int64
            Object numbers, ascending. Only nodes of the trees that meet the spans are read, and
            nothing for whole chromosomes.
        """
        wanted = np.ones(len(self.pairs), dtype=bool)
        for side, spans in sides.items():
            wanted &= np.isin(self.pairs[:, side - 1], spans.codes)
        found: list[Int64Array] = []
        for number in np.flatnonzero(wanted).tolist():
            stretches = stretches_of(self.pairs[number].tolist(), sides, self.genome.sizes)
            found.append(self.offsets[number] + self._inside(number, stretches))
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def _inside(self, number: int, stretches: Stretches) -> Int64Array:
        """Return the numbers, within a pair, of the objects that meet some stretches."""
        if stretches.is_whole:
            return np.arange(self.offsets[number + 1] - self.offsets[number])
        if stretches.n_boxes > _MANY_BOXES:
            return np.flatnonzero(stretches.meet(self.objects(number)))
        return np.unique(self._met(number, stretches.boxes())[0])

    def locate_boxes(self, rectangles: Rectangles) -> tuple[Int64Array, Int64Array]:
        """Return the objects that share a base pair with each of some rectangles.

        Parameters
        ----------
        rectangles : Rectangles, m rows
            Each with both of its sides.

        Returns
        -------
        numbers, rows : ndarray of int64, shape (k,)
            Object numbers and the rectangle that each meets: rectangle after rectangle, ascending
            within one. Only nodes of the trees that meet them are read.
        """
        none = np.empty(0, dtype=np.int64)
        numbers, owners = [none], [none]
        for number, rows, boxes in by_pair(self.pairs, rectangles):
            met, which = self._met(number, boxes)
            numbers.append(met + self.offsets[number])
            owners.append(rows[which])
        order = np.lexsort((np.concatenate(numbers), np.concatenate(owners)))
        return np.concatenate(numbers)[order], np.concatenate(owners)[order]

    def _met(self, number: int, boxes: Boxes) -> tuple[Int64Array, Int64Array]:
        """Return the numbers, within a pair, of objects that meet boxes, and the box of each."""
        code1, code2 = self.pairs[number].tolist()
        objects, bounds = self.track.query_many(code1, code2, *boxes)
        ids, first = np.unique(objects.ids, return_index=True)
        if len(ids) <= _MAX_KEPT:
            self._queried[number] = objects.take(first)
        which = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        return objects.ids, which
