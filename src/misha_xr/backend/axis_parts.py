"""What each axis adds to a Dataset: its index, its coordinates, and the variables on it."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.core.indexing import LazilyIndexedArray

from misha_xr.backend.array_axis import ArrayAxis, ArrayValues
from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.chunks import chunk_sizes
from misha_xr.backend.index import GenomeIndex, IntervalIndex
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.lazy import LazyPositions, LazyVariable
from misha_xr.backend.names import free_name, name_axis
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.set_axis import SetAxis, SetAxis2D, open_set_axis
from misha_xr.backend.set_index import LazySetColumn, SetIndex, SetIndex2D, set_index
from misha_xr.backend.stacked import stacked_variables
from misha_xr.backend.stacked_axis import StackedIntervalAxis, StackedRectAxis
from misha_xr.backend.stacked_records import (
    LazyStackedArray,
    StackedIntervalIndex,
    StackedRectIndex,
)
from misha_xr.backend.track_arrays import (
    LazyDenseArray,
    LazyRectArray,
    LazySparseArray,
    open_track,
)
from misha_xr.database import ArrayTrack, DenseTrack, SparseTrack, Store, Track2D

__all__ = [
    "AxisPart",
    "Naming",
    "array_part",
    "dense_part",
    "record_part",
    "set_part",
    "stack_part",
]

Variables: TypeAlias = dict[Hashable, xr.Variable]


@dataclass(frozen=True, slots=True)
class AxisPart:
    """What one axis adds to a Dataset."""

    index: AxisIndex
    variables: Variables
    extra_coords: Variables = field(default_factory=dict)

    @property
    def names(self) -> list[Hashable]:
        """Names of the dimension, the coordinates and the variables."""
        coords = [self.index.dim, *self.index.names.values(), *self.extra_coords]
        return [*coords, *self.variables]


@dataclass(frozen=True, slots=True)
class Naming:
    """How coordinates are called.

    Attributes
    ----------
    taken : collection of str
        Names that no coordinate may have.
    plain : bool
        The axis is alone: ``chrom``, ``start``, ``end`` without a prefix.
    """

    taken: Collection[str]
    plain: bool = False

    def of(self, kind: type[AxisIndex], prefix: str, dim: str) -> dict[str, Any]:
        """Return dimension and coordinate names, as keywords for an index."""
        named = name_axis(prefix, dim, kind.fields, taken=self.taken, plain=self.plain)
        return {"dim": named.dim, "names": named.coords}

    def along(self, prefix: str, word: str) -> str:
        """Return the name of a second dimension, such as tracks or columns."""
        return free_name(word if self.plain else f"{prefix}_{word}", self.taken)


def dense_part(
    store: Store, bin_size: int, tracks: list[str], naming: Naming, *, is_stacked: bool
) -> AxisPart:
    """Return the axis of one bin size with a variable per track, or one of all tracks."""
    prefix = f"bin_{bin_size}"
    axis = store.genome.axis(bin_size)
    index = GenomeIndex(axis, **naming.of(GenomeIndex, prefix, prefix), store=store)
    if is_stacked:
        track_dim = naming.along(str(index.dim), "track")
        extra, variables = stacked_variables(store, tracks, index, track_dim=track_dim)
        return AxisPart(index, variables, extra)
    encoding = _encoding(index, axis.offsets)
    whole = range(len(axis))
    variables = {
        name: _variable(index, LazyDenseArray(open_track(store, name, DenseTrack), whole), encoding)
        for name in tracks
    }
    return AxisPart(index, variables)


def record_part(store: Store, name: str, naming: Naming, *, is_2d: bool) -> AxisPart:
    """Return the axis of one sparse or 2D track, with its values."""
    index: AxisIndex
    data: LazyPositions
    if is_2d:
        rects = RectAxis(open_track(store, name, Track2D))
        index = RectIndex(rects, **naming.of(RectIndex, name, f"{name}_object"), store=store)
        data = LazyRectArray(rects, range(len(rects)))
    else:
        axis = IntervalAxis(open_track(store, name, SparseTrack))
        index = IntervalIndex(
            axis, **naming.of(IntervalIndex, name, f"{name}_interval"), store=store
        )
        data = LazySparseArray(axis, range(len(axis)))
    return AxisPart(index, {name: _variable(index, data, _encoding(index, index.axis.offsets))})


def stack_part(store: Store, tracks: list[str], naming: Naming, *, is_2d: bool) -> AxisPart:
    """Return one axis of the records, or objects, of many tracks, with their values."""
    index: AxisIndex
    axis: StackedIntervalAxis | StackedRectAxis
    if is_2d:
        axis = StackedRectAxis([RectAxis(open_track(store, name, Track2D)) for name in tracks])
        names = naming.of(StackedRectIndex, "rect", "rect_object")
        index, label = StackedRectIndex(axis, **names, store=store), "rect"
    else:
        parts = [IntervalAxis(open_track(store, name, SparseTrack)) for name in tracks]
        axis = StackedIntervalAxis(parts)
        names = naming.of(StackedIntervalIndex, "sparse", "sparse_interval")
        index, label = StackedIntervalIndex(axis, **names, store=store), "sparse"
    data = LazyStackedArray(axis, range(len(axis)))
    attrs = {"type": axis.parts[0].track.type.value}
    encoding = _encoding(index, axis.offsets)
    variable = LazyVariable((index.dim,), data, attrs, encoding, fastpath=True)
    return AxisPart(index, {free_name(label, naming.taken): variable})


def array_part(store: Store, name: str, naming: Naming) -> AxisPart:
    """Return the axis of an array track, with its values and the names of its columns."""
    axis = ArrayAxis(open_track(store, name, ArrayTrack))
    index = IntervalIndex(axis, **naming.of(IntervalIndex, name, f"{name}_interval"), store=store)
    column_dim = naming.along(name, "column")
    columns = np.array(axis.track.column_names, dtype=object)
    coordinate = xr.Variable((column_dim,), columns).to_index_variable()
    attrs = {"long_name": name, "type": axis.track.type.value}
    variable = LazyVariable(
        (index.dim, column_dim),
        LazilyIndexedArray(ArrayValues(axis)),
        attrs,
        _encoding(index, axis.offsets, {column_dim: len(columns)}),
        fastpath=True,
    )
    return AxisPart(index, {name: variable}, {column_dim: coordinate})


def set_part(store: Store, name: str, naming: Naming) -> AxisPart:
    """Return the axis of a saved interval set, with a variable per further column."""
    axis = open_set_axis(store, name)
    is_2d = isinstance(axis, SetAxis2D)
    dim = f"{name}_object" if is_2d else f"{name}_interval"
    index = set_index(axis, store, **naming.of(SetIndex2D if is_2d else SetIndex, name, dim))
    taken = {*naming.taken, *map(str, index.names.values()), str(index.dim)}
    variables: Variables = {
        free_name(column if naming.plain else f"{name}_{column}", taken): _column(
            index, axis, column
        )
        for column in axis.columns
    }
    return AxisPart(index, variables)


def _column(index: AxisIndex, axis: SetAxis | SetAxis2D, column: str) -> xr.Variable:
    data = LazySetColumn(axis, column, range(len(axis)))
    attrs = {"long_name": column, "set": axis.name}
    encoding = _encoding(index, axis.offsets)
    return LazyVariable((index.dim,), data, attrs, encoding, fastpath=True)


def _encoding(
    index: AxisIndex, offsets: NDArray[np.int64], further: dict[str, int] | None = None
) -> dict[str, Any]:
    return {"preferred_chunks": {index.dim: chunk_sizes(offsets), **(further or {})}}


def _variable(index: AxisIndex, data: LazyPositions, encoding: dict[str, Any]) -> LazyVariable:
    track = data.track  # type: ignore[attr-defined]
    attrs = {"long_name": track.name, "type": track.type.value}
    if isinstance(index, GenomeIndex):
        attrs["bin_size"] = index.bin_size
    return LazyVariable((index.dim,), data, attrs, encoding, fastpath=True)
