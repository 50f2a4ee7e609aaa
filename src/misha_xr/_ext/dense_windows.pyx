"""Reductions of dense bins in windows.

Bin i of a chromosome covers [i * bin_size, (i + 1) * bin_size). A window sees every bin that
shares a base with it, with weight 1, so window [s, e) is bins [s // bin, (e - 1) // bin].
Source: misha semantics, virtual track windows.
"""

from libc.math cimport NAN
from libc.stdint cimport int32_t, int64_t

from misha_xr._ext.spans cimport (
    SPANS_AVG,
    SPANS_BATCH,
    SPANS_COLLECT,
    SPANS_EXISTS,
    SPANS_FIRST,
    SPANS_FIRST_AT,
    SPANS_FLOAT32,
    SPANS_FLOAT64,
    SPANS_LAST,
    SPANS_LAST_AT,
    SPANS_LSE,
    SPANS_MAX,
    SPANS_MAX_AT,
    SPANS_MIN,
    SPANS_MIN_AT,
    SPANS_NEAREST,
    SPANS_PICK,
    SPANS_PICK_AT,
    SPANS_QUANTILE,
    SPANS_SIZE,
    SPANS_STDDEV,
    SPANS_SUM,
    spans_batch,
    spans_close,
    spans_copy,
    spans_flush,
    spans_open,
    spans_push,
    spans_supply,
)

REDUCERS = {
    "avg": SPANS_AVG,
    "sum": SPANS_SUM,
    "min": SPANS_MIN,
    "max": SPANS_MAX,
    "stddev": SPANS_STDDEV,
    "size": SPANS_SIZE,
    "exists": SPANS_EXISTS,
    "first": SPANS_FIRST,
    "last": SPANS_LAST,
    "quantile": SPANS_QUANTILE,
    "nearest": SPANS_NEAREST,
    "lse": SPANS_LSE,
}

# Steps of functions that take more than one: where a value lies (its index in the window for
# bins, the start of its record for records), the value with a given number, all values.
STEPS = {
    "first at": SPANS_FIRST_AT,
    "last at": SPANS_LAST_AT,
    "min at": SPANS_MIN_AT,
    "max at": SPANS_MAX_AT,
    "pick": SPANS_PICK,
    "pick at": SPANS_PICK_AT,
    "collect": SPANS_COLLECT,
}


cdef struct Payload:
    # The values of one chromosome: byte offset of bin 0, bins present, size in base pairs.
    int64_t at, n_bins, size


cdef struct Grid:
    # How windows become bins.
    int64_t bin_size, item_size, sshift, eshift


cdef inline int64_t _floor_div(int64_t a, int64_t b) noexcept nogil:
    # C division rounds toward zero, and shifts are negative.
    return a // b - ((a % b) < 0)


cdef inline Payload _payload(
    int64_t offset, int64_t length, int64_t header, int64_t size, const Grid *grid
) noexcept nogil:
    cdef Payload payload
    cdef int64_t whole = (size + grid.bin_size - 1) // grid.bin_size
    payload.at = offset + header
    payload.n_bins = (length - header) // grid.item_size if length > header else 0
    payload.n_bins = min(payload.n_bins, whole)
    payload.size = size
    return payload


