"""Classic two-dimensional intervals: returns, errors, and the semantics' examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import BandError
from misha_xr.testing.database import write_database

C2 = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


@pytest.fixture(autouse=True)
def _small(session: str, tmp_path: Path) -> None:
    """Use the genome of the semantics' examples, with a set and a track."""
    squares = planes(("chr1", 0, 100, "chr1", 0, 100), ("chr1", 400, 490, "chr1", 180, 500))
    pm.gdb_init(
        write_database(
            tmp_path,
            sizes={"chr1": 1000, "chr10": 400, "chr2": 600, "chrX": 300},
            rects={"r2": squares.assign(value=[10.0, 20.0])},
            sets={"iset2": squares},
        )
    )


def planes(*rows: tuple[Any, ...], **more: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=C2).assign(**more)


def rows(found: pd.DataFrame) -> list[list[Any]]:
    assert list(found) == C2
    assert found.dtypes.astype(str).tolist() == ["str", "int64", "int64"] * 2
    assert isinstance(found.index, pd.RangeIndex)
    assert found.attrs == {}
    return found.to_numpy().tolist()


ONE = planes(("chr1", 0, 100, "chr1", 0, 100))
TWO = planes(("chr1", 50, 150, "chr1", 50, 150))


def test_2d__second_position_is_a_start() -> None:
    assert rows(pm.gintervals_2d(1, 2)) == [["chr1", 2, 1000, "chr1", 0, 1000]]
    assert rows(pm.gintervals_2d(1, chroms2="X")) == [["chr1", 0, 1000, "chrX", 0, 300]]
    assert rows(pm.gintervals_2d(1, 1.7, 3.2, 2, 5)) == [["chr1", 1, 3, "chr2", 5, 600]]


def test_2d__sorted_by_chrom1_start1_chrom2_start2() -> None:
    found = pm.gintervals_2d(
        [2, 1, 1, 1, 10], [0, 5, 0, 0, 0], [9, 10, 12, 10, 3], [1, 1, 2, 1, 1], [0, 2, 0, 7, 1], 20
    )
    assert rows(found) == [
        ["chr1", 0, 10, "chr1", 7, 20],
        ["chr1", 0, 12, "chr2", 0, 20],
        ["chr1", 5, 10, "chr1", 2, 20],
        ["chr10", 0, 3, "chr1", 1, 20],
        ["chr2", 0, 9, "chr1", 0, 20],
    ]
    assert len(pm.gintervals_2d(1, 0, 5, [1, 2])) == 2


def test_2d_all__diagonal_by_default() -> None:
    assert rows(pm.gintervals_2d_all())[2] == ["chr2", 0, 600, "chr2", 0, 600]
    assert len(pm.gintervals_2d_all()) == 4
    full = pm.gintervals_2d_all("full")
    assert rows(full)[1] == ["chr1", 0, 1000, "chr10", 0, 400]
    assert len(full) == 16


def test_2d_intersect__pairs_that_share_points() -> None:
    assert rows(pm.gintervals_2d_intersect(ONE, TWO)) == [["chr1", 50, 100, "chr1", 50, 100]]
    twice = pd.concat([ONE, ONE.assign(chrom2="chr2"), ONE]).assign(x=1)
    assert len(pm.gintervals_2d_intersect(twice, TWO)) == 2
    assert pm.gintervals_2d_intersect(ONE, TWO.assign(start2=100)) is None
    assert pm.gintervals_2d_intersect(ONE, TWO.iloc[:0]) is None
    assert pm.gintervals_2d_intersect(ONE.assign(chrom1=1), TWO) is not None


def test_2d_union__sorted_and_not_merged() -> None:
    found = pm.gintervals_2d_union(pd.concat([TWO, ONE]).assign(x=1), ONE)
    assert [row[1] for row in rows(found)] == [0, 0, 50]
    assert pm.gintervals_2d_union(ONE.iloc[:0], ONE.iloc[:0]) is None
    far = planes(("chr1", 5, 9, "chr1", 1, 2), ("chr1", 0, 9, "chr2", 1, 2))
    assert rows(pm.gintervals_2d_union(far, far.iloc[:0]))[0][3] == "chr2"


def test_2d_band_intersect__shrinks_keeps_columns_and_order() -> None:
    given = planes(
        ("chr1", 900, 950, "chr1", 0, 200),
        ("chr1", 200, 800, "chr1", 100, 1000),
        ("chr1", 0, 100, "chr1", 0, 400),
        ("chr1", 900, 950, "chr2", 0, 200),
        x=list("abcd"),
    )
    found = pm.gintervals_2d_band_intersect(given, [500, 1000])
    assert found["x"].tolist() == ["a", "b"]
    assert rows(found[C2]) == [
        ["chr1", 900, 950, "chr1", 0, 200],
        ["chr1", 600, 800, "chr1", 100, 300],
    ]
    nothing = pm.gintervals_2d_band_intersect(given, (5000, 10000))
    assert len(nothing) == 0
    assert list(nothing) == [*C2, "x"]


def test_names_of_sets_and_tracks() -> None:
    assert len(pm.gintervals_2d_union("iset2", "r2")) == 4
    assert len(pm.gintervals_2d_intersect("iset2", "r2")) == 2
    assert len(pm.gintervals_2d_band_intersect("r2", (-10, 10))) == 2


LINE = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: pm.gintervals_2d([]), ValueError, "one length"),
        (lambda: pm.gintervals_2d([1, 1], [0, 1, 2], 5), ValueError, "one length"),
        (lambda: pm.gintervals_2d(1, 30, 20), ValueError, "start is not below end"),
        (lambda: pm.gintervals_2d(1, chroms2="chr99"), pm.error, "chr99"),
        (lambda: pm.gintervals_2d_all("zz"), ValueError, "mode must be one of"),
        (lambda: pm.gintervals_2d_intersect(LINE, ONE), ValueError, "chrom1"),
        (lambda: pm.gintervals_2d_intersect(None, ONE), ValueError, "cannot be None"),
        (lambda: pm.gintervals_2d_union(ONE, LINE), ValueError, "chrom1"),
        (lambda: pm.gintervals_2d_union(ONE, ONE.assign(end1=0)), ValueError, "start"),
        (lambda: pm.gintervals_2d_band_intersect(ONE, None), ValueError, "band cannot be None"),
        (lambda: pm.gintervals_2d_band_intersect(ONE, (5, 5)), BandError, "5"),
        (lambda: pm.gintervals_2d_band_intersect(LINE, (5, 6)), KeyError, "chrom1"),
    ],
)
def test_errors(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
