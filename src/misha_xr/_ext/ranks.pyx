"""Ranks in a sorted array: how many of its values are at most a number.

Numbers map to integers that sort as they do. The range of these integers is cut into equal
buckets, a table says where each begins, and a bisection inside the bucket finishes. Sixteen
searches advance together, so that they wait for memory at the same time.
"""

from libc.math cimport INFINITY, NAN, isnan, nextafterf
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef extern from *:
    """
    #define RANKS_PREFETCH(address) __builtin_prefetch(address)
    """
    void RANKS_PREFETCH(const void *address) noexcept nogil

cdef enum:
    TOGETHER = 16

ctypedef fused number:
    float
    double


cdef inline uint64_t _key(number value) noexcept nogil:
    # Sorts as the numbers do: negative ones reversed below the others.
    cdef uint32_t narrow
    cdef uint64_t wide
    if number is float:
        memcpy(&narrow, &value, 4)
        return <uint32_t>~narrow if narrow >> 31 else narrow | <uint32_t>0x80000000
    else:
        memcpy(&wide, &value, 8)
        return ~wide if wide >> 63 else wide | (<uint64_t>1 << 63)


cdef inline number _not_above(double value, number like) noexcept nogil:
    # The greatest number of the array's type that is at most the value; zero has one sign.
    cdef number found = <number>value
    if found == 0:
        found = 0
    if number is float:
        return nextafterf(found, -INFINITY) if found > value else found
    else:
        return found


def fill_table(const number[::1] values, int shift, int64_t[::1] table):
    """Write where each bucket begins in sorted finite values; -0.0 must not occur.

    Bucket b holds the keys k with (k - first key) >> shift == b; the last item of the table is
    the number of values.
    """
    cdef int64_t n = values.shape[0], n_buckets = table.shape[0] - 1, i, b = 0, bucket
    cdef uint64_t least
    with nogil:
        least = _key(values[0])
        for i in range(n):
            bucket = <int64_t>((_key(values[i]) - least) >> shift)
            while b <= bucket:
                table[b] = i
                b += 1
        while b <= n_buckets:
            table[b] = n
            b += 1


def key_range(const number[::1] values):
    """Return the difference of the keys of the last and the first value."""
    return _key(values[values.shape[0] - 1]) - _key(values[0])


