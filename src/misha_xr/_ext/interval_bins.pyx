"""Values of intervals gathered in bins: weights, sums, maxima, counts.

Row k covers [starts[k], ends[k]) of chromosome codes[k], inside it. Bin b of chromosome c has
number offsets[c] + b; looked at are the bins first, first + 1, ... that the outputs hold. A row
adds to each bin that it shares a base with; rows are taken in order, so that sums are reproducible.
"""

from libc.stdint cimport int32_t, int64_t


cdef inline int64_t _lowest(
    int64_t offset, int64_t start, int64_t size, int64_t first
) noexcept nogil:
    cdef int64_t lo = offset + start // size
    return lo if lo > first else first


cdef inline int64_t _behind(int64_t offset, int64_t end, int64_t size, int64_t stop) noexcept nogil:
    cdef int64_t hi = offset + (end - 1) // size + 1
    return hi if hi < stop else stop


cdef inline int64_t _overlap(
    int64_t start, int64_t end, int64_t begin, int64_t size
) noexcept nogil:
    return (end if end < begin + size else begin + size) - (start if start > begin else begin)


def add_overlaps(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const double[::1] values, const int64_t[::1] offsets, int64_t size, int64_t first,
    double[::1] weights, double[::1] sums
):
    """Add overlaps (in bases) to weights, and values times overlaps to sums."""
    cdef int64_t k, b, offset, w
    with nogil:
        for k in range(codes.shape[0]):
            offset = offsets[codes[k]]
            for b in range(
                _lowest(offset, starts[k], size, first),
                _behind(offset, ends[k], size, first + weights.shape[0]),
            ):
                w = _overlap(starts[k], ends[k], (b - offset) * size, size)
                weights[b - first] += w
                sums[b - first] += values[k] * w


def raise_maxima(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const double[::1] values, const int64_t[::1] offsets, int64_t size, int64_t first,
    double[::1] maxima
):
    """Raise maxima to the values of the rows; they begin with minus infinity."""
    cdef int64_t k, b, offset
    with nogil:
        for k in range(codes.shape[0]):
            offset = offsets[codes[k]]
            for b in range(
                _lowest(offset, starts[k], size, first),
                _behind(offset, ends[k], size, first + maxima.shape[0]),
            ):
                if values[k] > maxima[b - first]:
                    maxima[b - first] = values[k]


def count_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, int64_t size, int64_t first, int64_t[::1] counts
):
    """Add one to the counts of the bins of each row."""
    cdef int64_t k, b, offset
    with nogil:
        for k in range(codes.shape[0]):
            offset = offsets[codes[k]]
            for b in range(
                _lowest(offset, starts[k], size, first),
                _behind(offset, ends[k], size, first + counts.shape[0]),
            ):
                counts[b - first] += 1


def list_overlaps(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, int64_t size, int64_t first, int64_t n_bins,
    int64_t[::1] rows, int64_t[::1] bins, int64_t[::1] overlaps
):
    """Write row, bin (from 0) and overlap of every pair, in the order of the rows.

    The caller guarantees that so many pairs, the sum of `count_rows`, fit.
    """
    cdef int64_t k, b, offset, at = 0
    with nogil:
        for k in range(codes.shape[0]):
            offset = offsets[codes[k]]
            for b in range(
                _lowest(offset, starts[k], size, first),
                _behind(offset, ends[k], size, first + n_bins),
            ):
                rows[at] = k
                bins[at] = b - first
                overlaps[at] = _overlap(starts[k], ends[k], (b - offset) * size, size)
                at += 1