cdef inline int _push(
    spans_batch *batch, const Payload *payload, const Grid *grid, int64_t start, int64_t end
) noexcept nogil:
    # Window [start, end) after its shifts, before clipping.
    cdef int64_t first, stop
    start, end = max(start, 0), min(end, payload.size)
    if start >= end:
        return spans_push(batch, 0, -1)
    first = start // grid.bin_size
    stop = min((end - 1) // grid.bin_size + 1, payload.n_bins)
    return spans_push(batch, payload.at + first * grid.item_size, max(stop - first, 0))


cdef void _fill_steps(
    int64_t *at, int64_t *count, int64_t n, const Payload *payload, const Grid *grid,
    int64_t step, int64_t k,
) noexcept nogil:
    # Spans of n whole steps from step k on that lie inside the bins. Quotients and remainders
    # advance by constants, which spares two divisions a step.
    cdef int64_t size = grid.bin_size, item = grid.item_size, quotient = step // size, i
    cdef int64_t start = k * step + grid.sshift, last = (k + 1) * step + grid.eshift - 1
    cdef int64_t first = start // size, stop = last // size, rest = step % size
    cdef int64_t first_rest = start % size, stop_rest = last % size
    if rest == 0:
        for i in range(n):
            at[i] = payload.at + (first + i * quotient) * item
            count[i] = stop - first + 1
        return
    for i in range(n):
        at[i] = payload.at + first * item
        count[i] = stop - first + 1
        first_rest += rest
        first += quotient + (first_rest >= size)
        first_rest -= size if first_rest >= size else 0
        stop_rest += rest
        stop += quotient + (stop_rest >= size)
        stop_rest -= size if stop_rest >= size else 0


cdef int _push_inner(
    spans_batch *batch, const Payload *payload, const Grid *grid, int64_t step,
    int64_t k, int64_t stop,
) noexcept nogil:
    cdef int64_t n
    while k < stop:
        if batch.n == SPANS_BATCH and spans_flush(batch) < 0:
            return -1
        n = min(stop - k, SPANS_BATCH - batch.n)
        _fill_steps(batch.at + batch.n, batch.count + batch.n, n, payload, grid, step, k)
        batch.n += n
        k += n
    return 0


cdef int _push_outer(
    spans_batch *batch, const Payload *payload, const Grid *grid, int64_t step,
    int64_t k, int64_t stop, int64_t run_start, int64_t run_end,
) noexcept nogil:
    cdef int64_t start, end
    for k in range(k, stop):
        start = max(k * step, run_start) + grid.sshift
        end = min((k + 1) * step, run_end) + grid.eshift
        if _push(batch, payload, grid, start, end) < 0:
            return -1
    return 0


cdef int _push_run(
    spans_batch *batch, const Payload *payload, const Grid *grid, int64_t step,
    int64_t run_start, int64_t run_end,
) noexcept nogil:
    # Steps [lo, hi) are whole and see only bins that exist: no clipping, no cut.
    cdef int64_t first = run_start // step, stop = (run_end - 1) // step + 1
    cdef int64_t limit = min(payload.size, payload.n_bins * grid.bin_size)
    cdef int64_t lo = max(first + 1, _floor_div(step - 1 - grid.sshift, step))
    cdef int64_t hi = min(stop - 1, _floor_div(limit - grid.eshift, step))
    if step + grid.eshift - grid.sshift <= 0 or hi <= lo:
        lo = hi = stop
    if _push_outer(batch, payload, grid, step, first, lo, run_start, run_end) < 0:
        return -1
    if _push_inner(batch, payload, grid, step, lo, hi) < 0:
        return -1
    return _push_outer(batch, payload, grid, step, hi, stop, run_start, run_end)


cdef int64_t _copy_run(
    const unsigned char *base, const Payload *payload, const Grid *grid, int layout,
    int64_t run_start, int64_t run_end, double *out,
) noexcept nogil:
    # Steps that are the bins themselves; returns their number.
    cdef int64_t lo = run_start // grid.bin_size, hi = (run_end - 1) // grid.bin_size + 1, k
    cdef int64_t present = max(min(hi, payload.n_bins) - lo, 0)
    spans_copy(base + payload.at + lo * grid.item_size, present, layout, out)
    for k in range(present, hi - lo):
        out[k] = NAN
    return hi - lo


cdef bint _is_value_of_one(int func) noexcept nogil:
    # Reducers that give back a single value unchanged.
    return func < SPANS_FIRST_AT and func not in (SPANS_STDDEV, SPANS_SIZE, SPANS_EXISTS)


def reduce_bins(
    int func, double param, const unsigned char[::1] data, int64_t header, int64_t first_code,
    const int64_t[::1] offsets, const int64_t[::1] lengths, int64_t bin_size,
    const int64_t[::1] sizes, const int32_t[::1] run_codes, const int64_t[::1] run_starts,
    const int64_t[::1] run_ends, int64_t step, int64_t sshift, int64_t eshift, double[::1] out,
    int64_t item_size=4,
):
    """Write one value per fixed-bin step of the runs into out."""
    cdef int layout = SPANS_FLOAT32 if item_size == 4 else SPANS_FLOAT64
    cdef Grid grid = Grid(bin_size, item_size, sshift, eshift)
    cdef bint plain = step == bin_size and sshift == 0 and eshift == 0 and _is_value_of_one(func)
    cdef const unsigned char *base = &data[0] if data.shape[0] else NULL
    cdef double *target = &out[0] if out.shape[0] else NULL
    cdef spans_batch batch
    cdef Payload payload
    cdef Py_ssize_t r, code
    cdef int status = 0
    with nogil:
        spans_open(&batch, func, param, layout, 0, base, target)
        for r in range(run_codes.shape[0]):
            code = run_codes[r]
            payload = _payload(
                offsets[code - first_code], lengths[code - first_code], header, sizes[code], &grid
            )
            if plain:
                target += _copy_run(
                    base, &payload, &grid, layout, run_starts[r], run_ends[r], target
                )
            elif status == 0:
                status = _push_run(
                    &batch, &payload, &grid, step, run_starts[r], run_ends[r]
                )
        status = spans_close(&batch, status)
    if status < 0:
        raise MemoryError("no memory for the values of one window")


def reduce_windows(
    int func, double param, const unsigned char[::1] data, int64_t header, int64_t first_code,
    const int64_t[::1] offsets, const int64_t[::1] lengths, int64_t bin_size,
    const int64_t[::1] sizes, const int32_t[::1] codes, const int64_t[::1] starts,
    const int64_t[::1] ends, int64_t sshift, int64_t eshift, double[::1] out,
    int64_t item_size=4, const int64_t[::1] extra=None, double[::1] collected=None,
):
    """Write one value per window into out.

    pick: extra holds the number of the value. collect: extra says where in collected the values
    of a window begin; there is room for all of them.
    """
    cdef int layout = SPANS_FLOAT32 if item_size == 4 else SPANS_FLOAT64
    cdef Grid grid = Grid(bin_size, item_size, sshift, eshift)
    cdef const unsigned char *base = &data[0] if data.shape[0] else NULL
    cdef double *target = &out[0] if out.shape[0] else NULL
    cdef const int64_t *numbers = &extra[0] if extra is not None and extra.shape[0] else NULL
    cdef double *values = NULL
    cdef spans_batch batch
    cdef Payload payload
    cdef Py_ssize_t k, code
    cdef int status = 0
    if collected is not None and collected.shape[0]:
        values = &collected[0]
    with nogil:
        spans_open(&batch, func, param, layout, 1, base, target)
        spans_supply(&batch, numbers, values)
        for k in range(codes.shape[0]):
            code = codes[k]
            payload = _payload(
                offsets[code - first_code], lengths[code - first_code], header, sizes[code], &grid
            )
            status = _push(&batch, &payload, &grid, starts[k] + sshift, ends[k] + eshift)
            if status < 0:
                break
        status = spans_close(&batch, status)
    if status < 0:
        raise MemoryError("no memory for the values of one window")
