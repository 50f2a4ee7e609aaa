"""Frames of intervals resized and moved: strands, chromosome ends, columns and labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import intervals as ivs
from misha_xr.errors import IntervalError
from misha_xr.genome import Genome
from misha_xr.testing.semantics import SIZES, intervals

GENOME = Genome(list(SIZES), list(SIZES.values()))


def spans(frame: pd.DataFrame) -> list[tuple[int, int]]:
    """Return start and end of rows."""
    return list(zip(frame["start"].tolist(), frame["end"].tolist(), strict=True))


def stranded(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Make a frame with strands, labels and a further column."""
    frame = intervals(*rows, columns=("strand",))
    return frame.assign(gene="g").set_index(pd.Index([f"r{k}" for k in range(len(frame))]))


def test_force_range__keeps_columns_order_and_labels() -> None:
    frame = intervals(
        ("chr2", -10, 10), ("chr1", 990, 1100), ("chrX", 310, 320), ("1", 8, 8)
    ).assign(x=range(4))
    found = ivs.force_range(frame, genome=GENOME)
    assert spans(found) == [(0, 10), (990, 1000)]
    assert found["x"].tolist() == found.index.tolist() == [0, 1]
    assert found["chrom"].tolist() == ["chr2", "chr1"]
    with pytest.raises(IntervalError, match="force_range needs the sizes"):
        ivs.force_range(frame)


def test_resize__slides_at_the_ends() -> None:
    frame = intervals(("chr1", 0, 5), ("chr1", 990, 1000), ("chr1", 100, 110))
    assert spans(ivs.resize(frame, 20, genome=GENOME)) == [(0, 20), (980, 1000), (95, 115)]
    assert spans(ivs.resize(frame, 20)) == [(0, 20), (985, 1005), (95, 115)]
    assert spans(ivs.resize(frame, [1, 2, 5])) == [(2, 3), (994, 996), (102, 107)]


def test_resize__one_row_and_several_sizes() -> None:
    frame = stranded(("chr2", 100, 110, "+"))
    found = ivs.resize(frame, [5, 7, 9], genome=GENOME)
    assert spans(found) == [(102, 107), (101, 108), (100, 109)]
    assert found.index.tolist() == ["r0"] * 3
    assert found["gene"].tolist() == ["g"] * 3


@pytest.mark.parametrize(
    ("size", "problem"),
    [
        (0, "size must be at least 1; found 0"),
        ([5, -1], "size must be at least 1; found -1"),
        ([5, 6, 7], "one number or one per row, 2; found 3"),
        (np.nan, "whole number"),
        ("x", "whole numbers"),
    ],
)
def test_resize__sizes_must_be_legal(size: Any, problem: str) -> None:
    with pytest.raises(IntervalError, match=problem):
        ivs.resize(intervals(("chr1", 0, 5), ("chr1", 7, 9)), size)


def test_shift__cut_and_dropped_at_the_ends() -> None:
    frame = stranded(("chr1", 0, 5, "-"), ("chr1", 990, 1000, "+"), ("chr1", 3, 20, "."))
    back = ivs.shift(frame, -5)
    assert spans(back) == [(985, 995), (0, 15)]
    assert back.index.tolist() == ["r1", "r2"]
    assert spans(ivs.shift(frame, 7, genome=GENOME)) == [(7, 12), (997, 1000), (10, 27)]
    assert spans(ivs.shift(frame, [1, 2, 3])) == [(1, 6), (992, 1002), (6, 23)]


STRANDS = [("+", "-", "."), (1, -1, 0)]


@pytest.mark.parametrize("strands", STRANDS, ids=["text", "numbers"])
def test_extend__strands(strands: tuple[Any, ...]) -> None:
    frame = stranded(*(("chr1", 50, 60, strand) for strand in strands))
    assert spans(ivs.extend(frame, 10, 1)) == [(40, 61), (49, 70), (40, 61)]
    plain = frame.drop(columns="strand")
    assert spans(ivs.extend(plain, 10, 1)) == [(40, 61)] * 3
    assert spans(ivs.extend(plain, 100, 10**6, genome=GENOME)) == [(0, 1000)] * 3
    with pytest.raises(IntervalError, match="upstream must be at least 0"):
        ivs.extend(frame, -1)


@pytest.mark.parametrize("strands", STRANDS, ids=["text", "numbers"])
def test_flank__sides_strands_and_ends(strands: tuple[Any, ...]) -> None:
    frame = stranded(*(("chr1", 50, 60, strand) for strand in strands))
    assert spans(ivs.flank(frame, 10, side="upstream")) == [(40, 50), (60, 70), (40, 50)]
    assert spans(ivs.flank(frame, 10, side="downstream")) == [(60, 70), (40, 50), (60, 70)]
    assert spans(ivs.flank(frame, 10, side="left")) == [(40, 50)] * 3
    both = ivs.flank(frame, 10)
    assert spans(both) == [(40, 50), (60, 70)] * 3
    assert both.index.tolist() == ["r0", "r0", "r1", "r1", "r2", "r2"]
    at_ends = intervals(("chr1", 0, 5), ("chr1", 995, 1000), ("chr1", 3, 999))
    assert spans(ivs.flank(at_ends, 10, genome=GENOME)) == [
        (5, 15),
        (985, 995),
        (0, 3),
        (999, 1000),
    ]
    with pytest.raises(ValueError, match="side must be one of"):
        ivs.flank(frame, 10, side="top")  # type: ignore[arg-type]


def test_strand__other_values_are_refused() -> None:
    frame = stranded(("chr1", 50, 60, "plus"))
    with pytest.raises(IntervalError, match="'plus' in row r0"):
        ivs.extend(frame, 1)


def test_rows__input_is_not_changed_and_empty_keeps_dtypes() -> None:
    frame = stranded(("chr1", 50, 60, "+"), ("chr2", 5, 9, "-"))
    copy = frame.copy(deep=True)
    empty = frame.iloc[:0]
    calls = (
        lambda table: ivs.force_range(table, genome=GENOME),
        lambda table: ivs.resize(table, 5),
        lambda table: ivs.shift(table, 5),
        lambda table: ivs.extend(table, 5, 5),
        lambda table: ivs.flank(table, 5),
    )
    for call in calls:
        found = call(frame)
        assert list(found.columns) == list(frame.columns)
        pd.testing.assert_frame_equal(frame, copy)
        pd.testing.assert_series_equal(call(empty).dtypes, frame.dtypes)
        found["start"] = 0
        pd.testing.assert_frame_equal(frame, copy)


@pytest.mark.parametrize("bp", [2**62 + 1, 2**63 - 1, 2**63])
@pytest.mark.parametrize("method", ["shift", "extend", "flank", "resize"])
def test_sizes__beyond_every_coordinate_are_refused(method, bp) -> None:
    frame = pd.DataFrame({"chrom": "a", "start": [0, 5], "end": [10, 2**62]})
    with pytest.raises(IntervalError, match=r"2\*\*62"):
        getattr(frame.misha, method)(bp)
