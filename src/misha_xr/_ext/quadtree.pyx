"""Walk the quad tree of a 2D track payload: every object once, or the objects that meet a rectangle.

Invariant of the walk: a kid must state exactly the quadrant of its parent as its arena, and no
quadrant may be empty. Arenas therefore shrink on every path and differ between nodes, so no node is
reached twice and no cycle survives; the bytes of all visited nodes together may not exceed the
payload, which bounds the work on files whose nodes overlap.

Quadrants are visited SW, SE, NW, NE: the leaf that holds the lower left corner of an object (or of
its part inside the query) comes before all other leaves that store a copy. That leaf alone emits
the object, so queries need no table of ids.
"""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    OK = 0
    BAD_ROOT = 1            # root chunk pointer outside the payload
    BAD_CHUNK = 2           # chunk size or top node outside the payload
    BAD_POINTER = 3         # kid pointer outside its chunk
    BAD_FLAG = 4            # leaf flag neither 0 nor 1
    BAD_ARENA = 5           # arena is not the quadrant of the parent
    BAD_COUNT = 6           # leaf objects run over the end of the chunk
    BAD_BUDGET = 7          # nodes overlap
    BAD_ID = 8              # id not below the number of objects
    BAD_RECTANGLE = 9       # object empty, or outside the root arena
    BAD_LEAF = 10           # object does not touch the arena of its leaf
    DUPLICATE = 11          # id stored for two objects
    BAD_COPY = 12           # copies of one object differ, or its first leaf lacks it
    MISSING = 13            # fewer objects than the header says
    UNCOVERED = 14          # an object lacks in a leaf that it touches
    TOO_DEEP = 15
    CHANGED = 16            # other bytes than those counted

cdef enum:
    FRAMES = 256            # 3 waiting kids on each of at most 62 levels, and 4 more
    CHUNK_HEADER = 16
    LEAF_HEADER = 80
    INNER_SIZE = 104
    FIRST_CHUNK = 20        # signature, number of objects, root pointer

cdef struct Box:
    int64_t x1
    int64_t y1
    int64_t x2
    int64_t y2

cdef struct Frame:
    int64_t node
    int64_t chunk
    int64_t chunk_end
    Box arena

cdef struct Item:
    uint64_t id
    Box box
    float value

cdef struct Walk:
    const unsigned char *data
    int64_t length
    int64_t object_size     # 32: points, 48: rectangles
    uint64_t n_objects
    int64_t budget
    int64_t where           # byte of the first problem
    Box root
    Box query
    int64_t n_out
    int64_t capacity        # rows of the columns
    bint counting
    int64_t *ids
    int64_t *x1
    int64_t *y1
    int64_t *x2
    int64_t *y2
    float *values
    int64_t *rows           # rectangles, full decode: output row of an id, or -1
    unsigned char *seen     # points, full decode: one bit per id
    uint64_t uncovered      # area of objects minus area of their parts in leaves, modulo 2**64


cdef inline int64_t _int64(const unsigned char *at) noexcept nogil:
    cdef int64_t value
    memcpy(&value, at, 8)
    return value


cdef inline uint32_t _uint32(const unsigned char *at) noexcept nogil:
    cdef uint32_t value
    memcpy(&value, at, 4)
    return value


cdef inline void _load_point(const unsigned char *at, Item *item) noexcept nogil:
    memcpy(&item.id, at, 8)
    item.box.x1 = _int64(at + 8)
    item.box.y1 = _int64(at + 16)
    # through unsigned: a hostile 2**63 - 1 must wrap, not overflow; the bounds check refuses it
    item.box.x2 = <int64_t>(<uint64_t>item.box.x1 + 1)
    item.box.y2 = <int64_t>(<uint64_t>item.box.y1 + 1)
    memcpy(&item.value, at + 24, 4)


cdef inline void _load_rectangle(const unsigned char *at, Item *item) noexcept nogil:
    memcpy(&item.id, at, 8)
    memcpy(&item.box, at + 8, 32)
    memcpy(&item.value, at + 40, 4)


cdef inline void _load(const Walk *walk, const unsigned char *at, Item *item) noexcept nogil:
    if walk.object_size == 32:
        _load_point(at, item)
    else:
        _load_rectangle(at, item)


cdef inline bint _meets(const Box *a, const Box *b) noexcept nogil:
    return a.x1 < b.x2 and b.x1 < a.x2 and a.y1 < b.y2 and b.y1 < a.y2


cdef inline bint _holds(const Box *box, int64_t x, int64_t y) noexcept nogil:
    return box.x1 <= x and x < box.x2 and box.y1 <= y and y < box.y2


