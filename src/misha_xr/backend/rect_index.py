"""The index of a two-dimensional axis: objects on pairs of chromosomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from xarray.core.indexing import IndexSelResult

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import check_no_method
from misha_xr.backend.labels import Spans, parse_labels
from misha_xr.backend.lookup import as_indexer
from misha_xr.backend.positions import materialise
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.intervals import Rectangles

__all__ = ["RectIndex"]


class RectIndex(AxisIndex):
    """The objects of a rectangles or points track, in storage order, read on first use."""

    fields: ClassVar[tuple[str, ...]] = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")

    axis: RectAxis

    def sel(
        self, labels: dict[Any, Any], method: str | None = None, tolerance: Any = None
    ) -> IndexSelResult:
        """Return where the objects that share a base with what is asked for are.

        Parameters
        ----------
        labels : mapping of coordinate name to label
            ``chrom1`` and ``chrom2`` take what ``chrom`` takes on a one-dimensional axis, with
            ``start1``, ``end1``, ``start2``, ``end2`` beside them; a side not named is free. With
            several regions on a side, an object may meet any of them.
        method, tolerance
            Not supported.

        Returns
        -------
        IndexSelResult
            Objects in storage order; both sides named must match.
        """
        check_no_method(method, tolerance)
        sides = {side: self._side(labels, side) for side in (1, 2)}
        wanted = {side: spans for side, spans in sides.items() if spans is not None}
        return IndexSelResult({self.dim: self._places(self.axis.locate(wanted))})

    def places_in(self, rectangles: Rectangles) -> slice | NDArray[np.int64]:
        """Return where the objects that share a base pair with any of some rectangles are.

        Parameters
        ----------
        rectangles : Rectangles
            Each with both of its sides.

        Returns
        -------
        slice or ndarray of int64
            Places along the dimension, ascending.
        """
        found = [self.axis.locate({1: side1, 2: side2}) for side1, side2 in _sides(rectangles)]
        none = np.empty(0, dtype=np.int64)
        return self._places(np.unique(np.concatenate([none, *found])))

    def _places(self, objects: NDArray[np.int64]) -> slice | NDArray[np.int64]:
        """Return the places of object numbers among the positions."""
        if self.is_whole:
            return as_indexer(objects)
        return as_indexer(np.flatnonzero(np.isin(materialise(self.positions), objects)))

    def _side(self, labels: dict[Any, Any], side: int) -> Spans | None:
        """Return the spans asked for on one side; None if it is free."""
        asked = {
            field.rstrip("12"): labels[name]
            for field, name in self.names.items()
            if field.endswith(str(side)) and name in labels
        }
        return parse_labels(asked, self.genome) if asked else None

    def summary(self) -> str:
        """Return track and length in one line."""
        return f"objects of {self.axis.track.name!r}, n={len(self):,}"


def _sides(rectangles: Rectangles) -> Iterator[tuple[Spans, Spans]]:
    """Yield the two sides of each rectangle."""
    table = rectangles
    columns = (table.codes1, table.starts1, table.ends1, table.codes2, table.starts2, table.ends2)
    for code1, start1, end1, code2, start2, end2 in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        yield Spans.of([(code1, start1, end1)]), Spans.of([(code2, start2, end2)])
