"""Frames of 2D intervals: examples of the semantics, columns, genomes, both routes to codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import misha_xr.accessors  # noqa: F401 - registers df.misha
from misha_xr.errors import BandError, GenomeMismatchError, IntervalError
from misha_xr.genome import Genome, marked_genome
from misha_xr.intervals import (
    band_intersect,
    canonical,
    concat,
    from_intervals2d,
    intersect2d,
    intervals_2d,
    project,
    sort2d,
    union2d,
)
from misha_xr.testing.planes import Box, intersect_oracle, pack_boxes, rectangle_rows, shrink_oracle

GENOME = Genome(["c0", "c1", "c2"], [40, 40, 40])
SIX = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def plain(rows: list[Box]) -> pd.DataFrame:
    """Make a frame without a genome, with an odd index, order of columns and one more column."""
    frame = from_intervals2d(pack_boxes(rows), GENOME).astype({"chrom1": str, "chrom2": str})
    frame.attrs.clear()
    frame["score"] = np.arange(len(rows)) * 1.5
    frame.index = pd.Index([f"r{k}" for k in range(len(rows))], dtype=object)
    return frame[["score", *SIX[::-1]]]


def boxes_of(frame: pd.DataFrame) -> list[Box]:
    """Return the rows of a frame as tuples with codes."""
    columns: list[Any] = [
        GENOME.codes(frame[name]) if name.startswith("chrom") else frame[name] for name in SIX
    ]
    return list(zip(*(np.asarray(column).tolist() for column in columns), strict=True))


@given(rectangle_rows(), rectangle_rows(), st.booleans())
def test_intersect2d__against_oracle(ones: list[Box], twos: list[Box], known: bool) -> None:
    genome = GENOME if known else None
    found = intersect2d(plain(ones), plain(twos), genome=genome, order="natural")
    assert found.columns.tolist() == SIX
    expected = intersect_oracle(ones, twos)
    assert sorted(boxes_of(found)) == sorted(expected)
    if known:
        assert boxes_of(found) == expected
        assert marked_genome(found) is GENOME


@given(rectangle_rows(), st.integers(-50, 50), st.integers(1, 60))
def test_band_intersect__against_oracle(rows: list[Box], d1: int, width: int) -> None:
    frame = plain(rows)
    found = band_intersect(frame, (d1, d1 + width))
    assert boxes_of(found) == shrink_oracle(rows, d1, d1 + width)
    assert found.columns.tolist() == frame.columns.tolist()
    assert found["score"].equals(frame["score"].loc[found.index])


def test_semantics__examples() -> None:
    one = intervals_2d("c0", 0, 30, start2=0, end2=30)
    two = intervals_2d("c0", 15, 40, start2=15, end2=40)
    assert boxes_of(one.misha.intersect(two)) == [(0, 15, 30, 0, 15, 30)]
    assert boxes_of(two.misha.union(one)) == [(0, 0, 30, 0, 0, 30), (0, 15, 40, 0, 15, 40)]
    assert len(one.misha.intersect(one.assign(chrom2="c1"))) == 0
    table = intervals_2d(
        "c0", [200, 900, 0, 0], [800, 950, 100, 50], start2=[100, 0, 0, 0], end2=[1000, 200, 400, 9]
    )
    cut = table.misha.band_intersect((500, 1000))
    assert cut[["start1", "end1", "start2", "end2"]].to_numpy().tolist() == [
        [600, 800, 100, 300],
        [900, 950, 0, 200],
    ]
    with pytest.raises(BandError, match="d1 < d2"):
        table.misha.band_intersect((5, 5))


def test_intervals_2d__forms() -> None:
    made = intervals_2d(1, 2, genome={"chr1": 1000, "chr2": 600})
    assert made.astype(str).iloc[0].tolist() == ["chr1", "2", "1000", "chr1", "0", "1000"]
    rows = intervals_2d(["c0", "c1"], chrom2="c2", start2=[5, 6], genome=GENOME)
    assert boxes_of(rows) == [(0, 0, 40, 2, 5, 40), (1, 0, 40, 2, 6, 40)]
    assert marked_genome(rows) is GENOME
    assert intervals_2d([], [], [], [], [], []).columns.tolist() == SIX
    with pytest.raises(IntervalError, match="both axes must have one length"):
        intervals_2d(["c0"] * 2, 0, 5, ["c0"] * 3, 0, 5)


@given(rectangle_rows(n_chroms=3))
def test_sort2d__order_and_labels(rows: list[Box]) -> None:
    frame = plain(rows)
    found = frame.misha.sort(genome=GENOME)
    keys = [(b[0], b[3], b[1], b[4], b[2], b[5]) for b in boxes_of(found)]
    assert keys == sorted(keys)
    pd.testing.assert_frame_equal(found.loc[frame.index].drop(columns=[]), frame, check_like=True)


@given(rectangle_rows(n_chroms=3))
def test_canonical__swaps_whole_sides(rows: list[Box]) -> None:
    frame = plain(rows).assign(
        strand1=1, strand2=-1, name1=[f"a{k}" for k in range(len(rows))], name2="b", odd1=5
    )
    found = canonical(frame, genome=GENOME)
    swap = [row[:3] > row[3:] for row in rows]
    assert boxes_of(found) == [
        row[3:] + row[:3] if turned else row for row, turned in zip(rows, swap, strict=True)
    ]
    assert found["strand1"].tolist() == [-1 if turned else 1 for turned in swap]
    assert found["name2"].tolist() == [f"a{k}" if turned else "b" for k, turned in enumerate(swap)]
    assert found["odd1"].tolist() == [5] * len(rows)
    assert found.index.equals(frame.index)
    assert boxes_of(canonical(found, genome=GENOME)) == boxes_of(found)


def test_canonical__different_categories() -> None:
    frame = pd.DataFrame(
        {"chrom1": pd.Categorical(["b"]), "start1": 0, "end1": 5,
         "chrom2": pd.Categorical(["a"]), "start2": 7, "end2": 9}
    )  # fmt: skip
    found = canonical(frame, order="natural")
    assert found.iloc[0].tolist() == ["a", 7, 9, "b", 0, 5]


@pytest.mark.parametrize("axis", [1, 2])
def test_project__columns(axis: Any) -> None:
    frame = plain([(0, 1, 5, 1, 2, 9), (1, 3, 4, 0, 0, 1)]).assign(strand1=1, strand2=-1, odd1=0)
    found = project(frame, axis, genome=GENOME)
    assert found.columns.tolist() == ["chrom", "start", "end", "score", "strand", "odd1"]
    assert found["start"].tolist() == ([1, 3] if axis == 1 else [2, 0])
    assert found["strand"].tolist() == [1 if axis == 1 else -1] * 2
    assert found.index.tolist() == ["r0", "r1"]
    with pytest.raises(ValueError, match="axis must be one of 1, 2"):
        project(frame, 3)  # type: ignore[arg-type]


def test_planes__faults_name_the_axis() -> None:
    good = intervals_2d("c0", 0, 5, start2=0, end2=5)
    with pytest.raises(IntervalError, match=r"axis 2: start is not below end.*c0, 7, 5"):
        sort2d(intersect2d(good.assign(start2=7), good))
    with pytest.raises(IntervalError, match=r"other intervals, axis 1: end is beyond"):
        union2d(good, good.assign(end1=41), genome=GENOME)
    with pytest.raises(IntervalError, match="lacks the column 'end2'"):
        union2d(good, good.drop(columns="end2"))
    other = sort2d(good, genome={"c0": 99})
    with pytest.raises(GenomeMismatchError):
        union2d(sort2d(good, genome=GENOME), other)


@given(rectangle_rows(), rectangle_rows(), st.booleans())
def test_concat__planes(ones: list[Box], twos: list[Box], known: bool) -> None:
    one, two = plain(ones), plain(twos)
    genome = GENOME if known else None
    found = concat([one, two[[*SIX, "score"]]], genome=genome)
    assert boxes_of(found) == ones + twos
    assert found.columns.tolist() == one.columns.tolist()
    assert found.index.equals(pd.RangeIndex(len(found)))
    with pytest.raises(IntervalError, match="columns score"):
        concat([one, two[SIX]])
