"""Payloads of sparse tracks: a signature, then one 20-byte record per interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr._ext import records as kernels
from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.dense import to_stored_values
from misha_xr.formats.signature import SIGNATURES, TrackType, check_signature

__all__ = [
    "SPARSE_HEADER_BYTES",
    "SPARSE_RECORD_BYTES",
    "SparseRecords",
    "check_sparse",
    "check_sparse_blocks",
    "decode_sparse",
    "encode_sparse",
]

SPARSE_HEADER_BYTES = 4
SPARSE_RECORD_BYTES = 20
_SIGNATURE = SIGNATURES[TrackType.SPARSE].to_bytes(4, "little", signed=True)

_FAULTS = {
    kernels.NEGATIVE_START: "starts before base 0",
    kernels.EMPTY_RECORD: "is empty: start is not below end",
    kernels.UNSORTED: "is out of order: it starts before the record in front of it",
    kernels.OVERLAP: "overlaps the record in front of it",
    kernels.BEYOND_END: "ends beyond the chromosome",
}


@dataclass(frozen=True, slots=True)
class SparseRecords:
    """The intervals of one chromosome, sorted, without overlaps.

    Attributes
    ----------
    starts, ends : int64 arrays, shape (n,)
        Base pairs, 0-based, half-open.
    values : float32 array, shape (n,)
        NaN is a legal value.

    Examples
    --------
    >>> len(SparseRecords(np.array([0]), np.array([10]), np.array([0.5], np.float32)))
    1
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    values: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts)


def decode_sparse(
    data: BytesLike, path: object, offset: int = 0, *, size: int | None = None
) -> SparseRecords:
    """Read the payload of one chromosome of a sparse track.

    Parameters
    ----------
    data : bytes-like
        The whole payload and nothing else.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.
    size : int, optional
        Length of the chromosome in base pairs, which no record may exceed.

    Returns
    -------
    SparseRecords
        Copies, in file order. Infinities, which mean missing on disk, are NaN.

    Raises
    ------
    CorruptFileError
        As `check_sparse` does.

    Notes
    -----
    Source: misha file format, sparse tracks.

    Examples
    --------
    >>> payload = encode_sparse([10, 100], [20, 150], [1.5, float("inf")])
    >>> records = decode_sparse(payload, "chr1")
    >>> records.starts.tolist(), records.ends.tolist(), records.values.tolist()
    ([10, 100], [20, 150], [1.5, nan])
    """
    n = check_sparse(data, path, offset, size=size)
    starts, ends = np.empty(n, np.int64), np.empty(n, np.int64)
    values = np.empty(n, np.float32)
    kernels.decode_records(view_bytes(data)[SPARSE_HEADER_BYTES:], starts, ends, values)
    return SparseRecords(starts, ends, values)


def check_sparse(data: BytesLike, path: object, offset: int = 0, *, size: int | None = None) -> int:
    """Check every record of the payload of one chromosome.

    Parameters
    ----------
    data : bytes-like
        The whole payload and nothing else.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.
    size : int, optional
        Length of the chromosome in base pairs, which no record may exceed.

    Returns
    -------
    int
        The number of records.

    Raises
    ------
    CorruptFileError
        If the payload is of another type or not a whole number of records, or if a record is empty,
        out of order, overlaps the one in front of it, or leaves the chromosome.

    Examples
    --------
    >>> check_sparse(encode_sparse([10, 100], [20, 150], [1.5, 2.5]), "chr1", size=1000)
    2
    """
    view = view_bytes(data)
    n = _count_records(view, path, offset)
    bound = -1 if size is None else size
    index, fault = kernels.check_records(view[SPARSE_HEADER_BYTES:], bound)
    if fault != kernels.FINE:
        raise _fault_error(view, path, offset, index, fault)
    return n


