"""Lines of signal files as columns: tables (bedGraph, BED, tab tables), WIG declarations and data.

Invariant: `state` says everything about the lines in front of `state[AT]`; a line is taken whole or
not at all. A row is (chromosome, start, end, value); chromosomes come as runs of equal names, which
are slices of the text. Source: UCSC descriptions of bedGraph, BED and WIG.
"""

from libc.math cimport NAN
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.string cimport memchr, memcmp

FINE = 0
FEW_COLUMNS = 1
NO_WHOLE = 2
NO_NUMBER = 3
BAD_DECLARATION = 4

cdef enum:
    # Places in `state`.
    AT = 0  # byte of the next line
    MODE = 1
    POSITION = 2  # of the next value of a fixed step
    STEP = 3
    SPAN = 4
    NAME_START = 5  # of the declared chromosome; -1: in an earlier block
    NAME_STOP = 6
    N_ROWS = 7
    N_RUNS = 8
    N_LINES = 9
    N_TRACKS = 10
    COLUMN = 11  # that a fault is about
    # Modes.
    TABLE = 0
    FIXED = 1
    VARIABLE = 2
    # Faults, as above.
    _FINE = 0
    _FEW_COLUMNS = 1
    _NO_WHOLE = 2
    _NO_NUMBER = 3
    _BAD_DECLARATION = 4
    SKIPPED = 5
    MAX_COLUMNS = 64

STATE_SIZE = 12

cdef double[23] POWERS
cdef int _k
cdef double _power = 1.0
for _k in range(23):
    POWERS[_k] = _power
    _power *= 10.0

cdef struct Field:
    const unsigned char *text
    int64_t size


cdef inline bint _is_space(unsigned char c) noexcept nogil:
    return c == 32 or c == 9


cdef bint _slow_number(const unsigned char *text, int64_t size, double *out) noexcept with gil:
    """Read what the fast way leaves: long mantissas, far exponents, nan and inf."""
    given = text[:size]
    if given == b"NA":
        out[0] = NAN
        return True
    if b"_" in given or not given.strip():
        return False
    try:
        out[0] = float(given)
    except ValueError:
        return False
    return True


cdef bint _number(const unsigned char *text, int64_t size, double *out) noexcept nogil:
    """Read a number, correctly rounded: a mantissa below 2**53 times or over an exact power."""
    cdef int64_t k = 0, n_digits = 0, exponent = 0, written = 0
    cdef uint64_t mantissa = 0
    cdef bint is_negative = False, is_down = False
    cdef unsigned char digit
    if size > 0 and (text[0] == b"-" or text[0] == b"+"):
        is_negative = text[0] == b"-"
        k = 1
    while k < size:
        digit = <unsigned char>(text[k] - 48)
        if digit > 9:
            break
        mantissa = mantissa * 10 + digit
        n_digits += 1
        k += 1
    if k < size and text[k] == b".":
        k += 1
        while k < size:
            digit = <unsigned char>(text[k] - 48)
            if digit > 9:
                break
            mantissa = mantissa * 10 + digit
            n_digits += 1
            exponent -= 1
            k += 1
    if n_digits == 0 or n_digits > 18:
        return _slow_number(text, size, out)
    if k + 1 < size and (text[k] | 32) == b"e":
        k += 1
        if text[k] == b"-" or text[k] == b"+":
            is_down = text[k] == b"-"
            k += 1
        if k == size or size - k > 4:
            return _slow_number(text, size, out)
        while k < size:
            digit = <unsigned char>(text[k] - 48)
            if digit > 9:
                break
            written = written * 10 + digit
            k += 1
        exponent += -written if is_down else written
    if k < size or mantissa >= (<uint64_t>1 << 53) or exponent < -22 or exponent > 22:
        return _slow_number(text, size, out)
    out[0] = <double>mantissa
    if exponent < 0:
        out[0] /= POWERS[-exponent]
    else:
        out[0] *= POWERS[exponent]
    if is_negative:
        out[0] = -out[0]
    return True


cdef bint _whole(const unsigned char *text, int64_t size, int64_t *out) noexcept nogil:
    """Read a whole number, written as 100000 or, as R does, as 1e+05."""
    cdef int64_t k = 0, n = 0
    cdef double number
    cdef unsigned char digit
    while k < size and k < 18:
        digit = <unsigned char>(text[k] - 48)
        if digit > 9:
            break
        n = n * 10 + digit
        k += 1
    if k == size and size > 0:
        out[0] = n
        return True
    if not _number(text, size, &number) or not (-9e15 < number < 9e15):
        return False
    out[0] = <int64_t>number
    return <double>out[0] == number


