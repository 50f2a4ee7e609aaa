"""Attributes and the list of protected ones in the classic API."""

from __future__ import annotations

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.formats.ro_attributes import decode_ro_attributes
from misha_xr.testing.database import write_database

FRAME = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "value": [1.0]})


@pytest.fixture
def root(tmp_path):
    """Three tracks and two sets with attributes."""
    path = write_database(
        tmp_path,
        sizes={"chr1": 100},
        sparse={"a": FRAME, "b": FRAME, "ns.c": FRAME},
        sets={"s": FRAME, "t": FRAME},
        attributes={"a": {"z": "1", "y": "2"}, "b": {"z": "3"}, "s": {"q": "5", "p": "4"}},
    )
    pm.gdb_init(path)
    yield path
    pm.gdb_unload()


def test_gtrack_attr_get(root) -> None:
    assert pm.gtrack_attr_get("a", "y") == "2"
    assert pm.gtrack_attr_get("b", "y") == ""
    with pytest.raises(ValueError, match="nope"):
        pm.gtrack_attr_get("nope", "y")


def test_gtrack_attr_export__all(root) -> None:
    table = pm.gtrack_attr_export()
    assert list(table) == ["z", "y"]
    assert table.index.tolist() == ["a", "b", "ns.c"]
    assert table.index.name is None
    assert table["y"].tolist() == ["2", "", ""]
    assert set(table.dtypes.astype(str)) == {"str"}


def test_gtrack_attr_export__chosen(root) -> None:
    table = pm.gtrack_attr_export(["b", "a"], ["x", "y", "z"])
    assert list(table) == ["z", "y", "x"]
    assert table.index.tolist() == ["b", "a"]
    assert table["x"].tolist() == ["", ""]
    assert pm.gtrack_attr_export([]).shape == (0, 0)
    assert pm.gtrack_attr_export(["a"], []).shape == (1, 0)
    with pytest.raises(ValueError, match="nope"):
        pm.gtrack_attr_export(["nope"])


def test_gintervals_attr_get(root) -> None:
    assert pm.gintervals_attr_get("s", "p") == "4"
    assert pm.gintervals_attr_get("t", "p") == ""
    with pytest.raises(ValueError, match="nope"):
        pm.gintervals_attr_get("nope", "p")


def test_gintervals_attr_export(root) -> None:
    table = pm.gintervals_attr_export()
    assert table.index.tolist() == ["s", "t"]
    assert set(table) == {"p", "q"}
    assert list(pm.gintervals_attr_export("s", ["b", "p"])) == ["b", "p"]
    assert pm.gintervals_attr_export([]).shape == (0, 0)
    with pytest.raises(ValueError, match="nope"):
        pm.gintervals_attr_export("nope")


def test_gdb_set_readonly_attrs__writes_the_form_of_r(root) -> None:
    assert pm.gdb_get_readonly_attrs() is None
    assert pm.gdb_set_readonly_attrs(["a", "b"]) is None
    data = (root / ".ro_attributes").read_bytes()
    assert data[:2] == b"X\n"
    assert decode_ro_attributes(data) == ["a", "b"]
    pm.gdb_set_readonly_attrs("one")
    assert pm.gdb_get_readonly_attrs() == ["one"]
    pm.gdb_set_readonly_attrs([])
    assert pm.gdb_get_readonly_attrs() is None
    assert not (root / ".ro_attributes").exists()
    assert [path.name for path in root.iterdir() if "tmp" in path.name] == []


@pytest.mark.parametrize(
    ("attrs", "kind"), [(5, TypeError), ([""], ValueError), (["a", "a"], ValueError)]
)
def test_gdb_set_readonly_attrs__refuses_and_keeps_the_list(root, attrs, kind) -> None:
    pm.gdb_set_readonly_attrs(["kept"])
    with pytest.raises(kind):
        pm.gdb_set_readonly_attrs(attrs)
    assert pm.gdb_get_readonly_attrs() == ["kept"]


def test_gdb_get_readonly_attrs__reads_the_private_form(root) -> None:
    (root / ".ro_attributes").write_bytes(b"PYMISHA_ROATTRS_V1\0a\nb")
    assert pm.gdb_get_readonly_attrs() == ["a", "b"]