def check_sparse_blocks(
    data: npt.NDArray[np.uint8],
    path: object,
    offsets: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    *,
    sizes: npt.NDArray[np.int64],
) -> None:
    """Check every record of many payloads of one file.

    Parameters
    ----------
    data : uint8 array, shape (n_bytes,)
        The whole file.
    path : path-like
        The file, for error messages.
    offsets, lengths : int64 arrays, shape (k,)
        Byte ranges of the payloads, inside `data`; length 0: no data, nothing to check.
    sizes : int64 array, shape (k,)
        Lengths of the chromosomes in base pairs.

    Raises
    ------
    CorruptFileError
        For the first payload that breaks a rule; see `check_sparse`.

    Examples
    --------
    >>> payload = np.frombuffer(encode_sparse([10], [20], [1.5]), np.uint8)
    >>> where = np.array([0]), np.array([24])
    >>> check_sparse_blocks(payload, "track.dat", *where, sizes=np.array([1000]))
    """
    filled = lengths > 0
    is_wrong = filled & ((lengths - SPARSE_HEADER_BYTES) % SPARSE_RECORD_BYTES != 0)
    whole = np.flatnonzero(filled & ~is_wrong)
    heads = data[offsets[whole, None] + np.arange(SPARSE_HEADER_BYTES)]
    is_wrong[whole] = heads.view("<i4")[:, 0] != SIGNATURES[TrackType.SPARSE]
    if is_wrong.any():
        k = int(np.argmax(is_wrong))
    else:
        k, _, _ = kernels.check_blocks(data, SPARSE_HEADER_BYTES, offsets, lengths, sizes)
    if k >= 0:
        lo, hi = int(offsets[k]), int(offsets[k] + lengths[k])
        check_sparse(data[lo:hi], path, lo, size=int(sizes[k]))


def _count_records(view: memoryview, path: object, offset: int) -> int:
    check_signature(view, path, offset, TrackType.SPARSE)
    n, remainder = divmod(len(view) - SPARSE_HEADER_BYTES, SPARSE_RECORD_BYTES)
    if remainder:
        problem = f"expected whole records of 20 bytes, found {n:,} and {remainder} bytes"
        raise CorruptFileError.at(path, offset + len(view), problem)
    return n


def _fault_error(
    view: memoryview, path: object, offset: int, index: int, fault: int
) -> CorruptFileError:
    position = SPARSE_HEADER_BYTES + index * SPARSE_RECORD_BYTES
    start, end = np.frombuffer(view, "<i8", count=2, offset=position).tolist()
    problem = f"record {index}, [{start}, {end}), {_FAULTS[fault]}"
    return CorruptFileError.at(path, offset + position, problem)


def encode_sparse(starts: npt.ArrayLike, ends: npt.ArrayLike, values: npt.ArrayLike) -> bytes:
    """Write the payload of one chromosome of a sparse track.

    Parameters
    ----------
    starts, ends : array-like of int, shape (n,)
        Base pairs, 0-based, half-open; sorted, without overlaps.
    values : array-like, shape (n,)
        Rounded to float32.

    Returns
    -------
    bytes
        4 + 20 * n bytes; every NaN has the bit pattern 0x7FC00000.

    Raises
    ------
    ValueError
        If the lengths differ, or the intervals break a rule of the format.

    Examples
    --------
    >>> encode_sparse([10], [20], [1.5]).hex(" ", 4)
    'ffffffff 0a000000 00000000 14000000 00000000 0000c03f'
    """
    first = np.ascontiguousarray(starts, dtype=np.int64)
    last = np.ascontiguousarray(ends, dtype=np.int64)
    stored = to_stored_values(values)
    if not first.shape == last.shape == stored.shape:
        shapes = f"{first.shape}, {last.shape} and {stored.shape}"
        raise ValueError(f"starts, ends and values must be of one length; found {shapes}")
    packed = np.empty(len(first) * SPARSE_RECORD_BYTES, np.uint8)
    kernels.encode_records(first, last, stored, packed)
    index, fault = kernels.check_records(packed)
    if fault != kernels.FINE:
        raise ValueError(f"interval {index}, [{first[index]}, {last[index]}), {_FAULTS[fault]}")
    return _SIGNATURE + packed.tobytes()
