"""Weighted means of bins in sliding windows, row by row.

A sum over a window of L bins is the sum of two parts that meet at a multiple of L: one that runs
backwards up to it and one that runs forwards from it. Nothing is ever subtracted, so nothing drifts
and the cost does not depend on L. Triangular weights are such a sum taken twice.
Source: misha query semantics, smoothing.
"""

from libc.math cimport NAN, isnan
from libc.stdint cimport int64_t
from libc.stdlib cimport free, malloc


cdef void _box(
    const double *values, int64_t n, int64_t length, double *backward, double *out
) noexcept nogil:
    """Write out[i] = values[i] + ... + values[i + length - 1] for i in [0, n - length]."""
    cdef int64_t i, stop
    cdef double total = 0
    for i in range(n - 1, -1, -1):
        total = values[i] if i % length == length - 1 else total + values[i]
        backward[i] = total
    for i in range(n - length + 1):
        stop = i + length - 1
        if i % length == 0:
            out[i] = backward[i]
        else:
            total = values[stop] if stop % length == 0 else total + values[stop]
            out[i] = backward[i] + total


cdef void _spread(
    double *padded, int64_t n, int64_t half, bint is_ramp, double *scratch, double *out
) noexcept nogil:
    """Write the weighted sums around n values that lie behind `half` zeros, and before as many."""
    cdef int64_t total = n + 2 * half
    if not is_ramp:
        _box(padded, total, 2 * half + 1, scratch, out)
        return
    # The second box reads what the first wrote; `out` has room for both lengths.
    _box(padded, total, half + 1, scratch, out)
    _box(out, total - half, half + 1, scratch, padded)
    for total in range(n):
        out[total] = padded[total]


cdef void _near(
    const double *values, int64_t n, int64_t half, bint is_ramp, double *sums, double *weights
) noexcept nogil:
    """Do the same one by one: for rows much shorter than their windows."""
    cdef int64_t i, j
    cdef double weight
    for i in range(n):
        sums[i] = weights[i] = 0
        for j in range(max(i - half, 0), min(i + half + 1, n)):
            if not isnan(values[j]):
                weight = <double>(half + 1 - (i - j if i > j else j - i)) if is_ramp else 1.0
                sums[i] += weight * values[j]
                weights[i] += weight


cdef void _far(
    const double *values, int64_t n, int64_t half, bint is_ramp, double *padded, double *scratch,
    double *sums, double *weights
) noexcept nogil:
    cdef int64_t i, total = n + 2 * half
    for i in range(total):
        padded[i] = 0
    for i in range(n):
        padded[half + i] = 0 if isnan(values[i]) else values[i]
    _spread(padded, n, half, is_ramp, scratch, sums)
    for i in range(total):
        padded[i] = 0
    for i in range(n):
        padded[half + i] = not isnan(values[i])
    _spread(padded, n, half, is_ramp, scratch, weights)


def smooth_rows(
    const double[::1] values, const int64_t[::1] offsets, int64_t half, bint is_ramp,
    double least_weight, bint fills_gaps, double[::1] out,
):
    """Write the weighted mean around each value, row after row; NaN where there is too little.

    Row r is values[offsets[r]:offsets[r + 1]]. What is missing stays so unless gaps are filled.
    """
    cdef int64_t r, i, n, room = 0, n_rows = offsets.shape[0] - 1
    cdef const double *row
    cdef double *memory
    cdef double *sums
    cdef double *weights
    for r in range(n_rows):
        room = max(room, offsets[r + 1] - offsets[r])
    room += 2 * half + 1
    memory = <double *>malloc(4 * room * sizeof(double))
    if memory == NULL:
        raise MemoryError("no memory for the values of one row")
    sums, weights = memory, memory + room
    with nogil:
        for r in range(n_rows):
            n = offsets[r + 1] - offsets[r]
            if n == 0:
                continue
            row = &values[offsets[r]]
            if n * min(n, 2 * half + 1) <= 8 * (n + 2 * half):
                _near(row, n, half, is_ramp, sums, weights)
            else:
                _far(
                    row, n, half, is_ramp, memory + 2 * room, memory + 3 * room, sums, weights)
            for i in range(n):
                if weights[i] <= 0 or weights[i] < least_weight or (
                    not fills_gaps and isnan(row[i])
                ):
                    out[offsets[r] + i] = NAN
                else:
                    out[offsets[r] + i] = sums[i] / weights[i]
        free(memory)
