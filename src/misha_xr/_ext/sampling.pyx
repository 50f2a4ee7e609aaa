"""Uniform samples that do not depend on how steps are cut into parts.

Every step has a random key that follows from the seed and its number alone; the sample is the
values with the least keys. The keys are those of SplitMix64, a bijection of step numbers, so that
no two are equal. Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators,
OOPSLA 2014.
"""

from libc.stdint cimport int64_t, uint64_t


cdef inline uint64_t _mixed(uint64_t state) noexcept nogil:
    state = (state ^ (state >> 30)) * <uint64_t> 0xBF58476D1CE4E5B9
    state = (state ^ (state >> 27)) * <uint64_t> 0x94D049BB133111EB
    return state ^ (state >> 31)


def draw(
    const double[::1] values, uint64_t seed, int64_t step, uint64_t limit, uint64_t[::1] keys,
    int64_t[::1] places,
):
    """Write keys and indices of the values that are not NaN and whose key is below a limit.

    values[0] is step number `step`. Returns how many there are.
    """
    cdef Py_ssize_t i, count = 0
    cdef uint64_t key
    with nogil:
        for i in range(values.shape[0]):
            key = _mixed(seed + <uint64_t> (step + i + 1) * <uint64_t> 0x9E3779B97F4A7C15)
            keys[count] = key
            places[count] = i
            count += (key <= limit) & (values[i] == values[i])
    return count
