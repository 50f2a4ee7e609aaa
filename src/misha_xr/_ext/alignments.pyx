"""Reads of SAM and text tables as columns: where they begin, how long they are, their flags.

Invariant: a line is taken whole or not at all; what cannot be placed counts as unmapped.
Source: SAM format specification, section 1.4.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t
from libc.string cimport memchr, memcmp

FINE = 0
FEW_COLUMNS = 1
NO_NUMBER = 2

cdef enum:
    # Places in `state`.
    AT = 0
    N_ROWS = 1
    N_RUNS = 2
    N_LINES = 3
    COLUMN = 4
    UNMAPPED = 4  # flag
    REVERSE = 16
    SAM_COLUMNS = 10
    MAX_COLUMNS = 64
    _FINE = 0
    _FEW_COLUMNS = 1
    _NO_NUMBER = 2
    SKIPPED = 4

STATE_SIZE = 5

cdef struct Field:
    const unsigned char *text
    int64_t size


cdef int64_t _split(
    const unsigned char *line, int64_t size, int64_t n_wanted, Field *fields
) noexcept nogil:
    cdef int64_t n = 0, start = 0
    cdef const unsigned char *tab
    while n < n_wanted:
        tab = <const unsigned char *>memchr(line + start, 9, size - start) if start < size else NULL
        fields[n].text = line + start
        fields[n].size = tab - (line + start) if tab != NULL else size - start
        start += fields[n].size + 1
        n += 1
        if tab == NULL:
            return n
    return n


cdef int64_t _whole(Field field) noexcept nogil:
    """Read a number of up to 18 digits; -1 if it is none."""
    cdef int64_t n = 0, k
    cdef unsigned char digit
    if field.size == 0 or field.size > 18:
        return -1
    for k in range(field.size):
        digit = <unsigned char>(field.text[k] - 48)
        if digit > 9:
            return -1
        n = n * 10 + digit
    return n


cdef inline bint _takes_reference(unsigned char operation) noexcept nogil:
    return operation in (b"M", b"D", b"N", b"=", b"X")


cdef int64_t _span(Field cigar) noexcept nogil:
    """Return the bases of the chromosome under an alignment; -1 if the text is none."""
    cdef int64_t n = 0, total = 0, k
    cdef bint has_digit = False
    cdef unsigned char letter
    for k in range(cigar.size):
        letter = cigar.text[k]
        if 48 <= letter <= 57:
            n = n * 10 + (letter - 48)
            has_digit = True
            if n > 1 << 30:
                return -1
        elif not has_digit:
            return -1
        else:
            if _takes_reference(letter):
                total += n
            n = 0
            has_digit = False
    return total


cdef inline bint _is(Field field, unsigned char letter) noexcept nogil:
    return field.size == 1 and field.text[0] == letter


cdef int _sam(
    const unsigned char *line, int64_t size, Field *name, int64_t *start, int64_t *span,
    int32_t *n_bases, uint16_t *flag, uint8_t *quality, int64_t *state
) noexcept nogil:
    cdef Field[SAM_COLUMNS] fields
    cdef int64_t number
    if line[0] == b"@":
        return SKIPPED
    if _split(line, size, SAM_COLUMNS, fields) < SAM_COLUMNS:
        return _FEW_COLUMNS
    state[COLUMN] = 1
    number = _whole(fields[1])
    if not 0 <= number < 65536:
        return _NO_NUMBER
    flag[0] = <uint16_t>number
    state[COLUMN] = 3
    start[0] = _whole(fields[3])
    if start[0] < 0:
        return _NO_NUMBER
    state[COLUMN] = 4
    number = _whole(fields[4])
    if not 0 <= number < 256:
        return _NO_NUMBER
    quality[0] = <uint8_t>number
    name[0] = fields[2]
    n_bases[0] = 0 if _is(fields[9], b"*") else <int32_t>fields[9].size
    state[COLUMN] = 5
    span[0] = n_bases[0] if _is(fields[5], b"*") else _span(fields[5])
    if span[0] < 0:
        return _NO_NUMBER
    span[0] = max(span[0], 1)  # of an insertion only: its place, as htslib has it
    if _is(fields[2], b"*") or start[0] == 0:
        flag[0] |= UNMAPPED
    return _FINE


cdef int _table(
    const unsigned char *line, int64_t size, const int64_t *columns, int64_t n_wanted, Field *name,
    int64_t *start, int64_t *span, int32_t *n_bases, uint16_t *flag, uint8_t *quality
) noexcept nogil:
    """Read bases, chromosome, position and strand; lines of no read at a known place: unmapped."""
    cdef Field[MAX_COLUMNS] fields
    cdef int64_t n = _split(line, size, n_wanted, fields)
    cdef Field strand
    quality[0] = 255
    flag[0] = UNMAPPED
    start[0] = span[0] = n_bases[0] = 0
    name.text, name.size = line, 0
    if n < n_wanted:
        return _FINE
    strand = fields[columns[3]]
    name[0] = fields[columns[1]]
    start[0] = _whole(fields[columns[2]])
    n_bases[0] = <int32_t>fields[columns[0]].size
    span[0] = n_bases[0]
    if start[0] < 0:
        start[0] = 0
    elif name.size and (_is(strand, b"+") or _is(strand, b"F")):
        flag[0] = 0
    elif name.size and (_is(strand, b"-") or _is(strand, b"R")):
        flag[0] = REVERSE
    return _FINE


def scan_lines(
    const unsigned char[::1] data, int64_t stop, const int64_t[::1] columns, int64_t[::1] state,
    int64_t[::1] starts, int64_t[::1] spans, int32_t[::1] n_bases, uint16_t[::1] flags,
    uint8_t[::1] qualities, int64_t[:, ::1] runs
):
    """Read lines of SAM (no `columns`) or of a table until they, or the rows, are at an end.

    `runs`: first row, start and stop of the name of a chromosome. Returns the fault, if any.
    """
    cdef int64_t at = state[AT], size, full, row = 0, run = 0, capacity = starts.shape[0], k
    cdef int64_t n_wanted = 0
    cdef const unsigned char *text = &data[0]
    cdef const unsigned char *newline
    cdef Field name, last
    cdef int fault = _FINE
    last.text, last.size = NULL, -1
    for k in range(columns.shape[0]):
        n_wanted = max(n_wanted, columns[k] + 1)
    with nogil:
        while at < stop and row < capacity:
            newline = <const unsigned char *>memchr(text + at, 10, stop - at)
            full = newline - (text + at) if newline != NULL else stop - at
            size = full - 1 if full > 0 and text[at + full - 1] == 13 else full
            if size == 0:
                fault = SKIPPED
            elif n_wanted:
                fault = _table(
                    text + at, size, &columns[0], n_wanted, &name, &starts[row], &spans[row],
                    &n_bases[row], &flags[row], &qualities[row]
                )
            else:
                fault = _sam(
                    text + at, size, &name, &starts[row], &spans[row], &n_bases[row], &flags[row],
                    &qualities[row], &state[0]
                )
            if fault == _FINE:
                if name.size != last.size or memcmp(name.text, last.text, name.size) != 0:
                    runs[run, 0] = row
                    runs[run, 1] = name.text - text
                    runs[run, 2] = runs[run, 1] + name.size
                    run += 1
                last = name
                row += 1
            elif fault != SKIPPED:
                break
            fault = _FINE
            state[N_LINES] += 1
            at += full + 1
    state[AT] = min(at, stop)
    state[N_ROWS] = row
    state[N_RUNS] = run
    return fault
