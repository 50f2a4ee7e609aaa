"""Reduce the objects of quad trees that rectangular windows see; one number per window.

What counts of an object is its part inside the window and the band: A = number of points. A node
that lies wholly in both, and whose statistics can be believed, stands for all objects below it;
every other node that meets both is entered. Parts add up leaf by leaf, so that copies of an object
in several leaves need no table of ids. Where objects are counted or picked, the one leaf that holds
the first common point of object, window and band (lowest y, then lowest x) speaks for the object.
"""

from libc.math cimport fabs, isfinite
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.string cimport memcpy, memset

from misha_xr._ext.bands cimport band_area, band_meets, int128
from misha_xr._ext.boxes cimport Box, holds, is_empty, meets
from misha_xr._ext.tree_walk cimport (
    BAD_ARENA, BAD_FLAG, BAD_HEADER, FIRST_CHUNK, FRAMES, OK, POINT_SIZE, Frame, Item, Walk,
    check_item, find_root, load_point, load_rectangle, open_walk, push_kids, visit_leaf,
)

cdef extern from "math.h":
    double NAN

# Ids of the functions; from SIZE on objects are told apart.
cdef enum:
    AVG = 0
    WEIGHTED_SUM = 1
    AREA = 2
    MIN = 3
    MAX = 4
    EXISTS = 5
    SIZE = 6
    FIRST = 7
    LAST = 8
    SAMPLE = 9

REDUCERS = {
    "avg": AVG, "weighted.sum": WEIGHTED_SUM, "area": AREA, "min": MIN, "max": MAX,
    "exists": EXISTS, "size": SIZE, "first": FIRST, "last": LAST, "sample": SAMPLE,
}

cdef struct Gather:         # what one window has seen
    int func
    bint has_band
    int64_t low
    int64_t high
    uint64_t key            # decides about a sample
    int128 area
    double weighted_sum
    double least
    double most
    int64_t n
    double picked
    uint64_t rank           # of what was picked
    bint is_done
    int64_t n_nodes
    int64_t n_objects


cdef inline uint64_t _mix(uint64_t x) noexcept nogil:
    """Spread the bits of a number (the finisher of splitmix64)."""
    x += <uint64_t>0x9E3779B97F4A7C15
    x = (x ^ (x >> 30)) * <uint64_t>0xBF58476D1CE4E5B9
    x = (x ^ (x >> 27)) * <uint64_t>0x94D049BB133111EB
    return x ^ (x >> 31)


cdef inline void _common(const Box *a, const Box *b, Box *out) noexcept nogil:
    out.x1 = max(a.x1, b.x1)
    out.y1 = max(a.y1, b.y1)
    out.x2 = min(a.x2, b.x2)
    out.y2 = min(a.y2, b.y2)


cdef inline bint _in_band(const Gather *gather, const Box *box) noexcept nogil:
    """Tell whether a box has a point in the band."""
    return not gather.has_band or band_meets(
        box.x1, box.x2, box.y1, box.y2, gather.low, gather.high)


cdef inline int128 _points(const Gather *gather, const Box *box) noexcept nogil:
    """Number of points of a box, which has some, in the band."""
    if gather.has_band:
        return band_area(box.x1, box.x2, box.y1, box.y2, gather.low, gather.high)
    return <int128>(box.x2 - box.x1) * (box.y2 - box.y1)


cdef inline bint _speaks(const Gather *gather, const Box *seen, const Box *leaf) noexcept nogil:
    """Tell whether the first point of a box in the band lies in this leaf."""
    cdef int64_t x = seen.x1, y = seen.y1
    if gather.has_band:
        y = max(y, seen.x1 - gather.high + 1)
        x = max(x, y + gather.low)
    return holds(leaf, x, y)


cdef inline void _widen(Gather *gather, double least, double most) noexcept nogil:
    if least < gather.least:
        gather.least = least
    if most > gather.most:
        gather.most = most


cdef inline void _pick(Gather *gather, const Item *item) noexcept nogil:
    """Count an object; keep its value if it is the one asked for."""
    cdef uint64_t rank
    gather.n += 1
    if gather.func == FIRST:
        gather.picked = item.value
        gather.is_done = True
    elif gather.func == LAST:
        gather.picked = item.value
    elif gather.func == SAMPLE:
        rank = _mix(gather.key ^ _mix(item.id))
        if gather.n == 1 or rank < gather.rank:
            gather.picked = item.value
            gather.rank = rank


cdef inline void _take(
    Gather *gather, const Item *item, const Box *query, const Box *leaf
) noexcept nogil:
    """Add an object of a leaf that the query meets."""
    cdef Box seen, part
    cdef int128 area
    _common(&item.box, query, &seen)
    if item.value != item.value or is_empty(&seen):
        return
    if gather.func >= SIZE:
        if _in_band(gather, &seen) and _speaks(gather, &seen, leaf):
            _pick(gather, item)
        return
    _common(&seen, leaf, &part)
    if is_empty(&part) or not _in_band(gather, &part):
        return
    gather.n += 1
    _widen(gather, item.value, item.value)
    if gather.func <= AREA:
        area = _points(gather, &part)
        gather.area += area
        gather.weighted_sum += item.value * <double>area
    elif gather.func == EXISTS:
        gather.is_done = True


