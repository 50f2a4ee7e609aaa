/* Reductions of spans of stored values: the inner loops that window kernels share.
 *
 * A span is (byte offset of its first value, number of values). count -1 is an empty window
 * (NaN for every function); count 0 is a window that holds no value. NaN is missing, and so are
 * infinities in all layouts but those of array tracks. Every result depends on the values of its own span alone, with a
 * fixed association, so blocks, threads and instruction sets never change a bit of it.
 */
#ifndef MISHA_XR_SPANS_H
#define MISHA_XR_SPANS_H

#include <stdlib.h>

#include "lanes.h"

enum { SPANS_BATCH = 512, SPANS_AHEAD = 8, SPANS_LINE = 64 };
/* SPANS_WIDE: records of 24 bytes, a double at byte 16. SPANS_CELLS: a float and a column number.
 * In these two, made of array tracks, infinities are values. */
enum spans_layout { SPANS_FLOAT32, SPANS_FLOAT64, SPANS_RECORDS, SPANS_WIDE, SPANS_CELLS };
enum spans_reducer {
    SPANS_AVG, SPANS_SUM, SPANS_MIN, SPANS_MAX, SPANS_STDDEV,
    SPANS_SIZE, SPANS_EXISTS, SPANS_FIRST, SPANS_LAST, SPANS_QUANTILE, SPANS_NEAREST, SPANS_LSE,
    /* Where a value lies, see spans_place; PICK: the value with a number that the caller gives
     * for each span; COLLECT: copy the values of each span to where the caller says. */
    SPANS_FIRST_AT, SPANS_LAST_AT, SPANS_MIN_AT, SPANS_MAX_AT, SPANS_PICK, SPANS_PICK_AT,
    SPANS_COLLECT
};

/* Value i of a span; the address may be unaligned. Records: 20 bytes, value at byte 16,
 * and the span points at the value of its first record. */
LANES_INLINE double spans_value(const unsigned char *span, int64_t i, int layout) {
    if (layout == SPANS_FLOAT64 || layout == SPANS_WIDE) {
        double wide;
        memcpy(&wide, span + (layout == SPANS_WIDE ? 24 : 8) * i, sizeof wide);
        return wide;
    }
    float value;
    memcpy(&value, span + (layout == SPANS_RECORDS ? 20 : layout == SPANS_CELLS ? 8 : 4) * i,
           sizeof value);
    return value;
}

/* The greatest magnitude that is a value and does not mean missing. */
LANES_INLINE double spans_greatest(int layout) { return layout >= SPANS_WIDE ? INFINITY : DBL_MAX; }

/* False for NaN, and for infinities where they mean missing, without a branch. */
LANES_INLINE int spans_is_value(double value, int layout) {
    return fabs(value) <= spans_greatest(layout);
}

LANES_INLINE void spans_load(const unsigned char *span, int64_t i, int layout, lanes_four *four) {
    if (layout == SPANS_FLOAT32) {
        lanes_narrow narrow;
        memcpy(&narrow, span + 4 * i, sizeof narrow);
        *four = __builtin_convertvector(narrow, lanes_four);
    } else if (layout == SPANS_FLOAT64) {
        memcpy(four, span + 8 * i, sizeof *four);
    } else {
        for (int j = 0; j < 4; j++) (*four)[j] = spans_value(span, i + j, layout);
    }
}

/* Add four values (missing ones as zero) and count them (a mask is minus one). */
LANES_INLINE void spans_add_four(const unsigned char *span, int64_t i, int layout,
                                 lanes_four *sum, lanes_mask *size) {
    lanes_four four;
    lanes_mask finite;
    spans_load(span, i, layout, &four);
    lanes_within(&four, spans_greatest(layout), &finite);
    *sum += (lanes_four)((lanes_mask)four & finite);
    *size -= finite;
}

