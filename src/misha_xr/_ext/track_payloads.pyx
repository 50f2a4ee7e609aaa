"""Payloads of 1D tracks, of many chromosomes one after another, as they come piece by piece.

A payload begins with a word of 4 bytes: the bin size, or the signature of sparse tracks. Words of a
dense payload are aligned, records of a sparse one are not and are stored through memcpy.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memcpy

cdef enum:
    WIDTH = 20
    SPARSE = -1

# What `check_rows` found; the callers turn these into words.
FINE = 0
WRONG_CODE = 1
NEGATIVE_START = 2
EMPTY_ROW = 3
BEYOND_END = 4
UNSORTED = 5
OVERLAP = 6


cdef inline uint32_t _word(const float *value) noexcept nogil:
    """The bits of a value, with one pattern for every NaN."""
    cdef uint32_t bits
    memcpy(&bits, value, 4)
    return 0x7FC00000u if (bits & 0x7FFFFFFFu) > 0x7F800000u else bits


cdef void _copy(const float *values, int64_t n, uint32_t *out) noexcept nogil:
    cdef int64_t i
    for i in range(n):
        out[i] = _word(values + i)


def pack_bins(
    const float[::1] values, const int64_t[::1] n_bins, int64_t code, int64_t first_bin,
    uint32_t bin_size, uint32_t[::1] out
):
    """Write bins from `first_bin` of chromosome `code` on, and a bin size before each bin 0.

    n_bins[c] > 0. The caller guarantees that so many bins follow, and len(out) words: one per value
    and one per bin 0 among them.
    """
    cdef int64_t k = 0, at = 0, m, n = values.shape[0]
    with nogil:
        while k < n:
            if first_bin == 0:
                out[at] = bin_size
                at += 1
            m = n_bins[code] - first_bin
            if m > n - k:
                m = n - k
            _copy(&values[k], m, &out[at])
            k += m
            at += m
            code += 1
            first_bin = 0


cdef int _row_fault(
    int64_t code, int64_t start, int64_t end, const int64_t[::1] sizes, int64_t last_code,
    int64_t last_start, int64_t last_end
) noexcept nogil:
    if code < 0 or code >= sizes.shape[0]:
        return 1
    if start < 0:
        return 2
    if start >= end:
        return 3
    if end > sizes[code]:
        return 4
    if code < last_code or (code == last_code and start < last_start):
        return 5
    if code == last_code and start < last_end:
        return 6
    return 0


def check_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] sizes, int64_t last_code, int64_t last_start, int64_t last_end
):
    """Return (row, fault) of the first row that breaks a rule, or (-1, FINE).

    Rows are sorted and disjoint, and lie behind the last row before them, if last_code >= 0.
    """
    cdef int64_t k
    cdef int fault = 0
    with nogil:
        for k in range(codes.shape[0]):
            fault = _row_fault(
                codes[k], starts[k], ends[k], sizes, last_code, last_start, last_end
            )
            if fault != 0:
                break
            last_code, last_start, last_end = codes[k], starts[k], ends[k]
    if fault == 0:
        return -1, 0
    return k, fault


def pack_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const float[::1] values, int64_t last_code, unsigned char[::1] out
):
    """Write records, and the signature of every chromosome behind `last_code` before its first.

    Chromosomes without rows get theirs too. The caller has checked the rows, and guarantees
    len(out) == 20 * rows + 4 * (last code - last_code).
    """
    cdef int64_t k, at = 0
    cdef int32_t signature = SPARSE
    cdef uint32_t word
    with nogil:
        for k in range(codes.shape[0]):
            while last_code < codes[k]:
                memcpy(&out[at], &signature, 4)
                at += 4
                last_code += 1
            word = _word(&values[k])
            memcpy(&out[at], &starts[k], 8)
            memcpy(&out[at + 8], &ends[k], 8)
            memcpy(&out[at + 16], &word, 4)
            at += WIDTH
