"""Windows less a mask: the segments that remain, and values of segments put together again.

The mask is sorted and disjoint, its rows apart from each other; those of chromosome c are rows
[offsets[c], offsets[c + 1]). Source: misha semantics, filters of virtual tracks.
"""

from libc.math cimport NAN, exp, isinf, isnan, log, sqrt
from libc.stdint cimport int32_t, int64_t

COMBINED = {"avg": 0, "sum": 1, "min": 2, "max": 3, "first": 4, "last": 5, "lse": 6}

cdef enum:
    AVG = 0
    SUM = 1
    MIN = 2
    MAX = 3
    FIRST = 4
    LAST = 5
    LSE = 6


cdef inline int64_t _bisect(
    const int64_t[::1] ends, int64_t lo, int64_t hi, int64_t start
) noexcept nogil:
    cdef int64_t middle
    while lo < hi:
        middle = lo + (hi - lo) // 2
        if ends[middle] > start:
            hi = middle
        else:
            lo = middle + 1
    return lo


cdef inline int64_t _first_beyond(
    const int64_t[::1] ends, int64_t lo, int64_t hi, int64_t hint, int64_t start
) noexcept nogil:
    # First mask in [lo, hi) that ends after start; outward from the last answer.
    cdef int64_t stride = 1
    hint = min(max(hint, lo), hi)
    if hint > lo and ends[hint - 1] > start:
        return _bisect(ends, lo, hint - 1, start)
    while hint < hi and ends[hint] <= start:
        if hint + stride >= hi or ends[hint + stride] > start:
            return _bisect(ends, hint + 1, min(hint + stride, hi), start)
        hint += stride
        stride *= 2
    return hint


def count_segments(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] mask_starts, const int64_t[::1] mask_ends,
    int64_t[::1] first, int64_t[::1] counts,
):
    """Write of each window how many segments remain, and the first mask that ends after its start.

    A window that ends at or before its start has none.
    """
    cdef int64_t k, i, hi, at, n, hint = 0
    with nogil:
        for k in range(codes.shape[0]):
            hi = offsets[codes[k] + 1]
            hint = _first_beyond(mask_ends, offsets[codes[k]], hi, hint, starts[k])
            first[k] = hint
            n, at, i = 0, starts[k], hint
            while i < hi and mask_starts[i] < ends[k]:
                n += mask_starts[i] > at
                at = mask_ends[i]
                i += 1
            counts[k] = n + (at < ends[k])


def fill_segments(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] mask_starts, const int64_t[::1] mask_ends,
    const int64_t[::1] first, const int64_t[::1] counts,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write the segments of all windows, one after another."""
    cdef int64_t k, i, hi, at, left, stop, row = 0
    with nogil:
        for k in range(codes.shape[0]):
            at, i, left, hi = starts[k], first[k], counts[k], offsets[codes[k] + 1]
            while left > 0:
                stop = min(mask_starts[i], ends[k]) if i < hi else ends[k]
                if stop > at:
                    out_codes[row], out_starts[row], out_ends[row] = codes[k], at, stop
                    row += 1
                    left -= 1
                if i < hi:
                    at = mask_ends[i]
                    i += 1


cdef double _average(
    const int64_t[::1] lengths, const double[::1] values, int64_t lo, int64_t hi
) noexcept nogil:
    cdef double total = 0, weight = 0
    cdef int64_t i
    for i in range(lo, hi):
        if not isnan(values[i]):
            total += lengths[i] * values[i]
            weight += lengths[i]
    return total / weight if weight > 0 else NAN


cdef double _log_sum(const double[::1] values, int64_t lo, int64_t hi, double most) noexcept nogil:
    cdef double total = 0
    cdef int64_t i
    if isnan(most) or isinf(most):
        return most
    for i in range(lo, hi):
        if not isnan(values[i]):
            total += exp(values[i] - most)
    return most + log(total)


cdef inline double _joined(int func, double found, double value) noexcept nogil:
    # Fold one more value into what was found in the segments before.
    if isnan(value):
        return found
    if isnan(found) or func == LAST:
        return value
    if func == SUM:
        return found + value
    if func == MIN:
        return min(found, value)
    return max(found, value) if func == MAX or func == LSE else found


cdef double _combined(
    int func, const int64_t[::1] lengths, const double[::1] values, int64_t lo, int64_t hi
) noexcept nogil:
    cdef double found = NAN
    cdef int64_t i
    if hi - lo == 1:
        return values[lo]
    if func == AVG:
        return _average(lengths, values, lo, hi)
    for i in range(lo, hi):
        found = _joined(func, found, values[i])
    return _log_sum(values, lo, hi, found) if func == LSE else found


def combine(
    int func, const int64_t[::1] offsets, const int64_t[::1] lengths, const double[::1] values,
    double[::1] out,
):
    """Combine the values of segments [offsets[k], offsets[k + 1]) of each window k.

    avg weighs by length; NaN values are left out; windows without any give NaN.
    """
    cdef int64_t k
    with nogil:
        for k in range(out.shape[0]):
            out[k] = _combined(func, lengths, values, offsets[k], offsets[k + 1])


def choose(
    bint is_least, const int64_t[::1] offsets, const double[::1] values, const double[::1] places,
    double[::1] out,
):
    """Write the place that goes with the leftmost least or greatest value of each window."""
    cdef int64_t k, i
    cdef double best
    with nogil:
        for k in range(out.shape[0]):
            out[k] = best = NAN
            for i in range(offsets[k], offsets[k + 1]):
                if isnan(values[i]):
                    continue
                if isnan(best) or (values[i] < best if is_least else values[i] > best):
                    best, out[k] = values[i], places[i]


def combine_deviations(
    const int64_t[::1] offsets, const double[::1] sizes, const double[::1] means,
    const double[::1] deviations, double[::1] out,
):
    """Write the sample deviation of the values of all segments of each window (Chan's rule)."""
    cdef int64_t k, i
    cdef double n, mean, squares, apart
    with nogil:
        for k in range(out.shape[0]):
            if offsets[k + 1] - offsets[k] == 1:
                out[k] = deviations[offsets[k]]
                continue
            n = mean = squares = 0
            for i in range(offsets[k], offsets[k + 1]):
                if not sizes[i] > 0:
                    continue
                apart = means[i] - mean
                squares += apart * apart * n * (sizes[i] / (n + sizes[i]))
                if sizes[i] > 1:
                    squares += deviations[i] * deviations[i] * (sizes[i] - 1)
                n += sizes[i]
                mean += apart * (sizes[i] / n)
            out[k] = sqrt(squares / (n - 1)) if n > 1 else NAN


def deal(
    const int64_t[::1] offsets, const double[::1] sizes, const int64_t[::1] ranks,
    int64_t[::1] out,
):
    """Turn the number of a value in a window into its number in its segment; -1 in the others."""
    cdef int64_t k, i, rank
    with nogil:
        for k in range(ranks.shape[0]):
            rank = ranks[k]
            for i in range(offsets[k], offsets[k + 1]):
                out[i] = rank if 0 <= rank < sizes[i] else -1
                rank -= <int64_t>sizes[i]
