"""Read and order the objects of a 2D track by x, then y of their lower left corners.

Both coordinates fit one key of 64 bits, moved together with the row by radix passes, least
significant digit first; digits that all keys share cost nothing. Sorting is stable.
"""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from misha_xr._ext.boxes cimport Box
from misha_xr._ext.tree_leaves cimport look_for_overlap
from misha_xr._ext.tree_walk cimport (
    DUPLICATE, MISSING, OK, POINT_SIZE, Frame, Item, Walk, check_item, find_root, load_point,
    start_walk, walk_tree,
)

cdef enum:
    TOO_WIDE = -1
    DIGIT = 11              # bits; 2048 open lines still fit the first cache
    MAX_DIGITS = 6

cdef struct Entry:
    uint64_t key
    uint64_t row            # or the bits of a value

cdef struct Points:
    unsigned char *seen     # a bit for each id
    Entry *entries
    int bits_y


cdef inline int _n_bits(uint64_t value) noexcept nogil:
    cdef int bits = 0
    while value:
        bits += 1
        value >>= 1
    return bits


cdef inline int _range(const int64_t *column, int64_t n, int64_t *least) noexcept nogil:
    """Bits that the differences to the least value take."""
    cdef int64_t k, lo = column[0], hi = column[0]
    for k in range(1, n):
        lo = min(lo, column[k])
        hi = max(hi, column[k])
    least[0] = lo
    return _n_bits(<uint64_t>hi - <uint64_t>lo)


cdef Entry *_sort(Entry *entries, Entry *spare, int64_t n, int bits) noexcept nogil:
    """Sort by key; return which of the two buffers holds the result."""
    cdef int64_t[MAX_DIGITS][1 << DIGIT] counts
    cdef int n_digits = (bits + DIGIT - 1) // DIGIT, digit
    cdef uint64_t mask = (1 << DIGIT) - 1, key
    cdef int64_t k, at, count
    cdef Entry *swap
    memset(counts, 0, sizeof(counts))
    for k in range(n):
        key = entries[k].key
        for digit in range(n_digits):
            counts[digit][(key >> (digit * DIGIT)) & mask] += 1
    for digit in range(n_digits):
        if counts[digit][(entries[0].key >> (digit * DIGIT)) & mask] == n:
            continue
        at = 0
        for k in range(1 << DIGIT):
            count = counts[digit][k]
            counts[digit][k] = at
            at += count
        for k in range(n):
            key = (entries[k].key >> (digit * DIGIT)) & mask
            spare[counts[digit][key]] = entries[k]
            counts[digit][key] += 1
        swap = entries
        entries = spare
        spare = swap
    return entries


def sort_objects(
    const int64_t[:, ::1] boxes, const float[::1] values, uint64_t[:, ::1] scratch,
    int64_t[:, ::1] out_boxes, float[::1] out_values,
):
    """Write n > 0 objects, boxes of rows x1, y1, x2, y2, in order; False if keys are too wide.

    scratch has the shape (4, n); n < 2**32.
    """
    cdef int64_t n = values.shape[0], k, least_x, least_y
    cdef int bits_x, bits_y, edge
    cdef Entry *entries = <Entry *>&scratch[0, 0]
    cdef Entry *found
    with nogil:
        bits_x = _range(&boxes[0, 0], n, &least_x)
        bits_y = _range(&boxes[1, 0], n, &least_y)
        if bits_x + bits_y <= 64:
            for k in range(n):
                entries[k].key = (
                    (<uint64_t>(boxes[0, k] - least_x) << bits_y if bits_x else 0)
                    | <uint64_t>(boxes[1, k] - least_y))
                entries[k].row = k
            found = _sort(entries, entries + n, n, bits_x + bits_y)
            for edge in range(4):
                for k in range(n):
                    out_boxes[edge, k] = boxes[edge, found[k].row]
            for k in range(n):
                out_values[k] = values[found[k].row]
    return bits_x + bits_y <= 64


