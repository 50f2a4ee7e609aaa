"""Bins of values, cells of several binned values, and what is counted or summed in them.

A cell is a number: that of the bin of the first value, times the number of bins of the second,
plus that of its bin, and so on; -1 is outside. Breaks are checked by the caller: at least two,
increasing, no NaN; there are fewer than 2**31 cells.
"""

from libc.stdint cimport int32_t, int64_t


cdef extern from "bins.h" nogil:
    int BINS_FEW

    void bins_count_above(
        const double *values, int64_t n, const double *breaks, int64_t m, int lowest,
        int64_t *above,
    ) noexcept
    void bins_ranks(
        const double *values, int64_t n, const double *breaks, int64_t m, int lowest,
        double per_unit, int32_t *ranks,
    ) noexcept


cdef extern from "moments.h" nogil:
    ctypedef struct moments:
        double n
        double n_nan
        double least
        double greatest
        double sum
        double squares


cdef enum:
    PIECE = 2048

FEW_BREAKS = BINS_FEW


def count_above(
    const double[::1] values, const double[::1] breaks, bint lowest, int64_t[::1] above
):
    """Add to above[j] how many values lie above break j; for few breaks.

    Bin k holds above[k] - above[k + 1] values.
    """
    if values.shape[0] == 0:
        return
    with nogil:
        bins_count_above(
            &values[0], values.shape[0], &breaks[0], breaks.shape[0], lowest, &above[0]
        )


def label_cells(
    const double[::1] values, const double[::1] breaks, bint lowest, bint clamp, double per_unit,
    int32_t[::1] cells,
):
    """Refine cells by the bins of one more value: cells = cells * n_bins + bin, -1 outside.

    With `clamp` values below the first bin count in it, those above the last in that; NaN stays
    outside.
    """
    cdef Py_ssize_t i, lo = 0, hi, n = values.shape[0]
    cdef int32_t ranks[PIECE]
    cdef int32_t bin, n_bins = breaks.shape[0] - 1
    with nogil:
        while lo < n:
            hi = min(lo + PIECE, n)
            bins_ranks(
                &values[lo], hi - lo, &breaks[0], n_bins + 1, lowest, per_unit, &ranks[0]
            )
            if clamp:
                for i in range(lo, hi):
                    bin = min(max(ranks[i - lo] - 1, 0), n_bins - 1)
                    bin = bin if values[i] == values[i] else -1
                    cells[i] = -1 if cells[i] < 0 or bin < 0 else cells[i] * n_bins + bin
            else:
                for i in range(lo, hi):
                    bin = ranks[i - lo] - 1
                    bin = -1 if bin >= n_bins else bin
                    cells[i] = -1 if (cells[i] | bin) < 0 else cells[i] * n_bins + bin
            lo = hi


def count_cells(const int32_t[::1] cells, int64_t[:, ::1] counts):
    """Add the cells to a pair of tables of counts (2, n_cells); the sum of both is the answer.

    Neighbouring steps often share a cell: with one table each would wait for the one before.
    """
    cdef Py_ssize_t i, n = cells.shape[0]
    with nogil:
        for i in range(n):
            if cells[i] >= 0:
                counts[i & 1, cells[i]] += 1


def summarize_cells(
    const int32_t[::1] cells, const double[::1] values, double[:, ::1] summaries
):
    """Add values to the summaries (n_cells, 6) of their cells, one by one.

    The sum of squared deviations grows by Welford's rule.
    """
    cdef Py_ssize_t i
    cdef moments *cell
    cdef double value, apart
    with nogil:
        for i in range(cells.shape[0]):
            if cells[i] < 0:
                continue
            cell = <moments *> &summaries[cells[i], 0]
            value = values[i]
            if value != value:
                cell.n_nan += 1
                continue
            if cell.n > 0:
                apart = value - cell.sum / cell.n
                cell.squares += apart * apart * (cell.n / (cell.n + 1))
            cell.n += 1
            cell.sum += value
            cell.least = min(cell.least, value)
            cell.greatest = max(cell.greatest, value)
