"""Classic imports and exports of signals: signatures, returns, what classic scripts expect."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import MishaWarning

pytestmark = pytest.mark.usefixtures("own_copy")


def written(folder, text, name="a.bedgraph"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_gtrack_import__sparse_dense_and_attributes(tmp_path):
    path = written(tmp_path, "chr1 0 15 1\nchr1 15 20 3\n")
    assert pm.gtrack_import("ns.s", "text", path, attrs={"lab": "x"}) is None
    pm.gtrack_import("d", "text", path, 10, defval=0.0)
    pm.gtrack_import("z", "text", path, binsize=0)
    assert [pm.gtrack_info(name)["type"] for name in ("ns.s", "d", "z")] == [
        "sparse",
        "dense",
        "sparse",
    ]
    assert pm.gtrack_attr_get("ns.s", "lab") == "x"
    assert pm.gtrack_attr_get("ns.s", "created.by") == (
        f'gtrack.import("ns.s", description, "{path}", 0, nan, attrs)'
    )
    assert pm.gextract("d", pm.gintervals(1, 0, 30))["d"].tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("args", "kind", "text"),
    [
        (("dense_track", "d", "{file}"), ValueError, "already exists"),
        (("t", "d", "{folder}/absent.bw"), FileNotFoundError, "absent"),
        (("t", "d", None), ValueError, "file must be given"),
        (("t", "d", "{file}", 10, np.nan, None, "mean"), ValueError, "func"),
        (("t", "d", "{file}", None, np.nan, None, "max"), ValueError, "bin_size"),
        (("t", "d", "{empty}"), ValueError, "no intervals"),
        (("t", "d", "{table}"), ValueError, "chrom"),
    ],
)
def test_gtrack_import__errors(tmp_path, args, kind, text):
    places = {
        "file": written(tmp_path, "chr1 0 15 1\n"),
        "empty": written(tmp_path, "", "e.wig"),
        "table": written(tmp_path, "a\tb\n1\t2\n", "t.tsv"),
        "folder": str(tmp_path),
    }
    spelled = [arg.format(**places) if isinstance(arg, str) else arg for arg in args]
    with pytest.raises(kind, match=text):
        pm.gtrack_import(*spelled)
    assert not pm.gtrack_exists("t")


def test_gtrack_import__leaves_out_what_the_genome_lacks(tmp_path):
    path = written(tmp_path, "chrZ 0 5 1\nchr2 299990 300010 1\n")
    with pytest.warns(MishaWarning, match="chrZ|beyond") as warned:
        pm.gtrack_import("t", "d", path)
    assert len(warned) == 2
    assert pm.gextract("t", pm.gintervals_all())["end"].tolist() == [300000]


def test_gtrack_import_set__lists_of_files(tmp_path):
    written(tmp_path, "chr1 0 15 1\n", "a.bedgraph")
    written(tmp_path, gzip.compress(b"chrom\tstart\tend\tv\nchr1\t0\t5\t1\n"), "c.txt.gz")
    assert pm.gtrack_import_set("d", f"{tmp_path}/*", 10, "p.", 0.0) == {
        "files_imported": ["a.bedgraph", "c.txt.gz"]
    }
    assert pm.gtrack_ls("^p[.]") == ["p.a", "p.c"]
    with pytest.warns(MishaWarning, match="exists"):
        assert pm.gtrack_import_set("d", f"{tmp_path}/*", 10, "p.") == {
            "files_failed": ["a.bedgraph", "c.txt.gz"]
        }
    with pytest.raises(ValueError, match="No files to import"):
        pm.gtrack_import_set("d", f"{tmp_path}/*.bw", 10)


def test_gtrack_import_mappedseq__statistics(tmp_path):
    line = "r\t{}\t{}\t{}\t30\t5M\t*\t0\t0\tACGTA\t*\n"
    rows = [(0, "chr1", 1), (0, "chr1", 1), (16, "chr1", 1), (4, "*", 0), (0, "chrQ", 5)]
    path = written(tmp_path, "".join(line.format(*row) for row in rows), "a.sam")
    found = pm.gtrack_import_mappedseq("t", "d", path, cols_order=None)
    assert found["total"] == {
        "total": 5.0, "total.mapped": 3.0, "total.unmapped": 2.0, "total.dups": 1.0,
    }  # fmt: skip
    assert [type(value) for value in found["total"].values()] == [float] * 4
    chroms = found["chrom"]
    assert chroms.columns.tolist() == ["chrom", "mapped", "dups"]
    assert (chroms["mapped"].dtype, chroms["dups"].dtype) == (np.float64, np.float64)
    assert chroms["mapped"].tolist()[:2] == [3.0, 0.0]
    assert pm.gextract("t", pm.gintervals_all())["start"].tolist() == [1, 6]


def test_gtrack_import_mappedseq__nothing_matches_and_wrong_sizes(tmp_path):
    path = written(tmp_path, "a\tb\n", "a.txt")
    found = pm.gtrack_import_mappedseq("t", "d", path)
    assert found["total"]["total.mapped"] == 0
    assert pm.gtrack_info("t")["type"] == "sparse"
    for kwargs in ({"pileup": 20}, {"binsize": 20}, {"pileup": -1, "binsize": 5}):
        with pytest.raises(ValueError, match="pileup"):
            pm.gtrack_import_mappedseq("u", "d", path, **kwargs)
    with pytest.raises(ValueError, match="no such file"):
        pm.gtrack_import_mappedseq("u", "d", str(tmp_path / "absent"))
    assert not pm.gtrack_exists("u")


def test_gtrack_export__files_and_errors(tmp_path):
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    scope = pm.gintervals(1, 0, 200)
    packed = str(tmp_path / "a.bg.gz")
    assert pm.gtrack_export_bedgraph("dense_track * 2", packed, scope, 100, "n", False) is None
    assert pm.gtrack_export_bedgraph("dense_track * 2", packed, scope, 100, "n") is None
    lines = gzip.decompress((tmp_path / "a.bg.gz").read_bytes()).decode().splitlines()
    assert lines[0] == 'track type=bedGraph name="n"'
    assert len(lines) == 3
    assert pm.gtrack_export_bigwig("dense_track", str(tmp_path / "a.bw"), scope) is None
    pm.gtrack_import("back", "d", str(tmp_path / "a.bw"))
    pd.testing.assert_series_equal(
        pm.gextract("back", scope)["back"], pm.gextract("dense_track", scope)["dense_track"],
        check_names=False,
    )  # fmt: skip
    for export in (pm.gtrack_export_bedgraph, pm.gtrack_export_bigwig):
        with pytest.raises(FileNotFoundError, match="does not exist"):
            export("dense_track", str(tmp_path / "no" / "a"))
        for wrong in ("absent_track", "rects_track"):
            with pytest.raises(ValueError, match=r"absent_track|one dimension|2D|dimension"):
                export(wrong, str(tmp_path / "b"))
    with pytest.warns(MishaWarning, match="no values"):
        pm.gtrack_export_bedgraph("sparse_track", str(tmp_path / "c"), pm.gintervals("chrX", 1, 2))
    assert (tmp_path / "c").read_text() == 'track type=bedGraph name="sparse_track"\n'
