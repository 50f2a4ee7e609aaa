"""Tracks from tables, arrays and numbers: what is stored, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from misha_xr import open_database
from misha_xr.database.writing.bin_tracks import piece_bounds, spread
from misha_xr.errors import (
    IntervalColumnsError,
    IntervalError,
    UnknownChromosomeError,
)
from misha_xr.testing.tiny import N_BINS, SIZES, write_tiny

ROWS = pd.DataFrame(
    {"chrom": ["chr2", "1", "chr1"], "start": [5, 50, 0], "end": [9, 60, 50]}, index=[7, 8, 9]
)


@pytest.fixture
def db(tmp_path):
    return open_database(write_tiny(tmp_path / "db"))


def test_create_sparse__sorts_and_rounds(db):
    db.create_sparse("new", ROWS, [1e300, np.nan, 0.1])
    found = db.store.track("new").records(0)
    assert (found.starts.tolist(), found.ends.tolist()) == ([0, 50], [50, 60])
    np.testing.assert_array_equal(found.values, np.array([0.1, np.nan], np.float32))
    assert np.isnan(db.store.track("new").records(1).values[0])  # infinite on disk
    db.create_sparse("again", ROWS.assign(value=pd.array([1, None, 3], "Int64")))
    np.testing.assert_array_equal(db.store.track("again").records(0).values, [3, np.nan])


def test_create_sparse__no_rows(db):
    db.create_sparse("new", ROWS.iloc[:0], [])
    assert db.store.track("new").counts().tolist() == [0, 0, 0, 0]


BAD = [
    (ROWS.assign(start=0), [1, 2, 3], IntervalError, "rows 8 and 9 do"),
    (ROWS.assign(end=2000), [1, 2, 3], IntervalError, "end is beyond the chromosome"),
    (ROWS.assign(chrom="chrQ"), [1, 2, 3], UnknownChromosomeError, "chrQ"),
    (ROWS, [1, 2], IntervalError, "expected 3, one per interval; found 2"),
    (ROWS, None, IntervalColumnsError, "have no column 'value'"),
    (ROWS, ["a", "b", "c"], IntervalError, "must be numbers"),
    (ROWS.drop(columns="end"), [1, 2, 3], IntervalColumnsError, "lacks the column 'end'"),
]


@pytest.mark.parametrize(("rows", "values", "error", "message"), BAD)
def test_create_sparse__refuses(db, rows, values, error, message):
    before = sorted(db.root.rglob("*"))
    with pytest.raises(error, match=message):
        db.create_sparse("new", rows, values)
    if "rows" not in message:
        with pytest.raises(error, match=message):
            db.create_dense("new", rows, values, 10)
    assert sorted(db.root.rglob("*")) == before


def test_create_dense__sorts_and_keeps_the_end_of_the_chromosome(db):
    db.create_dense("new", ROWS, [1, 2, 3], 20, func="count")
    assert db.store.track("new").values(0)[:5].tolist() == [1, 1, 2, 0, 0]
    db.create_dense("more", ROWS, [1, 2, 3], 20, default=0)
    assert db.store.track("more").values(0)[:4].tolist() == [3, 3, 2.5, 0]
    for bin_size in (0, -5):
        with pytest.raises(ValueError, match="bin_size"):
            db.create_dense("x", ROWS, [1, 2, 3], bin_size)
    with pytest.raises(ValueError, match="func must be one of"):
        db.create_dense("x", ROWS, [1, 2, 3], 10, func="mean")


def test_create_array__columns(db):
    table = ROWS.assign(a=[1, 2, 3], b=[np.nan, 5, 6])
    db.create_array("new", table)
    track = db.store.track("new")
    assert track.column_names == ("a", "b")
    assert track.records(0).values.tolist() == [[3, 6], [2, 5]]
    db.create_array("named", ROWS, pd.DataFrame({"u": [1, 2, 3]}))
    assert db.store.track("named").column_names == ("u",)
    for columns, message in ((None, "names of columns are missing"), (["a"], "1 names for 2")):
        with pytest.raises(ValueError, match=message):
            db.create_array("x", ROWS, np.zeros((3, 2)), columns)
    with pytest.raises(ValueError, match="'a' occurs twice"):
        db.create_array("x", ROWS, np.zeros((3, 2)), ["a", "a"])
    with pytest.raises(IntervalError, match="expected 3 x 2"):
        db.create_array("x", ROWS, np.zeros((4, 2)), ["a", "b"])
    with pytest.raises(IntervalError, match="rows 8 and 9 do"):
        db.create_array("x", ROWS.assign(start=0), np.zeros((3, 2)), ["a", "b"])


def test_create_dense_bins__whole_arrays(db):
    values = np.arange(43) / 8
    for kind, given_values in enumerate((values, values.tolist(), values.astype(np.float32))):
        db.create_dense_bins(f"new{kind}", given_values, 50)
        track = db.store.track(f"new{kind}")
        found = np.concatenate([track.values(code) for code in range(4)])
        np.testing.assert_array_equal(found, values)


def test_create_dense_bins__lazy_arrays_are_read_once(db):
    dask_array = pytest.importorskip("dask.array")
    chunks = []

    def chunk(block_info=None):
        lo, hi = block_info[None]["array-location"][0]
        chunks.append((lo, hi))
        return np.arange(lo, hi, dtype=float)

    lazy = dask_array.map_blocks(chunk, chunks=((10, 30, 3),), dtype=float, meta=np.empty(0))
    db.create_dense_bins("new", lazy, 50)
    assert chunks == [(0, 10), (10, 40), (40, 43)]
    assert db.store.track("new").values(3)[-1] == 42


def test_create_dense_bins__by_chromosome(db):
    db.create_dense_bins("new", {"X": np.arange(8), "chr2": 5}, 50, default=-1)
    track = db.store.track("new")
    assert track.values(0).tolist() == [-1] * N_BINS[0]
    assert track.values(1).tolist() == [5] * N_BINS[1]
    assert track.values(3).tolist() == list(range(8))
    bad = [
        ({"chrX": np.arange(7)}, IntervalError, r"chrX has 8 bins; found values of shape \(7,\)"),
        ({"chrQ": 1}, UnknownChromosomeError, "no chromosome 'chrQ'"),
        ({"chrX": 1, "X": 2}, IntervalError, "given twice"),
        ({"chrX": ["a"] * 8}, IntervalError, "must be numbers"),
        (np.zeros(44), IntervalError, "the genome has 43 bins"),
        (np.zeros((43, 1)), IntervalError, "the genome has 43 bins"),
    ]
    for values, error, message in bad:
        with pytest.raises(error, match=message):
            db.create_dense_bins("x", values, 50)


def test_create_dense_bins__tables(db):
    table = pd.DataFrame(
        {"chrom": ["chrX", "chr1"], "start": [350, 50], "end": [399, 100], "value": [1.5, 2.5]}
    )
    db.create_dense_bins("new", table, 50)
    assert np.nansum(db.store.track("new").values(3)) == 1.5
    assert db.store.track("new").values(0)[:3].tolist()[1] == 2.5
    bad = [
        (table.assign(end=[399, 99]), "row 1, chr1:50-99, is no bin of 50 bp"),
        (pd.concat([table, table.iloc[:1]]), "rows 0 and 0 are one bin"),
        (table.drop(columns="value"), "needs a column 'value'"),
    ]
    for rows, message in bad:
        with pytest.raises(IntervalError, match=message):
            db.create_dense_bins("x", rows, 50)


@given(hnp.arrays(np.bool_, 40), st.lists(st.integers(0, 40), max_size=3), st.integers(1, 50))
def test_spread__puts_every_value_in_its_place(mask, cuts, block):
    places = np.flatnonzero(mask)
    expected = np.where(mask, np.arange(40) + 0.5, -1).astype(np.float32)
    edges = [0, *sorted(min(cut, len(places)) for cut in cuts), len(places)]
    parts = [(places[lo:hi], places[lo:hi] + 0.5) for lo, hi in itertools.pairwise(edges)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("misha_xr.database.writing.bin_tracks.BLOCK_BINS", block)
        blocks = list(spread(40, parts, -1))
    np.testing.assert_array_equal(np.concatenate(blocks), expected)
    assert max(map(len, blocks)) <= max(block, 1)


def test_piece_bounds__keep_chunks_whole():
    class Chunked:
        shape, chunks = (10,), (4,)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("misha_xr.database.writing.bin_tracks.BLOCK_BINS", 9)
        assert list(piece_bounds(Chunked())) == [(0, 8), (8, 10)]
        assert list(piece_bounds(np.zeros(20))) == [(0, 9), (9, 18), (18, 20)]


@settings(max_examples=25)
@given(st.sampled_from(["per-chromosome", "indexed"]), st.sampled_from([7, 50]), st.data())
def test_round_trip__any_values(tmp_path, layout, bin_size, data):
    root = tmp_path / f"{layout}"
    db = open_database(root if root.exists() else write_tiny(root, layout))
    n = db.genome.axis(bin_size).n
    values = data.draw(hnp.arrays(np.float32, n, elements=st.floats(width=32, allow_nan=True)))
    db.create_dense_bins("any", values, bin_size, overwrite=True)
    track = db.store.track("any")
    found = np.concatenate([track.values(code) for code in range(len(SIZES))])
    np.testing.assert_array_equal(found, values)
