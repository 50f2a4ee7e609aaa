"""Slow oracles of the file formats: one value at a time, straight from the tables of the format."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

__all__ = ["crc64", "locate", "pack_block_index", "pack_genome_index", "pack_sparse"]


def crc64(data: bytes) -> int:
    """Checksum a bit at a time.

    Parameters
    ----------
    data : bytes
        Any bytes.

    Returns
    -------
    int
        CRC-64/XZ.

    Examples
    --------
    >>> hex(crc64(b"123456789"))
    '0x995dc9bbdf1939fa'
    """
    crc = 2**64 - 1
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc ^ (2**64 - 1)


def pack_sparse(rows: Iterable[tuple[int, int, float]]) -> bytes:
    """Write a sparse payload.

    Parameters
    ----------
    rows : iterable of (start, end, value)
        The records.

    Returns
    -------
    bytes
        The payload.

    Examples
    --------
    >>> len(pack_sparse([(0, 1, float("nan"))]))
    24
    """
    return struct.pack("<i", -1) + b"".join(struct.pack("<qqf", *row) for row in rows)


def pack_block_index(
    magic: bytes, track_type: int | None, entries: Sequence[tuple[int, ...]]
) -> bytes:
    """Write an index of a `.dat` file.

    Parameters
    ----------
    magic : bytes
        The first 8 bytes.
    track_type : int or None
        Number of the track type; None for interval sets.
    entries : sequence of (id, offset, length) or (id1, id2, offset, length)
        The entries.

    Returns
    -------
    bytes
        The file.

    Examples
    --------
    >>> len(pack_block_index(b"MISHATDX", 0, [(0, 0, 8)]))
    60
    """
    packed = [struct.pack("<" + "I" * (len(row) - 2) + "QQ", *row) for row in entries]
    kind = b"" if track_type is None else struct.pack("<I", track_type)
    reserved = {b"MISHT2D\0": 8, b"MISHAI1D": 4, b"MISHAI2D": 8}.get(magic, 0)
    header = struct.pack("<I", 1) + kind + struct.pack("<IQ", len(packed), 1)
    header += struct.pack("<Q", crc64(b"".join(packed))) + bytes(reserved)
    return magic + header + b"".join(row + bytes(4) for row in packed)


def pack_genome_index(entries: Sequence[tuple[int, str, int, int]]) -> bytes:
    """Write `genome.idx`.

    Parameters
    ----------
    entries : sequence of (id, name, offset, length)
        The entries.

    Returns
    -------
    bytes
        The file.

    Examples
    --------
    >>> len(pack_genome_index([(0, "chrA", 0, 1200)]))
    58
    """
    covered = body = b""
    for number, name, offset, length in entries:
        tail = name.encode() + struct.pack("<QQ", offset, length)
        covered += struct.pack("<I", number) + tail
        body += struct.pack("<IH", number, len(name.encode())) + tail + bytes(8)
    return struct.pack("<8sIIQ", b"MISHAIDX", 1, len(entries), crc64(covered)) + body


def locate(rows: Sequence[tuple[int, int, float]], start: int, end: int) -> tuple[int, int]:
    """Find the records that share a base with an interval.

    Parameters
    ----------
    rows : sequence of (start, end, value)
        Sorted records.
    start, end : int
        The interval.

    Returns
    -------
    tuple of int
        Numbers of the first record and of the one behind the last.

    Examples
    --------
    >>> locate([(0, 5, 1.0), (5, 9, 2.0)], 4, 6)
    (0, 2)
    """
    lo = sum(row[1] <= start for row in rows)
    if start >= end:
        return lo, lo
    return lo, max(lo, sum(row[0] < end for row in rows))
