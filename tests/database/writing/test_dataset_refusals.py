"""Datasets are only read: every kind of write into one is refused, and nothing in it changes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import misha_xr
import misha_xr.pm as pm
from misha_xr.api import Database
from misha_xr.errors import MishaError, NameCollisionError, ReadOnlyError
from misha_xr.testing.database import write_database
from misha_xr.testing.observed import OBSERVED_SIZES
from misha_xr.testing.writes import PAIRS, PLAIN_WRITES, ROWS, make_world

# Writes that make something new, or change what is of the working root alone.
OWN = frozenset(
    {
        "create track", "create track, new folder", "create sparse track of expression",
        "create 2D track of expression", "create dense", "create dense bins", "create sparse",
        "create sparse, indexed", "create array", "create rectangles", "create points", "look up",
        "smooth", "copy", "copy 2D", "save set", "save big set", "protect attributes",
        "create directory", "set of a query",
    }
)  # fmt: skip


@pytest.fixture
def dataset(tmp_path) -> Path:
    return make_world(tmp_path / "world") / "db"


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "own" / "files").mkdir(parents=True)
    (tmp_path / "own" / "files" / "layout.txt").write_text("per-chromosome")
    bases = {name: "ACGT" * (size // 4) for name, size in OBSERVED_SIZES.items()}
    return write_database(tmp_path / "own" / "db", sizes=OBSERVED_SIZES, sequence=bases)


def everything(root: Path) -> dict[str, tuple[int, bytes | None]]:
    """All files and folders, hidden ones too, with their times."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in root.rglob("*")
    }


@pytest.mark.parametrize("kind", PLAIN_WRITES)
def test_dataset__every_write_is_refused(kind, root, dataset):
    db, before, own = misha_xr.open_database(root, [dataset]), everything(dataset), everything(root)
    if kind in OWN:
        PLAIN_WRITES[kind](db)
        assert everything(root) != own
    elif kind == "remove directory":
        with pytest.raises(MishaError, match="Directory does not exist"):
            PLAIN_WRITES[kind](db)
    else:
        with pytest.raises(ReadOnlyError, match=r"belongs to the dataset .*, which is only read"):
            PLAIN_WRITES[kind](db)
        assert everything(root) == own
    assert everything(dataset) == before


def test_dataset__names_in_it_are_taken(root, dataset):
    db, before = misha_xr.open_database(root, [dataset]), everything(dataset)
    for call in (
        lambda: db.create_sparse("dense", ROWS, [1, 2, 3]),
        lambda: db.save_intervals("ns.set", ROWS),
        lambda: db.create_sparse("ns.set", ROWS, [1, 2, 3]),
        lambda: db.copy_track("dense", "sparse"),
        lambda: db.screen("dense > 3", out="ns.set"),
    ):
        with pytest.raises(NameCollisionError, match="already exists in"):
            call()
    assert everything(dataset) == before


def refused(db: Database, name: str) -> None:
    with pytest.raises(ReadOnlyError):
        db.remove_track(name)


def test_dataset__one_that_is_reached_by_another_path(root, dataset, tmp_path):
    """A root that is a link, and a dataset that is a link: each is what it leads to."""
    (tmp_path / "root").symlink_to(root)
    (tmp_path / "data").symlink_to(dataset)
    db, before = misha_xr.open_database(tmp_path / "root", [tmp_path / "data"]), everything(dataset)
    refused(db, "dense")
    db.create_sparse("mine", ROWS, [1, 2, 3])
    db.remove_track("mine")
    assert everything(dataset) == before


CLASSIC = {
    "gtrack_rm": lambda: pm.gtrack_rm("dense", force=True),
    "gtrack_mv": lambda: pm.gtrack_mv("dense", "moved"),
    "gtrack_copy": lambda: pm.gtrack_copy("dense", "sparse", overwrite=True),
    "gtrack_modify": lambda: pm.gtrack_modify("dense", "dense + 1"),
    "gtrack_attr_set": lambda: pm.gtrack_attr_set("dense", "lab", "y"),
    "gtrack_attr_import": lambda: pm.gtrack_attr_import(
        pd.DataFrame({"lab": ["y"]}, index=["dense"])
    ),
    "gtrack_var_set": lambda: pm.gtrack_var_set("dense", "v", 1),
    "gtrack_var_rm": lambda: pm.gtrack_var_rm("dense", "stats"),
    "gtrack_convert_to_indexed": lambda: pm.gtrack_convert_to_indexed("dense"),
    "gtrack_2d_convert_to_indexed": lambda: pm.gtrack_2d_convert_to_indexed("rects"),
    "gtrack_array_set_colnames": lambda: pm.gtrack_array_set_colnames("arr", ["c", "d"]),
    "gtrack_create_empty_indexed": lambda: pm.gtrack_create_empty_indexed("dense"),
    "gtrack_create": lambda: pm.gtrack_create("dense", "", "1", 10),
    "gtrack_create_sparse": lambda: pm.gtrack_create_sparse("dense", "", ROWS, [1, 2, 3]),
    "gtrack_create_dense": lambda: pm.gtrack_create_dense("dense", "", ROWS, [1, 2, 3], 10),
    "gtrack_create_dense_direct": lambda: pm.gtrack_create_dense_direct(
        "dense", "", ROWS, [1, 2, 3], 10
    ),
    "gtrack_smooth": lambda: pm.gtrack_smooth("dense", "", "sparse", 40, iterator=10),
    "gtrack_lookup": lambda: pm.gtrack_lookup("dense", "", [1, 2], "dense", [0, 10, 20]),
    "gtrack_2d_create": lambda: pm.gtrack_2d_create("rects", "", PAIRS, [1, 2]),
    "gtrack_array_create": lambda: pm.gtrack_array_create("arr", "", ROWS, [[1]] * 3, ["a"]),
    "gintervals_save": lambda: pm.gintervals_save(ROWS, "ns.set"),
    "gintervals_update": lambda: pm.gintervals_update("ns.set", None, chrom="chr1"),
    "gintervals_rm": lambda: pm.gintervals_rm("ns.set", force=True),
    "gintervals_attr_set": lambda: pm.gintervals_attr_set("ns.set", "kind", "x"),
    "gintervals_convert_to_indexed": lambda: pm.gintervals_convert_to_indexed("lean"),
}


@pytest.mark.parametrize("name", CLASSIC)
def test_dataset__classic_calls_are_refused(name, root, dataset):
    pm.gdb_init(str(root))
    try:
        pm.gdataset_load(str(dataset))
        before, own = everything(dataset), everything(root)
        with pytest.raises((MishaError, ValueError, OSError)) as told:
            CLASSIC[name]()
        assert not isinstance(told.value, AttributeError | AssertionError)
        assert any(word in str(told.value) for word in ("dataset", "exist", "read")), told.value
        assert (everything(dataset), everything(root)) == (before, own)
    finally:
        pm.gdb_unload()
