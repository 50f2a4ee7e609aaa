"""Bases as indicators against letters compared one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext import one_hot
from misha_xr.testing.training_windows import bases_oracle

TABLE = np.full(256, 5, np.uint8)
TABLE[list(b"NRnr-")] = 4
TABLE[list(b"ACGT")] = TABLE[list(b"acgt")] = range(4)


def encode(text: str, windows: list[tuple[int, bool]], length: int, dtype: type, first: int = 0):
    """Encode windows of one chromosome, which lies behind ``first`` other bytes."""
    data = np.frombuffer(b"\x00" * first + text.encode() + b"\x00", np.uint8)
    n = len(windows)
    starts = np.array([start for start, _ in windows], np.int64)
    flips = np.array([flip for _, flip in windows], np.uint8)
    rows, shifts, sizes = np.arange(n), np.full(n, first), np.full(n, len(text))
    out = np.zeros(n * 4 * length, dtype)
    bad = one_hot.encode(
        data, rows, shifts, sizes, starts, flips, TABLE, length, length, 1, out
    )  # fmt: skip
    return out.reshape(n, 4, length), bad


@given(
    text=st.text("ACGTacgtNRn-", max_size=30),
    windows=st.lists(st.tuples(st.integers(-20, 50), st.booleans()), max_size=6),
    length=st.integers(1, 40),
    dtype=st.sampled_from([np.uint8, np.float32]),
    first=st.integers(0, 3),
)
def test_encode__oracle(text, windows, length, dtype, first):
    found, bad = encode(text, windows, length, dtype, first)

    assert bad == -1
    for (start, flip), one in zip(windows, found, strict=True):
        np.testing.assert_array_equal(one, bases_oracle(text, (start, length, flip)))


@pytest.mark.parametrize(("windows", "bad"), [([(0, False), (2, True)], 1), ([(4, False)], -1)])
def test_encode__names_the_first_window_with_a_byte_that_is_no_letter(windows, bad):
    assert encode("ACG\x02ACG", windows, 2, np.uint8)[1] == bad


def test_encode__channels_last():
    out = np.zeros(12, np.float32)
    zero, one = np.zeros(1, np.int64), np.array([3])
    data = np.frombuffer(b"GAT", np.uint8)
    one_hot.encode(data, zero, zero, one, zero, zero.astype(np.uint8), TABLE, 3, 1, 4, out)
    assert out.reshape(3, 4).argmax(axis=1).tolist() == [2, 0, 3]
