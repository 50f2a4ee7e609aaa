# The walk over the nodes of a quad tree, shared by the kernels that read objects.
#
# Invariant: a kid must state exactly the quadrant of its parent as its arena; no quadrant may be
# empty. Arenas therefore shrink on every path and differ between nodes, so no node is reached twice
# and no cycle survives. The bytes of all visited nodes together may not exceed the payload, which
# bounds the work on files whose nodes overlap.
#
# Quadrants are visited SW, SE, NW, NE: the leaf with the lower left corner of an object (or of its
# part inside the query) comes before all other leaves that store a copy. That leaf alone emits the
# object, so queries need no table of ids.

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from misha_xr._ext.boxes cimport Box, is_empty, meets, quadrant

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
    BAD_OBJECT = 9          # object empty, or outside the root arena
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
    FIRST_CHUNK = 20        # after signature, number of objects, root pointer
    POINT_SIZE = 32
    RECTANGLE_SIZE = 48
    POINTS = -10            # signatures
    RECTANGLES = -9
    BAD_HEADER = -1         # the caller reads the header again and says what is wrong

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
    uint64_t n_objects      # ids are below
    int64_t budget
    int64_t where           # byte of the first problem
    Box root
    Box query
    # called with the first object of a leaf, their number and the arena of the leaf
    int (*read_leaf)(Walk *, const unsigned char *, int64_t, const Box *) noexcept nogil
    void *state             # of read_leaf
    # output columns, and the rows written and allocated
    int64_t n_out
    int64_t capacity
    int64_t *ids
    int64_t *x1
    int64_t *y1
    int64_t *x2
    int64_t *y2
    float *values


cdef inline int64_t load_int64(const unsigned char *at) noexcept nogil:
    cdef int64_t value
    memcpy(&value, at, 8)
    return value


cdef inline void load_point(const unsigned char *at, Item *item) noexcept nogil:
    memcpy(&item.id, at, 8)
    item.box.x1 = load_int64(at + 8)
    item.box.y1 = load_int64(at + 16)
    # through unsigned: a hostile 2**63 - 1 must wrap, not overflow; the bounds check refuses it
    item.box.x2 = <int64_t>(<uint64_t>item.box.x1 + 1)
    item.box.y2 = <int64_t>(<uint64_t>item.box.y1 + 1)
    memcpy(&item.value, at + 24, 4)


cdef inline void load_rectangle(const unsigned char *at, Item *item) noexcept nogil:
    memcpy(&item.id, at, 8)
    memcpy(&item.box, at + 8, 32)
    memcpy(&item.value, at + 40, 4)


cdef inline int check_item(const Walk *walk, const Item *item, const Box *leaf) noexcept nogil:
    cdef const Box *box = &item.box
    if item.id >= walk.n_objects:
        return BAD_ID
    if not (0 <= box.x1 and box.x1 < box.x2 and box.x2 <= walk.root.x2
            and 0 <= box.y1 and box.y1 < box.y2 and box.y2 <= walk.root.y2):
        return BAD_OBJECT
    return OK if meets(box, leaf) else BAD_LEAF


cdef inline void write_item(Walk *walk, const Item *item) noexcept nogil:
    cdef int64_t row = walk.n_out
    walk.ids[row] = <int64_t>item.id
    walk.x1[row] = item.box.x1
    walk.y1[row] = item.box.y1
    walk.x2[row] = item.box.x2
    walk.y2[row] = item.box.y2
    walk.values[row] = item.value
    walk.n_out = row + 1


cdef inline int visit_leaf(Walk *walk, const Frame *frame) noexcept nogil:
    cdef uint32_t n
    walk.where = frame.node
    if frame.node > frame.chunk_end - LEAF_HEADER:
        return BAD_POINTER
    memcpy(&n, walk.data + frame.node + 72, 4)
    if n > (frame.chunk_end - frame.node - LEAF_HEADER) // walk.object_size:
        walk.where += 72
        return BAD_COUNT
    walk.budget -= LEAF_HEADER + n * walk.object_size
    if walk.budget < 0:
        return BAD_BUDGET
    return walk.read_leaf(walk, walk.data + frame.node + LEAF_HEADER, n, &frame.arena)


cdef inline int enter_chunk(Walk *walk, int64_t chunk, Frame *frame) noexcept nogil:
    """Point a frame at the top node of another chunk."""
    cdef int64_t size, top
    if chunk < FIRST_CHUNK or chunk > walk.length - CHUNK_HEADER:
        return BAD_POINTER
    walk.where = chunk
    size = load_int64(walk.data + chunk)
    top = load_int64(walk.data + chunk + 8)
    if size < CHUNK_HEADER + 72 or size > walk.length - chunk:
        return BAD_CHUNK
    if top < CHUNK_HEADER or top > size - 72:
        walk.where = chunk + 8
        return BAD_CHUNK
    frame.chunk = chunk
    frame.chunk_end = chunk + size
    frame.node = chunk + top
    return OK


