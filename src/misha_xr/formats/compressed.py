"""Files of text that may be compressed: plain, gzip, or gzip in blocks (bgzip)."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from misha_xr.errors import CorruptFileError, UnsupportedError

__all__ = ["read_blocks"]

BLOCK_BYTES = 1 << 22
_GZIP = b"\x1f\x8b"
_OTHERS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def read_blocks(path: str | os.PathLike[str], size: int = BLOCK_BYTES) -> Iterator[bytes]:
    r"""Yield the bytes of a file, decompressed, block by block.

    Parameters
    ----------
    path : path-like
        Its first bytes say whether it is compressed, not its name.
    size : int
        Bytes of a block at most; memory does not grow with the file, whatever it unpacks to.

    Yields
    ------
    bytes
        Never empty.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    CorruptFileError
        If compressed data are damaged or cut off, or it is no regular file.
    UnsupportedError
        If it is compressed in another way.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.txt.gz"
    >>> _ = file.write_bytes(gzip.compress(b"chr1\t100\n"))
    >>> b"".join(read_blocks(file))
    b'chr1\t100\n'
    """
    place = Path(path).expanduser()
    if place.exists() and not place.is_file():
        raise CorruptFileError.at(path, 0, "no regular file")
    with place.open("rb") as file:
        head = file.read(6)
        file.seek(0)
        kind = next((name for magic, name in _OTHERS.items() if head.startswith(magic)), None)
        if kind is not None:
            raise UnsupportedError(
                f"{path} is compressed with {kind}", hint="decompress it, or use gzip or bgzip"
            )
        if not head.startswith(_GZIP):
            while block := file.read(size):
                yield block
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield from _unpacked(unpacked, size, path)


def _unpacked(file: gzip.GzipFile, size: int, path: object) -> Iterator[bytes]:
    done = 0
    while True:
        try:
            block = file.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise CorruptFileError(
                f"{path}: compressed data are damaged or cut off after {done:,} unpacked bytes "
                f"({error})",
                hint="copy or download the file again",
            ) from error
        if not block:
            return
        done += len(block)
        yield block
