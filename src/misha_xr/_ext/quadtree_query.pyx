"""Find the objects of a 2D track payload that meet rectangles, visiting only nodes that meet them.

An object counts in the one leaf that holds the lower left corner of its part inside the query.
"""

from libc.stdint cimport int64_t

from misha_xr._ext.boxes cimport Box, holds, meets
from misha_xr._ext.tree_walk cimport (
    CHANGED, OK, POINT_SIZE, Item, Walk, check_item, load_point, load_rectangle, set_columns,
    start_walk, walk_tree, write_item,
)


cdef inline int _load_met(
    const Walk *walk, const unsigned char *at, const Box *leaf, Item *item, bint *is_met
) noexcept nogil:
    """Read and check one object; tell whether it counts here."""
    cdef int status
    if walk.object_size == POINT_SIZE:
        load_point(at, item)
    else:
        load_rectangle(at, item)
    status = check_item(walk, item, leaf)
    is_met[0] = meets(&item.box, &walk.query) and holds(
        leaf, max(item.box.x1, walk.query.x1), max(item.box.y1, walk.query.y1))
    return status


cdef int _count(Walk *walk, const unsigned char *at, int64_t n, const Box *leaf) noexcept nogil:
    cdef Item item
    cdef bint is_met
    cdef int status
    for _ in range(n):
        walk.where = at - walk.data
        status = _load_met(walk, at, leaf, &item, &is_met)
        if status != OK:
            return status
        walk.n_out += is_met
        at += walk.object_size
    return OK


cdef int _fill(Walk *walk, const unsigned char *at, int64_t n, const Box *leaf) noexcept nogil:
    cdef Item item
    cdef bint is_met
    cdef int status
    for _ in range(n):
        walk.where = at - walk.data
        status = _load_met(walk, at, leaf, &item, &is_met)
        if status != OK:
            return status
        if is_met:
            if walk.n_out == walk.capacity:
                return CHANGED
            write_item(walk, &item)
        at += walk.object_size
    return OK


cdef inline void _set_query(Walk *walk, const int64_t[:, ::1] queries, Py_ssize_t k) noexcept nogil:
    walk.query.x1 = queries[0, k]
    walk.query.y1 = queries[1, k]
    walk.query.x2 = queries[2, k]
    walk.query.y2 = queries[3, k]


def count_met(
    const unsigned char[::1] payload, int64_t object_size, int64_t n_objects,
    const int64_t[:, ::1] queries, int64_t[::1] stops,
):
    """Write how many objects meet queries[:, :k + 1], rows x1, y1, x2, y2, into stops[k].

    Returns (status, byte of the problem).
    """
    cdef Walk walk
    cdef Py_ssize_t k
    cdef int status = OK
    with nogil:
        start_walk(&walk, payload, object_size, n_objects)
        walk.read_leaf = _count
        for k in range(queries.shape[1]):
            _set_query(&walk, queries, k)
            status = walk_tree(&walk)
            if status != OK:
                break
            stops[k] = walk.n_out
    return status, walk.where


def fill_met(
    const unsigned char[::1] payload, int64_t object_size, int64_t n_objects,
    const int64_t[:, ::1] queries, const int64_t[::1] stops,
    int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values,
):
    """Write the objects that count_met counted, query after query; columns of stops[-1] > 0 rows.

    Returns (status, byte of the problem); a payload that changed since is noticed.
    """
    cdef Walk walk
    cdef Py_ssize_t k
    cdef int status = OK
    with nogil:
        start_walk(&walk, payload, object_size, n_objects)
        set_columns(&walk, ids, boxes, values)
        walk.read_leaf = _fill
        for k in range(queries.shape[1]):
            _set_query(&walk, queries, k)
            status = walk_tree(&walk)
            if status == OK and walk.n_out != stops[k]:
                status = CHANGED
            if status != OK:
                break
    return status, walk.where
