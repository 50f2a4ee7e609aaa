"""Means of dense bins in steps of many regions, gathered into the rows of a matrix.

A region is width bases from starts[k] on, cut into steps from its left end, or from its right end
where it is reversed; the last step is shorter if need be. Step j of region k goes to
out[rows[k], j] with the value of the function "avg" in that window: every bin that shares a base
with it counts once, NaN and infinities are missing. NaN: no value, or no base of the chromosome.
"""

from libc.stdint cimport int32_t, int64_t

ctypedef fused real:
    float
    double

cdef extern from *:
    """
    #include "spans.h"

    /* The values of one chromosome: bins present, bases of a bin and of the chromosome. */
    typedef struct {
        const unsigned char *base;
        int64_t n_bins, bin_size, size;
    } gather_payload;

    /* Where results go: value i of the row, counted backward if reversed. */
    typedef struct {
        void *row;
        int64_t first, sign;
    } gather_target;

    LANES_INLINE void gather_store(const gather_target *to, int64_t i, double value, int is_wide) {
        const int64_t at = to->first + to->sign * i;
        if (is_wide) ((double *)to->row)[at] = value;
        else ((float *)to->row)[at] = (float)value;
    }

    /* Any window: cut at the ends of the chromosome and of the bins that are there. */
    LANES_INLINE double gather_one(const gather_payload *from, int64_t start, int64_t end,
                                   int layout) {
        const int64_t item = layout == SPANS_FLOAT64 ? 8 : 4;
        if (start < 0) start = 0;
        if (end > from->size) end = from->size;
        if (start >= end) return NAN;
        const int64_t first = start / from->bin_size;
        int64_t stop = (end - 1) / from->bin_size + 1;
        if (stop > from->n_bins) stop = from->n_bins;
        return stop <= first ? NAN
                             : spans_mean(from->base + first * item, stop - first, layout);
    }

    /* n whole steps from base start on, all of them inside the bins. Quotients and remainders
     * advance by constants, which spares two divisions a step. */
    LANES_INLINE void gather_inner(const gather_payload *from, int64_t start, int64_t step,
                                   int64_t i, int64_t n, const gather_target *to, int layout,
                                   int is_wide) {
        const int64_t item = layout == SPANS_FLOAT64 ? 8 : 4, size = from->bin_size;
        const int64_t quotient = step / size, rest = step % size;
        int64_t first = start / size, first_rest = start % size;
        int64_t last = (start + step - 1) / size, last_rest = (start + step - 1) % size;
        if (rest == 0 && first == last) {
            for (; n > 0; n--, i++, first++) {
                const double value = spans_value(from->base + first * item, 0, layout);
                gather_store(to, i, spans_is_value(value, layout) ? value : NAN, is_wide);
            }
            return;
        }
        if (step == 1) {  /* runs of one value, as long as a bin */
            for (; n > 0; first++, first_rest = 0) {
                const double value = spans_value(from->base + first * item, 0, layout);
                const double stored = spans_is_value(value, layout) ? value : NAN;
                const int64_t run = n < size - first_rest ? n : size - first_rest;
                for (int64_t k = 0; k < run; k++) gather_store(to, i + k, stored, is_wide);
                i += run;
                n -= run;
            }
            return;
        }
        for (; n > 0; n--, i++) {
            const unsigned char *span = from->base + first * item;
            gather_store(to, i, spans_mean(span, last - first + 1, layout), is_wide);
            first_rest += rest;
            first += quotient + (first_rest >= size);
            first_rest -= first_rest >= size ? size : 0;
            last_rest += rest;
            last += quotient + (last_rest >= size);
            last_rest -= last_rest >= size ? size : 0;
        }
    }

    LANES_INLINE void gather_steps(const gather_payload *from, int64_t start, int64_t step,
                                   int64_t n, const gather_target *to, int layout, int is_wide) {
        const int64_t end_bin = from->n_bins * from->bin_size;
        const int64_t limit = end_bin < from->size ? end_bin : from->size;
        int64_t lo = start >= 0 ? 0 : (-start + step - 1) / step;
        int64_t hi = limit < start + step ? 0 : (limit - start) / step;
        if (hi > n) hi = n;
        if (lo > hi) lo = hi = 0;
        for (int64_t i = 0; i < lo; i++)
            gather_store(to, i, gather_one(from, start + i * step, start + (i + 1) * step, layout),
                         is_wide);
        if (hi > lo) gather_inner(from, start + lo * step, step, lo, hi - lo, to, layout, is_wide);
        for (int64_t i = hi; i < n; i++)
            gather_store(to, i, gather_one(from, start + i * step, start + (i + 1) * step, layout),
                         is_wide);
    }

    LANES_INLINE void gather_typed(const gather_payload *from, int64_t start, int64_t width,
                                   int64_t step, int reversed, void *row, int layout,
                                   int is_wide) {
        const int64_t n = width / step, rest = width % step;
        const gather_target to = {row, reversed ? n - 1 : 0, reversed ? -1 : 1};
        const gather_target last = {row, n, 1};
        gather_steps(from, reversed ? start + rest : start, step, n, &to, layout, is_wide);
        if (rest) {
            const int64_t at = reversed ? start : start + n * step;
            gather_store(&last, 0, gather_one(from, at, at + rest, layout), is_wide);
        }
    }

    LANES_CLONED static void gather_region(const gather_payload *from, int64_t start,
                                           int64_t width, int64_t step, int reversed, void *row,
                                           int64_t item_size, int is_wide) {
        if (item_size == 8)
            gather_typed(from, start, width, step, reversed, row, SPANS_FLOAT64, is_wide);
        else if (is_wide) gather_typed(from, start, width, step, reversed, row, SPANS_FLOAT32, 1);
        else gather_typed(from, start, width, step, reversed, row, SPANS_FLOAT32, 0);
    }
    """
    ctypedef struct gather_payload:
        const unsigned char *base
        int64_t n_bins, bin_size, size

    void gather_region(
        const gather_payload *source, int64_t start, int64_t width, int64_t step, int reversed,
        void *row, int64_t item_size, int is_wide,
    ) noexcept nogil


def gather_means(
    const unsigned char[::1] data, int64_t header, int64_t first_code,
    const int64_t[::1] offsets, const int64_t[::1] lengths, int64_t bin_size,
    const int64_t[::1] sizes, const int32_t[::1] codes, const int64_t[::1] starts,
    const unsigned char[::1] reversed, const int64_t[::1] rows, int64_t width, int64_t step,
    real[:, :] out, int64_t item_size=4,
):
    """Write the steps of every region into its row of out, whose rows are contiguous each.

    The caller has checked that rows are rows of out, that out has a column for each step, and that
    codes lie in [first_code, first_code + len(offsets)). starts may lie anywhere.
    """
    cdef int is_wide = sizeof(real) == 8
    cdef gather_payload source
    cdef Py_ssize_t k, code
    cdef int64_t length
    source.bin_size = bin_size
    with nogil:
        for k in range(codes.shape[0]):
            code = codes[k]
            length = lengths[code - first_code]
            source.size = sizes[code]
            source.n_bins = (length - header) // item_size if length > header else 0
            source.n_bins = min(source.n_bins, (source.size + bin_size - 1) // bin_size)
            source.base = NULL
            if source.n_bins > 0:
                source.base = &data[offsets[code - first_code] + header]
            gather_region(
                &source, starts[k], width, step, reversed[k], &out[rows[k], 0], item_size, is_wide
            )
