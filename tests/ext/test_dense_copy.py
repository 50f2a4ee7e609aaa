"""Mended copies of dense bins, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext import dense_copy

SPECIAL = st.sampled_from([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4e38])
VALUES = st.lists(st.floats(-9, 9, width=32) | SPECIAL, max_size=70)


def copied(data: np.ndarray, starts: list[int], counts: list[int]) -> np.ndarray:
    out = np.full(sum(counts), 77, np.float32)
    where = np.array(starts, np.int64), np.array(counts, np.int64)
    dense_copy.copy_stretches(data, *where, out.view(np.uint8))
    return out


@given(st.lists(st.tuples(VALUES, st.booleans()), max_size=5), st.integers(0, 7))
def test_copy_stretches__any_order_and_alignment(
    parts: list[tuple[list[float], bool]], shift: int
) -> None:
    arrays = [np.array(values, np.float32) for values, _ in parts]
    data, starts = bytes(shift), []
    for array, (_, is_missing) in zip(arrays, parts, strict=True):
        starts.append(-1 if is_missing else len(data))
        data += array.tobytes() + b"\x01"
    seen = [
        np.full(len(array), np.nan) if is_missing else np.where(np.isinf(array), np.nan, array)
        for array, (_, is_missing) in zip(arrays, parts, strict=True)
    ]
    order = slice(None, None, -1)
    out = copied(
        np.frombuffer(data, np.uint8), starts[order], [len(array) for array in arrays][order]
    )
    np.testing.assert_array_equal(out, np.concatenate([np.empty(0), *seen[order]]))


@given(VALUES, st.integers(0, 5))
def test_has_infinity__like_numpy(values: list[float], shift: int) -> None:
    array = np.array(values, np.float32)
    data = np.frombuffer(bytes(shift) + array.tobytes(), np.uint8)[shift:]
    assert dense_copy.has_infinity(data) is bool(np.isinf(array).any())


@pytest.mark.parametrize("place", [0, 1_048_576, 1_048_577, 1_200_000])
def test_copy_stretches__long_ones(place: int) -> None:
    values = np.arange(1_200_001, dtype=np.float32)
    assert not dense_copy.has_infinity(values.view(np.uint8))
    values[place] = -np.inf
    assert dense_copy.has_infinity(values.view(np.uint8))
    out = copied(values.view(np.uint8), [4], [1_200_000])
    np.testing.assert_array_equal(out, np.where(np.isinf(values), np.nan, values)[1:])


def test_copy_stretches__keeps_the_bits_of_everything_else() -> None:
    bits = np.array([0x7FC00001, 0xFFC00000, 0x7F800001, 0x80000000, 1], np.uint32)
    assert copied(bits.view(np.uint8), [0], [5]).view(np.uint32).tolist() == bits.tolist()
    infinities = np.array([0x7F800000, 0xFF800000], np.uint32)
    assert copied(infinities.view(np.uint8), [0], [2]).view(np.uint32).tolist() == [0x7FC00000] * 2
