"""What the accessors do with Datasets: find axes and store, cut every axis, take one track."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import xarray as xr

from misha_xr.backend.assembly import SOURCES, track_array
from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.changed_rows import changed_row
from misha_xr.backend.coverage import covered
from misha_xr.backend.index import region_name
from misha_xr.backend.names import plain_names
from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.stacked_records import positions_of
from misha_xr.database import Store
from misha_xr.errors import GenomeMismatchError, MishaError, UnknownTrackError, closest_hint
from misha_xr.genome import Genome
from misha_xr.intervals import is_2d

__all__ = [
    "axis_indexes",
    "cut",
    "cut_once",
    "genome_of",
    "one_track",
    "region_table",
    "store_of",
]

Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)


def axis_indexes(obj: xr.Dataset | xr.DataArray) -> list[AxisIndex]:
    """Return the genome axes of an object, one per dimension, by type whatever their names.

    Raises
    ------
    MishaError
        If two sets of coordinates on one dimension say different things: xarray aligns coordinates
        of the same name only, so something was combined by place.
    """
    found: dict[Hashable, AxisIndex] = {}
    for index in obj.xindexes.values():
        if not isinstance(index, AxisIndex):
            continue
        first = found.setdefault(index.dim, index)
        if first is not index and not first.equals(index):
            names = [" ".join(map(str, each.names.values())) for each in (first, index)]
            raise MishaError(
                f"the coordinates {names[0]} and {names[1]} of dimension {index.dim!r} lie at "
                "different places: xarray aligns coordinates of one name only",
                hint="combine ds['x'] with ds['y'], or ds.misha['x'] with ds.misha['y']",
            )
    return list(found.values())


def genome_of(obj: xr.Dataset | xr.DataArray) -> Genome:
    """Return the genome that an object lies on.

    Raises
    ------
    MishaError
        If it has no genome axis.
    GenomeMismatchError
        If it has axes of two genomes.
    """
    indexes = axis_indexes(obj)
    return _with_one_genome(obj, indexes).genome if indexes else store_of(obj).genome


def store_of(obj: xr.Dataset | xr.DataArray) -> Store:
    """Return the database that an object came from.

    Raises
    ------
    MishaError
        If it has no axis of a database.
    GenomeMismatchError
        If it has axes of two genomes.
    """
    indexes = [index for index in axis_indexes(obj) if index.store is not None]
    sources = obj.encoding.get(SOURCES) if not obj.xindexes and not obj.dims else None
    if sources and not indexes:  # no track is shown, so there is no axis to ask
        return Store(sources[0], sources[1:])
    if not indexes and axis_indexes(obj):
        raise MishaError(
            f"this {type(obj).__name__} was read from a file, and knows no database to ask",
            hint="say which one: misha_xr.decode(ds, database='...')",
        )
    store = _with_one_genome(obj, indexes).store
    assert store is not None
    return store


def _with_one_genome(obj: xr.Dataset | xr.DataArray, indexes: list[AxisIndex]) -> AxisIndex:
    """Return the first axis, if all lie on one genome."""
    if not indexes:
        raise _no_axis(obj)
    for other in axis_indexes(obj):
        if other.genome != indexes[0].genome:
            raise GenomeMismatchError(
                f"dimensions {indexes[0].dim!r} and {other.dim!r} of this {type(obj).__name__} lie "
                "on two genomes",
                hint="keep databases of different genomes in Datasets of their own",
            )
    return indexes[0]


def _no_axis(obj: xr.Dataset | xr.DataArray) -> MishaError:
    kept = ", ".join(map(str, obj.dims)) or "none"
    return MishaError(
        f"this {type(obj).__name__} has no axis of a misha database (dimensions: {kept})",
        hint="an axis is lost by selecting a single position, by coarsen, stack, pad, drop_indexes "
        "or reset_index; call .misha before, or open the database with engine='misha'",
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
    if not indexes:
        raise _no_axis(obj)
    genome_of(obj)  # one genome, or an error
    store = next((index.store for index in indexes if index.store is not None), None)
    if store is not None:
        region = region_table(store, region)
    if isinstance(region, pd.DataFrame) and is_2d(region):
        return _cut_2d(obj, region, indexes)
    labels: dict[Hashable, Any] = {}
    for index in indexes:
        sides = ("chrom1", "chrom2") if isinstance(index, RectIndex) else ("chrom",)
        labels.update({index.names[side]: region for side in sides})
    return obj.sel(labels)


def region_table(store: Store, region: Any) -> Any:
    """Return the table of a saved set, if a region names one; anything else as it is."""
    is_name = isinstance(region, str) and store.genome.codes([region], unknown="mark")[0] < 0
    return store.load_set(region) if is_name and store.has_set(region) else region


def _cut_2d(obj: Labelled, table: pd.DataFrame, indexes: list[AxisIndex]) -> Labelled:
    rects = [index for index in indexes if isinstance(index, RectIndex)]
    return obj.sel({index.names["chrom1"]: table for index in rects})


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
        known = list(dict.fromkeys([*map(str, ds.data_vars), *store.track_names()]))
        raise UnknownTrackError(
            f"no variable and no track {name!r} in {store.root}", hint=closest_hint(name, known)
        )
    return _cut_alike(track_array(store, name), ds)


def _with_plain_names(array: xr.DataArray) -> xr.DataArray:
    names: dict[Hashable, Hashable] = {}
    indexes = axis_indexes(array)
    kept = {name for index in indexes for name in index.names.values()}
    # A second set of coordinates on a dimension says the same and would take the plain names.
    ours = [name for name, index in array.xindexes.items() if isinstance(index, AxisIndex)]
    array = array.drop_vars([name for name in ours if name not in kept])
    for index in indexes:
        plain = plain_names(index.fields, taken={str(array.name)})
        names.update({index.names[field]: plain[field] for field in index.fields})
        rows = region_name(index.names[index.fields[0]])
        names.update({rows: "region"} if rows in array.coords else {})
    names.update(_plain_second(array, indexes))
    return array.rename({old: new for old, new in names.items() if old != new})


def _plain_second(array: xr.DataArray, indexes: list[AxisIndex]) -> dict[Hashable, Hashable]:
    """Return the plain name of a dimension of columns or of stacked tracks, if there is one."""
    words = {f"{index.dim}_track": "track" for index in indexes}
    words[f"{array.name}_column"] = "column"
    found = {dim: words.get(str(dim).rstrip("_")) for dim in array.dims if dim in array.coords}
    return {dim: word for dim, word in found.items() if word and word not in array.coords}


def cut_once(obj: Labelled, scope: pd.DataFrame) -> Labelled:
    """Cut by a table whose rows are no matter, each place at most once and in order."""
    obj = cut(obj, scope)
    (index,) = axis_indexes(obj)
    if isinstance(index.positions, range) and index.positions.step > 0:
        return obj
    return obj.isel({index.dim: np.unique(materialise(index.positions), return_index=True)[1]})


def _cut_alike(array: xr.DataArray, ds: xr.Dataset) -> xr.DataArray:
    """Cut an array over the whole genome to what a Dataset covers."""
    mine = axis_indexes(array)[0]
    theirs = axis_indexes(ds)
    for index in theirs:
        positions = positions_of(index, mine.axis)
        if positions is not None:
            is_whole = isinstance(positions, range) and positions == range(len(mine.axis))
            return array if is_whole else array.isel({mine.dim: _key(positions)})
    scope = covered(theirs)
    if scope is None:
        return array
    return cut_once(array, scope).drop_vars("region", errors="ignore")


def _key(positions: Positions) -> Any:
    """Return positions as an indexer."""
    if isinstance(positions, range) and positions.step > 0:
        return slice(positions.start, positions.stop, positions.step)
    return materialise(positions)
