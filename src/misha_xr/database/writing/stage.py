"""One write: the whole new state is built beside its target and becomes visible by one rename.

The order of every write: lock the name, build beside, make durable, mark the listing of other
programs as stale, rename or exchange, mark once more. Whatever happens before the rename leaves
nothing behind; a kill leaves a hidden name that the next writer of the folder removes.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from misha_xr.database.writing import disk
from misha_xr.database.writing.litter import stem_of, sweep
from misha_xr.database.writing.locks import PATIENCE_SECONDS, name_lock
from misha_xr.errors import NameCollisionError, UnknownNameError

__all__ = [
    "DIRTY_NAME",
    "check_there",
    "made_folders",
    "mark_dirty",
    "move_object",
    "new_file",
    "new_folder",
    "object_lock",
    "remove_object",
    "replace_bytes",
    "write_beside",
]

DIRTY_NAME = ".db.cache.dirty"
# How long a small change (attributes, variables) waits for another writer of the same object.
WAIT_SECONDS = 10.0


def mark_dirty(root: Path) -> None:
    """Tell other programs that their listing of a database is out of date.

    Parameters
    ----------
    root : Path
        The root.

    Raises
    ------
    OSError
        If the root cannot be written.

    Notes
    -----
    Source: misha file format, ``.db.cache.dirty``: its presence counts.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     mark_dirty(Path(root))
    ...     os.listdir(root)
    ['.db.cache.dirty']
    """
    path = root / DIRTY_NAME
    if path.exists():
        return
    try:
        with disk.create_file(path) as file:
            file.write(f"{time.ctime()}\n".encode())
    except OSError:
        if not path.exists():  # empty is enough: tracks can be removed from a full disk
            raise
    disk.sync_folder(root)  # it must not be lost while the change is kept


@contextmanager
def object_lock(target: Path, wait: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the lock of an object, with its folder there and without litter.

    Parameters
    ----------
    target : Path
        File or folder of the object. Missing folders above it are made, and removed again if the
        body fails.
    wait : float
        Seconds to wait for another writer.

    Raises
    ------
    BusyError
        If another writer holds it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, object_lock(Path(folder, "a.track")):
    ...     pass
    """
    stem = stem_of(target.name)
    with made_folders(target.parent), name_lock(target.parent, stem, wait) as held:
        # Without locks nobody knows whether the writer of an unfinished state is at work.
        sweep(target.parent, stem if held else None)
        yield


def check_there(target: Path) -> None:
    """Refuse to add to an object that somebody removed before its lock was ours.

    Parameters
    ----------
    target : Path
        File or folder of the object, whose lock is held.

    Raises
    ------
    UnknownNameError
        If it is gone.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     check_there(Path(folder))
    """
    if not target.exists():
        raise UnknownNameError(f"{target} is gone: somebody removed it meanwhile")


@contextmanager
def made_folders(folder: Path) -> Iterator[None]:
    """Make missing folders; take them away again, if they are empty, when the body fails.

    Parameters
    ----------
    folder : Path
        Made with all that is missing above it.

    Raises
    ------
    OSError
        If the first that exists cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root, made_folders(Path(root, "a", "b")):
    ...     os.listdir(root)
    ['a']
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        for path in reversed(missing):
            with suppress(FileExistsError):
                disk.create_folder(path)
                disk.sync_folder(path.parent)
        yield
    except BaseException:
        for path in missing:
            with suppress(OSError):
                disk.remove_folder(path)
        raise


@contextmanager
def new_folder(root: Path, target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Write an object that is a folder.

    Parameters
    ----------
    root : Path
        The database.
    target : Path
        Where the object will be.
    replace : bool
        Whether something may be there; it goes in the same instant.

    Yields
    ------
    Path
        An empty hidden folder to build the object in, attributes and all.

    Raises
    ------
    NameCollisionError
        If the target is there and must not be.
    BusyError
        If somebody else writes it.
    OSError
        If the disk is full or may not be written. Nothing has changed then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     with new_folder(Path(root), Path(root, "tracks", "a.track")) as folder:
    ...         with disk.create_file(folder / "chr1") as file:
    ...             file.write(b"...")
    ...     sorted(os.listdir(f"{root}/tracks"))
    ['a.track']
    """
    with object_lock(target):
        _check_free(target, replace)
        beside = disk.unused_name(target, "tmp")
        try:
            disk.create_folder(beside)
            yield beside
            _inherit(target, beside)
            disk.sync_tree(beside)
            _publish(root, beside, target, replace)
        finally:
            # What is there now is the new state if it failed, the old one if it was exchanged.
            with suppress(OSError):
                disk.remove_tree(beside)


