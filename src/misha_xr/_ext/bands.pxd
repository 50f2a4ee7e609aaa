# The geometry of a band: the points with low <= x - y < high, for a rectangle [x1, x2) x [y1, y2).
#
# Coordinates lie in [0, 2**62), the edges of a band in [-2**62, 2**62]: no sum here overflows.

from libc.stdint cimport int64_t

cdef extern from *:
    """
    typedef __int128 misha_int128;
    /* 1 + 2 + ... + n; 0 below 1 */
    static inline misha_int128 misha_triangle(misha_int128 n) {
        return n > 0 ? (n & 1 ? n * ((n + 1) / 2) : (n / 2) * (n + 1)) : 0;
    }
    /* Points of a w x h rectangle below the line u + v < n, u and v counted from one corner. */
    static inline misha_int128 misha_corner(misha_int128 n, misha_int128 w, misha_int128 h) {
        if (n >= w + h) return w * h;
        return misha_triangle(n) - misha_triangle(n - w) - misha_triangle(n - h);
    }
    static inline misha_int128 misha_band_area(int64_t x1, int64_t x2, int64_t y1, int64_t y2,
                                               int64_t low, int64_t high) {
        misha_int128 reach = (misha_int128)x2 - y1, w = x2 - x1, h = y2 - y1;
        return misha_corner(reach - low, w, h) - misha_corner(reach - high, w, h);
    }
    """
    ctypedef long long int128 "misha_int128"
    # Number of points of the rectangle in the band, exact; the rectangle is not empty.
    int128 band_area "misha_band_area"(
        int64_t x1, int64_t x2, int64_t y1, int64_t y2, int64_t low, int64_t high
    ) noexcept nogil


cdef inline bint band_meets(
    int64_t x1, int64_t x2, int64_t y1, int64_t y2, int64_t low, int64_t high
) noexcept nogil:
    """Tell whether the rectangle has a point in the band."""
    return x2 - y1 > low and x1 - y2 + 1 < high


cdef inline void band_shrink(
    int64_t *x1, int64_t *x2, int64_t *y1, int64_t *y2, int64_t low, int64_t high
) noexcept nogil:
    """Cut the rectangle to the box around what the band leaves of it.

    The upper line counts as a line of real numbers: the box may be one base wider than its points.
    """
    cdef int64_t left = x1[0], right = x2[0]
    x1[0] = max(left, y1[0] + low)
    x2[0] = min(right, y2[0] + high)
    y1[0] = max(y1[0], left - high)
    y2[0] = min(y2[0], right - low)
