"""Read all objects of a 2D track payload, each once, and check that the tree holds them all.

Every id below the number of objects must occur; copies of a rectangle must be equal and cover it.
"""

from libc.stdint cimport int64_t

from misha_xr._ext.tree_leaves cimport Copies, read_all, read_points, read_rectangles
from misha_xr._ext.tree_walk cimport (
    OK, POINT_SIZE, UNCOVERED, Frame, Walk, find_root, set_columns, start_walk,
)


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
        walk.read_leaf = read_points
        walk.state = &seen[0]
        status = read_all(&walk)
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
        walk.read_leaf = read_rectangles
        walk.state = &copies
        status = read_all(&walk)
        if status == OK and copies.uncovered != 0:
            walk.where = 0
            status = UNCOVERED
    return status, walk.where
