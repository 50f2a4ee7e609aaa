"""What the classic manual says about the files of a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.options import set_options
from misha_xr.testing.database import write_database

SIZES = {f"chr{k}": 400 for k in range(1, 6)}


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Connect to a database of five chromosomes, a sequence file each."""
    text = "".join(f">{name}\n{'ACGTN' * 80}\n" for name in SIZES)
    (tmp_path / "genome.fa").write_text(text)
    pm.gdb_create(str(tmp_path / "db"), str(tmp_path / "genome.fa"), db_format="per-chromosome")
    pm.gdb_init(str(tmp_path / "db"))
    yield tmp_path / "db"
    pm.gdb_unload()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def dense(track: str) -> None:
    pm.gtrack_create_dense(track, "steps", pm.gintervals([1, 2], 0, 200), [1.0, 2.0], 50)


def test_tree__sequence_in_two_formats(root: Path) -> None:
    assert names(root / "seq") == [f"{name}.seq" for name in SIZES]
    assert pm.gdb_info()["format"] == "per-chromosome"
    pm.gdb_convert_to_indexed(remove_old_files=True)
    assert names(root / "seq") == ["genome.idx", "genome.seq"]
    assert pm.gdb_info()["format"] == "indexed"
    assert pm.gseq_extract(pm.gintervals(3, 4, 8)) == ["NACG"]


def test_tree__root_folder(root: Path) -> None:
    assert set(names(root)) >= {"chrom_sizes.txt", "pssms", "seq", "tracks"}
    pm.gdb_set_readonly_attrs(["created.by", "lab"])
    assert (root / ".ro_attributes").is_file()
    pm.gdb_init(str(root))
    assert sorted(pm.gdb_get_readonly_attrs()) == ["created.by", "lab"]


def test_tree__small_and_big_sets(root: Path) -> None:
    rows = pm.gintervals([1, 1, 5], [0, 50, 5], [10, 80, 20])
    pm.gintervals_save(rows, "few")
    assert (root / "tracks/few.interv").is_file()
    assert not pm.gintervals_is_bigset("few")
    with set_options(big_set_rows=2):
        pm.gintervals_save(rows, "many")
    assert pm.gintervals_is_bigset("many")
    assert names(root / "tracks/many.interv") == [".meta", "chr1", "chr5"]
    pm.gintervals_convert_to_indexed("many", remove_old=True)
    assert {"intervals.dat", "intervals.idx"} < set(names(root / "tracks/many.interv"))
    assert "chr1" not in names(root / "tracks/many.interv")
    pd.testing.assert_frame_equal(pm.gintervals_load("many"), pm.gintervals_load("few"))


def test_tree__track_of_a_file_per_chromosome(root: Path) -> None:
    dense("rpt")
    pm.gtrack_var_set("rpt", "result", [1.0, 2.0])
    assert names(root / "tracks/rpt.track") == sorted([".attributes", *SIZES, "vars"])
    assert names(root / "tracks/rpt.track/vars") == ["result"]


def test_tree__track_with_an_index(root: Path) -> None:
    dense("one")
    pm.gtrack_var_set("one", "result", 3)
    pm.gtrack_convert_to_indexed("one", remove_old=True)
    assert names(root / "tracks/one.track") == [".attributes", "track.dat", "track.idx", "vars"]
    assert pm.gtrack_var_get("one", "result") == 3


def test_tree__folders_are_dots_in_names(root: Path) -> None:
    dense("test.track1")
    dense("lab.four")
    pm.gintervals_save(pm.gintervals(1, 0, 9), "test.intervals1")
    assert names(root / "tracks/test") == ["intervals1.interv", "track1.track"]
    assert (root / "tracks/lab/four.track/chr3").is_file()
    assert pm.gtrack_ls() == ["lab.four", "test.track1"]
    assert pm.gintervals_ls() == ["test.intervals1"]


def test_chromosomes__are_a_table_without_prefix(tmp_path: Path) -> None:
    sizes = {"1": 900, "2": 800, "X": 500, "Y": 250}
    root = write_database(tmp_path / "db", sizes=sizes)
    text = "".join(f"{name}\t{size}\n" for name, size in sizes.items())
    assert (root / "chrom_sizes.txt").read_text() == text
    pm.gdb_init(str(root))
    everything = pm.gintervals_all()
    assert everything["end"].tolist() == list(sizes.values())
    for spelling in (["1", "X"], ["chr1", "chrX"]):
        found = pm.gintervals(spelling, 0, 10)
        assert found["chrom"].tolist() == everything["chrom"].iloc[[0, 2]].tolist()
    pm.gdb_unload()


def test_chromosomes__keep_their_order(tmp_path: Path) -> None:
    (tmp_path / "tracks").mkdir()
    (tmp_path / "chrom_sizes.txt").write_text("X\t70\n10\t60\n2\t50\n")
    pm.gdb_init(str(tmp_path))
    assert pm.gintervals_all()["end"].tolist() == [70, 60, 50]
    pm.gdb_unload()


