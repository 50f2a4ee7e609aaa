"""Coordinates of iterator steps against slow oracles."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr._ext import steps
from misha_xr.testing.windows import cut_pairs, fixed_steps

RECORD = np.dtype([("start", "<i8"), ("end", "<i8"), ("value", "<f4")])


def columns(windows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(windows, np.int64).reshape(-1, 3)
    return table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy()


def filled_bins(runs, step, dtype=np.int32) -> list[tuple[int, ...]]:
    n = len(fixed_steps(runs, step))
    out = [np.full(n, -7, dtype), *(np.full(n, -7, np.int64) for _ in range(3))]
    steps.fill_bins(*columns(runs), np.arange(len(runs)), step, *out)
    return list(zip(*(column.tolist() for column in out), strict=True))


@st.composite
def windows_on(draw, n_chroms=3, size=60, max_size=6) -> list[tuple[int, int, int]]:
    rows = []
    for _ in range(draw(st.integers(0, max_size))):
        start = draw(st.integers(0, size - 1))
        end = draw(st.integers(start + 1, size))
        rows.append((draw(st.integers(0, n_chroms - 1)), start, end))
    return rows


@st.composite
def iterator_rows(draw, n_chroms=3, size=60) -> list[tuple[int, int, int]]:
    """Draw sorted intervals that do not overlap but may touch."""
    rows = []
    for code in range(n_chroms):
        cuts = sorted(draw(st.sets(st.integers(0, size), max_size=20)))
        pieces = list(itertools.pairwise(cuts))
        rows += [(code, start, end) for start, end in pieces if draw(st.booleans())]
    return rows


def pairs_of_scope(items, scope) -> tuple[np.ndarray, np.ndarray]:
    """Return the first item and the first pair of each scope row (pairs: one more)."""
    firsts, counts = [], [0]
    for code, left, right in scope:
        hits = [
            i for i, (c, s, e) in enumerate(items) if c == code and max(s, left) < min(e, right)
        ]
        firsts.append(hits[0] if hits else 0)
        counts.append(len(hits))
    return np.array(firsts, np.int64), np.cumsum(counts, dtype=np.int64)


def new_columns(n: int) -> list[np.ndarray]:
    return [np.full(n, -7, np.int32), *(np.full(n, -7, np.int64) for _ in range(4))]


def test_fill_bins__scope_cuts_both_ends() -> None:
    assert filled_bins([(0, 3, 47)], 20) == [(0, 3, 20, 0), (0, 20, 40, 0), (0, 40, 47, 0)]


def test_fill_bins__run_inside_one_bin_beyond_32_bits() -> None:
    assert filled_bins([(1, 2**40, 2**40 + 1)], 2**35) == [(1, 2**40, 2**40 + 1, 0)]


@pytest.mark.parametrize("kept", range(5))
def test_fill_bins__none_skips_a_column(kept) -> None:
    runs = [(2, 3, 47), (0, 0, 20)]
    full = new_columns(4)[:4]
    steps.fill_bins(*columns(runs), np.array([5, 9]), 20, *full)
    some = [column if i == kept else None for i, column in enumerate(new_columns(4)[:4])]
    steps.fill_bins(*columns(runs), np.array([5, 9]), 20, *some)
    for column, expected in zip(some, full, strict=True):
        assert column is None or column.tolist() == expected.tolist()


@settings(max_examples=500)
@given(windows_on(), st.integers(1, 80), st.sampled_from([np.int8, np.int16, np.int32]))
def test_fill_bins__oracle(runs, step, dtype) -> None:
    assert filled_bins(runs, step, dtype) == fixed_steps(runs, step)


def test_cut_pairs__overlapping_scope_rows() -> None:
    items, scope = [(0, 10, 20), (0, 60, 120)], [(0, 0, 100), (0, 50, 150)]
    firsts, offsets = pairs_of_scope(items, scope)
    out = new_columns(3)
    steps.cut_pairs(*columns(items)[1:], *columns(scope), firsts, offsets, 0, 3, *out)
    assert list(zip(*out, strict=True)) == [
        (0, 10, 20, 0, 0), (0, 60, 100, 0, 1), (0, 60, 120, 1, 1),
    ]  # fmt: skip


@settings(max_examples=500)
@given(iterator_rows(), windows_on(), st.integers(1, 9))
def test_cut_pairs__oracle_in_any_blocks(items, scope, block) -> None:
    firsts, offsets = pairs_of_scope(items, scope)
    expected, got = cut_pairs(items, scope), []
    for lo in range(0, len(expected), block):
        hi = min(lo + block, len(expected))
        out = new_columns(hi - lo)
        steps.cut_pairs(*columns(items)[1:], *columns(scope), firsts, offsets, lo, hi, *out)
        got += list(zip(*(column.tolist() for column in out), strict=True))
        assert [items[row[4]][0] for row in got] == [row[0] for row in got]
    assert [row[:4] for row in got] == expected


@settings(max_examples=500)
@given(iterator_rows(), windows_on(), st.integers(1, 9), st.sampled_from([0, 4]))
def test_sparse_steps__oracle_in_any_blocks(items, scope, block, header) -> None:
    raw, offsets, before = b"\x55", [], []
    for code in range(3):
        offsets.append(len(raw))
        before.append(sum(item[0] < code for item in items))
        records = np.array([(s, e, 0) for c, s, e in items if c == code], RECORD)
        raw += b"\xff" * header + records.tobytes()
    firsts, pairs = pairs_of_scope(items, scope)
    for row, (code, _, _) in enumerate(scope):
        firsts[row] -= before[code]
    table = [np.frombuffer(raw, np.uint8), header, 0, np.array(offsets, np.int64)]
    expected, got = cut_pairs(items, scope), []
    for lo in range(0, len(expected), block):
        hi = min(lo + block, len(expected))
        out = new_columns(hi - lo)
        steps.sparse_steps(*table, *columns(scope), firsts, pairs, lo, hi, *out)
        got += list(zip(*(column.tolist() for column in out), strict=True))
    assert [row[:4] for row in got] == expected


def test_cut_pairs__no_pairs() -> None:
    nothing = np.zeros(0, np.int64)
    steps.cut_pairs(
        nothing, nothing, *columns([]), nothing, np.zeros(1, np.int64), 0, 0, *new_columns(0)
    )