cdef inline int _check_item(const Walk *walk, const Item *item, const Box *leaf) noexcept nogil:
    if item.id >= walk.n_objects:
        return BAD_ID
    if not (walk.root.x1 <= item.box.x1 and item.box.x1 < item.box.x2 and item.box.x2 <= walk.root.x2
            and walk.root.y1 <= item.box.y1 and item.box.y1 < item.box.y2
            and item.box.y2 <= walk.root.y2):
        return BAD_RECTANGLE
    return OK if _meets(&item.box, leaf) else BAD_LEAF


cdef inline void _write(Walk *walk, const Item *item) noexcept nogil:
    cdef int64_t row = walk.n_out
    walk.ids[row] = <int64_t>item.id
    walk.x1[row] = item.box.x1
    walk.y1[row] = item.box.y1
    walk.x2[row] = item.box.x2
    walk.y2[row] = item.box.y2
    walk.values[row] = item.value
    walk.n_out = row + 1


cdef inline uint64_t _common_area(const Box *a, const Box *b) noexcept nogil:
    cdef int64_t width = min(a.x2, b.x2) - max(a.x1, b.x1)
    cdef int64_t height = min(a.y2, b.y2) - max(a.y1, b.y1)
    return <uint64_t>width * <uint64_t>height


cdef int _all_points(Walk *walk, const unsigned char *at, int64_t n, const Box *leaf) noexcept nogil:
    """Emit the points of a leaf; a point is stored once, so a second id is a fault."""
    cdef Item item
    cdef int64_t k
    cdef int status
    cdef unsigned char bit
    for k in range(n):
        walk.where = at - walk.data
        _load_point(at, &item)
        status = _check_item(walk, &item, leaf)
        if status != OK:
            return status
        bit = <unsigned char>(1 << (item.id & 7))
        if walk.seen[item.id >> 3] & bit:
            return DUPLICATE
        walk.seen[item.id >> 3] |= bit
        _write(walk, &item)
        at += 32
    return OK


cdef inline int _same_as_row(const Walk *walk, const Item *item, int64_t row) noexcept nogil:
    cdef uint32_t old, new
    memcpy(&old, &walk.values[row], 4)  # as bits: NaN equals itself
    memcpy(&new, &item.value, 4)
    return (old == new and walk.x1[row] == item.box.x1 and walk.y1[row] == item.box.y1
            and walk.x2[row] == item.box.x2 and walk.y2[row] == item.box.y2)


cdef int _all_rectangles(
    Walk *walk, const unsigned char *at, int64_t n, const Box *leaf
) noexcept nogil:
    """Emit the rectangles whose lower left corner is in the leaf; compare the copies of others."""
    cdef Item item
    cdef int64_t k, row
    cdef int status
    for k in range(n):
        walk.where = at - walk.data
        _load_rectangle(at, &item)
        status = _check_item(walk, &item, leaf)
        if status != OK:
            return status
        walk.uncovered -= _common_area(&item.box, leaf)
        row = walk.rows[item.id]
        if _holds(leaf, item.box.x1, item.box.y1):
            if row >= 0:
                return DUPLICATE
            walk.rows[item.id] = walk.n_out
            walk.uncovered += _common_area(&item.box, &item.box)
            _write(walk, &item)
        elif row < 0 or not _same_as_row(walk, &item, row):
            return BAD_COPY
        at += 48
    return OK


cdef int _met_objects(
    Walk *walk, const unsigned char *at, int64_t n, const Box *leaf
) noexcept nogil:
    """Count or emit the objects that meet the query and enter it in this leaf."""
    cdef Item item
    cdef int64_t k
    cdef int status
    for k in range(n):
        walk.where = at - walk.data
        _load(walk, at, &item)
        status = _check_item(walk, &item, leaf)
        if status != OK:
            return status
        if _meets(&item.box, &walk.query) and _holds(
            leaf, max(item.box.x1, walk.query.x1), max(item.box.y1, walk.query.y1)
        ):
            if walk.counting:
                walk.n_out += 1
            elif walk.n_out < walk.capacity:
                _write(walk, &item)
            else:
                return CHANGED
        at += walk.object_size
    return OK


cdef int _leaf(Walk *walk, const Frame *frame) noexcept nogil:
    cdef int64_t n
    walk.where = frame.node
    if frame.node > frame.chunk_end - LEAF_HEADER:
        return BAD_POINTER
    n = _uint32(walk.data + frame.node + 72)
    if n > (frame.chunk_end - frame.node - LEAF_HEADER) // walk.object_size:
        walk.where += 72
        return BAD_COUNT
    walk.budget -= LEAF_HEADER + n * walk.object_size
    if walk.budget < 0:
        return BAD_BUDGET
    if walk.seen is not NULL:
        return _all_points(walk, walk.data + frame.node + LEAF_HEADER, n, &frame.arena)
    if walk.rows is not NULL:
        return _all_rectangles(walk, walk.data + frame.node + LEAF_HEADER, n, &frame.arena)
    return _met_objects(walk, walk.data + frame.node + LEAF_HEADER, n, &frame.arena)


