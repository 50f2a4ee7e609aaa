"""R's inventory: round trip, damage."""

from __future__ import annotations

import pytest

from misha_xr.errors import CorruptFileError, MishaError
from misha_xr.formats.db_cache import DatabaseCache, decode_db_cache, encode_db_cache
from misha_xr.formats.rdata import RVector
from misha_xr.formats.rdata_writer import encode_r, r_strings
from misha_xr.testing.mutations import spoilt_copies


def test_encode_db_cache__is_sorted() -> None:
    found = decode_db_cache(encode_db_cache(["b", "a.c", "a"], ["s"]))
    assert found == DatabaseCache(("a", "a.c", "b"), ("s",))


def test_decode_db_cache__empty_and_null() -> None:
    assert decode_db_cache(encode_db_cache([], [])) == DatabaseCache((), ())
    value = RVector("list", [None, r_strings("a")])
    assert decode_db_cache(encode_r(value)) == DatabaseCache((), ("a",))


@pytest.mark.parametrize(
    "value",
    [
        None,
        r_strings("a", "b"),
        RVector("list", [r_strings("a")]),
        RVector("list", [r_strings("a"), RVector("real", [1.0])]),
        RVector("list", [RVector("string", [None]), r_strings("a")]),
    ],
)
def test_decode_db_cache__refuses(value: RVector | None) -> None:
    with pytest.raises(CorruptFileError):
        decode_db_cache(encode_r(value))


def test_decode_db_cache__spoilt_copies() -> None:
    refused = 0
    for copy in spoilt_copies(encode_db_cache(["a.b", "c"], ["d"])):
        try:
            decode_db_cache(copy)
        except MishaError:
            refused += 1
    assert refused > 100
