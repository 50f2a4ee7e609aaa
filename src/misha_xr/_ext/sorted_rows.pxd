"""Sorted intervals as columns, and where a row meets them, shared by the kernels of intervals."""

from libc.stdint cimport int32_t, int64_t

cdef struct rows_of:
    const int32_t *codes
    const int64_t *starts
    const int64_t *ends
    int64_t n


cdef inline rows_of rows_from(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends
) noexcept nogil:
    cdef rows_of rows
    rows.n = codes.shape[0]
    rows.codes, rows.starts, rows.ends = NULL, NULL, NULL
    if rows.n:
        rows.codes, rows.starts, rows.ends = &codes[0], &starts[0], &ends[0]
    return rows


cdef inline int64_t skip_before(
    const rows_of *b, int64_t first, int32_t code, int64_t start
) noexcept nogil:
    """Move on to the first interval of b that does not end before a row."""
    while first < b.n and (
        b.codes[first] < code or (b.codes[first] == code and b.ends[first] <= start)
    ):
        first += 1
    return first


cdef inline bint is_met(const rows_of *b, int64_t k, int32_t code, int64_t end) noexcept nogil:
    return k < b.n and b.codes[k] == code and b.starts[k] < end


cdef inline int64_t stop_after(
    const rows_of *b, int64_t first, int32_t code, int64_t end
) noexcept nogil:
    """First interval of b from `first` on that a row does not reach: in doubling steps."""
    cdef int64_t step = 1, lo = first, hi, middle
    if not is_met(b, first, code, end):
        return first
    while is_met(b, lo + step, code, end):
        lo += step
        step *= 2
    hi = min(lo + step, b.n)
    while hi - lo > 1:
        middle = lo + (hi - lo) // 2
        if is_met(b, middle, code, end):
            lo = middle
        else:
            hi = middle
    return hi
