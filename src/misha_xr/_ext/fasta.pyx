"""FASTA text, block by block: bases without line ends, names out of header lines, and back.

Invariant of `scan_lines`: everything before the returned place is dealt with; a header or comment
line is taken whole or not at all, a line of bases as far as it goes. Source: misha file format,
names created from FASTA headers.
"""

from libc.stdint cimport int64_t
from libc.string cimport memchr, memcpy

FINE = 0
BAD_BASE = 1
NO_HEADER = 2
LONG_NAME = 3

cdef enum:
    NEWLINE = 10
    RETURN = 13
    MAX_NAME = 1024

cdef const char *UNNAMED = b"contig"


cdef inline bint _is_letter(unsigned char c) noexcept nogil:
    return <unsigned char>((c | 32) - 97) < 26


cdef inline bint _is_space(unsigned char c) noexcept nogil:
    return c == 32 or 9 <= c <= 13


cdef inline bint _is_plain(unsigned char c) noexcept nogil:
    return _is_letter(c) or 48 <= c <= 57 or c == 45 or c == 46 or c == 95


cdef bint _is_blank(const unsigned char *text, int64_t size) noexcept nogil:
    cdef int64_t k
    for k in range(size):
        if not _is_space(text[k]):
            return False
    return True


cdef bint _copy_clean(const unsigned char *text, int64_t size, unsigned char *out) noexcept nogil:
    """Copy bases; tell whether there was nothing but bases. The loop is one for vector units."""
    cdef int64_t k
    cdef unsigned char other = 0, c
    for k in range(size):
        c = text[k]
        out[k] = c
        other |= not (_is_letter(c) or c == 45)
    return not other


cdef int64_t _copy_spaced(
    const unsigned char *text, int64_t size, unsigned char *out, int64_t *bad
) noexcept nogil:
    """Copy bases and leave white space out; `bad` is the first byte that is neither, else -1."""
    cdef int64_t k, n = 0
    bad[0] = -1
    for k in range(size):
        if _is_letter(text[k]) or text[k] == 45:
            out[n] = text[k]
            n += 1
        elif not _is_space(text[k]):
            bad[0] = k
            return n
    return n


cdef int64_t _name(const unsigned char *text, int64_t size, unsigned char *out) noexcept nogil:
    """Write the name in a header line (without '>'); return its length, -1 if it is too long."""
    cdef int64_t first = 0, last, k, n = 0
    while first < size and _is_space(text[first]):
        first += 1
    last = first
    while last < size and not _is_space(text[last]):
        last += 1
    # Of parts between bars the last one that is not empty counts.
    while last > first and text[last - 1] == b"|":
        last -= 1
    k = last
    while k > first and text[k - 1] != b"|":
        k -= 1
    first = k
    if first == last:
        memcpy(out, UNNAMED, 6)
        return 6
    for k in range(first, last):
        if text[k] & 0xC0 == 0x80:
            continue  # a character of several bytes gives one underscore
        if n == MAX_NAME:
            return -1
        out[n] = text[k] if _is_plain(text[k]) else <unsigned char>b"_"
        n += 1
    return n


def scan_lines(
    const unsigned char[::1] data,
    int64_t at,
    bint is_last,
    int64_t[::1] state,
    unsigned char[::1] out,
    unsigned char[::1] names,
    int64_t[::1] name_stops,
    int64_t[::1] starts,
    int64_t[::1] lines,
):
    """Read lines; return (status, place reached). state: at a line start, any header yet, lines
    done, bases, bytes of names, records; the last three count from 0 in this call."""
    cdef int64_t size = data.shape[0], stop, length, bad, n
    cdef int64_t n_out = 0, n_names = 0, n_records = 0
    cdef bint fresh = state[0], open = state[1], ended
    cdef const unsigned char *text
    cdef const void *end
    cdef int status = 0
    state[3] = state[4] = state[5] = 0
    if not size:
        return FINE, 0
    text = &data[0]
    with nogil:
        while at < size:
            end = memchr(text + at, NEWLINE, size - at)
            ended = end != NULL
            stop = <const unsigned char *>end - text if ended else size
            if fresh and (text[at] == b">" or text[at] == b";"):
                if not ended and not is_last:
                    break
                if text[at] == b">":
                    n = _name(text + at + 1, stop - at - 1, &names[n_names])
                    if n < 0:
                        status = 3
                        break
                    n_names += n
                    name_stops[n_records] = n_names
                    starts[n_records] = n_out
                    lines[n_records] = state[2] + 1
                    n_records += 1
                    open = True
            else:
                length = stop - at
                if length and text[stop - 1] == RETURN:
                    length -= 1
                if length and not open:
                    if not _is_blank(text + at, length):
                        status = 2
                        break
                elif length:
                    if _copy_clean(text + at, length, &out[n_out]):
                        n_out += length
                    else:
                        n_out += _copy_spaced(text + at, length, &out[n_out], &bad)
                        if bad >= 0:
                            at += bad
                            status = 1
                            break
            fresh = ended
            state[2] += ended
            at = stop + ended
    state[0], state[1] = fresh, open
    state[3], state[4], state[5] = n_out, n_names, n_records
    return status, at


def fill_lines(
    const unsigned char[::1] data,
    const int64_t[::1] starts,
    const int64_t[::1] sizes,
    const unsigned char[::1] names,
    const int64_t[::1] bounds,
    int64_t width,
    int64_t[::1] state,
    unsigned char[::1] out,
):
    """Write records as FASTA until out is full; state: record and bases of it done, -1: no header.

    Returns the number of bytes; all is written when state[0] is the number of records.
    """
    cdef int64_t n = starts.shape[0], room = out.shape[0], at = 0
    cdef int64_t k = state[0], done = state[1], length, take
    with nogil:
        while k < n:
            if done < 0:
                length = bounds[k + 1] - bounds[k]
                if length + 2 > room - at:
                    break
                out[at] = b">"
                if length:
                    memcpy(&out[at + 1], &names[bounds[k]], length)
                out[at + 1 + length] = NEWLINE
                at += length + 2
                done = 0
            while done < sizes[k] and room - at > 1:
                take = min(width - done % width, sizes[k] - done, room - at - 1)
                memcpy(&out[at], &data[starts[k] + done], take)
                at += take
                done += take
                if done % width == 0 or done == sizes[k]:
                    out[at] = NEWLINE
                    at += 1
            if done < sizes[k]:
                break
            k += 1
            done = -1
    state[0], state[1] = k, done
    return at
