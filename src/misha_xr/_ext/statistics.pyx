"""Statistics of blocks of values, and the intervals where a mask is true.

A summary is six float64 numbers: values that are not NaN, NaN values, least, greatest, sum, and
the sum of squared deviations from the mean. Infinities are values. Blocks and summaries that
are joined in the same order give the same bits.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.string cimport memcpy


cdef extern from "moments.h" nogil:
    ctypedef struct moments:
        double n
        double n_nan
        double least
        double greatest
        double sum
        double squares

    void moments_add(moments *total, const double *values, int64_t n) noexcept
    void moments_join(moments *into, const moments *piece) noexcept


cdef extern from * nogil:
    """
    #define first_byte_set(word) (__builtin_ctzll(word) >> 3)
    #define n_bytes_set(word) __builtin_popcountll(word)
    """
    int first_byte_set(uint64_t word) noexcept
    int n_bytes_set(uint64_t word) noexcept


def start_summary(double[::1] summary):
    """Set a summary (float64, 6) to that of no values."""
    summary[:] = 0
    summary[2] = INFINITY
    summary[3] = -INFINITY


def add_to_summary(double[::1] summary, const double[::1] values):
    """Add a block of values to a summary (float64, 6)."""
    if values.shape[0] == 0:
        return
    with nogil:
        moments_add(<moments *> &summary[0], &values[0], values.shape[0])


def join_summaries(double[::1] summary, const double[::1] later):
    """Add the values of a later summary to a summary (float64, 6)."""
    moments_join(<moments *> &summary[0], <const moments *> &later[0])


def summarize_runs(
    const double[::1] values, const int64_t[::1] offsets, double[:, ::1] summaries
):
    """Write summaries[k], that of values[offsets[k]:offsets[k + 1]]."""
    cdef Py_ssize_t k
    cdef moments *run
    with nogil:
        for k in range(summaries.shape[0]):
            run = <moments *> &summaries[k, 0]
            run.n = run.n_nan = run.sum = run.squares = 0
            run.least, run.greatest = INFINITY, -INFINITY
            moments_add(run, &values[0] + offsets[k], offsets[k + 1] - offsets[k])


def join_rows(double[:, ::1] summaries, const int64_t[::1] rows, const double[:, ::1] later):
    """Add later[k] to summaries[rows[k]], in order."""
    cdef Py_ssize_t k
    with nogil:
        for k in range(rows.shape[0]):
            moments_join(<moments *> &summaries[rows[k], 0], <const moments *> &later[k, 0])


# A mask byte is 0 or 1. In a word of eight, `word ^ (word << 8 | before)` marks the bytes that
# differ from their left neighbour: most words of a mask have none and cost one test.

cdef inline uint64_t _word(const unsigned char *mask, int64_t n) noexcept nogil:
    # The next eight bytes; past the end the last byte repeats, which is no change.
    cdef uint64_t word = 0
    cdef int64_t i
    if n >= 8:
        memcpy(&word, mask, 8)
        return word
    for i in range(8):
        word |= <uint64_t> mask[min(i, n - 1)] << (8 * i)
    return word


cdef int64_t _n_rises(const unsigned char *mask, int64_t n) noexcept nogil:
    cdef uint64_t word, before = 0
    cdef int64_t i, count = 0
    for i in range(0, n, 8):
        word = _word(mask + i, n - i)
        count += n_bytes_set(word & ~(word << 8 | before))
        before = word >> 56
    return count


def count_true_bins(
    const unsigned char[::1] mask, const int64_t[::1] run_starts, const int64_t[::1] run_ends,
    int64_t step,
):
    """Count the intervals that fill_true_bins may write: never too few."""
    cdef int64_t at = 0, n, count = 0
    cdef Py_ssize_t r
    with nogil:
        for r in range(run_starts.shape[0]):
            n = (run_ends[r] - 1) // step - run_starts[r] // step + 1
            count += _n_rises(&mask[at], n)
            at += n
    return count


def fill_true_bins(
    const unsigned char[::1] mask, const int32_t[::1] run_codes,
    const int64_t[::1] run_starts, const int64_t[::1] run_ends, int64_t step,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write the joined intervals of the fixed bins where the mask (0 or 1) is true.

    Runs are sorted and do not overlap; runs that touch are joined. Returns the number written.
    """
    cdef int64_t at = 0, n, i, k, count = 0, first, start
    cdef uint64_t word, change, before
    cdef Py_ssize_t r
    cdef bint is_open
    with nogil:
        for r in range(run_starts.shape[0]):
            first = run_starts[r] // step
            n = (run_ends[r] - 1) // step - first + 1
            is_open, before = False, 0
            for i in range(0, n, 8):
                word = _word(&mask[at + i], n - i)
                change = word ^ (word << 8 | before)
                before = word >> 56
                while change:
                    k = first + i + first_byte_set(change)
                    change &= change - 1
                    if is_open:
                        out_ends[count] = k * step
                        count += 1
                    else:
                        start = max(k * step, run_starts[r])
                        if (
                            count and start == out_ends[count - 1]
                            and run_codes[r] == out_codes[count - 1]
                        ):
                            count -= 1
                        else:
                            out_codes[count] = run_codes[r]
                            out_starts[count] = start
                    is_open = not is_open
            if is_open:
                out_ends[count] = run_ends[r]
                count += 1
            at += n
    return count


def count_true_steps(
    const unsigned char[::1] mask, const int32_t[::1] codes, const int64_t[::1] starts,
    const int64_t[::1] ends,
):
    """Count the intervals that fill_true_steps may write: never too few."""
    cdef Py_ssize_t i, n = mask.shape[0]
    cdef int64_t count = n > 0 and mask[0]
    cdef bint joins
    with nogil:
        for i in range(1, n):
            joins = (
                (codes[i] == codes[i - 1]) & (starts[i - 1] <= starts[i])
                & (starts[i] <= ends[i - 1])
            )
            count += mask[i] & ~(mask[i - 1] & joins)
    return count


def fill_true_steps(
    const unsigned char[::1] mask, const int32_t[::1] codes, const int64_t[::1] starts,
    const int64_t[::1] ends, int32_t[::1] out_codes, int64_t[::1] out_starts,
    int64_t[::1] out_ends,
):
    """Write the joined intervals of the steps where the mask (0 or 1) is true.

    A true step joins the interval before it when they touch or overlap. Returns the number
    written.
    """
    cdef Py_ssize_t i
    cdef int64_t last = -1
    with nogil:
        for i in range(mask.shape[0]):
            if not mask[i]:
                continue
            if (
                last >= 0 and codes[i] == out_codes[last]
                and out_starts[last] <= starts[i] <= out_ends[last]
            ):
                out_ends[last] = max(out_ends[last], ends[i])
            else:
                last += 1
                out_codes[last] = codes[i]
                out_starts[last] = starts[i]
                out_ends[last] = ends[i]
    return last + 1
