"""2D intervals cut to their chromosomes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import IntervalColumnsError, IntervalError
from misha_xr.intervals import force_range, force_range2d

SIZES = {"chr1": 1000, "chr2": 600}
C2 = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def rects(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=C2)


def test_force_range2d__cuts_both_axes_and_keeps_columns_and_labels() -> None:
    table = rects(
        ("chr2", 50, 5000, "chr1", -5, 250),
        ("chr1", 50, 50, "chr1", 0, 250),
        ("chr1", 0, 10, "chr2", 600, 900),
        ("chr1", -9, 1001, "chr2", 599, 601),
    ).assign(x=list("abcd"))
    found = force_range2d(table.set_axis([7, 5, 3, 1]), genome=SIZES)
    assert found.index.tolist() == [7, 1]
    assert found["x"].tolist() == ["a", "d"]
    assert found[["start1", "end1", "start2", "end2"]].to_numpy().tolist() == [
        [50, 600, 0, 250],
        [0, 1000, 599, 600],
    ]
    assert table["end1"].tolist() == [5000, 50, 10, 1001]


def test_force_range2d__each_axis_as_one_dimension() -> None:
    rng = np.random.default_rng(3)
    sides = [
        pd.DataFrame(
            {
                "chrom": np.array(list(SIZES), object)[rng.integers(0, 2, 200)],
                "start": rng.integers(-300, 1200, 200),
                "end": rng.integers(-300, 1200, 200),
            }
        )
        for _ in range(2)
    ]
    both = pd.concat([s.add_suffix(str(k)) for k, s in enumerate(sides, 1)], axis=1)
    found = force_range2d(both, genome=SIZES)
    one, two = (force_range(side, genome=SIZES) for side in sides)
    kept = one.index.intersection(two.index)
    assert found.index.tolist() == kept.tolist()
    assert 10 < len(kept) < 200
    for axis, side in (("1", one), ("2", two)):
        np.testing.assert_array_equal(
            found[[f"start{axis}", f"end{axis}"]], side.loc[kept, ["start", "end"]]
        )


def test_force_range2d__by_the_accessor() -> None:
    table = rects(("chr1", 0, 5000, "chr2", 0, 5000))
    found = table.misha.force_range(genome=SIZES)
    assert found[["end1", "end2"]].to_numpy().tolist() == [[1000, 600]]
    assert list(table.iloc[:0].misha.force_range(genome=SIZES)) == C2


def test_force_range2d__errors() -> None:
    table = rects(("chr1", 0, 5000, "chr2", 0, 5000))
    with pytest.raises(IntervalError, match="needs the sizes"):
        force_range2d(table)
    with pytest.raises(IntervalColumnsError, match="end2"):
        force_range2d(table.drop(columns="end2"), genome=SIZES)
    with pytest.raises(KeyError, match="lacks the column 'end'"):
        force_range(pd.DataFrame({"chrom": ["chr1"], "start": [0]}), genome=SIZES)
