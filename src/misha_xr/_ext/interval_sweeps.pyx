"""Sweeps over sorted intervals: set algebra.

Rows are sorted by code and start; ends may come in any order. A stream hands out disjoint
intervals of such rows, one at a time: a row that starts below the greatest end so far joins the
interval. One pass serves all chromosomes: their codes are compared with the positions.
"""

from libc.stdint cimport INT64_MIN, int32_t, int64_t

from misha_xr._ext.sorted_rows cimport rows_from, rows_of

# How a stream treats rows that overlap.
cdef enum:
    JOIN_TOUCHING = 0
    JOIN_OVERLAPPING = 1
    KEEP = 2  # each row by itself
    ROOM = 256  # intervals that a stream holds ready; both streams stay in the first cache

cdef struct output:
    int32_t *codes
    int64_t *starts
    int64_t *ends
    int64_t n

cdef struct stream:
    rows_of rows
    int64_t at  # rows used up
    bint is_live
    int how
    int32_t code
    int64_t start
    int64_t end
    int64_t place  # of the interval in what is ready
    int64_t n_ready
    int32_t codes[ROOM]
    int64_t starts[ROOM]
    int64_t ends[ROOM]


cdef inline int64_t _merge_some(
    const rows_of *rows, int64_t *at, int how,
    int32_t *codes, int64_t *starts, int64_t *ends, int64_t room,
) noexcept nogil:
    """Merge rows from at[0] on into at most `room` intervals; return how many they are.

    Whether a row begins an interval can't be foreseen: nothing branches on it.
    """
    cdef int64_t k = at[0], n = 0, start, end
    cdef int32_t code
    cdef bint is_new, is_other, is_kept = how == KEEP, is_apart = how != JOIN_TOUCHING
    if k >= rows.n:
        return 0
    code, start, end = rows.codes[k], rows.starts[k], rows.ends[k]
    codes[0], starts[0], ends[0] = code, start, end
    k += 1
    while k < rows.n:
        is_other = is_kept | (rows.codes[k] != code)
        is_new = is_other | (rows.starts[k] > end) | (is_apart & (rows.starts[k] == end))
        n += is_new
        if n == room:
            n -= 1
            break
        start = rows.starts[k] if is_new else start
        # A row that begins behind an end ends behind it, too: new or not, the greater end holds.
        end = max(INT64_MIN if is_other else end, rows.ends[k])
        code = rows.codes[k]
        codes[n], starts[n], ends[n] = code, start, end
        k += 1
    at[0] = k
    return n + 1


cdef void _refill(stream *s) noexcept nogil:
    s.n_ready = _merge_some(&s.rows, &s.at, s.how, s.codes, s.starts, s.ends, ROOM)
    s.place = 0
    s.is_live = s.n_ready > 0


cdef inline void _load(stream *s) noexcept nogil:
    if s.is_live:
        s.code, s.start, s.end = s.codes[s.place], s.starts[s.place], s.ends[s.place]


cdef inline void _next(stream *s) noexcept nogil:
    s.place += 1
    if s.place >= s.n_ready:
        _refill(s)
    _load(s)


cdef inline void _open(
    stream *s,
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, int how,
) noexcept nogil:
    s.rows = rows_from(codes, starts, ends)
    s.at, s.how = 0, how
    s.code, s.start, s.end = -1, 0, 0
    _refill(s)
    _load(s)


cdef inline output _into(
    int32_t[::1] codes, int64_t[::1] starts, int64_t[::1] ends
) noexcept nogil:
    cdef output out
    out.n = 0
    out.codes, out.starts, out.ends = NULL, NULL, NULL
    if codes.shape[0]:
        out.codes, out.starts, out.ends = &codes[0], &starts[0], &ends[0]
    return out


cdef inline void _put(output *out, int32_t code, int64_t start, int64_t end) noexcept nogil:
    out.codes[out.n] = code
    out.starts[out.n] = start
    out.ends[out.n] = end
    out.n += 1


cdef inline bint _ends_before(stream *a, stream *b) noexcept nogil:
    """Whether a ends where b starts, or before."""
    return a.code < b.code or (a.code == b.code and a.end <= b.start)


