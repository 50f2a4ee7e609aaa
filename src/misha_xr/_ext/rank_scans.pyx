"""Rank-sum tests along rows of bins: segments that differ, windows that stand out.

Values come as ranks, equal values as equal ranks, so that one test asks for counts only. Of a
sample and a value r, twice the rank is #(below r) + #(not above r): equal ones count half. A sum of
these over another sample is twice Mann and Whitney's U, kept up to date as values come and go.
Source: misha query semantics, segments and sliding tests.
"""

from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memmove, memset

cdef enum:
    # Up to here moving a few kilobytes beats walking a tree. Measured.
    MOST_SORTED = 4096

# A sample of ranks: sorted, or a tree of counts (Fenwick) over all ranks.
cdef struct Sample:
    int64_t n
    int32_t *items
    int32_t *counts
    int64_t n_ranks


cdef int _new(Sample *sample, int64_t most, int64_t n_ranks) noexcept nogil:
    """Make room for `most` ranks, each below n_ranks; -1 without memory."""
    sample.n = 0
    sample.n_ranks = n_ranks
    sample.items = NULL
    sample.counts = NULL
    if most <= MOST_SORTED:
        sample.items = <int32_t *>malloc((most + 1) * sizeof(int32_t))
        return 0 if sample.items != NULL else -1
    sample.counts = <int32_t *>calloc(n_ranks + 2, sizeof(int32_t))
    return 0 if sample.counts != NULL else -1


cdef void _free(Sample *sample) noexcept nogil:
    free(sample.items)
    free(sample.counts)


cdef inline int64_t _n_below(const Sample *sample, int32_t rank) noexcept nogil:
    """Number of items below a rank."""
    cdef int64_t lo = 0, n = sample.n, half, count = 0, at
    if sample.items != NULL:
        if n == 0:
            return 0
        while n > 1:  # without branches: which way a search goes cannot be foreseen
            half = n >> 1
            lo += half * (sample.items[lo + half - 1] < rank)
            n -= half
        return lo + (sample.items[lo] < rank)
    at = rank  # ranks [0, rank) are places 1 to rank
    while at > 0:
        count += sample.counts[at]
        at &= at - 1
    return count


cdef inline int64_t _twice(const Sample *sample, int32_t rank) noexcept nogil:
    """Twice the rank of a value in a sample."""
    cdef int64_t below = _n_below(sample, rank), upto = below
    if sample.items == NULL:
        return below + _n_below(sample, rank + 1)
    while upto < sample.n and sample.items[upto] == rank:
        upto += 1
        if upto - below > 16:
            upto = _n_below(sample, rank + 1)
            break
    return below + upto


cdef inline void _add(Sample *sample, int32_t rank) noexcept nogil:
    cdef int64_t at
    if sample.items != NULL:
        at = _n_below(sample, rank)
        memmove(
            sample.items + at + 1, sample.items + at, (sample.n - at) * sizeof(int32_t))
        sample.items[at] = rank
    else:
        at = rank + 1
        while at <= sample.n_ranks:
            sample.counts[at] += 1
            at += at & -at
    sample.n += 1


cdef inline void _remove(Sample *sample, int32_t rank) noexcept nogil:
    cdef int64_t at
    sample.n -= 1
    if sample.items != NULL:
        at = _n_below(sample, rank)
        memmove(
            sample.items + at, sample.items + at + 1, (sample.n - at) * sizeof(int32_t))
    else:
        at = rank + 1
        while at <= sample.n_ranks:
            sample.counts[at] -= 1
            at += at & -at


cdef inline double _z(int64_t twice_u, int64_t n1, int64_t n2) noexcept nogil:
    """Return the smaller of both U as a number of standard deviations; no correction for ties."""
    cdef double product = <double>n1 * <double>n2
    cdef double u = min(twice_u * 0.5, product - twice_u * 0.5)
    return (u - product / 2) / sqrt(product * <double>(n1 + n2 + 1) / 12)


# A segment that grows at the expense of the values that follow it, always `least` of them.
cdef struct Growth:
    Sample grown
    Sample ahead
    int64_t twice_u  # of the values in `grown` against those in `ahead`
    int64_t start
    int64_t end  # of the segment, where the values ahead begin
    int64_t least


cdef inline void _take_ahead(Growth *g, int32_t rank) noexcept nogil:
    # A new value ahead lies below those of the segment that are above it.
    g.twice_u += 2 * g.grown.n - _twice(&g.grown, rank)
    _add(&g.ahead, rank)


