"""Cubes as DataArrays: lazy, indexed like NumPy, picklable, chunked along regions."""

# ruff: noqa: PD013 - `stack` is no method of a DataFrame here

from __future__ import annotations

import json
import pickle
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import dask
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import misha_xr
from misha_xr.backend.cubes import CubeArray
from misha_xr.query import Cube
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.tiny import write_tiny

TABLE = pd.DataFrame(
    {
        "chrom": ["chr1", "chrX", "chr1", "chr2", "chr1"],
        "start": [500, 5, 0, 300, 500],
        "end": [520, 9, 1, 400, 520],
        "strand": ["-", "+", "+", ".", "-"],
    },
    index=["p", "q", "r", "s", "p2"],
)
EXPRS = {"a": "a", "sp": "sp", "sum": "a + c"}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> misha_xr.Database:
    return misha_xr.open_database(write_tiny(tmp_path_factory.mktemp("cube") / "db"))


def stacked(db: Any, **given: Any) -> xr.DataArray:
    cube: xr.DataArray = db.stack(EXPRS, TABLE, **{"flank": (100, 150), "bin": 20, **given})
    return cube


def test_stack__labels(db: misha_xr.Database) -> None:
    cube = stacked(db, anchor="start")
    assert cube.dims == ("region", "track", "offset")
    assert cube.shape == (5, 3, 13)
    assert cube["region"].values.tolist() == ["p", "q", "r", "s", "p2"]
    assert cube["track"].values.tolist() == ["a", "sp", "sum"]
    assert cube["offset"].values.tolist() == list(range(-100, 150, 20))
    assert cube["chrom"].values.tolist() == TABLE["chrom"].tolist()
    assert cube["start"].values.tolist() == TABLE["start"].tolist()
    assert cube["end"].values.tolist() == TABLE["end"].tolist()
    assert cube["strand"].values.tolist() == [-1, 1, 1, 0, -1]
    assert json.loads(cube.attrs["expression"]) == EXPRS
    assert (cube.attrs["bin"], cube.attrs["anchor"], cube.attrs["flank"]) == (
        20,
        "start",
        [100, 150],
    )
    assert "strand" not in db.stack("a", TABLE.drop(columns="strand"), flank=100).coords


@contextmanager
def parts_read() -> Iterator[list[tuple[int, ...]]]:
    """List the shapes of what is computed."""
    shapes: list[tuple[int, ...]] = []
    read = Cube.read

    def spy(self: Cube, *key: Any) -> Any:
        found = read(self, *key)
        shapes.append(found.shape)
        return found

    with mock.patch.object(Cube, "read", spy), counted_work():
        yield shapes


def test_stack__reads_nothing_before_it_is_asked(db: misha_xr.Database) -> None:
    with parts_read() as shapes, no_work():
        cube = stacked(db)
        repr(cube)
        cube._repr_html_()
        cube.isel(region=[0, 3]).sel(offset=slice(0, 40), track="a")
        stacked(db, chunks={})
        pickle.loads(pickle.dumps(cube))
        assert cube.identical(stacked(db))
    assert shapes == []


def test_stack__a_part_reads_its_regions_only(db: misha_xr.Database) -> None:
    cube = stacked(db)
    with parts_read() as shapes:
        part = cube.sel(track="a", offset=slice(20, 60)).isel(region=slice(2, 4)).values
    assert shapes == [(2, 1, 3)]
    np.testing.assert_array_equal(part, stacked(db).values[2:4, 0, 6:9])


KEYS = (
    st.integers(-5, 4)
    | st.slices(5)
    | st.lists(st.integers(-5, 4), max_size=4).map(lambda k: np.array(k, np.int64))
)


@given(KEYS, st.integers(-3, 2) | st.slices(3), st.integers(-13, 12) | st.slices(13) | KEYS)
def test_stack__indexed_like_numpy(
    db: misha_xr.Database, region: Any, track: Any, offset: Any
) -> None:
    cube, whole = stacked(db), stacked(db).load()
    key = {"region": region, "track": track, "offset": offset}
    xr.testing.assert_identical(cube.isel(key), whole.isel(key))


def test_stack__pointwise_and_transposed(db: misha_xr.Database) -> None:
    cube, whole = stacked(db), stacked(db).load()
    key = {"region": xr.Variable("x", [4, 0]), "offset": xr.Variable("x", [12, 3])}
    xr.testing.assert_identical(cube.isel(key), whole.isel(key))
    xr.testing.assert_identical(cube.T, whole.T)


def test_stack__values_are_kept_once_computed(db: misha_xr.Database) -> None:
    cube = stacked(db)
    with parts_read() as shapes:
        cube.mean("region")
        cube.max("offset")
    assert len(shapes) == 1


