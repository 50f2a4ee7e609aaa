"""The index of a two-dimensional axis: objects on pairs of chromosomes."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from xarray.core.indexing import IndexSelResult

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import check_no_method
from misha_xr.backend.labels import Spans, parse_labels
from misha_xr.backend.lookup import as_indexer
from misha_xr.backend.positions import materialise
from misha_xr.backend.rect_axis import RectAxis

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
        found = self.axis.locate(wanted)
        if self.is_whole:
            return IndexSelResult({self.dim: as_indexer(found)})
        places = np.flatnonzero(np.isin(materialise(self.positions), found))
        return IndexSelResult({self.dim: as_indexer(places)})

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
