"""Overlaps of two sets of rectangles, by a line that moves along x.

Rectangles that the line meets are active. Each set keeps a tree over its rectangles in the order
of y1: a leaf holds y2 while its rectangle is active, else less than any start; a node holds the
largest of 16 below. Those with y1 below the query's y2 are a prefix of the leaves, and the walk
goes into a node only if something in it ends above the query's y1: every visit leads to a pair.
"""

from libc.stdint cimport int32_t, int64_t

cdef enum:
    FAN_BITS = 4
    MAX_LEVELS = 16

cdef int64_t NOTHING = -0x4000000000000000

cdef struct Tree:
    int64_t *nodes
    int64_t level_at[MAX_LEVELS]  # where a level begins; leaves first
    int64_t level_n[MAX_LEVELS]
    int n_levels


def count_nodes(int64_t n):
    """Number of nodes of a tree over n leaves, leaves included."""
    cdef int64_t count = n
    while n > 1:
        n = (n + 15) >> FAN_BITS
        count += n
    return count


cdef void _set_up(Tree *tree, int64_t n) noexcept nogil:
    cdef int64_t at = 0, k
    tree.n_levels = 0
    while True:
        tree.level_at[tree.n_levels] = at
        tree.level_n[tree.n_levels] = n
        tree.n_levels += 1
        at += n
        if n <= 1:
            break
        n = (n + 15) >> FAN_BITS
    for k in range(at):
        tree.nodes[k] = NOTHING


cdef void _enter(Tree *tree, int64_t at, int64_t value) noexcept nogil:
    cdef int level
    for level in range(tree.n_levels):
        if level and tree.nodes[tree.level_at[level] + at] >= value:
            return
        tree.nodes[tree.level_at[level] + at] = value
        at >>= FAN_BITS


cdef void _leave(Tree *tree, int64_t at) noexcept nogil:
    cdef int level
    cdef int64_t k, best, gone = tree.nodes[at]
    cdef int64_t *below
    tree.nodes[at] = NOTHING
    for level in range(1, tree.n_levels):
        at >>= FAN_BITS
        if tree.nodes[tree.level_at[level] + at] > gone:
            return
        below = tree.nodes + tree.level_at[level - 1]
        best = NOTHING
        for k in range(at << FAN_BITS, min((at + 1) << FAN_BITS, tree.level_n[level - 1])):
            best = max(best, below[k])
        if tree.nodes[tree.level_at[level] + at] == best:
            return
        tree.nodes[tree.level_at[level] + at] = best


cdef int64_t _next(const Tree *tree, int64_t at, int64_t low) noexcept nogil:
    """First leaf from `at` on whose value exceeds `low`; the number of leaves if there is none."""
    cdef int level = 0
    cdef int64_t n = tree.level_n[0]
    while True:
        if at >= tree.level_n[level]:
            return n
        if tree.nodes[tree.level_at[level] + at] > low:
            if level == 0:
                return at
            level -= 1
            at <<= FAN_BITS
            continue
        at += 1
        while (at & 15) == 0 and level + 1 < tree.n_levels:
            at >>= FAN_BITS
            level += 1


cdef int64_t _first_from(
    const int32_t[::1] codes, const int64_t[::1] y1, int32_t code, int64_t low
) noexcept nogil:
    """First leaf that is not before (code, low) in the order of (code, y1)."""
    cdef int64_t lo = 0, hi = codes.shape[0], mid
    while lo < hi:
        mid = (lo + hi) >> 1
        if codes[mid] < code or (codes[mid] == code and y1[mid] < low):
            lo = mid + 1
        else:
            hi = mid
    return lo


cdef inline bint _is_before(int32_t code, int64_t x, int32_t other, int64_t x_other) noexcept nogil:
    return code < other or (code == other and x < x_other)


def fill_pairs(
    const int32_t[::1] codes1, const int64_t[:, ::1] boxes1, const int64_t[:, ::1] orders1,
    const int32_t[::1] leaf_codes1, const int64_t[::1] leaf_y1,
    const int32_t[::1] codes2, const int64_t[:, ::1] boxes2, const int64_t[:, ::1] orders2,
    const int32_t[::1] leaf_codes2, const int64_t[::1] leaf_y2,
    int64_t[::1] nodes1, int64_t[::1] nodes2, int64_t[::1] out1, int64_t[::1] out2,
):
    """Write the pairs of rows that overlap, as far as there is room; return their number.

    boxes: x1, x2, y1, y2 as rows. orders: rows by (code, x1), rows by (code, x2), and the leaf of
    each row: its place by (code, y1). leaf_codes and leaf_y: codes and y1 in that order.
    """
    cdef int64_t n1 = codes1.shape[0], n2 = codes2.shape[0], at1 = 0, at2 = 0, gone1 = 0, gone2 = 0
    cdef int64_t row, leaf, stop, count = 0, room = out1.shape[0], low, x
    cdef int32_t code
    cdef bint first
    cdef Tree tree1, tree2
    if n1 == 0 or n2 == 0:
        return 0
    tree1.nodes, tree2.nodes = &nodes1[0], &nodes2[0]
    with nogil:
        _set_up(&tree1, n1)
        _set_up(&tree2, n2)
        while at1 < n1 or at2 < n2:
            first = at2 == n2 or (at1 < n1 and not _is_before(
                codes2[orders2[0, at2]], boxes2[0, orders2[0, at2]],
                codes1[orders1[0, at1]], boxes1[0, orders1[0, at1]],
            ))
            if (at1 == n1 and gone1 == n1) or (at2 == n2 and gone2 == n2):
                break
            row = orders1[0, at1] if first else orders2[0, at2]
            code = codes1[row] if first else codes2[row]
            x = boxes1[0, row] if first else boxes2[0, row]
            while gone1 < at1 and not _is_before(
                code, x, codes1[orders1[1, gone1]], boxes1[1, orders1[1, gone1]]
            ):
                _leave(&tree1, orders1[2, orders1[1, gone1]])
                gone1 += 1
            while gone2 < at2 and not _is_before(
                code, x, codes2[orders2[1, gone2]], boxes2[1, orders2[1, gone2]]
            ):
                _leave(&tree2, orders2[2, orders2[1, gone2]])
                gone2 += 1
            if first:
                at1 += 1
                _enter(&tree1, orders1[2, row], boxes1[3, row])
                low = boxes1[2, row]
                leaf = _first_from(leaf_codes2, leaf_y2, code, NOTHING)
                stop = _first_from(leaf_codes2, leaf_y2, code, boxes1[3, row])
                leaf = _next(&tree2, leaf, low)
                while leaf < stop:
                    if count < room:
                        out1[count] = row
                        out2[count] = orders2[3, leaf]
                    count += 1
                    leaf = _next(&tree2, leaf + 1, low)
            else:
                at2 += 1
                _enter(&tree2, orders2[2, row], boxes2[3, row])
                low = boxes2[2, row]
                leaf = _first_from(leaf_codes1, leaf_y1, code, NOTHING)
                stop = _first_from(leaf_codes1, leaf_y1, code, boxes2[3, row])
                leaf = _next(&tree1, leaf, low)
                while leaf < stop:
                    if count < room:
                        out1[count] = orders1[3, leaf]
                        out2[count] = row
                    count += 1
                    leaf = _next(&tree1, leaf + 1, low)
    return count
