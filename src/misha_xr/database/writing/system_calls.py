"""Renames that Python does not offer: to a free name only, and of two paths with each other."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from contextlib import suppress
from functools import cache
from typing import Any

__all__ = ["exchange", "rename_new", "start_writing", "sync_file_system"]

_AT_FDCWD = -100
_LINUX = {"new": 1, "swap": 2}  # RENAME_NOREPLACE, RENAME_EXCHANGE
_MAC = {"new": 4, "swap": 2}  # RENAME_EXCL, RENAME_SWAP
_START_WRITING = 2  # SYNC_FILE_RANGE_WRITE
_UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})
_NO_LINKS = _UNSUPPORTED | {errno.EPERM, errno.EMLINK}  # of files, as on FAT


@cache
def _library() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _rename(source: str, target: str, how: str) -> bool:
    """Rename as the system's own call does; False if it has none, or not on this file system."""
    one, two = os.fsencode(source), os.fsencode(target)
    try:
        if sys.platform == "darwin":
            failed = _library().renamex_np(one, two, _MAC[how])
        else:
            failed = _library().renameat2(_AT_FDCWD, one, _AT_FDCWD, two, _LINUX[how])
    except AttributeError:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), source, None, target)


def rename_new(source: str, target: str) -> None:
    """Rename to a name that must be free.

    Parameters
    ----------
    source, target : str
        On one file system.

    Raises
    ------
    FileExistsError
        If the target is there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     os.mkdir(f"{folder}/a")
    ...     rename_new(f"{folder}/a", f"{folder}/b")
    ...     os.listdir(folder)
    ['b']
    """
    if _rename(source, target, "new"):
        return
    if not os.path.isdir(source):  # noqa: PTH112 - all plain calls here
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            os.unlink(source)  # noqa: PTH108
            return
    # Renaming a folder over one with files is an error in any system; of two writers of one file
    # the lock of the name decides.
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    os.rename(source, target)  # noqa: PTH104


def exchange(one: str, two: str) -> bool:
    """Let two paths change places in one instant.

    Parameters
    ----------
    one, two : str
        Both exist, on one file system.

    Returns
    -------
    bool
        False, and nothing done, if the system or the file system cannot.

    Raises
    ------
    OSError
        If either is missing, or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     os.mkdir(f"{folder}/a")
    ...     _ = exchange(f"{folder}/a", folder + "/a")
    """
    return _rename(one, two, "swap")


def start_writing(fd: int) -> None:
    """Let the device begin to write what a file holds; nothing waits, and nothing is promised.

    Parameters
    ----------
    fd : int
        Descriptor of a file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryFile() as file:
    ...     start_writing(file.fileno())
    """
    with suppress(AttributeError):
        whole = ctypes.c_int64(0)
        _library().sync_file_range(fd, whole, whole, _START_WRITING)


def sync_file_system(fd: int) -> None:
    """Make all that was written to a file system survive a loss of power.

    Parameters
    ----------
    fd : int
        Descriptor of anything on it.

    Raises
    ------
    OSError
        If the device reports an error.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryFile() as file:
    ...     sync_file_system(file.fileno())
    """
    try:
        failed = _library().syncfs(fd)
    except AttributeError:
        os.sync()
        return
    if failed:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
