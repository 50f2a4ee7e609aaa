# Half-open rectangles and their quadrants, shared by the readers and the builder of quad trees.

from libc.stdint cimport int64_t, uint64_t

cdef struct Box:
    int64_t x1
    int64_t y1
    int64_t x2
    int64_t y2


cdef inline bint meets(const Box *a, const Box *b) noexcept nogil:
    return a.x1 < b.x2 and b.x1 < a.x2 and a.y1 < b.y2 and b.y1 < a.y2


cdef inline bint holds(const Box *box, int64_t x, int64_t y) noexcept nogil:
    return box.x1 <= x and x < box.x2 and box.y1 <= y and y < box.y2


cdef inline bint is_empty(const Box *box) noexcept nogil:
    return box.x1 >= box.x2 or box.y1 >= box.y2


cdef inline uint64_t common_area(const Box *a, const Box *b) noexcept nogil:
    """Area that two meeting boxes share, modulo 2**64."""
    cdef int64_t width = min(a.x2, b.x2) - max(a.x1, b.x1)
    cdef int64_t height = min(a.y2, b.y2) - max(a.y1, b.y1)
    return <uint64_t>width * <uint64_t>height


cdef inline void quadrant(const Box *arena, int slot, Box *out) noexcept nogil:
    """Write the quadrant of a kid slot; slots are stored NW, NE, SE, SW."""
    cdef int64_t x = (arena.x1 + arena.x2) // 2
    cdef int64_t y = (arena.y1 + arena.y2) // 2
    out[0] = arena[0]
    if slot == 0 or slot == 3:
        out.x2 = x
    else:
        out.x1 = x
    if slot <= 1:
        out.y1 = y
    else:
        out.y2 = y