@contextmanager
def new_file(root: Path, target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Write an object that is a file.

    Parameters
    ----------
    root : Path
        The database.
    target : Path
        Where the object will be.
    replace : bool
        Whether something, also a folder, may be there; it goes in the same instant.

    Yields
    ------
    Path
        A hidden name at which to create the file.

    Raises
    ------
    NameCollisionError, BusyError, OSError
        As for `new_folder`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     with new_file(Path(root), Path(root, "tracks", "a.interv")) as path:
    ...         with disk.create_file(path) as file:
    ...             file.write(b"...")
    ...     sorted(os.listdir(f"{root}/tracks"))
    ['a.interv']
    """
    with object_lock(target):
        _check_free(target, replace)
        beside = disk.unused_name(target, "tmp")
        try:
            yield beside
            _inherit(target, beside)
            disk.sync_file(beside)
            _publish(root, beside, target, replace)
        finally:
            with suppress(OSError):
                disk.remove_tree(beside)


def _check_free(target: Path, replace: bool) -> None:
    if not replace and os.path.lexists(target):
        raise NameCollisionError(f"{target} already exists")


def _inherit(target: Path, beside: Path) -> None:
    """Keep the group of what is replaced, where the user may give it, and who may read and write.

    A umask that was asked for wins.
    """
    try:
        old, new = target.stat(), beside.stat()
    except OSError:
        return
    mode = old.st_mode & 0o666
    if disk.has_umask():
        mode = new.st_mode & 0o666
    if (old.st_gid, mode) == (new.st_gid, new.st_mode & 0o666):
        return
    for path in [*beside.rglob("*"), beside] if beside.is_dir() else [beside]:
        _permit(path, old.st_gid, mode)


def _permit(path: Path, group: int, mode: int) -> None:
    """Give a file or folder its group and who may read and write; to read a folder is to enter."""
    with suppress(OSError):
        mine = path.lstat()
        if stat.S_ISLNK(mine.st_mode):
            return
        if mine.st_gid != group:
            os.chown(path, -1, group)
        if stat.S_ISDIR(mine.st_mode):
            mode |= 0o700 | (mode & 0o444) >> 2
        path.chmod(mode | (mine.st_mode & 0o7000))


def _publish(root: Path, beside: Path, target: Path, replace: bool) -> None:
    """Make the new state visible; from then on only what others are told can still fail."""
    mark_dirty(root)
    if not (replace and os.path.lexists(target)):
        try:
            disk.rename_new(beside, target)
        except FileExistsError:
            raise NameCollisionError(f"{target} already exists") from None
    elif beside.is_file() and target.is_file() and not target.is_symlink():
        disk.replace(beside, target)
    else:
        disk.exchange(beside, target)
    disk.sync_folder(target.parent)
    mark_dirty(root)  # another program may have taken the first mark away before the rename


def replace_bytes(
    owner: Path, path: Path, data: bytes | None, *, dirty: Sequence[Path] = ()
) -> None:
    """Give a small file that belongs to an object new contents, or remove it.

    Parameters
    ----------
    owner : Path
        The object, whose lock is held; must exist. For a file of its own the file itself.
    path : Path
        The file; one missing folder above it is made.
    data : bytes or None
        All of its contents. None or nothing: the file is removed.
    dirty : sequence of Path
        Roots whose listings go out of date by it.

    Raises
    ------
    BusyError
        If another writer holds the object for more than ten seconds.
    UnknownNameError
        If the object is gone.
    OSError
        If the folder cannot be written; the file is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replace_bytes(Path(folder, "a"), Path(folder, "a"), b"new")
    ...     Path(folder, "a").read_bytes()
    b'new'
    """
    with object_lock(owner, WAIT_SECONDS):
        if owner != path:
            check_there(owner)
        for root in dirty:
            mark_dirty(root)
        if not data:
            if path.exists():
                disk.remove_file(path)
                disk.sync_folder(path.parent)
        else:
            with suppress(FileExistsError):
                if not path.parent.exists():
                    disk.create_folder(path.parent)
                    disk.sync_folder(path.parent.parent)
            sweep(path.parent, stem_of(path.name))
            write_beside(path, data)
        for root in dirty:
            mark_dirty(root)


def write_beside(path: Path, data: bytes) -> None:
    """Give a file new contents by one rename; the lock of its object is held.

    Parameters
    ----------
    path : Path
        The file, which may be missing.
    data : bytes
        All of its contents.

    Raises
    ------
    OSError
        If the folder cannot be written; the file is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_beside(Path(folder, "a"), b"new")
    """
    beside = disk.unused_name(path, "tmp")
    try:
        with disk.create_file(beside) as file:
            file.write(data)
        _inherit(path, beside)
        disk.sync_file(beside)
        disk.replace(beside, path)
        disk.sync_folder(path.parent)
    finally:
        if beside.exists():
            with suppress(OSError):
                disk.remove_file(beside)


def remove_object(root: Path, target: Path, also: Sequence[Path] = ()) -> None:
    """Remove an object: it is gone at once, its files soon after.

    Parameters
    ----------
    root : Path
        The database.
    target : Path
        File or folder of the object.
    also : sequence of Path
        Files beside it that go with it.

    Raises
    ------
    BusyError
        If somebody writes it.
    OSError
        If it is not there, or may not be removed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     Path(root, "a.interv").touch()
    ...     remove_object(Path(root), Path(root, "a.interv"))
    ...     sorted(os.listdir(root))
    ['.db.cache.dirty']
    """
    with object_lock(target):
        trash = disk.unused_name(target, "trash")
        mark_dirty(root)
        disk.rename_new(target, trash)
        disk.sync_folder(target.parent)
        mark_dirty(root)
        with suppress(OSError):
            present = [path for path in also if os.path.lexists(path)]
            for path in present:
                disk.remove_file(path, missing_ok=True)
            if present:  # who makes an object of this name must not find the attributes of the old
                disk.sync_folder(target.parent)
            disk.remove_tree(trash)


def move_object(root: Path, source: Path, target: Path) -> None:
    """Give an object another name, at once.

    Parameters
    ----------
    root : Path
        The database.
    source, target : Path
        On one file system; the target is free.

    Raises
    ------
    NameCollisionError
        If the target is there.
    BusyError
        If somebody writes either.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     Path(root, "a.track").mkdir()
    ...     move_object(Path(root), Path(root, "a.track"), Path(root, "b", "c.track"))
    ...     os.listdir(f"{root}/b")
    ['c.track']
    """
    with object_lock(source), object_lock(target):
        _check_free(target, replace=False)
        mark_dirty(root)
        try:
            disk.rename_new(source, target)
        except FileExistsError:
            raise NameCollisionError(f"{target} already exists") from None
        disk.sync_folder(target.parent)
        disk.sync_folder(source.parent)
        mark_dirty(root)
