"""Rows resized, moved, extended and flanked: the spec's numbers and slow oracles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.intervals.resizing import extend, flank, force_range, normalize, shift
from misha_xr.testing.genomes import Row
from misha_xr.testing.intervals import pack, row_sets, unpack

SIZES = np.array([1000, 300])


def normalized(row: Row, size: int, chrom_size: int) -> Row:
    """Slide a stretch of some size until it lies on the chromosome."""
    start = (row[1] + row[2] - size) // 2
    while start + size > chrom_size and start > 0:
        start -= 1
    start = max(start, 0)
    return row[0], start, min(start + size, chrom_size)


@given(row_sets(n_sets=1), st.integers(1, 60))
def test_normalize__against_sliding(case: Any, size: int) -> None:
    sizes, rows = case
    found = normalize(pack(rows), size, np.array(sizes))
    assert unpack(found) == [normalized(row, size, sizes[row[0]]) for row in rows]


# Obtained from the peer, which keeps the size; odd sizes included.
NORMALIZED = {
    1: [(104, 105), (105, 106), (2, 3), (994, 995)],
    2: [(104, 106), (104, 106), (1, 3), (994, 996)],
    5: [(102, 107), (103, 108), (0, 5), (992, 997)],
    20: [(95, 115), (95, 115), (0, 20), (980, 1000)],
    2000: [(0, 1000), (0, 1000), (0, 1000), (0, 1000)],
}


@pytest.mark.parametrize("size", NORMALIZED)
def test_normalize__spec_numbers(size: int) -> None:
    rows = pack([(0, 100, 110), (0, 100, 111), (0, 0, 5), (0, 990, 1000)])
    found = normalize(rows, size, SIZES)
    assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == NORMALIZED[size]


def test_normalize__a_size_per_row_without_a_genome() -> None:
    rows = pack([(0, 100, 110), (1, 0, 4)])
    assert unpack(normalize(rows, [5, 10])) == [(0, 102, 107), (1, 0, 10)]


def test_force_range__spec_numbers() -> None:
    rows = [(0, -10, 10), (0, 990, 1100), (1, 310, 320), (0, 8, 8), (0, -5, 0), (0, 9, 3)]
    found, kept = force_range(pack(rows), SIZES)
    assert unpack(found) == [(0, 0, 10), (0, 990, 1000)]
    assert kept.tolist() == [0, 1]
    open_ended, kept = force_range(pack(rows), None)
    assert unpack(open_ended) == [(0, 0, 10), (0, 990, 1100), (1, 310, 320)]


@given(row_sets(n_sets=1), st.lists(st.booleans(), min_size=14, max_size=14))
def test_extend__strand_by_strand(case: Any, minus: list[bool]) -> None:
    rows = case[1]
    is_minus = np.array(minus[: len(rows)])
    expected = [
        (code, start - (3 if m else 7), end + (7 if m else 3))
        for (code, start, end), m in zip(rows, is_minus, strict=True)
    ]
    assert unpack(extend(pack(rows), 7, 3, is_minus)) == expected
    assert unpack(extend(pack(rows), 7, 3)) == [(c, s - 7, e + 3) for c, s, e in rows]


FLANKS = {
    "left": [(0, 40, 50), (0, 40, 50)],
    "right": [(0, 60, 70), (0, 60, 70)],
    "upstream": [(0, 40, 50), (0, 60, 70)],
    "downstream": [(0, 60, 70), (0, 40, 50)],
    "both": [(0, 40, 50), (0, 60, 70), (0, 40, 50), (0, 60, 70)],
}


@pytest.mark.parametrize("side", FLANKS)
def test_flank__sides(side: Any) -> None:
    rows = pack([(0, 50, 60), (0, 50, 60)])
    found, source = flank(rows, 10, side, np.array([False, True]))
    assert unpack(found) == FLANKS[side]
    assert source.tolist() == ([0, 0, 1, 1] if side == "both" else [0, 1])


def test_flank__without_strands_upstream_is_left() -> None:
    rows = pack([(0, 50, 60)])
    assert unpack(flank(rows, 10, "upstream")[0]) == FLANKS["left"][:1]
    assert unpack(flank(rows, 10, "downstream")[0]) == FLANKS["right"][:1]


def test_shift__by_row() -> None:
    assert unpack(shift(pack([(0, 5, 9), (1, 5, 9)]), [-7, 1])) == [(0, -2, 2), (1, 6, 10)]
