"""Windows over intervals without values: gaps, centres, coverage, counts.

All coordinates are linear along the genome, chromosomes a spare base apart, so that one sorted
array serves every chromosome; what lies beyond the bounds of the window's own is no candidate.
A window is [start + sshift, end + eshift) clipped to its chromosome; an empty one gives NaN.
Windows mostly come sorted: each search starts where the last one ended.
Source: misha query semantics, distances.
"""

from libc.math cimport NAN
from libc.stdint cimport int8_t, int32_t, int64_t

from misha_xr._ext.reach cimport Reach, first_from, next_hit, set_levels

# Where windows lie.
cdef struct Windows:
    int64_t n
    const int32_t *codes
    const int64_t *starts
    const int64_t *ends
    const int64_t *offsets  # linear start of each chromosome
    const int64_t *sizes
    int64_t sshift
    int64_t eshift

# One of them, in linear coordinates, and the chromosome around it.
cdef struct Window:
    int64_t start
    int64_t end
    int64_t low
    int64_t high


cdef Windows _windows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] sizes, int64_t sshift, int64_t eshift,
):
    cdef Windows windows
    windows.n = codes.shape[0]
    windows.codes = &codes[0] if windows.n else NULL
    windows.starts = &starts[0] if windows.n else NULL
    windows.ends = &ends[0] if windows.n else NULL
    windows.offsets, windows.sizes = &offsets[0], &sizes[0]
    windows.sshift, windows.eshift = sshift, eshift
    return windows


cdef inline const int64_t *_longs(const int64_t[::1] values) noexcept:
    return &values[0] if values.shape[0] else NULL


cdef inline bint _open(const Windows *windows, int64_t k, Window *window) noexcept nogil:
    """Shift and clip a window; False if nothing is left."""
    cdef int32_t code = windows.codes[k]
    cdef int64_t size = windows.sizes[code]
    cdef int64_t start = max(windows.starts[k] + windows.sshift, 0)
    cdef int64_t end = min(windows.ends[k] + windows.eshift, size)
    if start >= end:
        return False
    window.low = windows.offsets[code]
    window.high = window.low + size
    window.start = window.low + start
    window.end = window.low + end
    return True


cdef inline int64_t _center(const Window *window) noexcept nogil:
    # Of the coordinates on the chromosome: the linear ones may round the other way.
    return window.low + ((window.start - window.low + window.end - window.low) >> 1)


cdef inline double _signed(double way, int8_t strand) noexcept nogil:
    """Sign a distance, positive behind the source, by the strand of the source."""
    if strand == 0:
        return -way if way < 0 else way
    return way * strand if way != 0 else 0.0


def fill_gaps(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] sizes, int64_t sshift, int64_t eshift,
    const int64_t[::1] source_starts, const int64_t[::1] reached, const int64_t[::1] rows,
    const int8_t[::1] signs, bint of_center, double[::1] out,
):
    """Write the gap from each window, or its centre, to the nearest source.

    reached[i] is the largest end of the sources up to i, rows[i] the first of them that has it.
    At equal gaps the source on the right counts for centres, the one on the left for windows.
    """
    cdef Windows windows = _windows(codes, starts, ends, offsets, sizes, sshift, eshift)
    cdef Window w
    cdef int64_t k, at = 0, lo, hi, left, right, n = source_starts.shape[0], far = 1 << 62
    cdef const int64_t *begins = _longs(source_starts)
    with nogil:
        for k in range(windows.n):
            out[k] = NAN
            if not _open(&windows, k, &w):
                continue
            lo = _center(&w) if of_center else w.start
            hi = lo if of_center else w.end
            at = first_from(begins, at, 0, n, hi + 1)
            left = right = far
            if at > 0 and reached[at - 1] > w.low:
                left = max(lo - reached[at - 1], 0)
            if at < n and begins[at] < w.high:
                right = begins[at] - hi
            if left == far and right == far:
                continue
            if left < right or (left == right and not of_center):
                out[k] = _signed(<double>left, signs[rows[at - 1]])
            else:
                out[k] = _signed(<double>-right, signs[at])


