"""Column names of array tracks: round trip, other vectors, damage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, UnsupportedError
from misha_xr.formats.column_names import decode_column_names, encode_column_names
from misha_xr.formats.rdata import RVector
from misha_xr.formats.rdata_writer import encode_r
from misha_xr.testing.mutations import spoilt_copies

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=9)


@given(st.lists(TEXTS, min_size=1, max_size=9, unique=True))
def test_column_names__round_trip(names: list[str]) -> None:
    assert decode_column_names(encode_column_names(names), ".colnames") == tuple(names)


def test_encode_column_names__is_a_named_integer_vector() -> None:
    expected = RVector(
        "integer", np.array([1, 2], np.int32), {"names": RVector("string", ["a", "b"])}
    )
    assert encode_column_names(["a", "b"]) == encode_r(expected)


NAMES = RVector("string", ["a", "b"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "found NULL"),
        (NAMES, "found a string vector"),
        (RVector("integer", np.arange(3, dtype=np.int32), {"names": NAMES}), "3 columns, but 2"),
        (RVector("integer", np.arange(2, dtype=np.int32)), "2 columns, but 0 names"),
        (RVector("real", np.zeros(0), {"names": RVector("string", [])}), "expected 1 to"),
        (
            RVector("real", np.zeros(2), {"names": RVector("string", ["a", "a"])}),
            "'a' occurs twice",
        ),
    ],
)
def test_decode_column_names__other_objects(value: RVector | None, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        decode_column_names(encode_r(value), ".colnames")


@pytest.mark.parametrize("names", [[], [""], ["a", "a"]])
def test_encode_column_names__refuses(names: list[str]) -> None:
    with pytest.raises(ValueError, match="distinct names"):
        encode_column_names(names)


def test_decode_column_names__spoilt_copies() -> None:
    for copy in spoilt_copies(encode_column_names(["liver", "lung", "spleen"])):
        try:
            names = decode_column_names(copy, ".colnames")
        except (CorruptFileError, UnsupportedError):
            continue
        assert len(names) == 3
