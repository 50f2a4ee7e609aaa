"""Where a write goes: checks of names, of what is there already, and of whose it is."""

from __future__ import annotations

import getpass
import keyword
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from misha_xr.database.catalogue import SET_SUFFIX, TRACK_SUFFIX
from misha_xr.database.example import is_shared_example
from misha_xr.database.genomes import has_legacy_names, id_orders
from misha_xr.database.links import is_inside
from misha_xr.database.names import WORDS, Found
from misha_xr.database.store import Store
from misha_xr.errors import (
    NameCollisionError,
    NameSyntaxError,
    ReadOnlyError,
    UnsupportedError,
    check_one_of,
)

__all__ = [
    "LAYOUTS",
    "check_name",
    "check_own_root",
    "check_place",
    "creation_attributes",
    "existing_target",
    "new_target",
    "wants_index",
]

Kind = Literal["track", "set"]
LAYOUTS = ("per-chromosome", "indexed")
SUFFIXES = {"track": TRACK_SUFFIX, "set": SET_SUFFIX}
# A part of a name becomes a file name, also with the ending of a temporary one.
MAX_PART_BYTES = 200
MAX_NAME_BYTES = 1000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*")
# Words that mean something else in an expression.
_RESERVED = frozenset(
    {
        *keyword.kwlist,
        "np",
        "CHROM",
        "START",
        "END",
        *(f"{word}{dim}" for dim in (1, 2) for word in ("CHROM", "START", "END")),
    }
)
# Per-chromosome files of more chromosomes than this are a burden to any file system.
MANY_CHROMS = 10_000


def check_name(kind: Kind, name: str) -> str:
    """Refuse what cannot be the name of a track or an interval set.

    Parameters
    ----------
    kind : {"track", "set"}
        For the message.
    name : str
        Dotted name.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    NameSyntaxError
        If it does not begin with a letter, holds anything but letters, digits, ``_`` and ``.``, has
        an empty part, is too long, or is a word of the expression language.

    Notes
    -----
    Source: misha file format, names and reserved names. A digit in front, which R accepts, would
    not be a name in an expression.

    Examples
    --------
    >>> check_name("track", "chip.rep1")
    'chip.rep1'
    """
    word = WORDS[kind]
    if not isinstance(name, str):
        raise NameSyntaxError(f"Invalid {word} name {name!r}: expected text")
    shown = name if len(name) <= 80 else f"{name[:80]}..."
    if not _NAME.fullmatch(name):
        raise NameSyntaxError(
            f"Invalid {word} name {shown!r}",
            hint="a letter, then letters, digits and underscores; dots separate folders",
        )
    if len(name) > MAX_NAME_BYTES or max(map(len, name.split("."))) > MAX_PART_BYTES:
        raise NameSyntaxError(
            f"Invalid {word} name {shown!r}: {len(name)} letters",
            hint=f"at most {MAX_PART_BYTES} between dots and {MAX_NAME_BYTES} in all",
        )
    if name in _RESERVED:
        raise NameSyntaxError(f"Invalid {word} name {name!r}: a word of the expression language")
    return name


def check_own_root(store: Store) -> None:
    """Refuse to write into the example database that all programs of a user share.

    Parameters
    ----------
    store : Store
        The database.

    Raises
    ------
    ReadOnlyError
        If its root is that one.

    Examples
    --------
    >>> import misha_xr
    >>> check_own_root(misha_xr.example_database(copy=True).store)
    """
    if is_shared_example(store.root):
        raise ReadOnlyError(
            "the example database is shared by all programs and only read",
            hint="example_database(copy=True) opens a copy to write to",
        )


def new_target(store: Store, kind: Kind, name: str, *, overwrite: bool = False) -> Path:
    """Return where a new object goes, if it may be written.

    Parameters
    ----------
    store : Store
        The database; its working root is the one that is written.
    kind : {"track", "set"}
        What it will be.
    name : str
        Dotted name; below the directory of the store, if it has one.
    overwrite : bool
        Whether an object of this kind may be there.

    Returns
    -------
    Path
        ``tracks/.../<name>.track`` or ``.interv``; its folder need not exist.

    Raises
    ------
    NameSyntaxError
        See `check_name`.
    NameCollisionError
        If a source has a track or an interval set of that name.
    ReadOnlyError
        If a dataset has it and ``overwrite`` is given; if the folder is a link out of the root.

    Examples
    --------
    >>> import misha_xr
    >>> new_target(misha_xr.example_database(copy=True).store, "track", "new.one").name
    'one.track'
    """
    check_name(kind, name)
    absolute = f"{store.directory}.{name}" if store.directory else name
    for other in ("track", "set"):
        found = store.occupant(other, absolute)
        if found is not None:
            _check_replaceable(store, kind, other, absolute, found, overwrite)
    target = _path(store, kind, absolute)
    check_place(store, target)
    check_own_root(store)
    return target


def _path(store: Store, kind: Kind, name: str) -> Path:
    *folders, stem = name.split(".")
    return store.root.joinpath("tracks", *folders, stem + SUFFIXES[kind])


