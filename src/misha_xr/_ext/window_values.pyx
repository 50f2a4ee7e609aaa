"""Dense bins laid out along windows: one float32 for each position, missing values filled.

Position j of a window covers the bases [start + j * step, start + (j + 1) * step), cut at the ends
of its chromosome. Its value is the mean, without missing ones, of the bins that share a base with
it; none: the fill. Windows on the minus strand are written backwards.
"""

from libc.math cimport isfinite
from libc.stdint cimport int32_t, int64_t
from libc.string cimport memcpy

cdef enum:
    WIDTH = 4


cdef inline float _load(const unsigned char* values, int64_t k) noexcept nogil:
    cdef float value
    memcpy(&value, values + WIDTH * k, sizeof(float))
    return value


cdef inline float _mean(
    const unsigned char* values, int64_t first, int64_t last, float fill
) noexcept nogil:
    """Mean of the bins first to last, both included."""
    cdef double total = 0
    cdef int64_t k, n = 0
    cdef float value
    for k in range(first, last + 1):
        value = _load(values, k)
        if isfinite(value):
            total += value
            n += 1
    return <float>(total / n) if n else fill


cdef inline void _put(
    float* out, int64_t n, int64_t lo, int64_t hi, bint is_minus, float value
) noexcept nogil:
    """Write the positions [lo, hi) of n."""
    cdef int64_t j
    if is_minus:
        lo, hi = n - hi, n - lo
    for j in range(lo, hi):
        out[j] = value


cdef void _by_base(
    const unsigned char* values, int64_t bin_size, int64_t size, int64_t start, int64_t n,
    bint is_minus, float fill, float* out,
) noexcept nogil:
    """One base for each position: runs of equal values, a bin each."""
    cdef int64_t j = 0 if start >= 0 else min(-start, n), stop, bin, end = min(n, size - start)
    cdef float value
    _put(out, n, 0, j, is_minus, fill)
    while j < end:
        bin = (start + j) // bin_size
        stop = min((bin + 1) * bin_size - start, end)
        value = _load(values, bin)
        _put(out, n, j, stop, is_minus, value if isfinite(value) else fill)
        j = stop
    _put(out, n, j, n, is_minus, fill)


cdef void _by_step(
    const unsigned char* values, int64_t bin_size, int64_t size, int64_t start, int64_t n,
    int64_t step, bint is_minus, float fill, float* out,
) noexcept nogil:
    cdef int64_t j, lo, hi
    cdef float value
    for j in range(n):
        lo, hi = max(start + j * step, 0), min(start + (j + 1) * step, size)
        value = fill
        if lo < hi:
            value = _mean(values, lo // bin_size, (hi - 1) // bin_size, fill)
        out[n - 1 - j if is_minus else j] = value


def gather_bins(
    const unsigned char[::1] data, int64_t header, int64_t first_code,
    const int64_t[::1] offsets, const int64_t[::1] lengths, int64_t bin_size,
    const int64_t[::1] sizes, const int64_t[::1] rows, const int32_t[::1] codes,
    const int64_t[::1] starts, const unsigned char[::1] is_minus, int64_t step,
    float fill, int64_t layer, float[:, :, ::1] out,
):
    """Write out[row, layer, :] for every row of ``rows``.

    The payload of chromosome c begins at offsets[c - first_code] and has lengths[c - first_code]
    bytes, header included; 0: no data. The caller has checked that payloads have one value for
    each bin and that rows lie on chromosomes of this table.
    """
    cdef int64_t k, row, at, n = out.shape[2]
    cdef const unsigned char* values
    cdef float* here
    if n == 0 or rows.shape[0] == 0:
        return
    with nogil:
        for k in range(rows.shape[0]):
            row = rows[k]
            at = codes[row] - first_code
            here = &out[row, layer, 0]
            if lengths[at] <= header:
                _put(here, n, 0, n, False, fill)
                continue
            values = &data[0] + offsets[at] + header
            if step == 1:
                _by_base(values, bin_size, sizes[codes[row]], starts[row], n, is_minus[row], fill,
                         here)
            else:
                _by_step(values, bin_size, sizes[codes[row]], starts[row], n, step, is_minus[row],
                         fill, here)
