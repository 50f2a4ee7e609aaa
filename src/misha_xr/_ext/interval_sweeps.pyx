"""Sweeps over sorted intervals: set algebra, and rows cut by a set.

Rows are sorted by code and start; ends may come in any order. A stream hands out disjoint
intervals of such rows, one at a time: a row that starts below the greatest end so far joins the
interval. One pass serves all chromosomes: their codes are compared with the positions.
"""

from libc.stdint cimport int32_t, int64_t

# How a stream treats rows that overlap.
cdef enum:
    JOIN_TOUCHING = 0
    JOIN_OVERLAPPING = 1
    KEEP = 2  # each row by itself

cdef struct stream:
    const int32_t *codes
    const int64_t *starts
    const int64_t *ends
    int64_t n
    int64_t at  # rows used up
    bint is_live
    int how
    int32_t code
    int64_t start
    int64_t end

cdef struct output:
    int32_t *codes
    int64_t *starts
    int64_t *ends
    int64_t n


cdef inline void _next(stream *s) noexcept nogil:
    cdef int64_t at = s.at, end
    if at >= s.n:
        s.is_live = False
        return
    s.code = s.codes[at]
    s.start = s.starts[at]
    end = s.ends[at]
    at += 1
    if s.how == JOIN_TOUCHING:
        while at < s.n and s.starts[at] <= end and s.codes[at] == s.code:
            end = max(end, s.ends[at])
            at += 1
    elif s.how == JOIN_OVERLAPPING:
        while at < s.n and s.starts[at] < end and s.codes[at] == s.code:
            end = max(end, s.ends[at])
            at += 1
    s.end = end
    s.at = at


cdef inline stream _open(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, int how
) noexcept nogil:
    cdef stream s
    s.n, s.at, s.how, s.is_live = codes.shape[0], 0, how, True
    s.codes, s.starts, s.ends = NULL, NULL, NULL
    s.code, s.start, s.end = -1, 0, 0
    if s.n:
        s.codes, s.starts, s.ends = &codes[0], &starts[0], &ends[0]
    _next(&s)
    return s


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


cdef inline bint _starts_before(stream *a, stream *b) noexcept nogil:
    return a.code < b.code or (a.code == b.code and a.start < b.start)


cdef inline bint _ends_before(stream *a, stream *b) noexcept nogil:
    """Whether a ends where b starts, or before."""
    return a.code < b.code or (a.code == b.code and a.end <= b.start)


def count_merged(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, bint touching
):
    """Count the intervals that sorted rows merge into."""
    cdef stream a
    cdef int64_t n = 0
    with nogil:
        a = _open(codes, starts, ends, JOIN_TOUCHING if touching else JOIN_OVERLAPPING)
        while a.is_live:
            n += 1
            _next(&a)
    return n


