"""Set algebra of frames: chromosomes by name, genomes, and what becomes of columns and dtypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from misha_xr import intervals as ivs
from misha_xr.errors import GenomeMismatchError, IntervalError, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.testing.genomes import Row
from misha_xr.testing.intervals import row_sets, set_oracle
from misha_xr.testing.semantics import SIZES, intervals

OPERATIONS: dict[str, tuple[Callable[..., pd.DataFrame], Callable[..., Any]]] = {
    "union": (ivs.union, np.logical_or),
    "intersect": (ivs.intersect, np.logical_and),
    "difference": (ivs.difference, lambda a, b: a & ~b),
    "symmetric_difference": (ivs.symmetric_difference, np.logical_xor),
}
GENOME = Genome(list(SIZES), list(SIZES.values()))


def frame_of(rows: list[Row], kind: str = "str") -> pd.DataFrame:
    """Make an awkward frame: an index of its own, other columns, another order of columns."""
    names = pd.Series([f"chr{row[0]}" for row in rows], dtype=kind, name="chrom")
    frame = pd.DataFrame(
        {
            "note": [f"n{k}" for k in range(len(rows))],
            "end": np.array([row[2] for row in rows], np.int64),
            "chrom": names,
            "start": np.array([row[1] for row in rows], np.int64),
        }
    )
    return frame.set_index(pd.Index(range(len(rows), 0, -1)))


def rows_of(frame: pd.DataFrame) -> list[tuple[str, int, int]]:
    """Return the rows of a frame."""
    columns = (frame["chrom"].astype(str), frame["start"], frame["end"])
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("kind", ["str", "object", "category"])
@pytest.mark.parametrize("name", OPERATIONS)
@given(row_sets())
def test_set_operation__awkward_frames_without_a_genome(name: str, kind: str, case: Any) -> None:
    sizes, a, b = case
    frames = frame_of(a, kind), frame_of(b)
    copies = [frame.copy(deep=True) for frame in frames]
    ours, on_bases = OPERATIONS[name]
    found = ours(*frames)
    expected = set_oracle(on_bases, sizes, a, b)
    assert sorted(rows_of(found)) == sorted((f"chr{code}", s, e) for code, s, e in expected)
    assert list(found.columns) == ["chrom", "start", "end"]
    assert found["start"].dtype == found["end"].dtype == np.int64
    assert isinstance(found.index, pd.RangeIndex)
    if kind != "category":
        assert found["chrom"].dtype == frames[0]["chrom"].dtype
    for frame, copy in zip(frames, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


@given(row_sets())
def test_set_operations__with_a_genome(case: Any) -> None:
    sizes, a, b = case
    genome = Genome([f"chr{code}" for code in range(len(sizes))], sizes)
    for ours, on_bases in OPERATIONS.values():
        found = ours(frame_of(a), frame_of(b), genome=genome)
        expected = set_oracle(on_bases, sizes, a, b)
        assert rows_of(found) == [(f"chr{code}", s, e) for code, s, e in expected]
        assert found["chrom"].dtype == genome.chrom_dtype
    rest = ivs.complement(frame_of(a), genome=genome)
    expected = set_oracle(np.logical_not, sizes, a)
    assert rows_of(rest) == [(f"chr{code}", s, e) for code, s, e in expected]
    whole = ivs.coverage_fraction(frame_of(a), genome=genome)
    assert whole == ivs.covered_bp(frame_of(a)) / sum(sizes)


def test_set_operations__spec_numbers() -> None:
    first, second = intervals((1, 0, 10), (1, 5, 30)), intervals(("chr1", 0, 100))
    assert ivs.covered_bp(first, genome=GENOME) == 30
    assert ivs.coverage_fraction(first, second, genome=GENOME) == 0.3
    iset = intervals(("chr1", 0, 10), ("chr1", 5, 35), ("chrX", 0, 5))
    assert ivs.coverage_fraction(iset, genome=GENOME) == pytest.approx(0.0173913, abs=1e-7)
    both = intervals(("chr1", 0, 10), ("chr1", 10, 20)), intervals(("chr1", 5, 15))
    assert rows_of(ivs.intersect(*both)) == [("chr1", 5, 15)]
    assert rows_of(ivs.intersect(*both, merge=False)) == [("chr1", 5, 10), ("chr1", 10, 15)]


def test_canonic__mapping_and_touching() -> None:
    frame = intervals(("chr2", 0, 10), ("chr1", 5, 20), ("chr1", 20, 30))
    merged, mapping = ivs.canonic(frame, return_mapping=True, genome=GENOME)
    assert rows_of(merged) == [("chr1", 5, 30), ("chr2", 0, 10)]
    assert mapping.tolist() == [1, 0, 0]
    apart, mapping = ivs.canonic(frame, touching=False, return_mapping=True, genome=GENOME)
    assert mapping.tolist() == [2, 0, 1]
    assert len(apart) == 3


def test_canonic__result_shares_no_memory_with_the_frame() -> None:
    starts = np.array([0, 20])
    frame = pd.DataFrame({"chrom": "a", "start": starts, "end": starts + 5}, copy=False)
    merged = ivs.canonic(frame)
    assert rows_of(merged) == rows_of(frame)
    for name in ("start", "end"):
        assert not np.shares_memory(merged[name].to_numpy(), frame[name].to_numpy())


def test_order__appearance_natural_and_categories() -> None:
    frame = intervals(("chr10", 0, 5), ("chr2", 0, 5), ("chr1", 0, 5))

    def order_of(found: pd.DataFrame) -> list[str]:
        return found["chrom"].astype(str).tolist()

    assert order_of(ivs.canonic(frame)) == ["chr10", "chr2", "chr1"]
    assert order_of(ivs.canonic(frame, order="natural")) == ["chr1", "chr2", "chr10"]
    assert order_of(ivs.canonic(frame, genome=GENOME)) == ["chr1", "chr10", "chr2"]
    kind = pd.CategoricalDtype(["chr2", "chr1", "chr10"], ordered=True)
    assert order_of(ivs.canonic(frame.astype({"chrom": kind}))) == ["chr2", "chr1", "chr10"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_set_operation__empty_sides(name: str) -> None:
    frame = intervals(("chr1", 0, 5))
    empty = frame.iloc[:0]
    ours, on_bases = OPERATIONS[name]
    for a, b in ((frame, empty), (empty, frame), (empty, empty)):
        found = ours(a, b)
        sides = [[(0, 0, 5)] * len(side) for side in (a, b)]
        assert len(found) == len(set_oracle(on_bases, [9], *sides))
        pd.testing.assert_series_equal(found.dtypes, frame.dtypes)


def test_chromosomes__numbers_and_either_spelling() -> None:
    by_number = pd.DataFrame({"chrom": [1, 2], "start": [0, 0], "end": [5, 5]})
    assert ivs.union(by_number, by_number)["chrom"].tolist() == [1, 2]
    assert rows_of(ivs.union(by_number, intervals(("chr2", 5, 9)), genome=GENOME)) == [
        ("chr1", 0, 5),
        ("chr2", 0, 9),
    ]


def test_genome__is_carried_and_not_mixed() -> None:
    frame = intervals(("chr1", 0, 5))
    known = ivs.canonic(frame, genome=GENOME)
    assert rows_of(ivs.complement(known))[0] == ("chr1", 5, 1000)
    assert ivs.coverage_fraction(known) == 5 / GENOME.total_bp
    other = ivs.canonic(frame, genome={"chr1": 50})
    with pytest.raises(GenomeMismatchError):
        ivs.union(known, other)
    with pytest.raises(UnknownChromosomeError, match="chrZ"):
        ivs.union(known, intervals(("chrZ", 0, 5)))


def test_sizes__asked_for_by_name_of_the_operation() -> None:
    frame = intervals(("chr1", 0, 5))
    with pytest.raises(IntervalError, match="complement needs the sizes"):
        ivs.complement(frame)
    with pytest.raises(IntervalError, match="coverage_fraction without other needs the sizes"):
        ivs.coverage_fraction(frame)
    assert ivs.coverage_fraction(frame, frame.iloc[:0]) == 0.0


def test_rows__must_be_legal() -> None:
    bad = pd.DataFrame({"chrom": "a", "start": [0, 7], "end": [5, 7]}, index=["x", "y"])
    with pytest.raises(IntervalError, match=r"other intervals: start is not below end.*row y"):
        ivs.union(bad.iloc[:1], bad)
    with pytest.raises(IntervalError, match="end is beyond the chromosome"):
        ivs.canonic(intervals(("chr1", 0, 5000)), genome=GENOME)
