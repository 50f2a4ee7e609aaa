"""Classic calls that change tracks, their metadata and directories: returns and errors."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from misha_xr import pm


@pytest.fixture(autouse=True)
def own_database():
    """Write into a copy of the example database."""
    root = pm.gdb_init_examples()
    yield Path(root)
    pm.gdb_unload()


def test_gtrack_copy__returns_the_new_names():
    assert pm.gtrack_copy("dense_track", "cp") == ["cp"]
    assert pm.gtrack_copy(["dense_track", "sparse_track"], "ns") == [
        "ns.dense_track",
        "ns.sparse_track",
    ]
    assert pm.gtrack_copy(["dense_track"], "ns2.") == ["ns2.dense_track"]
    assert pm.gextract("cp", pm.gintervals("chr1", 0, 500))["cp"].equals(
        pm.gextract("dense_track", pm.gintervals("chr1", 0, 500))["dense_track"]
    )
    with pytest.raises(ValueError, match="same track"):
        pm.gtrack_copy("dense_track")
    with pytest.raises(ValueError, match="already exists"):
        pm.gtrack_copy("dense_track", "cp")
    assert pm.gtrack_copy("sparse_track", "cp", overwrite=True) == ["cp"]
    with pytest.raises(ValueError, match="no track 'nope'"):
        pm.gtrack_copy(["dense_track", "nope"], "ns3")
    assert not pm.gtrack_exists("ns3.dense_track")


def test_gtrack_copy__into_another_database(tmp_path):
    other = pm.gdb_init_examples()
    pm.gdb_init_examples()
    assert pm.gtrack_copy("dense_track", "there", db=other) == ["there"]
    assert (Path(other) / "tracks/there.track").is_dir()
    assert not pm.gtrack_exists("there")
    pm.gtrack_rm("there", force=True, db=other)
    assert not (Path(other) / "tracks/there.track").exists()


def test_gtrack_mv__and_rm():
    assert pm.gtrack_mv("dense_track", "far.away") is None
    with pytest.raises(ValueError, match="are the same"):
        pm.gtrack_mv("far.away", "far.away")
    with pytest.raises(ValueError, match="no track"):
        pm.gtrack_mv("zz", "y")
    with pytest.raises(ValueError, match="already exists"):
        pm.gtrack_mv("far.away", "sparse_track")
    with pytest.raises(ValueError, match="force=True"):
        pm.gtrack_rm("far.away")
    assert pm.gtrack_rm("far.away", force=True) is None
    assert pm.gtrack_rm("far.away", force=True) is None
    with pytest.raises(ValueError, match="no track"):
        pm.gtrack_rm("far.away")


def test_gtrack_convert_to_indexed__adds_files_or_replaces_them(own_database):
    folder = own_database / "tracks" / "dense_track.track"
    assert pm.gtrack_convert_to_indexed("dense_track") is None
    assert {"chr1", "track.dat", "track.idx"} <= {path.name for path in folder.iterdir()}
    pm.gtrack_convert_to_indexed("dense_track", remove_old=True)
    assert not (folder / "chr1").exists()
    with pytest.raises(pm.error, match="no track"):
        pm.gtrack_convert_to_indexed("nope")


def test_attributes():
    assert pm.gtrack_attr_set("dense_track", "a", 3) is None
    assert pm.gtrack_attr_get("dense_track", "a") == "3"
    pm.gtrack_attr_set("dense_track", "a", "")
    assert pm.gtrack_attr_get("dense_track", "a") == ""
    with pytest.raises(ValueError, match="read-only"):
        pm.gtrack_attr_set("dense_track", "created.by", "me")
    table = pd.DataFrame({"x": ["1", ""], "y": [2, 3]}, index=["dense_track", "sparse_track"])
    assert pm.gtrack_attr_import(table) is None
    seen = pm.gtrack_attr_export(["dense_track", "sparse_track"], ["x", "y"])
    assert seen.to_dict("list") == {"y": ["2", "3"], "x": ["1", ""]}
    pm.gtrack_attr_import(pd.DataFrame({"z": ["1"]}, index=["dense_track"]), remove_others=True)
    assert pm.gtrack_attr_get("dense_track", "y") == ""
    assert pm.gtrack_attr_get("dense_track", "created.by") != ""
    for wrong in (pd.DataFrame(), [1]):
        with pytest.raises(ValueError, match="Invalid format"):
            pm.gtrack_attr_import(wrong)
    both = pd.DataFrame({"z": ["7", "7"]}, index=["dense_track", "nope"])
    with pytest.raises(ValueError, match="no track 'nope'"):
        pm.gtrack_attr_import(both)
    assert pm.gtrack_attr_get("dense_track", "z") == "1"


def test_variables():
    assert pm.gtrack_var_set("dense_track", "v", [1, 2]) is None
    assert pm.gtrack_var_get("dense_track", "v") == [1, 2]
    assert pm.gtrack_var_rm("dense_track", "v") is None
    assert pm.gtrack_var_rm("dense_track", "v") is None
    with pytest.raises(ValueError, match="no track"):
        pm.gtrack_var_set("nope", "v", 1)
    with pytest.raises(ValueError, match="no name"):
        pm.gtrack_var_set("dense_track", "a/b", 1)
    with pytest.raises(TypeError, match="not serializable"):
        pm.gtrack_var_set("dense_track", "v", pm)


def test_directories():
    assert pm.gdir_create("dd") is None
    with pytest.raises(FileExistsError):
        pm.gdir_create("dd", show_warnings=False)
    with pytest.raises(FileNotFoundError, match="one directory"):
        pm.gdir_create("d2/d3")
    for wrong in ("x.track", "../../x", "."):
        with pytest.raises(ValueError, match="track"):
            pm.gdir_create(wrong)
    assert pm.gtrack_create_dirs("p.q.r") is None
    pm.gtrack_create_dirs("p.q.r")
    with pytest.raises(ValueError, match="Invalid track name"):
        pm.gtrack_create_dirs("p..r")
    with pytest.raises(OSError, match="not empty"):
        pm.gdir_rm("p")
    assert pm.gdir_rm("p", recursive=True) is None
    with pytest.raises(FileNotFoundError):
        pm.gdir_rm("p")
    assert pm.gdir_rm("p", force=True) is None
    for wrong in ("dense_track.track", "../..", "."):
        with pytest.raises(ValueError, match="track"):
            pm.gdir_rm(wrong, recursive=True)
    pm.gdir_cd("dd")
    pm.gtrack_copy("dense_track", "mine")
    assert pm.gtrack_ls() == ["mine"]
    pm.gdir_cd("..")
    assert pm.gtrack_exists("dd.mine")


def test_config__umask_takes_effect(own_database, monkeypatch):
    monkeypatch.setitem(pm.CONFIG, "permissions_umask", 0o077)
    pm.gtrack_copy("dense_track", "cp")
    assert (own_database / "tracks/cp.track").stat().st_mode & 0o777 == 0o700
