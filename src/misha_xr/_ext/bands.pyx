"""Rectangles and a band along the diagonal: what meets it, the box that is left, its points."""

from libc.stdint cimport int32_t, int64_t, uint8_t

from misha_xr._ext.bands cimport band_area, band_meets, band_shrink, int128


def mark_met(
    const int32_t[::1] codes1, const int64_t[::1] x1, const int64_t[::1] x2,
    const int32_t[::1] codes2, const int64_t[::1] y1, const int64_t[::1] y2,
    int64_t low, int64_t high, uint8_t[::1] out,
):
    """Write 1 where a rectangle of one chromosome meets the band, else 0; return their number."""
    cdef Py_ssize_t k, n = x1.shape[0]
    cdef int64_t n_met = 0
    with nogil:
        for k in range(n):
            out[k] = (codes1[k] == codes2[k]) & band_meets(x1[k], x2[k], y1[k], y2[k], low, high)
            n_met += out[k]
    return n_met


def fill_shrunk(
    const int32_t[::1] codes, const int64_t[::1] x1, const int64_t[::1] x2,
    const int64_t[::1] y1, const int64_t[::1] y2, const uint8_t[::1] met,
    int64_t low, int64_t high,
    int32_t[::1] out_codes, int64_t[:, ::1] out,
):
    """Write the boxes of the marked rectangles: rows x1, x2, y1, y2 of `out`."""
    cdef Py_ssize_t k, at = 0, n = x1.shape[0]
    cdef int64_t a, b, c, d
    with nogil:
        for k in range(n):
            if not met[k]:
                continue
            a, b, c, d = x1[k], x2[k], y1[k], y2[k]
            band_shrink(&a, &b, &c, &d, low, high)
            out_codes[at] = codes[k]
            out[0, at] = a
            out[1, at] = b
            out[2, at] = c
            out[3, at] = d
            at += 1


def fill_areas(
    const int32_t[::1] codes1, const int64_t[::1] x1, const int64_t[::1] x2,
    const int32_t[::1] codes2, const int64_t[::1] y1, const int64_t[::1] y2,
    int64_t low, int64_t high, int64_t[::1] out,
):
    """Write how many points each rectangle has in the band, 0 between two chromosomes.

    Returns the first row whose number does not fit, or -1.
    """
    cdef Py_ssize_t k, n = x1.shape[0]
    cdef int64_t bad = -1
    cdef int128 area
    cdef int128 most = 0x7FFFFFFFFFFFFFFF
    with nogil:
        for k in range(n):
            out[k] = 0
            if codes1[k] != codes2[k] or not band_meets(x1[k], x2[k], y1[k], y2[k], low, high):
                continue
            area = band_area(x1[k], x2[k], y1[k], y2[k], low, high)
            if area > most:
                bad = k
                break
            out[k] = <int64_t>area
    return bad
