"""Cutting every axis and taking one track, whatever the names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.backend.view import axis_indexes, cut, genome_of, one_track, store_of
from misha_xr.database import Store
from misha_xr.errors import (
    GenomeMismatchError,
    MishaError,
    UnknownChromosomeError,
    UnknownTrackError,
)
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES, flat_values, rects_frame, sparse_frame


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha")


def test_cut__every_axis(ds: xr.Dataset) -> None:
    chosen = cut(ds, "chr1:100-420")
    assert chosen["a"].shape == (7,)
    assert chosen["c"].shape == (3,)
    sparse, rects = sparse_frame(), rects_frame()
    on_chr1 = sparse[(sparse["chrom"] == "chr1") & (sparse["start"] < 420) & (sparse["end"] > 100)]
    assert chosen["sp"].values.tolist() == on_chr1["value"].tolist()
    both = (rects["chrom2"] == "chr1") & (rects["chrom1"] == "chr1")
    for side in (1, 2):
        both &= (rects[f"start{side}"] < 420) & (rects[f"end{side}"] > 100)
    assert sorted(chosen["hic"].values) == rects.loc[both, "value"].tolist()


def test_cut__renamed_coordinates(ds: xr.Dataset) -> None:
    renamed = ds.rename(bin_50="x", bin_50_chrom="xc", bin_50_start="xs")
    assert cut(renamed, "chr2")["a"].sizes == {"x": 13}


def test_cut__table_names_rows_on_each_axis(ds: xr.Dataset) -> None:
    table = pd.DataFrame({"chrom": ["chrX", "chr1"], "start": [0, 90], "end": [20, 120]})
    chosen = cut(ds, table)
    assert chosen["bin_50_region"].values.tolist() == [0, 1, 1]
    assert chosen["sp_region"].values.tolist() == [0, 0, 1]
    np.testing.assert_array_equal(chosen["a"].values, flat_values()[[35, 1, 2]])


def test_cut__saved_set(ds: xr.Dataset) -> None:
    assert cut(ds, "genes")["a"].shape == (4,)


def test_cut__unknown_name(ds: xr.Dataset) -> None:
    with pytest.raises(UnknownChromosomeError, match="chr7"):
        cut(ds, "chr7")


def test_cut__two_dimensional_table_cuts_only_2d_axes(ds: xr.Dataset) -> None:
    chosen = cut(ds, rects_frame().iloc[[3]])
    assert chosen["hic"].values.tolist() == [4.0]
    assert chosen["a"].shape == ds["a"].shape


def test_cut__arrays(ds: xr.Dataset) -> None:
    assert cut(ds["a"], "chr2").shape == (13,)
    assert cut(ds["hic"], ["chr1"]).shape == (10,)


@pytest.mark.parametrize(
    "obj", [xr.Dataset({"x": ("t", [1])}), xr.DataArray([1.0], dims="t")], ids=["ds", "da"]
)
def test_no_axis__says_what_to_do(obj: xr.Dataset) -> None:
    for function in (store_of, genome_of, lambda o: cut(o, "chr1")):
        with pytest.raises(MishaError, match=r"no axis of a misha database \(dimensions: t\)"):
            function(obj)


def test_axis_indexes__each_once(ds: xr.Dataset) -> None:
    assert len(axis_indexes(ds)) == 4
    assert store_of(ds) == Store(store_of(ds).root)


@pytest.mark.parametrize("name", ["a", "ns.b", "c", "sp", "hic"])
@pytest.mark.parametrize("shown", [True, False])
def test_one_track__shown_or_not(root: Path, ds: xr.Dataset, name: str, shown: bool) -> None:
    source = (
        ds if shown else xr.open_dataset(root, engine="misha", tracks="a" if name != "a" else "c")
    )
    with no_work():
        array = one_track(source, name)
    assert {str(c).rstrip("12") for c in array.coords} == {"chrom", "start", "end"}
    np.testing.assert_array_equal(array.values, ds[name].values)


@pytest.mark.parametrize("region", ["chr1:100-420", "chrX", ["chr2", "chr1:0-60"]], ids=str)
@pytest.mark.parametrize("name", ["ns.b", "c", "sp"])
def test_one_track__hidden_covers_what_the_dataset_covers(
    root: Path, ds: xr.Dataset, name: str, region: object
) -> None:
    hidden = cut(xr.open_dataset(root, engine="misha", tracks="a"), region)
    expected = cut(ds, region)
    got = one_track(hidden, name)
    if name == "ns.b":
        np.testing.assert_array_equal(got.values, expected[name].values)
    else:  # cut to the bins of `a`, which may reach a little further than the region
        covered = {(c, s) for c, s in zip(got["chrom"].values, got["start"].values, strict=True)}
        (index,) = axis_indexes(expected[[name]])
        names = index.names
        asked = set(
            zip(expected[names["chrom"]].values, expected[names["start"]].values, strict=True)
        )
        assert asked <= covered


def test_one_track__hidden_on_a_scattered_axis(root: Path) -> None:
    hidden = xr.open_dataset(root, engine="misha", tracks="a").isel(bin_50=[40, 2, 3])
    np.testing.assert_array_equal(one_track(hidden, "ns.b").values, flat_values(2.0)[[40, 2, 3]])


def test_one_track__unknown(ds: xr.Dataset) -> None:
    with pytest.raises(UnknownTrackError, match=r"did you mean 'ns\.b'"):
        one_track(ds, "ns.c")


def test_one_track__assigned_variable(ds: xr.Dataset) -> None:
    more = ds.assign(z=ds["a"] * 2, w=("k", [1, 2]))
    assert set(one_track(more, "z").coords) == {"chrom", "start", "end"}
    assert one_track(more, "w").dims == ("k",)


def test_one_track__after_a_table_has_region(ds: xr.Dataset) -> None:
    table = pd.DataFrame({"chrom": ["chrX"], "start": [0], "end": [20]})
    assert "region" in one_track(cut(ds, table), "a").coords


def test_one_track__changed_rows_of_the_stacked_layout(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", layout="stacked") * 2
    doubled = ds.misha["a"]
    np.testing.assert_array_equal(doubled.values, flat_values() * 2)
    assert doubled.sel(chrom="chr1:0-100").dims == ("bin_50",)


def test_two_sets_of_coordinates__are_one_axis(ds: xr.Dataset) -> None:
    more = ds.assign(z=ds.misha["a"] * 2)
    assert more.misha.sel("chr2").sizes["bin_50"] == 13
    assert more.misha["z"].sel(chrom="chr2").shape == (13,)
    assert len(axis_indexes(more)) == len(axis_indexes(ds))


def test_two_sets_of_coordinates__that_disagree(ds: xr.Dataset) -> None:
    moved = ds.misha["a"].isel(bin_50=slice(3)) + ds["ns.b"].isel(bin_50=slice(4, 7))
    with pytest.raises(MishaError, match="lie at different places"):
        _ = moved.misha.genome


def test_two_genomes__are_refused(ds: xr.Dataset, tmp_path: Path) -> None:
    path = write_database(tmp_path / "other", sizes={"chr1": 90}, dense={"z": (10, {})})
    both = xr.merge([ds, xr.open_dataset(path, engine="misha")])
    for use in (genome_of, store_of, lambda each: cut(each, "chr1")):
        with pytest.raises(GenomeMismatchError, match="two genomes"):
            use(both)


def test_dataset_that_shows_nothing__still_knows_its_database(tmp_path: Path) -> None:
    sparse = {f"s{k}": sparse_frame() for k in range(2)}
    path = write_database(tmp_path / "db", sizes=SIZES, sparse=sparse)
    bare = xr.open_dataset(path, engine="misha", drop_variables=["s0", "s1"])
    assert bare.misha["s1"].shape == (14,)
    assert bare.misha.genome.names == tuple(SIZES)
    assert bare.misha.vtrack("v", "s0").misha.extract("v", iterator="s1").shape == (14, 5)
    with pytest.raises(MishaError, match="no axis"):
        bare.misha.sel("chr1")
