"""Joins of tables: columns, indices, dtypes, names of chromosomes with and without a genome."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import misha_xr.accessors  # noqa: F401 - registers df.misha
from misha_xr.errors import GenomeMismatchError, IntervalError, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.intervals import (
    annotate,
    count_overlaps,
    directional_neighbors,
    is_2d,
    neighbors,
    overlap_join,
    window_join,
)
from misha_xr.intervals.binding import GENOME_ATTR

GENES = pd.DataFrame(
    {
        "name": ["g1", "g2", "g3"],
        "end": [110, 510, 60],
        "chrom": ["b", "b", "a"],
        "start": [100, 500, 50],
        "strand": ["+", "-", "."],
    },
    index=["x", "y", "z"],
)
PEAKS = pd.DataFrame(
    {
        "chrom": ["a", "b", "b", "b"],
        "start": [60, 105, 90, 520],
        "end": [70, 130, 104, 530],
        "score": [1, 2, 3, 4],
        "ok": [True, False, True, True],
        "kind": pd.Categorical(["p", "q", "p", "q"]),
    }
)


def test_overlap_join__inner_keeps_the_order_of_rows() -> None:
    found = overlap_join(GENES, PEAKS)
    assert list(found) == [*GENES, "chrom1", "start1", "end1", "score", "ok", "kind"]
    assert found["name"].tolist() == ["g1", "g1"]
    assert found["score"].tolist() == [2, 3]
    assert found.dtypes[["score", "ok", "kind"]].tolist() == PEAKS.dtypes[-3:].tolist()
    assert isinstance(found.index, pd.RangeIndex)


def test_overlap_join__left_keeps_rows_without_overlap() -> None:
    found = overlap_join(GENES, PEAKS, "left", suffixes=("_gene", "_peak"))
    assert found["name"].tolist() == ["g1", "g1", "g2", "g3"]
    assert {"chrom_gene", "start_peak"} <= set(found)
    assert found["score"].tolist()[:2] == [2.0, 3.0]
    assert found.loc[2:, ["score", "ok", "kind", "chrom_peak"]].isna().all(axis=None)


def test_overlap_join__semi_and_anti_keep_the_index() -> None:
    pd.testing.assert_frame_equal(overlap_join(GENES, PEAKS, "semi"), GENES.loc[["x"]])
    pd.testing.assert_frame_equal(overlap_join(GENES, PEAKS, "anti"), GENES.loc[["y", "z"]])
    assert list(overlap_join(GENES, PEAKS, "anti", min_overlap=6).index) == ["x", "y", "z"]


def test_count_overlaps__adds_a_column() -> None:
    found = count_overlaps(GENES, PEAKS, "n")
    pd.testing.assert_frame_equal(found.drop(columns="n"), GENES)
    assert found["n"].tolist() == [2, 0, 0]
    assert count_overlaps(found, PEAKS, "n")["n"].tolist() == [2, 0, 0]


def test_window_join__by_strand() -> None:
    assert window_join(GENES, PEAKS, 11)["score"].tolist() == [2, 3, 4, 1]
    assert window_join(GENES, PEAKS, 10)["score"].tolist() == [2, 3, 1]
    assert window_join(GENES, PEAKS, upstream=11)["score"].tolist() == [2, 3, 4]
    assert window_join(GENES, PEAKS, downstream=11)["score"].tolist() == [2, 3, 1]
    assert window_join(GENES, PEAKS, upstream=11, how="anti")["name"].tolist() == ["g3"]
    assert window_join(GENES, PEAKS, 11)["start"].tolist() == [100, 100, 500, 50]
    with pytest.raises(IntervalError, match="0 or more"):
        window_join(GENES, PEAKS, -1)


def test_neighbors__table() -> None:
    found = neighbors(GENES, PEAKS)
    assert found["score"].tolist() == [2, 4, 1]
    assert found["dist"].tolist() == [0, 10, 0]
    assert list(found)[:5] == list(GENES)
    assert isinstance(found.index, pd.RangeIndex)
    signed = neighbors(GENES, PEAKS, strand="self", ties="start")
    assert signed["dist"].tolist() == [0, -10, 0]
    assert signed["score"].tolist() == [3, 4, 1]
    signed = neighbors(PEAKS, GENES, 1)
    assert signed["dist"].tolist() == [0, 0, 0, -10]
    assert list(signed)[6:9] == ["name", "end1", "chrom1"]


def test_neighbors__direction_bounds_the_absolute_distance() -> None:
    up = neighbors(GENES, PEAKS, 5, direction="upstream", mindist=5, maxdist=10)
    assert up[["name", "dist"]].to_numpy().tolist() == [["g2", -10.0]]
    with pytest.raises(IntervalError, match="absolute"):
        neighbors(GENES, PEAKS, direction="upstream", maxdist=-1)
    both = directional_neighbors(GENES, PEAKS, downstream=0)
    assert (len(both["upstream"]), len(both["downstream"])) == (3, 0)
    assert list(both["upstream"]) == list(both["downstream"])


def test_joins__writing_to_a_result_leaves_the_tables_alone() -> None:
    genes, peaks = GENES.copy(), PEAKS.copy()
    found = neighbors(genes, peaks)
    found.loc[:, "start"] = -1
    found.loc[:, "start1"] = -1
    counted = count_overlaps(genes, peaks)
    counted.loc[:, "end"] = -1
    pd.testing.assert_frame_equal(genes, GENES)
    pd.testing.assert_frame_equal(peaks, PEAKS)


@pytest.mark.parametrize("how", ["inner", "left", "semi", "anti"])
def test_overlap_join__empty_sides(how: str) -> None:
    for left, right in [(GENES.iloc[:0], PEAKS), (GENES, PEAKS.iloc[:0])]:
        found = overlap_join(left, right, how)
        full = overlap_join(GENES, PEAKS, how)
        assert list(found) == list(full)
        assert len(found) == (len(left) if how in ("left", "anti") else 0)
    assert overlap_join(GENES, PEAKS.iloc[:0])["score"].dtype == np.int64


def test_joins__with_a_genome() -> None:
    genome = Genome(["a", "chr1", "b"], [1000, 500, 1000])
    found = neighbors(GENES, PEAKS, genome=genome)
    assert found.attrs[GENOME_ATTR] == genome.stamp
    assert count_overlaps(GENES, PEAKS, genome=genome).attrs[GENOME_ATTR] == genome.stamp
    one = pd.DataFrame({"chrom": ["1"], "start": [5], "end": [9]})
    two = pd.DataFrame({"chrom": pd.Categorical(["chr1"]), "start": [7], "end": [19]})
    assert len(overlap_join(one, two, genome=genome)) == 1
    assert len(overlap_join(one, two)) == 0
    with pytest.raises(UnknownChromosomeError):
        overlap_join(one, two, genome={"chr2": 50})
    with pytest.raises(GenomeMismatchError):
        overlap_join(found, PEAKS, genome={"a": 500, "b": 5000})


def test_joins__illegal_tables_are_named() -> None:
    with pytest.raises(IntervalError, match=r"other intervals.*start is not below end"):
        overlap_join(GENES, PEAKS.assign(end=0))
    with pytest.raises(IntervalError, match="strand"):
        neighbors(GENES.assign(strand="x"), PEAKS, strand="self")
    with pytest.raises(ValueError, match="how must be one of"):
        overlap_join(GENES, PEAKS, "outer")
    with pytest.raises(IntervalError, match="2D"):
        annotate(GENES.rename(columns={"chrom": "chrom1"}), PEAKS)
    plane = pd.DataFrame([("a", 1, 5, "a", 1, 5)]).set_axis(
        ["chrom1", "start1", "end1", "chrom2", "start2", "end2"], axis=1
    )
    with pytest.raises(IntervalError, match="1D and 2D"):
        neighbors(GENES, plane)


def test_accessor__chain() -> None:
    chained = (
        GENES.misha.overlap_join(PEAKS, "semi")
        .misha.count_overlaps(PEAKS)
        .misha.neighbors(PEAKS, 2, ties="end")
        .misha.annotate(PEAKS, ["kind"], ["nearest_kind"], dist_column=None)
    )
    assert chained["score"].tolist() == [3, 2]
    assert chained["nearest_kind"].tolist() == ["q", "q"]
    assert list(GENES.misha.window_join(PEAKS, upstream=11)["score"]) == [2, 3, 4]
    sides = GENES.misha.directional_neighbors(PEAKS, upstream=2)
    assert sides["upstream"]["score"].tolist() == [2, 3, 4, 1]
    assert sides["downstream"]["score"].tolist() == [2, 2, 1]


def test_is_2d__a_table_of_neighbors_is_not() -> None:
    found = neighbors(GENES, PEAKS)
    assert not is_2d(found)
    assert neighbors(found, PEAKS)["score1"].tolist() == [2, 4, 1]


@pytest.mark.parametrize("how", ["inner", "left"])
@pytest.mark.parametrize("dtype", ["str", object, "category"])
def test_overlap_join__text_of_the_second_table_keeps_its_dtype(how: Any, dtype: Any) -> None:
    one = pd.DataFrame({"chrom": "a", "start": [0, 50], "end": [10, 60]})
    two = pd.DataFrame({"chrom": ["a"], "start": [5], "end": [9], "name": ["x"]})
    two = two.astype({"chrom": dtype, "name": dtype})
    joined = overlap_join(one, two, how)
    assert joined["name"].dtype == two["name"].dtype
    assert joined["chrom1"].dtype == two["chrom"].dtype
    assert joined["name"].tolist()[:1] == ["x"]
    assert joined["name"].isna().tolist() == [False, True][: len(joined)]


@pytest.mark.parametrize("window", [2**61, 2**62, 2**63, np.inf])
def test_window_join__windows_beyond_every_coordinate(window) -> None:
    frame = pd.DataFrame({"chrom": "a", "start": [0, 2**62 - 5], "end": [10, 2**62]})
    far = frame.misha.window_join(frame, window)
    assert len(far) == (4 if window > 2**61 else 2)


def test_window_join__coordinates_beyond_the_limit_are_refused() -> None:
    frame = pd.DataFrame({"chrom": ["a"], "start": [0], "end": [2**62 + 1]})
    with pytest.raises(IntervalError, match=r"end is beyond 2\*\*62"):
        frame.misha.window_join(frame, 5)
