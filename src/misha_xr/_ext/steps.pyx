"""Coordinates of iterator steps, filled straight into the columns of a table.

Fixed bins: a run [start, end) of one chromosome holds bins k * step .. (k + 1) * step for k
from start // step, cut at both ends of the run. Interval iterators: pair p belongs to the
scope row r with pair_offsets[r] <= p < pair_offsets[r + 1] and to item
firsts[r] + p - pair_offsets[r]; its step is the part that both share.
Source: misha semantics, iterator policies and scope.
"""

from libc.stdint cimport int8_t, int16_t, int32_t, int64_t
from libc.string cimport memcpy

ctypedef fused code_t:
    int8_t
    int16_t
    int32_t

cdef enum:
    RECORD = 20
    END = 8


cdef inline void _count_up(
    int64_t *out, int64_t n, int64_t first, int64_t step
) noexcept nogil:
    cdef int64_t i
    for i in range(n):
        out[i] = first + i * step


cdef inline void _fill_codes(code_t *out, int64_t n, code_t code) noexcept nogil:
    cdef int64_t i
    for i in range(n):
        out[i] = code


cdef inline int64_t _n_steps(int64_t start, int64_t end, int64_t step) noexcept nogil:
    return (end - 1) // step - start // step + 1


def fill_bins(
    const int32_t[::1] run_codes, const int64_t[::1] run_starts, const int64_t[::1] run_ends,
    const int64_t[::1] run_rows, int64_t step, code_t[::1] out_codes,
    int64_t[::1] out_starts=None, int64_t[::1] out_ends=None, int64_t[::1] out_rows=None,
):
    """Write the coordinates of all steps of the runs, one run after another.

    out_codes may be int8, int16 or int32. None skips a column. out_rows repeats run_rows for
    every step of a run.
    """
    cdef bint with_codes = out_codes is not None, with_starts = out_starts is not None
    cdef bint with_ends = out_ends is not None, with_rows = out_rows is not None
    cdef Py_ssize_t r
    cdef int64_t at = 0, n, first
    with nogil:
        for r in range(run_codes.shape[0]):
            n = _n_steps(run_starts[r], run_ends[r], step)
            first = run_starts[r] // step
            if with_codes:
                _fill_codes(&out_codes[at], n, <code_t> run_codes[r])
            if with_starts:
                _count_up(&out_starts[at], n, first * step, step)
                out_starts[at] = run_starts[r]
            if with_ends:
                _count_up(&out_ends[at], n, (first + 1) * step, step)
                out_ends[at + n - 1] = run_ends[r]
            if with_rows:
                _count_up(&out_rows[at], n, run_rows[r], 0)
            at += n


cdef inline Py_ssize_t _row_of_pair(const int64_t[::1] pair_offsets, int64_t pair) noexcept nogil:
    # Last scope row whose pairs start at or before `pair`.
    cdef Py_ssize_t lo = 0, hi = pair_offsets.shape[0] - 1, middle
    while hi - lo > 1:
        middle = lo + (hi - lo) // 2
        if pair_offsets[middle] <= pair:
            lo = middle
        else:
            hi = middle
    return lo


def cut_pairs(
    const int64_t[::1] item_starts, const int64_t[::1] item_ends,
    const int32_t[::1] scope_codes, const int64_t[::1] scope_starts,
    const int64_t[::1] scope_ends, const int64_t[::1] firsts,
    const int64_t[::1] pair_offsets, int64_t lo, int64_t hi,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
    int64_t[::1] out_rows, int64_t[::1] out_items=None,
):
    """Write steps lo .. hi of the (scope row, iterator interval) pairs.

    out_rows gets the number of the scope row, out_items (None: skip) that of the interval.
    """
    cdef bint with_items = out_items is not None
    cdef int64_t pair, item, k
    cdef Py_ssize_t r
    if lo >= hi:
        return
    with nogil:
        r = _row_of_pair(pair_offsets, lo)
        for pair in range(lo, hi):
            while pair >= pair_offsets[r + 1]:
                r += 1
            item = firsts[r] + pair - pair_offsets[r]
            k = pair - lo
            out_codes[k] = scope_codes[r]
            out_starts[k] = max(item_starts[item], scope_starts[r])
            out_ends[k] = min(item_ends[item], scope_ends[r])
            out_rows[k] = r
            if with_items:
                out_items[k] = item


def sparse_steps(
    const unsigned char[::1] data, int64_t header, int64_t first_code,
    const int64_t[::1] offsets,
    const int32_t[::1] scope_codes, const int64_t[::1] scope_starts,
    const int64_t[::1] scope_ends, const int64_t[::1] firsts,
    const int64_t[::1] pair_offsets, int64_t lo, int64_t hi,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
    int64_t[::1] out_rows, int64_t[::1] out_items=None, int64_t width=RECORD,
):
    """Write steps lo .. hi of the (scope row, sparse record) pairs.

    As cut_pairs, but item i of a scope row is record i of its chromosome; a record of `width`
    bytes begins with int64 start and end.
    """
    cdef bint with_items = out_items is not None
    cdef const unsigned char *record
    cdef int64_t pair, item, k, start, end
    cdef Py_ssize_t r
    if lo >= hi:
        return
    with nogil:
        r = _row_of_pair(pair_offsets, lo)
        for pair in range(lo, hi):
            while pair >= pair_offsets[r + 1]:
                r += 1
            item = firsts[r] + pair - pair_offsets[r]
            k = pair - lo
            record = &data[offsets[scope_codes[r] - first_code] + header + item * width]
            memcpy(&start, record, 8)
            memcpy(&end, record + END, 8)
            out_codes[k] = scope_codes[r]
            out_starts[k] = max(start, scope_starts[r])
            out_ends[k] = min(end, scope_ends[r])
            out_rows[k] = r
            if with_items:
                out_items[k] = item
