"""A database as xarray sees it: the engine, the indexes and the lazy arrays.

Names are imported on first use: xarray imports the engine of every package for any file, and must
not load compiled code for that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from misha_xr.backend.assembly import build_dataset, track_array
    from misha_xr.backend.axis_index import AxisIndex
    from misha_xr.backend.cubes import cube_array
    from misha_xr.backend.encoding import CoordinateForm
    from misha_xr.backend.entrypoint import MishaBackendEntrypoint
    from misha_xr.backend.groupers import ChromGrouper
    from misha_xr.backend.index import GenomeIndex, IntervalIndex, LinearIndex
    from misha_xr.backend.lazy import LazyPositions, LazyVariable, lazy_data
    from misha_xr.backend.rect_index import RectIndex
    from misha_xr.backend.track_arrays import LazyDenseArray, LazyRectArray, LazySparseArray
    from misha_xr.backend.zarr_export import export_zarr

__all__ = [
    "AxisIndex",
    "ChromGrouper",
    "CoordinateForm",
    "GenomeIndex",
    "IntervalIndex",
    "LazyDenseArray",
    "LazyPositions",
    "LazyRectArray",
    "LazySparseArray",
    "LazyVariable",
    "LinearIndex",
    "MishaBackendEntrypoint",
    "RectIndex",
    "build_dataset",
    "cube_array",
    "export_zarr",
    "lazy_data",
    "track_array",
]

_HOMES = {
    "AxisIndex": "axis_index",
    "GenomeIndex": "index",
    "IntervalIndex": "index",
    "LazyDenseArray": "track_arrays",
    "LazyPositions": "lazy",
    "LazyRectArray": "track_arrays",
    "LazySparseArray": "track_arrays",
    "LazyVariable": "lazy",
    "LinearIndex": "index",
    "MishaBackendEntrypoint": "entrypoint",
    "RectIndex": "rect_index",
    "ChromGrouper": "groupers",
    "CoordinateForm": "encoding",
    "build_dataset": "assembly",
    "cube_array": "cubes",
    "export_zarr": "zarr_export",
    "lazy_data": "lazy",
    "track_array": "assembly",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"misha_xr.backend.{_HOMES[name]}"), name)
