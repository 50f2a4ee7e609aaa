"""Number the distinct objects of columns by first appearance, and take numbers through tables.

Columns of names hold few objects many times, or a million texts once. Objects met lately are known
by address (their array keeps them alive); others are looked up by value, in batches, so that the
memory of one text, of its slot and of the text it is compared with arrive while others are read.

Invariant: slot s holds a number or -1; an object sits at the first free slot at or after its hash
(linear probing, at most half full).
"""

from cpython.buffer cimport (
    PyBUF_FORMAT, PyBUF_STRIDES, PyBuffer_Release, PyObject_GetBuffer,
)
from cpython.object cimport Py_EQ, PyObject
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcmp, memset

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define misha_fetch(address) __builtin_prefetch(address)
    #else
    #define misha_fetch(address) ((void) (address))
    #endif
    """
    void misha_fetch(const void *address) noexcept nogil

cdef extern from "Python.h":
    bint PyUnicode_CheckExact(PyObject *item)
    Py_ssize_t PyUnicode_GET_LENGTH(PyObject *text)
    int PyUnicode_KIND(PyObject *text)
    void *PyUnicode_DATA(PyObject *text)
    Py_hash_t PyObject_Hash(PyObject *item) except -1
    int PyObject_RichCompareBool(PyObject *a, PyObject *b, int op) except -1
    PyObject *PyList_GET_ITEM(object items, Py_ssize_t at)

cdef enum:
    NEAR = 64  # objects known by address
    BATCH = 32
    AHEAD = 24
    FIRST_SLOTS = 256

ctypedef fused code_t:
    int8_t
    int16_t
    int32_t
    int64_t

cdef struct Slot:
    uint32_t hash
    int32_t number


cdef inline uint64_t _mixed(Py_hash_t hashed) noexcept nogil:
    """Whole numbers are their own hashes: spread them over the slots."""
    cdef uint64_t value = <uint64_t> hashed * <uint64_t> 0x9E3779B97F4A7C15ULL
    return value ^ (value >> 32)


cdef inline bint _same(PyObject *a, PyObject *b) except -1:
    cdef Py_ssize_t size
    if a == b:
        return True
    if PyUnicode_CheckExact(a) and PyUnicode_CheckExact(b):
        size = PyUnicode_GET_LENGTH(a)
        if PyUnicode_GET_LENGTH(b) != size or PyUnicode_KIND(a) != PyUnicode_KIND(b):
            return False
        return memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), size * PyUnicode_KIND(a)) == 0
    return PyObject_RichCompareBool(a, b, Py_EQ)


cdef class ObjectNumbers:
    """Numbers of distinct objects, over any number of columns; texts are the quick case."""

    cdef readonly list distinct
    cdef readonly list odd  # numbers of those that are no plain text
    cdef Slot *_slots
    cdef uint64_t _mask
    cdef uint64_t *_hashes  # of the distinct objects
    cdef uintptr_t _near[NEAR]
    cdef int32_t _near_numbers[NEAR]
    cdef PyObject *_waiting[BATCH]
    cdef Py_ssize_t _rows[BATCH]
    cdef uint64_t _wanted[BATCH]
    cdef Py_ssize_t _n_waiting

    def __cinit__(self):
        self.distinct, self.odd = [], []
        self._n_waiting = 0
        self._mask = FIRST_SLOTS - 1
        self._slots = <Slot *> malloc(FIRST_SLOTS * sizeof(Slot))
        self._hashes = <uint64_t *> malloc(FIRST_SLOTS // 2 * sizeof(uint64_t))
        if self._slots == NULL or self._hashes == NULL:
            raise MemoryError
        memset(self._slots, 0xFF, FIRST_SLOTS * sizeof(Slot))

    def __dealloc__(self):
        free(self._slots)
        free(self._hashes)

    def number(self, values, int32_t[::1] out):
        """Write the number of each item of a one-dimensional object array, as long as out."""
        cdef Py_buffer view
        PyObject_GetBuffer(values, &view, PyBUF_STRIDES | PyBUF_FORMAT)
        try:
            if view.ndim != 1 or view.format[0] != c'O' or view.shape[0] != out.shape[0]:
                raise ValueError("one object per number is needed")
            self._number(<const char *> view.buf, view.shape[0], view.strides[0], out)
        finally:
            self._n_waiting = 0
            PyBuffer_Release(&view)

    cdef int _number(
        self, const char *base, Py_ssize_t n, Py_ssize_t stride, int32_t[::1] out
    ) except -1:
        cdef Py_ssize_t k, slot
        cdef PyObject *item
        cdef PyObject *previous = NULL
        cdef int32_t number = -1
        memset(self._near, 0, sizeof(self._near))
        for k in range(n):
            item = (<PyObject **> (base + k * stride))[0]
            if item == previous:
                out[k] = number
                continue
            slot = (<uintptr_t> item >> 5) % NEAR  # texts mostly lie 32 bytes apart or more
            if self._near[slot] == <uintptr_t> item:
                previous, number = item, self._near_numbers[slot]
                out[k] = number
                continue
            if k + AHEAD < n:
                misha_fetch((<PyObject **> (base + (k + AHEAD) * stride))[0])
            if PyUnicode_CheckExact(item):
                self._waiting[self._n_waiting] = item
                self._rows[self._n_waiting] = k
                self._n_waiting += 1
                if self._n_waiting == BATCH:
                    self._settle(out)
                continue
            # Looking another object up may run any code: nothing borrowed may wait meanwhile.
            self._settle(out)
            previous, number = NULL, self._number_odd(<object> item)
            out[k] = number
        self._settle(out)
        return 0

    cdef int _settle(self, int32_t[::1] out) except -1:
        """Number the texts that wait: in rounds, each over memory that the last one asked for."""
        cdef Py_ssize_t k, n = self._n_waiting, near
        cdef Slot *slot
        cdef int32_t number
        self._n_waiting = 0
        for k in range(n):
            self._wanted[k] = _mixed(PyObject_Hash(self._waiting[k]))
            misha_fetch(&self._slots[self._wanted[k] & self._mask])
        for k in range(n):
            slot = &self._slots[self._wanted[k] & self._mask]
            if slot.number >= 0 and slot.hash == <uint32_t> (self._wanted[k] >> 32):
                misha_fetch(PyList_GET_ITEM(self.distinct, slot.number))
        for k in range(n):
            number = self._find(self._waiting[k], self._wanted[k])
            out[self._rows[k]] = number
            near = (<uintptr_t> self._waiting[k] >> 5) % NEAR
            self._near[near] = <uintptr_t> self._waiting[k]
            self._near_numbers[near] = number
        return 0

    cdef int32_t _number_odd(self, object item) except -1:
        cdef Py_ssize_t known = len(self.distinct)
        cdef PyObject *borrowed = <PyObject *> item
        cdef int32_t number = self._find(borrowed, _mixed(PyObject_Hash(borrowed)))
        if number == known:
            self.odd.append(number)
        return number

    cdef int32_t _find(self, PyObject *item, uint64_t hashed) except -1:
        """Number of an object; the next one if it is new."""
        cdef uint64_t at = hashed & self._mask
        cdef uint32_t mark = <uint32_t> (hashed >> 32)
        cdef int32_t number
        while self._slots[at].number >= 0:
            number = self._slots[at].number
            if self._slots[at].hash == mark:
                if _same(PyList_GET_ITEM(self.distinct, number), item):
                    return number
            at = (at + 1) & self._mask
        number = <int32_t> len(self.distinct)
        self.distinct.append(<object> item)
        self._hashes[number] = hashed
        self._slots[at].hash, self._slots[at].number = mark, number
        if 2 * <uint64_t> (number + 1) > self._mask:
            self._grow()
        return number

    cdef int _grow(self) except -1:
        """Take four times the slots."""
        cdef uint64_t n_slots = 4 * (self._mask + 1), at
        cdef Py_ssize_t k
        cdef Slot *slots = <Slot *> malloc(n_slots * sizeof(Slot))
        cdef uint64_t *hashes = <uint64_t *> realloc(self._hashes, n_slots // 2 * sizeof(uint64_t))
        if hashes != NULL:
            self._hashes = hashes
        if slots == NULL or hashes == NULL:
            free(slots)
            raise MemoryError
        free(self._slots)
        memset(slots, 0xFF, n_slots * sizeof(Slot))
        self._slots, self._mask = slots, n_slots - 1
        for k in range(len(self.distinct)):
            if k + AHEAD < len(self.distinct):
                misha_fetch(&slots[hashes[k + AHEAD] & self._mask])
            at = hashes[k] & self._mask
            while slots[at].number >= 0:
                at = (at + 1) & self._mask
            slots[at].hash, slots[at].number = <uint32_t> (hashes[k] >> 32), <int32_t> k
        return 0


def rank_codes(const code_t[::1] codes, int32_t[::1] ranks):
    """Number the codes that occur by first appearance; return how many do.

    ranks has an item for each code, -1 at the beginning. Codes below 0 are passed over.
    """
    cdef Py_ssize_t k
    cdef int32_t n = 0
    with nogil:
        for k in range(codes.shape[0]):
            if codes[k] >= 0 and ranks[codes[k]] < 0:
                ranks[codes[k]] = n
                n += 1
    return n


def take_codes(const code_t[::1] codes, const int32_t[::1] table, int32_t[::1] out):
    """Write table[code] for each code, -1 for codes below 0; return the least number written.

    The caller has checked that codes are below the length of the table. 0 for no codes.
    """
    cdef Py_ssize_t k
    cdef int32_t number, least = 0
    with nogil:
        for k in range(codes.shape[0]):
            number = table[codes[k]] if codes[k] >= 0 else -1
            out[k] = number
            least = min(least, number)
    return least
