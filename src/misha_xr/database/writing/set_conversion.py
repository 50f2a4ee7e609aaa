"""Conversion of big interval sets from one layout to the other: the same tables, byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from misha_xr.database.attributes import set_attributes
from misha_xr.database.big_sets import BigSet
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.store import Store
from misha_xr.database.writing.set_layouts import SetFiles
from misha_xr.database.writing.set_saving import check_layout
from misha_xr.database.writing.stage import new_folder, object_lock
from misha_xr.database.writing.targets import existing_target
from misha_xr.errors import CorruptFileError

__all__ = ["convert_set", "is_indexed", "write_parts_again"]


def is_indexed(target: Path) -> bool:
    """Tell whether a big set has an index.

    Parameters
    ----------
    target : Path
        Its folder.

    Returns
    -------
    bool
        False also for a small set.

    Examples
    --------
    >>> is_indexed(Path("/no/such/place"))
    False
    """
    return any((target / name).is_file() for name in ("intervals.idx", "intervals2d.idx"))


def convert_set(store: Store, name: str, layout: str) -> bool:
    """Store a big set in another layout; a small one, which has no layout, stays as it is.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    layout : {"per-chromosome", "indexed"}
        The layout to have.

    Returns
    -------
    bool
        Whether something was changed.

    Raises
    ------
    UnknownSetError, ReadOnlyError, BusyError
        If it cannot be written.
    UnsupportedError
        If an index is asked for a set with attributes, or in a database that can hold none.
    CorruptFileError
        If what was written is not what was read; the set is then as it was.

    Notes
    -----
    Source: misha file format, index files. Tables are copied byte by byte and read again before
    the old files go; they and the new ones change places in one instant.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from misha_xr.database.writing.set_saving import save_set
    >>> from misha_xr.testing.database import write_database
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_database(folder, sizes={"chr1": 100}))
    ...     path = save_set(store, "a", frame, big=True)
    ...     convert_set(store, "a", "indexed"), sorted(file.name for file in path.iterdir())
    (True, ['.meta', 'intervals.dat', 'intervals.idx'])
    """
    target = existing_target(store, "set", name)
    attributes = set_attributes(str(target)) if target.is_dir() else {}
    indexed = check_layout(store, layout, attributes)
    if not target.is_dir() or _has_only(target, indexed):
        with object_lock(target):  # clears what a killed conversion left
            return False
    write_parts_again(store, target, indexed=indexed, attributes=attributes)
    return True


def _has_only(target: Path, indexed: bool) -> bool:
    """Tell whether a set has one layout, and which; other programs may leave files of both."""
    names = {path.name for path in target.iterdir() if not path.name.startswith(".")}
    of_index = {name for name in names if name.startswith("intervals")}
    return names == of_index if indexed else not of_index


def write_parts_again(
    store: Store,
    target: Path,
    *,
    indexed: bool,
    attributes: Mapping[str, str],
    check: Callable[[], None] | None = None,
) -> None:
    """Write the tables of a big set anew, as they are, and exchange the folders.

    Parameters
    ----------
    store : Store
        The database.
    target : Path
        The folder of the set.
    indexed : bool
        Layout of the new one.
    attributes : mapping of str to str
        All of them.
    check : callable, optional
        Called while the lock of the set is held; raises if the set is not as it was.

    Raises
    ------
    BusyError, CorruptFileError, OSError
        The set is then as it was.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> write_parts_again(store, store.root / "none", indexed=True, attributes={})
    Traceback (most recent call last):
    misha_xr.errors.CorruptFileError: ...: a big interval set without .meta
    """
    old = BigSet(str(target), store.genome, store.check_ids)
    with new_folder(store.root, target, replace=True) as folder:
        if check is not None:
            check()
        files = SetFiles(store, folder, is_2d=old.meta.is_2d, indexed=indexed)
        files.write_attributes(attributes)
        files.write_parts(old.codes, (old.raw_pieces(part) for part in range(len(old.sizes))))
        files.write_meta([read_file(target / ".meta", MAX_TABLE_BYTES)])
        _verify(old, BigSet(str(folder), store.genome), folder)


def _verify(old: BigSet, new: BigSet, folder: Path) -> None:
    for part in range(len(old.sizes)):
        pairs = zip(old.raw_pieces(part), new.raw_pieces(part), strict=True)
        if not all(np.array_equal(one, other) for one, other in pairs):
            raise CorruptFileError.at(folder, 0, "what was written is not what was read")