LANES_INLINE void spans_add(const unsigned char *span, int64_t n, int layout,
                            double *sum, double *size) {
    lanes_four sums = {0}, more_sums = {0};
    lanes_mask sizes = {0}, more_sizes = {0};
    double total = 0;
    int64_t i = 0, seen = 0;
    for (; i + 8 <= n; i += 8) {
        spans_add_four(span, i, layout, &sums, &sizes);
        spans_add_four(span, i + 4, layout, &more_sums, &more_sizes);
    }
    if (i + 4 <= n) {
        spans_add_four(span, i, layout, &sums, &sizes);
        i += 4;
    }
    if (i > 0) {
        sums += more_sums;
        sizes += more_sizes;
        total = lanes_fold(&sums);
        seen = (sizes[0] + sizes[2]) + (sizes[1] + sizes[3]);
    }
    for (; i < n; i++) {
        const double value = spans_value(span, i, layout);
        const int finite = spans_is_value(value, layout);
        total += finite ? value : 0.0;
        seen += finite;
    }
    *sum = total;
    *size = (double)seen;
}

LANES_INLINE double spans_mean(const unsigned char *span, int64_t n, int layout) {
    double sum, size;
    spans_add(span, n, layout, &sum, &size);
    return size > 0 ? sum / size : NAN;
}

LANES_INLINE double spans_sum(const unsigned char *span, int64_t n, int layout) {
    double sum, size;
    spans_add(span, n, layout, &sum, &size);
    return size > 0 ? sum : NAN;
}

LANES_INLINE double spans_size(const unsigned char *span, int64_t n, int layout) {
    double sum, size;
    spans_add(span, n, layout, &sum, &size);
    return size;
}

/* Keep the lesser of each lane; NaN compares false, minus infinity may mean missing. */
LANES_INLINE void spans_least_four(const unsigned char *span, int64_t i, int layout, double sign,
                                   lanes_four *least) {
    const double greatest = spans_greatest(layout);
    const lanes_four lowest = {-greatest, -greatest, -greatest, -greatest};
    lanes_four four;
    spans_load(span, i, layout, &four);
    four *= sign;
    const lanes_mask lesser = (four < *least) & (four >= lowest);
    lanes_choose(&lesser, &four, least);
}

LANES_INLINE double spans_first(const unsigned char *span, int64_t n, int layout) {
    for (int64_t i = 0; i < n; i++) {
        double value = spans_value(span, i, layout);
        if (spans_is_value(value, layout)) return value;
    }
    return NAN;
}

/* The extreme in the direction `sign` (1 least, -1 greatest). Infinity marks a span without
 * values; where it may be one itself, a look at the span decides. */
LANES_INLINE double spans_extreme(const unsigned char *span, int64_t n, int layout, double sign) {
    double least = INFINITY;
    int64_t i = 0;
    if (n >= 4) {
        lanes_four lanes = {INFINITY, INFINITY, INFINITY, INFINITY}, more = lanes;
        for (; i + 8 <= n; i += 8) {
            spans_least_four(span, i, layout, sign, &lanes);
            spans_least_four(span, i + 4, layout, sign, &more);
        }
        if (i + 4 <= n) {
            spans_least_four(span, i, layout, sign, &lanes);
            i += 4;
        }
        for (int j = 0; j < 4; j++) {
            const double lesser = lanes[j] < more[j] ? lanes[j] : more[j];
            least = lesser < least ? lesser : least;
        }
    }
    for (; i < n; i++) {
        const double value = spans_value(span, i, layout) * sign;
        least = (value < least) & (value >= -spans_greatest(layout)) ? value : least;
    }
    if (least < INFINITY) return least * sign;
    return layout < SPANS_WIDE || isnan(spans_first(span, n, layout)) ? NAN : least * sign;
}

/* Two passes: deviations from the mean, less what the rounding of the mean left in them. A
 * large common offset therefore costs no digits. */
LANES_INLINE double spans_stddev(const unsigned char *span, int64_t n, int layout) {
    double sum, size;
    spans_add(span, n, layout, &sum, &size);
    if (size < 2) return NAN;
    const double mean = sum / size;
    lanes_four squares = {0}, rests = {0};
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        lanes_four four;
        lanes_mask finite;
        spans_load(span, i, layout, &four);
        lanes_within(&four, spans_greatest(layout), &finite);
        four = (lanes_four)((lanes_mask)(four - mean) & finite);
        squares += four * four;
        rests += four;
    }
    double square = lanes_fold(&squares), rest = lanes_fold(&rests);
    for (; i < n; i++) {
        const double value = spans_value(span, i, layout);
        const double one = spans_is_value(value, layout) ? value - mean : 0.0;
        square += one * one;
        rest += one;
    }
    square -= rest * rest / size;
    return sqrt((square < 0 ? 0.0 : square) / (size - 1));
}

