"""Whole tracks: copied, also between databases, moved and removed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from misha_xr.database.array_tracks import ArrayTrack
from misha_xr.database.attributes import track_attributes
from misha_xr.database.folder import is_payload_name
from misha_xr.database.links import MAX_TABLE_BYTES, check_link, read_file
from misha_xr.database.opening import AnyTrack
from misha_xr.database.store import Store
from misha_xr.database.tracks import DenseTrack, SparseTrack
from misha_xr.database.writing import disk
from misha_xr.database.writing.copies import copy_file
from misha_xr.database.writing.payload_files import payload_files
from misha_xr.database.writing.stage import move_object, new_folder, remove_object
from misha_xr.database.writing.stored_payloads import (
    Linear,
    payload_pieces,
    payload_without_data,
)
from misha_xr.database.writing.targets import existing_target, new_target, wants_index
from misha_xr.errors import GenomeMismatchError, MishaWarning, NameCollisionError
from misha_xr.formats.attributes import encode_attributes
from misha_xr.formats.column_names import COLUMN_NAMES_FILE, encode_column_names
from misha_xr.formats.track_pieces import BytePiece

__all__ = ["copy_track", "move_track", "remove_track"]


def copy_track(
    store: Store,
    source: str,
    target: str,
    *,
    into: Store | None = None,
    overwrite: bool = False,
    layout: str | None = None,
) -> None:
    """Copy a track with its attributes and variables.

    Parameters
    ----------
    store : Store
        Where the track is found, maybe in a dataset.
    source, target : str
        Dotted names.
    into : Store, optional
        The database that gets the copy. Its chromosomes may be in another order, or others: the
        copy has those that both know. Default: the same.
    overwrite : bool
        Whether a track may be there.
    layout : {"per-chromosome", "indexed"}, optional
        Of the copy. Default: the track's own in the same database, else what the other one uses.
        Tracks of pairs keep theirs.

    Raises
    ------
    UnknownTrackError, NameCollisionError, NameSyntaxError, ReadOnlyError, BusyError
        For a wrong name; nothing is written.
    GenomeMismatchError
        If a chromosome has another size there; for a track of pairs if the tables differ at all.

    Warns
    -----
    MishaWarning
        Names the chromosomes that the copy lacks.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> from misha_xr.testing.database import write_database
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     dense = {"a": (50, {"chr1": [1, 2]})}
    ...     store = Store(write_database(folder, sizes={"chr1": 100}, dense=dense))
    ...     copy_track(store, "a", "b.c")
    ...     store.track("b.c").values(0).tolist()
    [1.0, 2.0]
    """
    receiver = into or store
    track = store.track(source)
    place = new_target(receiver, "track", target, overwrite=overwrite)
    if place == Path(track.path):
        raise NameCollisionError(f"track {source!r} cannot be copied onto itself")
    if isinstance(track, DenseTrack | SparseTrack | ArrayTrack):
        own = track.path if into is None and layout is None else None
        indexed = Path(own, "track.idx").exists() if own else wants_index(receiver, layout)
        codes = _codes_in(track, receiver)
        with new_folder(receiver.root, place, replace=overwrite) as folder:
            _copy_payloads(track, receiver, folder, indexed, codes)
            _copy_company(track, folder)
            track.check_current()
        return
    _check_equal_tables(store, receiver, source)
    with new_folder(receiver.root, place, replace=overwrite) as folder:
        _copy_files(track, folder)
        _copy_company(track, folder)
        track.check_current()


def _codes_in(track: Linear, receiver: Store) -> list[int] | None:
    """Return the code that each chromosome of a database has in a track, or -1; None: equal."""
    here, there = track.genome, receiver.genome
    if here.names == there.names and np.array_equal(here.sizes, there.sizes):
        return None
    known = {name: code for code, name in enumerate(here.names)}
    codes = [known.get(name, -1) for name in there.names]
    for code, found in enumerate(codes):
        if found >= 0 and here.sizes[found] != there.sizes[code]:
            raise GenomeMismatchError(
                f"chromosome {there.name(code)!r} has {there.sizes[code]:,} bp in {receiver.root}, "
                f"but {here.sizes[found]:,} where track {track.name!r} lies"
            )
    lost = sorted(set(range(here.n_chroms)) - set(codes))
    if len(lost) == here.n_chroms:
        raise GenomeMismatchError(f"{receiver.root} has none of the chromosomes of {track.name!r}")
    if lost:
        names = ", ".join(here.name(code) for code in lost[:6]) + (", ..." if len(lost) > 6 else "")
        warnings.warn(
            f"the copy of track {track.name!r} lacks chromosomes that {receiver.root} does not "
            f"have: {names}",
            MishaWarning,
            stacklevel=2,
        )
    return codes


def _copy_payloads(
    track: Linear, receiver: Store, folder: Path, indexed: bool, codes: list[int] | None
) -> None:
    pieces = payload_pieces(track) if codes is None else _reordered(track, receiver, codes)
    with closing(payload_files(receiver, folder, track.type, indexed=indexed)) as files:
        for piece in pieces:
            files.append(piece)
        files.finish()


def _reordered(track: Linear, receiver: Store, codes: list[int]) -> Iterator[BytePiece]:
    """Yield the payloads in the order of another database, empty ones where the track has none."""
    sizes = receiver.genome.sizes
    for code, found in enumerate(codes):
        data = None
        if found >= 0:
            table = next(track.tables(found, found + 1))
            start = int(table.offsets[0])
            data = table.data[start : start + int(table.lengths[0])]
        if data is None or not len(data):
            n_bins = -(-int(sizes[code]) // track.bin_size) if isinstance(track, DenseTrack) else 0
            data = payload_without_data(track, n_bins)
        yield BytePiece(code, np.array([len(data)], np.int64), data)


def _check_equal_tables(store: Store, receiver: Store, source: str) -> None:
    here, there = store.genome, receiver.genome
    if here.names != there.names or not np.array_equal(here.sizes, there.sizes):
        raise GenomeMismatchError(
            f"track {source!r} of pairs of chromosomes can only be copied to a database with the "
            f"same chromosomes in the same order; {receiver.root} has others",
            hint="extract it and create a track from the table",
        )


def _copy_files(track: AnyTrack, folder: Path) -> None:
    """Copy the payloads of a track as they are."""
    names = [path.name for path in Path(track.path).iterdir() if is_payload_name(path.name)]
    for name in (*names, "track.dat", "track.idx"):
        source = Path(track.path, name)
        check_link(str(source))
        if source.is_file():
            copy_file(source, folder / name)


def _copy_company(track: AnyTrack, folder: Path) -> None:
    """Write what a track has beside its payloads: attributes, variables, names of columns."""
    attributes = encode_attributes(track_attributes(track.path))
    small = {".attributes": attributes} if attributes else {}
    if isinstance(track, ArrayTrack):
        small[COLUMN_NAMES_FILE] = encode_column_names(track.column_names)
    for name, data in small.items():
        with disk.create_file(folder / name) as file:
            file.write(data)
    variables = Path(track.path, "vars")
    check_link(str(variables))
    if not variables.is_dir():
        return
    disk.create_folder(folder / "vars")
    for path in sorted(variables.iterdir()):
        if not path.name.startswith(".") and path.is_file():
            with disk.create_file(folder / "vars" / path.name) as file:
                file.write(read_file(path, MAX_TABLE_BYTES))


def move_track(store: Store, source: str, target: str) -> None:
    """Give a track of the working database another name, in one step.

    Parameters
    ----------
    store : Store
        The database.
    source, target : str
        Dotted names; missing folders are made.

    Raises
    ------
    UnknownTrackError, NameCollisionError, NameSyntaxError, ReadOnlyError, BusyError
        If a name is wrong or taken, or the track belongs to a dataset.

    Examples
    --------
    >>> import misha_xr
    >>> move_track(misha_xr.example_database(copy=True).store, "dense_track", "sparse_track")
    Traceback (most recent call last):
    misha_xr.errors.NameCollisionError: track 'sparse_track' already exists in ...
    """
    place = existing_target(store, "track", source)
    goal = new_target(store, "track", target)
    move_object(store.root, place, goal)


def remove_track(store: Store, name: str) -> None:
    """Remove a track of the working database; one of a dataset that it hid shows again.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.

    Raises
    ------
    UnknownTrackError, ReadOnlyError, BusyError
        If there is none, or it belongs to a dataset, or somebody writes it.

    Examples
    --------
    >>> import misha_xr
    >>> remove_track(misha_xr.example_database(copy=True).store, "dense_trak")
    Traceback (most recent call last):
    misha_xr.errors.UnknownTrackError: no track 'dense_trak' in ...
    """
    remove_object(store.root, existing_target(store, "track", name))
