"""Rows of a signal as lines: name, start, end and the shortest decimal that reads back as float32.

Invariant of `_decimal`: m / 10**k is computed with m < 2**53 and k <= 22, so it is the double next
to the decimal, and what `signal_lines` makes of the text.
"""

from libc.math cimport fabs, rint
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    MAX_PLACES = 22
    MAX_VALUE = 32

ROW_BYTES = 20 + 20 + MAX_VALUE + 4

cdef double[23] POWERS
cdef int _k
cdef double _power = 1.0
for _k in range(23):
    POWERS[_k] = _power
    _power *= 10.0


cdef int64_t _whole(uint64_t number, unsigned char *out) noexcept nogil:
    """Write digits; return how many."""
    cdef unsigned char[20] digits
    cdef int64_t n = 0, k
    while True:
        digits[n] = <unsigned char>(48 + number % 10)
        n += 1
        number //= 10
        if number == 0:
            break
    for k in range(n):
        out[k] = digits[n - 1 - k]
    return n


cdef int64_t _decimal(float value, unsigned char *out) noexcept nogil:
    """Write a number without an exponent; 0 if it needs one, or is none."""
    cdef double size = fabs(<double>value), scaled
    cdef int64_t k, n = 0, n_digits
    cdef uint64_t mantissa
    cdef unsigned char[24] digits
    if not (size == 0 or 1e-5 <= size < 1e15):
        return 0
    for k in range(MAX_PLACES + 1):
        scaled = rint(size * POWERS[k])
        if scaled >= 9007199254740992.0:
            return 0
        if <float>(scaled / POWERS[k]) == <float>size:
            break
    else:
        return 0
    mantissa = <uint64_t>scaled
    if value < 0:
        out[0] = 45
        n = 1
    n_digits = _whole(mantissa, digits)
    if n_digits <= k:  # 0.00123
        out[n] = 48
        out[n + 1] = 46
        n += 2
        for _ in range(k - n_digits):
            out[n] = 48
            n += 1
        memcpy(out + n, digits, n_digits)
        return n + n_digits
    memcpy(out + n, digits, n_digits - k)
    n += n_digits - k
    if k:
        out[n] = 46
        memcpy(out + n + 1, &digits[n_digits - k], k)
        n += k + 1
    return n


def format_rows(
    const unsigned char[::1] names, const int64_t[::1] offsets, const int32_t[::1] codes,
    const int64_t[::1] starts, const int64_t[::1] ends, const float[::1] values,
    unsigned char[::1] out, slow
):
    """Write a line per row; return the bytes written. `slow` spells what has no short decimal."""
    cdef Py_ssize_t row, n_rows = codes.shape[0]
    cdef int64_t at = 0, size, n
    cdef bytes spelled
    cdef const unsigned char *text
    with nogil:
        for row in range(n_rows):
            size = offsets[codes[row] + 1] - offsets[codes[row]]
            memcpy(&out[at], &names[offsets[codes[row]]], size)
            at += size
            out[at] = 9
            at += 1
            at += _whole(starts[row], &out[at])
            out[at] = 9
            at += 1
            at += _whole(ends[row], &out[at])
            out[at] = 9
            at += 1
            n = _decimal(values[row], &out[at])
            if n == 0:
                with gil:
                    spelled = slow(values[row])
                    n = min(len(spelled), MAX_VALUE)
                    text = spelled
                    memcpy(&out[at], text, n)
            at += n
            out[at] = 10
            at += 1
    return at
