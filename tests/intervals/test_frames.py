"""The border between frames and arrays: what passes, and how clearly the rest is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.intervals import (
    from_intervals,
    from_intervals2d,
    is_2d,
    to_intervals,
    to_intervals2d,
)
from misha_xr.testing.genomes import genomes, interval_frames

GENOME = Genome(["chr1", "chr10", "chr2", "chrX"], [1000, 400, 600, 300])


def frame_of(chrom: object, start: object, end: object, **more: object) -> pd.DataFrame:
    """Make a frame with the three columns."""
    return pd.DataFrame({"chrom": chrom, "start": start, "end": end, **more})


@given(genomes().flatmap(lambda g: st.tuples(st.just(g), interval_frames(g))))
def test_to_intervals__round_trip(case: tuple[Genome, pd.DataFrame]) -> None:
    genome, frame = case
    iv = to_intervals(frame, genome)
    assert iv.codes.dtype == np.int32
    assert (iv.starts.dtype, iv.ends.dtype) == (np.int64, np.int64)
    back = from_intervals(iv, genome)
    assert back["chrom"].tolist() == frame["chrom"].tolist()
    pd.testing.assert_frame_equal(
        back[["start", "end"]], frame[["start", "end"]].reset_index(drop=True)
    )


def test_to_intervals__mixed_spellings_and_extra_columns() -> None:
    frame = frame_of(["1", "chr2", 10, np.int64(1)], [0] * 4, [5] * 4, value=[1.5] * 4)
    assert to_intervals(frame, GENOME).codes.tolist() == [0, 2, 1, 0]


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float32", "Int64", "Float64", "object"])
def test_to_intervals__numeric_dtypes(dtype: str) -> None:
    frame = frame_of(["1", "1"], [0, 5], [10, 20]).astype({"start": dtype, "end": dtype})
    iv = to_intervals(frame, GENOME)
    assert (iv.starts.tolist(), iv.ends.tolist()) == ([0, 5], [10, 20])


def test_to_intervals__fractions_are_cut_off() -> None:
    iv = to_intervals(frame_of([1], [10.7], [20.2]), GENOME)
    assert (iv.starts.tolist(), iv.ends.tolist()) == ([10], [20])


@pytest.mark.parametrize("dtype", ["object", "float64", "int64", "str"])
def test_to_intervals__empty(dtype: str) -> None:
    frame = pd.DataFrame(columns=["chrom", "start", "end"], dtype=dtype)
    iv = to_intervals(frame, GENOME)
    assert (len(iv), iv.codes.dtype, iv.starts.dtype) == (0, np.int32, np.int64)
    assert from_intervals(iv, GENOME).dtypes["chrom"] == GENOME.chrom_dtype


def test_to_intervals__does_not_copy_coordinates() -> None:
    frame = frame_of(["1"], [0], [5])
    assert np.shares_memory(to_intervals(frame, GENOME).starts, frame["start"].to_numpy())


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ([0, -1], [5, 5], "start is negative in 1 of 2 rows: row b .chr2, -1, 5"),
        ([0, 30], [5, 20], "start is not below end in 1 of 2 rows: row b .chr2, 30, 20"),
        ([0, 5], [5, 5], "start is not below end"),
        ([0, 5], [5, 601], "end is beyond the chromosome in 1 of 2 rows: row b .chr2, 5, 601; the"),
        ([0, np.nan], [5, 5], "'start' is missing in 1 of 2 rows: row b"),
        ([0, 5], pd.array([5, None], dtype="Int64"), "'end' is missing in 1 of 2 rows: row b"),
        ([0, 5], [5, np.inf], "end must be a whole number; found inf"),
        ([0, 5], [5, 1e300], "end must be below"),
        ([0, 5], ["5", "6"], "end must hold whole numbers"),
        ([False, True], [5, 6], "start must hold whole numbers"),
    ],
)
def test_to_intervals__bad_coordinates(start: object, end: object, message: str) -> None:
    frame = frame_of(["1", "2"], start, end).set_axis(["a", "b"])
    with pytest.raises(IntervalError, match=message) as caught:
        to_intervals(frame, GENOME, what="scope")
    assert caught.value.hint


def test_to_intervals__shows_only_the_first_bad_rows() -> None:
    with pytest.raises(
        IntervalError, match=r"in 9 of 9 rows: row 0 .*; row 1 .*; row 2 .*; \.\.\."
    ):
        to_intervals(frame_of(["1"] * 9, [5] * 9, [4] * 9), GENOME)


def test_to_intervals__unknown_chromosome() -> None:
    frame = frame_of(["1", "Chr2", "chr99"], [0] * 3, [5] * 3).set_axis([10, 20, 30])
    with pytest.raises(UnknownChromosomeError) as caught:
        to_intervals(frame, GENOME, what="scope")
    text = str(caught.value)
    assert "scope, column 'chrom', rows 20, 30: no such chromosome" in text
    assert "did you mean 'chr2'?" in text


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"Chrom": [1], "start": [1], "end": [2]}), "lacks the column 'chrom'"),
        (pd.DataFrame({"chrom1": [1]}), "these are 2D intervals"),
        (pd.DataFrame(), "its columns are none"),
        (pd.DataFrame([[1, 2, 3, 4]], columns=["chrom", "start", "start", "end"]), "more than one"),
    ],
)
def test_to_intervals__columns(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(IntervalError, match=message):
        to_intervals(frame, GENOME)


@pytest.mark.parametrize("value", [5, None, "chr1", {"chrom": [1]}])
def test_to_intervals__not_a_frame(value: object) -> None:
    with pytest.raises(TypeError, match="must be a DataFrame with columns chrom, start, end"):
        to_intervals(value, GENOME)


def test_to_intervals2d__round_trip() -> None:
    frame = pd.DataFrame(
        {"chrom1": ["chr1", "chr2"], "start1": [0, 5], "end1": [10, 600],
         "chrom2": ["chrX", "chr1"], "start2": [1, 2], "end2": [300, 9]}
    )  # fmt: skip
    rects = to_intervals2d(frame, GENOME)
    assert (rects.codes1.tolist(), rects.codes2.tolist()) == ([0, 2], [3, 0])
    back = from_intervals2d(rects, GENOME)
    assert back.astype({"chrom1": "str", "chrom2": "str"}).equals(frame)
    assert is_2d(frame)
    assert not is_2d(frame_of([1], [1], [2]))
    with pytest.raises(IntervalError, match=r"end is beyond the chromosome .*chrX, 1, 301"):
        to_intervals2d(frame.assign(end2=[301, 9]), GENOME)
    with pytest.raises(IntervalError, match="lacks the column 'end2'"):
        to_intervals2d(frame.drop(columns="end2"), GENOME)
