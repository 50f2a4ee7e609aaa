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
    cdef int64_t k, q, at, left, right, near, n = order.shape[0], m = set_codes.shape[0]
    cdef int64_t zero = 0, first = 0, x1, x2, y1, y2
    cdef int32_t code = -2
    cdef bint on_left
    cdef Stretch here
    cdef Reach reach
    cdef Heap heap
    cdef Item item
    cdef Bounds bounds
    bounds.low1, bounds.high1, bounds.low2, bounds.high2 = limits
    reach.rows = reach.lows = NULL
    reach.ends = &set_boxes[1, 0]
    reach.tops = &tops[0] if tops.shape[0] else NULL
    set_levels(&reach, m)
    here.lo = here.hi = 0
    heap.k = k_nearest
    with nogil:
        for k in range(n):
            q = order[k]
            if codes[q] != code:
                code = codes[q]
                move_to(&set_codes[0], m, code, &here)
                first = zero = here.lo
            x1, x2, y1, y2 = boxes[0, q], boxes[1, q], boxes[2, q], boxes[3, q]
            heap.items = <Item *>&items[k * k_nearest, 0]
            heap.n = 0
            while first < here.hi and set_boxes[1, first] < x1:
                first += 1
            zero = first_from(&set_boxes[0, 0], zero, here.lo, here.hi, x2 + 1)
            at = first
            while at < zero:
                item.row = set_rows[at]
                item.gap1 = 0
                item.gap2 = _gap(y1, y2, set_boxes[2, at], set_boxes[3, at])
                _offer(&heap, &bounds, &item)
                at = next_hit(&reach, at + 1, zero, x1, FAR)
            right = zero
            left = first_from(&by_end[0], first, here.lo, here.hi, x1) - 1
            while left >= here.lo or right < here.hi:
                near = FAR
                on_left = False
                if left >= here.lo:
                    near = x1 - by_end[left]
                    on_left = True
                if right < here.hi and set_boxes[0, right] - x2 < near:
                    near = set_boxes[0, right] - x2
                    on_left = False
                if near > bounds.high1 or (heap.n == heap.k and near > heap.items[0].total):
                    break
                at = by_end_at[left] if on_left else right
                if on_left:
                    left -= 1
                else:
                    right += 1
                item.row = set_rows[at]
                item.gap1 = near
                item.gap2 = _gap(y1, y2, set_boxes[2, at], set_boxes[3, at])
                _offer(&heap, &bounds, &item)
            _sort(&heap)
            counts[k] = heap.n
