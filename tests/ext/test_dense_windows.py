"""Reductions of dense bins in windows: examples of the semantics, and a slow oracle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr._ext import dense_windows
from misha_xr.testing.windows import bins_seen, fixed_steps, reduce_values, shifted_window

REDUCERS = dense_windows.REDUCERS
CHR1 = [math.nan if i in (5, 6) else float(i) for i in range(100)]


@dataclass
class Track:
    """Dense values as kernels see them: one buffer, byte ranges, sizes."""

    bin_size: int
    sizes: list[int]
    values: list[list[float]]
    header: int = 4
    dtype: str = "<f4"
    lead: int = 0

    def payload(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lay the chromosomes out one after another; no values, no payload."""
        raw, offsets, lengths = b"\x55" * self.lead, [], []
        for values in self.values:
            block = (
                b"\x01" * self.header + np.array(values, self.dtype).tobytes() if values else b""
            )
            offsets.append(len(raw))
            lengths.append(len(block))
            raw += block
        return (
            np.frombuffer(raw, np.uint8),
            np.array(offsets, np.int64),
            np.array(lengths, np.int64),
        )

    def arguments(self, func: str, q: float) -> list[Any]:
        """List the arguments that both entries share."""
        data, offsets, lengths = self.payload()
        sizes = np.array(self.sizes, np.int64)
        return [REDUCERS[func], q, data, self.header, 0, offsets, lengths, self.bin_size, sizes]

    def windows(self, func: str, windows, shifts=(0, 0), q: float = 0.5) -> np.ndarray:
        """Reduce windows with the kernel."""
        out = np.full(len(windows), -77.0)
        columns = coordinates(windows)
        item = np.dtype(self.dtype).itemsize
        dense_windows.reduce_windows(*self.arguments(func, q), *columns, *shifts, out, item)
        return out

    def bins(self, func: str, runs, step: int, shifts=(0, 0), q: float = 0.5) -> np.ndarray:
        """Reduce fixed bins with the kernel."""
        out = np.full(len(fixed_steps(runs, step)), -77.0)
        item = np.dtype(self.dtype).itemsize
        arguments = [*self.arguments(func, q), *coordinates(runs), step, *shifts, out, item]
        dense_windows.reduce_bins(*arguments)
        return out

    def expected(self, func: str, windows, shifts=(0, 0), q: float = 0.5) -> list[float]:
        """Reduce windows with the oracle."""
        return [self.expected_one(func, window, shifts, q) for window in windows]

    def expected_one(self, func: str, window, shifts, q: float) -> float:
        """Reduce one window with the oracle."""
        code = window[0]
        bases = shifted_window(window, shifts, self.sizes[code])
        if not bases:
            return math.nan
        stored = np.array(self.values[code], self.dtype).tolist()
        return reduce_values(func, bins_seen(stored, self.bin_size, bases), q)


