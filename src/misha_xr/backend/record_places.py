"""Where records, objects and rows of sets that were read from a file are.

They are places in the track or set that they came from, if a database has it unchanged; else in an
axis in memory that holds just what the file held.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.backend.array_axis import ArrayAxis
from misha_xr.backend.axis_index import AxisIndex
from misha_xr.backend.descriptions import AxisDescription
from misha_xr.backend.index import IntervalIndex
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.positions import Positions
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.set_axis import open_set_axis
from misha_xr.backend.set_index import SetIndex, SetIndex2D
from misha_xr.backend.stacked_axis import StackedIntervalAxis, StackedRectAxis
from misha_xr.backend.stacked_records import StackedIntervalIndex, StackedRectIndex
from misha_xr.backend.stored_records import StoredObjects, StoredRecords, stored_set
from misha_xr.database import ArrayTrack, SparseTrack, Store, Track2D
from misha_xr.genome import Genome

__all__ = ["RowsRead", "rows_index"]

Int64Array = NDArray[np.int64]

_FIELDS = {"records": IntervalIndex.fields, "objects": RectIndex.fields}
_KINDS: dict[str, Any] = {"records": (SparseTrack, ArrayTrack), "objects": Track2D}
_AXES: dict[str, Any] = {"records": IntervalAxis, "objects": RectAxis}
_STACKS: dict[str, Any] = {"records": StackedIntervalAxis, "objects": StackedRectAxis}
_INDEXES: dict[str, Any] = {"records": IntervalIndex, "objects": RectIndex}
_STACKED_INDEXES: dict[str, Any] = {"records": StackedIntervalIndex, "objects": StackedRectIndex}
_SET_INDEXES: dict[str, Any] = {"records": SetIndex, "objects": SetIndex2D}


class RowsRead:
    """Coordinates read from a file, as codes and base pairs.

    Parameters
    ----------
    axis : AxisDescription
        What the file says about them.
    values : mapping of coordinate name to ndarray, shape (n,)
        In the order of ``axis.names``.
    genome : Genome
        The genome.

    Attributes
    ----------
    table : DataFrame
        A column per field, codes for chromosomes.
    tracks : ndarray of str or None
        The track of each row, where rows of many tracks share the axis.
    """

    def __init__(
        self, axis: AxisDescription, values: Mapping[str, NDArray[Any]], genome: Genome
    ) -> None:
        self.genome = genome
        columns = list(values.values())
        fields = _FIELDS[axis.kind]
        self.table = coded(dict(zip(fields, columns, strict=False)), genome)
        self.tracks = columns[-1].astype(object) if len(columns) > len(fields) else None


def coded(columns: Mapping[str, NDArray[Any]], genome: Genome) -> pd.DataFrame:
    """Return coordinates as a table: codes for chromosomes, else int64."""
    return pd.DataFrame(
        {
            field: genome.codes(column)
            if field.startswith("chrom")
            else np.ascontiguousarray(column, np.int64)
            for field, column in columns.items()
        }
    )


def rows_index(
    axis: AxisDescription, dim: Hashable, read: RowsRead, store: Store | None
) -> AxisIndex:
    """Return the index of records, objects, or rows of a set.

    Parameters
    ----------
    axis : AxisDescription
        What the file says.
    dim : hashable
        The dimension.
    read : RowsRead
        What was read.
    store : Store or None
        The database, if known; its tracks and sets are taken where they have all these rows.

    Returns
    -------
    AxisIndex
        In the order of the file.

    Raises
    ------
    GenomeMismatchError
        If records of a track overlap, or rows do not lie on their chromosomes.
    """
    if axis.set is not None:
        kinds = _SET_INDEXES
        found, places = _set_axis(axis, read, store)
    elif read.tracks is not None:
        kinds = _STACKED_INDEXES
        found, places = _stacked_axis(axis, read, store)
    else:
        kinds = _INDEXES
        name = axis.track or str(dim)
        found, places = _track_axis(axis, name, read.table, read.genome, store)
    kind = kinds[axis.kind]
    names = dict(zip(kind.fields, axis.names, strict=True))
    made: AxisIndex = kind(found, dim=dim, names=names, positions=places, store=store)
    return made


def _stacked_axis(
    axis: AxisDescription, read: RowsRead, store: Store | None
) -> tuple[Any, Int64Array]:
    assert read.tracks is not None
    numbers, names = pd.factorize(read.tracks, sort=True)
    places = np.empty(len(numbers), dtype=np.int64)
    parts: list[Any] = []
    done = 0
    for number, name in enumerate(names):
        rows = np.flatnonzero(numbers == number)
        part = read.table.iloc[rows].reset_index(drop=True)
        found, inside = _track_axis(axis, str(name), part, read.genome, store)
        places[rows] = inside + done
        done += len(found)
        parts.append(found)
    return _STACKS[axis.kind](parts), places


def _track_axis(
    axis: AxisDescription, name: str, table: pd.DataFrame, genome: Genome, store: Store | None
) -> tuple[Any, Int64Array]:
    """Return the axis of one track and the place of each row on it."""
    track = store.track(name) if store is not None and store.has_track(name) else None
    if isinstance(track, _KINDS[axis.kind]):
        is_array = isinstance(track, ArrayTrack)
        found = ArrayAxis(track) if is_array else _AXES[axis.kind](track)
        places = _places(axis, table, _all_rows(found, table), len(found))
        if places is not None:
            return found, np.asarray(places)
    rows, inside = _sorted_rows(table, ["chrom", "start"] if "chrom" in table else _PAIR)
    stored = StoredRecords if axis.kind == "records" else StoredObjects
    return _AXES[axis.kind](stored(name, genome, *rows)), inside


_PAIR = ["chrom1", "chrom2"]


def _set_axis(axis: AxisDescription, read: RowsRead, store: Store | None) -> tuple[Any, Positions]:
    assert axis.set is not None
    if store is not None and store.has_set(axis.set):
        found = open_set_axis(store, axis.set)
        if set(found.keys) == set(read.table.columns):
            known = coded({key: found.table[key].to_numpy() for key in found.keys}, read.genome)
            places = _places(axis, read.table, known, len(found))
            if places is not None:
                return found, places
    return stored_set(axis.set, read.genome, read.table), range(len(read.table))


def _places(
    axis: AxisDescription, table: pd.DataFrame, known: pd.DataFrame, n: int
) -> Positions | None:
    """Return the place of each row read among the known ones: where the file says, if it is so."""
    told = axis.places
    if told is not None and len(told) == len(table) and (not told or max(told) < n):
        rows = known.iloc[np.asarray(told, dtype=np.int64)]
        if all(np.array_equal(rows[field], table[field]) for field in table):
            return np.asarray(told, dtype=np.int64)
    places = find_rows(table, known)
    return places if (places >= 0).all() else None


def find_rows(wanted: pd.DataFrame, known: pd.DataFrame) -> Int64Array:
    """Return the place of each wanted row among known rows, -1 where it is absent."""
    keys = list(wanted.columns)
    numbered = known.assign(place=np.arange(len(known))).drop_duplicates(keys)
    found = wanted.merge(numbered, how="left", on=keys)["place"]
    return found.fillna(-1).to_numpy().astype(np.int64)


def _sorted_rows(
    table: pd.DataFrame, keys: list[str]
) -> tuple[tuple[NDArray[Any], ...], Int64Array]:
    """Return distinct rows, sorted by some columns and else in order, and each row's place."""
    ordered = table.drop_duplicates().sort_values(keys, kind="stable")
    if len(ordered) == len(table):
        places = np.empty(len(table), dtype=np.int64)
        places[ordered.index.to_numpy()] = np.arange(len(table))
    else:
        places = find_rows(table, ordered)
    return tuple(np.ascontiguousarray(ordered[field].to_numpy()) for field in table), places


def _all_rows(axis: IntervalAxis | RectAxis, table: pd.DataFrame) -> pd.DataFrame:
    """Return every row of the axis of a track, in its order."""
    counts = np.diff(axis.offsets)
    return pd.DataFrame(
        {
            field: np.repeat(axis.piece_codes(field), counts)
            if field.startswith("chrom")
            else axis.field(range(len(axis)), field)
            for field in map(str, table)
        }
    )
