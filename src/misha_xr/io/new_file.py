"""New files: built beside their place, under a hidden name, and there at once or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from misha_xr.database.writing import disk
from misha_xr.database.writing.steps import announce
from misha_xr.errors import OutputError, OutputExistsError

__all__ = ["NewFile"]


class NewFile:
    """A file that becomes visible when it is complete.

    Parameters
    ----------
    path : path-like
        Where it will be.
    overwrite : bool
        Replace a file that is there, in one step, once the new one is complete.

    Raises
    ------
    OutputExistsError
        If there is a file, and it shall not be replaced.
    OutputError
        If the folder is missing, or the path is one.

    Notes
    -----
    Until then its name is ``.<name>.tmp.<process>.<random>``. Its owner holds a lock on it, which
    ends with the process, however that ends; the next owner of the same path removes what is
    without a lock.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     new = NewFile(Path(folder, "a.bin"))
    ...     n_bytes = new.open().write(b"text")
    ...     before = Path(folder, "a.bin").exists()
    ...     new.commit()
    ...     before, Path(folder, "a.bin").read_bytes()
    (False, b'text')
    """

    def __init__(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - links stay
        self._overwrite = overwrite
        self._beside: Path | None = None
        self._file: BinaryIO | None = None
        if not self.path.parent.is_dir():
            raise OutputError(
                f"cannot write {self.path}: the folder {self.path.parent} does not exist",
                hint="make it first, or choose another",
            )
        if self.path.is_dir():
            raise OutputError(f"cannot write {self.path}: a folder has this name")
        if not overwrite and os.path.lexists(self.path):
            raise self._exists()

    def _exists(self) -> OutputExistsError:
        return OutputExistsError(
            f"{self.path} exists", hint="overwrite=True replaces it, once the new one is complete"
        )

    def open(self) -> BinaryIO:
        """Begin the file, and remove what killed processes left of the same one.

        Returns
        -------
        file
            To be written; `commit` and `abort` close it.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        self._sweep()
        file = self._made()
        while not self._is_mine(file):
            file.close()
            file = self._made()
        self._file = file
        return file

    def _made(self) -> BinaryIO:
        name = f".{self.path.name}.tmp.{os.getpid()}.{secrets.token_hex(4)}"
        self._beside = self.path.with_name(name)
        try:
            announce("create", self._beside)
            return self._beside.open("xb")
        except OSError as error:
            self._beside = None
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error

    def _is_mine(self, file: BinaryIO) -> bool:
        """Take the lock; tell whether another writer swept the file away before."""
        _lock(file.fileno())
        assert self._beside is not None
        return self._beside.exists()

    def _sweep(self) -> None:
        for left in self.path.parent.glob(f".{_escaped(self.path.name)}.tmp.*"):
            with contextlib.suppress(OSError), left.open("rb") as file:
                if _lock(file.fileno()):
                    disk.remove_file(left)

    def commit(self) -> None:
        """Make the file durable and visible.

        Raises
        ------
        OutputExistsError
            If somebody else made a file of this name meanwhile.
        """
        assert self._file is not None
        assert self._beside is not None
        self._file.flush()
        announce("sync", self._beside)
        os.fsync(self._file.fileno())
        announce("rename", self.path)
        if self._overwrite:
            self._beside.replace(self.path)
        else:
            self._name_it(self._beside)
        self._beside = None
        self._file.close()
        _sync_folder(self.path.parent)

    def _name_it(self, beside: Path) -> None:
        """Give the file its name, unless there is one by now."""
        try:
            self.path.hardlink_to(beside)
        except FileExistsError as error:
            raise self._exists() from error
        except OSError:  # a file system without links: nothing there can refuse in one step
            if os.path.lexists(self.path):
                raise self._exists() from None
            beside.replace(self.path)
        else:
            disk.remove_file(beside)

    def abort(self) -> None:
        """Remove what there is of the file; nothing happens after `commit`."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # a full disk refuses what was still buffered
                self._file.close()
        if self._beside is not None:
            disk.remove_file(self._beside, missing_ok=True)
            self._beside = None


def _lock(file: int) -> bool:
    """Take the lock of an open file, and tell whether nobody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held; or a file system without locks, where nothing is swept
        return False
    return True


def _escaped(name: str) -> str:
    """Take the special meaning from characters of a name in a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _sync_folder(folder: Path) -> None:
    """Let a rename survive a loss of power."""
    announce("sync", folder)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
