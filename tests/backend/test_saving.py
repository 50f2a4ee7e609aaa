"""DataArrays saved as tracks: values, gaps, chunks, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from misha_xr import open_database
from misha_xr.errors import (
    GenomeMismatchError,
    IntervalError,
    MishaError,
    NameCollisionError,
    UnsupportedError,
)
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import flat_values, write_tiny


@pytest.fixture
def db(tmp_path):
    return open_database(write_tiny(tmp_path / "db"))


def opened(db, chunks=None):
    ds = xr.open_dataset(db.root, engine="misha", chunks=None if chunks is None else {})
    return ds.chunk(chunks) if chunks else ds


def bins_of(db, name):
    return np.concatenate([db.store.track(name).values(code) for code in range(4)])


@pytest.mark.parametrize("chunks", [None, {}, {"bin_50": 10}])
def test_save__dense(db, chunks):
    ds = opened(db, chunks=chunks)
    (ds["a"] * 2 + 1).misha.save("new", description="twice", layout="indexed")
    np.testing.assert_array_equal(bins_of(db, "new"), flat_values() * 2 + 1)
    assert db.attributes("new")["description"] == "twice"
    assert db.store.info("new").layout == "indexed"


def test_save__plain_names_and_other_databases(db, tmp_path):
    other = open_database(write_tiny(tmp_path / "other"))
    track = opened(db).misha["a"]
    track.misha.save("copy", other)
    track.misha.save("copy2", other.store)
    for name in ("copy", "copy2"):
        np.testing.assert_array_equal(bins_of(other, name), flat_values())


@pytest.mark.parametrize("chunks", [None, {"bin_50": 7}])
def test_save__bins_that_are_missing_become_nan(db, chunks):
    track = opened(db, chunks=chunks)["a"]
    expected = flat_values()
    for name, key in {
        "slice": slice(5, 30, 3),
        "list": [1, 2, 20],
        "mixed": [20, 1, 2],
        "backwards": slice(None, None, -1),
        "none": slice(0, 0),
    }.items():
        track.isel(bin_50=key).misha.save(name)
        kept = np.full(43, np.nan, np.float32)
        kept[key] = expected[key]
        np.testing.assert_array_equal(bins_of(db, name), kept, err_msg=name)


def test_save__chunks_are_computed_one_after_another(db):
    dask = pytest.importorskip("dask")
    track = opened(db, chunks={"bin_50": 10})["a"]
    sizes = []

    def look(values):
        sizes.append(len(values))
        return values

    seen = track.copy(data=track.data.map_blocks(look, meta=np.empty(0, np.float32)))
    with dask.config.set(scheduler="synchronous"):
        seen.misha.save("new")
    assert sum(sizes) == 43
    assert max(sizes) == 10


@pytest.mark.parametrize("chunks", [None, {}])
def test_save__sparse(db, chunks):
    values = opened(db, chunks=chunks)["sp"]
    (values + 1).misha.save("new")
    old, new = (db.extract(name, iterator=name) for name in ("sp", "new"))
    assert new[["start", "end"]].equals(old[["start", "end"]])
    np.testing.assert_array_equal(new["new"], old["sp"] + 1)
    values.isel({values.dims[0]: [9, 3, 0]}).misha.save("part")
    assert db.extract("part")["part"].tolist() == [0.5, 3.5, 9.5]


def test_save__steps_of_a_query(db):
    ds = opened(db)
    ds.misha.evaluate("a", iterator=25, chunks=None)["a"].misha.save("bins")
    assert (db.store.info("bins").type.value, db.store.info("bins").bin_size) == ("dense", 25)
    db.create_track("same", "a", iterator=25)
    np.testing.assert_array_equal(bins_of(db, "bins"), bins_of(db, "same"))
    ds.misha.evaluate("a", scope="chr1:10-100", iterator=25)["a"].misha.save("some")
    assert db.extract("some")[["start", "end"]].to_numpy().tolist() == [
        [10, 25],
        [25, 50],
        [50, 75],
        [75, 100],
    ]


def test_save__overwrite_while_it_is_read(db):
    track = opened(db, chunks={})["a"]
    with pytest.raises(NameCollisionError, match="already exists"):
        (track + 1).misha.save("a")
    (track + 1).misha.save("a", overwrite=True)
    np.testing.assert_array_equal(bins_of(db, "a"), flat_values() + 1)


def test_save__refuses(db, tmp_path):
    ds = opened(db)
    twice = ds["a"].isel(bin_50=[1, 2, 1])
    with pytest.raises(IntervalError, match="values 0 and 2 lie at one place"):
        twice.misha.save("x")
    with pytest.raises(UnsupportedError, match="are no track"):
        ds["hic"].misha.save("x")
    with pytest.raises(UnsupportedError, match="a track holds numbers"):
        ds["a"].astype(str).misha.save("x")
    with pytest.raises(MishaError, match="no axis of a genome"):
        xr.DataArray([1.0], dims="x").misha.save("x", db)
    other = open_database(write_database(tmp_path / "other", sizes={"chrQ": 50}))
    with pytest.raises(GenomeMismatchError, match="is on another one"):
        ds["a"].misha.save("x", other)
    assert not db.store.has_track("x")
