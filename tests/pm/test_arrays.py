"""Classic calls on array tracks: values, columns, slices of virtual tracks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.semantics import intervals, write_semantics_database


@pytest.fixture(autouse=True)
def _session(session: object, tmp_path: Path) -> None:
    pm.gdb_init(write_semantics_database(tmp_path / "db"))


def value(name: str, start: int, end: int) -> float:
    return float(pm.gextract(name, pm.gintervals(1, start, end), iterator=-1)[name].iloc[0])


def test_gtrack_array_get_colnames() -> None:
    assert pm.gtrack_array_get_colnames("arr") == ["a", "b", "c"]
    for name in ("sp", "d10", "r2", "nope"):
        with pytest.raises(ValueError, match=name):
            pm.gtrack_array_get_colnames(name)


def test_gtrack_array_extract__types_and_order() -> None:
    found = pm.gtrack_array_extract("arr", ["c", "a"])
    assert list(found) == ["chrom", "start", "end", "c", "a", "intervalID"]
    assert found.dtypes.astype(str).tolist() == [
        "str", "int64", "int64", "float64", "float64", "int64",
    ]  # fmt: skip
    assert isinstance(found.index, pd.RangeIndex)
    np.testing.assert_array_equal(found["c"], [np.nan, 5.0, 9.0])
    pd.testing.assert_frame_equal(found, pm.gtrack_array_extract("arr", [2, 0]))
    assert found["intervalID"].tolist() == [1, 1, 1]


def test_gtrack_array_extract__scope_cuts_and_numbers() -> None:
    rows = intervals(("chr2", 0, 10), ("chr1", 140, 400), ("chr1", 0, 105))
    found = pm.gtrack_array_extract("arr", None, rows)
    assert found[["start", "end", "intervalID"]].to_numpy().tolist() == [
        [100, 105, 3],
        [150, 155, 2],
        [300, 310, 2],
    ]


def test_gtrack_array_extract__no_rows_gives_columns_of_objects() -> None:
    found = pm.gtrack_array_extract("arr", ["a"], pm.gintervals("chrX"))
    assert found.dtypes.astype(str).tolist() == ["object"] * 5
    assert len(found) == 0


def test_gtrack_array_extract__file(tmp_path: Path) -> None:
    file = tmp_path / "out.tsv"
    assert pm.gtrack_array_extract("arr", None, None, str(file)) is None
    assert file.read_text().splitlines()[:2] == [
        "chrom\tstart\tend\ta\tb\tc",
        "chr1\t100\t110\t1.0\t2.0\t",
    ]


def test_gtrack_array_extract__errors(monkeypatch: pytest.MonkeyPatch) -> None:
    for args, text in ((("sp",), "not an array"), (("arr", ["z"]), "'z'"), (("arr", [3]), "3")):
        with pytest.raises(ValueError, match=text):
            pm.gtrack_array_extract(*args)
    monkeypatch.setitem(pm.CONFIG, "max_data_size", 2)
    with pytest.raises(pm.error, match="Result size exceeded"):
        pm.gtrack_array_extract("arr")


def test_gvtrack_array_slice__numbers_of_the_notes() -> None:
    pm.gvtrack_create("v", "arr")
    pm.gvtrack_array_slice("v", ["b", "c"], "max")
    assert value("v", 90, 320) == 16 / 3
    pm.gvtrack_array_slice("v", ["a", "b"], "sum")
    assert value("v", 100, 320) == 7.0
    pm.gvtrack_array_slice("v", "a", "stddev")
    assert np.isnan(value("v", 90, 320))
    pm.gvtrack_array_slice("v", [], "quantile", 0.5)
    assert value("v", 90, 120) == 1.5


def test_gvtrack_array_slice__function_and_shifts_of_the_creation_stay() -> None:
    pm.gvtrack_create("v", "arr", "max", sshift=-5)
    pm.gvtrack_array_slice("v", ["a", "b"], "sum")
    assert value("v", 110, 320) == 15.0
    pm.gvtrack_array_slice("v", ["a"])
    assert value("v", 110, 120) == 1.0
    pm.gvtrack_iterator("v", sshift=0, eshift=40)
    assert value("v", 110, 120) == 3.0
    assert pm.gvtrack_info("v")["eshift"] == 40


def test_gvtrack_info__of_a_slice() -> None:
    pm.gvtrack_create("v", "arr", "max", sshift=-5)
    pm.gvtrack_array_slice("v", ["c", "a"], "STDEV")
    assert pm.gvtrack_info("v") == {
        "kind": "array_slice",
        "src": "arr",
        "slice_cols": [2, 0],
        "func": "stddev",
        "params": None,
    }
    json.dumps(pm._VTRACKS)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (("w", ["a"]), "no virtual track 'w'"),
        (("v", ["z"]), "no column 'z'"),
        (("v", [3]), "no column number 3"),
        (("v", ["a"], "foo"), "foo"),
        (("v", ["a"], "size"), "slice_func must be one of"),
        (("v", ["a"], "quantile"), "needs the parameter"),
        (("v", ["a"], "quantile", 2), "must lie in"),
        (("v", ["a"], "avg", 0.5), "takes no parameter"),
        (("s", ["a"]), "not an array"),
        (("i", ["a"]), "no array track"),
    ],
)
def test_gvtrack_array_slice__errors(args: tuple[object, ...], text: str) -> None:
    for name, source in (("v", "arr"), ("s", "sp"), ("i", "iset")):
        pm.gvtrack_create(name, source)
    with pytest.raises(ValueError, match=text):
        pm.gvtrack_array_slice(*args)
    assert "kind" not in pm.gvtrack_info("v")
