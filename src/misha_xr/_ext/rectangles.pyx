"""Sweep over rectangles: find a pair that overlaps.

The line moves along x. Active rectangles are disjoint in y until the first overlap, so a new one
can only overlap its neighbours in the order of y1. The active set is a tree of 64-bit words over
ranks in that order: level 0 has one bit per rectangle, each level above one bit per word below.
"""

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    static inline int misha_low_bit(uint64_t w) { return __builtin_ctzll(w); }
    static inline int misha_high_bit(uint64_t w) { return 63 - __builtin_clzll(w); }
    """
    int misha_low_bit(uint64_t word) noexcept nogil
    int misha_high_bit(uint64_t word) noexcept nogil


cdef inline void _add(uint64_t *words, const int64_t[::1] levels, int64_t rank) noexcept nogil:
    cdef Py_ssize_t level
    for level in range(levels.shape[0]):
        words[levels[level] + (rank >> 6)] |= <uint64_t>1 << (rank & 63)
        rank >>= 6


cdef inline void _remove(uint64_t *words, const int64_t[::1] levels, int64_t rank) noexcept nogil:
    cdef Py_ssize_t level
    cdef uint64_t *word
    for level in range(levels.shape[0]):
        word = words + levels[level] + (rank >> 6)
        word[0] &= ~(<uint64_t>1 << (rank & 63))
        if word[0]:
            return
        rank >>= 6


cdef int64_t _after(uint64_t *words, const int64_t[::1] levels, int64_t rank) noexcept nogil:
    """Find the first member above a rank, or -1."""
    cdef Py_ssize_t level
    cdef uint64_t word
    for level in range(levels.shape[0]):
        # two shifts: shifting 64 bits by 64 is undefined
        word = words[levels[level] + (rank >> 6)] & ((~<uint64_t>0 << (rank & 63)) << 1)
        rank >>= 6
        if word:
            rank = (rank << 6) + misha_low_bit(word)
            while level > 0:
                level -= 1
                rank = (rank << 6) + misha_low_bit(words[levels[level] + rank])
            return rank
    return -1


cdef int64_t _before(uint64_t *words, const int64_t[::1] levels, int64_t rank) noexcept nogil:
    """Find the last member below a rank, or -1."""
    cdef Py_ssize_t level
    cdef uint64_t word
    for level in range(levels.shape[0]):
        word = words[levels[level] + (rank >> 6)] & ((<uint64_t>1 << (rank & 63)) - 1)
        rank >>= 6
        if word:
            rank = (rank << 6) + misha_high_bit(word)
            while level > 0:
                level -= 1
                rank = (rank << 6) + misha_high_bit(words[levels[level] + rank])
            return rank
    return -1


def find_overlap(
    const int64_t[::1] x1, const int64_t[::1] y1, const int64_t[::1] x2, const int64_t[::1] y2,
    const int64_t[::1] by_x1, const int64_t[::1] by_x2, const int64_t[::1] by_y1,
    const int64_t[::1] ranks, const int64_t[::1] levels, uint64_t[::1] words,
):
    """Find two rows that share a point: (row, row), or (-1, -1).

    by_* are sorting permutations, ranks the inverse of by_y1, levels the first word of each level
    (the last level has one word), words all zero.
    """
    cdef Py_ssize_t k, done = 0, n = x1.shape[0]
    cdef int64_t row = -1, found = -1, below, above
    cdef uint64_t *active = &words[0]
    with nogil:
        for k in range(n):
            row = by_x1[k]
            while done < n and x2[by_x2[done]] <= x1[row]:
                _remove(active, levels, ranks[by_x2[done]])
                done += 1
            below = _before(active, levels, ranks[row])
            above = _after(active, levels, ranks[row])
            if below >= 0 and y2[by_y1[below]] > y1[row]:
                found = by_y1[below]
                break
            if above >= 0 and y1[by_y1[above]] < y2[row]:
                found = by_y1[above]
                break
            _add(active, levels, ranks[row])
    if found < 0:
        return -1, -1
    return row, found
