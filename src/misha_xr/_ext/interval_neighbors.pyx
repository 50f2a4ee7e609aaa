"""Nearest intervals: gap 0 first (overlapping or touching), then outward on both sides.

Three streams of a query, each by (gap, row): intervals with gap 0, those that end before it in
falling order of end, those that start behind it in rising order of start. The nearest k are the
head of their merge. Set 2 is sorted by (code, start, row); queries are visited by (code, start).
A gap to the right of the query counts as positive; `Rule` says which gaps are looked for, and how
positions become signed distances. See semantics, neighbors.
"""

from libc.stdint cimport int8_t, int32_t, int64_t
from libc.string cimport memset

from misha_xr._ext.reach cimport Reach, Stretch, first_from, move_to, next_hit, set_levels

# What gives a distance its sign.
cdef enum:
    BY_SET = 1  # the strand of the neighbor: 0 makes it positive
    BY_QUERY = 2

cdef struct Rule:
    bint at_zero  # look for gap 0
    int64_t lo_left  # gaps looked for, from 1 on
    int64_t hi_left
    int64_t lo_right
    int64_t hi_right
    int sign
    const int8_t *strands  # of queries or of the set, by row; -1, 0, 1

cdef struct Target:
    int64_t n
    const int32_t *codes
    const int64_t *starts
    const int64_t *rows  # NULL: the position is the row
    const int64_t *by_end  # ends sorted within each code, equal ones by falling row
    const int64_t *by_end_rows
    Reach reach

# One query and where its streams stand.
cdef struct Search:
    Stretch here
    int32_t code
    int64_t start
    int64_t end
    int64_t lo_left
    int64_t hi_left
    int64_t lo_right
    int64_t hi_right
    int64_t first  # first that does not end before the query
    int64_t best_end  # of those before `first` on the chromosome, and its row
    int64_t best_row
    int64_t zero_stop  # behind the last that does not start behind the query
    int64_t left  # the next in by_end, walking down
    int64_t left_stop
    int64_t right  # the next in starts
    int64_t right_stop

cdef int64_t NO_ROW = 0x7FFFFFFFFFFFFFFF


cdef inline int64_t _row(const Target *target, int64_t at) noexcept nogil:
    return at if target.rows == NULL else target.rows[at]


cdef inline double _signed(
    const Rule *rule, int64_t position, int64_t query, int64_t row
) noexcept nogil:
    """Distance of a neighbor at a position: negative on the left of the query."""
    cdef int8_t strand = 0
    if rule.strands != NULL:
        strand = rule.strands[query if rule.sign == BY_QUERY else row]
    if rule.sign == BY_QUERY:
        return <double>(-position if strand < 0 else position)
    if strand == 0:
        return <double>(-position if position < 0 else position)
    return <double>(-position * strand)


cdef inline void _open(
    const Target *target, const Rule *rule, Search *s, int64_t query,
    int32_t code, int64_t start, int64_t end
) noexcept nogil:
    """Begin with a query: its chromosome, its bounds, what does not end before it."""
    cdef bint flips = (
        rule.sign == BY_QUERY and rule.strands != NULL and rule.strands[query] < 0
    )
    if code != s.code:
        s.code = code
        move_to(target.codes, target.n, code, &s.here)
        s.first = s.zero_stop = s.right = s.right_stop = s.here.lo
        s.left = s.left_stop = s.here.lo
        s.best_row = NO_ROW
    s.start = start
    s.end = end
    s.lo_left = rule.lo_right if flips else rule.lo_left
    s.hi_left = rule.hi_right if flips else rule.hi_left
    s.lo_right = rule.lo_left if flips else rule.lo_right
    s.hi_right = rule.hi_left if flips else rule.hi_right
    while s.first < s.here.hi and target.reach.ends[s.first] < start:
        if (
            s.best_row == NO_ROW
            or target.reach.ends[s.first] > s.best_end
            or (target.reach.ends[s.first] == s.best_end and _row(target, s.first) < s.best_row)
        ):
            s.best_end = target.reach.ends[s.first]
            s.best_row = _row(target, s.first)
        s.first += 1
    s.zero_stop = first_from(target.starts, s.zero_stop, s.here.lo, s.here.hi, end + 1)


cdef inline int64_t _least_row(const Target *target, const Search *s) noexcept nogil:
    """Smallest row with gap 0; there is one, at s.first."""
    cdef int64_t at = s.first, row = _row(target, s.first)
    if target.rows == NULL:
        return row
    while True:
        at = next_hit(&target.reach, at + 1, s.zero_stop, s.start, row)
        if at >= s.zero_stop:
            return row
        row = target.rows[at]


