"""Descriptions of datasets: round trip, the forms of other writers, damage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.misha_yaml import DatasetDescription, decode_misha_yaml, encode_misha_yaml
from misha_xr.testing.mutations import count_refusals

TEXT = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=12)
# As pymisha 0.14.0 writes it, with invented values.
PYMISHA = b"""description: 'It''s: "quoted" # text'
author: 'me'
created: '2024-05-01T10:20:30Z'
original_db: '/data/db'
misha_version: 'pymisha'
track_count: 3
interval_count: 0
genome: '6eba6a27'
"""


def test_decode_misha_yaml__of_pymisha_and_written_again() -> None:
    found = decode_misha_yaml(PYMISHA)
    assert found.description == 'It\'s: "quoted" # text'
    assert (found.track_count, found.interval_count) == (3, 0)
    assert encode_misha_yaml(found) == PYMISHA


def test_decode_misha_yaml__unquoted_as_r_writes() -> None:
    found = decode_misha_yaml(b"description: peaks\ncreated: 2024-05-01T10:20:30Z\ngenome: 12\n")
    assert found == DatasetDescription("peaks", created="2024-05-01T10:20:30Z", genome="12")


def test_decode_misha_yaml__other_keys_and_nothing() -> None:
    assert decode_misha_yaml(b"colour: red") == DatasetDescription()
    assert decode_misha_yaml(b"") == DatasetDescription()


@given(TEXT, TEXT, st.none() | st.integers(0, 2**53 - 1))
def test_encode_misha_yaml__round_trip(text: str, author: str, count: int | None) -> None:
    said = DatasetDescription(text, author, track_count=count)
    assert decode_misha_yaml(encode_misha_yaml(said)) == said


def test_encode_misha_yaml__lines_are_joined() -> None:
    said = decode_misha_yaml(encode_misha_yaml(DatasetDescription("two\nlines")))
    assert said.description == "two lines"
    with pytest.raises(ValueError, match="control"):
        encode_misha_yaml(DatasetDescription("a\x07"))


@pytest.mark.parametrize(
    "data", [b"track_count: many", b"track_count: -1", b"track_count: true", b"author: [a]"]
)
def test_decode_misha_yaml__refuses(data: bytes) -> None:
    with pytest.raises(CorruptFileError):
        decode_misha_yaml(data)


def test_decode_misha_yaml__spoilt_copies() -> None:
    assert count_refusals(decode_misha_yaml, PYMISHA) > 50
