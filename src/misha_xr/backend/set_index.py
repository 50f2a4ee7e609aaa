"""Indexes of saved interval sets, and the lazy columns that lie on their axes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.backend.index import LinearIndex
from misha_xr.backend.labels import Spans
from misha_xr.backend.lazy import LazyPositions, flat_positions
from misha_xr.backend.positions import Positions
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.set_axis import SetAxis, SetAxis2D
from misha_xr.database import Store

__all__ = ["LazySetColumn", "SetIndex", "SetIndex2D", "set_index"]


class SetIndex(LinearIndex):
    """The index of a saved set of intervals, which may overlap: selected row by row."""

    axis: SetAxis  # type: ignore[assignment]  # found by overlap, not by place
    kind = "records"

    def ranges(
        self, spans: Spans
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return each row that shares a base with a span as a range of one."""
        owners, rows = self.axis.meeting(spans)
        return rows, rows + 1, owners

    def summary(self) -> str:
        """Return set and length in one line."""
        return f"rows of {self.axis.name!r}, n={len(self):,}"


class SetIndex2D(RectIndex):
    """The index of a saved set of 2D intervals."""

    axis: SetAxis2D  # type: ignore[assignment]  # answers the same questions
    kind = "objects"

    def summary(self) -> str:
        """Return set and length in one line."""
        return f"rows of {self.axis.name!r}, n={len(self):,}"


def set_index(axis: SetAxis | SetAxis2D, store: Store, **naming: Any) -> SetIndex | SetIndex2D:
    """Return the index of a set; ``naming`` is dimension and coordinate names, plain by default."""
    if isinstance(axis, SetAxis2D):
        return SetIndex2D(axis, store=store, **{"dim": "object", **naming})
    return SetIndex(axis, store=store, **{"dim": "interval", **naming})


class LazySetColumn(LazyPositions):
    """A column of an interval set that is no coordinate.

    Parameters
    ----------
    axis : SetAxis or SetAxis2D
        The rows.
    column : str
        Name of the column.
    positions : range or ndarray of int64
        Row numbers, any shape.
    """

    def __init__(self, axis: SetAxis | SetAxis2D, column: str, positions: Positions) -> None:
        super().__init__(positions)
        self.axis = axis
        self.column = column

    @property
    def dtype(self) -> np.dtype[Any]:
        """As in the table; object for text and categories."""
        dtype = self.axis.table[self.column].dtype
        return dtype if isinstance(dtype, np.dtype) else np.dtype(object)

    def at(self, positions: Positions) -> Self:
        """Return the same column at other rows."""
        return type(self)(self.axis, self.column, positions)

    def evaluate(self) -> NDArray[Any]:
        """Return the values; missing text is NaN."""
        rows = self.axis.table[self.column].iloc[flat_positions(self.positions)]
        if isinstance(rows.dtype, pd.CategoricalDtype):
            rows = rows.astype(object)
        return rows.to_numpy(dtype=self.dtype).reshape(self.shape)

    def identity(self) -> tuple[Hashable, ...]:
        """Return the set and the name of the column."""
        return (self.axis, self.column)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.axis, self.column, self.positions)
