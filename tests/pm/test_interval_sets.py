"""Saved interval sets in the classic API, and what stands for one; descriptions of databases."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import TrackTypeError, UnknownChromosomeError
from misha_xr.testing.tiny import SIZES, rects_frame, sparse_frame, write_tiny


@pytest.fixture
def root(tmp_path):
    """The tiny database, indexed."""
    path = write_tiny(tmp_path / "tiny", "indexed")
    pm.gdb_init(path)
    yield path
    pm.gdb_unload()


def test_gintervals_ls(root) -> None:
    assert pm.gintervals_ls() == ["genes"]
    assert pm.gintervals_ls("ENE", ignore_case=True) == ["genes"]
    assert pm.gintervals_ls("x") == []
    with pytest.raises(re.error):
        pm.gintervals_ls("(")


def test_gintervals_exists(root) -> None:
    assert pm.gintervals_exists("genes")
    assert not pm.gintervals_exists("a")
    with pytest.raises(AttributeError):
        pm.gintervals_exists(5)


def test_gintervals_load__set(root) -> None:
    table = pm.gintervals_load("genes")
    assert table.dtypes.astype(str).tolist() == ["str", "int64", "int64"]
    assert table["chrom"].tolist() == ["chr1", "chrX"]
    assert isinstance(table.index, pd.RangeIndex)
    assert pm.gintervals_load("genes", chrom="X")["start"].tolist() == [10]
    assert pm.gintervals_load("genes", chrom=["chr1"])["end"].tolist() == [60]
    assert pm.gintervals_load("genes", "chr2") is None


def test_gintervals_load__tracks_and_tables(root) -> None:
    sparse = pm.gintervals_load("sp")
    pd.testing.assert_frame_equal(sparse, sparse_frame()[["chrom", "start", "end"]])
    rects = pm.gintervals_load("hic", chrom2="chrX")
    assert list(rects) == ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    assert len(rects) == 10
    table = pm.gintervals(1, 0, 10)
    pd.testing.assert_frame_equal(pm.gintervals_load(table), table)
    assert pm.gintervals_load(table, chrom="chr2") is None


def test_gintervals_load__refuses(root) -> None:
    for call, kind in [
        (lambda: pm.gintervals_load("nope"), ValueError),
        (lambda: pm.gintervals_load("genes", chrom="nope"), UnknownChromosomeError),
        (lambda: pm.gintervals_load("genes", chrom=["chr1", "chr2"]), ValueError),
        (lambda: pm.gintervals_load("genes", chrom1="chr1"), ValueError),
        (lambda: pm.gintervals_load("hic", chrom="chr1"), ValueError),
        (lambda: pm.gintervals_load("a"), TrackTypeError),
        (lambda: pm.gintervals_load(5), ValueError),
    ]:
        with pytest.raises(kind):
            call()


def test_gintervals_chrom_sizes(root) -> None:
    table = pm.gintervals_chrom_sizes("sp")
    assert table.to_dict("list") == {"chrom": ["chr1", "chrX"], "size": [9, 5]}
    assert table.dtypes.astype(str).tolist() == ["str", "int64"]
    assert pm.gintervals_chrom_sizes("genes")["size"].tolist() == [1, 1]
    pairs = pm.gintervals_chrom_sizes("hic")
    assert pairs.to_dict("list") == {
        "chrom1": ["chr1", "chr1"],
        "chrom2": ["chr1", "chrX"],
        "size": [10, 10],
    }
    same = pm.gintervals_chrom_sizes(rects_frame())
    pd.testing.assert_frame_equal(same, pairs)
    empty = pm.gintervals_chrom_sizes(pm.gintervals(1).iloc[:0])
    assert (list(empty), len(empty)) == (["chrom", "size"], 0)
    with pytest.raises(ValueError, match="nope"):
        pm.gintervals_chrom_sizes("nope")
    with pytest.raises(TrackTypeError, match="dense"):
        pm.gintervals_chrom_sizes("a")


def test_gintervals_is_bigset__and_indexed(root) -> None:
    assert not pm.gintervals_is_bigset("genes")
    assert not pm.gintervals_is_bigset("nope")
    assert not pm.gintervals_is_indexed("genes")
    with pytest.raises(ValueError, match="nope"):
        pm.gintervals_is_indexed("nope")
    golden = Path(__file__).parents[1] / "golden" / "bigset-1d-indexed"
    big = root / "tracks" / "big.interv"
    big.mkdir()
    for name in ("intervals.dat", "intervals.idx", "meta.rds"):
        target = ".meta" if name == "meta.rds" else name
        (big / target).write_bytes((golden / name).read_bytes())
    assert pm.gintervals_is_bigset("big")
    assert pm.gintervals_is_indexed("big")


def test_gintervals_path(root) -> None:
    assert Path(pm.gintervals_path("genes")) == root / "tracks" / "genes.interv"
    with pytest.raises(ValueError, match="did you mean 'genes'"):
        pm.gintervals_path("gene")


def test_gdb_info(root, tmp_path) -> None:
    info = pm.gdb_info()
    assert list(info) == [
        "path",
        "is_db",
        "format",
        "num_chromosomes",
        "genome_size",
        "chromosomes",
    ]
    assert (info["path"], info["is_db"]) == (str(root), True)
    assert (info["num_chromosomes"], info["genome_size"]) == (4, sum(SIZES.values()))
    assert info["chromosomes"].dtypes.astype(str).tolist() == ["str", "int64"]
    other = str(tmp_path / "nope")
    assert pm.gdb_info(other) == {
        "path": other,
        "is_db": False,
        "error": "Directory does not exist",
    }
    assert "Not a misha database" in pm.gdb_info(tmp_path)["error"]
    pm.gdb_unload()
    with pytest.raises(ValueError, match="No database"):
        pm.gdb_info()
    assert pm.gdb_info(str(root))["is_db"]


def test_gtrack_path(root) -> None:
    assert pm.gtrack_path("ns.b") == str(root / "tracks" / "ns" / "b.track")
    with pytest.raises(ValueError, match="nope"):
        pm.gtrack_path("nope")


def test_gtrack_exists__wants_text(root) -> None:
    with pytest.raises(pm.error, match="text"):
        pm.gtrack_exists(5)