cdef int64_t _split(
    const unsigned char *line, int64_t size, bint tabs_only, int64_t n_wanted, Field *fields
) noexcept nogil:
    """Find the first columns of a line; return how many there are of them."""
    cdef int64_t at = 0, n = 0, start
    while n < n_wanted:
        if not tabs_only:
            while at < size and _is_space(line[at]):
                at += 1
            if at == size:
                return n
        start = at
        while at < size and line[at] != 9 and (tabs_only or line[at] != 32):
            at += 1
        fields[n].text = line + start
        fields[n].size = at - start
        n += 1
        if at == size:
            return n
        at += 1
    return n


cdef inline bint _begins(
    const unsigned char *line, int64_t size, const char *word, int64_t n
) noexcept nogil:
    return size >= n and memcmp(line, word, n) == 0 and (size == n or _is_space(line[n]))


cdef inline bint _is_place(int64_t number) noexcept nogil:
    return 0 < number < 1000000000000000LL


cdef int _declare(
    const unsigned char *data, int64_t at, int64_t size, int64_t mode, int64_t *state
) noexcept nogil:
    """Read ``fixedStep chrom=chr1 start=1 step=5 span=5``."""
    cdef Field[8] fields
    cdef int64_t n = _split(data + at, size, False, 8, fields), k, from_name, n_key, number
    cdef const unsigned char *text
    state[MODE], state[STEP], state[SPAN], state[POSITION] = mode, 1, 1, -1
    state[NAME_START] = state[NAME_STOP] = -1
    for k in range(1, n):
        text = fields[k].text
        if fields[k].size > 6 and memcmp(text, b"chrom=", 6) == 0:
            from_name = text - data + 6
            state[NAME_START] = from_name
            state[NAME_STOP] = from_name + fields[k].size - 6
            continue
        if fields[k].size < 6:
            return _BAD_DECLARATION
        n_key = 5 if text[4] == b"=" else 6  # "step=", "span=", "start="
        if not _whole(text + n_key, fields[k].size - n_key, &number):
            return _BAD_DECLARATION
        if mode == FIXED and memcmp(text, b"start=", 6) == 0 and _is_place(number):
            state[POSITION] = number - 1
        elif mode == FIXED and memcmp(text, b"step=", 5) == 0 and _is_place(number):
            state[STEP] = number
        elif memcmp(text, b"span=", 5) == 0 and _is_place(number):
            state[SPAN] = number
        else:
            return _BAD_DECLARATION
    if state[NAME_START] < 0 or (mode == FIXED and state[POSITION] < 0):
        return _BAD_DECLARATION
    return SKIPPED


cdef int _instruction(
    const unsigned char *data, int64_t at, int64_t size, int64_t *state
) noexcept nogil:
    """Deal with a line that is no data; say whether it was one."""
    cdef const unsigned char *line = data + at
    if _begins(line, size, b"fixedStep", 9):
        return _declare(data, at, size, FIXED, state)
    if _begins(line, size, b"variableStep", 12):
        return _declare(data, at, size, VARIABLE, state)
    if _begins(line, size, b"track", 5):
        state[N_TRACKS] += 1
        state[MODE] = TABLE
        return SKIPPED
    return SKIPPED if _begins(line, size, b"browser", 7) else _FINE


cdef int _table_row(
    const unsigned char *line, int64_t size, bint tabs_only, const int64_t *places,
    int64_t n_needed, int64_t n_wanted, Field *name,
    int64_t *start, int64_t *end, double *value, int64_t *state
) noexcept nogil:
    """Read chromosome, start, end and value of a line; a value that may be missing is 1."""
    cdef Field[MAX_COLUMNS] fields
    cdef int64_t n = _split(line, size, tabs_only, n_wanted, fields), at = places[3]
    if n < n_needed:
        return _FEW_COLUMNS
    name[0] = fields[places[0]]
    state[COLUMN] = places[1]
    if not _whole(fields[places[1]].text, fields[places[1]].size, start):
        return _NO_WHOLE
    state[COLUMN] = places[2]
    if not _whole(fields[places[2]].text, fields[places[2]].size, end):
        return _NO_WHOLE
    value[0] = 1.0
    if at < 0 or at >= n:
        return _FINE
    if n_needed <= at and fields[at].size == 1 and fields[at].text[0] == b".":
        return _FINE
    state[COLUMN] = at
    return _FINE if _number(fields[at].text, fields[at].size, value) else _NO_NUMBER


cdef int _step_row(
    const unsigned char *line, int64_t size, int64_t *start, int64_t *end, double *value,
    int64_t *state
) noexcept nogil:
    """Read a value of a fixed step, or a start and a value."""
    cdef Field[3] fields
    cdef bint is_fixed = state[MODE] == FIXED
    cdef int64_t n = _split(line, size, False, 3, fields), n_wanted = 1 if is_fixed else 2
    state[COLUMN] = n_wanted - 1
    if n != n_wanted:
        return _FEW_COLUMNS
    if not _number(fields[n - 1].text, fields[n - 1].size, value):
        return _NO_NUMBER
    if is_fixed:
        start[0] = state[POSITION]
        state[POSITION] += state[STEP]
    else:
        state[COLUMN] = 0
        if not _whole(fields[0].text, fields[0].size, start):
            return _NO_WHOLE
        start[0] -= 1
    end[0] = start[0] + state[SPAN]
    return _FINE