cdef inline int follow(Walk *walk, const Frame *parent, int64_t pointer, Frame *kid) noexcept nogil:
    """Turn a kid pointer into a frame; positive: same chunk, negative: another chunk."""
    if pointer < 0:
        if pointer < -walk.length:
            return BAD_POINTER
        return enter_chunk(walk, -pointer, kid)
    if pointer < CHUNK_HEADER or pointer > parent.chunk_end - parent.chunk - 72:
        return BAD_POINTER
    kid.chunk = parent.chunk
    kid.chunk_end = parent.chunk_end
    kid.node = parent.chunk + pointer
    return OK


cdef inline int push_kids(
    Walk *walk, const Frame *parent, Frame *stack, Py_ssize_t *n_frames
) noexcept nogil:
    """Push the kids that the query meets, NE, NW, SE, SW, so that SW is popped first."""
    cdef Frame kid
    cdef int *slots = [1, 0, 2, 3]
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
        quadrant(&parent.arena, slots[k], &kid.arena)
        walk.where = parent.node + 72 + 8 * slots[k]
        if is_empty(&kid.arena):
            return BAD_ARENA
        if not meets(&kid.arena, &walk.query):
            continue
        status = follow(walk, parent, load_int64(walk.data + walk.where), &kid)
        if status != OK:
            return status
        stack[n_frames[0]] = kid
        n_frames[0] += 1
    return OK


cdef inline int visit(Walk *walk, Frame *stack, Py_ssize_t *n_frames) noexcept nogil:
    """Check the head of the top frame's node, then read its objects or push its kids."""
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
        return visit_leaf(walk, &frame)
    return push_kids(walk, &frame, stack, n_frames)


cdef inline int find_root(Walk *walk, Frame *frame) noexcept nogil:
    cdef int status
    cdef int64_t limit = <int64_t>1 << 62
    walk.where = 12
    if walk.length < FIRST_CHUNK:
        return BAD_ROOT
    status = enter_chunk(walk, load_int64(walk.data + 12), frame)
    if status != OK:
        return BAD_ROOT if status == BAD_POINTER else status
    memcpy(&frame.arena, walk.data + frame.node + 40, 32)
    walk.root = frame.arena
    walk.where = frame.node + 40
    if (frame.arena.x1 != 0 or frame.arena.y1 != 0 or is_empty(&frame.arena)
            or frame.arena.x2 >= limit or frame.arena.y2 >= limit):
        return BAD_ARENA
    return OK


cdef inline int walk_tree(Walk *walk) noexcept nogil:
    """Visit every node whose arena meets the query."""
    cdef Frame[FRAMES] stack
    cdef Py_ssize_t n_frames = 1
    cdef int status = find_root(walk, &stack[0])
    if status != OK:
        return status
    if is_empty(&walk.query) or not meets(&walk.root, &walk.query):
        return OK
    walk.budget = walk.length
    while n_frames > 0:
        status = visit(walk, stack, &n_frames)
        if status != OK:
            return status
    return OK


cdef inline void start_walk(
    Walk *walk, const unsigned char[::1] payload, int64_t object_size, int64_t n_objects
) noexcept nogil:
    """Prepare a walk over all nodes; the caller sets read_leaf and the columns."""
    walk.data = &payload[0]
    walk.length = payload.shape[0]
    walk.object_size = object_size
    walk.n_objects = <uint64_t>n_objects
    walk.where = 0
    walk.n_out = walk.capacity = 0
    walk.state = NULL
    walk.query.x1 = walk.query.y1 = 0
    walk.query.x2 = walk.query.y2 = <int64_t>1 << 62


cdef inline bint open_walk(Walk *walk, const unsigned char *data, int64_t length) noexcept nogil:
    """Prepare a walk over all nodes by a header; False: not one that the payload has room for."""
    cdef int32_t signature
    cdef int64_t room
    if length < 12:
        return False
    memcpy(&signature, data, 4)
    if signature != POINTS and signature != RECTANGLES:
        return False
    memset(walk, 0, sizeof(Walk))
    walk.data = data
    walk.length = length
    walk.object_size = POINT_SIZE if signature == POINTS else RECTANGLE_SIZE
    memcpy(&walk.n_objects, data + 4, 8)
    walk.query.x2 = walk.query.y2 = <int64_t>1 << 62
    room = (length - FIRST_CHUNK - CHUNK_HEADER - LEAF_HEADER) // walk.object_size
    return walk.n_objects <= <uint64_t>max(room, 0)


cdef inline void set_columns(
    Walk *walk, int64_t[::1] ids, int64_t[:, ::1] boxes, float[::1] values
) noexcept nogil:
    """Set the output columns, of one row or more; boxes has the rows x1, y1, x2, y2."""
    walk.capacity = ids.shape[0]
    walk.ids = &ids[0]
    walk.x1 = &boxes[0, 0]
    walk.y1 = &boxes[1, 0]
    walk.x2 = &boxes[2, 0]
    walk.y2 = &boxes[3, 0]
    walk.values = &values[0]
