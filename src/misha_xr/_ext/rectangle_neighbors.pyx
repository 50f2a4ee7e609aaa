"""Nearest rectangles: by the sum of the gaps on both axes, outward along the first.

The set is sorted by (code, start on axis 1, row). Rectangles with gap 0 on axis 1 come first, then
the nearer of both sides, until the gap on axis 1 alone exceeds the worst of the k best.
"""

from libc.stdint cimport int32_t, int64_t

from misha_xr._ext.reach cimport Reach, Stretch, first_from, move_to, next_hit, set_levels

cdef int64_t FAR = 0x7FFFFFFFFFFFFFFF

cdef struct Item:
    int64_t total
    int64_t row
    int64_t gap1
    int64_t gap2

cdef struct Bounds:
    int64_t low1
    int64_t high1
    int64_t low2
    int64_t high2

cdef struct Heap:  # of the k best, the worst at 0
    Item *items
    int64_t n
    int64_t k

cdef struct Search:
    const int64_t *starts1
    const int64_t *ends1
    const int64_t *starts2
    const int64_t *ends2
    const int64_t *rows
    const int64_t *by_end
    const int64_t *by_end_at
    Stretch here  # of the code
    int64_t first  # that may reach the query on axis 1
    int64_t zero  # behind the last whose gap on axis 1 may be 0
    Reach reach
    Heap heap
    Bounds bounds


cdef inline bint _is_worse(const Item *a, const Item *b) noexcept nogil:
    return a.total > b.total or (a.total == b.total and a.row > b.row)


cdef void _sink(Heap *heap, int64_t n, int64_t at) noexcept nogil:
    cdef int64_t kid
    cdef Item item = heap.items[at]
    while 2 * at + 1 < n:
        kid = 2 * at + 1
        if kid + 1 < n and _is_worse(&heap.items[kid + 1], &heap.items[kid]):
            kid += 1
        if not _is_worse(&heap.items[kid], &item):
            break
        heap.items[at] = heap.items[kid]
        at = kid
    heap.items[at] = item


