"""Folders of names below ``tracks/``."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from misha_xr.database.catalogue import SET_SUFFIX, TRACK_SUFFIX
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import is_litter, stem_of
from misha_xr.database.writing.locks import name_lock
from misha_xr.database.writing.stage import mark_dirty
from misha_xr.database.writing.targets import check_name, check_own_root, check_place
from misha_xr.errors import DatabaseNotFoundError, DirectoryNotEmptyError, NameCollisionError

__all__ = ["make_directory", "remove_directory"]


def make_directory(store: Store, name: str, *, parents: bool = True) -> Path:
    """Make a folder of names.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name; what is there already stays.
    parents : bool
        Whether folders above it may be made as well.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    NameSyntaxError
        If it cannot be the name of a folder.
    DatabaseNotFoundError
        If a folder above it is missing and must not be made.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.testing.database import write_database
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_database(folder, sizes={"chr1": 10}))
    ...     _ = make_directory(store, "a.b")
    ...     store.directories()
    ['a', 'a.b']
    """
    check_name("track", name)
    check_own_root(store)
    absolute = f"{store.directory}.{name}" if store.directory else name
    place = store.root.joinpath("tracks", *absolute.split("."))
    if not parents and not place.parent.is_dir():
        raise DatabaseNotFoundError(f"Directory does not exist: {place.parent}")
    check_place(store, place)
    if place.is_file():
        raise NameCollisionError(f"{place} is no folder", hint="remove it, or choose another name")
    missing = [path for path in (place, *place.parents) if not path.exists()]
    for path in reversed(missing):
        with suppress(FileExistsError):
            disk.create_folder(path)
            disk.sync_folder(path.parent)
    return place


def remove_directory(store: Store, name: str, *, recursive: bool = False) -> None:
    """Remove a folder of names of the working database.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    recursive : bool
        Whether the tracks and interval sets in it go, too.

    Raises
    ------
    DatabaseNotFoundError
        If there is no such folder.
    DirectoryNotEmptyError
        If it is not empty and ``recursive`` is false.
    BusyError
        If somebody removes it as well.

    Examples
    --------
    >>> import misha_xr
    >>> remove_directory(misha_xr.example_database(copy=True).store, "nowhere")
    Traceback (most recent call last):
    misha_xr.errors.DatabaseNotFoundError: Directory does not exist: ...
    """
    check_name("track", name)
    check_own_root(store)
    absolute = f"{store.directory}.{name}" if store.directory else name
    place = store.root.joinpath("tracks", *absolute.split("."))
    if not place.is_dir() or place.name.endswith((TRACK_SUFFIX, SET_SUFFIX)):
        raise DatabaseNotFoundError(f"Directory does not exist: {place}")
    check_place(store, place.parent)
    with name_lock(place.parent, stem_of(place.name)):
        held = [path.name for path in place.iterdir() if not is_litter(path.name)]
        if held and not recursive:
            raise DirectoryNotEmptyError(
                f"Directory {absolute!r} is not empty: {', '.join(sorted(held)[:5])}",
                hint="recursive=True removes all that is in it",
            )
        trash = disk.unused_name(place, "trash")
        mark_dirty(store.root)
        disk.rename_new(place, trash)
        disk.sync_folder(place.parent)
        mark_dirty(store.root)
        with suppress(OSError):
            disk.remove_tree(trash)
