"""Constructors: examples of the semantics, shapes, with and without a genome."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import IntervalError, UnknownChromosomeError
from misha_xr.genome import Genome, marked_genome
from misha_xr.intervals import (
    from_arrays,
    from_matrix,
    from_strings,
    from_tuples,
    to_matrix,
    to_strings,
    windows,
)
from misha_xr.intervals.construct import make_intervals, strand_codes
from misha_xr.intervals.region_frames import intervals_from_strings
from misha_xr.testing.genomes import genomes, interval_frames

GENOME = Genome(["chr1", "chr10", "chr2", "chrX"], [1000, 400, 600, 300])


def rows_of(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Return the rows as tuples."""
    return list(frame.astype({"chrom": str}).itertuples(index=False, name=None))


def test_make_intervals__sorted_duplicates_stay() -> None:
    made = make_intervals(GENOME, [2, 1, 1, 1], [0, 5, 0, 5], [10, 20, 10, 20], ["+", "-", 0, "*"])
    assert rows_of(made) == [
        ("chr1", 0, 10, 0),
        ("chr1", 5, 20, -1),
        ("chr1", 5, 20, 0),
        ("chr2", 0, 10, 1),
    ]
    assert rows_of(make_intervals(GENOME, 1, 10.7, 20.2)) == [("chr1", 10, 20)]
    assert rows_of(make_intervals(GENOME, ["2", "chr10"])) == [("chr10", 0, 400), ("chr2", 0, 600)]


@pytest.mark.parametrize("genome", [None, GENOME], ids=["names only", "genome"])
def test_from_arrays__keeps_the_order(genome: Genome | None) -> None:
    made = from_arrays(["chr2", "chr1"], 5, [20, 10], strand="-", genome=genome)
    assert rows_of(made) == [("chr2", 5, 20, -1), ("chr1", 5, 10, -1)]
    assert made.dtypes[1:].tolist() == [np.int64] * 3
    assert marked_genome(made) is genome


@pytest.mark.parametrize(
    ("args", "error", "text"),
    [
        ((["chr1"], [5], [5]), IntervalError, "start is not below end.*chr1, 5, 5"),
        ((["chr1"], [-5], [5]), IntervalError, "start is negative"),
        ((["chr1", None], [0], [5]), IntervalError, "chrom is missing in row 1"),
        ((["chr1"], [0]), IntervalError, "no genome is known"),
        ((["chr1"] * 2, [0] * 3, [5]), IntervalError, "one length"),
        ((["chr1"], [np.nan], [5]), IntervalError, "start"),
        ((["chr1"], ["a"], [5]), IntervalError, "whole numbers"),
    ],
    ids=["empty", "negative", "missing name", "no end", "lengths", "nan", "text"],
)
def test_from_arrays__refused(args: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        from_arrays(*args)


def test_from_arrays__refused_by_genome() -> None:
    with pytest.raises(IntervalError, match=r"end is beyond the chromosome .*chr10, 0, 401; the"):
        from_arrays("chr10", 0, 401, genome=GENOME)
    with pytest.raises(UnknownChromosomeError, match="did you mean 'chr1'"):
        from_arrays("CHR1", 0, 401, genome=GENOME)
    with pytest.raises(IntervalError, match="strand must be"):
        from_arrays("chr1", 0, 4, strand=2)


@pytest.mark.parametrize("genome", [None, GENOME], ids=["names only", "genome"])
def test_constructors__empty(genome: Genome | None) -> None:
    made = [
        from_arrays([], [], [], genome=genome),
        from_tuples([], genome=genome),
        from_strings([], genome=genome),
        windows([], [], 5, genome=genome),
    ]
    for frame in made:
        assert frame.columns.tolist() == ["chrom", "start", "end"]
        assert frame.dtypes[1:].tolist() == [np.int64] * 2
        assert len(frame) == 0
        if genome is not None:
            assert frame["chrom"].dtype == genome.chrom_dtype


def test_strand_codes__forms() -> None:
    assert strand_codes(["+", "-", "*", ".", "1", -1, 0, 1]).tolist() == [1, -1, 0, 0, 1, -1, 0, 1]
    assert strand_codes(np.array([1.0, 0.0, -1.0])).tolist() == [1, 0, -1]
    assert strand_codes("-").tolist() == [-1]


def test_from_tuples__forms() -> None:
    rows = [("chr1", 5, 10, "-"), (2, 0, 3, "+")]
    expected = [("chr1", 5, 10, -1), ("chr2", 0, 3, 1)]
    assert rows_of(from_tuples(rows, genome=GENOME)) == expected
    assert rows_of(from_tuples(map(list, rows), genome=GENOME)) == expected
    keyed = [
        dict(zip(["chrom", "start", "end", "strand", "x"], [*r, 7], strict=True)) for r in rows
    ]
    assert rows_of(from_tuples(keyed, genome=GENOME)) == expected
    bare = [row[:3] for row in rows]
    assert rows_of(from_tuples(bare, strand=["-", 1], genome=GENOME)) == expected


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([("chr1", 5)], r"row 0 is \('chr1', 5\)"),
        ([("chr1", 5, 9), ("chr1", 5, 9, 1)], "row 1 is"),
        ([("chr1", 5, 9), ("chr1", 5, 9, 1, 1)], "row 1 is"),
        ([{"chrom": "chr1", "start": 5}], "row 0 lacks 'end'"),
        ([("chr1", 5, 9), {"chrom": "chr1", "start": 5}], "found both"),
        (("chr1", 5, 9), "found 'chr1'"),
        ([5], "found 5"),
    ],
)
def test_from_tuples__refused(rows: Any, text: str) -> None:
    with pytest.raises(IntervalError, match=text):
        from_tuples(rows)


