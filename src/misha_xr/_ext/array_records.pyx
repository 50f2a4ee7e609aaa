"""Payloads of array tracks: check, find the interval table, decode, encode.

Layout: int32 signature, int64 P; per interval a block of uint32 k and k cells (float32 value,
uint32 column); at P uint64 n and n rows (int64 start, int64 end, int64 position of the block).
Nothing is aligned, so every load goes through memcpy. Invariant of a checked payload: rows are
sorted and do not overlap, blocks follow each other in the order of the rows and lie between
the header and P, columns ascend within a block.
"""

from libc.math cimport isnan
from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memcpy

cdef enum:
    HEAD = 12
    ROW = 24
    CELL = 8
    SIGNATURE = -8

# What `check_blocks` found; the callers turn these into words. Up to BAD_POSITION faults
# of a row, up to UNSORTED_COLUMNS of its block of values, the others of the whole payload.
FINE = 0
NEGATIVE_START = 1
EMPTY_INTERVAL = 2
UNSORTED = 3
OVERLAP = 4
BEYOND_END = 5
BAD_POSITION = 6
LONG_BLOCK = 7
WILD_COLUMN = 8
UNSORTED_COLUMNS = 9
TOO_SHORT = 10
OTHER_TYPE = 11
BAD_TABLE = 12
WRONG_COUNT = 13
GAP = 14

# Far above what anyone stores, far below what a flipped bit gives.
MAX_COLUMNS = 1 << 20

cdef int64_t _MAX_COLUMNS = 1 << 20


cdef inline int64_t _int64(const unsigned char *at) noexcept nogil:
    cdef int64_t value
    memcpy(&value, at, 8)
    return value


cdef inline int64_t _uint32(const unsigned char *at) noexcept nogil:
    cdef uint32_t value
    memcpy(&value, at, 4)
    return value


cdef inline float _float32(const unsigned char *at) noexcept nogil:
    cdef float value
    memcpy(&value, at, 4)
    return value


cdef int _head_fault(const unsigned char *payload, int64_t length) noexcept nogil:
    cdef int32_t signature
    cdef int64_t table
    if length < HEAD + 8:
        return 10
    memcpy(&signature, payload, 4)
    if signature != SIGNATURE:
        return 11
    table = _int64(payload + 4)
    if table < HEAD or table > length - 8:
        return 12
    if (length - table - 8) % ROW or _int64(payload + table) != (length - table - 8) // ROW:
        return 13
    return 0


cdef int _row_fault(
    const unsigned char *row, int64_t size, int64_t last_start, int64_t last_end
) noexcept nogil:
    cdef int64_t start = _int64(row), end = _int64(row + 8)
    if start < 0:
        return 1
    if start >= end:
        return 2
    if start < last_start:
        return 3
    if start < last_end:
        return 4
    if 0 <= size < end:
        return 5
    return 0


cdef int _cells_fault(const unsigned char *block, int64_t k) noexcept nogil:
    cdef int64_t i, column, last = -1
    for i in range(k):
        column = _uint32(block + 4 + i * CELL + 4)
        if column >= _MAX_COLUMNS:
            return 8
        if column <= last:
            return 9
        last = column
    return 0


cdef bint _is_zero(const unsigned char *payload, int64_t start, int64_t stop) noexcept nogil:
    # A writer may leave blocks of no cells behind, of intervals that it left out.
    cdef int64_t i
    for i in range(start, stop):
        if payload[i] != 0:
            return False
    return True


