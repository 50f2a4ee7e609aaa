"""Overlaps of two sets of intervals: counts without pairs, and pairs once they are counted.

Set 2 is sorted by (code, start); queries are visited in that order as well, so that every search
begins where the last one ended. In set 2, of those on the query's chromosome, no interval that
starts behind the query's end ends before its start: overlaps = starts before its end - ends before
its start.
"""

from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport qsort

from misha_xr._ext.reach cimport (
    Reach, Stretch, first_from, move_to, n_blocks, next_hit, set_levels,
)

cdef enum:
    FEW = 24  # rows that are sorted by insertion


def count_blocks(int64_t n):
    """Number of blocks that `fill_tops` and `fill_lows` write for n intervals."""
    return n_blocks(n)


cdef void _fill(const int64_t *values, int64_t n, int64_t *out, bint largest) noexcept nogil:
    cdef int64_t n_above, k, j, best
    while n > 1:
        n_above = (n + 15) >> 4
        for k in range(n_above):
            best = values[16 * k]
            for j in range(16 * k + 1, min(16 * k + 16, n)):
                best = max(best, values[j]) if largest else min(best, values[j])
            out[k] = best
        values = out
        out += n_above
        n = n_above


def fill_tops(const int64_t[::1] ends, int64_t[::1] out):
    """Write the largest end of each block, level by level."""
    if out.shape[0]:
        with nogil:
            _fill(&ends[0], ends.shape[0], &out[0], True)


def fill_lows(const int64_t[::1] rows, int64_t[::1] out):
    """Write the smallest row of each block, level by level."""
    if out.shape[0]:
        with nogil:
            _fill(&rows[0], rows.shape[0], &out[0], False)


def sort_ends(const int32_t[::1] codes, int64_t[::1] ends, int64_t[::1] rows, int64_t budget):
    """Sort almost sorted ends within each code, equal ends by falling row; rows may be empty.

    Returns False, with the arrays spoilt, once more than `budget` moves were needed.
    """
    cdef int64_t k, j, end, row = 0, n = codes.shape[0]
    cdef bint has_rows = rows.shape[0] > 0
    with nogil:
        for k in range(1, n):
            if codes[k] != codes[k - 1] or ends[k] > ends[k - 1]:
                continue
            end = ends[k]
            if has_rows:
                row = rows[k]
            j = k
            while (
                j > 0 and codes[j - 1] == codes[k] and ends[j - 1] >= end
                and (ends[j - 1] > end or (has_rows and rows[j - 1] < row))
            ):
                ends[j] = ends[j - 1]
                if has_rows:
                    rows[j] = rows[j - 1]
                j -= 1
            ends[j] = end
            if has_rows:
                rows[j] = row
            budget -= k - j
            if budget < 0:
                break
    return budget >= 0


def count_overlaps(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    const int32_t[::1] set_codes, const int64_t[::1] set_starts, const int64_t[::1] set_ends,
    int64_t least, int64_t[::1] out
):
    """Write how many intervals of a set share at least `least` bases with each query.

    set_ends are sorted within each code on their own; no interval of the set is shorter than
    `least`. order visits the queries by (code, start); empty: they are in that order.
    """
    cdef int64_t k, q, n = codes.shape[0], m = set_codes.shape[0], at_start = 0, at_end = 0
    cdef int32_t code = -1
    cdef Stretch here
    cdef bint ordered = order.shape[0] == 0
    if m == 0:
        out[:] = 0
        return
    here.lo = here.hi = 0
    with nogil:
        for k in range(n):
            q = k if ordered else order[k]
            if codes[q] != code:
                code = codes[q]
                move_to(&set_codes[0], m, code, &here)
                at_start = at_end = here.lo
            if ends[q] - starts[q] < least:
                out[q] = 0
                continue
            at_start = first_from(&set_starts[0], at_start, here.lo, here.hi, ends[q] - least + 1)
            at_end = first_from(&set_ends[0], at_end, here.lo, here.hi, starts[q] + least)
            out[q] = at_start - at_end


cdef int _compare(const void *a, const void *b) noexcept nogil:
    cdef int64_t left = (<const int64_t *>a)[0], right = (<const int64_t *>b)[0]
    return (left > right) - (left < right)


cdef void _sort_rows(int64_t *rows, int64_t n) noexcept nogil:
    cdef int64_t k, j, row
    if n > FEW:
        qsort(rows, <size_t>n, sizeof(int64_t), _compare)
        return
    for k in range(1, n):
        row = rows[k]
        j = k
        while j > 0 and rows[j - 1] > row:
            rows[j] = rows[j - 1]
            j -= 1
        rows[j] = row


def fill_pairs(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    const int32_t[::1] set_codes, const int64_t[::1] set_starts, const int64_t[::1] set_ends,
    const int64_t[::1] set_rows, const int64_t[::1] tops,
    int64_t least, const int64_t[::1] bounds, int64_t[::1] out_queries, int64_t[::1] out_rows
):
    """Write the pairs of query q into [bounds[q], bounds[q + 1]), by row of the set.

    The set is sorted by (code, start), set_rows holds its row numbers (empty: 0, 1, 2...). Where
    a query has room but no overlap, the row is -1.
    """
    cdef int64_t k, q, at, hit, stop, n = codes.shape[0], m = set_codes.shape[0]
    cdef int64_t first = 0, at_start = 0
    cdef int32_t code = -1
    cdef Stretch here
    cdef Reach reach
    cdef bint ordered = order.shape[0] == 0, numbered = set_rows.shape[0] > 0
    reach.rows = reach.lows = NULL
    reach.ends = &set_ends[0] if m else NULL
    reach.tops = &tops[0] if tops.shape[0] else NULL
    set_levels(&reach, m)
    here.lo = here.hi = 0
    with nogil:
        for k in range(n):
            q = k if ordered else order[k]
            at = bounds[q]
            if at == bounds[q + 1]:
                continue
            if m and codes[q] != code:
                code = codes[q]
                move_to(&set_codes[0], m, code, &here)
                first = at_start = here.lo
            stop = here.lo
            if here.lo < here.hi and ends[q] - starts[q] >= least:
                stop = at_start = first_from(
                    &set_starts[0], at_start, here.lo, here.hi, ends[q] - least + 1
                )
            # Later queries start later: what ends too early for this one does so for them.
            while first < here.hi and set_ends[first] < starts[q] + least:
                first += 1
            hit = first
            while hit < stop:
                out_queries[at] = q
                out_rows[at] = set_rows[hit] if numbered else hit
                at += 1
                hit = next_hit(&reach, hit + 1, stop, starts[q] + least, 0)
            if at == bounds[q]:
                out_queries[at] = q
                out_rows[at] = -1
            elif numbered:
                _sort_rows(&out_rows[0] + bounds[q], at - bounds[q])
