"""What the classic manual says about renaming, moving and copying tracks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from misha_xr import pm


def values(track: str) -> pd.Series:
    return pm.gextract(track, pm.gintervals("chr1", 0, 1000), colnames=["v"])["v"]


@pytest.fixture
def genes(project: Path) -> str:
    path = str(project.parent / "genes")
    pm.gdataset_load(path)
    return path


def test_move__renames_a_track(project: Path) -> None:
    before = values("mine")
    assert pm.gtrack_mv("mine", "ours") is None
    assert (pm.gtrack_exists("mine"), pm.gtrack_exists("ours")) == (False, True)
    assert (project / "tracks/ours.track").is_dir()
    pd.testing.assert_series_equal(values("ours"), before)
    assert pm.gtrack_attr_get("ours", "description") == "what we measured"


def test_move__changes_the_folder(project: Path) -> None:
    pm.gtrack_mv("mine", "raw.first")
    pm.gtrack_mv("raw.first", "clean.first")
    assert pm.gtrack_ls("first") == ["clean.first"]
    assert (project / "tracks/clean/first.track").is_dir()
    assert not (project / "tracks/raw/first.track").exists()


def test_move__keeps_within_one_database(project: Path, genes: str) -> None:
    with pytest.raises(ValueError, match="dataset"):
        pm.gtrack_mv("density", "taken")
    assert pm.gtrack_dataset("density") == genes


def test_move__between_databases_is_copy_and_remove(project: Path) -> None:
    before = values("mine")
    genes = str(project.parent / "genes")
    pm.gtrack_copy("mine", db=genes)
    pm.gtrack_rm("mine", force=True)
    assert not pm.gtrack_exists("mine")
    pm.gsetroot(genes)
    pd.testing.assert_series_equal(values("mine"), before)


def test_copy__within_the_database(project: Path) -> None:
    assert pm.gtrack_copy("mine", "second") == ["second"]
    pd.testing.assert_series_equal(values("second"), values("mine"))
    pm.gtrack_attr_set("second", "lab", "ours")
    assert pm.gtrack_attr_get("mine", "lab") == ""


def test_copy__from_a_dataset_into_the_working_database(project: Path, genes: str) -> None:
    assert pm.gtrack_copy("density", "local") == ["local"]
    assert pm.gtrack_dataset("local") == str(project)
    assert pm.gtrack_dataset("density") == genes
    pd.testing.assert_series_equal(values("local"), values("density"))
    pm.gdataset_unload(genes)
    assert pm.gtrack_attr_get("local", "description") == "genes per bin"
