"""Makes files and the names in folders survive a loss of power."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from misha_xr.database.writing import system_calls
from misha_xr.database.writing.steps import announce

__all__ = ["sync_file", "sync_folder", "sync_tree"]

# More files than this are made durable by one call for their file system, not one by one.
MANY_FILES = 256


def sync_file(path: str | os.PathLike[str]) -> None:
    """Make the contents of a file survive a loss of power.

    Parameters
    ----------
    path : path-like
        A file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     sync_file(file.name)
    """
    announce("sync", path)
    with _opened(path, os.O_RDONLY) as fd:
        os.fsync(fd)


def sync_folder(path: str | os.PathLike[str]) -> None:
    """Make the names in a folder survive a loss of power.

    Parameters
    ----------
    path : path-like
        A folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sync_folder(folder)
    """
    announce("sync", path)
    with _opened(path, os.O_RDONLY | os.O_DIRECTORY) as fd:
        os.fsync(fd)


def sync_tree(path: str | os.PathLike[str]) -> None:
    """Make a folder with all that is in it survive a loss of power.

    Parameters
    ----------
    path : path-like
        A folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sync_tree(folder)
    """
    files, folders = [], []
    for folder, _, names in os.walk(path):
        folders.append(folder)
        files += [name for name in (f"{folder}/{name}" for name in names) if not _is_link(name)]
    if len(files) + len(folders) > MANY_FILES:
        announce("sync", path)
        with _opened(path, os.O_RDONLY | os.O_DIRECTORY) as fd:
            system_calls.sync_file_system(fd)
        return
    for name in files:
        sync_file(name)
    for name in reversed(folders):
        sync_folder(name)


def _is_link(path: str) -> bool:
    return Path(path).is_symlink()


@contextmanager
def _opened(path: str | os.PathLike[str], flags: int) -> Iterator[int]:
    fd = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)
