"""String vectors of R serialisation: one pass over the bytes, no Python call per byte.

An element is `u32 flags` (type 9 in the low byte), `i32 length` (-1 = NA) and the bytes, all
big-endian. Bits of the flags tell the encoding: 0x4000 Latin-1, 0x8000 UTF-8, 0x40000 ASCII.
"""
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_DecodeLatin1, PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.string cimport memcmp, memcpy

cdef uint32_t CHARSXP = 9
cdef uint32_t LATIN1 = 1 << 14
cdef uint32_t UTF8_FLAGS = 0x00008009
cdef uint32_t ASCII_FLAGS = 0x00040009


cdef inline uint32_t _load(const unsigned char* at) noexcept nogil:
    return (<uint32_t>at[0] << 24) | (<uint32_t>at[1] << 16) | (<uint32_t>at[2] << 8) | at[3]


cdef inline void _store(unsigned char* at, uint32_t value) noexcept nogil:
    at[0] = value >> 24
    at[1] = (value >> 16) & 255
    at[2] = (value >> 8) & 255
    at[3] = value & 255


def decode_strings(const unsigned char[::1] data, Py_ssize_t offset, Py_ssize_t n):
    """Return the list of n strings (None for NA) at ``offset`` and the offset behind them.

    Raises ValueError with (message, byte offset) where an element breaks the format.
    """
    cdef Py_ssize_t k, position = offset, size = data.shape[0]
    cdef uint32_t flags, last_flags = 0
    cdef int32_t length, last_length = -1
    cdef const char* text
    cdef const char* last_text = NULL
    if n < 0 or n > (size - offset) // 8:
        raise ValueError(f"{n} strings do not fit in {size - offset} bytes", offset)
    cdef list out = [None] * n
    for k in range(n):
        if size - position < 8:
            raise ValueError(f"string {k} of {n} is cut off", position)
        flags = _load(&data[position])
        length = <int32_t>_load(&data[position + 4])
        if flags & 255 != CHARSXP:
            raise ValueError(f"expected a string, found an item of type {flags & 255}", position)
        if length < -1 or length > size - position - 8:
            raise ValueError(f"a string of {length} bytes does not fit", position)
        position += 8
        if length < 0:
            last_length = -1
            continue
        text = <const char*>&data[0] + position
        # Chromosome names come in long runs: one object for each run.
        if length == last_length and flags == last_flags and memcmp(text, last_text, length) == 0:
            out[k] = out[k - 1]
        elif flags & LATIN1:
            out[k] = PyUnicode_DecodeLatin1(text, length, NULL)
        else:
            try:
                out[k] = PyUnicode_DecodeUTF8(text, length, NULL)
            except UnicodeDecodeError:
                raise ValueError("a string is not valid UTF-8", position) from None
        position += length
        last_text, last_length, last_flags = text, length, flags
    return out, position


def skip_strings(
    const unsigned char[::1] data, Py_ssize_t offset, Py_ssize_t n, int64_t[::1] places,
    Py_ssize_t every
):
    """Step over n strings at ``offset``; return the offset behind them.

    The offsets of elements 0, every, 2 every ... are written to ``places``, if every > 0; it must
    have n // every + 1 elements. Raises ValueError with (message, byte offset) where an element
    breaks the format; the bytes of the text itself are not looked at.
    """
    cdef Py_ssize_t k, position = offset, size = data.shape[0], until_next = 1, place = 0
    cdef int32_t length
    cdef int problem = 0
    if n < 0 or n > (size - offset) // 8:
        raise ValueError(f"{n} strings do not fit in {size - offset} bytes", offset)
    if every > 0 and places.shape[0] < n // every + 1:
        raise ValueError(f"expected room for {n // every + 1} places, found {places.shape[0]}", 0)
    with nogil:
        for _ in range(n):
            if every > 0:
                until_next -= 1
                if until_next == 0:
                    places[place] = position
                    place += 1
                    until_next = every
            if size - position < 8:
                problem = 1
                break
            length = <int32_t>_load(&data[position + 4])
            if data[position + 3] != CHARSXP:
                problem = 2
                break
            if length < -1 or length > size - position - 8:
                problem = 3
                break
            position += 8 + (length if length > 0 else 0)
    if problem:
        text = ("", f"string {k} of {n} is cut off", "expected a string, found another item",
                "a string that does not fit")[problem]
        raise ValueError(text, position)
    return position


def encode_strings(list strings):
    """Return the elements of a string vector as bytes; None becomes NA."""
    cdef Py_ssize_t k, n = len(strings), total = 0, length
    cdef list encoded = [None] * n
    cdef bytes item, out
    cdef unsigned char* at
    for k in range(n):
        if strings[k] is not None:
            encoded[k] = (<str?>strings[k]).encode("utf-8")
            total += len(<bytes>encoded[k])
    out = PyBytes_FromStringAndSize(NULL, total + 8 * n)
    at = <unsigned char*>PyBytes_AS_STRING(out)
    for k in range(n):
        if encoded[k] is None:
            _store(at, CHARSXP)
            _store(at + 4, 0xFFFFFFFF)
            at += 8
            continue
        item = encoded[k]
        length = len(item)
        _store(at, ASCII_FLAGS if (<str>strings[k]).isascii() else UTF8_FLAGS)
        _store(at + 4, <uint32_t>length)
        memcpy(at + 8, PyBytes_AS_STRING(item), length)
        at += 8 + length
    return out
