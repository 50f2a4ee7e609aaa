/* Summary of a block of float64 values: count, extremes, sum and squared deviations.
 *
 * Pieces of 2,048 values stay in the first cache, so each is read twice: for its mean, then for
 * the deviations from it. Pieces join by Chan's rule, always in the same order.
 */
#ifndef MISHA_XR_MOMENTS_H
#define MISHA_XR_MOMENTS_H

#include "lanes.h"

enum { MOMENTS_PIECE = 2048 };

/* n counts what is not NaN; `squares` is the sum of squared deviations from the mean. */
typedef struct {
    double n, n_nan, least, greatest, sum, squares;
} moments;

static void moments_join(moments *into, const moments *piece) {
    if (piece->n > 0) {
        double apart = 0;
        if (into->n > 0) {
            apart = piece->sum / piece->n - into->sum / into->n;
            apart *= apart * into->n * (piece->n / (into->n + piece->n));
        }
        into->squares += piece->squares + apart;
    }
    into->n += piece->n;
    into->n_nan += piece->n_nan;
    into->sum += piece->sum;
    into->least = piece->least < into->least ? piece->least : into->least;
    into->greatest = piece->greatest > into->greatest ? piece->greatest : into->greatest;
}

/* First reading: sum, extremes, and the count as a sum of masks (each minus one). */
LANES_INLINE void moments_first(const double *values, int64_t n, moments *piece) {
    lanes_four sums = {0}, least = {INFINITY, INFINITY, INFINITY, INFINITY}, greatest = -least;
    lanes_mask seen = {0};
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        lanes_four four;
        memcpy(&four, values + i, sizeof four);
        const lanes_mask valid = four == four, lesser = four < least, greater = four > greatest;
        sums += (lanes_four)((lanes_mask)four & valid);
        seen -= valid;
        lanes_choose(&lesser, &four, &least);
        lanes_choose(&greater, &four, &greatest);
    }
    piece->sum = lanes_fold(&sums);
    piece->n = (double)((seen[0] + seen[2]) + (seen[1] + seen[3]));
    piece->least = INFINITY;
    piece->greatest = -INFINITY;
    for (int j = 0; j < 4; j++) {
        piece->least = least[j] < piece->least ? least[j] : piece->least;
        piece->greatest = greatest[j] > piece->greatest ? greatest[j] : piece->greatest;
    }
    for (; i < n; i++) {
        const double value = values[i];
        piece->sum += value == value ? value : 0;
        piece->n += value == value;
        piece->least = value < piece->least ? value : piece->least;
        piece->greatest = value > piece->greatest ? value : piece->greatest;
    }
    piece->n_nan = (double)n - piece->n;
}

/* Second reading; the rest takes out what the rounding of the mean left. */
LANES_INLINE void moments_second(const double *values, int64_t n, moments *piece) {
    const double mean = piece->n > 0 ? piece->sum / piece->n : 0;
    lanes_four squares = {0}, rests = {0};
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        lanes_four four;
        memcpy(&four, values + i, sizeof four);
        const lanes_mask valid = four == four;
        four = (lanes_four)((lanes_mask)(four - mean) & valid);
        squares += four * four;
        rests += four;
    }
    double square = lanes_fold(&squares), rest = lanes_fold(&rests);
    for (; i < n; i++) {
        const double apart = values[i] == values[i] ? values[i] - mean : 0;
        square += apart * apart;
        rest += apart;
    }
    if (piece->n > 0) square -= rest * rest / piece->n;
    piece->squares = square < 0 ? 0 : square;
}

LANES_CLONED static void moments_add(moments *total, const double *values, int64_t n) {
    for (int64_t i = 0; i < n; i += MOMENTS_PIECE) {
        const int64_t m = n - i < MOMENTS_PIECE ? n - i : MOMENTS_PIECE;
        moments piece;
        moments_first(values + i, m, &piece);
        moments_second(values + i, m, &piece);
        moments_join(total, &piece);
    }
}

#endif