def merge_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, bint touching,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Merge sorted rows; return how many are left, as `count_merged` tells."""
    cdef stream a
    cdef output out
    with nogil:
        a = _open(codes, starts, ends, JOIN_TOUCHING if touching else JOIN_OVERLAPPING)
        out = _into(out_codes, out_starts, out_ends)
        while a.is_live:
            _put(&out, a.code, a.start, a.end)
            _next(&a)
    return out.n


def label_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, bint touching,
    const int64_t[::1] order, int64_t[::1] labels,
):
    """Write the number of the merged interval of each sorted row to labels[order[row]].

    order None: rows are where they were. Return the number of merged intervals.
    """
    cdef stream a
    cdef bint is_moved = order is not None
    cdef int64_t n = 0, k = 0
    with nogil:
        a = _open(codes, starts, ends, JOIN_TOUCHING if touching else JOIN_OVERLAPPING)
        while a.is_live:
            while k < a.at:
                labels[order[k] if is_moved else k] = n
                k += 1
            n += 1
            _next(&a)
    return n


def unite(
    const int32_t[::1] a_codes, const int64_t[::1] a_starts, const int64_t[::1] a_ends,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write the union of sorted rows, touching ones joined; at most n_a + n_b intervals."""
    cdef stream a, b
    cdef stream *first
    cdef output out
    cdef int64_t last
    with nogil:
        a = _open(a_codes, a_starts, a_ends, JOIN_TOUCHING)
        b = _open(b_codes, b_starts, b_ends, JOIN_TOUCHING)
        out = _into(out_codes, out_starts, out_ends)
        while a.is_live or b.is_live:
            first = &a if not b.is_live or (a.is_live and _starts_before(&a, &b)) else &b
            last = out.n - 1
            if last >= 0 and out.codes[last] == first.code and out.ends[last] >= first.start:
                out.ends[last] = max(out.ends[last], first.end)
            else:
                _put(&out, first.code, first.start, first.end)
            _next(first)
    return out.n


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
    cdef int64_t end
    cdef int how = JOIN_TOUCHING if merged else KEEP
    with nogil:
        a = _open(a_codes, a_starts, a_ends, how)
        b = _open(b_codes, b_starts, b_ends, how)
        out = _into(out_codes, out_starts, out_ends)
        while a.is_live and b.is_live:
            if _ends_before(&a, &b):
                _next(&a)
            elif _ends_before(&b, &a):
                _next(&b)
            else:
                end = min(a.end, b.end)
                _put(&out, a.code, max(a.start, b.start), end)
                a.start = b.start = end
                if a.end == end and b.end == end:
                    _next(&a)
                    _next(&b)
                elif a.end == end:
                    _next(&a)
                else:
                    _next(&b)
    return out.n


