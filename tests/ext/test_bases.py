"""Copies of bases, against slices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext import bases
from misha_xr.formats.bases import complement_table
from misha_xr.testing.sequences import LETTERS, turn_oracle

NO_STRANDS = np.empty(0, np.uint8)
ROW = st.tuples(st.integers(0, 60), st.integers(0, 60), st.booleans())


def request(rows: list[tuple[int, int, bool]], size: int) -> tuple[np.ndarray, ...]:
    """Return firsts, lengths, strands of rows cut to the data."""
    cut = [(min(first, size), min(n, size - min(first, size)), minus) for first, n, minus in rows]
    firsts, lengths, minus = np.array(cut, np.int64).reshape(-1, 3).T
    return firsts.copy(), lengths.copy(), minus.astype(np.uint8)


@given(st.text(LETTERS, max_size=99), st.lists(ROW, max_size=9), st.booleans(), st.randoms())
def test_copies__like_slices(text: str, rows: list, stranded: bool, chance) -> None:
    data = np.frombuffer(text.encode(), np.uint8)
    firsts, lengths, minus = request(rows, len(text))
    strands = minus if stranded else NO_STRANDS
    expected = [
        turn_oracle(text[a : a + n]) if stranded and turned else text[a : a + n]
        for a, n, turned in zip(firsts, lengths, minus, strict=True)
    ]
    order = np.array(chance.sample(range(len(rows)), len(rows)), np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    out = np.zeros(offsets[-1], np.uint8)
    parts = (data, order, firsts[order])
    assert bases.copy_bases(*parts, strands, complement_table(), offsets, out) == -1
    assert out.tobytes().decode() == "".join(expected)
    texts = [""] * len(rows)
    found = bases.copy_strings(*parts, lengths[order], strands, complement_table(), texts)
    assert found == -1
    assert texts == expected
    assert {*map(hash, texts)} == {*map(hash, expected)}


@pytest.mark.parametrize("byte", [0, 10, 32, 64, 91, 96, 123, 127, 128, 193, 225, 255])
@pytest.mark.parametrize("size", [1, 31, 100])
@pytest.mark.parametrize("minus", [0, 1])
def test_copies__a_byte_that_is_no_letter(byte: int, size: int, minus: int) -> None:
    for place in {0, size // 2, size - 1}:
        data = np.full(2 * size, ord("A"), np.uint8)
        data[size + place] = byte
        rows, firsts = np.arange(2), np.array([0, size])
        strands = np.full(2, minus, np.uint8)
        out = np.zeros(2 * size, np.uint8)
        offsets = np.array([0, size, 2 * size])
        given_data = (data, rows, firsts)
        assert bases.copy_bases(*given_data, strands, complement_table(), offsets, out) == 1
        lengths, texts = np.full(2, size), ["", ""]
        found = bases.copy_strings(*given_data, lengths, strands, complement_table(), texts)
        assert found == 1


def test_copies__every_letter_passes() -> None:
    letters = bytes(k for k in range(128) if chr(k).isalpha()) + b"-*."
    data, texts = np.frombuffer(letters, np.uint8), [""]
    zero, n = np.zeros(1, np.int64), np.array([len(letters)])
    assert bases.copy_strings(data, zero, zero, n, NO_STRANDS, complement_table(), texts) == -1
    assert texts[0].encode() == letters


def test_convert_texts__names_the_first_that_is_no_str() -> None:
    out = ["", "", ""]
    assert bases.convert_texts(["A", None, 5], complement_table(), True, out) == 1  # type: ignore[list-item]
