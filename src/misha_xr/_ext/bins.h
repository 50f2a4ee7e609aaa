/* Ranks of float64 values among increasing breaks: how many breaks lie below a value.
 *
 * The bin of a value is its rank minus one, as bins are open to the left: (b[k], b[k + 1]]. NaN
 * lies above no break, so its rank is 0. With `lowest` a value equal to b[0] lies above it.
 */
#ifndef MISHA_XR_BINS_H
#define MISHA_XR_BINS_H

#include "lanes.h"

/* Few breaks are compared one by one, several values at once; many are searched. */
enum { BINS_PIECE = 2048, BINS_FEW = 24 };

LANES_INLINE int64_t bins_rank_few(double value, const double *breaks, int64_t m, int lowest) {
    int64_t rank = lowest && value == breaks[0];
    for (int64_t j = 0; j < m; j++) rank += value > breaks[j];
    return rank;
}

/* above[j] += how many of the values lie above break j. */
LANES_CLONED static void bins_count_above(const double *values, int64_t n, const double *breaks,
                                          int64_t m, int lowest, int64_t *above) {
    for (int64_t lo = 0; lo < n; lo += BINS_PIECE) {
        const int64_t hi = n - lo < BINS_PIECE ? n : lo + BINS_PIECE;
        for (int64_t j = 0; j < m; j++) {
            const double edge = breaks[j];
            const lanes_four edges = {edge, edge, edge, edge};
            const int closed = lowest && j == 0;
            lanes_mask seen = {0}, more = {0};
            int64_t i = lo, rest = 0;
            for (; i + 8 <= hi; i += 8) {
                lanes_four a, b;
                memcpy(&a, values + i, sizeof a);
                memcpy(&b, values + i + 4, sizeof b);
                seen -= closed ? (a >= edges) : (a > edges);
                more -= closed ? (b >= edges) : (b > edges);
            }
            for (; i < hi; i++) rest += values[i] > edge || (closed && values[i] == edge);
            seen += more;
            above[j] += (seen[0] + seen[2]) + (seen[1] + seen[3]) + rest;
        }
    }
}

LANES_CLONED static void bins_ranks_few(const double *values, int64_t n, const double *breaks,
                                        int64_t m, int lowest, int32_t *ranks) {
    const lanes_four first = {breaks[0], breaks[0], breaks[0], breaks[0]};
    const lanes_mask closed = {-lowest, -lowest, -lowest, -lowest};
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        lanes_four a, b;
        memcpy(&a, values + i, sizeof a);
        memcpy(&b, values + i + 4, sizeof b);
        lanes_mask at_a = -((a == first) & closed), at_b = -((b == first) & closed);
        for (int64_t j = 0; j < m; j++) {
            const lanes_four edges = {breaks[j], breaks[j], breaks[j], breaks[j]};
            at_a -= a > edges;
            at_b -= b > edges;
        }
        for (int k = 0; k < 4; k++) {
            ranks[i + k] = (int32_t)at_a[k];
            ranks[i + 4 + k] = (int32_t)at_b[k];
        }
    }
    for (; i < n; i++) ranks[i] = (int32_t)bins_rank_few(values[i], breaks, m, lowest);
}

/* By halving, without branches that no processor could foretell. */
static int64_t bins_search(double value, const double *breaks, int64_t m) {
    const double *base = breaks;
    int64_t left = m;
    while (left > 1) {
        const int64_t half = left / 2;
        base += half & -(int64_t)(base[half - 1] < value);
        left -= half;
    }
    return (base - breaks) + (left == 1 && *base < value);
}

/* The guess that evenly spaced breaks allow is put right by its neighbours. */
static int64_t bins_guess(double value, const double *breaks, int64_t m, double per_unit) {
    if (!(value > breaks[0])) return 0;
    if (value > breaks[m - 1]) return m;
    int64_t rank = (int64_t)((value - breaks[0]) * per_unit) + 1;
    rank = rank > m - 1 ? m - 1 : rank;
    while (breaks[rank] < value) rank++;
    while (!(breaks[rank - 1] < value)) rank--;
    return rank;
}

/* `per_unit`: breaks per unit of value where they are evenly spaced, else 0. */
static void bins_ranks(const double *values, int64_t n, const double *breaks, int64_t m,
                       int lowest, double per_unit, int32_t *ranks) {
    if (m <= BINS_FEW) {
        bins_ranks_few(values, n, breaks, m, lowest, ranks);
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        const double value = values[i];
        const int64_t rank = per_unit > 0 ? bins_guess(value, breaks, m, per_unit)
                                          : bins_search(value, breaks, m);
        ranks[i] = (int32_t)(rank + (lowest && value == breaks[0]));
    }
}

#endif
