# What kernels do with the objects of a leaf, shared by those that read one tree and those of many.

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from misha_xr._ext.boxes cimport Box, common_area, holds, meets
from misha_xr._ext.tree_walk cimport (
    BAD_COPY, DUPLICATE, MISSING, OK, POINT_SIZE, Item, Walk, check_item, load_point,
    load_rectangle, walk_tree, write_item,
)

cdef enum:
    CROWD = 64              # objects of a leaf, above which comparing all pairs is too slow

cdef struct Copies:
    int64_t *rows           # output row of an id, or -1
    uint64_t uncovered      # area of objects minus area of their parts in leaves, modulo 2**64


cdef inline int read_points(
    Walk *walk, const unsigned char *at, int64_t n, const Box *leaf
) noexcept nogil:
    """Emit the points of a leaf; a point is stored once, so a second id is a fault."""
    cdef unsigned char *seen = <unsigned char *>walk.state
    cdef unsigned char bit
    cdef Item item
    cdef int status
    for _ in range(n):
        walk.where = at - walk.data
        load_point(at, &item)
        status = check_item(walk, &item, leaf)
        if status != OK:
            return status
        bit = <unsigned char>(1 << (item.id & 7))
        if seen[item.id >> 3] & bit:
            return DUPLICATE
        seen[item.id >> 3] |= bit
        write_item(walk, &item)
        at += POINT_SIZE
    return OK


cdef inline bint equals_row(const Walk *walk, const Item *item, int64_t row) noexcept nogil:
    cdef uint32_t old, new
    memcpy(&old, &walk.values[row], 4)  # as bits: NaN equals itself
    memcpy(&new, &item.value, 4)
    return (old == new and walk.x1[row] == item.box.x1 and walk.y1[row] == item.box.y1
            and walk.x2[row] == item.box.x2 and walk.y2[row] == item.box.y2)


cdef inline int read_rectangles(
    Walk *walk, const unsigned char *at, int64_t n, const Box *leaf
) noexcept nogil:
    """Emit the rectangles whose lower left corner is in the leaf; compare the copies of others."""
    cdef Copies *copies = <Copies *>walk.state
    cdef Item item
    cdef int64_t row
    cdef int status
    for _ in range(n):
        walk.where = at - walk.data
        load_rectangle(at, &item)
        status = check_item(walk, &item, leaf)
        if status != OK:
            return status
        copies.uncovered -= common_area(&item.box, leaf)
        row = copies.rows[item.id]
        if holds(leaf, item.box.x1, item.box.y1):
            if row >= 0:
                return DUPLICATE
            copies.rows[item.id] = walk.n_out
            copies.uncovered += common_area(&item.box, &item.box)
            write_item(walk, &item)
        elif row < 0 or not equals_row(walk, &item, row):
            return BAD_COPY
        at += walk.object_size
    return OK


cdef inline int read_all(Walk *walk) noexcept nogil:
    cdef int status = walk_tree(walk)
    if status == OK and walk.n_out < walk.capacity:
        walk.where = 4
        status = MISSING
    return status


cdef inline int look_for_overlap(
    Walk *walk, const unsigned char *at, int64_t n, const Box *leaf
) noexcept nogil:
    """Compare the objects of a leaf; two that overlap share a point, so they share a leaf.

    A leaf with very many objects counts as one with an overlap.
    """
    cdef Item[CROWD] items
    cdef int64_t k, j
    if n > CROWD:
        walk.n_out = 1
        return OK
    for k in range(n):
        if walk.object_size == POINT_SIZE:
            load_point(at, &items[k])
        else:
            load_rectangle(at, &items[k])
        for j in range(k):
            walk.n_out |= meets(&items[j].box, &items[k].box)
        at += walk.object_size
    return OK
