"""Intervals of equal cells: neighbouring steps that touch and share a cell become one.

Cells are int32, -1 for steps that belong nowhere; bins written are counted from 1.
"""

from libc.stdint cimport int32_t, int64_t


cdef inline int64_t _n_runs(const int32_t *cells, int64_t n) noexcept nogil:
    cdef int64_t i, count = n > 0 and cells[0] >= 0
    for i in range(1, n):
        count += (cells[i] != cells[i - 1]) & (cells[i] >= 0)
    return count


def count_equal_bins(
    const int32_t[::1] cells, const int64_t[::1] run_starts, const int64_t[::1] run_ends,
    int64_t step,
):
    """Count the intervals that fill_equal_bins may write: never too few."""
    cdef int64_t at = 0, n, count = 0
    cdef Py_ssize_t r
    with nogil:
        for r in range(run_starts.shape[0]):
            n = (run_ends[r] - 1) // step - run_starts[r] // step + 1
            count += _n_runs(&cells[at], n)
            at += n
    return count


def fill_equal_bins(
    const int32_t[::1] cells, const int32_t[::1] run_codes, const int64_t[::1] run_starts,
    const int64_t[::1] run_ends, int64_t step, int32_t[::1] out_codes, int64_t[::1] out_starts,
    int64_t[::1] out_ends, int64_t[::1] out_bins,
):
    """Write the joined intervals of fixed bins that share a cell.

    Runs are sorted and do not overlap; runs that touch are joined. Returns the number written.
    """
    cdef int64_t at = 0, n, i, first, start, count = 0
    cdef int32_t cell
    cdef Py_ssize_t r
    with nogil:
        for r in range(run_starts.shape[0]):
            first = run_starts[r] // step
            n = (run_ends[r] - 1) // step - first + 1
            i = 0
            while i < n:
                cell = cells[at + i]
                if cell < 0:
                    i += 1
                    continue
                start = max((first + i) * step, run_starts[r])
                i += 1
                while i < n and cells[at + i] == cell:
                    i += 1
                if (
                    count and start == out_ends[count - 1] and run_codes[r] == out_codes[count - 1]
                    and cell + 1 == out_bins[count - 1]
                ):
                    count -= 1
                else:
                    out_codes[count] = run_codes[r]
                    out_starts[count] = start
                    out_bins[count] = cell + 1
                out_ends[count] = min((first + i) * step, run_ends[r])
                count += 1
            at += n
    return count


def count_equal_steps(
    const int32_t[::1] cells, const int32_t[::1] codes, const int64_t[::1] starts,
    const int64_t[::1] ends,
):
    """Count the intervals that fill_equal_steps writes."""
    cdef Py_ssize_t i, n = cells.shape[0]
    cdef int64_t count = n > 0 and cells[0] >= 0
    cdef bint joins
    with nogil:
        for i in range(1, n):
            joins = (
                (codes[i] == codes[i - 1]) & (starts[i] == ends[i - 1])
                & (cells[i] == cells[i - 1])
            )
            count += (cells[i] >= 0) & (not joins)
    return count


def fill_equal_steps(
    const int32_t[::1] cells, const int32_t[::1] codes, const int64_t[::1] starts,
    const int64_t[::1] ends, int32_t[::1] out_codes, int64_t[::1] out_starts,
    int64_t[::1] out_ends, int64_t[::1] out_bins,
):
    """Write the joined intervals of the steps that share a cell; they do not overlap.

    Returns the number written.
    """
    cdef Py_ssize_t i
    cdef int64_t last = -1
    with nogil:
        for i in range(cells.shape[0]):
            if cells[i] < 0:
                continue
            if (
                last >= 0 and codes[i] == out_codes[last] and starts[i] == out_ends[last]
                and cells[i] + 1 == out_bins[last]
            ):
                out_ends[last] = ends[i]
                continue
            last += 1
            out_codes[last] = codes[i]
            out_starts[last] = starts[i]
            out_ends[last] = ends[i]
            out_bins[last] = cells[i] + 1
    return last + 1