cdef inline void _offer(Heap *heap, const Bounds *bounds, Item *item) noexcept nogil:
    cdef int64_t at
    if not (bounds.low1 <= item.gap1 <= bounds.high1 and bounds.low2 <= item.gap2 <= bounds.high2):
        return
    item.total = item.gap1 + item.gap2
    if heap.n < heap.k:
        heap.items[heap.n] = item[0]
        heap.n += 1
        if heap.n == heap.k:
            for at in range(heap.k // 2, -1, -1):
                _sink(heap, heap.k, at)
    elif _is_worse(&heap.items[0], item):
        heap.items[0] = item[0]
        _sink(heap, heap.k, 0)


cdef inline int64_t _gap(int64_t a1, int64_t a2, int64_t b1, int64_t b2) noexcept nogil:
    return max(max(b1 - a2, a1 - b2), 0)


cdef void _sort(Heap *heap) noexcept nogil:
    cdef int64_t at
    cdef Item item
    for at in range(heap.n // 2, -1, -1):
        _sink(heap, heap.n, at)
    for at in range(heap.n - 1, 0, -1):
        item = heap.items[0]
        heap.items[0] = heap.items[at]
        heap.items[at] = item
        _sink(heap, at, 0)


cdef inline void _offer_at(
    Search *s, int64_t at, int64_t gap1, const int64_t *y
) noexcept nogil:
    cdef Item item
    item.row = s.rows[at]
    item.gap1 = gap1
    item.gap2 = _gap(y[0], y[1], s.starts2[at], s.ends2[at])
    _offer(&s.heap, &s.bounds, &item)


cdef void _search_outward(
    Search *s, int64_t left, int64_t right, const int64_t *x, const int64_t *y
) noexcept nogil:
    """Offer what lies beside a query on axis 1: the nearer of both sides, until none can count."""
    cdef int64_t near, at
    cdef bint on_left
    while left >= s.here.lo or right < s.here.hi:
        near = FAR
        on_left = left >= s.here.lo
        if on_left:
            near = x[0] - s.by_end[left]
        if right < s.here.hi and s.starts1[right] - x[1] < near:
            near = s.starts1[right] - x[1]
            on_left = False
        if near > s.bounds.high1 or (s.heap.n == s.heap.k and near > s.heap.items[0].total):
            return
        if on_left:
            at = s.by_end_at[left]
            left -= 1
        else:
            at = right
            right += 1
        _offer_at(s, at, near, y)


cdef inline void _search(
    Search *s, const int64_t *x, const int64_t *y
) noexcept nogil:
    """Gather the neighbors of one query; queries of a code come by ascending start and end."""
    cdef int64_t at
    while s.first < s.here.hi and s.ends1[s.first] < x[0]:
        s.first += 1
    s.zero = first_from(s.starts1, s.zero, s.here.lo, s.here.hi, x[1] + 1)
    at = s.first
    while at < s.zero:
        _offer_at(s, at, 0, y)
        at = next_hit(&s.reach, at + 1, s.zero, x[0], FAR)
    at = first_from(s.by_end, s.first, s.here.lo, s.here.hi, x[0]) - 1
    _search_outward(s, at, s.zero, x, y)
    _sort(&s.heap)


cdef void _open(
    Search *s, const int64_t[:, ::1] boxes, const int64_t[::1] rows, const int64_t[::1] tops,
    const int64_t[::1] by_end, const int64_t[::1] by_end_at,
) noexcept nogil:
    s.rows, s.by_end, s.by_end_at = &rows[0], &by_end[0], &by_end_at[0]
    s.starts1, s.ends1 = &boxes[0, 0], &boxes[1, 0]
    s.starts2, s.ends2 = &boxes[2, 0], &boxes[3, 0]
    s.reach.rows = s.reach.lows = NULL
    s.reach.ends = s.ends1
    s.reach.tops = &tops[0] if tops.shape[0] else NULL
    set_levels(&s.reach, boxes.shape[1])
    s.here.lo = s.here.hi = s.first = s.zero = 0


def find_neighbors(
    const int32_t[::1] codes, const int64_t[:, ::1] boxes, const int64_t[::1] order,
    const int32_t[::1] set_codes, const int64_t[:, ::1] set_boxes, const int64_t[::1] set_rows,
    const int64_t[::1] tops, const int64_t[::1] by_end, const int64_t[::1] by_end_at,
    tuple limits, int64_t k_nearest, int64_t[:, ::1] items, int64_t[::1] counts
):
    """Write the neighbors of the queries in `order`, one after the other, nearest first.

    boxes: rows of start1, end1, start2, end2 as columns of shape (4, n). items has a row (total,
    row of the set, gap1, gap2) for k_nearest neighbors of each query, of which the first counts[k]
    of query order[k] are written, at k * k_nearest. by_end: ends on axis 1 sorted within each
    code; by_end_at: their positions.
    """
    cdef int64_t k, q, m = set_codes.shape[0]
    cdef int64_t[2] x
    cdef int64_t[2] y
    cdef int32_t code = -2
    cdef Search search
    cdef Bounds bounds
    bounds.low1, bounds.high1, bounds.low2, bounds.high2 = limits
    search.bounds = bounds
    search.heap.k = k_nearest
    with nogil:
        _open(&search, set_boxes, set_rows, tops, by_end, by_end_at)
        for k in range(order.shape[0]):
            q = order[k]
            if codes[q] != code:
                code = codes[q]
                move_to(&set_codes[0], m, code, &search.here)
                search.first = search.zero = search.here.lo
            x[0], x[1], y[0], y[1] = boxes[0, q], boxes[1, q], boxes[2, q], boxes[3, q]
            search.heap.items = <Item *>&items[k * k_nearest, 0]
            search.heap.n = 0
            _search(&search, x, y)
            counts[k] = search.heap.n
