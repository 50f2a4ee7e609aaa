"""Classic calls row by row: returns, errors, and the semantics' examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import UnknownSetError
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.usefixtures("session")


def table(*rows: tuple[Any, ...], **more: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "start", "end"]).assign(**more)


def spans(found: pd.DataFrame) -> list[list[int]]:
    return found[["start", "end"]].to_numpy().tolist()


@pytest.fixture
def small(session: str, tmp_path: Path) -> None:
    """Use a genome of 1000 and 600 bases."""
    pm.gdb_init(write_database(tmp_path, sizes={"chr1": 1000, "chr2": 600}))


@pytest.mark.usefixtures("small")
def test_force_range__cuts_and_keeps_order_and_columns() -> None:
    given = table(
        ("2", 5, 9),
        (1, 990, 1100),
        ("chr1", -10, 10),
        ("chr1", 30, 20),
        ("chr1", 2000, 2100),
        ("chr99", 0, 5),
        x=list("abcdef"),
    ).set_axis(range(6, 0, -1))
    found = pm.gintervals_force_range(given)
    assert found["chrom"].tolist() == ["chr2", "chr1", "chr1"]
    assert spans(found) == [[5, 9], [990, 1000], [0, 10]]
    assert found["x"].tolist() == ["a", "b", "c"]
    assert isinstance(found.index, pd.RangeIndex)
    assert found.dtypes.astype(str).tolist()[:3] == ["str", "int64", "int64"]


@pytest.mark.usefixtures("small")
def test_force_range__nothing_left_is_none() -> None:
    assert pm.gintervals_force_range(table(("chr1", 5, 5))) is None
    assert pm.gintervals_force_range(table(("chr99", 0, 5))) is None
    assert pm.gintervals_force_range(table(("chr1", 0, 5)).iloc[:0]) is None


@pytest.mark.usefixtures("small")
def test_force_range__two_dimensions() -> None:
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    given = pd.DataFrame(
        [("chr2", 50, 5000, "1", -5, 250), ("chr1", 5, 9, "chrZ", 1, 2)], columns=columns
    ).assign(x=1)
    found = pm.gintervals_force_range(given)
    assert found.to_numpy().tolist() == [["chr2", 50, 600, "chr1", 0, 250, 1]]
    assert pm.gintervals_force_range(given.iloc[1:]) is None


@pytest.mark.usefixtures("small")
def test_normalize__slides_at_the_ends() -> None:
    given = table(("chr1", 0, 5), ("chr1", 990, 1000), ("chr2", 100, 110), x=[1, 2, 3])
    found = pm.gintervals_normalize(given.set_axis(list("abc")), 20)
    assert spans(found) == [[0, 20], [980, 1000], [95, 115]]
    assert found["x"].tolist() == [1, 2, 3]
    assert isinstance(found.index, pd.RangeIndex)
    assert spans(pm.gintervals_normalize(given.iloc[2:], 5)) == [[102, 107]]
    assert spans(pm.gintervals_normalize(given.iloc[2:], 5000)) == [[0, 600]]


@pytest.mark.usefixtures("small")
def test_normalize__sizes_by_row_or_one_row_repeated() -> None:
    given = table(("chr2", 100, 110), ("chr1", 100, 110))
    assert spans(pm.gintervals_normalize(given, [5, 7])) == [[102, 107], [101, 108]]
    repeated = pm.gintervals_normalize(given.iloc[:1], [5, 7])
    assert spans(repeated) == [[102, 107], [101, 108]]
    assert repeated["chrom"].tolist() == ["chr2", "chr2"]


def test_mark_overlaps__groups_from_zero_index_kept() -> None:
    given = table(("chr1", 50, 60), ("chr1", 0, 10), ("chr1", 8, 20), ("chr1", 20, 30), x=1)
    found = pm.gintervals_mark_overlaps(given.set_axis([3, 1, 2, 7]))
    assert found.index.tolist() == [3, 1, 2, 7]
    assert list(found) == ["chrom", "start", "end", "x", "overlap_group"]
    assert found["overlap_group"].tolist() == [1, 0, 0, 0]
    assert found["overlap_group"].dtype == "int64"
    apart = pm.gintervals_mark_overlaps(given, "g", unify_touching_intervals=False)
    assert apart["g"].tolist() == [2, 0, 0, 1]
    again = pm.gintervals_mark_overlaps(given.assign(x="old"), "x")
    assert again["x"].tolist() == [1, 0, 0, 0]
    assert "overlap_group" in pm.gintervals_mark_overlaps("annotations")


def test_rbind__below_each_other_unsorted() -> None:
    one, two = table(("chr2", 1, 2), x=1), table(("chr1", 5, 6), x=2)
    found = pm.gintervals_rbind(one, two, one.iloc[:0])
    assert found["chrom"].tolist() == ["chr2", "chr1"]
    assert isinstance(found.index, pd.RangeIndex)
    assert list(pm.gintervals_rbind(one, two[["x", "end", "start", "chrom"]])) == list(one)
    assert pm.gintervals_rbind(one.iloc[:0], two.iloc[:0].drop(columns="x")) is None
    planes = pm.gintervals_2d_all()
    assert len(pm.gintervals_rbind(planes, planes)) == 2 * len(planes)
    twice = pm.gintervals_rbind("annotations", pm.gintervals_load("annotations"))
    assert len(twice) == 2 * len(pm.gintervals_load("annotations"))


ROW = table(("chr1", 0, 10))


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: pm.gintervals_force_range(None), ValueError, "cannot be None"),
        (lambda: pm.gintervals_force_range(ROW.drop(columns="end")), KeyError, "end"),
        (lambda: pm.gintervals_normalize(ROW.iloc[:0], 5), ValueError, "empty"),
        (lambda: pm.gintervals_normalize(ROW, 0), ValueError, "at least 1"),
        (lambda: pm.gintervals_normalize(pm.gintervals_all(), [5, 6]), ValueError, "one per row"),
        (lambda: pm.gintervals_normalize(pm.gintervals_2d_all(), 5), ValueError, "2D"),
        (lambda: pm.gintervals_mark_overlaps(ROW.iloc[:0]), ValueError, "empty"),
        (lambda: pm.gintervals_mark_overlaps(None), ValueError, "None"),
        (lambda: pm.gintervals_mark_overlaps("zz"), UnknownSetError, "zz"),
        (lambda: pm.gintervals_rbind(), ValueError, "at least one"),
        (lambda: pm.gintervals_rbind(ROW, ROW.assign(x=1)), ValueError, "x"),
        (lambda: pm.gintervals_rbind(ROW, None), ValueError, "cannot be None"),
    ],
)
def test_errors(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
