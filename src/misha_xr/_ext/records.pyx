"""Records of sparse tracks: 20 packed bytes, int64 start, int64 end, float32 value.

A payload is unaligned (a 4-byte signature goes first), so every load goes through memcpy.
Invariant of a checked payload: 0 <= start < end, and end <= start of the next record.
"""

from libc.math cimport NAN
from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memcpy

cdef enum:
    WIDTH = 20

# What `check_records` found; the callers turn these into words.
FINE = 0
NEGATIVE_START = 1
EMPTY_RECORD = 2
UNSORTED = 3
OVERLAP = 4
BEYOND_END = 5


cdef inline int64_t _start(const unsigned char *record) noexcept nogil:
    cdef int64_t value
    memcpy(&value, record, 8)
    return value


cdef inline int64_t _end(const unsigned char *record) noexcept nogil:
    cdef int64_t value
    memcpy(&value, record + 8, 8)
    return value


cdef inline float _value(const unsigned char *record) noexcept nogil:
    """Infinities on disk mean missing, as NaN does. Bits: immune to fast-math flags."""
    cdef uint32_t bits
    cdef float value
    memcpy(&bits, record + 16, 4)
    if (bits & 0x7FFFFFFF) == 0x7F800000:
        return NAN
    memcpy(&value, &bits, 4)
    return value


def decode_records(
    const unsigned char[::1] data, int64_t[::1] starts, int64_t[::1] ends, float[::1] values
):
    """Unpack len(starts) records; the caller guarantees len(data) >= 20 * len(starts)."""
    cdef Py_ssize_t k, n = starts.shape[0]
    cdef const unsigned char *record
    with nogil:
        for k in range(n):
            record = &data[0] + k * WIDTH
            starts[k] = _start(record)
            ends[k] = _end(record)
            values[k] = _value(record)


def encode_records(
    const int64_t[::1] starts, const int64_t[::1] ends, const float[::1] values,
    unsigned char[::1] out
):
    """Pack the records into `out`; the caller guarantees len(out) >= 20 * len(starts)."""
    cdef Py_ssize_t k, n = starts.shape[0]
    cdef unsigned char *record
    with nogil:
        for k in range(n):
            record = &out[0] + k * WIDTH
            memcpy(record, &starts[k], 8)
            memcpy(record + 8, &ends[k], 8)
            memcpy(record + 16, &values[k], 4)


cdef int _first_fault(
    const unsigned char *records, int64_t n, int64_t size, int64_t *index
) noexcept nogil:
    cdef int64_t k, start, end, last_start = 0, last_end = 0
    for k in range(n):
        start = _start(records + k * WIDTH)
        end = _end(records + k * WIDTH)
        index[0] = k
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
        last_start = start
        last_end = end
    index[0] = -1
    return 0


def check_records(const unsigned char[::1] data, int64_t size=-1):
    """Return (index, code) of the first record that breaks a rule, or (-1, FINE).

    `size` is the length of the chromosome in base pairs; negative: not checked.
    """
    cdef int64_t index = -1, n = data.shape[0] // WIDTH
    cdef int code = 0
    if n > 0:
        with nogil:
            code = _first_fault(&data[0], n, size, &index)
    return index, code


cdef inline int64_t _first_end_above(
    const unsigned char *records, int64_t width, int64_t n, int64_t position
) noexcept nogil:
    """First record whose end lies above `position`; n if there is none."""
    cdef int64_t lo = 0, hi = n, mid
    while lo < hi:
        mid = lo + (hi - lo) // 2
        if _end(records + mid * width) > position:
            hi = mid
        else:
            lo = mid + 1
    return lo


cdef inline int64_t _first_start_from(
    const unsigned char *records, int64_t width, int64_t lo, int64_t n, int64_t position
) noexcept nogil:
    """First record, not before `lo`, whose start is at or above `position`.

    Doubling steps first: a query rarely overlaps many records.
    """
    cdef int64_t step = 1, hi, mid
    hi = lo
    while hi < n and _start(records + hi * width) < position:
        lo = hi + 1
        hi = lo + step
        step *= 2
    if hi > n:
        hi = n
    while lo < hi:
        mid = lo + (hi - lo) // 2
        if _start(records + mid * width) >= position:
            hi = mid
        else:
            lo = mid + 1
    return lo


def locate_records(
    const unsigned char[::1] data, int64_t header, int32_t first_code,
    const int64_t[::1] offsets, const int64_t[::1] lengths,
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    int64_t[::1] lo, int64_t[::1] hi, int64_t width=WIDTH
):
    """Write the records [lo, hi) that share a base with each [start, end).

    The payload of code c is data[offsets[c - first_code] :][: lengths[c - first_code]], the records
    of `width` bytes begin `header` bytes in. A code without payload, or an empty query, gives
    lo == hi. Numbers count from the first record of the payload. The caller guarantees that
    payloads lie in `data`.
    """
    cdef int64_t k, c, n, n_codes = offsets.shape[0]
    cdef const unsigned char *records
    with nogil:
        for k in range(codes.shape[0]):
            lo[k] = 0
            hi[k] = 0
            c = <int64_t>codes[k] - first_code
            if c < 0 or c >= n_codes or lengths[c] <= header:
                continue
            n = (lengths[c] - header) // width
            records = &data[0] + offsets[c] + header
            lo[k] = _first_end_above(records, width, n, starts[k])
            hi[k] = lo[k]
            if starts[k] < ends[k]:
                hi[k] = _first_start_from(records, width, lo[k], n, ends[k])


def check_blocks(
    const unsigned char[::1] data, int64_t header, const int64_t[::1] offsets,
    const int64_t[::1] lengths, const int64_t[::1] sizes
):
    """Return (block, index, code) of the first record that breaks a rule, or (-1, -1, FINE).

    Block k is data[offsets[k]:][:lengths[k]] with records from byte `header` on; sizes[k] as in
    `check_records`. The caller guarantees that blocks lie inside `data`.
    """
    cdef int64_t k, index = -1, n
    cdef int code = 0
    with nogil:
        for k in range(offsets.shape[0]):
            if lengths[k] <= header:
                continue
            n = (lengths[k] - header) // WIDTH
            code = _first_fault(&data[0] + offsets[k] + header, n, sizes[k], &index)
            if code != 0:
                break
    if code == 0:
        return -1, -1, 0
    return k, index, code
