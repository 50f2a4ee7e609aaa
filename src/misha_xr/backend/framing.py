"""Turn one axis into a table: rows are its positions, columns their coordinates and values."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.index import LinearIndex, region_name
from misha_xr.backend.positions import materialise
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.view import axis_indexes, genome_of
from misha_xr.errors import NameCollisionError, UnsupportedError
from misha_xr.genome import mark_frame

__all__ = ["to_frame"]


def to_frame(ds: xr.Dataset) -> pd.DataFrame:
    """Return the variables of one axis as a table.

    Parameters
    ----------
    ds : Dataset
        With one axis of a genome. A variable with one further dimension, such as the tracks of the
        stacked layout, becomes a column for each of its labels.

    Returns
    -------
    DataFrame
        ``chrom`` (ordered categorical), ``start``, ``end``, or the six of a 2D axis; then other
        coordinates of the axis; then the variables. Rows in the order of the Dataset.

    Raises
    ------
    UnsupportedError
        If there are several axes: their product is no table.
    NameCollisionError
        If a variable has the name of a coordinate.
    """
    genome_of(ds)
    index = _only_axis(ds)
    columns = _coordinates(index)
    mine = set(index.names.values())
    for name, array in ds.coords.items():
        if array.dims == (index.dim,) and name not in mine and name != index.dim:
            _add(columns, _plain(index, name), array.values)
    for name, array in ds.data_vars.items():
        for column, values in _columns_of(name, array, index):
            _add(columns, column, values)
    frame = pd.DataFrame(columns, copy=False)
    return mark_frame(frame, index.genome)


def _only_axis(ds: xr.Dataset) -> AxisIndex:
    indexes = axis_indexes(ds)
    used = [i for i in indexes if any(i.dim in array.dims for array in ds.data_vars.values())]
    found = used or indexes
    if len(found) > 1:
        shown = ", ".join(repr(index.dim) for index in found[:4]) + (", ..." if found[4:] else "")
        raise UnsupportedError(
            f"a table has one axis, this Dataset has {len(found)}: {shown}; together they would "
            "make a row for every combination",
            hint="take one: ds[['a', 'b']].misha.to_frame() or ds.misha['a'].misha.to_frame(); or "
            "bring them to common steps: ds.misha.extract(['a', 'b'], iterator=...)",
        )
    return found[0]


def _coordinates(index: AxisIndex) -> dict[Hashable, Any]:
    columns: dict[Hashable, Any] = {}
    if isinstance(index, LinearIndex):
        frame = index.genome.frame(*index.spans())
        columns = {name: frame[name] for name in frame}
    for field in index.fields:
        if isinstance(index, RectIndex) and field.startswith("chrom"):
            places = materialise(index.positions)
            pieces = np.searchsorted(index.axis.offsets, places, side="right") - 1
            columns[field] = index.genome.categorical(index.axis.piece_codes(field)[pieces])
        elif field not in columns:
            columns[field] = index.axis.field(index.positions, field)
    return columns


def _plain(index: AxisIndex, name: Hashable) -> Hashable:
    """Return the name without its axis, for the labels of a table's rows."""
    first = index.names[index.fields[0]]
    return "region" if name == region_name(str(first).rstrip("1")) else name


def _columns_of(name: Hashable, array: xr.DataArray, index: AxisIndex) -> list[tuple[Any, Any]]:
    rest = [dim for dim in array.dims if dim != index.dim]
    if index.dim not in array.dims or len(rest) > 1:
        raise UnsupportedError(
            f"variable {name!r} with dimensions {array.dims} is no column of a table of "
            f"{index.dim!r}",
            hint=f"leave it out: ds.drop_vars({name!r})",
        )
    if not rest:
        return [(name, array.values)]
    labels = array.indexes[rest[0]] if rest[0] in array.indexes else range(array.sizes[rest[0]])
    is_tracks = str(name) == f"dense_{getattr(index, 'bin_size', None)}"
    values = array.transpose(rest[0], index.dim).values
    return [
        (label if is_tracks else f"{name}.{label}", values[row]) for row, label in enumerate(labels)
    ]


def _add(columns: dict[Hashable, Any], name: Hashable, values: Any) -> None:
    if name in columns:
        raise NameCollisionError(
            f"two columns of the table would be called {name!r}",
            hint=f"rename one before: ds.rename({{{name!r}: ...}})",
        )
    columns[name] = values
