"""Read the objects of many small quad trees of one file in a call.

Headers say how many objects there are; then trees are read one after another, each with all the
checks of a single one, into one set of columns.
"""

from libc.stdint cimport int64_t, uint64_t
from libc.string cimport memset

from misha_xr._ext.tree_leaves cimport (
    Copies, look_for_overlap, read_all, read_points, read_rectangles,
)
from misha_xr._ext.tree_walk cimport (
    BAD_HEADER, CHANGED, FIRST_CHUNK, OK, POINT_SIZE, UNCOVERED, Walk, open_walk, walk_tree,
)

cdef enum:
    AS_STORED = 0
    BY_ID = 1
    BY_CORNER = 2

ORDERS = {"stored": AS_STORED, "id": BY_ID, "corner": BY_CORNER}


def count_objects(
    const unsigned char[::1] data, const int64_t[::1] offsets, const int64_t[::1] lengths,
    int64_t[::1] counts,
):
    """Write the number of objects of each payload by its header; none for a length of 0.

    Returns (status, number of the payload that is refused).
    """
    cdef Walk walk
    cdef int64_t r, n_runs = offsets.shape[0]
    cdef int status = OK
    with nogil:
        for r in range(n_runs):
            counts[r] = 0
            if lengths[r] == 0:
                continue
            if not open_walk(&walk, &data[offsets[r]], lengths[r]):
                status = BAD_HEADER
                n_runs = r
                break
            counts[r] = <int64_t>walk.n_objects
    return status, n_runs


cdef struct Scratch:        # columns of the tree that is being read
    int64_t *marks
    int64_t *order
    int64_t *spare


cdef struct Columns:
    int64_t *ids
    int64_t *edges[4]
    float *values


