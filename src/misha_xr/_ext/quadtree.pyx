"""Read all objects of a 2D track payload, each once, and check that the tree holds them all.

Every id below the number of objects must occur; copies of a rectangle must be equal and cover it.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from misha_xr._ext.boxes cimport Box, common_area, holds
from misha_xr._ext.tree_walk cimport (
    BAD_COPY, DUPLICATE, MISSING, OK, POINT_SIZE, UNCOVERED, Frame, Item, Walk, check_item,
    find_root, load_point, load_rectangle, set_columns, start_walk, walk_tree, write_item,
)

cdef struct Copies:
    int64_t *rows           # output row of an id, or -1
    uint64_t uncovered      # area of objects minus area of their parts in leaves, modulo 2**64


cdef int _read_points(
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


cdef inline bint _equals_row(const Walk *walk, const Item *item, int64_t row) noexcept nogil:
    cdef uint32_t old, new
    memcpy(&old, &walk.values[row], 4)  # as bits: NaN equals itself
    memcpy(&new, &item.value, 4)
    return (old == new and walk.x1[row] == item.box.x1 and walk.y1[row] == item.box.y1
            and walk.x2[row] == item.box.x2 and walk.y2[row] == item.box.y2)


cdef int _read_rectangles(
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
        elif row < 0 or not _equals_row(walk, &item, row):
            return BAD_COPY
        at += walk.object_size
    return OK


cdef int _read_all(Walk *walk) noexcept nogil:
    cdef int status = walk_tree(walk)
    if status == OK and walk.n_out < walk.capacity:
        walk.where = 4
        status = MISSING
    return status


def root_node(const unsigned char[::1] payload):
    """Find the top node: (status, byte of the problem, byte of the node)."""
    cdef Walk walk
    cdef Frame frame
    cdef int status
    frame.node = 0
    with nogil:
        start_walk(&walk, payload, POINT_SIZE, 0)
        status = find_root(&walk, &frame)
    return status, walk.where, frame.node


def decode_points(
    const unsigned char[::1] payload, unsigned char[::1] seen,
    int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values,
):
    """Write every point: (status, byte of the problem).

    The columns have the number of objects (> 0) as rows; seen has a zero bit for each.
    """
    cdef Walk walk
    cdef int status
    with nogil:
        start_walk(&walk, payload, POINT_SIZE, ids.shape[0])
        set_columns(&walk, ids, boxes, values)
        walk.read_leaf = _read_points
        walk.state = &seen[0]
        status = _read_all(&walk)
    return status, walk.where


def decode_rectangles(
    const unsigned char[::1] payload, int64_t object_size, int64_t[::1] rows,
    int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values,
):
    """Write every rectangle once: (status, byte of the problem).

    The columns have the number of objects (> 0) as rows; rows has -1 for each.
    """
    cdef Walk walk
    cdef Copies copies
    cdef int status
    with nogil:
        start_walk(&walk, payload, object_size, ids.shape[0])
        set_columns(&walk, ids, boxes, values)
        copies.rows = &rows[0]
        copies.uncovered = 0
        walk.read_leaf = _read_rectangles
        walk.state = &copies
        status = _read_all(&walk)
        if status == OK and copies.uncovered != 0:
            walk.where = 0
            status = UNCOVERED
    return status, walk.where
