"""Every system call that changes a file of a database, one function each.

Nothing else in the package creates, renames or removes files of a database. Each call is announced
to `before_step`, so that a test can stop a write at any of them.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from misha_xr.database.writing import system_calls
from misha_xr.options import get_options

__all__ = [
    "NewFile",
    "before_step",
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
BUFFER_BYTES = 1 << 20
DIRECT_BYTES = 1 << 16  # so many go out without a copy
# More files than this are made durable by one call for their file system, not one by one.
MANY_FILES = 256

_UMASK: ContextVar[tuple[int | None] | None] = ContextVar("misha_xr_umask", default=None)


def before_step(action: str, path: str) -> None:
    """Do nothing; tests replace this function to stop a write at a step.

    Parameters
    ----------
    action : str
        The kind of call: ``"create"``, ``"write"``, ``"rename"``...
    path : str
        What it changes.

    Examples
    --------
    >>> before_step("create", "/db/tracks/.a.track.tmp")
    """


def _step(action: str, path: str | os.PathLike[str]) -> None:
    before_step(action, os.fspath(path))


@contextmanager
def umask_of_call(umask: int | None) -> Iterator[None]:
    """Say which permissions the writes inside a block leave out, whatever the option says.

    Parameters
    ----------
    umask : int or None
        As the option ``umask``.

    Yields
    ------
    None
        Other threads are not affected.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, umask_of_call(0o077):
    ...     with create_file(f"{folder}/a") as file:
    ...         oct(os.stat(file.path).st_mode & 0o777)
    '0o600'
    """
    token = _UMASK.set((umask,))
    try:
        yield
    finally:
        _UMASK.reset(token)


def has_umask() -> bool:
    """Tell whether permissions were asked for, by `umask_of_call` or the option ``umask``.

    Returns
    -------
    bool
        False: new files get those that the process gives.

    Examples
    --------
    >>> with umask_of_call(0o007):
    ...     has_umask()
    True
    """
    return _mode(0) is not None


def _mode(full: int) -> int | None:
    """Return the permissions of a new file or folder; None: those the process gives."""
    given = _UMASK.get()
    umask = get_options().umask if given is None else given[0]
    return None if umask is None else full & ~umask


class NewFile:
    """A new file that takes its bytes one after another; a context manager.

    Parameters
    ----------
    path : path-like
        Must not exist.

    Raises
    ------
    FileExistsError
        If it does.

    Notes
    -----
    Closing makes nothing durable: that is one step of a commit, for all files of an object.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with NewFile(Path(folder, "a")) as file:
    ...         file.write(b"abc")
    ...         _ = file.tell()
    ...     Path(folder, "a").read_bytes()
    b'abc'
    """

    __slots__ = ("_buffer", "_fd", "_flushed", "path")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        _step("create", self.path)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        self._fd = os.open(self.path, flags, 0o666)
        self._buffer = bytearray()
        self._flushed = 0
        mode = _mode(0o666)
        if mode is not None:
            os.fchmod(self._fd, mode)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def write(self, data: Any) -> None:
        """Append bytes.

        Parameters
        ----------
        data : bytes-like
            Or a C-contiguous array of any dtype, whose bytes go out as they are.

        Raises
        ------
        OSError
            E.g. if the disk is full.
        """
        view = memoryview(data)
        if not view.nbytes:
            return
        view = view.cast("B")
        if len(self._buffer) + len(view) > BUFFER_BYTES or len(view) >= DIRECT_BYTES:
            self.flush()
        if len(view) < DIRECT_BYTES:
            self._buffer += view
        else:
            self._flushed += self._put(view, self._flushed)

    def write_at(self, offset: int, data: Any) -> None:
        """Write over bytes that were appended before; where `write` goes on does not change.

        Parameters
        ----------
        offset : int
            Place of the first byte.
        data : bytes-like
            As `write` takes it; ends at or before the end of the file.

        Raises
        ------
        OSError
            E.g. if the disk is full.
        """
        self.flush()
        view = memoryview(data)
        if view.nbytes:
            self._put(view.cast("B"), offset)

    def tell(self) -> int:
        """Return the number of bytes appended so far."""
        return self._flushed + len(self._buffer)

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        if self._buffer:
            buffer, self._buffer = self._buffer, bytearray()
            self._flushed += self._put(memoryview(buffer), self._flushed)

    def _put(self, view: memoryview, offset: int) -> int:
        _step("write", self.path)
        done = 0
        while done < len(view):
            done += os.pwrite(self._fd, view[done:], offset + done)
        return done

    def close(self) -> None:
        """Write what is buffered and close; a second call does nothing."""
        if self._fd >= 0:
            try:
                self.flush()
                # The commit, which waits for the device, finds the work half done.
                system_calls.start_writing(self._fd)
            finally:
                self.abandon()

    def abandon(self) -> None:
        """Close without writing what is buffered."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def create_file(path: str | os.PathLike[str]) -> NewFile:
    """Create a file, with the permissions of the option ``umask``.

    Parameters
    ----------
    path : path-like
        Must not exist.

    Returns
    -------
    NewFile
        To be closed.

    Raises
    ------
    FileExistsError
        If it is there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, create_file(f"{folder}/a") as file:
    ...     file.write(b"abc")
    """
    return NewFile(path)


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
    _step("mkdir", path)
    Path(path).mkdir()
    mode = _mode(0o777)
    if mode is not None:
        # A folder made in one with the set-group-ID bit keeps that bit: the group goes on.
        Path(path).chmod(mode | (Path(path).stat().st_mode & 0o2000))


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
    _step("rename", target)
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
    _step("exchange", target)
    if system_calls.exchange(os.fspath(new), os.fspath(target)):
        return
    aside = unused_name(target, "old")
    target.rename(aside)
    try:
        _step("rename", target)
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
    _step("rename", target)
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
    _step("unlink", path)
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
    _step("remove", path)
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
    _step("rmdir", path)
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
    _step("link", path)
    Path(path).symlink_to(target)


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
    _step("sync", path)
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
    _step("sync", path)
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
        _step("sync", path)
        with _opened(path, os.O_RDONLY | os.O_DIRECTORY) as fd:
            system_calls.sync_file_system(fd)
        return
    for name in files:
        sync_file(name)
    for name in reversed(folders):
        sync_folder(name)


def _is_link(path: str) -> bool:
    return Path(path).is_symlink()


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
    _step("create", path)
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


@contextmanager
def _opened(path: str | os.PathLike[str], flags: int) -> Iterator[int]:
    fd = os.open(path, flags | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)
