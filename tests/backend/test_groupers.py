"""Grouping by chromosome against plain groupby."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from misha_xr.backend.groupers import ChromGrouper, groupby_chrom
from misha_xr.backend.index import GenomeIndex
from misha_xr.errors import MishaError
from misha_xr.testing.backend import counted_work

KEYS = [slice(None), slice(None, None, -2), [40, 3, 4, 30, 1], slice(5, 9)]


@pytest.fixture
def array(root: Path) -> xr.DataArray:
    return xr.open_dataset(root, engine="misha", group="bin_50")["a"]


@pytest.mark.parametrize("key", KEYS, ids=str)
@pytest.mark.parametrize("how", ["mean", "max", "count"])
def test_reductions__like_plain_groupby(array: xr.DataArray, key: object, how: str) -> None:
    part = array.isel(bin_50=key)
    got = getattr(part.groupby(chrom=ChromGrouper()), how)()
    plain = part.drop_indexes(["chrom", "start", "end"]).load()
    plain = plain.assign_coords(chrom=("bin_50", plain["chrom"].values))
    expected = getattr(plain.groupby("chrom"), how)()
    assert got["chrom"].values.tolist() == expected["chrom"].values.tolist()
    np.testing.assert_allclose(got.values, expected.values)


def test_reduction__computes_no_coordinate(array: xr.DataArray) -> None:
    with counted_work() as work:
        array.groupby(chrom=ChromGrouper()).sum()
    assert work.n_coordinates == 0


def test_map__keeps_the_index(array: xr.DataArray) -> None:
    mapped = array.misha.groupby_chrom().map(lambda part: part - part.mean())
    assert isinstance(mapped.xindexes["chrom"], GenomeIndex)
    assert mapped.sel(chrom="chr2").mean().item() == pytest.approx(0, abs=1e-5)


def test_groupby_chrom__several_axes(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    means = ds[["sp"]].misha.groupby_chrom().mean()
    assert means["sp_chrom"].values.tolist() == ["chr1", "chrX"]
    assert ds[["a", "c"]].misha.groupby_chrom("bin_200").max()["c"].shape == (4,)
    with pytest.raises(MishaError, match=r"axes: 'bin_50', 'bin_200', 'sp_interval'"):
        groupby_chrom(ds)
    with pytest.raises(MishaError, match="axes: none"):
        groupby_chrom(xr.Dataset())


def test_factorize__needs_a_genome_axis(array: xr.DataArray) -> None:
    with pytest.raises(MishaError, match="does not hold the chromosomes"):
        array.groupby(start=ChromGrouper()).mean()
