"""Attributes: examples, round trip, damage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.attributes import (
    decode_attributes,
    encode_attributes,
    encode_set_attributes,
)
from misha_xr.testing.mutations import count_refusals

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(st.dictionaries(TEXT, TEXT))
def test_decode_attributes__gives_back_what_was_encoded(attributes: dict[str, str]) -> None:
    assert decode_attributes(encode_attributes(attributes), "x") == attributes
    found = decode_attributes(encode_set_attributes(attributes), "x")
    assert list(found.items()) == list(attributes.items())


def test_encode_attributes__is_sorted_by_bytes_of_the_name() -> None:
    attributes = {"b": "1", "a.b": "2", "a": "9", "é": "4", "Z": "5"}
    assert list(decode_attributes(encode_attributes(attributes), "x")) == [
        "Z",
        "a",
        "a.b",
        "b",
        "é",
    ]


@pytest.mark.parametrize("encode", [encode_attributes, encode_set_attributes])
def test_encode_attributes__leaves_out_empty_values(encode: object) -> None:
    assert encode({"a": "", "b": "1"}) == b"b\x001\0"  # type: ignore[operator]
    assert encode({}) == b""  # type: ignore[operator]


@pytest.mark.parametrize("attributes", [{"": "1"}, {"a\0": "1"}, {"a": "1\0"}])
def test_encode_attributes__refuses(attributes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="empty name, or a NUL"):
        encode_attributes(attributes)


DAMAGE = [
    (b"a\x001", "byte 3: expected pairs of strings"),
    (b"a\x001\0b\0", "byte 6: expected pairs of strings"),
    (b"a\x001\0b\0\0c\0", "expected pairs of strings"),
    (b"a\x001\0b\0\0", r"byte 4: empty name or value: b'b', b''"),
    (b"a\x001\0\0b\0", r"byte 4: empty name or value: b'', b'b'"),
    (b"a\x001\0a\x002\0", "byte 4: attribute 'a' occurs twice"),
    (b"a\0\xff\0", "byte 0: attribute b'a' is not UTF-8"),
]


@pytest.mark.parametrize(("data", "message"), DAMAGE)
def test_decode_attributes__damage(data: bytes, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        decode_attributes(data, ".attributes")


def test_decode_attributes__no_byte_is_no_attribute() -> None:
    assert decode_attributes(b"", ".attributes") == {}


def test_decode_attributes__spoilt_copies() -> None:
    data = encode_attributes({"created.by": "me", "description": "é", "type": "dense"})
    assert count_refusals(lambda copy: decode_attributes(copy, "x"), data) > len(data) - 5