def _check_replaceable(
    store: Store, kind: Kind, other: str, name: str, found: Found, overwrite: bool
) -> None:
    if other != kind or not overwrite:
        hint = "overwrite=True replaces it" if other == kind else "choose another name"
        raise NameCollisionError(
            f"{WORDS[other]} {name!r} already exists in {found.source}", hint=hint
        )
    _check_writable(store, kind, name, found)


def _check_writable(store: Store, kind: Kind, name: str, found: Found) -> None:
    if found.source != str(store.root):
        raise ReadOnlyError(
            f"{WORDS[kind]} {name!r} belongs to the dataset {found.source}, which is only read",
            hint="open that root itself to change it, or copy the object into this database",
        )


def check_place(store: Store, target: Path) -> None:
    """Refuse to write through a link that leaves the root, or below what is no folder.

    Parameters
    ----------
    store : Store
        The database.
    target : Path
        Below its ``tracks/``; need not exist.

    Raises
    ------
    ReadOnlyError
        If the nearest folder that exists lies elsewhere.
    NameCollisionError
        If a file is in the way.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> check_place(store, store.root / "tracks" / "new" / "folder")
    """
    tracks = os.path.realpath(store.root / "tracks")
    nearest = next(path for path in (target, *target.parents) if os.path.lexists(path))
    real = os.path.realpath(nearest)
    if not is_inside(real, tracks) and not is_inside(tracks, real):
        raise ReadOnlyError(
            f"{nearest} is a symbolic link that leaves the database, to {real}",
            hint="write into the database that it leads to",
        )
    if nearest != target and not nearest.is_dir():
        raise NameCollisionError(
            f"{nearest} is no folder; {target.name} cannot be below it",
            hint="remove the file, or choose another name",
        )


def existing_target(store: Store, kind: Kind, name: str) -> Path:
    """Return the file or folder of an object that is to be changed.

    Parameters
    ----------
    store : Store
        The database.
    kind : {"track", "set"}
        What it is.
    name : str
        Dotted name, as it may be asked for.

    Returns
    -------
    Path
        In the working root.

    Raises
    ------
    UnknownTrackError, UnknownSetError
        If there is no such object; the hint has the closest names.
    ReadOnlyError
        If it belongs to a dataset, or is a link out of the root.

    Examples
    --------
    >>> import misha_xr
    >>> existing_target(misha_xr.example_database(copy=True).store, "track", "dense_track").name
    'dense_track.track'
    """
    found = store.locate(kind, name)
    _check_writable(store, kind, name, found)
    target = Path(found.path)
    check_place(store, target)
    check_own_root(store)
    return target


def wants_index(store: Store, layout: str | None = None) -> bool:
    """Tell whether a new object gets one indexed file instead of one per chromosome.

    Parameters
    ----------
    store : Store
        The database.
    layout : {"per-chromosome", "indexed"}, optional
        Default: as the sequence of the database is stored; without a sequence by the number of
        chromosomes.

    Returns
    -------
    bool
        True for the indexed layout.

    Raises
    ------
    ValueError
        If there is no such layout.
    UnsupportedError
        If an index is asked for in a database whose chromosomes other programs number otherwise.

    Notes
    -----
    Source: misha file format, chromosome names and IDs.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> wants_index(store), wants_index(store, "indexed")
    (False, True)
    """
    if layout is not None:
        check_one_of("layout", layout, LAYOUTS)
    ambiguous = _has_ambiguous_ids(store)
    if layout == "indexed" and ambiguous:
        raise UnsupportedError(
            f"{store.root} cannot hold indexed objects: R misha numbers its chromosomes otherwise",
            hint="convert the database first, or use layout='per-chromosome'",
        )
    if layout is not None or ambiguous:
        return layout == "indexed"
    seq = store.root / "seq"
    if (seq / "genome.idx").exists():
        return True
    return not any(seq.glob("*.seq")) and store.genome.n_chroms > MANY_CHROMS


def _has_ambiguous_ids(store: Store) -> bool:
    if not has_legacy_names(str(store.root), store.genome):
        return False
    ours, theirs = id_orders(store.genome)
    return ours != theirs


def creation_attributes(
    created_by: str, description: str | None = None, more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the attributes of a new object.

    Parameters
    ----------
    created_by : str
        The call that makes it.
    description : str, optional
        What it holds.
    more : mapping of str to str, optional
        Further attributes; they win.

    Returns
    -------
    dict of str to str
        ``created.by``, ``created.date``, ``created.user``, ``description`` and the others.

    Notes
    -----
    Source: misha file format, track attributes: the date is the text of C's ``ctime``.

    Examples
    --------
    >>> list(creation_attributes("create_track('a')", "test", {"lab": "x"}))
    ['created.by', 'created.date', 'created.user', 'description', 'lab']
    """
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user
        user = str(os.getuid())
    first = {"created.by": created_by, "created.date": time.ctime(), "created.user": user}
    return {**first, "description": description or "", **(more or {})}
