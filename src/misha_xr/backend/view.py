"""What the accessors do with Datasets: find axes and store, cut every axis, take one track."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

import pandas as pd
import xarray as xr

from misha_xr.backend.assembly import track_array
from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.coverage import covered
from misha_xr.backend.index import LinearIndex, region_name
from misha_xr.backend.names import plain_names
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.stacked import changed_row
from misha_xr.database import Store
from misha_xr.errors import MishaError, UnknownTrackError, closest_hint
from misha_xr.genome import Genome
from misha_xr.intervals import is_2d, to_intervals2d

__all__ = ["axis_indexes", "cut", "genome_of", "one_track", "store_of"]

Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)


def axis_indexes(obj: xr.Dataset | xr.DataArray) -> list[AxisIndex]:
    """Return the genome axes of an object, each once, found by type whatever their names."""
    found: dict[int, AxisIndex] = {
        id(index): index for index in obj.xindexes.values() if isinstance(index, AxisIndex)
    }
    return list(found.values())


def genome_of(obj: xr.Dataset | xr.DataArray) -> Genome:
    """Return the genome that an object lies on.

    Raises
    ------
    MishaError
        If it has no genome axis.
    """
    for index in axis_indexes(obj):
        return index.genome
    raise _no_axis(obj)


def store_of(obj: xr.Dataset | xr.DataArray) -> Store:
    """Return the database that an object came from.

    Raises
    ------
    MishaError
        If it has no axis of a database.
    """
    for index in axis_indexes(obj):
        if index.store is not None:
            return index.store
    raise _no_axis(obj)


def _no_axis(obj: xr.Dataset | xr.DataArray) -> MishaError:
    kept = ", ".join(map(str, obj.dims)) or "none"
    return MishaError(
        f"this {type(obj).__name__} has no axis of a misha database (dimensions: {kept})",
        hint="an axis is lost by selecting a single position, by coarsen, stack or reset_coords; "
        "call .misha before, or open the database with engine='misha'",
    )


def cut(obj: Labelled, region: Any) -> Labelled:
    """Select on every axis what shares a base with a region.

    Parameters
    ----------
    obj : Dataset or DataArray
        With one or more genome axes.
    region : str, list of str, or DataFrame
        What ``sel(chrom=...)`` takes, or the name of a saved set. A 2D object stays if both of its
        sides meet one of the regions. A table of 2D intervals cuts 2D axes only.

    Returns
    -------
    Dataset or DataArray
        Lazy.
    """
    indexes = axis_indexes(obj)
    genome = genome_of(obj)
    if isinstance(region, str) and genome.codes([region], unknown="mark")[0] < 0:
        store = next((index.store for index in indexes if index.store is not None), None)
        if store is not None and store.has_set(region):
            region = store.load_set(region)
    if isinstance(region, pd.DataFrame) and is_2d(region):
        return _cut_2d(obj, region, indexes)
    labels: dict[Hashable, Any] = {}
    for index in indexes:
        sides = ("chrom1", "chrom2") if isinstance(index, RectIndex) else ("chrom",)
        labels.update({index.names[side]: region for side in sides})
    return obj.sel(labels)


def _cut_2d(obj: Labelled, table: pd.DataFrame, indexes: list[AxisIndex]) -> Labelled:
    rectangles = to_intervals2d(table, genome_of(obj))
    keys = {
        index.dim: index.places_in(rectangles) for index in indexes if isinstance(index, RectIndex)
    }
    return obj.isel(keys)


def one_track(ds: xr.Dataset, name: str) -> xr.DataArray:
    """Return a track or variable as a DataArray with plain coordinate names.

    Parameters
    ----------
    ds : Dataset
        Of a database.
    name : str
        A variable, or a track of the database that the Dataset does not show; of the latter what
        the Dataset covers.

    Returns
    -------
    DataArray
        Lazy, with coordinates ``chrom``, ``start``, ``end`` (or the six of a 2D track).

    Raises
    ------
    UnknownTrackError
        If it is neither.
    """
    if name in ds.data_vars:
        return _with_plain_names(ds[name])
    row = changed_row(ds, name, {index.dim: index for index in axis_indexes(ds)})
    if row is not None:
        return _with_plain_names(row)
    store = store_of(ds)
    if not store.has_track(name):
        known = [*map(str, ds.data_vars), *store.track_names()]
        raise UnknownTrackError(
            f"no variable and no track {name!r} in {store.root}", hint=closest_hint(name, known)
        )
    return _cut_alike(track_array(store, name), ds)


def _with_plain_names(array: xr.DataArray) -> xr.DataArray:
    names: dict[Hashable, Hashable] = {}
    for index in axis_indexes(array):
        plain = plain_names(index.fields, taken={str(array.name)})
        names.update({index.names[field]: plain[field] for field in index.fields})
        if "chrom" in index.names:
            rows = region_name(index.names["chrom"])
            names.update({rows: "region"} if rows in array.coords else {})
    return array.rename({old: new for old, new in names.items() if old != new})


def _cut_alike(array: xr.DataArray, ds: xr.Dataset) -> xr.DataArray:
    """Cut an array over the whole genome to what a Dataset covers."""
    mine = axis_indexes(array)[0]
    theirs = axis_indexes(ds)
    for index in theirs:
        if isinstance(mine, LinearIndex) and index.axis == mine.axis:
            return array if index.is_whole else array.isel({mine.dim: _key(index)})
    scope = covered(theirs)
    if scope is None:
        return array
    return cut(array, scope).drop_vars("region", errors="ignore")


def _key(index: AxisIndex) -> Any:
    """Return positions as an indexer."""
    positions = index.positions
    if isinstance(positions, range) and positions.step > 0:
        return slice(positions.start, positions.stop, positions.step)
    return index.to_pandas_index().to_numpy()