def test_sequence__of_a_chromosome_is_plain_text(tmp_path: Path) -> None:
    bases = "ttaccGGAtcatgactaaccgaTTn"
    (tmp_path / "seq").mkdir()
    (tmp_path / "tracks").mkdir()
    (tmp_path / "seq/chr7.seq").write_text(bases)
    (tmp_path / "chrom_sizes.txt").write_text("7\t25\n")
    pm.gsetroot(str(tmp_path))
    assert pm.gseq_extract(pm.gintervals(7)) == [bases]
    assert pm.gseq_extract(pm.gintervals("chr7", 4, 9)) == [bases[4:9]]
    pm.gdb_unload()


def test_conversion__of_a_track_changes_no_answer(root: Path) -> None:
    dense("flat")
    pm.gtrack_create_sparse("spots", "three", pm.gintervals([1, 2, 4], 3, 8), [1.0, 2.0, 4.0])
    everywhere = pm.gintervals_all()
    for track in ("flat", "spots"):
        before = pm.gextract(track, everywhere)
        assert pm.gtrack_info(track)["format"] == "per-chromosome"
        assert pm.gtrack_convert_to_indexed(track) is None
        assert pm.gtrack_info(track)["format"] == "indexed"
        pd.testing.assert_frame_equal(pm.gextract(track, everywhere), before)
        pm.gtrack_convert_to_indexed(track)


def test_conversion__both_formats_live_side_by_side(root: Path) -> None:
    dense("old")
    dense("new")
    pm.gtrack_convert_to_indexed("new", remove_old=True)
    both = pm.gextract(["old", "new", "old - new"], pm.gintervals_all())
    np.testing.assert_array_equal(both["old"], both["new"])
    assert pm.gscreen("(old == 2) & (new == 2)")[["start", "end"]].values.tolist() == [[0, 200]]


def test_conversion__is_for_one_dimension_on_disk(root: Path) -> None:
    square = pm.gintervals_2d(1, 0, 50, 1, 100, 200)
    pm.gtrack_2d_create("flat2d", "a square", square, [5.0])
    with pytest.raises(pm.error, match="not one-dimensional"):
        pm.gtrack_convert_to_indexed("flat2d")
    pm.gvtrack_create("alias", "flat2d")
    with pytest.raises(pm.error, match="alias"):
        pm.gtrack_convert_to_indexed("alias")


def test_conversion__of_interval_sets(root: Path) -> None:
    flat = pm.gintervals([1, 1, 3], [0, 50, 5], [10, 80, 20]).assign(name=["a", "b", "c"])
    plane = pm.gintervals_2d([1, 1, 2], [0, 50, 0], [10, 60, 9], [1, 2, 4], 5, 9)
    with set_options(big_set_rows=2):
        pm.gintervals_save(flat, "flat")
        pm.gintervals_save(flat, "kept")
        pm.gintervals_save(plane, "plane")
    assert not pm.gintervals_is_indexed("flat")
    pm.gintervals_convert_to_indexed("kept")
    pm.gintervals_convert_to_indexed("flat", remove_old=True)
    pm.gintervals_2d_convert_to_indexed("plane")
    # The old files go even when they might stay: other readers take a set of both forms wrongly.
    for name in ("flat", "kept"):
        assert names(root / f"tracks/{name}.interv") == [".meta", "intervals.dat", "intervals.idx"]
    assert {"intervals2d.dat", "intervals2d.idx"} < set(names(root / "tracks/plane.interv"))
    assert all(map(pm.gintervals_is_indexed, ["flat", "kept", "plane"]))
    for name, expected in (("flat", flat), ("kept", flat), ("plane", plane)):
        pd.testing.assert_frame_equal(pm.gintervals_load(name), expected, check_dtype=False)


def test_conversion__indexed_sets_work_everywhere(root: Path) -> None:
    flat = pm.gintervals([1, 1, 3], [0, 50, 5], [10, 80, 20])
    with set_options(big_set_rows=2):
        pm.gintervals_save(flat, "flat")
    pm.gintervals_convert_to_indexed("flat", remove_old=True)
    dense("steps")
    assert pm.gextract("steps", "flat", iterator="flat")["start"].tolist() == [0, 50, 5]
    assert pm.gintervals_intersect("flat", pm.gintervals(1, 5, 60))["end"].tolist() == [10, 60]
    assert pm.gintervals_load("flat", chrom=3)["start"].tolist() == [5]
    pm.gintervals_update("flat", pm.gintervals(3, 7, 9), chrom=3)
    assert pm.gintervals_load("flat")["start"].tolist() == [0, 50, 7]


def test_sets__are_saved_loaded_and_updated(root: Path) -> None:
    rows = pm.gintervals([1, 1, 3], [0, 50, 5], [10, 80, 20])
    pm.gintervals_save(rows, "kept")
    pd.testing.assert_frame_equal(pm.gintervals_load("kept"), rows, check_dtype=False)
    pm.gintervals_update("kept", pm.gintervals(2, 7, 9), chrom=2)
    pm.gintervals_update("kept", pm.gintervals(1, 1, 2), chrom=1)
    assert pm.gintervals_load("kept")["start"].tolist() == [1, 7, 5]
    pm.gintervals_update("kept", None, chrom=3)
    assert pm.gintervals_load("kept")["chrom"].tolist() == ["chr1", "chr2"]
    assert len(pm.gintervals_intersect("kept", pm.gintervals_all())) == 2
