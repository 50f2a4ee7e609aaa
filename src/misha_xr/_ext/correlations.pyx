"""Joint moments of two columns, added up in pieces that stay in the first cache.

A joint summary is eleven float64 numbers: pairs seen, pairs with a NaN, least and greatest of each
member, sum of each, squared deviations of each, products of deviations. Pieces join by Chan's
rule; the same order gives the same bits.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t

cdef enum:
    PIECE = 2048

cdef enum:
    N, N_NAN, LEAST1, GREATEST1, LEAST2, GREATEST2, SUM1, SUM2, SQUARES1, SQUARES2, PRODUCTS


def start_pairs(double[::1] summary):
    """Set a joint summary (float64, 11) to that of no pairs."""
    summary[:] = 0
    summary[LEAST1] = summary[LEAST2] = INFINITY
    summary[GREATEST1] = summary[GREATEST2] = -INFINITY


cdef void _join(double *into, const double *piece) noexcept nogil:
    cdef double apart1, apart2, weight
    if piece[N] > 0:
        into[SQUARES1] += piece[SQUARES1]
        into[SQUARES2] += piece[SQUARES2]
        into[PRODUCTS] += piece[PRODUCTS]
        if into[N] > 0:
            apart1 = piece[SUM1] / piece[N] - into[SUM1] / into[N]
            apart2 = piece[SUM2] / piece[N] - into[SUM2] / into[N]
            weight = into[N] * (piece[N] / (into[N] + piece[N]))
            into[SQUARES1] += apart1 * apart1 * weight
            into[SQUARES2] += apart2 * apart2 * weight
            into[PRODUCTS] += apart1 * apart2 * weight
    into[N] += piece[N]
    into[N_NAN] += piece[N_NAN]
    into[SUM1] += piece[SUM1]
    into[SUM2] += piece[SUM2]
    into[LEAST1] = min(into[LEAST1], piece[LEAST1])
    into[LEAST2] = min(into[LEAST2], piece[LEAST2])
    into[GREATEST1] = max(into[GREATEST1], piece[GREATEST1])
    into[GREATEST2] = max(into[GREATEST2], piece[GREATEST2])


cdef void _piece(const double *x, const double *y, int64_t n, double *piece) noexcept nogil:
    # Two readings: means, then deviations from them.
    cdef int64_t i
    cdef double a, b, mean1, mean2, n_seen
    cdef bint is_seen
    piece[N] = piece[SUM1] = piece[SUM2] = piece[SQUARES1] = piece[SQUARES2] = piece[PRODUCTS] = 0
    piece[LEAST1] = piece[LEAST2] = INFINITY
    piece[GREATEST1] = piece[GREATEST2] = -INFINITY
    for i in range(n):
        a, b = x[i], y[i]
        is_seen = (a == a) & (b == b)
        piece[N] += is_seen
        piece[SUM1] += a if is_seen else 0
        piece[SUM2] += b if is_seen else 0
        if is_seen:
            piece[LEAST1] = min(piece[LEAST1], a)
            piece[LEAST2] = min(piece[LEAST2], b)
            piece[GREATEST1] = max(piece[GREATEST1], a)
            piece[GREATEST2] = max(piece[GREATEST2], b)
    n_seen = piece[N]
    piece[N_NAN] = n - n_seen
    if n_seen == 0:
        return
    mean1, mean2 = piece[SUM1] / n_seen, piece[SUM2] / n_seen
    for i in range(n):
        a, b = x[i] - mean1, y[i] - mean2
        is_seen = (x[i] == x[i]) & (y[i] == y[i])
        piece[SQUARES1] += a * a if is_seen else 0
        piece[SQUARES2] += b * b if is_seen else 0
        piece[PRODUCTS] += a * b if is_seen else 0


def add_to_pairs(double[::1] summary, const double[::1] x, const double[::1] y):
    """Add the pairs of two columns of one length to a joint summary (float64, 11)."""
    cdef Py_ssize_t lo = 0, n = x.shape[0]
    cdef double piece[11]
    with nogil:
        while lo < n:
            _piece(&x[lo], &y[lo], min(<Py_ssize_t> PIECE, n - lo), &piece[0])
            _join(&summary[0], &piece[0])
            lo += PIECE


def join_pairs(double[::1] summary, const double[::1] later):
    """Add the pairs of a later joint summary to a joint summary (float64, 11)."""
    _join(&summary[0], &later[0])
