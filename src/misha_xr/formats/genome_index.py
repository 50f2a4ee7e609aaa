"""The index of an indexed sequence, `genome.idx`: where each contig lies in `genome.seq`."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr._ext import contigs as kernels
from misha_xr._ext.checksum import crc64_spans
from misha_xr._ext.names import pack_names
from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.contigs import MAX_CONTIGS, check_names, read_names

__all__ = ["GenomeIndex", "decode_genome_index", "encode_genome_index"]

_MAGIC = b"MISHAIDX"
_VERSION = 1
_HEADER = struct.Struct("<8sIIQ")
_FIXED_ENTRY_BYTES = 30
_NAME_OFFSET = 6
_MAX_CHROM_ID = 2**32 - 1

_FAULTS = {
    kernels.TRUNCATED: "is cut off by the end of the file",
    kernels.LONG_NAME: "has a name of more than 1,024 bytes",
    kernels.WRAPS: "has a byte range that wraps around",
}


@dataclass(frozen=True, slots=True)
class GenomeIndex:
    """Byte ranges in `genome.seq`, in file order.

    Attributes
    ----------
    names : sequence of str, length n
        Contig names.
    chrom_ids : int64 array, shape (n,)
        Chromosome IDs, unique; normally 0 .. n - 1.
    offsets, lengths : int64 arrays, shape (n,)
        Byte ranges, one byte per base; any order.

    Examples
    --------
    >>> columns = (np.array([0]), np.array([0]), np.array([1000]))
    >>> len(GenomeIndex(["chr1"], *columns))
    1
    """

    names: Sequence[str]
    chrom_ids: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)


def decode_genome_index(data: BytesLike, path: object, seq_size: int | None = None) -> GenomeIndex:
    """Read the index of an indexed sequence.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        The file, for error messages.
    seq_size : int, optional
        Size of `genome.seq` in bytes, which no contig may exceed.

    Returns
    -------
    GenomeIndex
        Entries in file order.

    Raises
    ------
    CorruptFileError
        If the magic, version, checksum or length of the file is wrong, if an ID or a name occurs
        twice, if a name breaks a rule (see `misha_xr.formats.contigs.read_names`), or if a contig
        leaves `genome.seq`.

    Notes
    -----
    Source: misha file format, genome.idx. The checksum leaves out the length of the name and the
    reserved field.

    Examples
    --------
    >>> index = GenomeIndex(["chrA"], np.array([0]), np.array([0]), np.array([1200]))
    >>> found = decode_genome_index(encode_genome_index(index), "genome.idx", seq_size=1200)
    >>> found.names, found.lengths.tolist()
    (['chrA'], [1200])
    """
    view = view_bytes(data)
    n, crc = _read_header(view, path)
    ids, starts, stops, offsets, lengths = np.empty((5, n), np.int64)
    fault, entry, position = kernels.scan_entries(
        view, _HEADER.size, ids, starts, stops, offsets, lengths
    )
    if fault != kernels.FINE:
        raise CorruptFileError.at(path, position, f"entry {entry} {_FAULTS[fault]}")
    if position != len(view):
        problem = f"{len(view) - position:,} bytes behind the last of {n:,} entries"
        raise CorruptFileError.at(path, position, problem)
    found = _checksum(view, starts, stops)
    if found != crc:
        problem = f"expected checksum {crc:#018x}, the entries have {found:#018x}"
        raise CorruptFileError.at(path, 16, problem)
    names = read_names(view, path, starts, stops)
    index = GenomeIndex(names, ids.copy(), offsets.copy(), lengths.copy())
    _check_entries(index, path, starts, seq_size)
    return index


def _read_header(view: memoryview, path: object) -> tuple[int, int]:
    """Return number of entries and checksum, once the file can hold so many entries."""
    if len(view) < _HEADER.size or bytes(view[:8]) != _MAGIC:
        raise CorruptFileError.at(path, 0, f"expected {_MAGIC!r} and a header of 24 bytes")
    _, version, n, crc = _HEADER.unpack(view[: _HEADER.size])
    if version != _VERSION:
        problem = f"expected version {_VERSION} of the format, found {version}"
        raise CorruptFileError.at(path, 8, problem)
    room = (len(view) - _HEADER.size) // _FIXED_ENTRY_BYTES
    if n > min(room, MAX_CONTIGS):
        problem = f"{n:,} contigs; the file has room for {room:,}, the limit is {MAX_CONTIGS:,}"
        raise CorruptFileError.at(path, 12, problem)
    return n, crc


def _checksum(view: memoryview, starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]) -> int:
    # Two spans per entry: the ID in front of the length of the name; name, offset and length.
    spans = np.array([[starts - _NAME_OFFSET, starts], [starts - _NAME_OFFSET + 4, stops + 16]])
    firsts, lasts = (np.ascontiguousarray(part.T).ravel() for part in spans)
    return crc64_spans(view, firsts, lasts)


def _check_entries(
    index: GenomeIndex, path: object, starts: npt.NDArray[np.int64], seq_size: int | None
) -> None:
    order = np.argsort(index.chrom_ids, kind="stable")
    ranked = index.chrom_ids[order]
    repeats = order[1:][ranked[1:] == ranked[:-1]]
    if len(repeats):
        row = int(repeats.min())
        problem = f"chromosome ID {index.chrom_ids[row]} occurs twice"
        raise CorruptFileError.at(path, int(starts[row]) - _NAME_OFFSET, problem)
    if seq_size is None:
        return
    is_beyond = index.offsets + index.lengths > seq_size
    if is_beyond.any():
        row = int(np.argmax(is_beyond))
        problem = f"{index.names[row]!r} ends beyond the {seq_size:,} bytes of the sequence"
        raise CorruptFileError.at(path, int(starts[row]), problem)


def encode_genome_index(index: GenomeIndex) -> bytes:
    """Write the index of an indexed sequence.

    Parameters
    ----------
    index : GenomeIndex
        Entries in the order to be written.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ValueError
        If a name breaks a rule of the format, or a number is out of range.

    Examples
    --------
    >>> nothing = np.empty(0, np.int64)
    >>> encode_genome_index(GenomeIndex([], nothing, nothing, nothing)).hex(" ", 4)
    '4d495348 41494458 01000000 00000000 00000000 00000000'
    """
    fault = check_names(index.names)
    if fault is not None:
        raise ValueError(fault[1])
    numbers = np.stack([index.chrom_ids, index.offsets, index.lengths]).astype(np.int64)
    if (numbers < 0).any() or (numbers[0] > _MAX_CHROM_ID).any():
        raise ValueError("chromosome IDs must be 0 to 2**32 - 1, offsets and lengths not negative")
    text, bounds = pack_names(list(index.names))
    body = np.zeros(_FIXED_ENTRY_BYTES * len(index) + len(text), np.uint8)
    kernels.pack_entries(text, bounds, numbers[0], numbers[1], numbers[2], body)
    starts = _FIXED_ENTRY_BYTES * np.arange(len(index)) + _NAME_OFFSET + bounds[:-1]
    crc = _checksum(body.data, starts, starts + np.diff(bounds))
    return _HEADER.pack(_MAGIC, _VERSION, len(index), crc) + body.tobytes()