cdef int _payload_fault(
    const unsigned char *payload, int64_t length, int64_t size, int64_t *index
) noexcept nogil:
    cdef const unsigned char *row
    cdef int64_t i, table, block, k, stop = HEAD, last_start = 0, last_end = 0
    cdef int code = _head_fault(payload, length)
    index[0] = -1
    if code != 0:
        return code
    table = _int64(payload + 4)
    for i in range((length - table - 8) // ROW):
        index[0] = i
        row = payload + table + 8 + i * ROW
        code = _row_fault(row, size, last_start, last_end)
        if code != 0:
            return code
        last_start, last_end = _int64(row), _int64(row + 8)
        block = _int64(row + 16)
        if block < stop or block > table - 4 or not _is_zero(payload, stop, block):
            return 6
        k = _uint32(payload + block)
        if k > (table - block - 4) // CELL:
            return 7
        code = _cells_fault(payload + block, k)
        if code != 0:
            return code
        stop = block + 4 + k * CELL
    index[0] = -1
    return 0 if _is_zero(payload, stop, table) else 14


def check_blocks(
    const unsigned char[::1] data, const int64_t[::1] offsets, const int64_t[::1] lengths,
    const int64_t[::1] sizes
):
    """Return (block, index, code) of the first fault, or (-1, -1, FINE).

    Payload b is data[offsets[b]:][:lengths[b]]; length 0 means no data. sizes[b] is the length of
    its chromosome in base pairs, negative: not checked. index is the row, -1 for the whole payload.
    The caller guarantees that payloads lie inside `data`.
    """
    cdef int64_t b = -1, index = -1
    cdef int code = 0
    with nogil:
        for b in range(offsets.shape[0]):
            if lengths[b] == 0:
                continue
            code = _payload_fault(&data[0] + offsets[b], lengths[b], sizes[b], &index)
            if code != 0:
                break
    if code == 0:
        return -1, -1, 0
    return b, index, code


def find_tables(
    const unsigned char[::1] data, const int64_t[::1] offsets, const int64_t[::1] lengths,
    int64_t[::1] rows_at, int64_t[::1] rows_length
):
    """Write the byte range of the rows of each checked payload; no bytes for one without data."""
    cdef int64_t b, table
    with nogil:
        for b in range(offsets.shape[0]):
            rows_at[b] = rows_length[b] = 0
            if lengths[b] == 0:
                continue
            table = _int64(&data[0] + offsets[b] + 4)
            rows_at[b] = offsets[b] + table + 8
            rows_length[b] = lengths[b] - table - 8


def decode_intervals(
    const unsigned char[::1] payload, int64_t lo, int64_t[::1] starts, int64_t[::1] ends
):
    """Unpack rows lo, lo + 1, ... of a checked payload, len(starts) of them."""
    cdef int64_t i
    cdef const unsigned char *row
    with nogil:
        for i in range(starts.shape[0]):
            row = &payload[0] + _int64(&payload[4]) + 8 + (lo + i) * ROW
            starts[i] = _int64(row)
            ends[i] = _int64(row + 8)


def decode_values(
    const unsigned char[::1] payload, int64_t lo, const int32_t[::1] slots, float[:, ::1] values
):
    """Write the cells of rows lo, lo + 1, ... of a checked payload, len(values) of them.

    The cell of column c goes to values[i, slots[c]]; a column beyond `slots`, or of a negative
    slot, is left out. Cells that are absent are not written.
    """
    cdef int64_t i, j, k, column, n_slots = slots.shape[0]
    cdef const unsigned char *block
    with nogil:
        for i in range(values.shape[0]):
            block = &payload[0] + _int64(&payload[4]) + 8 + (lo + i) * ROW
            block = &payload[0] + _int64(block + 16)
            k = _uint32(block)
            for j in range(k):
                column = _uint32(block + 4 + j * CELL + 4)
                if column < n_slots and slots[column] >= 0:
                    values[i, slots[column]] = _float32(block + 4 + j * CELL)


cdef void _encode(
    const int64_t *starts, const int64_t *ends, const float *values, int64_t n, int64_t n_columns,
    unsigned char *out, int64_t length
) noexcept nogil:
    cdef int64_t i, table = length - 8 - n * ROW, at = HEAD, begin
    cdef int32_t signature = SIGNATURE
    cdef uint32_t k, column
    cdef const float *cell = values
    cdef unsigned char *row
    memcpy(out, &signature, 4)
    memcpy(out + 4, &table, 8)
    memcpy(out + table, &n, 8)
    for i in range(n):
        row = out + table + 8 + i * ROW
        begin = at
        memcpy(row, starts + i, 8)
        memcpy(row + 8, ends + i, 8)
        memcpy(row + 16, &begin, 8)
        k = 0
        at += 4
        for column in range(<uint32_t>n_columns):
            if not isnan(cell[0]):
                memcpy(out + at, cell, 4)
                memcpy(out + at + 4, &column, 4)
                at += CELL
                k += 1
            cell += 1
        memcpy(out + begin, &k, 4)


def encode_payload(
    const int64_t[::1] starts, const int64_t[::1] ends, const float[:, ::1] values,
    unsigned char[::1] out
):
    """Write a payload of 20 + n * 28 + 8 * (cells that are not NaN) bytes into `out`."""
    cdef int64_t n = starts.shape[0]
    cdef const float *cells = &values[0, 0] if values.size else NULL
    with nogil:
        _encode(&starts[0] if n else NULL, &ends[0] if n else NULL, cells, n, values.shape[1],
                &out[0], out.shape[0])


def encode_payloads(
    const int64_t[::1] starts, const int64_t[::1] ends, const float[:, ::1] values,
    const int64_t[::1] counts, const int64_t[::1] lengths, unsigned char[::1] out
):
    """Write payloads one after another: the k-th holds the next counts[k] rows in lengths[k] bytes.

    The caller guarantees that lengths are as in `encode_payload`, and that sums fit.
    """
    cdef int64_t k, row = 0, at = 0, n_columns = values.shape[1]
    cdef const float *cells = &values[0, 0] if values.size else NULL
    cdef const int64_t *start = &starts[0] if starts.shape[0] else NULL
    cdef const int64_t *end = &ends[0] if starts.shape[0] else NULL
    with nogil:
        for k in range(counts.shape[0]):
            _encode(start + row, end + row, cells + row * n_columns, counts[k], n_columns,
                    &out[at], lengths[k])
            row += counts[k]
            at += lengths[k]
