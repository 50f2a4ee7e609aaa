"""Tells variables that hold values of their own from stored tracks, for queries on a Dataset.

A query reads a stored track from its files, also beyond what a Dataset was cut to; everything else
counts with the values that the Dataset holds. A variable is stored if it holds the values of the
track of its name, lazily or not, and at the places where its axis says.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.core.indexing import LazilyIndexedArray

from misha_xr.backend.array_axis import ArrayAxis, ArrayValues, table_at
from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import GenomeIndex, IntervalIndex
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.lazy import bare_data, lazy_data
from misha_xr.backend.positions import equal, materialise, select
from misha_xr.backend.track_arrays import LazyDenseArray, LazySparseArray, LazyTrackArray
from misha_xr.database import ArrayTrack, DenseTrack, SparseTrack, Store
from misha_xr.errors import UnsupportedError
from misha_xr.query import DenseArray, DensePart

__all__ = ["own_values"]

Axes = Mapping[Hashable, AxisIndex]


def own_values(store: Store, name: str, variable: xr.Variable, axes: Axes) -> DenseArray | None:
    """Return the values of a variable for a query, or None if it is the stored track of its name.

    Parameters
    ----------
    store : Store
        The database of the Dataset.
    name : str
        Name of the variable.
    variable : Variable
        Its values; read unless they are the unread stored track.
    axes : mapping of dimension to AxisIndex
        The axes of the Dataset.

    Returns
    -------
    DenseArray or None
        NaN where the Dataset has no bins.

    Raises
    ------
    UnsupportedError
        If these are not numbers, one for a bin.
    """
    index = _axis_of(variable, axes)
    if _is_unread_track(store, name, variable, index) or (
        index is not None and _is_table_of_track(store, name, variable, index)
    ):
        return None
    is_bins = isinstance(index, GenomeIndex)
    values = variable.values
    is_number = values.dtype.kind in "biuf"
    if index is not None and is_number and values.ndim == 1 and not (is_bins and index.is_whole):
        stored = _stored_values(store, name, index)
        if stored is not None and np.array_equal(stored, values, equal_nan=True):
            return None
    if not isinstance(index, GenomeIndex) or not is_number or values.ndim > 1:
        raise UnsupportedError(
            f"variable {name!r} with dimensions {variable.dims} and dtype {variable.dtype} cannot "
            "be used in an expression: only numbers on one axis of bins can",
            hint=_advice(store, name, index),
        )
    return _spread(name, index, values)


def _axis_of(variable: xr.Variable, axes: Axes) -> AxisIndex | None:
    """Return the axis along the one dimension of a variable that has one."""
    found = [axes[dim] for dim in variable.dims if dim in axes]
    return found[0] if len(found) == 1 else None


def _is_table_of_track(store: Store, name: str, variable: xr.Variable, index: AxisIndex) -> bool:
    """Tell whether a variable is the array track of its name: all columns, in their order."""
    if variable.ndim != 2 or not isinstance(index.axis, ArrayAxis):
        return False
    track = store.track(name) if store.has_track(name) else None
    if not isinstance(track, ArrayTrack) or index.axis != ArrayAxis(track):
        return False
    n_columns = len(track.column_names)
    data = bare_data(_unchunked(variable._data))
    table = getattr(data, "array", None)
    if isinstance(data, LazilyIndexedArray) and isinstance(table, ArrayValues):
        rows, columns = (select(range(n), key) for n, key in _keys(table, data))
        is_in_order = variable.dims[0] == index.dim and equal(columns, range(n_columns))
        return is_in_order and table.axis == index.axis and equal(rows, index.positions)
    stored = table_at(index.axis, index.positions)
    found = variable.transpose(index.dim, ...).values
    return found.shape == stored.shape and np.array_equal(stored, found, equal_nan=True)


def _keys(table: ArrayValues, data: LazilyIndexedArray) -> Iterator[tuple[int, Any]]:
    return zip(table.shape, data.key.tuple, strict=True)


def _is_unread_track(
    store: Store, name: str, variable: xr.Variable, index: AxisIndex | None
) -> bool:
    """Tell whether a variable is the unread track of its name, at the places of its axis."""
    lazy = lazy_data(_unchunked(variable._data))
    if not isinstance(lazy, LazyTrackArray) or variable.ndim > 1 or lazy.track.name != name:
        return False
    if not store.has_track(name) or str(store.info(name).path) != str(lazy.track.path):
        return False
    if index is None:
        return lazy.positions == range(len(lazy.axis)) if lazy.ndim == 1 else False
    return lazy.axis == index.axis and equal(lazy.positions, index.positions)


def _unchunked(data: Any) -> Any:
    """Return what a dask array only cuts into chunks; anything else as it is."""
    layers = getattr(getattr(data, "dask", None), "layers", {})
    source = f"original-{getattr(data, 'name', None)}"
    if source not in layers:
        return data
    return getattr(layers[source].get(source), "array", data)


def _stored_values(store: Store, name: str, index: AxisIndex) -> NDArray[np.float32] | None:
    """Read what the files hold at the places of an axis; None if the track is not on this axis."""
    track = store.track(name) if store.has_track(name) else None
    if isinstance(track, DenseTrack) and index.axis == track.axis:
        return LazyDenseArray(track, index.positions).evaluate()
    if isinstance(track, SparseTrack) and isinstance(index, IntervalIndex):
        axis = IntervalAxis(track)
        return LazySparseArray(axis, index.positions).evaluate() if axis == index.axis else None
    return None


def _advice(store: Store, name: str, index: AxisIndex | None) -> str:
    """Say what to do with a variable that no query can read."""
    if store.has_track(name):
        return f"rename it if the stored track {name!r} is meant"
    if index is not None and index.store is not None and index.store.root != store.root:
        return f"open both databases as one: datasets=[{str(index.store.root)!r}]"
    return "bring it onto a dimension of bins first"


def _spread(name: str, index: GenomeIndex, values: NDArray[Any]) -> DenseArray:
    """Put values where the axis says; what it takes is proportional to the values."""
    if index.is_whole:
        return DenseArray(index.axis, values)
    places = materialise(index.positions)
    if not (np.diff(places) > 0).all():
        places, first = np.unique(places, return_index=True)
        chosen = values[first]
        if len(places) < len(index):
            _check_repeats(name, index, values, chosen[np.searchsorted(places, index.positions)])
        values = chosen
    return DensePart(index.axis, values, places)


def _check_repeats(
    name: str, index: GenomeIndex, values: NDArray[Any], chosen: NDArray[Any]
) -> None:
    """Raise if bins that occur more than once have different values."""
    if not np.array_equal(chosen, values, equal_nan=True):
        raise UnsupportedError(
            f"variable {name!r} has several values for one bin: some bins occur more than once "
            f"along {index.dim!r}",
            hint="keep each bin once, e.g. with isel, before the query",
        )
