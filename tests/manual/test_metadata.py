"""What the classic manual says about attributes and variables of tracks."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm

pytestmark = pytest.mark.usefixtures("own_copy")


def test_attributes__are_read_and_written() -> None:
    assert pm.gtrack_attr_get("sparse_track", "description")
    assert pm.gtrack_attr_get("sparse_track", "nothing_like_it") == ""
    assert pm.gtrack_attr_set("sparse_track", "origin", "run 7") is None
    assert pm.gtrack_attr_get("sparse_track", "origin") == "run 7"
    pm.gtrack_attr_set("sparse_track", "depth", 12)
    assert pm.gtrack_attr_get("sparse_track", "depth") == "12"


def test_attributes__are_exported_as_a_table() -> None:
    pm.gtrack_attr_set("sparse_track", "origin", "run 7")
    table = pm.gtrack_attr_export()
    assert isinstance(table, pd.DataFrame)
    assert table.index.tolist() == pm.gtrack_ls()
    assert {"created.by", "created.date", "description", "origin"} <= set(table)
    assert table["origin"].replace("", np.nan).dropna().to_dict() == {"sparse_track": "run 7"}
    some = pm.gtrack_attr_export(tracks=["dense_track"], attrs=["description"])
    assert some.shape == (1, 1)


def test_attributes__are_imported_from_a_table() -> None:
    table = pd.DataFrame({"lab": ["a", "b"], "kit": ["x", ""]}, ["dense_track", "rects_track"])
    pm.gtrack_attr_import(table)
    assert pm.gtrack_attr_get("rects_track", "lab") == "b"
    assert pm.gtrack_attr_get("rects_track", "kit") == ""
    pm.gtrack_attr_import(table[["lab"]], remove_others=True)
    assert pm.gtrack_attr_get("dense_track", "kit") == ""
    assert pm.gtrack_attr_get("dense_track", "created.by") != ""


def test_attributes__are_removed_by_empty_text() -> None:
    pm.gtrack_attr_set("dense_track", "origin", "run 7")
    pm.gtrack_attr_set("dense_track", "origin", "")
    assert pm.gtrack_attr_get("dense_track", "origin") == ""
    assert "origin" not in pm.gtrack_attr_export()


def test_attributes__find_tracks() -> None:
    pm.gtrack_attr_set("points_track", "origin", "run 7")
    pm.gtrack_attr_set("rects_track", "origin", "walk 7")
    assert pm.gtrack_ls(origin="run") == ["points_track"]
    assert pm.gtrack_ls(origin="[rw]") == ["points_track", "rects_track"]
    assert pm.gtrack_ls("^rect", origin="7") == ["rects_track"]
    assert pm.gtrack_ls(origin="swim") is None
    # The pattern of the manual looks like a glob, but is a regular expression: C50.
    assert pm.gtrack_ls("dense*") == ["dense_track", "subdir.dense_track2"]


@pytest.mark.parametrize(
    "create",
    [
        lambda: pm.gtrack_create("new", "of ours", "dense_track + 1"),
        lambda: pm.gtrack_smooth("new", "of ours", "dense_track", 500),
        lambda: pm.gtrack_create_sparse("new", "of ours", pm.gintervals(1, 5, 9), [1.0]),
        lambda: pm.gtrack_create_dense("new", "of ours", pm.gintervals(1, 5, 9), [1.0], 50),
        lambda: pm.gtrack_2d_create("new", "of ours", pm.gintervals_2d(1, 5, 9, 1, 5, 9), [1.0]),
    ],
    ids=["expression", "smooth", "sparse", "dense", "rectangles"],
)
def test_attributes__of_creation_come_by_themselves(create: Any) -> None:
    create()
    table = pm.gtrack_attr_export(["new"]).loc["new"]
    assert table["description"] == "of ours"
    assert table["created.by"].startswith("gtrack.")
    assert re.search(r"\d\d:\d\d:\d\d \d{4}$", table["created.date"])


def test_attributes__of_creation_are_only_read() -> None:
    assert pm.gdb_get_readonly_attrs() is None  # C51: what is always protected is not listed
    for attribute in ("created.by", "created.date"):
        with pytest.raises(ValueError, match="read-only"):
            pm.gtrack_attr_set("dense_track", attribute, "me")


def test_attributes__have_a_list_of_those_only_read(own_copy: Path) -> None:
    pm.gdb_set_readonly_attrs(["origin"])
    assert pm.gdb_get_readonly_attrs() == ["origin"]
    with pytest.raises(ValueError, match="read-only"):
        pm.gtrack_attr_set("dense_track", "origin", "x")
    pm.gdb_set_readonly_attrs(None)
    assert not (own_copy / ".ro_attributes").exists()
    pm.gtrack_attr_set("dense_track", "origin", "x")
    assert pm.gtrack_attr_get("dense_track", "origin") == "x"


def test_variables__are_set_read_listed_and_removed() -> None:
    assert pm.gtrack_var_set("sparse_track", "fit", {"slope": 1.5, "knots": [1, 2]}) is None
    assert pm.gtrack_var_get("sparse_track", "fit") == {"slope": 1.5, "knots": [1, 2]}
    pm.gtrack_var_set("sparse_track", "other", 1)
    assert pm.gtrack_var_ls("sparse_track") == ["fit", "other"]
    assert pm.gtrack_var_ls("sparse_track", "^o") == ["other"]
    assert pm.gtrack_var_rm("sparse_track", "fit") is None
    assert pm.gtrack_var_ls("sparse_track") == ["other"]
    with pytest.raises(ValueError, match="no variable 'fit'"):
        pm.gtrack_var_get("sparse_track", "fit")


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        2.5,
        "text",
        b"bytes",
        [1, "two", [3.0]],
        (1, 2),
        {1, 2},
        {"a": {"b": (1,)}},
        np.arange(6.0).reshape(2, 3),
        pd.DataFrame({"chrom": ["chr1", "chr2"], "n": [1, 2]}),
        pd.Series([1.5, np.nan], name="s"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_variables__keep_data_of_many_kinds(value: Any) -> None:
    pm.gtrack_var_set("dense_track", "kept", value)
    found = pm.gtrack_var_get("dense_track", "kept")
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(found, value)
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(found, value)
    elif isinstance(value, np.ndarray):
        np.testing.assert_array_equal(found, value, strict=True)
    else:
        assert found == value
        assert type(found) is type(value)


class Fit:
    """A class of the caller's own."""