cdef int _read_points(
    Walk *walk, const unsigned char *at, int64_t n, const Box *leaf
) noexcept nogil:
    """Turn the points of a leaf into entries; a point is stored once, so a second id is a fault."""
    cdef Points *points = <Points *>walk.state
    cdef Entry *entry = points.entries + walk.n_out
    cdef unsigned char bit
    cdef uint32_t value
    cdef Item item
    cdef int status
    for _ in range(n):
        walk.where = at - walk.data
        load_point(at, &item)
        status = check_item(walk, &item, leaf)
        if status != OK:
            return status
        bit = <unsigned char>(1 << (item.id & 7))
        if points.seen[item.id >> 3] & bit:
            return DUPLICATE
        points.seen[item.id >> 3] |= bit
        memcpy(&value, &item.value, 4)
        entry.key = <uint64_t>item.box.x1 << points.bits_y | <uint64_t>item.box.y1
        entry.row = value
        entry += 1
        at += POINT_SIZE
    walk.n_out += n
    return OK


cdef int64_t _write_points(
    const Entry *found, int64_t n, int bits_y, int64_t[:, ::1] corners, float[::1] values
) noexcept nogil:
    """Write the columns; return how many points stand where the one before stands."""
    cdef uint64_t mask = (<uint64_t>1 << bits_y) - 1
    cdef uint32_t value
    cdef int64_t k, n_twice = 0
    for k in range(n):
        corners[0, k] = <int64_t>(found[k].key >> bits_y)
        corners[1, k] = <int64_t>(found[k].key & mask)
        value = <uint32_t>found[k].row
        memcpy(&values[k], &value, 4)
        n_twice += k > 0 and found[k].key == found[k - 1].key
    return n_twice


def sorted_points(
    const unsigned char[::1] payload, unsigned char[::1] seen, uint64_t[:, ::1] scratch,
    int64_t[:, ::1] corners, float[::1] values,
):
    """Write every point of a payload in order: (status, byte of the problem, number of overlaps).

    corners has the rows x, y, scratch the shape (4, n), seen a zero bit for each of the n > 0
    objects. Status -1: coordinates do not fit one key, nothing is written.
    """
    cdef Walk walk
    cdef Frame root
    cdef Points points
    cdef int64_t n = values.shape[0], n_twice = 0
    cdef int status, bits_x
    with nogil:
        start_walk(&walk, payload, POINT_SIZE, n)
        walk.read_leaf = _read_points
        walk.state = &points
        status = find_root(&walk, &root)
        points.seen = &seen[0]
        points.entries = <Entry *>&scratch[0, 0]
        if status == OK:
            bits_x = _n_bits(<uint64_t>walk.root.x2)
            points.bits_y = _n_bits(<uint64_t>walk.root.y2)
            status = TOO_WIDE if bits_x + points.bits_y > 63 else walk_tree(&walk)
        if status == OK and walk.n_out < n:
            walk.where = 4
            status = MISSING
        if status == OK:
            n_twice = _write_points(
                _sort(points.entries, points.entries + n, n, bits_x + points.bits_y),
                n, points.bits_y, corners, values)
    return status, walk.where, n_twice


def may_overlap(
    const unsigned char[::1] payload, int64_t object_size, int64_t n_objects,
    int64_t x1, int64_t y1, int64_t x2, int64_t y2,
):
    """Tell whether two objects share a point, or it takes too long to say: (status, byte, answer).

    Looks into all leaves that a rectangle meets; 0: no two objects in it overlap.
    """
    cdef Walk walk
    cdef int status
    with nogil:
        start_walk(&walk, payload, object_size, n_objects)
        walk.query.x1, walk.query.y1, walk.query.x2, walk.query.y2 = x1, y1, x2, y2
        walk.read_leaf = look_for_overlap
        status = walk_tree(&walk)
    return status, walk.where, walk.n_out