cdef inline void _search(
    const number *values, const int64_t *table, uint64_t least, uint64_t span, int shift,
    int64_t n, double *asked, int64_t count,
) noexcept nogil:
    cdef number bound[TOGETHER]
    cdef int64_t at[TOGETHER]
    cdef int64_t left[TOGETHER]
    cdef int64_t j, most = 0, half, bucket
    cdef uint64_t key
    for j in range(count):
        left[j] = at[j] = 0
        if isnan(asked[j]):
            continue
        bound[j] = _not_above(asked[j], values[0])
        key = _key(bound[j])
        if key < least:
            continue
        if key - least >= span:
            at[j] = n
            continue
        bucket = <int64_t>((key - least) >> shift)
        at[j], left[j] = table[bucket], table[bucket + 1] - table[bucket]
        RANKS_PREFETCH(values + at[j] + left[j] // 2)
        most = max(most, left[j])
    while most > 0:
        for j in range(count):
            half = left[j] // 2
            if left[j] > 0:
                if values[at[j] + half] <= bound[j]:
                    at[j] += half + 1
                    left[j] -= half + 1
                else:
                    left[j] = half
                RANKS_PREFETCH(values + at[j] + left[j] // 2)
        most //= 2
    for j in range(count):
        asked[j] = NAN if isnan(asked[j]) else <double>at[j] / <double>n


def shares(const number[::1] values, const int64_t[::1] table, int shift, double[::1] asked):
    """Replace each number by the share of the values that are at most it; NaN stays."""
    cdef int64_t n = values.shape[0], i = 0, count
    cdef uint64_t least, span
    with nogil:
        least = _key(values[0])
        span = _key(values[n - 1]) - least
        while i < asked.shape[0]:
            count = min(<int64_t>TOGETHER, asked.shape[0] - i)
            _search(&values[0], &table[0], least, span, shift, n, &asked[i], count)
            i += count


# Many float32 values: of the key of each the table holds all but the low eight bits, so that one
# byte per value is left, sorted inside its bucket. A search then touches two lines of memory.

cdef inline void _sort_bytes(unsigned char *bytes_, int64_t n) noexcept nogil:
    cdef int64_t counts[256]
    cdef int64_t i, j, at = 0
    cdef unsigned char held
    if n < 48:
        for i in range(1, n):
            held = bytes_[i]
            j = i
            while j > 0 and bytes_[j - 1] > held:
                bytes_[j] = bytes_[j - 1]
                j -= 1
            bytes_[j] = held
        return
    for i in range(256):
        counts[i] = 0
    for i in range(n):
        counts[bytes_[i]] += 1
    for i in range(256):
        for _ in range(counts[i]):
            bytes_[at] = <unsigned char>i
            at += 1


def pack(const float[::1] values, float least, int64_t[::1] table, unsigned char[::1] low):
    """Fill the table and the low bytes of finite values in any order; -0.0 must not occur.

    least: the smallest value. table: zeros; one item per bucket of 256 keys, and one more.
    """
    cdef int64_t n = values.shape[0], n_buckets = table.shape[0] - 1, i, b, at = 0, count
    cdef uint64_t first, key
    with nogil:
        first = _key(least)
        for i in range(n):
            table[<int64_t>((_key(values[i]) - first) >> 8)] += 1
        for b in range(n_buckets):
            count = table[b]
            table[b] = at
            at += count
        for i in range(n):
            key = _key(values[i]) - first
            b = <int64_t>(key >> 8)
            low[table[b]] = <unsigned char>(key & 255)
            table[b] += 1
        # Each bucket now says where the next one begins.
        for b in range(n_buckets - 1, -1, -1):
            table[b + 1] = table[b]
        table[0] = 0
        for b in range(n_buckets):
            if table[b + 1] - table[b] > 1:
                _sort_bytes(&low[table[b]], table[b + 1] - table[b])


cdef inline int64_t _count_up_to(
    const unsigned char *low, int64_t n, unsigned char bound
) noexcept nogil:
    # How many of n sorted bytes are at most the bound.
    cdef int64_t at = 0, half
    while n > 1:
        half = n >> 1
        at += half & -<int64_t>(low[at + half - 1] <= bound)
        n -= half
    return at + (n == 1 and low[at] <= bound)


cdef inline void _search_packed(
    const int64_t *table, const unsigned char *low, uint64_t first, uint64_t span, int64_t n,
    double *asked, int64_t count,
) noexcept nogil:
    cdef uint64_t keys[TOGETHER]
    cdef int64_t j, bucket, at
    for j in range(count):
        # Key 0 stands for numbers below all values; others count from 1.
        keys[j] = 0
        if isnan(asked[j]):
            continue
        keys[j] = _key(_not_above(asked[j], <float>0)) + 1
        keys[j] = min(keys[j] - first, span + 1) if keys[j] > first else 0
        if keys[j]:
            RANKS_PREFETCH(table + ((keys[j] - 1) >> 8))
    for j in range(count):
        if keys[j]:
            RANKS_PREFETCH(low + table[(keys[j] - 1) >> 8])
    for j in range(count):
        if isnan(asked[j]):
            continue
        if keys[j] == 0:
            asked[j] = 0
            continue
        bucket = <int64_t>((keys[j] - 1) >> 8)
        at = table[bucket]
        at += _count_up_to(low + at, table[bucket + 1] - at, <unsigned char>((keys[j] - 1) & 255))
        asked[j] = <double>at / <double>n


def shares_packed(
    const int64_t[::1] table, const unsigned char[::1] low, float least, float greatest,
    double[::1] asked,
):
    """Replace each number by the share of the packed values that are at most it; NaN stays."""
    cdef int64_t n = low.shape[0], i = 0, count
    cdef uint64_t first, span
    with nogil:
        first = _key(least)
        span = _key(greatest) - first
        while i < asked.shape[0]:
            count = min(<int64_t>TOGETHER, asked.shape[0] - i)
            _search_packed(&table[0], &low[0], first, span, n, &asked[i], count)
            i += count
