"""Block statistics and intervals of true steps against slow oracles."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr._ext import statistics
from misha_xr.testing.windows import fixed_steps, true_intervals


def summarize(*blocks) -> np.ndarray:
    summary = np.empty(6)
    statistics.start_summary(summary)
    for block in blocks:
        statistics.add_to_summary(summary, np.array(block, np.float64))
    return summary


def expected_summary(values) -> list[float]:
    seen = [value for value in values if not math.isnan(value)]
    total = math.fsum(seen)
    mean = total / len(seen) if seen else 0.0
    return [
        len(seen), len(values) - len(seen), min(seen, default=math.inf),
        max(seen, default=-math.inf), total, math.fsum((value - mean) ** 2 for value in seen),
    ]  # fmt: skip


def assert_summary(summary, values) -> None:
    expected = expected_summary(values)
    np.testing.assert_array_equal(summary[:4], expected[:4])
    # Sums associate in lanes and pieces, the oracle with fsum.
    size = sum(abs(value) for value in values if not math.isnan(value))
    assert abs(summary[4] - expected[4]) <= 1e-14 * size
    np.testing.assert_allclose(summary[5], expected[5], rtol=1e-9, atol=1e-20 * size**2)


def columns(windows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array([row[:3] for row in windows], np.int64).reshape(-1, 3)
    return table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy()


def new_columns(n: int) -> list[np.ndarray]:
    return [np.full(n, -7, np.int32), np.full(n, -7, np.int64), np.full(n, -7, np.int64)]


def true_bins(mask, runs, step) -> list[tuple[int, int, int]]:
    mask = np.array(mask, np.uint8)
    codes, starts, ends = columns(runs)
    out = new_columns(statistics.count_true_bins(mask, starts, ends, step))
    n = statistics.fill_true_bins(mask, codes, starts, ends, step, *out)
    return list(zip(*(column[:n].tolist() for column in out), strict=True))


def true_steps(mask, rows) -> list[tuple[int, int, int]]:
    mask = np.array(mask, np.uint8)
    out = new_columns(statistics.count_true_steps(mask, *columns(rows)))
    n = statistics.fill_true_steps(mask, *columns(rows), *out)
    return list(zip(*(column[:n].tolist() for column in out), strict=True))


@st.composite
def runs_in_order(draw) -> list[tuple[int, int, int]]:
    """Draw sorted runs that do not overlap but may touch, on two chromosomes."""
    rows = []
    for code in range(2):
        cuts = sorted(draw(st.sets(st.integers(0, 200), max_size=6)))
        pieces = list(itertools.pairwise(cuts))
        rows += [(code, start, end) for start, end in pieces if draw(st.integers(0, 3))]
    return rows


values = st.lists(
    st.one_of(st.just(math.nan), st.floats(-1e9, 1e9), st.floats(1e6, 1e6 + 1)), max_size=40
)


def test_add_to_summary__example_of_the_semantics() -> None:
    summary = summarize([0, 1, 2, 3, 4, math.nan, math.nan, 7, 8, 9])
    assert summary[:5].tolist() == [8, 2, 0, 9, 34]
    assert round(math.sqrt(summary[5] / 7), 6) == 3.370036


@pytest.mark.parametrize("blocks", [[], [[]], [[math.nan]], [[], [math.nan, math.nan]]])
def test_add_to_summary__no_values(blocks) -> None:
    n_nan = sum(len(block) for block in blocks)
    assert summarize(*blocks).tolist() == [0, n_nan, math.inf, -math.inf, 0, 0]


def test_add_to_summary__infinity_is_a_value() -> None:
    assert summarize([1, math.inf, -math.inf])[:4].tolist() == [3, 0, -math.inf, math.inf]


@pytest.mark.parametrize("offset", [0, 1e6, 1e9, 1e12])
def test_add_to_summary__many_values_beside_an_offset(offset) -> None:
    block = np.random.default_rng(0).normal(size=100_003) + offset
    summary = summarize(block[:70_001], block[70_001:])
    assert abs(summary[4] - math.fsum(block)) <= 1e-15 * np.abs(block).sum()
    # Joined pieces lose offset / sd units of rounding (Chan, Golub and LeVeque 1983); the
    # textbook formula loses the square of that, all digits from 1e8 on.
    rtol = 1e-13 + np.finfo(float).eps * offset
    np.testing.assert_allclose(summary[5], np.var(block - offset) * block.size, rtol=rtol)


def test_add_to_summary__equal_values_do_not_vary() -> None:
    assert summarize([0.1] * 5000)[5] <= 1e-25


@settings(max_examples=500)
@given(st.lists(values, max_size=5))
def test_add_to_summary__oracle(blocks) -> None:
    assert_summary(summarize(*blocks), list(itertools.chain(*blocks)))


@settings(max_examples=500)
@given(values, values)
def test_join_summaries__oracle(first, later) -> None:
    summary = summarize(first)
    statistics.join_summaries(summary, summarize(later))
    assert_summary(summary, first + later)


def test_true_bins__joins_across_runs() -> None:
    runs = [(0, 3, 20), (0, 20, 31), (1, 31, 40)]
    assert true_bins([0, 1, 1, 1, 1, 1], runs, 10) == [(0, 10, 31), (1, 31, 40)]


@pytest.mark.parametrize("value", [0, 1])
@pytest.mark.parametrize("n", [1, 7, 8, 9, 64, 65])
def test_true_bins__all_the_same(value, n) -> None:
    expected = [(0, 0, 5 * n)] if value else []
    assert true_bins([value] * n, [(0, 0, 5 * n)], 5) == expected


@settings(max_examples=500)
@given(st.data(), runs_in_order(), st.integers(1, 30))
def test_true_bins__oracle(data, runs, step) -> None:
    rows = fixed_steps(runs, step)
    mask = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    assert true_bins(mask, runs, step) == true_intervals(mask, rows)
    assert true_steps(mask, rows) == true_intervals(mask, rows)


@settings(max_examples=500)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 20), st.integers(1, 9), st.booleans()),
        max_size=12,
    )
)
def test_true_steps__oracle_in_any_order(drawn) -> None:
    rows = [(code, start, start + size, 0) for code, start, size, _ in drawn]
    mask = [passed for *_, passed in drawn]
    assert true_steps(mask, rows) == true_intervals(mask, rows)
