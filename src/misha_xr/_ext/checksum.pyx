"""CRC-64/XZ, eight bytes a step.

Reflected polynomial 0xC96C5795D7870F42, initial value and final xor all ones. Table k holds the
effect of one byte that is followed by k zero bytes, so eight look-ups advance eight bytes.
"""

from libc.stdint cimport int64_t, uint64_t
from libc.string cimport memcpy

cdef uint64_t _POLYNOMIAL = 0xC96C5795D7870F42ULL
cdef uint64_t _TABLES[8][256]


cdef void _fill_tables() noexcept nogil:
    cdef int byte, _bit, k
    cdef uint64_t crc
    for byte in range(256):
        crc = <uint64_t>byte
        for _bit in range(8):
            crc = (crc >> 1) ^ (_POLYNOMIAL if crc & 1 else 0)
        _TABLES[0][byte] = crc
    for k in range(1, 8):
        for byte in range(256):
            crc = _TABLES[k - 1][byte]
            _TABLES[k][byte] = _TABLES[0][crc & 0xFF] ^ (crc >> 8)


_fill_tables()


cdef uint64_t _advance(uint64_t crc, const unsigned char *data, int64_t n) noexcept nogil:
    cdef uint64_t word
    while n >= 8:
        memcpy(&word, data, 8)
        crc ^= word
        crc = (
            _TABLES[7][crc & 0xFF] ^ _TABLES[6][(crc >> 8) & 0xFF]
            ^ _TABLES[5][(crc >> 16) & 0xFF] ^ _TABLES[4][(crc >> 24) & 0xFF]
            ^ _TABLES[3][(crc >> 32) & 0xFF] ^ _TABLES[2][(crc >> 40) & 0xFF]
            ^ _TABLES[1][(crc >> 48) & 0xFF] ^ _TABLES[0][crc >> 56]
        )
        data += 8
        n -= 8
    while n > 0:
        crc = _TABLES[0][(crc ^ data[0]) & 0xFF] ^ (crc >> 8)
        data += 1
        n -= 1
    return crc


def crc64(const unsigned char[::1] data, uint64_t crc=0):
    """Return the checksum of `data`; `crc` is the checksum of the bytes before it."""
    cdef int64_t n = data.shape[0]
    cdef uint64_t state = ~crc
    if n > 0:
        with nogil:
            state = _advance(state, &data[0], n)
    return <uint64_t>~state


def crc64_strided(const unsigned char[::1] data, int64_t stride, int64_t width):
    """Return the checksum of the first `width` bytes of every whole `stride` bytes of `data`."""
    if width < 0 or stride < 1 or width > stride:
        raise ValueError(f"need 0 <= width <= stride and stride > 0; found {width}, {stride}")
    cdef int64_t k, n = data.shape[0] // stride
    cdef uint64_t state = ~<uint64_t>0
    with nogil:
        for k in range(n):
            state = _advance(state, &data[0] + k * stride, width)
    return <uint64_t>~state


def crc64_spans(
    const unsigned char[::1] data, const int64_t[::1] starts, const int64_t[::1] stops
):
    """Return the checksum of data[starts[k]:stops[k]], one span after another.

    The caller guarantees 0 <= start <= stop <= len(data).
    """
    cdef int64_t k, n = starts.shape[0]
    cdef uint64_t state = ~<uint64_t>0
    with nogil:
        for k in range(n):
            state = _advance(state, &data[0] + starts[k], stops[k] - starts[k])
    return <uint64_t>~state
