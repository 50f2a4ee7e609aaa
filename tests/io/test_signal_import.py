"""Imports of signals: values as slow readers give them; what cannot be imported leaves no track."""

from __future__ import annotations

import gzip
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr.errors import (
    CorruptFileError,
    IntervalError,
    MishaWarning,
    NameCollisionError,
    UnknownChromosomeError,
)
from misha_xr.io import signal_import
from misha_xr.io.signal_order import SignalOrder
from misha_xr.testing.binned_values import binned_slowly
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.observed import observe
from misha_xr.testing.signals import write_bigwig

SIZES = {"chr1": 1003, "chr10": 400, "chr2": 617}
TEXT = "chr2\t5\t9\t1.5\nchr1\t0\t5\t-2\nchr1\t10\t20\tnan\n"


@pytest.fixture
def db(tmp_path):
    return misha_xr.open_database(write_database(tmp_path / "db", sizes=SIZES))


def written(folder, text, name="a.bedGraph"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def track_rows(db, name):
    frame = db.extract(name)
    return [(str(c), s, e, v) for c, s, e, v in frame.iloc[:, :4].itertuples(index=False)]


def test_import_track__rows_in_any_order_become_a_sorted_sparse_track(db, tmp_path):
    db.import_track("ns.a", written(tmp_path, TEXT), description="d", attributes={"lab": "x"})
    found = track_rows(db, "ns.a")
    assert found[:1] == [("chr1", 0, 5, -2.0)]
    assert found[1][:3] == ("chr1", 10, 20)
    assert np.isnan(found[1][3])
    assert found[2] == ("chr2", 5, 9, 1.5)
    attributes = db.attributes("ns.a")
    assert attributes["created.by"].startswith("import_track('ns.a', '")
    assert (attributes["description"], attributes["lab"]) == ("d", "x")


rows = st.lists(
    st.tuples(
        st.sampled_from(sorted(SIZES)),
        st.integers(0, 399),
        st.integers(1, 60),
        st.one_of(st.floats(-100, 100, width=32), st.just(float("nan"))),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40)
@given(rows, st.integers(1, 90), st.sampled_from(["weighted.mean", "max", "median", "coverage"]),
       st.sampled_from([float("nan"), 0.0]))  # fmt: skip
def test_import_track__bins_are_those_of_a_slow_reader(
    tmp_path_factory, given_rows, bin_size, func, default
):
    folder = tmp_path_factory.mktemp("bins")
    db = misha_xr.open_database(write_database(folder / "db", sizes=SIZES))
    cut = [(c, s, min(s + n, SIZES[c]), v) for c, s, n, v in given_rows]
    lines = "".join(f"{c}\t{s}\t{e}\t{v!r}\n" for c, s, e, v in cut)
    path = written(folder, gzip.compress(lines.encode()), "a.bg.gz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signal_import, "SignalOrder", lambda *args: SignalOrder(*args, memory_rows=3))
        db.import_track("a", path, bin_size, func=func, default=default)
    expected = binned_slowly(cut, SIZES, bin_size, func, default)
    found = np.concatenate([db.store.track("a").values(code) for code in range(3)])
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    shutil.rmtree(folder)


@pytest.mark.parametrize("layout", ["indexed", "per-chromosome"])
def test_import_track__bigwig_in_another_order_of_chromosomes(db, tmp_path, layout):
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    given_rows = [("1", 0, 15, 1.5), ("1", 15, 1003, 2.5), ("10", 5, 6, 0.5), ("2", 600, 617, -1.0)]
    path = write_bigwig(tmp_path / "a.bw", {"1": 1003, "10": 400, "2": 617}, given_rows)
    if layout == "per-chromosome":
        db.import_track("a", path)
        assert track_rows(db, "a") == [(f"chr{c}", *row) for c, *row in given_rows]
    renamed = tmp_path / "signal.dat"
    path.rename(renamed)
    db.import_track("b", f"file://{renamed}", 100)
    expected = binned_slowly([(f"chr{c}", *row) for c, *row in given_rows], SIZES, 100)
    found = np.concatenate([db.store.track("b").values(code) for code in range(3)])
    np.testing.assert_array_equal(found, np.float32(expected))


def test_import_track__from_a_server(db, tmp_path, site):
    site.bodies["/a.bedGraph.gz"] = gzip.compress(TEXT.encode())
    db.import_track("a", f"{site.url}/a.bedGraph.gz")
    assert len(track_rows(db, "a")) == 3


@pytest.mark.parametrize(
    ("text", "options", "kind", "message"),
    [
        ("", {}, IntervalError, "contains no intervals"),
        ("track type=bedGraph\n", {}, IntervalError, "contains no intervals"),
        ("chr1\t0\t5\tx", {}, CorruptFileError, "line 1: column 4 is no number"),
        ("chrZ\t0\t5\t1", {}, UnknownChromosomeError, "line 1: 'chrZ"),
        ("chrZ\t0\t5\t1", {"unknown": "skip"}, UnknownChromosomeError, "none of its chromosomes"),
        ("chr1\t5\t5\t1", {}, IntervalError, "line 1: 'chr1.*above the start"),
        ("chr1\t-5\t5\t1", {}, IntervalError, "a start below 0"),
        ("chr1\t900\t1004\t1", {}, IntervalError, "beyond chr1 .1,003 bp"),
        ("chr1\t0\t5\t1\nchr1\t4\t9\t1", {}, IntervalError, "line 1: .*line 2: "),
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], {}, CorruptFileError, "spoilt gzip"),
        (TEXT, {"format": "bam"}, ValueError, "format must be one of"),
        (TEXT, {"func": "max"}, ValueError, "needs a bin_size"),
        (TEXT, {"func": "maxx", "bin_size": 10}, ValueError, "func must be one of"),
        (TEXT, {"bin_size": 0}, ValueError, "bin_size must be"),
        (TEXT, {"beyond": "cut"}, ValueError, "beyond must be one of"),
        (TEXT, {"aliases": {"a": "chrQ"}}, UnknownChromosomeError, "chrQ"),
        (TEXT, {"colour": 1}, TypeError, "colour"),
    ],
)  # fmt: skip
def test_import_track__what_cannot_be_imported_leaves_nothing(
    db, tmp_path, text, options, kind, message
):
    before = observe(db.store.root)
    with pytest.raises(kind, match=message):
        db.import_track("a", written(tmp_path, text), **options)
    assert observe(db.store.root) == before
    assert not list((db.store.root / "tracks").iterdir())


def test_import_track__absent_files_and_names_that_exist(db, tmp_path):
    with pytest.raises(FileNotFoundError):
        db.import_track("a", tmp_path / "absent.bw")
    path = written(tmp_path, TEXT)
    db.import_track("a", path)
    with pytest.raises(NameCollisionError, match="already exists"):
        db.import_track("a", path, 10)
    db.import_track("a", path, 10, overwrite=True)
    assert db.store.info("a").bin_size == 10


def test_import_track__lenient_imports_count_what_they_leave_out(db, tmp_path):
    text = "chr1\t990\t1004\t1\nchr1\t2000\t2001\t1\nchrZ\t0\t1\t1\nchrZ\t1\t2\t1\nchr2\t0\t1\t1\n"
    with pytest.warns(MishaWarning) as warned:
        db.import_track("a", written(tmp_path, text), unknown="skip", beyond="clip")
    told = " ".join(str(warning.message) for warning in warned)
    assert "'chrZ': 2" in told
    assert "1 cut, 1 left out" in told
    assert "line 1: 'chr1" in told
    assert track_rows(db, "a") == [("chr1", 990, 1003, 1.0), ("chr2", 0, 1, 1.0)]


@pytest.mark.parametrize("bin_size", [None, 100])
def test_import_track__survives_interruptions(tmp_path, bin_size):
    path = written(tmp_path, TEXT)

    def act(root):
        misha_xr.open_database(root).import_track("a", path, bin_size)

    def prepare(root):
        write_database(root, sizes=SIZES)

    assert check_interruptions(prepare, act, observe, folder=tmp_path) > 5


def test_import_tracks__one_failure_does_not_stop_the_rest(db, tmp_path):
    folder = tmp_path / "signals"
    folder.mkdir()
    written(folder, TEXT, "a.bedGraph")
    written(folder, gzip.compress(TEXT.encode()), "b.x.bdg.gz")
    written(folder, "bad\n", "c.bed")
    written(folder, TEXT, "9 bad name.bdg")
    written(folder, "", ".hidden")
    with pytest.warns(MishaWarning, match="was not imported"):
        outcome = db.import_tracks(folder)
    assert sorted(outcome.imported.values()) == ["a", "b.x"]
    assert sorted(path.rpartition("/")[2] for path in outcome.failed) == ["9 bad name.bdg", "c.bed"]
    again = db.import_tracks(f"{folder}/[ab].*", 100)
    assert (sorted(again.skipped.values()), again.imported) == (["a", "b.x"], {})
    assert sorted(db.import_tracks(f"{folder}/[ab].*", 100, "p.").imported.values()) == [
        "p.a",
        "p.b.x",
    ]
    with pytest.raises(FileNotFoundError):
        db.import_tracks(f"{folder}/*.wig")


@pytest.mark.parametrize("bin_size", [None, 10])
def test_import_track__values_without_a_float32_are_counted(db, tmp_path, bin_size):
    values = ["inf", "-inf", "1e400", "-1e39", "3.4028235677973366e38", "3.40282356e38", "nan", "0"]
    rows = [f"chr1\t{10 * k}\t{10 * k + 10}\t{value}" for k, value in enumerate(values)]
    path = written(tmp_path, "\n".join(rows))
    with pytest.warns(MishaWarning, match=r"^5 values are infinite.*line 1: .*inf"):
        db.import_track("a", path, bin_size)
    found = db.extract("a", "chr1:0-80")["a"].to_numpy()
    np.testing.assert_array_equal(np.isnan(found), [True] * 5 + [False, True, False])
