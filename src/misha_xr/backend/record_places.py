"""Where records and objects read from a file are: in the track that they came from, else nowhere.

Where there is no such track, an axis in memory holds just what the file held.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.backend.descriptions import AxisDescription
from misha_xr.backend.index import IntervalIndex
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.backend.rect_index import RectIndex
from misha_xr.backend.stored_records import StoredObjects, StoredRecords
from misha_xr.database import SparseTrack, Store, Track2D
from misha_xr.genome import Genome

__all__ = ["Columns", "objects_index", "records_index"]

Int64Array = NDArray[np.int64]


class Columns:
    """Coordinates as arrays: codes for names, int64 for base pairs.

    Parameters
    ----------
    values : mapping of coordinate name to ndarray
        In the order of the fields of the index.
    genome : Genome
        The genome.
    """

    def __init__(self, values: Mapping[str, NDArray[Any]], genome: Genome) -> None:
        self.genome = genome
        self.arrays: list[NDArray[Any]] = [
            genome.codes(column) if place % 3 == 0 else np.ascontiguousarray(column, np.int64)
            for place, column in enumerate(values.values())
        ]

    def sorted_rows(self, keys: list[int]) -> tuple[tuple[NDArray[Any], ...], Int64Array]:
        """Return distinct rows, sorted by some columns and else in order, and each row's place."""
        table = pd.DataFrame(dict(enumerate(self.arrays)))
        distinct = table.drop_duplicates()
        ordered = distinct.sort_values(keys, kind="stable")
        places = np.arange(len(ordered))
        if len(ordered) == len(table):
            places = np.empty(len(table), dtype=np.int64)
            places[ordered.index.to_numpy()] = np.arange(len(table))
        else:
            places = find_rows(table, ordered)
        return tuple(np.ascontiguousarray(ordered[k].to_numpy()) for k in table), places


def find_rows(wanted: pd.DataFrame, known: pd.DataFrame) -> Int64Array:
    """Return the place of each wanted row among distinct known rows; -1 where it is absent."""
    numbered = known.assign(place=np.arange(len(known))).drop_duplicates(list(wanted.columns))
    found = wanted.merge(numbered, how="left", on=list(wanted.columns))["place"]
    return found.fillna(-1).to_numpy().astype(np.int64)


def records_index(
    axis: AxisDescription, dim: Hashable, columns: Columns, store: Store | None
) -> IntervalIndex:
    """Return the index of records.

    Parameters
    ----------
    axis : AxisDescription
        What the file says.
    dim : hashable
        The dimension.
    columns : Columns
        Codes, starts, ends.
    store : Store or None
        The database, if known; its track is taken if it has all these records.

    Returns
    -------
    IntervalIndex
        In the order of the file.

    Raises
    ------
    GenomeMismatchError
        If the intervals overlap.
    """
    names = dict(zip(IntervalIndex.fields, axis.names, strict=True))
    track = _track(store, axis.track)
    if isinstance(track, SparseTrack):
        records = IntervalAxis(track)
        los, his = records.locate(*columns.arrays)
        places = np.minimum(los, len(records) - 1)
        is_there = (his - los == 1).all() and all(
            np.array_equal(found, wanted)
            for found, wanted in zip(
                (records.starts(places), records.ends(places)), columns.arrays[1:], strict=True
            )
        )
        if is_there:
            return IntervalIndex(records, dim=dim, names=names, positions=places, store=store)
    rows, places = columns.sorted_rows([0, 1])
    stored: Any = StoredRecords(axis.track or str(dim), columns.genome, *rows)
    return IntervalIndex(IntervalAxis(stored), dim=dim, names=names, positions=places, store=store)


def objects_index(
    axis: AxisDescription, dim: Hashable, columns: Columns, store: Store | None
) -> RectIndex:
    """Return the index of objects.

    Parameters
    ----------
    axis, dim, columns, store
        As for `records_index`, with both sides.

    Returns
    -------
    RectIndex
        In the order of the file.

    Raises
    ------
    GenomeMismatchError
        If an object does not lie on its chromosomes.
    """
    names = dict(zip(RectIndex.fields, axis.names, strict=True))
    track = _track(store, axis.track)
    if isinstance(track, Track2D):
        objects = RectAxis(track)
        places = find_rows(pd.DataFrame(dict(enumerate(columns.arrays))), _all_objects(objects))
        if (places >= 0).all():
            return RectIndex(objects, dim=dim, names=names, positions=places, store=store)
    rows, places = columns.sorted_rows([0, 3])
    stored: Any = StoredObjects(axis.track or str(dim), columns.genome, *rows)
    return RectIndex(RectAxis(stored), dim=dim, names=names, positions=places, store=store)


def _all_objects(axis: RectAxis) -> pd.DataFrame:
    whole = range(len(axis))
    fields = {
        place: axis.field(whole, field) for place, field in enumerate(RectIndex.fields) if place % 3
    }
    pairs = np.asarray(axis.pairs, dtype=np.int32).reshape(-1, 2)
    counts = np.diff(axis.offsets)
    fields |= {0: np.repeat(pairs[:, 0], counts), 3: np.repeat(pairs[:, 1], counts)}
    return pd.DataFrame({place: fields[place] for place in range(len(RectIndex.fields))})


def _track(store: Store | None, name: str | None) -> Any:
    return store.track(name) if store is not None and name and store.has_track(name) else None
