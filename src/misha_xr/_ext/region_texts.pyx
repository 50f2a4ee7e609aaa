"""Texts such as chr1:1,000-2,000: many read and written in one loop over Python's texts."""

from libc.stdint cimport int32_t, int64_t
from libc.string cimport memcmp

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL
    object PyUnicode_DecodeUTF8(const char* text, Py_ssize_t size, const char* errors)
    object PyUnicode_FromFormat(const char* format, ...)

cdef int64_t LIMIT = (<int64_t>1) << 62


cdef inline bint _is_digit(char c) noexcept nogil:
    return c >= 48 and c <= 57


cdef int64_t _number(const char *text, Py_ssize_t size) noexcept nogil:
    """Read digits, or groups of three of them between commas; -1: it is no number below 2**62."""
    cdef Py_ssize_t k, since_comma = 0
    cdef bint grouped = False
    cdef int64_t value = 0
    for k in range(size):
        if text[k] == 44:
            if k == 0 or k > 3 and not grouped or grouped and since_comma != 3:
                return -1
            grouped = True
            since_comma = 0
        elif _is_digit(text[k]):
            value = value * 10 + (text[k] - 48)
            since_comma += 1
            if value >= LIMIT:
                return -1
        else:
            return -1
    if size == 0 or grouped and since_comma != 3:
        return -1
    return value


def parse_regions(list texts, list names, int64_t[::1] starts, int64_t[::1] ends):
    """Split chrom:start-end at the last colon; where there are no coordinates, start is -1.

    names becomes the list of chromosomes; equal ones that follow each other are one object.
    """
    cdef Py_ssize_t k, size, at, dash, last_size = -1
    cdef const char *text
    cdef const char *last = NULL
    cdef object name = None
    for k in range(len(texts)):
        text = PyUnicode_AsUTF8AndSize(texts[k], &size)
        at = size - 1
        dash = -1
        while at > 0 and text[at] != 58:
            if text[at] == 45:
                dash = at
            at -= 1
        starts[k] = ends[k] = -1
        if at > 0 and dash > 0:
            starts[k] = _number(text + at + 1, dash - at - 1)
            ends[k] = _number(text + dash + 1, size - dash - 1)
        if starts[k] < 0 or ends[k] < 0:
            starts[k] = ends[k] = -1
            at = size
        if at != last_size or memcmp(text, last, at) != 0:
            name = texts[k] if at == size else PyUnicode_DecodeUTF8(text, at, NULL)
            last = PyUnicode_AsUTF8AndSize(name, &last_size)
        names.append(name)


def format_regions(
    list names, const int32_t[::1] codes, const int64_t[::1] starts, const int64_t[::1] ends
):
    """Write chrom:start-end for each row, as a list."""
    cdef Py_ssize_t k
    cdef list out = []
    for k in range(codes.shape[0]):
        out.append(PyUnicode_FromFormat(
            b"%U:%lld-%lld", <void *>names[codes[k]], <long long>starts[k], <long long>ends[k]
        ))
    return out
