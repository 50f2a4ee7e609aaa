"""What the classic manual says about several sources of tracks and interval sets."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from misha_xr import open_database, pm
from misha_xr.testing.database import write_database

SCOPE = ("chr1", 0, 1000)


@pytest.fixture
def beside(project: Path) -> Path:
    """Give the folder that holds the project and the datasets."""
    return project.parent


def first(expression: str) -> float:
    return pm.gextract(expression, pm.gintervals("chr1", 100, 140), iterator=40).iloc[0, 3]


def test_sources__are_loaded_listed_and_described(beside: Path) -> None:
    genes, chip = str(beside / "genes"), str(beside / "chip_one")
    pm.gdataset_load(genes)
    pm.gdataset_load(chip, force=True)
    assert pm.gdataset_ls() == [genes, chip]  # without the working database: C53
    about = pm.gdataset_info(genes)
    assert (about["track_count"], about["interval_count"], about["is_loaded"]) == (1, 1, True)
    assert pm.gtrack_ls() == ["chip_a", "chip_b", "density", "from_chip_one", "mine", "shared"]
    assert pm.gintervals_ls() == ["exons", "hot", "tss"]


def test_sources__of_the_native_form_begin_with_the_working_database(beside: Path) -> None:
    database = open_database(beside / "project", datasets=[beside / "genes"])
    assert list(database.sources) == [beside / "project", beside / "genes"]


def test_sources__must_agree_on_the_chromosomes(beside: Path) -> None:
    write_database(beside / "other", sizes={"chr1": 1000, "chr2": 601})
    for force in (False, True):
        with pytest.raises(ValueError, match="genome does not match working database"):
            pm.gdataset_load(str(beside / "other"), force=force)
    assert pm.gdataset_ls() == []


def test_sources__sequence_comes_from_the_working_database(beside: Path) -> None:
    pm.gdataset_load(str(beside / "chip_one"), force=True)
    assert not (beside / "chip_one/seq").exists()
    assert pm.gseq_extract(pm.gintervals(2, 3, 7)) == ["tccA"]


def test_sources__new_objects_go_into_the_working_database(beside: Path) -> None:
    pm.gdataset_load(str(beside / "genes"))
    before = sorted((beside / "genes").rglob("*"))
    pm.gtrack_create("fresh", "made here", "density + mine")
    pm.gintervals_save(pm.gintervals(1, 5, 9), "fresh_set")
    assert (
        pm.gtrack_dataset("fresh") == pm.gintervals_dataset("fresh_set") == str(beside / "project")
    )
    assert sorted((beside / "genes").rglob("*")) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda: pm.gtrack_rm("density", force=True),
        lambda: pm.gtrack_mv("density", "mass"),
        lambda: pm.gtrack_attr_set("density", "lab", "x"),
        lambda: pm.gtrack_var_set("density", "v", 1),
        lambda: pm.gtrack_convert_to_indexed("density"),
        lambda: pm.gintervals_rm("exons"),
    ],
)
def test_sources__datasets_are_only_read(beside: Path, change) -> None:
    pm.gdataset_load(str(beside / "genes"))
    with pytest.raises(ValueError, match="dataset"):
        change()
    assert pm.gtrack_exists("density")
    assert pm.gintervals_exists("exons")


def test_collision__is_an_error_that_names_what_clashes(beside: Path) -> None:
    path = str(beside / "chip_one")
    with pytest.raises(ValueError, match=r"'shared'") as raised:
        pm.gdataset_load(path)
    assert re.search(r"(?s)force=True.*tracks already exist", str(raised.value))
    assert pm.gdataset_ls() == []
    assert not pm.gtrack_exists("from_chip_one")


def test_collision__by_force_has_an_order(beside: Path) -> None:
    one, two = (str(beside / name) for name in ("chip_one", "chip_two"))
    assert pm.gdataset_load(one, force=True)["shadowed_tracks"] == 1
    assert pm.gtrack_dataset("shared") == str(beside / "project")
    assert first("shared") == 0.0
    assert pm.gintervals_dataset("hot") == one
    with pytest.raises(ValueError, match="hot"):
        pm.gdataset_load(two)
    pm.gdataset_load(two, force=True)
    assert pm.gintervals_dataset("hot") == two
    pm.gtrack_rm("shared", force=True)
    assert pm.gtrack_dataset("shared") == two
    assert first("shared") == 2.0


def test_expressions__combine_sources(beside: Path) -> None:
    pm.gdataset_load(str(beside / "genes"))
    scope = pm.gintervals(*SCOPE)
    both = pm.gextract(["mine", "density"], scope, iterator=50)
    assert list(both)[3:] == ["mine", "density", "intervalID"]
    apart = pm.gextract("mine - density", scope, iterator=50)
    np.testing.assert_allclose(apart.iloc[:, 3], both["mine"] - both["density"])
    assert apart.iloc[0, 3] == np.mean([6, 12, 18, 24, 30]) * 2 / 3
    assert pm.gtrack_attr_get("mine", "description") == "what we measured"
    assert pm.gtrack_attr_get("density", "description") == "genes per bin"


def test_expressions__virtual_tracks_have_any_source(beside: Path) -> None:
    pm.gdataset_load(str(beside / "genes"))
    pm.gvtrack_create("ours", "mine", "avg")
    pm.gvtrack_create("theirs", "density", "avg")
    ratio = pm.gextract("ours / theirs", pm.gintervals(*SCOPE))
    assert len(ratio) == 100
    np.testing.assert_allclose(ratio.iloc[:, 3], 3.0)
    assert (ratio["end"] - ratio["start"] == 10).all()


def test_providers__of_a_track_and_of_a_set(beside: Path) -> None:
    pm.gdataset_load(str(beside / "genes"))
    assert pm.gtrack_dataset("density") == str(beside / "genes")
    assert pm.gintervals_dataset("exons") == str(beside / "genes")
    assert pm.gtrack_dataset("mine") == pm.gintervals_dataset("tss") == str(beside / "project")
    assert pm.gtrack_dataset("nowhere") is None
    assert pm.gintervals_dataset("nowhere") is None


def test_listings__take_patterns(beside: Path) -> None:
    pm.gdataset_load(str(beside / "chip_one"), force=True)
    # A pattern is a regular expression that may stand anywhere in the name: C50.
    assert pm.gtrack_ls("^chip_") == ["chip_a", "chip_b"]
    assert pm.gtrack_ls("chip_*") == ["chip_a", "chip_b", "from_chip_one"]
    assert pm.gintervals_ls() == ["hot", "tss"]
    assert pm.gintervals_ls("^h") == ["hot"]


def test_saving__puts_chosen_objects_into_a_folder(beside: Path) -> None:
    pm.gintervals_save(pm.gintervals(1, 5, 9), "hills")
    path = str(beside / "published")
    saved = pm.gdataset_save(
        path=path,
        description="What the lab shares",
        tracks=pm.gtrack_ls("chip_*"),
        intervals=["hills", "tss"],
    )
    assert saved == path
    names = sorted(item.name for item in Path(path, "tracks").iterdir())
    assert names == ["chip_a.track", "chip_b.track", "hills.interv", "tss.interv"]
    assert (
        Path(path, "chrom_sizes.txt").read_bytes()
        == (beside / "project/chrom_sizes.txt").read_bytes()
    )
    pm.gsetroot(str(beside / "genes"))
    pm.gdataset_load(path)
    assert pm.gtrack_ls() == ["chip_a", "chip_b", "density"]
    assert first("chip_a") == np.mean([9, 10, 11, 12]) + 1


def test_saving__is_described_by_the_info(beside: Path) -> None:
    path = str(beside / "published")
    pm.gdataset_save(path, "What the lab shares", tracks=["mine"], intervals=["tss"])
    about = pm.gdataset_info(path)
    assert about["description"] == "What the lab shares"
    assert (about["track_count"], about["interval_count"]) == (1, 1)
    assert about["original_db"] == str(beside / "project")
    assert re.match(r"\d{4}-\d\d-\d\d", about["created"])
    assert about["author"]
    assert re.fullmatch(r"[0-9a-f]{16,}", about["genome"])
    assert about["is_loaded"] is False


def test_unloading__takes_names_away(beside: Path) -> None:
    path = str(beside / "genes")
    pm.gdataset_load(path)
    assert pm.gdataset_unload(path) is None
    assert not pm.gtrack_exists("density")
    assert not pm.gintervals_exists("exons")
    assert pm.gdataset_unload("/no/such/folder") is None
    with pytest.raises(ValueError, match="/no/such/folder' is not loaded"):
        pm.gdataset_unload("/no/such/folder", validate=True)


def test_unloading__gives_hidden_tracks_back(beside: Path) -> None:
    one, two = (str(beside / name) for name in ("chip_one", "chip_two"))
    pm.gtrack_rm("shared", force=True)
    pm.gdataset_load(one)
    pm.gdataset_load(two, force=True)
    assert first("shared") == 2.0
    pm.gtrack_copy("shared", "kept")
    pm.gtrack_mv("kept", "shared_here")
    pm.gdataset_unload(two)
    assert (first("shared"), first("shared_here")) == (1.0, 2.0)
    pm.gdataset_load(two, force=True)
    pm.gdataset_unload(one)
    assert first("shared") == 2.0  # the last one loaded of those left: C47
    pm.gdataset_unload(two)
    assert not pm.gtrack_exists("shared")


def test_unloading__a_new_root_unloads_all(beside: Path) -> None:
    pm.gdataset_load(str(beside / "genes"))
    pm.gsetroot(str(beside / "project"))
    assert pm.gdataset_ls() == []


def test_paths__may_be_relative_or_start_at_home(
    beside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(beside)
    monkeypatch.setenv("HOME", str(beside))
    genes = str(beside / "genes")
    for connect, root in product((pm.gsetroot, pm.gdb_init), ("project", "~/project")):
        connect(root)
        assert pm.gdb_info()["path"] == str(beside / "project")
    for path in ("genes", "~/genes", genes):
        pm.gdataset_load(path)
        assert pm.gdataset_ls() == [genes]
        assert pm.gdataset_info(path)["is_loaded"] is True
        assert pm.gtrack_dataset("density") == genes
        pm.gdataset_unload(path, validate=True)
        assert pm.gdataset_ls() == []
    assert pm.gdataset_save("~/out", "relative", tracks=["mine"])
    assert pm.gdataset_info("out")["track_count"] == 1
    assert pm.gtrack_copy("mine", "theirs", db="~/genes") == ["theirs"]
    assert (beside / "genes/tracks/theirs.track").is_dir()
    assert pm.gdb_create_linked("linked", "genes") is True
    pm.gsetroot("linked")
    assert pm.gseq_extract(pm.gintervals(1, 0, 4)) == ["ACGT"]
