"""Attributes of saved interval sets, and their removal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from misha_xr.database.attributes import set_attributes
from misha_xr.database.maps import stamp_of
from misha_xr.database.store import Store
from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import stem_of, sweep
from misha_xr.database.writing.set_conversion import is_indexed, write_parts_again
from misha_xr.database.writing.set_sides import put_side, side_file
from misha_xr.database.writing.stage import WAIT_SECONDS, check_there, object_lock, remove_object
from misha_xr.database.writing.targets import existing_target
from misha_xr.errors import BusyError, UnknownSetError
from misha_xr.formats.attributes import encode_set_attributes

__all__ = ["remove_set", "set_stamp", "unchanged", "write_set_attributes"]


def set_stamp(target: Path) -> object:
    """Return what changes with every change of a set or its attributes.

    Parameters
    ----------
    target : Path
        Its file or folder.

    Returns
    -------
    object
        To be compared.

    Examples
    --------
    >>> import misha_xr
    >>> path = misha_xr.example_database().store.set_path("annotations")
    >>> set_stamp(path) == set_stamp(path)
    True
    """
    places = (target, target / ".meta", target / ".iattr", side_file(target))
    return [stamp_of(str(place)) if place.exists() else None for place in places]


def unchanged(target: Path, stamp: object) -> Callable[[], None]:
    """Return what raises BusyError once a set is not as it was.

    Parameters
    ----------
    target : Path
        Its file or folder.
    stamp : object
        From `set_stamp`.

    Returns
    -------
    callable
        To be called while the lock of the set is held.

    Examples
    --------
    >>> import misha_xr
    >>> path = misha_xr.example_database().store.set_path("annotations")
    >>> unchanged(path, set_stamp(path))()
    """

    def check() -> None:
        if set_stamp(target) != stamp:
            raise BusyError(
                f"interval set at {target} was changed by somebody else meanwhile",
                hint="nothing was written; repeat the call",
            )

    return check


def remove_set(store: Store, name: str, *, missing_ok: bool = False) -> None:
    """Remove a saved set and its attributes.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    missing_ok : bool
        Whether it may be absent.

    Raises
    ------
    UnknownSetError
        If there is none and must be.
    ReadOnlyError
        If it belongs to a dataset.

    Examples
    --------
    >>> import misha_xr
    >>> remove_set(misha_xr.example_database(copy=True).store, "nothing", missing_ok=True)
    """
    try:
        target = existing_target(store, "set", name)
    except UnknownSetError:
        if missing_ok:
            return
        raise
    remove_object(store.root, target, also=[side_file(target)])


def write_set_attributes(
    store: Store, name: str, changes: Mapping[str, str | None], *, replace: bool = False
) -> None:
    """Change attributes of a saved set.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    changes : mapping of str to str or None
        New values; None or an empty text removes an attribute.
    replace : bool
        Remove all others.

    Raises
    ------
    UnknownSetError, ReadOnlyError, BusyError
        If it cannot be written.
    ValueError
        If a name is empty, or there is a NUL.

    Notes
    -----
    Source: misha file format, attributes of interval sets. A set in the indexed layout becomes one
    of a file per chromosome: other programs do not read an index beside attributes.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database(copy=True).store
    >>> write_set_attributes(store, "annotations", {"lab": "x"})
    >>> store.set_attributes("annotations")["lab"]
    'x'
    """
    target = existing_target(store, "set", name)
    if target.is_dir() and is_indexed(target):
        stamp = set_stamp(target)
        merged = _merged(target, changes, replace)
        if encode_set_attributes(merged):
            write_parts_again(
                store, target, indexed=False, attributes=merged, check=unchanged(target, stamp)
            )
        return
    with object_lock(target, WAIT_SECONDS):
        check_there(target)
        place = target / ".iattr" if target.is_dir() else side_file(target)
        sweep(place.parent, stem_of(place.name))
        put_side(place, encode_set_attributes(_merged(target, changes, replace)))
        disk.sync_folder(place.parent)


def _merged(target: Path, changes: Mapping[str, str | None], replace: bool) -> dict[str, str]:
    old = {} if replace else set_attributes(str(target))
    merged = {**old, **{key: value or "" for key, value in changes.items()}}
    return {key: value for key, value in merged.items() if value}
