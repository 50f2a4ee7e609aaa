"""Datasets in the classic API: what is visible, in which order, what the calls return."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import GenomeMismatchError, NameCollisionError
from misha_xr.testing.database import write_database

FRAME = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})


@pytest.fixture
def roots(tmp_path: Path) -> list[str]:
    """A working database and three datasets that share the track `shared` and the set `sset`."""
    written = []
    for k in range(4):
        sparse = {} if k == 0 else {"shared": FRAME.assign(value=float(k)), f"only{k}": FRAME}
        if k in (0, 3):
            sparse["top"] = FRAME
        sets = {"sset": FRAME} if k else {"here": FRAME}
        tracks = {name: frame.assign(value=float(k)) for name, frame in sparse.items()}
        root = write_database(tmp_path / f"r{k}", sizes={"chr1": 100}, sparse=tracks, sets=sets)
        written.append(str(root))
    pm.gdb_init(written[0])
    yield written
    pm.gdb_unload()


def test_gdataset_load__returns_visible_and_hidden_counts(roots, capsys) -> None:
    assert pm.gdataset_load(roots[1]) == {
        "tracks": 2,
        "intervals": 1,
        "shadowed_tracks": 0,
        "shadowed_intervals": 0,
    }
    with pytest.raises(NameCollisionError, match=r"tracks already exist: \['shared'\]\ninterval"):
        pm.gdataset_load(roots[2])
    assert pm.gdataset_ls() == [roots[1]]
    pm.gdataset_load(roots[2], force=True)
    found = pm.gdataset_load(roots[3], force=True, verbose=True)
    assert found == {
        "tracks": 1,
        "intervals": 0,
        "shadowed_tracks": 2,
        "shadowed_intervals": 1,
    }
    assert "Tracks: 1 visible, 2 shadowed" in capsys.readouterr().out
    assert pm.gdataset_ls() == roots[1:]


def test_precedence__last_loaded_wins_and_the_last_one_left_comes_back(roots) -> None:
    for root in roots[1:]:
        pm.gdataset_load(root, force=True)
    assert pm.gtrack_dataset("shared") == roots[3]
    assert pm.gtrack_dataset("top") == roots[0]
    assert pm.gextract("shared", pm.gintervals("chr1"), iterator=10)["shared"][0] == 3.0
    pm.gdataset_unload(roots[3])
    assert pm.gtrack_dataset("shared") == roots[2]
    assert pm.gextract("shared", pm.gintervals("chr1"), iterator=10)["shared"][0] == 2.0
    pm.gdataset_load(roots[1], force=True)
    assert pm.gdataset_ls() == [roots[2], roots[1]]
    assert pm.gtrack_dataset("shared") == roots[1]
    assert pm.gintervals_dataset("sset") == roots[1]


def test_gtrack_dbs__lists_holders_in_order(roots) -> None:
    for root in roots[1:]:
        pm.gdataset_load(root, force=True)
    expected = {"shared": roots[1:], "top": [roots[0], roots[3]], "nope": []}
    assert pm.gtrack_dbs(["shared", "top", "nope"]) == expected
    table = pm.gtrack_dbs(["shared", "top", "nope"], dataframe=True)
    assert list(table) == ["track", "db"]
    assert table["db"].tolist() == [*roots[1:], roots[0], roots[3]]
    assert table.dtypes.astype(str).tolist() == ["str", "str"]
    assert len(pm.gtrack_dbs("nope", dataframe=True)) == 0
    assert pm.gintervals_dbs("sset") == {"sset": roots[1:]}
    assert list(pm.gintervals_dbs("sset", dataframe=True)) == ["intervals", "db"]


def test_gdataset_load__refuses(roots, tmp_path: Path) -> None:
    other = write_database(tmp_path / "other", sizes={"chr1": 101})
    with pytest.raises(GenomeMismatchError):
        pm.gdataset_load(str(other), force=True)
    with pytest.raises(ValueError, match="does not exist"):
        pm.gdataset_load(str(tmp_path / "nope"))
    with pytest.raises(ValueError, match="'tracks' directory"):
        pm.gdataset_load(str(tmp_path))
    assert pm.gdataset_load(roots[0])["tracks"] == 0
    assert pm.gdataset_ls() == []


def test_gdataset_unload__unknown(roots) -> None:
    assert pm.gdataset_unload("/nope") is None
    with pytest.raises(ValueError, match="Dataset '/nope' is not loaded"):
        pm.gdataset_unload("/nope", validate=True)


def test_gdataset_load__keeps_virtual_tracks_and_a_new_root_drops_datasets(roots) -> None:
    pm.gvtrack_create("v", "top", "max")
    pm.gdataset_load(roots[1])
    assert pm.gvtrack_ls() == ["v"]
    pm.gdb_init(roots[2])
    assert pm.gdataset_ls() == []
    assert pm.gvtrack_ls() == []


def test_gintervals_dataset__without_a_name(roots) -> None:
    with pytest.raises(ValueError, match="None"):
        pm.gintervals_dataset()
    assert pm.gintervals_dataset("nope") is None
    assert pm.gtrack_dataset("nope") is None


def test_gdataset_info(roots, tmp_path: Path) -> None:
    info = pm.gdataset_info(roots[1])
    assert list(info) == [
        "description",
        "author",
        "created",
        "original_db",
        "misha_version",
        "track_count",
        "interval_count",
        "genome",
        "is_loaded",
    ]
    assert (info["track_count"], info["interval_count"], info["is_loaded"]) == (2, 1, False)
    assert info["description"] is None
    pm.gdataset_load(roots[1])
    assert pm.gdataset_info(roots[1])["is_loaded"]
    empty = pm.gdataset_info(str(tmp_path))
    assert (empty["track_count"], empty["genome"]) == (0, None)
    with pytest.raises(FileNotFoundError):
        pm.gdataset_info("/nope")


def test_gdataset_example_path__keeps_the_root() -> None:
    root = pm.gdb_init_examples()
    path = pm.gdataset_example_path()
    assert pm.gdb_info()["path"] == root
    assert pm.gdataset_info(path)["description"] == "Example dataset"
    assert pm.gdataset_load(path) == {
        "tracks": 1,
        "intervals": 1,
        "shadowed_tracks": 0,
        "shadowed_intervals": 0,
    }
    assert len(pm.gextract("example_dataset_track")) == 3
    pm.gdb_unload()


def test_gdb_init__names_of_the_user_hide_all_others(roots, tmp_path: Path) -> None:
    user = write_database(
        tmp_path / "user", sizes={"chr1": 100}, sparse={"top": FRAME.assign(value=9.0)}
    )
    pm.gdb_init(roots[0], str(user))
    assert pm.gextract("top", pm.gintervals("chr1"), iterator=10)["top"][0] == 9.0
    assert pm.gtrack_dataset("top") == str(user)
    assert pm.gtrack_ls() == ["top"]
    pm.gdataset_load(roots[3], force=True)
    assert pm.gtrack_dataset("top") == str(user)
    pm.gdb_init(roots[0], str(tmp_path / "absent"))
    assert pm.gtrack_dataset("top") == roots[0]
    assert not (tmp_path / "absent").exists()
