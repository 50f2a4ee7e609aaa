"""Columns of array tracks: chosen cells of an interval become one number, or fields of a table.

Payloads were checked, see array_records. First stage of a query: every interval is reduced to a
record (int64 start, int64 end, float64 value) of 24 packed bytes, which the window kernel of
records reads. Infinite cells are values; only NaN is missing.
Source: misha file format, array tracks; misha semantics, array slices.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

from misha_xr._ext.spans cimport (
    SPANS_BATCH,
    SPANS_CELLS,
    spans_batch,
    spans_close,
    spans_flush,
    spans_open,
    spans_push,
)

cdef enum:
    ROW = 24
    CELL = 8
    ROOM = 1 << 16


cdef struct Chosen:
    # Cells of the columns that count, copied one interval after another for the span reductions.
    unsigned char *cells
    int64_t used, room
    const int32_t *slots
    int64_t n_slots


cdef inline int64_t _int64(const unsigned char *at) noexcept nogil:
    cdef int64_t value
    memcpy(&value, at, 8)
    return value


cdef inline int64_t _uint32(const unsigned char *at) noexcept nogil:
    cdef uint32_t value
    memcpy(&value, at, 4)
    return value


cdef int _make_room(spans_batch *batch, Chosen *chosen, int64_t k) noexcept nogil:
    # Reduce what waits before its cells are overwritten or moved.
    cdef unsigned char *cells
    if batch.n < SPANS_BATCH and chosen.used + k <= chosen.room:
        return 0
    if spans_flush(batch) < 0:
        return -1
    chosen.used = 0
    if k <= chosen.room:
        return 0
    cells = <unsigned char *>realloc(chosen.cells, max(k, <int64_t>ROOM) * CELL)
    if cells == NULL:
        return -1
    chosen.cells = cells
    chosen.room = max(k, <int64_t>ROOM)
    batch.base = cells
    return 0


cdef int _push_chosen(
    spans_batch *batch, Chosen *chosen, const unsigned char *block
) noexcept nogil:
    cdef int64_t j, column, k = _uint32(block), begin
    if _make_room(batch, chosen, k) < 0:
        return -1
    begin = chosen.used
    for j in range(k):
        column = _uint32(block + 4 + j * CELL + 4)
        if column < chosen.n_slots and chosen.slots[column] >= 0:
            memcpy(chosen.cells + chosen.used * CELL, block + 4 + j * CELL, CELL)
            chosen.used += 1
    return spans_push(batch, begin * CELL, chosen.used - begin)


def reduce_columns(
    int func, double param, const unsigned char[::1] data, const int64_t[::1] payloads,
    const int64_t[::1] rows_at, const int64_t[::1] lo, const int64_t[::1] hi,
    const int32_t[::1] slots, double[::1] values, unsigned char[::1] out
):
    """Write one record per interval: rows [lo, hi) of each payload, one payload after another.

    payloads and rows_at are the byte offsets of the payload and of its first row. The cells of
    column c count where slots[c] >= 0; None: of all columns. `values` is scratch, one per interval.
    """
    cdef bint is_all = slots is None
    cdef const unsigned char *base = &data[0] if data.shape[0] else NULL
    cdef const unsigned char *block
    cdef const unsigned char *row
    cdef Chosen chosen = Chosen(NULL, 0, 0, NULL, 0)
    cdef spans_batch batch
    cdef int64_t p, i, k = 0
    cdef int status = 0
    if values.shape[0] == 0:
        return
    if not is_all:
        chosen.slots = &slots[0] if slots.shape[0] else NULL
        chosen.n_slots = slots.shape[0]
    with nogil:
        spans_open(&batch, func, param, SPANS_CELLS, 0, base, &values[0])
        for p in range(lo.shape[0]):
            for i in range(lo[p], hi[p]):
                row = base + rows_at[p] + i * ROW
                block = base + payloads[p] + _int64(row + 16)
                memcpy(&out[k * ROW], row, 16)
                k += 1
                if is_all:
                    status = spans_push(&batch, block + 4 - base, _uint32(block))
                else:
                    status = _push_chosen(&batch, &chosen, block)
                if status < 0:
                    break
            if status < 0:
                break
        status = spans_close(&batch, status)
        free(chosen.cells)
        for i in range(k):
            memcpy(&out[i * ROW + 16], &values[i], 8)
    if status < 0:
        raise MemoryError("no memory for the columns of one interval")


def gather_cells(
    const unsigned char[::1] data, int64_t first_code, const int64_t[::1] payloads,
    const int64_t[::1] rows_at, const int32_t[::1] codes, const int64_t[::1] items,
    const int32_t[::1] slots, double[:, :] out
):
    """Write the cells of interval items[s] of chromosome codes[s] into out[slots[column], s].

    Columns as in array_records.decode_values; cells that are absent are not written.
    """
    cdef int64_t s, j, c, column, n_slots = slots.shape[0]
    cdef const unsigned char *block
    cdef float value
    with nogil:
        for s in range(codes.shape[0]):
            c = codes[s] - first_code
            block = &data[0] + payloads[c] + _int64(&data[0] + rows_at[c] + items[s] * ROW + 16)
            for j in range(_uint32(block)):
                column = _uint32(block + 4 + j * CELL + 4)
                if column < n_slots and slots[column] >= 0:
                    memcpy(&value, block + 4 + j * CELL, 4)
                    out[slots[column], s] = value