def merge_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, bint touching,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Merge sorted rows into at most as many intervals; return how many they are."""
    cdef rows_of rows
    cdef output out
    cdef int64_t at = 0
    cdef int how = JOIN_TOUCHING if touching else JOIN_OVERLAPPING
    with nogil:
        rows = rows_from(codes, starts, ends)
        out = _into(out_codes, out_starts, out_ends)
        out.n = _merge_some(&rows, &at, how, out.codes, out.starts, out.ends, rows.n)
    return out.n


def label_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, bint touching,
    const int64_t[::1] order, int64_t[::1] labels,
):
    """Write the number of the merged interval of each sorted row to labels[order[row]].

    order None: rows are where they were. Return the number of merged intervals.
    """
    cdef bint is_moved = order is not None, is_new
    cdef int64_t k, n = 0, end = 0
    with nogil:
        for k in range(codes.shape[0]):
            is_new = (
                k == 0 or codes[k] != codes[k - 1] or starts[k] > end
                or (starts[k] == end and not touching)
            )
            n += is_new
            end = ends[k] if is_new else max(end, ends[k])
            labels[order[k] if is_moved else k] = n - 1
    return n


cdef inline void _join(output *out, int32_t code, int64_t start, int64_t end) noexcept nogil:
    """Put an interval behind others, joined to the last one if the two touch."""
    cdef int64_t last = out.n - 1, kept
    cdef bint is_new
    if out.n == 0:
        _put(out, code, start, end)
        return
    is_new = (out.codes[last] != code) | (out.ends[last] < start)
    kept = -<int64_t> is_new
    start = out.starts[last] ^ ((out.starts[last] ^ start) & kept)
    end = max(end, out.ends[last] ^ ((out.ends[last] ^ end) & kept))
    last += is_new
    out.codes[last] = code
    out.starts[last] = start
    out.ends[last] = end
    out.n = last + 1


def unite(
    const int32_t[::1] a_codes, const int64_t[::1] a_starts, const int64_t[::1] a_ends,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write the union of sorted rows, touching ones joined; at most n_a + n_b intervals."""
    cdef rows_of a, b
    cdef output out
    cdef int64_t i = 0, j = 0, choice
    cdef bint is_b
    with nogil:
        a, b = rows_from(a_codes, a_starts, a_ends), rows_from(b_codes, b_starts, b_ends)
        out = _into(out_codes, out_starts, out_ends)
        while i < a.n and j < b.n:
            is_b = (b.codes[j] < a.codes[i]) | (
                (b.codes[j] == a.codes[i]) & (b.starts[j] < a.starts[i])
            )
            choice = -<int64_t> is_b
            _join(
                &out, min(a.codes[i], b.codes[j]),
                a.starts[i] ^ ((a.starts[i] ^ b.starts[j]) & choice),
                a.ends[i] ^ ((a.ends[i] ^ b.ends[j]) & choice),
            )
            i += not is_b
            j += is_b
        while i < a.n:
            _join(&out, a.codes[i], a.starts[i], a.ends[i])
            i += 1
        while j < b.n:
            _join(&out, b.codes[j], b.starts[j], b.ends[j])
            j += 1
    return out.n


cdef void _intersect_merged(stream *a, stream *b, output *out) noexcept nogil:
    """Intersect disjoint intervals: of two, the one that ends first is done with."""
    cdef int64_t i, j, lo, hi, n = out.n
    cdef int32_t *codes = out.codes
    cdef int64_t *starts = out.starts
    cdef int64_t *ends = out.ends
    cdef bint is_one, is_done
    while a.is_live and b.is_live:
        i, j = a.place, b.place
        while i < a.n_ready and j < b.n_ready:
            lo = max(a.starts[i], b.starts[j])
            hi = min(a.ends[i], b.ends[j])
            is_one = a.codes[i] == b.codes[j]
            is_done = (a.codes[i] < b.codes[j]) | (is_one & (a.ends[i] <= b.ends[j]))
            # Written in any case, and counted if it is something: fewer are than rows used up.
            codes[n] = a.codes[i]
            starts[n] = lo
            ends[n] = hi
            n += is_one & (lo < hi)
            i += is_done
            j += not is_done
        a.place, b.place = i, j
        if i == a.n_ready:
            _refill(a)
        if j == b.n_ready:
            _refill(b)
    out.n = n


cdef void _intersect_rows(stream *a, stream *b, output *out) noexcept nogil:
    """Rows meet one by one: the one that ends first is done with, the other keeps the rest."""
    cdef int64_t end
    while a.is_live and b.is_live:
        if _ends_before(a, b):
            _next(a)
        elif _ends_before(b, a):
            _next(b)
        else:
            end = min(a.end, b.end)
            _put(out, a.code, max(a.start, b.start), end)
            a.start = b.start = end
            if a.end == end and b.end == end:
                _next(a)
                _next(b)
            elif a.end == end:
                _next(a)
            else:
                _next(b)


