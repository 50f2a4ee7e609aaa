"""Prepare Datasets for zarr and netCDF: coordinates that can be written, chunks of one size.

Every Dataset can be written as it is, with its coordinates as columns. `encode` does so without
computing whole axes in memory, in types that all formats know, and adds what a genome of many
contigs needs to be known again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, TypeVar, cast

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.blockwise import chunked_positions
from misha_xr.backend.coordinates import LazyCoordArray
from misha_xr.backend.descriptions import AXES, AXIS, SIZES, genome_text
from misha_xr.backend.lazy import lazy_data
from misha_xr.backend.view import axis_indexes
from misha_xr.errors import check_one_of
from misha_xr.genome import Genome

__all__ = ["CoordinateForm", "encode"]

CoordinateForm: TypeAlias = Literal["values", "described"]
Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)

_STRING: np.dtype[Any] = np.dtype(np.dtypes.StringDType())
# How a variable was cut by the engine says nothing about how a file should be.
_CHUNK_ENCODING = ("preferred_chunks", "chunks", "chunksizes")


class WrittenCoordArray(LazyCoordArray):
    """A coordinate as files hold it: names as strings of any length."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Text of variable width, for which every format has a type; else int64."""
        return np.dtype(np.int64) if super().dtype.kind == "i" else _STRING

    def evaluate(self) -> NDArray[Any]:
        """Compute the values."""
        return super().evaluate().astype(self.dtype, copy=False)

    def read(self, positions: NDArray[np.int64]) -> NDArray[Any]:
        """Compute the values at some positions of the axis."""
        return self.at(positions).evaluate()


def encode(obj: Labelled, coordinates: CoordinateForm = "values") -> Labelled:
    """Return an object that any format can write and `decode` can read.

    Parameters
    ----------
    obj : Dataset or DataArray
        Of a database; left as it is.
    coordinates : {"values", "described"}
        ``values``: coordinates are written as columns, which every program can read.
        ``described``: those of bins at regular positions are left out, and only their description
        is written; a genome of fine bins then takes up a tenth of the space. Records, objects and
        irregular selections are written in any case.

    Returns
    -------
    Dataset or DataArray
        Without indexes of this package. Nothing is computed: what is chunked stays so, in chunks
        of one size, and its coordinates are computed chunk by chunk.

    Raises
    ------
    ValueError
        For another word.
    """
    check_one_of("coordinates", coordinates, ["values", "described"])
    even: Any = _with_even_chunks(obj)
    indexes = axis_indexes(obj)
    encoded = even.drop_vars([name for index in indexes for name in index.names.values()])
    left_out: dict[str, str] = {}
    for index in indexes:
        made = index.create_variables(even.coords.variables)
        if (
            coordinates == "described"
            and index.kind == "bins"
            and isinstance(index.positions, range)
        ):
            left_out[str(index.dim)] = made[index.names["start"]].attrs[AXIS]
        else:
            encoded = encoded.assign_coords(_written(made, index, even.chunksizes))
    extra = _descriptions(left_out, indexes[0].genome) if indexes else {}
    return cast("Labelled", _without_chunk_encoding(encoded.assign_attrs(extra)))


def _written(
    made: Mapping[Any, xr.Variable], index: AxisIndex, chunks: Mapping[Any, tuple[int, ...]]
) -> dict[Any, xr.Variable]:
    """Return the coordinates of an axis as plain Variables, unread."""
    written: dict[Any, xr.Variable] = {}
    for name, variable in made.items():
        lazy = lazy_data(variable._data)
        assert isinstance(lazy, LazyCoordArray)
        data: Any = WrittenCoordArray(lazy.axis, lazy.field, lazy.positions)
        if index.dim in chunks:
            places = chunked_positions(lazy.positions, chunks[index.dim])
            data = places.map_blocks(data.read, dtype=data.dtype, meta=np.empty(0, data.dtype))
        written[name] = xr.Variable(variable.dims, data, variable.attrs, variable.encoding)
    return written


def _with_even_chunks(obj: Labelled) -> Labelled:
    """Rechunk where chunks differ in length, as zarr wants it; the last may be shorter."""
    uneven = {
        dim: max(sizes)
        for dim, sizes in obj.chunksizes.items()
        if len(set(sizes[:-1])) > 1 or sizes[-1] > sizes[0]
    }
    return obj.chunk(uneven) if uneven else obj


def _descriptions(left_out: Mapping[str, str], genome: Genome) -> dict[str, str]:
    extra = {SIZES: genome_text(genome)}
    if left_out:
        extra[AXES] = json.dumps(left_out)
    return extra


def _without_chunk_encoding(obj: Any) -> Any:
    variables = (
        obj.variables
        if isinstance(obj, xr.Dataset)
        else {**obj.coords.variables, None: obj.variable}
    )
    for variable in variables.values():
        for key in _CHUNK_ENCODING:
            variable.encoding.pop(key, None)
    return obj
