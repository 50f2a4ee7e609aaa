"""Build the quad trees of 2D track payloads: many small ones in a call, or a branch of a large one.

Inserting objects one by one, with a leaf splitting at its 21st object, ends in the same bytes as
cutting top down: a node is inner exactly if more than 20 objects meet it and it may still be split,
and each list of objects keeps the insertion order, hence each sum its order of additions. Top down,
every list is a run of one buffer and is read in sequence.
"""

from libc.float cimport DBL_MAX
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

from cpython.bytes cimport PyBytes_FromStringAndSize

from misha_xr._ext.boxes cimport Box, common_area, meets, quadrant

cdef enum:
    OK = 0
    NO_MEMORY = 1
    TOO_LARGE = 2
    LEAF_OBJECTS = 20
    MAX_DEPTH = 20
    MIN_SIDE = 4
    CHUNK_HEADER = 16
    LEAF_HEADER = 80
    INNER_SIZE = 104

cdef struct Item:
    Box box
    int64_t id
    float value

cdef struct Bytes:
    unsigned char *data
    int64_t size
    int64_t capacity

cdef struct Build:
    Item *items             # stack of object lists: a node's list, then that of its kid, ...
    int64_t n_items
    int64_t capacity
    Bytes pending           # nodes of chunks not closed yet, kids before their parent
    Bytes out               # header and closed chunks
    int64_t object_size
    int64_t chunk_size
    int64_t max_bytes
    int64_t origin          # byte of the payload at which `out` begins
    int status

cdef struct Statistics:
    uint64_t occupied
    double weighted_sum
    double minimum
    double maximum


cdef unsigned char *_extend(Build *build, Bytes *buffer, int64_t n) noexcept nogil:
    """Append n zero bytes and return their address, or NULL with the status set."""
    cdef int64_t capacity = buffer.capacity
    cdef unsigned char *data
    if buffer.size + n > build.max_bytes:
        build.status = TOO_LARGE
        return NULL
    if buffer.size + n > capacity:
        capacity = max(2 * capacity, buffer.size + n)
        data = <unsigned char *>realloc(buffer.data, <size_t>capacity)
        if data is NULL:
            build.status = NO_MEMORY
            return NULL
        buffer.data = data
        buffer.capacity = capacity
    data = buffer.data + buffer.size
    memset(data, 0, <size_t>n)
    buffer.size += n
    return data


