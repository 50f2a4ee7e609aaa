"""Reductions of sparse records in windows.

A record is int64 start, int64 end and a value: float32 in 20 bytes, as stored by sparse tracks, or
float64 in 24 bytes, as made of array tracks.

Records are sorted and do not overlap, so those that share a base with [s, e) are one span:
from the first record that ends after s to the first that starts at e or later.
Source: misha semantics, virtual track windows; misha file format, sparse tracks.
"""

from libc.stdint cimport int32_t, int64_t
from libc.string cimport memcpy

from misha_xr._ext.spans cimport (
    SPANS_NEAREST,
    SPANS_RECORDS,
    SPANS_WIDE,
    spans_batch,
    spans_close,
    spans_open,
    spans_push,
    spans_supply,
)

from misha_xr._ext.dense_windows import REDUCERS, STEPS

__all__ = ["REDUCERS", "STEPS", "reduce_bins", "reduce_windows"]

cdef enum:
    END = 8
    VALUE = 16
    WIDE = 24


cdef struct Payload:
    # The records of one chromosome, and where the last search ended: sorted windows then
    # cost a step or two instead of a bisection.
    const unsigned char *records
    int64_t at, n, size, code, hint, width
    bint nearest  # a window without records takes the closest one


cdef inline int64_t _position(const Payload *payload, int64_t i, int field) noexcept nogil:
    cdef int64_t position
    memcpy(&position, payload.records + i * payload.width + field, 8)
    return position


cdef inline int64_t _bisect(
    const Payload *payload, int64_t lo, int64_t hi, int field, int64_t bound
) noexcept nogil:
    # First record in [lo, hi) whose field is above the bound, else hi.
    cdef int64_t middle
    while lo < hi:
        middle = lo + (hi - lo) // 2
        if _position(payload, middle, field) > bound:
            hi = middle
        else:
            lo = middle + 1
    return lo


cdef inline int64_t _gallop(
    const Payload *payload, int64_t lo, int field, int64_t bound
) noexcept nogil:
    # The same over all records from lo on, fast when the answer is near lo.
    cdef int64_t stride = 1, n = payload.n
    while lo < n and _position(payload, lo, field) <= bound:
        if lo + stride >= n or _position(payload, lo + stride, field) > bound:
            return _bisect(payload, lo + 1, min(lo + stride, n), field, bound)
        lo += stride
        stride *= 2
    return lo


cdef inline int64_t _first_ending_after(Payload *payload, int64_t start) noexcept nogil:
    cdef int64_t hint = payload.hint
    if hint > 0 and _position(payload, hint - 1, END) > start:
        return _bisect(payload, 0, hint - 1, END, start)
    return _gallop(payload, hint, END, start)


cdef inline int64_t _closest(
    const Payload *payload, int64_t right, int64_t start, int64_t end
) noexcept nogil:
    # Of the records on both sides of a window that meets none; the left one if equally far.
    if right == 0:
        return 0
    if right == payload.n:
        return right - 1
    if start - _position(payload, right - 1, END) <= _position(payload, right, 0) - end:
        return right - 1
    return right


cdef inline int _push(
    spans_batch *batch, Payload *payload, int64_t start, int64_t end
) noexcept nogil:
    cdef int64_t first, stop
    start, end = max(start, 0), min(end, payload.size)
    if start >= end:
        return spans_push(batch, 0, -1)
    first = _first_ending_after(payload, start)
    stop = _gallop(payload, first, 0, end - 1)
    payload.hint = first
    if payload.nearest and first == stop and payload.n > 0:
        first = _closest(payload, first, start, end)
        stop = first + 1
    return spans_push(batch, payload.at + first * payload.width + VALUE, stop - first)


cdef inline void _enter(
    Payload *payload, const unsigned char *base, int64_t offset, int64_t length, int64_t header,
    int64_t size, int64_t code,
) noexcept nogil:
    payload.at = offset + header
    payload.records = base + payload.at
    payload.n = (length - header) // payload.width if length > header else 0
    payload.size = size
    payload.code = code
    payload.hint = 0


