"""Array tracks from text tables and other array tracks."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest

from misha_xr import open_database
from misha_xr.errors import IntervalError, TrackTypeError, UnknownChromosomeError
from misha_xr.io.array_tables import import_arrays, read_array_table
from misha_xr.testing.tiny import write_tiny

TABLE = "chrom\tstart\tend\tu\tx\nchr1\t5\t25\t7\t1\nchr2\t0\t9\tnan\t4\n"


@pytest.fixture
def db(tmp_path):
    return open_database(write_tiny(tmp_path / "db"))


def write(path, text):
    path.write_text(text)
    return path


def test_import_arrays__joins_intervals_and_columns(db, tmp_path):
    one = write(tmp_path / "one.tsv", TABLE)
    two = tmp_path / "two.tsv.gz"
    two.write_bytes(gzip.compress(b"chrom\tstart\tend\tu\tw\n1\t5\t25\t7\t\n1\t30\t40\t9\tNA\n"))
    import_arrays(db.store, "new", [one, str(two)], description="joined")
    found = db.extract_array("new").drop(columns="intervalID")
    expected = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chr2"], "start": [5, 30, 0], "end": [25, 40, 9]}
    ).assign(u=[7.0, 9, np.nan], x=[1.0, np.nan, 4], w=np.nan)
    pd.testing.assert_frame_equal(found.astype({"chrom": "str"}), expected.astype({"chrom": "str"}))
    db.create_array("old", expected[["chrom", "start", "end"]], np.ones((3, 1)), ["y"])
    import_arrays(db.store, "both", ["new", "old"])
    assert db.store.track("both").column_names == ("u", "x", "w", "y")
    assert db.attributes("both")["created.by"] == "import_arrays('both', ['new', 'old'])"


BAD = [
    (
        "chrom\tstart\tend\tu\nchr1\t5\t25\t8\n",
        "two values in column 'u'.* 8 of file .*more.tsv, 7 ",
    ),
    ("chrom\tstart\tend\tu\nchr1\t6\t25\t8\n", r"\(chr1, 5, 25\) of file .* overlaps .*\(chr1, 6"),
    ("chrom\tstart\tend\tu\nchr1\t6\t2x5\t8\n", r"line 2: '2x5' is no number for end: 'chr1\\t6"),
    ("chrom\tstart\tend\tu\nchr1\t6\t2.5\t8\n", r"line 2: '2.5' is no number for end"),
    ("chrom\tstart\tend\tu\nchr1\t0\t1\tlow\n", r"line 2: 'low' is no number for u"),
    ("chr1\t6\t25\t8\n", r"line 1: expected a header"),
    ("", "is no tab-separated table"),
    ("chrom\tstart\tend\tu\nchr1\t0\t3\t8\nchr1\t2\t4\t8\n", r"overlaps interval \(chr1, 2, 4\)"),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_import_arrays__refuses(db, tmp_path, text, message):
    paths = [write(tmp_path / "one.tsv", TABLE), write(tmp_path / "more.tsv", text)]
    before = sorted(db.root.rglob("*"))
    with pytest.raises(IntervalError, match=message):
        import_arrays(db.store, "new", paths)
    assert sorted(db.root.rglob("*")) == before


def test_import_arrays__refuses_sources(db, tmp_path):
    with pytest.raises(ValueError, match="at least one source"):
        import_arrays(db.store, "new", [])
    with pytest.raises(FileNotFoundError, match="no array track and no file"):
        import_arrays(db.store, "new", ["nothing"])
    with pytest.raises(TrackTypeError, match="not an array track"):
        import_arrays(db.store, "new", ["a"])
    path = write(tmp_path / "q.tsv", TABLE.replace("chr2", "chrQ"))
    with pytest.raises(UnknownChromosomeError, match="chrQ"):
        import_arrays(db.store, "new", [path])


def test_read_array_table__dtypes(tmp_path):
    table = read_array_table(write(tmp_path / "one.tsv", TABLE))
    assert [str(dtype) for dtype in table.dtypes] == ["str", "int64", "int64"] + ["float64"] * 2
