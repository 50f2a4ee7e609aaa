"""The accessor on tables of intervals: the table is the scope, methods chain."""

from __future__ import annotations

import pandas as pd
import pytest
import xarray as xr

import misha_xr
import misha_xr.sequence
from misha_xr.errors import IntervalError, UnknownChromosomeError


@pytest.fixture(scope="module")
def db() -> misha_xr.Database:
    return misha_xr.example_database()


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["b", "a"],
            "chrom": ["2", "chr1"],
            "start": [1000, 0],
            "end": [2000, 500],
        },
        index=["x", "y"],
    )


def test_extract__rows_are_the_scope(db: misha_xr.Database, table: pd.DataFrame) -> None:
    found = table.misha.extract(db, "dense_track", iterator=500)
    pd.testing.assert_frame_equal(found, db.extract("dense_track", scope=table, iterator=500))
    assert found["chrom"].astype(str).tolist() == ["chr1", "chr2", "chr2"]
    assert found["intervalID"].tolist() == [2, 1, 1]


def test_methods__answer_the_same_on_a_dataset(db: misha_xr.Database, table: pd.DataFrame) -> None:
    ds = xr.open_dataset(db.root, engine="misha").misha.vtrack(
        "m", "dense_track", "max", eshift=100
    )
    native = db.vtrack("m", "dense_track", "max", eshift=100)
    for verb in ("extract", "screen", "summary"):
        expression = "m > 0.3" if verb == "screen" else "m"
        left = getattr(table.misha, verb)(ds, expression, iterator=50)
        right = getattr(native, verb)(expression, scope=table, iterator=50)
        assert left.equals(right)


def test_iterate__streams_what_extract_returns(db: misha_xr.Database, table: pd.DataFrame) -> None:
    parts = list(table.misha.iterate(db, "dense_track"))
    joined = pd.concat(parts, ignore_index=True)
    pd.testing.assert_frame_equal(joined, table.misha.extract(db, "dense_track"))


def test_chain__screen_then_extract(db: misha_xr.Database) -> None:
    best = (
        db.screen("dense_track > 0.6", iterator=100)
        .misha.extract(db, "dense_track", iterator=misha_xr.EachInterval())
        .nlargest(3, "dense_track")
    )
    assert len(best) == 3
    assert (best["dense_track"] > 0.6).all()


def test_vtrack__reads_the_table(table: pd.DataFrame) -> None:
    vtrack = table.assign(score=[1.0, 2.0]).misha.vtrack("max", sshift=-10)
    assert isinstance(vtrack, misha_xr.VirtualTrack)
    assert vtrack.func == "max"
    assert vtrack.src["score"].tolist() == [1.0, 2.0]


def test_errors__tables_and_data(db: misha_xr.Database, table: pd.DataFrame) -> None:
    with pytest.raises(IntervalError, match="chrom"):
        pd.DataFrame({"x": [1]}).misha.extract(db, "dense_track")
    with pytest.raises(UnknownChromosomeError, match="chr9"):
        table.assign(chrom="chr9").misha.extract(db, "dense_track")
    with pytest.raises(TypeError, match="expected a Database or a Dataset"):
        table.misha.extract("some path", "dense_track")
    ds = xr.open_dataset(db.root, engine="misha")
    with pytest.raises(TypeError, match="to_dataset"):
        table.misha.extract(ds["dense_track"], "dense_track")


def test_accessor__keeps_nothing(db: misha_xr.Database, table: pd.DataFrame) -> None:
    before = table.copy()
    table.misha.extract(db, "dense_track")
    pd.testing.assert_frame_equal(table, before)
    assert table.attrs == {}


def test_sequence__of_rows(db: misha_xr.Database, table: pd.DataFrame) -> None:
    found = table.misha.sequence(db)
    pd.testing.assert_series_equal(found, db.sequence(table))
    assert found.str.len().tolist() == [1000, 500]
    back = table.assign(strand=-1).misha.sequence(xr.open_dataset(db.root, engine="misha"))
    pd.testing.assert_series_equal(back, misha_xr.sequence.reverse_complement(found))
    forward = table.assign(strand=-1).misha.sequence(db, strand=0)
    pd.testing.assert_series_equal(forward, found)
    with pytest.raises(UnknownChromosomeError):
        table.assign(chrom="chr99").misha.sequence(db)
