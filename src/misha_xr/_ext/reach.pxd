# How far intervals reach: the next one, in order of start, that ends behind a position.
#
# Blocks of 16 intervals keep their largest end, blocks of 16 blocks theirs, and so on. A search
# passes over a block that ends too early as a whole, so that one long interval at the beginning of
# a chromosome does not make every query walk from there.

from libc.stdint cimport int32_t, int64_t

cdef enum:
    FAN_BITS = 4
    MAX_LEVELS = 16

cdef struct Reach:
    const int64_t *ends
    const int64_t *rows  # NULL: the position is the row
    const int64_t *tops  # largest end of each block, level 1 first
    const int64_t *lows  # smallest row of each block; NULL with rows
    int64_t level_at[MAX_LEVELS]  # where a level begins in tops and lows
    int n_levels


cdef inline int64_t n_blocks(int64_t n) noexcept nogil:
    """Number of blocks of all levels over n intervals."""
    cdef int64_t count = 0
    while n > 1:
        n = (n + 15) >> FAN_BITS
        count += n
    return count


cdef inline void set_levels(Reach *reach, int64_t n) noexcept nogil:
    cdef int64_t at = 0
    reach.n_levels = 0
    while n > 1:
        n = (n + 15) >> FAN_BITS
        reach.n_levels += 1
        reach.level_at[reach.n_levels] = at
        at += n


cdef inline bint _is_idle(
    const Reach *reach, int level, int64_t block, int64_t end, int64_t row
) noexcept nogil:
    """Tell whether nothing in a block ends at or behind `end` and stands above `row`."""
    block += reach.level_at[level]
    return reach.tops[block] < end or (reach.rows != NULL and reach.lows[block] >= row)


cdef inline int64_t next_hit(
    const Reach *reach, int64_t at, int64_t stop, int64_t end, int64_t row
) noexcept nogil:
    """First position in [at, stop) that ends at or behind `end` and whose row is below `row`.

    stop if there is none. Without rows, `row` has no effect.
    """
    cdef int level
    cdef int64_t block
    while at < stop:
        if (at & 15) == 0 and reach.n_levels and _is_idle(reach, 1, at >> FAN_BITS, end, row):
            level = 1
            block = at >> FAN_BITS
            while (
                (block & 15) == 0
                and level < reach.n_levels
                and _is_idle(reach, level + 1, block >> FAN_BITS, end, row)
            ):
                level += 1
                block >>= FAN_BITS
            at = (block + 1) << (FAN_BITS * level)
            continue
        if reach.ends[at] >= end and (reach.rows == NULL or reach.rows[at] < row):
            return at
        at += 1
    return stop


# Searches in sorted stretches, outward from where the last one ended.

cdef inline int64_t first_from(
    const int64_t *values, int64_t at, int64_t lo, int64_t hi, int64_t least
) noexcept nogil:
    """First position in [lo, hi) whose value is at least `least`; hi if there is none."""
    cdef int64_t step = 1, middle
    at = min(max(at, lo), hi)
    if at < hi and values[at] < least:
        lo = at + 1
        while lo + step < hi and values[lo + step] < least:
            lo += step + 1
            step <<= 1
        hi = min(hi, lo + step)
    else:
        hi = at
        while hi - step >= lo and values[hi - step] >= least:
            hi -= step
            step <<= 1
        lo = max(lo, hi - step)
    while lo < hi:
        middle = (lo + hi) >> 1
        if values[middle] < least:
            lo = middle + 1
        else:
            hi = middle
    return lo


# The rows of one chromosome, in a set that is sorted by it.

cdef struct Stretch:
    int64_t lo
    int64_t hi


cdef inline void move_to(
    const int32_t *codes, int64_t n, int32_t code, Stretch *stretch
) noexcept nogil:
    """Move on to the rows of a code, which is not below the one before."""
    cdef int64_t step = 1, lo = stretch.hi, hi, middle, goal, side
    for side in range(2):
        goal = code + side
        hi = lo
        step = 1
        while hi < n and codes[hi] < goal:
            lo = hi + 1
            hi += step
            step <<= 1
        hi = min(hi, n)
        while lo < hi:
            middle = (lo + hi) >> 1
            if codes[middle] < goal:
                lo = middle + 1
            else:
                hi = middle
        if side == 0:
            stretch.lo = lo
    stretch.hi = lo