cdef inline void _step(Growth *g, const int32_t *ranks) noexcept nogil:
    """Move the border between segment and values ahead by one."""
    cdef int32_t moved = ranks[g.end]
    g.twice_u -= 2 * g.grown.n - _twice(&g.grown, moved)
    _remove(&g.ahead, moved)
    g.twice_u += _twice(&g.ahead, moved)
    _add(&g.grown, moved)
    _take_ahead(g, ranks[g.end + g.least])
    g.end += 1


cdef void _begin(Growth *g, const int32_t *ranks, int64_t start) noexcept nogil:
    """Start a segment of `least` values anew."""
    cdef int64_t i
    for i in range(g.start, g.end):
        _remove(&g.grown, ranks[i])
    for i in range(g.end, g.end + g.ahead.n):
        _remove(&g.ahead, ranks[i])
    g.start = start
    g.end = start + g.least
    g.twice_u = 0
    for i in range(start, g.end):
        _add(&g.grown, ranks[i])
    for i in range(g.end, g.end + g.least):
        _take_ahead(g, ranks[i])


cdef inline double _of_growth(const Growth *g) noexcept nogil:
    return _z(g.twice_u, g.grown.n, g.ahead.n)


cdef int64_t _segment_row(
    Growth *g, const int32_t *ranks, int64_t lo, int64_t hi, double cutoff, int64_t *out
) noexcept nogil:
    """Write the first value of each new segment of one row; return their number.

    Where segment and values ahead differ, the border goes where they differ most among `least`
    places; that needs all of them. The last border found is left out: what follows is one segment.
    """
    cdef int64_t n_found = 0, best_at, _shift
    cdef double best, z
    g.start = g.end = lo
    if hi - lo < 3 * g.least - 1:
        return 0
    _begin(g, ranks, lo)
    while g.end + 2 * g.least - 1 <= hi:
        best = _of_growth(g)
        if best > cutoff:
            if g.end + g.least >= hi:
                break
            _step(g, ranks)
            continue
        best_at = g.end
        for _shift in range(1, g.least):
            _step(g, ranks)
            z = _of_growth(g)
            if z < best:
                best = z
                best_at = g.end
        out[n_found] = best_at
        n_found += 1
        if best_at + 2 * g.least > hi:
            break
        _begin(g, ranks, best_at)
    _empty(g, ranks)
    return max(n_found - 1, 0)


cdef void _empty(Growth *g, const int32_t *ranks) noexcept nogil:
    """Take everything out, at the cost of what is in."""
    cdef int64_t i
    for i in range(g.start, g.end):
        _remove(&g.grown, ranks[i])
    for i in range(g.end, g.end + g.ahead.n):
        _remove(&g.ahead, ranks[i])
    g.start = g.end


def find_segments(
    const int32_t[::1] ranks, int64_t n_ranks, const int64_t[::1] offsets, int64_t least,
    double cutoff, int64_t[::1] borders, int64_t[::1] counts,
):
    """Write where new segments begin, row after row, and how many each row has; return the sum.

    Row r is ranks[offsets[r]:offsets[r + 1]], without missing values; borders has room for one
    border per `least` values.
    """
    cdef Growth g
    cdef int64_t r, n_found = 0, longest = 0, n_rows = offsets.shape[0] - 1
    cdef const int32_t *values = &ranks[0] if ranks.shape[0] else NULL
    cdef int64_t *out = &borders[0] if borders.shape[0] else NULL
    cdef int status
    memset(&g, 0, sizeof(Growth))
    g.least = least
    with nogil:
        for r in range(n_rows):
            longest = max(longest, offsets[r + 1] - offsets[r])
        status = _new(&g.grown, longest, n_ranks) + _new(&g.ahead, least, n_ranks)
        if status == 0:
            for r in range(n_rows):
                counts[r] = _segment_row(
                    &g, values, offsets[r], offsets[r + 1], cutoff, out + n_found)
                n_found += counts[r]
        _free(&g.grown)
        _free(&g.ahead)
    if status < 0:
        raise MemoryError("no memory for the values of one segment")
    return n_found


# Two windows around one centre, each cut at the ends of its row.
cdef struct Pair:
    Sample small
    Sample large
    int64_t twice_u  # of the small window against the large one
    int64_t half_small
    int64_t half_large


cdef inline void _enter_small(Pair *p, int32_t rank) noexcept nogil:
    if rank >= 0:
        p.twice_u += _twice(&p.large, rank)
        _add(&p.small, rank)