cdef int _push_run(
    spans_batch *batch, Payload *payload, int64_t run_start, int64_t run_end, int64_t step,
    int64_t sshift, int64_t eshift,
) noexcept nogil:
    cdef int64_t k, bin_start
    for k in range(run_start // step, (run_end - 1) // step + 1):
        bin_start = k * step
        if _push(
            batch, payload,
            max(bin_start, run_start) + sshift, min(bin_start + step, run_end) + eshift,
        ) < 0:
            return -1
    return 0


def reduce_bins(
    int func, double param, const unsigned char[::1] data, int64_t header, int64_t first_code,
    const int64_t[::1] offsets, const int64_t[::1] lengths, const int64_t[::1] sizes,
    const int32_t[::1] run_codes, const int64_t[::1] run_starts, const int64_t[::1] run_ends,
    int64_t step, int64_t sshift, int64_t eshift, double[::1] out, int64_t width=20,
):
    """Write one value per fixed-bin step of the runs into out."""
    cdef const unsigned char *base = &data[0] if data.shape[0] else NULL
    cdef double *target = &out[0] if out.shape[0] else NULL
    cdef spans_batch batch
    cdef Payload payload = Payload(NULL, 0, 0, 0, -1, 0, width, func == SPANS_NEAREST)
    cdef int layout = SPANS_WIDE if width == WIDE else SPANS_RECORDS
    cdef Py_ssize_t r, code
    cdef int status = 0
    with nogil:
        spans_open(&batch, func, param, layout, 0, base, target)
        for r in range(run_codes.shape[0]):
            code = run_codes[r]
            if code != payload.code:
                _enter(
                    &payload, base, offsets[code - first_code], lengths[code - first_code],
                    header, sizes[code], code,
                )
            status = _push_run(
                &batch, &payload, run_starts[r], run_ends[r], step, sshift, eshift
            )
            if status < 0:
                break
        status = spans_close(&batch, status)
    if status < 0:
        raise MemoryError("no memory for the values of one window")


def reduce_windows(
    int func, double param, const unsigned char[::1] data, int64_t header, int64_t first_code,
    const int64_t[::1] offsets, const int64_t[::1] lengths, const int64_t[::1] sizes,
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    int64_t sshift, int64_t eshift, double[::1] out, int64_t width=20,
    const int64_t[::1] extra=None, double[::1] collected=None,
):
    """Write one value per window into out.

    pick: extra holds the number of the value. collect: extra says where in collected the values
    of a window begin; there is room for all of them.
    """
    cdef const unsigned char *base = &data[0] if data.shape[0] else NULL
    cdef double *target = &out[0] if out.shape[0] else NULL
    cdef const int64_t *numbers = &extra[0] if extra is not None and extra.shape[0] else NULL
    cdef double *values = NULL
    cdef spans_batch batch
    cdef Payload payload = Payload(NULL, 0, 0, 0, -1, 0, width, func == SPANS_NEAREST)
    cdef int layout = SPANS_WIDE if width == WIDE else SPANS_RECORDS
    cdef Py_ssize_t k, code
    cdef int status = 0
    if collected is not None and collected.shape[0]:
        values = &collected[0]
    with nogil:
        spans_open(&batch, func, param, layout, 1, base, target)
        spans_supply(&batch, numbers, values)
        for k in range(codes.shape[0]):
            code = codes[k]
            if code != payload.code:
                _enter(
                    &payload, base, offsets[code - first_code], lengths[code - first_code],
                    header, sizes[code], code,
                )
            status = _push(&batch, &payload, starts[k] + sshift, ends[k] + eshift)
            if status < 0:
                break
        status = spans_close(&batch, status)
    if status < 0:
        raise MemoryError("no memory for the values of one window")