def test_windows__no_clipping() -> None:
    assert rows_of(windows(["chr1", "chr2"], [100, 60], 50)) == [
        ("chr1", 50, 150),
        ("chr2", 10, 110),
    ]
    assert rows_of(windows("chr1", [100, 200], [50, 1])) == [("chr1", 50, 150), ("chr1", 199, 201)]
    for center in (20, 49):
        with pytest.raises(IntervalError, match="start is negative"):
            windows("chr1", center, 50)
    with pytest.raises(IntervalError, match="below 0"):
        windows("chr1", -51, 50, genome=GENOME)
    with pytest.raises(IntervalError, match="beyond the chromosome"):
        windows("chr1", 980, 50, genome=GENOME)
    with pytest.raises(IntervalError, match="not below end"):
        windows("chr1", 980, 0)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("chr1:0-100", ("chr1", 0, 100)),
        ("chr1:1,000-12,345,678", ("chr1", 1000, 12345678)),
        ("HLA-A*01:01:5-9", ("HLA-A*01:01", 5, 9)),
        ("é:0-1", ("é", 0, 1)),
    ],
)
def test_from_strings__names_only(text: str, row: tuple[str, int, int]) -> None:
    assert rows_of(from_strings(text)) == [row]


@pytest.mark.parametrize(
    "text",
    ["chr1", "chr1:5", "chr1:1,0-20", "chr1:5-", "chr1:-5", ":5-9", "chr1:5-9x", "",
     "chr1:1000,000-5", "chr1:9-5", "chr1:5-5", "chr1:0-9999999999999999999999",
     "chr1:5--9", "chr1:,100-200"],
)  # fmt: skip
def test_from_strings__refused(text: str) -> None:
    with pytest.raises(IntervalError):
        from_strings(["chr1:0-5", text])


def test_from_strings__genome() -> None:
    assert rows_of(from_strings(["X", "2:5-10", "chr2:0-600"], genome=GENOME)) == [
        ("chrX", 0, 300),
        ("chr2", 5, 10),
        ("chr2", 0, 600),
    ]
    assert rows_of(intervals_from_strings(GENOME, ["X", "2:5-10"]))[0] == ("chr2", 5, 10)
    with pytest.raises(UnknownChromosomeError, match="chr9"):
        from_strings(["chr2:0-5", "chr9:5-10"], genome=GENOME)
    with pytest.raises(IntervalError, match="cannot read the region 'chr2:5'"):
        from_strings(["chr2:5"], genome=GENOME)
    with pytest.raises(IntervalError, match=r"row chr2:5-601 \(chr2, 5, 601; the chromosome has"):
        from_strings(["chr2:5-601"], genome=GENOME)
    with pytest.raises(TypeError, match="found 5 in row 1"):
        from_strings(["chr2:0-5", 5])  # type: ignore[list-item]


def test_from_strings__a_name_that_looks_like_a_region() -> None:
    genome = Genome(["HLA-A*01:01-02", "HLA-A*01"], [50, 60])
    made = from_strings(["HLA-A*01:01-02", "HLA-A*01:1-2", "HLA-A*01:01-02:3-4"], genome=genome)
    assert rows_of(made) == [
        ("HLA-A*01:01-02", 0, 50),
        ("HLA-A*01", 1, 2),
        ("HLA-A*01:01-02", 3, 4),
    ]


@given(st.data())
def test_to_strings__round_trip(data: st.DataObject) -> None:
    genome = data.draw(genomes())
    frame = data.draw(interval_frames(genome))
    texts = to_strings(frame, genome=genome)
    assert texts.index.equals(frame.index)
    back = from_strings(texts, genome=genome)
    assert rows_of(back) == rows_of(frame[["chrom", "start", "end"]])
    for text, row in zip(texts, rows_of(frame), strict=True):
        code, start, end = genome.parse_region(text)
        assert (genome.name(code), start, end) == row


def test_matrix__round_trip() -> None:
    frame = from_arrays(["chr1", "chr2"], [0, 5], [10, 20], genome=GENOME)
    frame = frame.assign(v=[1.5, 2.0], k=[1, 2], name=["a", "b"], intervalID=[1, 2])
    matrix = to_matrix(frame, value_cols=["k", "v"])
    assert matrix.index.names == ["chrom", "start", "end"]
    assert matrix.columns.tolist() == ["k", "v"]
    pd.testing.assert_frame_equal(from_matrix(matrix), frame[["chrom", "start", "end", "k", "v"]])
    named = to_matrix(frame, id_col="name")
    assert named.index.names[0] == "name"
    assert named.columns.tolist() == ["v", "k"]
    assert from_matrix(named).columns.tolist() == ["chrom", "start", "end", "v", "k"]
    assert to_matrix(frame.drop(columns="name"), labels=False).index.equals(pd.RangeIndex(2))
    assert len(to_matrix(frame.iloc[:0].drop(columns="name")).index.names) == 3


def test_matrix__refused() -> None:
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9], "x": ["a"]})
    with pytest.raises(TypeError, match="no numbers: x"):
        to_matrix(frame)
    with pytest.raises(ValueError, match="lacks the column 'end'"):
        to_matrix(frame.drop(columns="end"))
    with pytest.raises(ValueError, match="lacks the column 'y'"):
        to_matrix(frame, id_col="y")
    with pytest.raises(IntervalError, match="ends in chrom, start, end"):
        from_matrix(frame)