def scan_signal(
    const unsigned char[::1] data, int64_t stop, const int64_t[::1] places, int64_t n_needed,
    bint tabs_only, bint is_plain, int64_t[::1] state, int64_t[::1] starts, int64_t[::1] ends,
    double[::1] values, int32_t[::1] lines, int64_t[:, ::1] runs
):
    """Read lines until there are `stop` bytes or the columns are full; return the fault, if any.

    `places`: columns of chromosome, start, end and value (-1: none); `is_plain`: no line is an
    instruction. `runs`: first row, start and stop of the name (-1: the name of an earlier block).
    """
    cdef int64_t at = state[AT], size, full, row = 0, run = 0, capacity = starts.shape[0]
    cdef int64_t n_wanted = 1, k
    cdef const unsigned char *text = &data[0]
    cdef const unsigned char *newline
    cdef Field name, last
    cdef int fault = _FINE
    cdef bint is_declared, was_declared = False
    last.text, last.size = NULL, -1
    for k in range(4):
        n_wanted = max(n_wanted, places[k] + 1)
    with nogil:
        while at < stop and row < capacity:
            newline = <const unsigned char *>memchr(text + at, 10, stop - at)
            full = newline - (text + at) if newline != NULL else stop - at
            size = full
            while size > 0 and (text[at + size - 1] == 13 or _is_space(text[at + size - 1])):
                if tabs_only and text[at + size - 1] == 9:
                    break
                size -= 1
            if size == 0 or text[at] == b"#":
                fault = SKIPPED
            else:
                fault = _FINE
                if not is_plain and text[at] > 57:
                    fault = _instruction(text, at, size, &state[0])
            if fault == _FINE:
                is_declared = state[MODE] != TABLE
                if is_declared:
                    fault = _step_row(
                        text + at, size, &starts[row], &ends[row], &values[row], &state[0]
                    )
                    name.text = text + state[NAME_START] if state[NAME_START] >= 0 else NULL
                    name.size = state[NAME_STOP] - state[NAME_START]
                else:
                    fault = _table_row(
                        text + at, size, tabs_only, &places[0], n_needed, n_wanted, &name,
                        &starts[row], &ends[row], &values[row], &state[0]
                    )
                if fault != _FINE:
                    break
                if (
                    name.size != last.size or is_declared != was_declared
                    or (name.text != last.text
                        and (name.text == NULL or last.text == NULL
                             or memcmp(name.text, last.text, name.size) != 0))
                ):
                    runs[run, 0] = row
                    runs[run, 1] = name.text - text if name.text != NULL else -1
                    runs[run, 2] = runs[run, 1] + name.size
                    run += 1
                last = name
                was_declared = is_declared
                lines[row] = <int32_t>state[N_LINES]
                row += 1
            elif fault != SKIPPED:
                break
            state[N_LINES] += 1
            at += full + 1
            fault = _FINE
    state[AT] = min(at, stop)
    state[N_ROWS] = row
    state[N_RUNS] = run
    return fault


cdef inline uint64_t _hash(const unsigned char *text, int64_t size) noexcept nogil:
    cdef uint64_t found = 14695981039346656037ULL
    cdef int64_t k
    for k in range(size):
        found = (found ^ text[k]) * 1099511628211ULL
    return found ^ (found >> 32)


def number_names(
    const unsigned char[::1] data, const int64_t[:, ::1] runs, int64_t[::1] table,
    int64_t[::1] places, int64_t[::1] firsts
):
    """Number the distinct names of runs; return how many. `table`: a power of 2 of places, all -1.

    `places`: number of the name of each run; `firsts`: the first run of each name.
    """
    cdef int64_t run, at, other, size, n = 0, mask = table.shape[0] - 1
    with nogil:
        for run in range(runs.shape[0]):
            size = runs[run, 2] - runs[run, 1]
            at = <int64_t>(_hash(&data[0] + runs[run, 1], size) & <uint64_t>mask) if size else 0
            while True:
                if table[at] < 0:
                    table[at] = n
                    firsts[n] = run
                    places[run] = n
                    n += 1
                    break
                other = firsts[table[at]]
                if (
                    runs[other, 2] - runs[other, 1] == size
                    and (runs[other, 1] < 0) == (runs[run, 1] < 0)
                    and memcmp(&data[0] + runs[other, 1], &data[0] + runs[run, 1], size) == 0
                ):
                    places[run] = table[at]
                    break
                at = (at + 1) & mask
    return n
