"""Values of one track in a stacked variable that was changed: they count, not the stored ones."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
import xarray as xr
from xarray.core.indexing import LazilyIndexedArray

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.lazy import bare_data
from misha_xr.backend.positions import equal, select
from misha_xr.backend.stacked import StackedDenseArray
from misha_xr.backend.stacked_records import (
    StackedIntervalIndex,
    StackedRectIndex,
    changed_records,
)

__all__ = ["changed_row"]


def changed_row(
    ds: xr.Dataset, name: str, axes: Mapping[Hashable, AxisIndex]
) -> xr.DataArray | None:
    """Return the values that a stacked variable holds for a track, if they are its own.

    Parameters
    ----------
    ds : Dataset
        Of any layout.
    name : str
        Name of a track.
    axes : mapping of dimension to AxisIndex
        The axes of the Dataset.

    Returns
    -------
    DataArray or None
        Along the axis that the track has by itself, lazy if the variable is. None if there are no
        such values, or if they are unread.
    """
    for index in axes.values():
        found = None
        if isinstance(index, GenomeIndex):
            found = _dense_row(ds, name, index)
        elif isinstance(index, StackedIntervalIndex | StackedRectIndex):
            found = _records(ds, name, index)
        if found is not None:
            return found.rename(name).assign_attrs(long_name=name)
    return None


def _dense_row(ds: xr.Dataset, name: str, index: GenomeIndex) -> xr.DataArray | None:
    label = f"dense_{index.bin_size}"
    dims = ds[label].dims if label in ds.data_vars else ()
    (rows_dim,) = [dim for dim in dims if dim != index.dim] if len(dims) == 2 else [None]
    if index.dim not in dims or rows_dim not in ds.indexes:
        return None
    names = ds.indexes[rows_dim]
    found = np.flatnonzero(names == name)
    if not len(found) or _is_unread(ds[label].variable, names, index):
        return None
    return ds[label].isel({rows_dim: int(found[0])}, drop=True)


def _records(
    ds: xr.Dataset, name: str, index: StackedIntervalIndex | StackedRectIndex
) -> xr.DataArray | None:
    label = "rect" if isinstance(index, StackedRectIndex) else "sparse"
    if label not in ds.data_vars or ds[label].dims != (index.dim,):
        return None
    found = changed_records(ds[label].variable, name, index)
    if found is None:
        return None
    places, own = found
    chosen = ds[label].variable.isel({index.dim: places})
    made = own.create_variables()
    coords = xr.Coordinates(made, dict.fromkeys(made, own))
    return xr.DataArray(chosen._replace(dims=(own.dim,)), coords, name=name)


def _is_unread(variable: xr.Variable, names: pd.Index, index: GenomeIndex) -> bool:
    """Tell whether rows and columns are those of the files that their coordinates name."""
    data = bare_data(variable._data)
    stack = getattr(data, "array", None)
    if not isinstance(data, LazilyIndexedArray) or not isinstance(stack, StackedDenseArray):
        return False
    rows, bins = (select(range(n), key) for n, key in zip(stack.shape, data.key.tuple, strict=True))
    is_in_place = [stack.names[row] for row in rows] == names.tolist()
    is_same_axis = stack.axis == index.axis and stack.store.root == getattr(
        index.store, "root", None
    )
    return is_in_place and is_same_axis and equal(bins, index.positions)
