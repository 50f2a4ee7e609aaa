"""Neighbors of 2D intervals against a loop over all pairs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.intervals import Rectangles
from misha_xr.intervals import neighbor_planes as module
from misha_xr.intervals.neighbor_planes import nearest2d, neighbors2d
from misha_xr.testing.interval_joins import Row, neighbors2d_oracle

C2 = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def pack(rows: list[tuple[Row, Row]]) -> Rectangles:
    """Make rectangles of tuples."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 6).T.copy()
    codes1, codes2 = table[0].astype(np.int32), table[3].astype(np.int32)
    return Rectangles(codes1, table[1], table[2], codes2, table[4], table[5])


@st.composite
def sides(draw: st.DrawFn) -> Row:
    """One interval on one of two chromosomes."""
    start = draw(st.integers(0, 40))
    return draw(st.integers(0, 1)), start, start + draw(st.sampled_from([1, 3, 10, 50]))


ROWS = st.lists(st.tuples(sides(), sides()), max_size=25)
BOUNDS = st.sampled_from([(-math.inf, math.inf), (0, 0), (3, 12), (-5, 7), (-9, -1), (0.5, 10.5)])


@pytest.mark.parametrize("block", [1, 1 << 20])
@settings(max_examples=200)
@given(ROWS, ROWS, st.integers(1, 5), BOUNDS, BOUNDS)
def test_nearest2d__against_oracle(block, ones, twos, k, bounds1, bounds2) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK_ITEMS", block)
        found = nearest2d(pack(ones), pack(twos), k, bounds1=bounds1, bounds2=bounds2)
    pairs = list(zip(*(part.tolist() for part in found), strict=True))
    assert pairs == neighbors2d_oracle(ones, twos, k, bounds1=bounds1, bounds2=bounds2)


def test_neighbors2d__columns_and_order() -> None:
    one = pd.DataFrame([("chr1", 100, 110, "chr1", 200, 210)], columns=C2).assign(x="q")
    rows = [
        ("chr1", 80, 90, "chr1", 205, 230),
        ("chr1", 130, 140, "chr1", 150, 160),
        ("chr1", 105, 106, "chr1", 260, 270),
        ("chr1", 112, 120, "chr1", 180, 190),
        ("chr1", 100, 110, "chr2", 200, 210),
    ]
    two = pd.DataFrame(rows, columns=C2).assign(v=range(5))
    found = neighbors2d(one, two, 9)
    assert list(found)[6:] == ["x", "chrom11", "start11", "end11", "chrom21", "start21", "end21",
                               "v", "dist1", "dist2"]  # fmt: skip
    assert found[["v", "dist1", "dist2"]].to_numpy().tolist() == [
        [0, 10, 0],
        [3, 2, 10],
        [2, 0, 50],
        [1, 20, 40],
    ]
    assert neighbors2d(one, two, 9, bounds2=(20, 45))["v"].tolist() == [1]


def test_neighbors2d__unmatched_and_empty() -> None:
    one = pd.DataFrame([("a", 5, 9, "b", 5, 9), ("a", 5, 9, "a", 5, 9)], columns=C2)
    two = one.iloc[1:].assign(n=7)
    assert len(neighbors2d(one, two)) == 1
    kept = neighbors2d(one, two, na_if_notfound=True)
    assert kept["n"].tolist()[1] == 7
    assert kept.loc[0, ["start11", "dist1", "dist2", "n"]].isna().all()
    for left, right in [(one.iloc[:0], two), (one, two.iloc[:0])]:
        empty = neighbors2d(left, right)
        assert (len(empty), "chrom11" in empty, empty["dist1"].dtype) == (0, True, np.float64)
    assert len(neighbors2d(one, two.iloc[:0], na_if_notfound=True)) == 2


def test_neighbors2d__refuses() -> None:
    one = pd.DataFrame([("a", 5, 9, "b", 5, 9)], columns=C2)
    with pytest.raises(IntervalError, match="end"):
        neighbors2d(one, one.drop(columns="end2"))
    with pytest.raises(UnknownChromosomeError, match="b"):
        neighbors2d(one, one, genome={"a": 100})
    with pytest.raises(IntervalError, match=">= 1"):
        neighbors2d(one, one, 0)
