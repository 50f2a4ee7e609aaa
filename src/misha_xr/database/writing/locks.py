"""A lock per name: of two writers of one object one gets an error, and a killed one frees it."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from misha_xr.database.writing import disk
from misha_xr.errors import BusyError

__all__ = ["LOCK_SUFFIX", "lock_path", "name_lock"]

LOCK_SUFFIX = ".mxlock"  # of no other program: who finds such a file may remove it
RETRY_SECONDS = 0.01
# Who clears litter holds the lock of its name for a moment, and is no rival.
PATIENCE_SECONDS = 0.5
# File systems without locks: there only the renames decide between two writers.
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL})


def lock_path(folder: Path, stem: str) -> Path:
    """Return the file that the lock of a name hangs on.

    Parameters
    ----------
    folder : Path
        Where the object lies.
    stem : str
        Its name without a suffix: a track and an interval set of one name share a lock.

    Returns
    -------
    Path
        A hidden name.

    Examples
    --------
    >>> lock_path(Path("/db/tracks"), "a").name
    '.a.mxlock'
    """
    return folder / f".{stem}{LOCK_SUFFIX}"


@contextmanager
def name_lock(folder: Path, stem: str, wait: float = PATIENCE_SECONDS) -> Iterator[bool]:
    """Hold the lock of a name.

    Parameters
    ----------
    folder : Path
        Where the object lies; must exist.
    stem : str
        Its name without a suffix.
    wait : float
        Seconds to wait for another writer.

    Yields
    ------
    bool
        False on a file system without locks.

    Raises
    ------
    BusyError
        If another writer holds it, in this process or another one.
    OSError
        If the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, name_lock(Path(folder), "a") as held:
    ...     held
    True
    """
    path = lock_path(folder, stem)
    fd, held = _acquire(path, time.monotonic() + wait)
    try:
        yield held
    finally:
        try:
            # Removed while it is held: who opened it meanwhile sees that it is another file.
            with suppress(OSError):
                disk.remove_file(path, missing_ok=True)
        finally:
            os.close(fd)


def _acquire(path: Path, deadline: float) -> tuple[int, bool]:
    while True:
        fd = _opened(path)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(fd, 200, 0).decode(errors="replace")
            os.close(fd)
            if time.monotonic() >= deadline:
                _refuse(path, owner)
            time.sleep(RETRY_SECONDS)
            continue
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                os.close(fd)
                raise
            return fd, False
        if _is_current(fd, path):
            text = f"process {os.getpid()} on {socket.gethostname()}".encode()
            with suppress(OSError):  # a full disk: the lock holds without a name on it
                os.pwrite(fd, text, 0)
                os.ftruncate(fd, len(text))
            return fd, True
        os.close(fd)


def _opened(path: Path) -> int:
    try:
        return disk.lock_file(path)
    except PermissionError as error:
        if not os.path.lexists(path):
            raise
        raise BusyError(
            f"{_named(path)} cannot be written: its lock {path} belongs to another user",
            hint="ask that user to remove the file, if no program of theirs is writing",
        ) from error


def _named(path: Path) -> Path:
    return path.with_name(path.name.removeprefix(".").removesuffix(LOCK_SUFFIX))


def _is_current(fd: int, path: Path) -> bool:
    """Tell whether a descriptor is still the file of that name."""
    mine = os.fstat(fd)
    try:
        now = path.lstat()
    except FileNotFoundError:
        return False
    return (mine.st_dev, mine.st_ino) == (now.st_dev, now.st_ino)


def _refuse(path: Path, owner: str) -> None:
    raise BusyError(
        f"{_named(path)} is being written by {owner or 'another process'}",
        hint="wait for it to end and try again; a killed writer frees the name by itself",
    )
