"""Exports: values come back one by one; files are complete or absent."""

from __future__ import annotations

import gzip
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import misha_xr
from misha_xr._ext.names import pack_names
from misha_xr._ext.signal_texts import ROW_BYTES, format_rows
from misha_xr.errors import (
    ExpressionError,
    IntervalError,
    MishaWarning,
    MissingExtraError,
    OutputError,
    OutputExistsError,
    TrackTypeError,
)
from misha_xr.io import signal_export
from misha_xr.testing.database import write_database

SIZES = {"chr2": 1003, "chr10": 400, "chr1": 617}
EXPORTS = [("export_bedgraph", "a.bg"), ("export_bedgraph", "a.bg.gz"), ("export_bigwig", "a.bw")]


def spelled(values):
    values = np.array(values, np.float32)
    names, offsets = pack_names(["c"])
    zeros = np.zeros(len(values), np.int64)
    out = np.empty(len(values) * (1 + ROW_BYTES), np.uint8)
    n = format_rows(
        names, offsets, zeros.astype(np.int32), zeros, zeros + 2**62, values, out,
        lambda value: str(np.float32(value)).encode(),
    )  # fmt: skip
    lines = [line.split("\t") for line in out[:n].tobytes().decode().splitlines()]
    assert all(line[:3] == ["c", "0", str(2**62)] for line in lines)
    return [line[3] for line in lines]


@settings(max_examples=500)
@given(st.lists(st.floats(allow_nan=False, width=32)))
def test_format_rows__the_shortest_text_that_reads_back(values):
    for text, value in zip(spelled(values), values, strict=True):
        assert np.float32(text) == np.float32(value) == np.float32(float(text))
        plain = np.format_float_positional(np.float32(value), trim="-")
        assert len(text) <= max(len(plain), len(str(np.float32(value))))


def test_format_rows__numbers_as_people_write_them():
    values = [0, 1.5, -2, 0.1, 1e-5, 100, 16777216, 1e-30, 0.00123, float("inf")]
    expected = ["0", "1.5", "-2", "0.1", "1e-05", "100", "16777216", "1e-30", "0.00123", "inf"]
    assert spelled(values) == expected


values = st.one_of(st.floats(width=32, allow_infinity=False), st.just(float("nan")))


@pytest.mark.parametrize(("method", "name"), EXPORTS)
@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 19), values), min_size=1, unique_by=lambda row: row[0]))
def test_export__values_come_back(tmp_path_factory, method, name, rows):
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    folder = tmp_path_factory.mktemp("export")
    frame = pd.DataFrame(
        [(list(SIZES)[k % 3], 20 * k, 20 * k + 1 + k, value) for k, value in rows],
        columns=["chrom", "start", "end", "value"],
    )
    db = misha_xr.open_database(write_database(folder / "db", sizes=SIZES, sparse={"t": frame}))
    known = db.extract("t").dropna()
    if len(known):
        getattr(db, method)("t", folder / name)
        db.import_track("back", folder / name)
        pd.testing.assert_frame_equal(
            db.extract({"t": "back"}).drop(columns="intervalID"),
            known.reset_index(drop=True).drop(columns="intervalID"),
        )
    shutil.rmtree(folder)


@pytest.fixture
def db():
    return misha_xr.example_database()


def test_export_bedgraph__header_scope_and_names(db, tmp_path):
    path = db.export_bedgraph("dense_track * 2", tmp_path / "a.bg", "chr1:0-100", name='a "b"')
    lines = path.read_text().splitlines()
    assert lines[0] == "track type=bedGraph name=\"a 'b'\""
    assert [line.split("\t")[:3] for line in lines[1:]] == [
        ["chr1", "0", "50"],
        ["chr1", "50", "100"],
    ]
    packed = db.export_bedgraph("dense_track", tmp_path / "a.gz", "chr2", 5000, header=False)
    assert gzip.decompress(packed.read_bytes()).count(b"\n") == 60
    with pytest.raises(OutputError, match="one line of text"):
        db.export_bedgraph("dense_track", tmp_path / "b.bg", name="a\nb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bg", "a.gz"]


@pytest.mark.parametrize(("method", "name"), EXPORTS)
def test_export__nothing_is_left_of_what_fails(db, tmp_path, method, name, monkeypatch):
    if method == "export_bigwig":
        pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    export = getattr(db, method)
    path = tmp_path / name
    for kind, call in [
        (ExpressionError, lambda: export("absent + 1", path)),
        (TrackTypeError, lambda: export("rects_track", path)),
        (OutputError, lambda: export("dense_track", tmp_path / "no" / name)),
    ]:
        with pytest.raises(kind):
            call()
        assert not list(tmp_path.iterdir())
    export("dense_track", path, "chr1:0-1000")
    old = path.read_bytes()
    with pytest.raises(OutputExistsError):
        export("dense_track", path)

    def broken(frames):
        yield next(iter(frames))
        raise KeyboardInterrupt

    ordinary = signal_export._with_values
    monkeypatch.setattr(signal_export, "_with_values", lambda frames: broken(ordinary(frames)))
    with pytest.raises(KeyboardInterrupt):
        export("dense_track", path, overwrite=True)
    assert path.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_export__no_values(db, tmp_path):
    with pytest.warns(MishaWarning, match="holds no values"):
        path = db.export_bedgraph("dense_track / 0 * 0", tmp_path / "a.bg", "chr1:0-100")
    assert path.read_text().count("\n") == 1


def test_export_bigwig__no_values(db, tmp_path):
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    with pytest.raises(OutputError, match="no value"):
        db.export_bigwig("dense_track / 0 * 0", tmp_path / "a.bw", "chr1:0-100")


def test_export_bigwig__rows_that_overlap_are_refused(db, tmp_path):
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    scope = db.genome.intervals("chr1", [0, 50], [100, 150])
    with pytest.raises(IntervalError, match="do not overlap"):
        db.export_bigwig("dense_track", tmp_path / "a.bw", scope)
    assert not list(tmp_path.iterdir())


def test_export_bigwig__says_which_extra_is_missing(db, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pybigtools", None)
    with pytest.raises(MissingExtraError, match="pybigtools") as error:
        db.export_bigwig("dense_track", tmp_path / "a.bw")
    assert "misha-xr[bigwig]" in error.value.hint
