"""Merging: definitions are united, conflicts are errors, nothing is read for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import misha_xr
from misha_xr.backend.definitions import DEFINITIONS
from misha_xr.errors import GenomeMismatchError, VirtualTrackError
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES, sparse_frame


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha")


def combined(function: Any, *parts: xr.Dataset, **options: Any) -> xr.Dataset:
    return function([*parts], combine_attrs=misha_xr.combine_attrs, **options)


def test_merge__unites_definitions_and_reads_nothing(ds: xr.Dataset) -> None:
    one = ds[["a"]].misha.vtrack("top", "a", "max")
    two = ds[["ns.b", "sp"]].misha.vtrack("low", "a", "min").misha.vtrack("top", "a", "max")
    with no_work():
        merged = one.misha.merge(two)
        same = combined(xr.merge, one, two, compat="override", join="exact")
    assert sorted(merged.misha.vtracks) == ["low", "top"]
    assert set(merged.data_vars) == {"a", "ns.b", "sp"}
    assert merged.identical(same)
    frame = merged.misha.extract("top - low", scope="chr1:0-100", iterator=100)
    assert frame["top - low"].tolist() == [1.0]


def test_merge__more_than_two(ds: xr.Dataset) -> None:
    parts = [ds[[name]].misha.vtrack(f"v{name}", "a", "max") for name in ("a", "c", "sp")]
    merged = parts[0].misha.merge(*parts[1:])
    assert sorted(merged.misha.vtracks) == ["va", "vc", "vsp"]
    assert parts[0].misha.merge().identical(parts[0])


def test_merge__definitions_in_conflict(ds: xr.Dataset) -> None:
    one, two = (ds.misha.vtrack("v", "a", function) for function in ("max", "min"))
    with pytest.raises(VirtualTrackError, match="'v' is defined in two ways"):
        one.misha.merge(two)
    with pytest.raises(VirtualTrackError, match="another name"):
        combined(xr.concat, one, two, dim="k", coords="minimal", compat="override")


def test_merge__axes_that_differ(ds: xr.Dataset) -> None:
    one, two = ds[["a"]].misha.sel("chr1"), ds[["ns.b"]].misha.sel(["chr1:500-1050", "chr2"])
    with pytest.raises(ValueError, match="cannot align"):
        one.misha.merge(two)
    assert one.misha.merge(two, join="inner").sizes["bin_50"] == 11
    outer = one.misha.merge(two, join="outer")
    assert outer.sizes["bin_50"] == 34
    assert np.isnan(outer["ns.b"].values[:10]).all()


def test_merge__values_that_differ(ds: xr.Dataset) -> None:
    with pytest.raises(xr.MergeError, match="conflicting values"):
        ds.misha.merge(ds.assign(a=ds["a"] + 1))


def test_merge__of_another_genome(ds: xr.Dataset, tmp_path: Path) -> None:
    sizes = {**SIZES, "chrX": 400}
    root = write_database(tmp_path / "other", sizes=sizes, dense={"d": (10, {})})
    with pytest.raises(GenomeMismatchError, match="different genomes"):
        ds.misha.merge(xr.open_dataset(root, engine="misha"))


def test_concat__along_the_axis_with_definitions(ds: xr.Dataset) -> None:
    part = ds[["a"]]
    one, two = part.isel(bin_50=slice(5)), part.isel(bin_50=slice(5, 9))
    whole = combined(
        xr.concat,
        one.misha.vtrack("top", "a", "max"),
        two.misha.vtrack("low", "a", "min"),
        dim="bin_50",
    )
    assert sorted(whole.misha.vtracks) == ["low", "top"]
    assert whole.xindexes["bin_50_chrom"].positions == range(9)
    assert whole["a"].attrs == part["a"].attrs


def test_concat__along_a_new_dimension(ds: xr.Dataset) -> None:
    one = ds[["a"]].misha.vtrack("top", "a", "max")
    pair = combined(xr.concat, one, one * 2, dim="k", coords="minimal", compat="override")
    assert pair["a"].dims == ("k", "bin_50")
    assert list(pair.misha.vtracks) == ["top"]
    assert pair.misha.sel("chr2").sizes == {"k": 2, "bin_50": 13}


def test_combine_attrs__others_must_agree() -> None:
    parts = [
        {"a": 1, "b": np.array([1, 2]), "c": "x"},
        {"a": 2, "b": np.array([1, 2])},
        {"d": [1], "b": np.array([1, 2])},
    ]
    found = misha_xr.combine_attrs(parts)
    assert found.pop("b").tolist() == [1, 2]
    assert found == {"c": "x", "d": [1]}
    assert misha_xr.combine_attrs([]) == {}


def test_attrs_in_arithmetic__conflicting_ones_are_dropped(ds: xr.Dataset) -> None:
    total = ds["a"] + ds["ns.b"]
    assert total.attrs == {"type": "dense", "bin_size": 50}
    one, two = (ds[["a"]].misha.vtrack("v", "a", function) for function in ("max", "min"))
    assert DEFINITIONS not in (one + two).attrs
    assert list((one + one).misha.vtracks) == ["v"]


def test_open_mfdataset__several_databases(tmp_path: Path) -> None:
    roots = [
        write_database(tmp_path / name, sizes={"c": 100}, dense={name: (10, {"c": value})})
        for name, value in (("x", 1.0), ("y", 2.0))
    ]
    both = xr.open_mfdataset(
        list(map(str, roots)), engine="misha", combine="nested", compat="override", join="exact"
    )
    assert {name: float(array.sum()) for name, array in both.data_vars.items()} == {
        "x": 10.0, "y": 20.0,
    }  # fmt: skip
    assert both.misha.sel("c:0-20").sizes == {"bin_10": 2}
    again = xr.open_mfdataset(
        [str(roots[0])] * 2, engine="misha", combine="nested", concat_dim="k",
        compat="override", coords="minimal",
    )  # fmt: skip
    assert float(again["x"].sum()) == 20.0


@pytest.mark.parametrize("layout", ["variables", "stacked"])
def test_merge__same_values_twice(root: Path, tmp_path: Path, layout: str) -> None:
    frame = sparse_frame().rename(columns={"value": "x"}).assign(y=np.nan)
    sizes, dense = {**SIZES}, {"d": (50, {"chr1": np.arange(21.0)})}
    root = write_database(tmp_path / "more", sizes=sizes, dense=dense, arrays={"t": frame})
    one, two = (xr.open_dataset(root, engine="misha", layout=layout) for _ in range(2))
    with no_work():
        merged = one.misha.merge(two)
    assert merged.identical(one)
    assert one.load().misha.merge(two).identical(one)
    assert one.misha.merge(two.load()).identical(one)
    for name in one.data_vars:
        assert one[name].variable.equals(two[name].variable)
        with pytest.raises(xr.MergeError):
            one.misha.merge(two.assign({name: two[name].fillna(0) + 1}))
    if layout == "variables":
        assert not one["t"].variable.equals(two["t"].variable[::-1])
