"""Order statistics: exact selection by counting leading bits of values, and quantiles of runs.

The key of a value is its bits as a whole number that sorts as values do; -0.0 counts as 0.0 and
NaN has none. A stretch of keys is named by its leading bits, the prefix. Counting by prefix needs
no values in memory: each reading of the data narrows the stretch that a rank lies in.
"""

from libc.math cimport INFINITY, NAN, isinf
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy


cdef extern from "spans.h" nogil:
    void spans_select(
        double *values, double *spare, int64_t n, int64_t k, double *at_k, double *above
    ) noexcept


cdef inline uint64_t _key(double value) noexcept nogil:
    cdef uint64_t bits
    value = value + 0.0
    memcpy(&bits, &value, 8)
    return bits ^ ((<uint64_t> ((<int64_t> bits) >> 63)) | <uint64_t> 1 << 63)


cdef inline int64_t _find(
    uint64_t prefix, uint32_t top, const uint64_t[::1] prefixes, const int32_t[::1] first
) noexcept nogil:
    # The prefixes whose leading 16 bits are `top` are numbers first[top] to first[top + 1].
    cdef int64_t lo = first[top], hi = first[top + 1], middle
    while lo < hi:
        middle = (lo + hi) // 2
        if prefixes[middle] < prefix:
            lo = middle + 1
        else:
            hi = middle
    return lo if lo < first[top + 1] and prefixes[lo] == prefix else -1


def count_keys(const double[::1] values, uint32_t[:, ::1] counts):
    """Add the leading 16 bits of the keys to a pair of tables (2, 65536); their sum counts.

    Neighbours often share their leading bits: with one table each would wait for the one before.
    A table holds less than 2**32 values.
    """
    cdef Py_ssize_t i, n = values.shape[0]
    with nogil:
        for i in range(n):
            if values[i] == values[i]:
                counts[i & 1, _key(values[i]) >> 48] += 1


def narrow_keys(
    const double[::1] values, int shift, int bits, const uint64_t[::1] prefixes,
    const int32_t[::1] first, int64_t[:, ::1] counts, uint64_t[:, ::1] extent,
):
    """Count, for keys whose bits above `shift` are a prefix, their next `bits` bits.

    counts is (n_prefixes, 2**bits); extent (n_prefixes, 2) holds the conjunction and the
    disjunction of the keys: equal ones say that there is but one value.
    """
    cdef Py_ssize_t i, n = values.shape[0]
    cdef uint64_t key, mask = (<uint64_t> 1 << bits) - 1
    cdef int64_t k
    with nogil:
        for i in range(n):
            if values[i] != values[i]:
                continue
            key = _key(values[i])
            if first[key >> 48] == first[(key >> 48) + 1]:
                continue
            k = _find(key >> shift, key >> 48, prefixes, first)
            if k >= 0:
                counts[k, key >> (shift - bits) & mask] += 1
                extent[k, 0] &= key
                extent[k, 1] |= key


def collect_keys(
    const double[::1] values, int shift, const uint64_t[::1] prefixes, const int32_t[::1] first,
    double[::1] out,
):
    """Copy the values whose keys have one of the prefixes; returns how many. None are NaN."""
    cdef Py_ssize_t i, n = values.shape[0], count = 0
    cdef uint64_t key
    with nogil:
        for i in range(n):
            if values[i] != values[i]:
                continue
            key = _key(values[i])
            if first[key >> 48] == first[(key >> 48) + 1]:
                continue
            if _find(key >> shift, key >> 48, prefixes, first) >= 0:
                out[count] = values[i]
                count += 1
    return count


def count_numbers(const double[::1] values):
    """Return how many values are not NaN."""
    cdef Py_ssize_t i, count = 0
    with nogil:
        for i in range(values.shape[0]):
            count += values[i] == values[i]
    return count


cdef inline double _between(double low, double high, double part) noexcept nogil:
    if not part > 0 or low == high:
        return low
    if isinf(low) or isinf(high):
        return low + high
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)


def interpolate(const double[::1] low, const double[::1] high, const double[::1] part,
                double[::1] out):
    """Write the values that lie a part of the way from low to high, rounded as numpy does."""
    cdef Py_ssize_t i
    with nogil:
        for i in range(out.shape[0]):
            out[i] = _between(low[i], high[i], part[i]) + 0.0


def quantiles_of_runs(
    const double[::1] values, const int64_t[::1] offsets, const double[::1] q, double[:, ::1] out
):
    """Write out[k, j]: quantile q[j] of values[offsets[k]:offsets[k + 1]], NaN skipped.

    Linear interpolation at rank q * (n - 1). Returns False when there is no memory.
    """
    cdef Py_ssize_t i, j, k
    cdef int64_t n, at, longest = 1
    cdef double rank, low, high
    cdef double *scratch
    with nogil:
        for k in range(out.shape[0]):
            longest = max(longest, offsets[k + 1] - offsets[k])
        scratch = <double *> malloc(2 * longest * sizeof(double))
        if scratch != NULL:
            for k in range(out.shape[0]):
                for j in range(q.shape[0]):
                    n = 0
                    for i in range(offsets[k], offsets[k + 1]):
                        scratch[n] = values[i]
                        n += values[i] == values[i]
                    if n == 0:
                        out[k, j] = NAN
                        continue
                    rank = q[j] * (n - 1)
                    at = min(<int64_t> rank, n - 1)
                    low = high = INFINITY
                    spans_select(scratch, scratch + n, n, at, &low, &high)
                    high = low if at + 1 >= n else high
                    out[k, j] = _between(low, high, rank - at) + 0.0
            free(scratch)
    return scratch != NULL
