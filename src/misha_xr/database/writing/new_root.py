"""A whole new root, built beside its target: a database or a dataset is there complete, or not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from misha_xr.database.roots import absolute_path
from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import is_litter, stem_of
from misha_xr.database.writing.locks import name_lock
from misha_xr.database.writing.stage import made_folders
from misha_xr.errors import PathExistsError

__all__ = ["new_root"]


@contextmanager
def new_root(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Build a root beside its target and make it visible by one rename.

    Parameters
    ----------
    path : path-like
        Where it will be; nothing may be there. Missing folders above it are made.

    Yields
    ------
    Path
        An empty hidden folder to build it in. What is built there must not know its own path.

    Raises
    ------
    PathExistsError
        If something is there; a FileExistsError and a ValueError.
    BusyError
        If somebody else is building it.
    OSError
        If the disk is full or may not be written. Nothing is left then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with new_root(f"{folder}/db") as root:
    ...         disk.create_folder(root / "tracks")
    ...     os.listdir(folder), os.listdir(f"{folder}/db")
    (['db'], ['tracks'])
    """
    target = Path(absolute_path(path))
    stem = stem_of(target.name)
    _check_free(target)
    with made_folders(target.parent), name_lock(target.parent, stem):
        _check_free(target)
        _sweep(target, stem)
        beside = disk.unused_name(target, "tmp")
        try:
            disk.create_folder(beside)
            yield beside
            disk.sync_tree(beside)
            try:
                disk.rename_new(beside, target)
            except FileExistsError:
                raise PathExistsError(f"{target} already exists") from None
            disk.sync_folder(target.parent)
        finally:
            with suppress(OSError):
                disk.remove_tree(beside)


def _check_free(target: Path) -> None:
    if os.path.lexists(target):
        raise PathExistsError(
            f"{target} already exists", hint="choose another path, or remove what is there"
        )


def _sweep(target: Path, stem: str) -> None:
    """Remove what killed builders of this root left; the folder belongs to others as well."""
    for path in target.parent.glob(".*.tmp.*"):
        name = path.name
        if is_litter(name) and stem_of(name.rsplit(".", 3)[0]) == stem:
            with suppress(OSError):
                disk.remove_tree(path)