cdef int _read_leaf(Walk *walk, const unsigned char *at, int64_t n, const Box *leaf) noexcept nogil:
    cdef Gather *gather = <Gather *>walk.state
    cdef Item item
    cdef int status
    for _ in range(n):
        walk.where = at - walk.data
        if walk.object_size == POINT_SIZE:
            load_point(at, &item)
        else:
            load_rectangle(at, &item)
        status = check_item(walk, &item, leaf)
        if status != OK:
            return status
        _take(gather, &item, &walk.query, leaf)
        at += walk.object_size
        gather.n_objects += 1
        if gather.is_done:
            break
    return OK


cdef inline bint _is_inside(
    const Gather *gather, const Walk *walk, const Box *arena
) noexcept nogil:
    """Tell whether all points of an arena lie in the window and in the band."""
    cdef const Box *query = &walk.query
    if (arena.x1 < query.x1 or arena.x2 > query.x2
            or arena.y1 < query.y1 or arena.y2 > query.y2):
        return False
    return not gather.has_band or (
        arena.x1 - arena.y2 + 1 >= gather.low and arena.x2 - 1 - arena.y1 < gather.high)


cdef inline bint _take_node(
    Gather *gather, const Walk *walk, const unsigned char *node, const Box *arena
) noexcept nogil:
    """Add the statistics of a node; False if they are not to be believed.

    They are if they could belong to finite values: a node that counts NaN values as R does has a
    sum of NaN. A node that states no area is entered: what it says of its objects is nothing.
    """
    cdef int64_t occupied
    cdef double weighted_sum, least, most, slack
    memcpy(&occupied, node + 8, 8)
    memcpy(&weighted_sum, node + 16, 8)
    memcpy(&least, node + 24, 8)
    memcpy(&most, node + 32, 8)
    if occupied <= 0 or occupied > <int128>(arena.x2 - arena.x1) * (arena.y2 - arena.y1):
        return False
    if walk.object_size == POINT_SIZE and <uint64_t>occupied > walk.n_objects:
        return False
    if not (isfinite(weighted_sum) and isfinite(least) and isfinite(most) and least <= most):
        return False
    slack = 1e-6 * (fabs(least) + fabs(most)) * <double>occupied
    if not (least * <double>occupied - slack <= weighted_sum <= most * <double>occupied + slack):
        return False
    gather.area += occupied
    gather.weighted_sum += weighted_sum
    gather.n += occupied if walk.object_size == POINT_SIZE else 1
    _widen(gather, least, most)
    gather.is_done = gather.func == EXISTS
    return True


cdef inline int _visit(Walk *walk, Frame *stack, Py_ssize_t *n_frames) noexcept nogil:
    """Take the top frame's node as a whole, read its objects, or push its kids."""
    cdef Gather *gather = <Gather *>walk.state
    cdef Frame frame
    cdef Box stated, part
    cdef unsigned char is_leaf
    n_frames[0] -= 1
    frame = stack[n_frames[0]]
    if gather.has_band:
        _common(&frame.arena, &walk.query, &part)
        if not _in_band(gather, &part):
            return OK
    is_leaf = walk.data[frame.node]
    walk.where = frame.node
    gather.n_nodes += 1
    if is_leaf > 1:
        return BAD_FLAG
    memcpy(&stated, walk.data + frame.node + 40, 32)
    if (stated.x1 != frame.arena.x1 or stated.y1 != frame.arena.y1
            or stated.x2 != frame.arena.x2 or stated.y2 != frame.arena.y2):
        walk.where += 40
        return BAD_ARENA
    if (gather.func < SIZE or (gather.func == SIZE and walk.object_size == POINT_SIZE)):
        if _is_inside(gather, walk, &frame.arena):
            if _take_node(gather, walk, walk.data + frame.node, &frame.arena):
                return OK
    if is_leaf:
        return visit_leaf(walk, &frame)
    return push_kids(walk, &frame, stack, n_frames)


cdef int _walk(Walk *walk) noexcept nogil:
    """Gather what the query of a walk sees."""
    cdef Gather *gather = <Gather *>walk.state
    cdef Frame[FRAMES] stack
    cdef Py_ssize_t n_frames = 1
    cdef int status = find_root(walk, &stack[0])
    if status != OK or not meets(&walk.root, &walk.query):
        return status
    walk.budget = walk.length
    while n_frames > 0 and not gather.is_done:
        status = _visit(walk, stack, &n_frames)
        if status != OK:
            return status
    return OK


cdef inline double _answer(const Gather *gather) noexcept nogil:
    cdef double mean
    if gather.func == SIZE:
        return <double>gather.n
    if gather.func == EXISTS:
        return gather.n > 0
    if gather.func == AREA:
        return <double>gather.area
    if gather.n == 0:
        return NAN
    if gather.func == MIN:
        return gather.least
    if gather.func == MAX:
        return gather.most
    if gather.func == WEIGHTED_SUM:
        return gather.weighted_sum
    if gather.func == AVG:
        mean = gather.weighted_sum / <double>gather.area
        # rounding must not lead out of the values: equal values have that average
        return gather.least if mean < gather.least else gather.most if mean > gather.most else mean
    return gather.picked


