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

cdef struct Side:  # one of the two sets
    const int32_t *codes
    const int64_t *x1
    const int64_t *x2
    const int64_t *y1
    const int64_t *y2
    const int64_t *by_x1
    const int64_t *by_x2
    const int64_t *leaf_of
    const int64_t *row_at  # a leaf
    const int32_t *leaf_codes
    const int64_t *leaf_y
    int64_t n
    int64_t at  # how many the line has reached
    int64_t gone  # how many it has left
    Tree tree

cdef struct Pairs:
    int64_t room
    int64_t n


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


cdef int64_t _first_from(const Side *side, int32_t code, int64_t low) noexcept nogil:
    """First leaf that is not before (code, low) in the order of (code, y1)."""
    cdef int64_t lo = 0, hi = side.n, mid
    while lo < hi:
        mid = (lo + hi) >> 1
        if side.leaf_codes[mid] < code or (
            side.leaf_codes[mid] == code and side.leaf_y[mid] < low
        ):
            lo = mid + 1
        else:
            hi = mid
    return lo


cdef inline bint _is_before(int32_t code, int64_t x, int32_t other, int64_t x_other) noexcept nogil:
    return code < other or (code == other and x < x_other)


cdef void _open(
    Side *side, const int32_t[::1] codes, const int64_t[:, ::1] boxes,
    const int64_t[:, ::1] orders, const int32_t[::1] leaf_codes, const int64_t[::1] leaf_y,
    int64_t[::1] nodes,
) noexcept nogil:
    side.codes, side.leaf_codes, side.leaf_y = &codes[0], &leaf_codes[0], &leaf_y[0]
    side.x1, side.x2, side.y1, side.y2 = &boxes[0, 0], &boxes[1, 0], &boxes[2, 0], &boxes[3, 0]
    side.by_x1, side.by_x2 = &orders[0, 0], &orders[1, 0]
    side.leaf_of, side.row_at = &orders[2, 0], &orders[3, 0]
    side.n, side.at, side.gone = codes.shape[0], 0, 0
    side.tree.nodes = &nodes[0]
    _set_up(&side.tree, side.n)


cdef inline bint _is_first(const Side *one, const Side *two) noexcept nogil:
    """Tell whether the line reaches a rectangle of `one` next; of both sets at once, of `one`."""
    cdef int64_t row, other
    if one.at == one.n or two.at == two.n:
        return two.at == two.n
    row, other = one.by_x1[one.at], two.by_x1[two.at]
    return not _is_before(two.codes[other], two.x1[other], one.codes[row], one.x1[row])


cdef inline void _let_go(Side *side, int32_t code, int64_t x) noexcept nogil:
    """Take out what ends at x or before."""
    cdef int64_t row
    while side.gone < side.at:
        row = side.by_x2[side.gone]
        if _is_before(code, x, side.codes[row], side.x2[row]):
            return
        _leave(&side.tree, side.leaf_of[row])
        side.gone += 1


cdef void _reach(
    Side *side, Side *other, int64_t[::1] rows, int64_t[::1] others, Pairs *pairs
) noexcept nogil:
    """Move the line to the next rectangle of a side; write what it overlaps on the other."""
    cdef int64_t row = side.by_x1[side.at], leaf, stop, low = side.y1[row]
    cdef int32_t code = side.codes[row]
    _let_go(side, code, side.x1[row])
    _let_go(other, code, side.x1[row])
    side.at += 1
    _enter(&side.tree, side.leaf_of[row], side.y2[row])
    stop = _first_from(other, code, side.y2[row])
    leaf = _next(&other.tree, _first_from(other, code, NOTHING), low)
    while leaf < stop:
        if pairs.n < pairs.room:
            rows[pairs.n] = row
            others[pairs.n] = other.row_at[leaf]
        pairs.n += 1
        leaf = _next(&other.tree, leaf + 1, low)


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
    cdef Side one, two
    cdef Pairs pairs
    pairs.room, pairs.n = out1.shape[0], 0
    if codes1.shape[0] == 0 or codes2.shape[0] == 0:
        return 0
    with nogil:
        _open(&one, codes1, boxes1, orders1, leaf_codes1, leaf_y1, nodes1)
        _open(&two, codes2, boxes2, orders2, leaf_codes2, leaf_y2, nodes2)
        while one.at < one.n or two.at < two.n:
            if (one.at == one.n and one.gone == one.n) or (two.at == two.n and two.gone == two.n):
                break
            if _is_first(&one, &two):
                _reach(&one, &two, out1, out2, &pairs)
            else:
                _reach(&two, &one, out2, out1, &pairs)
    return pairs.n
