"""Number the distinct objects of a list by first appearance.

Columns of names hold few objects many times: runs of one object, and objects met lately, are
known by address (the list keeps them alive); only others are looked up by value.
"""

from libc.stdint cimport int32_t, uintptr_t

cdef enum:
    SLOTS = 64


def number_objects(list items, int32_t[::1] out):
    """Write the number of each item; return the distinct items."""
    cdef uintptr_t addresses[SLOTS]
    cdef int32_t numbers[SLOTS]
    cdef uintptr_t address
    cdef Py_ssize_t k, slot
    cdef dict known = {}
    cdef object item, number
    for slot in range(SLOTS):
        addresses[slot] = 0
    for k in range(len(items)):
        item = items[k]
        address = <uintptr_t> <void *> item
        slot = (address >> 5) % SLOTS  # objects lie 16 bytes apart, texts mostly 32 or more
        if addresses[slot] != address:
            number = known.get(item)
            if number is None:
                number = len(known)
                known[item] = number
            addresses[slot] = address
            numbers[slot] = number
        out[k] = numbers[slot]
    return list(known)
