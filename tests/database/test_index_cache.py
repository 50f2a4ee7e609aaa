"""The cache of decoded indices is bounded and shares one object per key."""

from __future__ import annotations

from dataclasses import dataclass

from misha_xr.database.index_cache import LIMIT_BYTES, cached_index


@dataclass
class Index:
    number: int
    n_bytes: int


def test_cached_index__decodes_once() -> None:
    calls: list[int] = []

    def decode() -> Index:
        calls.append(1)
        return Index(1, 8)

    assert cached_index("once", decode) is cached_index("once", decode)
    assert len(calls) == 1


def test_cached_index__least_recently_used_goes_first() -> None:
    third = LIMIT_BYTES // 3
    first = cached_index(("lru", 0), lambda: Index(0, third))
    second = cached_index(("lru", 1), lambda: Index(1, third))
    assert cached_index(("lru", 0), lambda: Index(9, third)) is first
    cached_index(("lru", 2), lambda: Index(2, third + 8))
    assert cached_index(("lru", 0), lambda: Index(9, third)) is first
    assert cached_index(("lru", 1), lambda: Index(9, third)) is not second


def test_cached_index__one_above_the_limit_still_works() -> None:
    assert cached_index("huge", lambda: Index(7, LIMIT_BYTES * 2)).number == 7
    assert cached_index("after", lambda: Index(8, 8)).number == 8
