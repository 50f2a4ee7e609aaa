"""bigWig files: values of stretches of chromosomes in compressed blocks, with an index.

Reads the values themselves, never the zoom levels. Source: Kent et al. 2010, BigWig and BigBed,
supplementary tables.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError

__all__ = ["BigWigFile", "BigWigValues", "is_bigwig"]

MAGIC = 0x888FFC26
_NAMES_MAGIC = 0x78CA8C91
_INDEX_MAGIC = 0x2468ACE0
_HEADER_BYTES = 64
_SECTION_BYTES = 24
_NODE_BYTES = 4
_MAX_BLOCK_BYTES = 1 << 27
_MAX_DEPTH = 40
_BATCH_ITEMS = 1 << 16
_BED_GRAPH, _VARIABLE, _FIXED = 1, 2, 3

Int64s = NDArray[np.int64]


class BigWigValues(NamedTuple):
    """Some values of one chromosome.

    Attributes
    ----------
    starts, ends : int64 array, shape (n,)
        Base pairs, from 0, half-open.
    values : float32 array, shape (n,)
        Values.

    Examples
    --------
    >>> BigWigValues(np.array([0]), np.array([5]), np.ones(1, np.float32)).ends.tolist()
    [5]
    """

    starts: Int64s
    ends: Int64s
    values: NDArray[np.float32]


def is_bigwig(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file begins as bigWig files do.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    bool
        Its first four bytes say it, in either byte order.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> is_bigwig(example_database_path() / "chrom_sizes.txt")
    False
    """
    with Path(path).open("rb") as file:
        magic = file.read(4)
    return magic in (struct.pack("<I", MAGIC), struct.pack(">I", MAGIC))


