"""The stacked layout against single tracks."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import dask
import numpy as np
import pytest
import xarray as xr

from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.tiny import flat_values

TABLE = np.stack([flat_values(), flat_values(2.0)])


@pytest.fixture
def stacked(root: Path) -> xr.DataArray:
    return xr.open_dataset(root, engine="misha", group="bin_50", layout="stacked")["dense_50"]


@pytest.mark.parametrize(
    "key",
    [
        (slice(None), slice(None)),
        (0, slice(5, 30)),
        (slice(None), 7),
        (1, 7),
        (np.array([1, 0, 1]), np.array([40, 3, 3])),
        (slice(None, None, -1), slice(30, 2, -3)),
        (slice(0), slice(4)),
        (np.array([1]), slice(0)),
    ],
    ids=str,
)
def test_values__like_numpy(stacked: xr.DataArray, key: tuple) -> None:
    expected = TABLE[key[0]][..., key[1]] if np.ndim(key[0]) == 0 else TABLE[key[0]][:, key[1]]
    np.testing.assert_array_equal(stacked[key].values, expected)


def test_sel__tracks_and_regions(stacked: xr.DataArray) -> None:
    chosen = stacked.sel(track="ns.b", chrom="chr1:100-200")
    np.testing.assert_array_equal(chosen.values, TABLE[1, 2:4])
    by_mask = stacked.sel(track=stacked["track"].str.startswith("ns."))
    assert by_mask["track"].values.tolist() == ["ns.b"]


def test_lazy__open_select_pickle_tokenise(stacked: xr.DataArray) -> None:
    with no_work(max_coordinates=200):
        repr(stacked)
        again = pickle.loads(pickle.dumps(stacked.sel(chrom="chr2")))
        assert dask.base.tokenize(stacked) == dask.base.tokenize(stacked.copy(deep=True))
        assert dask.base.tokenize(stacked) != dask.base.tokenize(stacked[:1])
    np.testing.assert_array_equal(again.values, TABLE[:, 21:34])


def test_reads__only_tracks_asked_for(stacked: xr.DataArray) -> None:
    with counted_work() as work:
        stacked.sel(track="a", chrom="chr1").load()
    assert work.n_reads == 1


def test_load_async(stacked: xr.DataArray) -> None:
    loaded = asyncio.run(stacked.load_async())
    np.testing.assert_array_equal(loaded.values, TABLE)


def test_names__in_a_dataset_of_many_axes(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", layout="stacked")
    assert ds["dense_50"].dims == ("bin_50_track", "bin_50")
    assert ds["dense_200"].dims == ("bin_200_track", "bin_200")
    assert ds["bin_200_track"].values.tolist() == ["c"]
    assert ds.misha["a"].dims == ("bin_50",)


def test_chunks__several_small_tracks(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", layout="stacked", chunks={})
    assert ds["dense_50"].chunks == ((2,), (43,))
    np.testing.assert_array_equal(ds["dense_50"].values, TABLE)