cdef inline int64_t _nearest(
    const Target *target, const Search *s, int64_t *position
) noexcept nogil:
    """Row and position of the one nearest; -1 if there is none within the bounds.

    Gap 0 is looked for here, and the other gaps from 1 on. Without a gap of 0, all that start
    before the query have been passed.
    """
    cdef int64_t left = NO_ROW, right = NO_ROW, row
    position[0] = 0
    if s.first < s.zero_stop:
        return _least_row(target, s)
    if s.best_row != NO_ROW and s.start - s.best_end <= s.hi_left:
        left = s.start - s.best_end
    if s.zero_stop < s.here.hi and target.starts[s.zero_stop] - s.end <= s.hi_right:
        right = target.starts[s.zero_stop] - s.end
    if left == NO_ROW and right == NO_ROW:
        return -1
    row = NO_ROW if right == NO_ROW else _row(target, s.zero_stop)
    if left < right or (left == right and s.best_row < row):
        position[0] = -left
        return s.best_row
    position[0] = right
    return row


cdef inline void _place(const Target *target, Search *s) noexcept nogil:
    """Find where the streams of both sides begin and end."""
    s.left = first_from(
        target.by_end, s.left, s.here.lo, s.here.hi, s.start - s.lo_left + 1) - 1
    s.left_stop = s.left
    if s.hi_left >= s.lo_left:
        s.left_stop = first_from(
            target.by_end, s.left_stop, s.here.lo, s.here.hi, s.start - s.hi_left) - 1
    s.right = first_from(target.starts, s.right, s.here.lo, s.here.hi, s.end + s.lo_right)
    s.right_stop = s.right
    if s.hi_right >= s.lo_right:
        s.right_stop = first_from(
            target.starts, s.right_stop, s.here.lo, s.here.hi, s.end + s.hi_right + 1)


cdef inline int64_t _n_zero(const Target *target, const Search *s) noexcept nogil:
    """Number with gap 0: those that do not start behind the query, less those that end before."""
    cdef int64_t before = first_from(target.by_end, s.left, s.here.lo, s.here.hi, s.start)
    return s.zero_stop - before


cdef void _sift(int64_t *heap, int64_t n, int64_t at) noexcept nogil:
    """Let an item sink in a heap whose largest is at 0."""
    cdef int64_t kid, item = heap[at]
    while 2 * at + 1 < n:
        kid = 2 * at + 1
        if kid + 1 < n and heap[kid + 1] > heap[kid]:
            kid += 1
        if heap[kid] <= item:
            break
        heap[at] = heap[kid]
        at = kid
    heap[at] = item


