"""Saves interval sets: a table becomes a file or a folder, with its attributes, in one exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from misha_xr.database.attributes import set_attributes
from misha_xr.database.store import Store
from misha_xr.database.writing.set_layouts import SetFiles, is_big, write_whole
from misha_xr.database.writing.set_sides import drop_side, put_side, side_file
from misha_xr.database.writing.set_table import SetTable, table_of
from misha_xr.database.writing.stage import new_file, new_folder
from misha_xr.database.writing.targets import new_target, wants_index
from misha_xr.errors import UnsupportedError
from misha_xr.formats.attributes import encode_set_attributes

__all__ = ["check_layout", "save_set", "save_table"]


def save_set(
    store: Store,
    name: str,
    frame: pd.DataFrame,
    *,
    overwrite: bool = False,
    big: bool | None = None,
    layout: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> Path:
    """Save a table as an interval set.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    frame : DataFrame, shape (n, >= 3)
        1D or 2D intervals with any further columns; may have no rows.
    overwrite : bool
        Replace a set of that name.
    big : bool, optional
        Store it as a folder or as one file; default: by the option ``big_set_rows``.
    layout : {"per-chromosome", "indexed"}, optional
        Of a big set; default as the database.
    attributes : mapping of str to str, optional
        Its attributes; None: those of the set that is replaced.

    Returns
    -------
    Path
        Its file or folder.

    Raises
    ------
    NameSyntaxError, NameCollisionError, ReadOnlyError, BusyError
        If the set cannot be written under that name.
    IntervalError, UnknownChromosomeError
        If a row is not legal, or a column has no form in R.
    UnsupportedError
        If an index is asked for a set with attributes.

    Notes
    -----
    Source: misha file format, interval sets. Rows are sorted by chromosome (or pair); rows of one
    keep their order.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.testing.database import write_database
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_database(folder, sizes={"chr1": 100}))
    ...     path = save_set(store, "lab.peaks", frame)
    ...     path.name, len(store.load_set("lab.peaks"))
    ('peaks.interv', 1)
    """
    target = new_target(store, "set", name, overwrite=overwrite)
    table = table_of(frame, store.genome)
    save_table(
        store, target, table, replace=overwrite, big=big, layout=layout, attributes=attributes
    )
    return target


def check_layout(store: Store, layout: str | None, attributes: Mapping[str, str] | None) -> bool:
    """Tell whether a big set gets an index.

    Parameters
    ----------
    store : Store
        The database.
    layout : {"per-chromosome", "indexed"}, optional
        What was asked for.
    attributes : mapping of str to str or None
        Of the set.

    Returns
    -------
    bool
        False by default where there are attributes: other programs do not read both.

    Raises
    ------
    UnsupportedError
        If an index was asked for all the same, or the database can hold none.

    Examples
    --------
    >>> import misha_xr
    >>> check_layout(misha_xr.example_database().store, "indexed", {})
    True
    """
    indexed = wants_index(store, layout)
    if not indexed or not encode_set_attributes(attributes or {}):
        return indexed
    if layout is None:
        return False
    raise UnsupportedError(
        "an interval set with attributes cannot be indexed: pymisha would load no rows of it",
        hint="use layout='per-chromosome', or leave the attributes out",
    )


def save_table(
    store: Store,
    target: Path,
    table: SetTable,
    *,
    replace: bool = False,
    big: bool | None = None,
    layout: str | None = None,
    attributes: Mapping[str, str] | None = None,
    check: Callable[[], None] | None = None,
) -> None:
    """Write a table at the place of an interval set.

    Parameters
    ----------
    store : Store
        The database.
    target : Path
        From `misha_xr.database.writing.targets`.
    table : SetTable
        The rows.
    replace : bool
        Whether a set may be there.
    big, layout, attributes
        As for `save_set`.
    check : callable, optional
        Called while the lock of the set is held; raises if the set is not as it was.

    Raises
    ------
    NameCollisionError, BusyError, UnsupportedError, OSError
        The set is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.testing.database import write_database
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_database(folder, sizes={"chr1": 100}))
    ...     target = new_target(store, "set", "a")
    ...     save_table(store, target, table_of(frame, store.genome), big=True)
    ...     sorted(path.name for path in target.iterdir())
    ['.meta', 'chr1']
    """
    old = set_attributes(str(target)) if replace and target.exists() else {}
    kept = old if attributes is None else {key: value for key, value in attributes.items() if value}
    encode_set_attributes(kept)  # refuses what cannot be written
    indexed = check_layout(store, layout, kept)
    wants_folder = is_big(table.n_rows, table.n_parts) if big is None else big
    was_file = replace and target.is_file()
    # A file and the attributes beside it cannot change in one instant: if both do, the new state
    # becomes a folder first, which has both in it.
    if wants_folder or (was_file and kept != old):
        with new_folder(store.root, target, replace=replace) as folder:
            _call(check)
            files = SetFiles(store, folder, is_2d=table.is_2d, indexed=wants_folder and indexed)
            files.write_table(table, kept)
        check = None
        if was_file:
            drop_side(side_file(target))
    if not wants_folder:
        with _new_small(store, target, kept, replace=replace) as path:
            _call(check)
            write_whole(path, table)


def _call(check: Callable[[], None] | None) -> None:
    if check is not None:
        check()


@contextmanager
def _new_small(
    store: Store, target: Path, attributes: Mapping[str, str], *, replace: bool
) -> Iterator[Path]:
    """Write a small set; its attributes come first, while nobody looks for them there."""
    side = side_file(target)
    is_seen = target.is_file()
    try:
        with new_file(store.root, target, replace=replace) as path:
            yield path
            if not is_seen:
                put_side(side, encode_set_attributes(attributes))
    except BaseException:
        if not is_seen and not target.is_file():
            drop_side(side)
        raise
