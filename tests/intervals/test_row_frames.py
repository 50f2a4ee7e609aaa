"""Frames whose rows are cut, covered, grouped, sorted and joined: columns and labels stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from misha_xr import intervals as ivs
from misha_xr.errors import GenomeMismatchError, IntervalError
from misha_xr.genome import Genome
from misha_xr.testing.genomes import Row
from misha_xr.testing.intervals import bases_of, groups_oracle, row_sets, subtract_oracle
from misha_xr.testing.semantics import SIZES, intervals

GENOME = Genome(list(SIZES), list(SIZES.values()))


def rich(rows: list[Row]) -> pd.DataFrame:
    """Make a frame with columns of several dtypes and labels that are no row numbers."""
    n = len(rows)
    return pd.DataFrame(
        {
            "score": np.arange(n, dtype=np.float32),
            "end": np.array([row[2] for row in rows], np.int64),
            "chrom": pd.Categorical([f"chr{row[0]}" for row in rows]),
            "when": pd.date_range("2026-01-01", periods=n),
            "start": np.array([row[1] for row in rows], np.int64),
        },
        index=pd.Index([f"r{k}" for k in range(n)], dtype="str"),
    )


def same_extras(found: pd.DataFrame, frame: pd.DataFrame, rows: list[int]) -> None:
    """Check that all but coordinates are those of some rows."""
    assert list(found.columns)[:5] == list(frame.columns)
    extras = ["score", "chrom", "when"]
    pd.testing.assert_frame_equal(found[extras], frame[extras].iloc[rows])


@given(row_sets())
def test_subtract__pieces_keep_columns_and_labels(case: Any) -> None:
    sizes, a, b = case
    frame = rich(a)
    copy = frame.copy(deep=True)
    found = ivs.subtract(frame, rich(b))
    expected = subtract_oracle(a, b, sizes)
    same_extras(found, frame, [number for number, _ in expected])
    assert found["start"].tolist() == [piece[1] for _, piece in expected]
    assert found["end"].tolist() == [piece[2] for _, piece in expected]
    pd.testing.assert_frame_equal(frame, copy)


@given(row_sets())
def test_coverage__adds_columns(case: Any) -> None:
    sizes, a, b = case
    frame = rich(a)
    found = ivs.coverage(frame, rich(b))
    bases = bases_of(b, sizes)
    covered = [int(bases[code][start:end].sum()) for code, start, end in a]
    pd.testing.assert_frame_equal(found[list(frame.columns)], frame)
    assert found["covered_bp"].tolist() == covered
    fractions = [n / (end - start) for n, (_, start, end) in zip(covered, a, strict=True)]
    assert found["covered_fraction"].tolist() == fractions
    assert found["covered_bp"].dtype == np.int64
    assert found["covered_fraction"].dtype == np.float64


@given(row_sets(n_sets=1, max_rows=9))
def test_mark_overlaps__adds_a_column(case: Any) -> None:
    sizes, rows = case
    frame = rich(rows)
    genome = Genome([f"chr{code}" for code in range(len(sizes))], sizes)
    found = ivs.mark_overlaps(frame, column="group", genome=genome)
    pd.testing.assert_frame_equal(found[list(frame.columns)], frame)
    assert found["group"].tolist() == groups_oracle(rows, touching=True)


def test_mark_overlaps__order_of_labels_without_a_genome() -> None:
    frame = intervals(("chr2", 0, 5), ("chr1", 0, 5), ("chr1", 5, 9))
    assert ivs.mark_overlaps(frame)["overlap_group"].tolist() == [0, 1, 1]
    assert ivs.mark_overlaps(frame, touching=False)["overlap_group"].tolist() == [0, 1, 2]
    natural = ivs.mark_overlaps(frame, order="natural")
    assert natural["overlap_group"].tolist() == [1, 0, 0]


@given(row_sets(n_sets=1))
def test_sort__rows_move_with_labels(case: Any) -> None:
    sizes, rows = case
    genome = Genome([f"chr{code}" for code in range(len(sizes))], sizes)
    frame = rich(rows)
    order = sorted(range(len(rows)), key=lambda k: rows[k])
    pd.testing.assert_frame_equal(ivs.sort(frame, genome=genome), frame.iloc[order])


def test_concat__columns_dtypes_and_genomes() -> None:
    first, second = rich([(1, 0, 5)]), rich([(2, 3, 9), (1, 0, 5)])
    found = ivs.concat([first, second[second.columns[::-1]]])
    assert list(found.columns) == list(first.columns)
    assert found["chrom"].tolist() == ["chr1", "chr2", "chr1"]
    assert found["start"].tolist() == [0, 3, 0]
    assert isinstance(found["chrom"].dtype, pd.CategoricalDtype)
    assert found.drop(columns="chrom").dtypes.equals(first.drop(columns="chrom").dtypes)
    assert found.index.tolist() == [0, 1, 2]
    with pytest.raises(IntervalError, match=r"intervals number 2 and the first differ.*score"):
        ivs.concat([first, second.drop(columns="score")])
    known = ivs.canonic(first, genome=GENOME)
    with pytest.raises(GenomeMismatchError):
        ivs.concat([known, ivs.canonic(first, genome={"chr1": 9})])
    assert ivs.concat([known, known])["chrom"].dtype == GENOME.chrom_dtype


def test_rows__empty_frames_keep_columns_and_dtypes() -> None:
    frame = rich([(1, 0, 5)])
    empty = frame.iloc[:0]
    for found in (ivs.subtract(empty, frame), ivs.sort(empty), ivs.concat([empty, empty])):
        pd.testing.assert_series_equal(found.dtypes, frame.dtypes)
    assert ivs.subtract(frame, frame).dtypes.equals(frame.dtypes)
    assert ivs.coverage(empty, frame)["covered_fraction"].dtype == np.float64
    assert ivs.mark_overlaps(empty)["overlap_group"].dtype == np.int64
