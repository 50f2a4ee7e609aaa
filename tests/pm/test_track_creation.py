"""Classic calls that make tracks: what they return, accept and refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.tiny import write_tiny

ROWS = pd.DataFrame({"chrom": ["chr2", "1"], "start": [5, 50], "end": [9, 60]})


@pytest.fixture(autouse=True)
def tiny_session(tmp_path):
    pm.gdb_init(write_tiny(tmp_path / "db"))
    yield
    pm.gdb_unload()


CALLS = {
    "gtrack_create": ("t", "d", "a * 2"),
    "gtrack_create_dense": ("t", "d", ROWS, [1, 2], 20),
    "gtrack_create_dense_direct": ("t", "d", ROWS, [1, 2], 20, 0, False),
    "gtrack_create_sparse": ("t", "d", ROWS, [1, 2]),
    "gtrack_lookup": ("t", "d", [1, 2], "a", [0, 5, 10]),
    "gtrack_modify": ("a", "a + 1"),
    "gtrack_smooth": ("t", "d", "a", 100),
    "gtrack_array_create": ("t", "d", ROWS, [[1], [2]], ["x"]),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls__return_none_and_say_who_made_the_track(name):
    args = CALLS[name]
    assert getattr(pm, name)(*args) is None
    assert pm.gtrack_exists(args[0])
    by = pm.gtrack_attr_get(args[0], "created.by")
    assert args[0] in by
    assert name.removeprefix("gtrack_").split("_")[0] in by
    if args[0] == "t":
        assert pm.gtrack_attr_get("t", "description") == "d"
        with pytest.raises(ValueError, match="already exists"):
            getattr(pm, name)(*args)


def test_gtrack_create__sees_variables_and_virtual_tracks_of_the_script():
    k = 3.0
    pm.gvtrack_create("v", "a", "max")
    pm.gtrack_create("t", "", "v * k", iterator=100)
    found = pm.gextract("t", pm.gintervals("chr1", 0, 200))["t"].tolist()
    assert found == [k * 1, k * 2]
    assert pm.gtrack_attr_get("t", "description") == ""


def test_gtrack_create__below_the_current_directory(tmp_path):
    pm.gtrack_create("ns.deep.t", "", "a")
    pm.gdir_cd("ns")
    pm.gtrack_create("more", "", "a")
    assert (tmp_path / "db" / "tracks" / "ns" / "more.track").is_dir()


def test_gtrack_create_dense__names_of_sets_are_intervals():
    pm.gtrack_create_dense("t", "", "genes", [1.0, 2.0], 50, func="coverage", defval=0)
    assert pm.gextract("t", pm.gintervals("chr1", 0, 100))["t"].round(3).tolist() == [1, 0.2]
    with pytest.raises(ValueError, match="positive integer"):
        pm.gtrack_create_dense("u", "", ROWS, [1, 2], -0.5)


def test_gtrack_create_sparse__counts_what_it_leaves_out():
    rows = pd.DataFrame({"chrom": ["chrQ", "chr1"], "start": [0, 1000], "end": [5, 9000]})
    with pytest.warns(pm.PymishaWarning, match="1 of 2 intervals .* left out; 1 are cut") as caught:
        pm.gtrack_create_sparse("t", "", rows, [1, 2])
    assert caught[0].filename == __file__
    found = pm.gextract("t", pm.gintervals_all(), iterator="t")
    assert found[["start", "end", "t"]].to_numpy().tolist() == [[1000, 1050, 2]]
    with pytest.raises(ValueError, match="No intervals map to known chromosomes"):
        pm.gtrack_create_sparse("u", "", rows.iloc[:1], [1])


def test_gtrack_array__set_colnames_and_import(tmp_path):
    pm.gtrack_array_create("t", "d", ROWS, [[1, np.nan], [3, 4]], ["x", "y"])
    assert pm.gtrack_array_set_colnames("t", ["u"]) is None
    assert pm.gtrack_array_get_colnames("t") == ["u"]
    path = tmp_path / "table.tsv"
    pm.gtrack_array_extract("t", file=str(path))
    assert pm.gtrack_array_import("s", "d", str(path), "t") is None
    assert pm.gtrack_array_extract("s")["u"].tolist() == [3, 1]


def test_gtrack_create_empty_indexed(tmp_path):
    (tmp_path / "db" / "tracks" / "bare.track").mkdir()
    assert pm.gtrack_create_empty_indexed("bare") is None
    assert pm.gextract("bare", pm.gintervals_all(), iterator="bare") is None
    with pytest.raises(ValueError, match="holds values"):
        pm.gtrack_create_empty_indexed("a")