@pytest.mark.parametrize(("value", "name"), [(Fit(), "Fit"), (len, "builtin"), (OrderedDict, "")])
def test_variables__of_other_classes_are_refused(value: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"not serializable.*{name}"):  # C54: never a pickle
        pm.gtrack_var_set("dense_track", "fit", value)
    assert pm.gtrack_var_ls("dense_track") == []


def test_variables__stay_with_their_track(own_copy: Path) -> None:
    pm.gtrack_var_set("dense_track", "n", 3)
    assert (own_copy / "tracks/dense_track.track/vars/n").is_file()
    pm.gtrack_mv("dense_track", "moved")
    assert pm.gtrack_var_get("moved", "n") == 3
    pm.gtrack_copy("moved", "copied")
    pm.gtrack_rm("moved", force=True)
    assert pm.gtrack_var_get("copied", "n") == 3


def test_metadata__two_kinds_differ_as_the_table_says() -> None:
    pm.gtrack_attr_set("dense_track", "threshold", 0.25)
    pm.gtrack_var_set("dense_track", "threshold", 0.25)
    assert pm.gtrack_attr_get("dense_track", "threshold") == "0.25"
    assert pm.gtrack_var_get("dense_track", "threshold") == 0.25
    assert "threshold" in pm.gtrack_attr_export()
    assert pm.gtrack_var_ls("dense_track") == ["threshold"]
    assert pm.gtrack_ls(threshold="0.25") == ["dense_track"]
    pm.gtrack_attr_set("dense_track", "threshold", "")
    pm.gtrack_var_rm("dense_track", "threshold")
    assert "threshold" not in pm.gtrack_attr_export()
    assert pm.gtrack_var_ls("dense_track") == []