cdef int64_t _collect(
    const Target *target, const Search *s, int64_t k, int64_t *rows
) noexcept nogil:
    """Write the k smallest rows with gap 0, rising; return their number."""
    cdef int64_t n = 0, at = s.first, worst = NO_ROW, j, row
    while at < s.zero_stop:
        if target.rows == NULL or n < k:
            rows[n] = _row(target, at)
            n += 1
            if n == k and target.rows == NULL:
                return n
            if n == k:
                for j in range(k // 2, -1, -1):
                    _sift(rows, k, j)
                worst = rows[0]
        else:
            rows[0] = target.rows[at]
            _sift(rows, k, 0)
            worst = rows[0]
        at = next_hit(&target.reach, at + 1, s.zero_stop, s.start, worst)
    if target.rows == NULL:
        return n
    if n < k:
        for j in range(n // 2, -1, -1):
            _sift(rows, n, j)
    for j in range(n - 1, 0, -1):
        row = rows[0]
        rows[0] = rows[j]
        rows[j] = row
        _sift(rows, j, 0)
    return n


cdef inline bint _next_side(
    const Target *target, Search *s, int64_t *row, int64_t *at
) noexcept nogil:
    """Take the nearer head of the two sides; False if both are through."""
    cdef int64_t left = NO_ROW, right = NO_ROW
    if s.left > s.left_stop:
        left = s.start - target.by_end[s.left]
    if s.right < s.right_stop:
        right = target.starts[s.right] - s.end
    if left == NO_ROW and right == NO_ROW:
        return False
    if left < right or (
        left == right and target.by_end_rows[s.left] < _row(target, s.right)
    ):
        at[0] = -left
        row[0] = target.by_end_rows[s.left]
        s.left -= 1
    else:
        at[0] = right
        row[0] = _row(target, s.right)
        s.right += 1
    return True


cdef void _set_target(
    Target *target, const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] rows, const int64_t[::1] tops, const int64_t[::1] lows,
):
    target.n = codes.shape[0]
    target.codes = &codes[0]
    target.starts = &starts[0]
    target.rows = &rows[0] if rows.shape[0] else NULL
    target.by_end = target.by_end_rows = NULL
    target.reach.ends = &ends[0]
    target.reach.rows = target.rows
    target.reach.tops = &tops[0] if tops.shape[0] else NULL
    target.reach.lows = &lows[0] if lows.shape[0] else NULL
    set_levels(&target.reach, target.n)


cdef void _set_rule(Rule *rule, tuple bounds, int sign, const int8_t[::1] strands):
    rule.at_zero, rule.lo_left, rule.hi_left, rule.lo_right, rule.hi_right = bounds
    rule.sign = sign
    rule.strands = &strands[0] if strands.shape[0] else NULL


cdef void _start(Search *s) noexcept nogil:
    memset(s, 0, sizeof(Search))
    s.code = -1
    s.best_row = NO_ROW


def find_nearest(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    const int32_t[::1] set_codes, const int64_t[::1] set_starts, const int64_t[::1] set_ends,
    const int64_t[::1] set_rows, const int64_t[::1] tops, const int64_t[::1] lows,
    tuple bounds, int sign, const int8_t[::1] strands,
    int64_t[::1] out_rows, double[::1] out_dist
):
    """Write row and distance of the one nearest to each query; row -1 where there is none.

    bounds = (at_zero, lo_left, hi_left, lo_right, hi_right): at_zero must hold and the lows be 1.
    The set is not empty; tops and lows, with set_rows, are those of the kernels of joins.
    """
    cdef int64_t k, q, position, n = codes.shape[0]
    cdef bint ordered = order.shape[0] == 0
    cdef Target target
    cdef Rule rule
    cdef Search s
    _set_target(&target, set_codes, set_starts, set_ends, set_rows, tops, lows)
    _set_rule(&rule, bounds, sign, strands)
    with nogil:
        _start(&s)
        for k in range(n):
            q = k if ordered else order[k]
            _open(&target, &rule, &s, q, codes[q], starts[q], ends[q])
            out_rows[q] = _nearest(&target, &s, &position)
            if out_rows[q] >= 0:
                out_dist[q] = _signed(&rule, position, q, out_rows[q])


def count_neighbors(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    const int32_t[::1] set_codes, const int64_t[::1] set_starts, const int64_t[::1] set_ends,
    const int64_t[::1] by_end, tuple bounds, int sign, const int8_t[::1] strands,
    int64_t k_nearest, int64_t[::1] out
):
    """Write how many neighbors within the bounds each query has, at most k_nearest."""
    cdef int64_t k, q, found, n = codes.shape[0]
    cdef bint ordered = order.shape[0] == 0
    cdef Target target
    cdef Rule rule
    cdef Search s
    _set_target(&target, set_codes, set_starts, set_ends, order[:0], order[:0], order[:0])
    target.by_end = &by_end[0]
    _set_rule(&rule, bounds, sign, strands)
    with nogil:
        _start(&s)
        for k in range(n):
            q = k if ordered else order[k]
            _open(&target, &rule, &s, q, codes[q], starts[q], ends[q])
            _place(&target, &s)
            found = s.left - s.left_stop + s.right_stop - s.right
            if rule.at_zero:
                found += _n_zero(&target, &s)
            out[q] = min(found, k_nearest)


def fill_neighbors(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    const int32_t[::1] set_codes, const int64_t[::1] set_starts, const int64_t[::1] set_ends,
    const int64_t[::1] set_rows, const int64_t[::1] tops, const int64_t[::1] lows,
    const int64_t[::1] by_end, const int64_t[::1] by_end_rows,
    tuple bounds, int sign, const int8_t[::1] strands, const int64_t[::1] slots,
    int64_t[::1] out_queries, int64_t[::1] out_rows, double[::1] out_dist
):
    """Write the neighbors of query q into [slots[q], slots[q + 1]), as counted, nearest first."""
    cdef int64_t k, q, at, room, row = 0, position = 0, n_zero, n = codes.shape[0]
    cdef bint ordered = order.shape[0] == 0
    cdef Target target
    cdef Rule rule
    cdef Search s
    _set_target(&target, set_codes, set_starts, set_ends, set_rows, tops, lows)
    target.by_end, target.by_end_rows = &by_end[0], &by_end_rows[0]
    _set_rule(&rule, bounds, sign, strands)
    with nogil:
        _start(&s)
        for k in range(n):
            q = k if ordered else order[k]
            at = slots[q]
            room = slots[q + 1] - at
            if room == 0:
                continue
            _open(&target, &rule, &s, q, codes[q], starts[q], ends[q])
            _place(&target, &s)
            n_zero = 0
            if rule.at_zero:
                n_zero = _collect(&target, &s, room, &out_rows[0] + at)
            for at in range(slots[q], slots[q + 1]):
                if at < slots[q] + n_zero:
                    row = out_rows[at]
                    position = 0
                else:
                    _next_side(&target, &s, &row, &position)
                out_queries[at] = q
                out_rows[at] = row
                out_dist[at] = _signed(&rule, position, q, row)