@pytest.mark.parametrize(
    ("chunks", "sizes"), [({}, (5,)), (2, (2, 2, 1)), ({"region": 4}, (4, 1)), ("auto", (5,))]
)
def test_stack__chunks(db: misha_xr.Database, chunks: Any, sizes: tuple[int, ...]) -> None:
    cube = stacked(db, chunks=chunks)
    assert cube.chunksizes["region"] == sizes
    with dask.config.set(scheduler="threads"):
        np.testing.assert_array_equal(cube.values, stacked(db).values)
        mean = cube.mean("region").compute()
    xr.testing.assert_allclose(mean, stacked(db).mean("region"))


@pytest.mark.parametrize("chunks", [0, True, -2])
def test_stack__chunks_of_no_regions(db: misha_xr.Database, chunks: Any) -> None:
    with pytest.raises(ValueError, match="chunks must be a number of regions"):
        stacked(db, chunks=chunks)


def test_stack__chunked_cube_is_grouped_by_its_coordinates(db: misha_xr.Database) -> None:
    cube = stacked(db, chunks=2)
    assert cube.chunks is not None
    assert all(cube[name].chunks is None for name in ("chrom", "start", "end", "strand"))
    means = cube.groupby("strand").mean()
    xr.testing.assert_allclose(means, stacked(db).groupby("strand").mean())


def test_stack__dask_names_are_those_of_the_question(db: misha_xr.Database) -> None:
    names = [stacked(db, chunks=2, flank=flank).data.name for flank in (100, 100, 120)]
    assert names[0] == names[1] != names[2]


def test_stack__float32(db: misha_xr.Database) -> None:
    cube = stacked(db, dtype="float32")
    assert cube.dtype == np.float32
    assert cube.values.dtype == np.float32
    np.testing.assert_array_equal(cube.values, stacked(db).values.astype(np.float32))
    with pytest.raises(ValueError, match="dtype must be one of"):
        stacked(db, dtype=int)


def test_stack__no_regions(db: misha_xr.Database) -> None:
    for chunks in (None, {}, 3):
        cube = db.stack(EXPRS, TABLE[:0], flank=100, bin=10, chunks=chunks)
        assert cube.values.shape == (0, 3, 20)


def test_stack__duplicate_labels_and_multi_index(db: misha_xr.Database) -> None:
    twice = pd.concat([TABLE, TABLE[:1]])
    assert db.stack("a", twice, flank=100).sel(region="p").sizes["region"] == 2
    nested = TABLE.set_index(["chrom", "start"], drop=False)
    assert db.stack("a", nested, flank=100)["region"].values.tolist() == [0, 1, 2, 3, 4]


def test_stack__unknown_keyword(db: misha_xr.Database) -> None:
    with pytest.raises(TypeError, match=r"unknown keyword 'vtrack'\n.*'vtracks'"):
        stacked(db, vtrack={})


def test_stack__dataset_with_virtual_tracks_and_own_values(db: misha_xr.Database) -> None:
    ds = xr.open_dataset(db.root, engine="misha").misha.vtrack("top", "a", "max", eshift=50)
    ds = ds.assign(z=ds["a"] * 2).misha.sel("chr1:0-700")
    cube = ds.misha.stack(["a", "top", "z"], TABLE[:1], flank=100, bin=50)
    bare = db.vtrack("top", "a", "max", eshift=50).stack(
        ["a", "top", "a * 2"], TABLE[:1], flank=100
    )
    np.testing.assert_array_equal(cube.values, bare.values)


def test_stack__whole_cube_in_bounded_memory(tmp_path: Path) -> None:
    """Beside the result, blocks only: measured by what NumPy allocates."""
    store = misha_xr.open_database(write_tiny(tmp_path / "db"))
    table = pd.DataFrame({"chrom": "chr1", "start": np.arange(20_000) % 1000})
    cube = store.stack(["a", "sp"], table.assign(end=table["start"] + 5), flank=500, bin=10)
    with misha_xr.set_options(n_threads=1):
        cube[:1].values  # noqa: B018 - what is kept between calls
        tracemalloc.start()
        n_bytes = cube.values.nbytes
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert n_bytes == 20_000 * 2 * 100 * 8
    assert peak < n_bytes + (12 << 20)


def test_cube_array__repr(db: misha_xr.Database) -> None:
    array = CubeArray(misha_xr.query.build_cube(db.store, "a", TABLE, flank=100), np.dtype("f8"))
    assert repr(array) == "CubeArray(shape=(5, 1, 4), dtype=float64)"