cdef inline int64_t _moved(int64_t position, int64_t shift, int64_t size) noexcept nogil:
    """Shift an edge and clip it to the chromosome; no sum overflows."""
    if shift > 0:
        return size if shift >= size - position else max(position + shift, 0)
    return 0 if shift <= -position else min(position + shift, size)


cdef struct Windows:
    const int32_t *codes1
    const int32_t *codes2
    const int64_t *edges[4]  # start1, end1, start2, end2
    const int64_t *sizes
    int64_t[4] shifts


cdef inline void _place(const Windows *windows, int64_t k, Box *out) noexcept nogil:
    cdef int64_t size1 = windows.sizes[windows.codes1[k]], size2 = windows.sizes[windows.codes2[k]]
    out.x1 = _moved(windows.edges[0][k], windows.shifts[0], size1)
    out.x2 = _moved(windows.edges[1][k], windows.shifts[1], size1)
    out.y1 = _moved(windows.edges[2][k], windows.shifts[2], size2)
    out.y2 = _moved(windows.edges[3][k], windows.shifts[3], size2)


cdef inline void _restart(Gather *gather, uint64_t key, const Box *query) noexcept nogil:
    gather.area = 0
    gather.weighted_sum = gather.picked = 0.0
    gather.least = 1.0 / 0.0
    gather.most = -1.0 / 0.0
    gather.n = 0
    gather.rank = 0
    gather.is_done = False
    if gather.func == SAMPLE:
        key = _mix(_mix(key ^ <uint64_t>query.x1) ^ <uint64_t>query.y1)
        gather.key = _mix(_mix(key ^ <uint64_t>query.x2) ^ <uint64_t>query.y2)


cdef int _reduce_run(
    Walk *walk, Gather *gather, const Windows *windows, const int64_t *rows, uint64_t seed,
    int64_t lo, int64_t hi, double *out
) noexcept nogil:
    """Answer the windows [lo, hi) of one tree; a walk without length stands for no objects."""
    cdef int64_t k
    cdef int status
    cdef bint is_apart = gather.has_band and windows.codes1[lo] != windows.codes2[lo]
    cdef bint has_tree = walk.length > FIRST_CHUNK or walk.n_objects > 0
    walk.state = gather
    for k in range(lo, hi):
        _place(windows, k, &walk.query)
        if is_empty(&walk.query):
            out[k] = NAN
            continue
        _restart(gather, seed ^ _mix(<uint64_t>rows[k]), &walk.query)
        if has_tree and not is_apart:
            status = _walk(walk)
            if status != OK:
                return status
        out[k] = _answer(gather)
    return OK


def reduce_windows(
    int func, uint64_t seed,
    const unsigned char[::1] data, const int64_t[::1] offsets, const int64_t[::1] lengths,
    const int64_t[::1] bounds, const int64_t[::1] sizes,
    const int32_t[::1] codes1, const int64_t[::1] starts1, const int64_t[::1] ends1,
    const int32_t[::1] codes2, const int64_t[::1] starts2, const int64_t[::1] ends2,
    const int64_t[::1] rows,
    const int64_t[::1] shifts, bint has_band, int64_t low, int64_t high,
    double[::1] out, int64_t[::1] visited,
):
    """Reduce the windows bounds[r]:bounds[r + 1] over payload r: offsets[r], lengths[r] of data.

    Windows are shifted and clipped to the chromosomes first; an empty one gives NaN. A payload of
    length 0 has no objects. The nodes and the objects looked at are added to visited. Returns
    (status, r, byte of the problem in the payload); status -1: the header is wrong.
    """
    cdef Walk walk
    cdef Gather gather
    cdef Windows windows
    cdef int64_t r, n_runs = offsets.shape[0]
    cdef int status = OK
    if codes1.shape[0] == 0:
        return OK, 0, 0
    windows.codes1, windows.codes2 = &codes1[0], &codes2[0]
    windows.edges = [&starts1[0], &ends1[0], &starts2[0], &ends2[0]]
    windows.sizes = &sizes[0]
    windows.shifts = [shifts[0], shifts[1], shifts[2], shifts[3]]
    with nogil:
        memset(&gather, 0, sizeof(Gather))
        gather.func = func
        gather.has_band, gather.low, gather.high = has_band, low, high
        memset(&walk, 0, sizeof(Walk))
        for r in range(n_runs):
            if lengths[r] == 0:
                memset(&walk, 0, sizeof(Walk))
            elif not open_walk(&walk, &data[offsets[r]], lengths[r]):
                status = BAD_HEADER
            else:
                walk.read_leaf = _read_leaf
            if status == OK:
                status = _reduce_run(
                    &walk, &gather, &windows, &rows[0], seed, bounds[r], bounds[r + 1], &out[0])
            if status != OK:
                n_runs = r
                break
        visited[0] += gather.n_nodes
        visited[1] += gather.n_objects
    return status, n_runs, walk.where
