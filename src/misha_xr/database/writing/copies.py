"""Copies of files and folders of a database into a place that is being built."""

from __future__ import annotations

import os
from pathlib import Path

from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import is_litter

__all__ = ["copy_file", "copy_into", "copy_tree"]

BLOCK_BYTES = 1 << 22


def copy_file(source: Path, target: Path) -> None:
    """Copy a file block by block.

    Parameters
    ----------
    source : Path
        A file, or a link to one.
    target : Path
        Must not exist.

    Raises
    ------
    OSError
        If it cannot be read or written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a").write_bytes(b"abc")
    ...     copy_file(Path(folder, "a"), Path(folder, "b"))
    ...     Path(folder, "b").read_bytes()
    b'abc'
    """
    with source.open("rb") as there, disk.create_file(target) as file:
        while block := there.read(BLOCK_BYTES):
            file.write(block)


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder with all that is in it; links in it become what they lead to.

    Parameters
    ----------
    source : Path
        A folder, or a link to one.
    target : Path
        Must not exist.

    Raises
    ------
    OSError
        If something cannot be read or written, or a link leads nowhere.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "a", "vars").mkdir(parents=True)
    ...     copy_tree(Path(folder, "a"), Path(folder, "b"))
    ...     os.listdir(f"{folder}/b")
    ['vars']
    """
    disk.create_folder(target)
    copy_into(source, target)


def copy_into(source: Path, target: Path) -> None:
    """Copy what is in a folder into an empty one that is there.

    Parameters
    ----------
    source : Path
        A folder.
    target : Path
        Another one.

    Raises
    ------
    OSError
        As for `copy_tree`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a/vars", "b"):
    ...         Path(folder, name).mkdir(parents=True)
    ...     copy_into(Path(folder, "a"), Path(folder, "b"))
    ...     os.listdir(f"{folder}/b")
    ['vars']
    """
    with os.scandir(source) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if is_litter(entry.name):  # what other writers are at, or left
            continue
        if entry.is_dir():
            copy_tree(Path(entry.path), target / entry.name)
        else:
            copy_file(Path(entry.path), target / entry.name)
