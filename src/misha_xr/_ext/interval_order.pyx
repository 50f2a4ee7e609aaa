"""Genome order of intervals: recognise it, compute it, apply it.

A key packs what decides about a row above the row's number: key = (code, start) << bits | row.
Sorting bare keys by their upper digits (least significant first, stable) therefore yields the
order in their lower bits. Rows of one (code, start) are few as a rule and put in order by their
end afterwards; if they are many, or a key is too narrow, the columns are sorted one after the
other, last one first.
"""

from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.string cimport memset

cdef enum:
    DIGIT = 11  # bits; 2048 open lines still fit the first cache
    SMALL_DIGIT = 8
    SMALL = 4096  # rows, below which counting 2048 digits costs more than it saves
    SHORT_RUN = 32

# Columns of a key.
cdef enum:
    ENDS = 0
    STARTS = 1
    CODES = 2

cdef struct columns:
    const int32_t *codes
    const int64_t *starts
    const int64_t *ends
    int64_t n


cdef inline bint _is_before(columns *iv, int64_t a, int64_t b, bint by_end) noexcept nogil:
    if iv.codes[a] != iv.codes[b]:
        return iv.codes[a] < iv.codes[b]
    if iv.starts[a] != iv.starts[b]:
        return iv.starts[a] < iv.starts[b]
    return by_end and iv.ends[a] < iv.ends[b]


cdef int64_t _first_unsorted(columns *iv, bint by_end) noexcept nogil:
    cdef int64_t k
    for k in range(1, iv.n):
        if _is_before(iv, k, k - 1, by_end):
            return k
    return iv.n


cdef inline int _n_bits(uint64_t value) noexcept nogil:
    cdef int bits = 0
    while value:
        bits += 1
        value >>= 1
    return bits


cdef inline uint64_t _value(columns *iv, int column, int64_t row) noexcept nogil:
    """A column as a number whose order is that of the column."""
    if column == CODES:
        return <uint64_t> iv.codes[row]
    return <uint64_t> (iv.starts[row] if column == STARTS else iv.ends[row])


cdef int _range(columns *iv, int column, uint64_t *least) noexcept nogil:
    """Bits that the differences to the least value take."""
    cdef int64_t value, k
    cdef int64_t lo = <int64_t> _value(iv, column, 0), hi = lo
    for k in range(1, iv.n):
        value = <int64_t> _value(iv, column, k)
        lo = min(lo, value)
        hi = max(hi, value)
    least[0] = <uint64_t> lo
    return _n_bits(<uint64_t> hi - <uint64_t> lo)


cdef int64_t _deal(
    const uint64_t *keys, uint64_t *out, int64_t n, int shift, int width
) noexcept nogil:
    """Distribute keys by one digit; return 0 (nothing written) if all share it."""
    cdef int64_t counts[1 << DIGIT]
    cdef uint64_t mask = (<uint64_t> 1 << width) - 1
    cdef int64_t k, at = 0, count
    memset(counts, 0, (<size_t> 1 << width) * sizeof(int64_t))
    for k in range(n):
        counts[(keys[k] >> shift) & mask] += 1
    if counts[(keys[0] >> shift) & mask] == n:
        return 0
    for k in range(<int64_t> mask + 1):
        count = counts[k]
        counts[k] = at
        at += count
    for k in range(n):
        out[counts[(keys[k] >> shift) & mask]] = keys[k]
        counts[(keys[k] >> shift) & mask] += 1
    return 1


cdef int _sort_keys(
    uint64_t **keys, uint64_t **spare, int64_t n, int shift, int bits
) noexcept nogil:
    """Sort by the bits from `shift` on; the sorted keys are in keys[0]. Return the passes."""
    cdef int widest = SMALL_DIGIT if n < SMALL else DIGIT
    cdef int n_digits = (bits + widest - 1) // widest, k, width, dealt = 0
    cdef uint64_t *swap
    if n_digits == 0:
        return 0
    width = (bits + n_digits - 1) // n_digits
    for k in range(n_digits):
        if _deal(keys[0], spare[0], n, shift + k * width, min(width, bits - k * width)):
            swap = keys[0]
            keys[0] = spare[0]
            spare[0] = swap
            dealt += 1
    return dealt


cdef bint _mend_ties(
    columns *iv, const uint64_t *keys, int row_bits, int64_t *order
) noexcept nogil:
    """Put rows of one key in order by end; False if a run is too long for that."""
    cdef int64_t lo = 0, hi, k, j, row, n = iv.n
    cdef bint is_mixed
    while lo < n:
        hi = lo + 1
        is_mixed = False
        while hi < n and keys[hi] >> row_bits == keys[lo] >> row_bits:
            is_mixed |= iv.ends[order[hi]] < iv.ends[order[hi - 1]]
            hi += 1
        if is_mixed and hi - lo > SHORT_RUN:
            return False
        if is_mixed:
            for k in range(lo + 1, hi):
                row = order[k]
                j = k
                while j > lo and iv.ends[order[j - 1]] > iv.ends[row]:
                    order[j] = order[j - 1]
                    j -= 1
                order[j] = row
        lo = hi
    return True


