"""Overlap joins of arrays against a loop over all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import IntervalError
from misha_xr.intervals import Intervals
from misha_xr.intervals.joins import count_overlaps, overlap_pairs
from misha_xr.testing.interval_joins import Row, overlap_pairs_oracle


def pack(rows: list[Row]) -> Intervals:
    """Make intervals of tuples."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Intervals(table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy())


@st.composite
def row_lists(draw: st.DrawFn, max_rows: int = 40) -> list[Row]:
    """Intervals on few or many chromosomes, crowded: one-base, touching, nested, repeated."""
    n_chroms = draw(st.sampled_from([1, 2, 100]))
    row = st.tuples(
        st.integers(0, n_chroms - 1), st.integers(0, 30), st.sampled_from([1, 1, 2, 5, 9, 40])
    )
    rows = [
        (code, start, start + width)
        for code, start, width in draw(st.lists(row, max_size=max_rows))
    ]
    return sorted(rows) if draw(st.booleans()) else rows


@settings(max_examples=300)
@given(row_lists(), row_lists(), st.sampled_from([1, 1, 2, 5]))
def test_overlap_pairs__against_oracle(ones: list[Row], twos: list[Row], least: int) -> None:
    expected = overlap_pairs_oracle(ones, twos, least)
    found = overlap_pairs(pack(ones), pack(twos), min_overlap=least)
    assert list(zip(*(part.tolist() for part in found), strict=True)) == expected
    counts = count_overlaps(pack(ones), pack(twos), min_overlap=least)
    assert counts.tolist() == [sum(i == k for i, _ in expected) for k in range(len(ones))]


@given(row_lists(), row_lists())
def test_overlap_pairs__unmatched(ones: list[Row], twos: list[Row]) -> None:
    matched = overlap_pairs_oracle(ones, twos)
    missing = set(range(len(ones))) - {i for i, _ in matched}
    found = overlap_pairs(pack(ones), pack(twos), keep_unmatched=True)
    pairs = list(zip(*(part.tolist() for part in found), strict=True))
    assert pairs == sorted(matched + [(i, -1) for i in missing])


def test_overlap_pairs__long_intervals_do_not_hide_short_ones() -> None:
    # 5,000 rows need three levels of blocks; a long one at the head reaches over all of them.
    starts = np.arange(0, 50_000, 10)
    twos = Intervals(np.zeros(5000, "i4"), starts, starts + 5)
    twos.ends[0], twos.ends[100] = 60_000, 30_000
    ones = Intervals(np.zeros(2, "i4"), np.array([29_990, 55_000]), np.array([30_001, 56_000]))
    assert overlap_pairs(ones, twos)[1].tolist() == [0, 100, 2999, 3000, 0]
    assert count_overlaps(ones, twos).tolist() == [4, 1]
    shuffled = np.random.default_rng(0).permutation(5000)
    found = overlap_pairs(ones, twos.take(shuffled))
    assert sorted(shuffled[found[1][:4]].tolist()) == [0, 100, 2999, 3000]


@pytest.mark.parametrize("least", [0, -1, 1.5])
def test_overlap_pairs__min_overlap_is_checked(least: float) -> None:
    with pytest.raises(IntervalError, match="min_overlap must be a whole number"):
        overlap_pairs(pack([]), pack([]), min_overlap=least)


def test_count_overlaps__many_contigs() -> None:
    codes = np.arange(100_000, dtype=np.int32)
    one = Intervals(codes[::-1].copy(), np.zeros(100_000, int), np.full(100_000, 5))
    two = Intervals(codes[::2].copy(), np.full(50_000, 4), np.full(50_000, 9))
    assert count_overlaps(one, two).tolist() == [0, 1] * 50_000