def fill_margins(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] sizes, int64_t sshift, int64_t eshift,
    const int64_t[::1] source_starts, const int64_t[::1] source_ends, const int8_t[::1] signs,
    double width, double[::1] out,
):
    """Write the distance of each window's centre to sources with a margin; they do not overlap.

    Inside a source it grows from 0 in the middle to width / 2 at the edges; the gap adds to that.
    """
    cdef Windows windows = _windows(codes, starts, ends, offsets, sizes, sshift, eshift)
    cdef Window w
    cdef int64_t k, at = 0, c, left, right, n = source_starts.shape[0], far = 1 << 62
    cdef const int64_t *begins = _longs(source_starts)
    cdef double half = width / 2, way
    with nogil:
        for k in range(windows.n):
            out[k] = NAN
            if not _open(&windows, k, &w):
                continue
            c = _center(&w)
            at = first_from(begins, at, 0, n, c + 1)
            left = right = far
            if at > 0 and source_ends[at - 1] > w.low:
                left = c - source_ends[at - 1]
            if at < n and begins[at] < w.high:
                right = begins[at] - c
            if left < 0:
                way = <double>((c - begins[at - 1]) - (source_ends[at - 1] - c))
                way = half * (way / <double>(source_ends[at - 1] - begins[at - 1]))
                out[k] = _signed(way, signs[at - 1])
            elif left < right:
                out[k] = _signed(<double>left + half, signs[at - 1])
            elif right < far:
                out[k] = _signed(-(<double>right + half), signs[at])


def fill_centers(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] sizes, int64_t sshift, int64_t eshift,
    const int64_t[::1] centers, const int64_t[::1] minus_starts, const int64_t[::1] rows,
    const int64_t[::1] tops, const int64_t[::1] back_centers, const int64_t[::1] back_ends,
    const int64_t[::1] back_rows, const int64_t[::1] back_tops, const int8_t[::1] signs,
    double[::1] out,
):
    """Write the distance of each window's centre to the nearest centre of a source around it.

    Sources by rising centre serve those on the right, with the negatives of their starts; by
    falling centre (its negative) those on the left, with their ends. Rows break ties.
    """
    cdef Windows windows = _windows(codes, starts, ends, offsets, sizes, sshift, eshift)
    cdef Window w
    cdef Reach ahead, behind
    cdef int64_t k, c, n = centers.shape[0], at = 0, back = 0, right, left, row
    cdef double way
    cdef const int64_t *rising = _longs(centers)
    cdef const int64_t *falling = _longs(back_centers)
    ahead.ends, ahead.tops, ahead.rows, ahead.lows = _longs(minus_starts), _longs(tops), NULL, NULL
    behind.ends, behind.tops, behind.rows, behind.lows = (
        _longs(back_ends), _longs(back_tops), NULL, NULL)
    set_levels(&ahead, n)
    set_levels(&behind, n)
    with nogil:
        for k in range(windows.n):
            out[k] = NAN
            if not _open(&windows, k, &w):
                continue
            c = _center(&w)
            at = first_from(rising, at, 0, n, c + 1)
            right = next_hit(&ahead, at, n, -c, 0)
            back = first_from(falling, back, 0, n, -c)
            left = next_hit(&behind, back, n, c + 1, 0)
            row = -1
            way = 0
            if right < n:
                row = rows[right]
                way = <double>(c - rising[right])
            if left < n and (
                row < 0 or c + falling[left] < -way
                or (c + falling[left] == -way and back_rows[left] < row)
            ):
                row = back_rows[left]
                way = <double>(c + falling[left])
            if row >= 0:
                out[k] = _signed(way, signs[row])


cdef inline int64_t _covered_before(
    const int64_t *begins, const int64_t *stops, const int64_t *covered, int64_t at, int64_t x
) noexcept nogil:
    """Bases of the union below x; `at` intervals of it start there."""
    if at == 0:
        return 0
    return covered[at - 1] + min(x, stops[at - 1]) - begins[at - 1]


