"""Many dense tracks as one ``(track, bin)`` variable, for databases with thousands of them."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core.indexing import (
    ExplicitIndexer,
    IndexingSupport,
    LazilyIndexedArray,
    explicit_indexing_adapter,
)

from misha_xr.backend.chunks import chunk_sizes, tracks_per_chunk
from misha_xr.backend.index import GenomeIndex
from misha_xr.backend.lazy import LazyVariable
from misha_xr.backend.positions import Positions, select
from misha_xr.backend.track_arrays import LazyDenseArray, open_track
from misha_xr.database import DenseTrack, Store

__all__ = ["StackedDenseArray", "stacked_variables"]


class StackedDenseArray(BackendArray):
    """Dense tracks of one bin size, row by row; a track is opened when one of its values is read.

    Parameters
    ----------
    store : Store
        The database.
    names : tuple of str
        Track names.
    bin_size : int
        Their bin size, base pairs.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, store: Store, names: tuple[str, ...], bin_size: int) -> None:
        self.store = store
        self.names = names
        self.axis = store.genome.axis(bin_size)
        self.shape = (len(names), len(self.axis))

    def __getitem__(self, key: ExplicitIndexer) -> NDArray[np.float32]:
        support = IndexingSupport.OUTER
        return np.asarray(explicit_indexing_adapter(key, self.shape, support, self._read))

    async def async_getitem(self, key: ExplicitIndexer) -> NDArray[np.float32]:
        """Read in a thread."""
        return await asyncio.to_thread(self.__getitem__, key)

    def _read(self, key: tuple[Any, Any]) -> NDArray[np.float32]:
        rows, bins = key
        is_scalar = isinstance(bins, int | np.integer)
        positions = select(range(self.shape[1]), [bins] if is_scalar else bins)
        numbers = np.arange(len(self.names))[rows]
        out = np.empty((numbers.size, len(positions)), dtype=np.float32)
        for row, number in enumerate(numbers.reshape(-1).tolist()):
            out[row] = self._row(self.names[number], positions)
        if is_scalar:
            out = out[:, 0]
        return out if numbers.ndim else out[0]

    def _row(self, name: str, positions: Positions) -> NDArray[np.float32]:
        return LazyDenseArray(open_track(self.store, name, DenseTrack), positions).evaluate()

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        return ("misha_xr.StackedDenseArray", str(self.store.root), self.names, self.axis)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.store, self.names, self.axis.bin_size)


def stacked_variables(
    store: Store, names: list[str], index: GenomeIndex, *, track_dim: str
) -> tuple[dict[Hashable, xr.Variable], dict[Hashable, xr.Variable]]:
    """Return the coordinate of track names and the variable ``dense_<bin_size>``.

    Parameters
    ----------
    store : Store
        The database.
    names : list of str
        Dense tracks of one bin size.
    index : GenomeIndex
        Their axis.
    track_dim : str
        Name of the dimension of tracks.

    Returns
    -------
    coords, variables : dict of name to Variable
        The variable is lazy, dims ``(track_dim, bin_<size>)``.
    """
    data = StackedDenseArray(store, tuple(names), index.bin_size)
    sizes = chunk_sizes(index.axis.offsets)
    chunks = {track_dim: tracks_per_chunk(len(names), sizes), index.dim: sizes}
    variable = LazyVariable(
        (track_dim, index.dim),
        LazilyIndexedArray(data),
        {"type": "dense", "bin_size": index.bin_size},
        {"preferred_chunks": chunks},
        fastpath=True,
    )
    coordinate = xr.Variable((track_dim,), np.array(names, dtype=object)).to_index_variable()
    return {track_dim: coordinate}, {f"dense_{index.bin_size}": variable}
