"""Reports of faults: each kind alone and together, in every form of table; legal tables pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import misha_xr.accessors  # noqa: F401 - registers df.misha
from misha_xr.errors import GenomeMismatchError, IntervalError
from misha_xr.genome import Genome, marked_genome
from misha_xr.intervals import from_intervals2d, problems, validate, with_genome
from misha_xr.testing.genomes import genomes, interval_frames
from misha_xr.testing.planes import pack_boxes, rectangle_rows

GENOME = Genome(["chr1", "chr10", "chr2", "chrX"], [1000, 400, 600, 300])


def table(**columns: Any) -> pd.DataFrame:
    """Make three legal rows, with some columns replaced, under labels a, b, c."""
    legal = {"chrom": ["chr1", "chr2", "chrX"], "start": [0, 5, 9], "end": [10, 20, 30]}
    return pd.DataFrame(legal | columns, index=["a", "b", "c"])


@given(st.data())
def test_validate__legal_tables_pass(data: st.DataObject) -> None:
    genome = data.draw(genomes())
    frame = data.draw(interval_frames(genome))
    form = data.draw(st.sampled_from(["as is", "floats", "Int64", "extra"]))
    if form == "floats":
        frame = frame.astype({"start": "float64"})
    if form == "Int64":
        frame = frame.astype({"end": "Int64"})
    if form == "extra":
        frame = frame.assign(chrom_name="x", strand="+", when=pd.Timestamp("2020-01-01"))[::-1]
    if form == "floats" and len(frame) and frame["end"].max() >= 2**53:
        return
    assert validate(frame, genome) is frame
    assert validate(frame) is frame
    assert len(problems(frame, genome)) == 0


@pytest.mark.parametrize(
    ("columns", "rows", "column", "problem", "hint"),
    [
        ({"start": [0, 20, 9]}, ["b"], "start", "start is not below end", "half-open"),
        ({"start": [0, -5, -9]}, ["b", "c"], "start", "start is negative", "clip"),
        ({"end": [10, 20, 301]}, ["c"], "end", "end is beyond the chromosome", "force_range"),
        ({"end": [10, 20, np.nan]}, ["c"], "end", "no coordinate", "dropna"),
        ({"end": pd.array([10, None, 30], "Int64")}, ["b"], "end", "no coordinate", "dropna"),
        ({"start": [0.5, 5, 9]}, ["a"], "start", "no whole number", "round"),
        ({"end": [10, np.inf, 30]}, ["b"], "end", "no whole number", "round"),
        ({"start": [0, 5, "9"]}, None, "start", "no numbers, but '9'", "to_numeric"),
        ({"start": ["0", "5", "9"]}, None, "start", "no numbers, but '0'", "to_numeric"),
        ({"chrom": ["chr1", None, "2"]}, ["b"], "chrom", "no name of a chromosome", "dropna"),
        ({"chrom": ["chr1", "CHR2", "2"]}, ["b"], "chrom", "no chromosome 'CHR2'", "mean 'chr2'"),
        ({"chrom": ["1", "7", 7]}, ["b", "c"], "chrom", "no chromosome", ""),
        ({"chrom": [1.0, 2.0, 3.0]}, None, "chrom", "are float64", "astype"),
        ({"strand": ["+", "up", "."]}, ["b"], "strand", "no strand", "'-', '+', '.'"),
        ({"strand": [1, 0, 2]}, ["c"], "strand", "no strand", "-1, 0, 1"),
    ],
)
def test_problems__one_kind(
    columns: Any, rows: list[str] | None, column: str, problem: str, hint: str
) -> None:
    frame = table(**columns)
    found = problems(frame, GENOME)
    assert found["row"].tolist() == (rows or [None])
    assert set(found["column"]) == {column}
    assert all(problem in text for text in found["problem"])
    assert all(hint in text for text in found["hint"])
    with pytest.raises(IntervalError) as caught:
        frame.misha.validate(GENOME)
    assert problem in str(caught.value)
    assert hint in str(caught.value)
    if rows:
        assert f"{len(rows)} of 3 intervals" in str(caught.value)
        assert f"row {rows[0]}, {column}" in str(caught.value)


def test_problems__columns() -> None:
    frame = table().rename(columns={"start": "Start"}).drop(columns="end")
    found = problems(frame)
    assert found["column"].tolist() == ["start", "end"]
    assert found["problem"].tolist() == ["column is missing"] * 2
    assert "did you mean 'Start'" in found["hint"].iloc[0]
    doubled = pd.concat([table(), table()[["start"]]], axis=1)
    assert problems(doubled)["problem"].tolist() == ["more than one column"]
    with pytest.raises(TypeError, match="must be a DataFrame; found list"):
        validate([1])  # type: ignore[arg-type]


def test_problems__all_at_once() -> None:
    frame = pd.DataFrame(
        {"chrom": ["chr1", "chr1", None, "chr9"], "start": [5, -1, 0, np.nan], "end": [4, 5, 3, 2]}
    )
    found = problems(frame, GENOME)
    assert list(zip(found["row"], found["column"], strict=True)) == [
        (2, "chrom"), (3, "chrom"), (3, "start"), (1, "start"), (0, "start"),
    ]  # fmt: skip
    with pytest.raises(IntervalError, match=r"4 of 4 intervals are not legal:(\n  .*){5}\n  Hint"):
        validate(frame, GENOME)


def test_validate__many_bad_rows() -> None:
    n = 10_000
    frame = pd.DataFrame({"chrom": "chr1", "start": np.full(n, 9), "end": np.full(n, 5)})
    with pytest.raises(IntervalError, match=r"(?s)10,000 of 10,000.*row 0.* 9,995 more"):
        validate(frame)
    assert len(problems(frame)) == n
    names = frame.assign(end=10, chrom=[f"c{k}" for k in range(n)])
    assert len(problems(names, GENOME)) == n


def test_validate__empty_tables() -> None:
    for frame in (table().iloc[:0], pd.DataFrame(columns=["chrom", "start", "end"])):
        assert validate(frame, GENOME) is frame
        assert problems(frame, GENOME).columns.tolist() == ["row", "column", "problem", "hint"]


@given(rectangle_rows())
def test_validate__planes(rows: list[Any]) -> None:
    genome = Genome(["a", "b"], [40, 40])
    frame = from_intervals2d(pack_boxes(rows), genome)
    assert validate(frame) is frame
    if rows:
        found = problems(frame.assign(end2=41, start1=50))
        assert set(found["column"]) == {"start1", "end2"}
        assert len(found) == 2 * len(rows)
    found = problems(frame.drop(columns="end1"))
    assert found["column"].tolist() == ["end1"]


def test_with_genome__marks_and_spells() -> None:
    frame = table(chrom=["1", "chr2", "X"])
    marked = frame.misha.with_genome(GENOME)
    assert marked["chrom"].tolist() == ["chr1", "chr2", "chrX"]
    assert marked["chrom"].dtype == GENOME.chrom_dtype
    assert marked_genome(marked) is GENOME is marked.misha.genome
    assert frame.misha.genome is None
    other = Genome(["chr1", "chr2", "chrX"], [50, 60, 70])
    with pytest.raises(GenomeMismatchError):
        validate(marked, other)
    moved = with_genome(marked, other)
    assert marked_genome(moved) is other
    assert marked.misha.with_genome(None).misha.genome is None
    with pytest.raises(IntervalError, match="beyond the chromosome"):
        with_genome(marked, {"chr1": 5, "chr2": 60, "chrX": 70})
