"""Many sparse, or many 2D, tracks as one variable along one axis: its index and its values."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, ClassVar, Self

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.core.indexing import IndexSelResult

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import IntervalIndex, LinearIndex, check_no_method
from misha_xr.backend.labels import Spans
from misha_xr.backend.lazy import LazyPositions, flat_positions, lazy_data
from misha_xr.backend.lookup import as_indexer, find_span
from misha_xr.backend.positions import Positions, compress, equal, materialise, select
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.stacked_axis import StackedIntervalAxis, StackedRectAxis
from misha_xr.backend.track_arrays import LazyRectArray, LazySparseArray
from misha_xr.errors import UnknownTrackError, closest_hint

__all__ = [
    "LazyStackedArray",
    "StackedIntervalIndex",
    "StackedRectIndex",
    "changed_records",
    "positions_of",
]


class StackedIntervalIndex(LinearIndex):
    """The records of many sparse tracks, track after track; selected on all of them."""

    fields: ClassVar[tuple[str, ...]] = ("chrom", "start", "end", "track")

    axis: StackedIntervalAxis  # type: ignore[assignment]  # several ranges for one span
    kind = "records"

    def sel(
        self, labels: dict[Any, Any], method: str | None = None, tolerance: Any = None
    ) -> IndexSelResult:
        """Return where the records asked for are: labels as of a sparse track, and ``track``."""
        return _sel_tracks(super().sel, self, labels, method, tolerance)

    def ranges(
        self, spans: Spans
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return a range for each track and span."""
        return self.axis.ranges(spans)

    def summary(self) -> str:
        """Return the number of tracks and the length in one line."""
        return f"records of {len(self.axis.parts):,} tracks, n={len(self):,}"


class StackedRectIndex(RectIndex):
    """The objects of many 2D tracks, track after track; selected on all of them."""

    fields: ClassVar[tuple[str, ...]] = (*RectIndex.fields, "track")

    axis: StackedRectAxis  # type: ignore[assignment]  # answers the same questions
    kind = "objects"

    def sel(
        self, labels: dict[Any, Any], method: str | None = None, tolerance: Any = None
    ) -> IndexSelResult:
        """Return where the objects asked for are: labels as of a 2D track, and ``track``."""
        return _sel_tracks(super().sel, self, labels, method, tolerance)

    def summary(self) -> str:
        """Return the number of tracks and the length in one line."""
        return f"objects of {len(self.axis.parts):,} tracks, n={len(self):,}"


class LazyStackedArray(LazyPositions):
    """Values of many sparse or 2D tracks, float32; a track is read when one of its values is.

    Parameters
    ----------
    axis : StackedIntervalAxis or StackedRectAxis
        Their records or objects.
    positions : range or ndarray of int64
        Positions on it, any shape.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, axis: StackedIntervalAxis | StackedRectAxis, positions: Positions) -> None:
        super().__init__(positions)
        self.axis = axis

    def at(self, positions: Positions) -> Self:
        """Return the same tracks at other positions."""
        return type(self)(self.axis, positions)

    def evaluate(self) -> NDArray[np.float32]:
        """Read the values."""
        places = flat_positions(self.positions)
        out = np.empty(len(places), dtype=np.float32)
        for part, rows, local in self.axis.by_track(places):
            kind: Any = LazyRectArray if isinstance(part, RectAxis) else LazySparseArray
            out[rows] = kind(part, local).evaluate()
        return out.reshape(self.shape)

    def identity(self) -> tuple[Hashable, ...]:
        """Return the tracks in their states."""
        return (self.axis,)

    def _repr_inline_(self, max_width: int) -> str:
        return "..."

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.axis, self.positions)


def _sel_tracks(
    sel: Callable[..., IndexSelResult],
    index: StackedIntervalIndex | StackedRectIndex,
    labels: dict[Any, Any],
    method: str | None,
    tolerance: Any,
) -> IndexSelResult:
    """Select by the other labels, then by names of tracks."""
    name = index.names["track"]
    if name not in labels:
        return sel(labels, method, tolerance)
    check_no_method(method, tolerance)
    others = {key: label for key, label in labels.items() if key != name}
    wanted = _wanted(index, labels[name])
    key = sel(others).dim_indexers[index.dim] if others else slice(None)
    if isinstance(key, xr.DataArray):
        return IndexSelResult({index.dim: key[wanted[key.values]]})
    places = np.arange(len(index))[key]
    return IndexSelResult({index.dim: as_indexer(places[wanted[places]])})


def _wanted(index: StackedIntervalIndex | StackedRectIndex, label: Any) -> NDArray[np.bool_]:
    """Tell for every place whether it belongs to a track named; a mask is taken as it is."""
    asked = np.atleast_1d(np.asarray(label))
    if asked.dtype == bool and len(asked) == len(index):
        return asked
    axis = index.axis
    unknown = [name for name in asked.tolist() if name not in set(axis.names.tolist())]
    if unknown:
        raise UnknownTrackError(
            f"no track {unknown[0]!r} along {index.dim!r}",
            hint=closest_hint(str(unknown[0]), axis.names.tolist()),
        )
    owners = np.searchsorted(axis.bounds, materialise(index.positions), side="right") - 1
    return np.isin(axis.names, asked)[owners]


def positions_of(index: AxisIndex, axis: Any) -> Positions | None:
    """Return the positions of an axis that an index holds, as its own or as a part of a stack.

    Parameters
    ----------
    index : AxisIndex
        Of any kind.
    axis : Axis
        What is looked for.

    Returns
    -------
    range or ndarray of int64, or None
        None if the index does not hold the axis.
    """
    if index.axis == axis:
        return index.positions
    if isinstance(index, StackedIntervalIndex | StackedRectIndex) and axis in index.axis.parts:
        return compress(_of_part(index, index.axis.parts.index(axis))[1])
    return None


def _of_part(
    index: StackedIntervalIndex | StackedRectIndex, number: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of one track along the dimension, and its positions there."""
    lo, hi = index.axis.bounds[number : number + 2].tolist()
    places = np.arange(len(index))[find_span(index.positions, lo, hi)]
    return places, materialise(select(index.positions, places)) - lo


def changed_records(
    variable: xr.Variable, name: str, index: StackedIntervalIndex | StackedRectIndex
) -> tuple[NDArray[np.int64], AxisIndex] | None:
    """Return where the values of one track lie in a stacked variable that was changed.

    Parameters
    ----------
    variable : Variable
        On the dimension of the index.
    name : str
        Name of a track.
    index : StackedIntervalIndex or StackedRectIndex
        Stacked records or objects.

    Returns
    -------
    places, index : ndarray of int64, AxisIndex; or None
        Places along the dimension, and the index of these alone, as the track has it when it is
        not stacked. None if the variable does not hold the track, or holds it as stored.
    """
    lazy = lazy_data(variable._data)
    is_stored = isinstance(lazy, LazyStackedArray) and lazy.axis == index.axis
    if lazy is not None and is_stored and equal(lazy.positions, index.positions):
        return None
    (numbers,) = np.nonzero(index.axis.names == name)
    if not len(numbers):
        return None
    number = int(numbers[0])
    part = index.axis.parts[number]
    places, positions = _of_part(index, number)
    kind: Any = RectIndex if isinstance(part, RectAxis) else IntervalIndex
    names = {field: index.names[field] for field in kind.fields}
    dim = f"{name}_object" if isinstance(part, RectAxis) else f"{name}_interval"
    own = kind(part, dim=dim, names=names, positions=positions, store=index.store)
    return places, own
