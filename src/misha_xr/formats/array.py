"""Payloads of array tracks: several values per interval, in named columns that may be absent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from misha_xr._ext import array_records as kernels
from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.signature import TrackType, check_signature

__all__ = [
    "ARRAY_INTERVAL_BYTES",
    "EMPTY_ARRAY",
    "ArrayRecords",
    "check_array",
    "check_array_blocks",
    "decode_array",
    "encode_array",
    "find_interval_tables",
    "unpack_array",
]

ARRAY_INTERVAL_BYTES = 24
_HEADER_BYTES = 12
_BARE_BYTES = 20  # header and count: a payload without intervals

Int64Array = npt.NDArray[np.int64]

_FAULTS = {
    kernels.NEGATIVE_START: "starts before base 0",
    kernels.EMPTY_INTERVAL: "is empty: start is not below end",
    kernels.UNSORTED: "is out of order: it starts before the interval in front of it",
    kernels.OVERLAP: "overlaps the interval in front of it",
    kernels.BEYOND_END: "ends beyond the chromosome",
    kernels.BAD_POSITION: "points at a place that holds no values of its own",
    kernels.LONG_BLOCK: "has more values than there are bytes in front of the interval table",
    kernels.WILD_COLUMN: f"has a value of a column beyond {kernels.MAX_COLUMNS:,}",
    kernels.UNSORTED_COLUMNS: "has values whose columns are out of order",
}


@dataclass(frozen=True, slots=True)
class ArrayRecords:
    """Intervals of one chromosome, sorted, without overlaps, each with a value per column.

    Attributes
    ----------
    starts, ends : int64 arrays, shape (n,)
        Base pairs, 0-based, half-open.
    values : float32 array, shape (n, n_columns)
        NaN where a column is absent; infinities are values.

    Examples
    --------
    >>> one = np.array([[0.5, np.nan]], np.float32)
    >>> len(ArrayRecords(np.array([0]), np.array([10]), one))
    1
    """

    starts: Int64Array
    ends: Int64Array
    values: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts)


def decode_array(
    data: BytesLike, path: object, offset: int = 0, *, n_columns: int, size: int | None = None
) -> ArrayRecords:
    """Read the payload of one chromosome of an array track.

    Parameters
    ----------
    data : bytes-like
        The whole payload and nothing else.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.
    n_columns : int
        Number of columns to return; values of later columns are left out, since a track may name
        fewer columns than it stores.
    size : int, optional
        Length of the chromosome in base pairs, which no interval may exceed.

    Returns
    -------
    ArrayRecords
        Copies, in file order.

    Raises
    ------
    CorruptFileError
        As `check_array` does.

    Notes
    -----
    Source: misha file format, array tracks.

    Examples
    --------
    >>> payload = encode_array([5, 20], [10, 30], [[1.0, np.nan, 3.0], [np.nan, 2.5, np.nan]])
    >>> decode_array(payload, "chr1", n_columns=3).values.tolist()
    [[1.0, nan, 3.0], [nan, 2.5, nan]]
    """
    n = check_array(data, path, offset, size=size)
    slots = np.arange(n_columns, dtype=np.int32)
    return unpack_array(view_bytes(data), 0, n, slots, n_columns)


def unpack_array(
    payload: BytesLike, lo: int, hi: int, slots: npt.NDArray[np.int32], n_columns: int
) -> ArrayRecords:
    """Read intervals of a payload that was checked.

    Parameters
    ----------
    payload : bytes-like
        Bytes that passed `check_array`.
    lo, hi : int
        Intervals [lo, hi), inside the payload.
    slots : int32 array, shape (n,)
        Where the values of stored column c go; negative, or c >= n: nowhere.
    n_columns : int
        Columns of the result, above every slot.

    Returns
    -------
    ArrayRecords
        Copies; shape (hi - lo, n_columns).

    Examples
    --------
    >>> payload = encode_array([5, 20], [10, 30], [[1.0, 2.0], [3.0, 4.0]])
    >>> unpack_array(payload, 1, 2, np.array([-1, 0], np.int32), 1).values.tolist()
    [[4.0]]
    """
    starts, ends = np.empty(hi - lo, np.int64), np.empty(hi - lo, np.int64)
    values = np.full((hi - lo, n_columns), np.nan, np.float32)
    if hi > lo:
        kernels.decode_intervals(payload, lo, starts, ends)
        kernels.decode_values(payload, lo, slots, values)
    return ArrayRecords(starts, ends, values)


def check_array(data: BytesLike, path: object, offset: int = 0, *, size: int | None = None) -> int:
    """Check every interval and every value of the payload of one chromosome.

    Parameters
    ----------
    data : bytes-like
        The whole payload and nothing else.
    path : path-like
        The file, for error messages.
    offset : int
        Byte offset of the payload in the file, for error messages.
    size : int, optional
        Length of the chromosome in base pairs, which no interval may exceed.

    Returns
    -------
    int
        The number of intervals.

    Raises
    ------
    CorruptFileError
        If the payload is of another type, a count or position does not fit its length, an interval
        is empty, out of order, overlaps the one in front of it or leaves the chromosome, or the
        columns of one are out of order.

    Examples
    --------
    >>> check_array(encode_array([5], [10], [[1.0, 2.0]]), "chr1", size=1000)
    1
    """
    view = view_bytes(data)
    if not len(view):
        check_signature(view, path, offset, TrackType.ARRAY)
    where = np.zeros(1, np.int64), np.array([len(view)], np.int64)
    bound = np.array([-1 if size is None else size], np.int64)
    _, index, fault = kernels.check_blocks(view, *where, bound)
    if fault != kernels.FINE:
        raise _fault_error(view, path, offset, index, fault)
    return (len(view) - _table(view) - 8) // ARRAY_INTERVAL_BYTES


def check_array_blocks(
    data: npt.NDArray[np.uint8],
    path: object,
    offsets: Int64Array,
    lengths: Int64Array,
    *,
    sizes: Int64Array,
) -> None:
    """Check many payloads of one file.

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
        For the first payload that breaks a rule; see `check_array`.

    Examples
    --------
    >>> payload = np.frombuffer(encode_array([5], [10], [[1.0, 2.0]]), np.uint8)
    >>> where = np.array([0]), np.array([len(payload)])
    >>> check_array_blocks(payload, "track.dat", *where, sizes=np.array([1000]))
    """
    k, index, fault = kernels.check_blocks(data, offsets, lengths, sizes)
    if fault != kernels.FINE:
        lo, hi = int(offsets[k]), int(offsets[k] + lengths[k])
        raise _fault_error(view_bytes(data[lo:hi]), path, lo, index, fault)


def find_interval_tables(
    data: npt.NDArray[np.uint8], offsets: Int64Array, lengths: Int64Array
) -> tuple[Int64Array, Int64Array]:
    """Find the rows (int64 start, end and position, 24 bytes) of payloads that were checked.

    Parameters
    ----------
    data : uint8 array, shape (n_bytes,)
        The whole file.
    offsets, lengths : int64 arrays, shape (k,)
        Byte ranges of the payloads; length 0: no data.

    Returns
    -------
    offsets, lengths : int64 arrays, shape (k,)
        Byte ranges of their rows; length 0: none.

    Examples
    --------
    >>> payload = np.frombuffer(encode_array([5], [10], [[1.0, 2.0]]), np.uint8)
    >>> rows_at, n_bytes = find_interval_tables(payload, np.array([0]), np.array([len(payload)]))
    >>> rows_at.tolist(), n_bytes.tolist()
    ([40], [24])
    """
    rows_at, n_bytes = np.empty((2, len(offsets)), np.int64)
    kernels.find_tables(data, offsets, lengths, rows_at, n_bytes)
    return rows_at, n_bytes


def _table(view: memoryview) -> int:
    return int.from_bytes(view[4:12], "little", signed=True)


def _fault_error(
    view: memoryview, path: object, offset: int, index: int, fault: int
) -> CorruptFileError:
    if index >= 0:
        at = _table(view) + 8 + index * ARRAY_INTERVAL_BYTES
        start, end = np.frombuffer(view, "<i8", count=2, offset=at).tolist()
        problem = f"interval {index}, [{start}, {end}), {_FAULTS[fault]}"
        return CorruptFileError.at(path, offset + at, problem)
    if fault in (kernels.TOO_SHORT, kernels.OTHER_TYPE):
        check_signature(view, path, offset, TrackType.ARRAY)
        problem = f"expected an array payload of {_BARE_BYTES} bytes or more, found {len(view)}"
        return CorruptFileError.at(path, offset + len(view), problem)
    table = _table(view)
    if fault == kernels.BAD_TABLE:
        problem = f"the interval table is said to be at byte {table} of {len(view)}"
        return CorruptFileError.at(path, offset + 4, problem)
    if fault == kernels.GAP:
        problem = "bytes in front of the interval table that belong to no interval"
        return CorruptFileError.at(path, offset + table, problem)
    n = int.from_bytes(view[table : table + 8], "little")
    problem = f"a table of {n:,} intervals does not fill the {len(view) - table - 8} bytes left"
    return CorruptFileError.at(path, offset + table, problem)


def encode_array(starts: npt.ArrayLike, ends: npt.ArrayLike, values: npt.ArrayLike) -> bytes:
    """Write the payload of one chromosome of an array track.

    Parameters
    ----------
    starts, ends : array-like of int, shape (n,)
        Base pairs, 0-based, half-open; sorted, without overlaps.
    values : array-like, shape (n, n_columns)
        Rounded to float32. NaN is left out; an interval of nothing else is kept.

    Returns
    -------
    bytes
        20 + 28 * n bytes, and 8 for each value that is not NaN.

    Raises
    ------
    ValueError
        If the shapes do not agree, or the intervals break a rule of the format.

    Examples
    --------
    >>> encode_array([5], [10], [[1.0, np.nan]]).hex(" ", 4)
    'f8ffffff 18000000 00000000 01000000 0000803f 00000000 01000000 00000000 05000000 00000000 ...'
    >>> encode_array([], [], []) == EMPTY_ARRAY
    True
    """
    first = np.ascontiguousarray(starts, dtype=np.int64)
    last = np.ascontiguousarray(ends, dtype=np.int64)
    with np.errstate(over="ignore"):
        stored = np.ascontiguousarray(values, dtype=np.float32)
    stored = stored.reshape(0, 0) if stored.size == 0 and stored.ndim < 2 else stored
    if stored.ndim != 2 or not first.shape == last.shape == (len(stored),):
        shapes = f"{first.shape}, {last.shape} and {stored.shape}"
        raise ValueError(f"expected n starts, n ends and n rows of values; found {shapes}")
    if stored.shape[1] > kernels.MAX_COLUMNS:
        raise ValueError(
            f"expected at most {kernels.MAX_COLUMNS:,} columns; found {stored.shape[1]:,}"
        )
    n_cells = int(np.count_nonzero(~np.isnan(stored)))
    packed = np.empty(_BARE_BYTES + 28 * len(first) + 8 * n_cells, np.uint8)
    kernels.encode_payload(first, last, stored, packed)
    where = np.zeros(1, np.int64), np.array([packed.size], np.int64)
    _, index, fault = kernels.check_blocks(packed, *where, np.array([-1], np.int64))
    if fault != kernels.FINE:
        raise ValueError(f"interval {index}, [{first[index]}, {last[index]}), {_FAULTS[fault]}")
    return packed.tobytes()


# What a chromosome without intervals holds; other readers need it, absent or zero bytes stop R.
EMPTY_ARRAY = encode_array([], [], [])