class BigWigFile:
    """An open bigWig file.

    Parameters
    ----------
    path : path-like
        The file.

    Raises
    ------
    CorruptFileError
        If it is no bigWig file, or breaks the format.

    Attributes
    ----------
    names : list of str
        Chromosomes of the file.
    sizes : int64 array, shape (n,)
        Base pairs.

    Notes
    -----
    Memory: the index (32 bytes per block of some hundred values) and one batch of values.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> BigWigFile(example_database_path() / "chrom_sizes.txt")
    Traceback (most recent call last):
    misha_xr.errors.CorruptFileError: ...chrom_sizes.txt, byte 0: no bigWig file...
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._file: IO[bytes] = Path(path).open("rb")  # noqa: SIM115 - closed by close
        try:
            self._n_bytes = os.fstat(self._file.fileno()).st_size
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def _read_header(self) -> None:
        magic = self._file.read(4)
        if magic not in (struct.pack("<I", MAGIC), struct.pack(">I", MAGIC)):
            raise self._error(0, "no bigWig file: its first four bytes are others")
        self._order = "<" if magic == struct.pack("<I", MAGIC) else ">"
        head = self._unpack("4xHHQQQHHQQIQ", self._bytes(0, _HEADER_BYTES))
        names_offset, _, index_offset = head[2:5]
        self._is_packed = head[9] > 0
        self._block_bytes = min(max(head[9], 1 << 24), _MAX_BLOCK_BYTES)
        self._read_names(names_offset)
        self._read_index(index_offset)

    def _read_names(self, offset: int) -> None:
        magic, _, key_bytes, value_bytes, _ = self._unpack("IIIIQ8x", self._bytes(offset, 32))
        if magic != _NAMES_MAGIC or value_bytes != 8 or not 0 < key_bytes < 1 << 16:
            raise self._error(offset, "no table of chromosomes")
        order = self._order
        leaf = np.dtype([("key", f"S{key_bytes}"), ("id", f"{order}u4"), ("size", f"{order}u4")])
        inner = np.dtype([("key", f"S{key_bytes}"), ("child", f"{order}u8")])
        table = self._leaves(offset + 32, leaf, inner)
        self.names = [key.decode(errors="replace") for key in table["key"].tolist()]
        self.sizes = table["size"].astype(np.int64)
        self._ids = table["id"].astype(np.int64)

    def _read_index(self, offset: int) -> None:
        if self._unpack("I", self._bytes(offset, 4))[0] != _INDEX_MAGIC:
            raise self._error(offset, "no index of values")
        u4, u8 = f"{self._order}u4", f"{self._order}u8"
        span = [("id", u4), ("start", u4), ("last_id", u4), ("end", u4)]
        leaf, inner = np.dtype([*span, ("at", u8), ("n", u8)]), np.dtype([*span, ("child", u8)])
        table = self._leaves(offset + 48, leaf, inner)
        if (table["id"] != table["last_id"]).any():
            raise self._error(offset, "a block of values on two chromosomes")
        ids, starts = table["id"].astype(np.int64), table["start"].astype(np.int64)
        order = np.lexsort((starts, ids))
        self._block_ids = ids[order]
        self._blocks = np.stack([table["at"], table["n"]], axis=1).astype(np.int64)[order]

    def _leaves(
        self, root: int, leaf: np.dtype[np.void], inner: np.dtype[np.void]
    ) -> NDArray[np.void]:
        """Gather the leaves of a tree of nodes; every level is read in its order."""
        found, level, n_nodes = [np.empty(0, leaf)], [root], 0
        for _ in range(_MAX_DEPTH):
            below: list[int] = []
            for offset in level:
                is_leaf, n = self._unpack("BxH", self._bytes(offset, _NODE_BYTES))
                kind = leaf if is_leaf else inner
                items = self._bytes(offset + _NODE_BYTES, n * kind.itemsize)
                table = np.frombuffer(items, kind)
                if is_leaf:
                    found.append(table)
                else:
                    below.extend(table["child"].tolist())
            n_nodes += len(level)
            if not below:
                return np.concatenate(found)
            if (n_nodes + len(below)) * _NODE_BYTES > self._n_bytes:
                break
            level = below
        raise self._error(root, "a tree that does not end")

    def values(self, chrom: int) -> Iterator[BigWigValues]:
        """Yield the values of a chromosome.

        Parameters
        ----------
        chrom : int
            Its place in `names`.

        Yields
        ------
        BigWigValues
            In batches of some 65,536 values; in order if the file is.

        Raises
        ------
        CorruptFileError
            If a block breaks the format.
        """
        number = int(self._ids[chrom])
        lo, hi = np.searchsorted(self._block_ids, [number, number + 1])
        held: list[BigWigValues] = []
        n = 0
        for at, n_bytes in self._blocks[lo:hi].tolist():
            held.append(self._section(at, n_bytes, number))
            n += len(held[-1].values)
            if n >= _BATCH_ITEMS:
                yield _joined(held)
                held, n = [], 0
        if held:
            yield _joined(held)

    def _section(self, at: int, n_bytes: int, number: int) -> BigWigValues:
        data = self._unpacked(at, n_bytes)
        if len(data) < _SECTION_BYTES:
            raise self._error(at, f"a block of {len(data)} bytes")
        chrom, start, _, step, span, kind, n = self._unpack("IIIIIBxH", data[:_SECTION_BYTES])
        if chrom != number:
            raise self._error(at, f"a block of chromosome {chrom}, expected {number}")
        width = {_BED_GRAPH: 3, _VARIABLE: 2, _FIXED: 1}.get(kind, 0)
        if not width or len(data) < _SECTION_BYTES + 4 * width * n:
            raise self._error(at, f"{n} items of kind {kind} in {len(data)} bytes")
        words = np.frombuffer(data, f"{self._order}u4", n * width, _SECTION_BYTES).reshape(n, width)
        values = words[:, -1].astype(np.uint32).view(np.float32)
        if kind == _FIXED:
            starts = start + step * np.arange(n, dtype=np.int64)
        else:
            starts = words[:, 0].astype(np.int64)
        ends = words[:, 1].astype(np.int64) if kind == _BED_GRAPH else starts + span
        return BigWigValues(starts, ends, values)

    def _unpacked(self, at: int, n_bytes: int) -> bytes:
        data = self._bytes(at, n_bytes)
        if not self._is_packed:
            return data
        stream = zlib.decompressobj()
        try:
            plain = stream.decompress(data, self._block_bytes)
        except zlib.error as error:
            raise self._error(at, f"spoilt compressed data ({error})") from error
        if not stream.eof:
            raise self._error(at, "compressed data that are cut short, or too long")
        return plain

    def _bytes(self, offset: int, n: int) -> bytes:
        if min(offset, n) < 0 or offset + n > self._n_bytes or n > _MAX_BLOCK_BYTES:
            raise self._error(offset, f"expected {n:,} bytes, the file has {self._n_bytes:,}")
        return os.pread(self._file.fileno(), n, offset)

    def _unpack(self, form: str, data: bytes) -> tuple[int, ...]:
        return struct.unpack_from(self._order + form, data)

    def _error(self, offset: int, problem: str) -> CorruptFileError:
        return CorruptFileError.at(self.path, offset, problem)


def _joined(held: list[BigWigValues]) -> BigWigValues:
    return BigWigValues(*(np.concatenate(columns) for columns in zip(*held, strict=True)))
