"""Replaces a small file of a database: whole and durable, or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["replace_file"]


def replace_file(path: Path, data: bytes | None) -> None:
    """Give a file new contents by one rename; None removes it.

    Parameters
    ----------
    path : Path
        The file, which may be missing.
    data : bytes or None
        All of its contents.

    Raises
    ------
    OSError
        If the folder cannot be written; the file is then as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replace_file(Path(folder, "a"), b"new")
    ...     Path(folder, "a").read_bytes()
    b'new'
    """
    if data is None:
        path.unlink(missing_ok=True)
    else:
        name = path.name.removeprefix(".")
        beside = path.with_name(f".{name}.tmp.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the rename, too, must survive a loss of power
    finally:
        os.close(folder)
