"""Sorted rows against a set: bases covered, pieces left by cuts; and rows of new sizes.

Rows are sorted by code and start, the set is disjoint and sorted: its first interval that does not
end before a row only moves on. One pass serves all chromosomes.
"""

from libc.stdint cimport int32_t, int64_t

from misha_xr._ext.sorted_rows cimport is_met, rows_from, rows_of, skip_before, stop_after


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
    cdef rows_of b
    cdef bint is_moved = order is not None
    cdef int64_t k, first = 0, stop, bases
    with nogil:
        b = rows_from(b_codes, b_starts, b_ends)
        for k in range(codes.shape[0]):
            first = skip_before(&b, first, codes[k], starts[k])
            stop = stop_after(&b, first, codes[k], ends[k])
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
    cdef rows_of b
    cdef bint is_moved = order is not None
    cdef int64_t k, first = 0, stop, n_pieces = 0
    with nogil:
        b = rows_from(b_codes, b_starts, b_ends)
        for k in range(codes.shape[0]):
            first = skip_before(&b, first, codes[k], starts[k])
            stop = stop_after(&b, first, codes[k], ends[k])
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
    cdef rows_of b
    cdef int64_t k, cut, start, at = 0
    with nogil:
        b = rows_from(b_codes, b_starts, b_ends)
        for k in range(codes.shape[0]):
            cut = firsts[k]
            start = starts[k]
            while is_met(&b, cut, codes[k], ends[k]):
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
