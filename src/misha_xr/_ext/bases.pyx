"""Bases of many intervals at once, and of many texts: copied, complemented, turned round.

Row k of a request is lengths[k] bytes of the data from firsts[k] on. A row on the minus strand is
written backwards through a table of 256 letters: out[n - 1 - j] = table[in[j]].
"""
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport int64_t
from libc.string cimport memcpy

cdef extern from "Python.h":
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    void* PyUnicode_DATA(object text)
    int PyUnicode_KIND(object text)
    bint PyUnicode_IS_ASCII(object text)
    Py_UCS4 PyUnicode_MAX_CHAR_VALUE(object text)
    Py_UCS4 PyUnicode_READ(int kind, void* data, Py_ssize_t index)
    void PyUnicode_WRITE(int kind, void* data, Py_ssize_t index, Py_UCS4 value)
    bint PyUnicode_Check(object item)

cdef extern from *:
    """
    #include <stdint.h>

    #include "lanes.h"

    /* Letters of either case and "-", "*", "."; without a branch, so that it becomes vectors. */
    LANES_CLONED static int bases_are_letters(const unsigned char *text, int64_t n) {
        unsigned char bad = 0;
        for (int64_t i = 0; i < n; i++) {
            unsigned char c = text[i], folded = (unsigned char)((c | 0x20) - 'a');
            bad |= (unsigned char)((folded > 25) & (c != '-') & (c != '*') & (c != '.'));
        }
        return !bad;
    }
    """
    bint bases_are_letters(const unsigned char *text, int64_t n) noexcept nogil

cdef Py_UCS4 ASCII = 127


cdef inline void _copy_row(
    const unsigned char* text, int64_t n, bint is_minus, const unsigned char* table,
    unsigned char* out,
) noexcept nogil:
    cdef int64_t j
    if not is_minus:
        memcpy(out, text, n)
        return
    for j in range(n):
        out[n - 1 - j] = table[text[j]]


def copy_bases(
    const unsigned char[::1] data, const int64_t[::1] rows, const int64_t[::1] firsts,
    const unsigned char[::1] is_minus, const unsigned char[::1] table,
    const int64_t[::1] offsets, unsigned char[::1] out,
):
    """Write row rows[j] into out[offsets[row]:offsets[row + 1]]; firsts[j] is where it lies.

    Return the first row with a byte that is no letter, or -1. ``is_minus`` has one entry per row
    of the whole request, or none at all. The caller has checked that rows lie inside the data.
    """
    cdef Py_ssize_t j
    cdef int64_t row, n, bad = -1
    cdef bint stranded = is_minus.shape[0] > 0
    with nogil:
        for j in range(rows.shape[0]):
            row = rows[j]
            n = offsets[row + 1] - offsets[row]
            if n <= 0:
                continue
            _copy_row(&data[firsts[j]], n, stranded and is_minus[row], &table[0],
                      &out[offsets[row]])
            if bad < 0 and not bases_are_letters(&out[offsets[row]], n):
                bad = row
    return bad


def copy_strings(
    const unsigned char[::1] data, const int64_t[::1] rows, const int64_t[::1] firsts,
    const int64_t[::1] lengths, const unsigned char[::1] is_minus,
    const unsigned char[::1] table, list out,
):
    """Make out[rows[j]] a new str of lengths[j] bases; one pass over the bytes, without the GIL.

    Return the first row with a byte that is no letter, or -1: then ``out`` must be thrown away.
    ``is_minus`` and the duties of the caller are as for `copy_bases`.
    """
    cdef Py_ssize_t j, n_rows = rows.shape[0]
    cdef int64_t bad = -1
    cdef bint stranded = is_minus.shape[0] > 0
    cdef unsigned char** texts = <unsigned char**>PyMem_Malloc((n_rows + 1) * sizeof(void*))
    cdef object text
    if texts == NULL:
        raise MemoryError
    try:
        for j in range(n_rows):
            text = PyUnicode_New(lengths[j], ASCII)
            texts[j] = <unsigned char*>PyUnicode_DATA(text)
            out[rows[j]] = text
        # Nobody else can see the new texts; the list keeps them alive.
        with nogil:
            for j in range(n_rows):
                if lengths[j] <= 0:
                    continue
                _copy_row(&data[firsts[j]], lengths[j], stranded and is_minus[rows[j]], &table[0],
                          texts[j])
                if bad < 0 and not bases_are_letters(texts[j], lengths[j]):
                    bad = rows[j]
    finally:
        PyMem_Free(texts)
    return bad


def convert_texts(list texts, const unsigned char[::1] table, bint is_reversed, list out):
    """Make out[k] a new str: texts[k] letter by letter through the table, backwards if asked.

    Letters beyond ASCII stay. Return the first item that is no str, or -1.
    """
    cdef Py_ssize_t k
    for k in range(len(texts)):
        if not PyUnicode_Check(texts[k]):
            return k
        out[k] = _converted(texts[k], &table[0], is_reversed)
    return -1


cdef object _converted(object text, const unsigned char* table, bint is_reversed):
    cdef Py_ssize_t j, n = len(text)
    cdef Py_UCS4 letter
    cdef object made = PyUnicode_New(n, PyUnicode_MAX_CHAR_VALUE(text))
    cdef void* there = PyUnicode_DATA(made)
    cdef const unsigned char* source = <const unsigned char*>PyUnicode_DATA(text)
    cdef unsigned char* target = <unsigned char*>there
    if PyUnicode_IS_ASCII(text):
        if is_reversed:
            for j in range(n):
                target[n - 1 - j] = table[source[j]]
        else:
            for j in range(n):
                target[j] = table[source[j]]
        return made
    for j in range(n):
        letter = PyUnicode_READ(PyUnicode_KIND(text), PyUnicode_DATA(text), j)
        letter = table[letter] if letter < 128 else letter
        PyUnicode_WRITE(PyUnicode_KIND(made), there, n - 1 - j if is_reversed else j, letter)
    return made
