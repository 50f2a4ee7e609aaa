"""Functions mapped over chunks see the coordinates and the index of their chunk."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from misha_xr.backend.blockwise import chunked_positions
from misha_xr.errors import MissingExtraError, UnsupportedError
from misha_xr.testing.backend import no_work
from misha_xr.testing.tiny import flat_values


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", group="bin_50").chunk(bin_50=(21, 13, 9))


@pytest.mark.parametrize("positions", [range(3, 40, 4), range(9, -1, -1), np.array([5, 1, 9, 2])])
def test_chunked_positions(positions: range | np.ndarray) -> None:
    n = len(positions)
    chunked = chunked_positions(positions, (n - 3, 3))
    assert chunked.chunks == ((n - 3, 3),)
    assert chunked.compute().tolist() == list(positions)


def test_map_blocks__a_dataset(ds: xr.Dataset) -> None:
    with no_work(max_coordinates=200):
        mapped = ds.misha.map_blocks(lambda block, k, times: block * times + k, [1], {"times": 2})
    np.testing.assert_array_equal(mapped["a"].values, flat_values() * 2 + 1)
    assert mapped["a"].chunks == ((21, 13, 9),)
    assert mapped.xindexes["chrom"].equals(ds.xindexes["chrom"])
    assert mapped.attrs == ds.attrs


def test_map_blocks__blocks_know_where_they_are(ds: xr.Dataset) -> None:
    def centred(block: xr.DataArray) -> xr.DataArray:
        assert block.name == "a"
        found = block.misha.sel("chr2") if block.size else block
        return block.copy(data=block["start"].values + 1000.0 * found.size)

    mapped = ds["a"].misha.map_blocks(centred)
    expected = ds["start"].values + 1000.0 * np.repeat([0, 13, 0], [21, 13, 9])
    np.testing.assert_array_equal(mapped.values, expected)
    assert mapped.misha.sel("chr2:0-100").shape == (2,)
    assert mapped.name == "a"


def test_map_blocks__irregular_positions(ds: xr.Dataset) -> None:
    part = ds.isel(bin_50=[40, 3, 7, 1]).chunk(bin_50=2)
    mapped = part["a"].misha.map_blocks(lambda block: block + block["start"].values)
    expected = flat_values()[[40, 3, 7, 1]] + np.array([250, 150, 350, 50])
    np.testing.assert_array_equal(mapped.values, expected)


def test_map_blocks__several_axes(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", chunks={})
    mapped = ds.misha.map_blocks(lambda block: block.assign(d=block["sp"] + 1))
    assert mapped["d"].values.tolist() == (ds["sp"].values + 1).tolist()
    assert set(mapped.xindexes) == set(ds.xindexes)


def test_map_blocks__with_a_template(ds: xr.Dataset) -> None:
    mapped = ds["a"].misha.map_blocks(
        lambda block: block.mean("bin_50").expand_dims(bin_50=1),
        template=xr.DataArray(np.zeros(3), dims="bin_50").chunk(bin_50=1),
    )
    expected = [np.nanmean(part) for part in np.split(flat_values(), [21, 34])]
    np.testing.assert_allclose(mapped.values, expected, rtol=1e-6)
    assert not mapped.xindexes  # another length: these are no bins


def test_map_blocks__what_it_needs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ds = xr.open_dataset(root, engine="misha")
    with pytest.raises(UnsupportedError, match=r"(?s)nothing is chunked.*chunks={}"):
        ds.misha.map_blocks(lambda block: block)
    monkeypatch.setitem(sys.modules, "dask.array", None)
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(MissingExtraError, match=r"misha-xr\[dask\]"):
        ds.misha.map_blocks(lambda block: block)


def test_xarrays_own_map_blocks__works_without_coordinates(ds: xr.Dataset) -> None:
    mapped = xr.map_blocks(lambda block: block + 1, ds.drop_vars(["chrom", "start", "end"]))
    np.testing.assert_array_equal(mapped["a"].values, flat_values() + 1)
    with pytest.raises(UnsupportedError, match=r"(?s)'bin_50'.*ds\.misha\.map_blocks"):
        xr.map_blocks(lambda block: block + 1, ds)
