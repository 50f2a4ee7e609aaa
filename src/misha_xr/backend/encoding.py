"""Prepare Datasets for zarr and netCDF: coordinates that can be written, chunks of one size.

Every Dataset can be written as it is, with its coordinates as columns. `encode` does so without
computing whole axes in memory, in types that all formats know, and adds what a genome of many
contigs needs to be known again.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.coordinates import LazyCoordArray
from misha_xr.backend.descriptions import AXIS, SIZES, AxisDescription, genome_text
from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.view import axis_indexes
from misha_xr.errors import check_one_of

__all__ = ["AXES", "CoordinateForm", "encode"]

AXES = "misha_axes"
CoordinateForm: TypeAlias = Literal["values", "described"]
Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)

_STRING: np.dtype[Any] = np.dtype(np.dtypes.StringDType())
# How a variable was cut by the engine says nothing about how a file should be.
_CHUNK_ENCODING = ("preferred_chunks", "chunks", "chunksizes")


class _WrittenCoordArray(LazyCoordArray):
    """A coordinate as files hold it: chromosome names as strings of any length."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Text of variable width, for which every format has a type."""
        return _STRING if self.field.startswith("chrom") else np.dtype(np.int64)

    def evaluate(self) -> NDArray[Any]:
        """Compute the values."""
        return super().evaluate().astype(self.dtype, copy=False)

    def read(self, block: NDArray[np.int64]) -> NDArray[Any]:
        """Compute the values at some positions of the axis."""
        return self.at(block).evaluate()


def encode(obj: Labelled, coordinates: CoordinateForm = "values") -> Labelled:
    """Return an object that any format can write, and `decode` can read.

    Parameters
    ----------
    obj : Dataset or DataArray
        Of a database; left as it is.
    coordinates : {"values", "described"}
        ``values``: coordinates are written as columns, which every program can read.
        ``described``: those of regular bins are left out, and only their description is written,
        so that a whole genome of fine bins does not take up ten times the space. Records,
        objects and irregular selections are written in any case.

    Returns
    -------
    Dataset or DataArray
        Without indexes of this package. Nothing is computed: what is chunked stays so, with chunks
        of one size, and its coordinates are computed chunk by chunk.

    Raises
    ------
    ValueError
        For another word.
    """
    check_one_of("coordinates", coordinates, ["values", "described"])
    obj = _with_even_chunks(obj)
    indexes = axis_indexes(obj)
    encoded: Any = obj.drop_vars([n for n in obj.coords if isinstance(_index(obj, n), AxisIndex)])
    left_out: dict[str, Any] = {}
    for index in indexes:
        made = index.create_variables(obj.variables if isinstance(obj, xr.Dataset) else obj.coords.variables)
        if coordinates == "described" and index.kind == "bins" and isinstance(index.positions, range):
            start = made[index.names["start"]]
            left_out[str(index.dim)] = start.attrs[AXIS]
        else:
            chunks = _chunks(obj, index.dim)
            encoded = encoded.assign_coords(
                {name: _written(made[name], chunks) for name in index.names.values()}
            )
    return _with_descriptions(encoded, indexes, left_out)
