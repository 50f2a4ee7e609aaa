"""Every system call that changes a file of a database, one function each.

Nothing else in the package creates, renames or removes files of a database. Each call is announced
in `misha_xr.database.writing.steps`, so that a test can stop a write at any of them.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from misha_xr.database.writing import system_calls
from misha_xr.database.writing.new_files import NewFile, create_file
from misha_xr.database.writing.permissions import has_umask, mode, umask_of_call
from misha_xr.database.writing.steps import announce
from misha_xr.database.writing.syncing import sync_file, sync_folder, sync_tree

__all__ = [
    "NewFile",
    "create_file",
    "create_folder",
    "exchange",
    "has_umask",
    "lock_file",
    "make_link",
    "remove_file",
    "remove_folder",
    "remove_tree",
    "rename_new",
    "replace",
    "sync_file",
    "sync_folder",
    "sync_tree",
    "umask_of_call",
    "unused_name",
]

# With what `unused_name` adds, a file name of the 255 bytes that file systems take.
MAX_STEM_BYTES = 215


def create_folder(path: str | os.PathLike[str]) -> None:
    """Create one folder, with the permissions of the option ``umask``.

    Parameters
    ----------
    path : path-like
        Must not exist; its parent must.

    Raises
    ------
    FileExistsError
        If it is there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     create_folder(f"{folder}/a")
    """
    announce("mkdir", path)
    Path(path).mkdir()
    granted = mode(0o777)
    if granted is not None:
        # A folder made in one with the set-group-ID bit keeps that bit: the group goes on.
        Path(path).chmod(granted | (Path(path).stat().st_mode & 0o2000))


def unused_name(path: Path, purpose: str) -> Path:
    """Return a hidden name beside a path that tells whose it is: of this package, of this process.

    Parameters
    ----------
    path : Path
        An object of a database.
    purpose : {"tmp", "old", "trash"}
        What the name is for.

    Returns
    -------
    Path
        ``.<name>.<purpose>.<process>.mx<random>``; nothing is made.

    Examples
    --------
    >>> unused_name(Path("/db/tracks/a.track"), "tmp").name.startswith(".a.track.tmp.")
    True
    """
    name = path.name.removeprefix(".")
    while len(os.fsencode(name)) > MAX_STEM_BYTES:  # of a variable; names of objects are shorter
        name = name[:-1]
    return path.with_name(f".{name}.{purpose}.{os.getpid()}.mx{secrets.token_hex(4)}")


def rename_new(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Rename a file or folder to a name that must be free: of two at once, one gets an error.

    Parameters
    ----------
    source, target : path-like
        On one file system.

    Raises
    ------
    FileExistsError
        If the target is there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     create_folder(f"{folder}/a")
    ...     rename_new(f"{folder}/a", f"{folder}/b")
    """
    announce("rename", target)
    system_calls.rename_new(os.fspath(source), os.fspath(target))


def exchange(new: Path, target: Path) -> None:
    """Let two paths change places in one instant; both exist.

    Parameters
    ----------
    new, target : Path
        On one file system. Afterwards ``new`` is what was the target.

    Raises
    ------
    OSError
        If either is missing.

    Notes
    -----
    Where the system or the file system has no such call, the target is moved aside first, and is
    absent for a moment; `misha_xr.database.writing.litter` puts it back if the process dies there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in "ab":
    ...         create_folder(f"{folder}/{name}")
    ...     exchange(Path(folder, "a"), Path(folder, "b"))
    """
    announce("exchange", target)
    if system_calls.exchange(os.fspath(new), os.fspath(target)):
        return
    aside = unused_name(target, "old")
    target.rename(aside)
    try:
        announce("rename", target)
        new.rename(target)
    except (OSError, KeyboardInterrupt):
        aside.rename(target)
        raise
    aside.rename(new)


def replace(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Rename a file over another one, or to a free name.

    Parameters
    ----------
    source, target : path-like
        Files on one file system.

    Raises
    ------
    OSError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with create_file(f"{folder}/a") as file:
    ...         file.write(b"abc")
    ...     replace(f"{folder}/a", f"{folder}/b")
    """
    announce("rename", target)
    Path(source).replace(target)


def remove_file(path: str | os.PathLike[str], *, missing_ok: bool = False) -> None:
    """Remove a file or a symbolic link.

    Parameters
    ----------
    path : path-like
        The file.
    missing_ok : bool
        Whether it may be absent.

    Raises
    ------
    FileNotFoundError
        If it is absent and may not be.

    Examples
    --------
    >>> remove_file("/nowhere/a", missing_ok=True)
    """
    announce("unlink", path)
    Path(path).unlink(missing_ok=missing_ok)


def remove_tree(path: str | os.PathLike[str]) -> None:
    """Remove a file, a link, or a folder with all that is in it; links are not followed.

    Parameters
    ----------
    path : path-like
        May be absent.

    Raises
    ------
    OSError
        If something cannot be removed.

    Examples
    --------
    >>> remove_tree("/nowhere/a")
    """
    announce("remove", path)
    given = Path(path)
    if given.is_dir() and not given.is_symlink():
        shutil.rmtree(given)
    else:
        given.unlink(missing_ok=True)


def remove_folder(path: str | os.PathLike[str]) -> None:
    """Remove an empty folder.

    Parameters
    ----------
    path : path-like
        The folder.

    Raises
    ------
    OSError
        If it is not empty.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     create_folder(f"{folder}/a")
    ...     remove_folder(f"{folder}/a")
    """
    announce("rmdir", path)
    Path(path).rmdir()


def make_link(target: str | os.PathLike[str], path: str | os.PathLike[str]) -> None:
    """Make a symbolic link.

    Parameters
    ----------
    target : path-like
        Where it leads; kept as given.
    path : path-like
        The link; must not exist.

    Raises
    ------
    FileExistsError
        If it is there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     make_link("../seq", f"{folder}/seq")
    """
    announce("link", path)
    Path(path).symlink_to(target)


def lock_file(path: str | os.PathLike[str]) -> int:
    """Open the file that a lock hangs on; made if it is not there. A link is not followed.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    int
        A descriptor, to be closed.

    Raises
    ------
    OSError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     os.close(lock_file(f"{folder}/.a.mxlock"))
    """
    announce("create", path)
    plain = os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | plain, 0o666)
    except PermissionError:
        if not os.path.lexists(path):
            raise
        return os.open(path, os.O_RDONLY | plain)  # left by another user: to lock it is enough
    mine = os.fstat(fd)
    if mine.st_uid == os.geteuid() and mine.st_mode & 0o444 != 0o444:
        os.fchmod(fd, mine.st_mode | 0o444)  # left by a killed writer, it must not keep others out
    return fd