cdef bint _reserve_items(Build *build, int64_t n) noexcept nogil:
    cdef int64_t capacity
    cdef Item *items
    if build.n_items + n <= build.capacity:
        return True
    capacity = max(build.capacity + build.capacity // 2, build.n_items + n)
    items = <Item *>realloc(build.items, <size_t>capacity * sizeof(Item))
    if items is NULL:
        build.status = NO_MEMORY
        return False
    build.items = items
    build.capacity = capacity
    return True


cdef inline void _count(
    Statistics *stat, const Box *box, double value, const Box *arena
) noexcept nogil:
    """Add the part of an object inside the arena; NaN values are left out."""
    cdef uint64_t area
    if value != value:
        return
    area = common_area(box, arena)
    stat.occupied += area
    stat.weighted_sum += value * <double>area
    if value < stat.minimum:
        stat.minimum = value
    if value > stat.maximum:
        stat.maximum = value


cdef Statistics _summarise(const Item *items, int64_t n, const Box *arena) noexcept nogil:
    """Sum up the parts inside the arena, in insertion order."""
    cdef Statistics stat
    cdef int64_t k
    stat.occupied = 0
    stat.weighted_sum = 0.0
    stat.minimum = DBL_MAX
    stat.maximum = -DBL_MAX
    for k in range(n):
        _count(&stat, &items[k].box, items[k].value, arena)
    return stat


cdef inline void _put_base(
    unsigned char *at, bint is_leaf, const Statistics *stat, const Box *arena
) noexcept nogil:
    at[0] = is_leaf
    memcpy(at + 8, stat, 32)
    memcpy(at + 40, arena, 32)


cdef int64_t _put_leaf(Build *build, int64_t low, int64_t n, const Box *arena) noexcept nogil:
    """Append a leaf to the pending nodes; return its place among them."""
    cdef int64_t place = build.pending.size
    cdef int64_t k
    cdef uint32_t count = <uint32_t>n
    cdef Statistics stat
    cdef const Item *item
    cdef unsigned char *at = _extend(
        build, &build.pending, LEAF_HEADER + n * build.object_size)
    if at is NULL:
        return 0
    stat = _summarise(build.items + low, n, arena)
    _put_base(at, True, &stat, arena)
    memcpy(at + 72, &count, 4)
    at += LEAF_HEADER
    for k in range(n):
        item = build.items + low + k
        memcpy(at, &item.id, 8)
        if build.object_size == 32:
            memcpy(at + 8, &item.box, 16)
            memcpy(at + 24, &item.value, 4)
        else:
            memcpy(at + 8, &item.box, 32)
            memcpy(at + 40, &item.value, 4)
        at += build.object_size
    return place


cdef void _rebase(
    unsigned char *nodes, int64_t size, int64_t object_size, int64_t first
) noexcept nogil:
    """Make the kid pointers of a closing chunk count from it instead of from all pending nodes."""
    cdef int64_t place = 0, pointer
    cdef uint32_t count
    cdef int k
    while place < size:
        if nodes[place]:
            memcpy(&count, nodes + place + 72, 4)
            place += LEAF_HEADER + count * object_size
            continue
        for k in range(4):
            memcpy(&pointer, nodes + place + 72 + 8 * k, 8)
            if pointer > 0:
                pointer -= first
                memcpy(nodes + place + 72 + 8 * k, &pointer, 8)
        place += INNER_SIZE


cdef int64_t _close(Build *build, int64_t first, int64_t top) noexcept nogil:
    """Move the pending nodes from `first` on into a chunk; return minus its offset."""
    cdef int64_t offset = build.origin + build.out.size
    cdef int64_t[2] head
    cdef int64_t size = build.pending.size - first
    cdef unsigned char *at = _extend(build, &build.out, CHUNK_HEADER + size)
    if at is NULL:
        return 0
    head[0] = CHUNK_HEADER + size
    head[1] = CHUNK_HEADER + top - first
    if first > 0:
        _rebase(build.pending.data + first, size, build.object_size, first)
    memcpy(at, head, 16)
    memcpy(at + CHUNK_HEADER, build.pending.data + first, <size_t>size)
    build.pending.size = first
    return -offset


cdef int64_t _put_inner(
    Build *build, int64_t low, int64_t n, const Box *arena, int depth
) noexcept nogil:
    """Append the four kids, then the node itself; return its place."""
    cdef Statistics stat = _summarise(build.items + low, n, arena)
    cdef int64_t[4] kids
    cdef int64_t start, k, place
    cdef Box part
    cdef int slot
    cdef unsigned char *at
    for slot in range(4):
        quadrant(arena, slot, &part)
        start = build.n_items
        if not _reserve_items(build, n):
            return 0
        for k in range(low, low + n):
            if meets(&build.items[k].box, &part):
                build.items[build.n_items] = build.items[k]
                build.n_items += 1
        kids[slot] = _put_node(build, start, build.n_items - start, &part, depth + 1)
        build.n_items = start
        if build.status != OK:
            return 0
    place = build.pending.size
    at = _extend(build, &build.pending, INNER_SIZE)
    if at is not NULL:
        _put_base(at, False, &stat, arena)
        memcpy(at + 72, kids, 32)
    return place


cdef int64_t _put_node(
    Build *build, int64_t low, int64_t n, const Box *arena, int depth
) noexcept nogil:
    """Write a sub-tree; return the pointer that its parent stores."""
    cdef int64_t first = build.pending.size, place
    if (n > LEAF_OBJECTS and depth < MAX_DEPTH
            and arena.x2 - arena.x1 >= MIN_SIDE and arena.y2 - arena.y1 >= MIN_SIDE):
        place = _put_inner(build, low, n, arena, depth)
    else:
        place = _put_leaf(build, low, n, arena)
    if build.status != OK:
        return 0
    if depth == 0 or 0 < build.chunk_size < build.pending.size - first:
        return _close(build, first, place)
    return CHUNK_HEADER + place


cdef bint _load_items(
    Build *build, const int64_t[:, ::1] boxes, const float[::1] values, const int64_t *ids,
    int64_t first, int64_t stop,
) noexcept nogil:
    """Load the objects [first, stop); their ids are given, or count from 0."""
    cdef int64_t k, n = stop - first
    cdef Item *item
    build.n_items = 0
    if not _reserve_items(build, n + n // 2 + 64):
        return False
    for k in range(first, stop):
        item = build.items + k - first
        item.box.x1 = boxes[0, k]
        item.box.y1 = boxes[1, k]
        item.box.x2 = boxes[2, k]
        item.box.y2 = boxes[3, k]
        item.id = k - first if ids is NULL else ids[k]
        item.value = values[k]
    build.n_items = n
    return True


cdef void _put_payload(Build *build, int signature, const Box *arena) noexcept nogil:
    """Append header and chunks; the root chunk is the last one."""
    cdef uint64_t count = <uint64_t>build.n_items
    cdef int64_t root, start = build.out.size
    cdef unsigned char *at = _extend(build, &build.out, 20)
    if at is NULL:
        return
    memcpy(at, &signature, 4)
    memcpy(at + 4, &count, 8)
    build.origin = -start
    root = -_put_node(build, 0, build.n_items, arena, 0)
    if build.status == OK:
        memcpy(build.out.data + start + 12, &root, 8)


cdef void _start(Build *build, int64_t object_size, int64_t chunk_size, int64_t limit) noexcept:
    memset(build, 0, sizeof(Build))
    build.object_size = object_size
    build.chunk_size = chunk_size
    build.max_bytes = limit


cdef void _release(Build *build) noexcept:
    free(build.items)
    free(build.pending.data)
    free(build.out.data)


cdef bytes _taken(const Bytes *buffer):
    return PyBytes_FromStringAndSize(<char *>buffer.data, buffer.size)


def build_trees(
    int signature, int64_t object_size, const int64_t[:, ::1] boxes, const float[::1] values,
    const int64_t[::1] bounds, const int64_t[:, ::1] arenas, int64_t chunk_size,
    int64_t max_bytes, int64_t[::1] stops,
):
    """Encode trees of one or more checked objects each: (status, payloads one after another).

    Tree k has the objects bounds[k]:bounds[k + 1], columns of boxes (rows x1, y1, x2, y2), and an
    arena of width arenas[0, k] and height arenas[1, k]; its payload ends at stops[k].
    """
    cdef Build build
    cdef Box arena
    cdef Py_ssize_t k
    _start(&build, object_size, chunk_size, max_bytes)
    arena.x1 = arena.y1 = 0
    try:
        with nogil:
            for k in range(stops.shape[0]):
                arena.x2 = arenas[0, k]
                arena.y2 = arenas[1, k]
                if not _load_items(&build, boxes, values, NULL, bounds[k], bounds[k + 1]):
                    break
                _put_payload(&build, signature, &arena)
                if build.status != OK:
                    break
                stops[k] = build.out.size
        if build.status != OK:
            return build.status, b""
        return OK, _taken(&build.out)
    finally:
        _release(&build)


def build_branch(
    int64_t object_size, const int64_t[:, ::1] boxes, const float[::1] values,
    const int64_t[::1] ids, const int64_t[::1] arena, int depth, int64_t chunk_size,
    int64_t origin, int64_t max_bytes,
):
    """Encode the node of an arena at a depth > 0: (status, chunks, open nodes, pointer).

    The chunks will stand at the byte origin of the payload. Open nodes belong to the chunk of the
    parent; pointers to them count from the start of that chunk, if they come first in it.
    """
    cdef Build build
    cdef Box box
    cdef int64_t pointer = 0
    cdef const int64_t *numbers = NULL
    if ids.shape[0]:
        numbers = &ids[0]
    _start(&build, object_size, chunk_size, max_bytes)
    build.origin = origin
    memcpy(&box, &arena[0], sizeof(Box))
    try:
        with nogil:
            if _load_items(&build, boxes, values, numbers, 0, ids.shape[0]):
                pointer = _put_node(&build, 0, build.n_items, &box, depth)
        if build.status != OK:
            return build.status, b"", b"", 0
        return OK, _taken(&build.out), _taken(&build.pending), pointer
    finally:
        _release(&build)


def add_statistics(
    const int64_t[:, ::1] boxes, const float[::1] values, const int64_t[::1] arena,
    unsigned char[::1] state,
):
    """Add the parts of objects inside an arena to the 32 bytes of statistics that a node stores."""
    cdef Statistics stat
    cdef Box box, item
    cdef Py_ssize_t k
    memcpy(&stat, &state[0], sizeof(Statistics))
    memcpy(&box, &arena[0], sizeof(Box))
    with nogil:
        for k in range(values.shape[0]):
            item.x1 = boxes[0, k]
            item.y1 = boxes[1, k]
            item.x2 = boxes[2, k]
            item.y2 = boxes[3, k]
            _count(&stat, &item, values[k], &box)
    memcpy(&state[0], &stat, sizeof(Statistics))


def move_nodes(unsigned char[::1] nodes, int64_t object_size, int64_t shift):
    """Make the pointers of open nodes right for a place that many bytes later in their chunk."""
    if nodes.shape[0]:
        _rebase(&nodes[0], nodes.shape[0], object_size, -shift)