def intersect(
    const int32_t[::1] a_codes, const int64_t[::1] a_starts, const int64_t[::1] a_ends,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    bint merged, int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write what sorted rows of both sides share; at most n_a + n_b intervals.

    merged: rows are merged first. Else rows meet one by one: of two that meet, the one that ends
    first is done with, and the other keeps what lies behind that end.
    """
    cdef stream a, b
    cdef output out
    cdef int how = JOIN_TOUCHING if merged else KEEP
    with nogil:
        _open(&a, a_codes, a_starts, a_ends, how)
        _open(&b, b_codes, b_starts, b_ends, how)
        out = _into(out_codes, out_starts, out_ends)
        if merged:
            _intersect_merged(&a, &b, &out)
        else:
            _intersect_rows(&a, &b, &out)
    return out.n


def subtract(
    const int32_t[::1] a_codes, const int64_t[::1] a_starts, const int64_t[::1] a_ends,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write what sorted rows of a hold and rows of b do not; at most n_a + n_b intervals."""
    cdef stream a, b
    cdef output out
    cdef int64_t i, j, lo, hi, cut, n
    cdef bint is_one, is_ahead
    with nogil:
        _open(&a, a_codes, a_starts, a_ends, JOIN_TOUCHING)
        _open(&b, b_codes, b_starts, b_ends, JOIN_TOUCHING)
        out = _into(out_codes, out_starts, out_ends)
        n = 0
        while a.is_live and b.is_live:
            i, j = a.place, b.place
            while i < a.n_ready and j < b.n_ready:
                is_one = a.codes[i] == b.codes[j]
                is_ahead = a.codes[i] < b.codes[j]
                lo, hi = a.starts[i], a.ends[i]
                cut = min(hi, b.starts[j]) if is_one else hi
                # Written in any case, and counted if it is something: up to one per row used up.
                out.codes[n] = a.codes[i]
                out.starts[n] = lo
                out.ends[n] = cut
                n += (is_one | is_ahead) & (lo < cut)
                a.starts[i] = max(lo, b.ends[j]) if is_one else lo  # what is still to be seen
                is_ahead = is_ahead | (is_one & (hi <= b.ends[j]))
                i += is_ahead
                j += not is_ahead
            a.place, b.place = i, j
            if i == a.n_ready:
                _refill(&a)
            if j == b.n_ready:
                _refill(&b)
        out.n = n
        _load(&a)
        while a.is_live:
            _put(&out, a.code, a.start, a.end)
            _next(&a)
    return out.n


cdef struct edge:
    bint is_end
    int64_t position


cdef inline void _next_edge(stream *s, edge *e) noexcept nogil:
    if e.is_end:
        _next(s)
        e.position = s.start
    else:
        e.position = s.end
    e.is_end = not e.is_end


def differ(
    const int32_t[::1] a_codes, const int64_t[::1] a_starts, const int64_t[::1] a_ends,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write what exactly one side holds; at most n_a + n_b intervals.

    Edges of the result are the edges that one side has and the other has not.
    """
    cdef stream a, b
    cdef stream *first
    cdef edge of_a, of_b
    cdef edge *chosen
    cdef output out
    cdef int64_t opened = 0
    cdef bint is_open = False
    with nogil:
        _open(&a, a_codes, a_starts, a_ends, JOIN_TOUCHING)
        _open(&b, b_codes, b_starts, b_ends, JOIN_TOUCHING)
        out = _into(out_codes, out_starts, out_ends)
        of_a.is_end, of_a.position, of_b.is_end, of_b.position = False, a.start, False, b.start
        while a.is_live or b.is_live:
            if a.is_live and b.is_live and a.code == b.code and of_a.position == of_b.position:
                _next_edge(&a, &of_a)
                _next_edge(&b, &of_b)
                continue
            if not b.is_live or (a.is_live and (
                a.code < b.code or (a.code == b.code and of_a.position < of_b.position)
            )):
                first, chosen = &a, &of_a
            else:
                first, chosen = &b, &of_b
            if is_open:
                _put(&out, first.code, opened, chosen.position)
            opened = chosen.position
            is_open = not is_open
            _next_edge(first, chosen)
    return out.n


def complement(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] sizes,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write what sorted rows leave of chromosomes; at most n + n_chroms intervals.

    Codes must be below the number of sizes.
    """
    cdef stream a
    cdef output out
    cdef int32_t code = 0
    cdef int64_t at
    with nogil:
        _open(&a, codes, starts, ends, JOIN_TOUCHING)
        out = _into(out_codes, out_starts, out_ends)
        for code in range(<int32_t> sizes.shape[0]):
            at = 0
            while a.is_live and a.code == code:
                if min(a.start, sizes[code]) > at:
                    _put(&out, code, at, min(a.start, sizes[code]))
                at = a.end
                _next(&a)
            if at < sizes[code]:
                _put(&out, code, at, sizes[code])
    return out.n
