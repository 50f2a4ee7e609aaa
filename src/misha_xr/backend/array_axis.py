"""The records of an array track as an axis, and its values: one row per record, named columns."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core.indexing import ExplicitIndexer, IndexingSupport, explicit_indexing_adapter

from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.positions import Positions, materialise, select

if TYPE_CHECKING:
    from misha_xr.database import ArrayTrack

__all__ = ["ArrayAxis", "ArrayValues", "table_at"]

Int64Array: TypeAlias = NDArray[np.int64]


class ArrayAxis(IntervalAxis):
    """All records of an array track, chromosome after chromosome, numbered from 0.

    Parameters
    ----------
    track : ArrayTrack
        The track.
    """

    track: ArrayTrack  # type: ignore[assignment]  # has the same records, with more values

    def __init__(self, track: ArrayTrack) -> None:
        super().__init__(track)  # type: ignore[arg-type]  # as above

    def records(self, code: int) -> tuple[Int64Array, Int64Array]:
        """Return starts and ends of the records of a chromosome, ascending; reads no value."""
        found = self._loaded.get(code)
        if found is None:
            records = self.track.records(code, columns=())
            found = self._loaded.setdefault(code, (records.starts, records.ends))
        return found


class ArrayValues(BackendArray):
    """Values of an array track, float32 (n_records, n_columns); read by chromosome.

    Parameters
    ----------
    axis : ArrayAxis
        Its records.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, axis: ArrayAxis) -> None:
        self.axis = axis
        self.track = axis.track
        self.shape = (len(axis), len(axis.track.column_names))

    def __getitem__(self, key: ExplicitIndexer) -> NDArray[np.float32]:
        support = IndexingSupport.OUTER
        return np.asarray(explicit_indexing_adapter(key, self.shape, support, self._read))

    async def async_getitem(self, key: ExplicitIndexer) -> NDArray[np.float32]:
        """Read in a thread."""
        return await asyncio.to_thread(self.__getitem__, key)

    def _read(self, key: tuple[Any, Any]) -> NDArray[np.float32]:
        records, columns = key
        is_scalar = isinstance(records, int | np.integer)
        places = materialise(select(range(self.shape[0]), [records] if is_scalar else records))
        chosen = np.arange(self.shape[1])[columns]
        out = np.empty((len(places), *chosen.shape), dtype=np.float32)
        codes = self.axis.codes(places)
        for code in np.unique(codes).tolist():
            rows = np.flatnonzero(codes == code)
            local = places[rows] - self.axis.offsets[code]
            lo, hi = int(local.min()), int(local.max()) + 1
            records = self.track.records(code, lo, hi, np.atleast_1d(chosen).tolist())
            values = records.values[local - lo]
            out[rows] = values if chosen.ndim else values[:, 0]
        return out[0] if is_scalar else out

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        return ("misha_xr.ArrayValues", self.axis)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.axis,)


def table_at(axis: ArrayAxis, positions: Positions) -> NDArray[np.float32]:
    """Read all columns of some records of an array track.

    Parameters
    ----------
    axis : ArrayAxis
        Its records.
    positions : range or ndarray of int64, shape (n,)
        Which records.

    Returns
    -------
    float32 array, shape (n, n_columns)
        NaN where a record has no value.
    """
    values = ArrayValues(axis)
    return values._read((materialise(positions), slice(None)))
