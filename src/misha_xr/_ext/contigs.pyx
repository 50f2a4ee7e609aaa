"""Tables of contigs: lines of `chrom_sizes.txt`, entries of variable length of `genome.idx`.

Both scans only find where things are; names become text in one pass at the end.
"""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char* text, Py_ssize_t size, const char* errors)

cdef enum:
    FIXED_BYTES = 30  # of an entry of genome.idx, without its name
    NAME_OFFSET = 6
    MAX_NAME_BYTES = 1024
    MAX_DIGITS = 18  # so that a plain number cannot overflow

# What `scan_entries` found.
FINE = 0
TRUNCATED = 1
LONG_NAME = 2
WRAPS = 3

cdef uint64_t MAX_INT64 = 0x7FFFFFFFFFFFFFFFULL


cdef inline bint _is_white(unsigned char c) noexcept nogil:
    """White space within a line."""
    return c == 32 or c == 9 or (11 <= c <= 13)


cdef inline int64_t _line_end(const unsigned char *text, int64_t k, int64_t n) noexcept nogil:
    while k < n and text[k] != 10:
        k += 1
    return k


cdef inline int64_t _skip_white(const unsigned char *text, int64_t k, int64_t n) noexcept nogil:
    while k < n and _is_white(text[k]):
        k += 1
    return k


def count_lines(const unsigned char[::1] data):
    """Count the lines that hold more than white space."""
    cdef int64_t k = 0, stop, count = 0, n = data.shape[0]
    cdef const unsigned char *text
    if n == 0:
        return 0
    text = &data[0]
    with nogil:
        while k < n:
            stop = _line_end(text, k, n)
            if _skip_white(text, k, stop) < stop:
                count += 1
            k = stop + 1
    return count


cdef inline int64_t _name_end(const unsigned char *text, int64_t k, int64_t stop) noexcept nogil:
    """End of the first field: at the first TAB, or where a line without TAB has white space."""
    cdef int64_t white = stop, j = k
    while j < stop and text[j] != 9:
        if white == stop and _is_white(text[j]):
            white = j
        j += 1
    if j == stop:
        return white
    while j > k and _is_white(text[j - 1]):
        j -= 1
    return j


cdef inline int64_t _plain_number(
    const unsigned char *text, int64_t k, int64_t stop
) noexcept nogil:
    """The number that a run of digits spells; -1 for anything else."""
    cdef int64_t value = 0
    if k == stop or stop - k > MAX_DIGITS:
        return -1
    while k < stop:
        if text[k] < 48 or text[k] > 57:
            return -1
        value = 10 * value + (text[k] - 48)
        k += 1
    return value


def scan_lines(
    const unsigned char[::1] data, int64_t[::1] name_starts, int64_t[::1] name_stops,
    int64_t[::1] size_starts, int64_t[::1] size_stops, int64_t[::1] sizes
):
    """Find name and size in every line that `count_lines` counts.

    sizes[k] is -1 unless the field is a run of digits. The arrays are as long as the count.
    """
    cdef int64_t k = 0, row = 0, first, stop, n = data.shape[0]
    cdef const unsigned char *text
    if n == 0:
        return
    text = &data[0]
    with nogil:
        while k < n:
            stop = _line_end(text, k, n)
            first = _skip_white(text, k, stop)
            k = stop + 1
            if first == stop:
                continue
            name_starts[row] = first
            name_stops[row] = _name_end(text, first, stop)
            size_starts[row] = first = _skip_white(text, name_stops[row], stop)
            while first < stop and not _is_white(text[first]):
                first += 1
            size_stops[row] = first
            sizes[row] = _plain_number(text, size_starts[row], first)
            row += 1


def scan_entries(
    const unsigned char[::1] data, int64_t begin, int64_t[::1] ids, int64_t[::1] name_starts,
    int64_t[::1] name_stops, int64_t[::1] offsets, int64_t[::1] lengths
):
    """Find the fields of len(ids) entries from byte `begin` on.

    Returns (code, entry, position): FINE with the position behind the last entry, or what is wrong
    with which entry at which byte.
    """
    cdef int64_t k = 0, n = ids.shape[0], position = begin, size = data.shape[0]
    cdef uint32_t number
    cdef uint16_t name_length
    cdef uint64_t offset, length
    cdef const unsigned char *entry
    cdef int code = 0
    with nogil:
        for k in range(n):
            if size - position < FIXED_BYTES:
                code = 1
                break
            entry = &data[0] + position
            memcpy(&number, entry, 4)
            memcpy(&name_length, entry + 4, 2)
            if name_length > MAX_NAME_BYTES:
                code = 2
                break
            if size - position < FIXED_BYTES + name_length:
                code = 1
                break
            memcpy(&offset, entry + NAME_OFFSET + name_length, 8)
            memcpy(&length, entry + NAME_OFFSET + name_length + 8, 8)
            if offset > MAX_INT64 or length > MAX_INT64 - offset:
                code = 3
                break
            ids[k] = number
            name_starts[k] = position + NAME_OFFSET
            name_stops[k] = name_starts[k] + name_length
            offsets[k] = <int64_t>offset
            lengths[k] = <int64_t>length
            position += FIXED_BYTES + name_length
    return code, k, position


def pack_entries(
    const unsigned char[::1] text, const int64_t[::1] bounds, const int64_t[::1] ids,
    const int64_t[::1] offsets, const int64_t[::1] lengths, unsigned char[::1] out
):
    """Write entries of genome.idx into `out`, which is zero and holds 30 bytes each and the names.

    Name k is text[bounds[k]:bounds[k + 1]], of at most 1,024 bytes.
    """
    cdef int64_t k, position = 0
    cdef uint32_t number
    cdef uint16_t name_length
    cdef unsigned char *entry
    with nogil:
        for k in range(ids.shape[0]):
            entry = &out[0] + position
            number = <uint32_t>ids[k]
            name_length = <uint16_t>(bounds[k + 1] - bounds[k])
            memcpy(entry, &number, 4)
            memcpy(entry + 4, &name_length, 2)
            memcpy(entry + NAME_OFFSET, &text[0] + bounds[k], name_length)
            memcpy(entry + NAME_OFFSET + name_length, &offsets[k], 8)
            memcpy(entry + NAME_OFFSET + name_length + 8, &lengths[k], 8)
            position += FIXED_BYTES + name_length


def slice_names(
    const unsigned char[::1] data, const int64_t[::1] starts, const int64_t[::1] stops
):
    """Return data[starts[k]:stops[k]] as text, up to the first that is not UTF-8."""
    cdef Py_ssize_t k
    cdef const char *text
    cdef list names = []
    if data.shape[0] == 0:
        return names
    text = <const char *>&data[0]
    for k in range(starts.shape[0]):
        try:
            names.append(PyUnicode_DecodeUTF8(text + starts[k], stops[k] - starts[k], NULL))
        except UnicodeDecodeError:
            break
    return names