def coordinates(windows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array([window[:3] for window in windows], np.int64).reshape(-1, 3)
    return table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy()


def assert_same(func: str, got, expected) -> None:
    # Sums associate in lanes, the oracle with fsum: 1e-12 of the values (|v| <= 1e6).
    sums = {
        "avg": 1e-9,
        "nearest": 1e-9,
        "sum": 1e-8,
        "stddev": 1e-7,
        "quantile": 1e-9,
        "lse": 1e-9,
    }
    tolerance = sums.get(func, 0)
    np.testing.assert_allclose(got, expected, rtol=1e-12 if tolerance else 0, atol=tolerance)


values = st.one_of(
    st.sampled_from([math.nan, math.nan, math.inf, -math.inf, 0.0, -1.0, 2.0, 2.0]),
    st.floats(-1e6, 1e6, width=32),
)


@st.composite
def tracks(draw) -> Track:
    bin_size = draw(st.integers(1, 7))
    sizes = draw(st.lists(st.integers(1, 120), min_size=1, max_size=5))
    lists = []
    for size in sizes:
        whole = -(-size // bin_size)
        shorter = draw(st.sampled_from([0, 0, 0, 1, whole]))
        n = max(whole - shorter, 0)
        lists.append(draw(st.lists(values, min_size=n, max_size=n)))
    dtype, header = draw(st.sampled_from([("<f4", 4), ("<f4", 0), ("<f8", 0)]))
    return Track(bin_size, sizes, lists, header, dtype, draw(st.integers(0, 3)))


@st.composite
def windows_on(draw, sizes: list[int], max_size: int = 8) -> list[tuple[int, int, int]]:
    rows = []
    for _ in range(draw(st.integers(0, max_size))):
        code = draw(st.integers(0, len(sizes) - 1))
        start = draw(st.integers(0, sizes[code] - 1))
        rows.append((code, start, draw(st.integers(start + 1, sizes[code]))))
    return rows


shifts = st.one_of(
    st.just((0, 0)),
    st.tuples(st.integers(-150, 150), st.integers(-150, 150)),
    st.tuples(st.integers(-9, 2), st.integers(-2, 9)),
)


@pytest.mark.parametrize(
    ("func", "window", "expected"),
    [
        ("avg", (40, 75), 5.5), ("avg", (105, 135), 11.5), ("avg", (50, 70), math.nan),
        ("sum", (40, 75), 11), ("sum", (105, 135), 46), ("sum", (50, 70), math.nan),
        ("min", (40, 75), 4), ("max", (40, 75), 7), ("max", (50, 70), math.nan),
        ("stddev", (40, 75), 2.12132034), ("stddev", (105, 135), 1.29099445),
        ("stddev", (40, 50), math.nan), ("stddev", (50, 70), math.nan),
        ("size", (50, 70), 0), ("size", (230, 620), 39), ("exists", (50, 70), 0),
        ("exists", (40, 75), 1), ("first", (40, 75), 4), ("last", (40, 75), 7),
        ("first", (50, 70), math.nan), ("quantile", (40, 75), 4.9),
        ("quantile", (50, 70), math.nan), ("lse", (40, 75), 7.04858735), ("nearest", (40, 75), 5.5),
        ("lse", (50, 70), math.nan), ("nearest", (50, 70), math.nan),
    ],
)  # fmt: skip
def test_reduce_windows__examples_of_the_semantics(func, window, expected) -> None:
    got = Track(10, [1000], [CHR1]).windows(func, [(0, *window)], q=0.3)
    np.testing.assert_allclose(got, [expected], rtol=1e-8)


@pytest.mark.parametrize(
    ("window", "shifts", "avg", "size"),
    [
        ((0, 10), (-20, 20), 1.0, 3), ((100, 110), (-20, 20), 10.0, 5),
        ((980, 1000), (-20, 20), 97.5, 4), ((100, 110), (-20, -20), 8.0, 1),
        ((980, 1000), (-20, -20), 96.5, 2), ((0, 10), (-20, -20), math.nan, math.nan),
        ((100, 110), (20, -20), math.nan, math.nan),
    ],
)  # fmt: skip
def test_reduce_windows__shifts(window, shifts, avg, size) -> None:
    track = Track(10, [1000], [CHR1])
    np.testing.assert_array_equal(track.windows("avg", [(0, *window)], shifts), [avg])
    np.testing.assert_array_equal(track.windows("size", [(0, *window)], shifts), [size])


def test_reduce_bins__scope_cuts_both_ends() -> None:
    got = Track(10, [1000], [CHR1]).bins("avg", [(0, 3, 47)], 10)
    np.testing.assert_array_equal(got, [0, 1, 2, 3, 4])


@pytest.mark.parametrize("func", REDUCERS)
@pytest.mark.parametrize("step", [1, 5, 7, 300])
def test_reduce_bins__no_payload(func, step) -> None:
    track = Track(5, [23], [[]])
    runs = [(0, 0, 23)]
    np.testing.assert_array_equal(
        track.bins(func, runs, step), track.expected(func, fixed_steps(runs, step))
    )


@pytest.mark.parametrize("func", REDUCERS)
def test_reduce_windows__long_windows(func) -> None:
    rng = np.random.default_rng(0)
    stored = rng.normal(size=3000).astype("f4")
    stored[rng.random(3000) < 0.1] = np.nan
    track = Track(1, [3000], [stored.tolist()], lead=1)
    lengths = [*range(1, 140), *range(140, 700, 11)]
    rows = [(0, int(s), int(s) + n) for n in lengths for s in rng.integers(0, 2300, 2)]
    assert_same(func, track.windows(func, rows, q=0.37), track.expected(func, rows, q=0.37))


@pytest.mark.parametrize("dtype", ["<f4", "<f8"])
def test_reduce_windows__stddev_beside_a_large_offset(dtype) -> None:
    stored = (1e6 + np.arange(64) % 4 * 0.25).tolist()
    got = Track(1, [64], [stored], 0, dtype).windows("stddev", [(0, 0, 64)])
    np.testing.assert_allclose(got, np.std(stored, ddof=1), rtol=1e-12)


def test_reduce_windows__stddev_of_equal_values_is_zero() -> None:
    got = Track(1, [50], [[0.1] * 50]).windows("stddev", [(0, 0, n) for n in range(2, 51)])
    np.testing.assert_array_equal(got, 0)


@pytest.mark.parametrize("order", ["rising", "falling", "equal", "organ pipe", "two values"])
def test_reduce_windows__quantile_of_hard_orders(order) -> None:
    x = np.arange(5000.0)
    stored = {
        "rising": x, "falling": x[::-1], "equal": x * 0, "organ pipe": np.minimum(x, x[::-1]),
        "two values": x % 2,
    }[order]  # fmt: skip
    track = Track(1, [5000], [stored.tolist()])
    for q in (0, 0.25, 0.5, 0.9999, 1):
        got = track.windows("quantile", [(0, 0, 5000), (0, 1, 5000)], q=q)
        assert got.tolist() == [np.quantile(stored, q), np.quantile(stored[1:], q)]


def test_reduce_bins__blocks_do_not_change_bits() -> None:
    stored = np.random.default_rng(1).normal(size=4000).tolist()
    track = Track(3, [12000], [stored])
    for func in REDUCERS:
        whole = track.bins(func, [(0, 0, 12000)], 50, (-70, 33))
        parts = track.bins(func, [(0, s, s + 1000) for s in range(0, 12000, 1000)], 50, (-70, 33))
        windows = track.windows(func, fixed_steps([(0, 0, 12000)], 50), (-70, 33))
        np.testing.assert_array_equal(whole, parts)
        np.testing.assert_array_equal(whole, windows)


def test_reduce_windows__positions_beyond_32_bits() -> None:
    track = Track(2**30, [2**34], [[float(i) for i in range(16)]])
    got = track.windows("avg", [(0, 2**33, 2**33 + 1), (0, 2**34 - 1, 2**34)])
    np.testing.assert_array_equal(got, [8, 15])


def test_reduce_windows__first_code() -> None:
    data = np.array([1, 2], "<f4").view(np.uint8)
    out = np.empty(1)
    dense_windows.reduce_windows(
        REDUCERS["sum"], 0, data, 0, 2, np.array([0]), np.array([8]), 5, np.array([3, 4, 10]),
        np.array([2], np.int32), np.array([0]), np.array([10]), 0, 0, out,
    )  # fmt: skip
    assert out[0] == 3


def test_reduce_windows__no_windows() -> None:
    assert Track(5, [23], [[]]).windows("avg", []).size == 0
    assert Track(5, [23], [[]]).bins("avg", [], 5).size == 0


@settings(max_examples=500)
@given(st.data(), tracks(), st.sampled_from(sorted(REDUCERS)), shifts, st.floats(0, 1))
def test_reduce_windows__oracle(data, track, func, shifts, q) -> None:
    rows = data.draw(windows_on(track.sizes))
    assert_same(func, track.windows(func, rows, shifts, q), track.expected(func, rows, shifts, q))


@settings(max_examples=500)
@given(
    st.data(), tracks(), st.sampled_from(sorted(REDUCERS)), shifts, st.floats(0, 1),
    st.one_of(st.integers(1, 40), st.sampled_from(["bin", "3 bins"])),
)  # fmt: skip
def test_reduce_bins__oracle(data, track, func, shifts, q, step) -> None:
    if isinstance(step, str):
        step = track.bin_size * (3 if step == "3 bins" else 1)
    runs = data.draw(windows_on(track.sizes, 4))
    expected = track.expected(func, fixed_steps(runs, step), shifts, q)
    assert_same(func, track.bins(func, runs, step, shifts, q), expected)