cdef inline void _leave_small(Pair *p, int32_t rank) noexcept nogil:
    if rank >= 0:
        p.twice_u -= _twice(&p.large, rank)
        _remove(&p.small, rank)


cdef inline void _enter_large(Pair *p, int32_t rank) noexcept nogil:
    if rank >= 0:
        p.twice_u += 2 * p.small.n - _twice(&p.small, rank)
        _add(&p.large, rank)


cdef inline void _leave_large(Pair *p, int32_t rank) noexcept nogil:
    if rank >= 0:
        p.twice_u -= 2 * p.small.n - _twice(&p.small, rank)
        _remove(&p.large, rank)


cdef inline bint _is_wanted(const Pair *p, int direction, int64_t least) noexcept nogil:
    """Tell whether both windows hold enough, and the small one lies on the wanted side."""
    cdef int64_t side
    if p.small.n < least or p.large.n < least:
        return False
    side = p.twice_u - p.small.n * p.large.n
    return direction == 0 or (side > 0 if direction > 0 else side < 0)


cdef int64_t _scan_row(
    Pair *p, const int32_t *ranks, int64_t n, int direction, double cutoff, int64_t least,
    int64_t *firsts, int64_t *lasts, double *best,
) noexcept nogil:
    """Write runs of centres that stand out, joined where their windows touch; return how many."""
    cdef int64_t i, n_runs = 0
    cdef double z
    p.twice_u = 0
    for i in range(min(p.half_large, n)):
        _enter_large(p, ranks[i])
    for i in range(min(p.half_small, n)):
        _enter_small(p, ranks[i])
    for i in range(n):
        if i + p.half_large < n:
            _enter_large(p, ranks[i + p.half_large])
        if i + p.half_small < n:
            _enter_small(p, ranks[i + p.half_small])
        if ranks[i] >= 0 and _is_wanted(p, direction, least):
            z = _z(p.twice_u, p.small.n, p.large.n)
            if z <= cutoff:
                if n_runs and i - lasts[n_runs - 1] <= 2 * p.half_small + 1:
                    lasts[n_runs - 1] = i
                    best[n_runs - 1] = min(best[n_runs - 1], z)
                else:
                    firsts[n_runs] = lasts[n_runs] = i
                    best[n_runs] = z
                    n_runs += 1
        if i >= p.half_small:
            _leave_small(p, ranks[i - p.half_small])
        if i >= p.half_large:
            _leave_large(p, ranks[i - p.half_large])
    for i in range(max(n - p.half_small, 0), n):
        _leave_small(p, ranks[i])
    for i in range(max(n - p.half_large, 0), n):
        _leave_large(p, ranks[i])
    return n_runs


def find_outstanding(
    const int32_t[::1] ranks, int64_t n_ranks, const int64_t[::1] offsets, int64_t half_small,
    int64_t half_large, int direction, double cutoff, int64_t least,
    int64_t[::1] firsts, int64_t[::1] lasts, double[::1] best, int64_t[::1] counts,
):
    """Write runs of centres, counted from the beginning of their row, and how many each row has.

    Row r is ranks[offsets[r]:offsets[r + 1]], -1 where a value is missing; best holds the least z
    of each run. Returns the number of runs.
    """
    cdef Pair p
    cdef int64_t r, n_runs = 0, longest = 0, n_rows = offsets.shape[0] - 1
    cdef const int32_t *values = &ranks[0] if ranks.shape[0] else NULL
    cdef int64_t *first = &firsts[0] if firsts.shape[0] else NULL
    cdef int64_t *last = &lasts[0] if lasts.shape[0] else NULL
    cdef double *least_z = &best[0] if best.shape[0] else NULL
    cdef int status
    memset(&p, 0, sizeof(Pair))
    p.half_small, p.half_large = half_small, half_large
    with nogil:
        for r in range(n_rows):
            longest = max(longest, offsets[r + 1] - offsets[r])
        status = _new(&p.small, min(2 * half_small + 1, longest), n_ranks)
        status += _new(&p.large, min(2 * half_large + 1, longest), n_ranks)
        if status == 0:
            for r in range(n_rows):
                counts[r] = _scan_row(
                    &p, values + offsets[r], offsets[r + 1] - offsets[r], direction, cutoff,
                    least, first + n_runs, last + n_runs, least_z + n_runs)
                n_runs += counts[r]
        _free(&p.small)
        _free(&p.large)
    if status < 0:
        raise MemoryError("no memory for the values of one window")
    return n_runs
