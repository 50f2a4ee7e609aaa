"""A cube as a DataArray: values that are computed when read, region by region."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core.indexing import (
    CopyOnWriteArray,
    ExplicitIndexer,
    IndexingSupport,
    LazilyIndexedArray,
    MemoryCachedArray,
    VectorizedIndexer,
    explicit_indexing_adapter,
)

from misha_xr.backend.chunks import CHUNK_VALUES
from misha_xr.backend.lazy import LazyVariable
from misha_xr.errors import check_one_of
from misha_xr.query import Cube

__all__ = ["CubeArray", "cube_array"]

DIMS = ("region", "track", "offset")
_NAME = "stack"


class CubeArray(BackendArray):
    """The values of a cube; a key reads the regions, tracks and offsets it names, no others.

    Parameters
    ----------
    cube : Cube
        What is asked.
    dtype : dtype
        float32 or float64.
    """

    def __init__(self, cube: Cube, dtype: np.dtype[Any]) -> None:
        self.cube = cube
        self.shape = cube.shape
        self.dtype = dtype

    def __getitem__(self, key: ExplicitIndexer) -> Any:
        if isinstance(key, VectorizedIndexer):
            return explicit_indexing_adapter(key, self.shape, IndexingSupport.OUTER, self._read)
        return self._read(key.tuple)

    def _read(self, key: tuple[Any, ...]) -> NDArray[Any]:
        rows, columns, steps = (
            _numbers(item, size) for item, size in zip(key, self.shape, strict=True)
        )
        lo, hi = (int(steps.min()), int(steps.max()) + 1) if len(steps) else (0, 0)
        found = self.cube.read(rows, columns, lo, hi, self.dtype)
        if not np.array_equal(steps, np.arange(lo, hi)):
            found = found[:, :, steps - lo]
        return found[
            tuple(0 if isinstance(item, int | np.integer) else slice(None) for item in key)
        ]

    def __dask_tokenize__(self) -> tuple[str, str, str]:
        return (type(self).__qualname__, self.cube.token, self.dtype.str)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.cube, self.dtype)

    def __repr__(self) -> str:
        return f"CubeArray(shape={self.shape}, dtype={self.dtype})"


def _numbers(item: Any, size: int) -> NDArray[np.int64]:
    if isinstance(item, slice):
        return np.arange(*item.indices(size), dtype=np.int64)
    numbers = np.atleast_1d(np.asarray(item, dtype=np.int64))
    return np.where(numbers < 0, numbers + size, numbers)


def cube_array(cube: Cube, chunks: Any = None, dtype: Any = np.float64) -> xr.DataArray:
    """Return a cube as a DataArray.

    Parameters
    ----------
    cube : Cube
        What is asked.
    chunks : None, int, dict or "auto"
        None: values are computed when read, and kept; else a dask array. A number cuts regions
        only, ``{}`` makes chunks of a few million values.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    DataArray
        Dimensions ``region``, ``track``, ``offset``, with coordinates of the regions.

    Raises
    ------
    ValueError
        For another dtype, or chunks of no regions.
    """
    check_one_of("dtype", np.dtype(dtype).name, ["float64", "float32"])
    array = CubeArray(cube, np.dtype(dtype))
    lazy: Any = LazilyIndexedArray(array)
    data: Any = CopyOnWriteArray(lazy)
    if chunks is None:
        data = MemoryCachedArray(data)  # type: ignore[no-untyped-call]
    variable = LazyVariable(DIMS, data, _attrs(cube), fastpath=True)
    # A Dataset keeps the kind of a Variable; a DataArray would make a plain one.
    made = xr.Dataset({_NAME: variable}, _coords(cube))[_NAME]
    made.encoding["source"] = str(cube.query.store.root)
    if chunks is None:
        return made
    # Coordinates stay in memory: groupby and plots look at them.
    return made.chunk(_chunks(chunks, cube)).assign_coords(made.coords)


def _coords(cube: Cube) -> dict[str, Any]:
    """Return the coordinates: of regions only one value each."""
    regions, here = cube.regions, cube.regions.intervals
    bp = {"units": "bp"}
    offsets = {"long_name": "offset from the anchor, left edge", **bp}
    coords: dict[str, Any] = {
        "region": ("region", regions.labels.to_numpy()),
        "track": ("track", np.array([column.name for column in cube.query.columns], np.str_)),
        "offset": ("offset", cube.cut.offsets, offsets),
        "chrom": ("region", cube.query.store.genome.text(here.codes)),
        "start": ("region", here.starts, bp),
        "end": ("region", here.ends, bp),
    }
    if regions.strands is not None:
        coords["strand"] = ("region", regions.strands)
    return coords


def _attrs(cube: Cube) -> dict[str, Any]:
    texts = {column.name: column.expression.text for column in cube.query.columns}
    cut = cube.cut
    return {
        "expression": json.dumps(texts),
        "flank": [cut.left, cut.right],
        "bin": cut.step,
        "anchor": cube.regions.anchor,
        "strand_aware": int(cube.regions.is_stranded),
        "misha_genome": cube.query.store.genome.stamp,
    }


def _chunks(chunks: Any, cube: Cube) -> Any:
    n_regions, n_columns, n_steps = cube.shape
    if isinstance(chunks, int | np.integer):
        if isinstance(chunks, bool) or chunks == 0 or chunks < -1:
            raise ValueError(f"chunks must be a number of regions, or -1 for all; found {chunks!r}")
        return {"region": int(chunks)}
    if isinstance(chunks, Mapping) and not chunks:
        return {"region": max(min(CHUNK_VALUES // (n_columns * n_steps), n_regions), 1)}
    return chunks