LANES_INLINE double spans_last(const unsigned char *span, int64_t n, int layout) {
    for (int64_t i = n - 1; i >= 0; i--) {
        double value = spans_value(span, i, layout);
        if (spans_is_value(value, layout)) return value;
    }
    return NAN;
}

/* log(sum(exp(value))), with the greatest value taken out first: no overflow. */
LANES_INLINE double spans_lse(const unsigned char *span, int64_t n, int layout) {
    const double most = spans_extreme(span, n, layout, -1.0);
    double sum = 0;
    if (!(fabs(most) <= DBL_MAX)) return most;
    for (int64_t i = 0; i < n; i++) {
        const double value = spans_value(span, i, layout);
        if (spans_is_value(value, layout)) sum += exp(value - most);
    }
    return most + log(sum);
}

/* Index of the leftmost greatest value in the direction `sign`; -1 without values. */
LANES_INLINE int64_t spans_extreme_index(const unsigned char *span, int64_t n, int layout,
                                         double sign) {
    double best = 0;
    int64_t found = -1;
    for (int64_t i = 0; i < n; i++) {
        const double value = spans_value(span, i, layout) * sign;
        if (spans_is_value(value, layout) && (found < 0 || value > best)) {
            best = value;
            found = i;
        }
    }
    return found;
}

/* Index of value number `rank` among those that are not missing; -1 if there are fewer. */
LANES_INLINE int64_t spans_index(const unsigned char *span, int64_t n, int layout, int64_t rank) {
    if (rank < 0) return -1;
    for (int64_t i = 0; i < n; i++)
        if (spans_is_value(spans_value(span, i, layout), layout) && rank-- == 0) return i;
    return -1;
}

LANES_INLINE int64_t spans_last_index(const unsigned char *span, int64_t n, int layout) {
    for (int64_t i = n - 1; i >= 0; i--)
        if (spans_is_value(spans_value(span, i, layout), layout)) return i;
    return -1;
}

/* Where value i lies: the start of its record, or its index where values have no coordinates. */
LANES_INLINE double spans_place(const unsigned char *span, int64_t i, int layout) {
    if (i < 0) return NAN;
    if (layout != SPANS_RECORDS && layout != SPANS_WIDE) return (double)i;
    int64_t start;
    memcpy(&start, span + (layout == SPANS_WIDE ? 24 : 20) * i - 16, sizeof start);
    return (double)start;
}

LANES_INLINE double spans_pick(const unsigned char *span, int64_t n, int layout, int64_t rank) {
    const int64_t i = spans_index(span, n, layout, rank);
    return i < 0 ? NAN : spans_value(span, i, layout);
}

/* Copy what is not missing; returns how much that is. */
LANES_INLINE double spans_collect(const unsigned char *span, int64_t n, int layout, double *to) {
    int64_t size = 0;
    for (int64_t i = 0; i < n; i++) {
        const double value = spans_value(span, i, layout);
        if (spans_is_value(value, layout)) to[size++] = value;
    }
    return (double)size;
}