cdef int _read_tree(Walk *walk, const Scratch *scratch) noexcept nogil:
    """Read a whole tree into the columns of the walk."""
    cdef Copies copies
    cdef int64_t n = <int64_t>walk.n_objects
    cdef int status
    walk.capacity = n
    if n == 0 and (walk.length == 12 or walk.length == FIRST_CHUNK):
        return OK
    if walk.object_size == POINT_SIZE:
        memset(scratch.marks, 0, n // 8 + 1)
        walk.state = scratch.marks
        walk.read_leaf = read_points
        return read_all(walk)
    memset(scratch.marks, 0xff, 8 * n)
    copies.rows = scratch.marks
    copies.uncovered = 0
    walk.state = &copies
    walk.read_leaf = read_rectangles
    status = read_all(walk)
    if status == OK and copies.uncovered != 0:
        walk.where = 0
        status = UNCOVERED
    return status


cdef inline bint _is_before(const Walk *walk, int64_t a, int64_t b) noexcept nogil:
    return walk.x1[a] < walk.x1[b] or (walk.x1[a] == walk.x1[b] and walk.y1[a] < walk.y1[b])


cdef inline void _merge(
    const Walk *walk, const int64_t *rows, int64_t lo, int64_t mid, int64_t hi, int64_t *out
) noexcept nogil:
    """Merge the sorted runs [lo, mid) and [mid, hi); of equal rows, those of the first go first."""
    cdef int64_t a = lo, b = mid, k
    for k in range(lo, hi):
        if a == mid or (b < hi and _is_before(walk, rows[b], rows[a])):
            out[k] = rows[b]
            b += 1
        else:
            out[k] = rows[a]
            a += 1


cdef const int64_t *_by_corner(const Walk *walk, const Scratch *scratch) noexcept nogil:
    """Sort rows by x1, then y1, and keep the order of equal ones."""
    cdef int64_t n = walk.n_out, width = 1, lo
    cdef int64_t *rows = scratch.order
    cdef int64_t *out = scratch.spare
    cdef int64_t *swap
    while width < n:
        for lo from 0 <= lo < n by 2 * width:
            _merge(walk, rows, lo, min(lo + width, n), min(lo + 2 * width, n), out)
        swap = rows
        rows = out
        out = swap
        width *= 2
    return rows


cdef const int64_t *_order(const Walk *walk, const Scratch *scratch, int order) noexcept nogil:
    cdef int64_t k
    for k in range(walk.n_out):
        scratch.order[walk.ids[k] if order == BY_ID else k] = k
    return _by_corner(walk, scratch) if order == BY_CORNER else scratch.order


cdef void _write(
    const Walk *walk, const int64_t *rows, const Columns *columns, int64_t at
) noexcept nogil:
    cdef int64_t k, row
    for k in range(walk.n_out):
        row = rows[k]
        columns.ids[at + k] = walk.ids[row]
        columns.edges[0][at + k] = walk.x1[row]
        columns.edges[1][at + k] = walk.y1[row]
        columns.edges[2][at + k] = walk.x2[row]
        columns.edges[3][at + k] = walk.y2[row]
        columns.values[at + k] = walk.values[row]


cdef int _overlaps(Walk *walk, const int64_t *rows, bint *answer) noexcept nogil:
    """Tell whether two objects, in order, share a point, or it takes too long to say."""
    cdef int64_t k, n = walk.n_out
    cdef int status = OK
    answer[0] = False
    if walk.object_size == POINT_SIZE:
        for k in range(1, n):
            answer[0] |= not _is_before(walk, rows[k - 1], rows[k])
    elif n > 1:
        walk.n_out = 0
        walk.read_leaf = look_for_overlap
        status = walk_tree(walk)
        answer[0] = walk.n_out != 0
        walk.n_out = n
    return status


def read_trees(
    int order, int64_t limit,
    const unsigned char[::1] data, const int64_t[::1] offsets, const int64_t[::1] lengths,
    const int64_t[::1] bounds, int64_t[:, ::1] scratch, float[::1] scratch_values,
    int64_t[::1] ids, int64_t[:, ::1] edges, float[::1] values,
):
    """Write the objects of each payload to the rows bounds[r]:bounds[r + 1] of the columns.

    Edges has the rows x1, y1, x2, y2. Payloads of more than limit objects are left out. Scratch has
    the shape (8, m) and its values (m,) where m > 0 is not below the largest number read. Returns
    (status, r, byte of the problem in the payload, whether objects may overlap, whether all are
    points); overlaps are looked for in the order of corners alone.
    """
    cdef Walk walk
    cdef Scratch here
    cdef Columns columns
    cdef const int64_t *rows
    cdef int64_t r, n_runs = offsets.shape[0]
    cdef int status = OK
    cdef bint some, overlap = False, is_points = True
    here.marks, here.order, here.spare = &scratch[5, 0], &scratch[6, 0], &scratch[7, 0]
    columns.ids, columns.values = &ids[0], &values[0]
    columns.edges = [&edges[0, 0], &edges[1, 0], &edges[2, 0], &edges[3, 0]]
    walk.where = 0
    with nogil:
        for r in range(n_runs):
            if lengths[r] == 0 or bounds[r + 1] - bounds[r] > limit:
                continue
            if not open_walk(&walk, &data[offsets[r]], lengths[r]):
                status = BAD_HEADER
            elif walk.n_objects != <uint64_t>(bounds[r + 1] - bounds[r]):
                status = CHANGED
            else:
                walk.ids, walk.values = &scratch[0, 0], &scratch_values[0]
                walk.x1, walk.y1 = &scratch[1, 0], &scratch[2, 0]
                walk.x2, walk.y2 = &scratch[3, 0], &scratch[4, 0]
                status = _read_tree(&walk, &here)
            if status == OK:
                is_points &= walk.object_size == POINT_SIZE
                rows = _order(&walk, &here, order)
                _write(&walk, rows, &columns, bounds[r])
                if order == BY_CORNER:
                    status = _overlaps(&walk, rows, &some)
                    overlap |= some
            if status != OK:
                n_runs = r
                break
    return status, n_runs, walk.where, bool(overlap), bool(is_points)