cdef int _enter_chunk(Walk *walk, int64_t chunk, Frame *frame) noexcept nogil:
    """Point a frame at the top node of another chunk."""
    cdef int64_t size, top
    if chunk < FIRST_CHUNK or chunk > walk.length - CHUNK_HEADER:
        return BAD_POINTER
    walk.where = chunk
    size = _int64(walk.data + chunk)
    top = _int64(walk.data + chunk + 8)
    if size < CHUNK_HEADER + 72 or size > walk.length - chunk:
        return BAD_CHUNK
    if top < CHUNK_HEADER or top > size - 72:
        walk.where = chunk + 8
        return BAD_CHUNK
    frame.chunk = chunk
    frame.chunk_end = chunk + size
    frame.node = chunk + top
    return OK


cdef int _follow(Walk *walk, const Frame *parent, int64_t pointer, Frame *kid) noexcept nogil:
    """Turn a kid pointer into a frame; positive: same chunk, negative: another chunk."""
    if pointer < 0:
        if pointer < -walk.length:
            return BAD_POINTER
        return _enter_chunk(walk, -pointer, kid)
    if pointer < CHUNK_HEADER or pointer > parent.chunk_end - parent.chunk - 72:
        return BAD_POINTER
    kid.chunk = parent.chunk
    kid.chunk_end = parent.chunk_end
    kid.node = parent.chunk + pointer
    return OK


cdef inline void _quadrant(const Box *arena, int slot, Box *out) noexcept nogil:
    """Write the quadrant of a kid slot; slots are stored NW, NE, SE, SW."""
    cdef int64_t x = (arena.x1 + arena.x2) // 2, y = (arena.y1 + arena.y2) // 2
    out[0] = arena[0]
    if slot == 0 or slot == 3:
        out.x2 = x
    else:
        out.x1 = x
    if slot <= 1:
        out.y1 = y
    else:
        out.y2 = y


cdef int _push_kids(
    Walk *walk, const Frame *parent, Frame *stack, Py_ssize_t *n_frames
) noexcept nogil:
    """Push the kids that the query meets, NE, NW, SE, SW, so that SW is popped first."""
    cdef Frame kid
    cdef int *order = [1, 0, 2, 3]
    cdef int k, status
    walk.where = parent.node
    if parent.node > parent.chunk_end - INNER_SIZE:
        return BAD_POINTER
    walk.budget -= INNER_SIZE
    if walk.budget < 0:
        return BAD_BUDGET
    if n_frames[0] > FRAMES - 4:
        return TOO_DEEP
    for k in range(4):
        _quadrant(&parent.arena, order[k], &kid.arena)
        walk.where = parent.node
        if kid.arena.x1 >= kid.arena.x2 or kid.arena.y1 >= kid.arena.y2:
            return BAD_ARENA
        if not _meets(&kid.arena, &walk.query):
            continue
        walk.where = parent.node + 72 + 8 * order[k]
        status = _follow(walk, parent, _int64(walk.data + walk.where), &kid)
        if status != OK:
            return status
        stack[n_frames[0]] = kid
        n_frames[0] += 1
    return OK


cdef int _visit(Walk *walk, Frame *stack, Py_ssize_t *n_frames) noexcept nogil:
    """Check the head of the top frame's node, then emit its objects or push its kids."""
    cdef Frame frame
    cdef Box stated
    cdef unsigned char is_leaf
    n_frames[0] -= 1
    frame = stack[n_frames[0]]
    is_leaf = walk.data[frame.node]
    walk.where = frame.node
    if is_leaf > 1:
        return BAD_FLAG
    memcpy(&stated, walk.data + frame.node + 40, 32)
    if (stated.x1 != frame.arena.x1 or stated.y1 != frame.arena.y1
            or stated.x2 != frame.arena.x2 or stated.y2 != frame.arena.y2):
        walk.where += 40
        return BAD_ARENA
    if is_leaf:
        return _leaf(walk, &frame)
    return _push_kids(walk, &frame, stack, n_frames)


cdef int _find_root(Walk *walk, Frame *frame) noexcept nogil:
    cdef int status
    walk.where = 12
    if walk.length < FIRST_CHUNK:
        return BAD_ROOT
    status = _enter_chunk(walk, _int64(walk.data + 12), frame)
    if status != OK:
        return BAD_ROOT if status == BAD_POINTER else status
    memcpy(&frame.arena, walk.data + frame.node + 40, 32)
    walk.root = frame.arena
    walk.where = frame.node + 40
    if (frame.arena.x1 != 0 or frame.arena.y1 != 0 or frame.arena.x2 <= 0 or frame.arena.y2 <= 0
            or frame.arena.x2 >= <int64_t>1 << 62 or frame.arena.y2 >= <int64_t>1 << 62):
        return BAD_ARENA
    return OK


