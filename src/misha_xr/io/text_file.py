"""New files of text, compressed where their name says so; there at once or not at all."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from misha_xr.io.new_file import NewFile

__all__ = ["new_text_file"]

GZIP_LEVEL = 6


@contextmanager
def new_text_file(
    path: str | os.PathLike[str], *, overwrite: bool = False
) -> Iterator[tuple[Path, IO[bytes]]]:
    """Write a file that becomes visible when the body ends well.

    Parameters
    ----------
    path : path-like
        Where it will be; compressed with gzip if its name ends in ``.gz`` or ``.bgz``.
    overwrite : bool
        Replace a file that is there.

    Yields
    ------
    path : Path
        The file, absolute.
    file : binary file
        To be written.

    Raises
    ------
    OutputError, OutputExistsError
        If it cannot be there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with new_text_file(Path(folder, "a.txt.gz")) as (path, file):
    ...         n_bytes = file.write(b"text")
    ...     gzip.decompress(path.read_bytes())
    b'text'
    """
    new = NewFile(Path(path).expanduser(), overwrite=overwrite)
    try:
        file: IO[bytes] = new.open()
        if new.path.suffix.lower() in {".gz", ".bgz"}:
            # No name and no time inside: the same content gives the same bytes.
            with gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as packed:
                yield new.path, cast("IO[bytes]", packed)
        else:
            yield new.path, file
        new.commit()
    except BaseException:
        new.abort()
        raise