def subtract(
    const int32_t[::1] a_codes, const int64_t[::1] a_starts, const int64_t[::1] a_ends,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write what sorted rows of a hold and rows of b do not; at most n_a + n_b intervals."""
    cdef stream a, b
    cdef output out
    cdef int64_t at
    with nogil:
        a = _open(a_codes, a_starts, a_ends, JOIN_TOUCHING)
        b = _open(b_codes, b_starts, b_ends, JOIN_TOUCHING)
        out = _into(out_codes, out_starts, out_ends)
        while a.is_live:
            while b.is_live and _ends_before(&b, &a):
                _next(&b)
            at = a.start
            while b.is_live and b.code == a.code and b.start < a.end:
                if b.start > at:
                    _put(&out, a.code, at, b.start)
                at = b.end
                if at > a.end:
                    break  # b may meet the next interval of a as well
                _next(&b)
            if at < a.end:
                _put(&out, a.code, at, a.end)
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
        a = _open(a_codes, a_starts, a_ends, JOIN_TOUCHING)
        b = _open(b_codes, b_starts, b_ends, JOIN_TOUCHING)
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
        a = _open(codes, starts, ends, JOIN_TOUCHING)
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


cdef struct disjoint:
    const int32_t *codes
    const int64_t *starts
    const int64_t *ends
    int64_t n


cdef inline int64_t _skip(
    disjoint *b, int64_t first, int32_t code, int64_t start
) noexcept nogil:
    """Move on to the first interval of b that does not end before a row."""
    while first < b.n and (
        b.codes[first] < code or (b.codes[first] == code and b.ends[first] <= start)
    ):
        first += 1
    return first


cdef inline bint _is_met(disjoint *b, int64_t k, int32_t code, int64_t end) noexcept nogil:
    return k < b.n and b.codes[k] == code and b.starts[k] < end


cdef inline int64_t _stop(
    disjoint *b, int64_t first, int32_t code, int64_t end
) noexcept nogil:
    """First interval of b from `first` on that a row does not reach: in doubling steps."""
    cdef int64_t step = 1, lo = first, hi, middle
    if not _is_met(b, first, code, end):
        return first
    while _is_met(b, lo + step, code, end):
        lo += step
        step *= 2
    hi = min(lo + step, b.n)
    while hi - lo > 1:
        middle = lo + (hi - lo) // 2
        if _is_met(b, middle, code, end):
            lo = middle
        else:
            hi = middle
    return hi


cdef inline disjoint _hold(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends
) noexcept nogil:
    cdef disjoint b
    b.n = codes.shape[0]
    b.codes, b.starts, b.ends = NULL, NULL, NULL
    if b.n:
        b.codes, b.starts, b.ends = &codes[0], &starts[0], &ends[0]
    return b


def cover_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    const int64_t[::1] b_before, int64_t[::1] covered,
):
    """Write how many bases of each sorted row b covers to covered[order[row]].

    b is disjoint and sorted, b_before[k] the number of bases in its first k intervals. order
    None: rows are where they were.
    """
    cdef disjoint b
    cdef bint is_moved = order is not None
    cdef int64_t k, first = 0, stop, bases
    with nogil:
        b = _hold(b_codes, b_starts, b_ends)
        for k in range(codes.shape[0]):
            first = _skip(&b, first, codes[k], starts[k])
            stop = _stop(&b, first, codes[k], ends[k])
            bases = 0
            if stop > first:
                bases = b_before[stop] - b_before[first]
                bases -= max(starts[k] - b.starts[first], 0)
                bases -= max(b.ends[stop - 1] - ends[k], 0)
            covered[order[k] if is_moved else k] = bases


def find_cuts(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    int64_t[::1] firsts,
):
    """Write which interval of b cuts each sorted row first to firsts[order[row]].

    b is merged: disjoint, sorted, nothing touches. order None: rows are where they were. Return
    the number of pieces that b leaves of all rows.
    """
    cdef disjoint b
    cdef bint is_moved = order is not None
    cdef int64_t k, first = 0, stop, n_pieces = 0
    with nogil:
        b = _hold(b_codes, b_starts, b_ends)
        for k in range(codes.shape[0]):
            first = _skip(&b, first, codes[k], starts[k])
            stop = _stop(&b, first, codes[k], ends[k])
            n_pieces += stop - first + 1
            if stop > first:
                n_pieces -= b.starts[first] <= starts[k]
                n_pieces -= b.ends[stop - 1] >= ends[k]
            firsts[order[k] if is_moved else k] = first
    return n_pieces


def cut_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] firsts,
    const int32_t[::1] b_codes, const int64_t[::1] b_starts, const int64_t[::1] b_ends,
    int64_t[::1] out_rows, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write the pieces that `find_cuts` counted, row by row, ascending within a row."""
    cdef disjoint b
    cdef int64_t k, cut, start, at = 0
    with nogil:
        b = _hold(b_codes, b_starts, b_ends)
        for k in range(codes.shape[0]):
            cut = firsts[k]
            start = starts[k]
            while _is_met(&b, cut, codes[k], ends[k]):
                if b.starts[cut] > start:
                    out_rows[at] = k
                    out_starts[at] = start
                    out_ends[at] = b.starts[cut]
                    at += 1
                start = b.ends[cut]
                cut += 1
            if start < ends[k]:
                out_rows[at] = k
                out_starts[at] = start
                out_ends[at] = ends[k]
                at += 1


def fit_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] sizes_bp, const int64_t[::1] chrom_sizes,
    int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Write rows of new sizes around the centre of each, slid onto their chromosomes.

    sizes_bp has one item, or one for each row; chrom_sizes None: only starts are kept from 0.
    """
    cdef int64_t k, size, room, start
    cdef bint is_one = sizes_bp.shape[0] == 1, is_bounded = chrom_sizes is not None
    with nogil:
        for k in range(starts.shape[0]):
            size = sizes_bp[0 if is_one else k]
            start = (starts[k] + ends[k] - size) >> 1  # floor, of negative sums as well
            if is_bounded:
                room = chrom_sizes[codes[k]]
                size = min(size, room)
                start = min(start, room - size)
            start = max(start, 0)
            out_starts[k] = start
            out_ends[k] = start + size