static int spans_compare(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

LANES_INLINE double spans_middle(double a, double b, double c) {
    const double low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

/* Order statistics k and k + 1 (k + 1 only where it exists) of n finite values; destroys
 * them. Three-way partition without branches into `values` (less) and `spare` (greater), so
 * that many equal values cost one round. After too many unlucky pivots the rest is sorted. */
static void spans_select(double *values, double *spare, int64_t n, int64_t k,
                         double *at_k, double *above) {
    double next = INFINITY;
    for (int round = 0; n > 1; round++) {
        if (round == 96) {
            qsort(values, (size_t)n, sizeof *values, spans_compare);
            *at_k = values[k];
            *above = k + 1 < n ? values[k + 1] : next;
            return;
        }
        const double pivot = spans_middle(values[0], values[n / 2], values[n - 1]);
        int64_t n_less = 0, n_more = 0;
        for (int64_t i = 0; i < n; i++) {
            const double value = values[i];
            values[n_less] = value;
            n_less += value < pivot;
            spare[n_more] = value;
            n_more += value > pivot;
        }
        const int64_t upto = n - n_more;
        if (k < n_less) {
            next = pivot;
            n = n_less;
        } else if (k < upto) {
            *at_k = pivot;
            if (k + 1 < upto) next = pivot;
            else for (int64_t i = 0; i < n_more; i++) next = spare[i] < next ? spare[i] : next;
            *above = next;
            return;
        } else {
            double *swap = values;
            values = spare;
            spare = swap;
            k -= upto;
            n = n_more;
        }
    }
    *at_k = values[0];
    *above = next;
}

/* Linear interpolation at rank q * (size - 1), rounded as numpy does; between a number and an
 * infinity lies the infinity, between two infinities of unlike sign NaN. */
LANES_INLINE double spans_quantile(const unsigned char *span, int64_t n, int layout, double q,
                                   double *scratch) {
    int64_t size = 0;
    for (int64_t i = 0; i < n; i++) {
        double value = spans_value(span, i, layout);
        scratch[size] = value;
        size += spans_is_value(value, layout);
    }
    if (size == 0) return NAN;
    const double rank = q * (double)(size - 1);
    int64_t k = (int64_t)rank;
    k = k < 0 ? 0 : k > size - 1 ? size - 1 : k;
    const double part = rank - (double)k;
    double low, high;
    spans_select(scratch, scratch + n, size, k, &low, &high);
    if (!(part > 0) || k + 1 >= size || low == high) return low;
    if (isinf(low) || isinf(high)) return low + high;
    return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}

/* Scattered windows wait for memory, not for arithmetic. */
LANES_INLINE void spans_prefetch(const unsigned char *span) {
    for (int line = 0; line < 4; line++) __builtin_prefetch(span + line * SPANS_LINE);
}

#define SPANS_EACH(expression)                                    \
    for (int64_t k = 0; k < n; k++) {                             \
        if (k < n_ahead) spans_prefetch(base + at[k + SPANS_AHEAD]); \
        const unsigned char *span = base + at[k];                 \
        const int64_t m = count[k];                               \
        out[k] = m < 0 ? NAN : (expression);                      \
    }                                                             \
    break

LANES_INLINE void spans_reduce_layout(int func, double param, int layout, const unsigned char *base,
                                      const int64_t *at, const int64_t *count, int64_t n,
                                      int64_t n_ahead, double *out, double *scratch,
                                      const int64_t *extra) {
    switch (func) {
    case SPANS_NEAREST:
    case SPANS_AVG: SPANS_EACH(spans_mean(span, m, layout));
    case SPANS_SUM: SPANS_EACH(spans_sum(span, m, layout));
    case SPANS_MIN: SPANS_EACH(spans_extreme(span, m, layout, 1.0));
    case SPANS_MAX: SPANS_EACH(spans_extreme(span, m, layout, -1.0));
    case SPANS_STDDEV: SPANS_EACH(spans_stddev(span, m, layout));
    case SPANS_SIZE: SPANS_EACH(spans_size(span, m, layout));
    case SPANS_EXISTS: SPANS_EACH(isnan(spans_first(span, m, layout)) ? 0.0 : 1.0);
    case SPANS_FIRST: SPANS_EACH(spans_first(span, m, layout));
    case SPANS_LAST: SPANS_EACH(spans_last(span, m, layout));
    case SPANS_QUANTILE: SPANS_EACH(spans_quantile(span, m, layout, param, scratch));
    case SPANS_LSE: SPANS_EACH(spans_lse(span, m, layout));
    case SPANS_FIRST_AT: SPANS_EACH(spans_place(span, spans_index(span, m, layout, 0), layout));
    case SPANS_LAST_AT: SPANS_EACH(spans_place(span, spans_last_index(span, m, layout), layout));
    case SPANS_MIN_AT:
        SPANS_EACH(spans_place(span, spans_extreme_index(span, m, layout, -1.0), layout));
    case SPANS_MAX_AT:
        SPANS_EACH(spans_place(span, spans_extreme_index(span, m, layout, 1.0), layout));
    case SPANS_PICK: SPANS_EACH(spans_pick(span, m, layout, extra[k]));
    case SPANS_PICK_AT:
        SPANS_EACH(spans_place(span, spans_index(span, m, layout, extra[k]), layout));
    case SPANS_COLLECT: SPANS_EACH(spans_collect(span, m, layout, scratch + extra[k]));
    }
}

/* out[k] = func over span k; the first n_ahead spans fetch a later one. Quantiles need a
 * scratch of twice the greatest count; PICK and COLLECT one number for each span. */
LANES_CLONED static void spans_reduce(int func, double param, int layout, const unsigned char *base,
                                      const int64_t *at, const int64_t *count, int64_t n,
                                      int64_t n_ahead, double *out, double *scratch,
                                      const int64_t *extra) {
#define SPANS_CASE(name)                                                                       \
    case name:                                                                                  \
        spans_reduce_layout(func, param, name, base, at, count, n, n_ahead, out, scratch, extra); \
        break
    switch (layout) {
        SPANS_CASE(SPANS_FLOAT32);
        SPANS_CASE(SPANS_FLOAT64);
        SPANS_CASE(SPANS_RECORDS);
        SPANS_CASE(SPANS_WIDE);
        SPANS_CASE(SPANS_CELLS);
    }
#undef SPANS_CASE
}

/* out[i] = value i, NaN where it is not finite. */
LANES_CLONED static void spans_copy(const unsigned char *span, int64_t n, int layout, double *out) {
    if (layout == SPANS_FLOAT32)
        for (int64_t i = 0; i < n; i++) {
            const double value = spans_value(span, i, SPANS_FLOAT32);
            out[i] = spans_is_value(value, layout) ? value : NAN;
        }
    else
        for (int64_t i = 0; i < n; i++) {
            const double value = spans_value(span, i, SPANS_FLOAT64);
            out[i] = spans_is_value(value, layout) ? value : NAN;
        }
}

/* Spans wait here until there are enough of them for one call of the cloned loops. */
typedef struct {
    int func, layout, scattered;
    double param;
    const unsigned char *base;
    double *out, *scratch;
    const int64_t *extra;  /* of the spans that wait, one each; NULL: none is needed */
    int64_t n, capacity;
    int64_t at[SPANS_BATCH], count[SPANS_BATCH];
} spans_batch;

/* scattered: windows in any place, worth a prefetch; else they follow each other. */
static void spans_open(spans_batch *batch, int func, double param, int layout, int scattered,
                       const unsigned char *base, double *out) {
    batch->func = func;
    batch->layout = layout;
    batch->scattered = scattered;
    batch->param = param;
    batch->base = base;
    batch->out = out;
    batch->scratch = NULL;
    batch->extra = NULL;
    batch->n = batch->capacity = 0;
}

/* Give what PICK and COLLECT need: a number for each span, and where values are copied to. */
static void spans_supply(spans_batch *batch, const int64_t *extra, double *to) {
    batch->extra = extra;
    if (batch->func == SPANS_COLLECT) batch->scratch = to;
}

static int spans_reserve(spans_batch *batch) {
    int64_t most = 0;
    for (int64_t k = 0; k < batch->n; k++) most = batch->count[k] > most ? batch->count[k] : most;
    if (most <= batch->capacity) return 0;
    free(batch->scratch);
    batch->scratch = (double *)malloc(2 * (size_t)most * sizeof(double));
    batch->capacity = batch->scratch == NULL ? 0 : most;
    return batch->scratch == NULL ? -1 : 0;
}

/* Reduce what waits; -1 when the scratch of a quantile cannot be had. */
static int spans_flush(spans_batch *batch) {
    if (batch->func == SPANS_QUANTILE && spans_reserve(batch) < 0) return -1;
    spans_reduce(batch->func, batch->param, batch->layout, batch->base, batch->at, batch->count,
                 batch->n, batch->scattered ? batch->n - SPANS_AHEAD : 0, batch->out,
                 batch->scratch, batch->extra);
    batch->out += batch->n;
    if (batch->extra != NULL) batch->extra += batch->n;
    batch->n = 0;
    return 0;
}

LANES_INLINE int spans_push(spans_batch *batch, int64_t at, int64_t count) {
    if (batch->n == SPANS_BATCH && spans_flush(batch) < 0) return -1;
    batch->at[batch->n] = at;
    batch->count[batch->n++] = count;
    return 0;
}

static int spans_close(spans_batch *batch, int status) {
    if (status == 0) status = spans_flush(batch);
    if (batch->func != SPANS_COLLECT) free(batch->scratch);
    return status;
}

#endif
