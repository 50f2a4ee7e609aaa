"""Small changes of track folders: an index for one without values, names of array columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from misha_xr.database.array_tracks import ArrayTrack
from misha_xr.database.folder import is_payload_name
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.payload_files import write_index
from misha_xr.database.writing.stage import new_folder, replace_bytes
from misha_xr.database.writing.targets import existing_target, wants_index
from misha_xr.database.writing.track_creation import keep_files
from misha_xr.errors import NameCollisionError, TrackTypeError
from misha_xr.formats.column_names import COLUMN_NAMES_FILE, encode_column_names
from misha_xr.formats.signature import TrackType

__all__ = ["set_column_names", "write_empty_index"]


def write_empty_index(store: Store, name: str) -> None:
    """Make a track folder without values an indexed sparse track without intervals.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the folder.

    Raises
    ------
    UnknownTrackError, ReadOnlyError
        If there is no such folder, or it is another root's.
    NameCollisionError
        If it holds values.

    Notes
    -----
    Source: misha file format, track index: no entries, and an empty file of data.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database(copy=True)
    >>> (db.root / "tracks" / "bare.track").mkdir()
    >>> write_empty_index(db.store, "bare")
    >>> db.store.track("bare").counts().tolist()
    [0, 0, 0]
    """
    target = existing_target(store, "track", name)
    wants_index(store, "indexed")
    _check_bare(target, name)
    with new_folder(store.root, target, replace=True) as folder:
        _check_bare(target, name)
        keep_files(target, folder, {".meta"})
        with disk.create_file(folder / "track.dat"):
            pass
        write_index(folder, TrackType.SPARSE, np.empty(0, np.int64))


def _check_bare(target: Path, name: str) -> None:
    for path in target.iterdir():
        is_data = path.name in ("track.dat", "track.idx") or is_payload_name(path.name)
        if is_data and path.stat().st_size:
            raise NameCollisionError(
                f"track {name!r} holds values, in {path.name}; an empty index would hide them",
                hint="convert the track to the indexed layout, or make a new one",
            )


def set_column_names(store: Store, name: str, columns: Sequence[str]) -> None:
    """Give the columns of an array track other names.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        The track.
    columns : sequence of str
        Distinct names from column 0 on; columns beyond them are hidden.

    Raises
    ------
    UnknownTrackError, TrackTypeError, ReadOnlyError
        If there is no such track, it is of another type, or another root's.
    ValueError
        If names are repeated, or there are none.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database(copy=True)
    >>> db.create_array("tissues", db.genome.intervals("chr1", 0, 9), [[1.5]], ["liver"])
    >>> set_column_names(db.store, "tissues", ["lung"])
    >>> db.store.track("tissues").column_names
    ('lung',)
    """
    target = existing_target(store, "track", name)
    track = store.track(name)
    if not isinstance(track, ArrayTrack):
        raise TrackTypeError(
            f"the track {name!r} is not an array track: its type is {track.type.value}"
        )
    names = [str(column) for column in columns]
    if len(set(names)) < len(names):
        raise ValueError("column names must be unique")
    data = encode_column_names(names)
    replace_bytes(target, target / COLUMN_NAMES_FILE, data, dirty=[store.root])
