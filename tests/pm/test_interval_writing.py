"""Classic calls that write interval sets, and every `intervals_set_out`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import ReadOnlyError, UnsupportedError
from misha_xr.options import set_options
from misha_xr.testing.classic_calls import write_parity_database

Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def root(tmp_path: Path) -> Iterator[Path]:
    root = write_parity_database(tmp_path / "db", layout="per-chromosome")
    pm.gdb_init(root)
    yield root
    pm.gdb_unload()


def rows() -> pd.DataFrame:
    return pm.gintervals([1, 1, 2], [0, 50, 5], [10, 80, 20]).assign(name=["a", "b", "c"])


def squares() -> pd.DataFrame:
    return pm.gintervals_2d(1, [0, 50], [10, 60], 1, [5, 70], [9, 90])


class TestSave:
    def test_round_trip(self, root: Path):
        assert pm.gintervals_save(rows(), "lab.peaks") is None
        pd.testing.assert_frame_equal(pm.gintervals_load("lab.peaks"), rows(), check_dtype=False)
        assert (root / "tracks/lab/peaks.interv").is_file()
        pm.gintervals_save(squares(), "squares")
        pd.testing.assert_frame_equal(pm.gintervals_load("squares"), squares())

    @pytest.mark.parametrize(
        ("call", "kind", "text"),
        [
            (lambda: pm.gintervals_save(rows(), "iset"), ValueError, "already exists"),
            (lambda: pm.gintervals_save(rows(), "d10"), ValueError, "already exists"),
            (lambda: pm.gintervals_save(rows(), "1x"), ValueError, "Invalid"),
            (lambda: pm.gintervals_save("x", rows()), ValueError, "Invalid"),
            (lambda: pm.gintervals_save("iset", "new"), TypeError, "DataFrame"),
            (lambda: pm.gintervals_save(rows().iloc[:0], "new"), ValueError, "empty"),
            (lambda: pm.gintervals_save(rows().assign(end=0, start=0), "new"), ValueError, "below"),
        ],
    )
    def test_errors(self, call: Call, kind: type[Exception], text: str):
        with pytest.raises(kind, match=text):
            call()
        assert not pm.gintervals_exists("new")

    def test_big(self):
        with set_options(big_set_rows=2):
            pm.gintervals_save(rows(), "big")
        assert pm.gintervals_is_bigset("big")
        assert pm.gintervals_load("big")["name"].tolist() == ["a", "b", "c"]


class TestUpdate:
    def test_replaces_and_deletes(self):
        pm.gintervals_save(rows(), "a")
        pm.gintervals_update("a", rows().iloc[:1].assign(name="z"), chrom="1")
        assert pm.gintervals_load("a")["name"].tolist() == ["z", "c"]
        pm.gintervals_update("a", None, chrom=2)
        assert pm.gintervals_load("a")["name"].tolist() == ["z"]
        with pytest.raises(ValueError, match="Cannot save empty"):
            pm.gintervals_update("a", rows().iloc[:0], chrom="chr1")

    def test_2d(self):
        pm.gintervals_save(squares(), "a")
        pm.gintervals_update("a", squares().iloc[:1], chrom1="1", chrom2="1")
        assert len(pm.gintervals_load("a")) == 1

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (("nope", None, "1"), "nope"),
            (("iset", None), "Chromosome must be specified"),
            (("iset", None, None, "1", "1"), "1D intervals names chrom"),
            (("a", None, None, "1"), "2D|chrom"),
            (("a", pd.DataFrame({"chrom": ["2"], "start": [0], "end": [5]}), "1"), "lies on"),
            (("a", rows, "1"), "has the columns"),
        ],
    )
    def test_errors(self, arguments: tuple[Any, ...], text: str):
        pm.gintervals_save(rows()[["chrom", "start", "end"]], "a")
        before = pm.gintervals_load("a")
        given = [item() if callable(item) else item for item in arguments]
        with pytest.raises(ValueError, match=text):
            pm.gintervals_update(*given)
        pd.testing.assert_frame_equal(pm.gintervals_load("a"), before)


class TestRemove:
    def test_removes_with_attributes(self, root: Path):
        pm.gintervals_attr_set("iset", "lab", "x")
        assert pm.gintervals_rm("iset") is None
        assert not list((root / "tracks").glob("iset*"))
        with pytest.raises(ValueError, match="iset"):
            pm.gintervals_rm("iset")
        assert pm.gintervals_rm("iset", force=True) is None

    def test_datasets_are_read_only(self, tmp_path: Path):
        other = write_parity_database(tmp_path / "other", layout="per-chromosome")
        for path in [*(other / "tracks").glob("*.track"), *(other / "tracks").glob("ns")]:
            path.rename(tmp_path / path.name)
        (other / "tracks/iset.interv").rename(other / "tracks/shared.interv")
        pm.gdataset_load(other)
        for call in (
            lambda: pm.gintervals_rm("shared"),
            lambda: pm.gintervals_attr_set("shared", "a", "b"),
            lambda: pm.gintervals_update("shared", None, chrom="1"),
            lambda: pm.gintervals_convert_to_indexed("shared"),
        ):
            with pytest.raises(ReadOnlyError, match="dataset"):
                call()


class TestAttributes:
    def test_set_and_remove(self):
        assert pm.gintervals_attr_set("iset", "b", "1") is None
        pm.gintervals_attr_set("iset", "a", "2")
        assert pm.gintervals_attr_get("iset", "b") == "1"
        pm.gintervals_attr_set("iset", "b", "")
        assert pm.gintervals_attr_get("iset", "b") == ""
        with pytest.raises(ValueError, match="nope"):
            pm.gintervals_attr_set("nope", "b", "1")

    def test_import(self):
        pm.gintervals_attr_set("iset", "old", "1")
        table = pd.DataFrame({"lab": ["x"], "n": [5], "none": [None]}, index=["iset"])
        assert pm.gintervals_attr_import(table) is None
        exported = pm.gintervals_attr_export("iset")
        assert exported.loc["iset"].to_dict() == {"old": "1", "lab": "x", "n": "5"}
        pm.gintervals_attr_import(table[["lab"]], remove_others=True)
        assert pm.gintervals_attr_export("iset").loc["iset"].to_dict() == {"lab": "x"}
        with pytest.raises(ValueError, match="DataFrame"):
            pm.gintervals_attr_import({"lab": "x"})
        with pytest.raises(ValueError, match="nope"):
            pm.gintervals_attr_import(pd.DataFrame({"lab": ["y", "y"]}, index=["iset", "nope"]))
        assert pm.gintervals_attr_get("iset", "lab") == "x"


class TestConvert:
    def test_1d(self):
        with set_options(big_set_rows=1):
            pm.gintervals_save(rows(), "a")
            pm.gintervals_save(squares(), "b")
        before = pm.gintervals_load("a")
        assert pm.gintervals_convert_to_indexed("a") is None
        assert pm.gintervals_is_indexed("a")
        pd.testing.assert_frame_equal(pm.gintervals_load("a"), before)
        pm.gintervals_2d_convert_to_indexed("b", remove_old=True)
        assert pm.gintervals_is_indexed("b")
        pm.gintervals_attr_set("a", "x", "y")
        assert not pm.gintervals_is_indexed("a")
        pd.testing.assert_frame_equal(pm.gintervals_load("a"), before)
        with pytest.raises(UnsupportedError, match="attributes"):
            pm.gintervals_convert_to_indexed("a")
        with pytest.raises(ValueError, match="2D"):
            pm.gintervals_convert_to_indexed("b")
        with pytest.raises(ValueError, match="nope"):
            pm.gintervals_convert_to_indexed("nope")
        pm.gintervals_convert_to_indexed("iset")
        assert not pm.gintervals_is_bigset("iset")


A = pd.DataFrame({"chrom": ["chr1", "chr1"], "start": [0, 50], "end": [10, 80]})
B = pd.DataFrame({"chrom": ["chr1", "chr1"], "start": [5, 60], "end": [20, 90]})
OUT: dict[str, Call] = {
    "gscreen": lambda **out: pm.gscreen("d10 > -1e9", A, **out),
    "gintervals_union": lambda **out: pm.gintervals_union(A, B, **out),
    "gintervals_intersect": lambda **out: pm.gintervals_intersect(A, B, **out),
    "gintervals_diff": lambda **out: pm.gintervals_diff(A, B, **out),
    "gintervals_neighbors": lambda **out: pm.gintervals_neighbors(A, B, **out),
    "gintervals_force_range": lambda **out: pm.gintervals_force_range(A, **out),
    "gintervals_normalize": lambda **out: pm.gintervals_normalize(A, 20, **out),
    "gintervals_rbind": lambda **out: pm.gintervals_rbind(A, B, **out),
    "giterator_intervals": lambda **out: pm.giterator_intervals("d10", A, **out),
    "gintervals_summary": lambda **out: pm.gintervals_summary("d10", A, **out),
    "gintervals_quantiles": lambda **out: pm.gintervals_quantiles("d10", 0.5, A, **out),
    "gintervals_mapply": lambda **out: pm.gintervals_mapply(np.size, "d10", intervals=A, **out),
    "gpartition": lambda **out: pm.gpartition("d10", [-1e9, 0, 1e9], A, **out),
    "glookup": lambda **out: pm.glookup([1, 2], "d10", [-1e9, 0, 1e9], intervals=A, **out),
    "gsegment": lambda **out: pm.gsegment("d10", 100, intervals=pm.gintervals_all(), **out),
    "gwilcox": lambda **out: pm.gwilcox("d10", 100, 300, 0.5, intervals=pm.gintervals(1), **out),
    "gintervals_2d_band_intersect": lambda **out: pm.gintervals_2d_band_intersect(
        pm.gintervals_2d(1, 0, 50, 1, 0, 100), (-50, 20), **out
    ),
}


@pytest.mark.parametrize("name", list(OUT))
def test_intervals_set_out(name: str):
    """The set holds what is returned without it; None is returned then, as by pymisha."""
    table = OUT[name]()
    assert OUT[name](intervals_set_out="out") is None
    saved = pm.gintervals_load("out")
    keys = [column for column in saved if column.startswith("chrom")]
    expected = table.sort_values(keys[:1], kind="stable").reset_index(drop=True)
    pd.testing.assert_frame_equal(saved, expected, check_dtype=False)
    with pytest.raises(ValueError, match="already exists"):
        OUT[name](intervals_set_out="out")


def test_intervals_set_out__gextract_returns_the_table_too():
    found = pm.gextract("d10", A, intervals_set_out="out")
    assert "intervalID" in found
    saved = pm.gintervals_load("out")
    pd.testing.assert_frame_equal(saved, found.drop(columns="intervalID"))
    with pytest.raises(ValueError, match="Invalid"):
        pm.gextract("no such track", A, intervals_set_out="1x")


def test_intervals_set_out__annotate_keeps_its_result():
    found = pm.gintervals_annotate(A, B.assign(score=[1.5, 2.5]), intervals_set_out="out")
    pd.testing.assert_frame_equal(pm.gintervals_load("out"), found, check_dtype=False)


def test_intervals_set_out__by_position_and_without_rows():
    assert pm.gintervals_union(A, B, "out") is None
    assert pm.gintervals_exists("out")
    assert pm.gscreen("d10 > 1e9", intervals_set_out="none") is None
    assert not pm.gintervals_exists("none")
