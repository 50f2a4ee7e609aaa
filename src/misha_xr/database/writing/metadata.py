"""Changes of attributes and variables of tracks, and of the list of protected attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from misha_xr.database.attributes import track_attributes
from misha_xr.database.root_files import RO_ATTRIBUTES_NAME
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import sweep
from misha_xr.database.writing.stage import (
    WAIT_SECONDS,
    check_there,
    object_lock,
    replace_bytes,
    write_beside,
)
from misha_xr.database.writing.targets import check_own_root, existing_target
from misha_xr.errors import NameSyntaxError, ReadOnlyError
from misha_xr.formats.attributes import encode_attributes
from misha_xr.formats.ro_attributes import encode_ro_attributes
from misha_xr.formats.variables import check_variable_name, encode_variable

__all__ = [
    "check_attribute_names",
    "protect_attributes",
    "remove_variable",
    "update_attributes",
    "write_variable",
]

ATTRIBUTES_NAME = ".attributes"
# Made by the writer of a track; protected whatever the database lists.
PROTECTED_PREFIX = "created."


def check_attribute_names(store: Store, names: Iterable[str]) -> None:
    """Refuse names that no attribute may have, or that are protected.

    Parameters
    ----------
    store : Store
        The database, whose list counts.
    names : iterable of str
        Attributes to be changed.

    Raises
    ------
    NameSyntaxError
        If a name is empty or holds a NUL.
    ReadOnlyError
        If it is protected: ``created.*``, or listed in ``.ro_attributes``.

    Notes
    -----
    Source: misha user manual, track attributes.

    Examples
    --------
    >>> import misha_xr
    >>> check_attribute_names(misha_xr.example_database().store, ["created.by"])
    Traceback (most recent call last):
    misha_xr.errors.ReadOnlyError: attribute 'created.by' is protected...
    """
    listed = set(store.read_only_attributes() or ())
    for name in names:
        if not isinstance(name, str) or not name or "\0" in name:
            raise NameSyntaxError(f"Invalid attribute name {name!r}: text, not empty, no NUL")
        if name in listed or name.startswith(PROTECTED_PREFIX):
            raise ReadOnlyError(
                f"attribute {name!r} is protected: it is read-only",
                hint="created.* always are, others by the list of the database",
            )


def update_attributes(
    store: Store, track: str, values: Mapping[str, Any], *, only: bool = False
) -> None:
    """Change attributes of a track, all in one step.

    Parameters
    ----------
    store : Store
        The database.
    track : str
        Dotted name.
    values : mapping of str to object
        New values, as text; empty text or None removes an attribute.
    only : bool
        Whether all others that are not protected go.

    Raises
    ------
    UnknownTrackError
        If there is no such track.
    ReadOnlyError
        If it belongs to a dataset, or an attribute is protected.
    NameSyntaxError
        If a name is empty or holds a NUL.
    ValueError
        If a value holds a NUL.

    Examples
    --------
    >>> import misha_xr
    >>> update_attributes(misha_xr.example_database(copy=True).store, "dense_trak", {"a": "b"})
    Traceback (most recent call last):
    misha_xr.errors.UnknownTrackError: no track 'dense_trak' in ...
    """
    target = existing_target(store, "track", track)
    check_attribute_names(store, values)
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    encode_attributes(texts)  # refuses what cannot be written, before anything is
    listed = set(store.read_only_attributes() or ())
    with object_lock(target, WAIT_SECONDS):
        check_there(target)
        old = track_attributes(str(target))
        kept = {
            name: value
            for name, value in old.items()
            if not only or name in listed or name.startswith(PROTECTED_PREFIX)
        }
        new = {name: value for name, value in {**kept, **texts}.items() if value}
        if new != old:
            sweep(target, ATTRIBUTES_NAME.removeprefix("."))
            write_beside(target / ATTRIBUTES_NAME, encode_attributes(new))


def write_variable(store: Store, track: str, name: str, value: Any) -> None:
    """Store a variable with a track.

    Parameters
    ----------
    store : Store
        The database.
    track : str
        Dotted name of the track.
    name : str
        Of the variable; one of that name is replaced.
    value : object
        See `misha_xr.formats.variables.encode_variable`.

    Raises
    ------
    UnknownTrackError, ReadOnlyError
        As for `update_attributes`.
    ValueError
        If the name cannot be that of a file.
    TypeError
        If the value is not made of plain parts; the class is named.

    Examples
    --------
    >>> import misha_xr
    >>> write_variable(misha_xr.example_database(copy=True).store, "dense_track", "a/b", 1)
    Traceback (most recent call last):
    ValueError: 'a/b' is no name of a variable: ...
    """
    check_variable_name(name)
    target = existing_target(store, "track", track)
    replace_bytes(target, target / "vars" / name, encode_variable(value))


def remove_variable(store: Store, track: str, name: str) -> bool:
    """Remove a variable of a track.

    Parameters
    ----------
    store : Store
        The database.
    track : str
        Dotted name of the track.
    name : str
        Of the variable.

    Returns
    -------
    bool
        False if there was none.

    Raises
    ------
    UnknownTrackError, ReadOnlyError
        As for `update_attributes`.
    ValueError
        If the name cannot be that of a file.

    Examples
    --------
    >>> import misha_xr
    >>> remove_variable(misha_xr.example_database(copy=True).store, "dense_track", "stats")
    False
    """
    check_variable_name(name)
    target = existing_target(store, "track", track)
    path = target / "vars" / name
    with object_lock(target, WAIT_SECONDS):
        there = path.is_file()
        if there:
            disk.remove_file(path)
            disk.sync_folder(path.parent)
    return there


def protect_attributes(store: Store, names: Iterable[str]) -> None:
    """Replace the list of protected attributes of the working database.

    Parameters
    ----------
    store : Store
        The database.
    names : iterable of str
        Each once; none removes the list.

    Raises
    ------
    ValueError
        If a name is empty or occurs twice.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store
    >>> from misha_xr.testing.database import write_database
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_database(folder, sizes={"chr1": 10}))
    ...     protect_attributes(store, ["lab"])
    ...     store.read_only_attributes()
    ['lab']
    """
    check_own_root(store)
    given = list(names)
    path = store.root / RO_ATTRIBUTES_NAME
    replace_bytes(path, path, encode_ro_attributes(given) if given else None)
