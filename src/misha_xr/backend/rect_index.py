"""The index of a two-dimensional axis: objects on pairs of chromosomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from xarray.core.indexing import IndexSelResult

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import check_no_method, region_name
from misha_xr.backend.labels import Spans, parse_labels
from misha_xr.backend.lookup import as_indexer, find_spans
from misha_xr.backend.positions import materialise
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.errors import IntervalError
from misha_xr.intervals import is_2d, to_intervals2d

__all__ = ["RectIndex"]


class RectIndex(AxisIndex):
    """The objects of a rectangles or points track, read on first use."""

    fields: ClassVar[tuple[str, ...]] = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")

    axis: RectAxis
    kind = "objects"

    def sel(
        self, labels: dict[Any, Any], method: str | None = None, tolerance: Any = None
    ) -> IndexSelResult:
        """Return where the objects that share a base with what is asked for are.

        Parameters
        ----------
        labels : mapping of coordinate name to label
            ``chrom1`` and ``chrom2`` take what ``chrom`` takes on a one-dimensional axis, with
            ``start1``, ``end1``, ``start2``, ``end2`` beside them; a side not named is free. With
            several regions on a side, an object may meet any of them. A table of 2D intervals, for
            ``chrom1``, selects by rectangles.
        method, tolerance
            Not supported.

        Returns
        -------
        IndexSelResult
            Objects in the order of the axis; both sides named must match. A table of 2D intervals
            gives the objects of its rows one after another, with a coordinate ``region`` of labels.
        """
        check_no_method(method, tolerance)
        table = self._table(labels)
        if table is not None:
            return IndexSelResult({self.dim: self._meeting(table)})
        sides = {side: self._side(labels, side) for side in (1, 2)}
        wanted = {side: spans for side, spans in sides.items() if spans is not None}
        return IndexSelResult({self.dim: self._places(self.axis.locate(wanted))})

    def _meeting(self, table: pd.DataFrame) -> xr.DataArray:
        """Return the places of the objects that meet each row of a table, with row labels."""
        rectangles = to_intervals2d(table, self.genome)
        numbers, rows = self.axis.locate_boxes(rectangles)
        places, counts = find_spans(self.positions, numbers, numbers + 1)
        owners = rows.repeat(counts)
        places = places[np.lexsort((places, owners))]
        labels = np.asarray(table.index)[owners]
        name = region_name(self.names["chrom1"])
        return xr.DataArray(places, dims=(self.dim,), coords={name: (self.dim, labels)})

    def _places(self, objects: NDArray[np.int64]) -> slice | NDArray[np.int64]:
        """Return the places of object numbers among the positions."""
        if self.is_whole:
            return as_indexer(objects)
        return as_indexer(np.flatnonzero(np.isin(materialise(self.positions), objects)))

    def _table(self, labels: Mapping[Any, Any]) -> pd.DataFrame | None:
        """Return the table of 2D intervals that was given for ``chrom1``, ``chrom2`` or both."""
        tables = [x for x in labels.values() if isinstance(x, pd.DataFrame) and is_2d(x)]
        if tables and any(label is not tables[0] for label in labels.values()):
            raise IntervalError(
                "a table of 2D intervals says all about both sides: nothing goes beside it",
                hint="sel(chrom1=table)",
            )
        return tables[0] if tables else None

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
