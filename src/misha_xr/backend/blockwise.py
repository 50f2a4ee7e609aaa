"""What needs dask: positions in chunks, and functions mapped over blocks that know where they are.

The one module that imports dask.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import xarray as xr

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.positions import Positions
from misha_xr.errors import MissingExtraError, UnsupportedError

__all__ = ["chunked_positions", "map_blocks"]

Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)


def chunked_positions(positions: Positions, chunks: tuple[int, ...]) -> Any:
    """Return positions as a dask array of int64.

    Parameters
    ----------
    positions : range or ndarray of int64, shape (n,)
        Those of a range are computed chunk by chunk.
    chunks : tuple of int
        Their sum is n.

    Returns
    -------
    dask.array.Array
        Unread.

    Raises
    ------
    MissingExtraError
        If dask is not installed.
    """
    array = _dask_array()
    if not isinstance(positions, range):
        return array.from_array(positions, chunks=(chunks,))
    places = array.arange(len(positions), chunks=(chunks,), dtype=np.int64)
    return places * positions.step + positions.start


def map_blocks(
    obj: Labelled,
    indexes: Sequence[AxisIndex],
    function: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    template: xr.Dataset | xr.DataArray | None = None,
) -> Any:
    """Apply a function to every chunk, with coordinates and index as the function would see them.

    Parameters
    ----------
    obj : Dataset or DataArray
        Chunked.
    indexes : sequence of AxisIndex
        Its axes.
    function : callable
        From a block, of the type of ``obj``, to a Dataset or DataArray. Tried on a block of length
        0 when there is no ``template``.
    args, kwargs, template
        As for `xarray.map_blocks`.

    Returns
    -------
    Dataset or DataArray
        Chunked alike; with the coordinates and indexes of ``obj`` on each dimension that kept its
        length.

    Raises
    ------
    UnsupportedError
        If ``obj`` is not chunked.
    MissingExtraError
        If dask is not installed.
    """
    _dask_array()
    chunks = obj.chunksizes
    if not chunks:
        raise UnsupportedError(
            "map_blocks works chunk by chunk, and nothing is chunked here",
            hint="chunk first: ds.chunk(), or open with chunks={}",
        )
    ds = obj.to_dataset(name=_BLOCK) if isinstance(obj, xr.DataArray) else obj
    bare = ds.drop_vars([name for index in indexes for name in index.names.values()])
    for index in indexes:
        sizes = chunks.get(index.dim, (len(index),))
        places = chunked_positions(index.positions, sizes)
        bare = bare.assign({_places_name(index): ((index.dim,), places)})
    name = obj.name if isinstance(obj, xr.DataArray) else _BLOCK
    call = _OnBlock(function, tuple(indexes), isinstance(obj, xr.DataArray), name)
    bare_template = None if template is None else _without_axes(template)
    mapped = xr.map_blocks(call, bare, args, kwargs, bare_template)
    kept = [index for index in indexes if mapped.sizes.get(index.dim) == len(index)]
    return with_indexes(mapped, kept, obj)


_BLOCK = "misha_block"


class _OnBlock:
    """A function of blocks that makes coordinates and index before, and drops them behind."""

    def __init__(
        self,
        function: Callable[..., Any],
        indexes: tuple[AxisIndex, ...],
        is_array: bool,
        name: Hashable,
    ) -> None:
        self.function = function
        self.indexes = indexes
        self.is_array = is_array
        self.name = name
        self.__name__ = getattr(function, "__name__", "function")

    def __call__(self, block: xr.Dataset, *args: Any, **kwargs: Any) -> Any:
        here = [
            index.replaced(positions=np.asarray(block[_places_name(index)].values))
            for index in self.indexes
        ]
        block = block.drop_vars([_places_name(index) for index in self.indexes])
        block = with_indexes(block, here, None)
        given = block[_BLOCK].rename(self.name) if self.is_array else block
        return _without_axes(self.function(given, *args, **kwargs))

    def __dask_tokenize__(self) -> object:
        return (type(self).__qualname__, self.function, self.indexes, self.is_array, self.name)


def with_indexes(obj: Any, indexes: Sequence[AxisIndex], old: Any) -> Any:
    """Return an object with the lazy coordinates of some indexes; attrs are those of ``old``."""
    for index in indexes:
        made = index.create_variables(None if old is None else old.coords.variables)
        coords = xr.Coordinates(made, dict.fromkeys(made, index))
        obj = obj.assign_coords(coords)
    return obj


def _without_axes(result: Any) -> Any:
    names = [name for name, index in result.xindexes.items() if isinstance(index, AxisIndex)]
    return result.drop_vars(names)


def _places_name(index: AxisIndex) -> str:
    return f"misha_places_of_{index.dim}"


def _dask_array() -> Any:
    try:
        import dask.array
    except ImportError as error:
        raise MissingExtraError(
            "dask is not installed", hint="pip install 'misha-xr[dask]'"
        ) from error
    return dask.array
