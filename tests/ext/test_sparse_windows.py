"""Reductions of sparse records in windows: examples of the semantics, and a slow oracle."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr._ext import sparse_windows
from misha_xr.testing.windows import (
    fixed_steps,
    nearest_record,
    records_seen,
    reduce_values,
    shifted_window,
)

REDUCERS = sparse_windows.REDUCERS
RECORD = np.dtype([("start", "<i8"), ("end", "<i8"), ("value", "<f4")])
SP = [(100, 200, 10.0), (200, 250, 25.0), (500, 560, 17.0), (600, 700, 44.0)]
SP2 = [(100, 110, 1.0), (150, 155, math.nan), (300, 310, 3.0)]


def shared_arguments(func, q, chroms, sizes, header=4, lead=0) -> list[Any]:
    raw, offsets, lengths = b"\x55" * lead, [], []
    for records in chroms:
        block = b"\xff" * header + np.array(records, RECORD).tobytes() if records else b""
        offsets.append(len(raw))
        lengths.append(len(block))
        raw += block
    tables = [np.array(x, np.int64) for x in (offsets, lengths, sizes)]
    return [REDUCERS[func], q, np.frombuffer(raw, np.uint8), header, 0, *tables]


def coordinates(windows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array([window[:3] for window in windows], np.int64).reshape(-1, 3)
    return table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy()


def reduce_windows(func, chroms, sizes, windows, shifts=(0, 0), q=0.5, **layout) -> np.ndarray:
    out = np.full(len(windows), -77.0)
    arguments = shared_arguments(func, q, chroms, sizes, **layout)
    sparse_windows.reduce_windows(*arguments, *coordinates(windows), *shifts, out)
    return out


def reduce_bins(func, chroms, sizes, runs, step, shifts=(0, 0), q=0.5, **layout) -> np.ndarray:
    out = np.full(len(fixed_steps(runs, step)), -77.0)
    arguments = shared_arguments(func, q, chroms, sizes, **layout)
    sparse_windows.reduce_bins(*arguments, *coordinates(runs), step, *shifts, out)
    return out


def expected_one(func, chroms, sizes, window, shifts=(0, 0), q=0.5) -> float:
    bases = shifted_window(window, shifts, sizes[window[0]])
    if not bases:
        return math.nan
    seen = records_seen(chroms[window[0]], bases)
    if func == "nearest" and not seen:
        return nearest_record(chroms[window[0]], bases)
    return reduce_values(func, seen, q)


def assert_same(func, got, expected) -> None:
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


@st.composite
def genomes(draw) -> tuple[list[int], list[list[tuple[int, int, float]]]]:
    sizes = draw(st.lists(st.integers(1, 120), min_size=1, max_size=5))
    values = st.sampled_from([math.nan, math.inf, -math.inf, 0.0, -1.0, 2.0, 3.5, 1e6])
    chroms = []
    for size in sizes:
        cuts = sorted(draw(st.sets(st.integers(0, size), max_size=40)))
        pieces = list(itertools.pairwise(cuts))
        kept = [piece for piece in pieces if draw(st.integers(0, 3))]
        chroms.append([(start, end, draw(values)) for start, end in kept])
    return sizes, chroms


@st.composite
def windows_on(draw, sizes, max_size=12) -> list[tuple[int, int, int]]:
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
layouts = st.fixed_dictionaries(
    {"header": st.sampled_from([4, 0]), "lead": st.integers(0, 3)},
)


@pytest.mark.parametrize(
    ("func", "window", "expected"),
    [
        ("avg", (230, 620), 86 / 3), ("sum", (230, 620), 86), ("size", (230, 620), 3),
        ("quantile", (230, 620), 21.8), ("min", (230, 620), 17), ("max", (230, 620), 44),
        ("first", (230, 620), 25), ("last", (230, 620), 44), ("exists", (300, 400), 0),
        ("size", (300, 400), 0), ("avg", (300, 400), math.nan), ("avg", (200, 201), 25),
        ("avg", (199, 200), 10), ("avg", (560, 600), math.nan), ("sum", (0, 1000), 96),
        ("stddev", (100, 200), math.nan), ("avg", (700, 1000), math.nan),
        ("nearest", (300, 400), 25), ("nearest", (230, 620), 86 / 3), ("nearest", (750, 760), 44),
        ("lse", (150, 250), 25 + math.log1p(math.exp(-15))), ("lse", (300, 400), math.nan),
    ],
)  # fmt: skip
def test_reduce_windows__examples_of_the_semantics(func, window, expected) -> None:
    got = reduce_windows(func, [SP], [1000], [(0, *window)], q=0.3)
    np.testing.assert_allclose(got, [expected], rtol=1e-12)


def test_reduce_windows__nan_records_are_skipped() -> None:
    windows = [(0, 100, 155), (0, 150, 155), (0, 90, 320)]
    np.testing.assert_array_equal(reduce_windows("size", [SP2], [400], windows), [1, 0, 2])
    np.testing.assert_array_equal(reduce_windows("avg", [SP2], [400], windows), [1, np.nan, 2])


def test_reduce_windows__order_of_windows_is_free() -> None:
    rng = np.random.default_rng(3)
    starts = np.sort(rng.choice(100_000, 2000, replace=False))
    records = [(int(s), int(s) + 1, float(i)) for i, s in enumerate(starts)]
    ordered = [(0, int(s), int(s) + 300) for s in np.sort(rng.integers(0, 99_000, 500))]
    shuffle = rng.permutation(500)
    for func in REDUCERS:
        sorted_result = reduce_windows(func, [records], [100_000], ordered)
        mixed = reduce_windows(func, [records], [100_000], [ordered[k] for k in shuffle])
        np.testing.assert_array_equal(mixed, sorted_result[shuffle])


@settings(max_examples=500)
@given(st.data(), genomes(), st.sampled_from(sorted(REDUCERS)), shifts, st.floats(0, 1), layouts)
def test_reduce_windows__oracle(data, genome, func, shifts, q, layout) -> None:
    sizes, chroms = genome
    rows = data.draw(windows_on(sizes))
    expected = [expected_one(func, chroms, sizes, row, shifts, q) for row in rows]
    assert_same(func, reduce_windows(func, chroms, sizes, rows, shifts, q, **layout), expected)


@settings(max_examples=500)
@given(
    st.data(), genomes(), st.sampled_from(sorted(REDUCERS)), shifts, st.floats(0, 1), layouts,
    st.integers(1, 40),
)  # fmt: skip
def test_reduce_bins__oracle(data, genome, func, shifts, q, layout, step) -> None:
    sizes, chroms = genome
    runs = data.draw(windows_on(sizes, 4))
    rows = fixed_steps(runs, step)
    expected = [expected_one(func, chroms, sizes, row, shifts, q) for row in rows]
    got = reduce_bins(func, chroms, sizes, runs, step, shifts, q, **layout)
    assert_same(func, got, expected)