cdef int _sort_packed(
    columns *iv, bint by_end, uint64_t *keys, uint64_t *spare, int64_t *order
) noexcept nogil:
    """Sort by code and start in one key; -1 if that does not fit, or ties are many."""
    cdef uint64_t least_start, least_code, mask
    cdef int row_bits = _n_bits(<uint64_t> (iv.n - 1)), start_bits, code_bits, n_passes
    cdef int64_t k
    start_bits = _range(iv, STARTS, &least_start)
    code_bits = _range(iv, CODES, &least_code)
    if row_bits + start_bits + code_bits > 64 or start_bits == 64:
        return -1
    for k in range(iv.n):
        keys[k] = <uint64_t> iv.codes[k] - least_code
        keys[k] = keys[k] << start_bits | (<uint64_t> iv.starts[k] - least_start)
        keys[k] = keys[k] << row_bits | <uint64_t> k
    n_passes = _sort_keys(&keys, &spare, iv.n, row_bits, start_bits + code_bits)
    mask = (<uint64_t> 1 << row_bits) - 1
    for k in range(iv.n):
        order[k] = <int64_t> (keys[k] & mask)
    if by_end and not _mend_ties(iv, keys, row_bits, order):
        return -1
    return n_passes


cdef int _sort_column(
    columns *iv, int column, uint64_t *keys, uint64_t *spare, int64_t *order
) noexcept nogil:
    """Sort an order further, by one column, in as many rounds as its bits need."""
    cdef uint64_t least, mask
    cdef int row_bits = _n_bits(<uint64_t> (iv.n - 1)), n_passes = 0, at = 0, width
    cdef int bits = _range(iv, column, &least)
    cdef int64_t k
    mask = (<uint64_t> 1 << row_bits) - 1
    while at < bits:
        width = min(64 - row_bits, bits - at)
        for k in range(iv.n):
            keys[k] = (_value(iv, column, order[k]) - least) >> at
            keys[k] = keys[k] << row_bits | <uint64_t> k
        n_passes += _sort_keys(&keys, &spare, iv.n, row_bits, width)
        for k in range(iv.n):
            spare[k] = <uint64_t> order[keys[k] & mask]
        for k in range(iv.n):
            order[k] = <int64_t> spare[k]
        at += width
    return n_passes


cdef int _sort_columns(
    columns *iv, bint by_end, uint64_t *keys, uint64_t *spare, int64_t *order
) noexcept nogil:
    cdef int column, n_passes = 0
    cdef int64_t k
    for k in range(iv.n):
        order[k] = k
    for column in range(ENDS if by_end else STARTS, CODES + 1):
        n_passes += _sort_column(iv, column, keys, spare, order)
    return n_passes


def first_unsorted(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, bint by_end
):
    """Find the first row that belongs before the row above it; the number of rows if none.

    Rows are compared by code, start and, with by_end, end.
    """
    cdef columns iv
    cdef int64_t found
    if codes.shape[0] < 2:
        return codes.shape[0]
    iv.codes, iv.starts, iv.ends, iv.n = &codes[0], &starts[0], &ends[0], codes.shape[0]
    with nogil:
        found = _first_unsorted(&iv, by_end)
    return found


def first_illegal(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] sizes,
):
    """Find the first row without 0 <= start < end <= sizes[code]; the number of rows if none.

    sizes None: the limit is 2**62, so that sums of two coordinates do not overflow. Else codes must
    be below their number.
    """
    cdef int64_t k, n = starts.shape[0], limit = (<int64_t> 1) << 62
    cdef bint is_bounded = sizes is not None
    with nogil:
        for k in range(n):
            if starts[k] < 0 or starts[k] >= ends[k]:
                break
            if is_bounded:
                limit = sizes[codes[k]]
            if ends[k] > limit:
                break
        else:
            k = n
    return k if n else 0


def sort_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends, bint by_end,
    int64_t[::1] order, uint64_t[::1] keys, uint64_t[::1] spare,
):
    """Write the stable order of the rows, at least one; return how often all rows were moved.

    keys and spare are scratch, as long as the rows.
    """
    cdef columns iv
    cdef int n_passes
    iv.codes, iv.starts, iv.ends, iv.n = &codes[0], &starts[0], &ends[0], codes.shape[0]
    with nogil:
        n_passes = _sort_packed(&iv, by_end, &keys[0], &spare[0], &order[0])
        if n_passes < 0:
            n_passes = _sort_columns(&iv, by_end, &keys[0], &spare[0], &order[0])
    return n_passes


def take_rows(
    const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends,
    const int64_t[::1] order,
    int32_t[::1] out_codes, int64_t[::1] out_starts, int64_t[::1] out_ends,
):
    """Copy rows in an order, all three columns at once."""
    cdef int64_t k, row
    with nogil:
        for k in range(order.shape[0]):
            row = order[k]
            out_codes[k] = codes[row]
            out_starts[k] = starts[row]
            out_ends[k] = ends[row]


def is_counting(const int64_t[::1] rows):
    """Tell whether row numbers count up from 0."""
    cdef int64_t k
    for k in range(rows.shape[0]):
        if rows[k] != k:
            return False
    return True