cdef int _walk(Walk *walk) noexcept nogil:
    """Visit every node whose arena meets the query."""
    cdef Frame[FRAMES] stack
    cdef Py_ssize_t n_frames = 1
    cdef int status = _find_root(walk, &stack[0])
    if status != OK:
        return status
    if (walk.query.x1 >= walk.query.x2 or walk.query.y1 >= walk.query.y2
            or not _meets(&walk.root, &walk.query)):
        return OK
    walk.budget = walk.length
    while n_frames > 0:
        status = _visit(walk, stack, &n_frames)
        if status != OK:
            return status
    return OK


cdef void _start(
    Walk *walk, const unsigned char[::1] payload, int64_t object_size, int64_t n_objects
) noexcept nogil:
    walk.data = &payload[0]
    walk.length = payload.shape[0]
    walk.object_size = object_size
    walk.n_objects = <uint64_t>n_objects
    walk.where = 0
    walk.n_out = 0
    walk.counting = False
    walk.rows = NULL
    walk.seen = NULL
    walk.uncovered = 0
    walk.query.x1 = walk.query.y1 = -1
    walk.query.x2 = walk.query.y2 = <int64_t>1 << 62


cdef void _aim(
    Walk *walk, int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values
) noexcept nogil:
    """Set the output columns; boxes has the rows x1, y1, x2, y2."""
    walk.capacity = ids.shape[0]
    walk.ids = &ids[0]
    walk.x1 = &boxes[0, 0]
    walk.y1 = &boxes[1, 0]
    walk.x2 = &boxes[2, 0]
    walk.y2 = &boxes[3, 0]
    walk.values = &values[0]


def root_node(const unsigned char[::1] payload):
    """Find the top node: (status, byte of the problem, byte of the node)."""
    cdef Walk walk
    cdef Frame frame
    cdef int status
    frame.node = 0
    with nogil:
        _start(&walk, payload, 48, 0)
        status = _find_root(&walk, &frame)
    return status, walk.where, frame.node


def decode_points(
    const unsigned char[::1] payload, unsigned char[::1] seen,
    int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values,
):
    """Write every point; columns hold exactly the number of objects (> 0), seen one zero bit each."""
    cdef Walk walk
    cdef int status
    with nogil:
        _start(&walk, payload, 32, ids.shape[0])
        _aim(&walk, ids, boxes, values)
        walk.seen = &seen[0]
        status = _walk(&walk)
        if status == OK and walk.n_out < ids.shape[0]:
            walk.where = 4
            status = MISSING
    return status, walk.where


def decode_rectangles(
    const unsigned char[::1] payload, int64_t[::1] rows,
    int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values,
):
    """Write every rectangle once; columns hold the number of objects (> 0), rows -1 each."""
    cdef Walk walk
    cdef int status
    with nogil:
        _start(&walk, payload, 48, ids.shape[0])
        _aim(&walk, ids, boxes, values)
        walk.rows = &rows[0]
        status = _walk(&walk)
        if status == OK and walk.n_out < ids.shape[0]:
            walk.where = 4
            status = MISSING
        elif status == OK and walk.uncovered != 0:
            walk.where = 0
            status = UNCOVERED
    return status, walk.where


def meet(
    const unsigned char[::1] payload, int64_t object_size, int64_t n_objects,
    const int64_t[:, ::1] queries, int64_t[::1] stops,
    int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values,
):
    """Find the objects that meet queries[:, k] = x1, y1, x2, y2, query after query.

    Columns of no rows: write the running count into stops. Else write the objects; the columns
    must have stops[-1] rows, and a payload that changed since the count gives the status CHANGED.
    """
    cdef Walk walk
    cdef Py_ssize_t k
    cdef int status = OK
    with nogil:
        _start(&walk, payload, object_size, n_objects)
        walk.counting = ids.shape[0] == 0
        if not walk.counting:
            _aim(&walk, ids, boxes, values)
        for k in range(queries.shape[1]):
            walk.query.x1, walk.query.y1 = queries[0, k], queries[1, k]
            walk.query.x2, walk.query.y2 = queries[2, k], queries[3, k]
            status = _walk(&walk)
            if status == OK and not walk.counting and walk.n_out != stops[k]:
                status = CHANGED
            if status != OK:
                break
            stops[k] = walk.n_out
    return status, walk.where
