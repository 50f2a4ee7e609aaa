"""The list of read-only attributes: both forms, damage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, MishaError
from misha_xr.formats.rdata import RVector
from misha_xr.formats.rdata_writer import encode_r, r_strings
from misha_xr.formats.ro_attributes import decode_ro_attributes, encode_ro_attributes
from misha_xr.testing.mutations import spoilt_copies

NAMES = st.lists(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
    unique=True,
)


@given(NAMES)
def test_encode_ro_attributes__round_trip(names: list[str]) -> None:
    assert decode_ro_attributes(encode_ro_attributes(names)) == names


def test_decode_ro_attributes__private_form() -> None:
    assert decode_ro_attributes(b"PYMISHA_ROATTRS_V1\0") == []
    assert decode_ro_attributes(b"PYMISHA_ROATTRS_V1\0a\nb\n") == ["a", "b"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PYMISHA_ROATTRS_V2\0a",
        b"PYMISHA_ROATTRS_V1\0\xff",
        b"PYMISHA_ROATTRS_V1\0a\na",
        encode_r(RVector("real", [1.0])),
        encode_r(RVector("string", ["a", None])),
        encode_r(r_strings("a", "a")),
        encode_r(r_strings("")),
    ],
)
def test_decode_ro_attributes__refuses(data: bytes) -> None:
    with pytest.raises(CorruptFileError):
        decode_ro_attributes(data)


@pytest.mark.parametrize("names", [[""], ["a", "a"], ["a\0"]])
def test_encode_ro_attributes__refuses(names: list[str]) -> None:
    with pytest.raises(ValueError, match=r"once|empty"):
        encode_ro_attributes(names)


@pytest.mark.parametrize(
    "data", [encode_ro_attributes(["created.by", "é"]), b"PYMISHA_ROATTRS_V1\0a\nb"]
)
def test_decode_ro_attributes__spoilt_copies(data: bytes) -> None:
    for copy in spoilt_copies(data):
        try:
            names = decode_ro_attributes(copy)
        except MishaError:
            continue
        assert all(names)
