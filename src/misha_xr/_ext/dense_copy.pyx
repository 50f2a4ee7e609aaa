"""Copies of dense bins into fresh memory, infinities mended to NaN on the way.

Stretch k is counts[k] float32 values from byte starts[k] of the data on, maybe unaligned. A start
below 0 stands for a stretch without data, NaN throughout. On disk an infinity is a missing value.
"""

from libc.stdint cimport int64_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    #include "lanes.h"

    /* Values looked at before they are copied: 4 MB stay in the cache of the third level. Measured
       on fresh memory, memcpy of such long blocks, which bypasses the cache, beats shorter ones and
       any loop that mends as it copies. */
    enum { COPY_BLOCK = 1 << 20 };
    static const uint32_t COPY_SIGN = 0x80000000u, COPY_INF = 0x7f800000u, COPY_NAN = 0x7fc00000u;

    LANES_CLONED static int copy_has_infinity(const unsigned char *data, int64_t n) {
        uint32_t any = 0;
        for (int64_t i = 0; i < n; i++) {
            uint32_t bits;
            memcpy(&bits, data + 4 * i, sizeof bits);
            any |= (bits & ~COPY_SIGN) == COPY_INF;
        }
        return any != 0;
    }

    LANES_CLONED static void copy_mend(const unsigned char *data, int64_t n, unsigned char *out) {
        for (int64_t i = 0; i < n; i++) {
            uint32_t bits;
            memcpy(&bits, data + 4 * i, sizeof bits);
            bits = (bits & ~COPY_SIGN) == COPY_INF ? COPY_NAN : bits;
            memcpy(out + 4 * i, &bits, sizeof bits);
        }
    }

    static void copy_fill(int64_t n, unsigned char *out) {
        for (int64_t i = 0; i < n; i++) memcpy(out + 4 * i, &COPY_NAN, sizeof COPY_NAN);
    }

    static void copy_values(const unsigned char *data, int64_t n, unsigned char *out) {
        for (int64_t i = 0; i < n; i += COPY_BLOCK) {
            int64_t m = n - i < COPY_BLOCK ? n - i : COPY_BLOCK;
            if (copy_has_infinity(data + 4 * i, m)) copy_mend(data + 4 * i, m, out + 4 * i);
            else memcpy(out + 4 * i, data + 4 * i, (size_t)(4 * m));
        }
    }

    /* In blocks, so that the search ends soon after the first one. */
    static int copy_find_infinity(const unsigned char *data, int64_t n) {
        for (int64_t i = 0; i < n; i += COPY_BLOCK) {
            int64_t m = n - i < COPY_BLOCK ? n - i : COPY_BLOCK;
            if (copy_has_infinity(data + 4 * i, m)) return 1;
        }
        return 0;
    }
    """
    int copy_find_infinity(const unsigned char *data, int64_t n) noexcept nogil
    void copy_values(const unsigned char *data, int64_t n, unsigned char *out) noexcept nogil
    void copy_fill(int64_t n, unsigned char *out) noexcept nogil

cdef enum:
    WIDTH = 4


def has_infinity(const unsigned char[::1] data):
    """Tell whether any of the float32 values that fill ``data`` is an infinity."""
    cdef int64_t n = data.shape[0] // WIDTH
    cdef bint found = False
    if n:
        with nogil:
            found = copy_find_infinity(&data[0], n)
    return found


def copy_stretches(
    const unsigned char[::1] data, const int64_t[::1] starts, const int64_t[::1] counts,
    unsigned char[::1] out,
):
    """Write the values of all stretches into ``out``, one after another, infinities as NaN.

    The caller has checked that every stretch lies inside ``data`` and that all of them fit into
    ``out``, the bytes of float32 values.
    """
    cdef Py_ssize_t k
    cdef int64_t at = 0
    with nogil:
        for k in range(starts.shape[0]):
            if counts[k] <= 0:
                continue
            if starts[k] < 0:
                copy_fill(counts[k], &out[at])
            else:
                copy_values(&data[starts[k]], counts[k], &out[at])
            at += WIDTH * counts[k]