def fill_coverage(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] sizes, int64_t sshift, int64_t eshift,
    const int64_t[::1] union_starts, const int64_t[::1] union_ends, const int64_t[::1] covered,
    double[::1] out,
):
    """Write the share of each window under a union; covered[i]: its bases before interval i."""
    cdef Windows windows = _windows(codes, starts, ends, offsets, sizes, sshift, eshift)
    cdef Window w
    cdef int64_t k, at = 0, stop = 0, bases, n = union_starts.shape[0]
    cdef const int64_t *begins = _longs(union_starts)
    cdef const int64_t *stops = _longs(union_ends)
    cdef const int64_t *before = _longs(covered)
    with nogil:
        for k in range(windows.n):
            out[k] = NAN
            if not _open(&windows, k, &w):
                continue
            at = first_from(begins, at, 0, n, w.start)
            stop = first_from(begins, max(at, stop), 0, n, w.end)
            bases = _covered_before(begins, stops, before, stop, w.end)
            bases -= _covered_before(begins, stops, before, at, w.start)
            out[k] = <double>bases / <double>(w.end - w.start)


def fill_counts(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] sizes, int64_t sshift, int64_t eshift,
    const int64_t[::1] source_starts, const int64_t[::1] sorted_ends, int64_t margin,
    double[::1] out,
):
    """Write how many sources share a base with each window widened by a margin.

    All that start before its end, less those that end before its start.
    """
    cdef Windows windows = _windows(codes, starts, ends, offsets, sizes, sshift, eshift)
    cdef Window w
    cdef int64_t k, at = 0, stop = 0, n = source_starts.shape[0]
    cdef const int64_t *begins = _longs(source_starts)
    cdef const int64_t *stops = _longs(sorted_ends)
    with nogil:
        for k in range(windows.n):
            out[k] = NAN
            if not _open(&windows, k, &w):
                continue
            at = first_from(stops, at, 0, n, max(w.start - margin, w.low) + 1)
            stop = first_from(begins, stop, 0, n, min(w.end + margin, w.high))
            out[k] = <double>(stop - at)


cdef inline int64_t _n_within(
    const int64_t *begins, const int64_t *stops, int64_t n, int64_t *hint, int64_t lo, int64_t hi
) noexcept nogil:
    """Number of sources that lie wholly in [lo, hi)."""
    cdef int64_t at, count = 0
    at = hint[0] = first_from(begins, hint[0], 0, n, lo)
    while at < n and begins[at] < hi:
        count += stops[at] <= hi
        at += 1
    return count


def fill_distinct_counts(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] offsets, const int64_t[::1] sizes, const int64_t[::1] slots,
    const int64_t[::1] source_starts, const int64_t[::1] source_ends,
    const int64_t[::1] sorted_ends, int64_t margin, double[::1] out,
):
    """Write how many sources meet any of the segments [slots[k], slots[k + 1]), each widened.

    Segments of one window are sorted and disjoint. Sources that meet the span from the first to the
    last, less those that lie wholly between two. No segments: NaN.
    """
    cdef Windows segments = _windows(codes, starts, ends, offsets, sizes, 0, 0)
    cdef Window w
    cdef int64_t k, i, at = 0, stop = 0, hint = 0, count = 0, reached = 0, n
    cdef const int64_t *begins = _longs(source_starts)
    cdef const int64_t *stops = _longs(source_ends)
    cdef const int64_t *by_end = _longs(sorted_ends)
    n = source_starts.shape[0]
    with nogil:
        for k in range(slots.shape[0] - 1):
            out[k] = NAN
            for i in range(slots[k], slots[k + 1]):
                if not _open(&segments, i, &w):
                    continue
                if i == slots[k]:
                    at = first_from(by_end, at, 0, n, max(w.start - margin, w.low) + 1)
                    count = 0
                elif w.start - margin > reached:
                    count += _n_within(begins, stops, n, &hint, reached, w.start - margin)
                reached = min(w.end + margin, w.high)
            if slots[k] < slots[k + 1]:
                stop = first_from(begins, stop, 0, n, reached)
                out[k] = <double>(stop - at - count)
