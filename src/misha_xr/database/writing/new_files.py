"""New files that take their bytes one after another."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Self

from misha_xr.database.writing import system_calls
from misha_xr.database.writing.permissions import mode
from misha_xr.database.writing.steps import announce

__all__ = ["BUFFER_BYTES", "NewFile", "create_file"]

BUFFER_BYTES = 1 << 20
DIRECT_BYTES = 1 << 16  # so many go out without a copy


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
    >>> from pathlib import Path
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
        announce("create", self.path)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        self._fd = os.open(self.path, flags, 0o666)
        self._buffer = bytearray()
        self._flushed = 0
        granted = mode(0o666)
        if granted is not None:
            os.fchmod(self._fd, granted)

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
        announce("write", self.path)
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
