"""What the classic guide says about where tracks come from: files, expressions, nothing stored."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from misha_xr import pm

ROWS = [("chr1", 0, 30, 1.5), ("chr1", 30, 60, 4.0), ("chr2", 100, 110, -2.0)]
BEDGRAPH = "".join("\t".join(map(str, row)) + "\n" for row in ROWS)
BED = "chr1\t100\t150\tp1\t700\t+\nchr2\t40\t90\tp2\t300\t-\n"


@pytest.fixture
def files(own_copy: Path, tmp_path: Path) -> Path:
    """Write three files of signals into a folder; connect to a copy of the example database."""
    (tmp_path / "rep1.bedgraph").write_text(BEDGRAPH)
    (tmp_path / "rep2.bedgraph").write_text(BEDGRAPH.replace("4.0", "8.0"))
    (tmp_path / "peaks.bed").write_text(BED)
    return tmp_path


def test_import__sparse_keeps_the_intervals_of_the_file(files: Path) -> None:
    assert pm.gtrack_import("lab.rep1", "first run", str(files / "rep1.bedgraph")) is None
    assert pm.gtrack_info("lab.rep1")["type"] == "sparse"
    found = pm.gextract("lab.rep1", pm.gintervals_all())
    assert found.iloc[:, :4].to_records(index=False).tolist() == ROWS
    assert pm.gtrack_attr_get("lab.rep1", "description") == "first run"


def test_import__dense_weighs_what_covers_a_bin(files: Path) -> None:
    pm.gtrack_import("binned", "in bins", str(files / "rep1.bedgraph"), 20, 0.0)
    assert pm.gtrack_info("binned")["bin_size"] == 20
    found = pm.gextract("binned", pm.gintervals(1, 0, 100))["binned"]
    np.testing.assert_allclose(found, [1.5, 2.75, 4.0, 0.0, 0.0])
    assert pm.gsummary("binned")["NaN intervals"] == 0


def test_import__bed_and_packed_files(files: Path) -> None:
    pm.gtrack_import("peaks", "scores", str(files / "peaks.bed"))
    assert pm.gextract("peaks", pm.gintervals_all())["peaks"].tolist() == [700, 300]
    with gzip.open(files / "packed.bedgraph.gz", "wt") as packed:
        packed.write(BEDGRAPH)
    pm.gtrack_import("packed", "the same", str(files / "packed.bedgraph.gz"))
    assert pm.gextract("packed", pm.gintervals_all())["packed"].tolist() == [1.5, 4, -2]


def test_import__errors(files: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pm.gtrack_import("none", "no file", str(files / "none.bedgraph"))
    with pytest.raises(ValueError, match="already exists"):
        pm.gtrack_import("dense_track", "again", str(files / "rep1.bedgraph"))
    (files / "empty.bedgraph").write_text("")
    with pytest.raises(ValueError, match=r"empty|no rows|nothing|no interval"):
        pm.gtrack_import("none", "no rows", str(files / "empty.bedgraph"))
    assert not pm.gtrack_exists("none")


def test_import_set__a_track_of_each_file(files: Path) -> None:
    outcome = pm.gtrack_import_set("runs", str(files / "rep*.bedgraph"), 0, "lab.")
    assert outcome == {"files_imported": ["rep1.bedgraph", "rep2.bedgraph"]}
    assert pm.gtrack_ls("^lab") == ["lab.rep1", "lab.rep2"]
    both = pm.gextract("lab.rep2 - lab.rep1", pm.gintervals(1, 0, 60), iterator="lab.rep1")
    assert both.iloc[:, 3].tolist() == [0, 4]
    with pytest.warns(pm.PymishaWarning, match="lab.rep1"):
        again = pm.gtrack_import_set("runs", str(files / "rep1*"), 0, "lab.")
    assert again == {"files_failed": ["rep1.bedgraph"]}
    with pytest.raises(ValueError, match="No files"):
        pm.gtrack_import_set("runs", str(files / "*.none"), 0)


def test_expression__becomes_a_track(own_copy: Path) -> None:
    pm.gtrack_create("logs", "log of signal", "np.log(dense_track + 1)", iterator=100)
    assert pm.gtrack_info("logs")["bin_size"] == 100
    scope = pm.gintervals(1, 0, 20_000)
    asked = pm.gextract("np.log(dense_track + 1)", scope, iterator=100).iloc[:, 3]
    np.testing.assert_allclose(pm.gextract("logs", scope)["logs"], asked, rtol=1e-6)
    assert "logs" in pm.gtrack_ls()
    pm.gdb_init(str(own_copy))
    assert pm.gtrack_exists("logs")


def test_virtual_track__is_not_stored(own_copy: Path) -> None:
    before = sorted(own_copy.rglob("*"))
    pm.gvtrack_create("near.max", "dense_track", "max", sshift=-100, eshift=100)
    assert pm.gextract("near.max", pm.gintervals(1, 0, 500), iterator=100)["near.max"].notna().all()
    assert "near.max" not in pm.gtrack_ls()
    assert not pm.gtrack_exists("near.max")
    assert sorted(own_copy.rglob("*")) == before
    pm.gvtrack_rm("near.max")
    assert pm.gvtrack_ls() in (None, [])


def test_intervals__come_from_files_peaks_and_code(files: Path) -> None:
    from_file = pm.gintervals_import_bed(str(files / "peaks.bed"))
    assert from_file[["chrom", "start", "end"]].values.tolist() == [
        ["chr1", 100, 150],
        ["chr2", 40, 90],
    ]
    called = pm.gscreen("dense_track > 0.9")
    made = pm.gintervals_from_strings(["chr1:100-150", "chr2:40-90"])
    assert made.equals(from_file[["chrom", "start", "end"]])
    for scope in (from_file, called, made, "annotations"):
        assert len(pm.gextract("dense_track", scope)) > 0
