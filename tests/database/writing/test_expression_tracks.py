"""Tracks from questions, by Database and by Dataset: the values that extraction gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr import open_database
from misha_xr.errors import ExpressionError, IteratorError, StatisticsError
from misha_xr.testing.tiny import write_tiny


@pytest.fixture(params=["per-chromosome", "indexed"])
def db(request, tmp_path):
    return open_database(write_tiny(tmp_path / "db", request.param))


def same(db, name, expression, **asked):
    """Whether a track holds what extraction gives; both as float32."""
    made = db.extract(name, iterator=name)
    found = db.extract({name: expression}, **asked)
    columns = [column for column in found.columns if column not in ("intervalID", name)]
    assert made[columns].equals(found[columns])
    np.testing.assert_array_equal(made[name], found[name].astype(np.float32).astype(float))


SETS = pd.DataFrame(
    {"chrom": ["chr2", "chr1", "chr1"], "start": [5, 50, 300], "end": [9, 260, 400]}
)
QUESTIONS = [
    ("a * 2 + `ns.b`", {}),
    ("a > 3", {"iterator": 70}),
    ("v", {"iterator": 25}),
    ("k + a", {"iterator": 100, "variables": {"k": 2.5}}),
    ("sp / 3", {}),
    ("a", {"iterator": SETS}),
    ("a", {"iterator": "genes", "scope": "chr1"}),
    ("c", {"iterator": 2000}),
]


@pytest.mark.parametrize(("expression", "asked"), QUESTIONS)
def test_create_track__holds_what_extraction_gives(db, expression, asked):
    db = db.vtrack("v", "a", "max", sshift=-100, eshift=100)
    db.create_track("new.one", expression, **asked)
    same(db, "new.one", expression, **asked)


def test_create_track__two_dimensions(db):
    db.create_track("new", "hic + 1")
    made, found = db.extract("new"), db.extract({"new": "hic + 1"})
    pd.testing.assert_frame_equal(made.iloc[:, :7], found.iloc[:, :7])
    db.create_track("near", "hic", band=(-100, 300))
    assert 0 < len(db.extract("near")) < len(made)


def test_create_track__of_a_dataset(db):
    ds = xr.open_dataset(db.root, engine="misha")
    ds = ds.misha.vtrack("v", "a", "avg", eshift=100).assign(a=ds["a"] * 2)
    ds.misha.create_track("new", "a + v", iterator=50)
    np.testing.assert_array_equal(
        db.extract("new", iterator="new")["new"],
        ds.misha.extract({"new": "a + v"}, iterator=50)["new"].astype(np.float32),
    )
    part = ds.misha.sel("chr1:100-300")
    with pytest.raises(IteratorError, match="the scope holds only a part"):
        part.misha.create_track("part", "a")
    assert not db.store.has_track("part")


def test_smooth_and_lookup_tracks(db):
    db.smooth_track("calm", "a", 200, weights="mean", min_weight=2, fill_gaps=True)
    found = db.smooth("a", 200, weights="mean", min_weight=2, fill_gaps=True)
    np.testing.assert_array_equal(
        db.extract("calm")["calm"], found["a"].astype(np.float32).astype(float)
    )
    table, breaks = np.array([1.5, 2.5, 3.5]), [0, 5, 10, 300]
    db.lookup_track("level", table, "a", breaks, include_lowest=True, force_binning=False)
    found = db.lookup(table, "a", breaks, include_lowest=True, force_binning=False)
    np.testing.assert_array_equal(db.extract("level")["level"], found["value"])
    db.lookup_track("at", table, "a", breaks, iterator=SETS)
    assert db.store.info("at").type.value == "sparse"


def test_modify_track__in_steps(db):
    before = db.extract("a")["a"].to_numpy()
    db.modify_track("a", "a * 10 + k", "chr2:0-100", variables={"k": 1})
    expected = before.copy()
    expected[21:23] = before[21:23] * 10 + 1
    np.testing.assert_array_equal(db.extract("a")["a"], expected.astype(np.float32))


BAD = [
    ("create_track", ("new", ["a", "ns.b"]), ExpressionError, "one expression; found 2"),
    ("create_track", ("new", "a +"), ExpressionError, r"a \+"),
    ("create_track", ("new", "nothing"), ExpressionError, "nothing"),
    ("create_track", ("new", "a", "chr1"), IteratorError, "only a part of it"),
    ("smooth_track", ("new", "a", -5), StatisticsError, "-5"),
    ("smooth_track", ("new", "sp", 100), IteratorError, "bins"),
    ("lookup_track", ("new", [1, 2, 3], "a", [0, 1]), StatisticsError, "shape"),
    ("modify_track", ("a", "nothing"), ExpressionError, "nothing"),
    ("modify_track", ("a", ["a", "c"]), ExpressionError, "one expression"),
]


@pytest.mark.parametrize(("method", "args", "error", "message"), BAD)
def test_tracks__are_refused_before_anything_is_written(db, method, args, error, message):
    before = {path: path.stat().st_mtime_ns for path in sorted(db.root.rglob("*"))}
    with pytest.raises(error, match=message):
        getattr(db, method)(*args)
    assert {path: path.stat().st_mtime_ns for path in sorted(db.root.rglob("*"))} == before


def test_create_track__an_unknown_option(db):
    with pytest.raises(TypeError, match="overwite"):
        db.create_track("new", "a", overwite=True)
