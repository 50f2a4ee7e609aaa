/* Four float64 values at once, in the portable vector types of GCC and Clang.
 *
 * Comparisons give masks of all bits. The number of lanes is part of how sums associate: it is
 * the same for every instruction set, so results are too.
 */
#ifndef MISHA_XR_LANES_H
#define MISHA_XR_LANES_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* One binary runs everywhere: the loader picks the AVX2 copy where the processor has it. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__)
#define LANES_CLONED __attribute__((target_clones("avx2", "default")))
#else
#define LANES_CLONED
#endif
#define LANES_INLINE static inline __attribute__((always_inline))

typedef double lanes_four __attribute__((vector_size(32)));
typedef int64_t lanes_mask __attribute__((vector_size(32)));
typedef float lanes_narrow __attribute__((vector_size(16)));

/* Whether a magnitude is at most the bound: false for NaN, for infinities unless it is one.
 * Vectors pass by address: by value their calling convention depends on the processor. */
LANES_INLINE void lanes_within(const lanes_four *four, double bound, lanes_mask *within) {
    const lanes_mask sign = {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
    const lanes_four greatest = {bound, bound, bound, bound};
    *within = (lanes_four)((lanes_mask)*four & ~sign) <= greatest;
}

/* kept = four where the mask is set. */
LANES_INLINE void lanes_choose(const lanes_mask *mask, const lanes_four *four, lanes_four *kept) {
    *kept = (lanes_four)(((lanes_mask)*four & *mask) | ((lanes_mask)*kept & ~*mask));
}

LANES_INLINE double lanes_fold(const lanes_four *lane) {
    return ((*lane)[0] + (*lane)[2]) + ((*lane)[1] + (*lane)[3]);
}

#endif
