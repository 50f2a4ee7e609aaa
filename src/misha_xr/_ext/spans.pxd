"""Declarations of the span reductions in spans.h, shared by the window kernels."""

from libc.stdint cimport int64_t


cdef extern from "spans.h" nogil:
    int SPANS_FLOAT32, SPANS_FLOAT64, SPANS_RECORDS, SPANS_WIDE, SPANS_CELLS
    int SPANS_AVG, SPANS_SUM, SPANS_MIN, SPANS_MAX, SPANS_STDDEV
    int SPANS_SIZE, SPANS_EXISTS, SPANS_FIRST, SPANS_LAST, SPANS_QUANTILE, SPANS_NEAREST, SPANS_LSE
    int SPANS_FIRST_AT, SPANS_LAST_AT, SPANS_MIN_AT, SPANS_MAX_AT, SPANS_PICK, SPANS_PICK_AT
    int SPANS_COLLECT

    int SPANS_BATCH

    ctypedef struct spans_batch:
        const unsigned char *base
        int64_t n
        int64_t *at
        int64_t *count

    void spans_open(
        spans_batch *batch, int func, double param, int layout, int scattered,
        const unsigned char *base, double *out,
    ) noexcept
    void spans_supply(spans_batch *batch, const int64_t *extra, double *to) noexcept
    int spans_push(spans_batch *batch, int64_t at, int64_t count) noexcept
    int spans_flush(spans_batch *batch) noexcept
    int spans_close(spans_batch *batch, int status) noexcept
    void spans_copy(const unsigned char *span, int64_t n, int layout, double *out) noexcept
