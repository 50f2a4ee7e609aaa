"""Indexes of the steps of a query, and the lazy values that lie on them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from misha_xr.backend.index import LinearIndex
from misha_xr.backend.labels import Spans
from misha_xr.backend.lazy import LazyPositions, flat_positions
from misha_xr.backend.positions import Positions
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.step_axis import StepAxis, StepAxis2D
from misha_xr.query import FixedBins, Query, values_at

__all__ = ["LazyStepArray", "StepIndex", "StepIndex2D"]


class StepIndex(LinearIndex):
    """The index of the steps of a query of one dimension, which may overlap."""

    axis: StepAxis  # type: ignore[assignment]  # found by overlap, not by place
    kind = "records"

    @property
    def is_whole(self) -> bool:
        """Whether these are steps that cover the genome, all of them."""
        bins = self.axis.query.iterator
        return super().is_whole and isinstance(bins, FixedBins) and bins.scope.is_whole

    def ranges(
        self, spans: Spans
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the ranges of steps that share a base with spans."""
        return self.axis.meeting(spans)

    def spans(self) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
        """Return codes, starts and ends of the steps, in their order; computes all of them."""
        found = self.axis.where(self.positions)
        return found.codes, found.starts, found.ends

    def described(self) -> dict[str, str]:
        """Return nothing: a file holds the steps, not the query."""
        return {}

    def summary(self) -> str:
        """Return the length in one line."""
        return f"steps of a query, n={len(self):,}"


class StepIndex2D(RectIndex):
    """The index of the steps of a query of two dimensions."""

    axis: StepAxis2D  # type: ignore[assignment]  # answers the same questions
    kind = "objects"

    @property
    def is_whole(self) -> bool:
        """Never: steps need not cover the plane."""
        return False

    def described(self) -> dict[str, str]:
        """Return nothing: a file holds the steps, not the query."""
        return {}

    def summary(self) -> str:
        """Return the length in one line."""
        return f"steps of a query, n={len(self):,}"


class LazyStepArray(LazyPositions):
    """The values of an expression at steps of its query; only those asked for are computed.

    Parameters
    ----------
    query : Query
        With one expression.
    positions : range or ndarray of int64
        Step numbers, any shape.
    """

    dtype = np.dtype(np.float64)

    def __init__(self, query: Query, positions: Positions) -> None:
        super().__init__(positions)
        self.query = query

    def at(self, positions: Positions) -> Self:
        """Return the same expression at other steps."""
        return type(self)(self.query, positions)

    def evaluate(self) -> NDArray[np.float64]:
        """Compute the values."""
        if isinstance(self.positions, range):
            return values_at(self.query, self.positions)
        return values_at(self.query, flat_positions(self.positions)).reshape(self.shape)

    def identity(self) -> tuple[Hashable, ...]:
        """Return everything that decides the values."""
        return (self.query.token,)

    def _repr_inline_(self, max_width: int) -> str:
        return "..."

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.query, self.positions)
