"""The current directory: what names mean, what is listed, whose virtual tracks are there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.database import write_database

FRAME = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "value": [1.0]})


@pytest.fixture
def root(tmp_path):
    """Tracks above and below the directory `ns`, one name in both."""
    path = write_database(
        tmp_path,
        sequence={"chr1": "A" * 100},
        sparse={"top": FRAME, "both": FRAME.assign(value=2.0), "ns.low": FRAME.assign(value=3.0)},
        dense={"ns.both": (10, {"chr1": np.full(10, 4.0)}), "ns.deep.x": (10, {})},
        sets={"s": FRAME, "ns.t": FRAME},
    )
    pm.gdb_init(path)
    yield path
    pm.gdb_unload()


def test_gdir_cwd__starts_at_the_tracks(root) -> None:
    assert pm.gdir_cwd() == str(root / "tracks")


def test_gdir_cd__lists_what_is_below(root) -> None:
    pm.gdir_cd("ns")
    assert pm.gdir_cwd() == str(root / "tracks" / "ns")
    assert pm.gtrack_ls() == ["both", "deep.x", "low"]
    assert pm.gintervals_ls() == ["t"]
    pm.gdir_cd("deep")
    assert pm.gtrack_ls() == ["x"]
    pm.gdir_cd("../..")
    assert pm.gtrack_ls() == ["both", "ns.both", "ns.deep.x", "ns.low", "top"]
    assert pm.gintervals_ls() == ["ns.t", "s"]


def test_names__relative_first_then_absolute(root) -> None:
    pm.gdir_cd("ns")
    here = pm.gintervals("chr1", 0, 10)
    table = pm.gextract(["low", "ns.low", "top", "both"], here, iterator=10)
    assert table.iloc[0, 3:7].tolist() == [3.0, 3.0, 1.0, 4.0]
    for name in ("low", "ns.low", "top"):
        assert pm.gtrack_exists(name)
    assert not pm.gtrack_exists("ns.top")
    assert pm.gtrack_info("both")["type"] == "dense"
    assert pm.gtrack_path("both").endswith("tracks/ns/both.track")
    assert pm.gintervals_exists("t")
    assert pm.gintervals_exists("ns.t")
    assert pm.gintervals_exists("s")
    assert len(pm.gintervals_load("t")) == 1
    assert pm.gtrack_dbs(["low", "top"]) == {"low": [str(root)], "top": [str(root)]}
    assert pm.gtrack_attr_export().index.tolist() == ["both", "deep.x", "low"]


def test_gdir_cd__virtual_tracks_belong_to_a_directory(root) -> None:
    pm.gvtrack_create("v", "top", "max")
    pm.gdir_cd("ns")
    assert pm.gvtrack_ls() == []
    pm.gvtrack_create("w", "low", "max")
    assert pm.gextract("w", pm.gintervals("chr1", 0, 10), iterator=10)["w"][0] == 3.0
    pm.gdir_cd("..")
    assert pm.gvtrack_ls() == ["v"]
    pm.gdir_cd("ns")
    assert pm.gvtrack_ls() == ["w"]
    pm.gdb_init(root)
    assert pm.gvtrack_ls() == []
    pm.gdir_cd("ns")
    assert pm.gvtrack_ls() == []


@pytest.mark.parametrize("path", ["..", "ns/../..", "/", "/tmp", "ns/../../tracks2"])
def test_gdir_cd__never_leaves_the_tracks(root, path) -> None:
    pm.gdir_cd(".")
    with pytest.raises(ValueError, match="escapes"):
        pm.gdir_cd(path)
    assert pm.gdir_cwd() == str(root / "tracks")


@pytest.mark.parametrize("path", ["nope", "top.track", "s.interv"])
def test_gdir_cd__unknown(root, path) -> None:
    with pytest.raises(FileNotFoundError, match="Directory does not exist"):
        pm.gdir_cd(path)


def test_gdir_cd__takes_absolute_paths(root) -> None:
    pm.gdir_cd(str(root / "tracks" / "ns"))
    assert pm.gdir_cwd().endswith("/ns")


def test_gsetroot__subdir(root) -> None:
    pm.gsetroot(root, subdir="ns", rescan=True)
    assert pm.gtrack_ls() == ["both", "deep.x", "low"]
    for folder, kind in (("nope", FileNotFoundError), ("..", ValueError)):
        with pytest.raises(kind):
            pm.gsetroot(root, folder)
    assert pm.gdir_cwd().endswith("/ns")


def test_gsetroot__needs_a_sequence(tmp_path) -> None:
    root = write_database(tmp_path / "plain", sizes={"chr1": 10})
    with pytest.raises(FileNotFoundError, match="seq"):
        pm.gsetroot(root)
