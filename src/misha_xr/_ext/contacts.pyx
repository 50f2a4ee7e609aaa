"""Count contacts of one chromosome by distance, inside one domain or between domains.

A contact is a rectangle. Sets of intervals come sorted by chromosome and start, with the largest
end so far on the chromosome: an interval that holds [start, end) exists exactly if the last one
that begins at or before start, or one before it, reaches end.
"""

from libc.stdint cimport int32_t, int64_t

from misha_xr._ext.reach cimport first_from

cdef struct Stretches:
    const int64_t *offsets  # of each chromosome
    const int64_t *starts
    const int64_t *reach    # largest end so far
    int64_t at              # where the last search ended


cdef void _open(
    Stretches *found, const int64_t[::1] offsets, const int64_t[::1] starts,
    const int64_t[::1] reach
) noexcept:
    found.offsets = &offsets[0]
    found.starts = &starts[0] if starts.shape[0] else NULL
    found.reach = &reach[0] if reach.shape[0] else NULL
    found.at = 0


cdef inline bint _reaches(
    Stretches *found, int32_t code, int64_t begin, int64_t end
) noexcept nogil:
    """Tell whether an interval that begins at or before `begin` ends at or behind `end`."""
    cdef int64_t lo = found.offsets[code], hi = found.offsets[code + 1]
    if lo == hi:
        return False
    found.at = first_from(found.starts, found.at, lo, hi, begin + 1)
    return found.at > lo and found.reach[found.at - 1] >= end


cdef inline int64_t _bin_of(const int64_t[::1] breaks, int64_t distance) noexcept nogil:
    """Number of breaks below a distance, minus 1."""
    cdef int64_t lo = 0, hi = breaks.shape[0], middle
    while lo < hi:
        middle = (lo + hi) >> 1
        if breaks[middle] < distance:
            lo = middle + 1
        else:
            hi = middle
    return lo - 1


def fill_reach(const int64_t[::1] offsets, const int64_t[::1] ends, int64_t[::1] reach):
    """Write the largest end so far of each interval, chromosome by chromosome."""
    cdef int64_t code, k
    with nogil:
        for code in range(offsets.shape[0] - 1):
            for k in range(offsets[code], offsets[code + 1]):
                reach[k] = ends[k] if k == offsets[code] else max(reach[k - 1], ends[k])


def count_contacts(
    const int32_t[::1] codes1, const int64_t[::1] starts1, const int64_t[::1] ends1,
    const int32_t[::1] codes2, const int64_t[::1] starts2, const int64_t[::1] ends2,
    tuple sources, tuple domains, tuple near, const int64_t[::1] breaks, int64_t[:, ::1] counts,
):
    """Add contacts to counts, one row per bin (b[k], b[k + 1]], columns: in a domain, between.

    Only contacts within a chromosome count whose first side lies in one of the sources and whose
    sides both share a base with one of `near`, which is empty (no arrays) or has disjoint
    intervals. Each set is offsets by chromosome, starts, largest ends so far. Breaks are whole
    numbers, at least 2.
    """
    cdef Stretches source, domain, one, two
    cdef int64_t k, distance, bin
    cdef int32_t code
    cdef bint is_limited = len(near) > 0, is_inside
    _open(&source, sources[0], sources[1], sources[2])
    _open(&domain, domains[0], domains[1], domains[2])
    if not is_limited:
        near = sources  # never looked at
    _open(&one, near[0], near[1], near[2])
    _open(&two, near[0], near[1], near[2])
    with nogil:
        for k in range(codes1.shape[0]):
            code = codes1[k]
            if code != codes2[k] or not _reaches(&source, code, starts1[k], ends1[k]):
                continue
            # middles, doubled: sums of two coordinates below 2**62 do not overflow
            distance = (starts1[k] - starts2[k]) + (ends1[k] - ends2[k])
            distance = (-distance if distance < 0 else distance) >> 1
            bin = _bin_of(breaks, distance)
            if bin < 0 or bin >= counts.shape[0]:
                continue
            # sharing a base: beginning before the end, ending behind the start
            if is_limited and not (_reaches(&one, code, ends1[k] - 1, starts1[k] + 1)
                                   and _reaches(&two, code, ends2[k] - 1, starts2[k] + 1)):
                continue
            is_inside = _reaches(
                &domain, code, min(starts1[k], starts2[k]), max(ends1[k], ends2[k]))
            counts[bin, 0 if is_inside else 1] += 1
