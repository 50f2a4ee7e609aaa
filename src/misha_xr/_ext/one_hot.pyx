"""Bases as indicators: four numbers for each base, in the order A, C, G, T, at most one of them 1.

A letter becomes a channel through a table of 256: 0 to 3 for bases of either case, 4 for all other
letters, which have no 1, 5 for bytes that are no letters. The minus strand is written backwards,
channel c as 3 - c.
"""

from libc.stdint cimport int64_t

ctypedef fused Cell:
    unsigned char
    float

cdef enum:
    N_BASES = 4
    NO_LETTER = 5


def encode(
    const unsigned char[::1] data, const int64_t[::1] rows, const int64_t[::1] shifts,
    const int64_t[::1] sizes, const int64_t[::1] starts, const unsigned char[::1] is_minus,
    const unsigned char[::1] table, int64_t length, int64_t channel_stride,
    int64_t position_stride, Cell[::1] out,
):
    """Mark the bases of windows in ``out``, zeros before: 4 * length cells for each window.

    Window r = rows[k] covers the bases [starts[r], starts[r] + length) of a chromosome that has
    sizes[r] bases, from data[shifts[k]] on. What leaves it stays zero. Return the first window with
    a byte that is no letter, or -1. The caller has checked that chromosomes lie inside the data.
    """
    cdef int64_t k, r, j, lo, hi, at, base, bad = -1
    cdef unsigned char channel
    with nogil:
        for k in range(rows.shape[0]):
            r = rows[k]
            lo = min(max(-starts[r], 0), length)
            hi = min(length, sizes[r] - starts[r])
            base = r * N_BASES * length
            at = shifts[k] + starts[r]
            for j in range(lo, hi):
                channel = table[data[at + j]]
                if channel < N_BASES:
                    if is_minus[r]:
                        out[base + (3 - channel) * channel_stride
                            + (length - 1 - j) * position_stride] = 1
                    else:
                        out[base + channel * channel_stride + j * position_stride] = 1
                elif channel == NO_LETTER and bad < 0:
                    bad = r
    return bad
