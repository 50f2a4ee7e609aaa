"""Files of text that may be compressed: plain, gzip, or gzip in blocks (bgzip)."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from misha_xr.errors import CorruptFileError, UnsupportedError

__all__ = ["check_end_of_bgzip", "read_blocks"]

BLOCK_BYTES = 1 << 22
_GZIP = b"\x1f\x8b"
# An empty block ends a bgzip file, and every BAM file: without it one that was cut between blocks
# would look whole.
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
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
        check_end_of_bgzip(file, path)
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield from _unpacked(unpacked, size, path)


def check_end_of_bgzip(file: IO[bytes], path: str | os.PathLike[str]) -> None:
    """Insist on the empty block behind the others, if a file was written by bgzip.

    Parameters
    ----------
    file : binary file
        Can be positioned; it is at its beginning afterwards.
    path : path-like
        Its name, for the message.

    Raises
    ------
    CorruptFileError
        If the block is missing: the file was cut between two blocks.

    Notes
    -----
    Source: SAM format specification, end-of-file marker of BGZF.

    Examples
    --------
    >>> import io
    >>> check_end_of_bgzip(io.BytesIO(gzip.compress(b"no bgzip")), "a.gz")
    >>> check_end_of_bgzip(io.BytesIO(_BGZIP_END + b"something else"), "a.gz")
    Traceback (most recent call last):
    misha_xr.errors.CorruptFileError: a.gz: cut short: the block that ends a bgzip file ...
    """
    head = file.read(18)
    is_bgzip = head[:4] == _BGZIP_END[:4] and head[12:16] == _BGZIP_END[12:16]
    if is_bgzip:
        n_bytes = file.seek(0, os.SEEK_END)
        file.seek(max(n_bytes - len(_BGZIP_END), 0))
        if file.read() != _BGZIP_END:
            raise CorruptFileError(
                f"{os.fspath(path)}: cut short: the block that ends a bgzip file is missing",
                hint="copy or make the file again",
            )
    file.seek(0)


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
