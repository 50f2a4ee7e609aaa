"""Chromosome names: a hash table over packed UTF-8 bytes, and vectorised look-up.

Invariant: name k is data[offsets[k]:offsets[k + 1]]; slot s holds a code or -1; a name sits at the
first free slot at or after its hash (linear probing, at most half full), so a probe that meets a
free slot proves absence.
"""

from cpython.bool cimport PyBool_Check
from cpython.buffer cimport (
    PyBUF_FORMAT, PyBUF_STRIDES, PyBuffer_Release, PyObject_GetBuffer,
)
from cpython.long cimport PyLong_Check
from cpython.object cimport PyObject
from cpython.unicode cimport PyUnicode_Check, PyUnicode_CheckExact
from libc.stdint cimport int32_t, int64_t, uint64_t, uintptr_t
from libc.string cimport memcmp, memcpy, memset

import numpy as np
from numpy import integer as np_integer

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define misha_fetch(address) __builtin_prefetch(address)
    #else
    #define misha_fetch(address) ((void) (address))
    #endif
    """
    void misha_fetch(const void* address) noexcept nogil

cdef extern from "Python.h":
    PyObject** PySequence_Fast_ITEMS(object items)
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL
    object PyUnicode_DecodeUTF8(const char* text, Py_ssize_t size, const char* errors)

cdef enum:
    MAX_NAME_BYTES = 1024
    UNKNOWN = -1
    WRONG_TYPE = -2
    NEAR = 64
    BATCH = 32
    AHEAD = 24


cdef inline uint64_t _hash(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    """FNV-1a with a final mix, since linear probing needs good low bits."""
    cdef uint64_t value = 14695981039346656037ULL
    cdef Py_ssize_t k
    for k in range(size):
        value = (value ^ text[k]) * <uint64_t>1099511628211ULL
    value ^= value >> 32
    value *= <uint64_t>0xd6e8feb86659fd93ULL
    return value ^ (value >> 32)


def pack_names(list names):
    """Concatenate names as UTF-8: (data uint8, offsets int64 of n + 1).

    TypeError for an item that is not str, UnicodeEncodeError for a lone surrogate.
    """
    cdef Py_ssize_t k, size, n = len(names)
    cdef int64_t total = 0
    cdef const char* text
    offsets_array = np.zeros(n + 1, dtype=np.int64)
    cdef int64_t[::1] offsets = offsets_array
    for k in range(n):
        if not PyUnicode_Check(names[k]):
            raise TypeError(f"chromosome names must be str; found {names[k]!r}")
        PyUnicode_AsUTF8AndSize(names[k], &size)
        total += size
        offsets[k + 1] = total
    data_array = np.empty(total, dtype=np.uint8)
    cdef unsigned char[::1] data = data_array
    for k in range(n):
        text = PyUnicode_AsUTF8AndSize(names[k], &size)
        # The list may have been changed by another thread since the first pass.
        if size != offsets[k + 1] - offsets[k]:
            raise RuntimeError("the list of names changed while it was read")
        if size:
            memcpy(&data[offsets[k]], text, size)
    return data_array, offsets_array


cdef inline bint _is_bad_name(const unsigned char* text, Py_ssize_t size) noexcept nogil:
    """Empty, too long, '.', '..', or with a slash or a control character."""
    cdef Py_ssize_t k
    if size == 0 or size > MAX_NAME_BYTES:
        return True
    if text[0] == c'.' and (size == 1 or (size == 2 and text[1] == c'.')):
        return True
    for k in range(size):
        if text[k] < 32 or text[k] == 127 or text[k] == c'/':
            return True
    return False


cdef class NameTable:
    """Codes of names; never holds a Python object per name."""

    cdef readonly object data
    cdef readonly object offsets
    cdef readonly Py_ssize_t n
    cdef readonly Py_ssize_t max_chars
    cdef readonly Py_ssize_t bad
    cdef readonly Py_ssize_t duplicate
    cdef const unsigned char[::1] _data
    cdef const int64_t[::1] _offsets
    cdef int32_t[::1] _slots
    cdef const unsigned char* _text
    cdef uint64_t _mask

    def __init__(self, const unsigned char[::1] data, const int64_t[::1] offsets):
        self.n = offsets.shape[0] - 1
        self.data, self.offsets = np.asarray(data), np.asarray(offsets)
        self._data, self._offsets = data, offsets
        self._text = &data[0] if data.shape[0] else NULL
        n_slots = 1 << max(3, (2 * self.n).bit_length())
        self._mask = n_slots - 1
        self._slots = np.full(n_slots, UNKNOWN, dtype=np.int32)
        with nogil:
            self._fill()

    cdef void _fill(self) noexcept nogil:
        """Insert every name; note the first bad and the first repeated one (-1: none)."""
        cdef Py_ssize_t k, j, size, chars
        cdef const unsigned char* text
        cdef uint64_t slot
        self.bad = self.duplicate = -1
        self.max_chars = 0
        for k in range(self.n):
            size = self._offsets[k + 1] - self._offsets[k]
            text = self._text + self._offsets[k]
            if _is_bad_name(text, size):
                self.bad = k
                return
            slot = self._slot(text, size)
            if self._slots[slot] >= 0:
                self.duplicate = k
                return
            self._slots[slot] = <int32_t>k
            chars = 0
            for j in range(size):
                chars += (text[j] & 0xC0) != 0x80
            self.max_chars = max(self.max_chars, chars)

    cdef inline uint64_t _slot(self, const unsigned char* text, Py_ssize_t size) noexcept nogil:
        """Slot that holds the name, else the free slot where it would go."""
        return self._slot_from(_hash(text, size) & self._mask, text, size)

    cdef inline uint64_t _slot_from(
            self, uint64_t slot, const unsigned char* text, Py_ssize_t size) noexcept nogil:
        """The same, from the slot of the hash on."""
        cdef int32_t code
        while True:
            code = self._slots[slot]
            if code < 0:
                return slot
            if (self._offsets[code + 1] - self._offsets[code] == size
                    and memcmp(self._text + self._offsets[code], text, size) == 0):
                return slot
            slot = (slot + 1) & self._mask

    cdef inline int32_t _find(self, const unsigned char* text, Py_ssize_t size) noexcept nogil:
        """Code of an exact name, or -1."""
        return self._slots[self._slot(text, size)]

    cdef int32_t _find_toggled(self, const unsigned char* text, Py_ssize_t size) noexcept nogil:
        """Code of the first chromosome whose chr-toggled name this is, or -1."""
        cdef unsigned char prefixed[MAX_NAME_BYTES + 3]
        cdef int32_t longer, shorter = UNKNOWN
        if size == 0 or size > MAX_NAME_BYTES:
            return UNKNOWN
        memcpy(prefixed, b"chr", 3)
        memcpy(prefixed + 3, text, size)
        longer = self._find(prefixed, size + 3)
        # "chrX" toggles to "X", so a stored name that starts with "chr" never gains a second one.
        if (size > 3 and memcmp(text, b"chr", 3) == 0
                and not (size >= 6 and memcmp(text + 3, b"chr", 3) == 0)):
            shorter = self._find(text + 3, size - 3)
        if longer < 0 or (0 <= shorter < longer):
            return shorter
        return longer

    def name(self, Py_ssize_t code):
        """Return the name of one code; the caller has checked the code."""
        cdef int64_t start = self._offsets[code]
        return PyUnicode_DecodeUTF8(
            <const char*>self._text + start, self._offsets[code + 1] - start, NULL)

    def names(self, const int64_t[::1] codes):
        """Return the names of many codes as a list; the caller has checked the codes."""
        cdef Py_ssize_t k
        return [self.name(codes[k]) for k in range(codes.shape[0])]


cdef int32_t _code_of(
        NameTable table, NameTable aliases, const int32_t[::1] targets, item) except -3:
    """Code of one str or int: exact, then chr-toggled, then alias; -1 unknown, -2 wrong type."""
    cdef Py_ssize_t size
    cdef const unsigned char* text
    cdef int32_t code
    if not PyUnicode_Check(item):
        if PyBool_Check(item) or not (PyLong_Check(item) or isinstance(item, np_integer)):
            return WRONG_TYPE
        item = str(int(item))
    try:
        text = <const unsigned char*>PyUnicode_AsUTF8AndSize(item, &size)
    except UnicodeEncodeError:
        return UNKNOWN
    code = table._find(text, size)
    if code < 0:
        code = table._find_toggled(text, size)
    if code < 0 and aliases.n:
        code = aliases._find(text, size)
        if code >= 0:
            code = targets[code]
    return code


cdef struct Waiting:
    PyObject* item
    Py_ssize_t row
    const unsigned char* text  # NULL: no UTF-8 can be made of it
    Py_ssize_t size
    uint64_t slot
    int32_t code


cdef class _Lookup:
    """Looks texts up in batches: each round asks for the memory that the next one reads."""

    cdef NameTable table
    cdef NameTable aliases
    cdef const int32_t[::1] targets
    cdef int32_t[::1] out
    cdef Waiting waiting[BATCH]
    cdef Py_ssize_t n
    cdef PyObject* near[NEAR]  # met lately, known by address while the caller holds the items
    cdef int32_t near_codes[NEAR]

    cdef int run(self, const char* base, Py_ssize_t n, Py_ssize_t stride) except -1:
        cdef Py_ssize_t k, place
        cdef PyObject* item
        cdef PyObject* previous = NULL
        cdef int32_t code = WRONG_TYPE
        memset(self.near, 0, sizeof(self.near))
        self.n = 0
        for k in range(n):
            item = (<PyObject**>(base + k * stride))[0]
            if item == previous:
                self.out[k] = code
                continue
            place = (<uintptr_t>item >> 5) % NEAR
            if self.near[place] == item:
                previous, code = item, self.near_codes[place]
                self.out[k] = code
                continue
            if k + AHEAD < n:
                misha_fetch((<PyObject**>(base + (k + AHEAD) * stride))[0])
            if PyUnicode_CheckExact(<object>item):
                self.waiting[self.n].item = item
                self.waiting[self.n].row = k
                self.n += 1
                if self.n == BATCH:
                    self.settle()
                continue
            # Reading another object may run any code: nothing borrowed may wait meanwhile.
            self.settle()
            previous, code = NULL, _code_of(self.table, self.aliases, self.targets, <object>item)
            self.out[k] = code
        self.settle()
        return 0

    cdef int settle(self) except -1:
        cdef Py_ssize_t k, n = self.n, place
        cdef Waiting* one
        cdef const char* text
        cdef NameTable table = self.table
        self.n = 0
        for k in range(n):
            one = &self.waiting[k]
            try:
                text = PyUnicode_AsUTF8AndSize(<object>one.item, &one.size)
                one.text = <const unsigned char*>text
            except UnicodeEncodeError:
                one.text, one.size = NULL, 0
            one.slot = _hash(one.text, one.size) & table._mask
            misha_fetch(&table._slots[one.slot])
        for k in range(n):
            one = &self.waiting[k]
            one.code = table._slots[one.slot]
            if one.code >= 0:
                misha_fetch(&table._offsets[one.code])
        for k in range(n):
            if self.waiting[k].code >= 0:
                misha_fetch(table._text + table._offsets[self.waiting[k].code])
        for k in range(n):
            one = &self.waiting[k]
            if one.text == NULL:
                one.code = UNKNOWN
            else:
                one.code = table._slots[table._slot_from(one.slot, one.text, one.size)]
                if one.code < 0:
                    one.code = _code_of(table, self.aliases, self.targets, <object>one.item)
            self.out[one.row] = one.code
            place = (<uintptr_t>one.item >> 5) % NEAR
            self.near[place], self.near_codes[place] = one.item, one.code
        return 0


def lookup(NameTable table, NameTable aliases, const int32_t[::1] targets, names,
           int32_t[::1] out):
    """Write the code of names[k] into out[k]: -1 unknown, -2 neither str nor int.

    ``names`` is a list or a one-dimensional array of objects, as long as ``out``; ``targets[j]``
    is the code that alias j stands for.
    """
    cdef Py_buffer view
    cdef _Lookup search = _Lookup.__new__(_Lookup)
    search.table, search.aliases, search.targets, search.out = table, aliases, targets, out
    if isinstance(names, list):
        names = tuple(names)  # which nobody changes meanwhile
        if len(names) != out.shape[0]:
            raise ValueError("one code per name is needed")
        search.run(<const char*>PySequence_Fast_ITEMS(names), len(names), sizeof(PyObject*))
        return
    PyObject_GetBuffer(names, &view, PyBUF_STRIDES | PyBUF_FORMAT)
    try:
        if view.ndim != 1 or view.format[0] != c'O' or view.shape[0] != out.shape[0]:
            raise ValueError("one code per name is needed")
        search.run(<const char*>view.buf, view.shape[0], view.strides[0])
    finally:
        PyBuffer_Release(&view)
