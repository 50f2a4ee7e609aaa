"""Reading across pieces against one whole array."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.backend.pieces import read_pieces


@st.composite
def databases(draw: st.DrawFn) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """Offsets, pieces (some without data), and the whole that readers must see."""
    counts = draw(st.lists(st.integers(0, 6), min_size=1, max_size=5))
    special = st.sampled_from([np.nan, np.inf, -np.inf])
    parts, seen = [], []
    for n in counts:
        values = draw(st.lists(st.floats(0, 9, width=32) | special, min_size=n, max_size=n))
        part = np.array(values, dtype=np.float32)
        is_missing = draw(st.booleans())
        parts.append(part[:0] if is_missing else part)
        seen.append(np.full(n, np.nan, np.float32) if is_missing else part)
    whole = np.concatenate(seen)
    return np.cumsum([0, *counts]), parts, np.where(np.isinf(whole), np.nan, whole)


@given(databases(), st.data())
def test_read_pieces__ranges(database: tuple, data: st.DataObject) -> None:
    offsets, parts, whole = database
    bound = st.integers(0, len(whole))
    step = data.draw(st.sampled_from([1, 1, 2, 3, -1, -2]))
    positions = range(len(whole))[data.draw(bound) : data.draw(bound) : step]
    values = read_pieces(offsets, parts.__getitem__, positions)
    assert values.dtype == np.float32
    np.testing.assert_array_equal(values, whole[np.array(positions, dtype=int)])


@given(databases(), st.data())
def test_read_pieces__arrays(database: tuple, data: st.DataObject) -> None:
    offsets, parts, whole = database
    if not len(whole):
        return
    places = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8))
    positions = np.array(places * 2, dtype=np.int64).reshape(2, -1)
    np.testing.assert_array_equal(
        read_pieces(offsets, parts.__getitem__, positions), whole[positions]
    )


def test_read_pieces__pieces_are_joined() -> None:
    values = np.arange(11, dtype=np.float32)
    values[[5, 10]] = np.inf
    expected = np.where(np.isinf(values), np.nan, values)
    np.testing.assert_array_equal(
        read_pieces(np.array([0, 11]), lambda _: values, range(11)), expected
    )
    np.testing.assert_array_equal(
        read_pieces(np.array([0, 11, 22]), lambda _: values, range(2, 20)),
        np.concatenate([expected, expected])[2:20],
    )


def test_read_pieces__opens_only_what_it_needs() -> None:
    opened: list[int] = []

    def piece(number: int) -> np.ndarray:
        opened.append(number)
        return np.ones(10, dtype=np.float32)

    offsets = np.arange(0, 60, 10)
    read_pieces(offsets, piece, np.array([41, 3, 7]))
    assert sorted(opened) == [0, 4]
    opened.clear()
    read_pieces(offsets, piece, range(12, 32))
    assert opened == [1, 2, 3]


def test_read_pieces__many_small_pieces_in_a_stepped_range() -> None:
    offsets = np.arange(0, 31, 3)
    whole = np.arange(30, dtype=np.float32)
    values = read_pieces(offsets, lambda k: whole[offsets[k] : offsets[k + 1]], range(1, 30, 7))
    assert values.tolist() == [1, 8, 15, 22, 29]


def test_read_pieces__one_piece_without_infinity_is_a_view() -> None:
    values = np.arange(20, dtype=np.float32)
    for positions in (range(3, 9), range(2, 19, 3), range(9, 3, -1)):
        assert np.shares_memory(read_pieces(np.array([0, 20]), lambda _: values, positions), values)
    values[5] = -np.inf
    mended = read_pieces(np.array([0, 20]), lambda _: values, range(3, 9))
    assert np.isnan(mended).tolist() == [False, False, True, False, False, False]
    assert np.isinf(values[5])
