"""Mapped reads in text: tab-separated lines counted by bin and strand, and the shifts between them.

A read on the plus strand counts where it starts, one on the minus strand where it ends. Coverage of
a bin stops at `MOST`. Source: misha query semantics, correlation of strands.
"""

from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcmp

cdef enum:
    COLUMNS = 4  # bases, chromosome, position, strand
    MAX_DIGITS = 18  # so that a number cannot overflow

MOST = 10
# What stopped a scan.
FINE = 0
FEW_COLUMNS = 1
NO_NUMBER = 2
NO_STRAND = 3

cdef struct Field:
    const unsigned char *text
    int64_t size


cdef int64_t _split(
    const unsigned char *line, int64_t size, const int64_t *wanted, Field *fields
) noexcept nogil:
    """Find the wanted columns of a line; return how many were found."""
    cdef int64_t start = 0, at = 0, column = 0, n_found = 0, k
    for k in range(COLUMNS):
        fields[k].text = NULL
        fields[k].size = 0
    while at <= size:
        if at == size or line[at] == 9:
            for k in range(COLUMNS):
                if wanted[k] == column:
                    fields[k].text = line + start
                    fields[k].size = at - start
                    n_found += 1
            if n_found == COLUMNS:
                break
            column += 1
            start = at + 1
        at += 1
    return n_found


cdef inline bint _is_text(const Field *field, const unsigned char[::1] text) noexcept nogil:
    return field.size == text.shape[0] and memcmp(field.text, &text[0], field.size) == 0


cdef inline bint _number(const Field *field, int64_t *out) noexcept nogil:
    cdef int64_t k = 0, value = 0
    cdef bint minus = field.size > 0 and field.text[0] == b"-"
    if minus:
        k = 1
    if field.size == k or field.size - k > MAX_DIGITS:
        return False
    while k < field.size:
        if not b"0" <= field.text[k] <= b"9":
            return False
        value = value * 10 + field.text[k] - 48
        k += 1
    out[0] = -value if minus else value
    return True


cdef inline void _count(uint8_t[::1] bins, int64_t at) noexcept nogil:
    if 0 <= at < bins.shape[0] and bins[at] < 10:
        bins[at] += 1


cdef int _take(
    Field *fields, int64_t low, int64_t high, int64_t bin_size, int64_t first_bin,
    uint8_t[::1] plus, uint8_t[::1] minus
) noexcept nogil:
    """Count one read of the chromosome."""
    cdef int64_t position = 0
    cdef unsigned char strand
    if not _number(&fields[2], &position):
        return 2
    strand = fields[3].text[0] if fields[3].size == 1 else 0
    if strand not in (b"+", b"F", b"-", b"R"):
        return 3
    if position < low or position > high:
        return 0
    if strand == b"+" or strand == b"F":
        _count(plus, position // bin_size - first_bin)
    else:
        _count(minus, (position + fields[0].size) // bin_size - first_bin)
    return 0


def count_reads(
    const unsigned char[::1] data, const int64_t[::1] columns, const unsigned char[::1] name,
    const unsigned char[::1] other_name, int64_t low, int64_t high, int64_t bin_size,
    int64_t first_bin, uint8_t[::1] plus, uint8_t[::1] minus,
):
    """Count the reads of whole lines; return (problem, lines done, bytes done).

    At a problem the bytes done end where the bad line begins. What follows the last line feed is
    left for the next call. A chromosome has two spellings; other chromosomes are passed over.
    """
    cdef int64_t n = data.shape[0], start = 0, stop, n_lines = 0, size
    cdef const unsigned char *text
    cdef Field fields[COLUMNS]
    cdef int problem = 0
    if n == 0:
        return 0, 0, 0
    text = &data[0]
    with nogil:
        while True:
            stop = start
            while stop < n and text[stop] != 10:
                stop += 1
            if stop == n:
                break
            size = stop - start
            if size and text[stop - 1] == 13:
                size -= 1
            if size:
                if _split(text + start, size, &columns[0], fields) < COLUMNS:
                    problem = 1
                elif _is_text(&fields[1], name) or _is_text(&fields[1], other_name):
                    problem = _take(fields, low, high, bin_size, first_bin, plus, minus)
                if problem:
                    break
            start = stop + 1
            n_lines += 1
    return problem, n_lines, start


def shifted_products(
    const uint8_t[::1] plus, const uint8_t[::1] minus, int64_t margin, int64_t n,
    int64_t[::1] out,
):
    """Write sum(plus[margin + i] * minus[margin + i + shift - margin]) for i in [0, n).

    One for each shift in [0, 2 margin).
    """
    cdef int64_t shift, i, total
    cdef const uint8_t *left
    cdef const uint8_t *right
    if n <= 0 or margin <= 0:
        return
    left = &plus[margin]
    with nogil:
        for shift in range(2 * margin):
            right = &minus[shift]
            total = 0
            for i in range(n):
                total += left[i] * right[i]
            out[shift] = total
