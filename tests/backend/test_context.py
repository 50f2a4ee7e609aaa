"""Queries of a Dataset: own values, own scope, own virtual tracks."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr.backend.context import query_context
from misha_xr.errors import UnsupportedError
from misha_xr.query import DenseArray, DensePart, VirtualTrack
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES, flat_values, sparse_frame

Derive = Callable[[xr.Dataset], xr.Dataset]


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha")


def values(ds: xr.Dataset, text: str, **given: object) -> dict[str, np.ndarray]:
    return {name: array.values for name, array in query_context(ds, text, given)["arrays"].items()}


def test_stored_tracks__are_not_read(ds: xr.Dataset) -> None:
    with no_work():
        context = query_context(ds, ["a + sp", "`ns.b` * hic"], {})
    assert context["arrays"] == {}
    assert context["scope"] is None


def test_changed_variable__counts_with_its_own_values(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 2)
    np.testing.assert_array_equal(values(changed, "a")["a"], flat_values() * 2)


def test_loaded_variable__counts_with_its_values(ds: xr.Dataset) -> None:
    np.testing.assert_array_equal(values(ds.load(), "a")["a"], flat_values())


def test_renamed_variable__is_the_track_it_was(ds: xr.Dataset) -> None:
    renamed = ds.rename({"a": "ns.b", "ns.b": "a"})
    np.testing.assert_array_equal(values(renamed, "a")["a"], flat_values(2.0))


def test_cut_variable__takes_what_it_holds(ds: xr.Dataset) -> None:
    part = ds.assign(z=ds["a"] + 0).isel(bin_50=[30, 4])
    found = query_context(part, "z", {})["arrays"]["z"]
    assert isinstance(found, DensePart)
    assert found.places.tolist() == [4, 30]
    assert found.values.tolist() == flat_values()[[4, 30]].tolist()


def test_cut_variable__of_a_huge_axis(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sizes={"c": 2_000_000_000}, dense={"a": (10, {})})
    part = xr.open_dataset(root, engine="misha").misha.sel("c:1,500,000,000-1,500,000,100")
    part = part.assign(z=("bin_10", np.arange(10.0)))
    tracemalloc.start()
    frame = part.misha.extract("z + 1", iterator=10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert frame["z + 1"].tolist() == list(range(1, 11))
    assert peak < 8_000_000  # the axis has 200,000,000 bins


@pytest.mark.parametrize("dtype", ["float64", "int64", "bool"])
def test_variable_of_any_number__is_used(ds: xr.Dataset, dtype: str) -> None:
    more = ds.assign(z=("bin_50", np.ones(43, dtype=dtype)))
    assert values(more, "z + 1")["z"].sum() == 43
    assert values(more.isel(bin_50=slice(5)), "z")["z"].dtype == np.float64


def test_source_of_a_virtual_track__counts_too(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 2)
    given = {"vtracks": {"v": VirtualTrack("a", "max")}}
    assert set(values(changed, "v", **given)) == {"a"}


def test_caller__wins(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 2)
    axis = ds.misha.genome.axis(50)
    mine = DenseArray(axis, np.zeros(43, dtype=np.float32))
    assert values(changed, "a", arrays={"a": mine})["a"].sum() == 0


def test_variables__never_hide_a_changed_variable(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 2)
    np.testing.assert_array_equal(values(changed, "a", variables={"a": 3})["a"], flat_values() * 2)


@pytest.mark.parametrize("name", ["sp", "z"])
def test_variable_that_no_query_can_use__is_an_error(ds: xr.Dataset, name: str) -> None:
    changed = ds.assign({"sp": ds["sp"] * 2, "z": ("k", [1.0])})
    with pytest.raises(UnsupportedError, match=f"variable '{name}'"):
        query_context(changed, f"{name} + 1", {})
    with pytest.raises(UnsupportedError, match="dtype"):
        query_context(ds.assign(a=ds["a"].astype(str)).isel(bin_50=slice(5)), "a", {})


def test_variable_of_another_database__counts_with_its_own_values(
    ds: xr.Dataset, tmp_path: Path
) -> None:
    other = write_database(tmp_path / "o", sizes=SIZES, dense={"a": (50, {"chr1": 7.0})})
    mixed = ds.assign(a=xr.open_dataset(other, engine="misha")["a"])
    assert np.nansum(values(mixed, "a")["a"]) == 7 * 21


def test_scope__what_is_left(ds: xr.Dataset) -> None:
    scope = query_context(ds.misha.sel("chr1:100-180"), "a", {})["scope"]
    assert scope[["start", "end"]].to_numpy().tolist() == [[100, 200]]
    assert query_context(ds.misha.sel("chr2"), "a", {"scope": "genome"})["scope"] == "genome"


def test_iterator__a_changed_track_may_be_the_iterator(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 2)
    assert set(values(changed, "c", iterator="a")) == {"a"}


def test_lazy_values_at_other_places__count_with_their_own(ds: xr.Dataset) -> None:
    turned = ds.assign(a=ds["a"].variable[::-1])
    np.testing.assert_array_equal(values(turned, "a")["a"], flat_values()[::-1])
    part, other = ds.isel(bin_50=slice(0, 4)), ds["a"].isel(bin_50=slice(10, 14))
    moved = part.assign(a=other.variable)
    np.testing.assert_array_equal(values(moved, "a")["a"][:4], flat_values()[10:14])
    with pytest.raises(UnsupportedError, match="dimensions \\(\\)"):
        query_context(ds.isel(bin_50=2), "a", {})


def test_bins_that_occur_twice__must_agree(ds: xr.Dataset) -> None:
    part = ds[["a"]].isel(bin_50=slice(4, 8))
    same = xr.concat([part, part], "bin_50")
    assert values(same, "a") == {}
    with pytest.raises(UnsupportedError, match="several values for one bin"):
        query_context(xr.concat([part, part * 2], "bin_50"), "a", {})


def test_virtual_track_named_like_its_changed_source(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 2)
    given = {"vtracks": {"a": VirtualTrack("a", "max")}}
    np.testing.assert_array_equal(values(changed, "a", **given)["a"], flat_values() * 2)


def test_names__are_whole_words(ds: xr.Dataset) -> None:
    more = ds.assign(b=("k", [1.0]), ns=("k", ["x"]))
    assert values(more, "`ns.b` + a * np.abs(c)") == {}
    assert values(more.assign(v=("k", [1.0])), "a", vtracks={"u": VirtualTrack("v")}) == {}


def test_changed_coordinate__counts_with_its_own_values(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 2).set_coords("a")
    np.testing.assert_array_equal(values(changed, "a")["a"], flat_values() * 2)


@pytest.mark.parametrize("how", ["load", "chunk", "read", "chunked region"])
def test_values_as_stored__are_the_stored_track(root: Path, how: str) -> None:
    ds = xr.open_dataset(root, engine="misha", chunks={} if "chunk" in how else None)
    ds = ds.misha.sel("chr1:100-500") if how != "chunk" else ds
    if how == "load":
        ds.load()
    elif how == "read":
        _ = ds["a"].values, ds["sp"].values
    assert values(ds, "a + sp") == {}


def test_changed_and_chunked__is_computed_once(root: Path) -> None:
    changed = (xr.open_dataset(root, engine="misha", chunks={}) * 2).misha.sel("chr1:0-500")
    with counted_work() as once:
        _ = changed["a"].values
    with counted_work() as work:
        values(changed, "a")
    assert work.n_reads == once.n_reads + 1  # what is stored, to compare with


def test_chunked__is_not_read(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", chunks={})
    with no_work():
        assert query_context(ds, "a + sp", {})["arrays"] == {}


def test_stacked__changed_rows_count_with_their_own_values(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", layout="stacked")
    with no_work():
        assert query_context(ds.isel(bin_50=slice(3, 9)), "a", {})["arrays"] == {}
    np.testing.assert_array_equal(values(ds * 2, "a")["a"], flat_values() * 2)
    turned = ds.assign(dense_50=ds["dense_50"].variable[:, ::-1])
    np.testing.assert_array_equal(values(turned, "a")["a"], flat_values()[::-1])


TABLE = sparse_frame().rename(columns={"value": "x"}).assign(y=lambda frame: frame["x"] * 2)


@pytest.fixture
def table(tmp_path: Path) -> xr.Dataset:
    """A Dataset with an array track of two columns."""
    root = write_database(tmp_path / "arrays", sizes=SIZES, arrays={"t": TABLE})
    return xr.open_dataset(root, engine="misha")


@pytest.mark.parametrize(
    "derive",
    [
        lambda ds: ds,
        lambda ds: ds.load(),
        lambda ds: ds.chunk(),
        lambda ds: ds.transpose(),
        lambda ds: ds.isel(t_interval=slice(None, None, -1)),
        lambda ds: ds.isel(t_interval=[3, 1]),
        lambda ds: ds.misha.sel("chr1:0-300"),
    ],
)
def test_array_track__is_the_stored_one(table: xr.Dataset, derive: Derive) -> None:
    assert values(derive(table), "t") == {}
    scope = {"scope": "chr1", "iterator": 100}
    expected = misha_xr.open_database(table.misha.store.root).extract("t", **scope)
    pd.testing.assert_frame_equal(derive(table).misha.extract("t", **scope), expected)


@pytest.mark.parametrize(
    "derive",
    [
        lambda ds: ds * 2,
        lambda ds: ds.isel(t_column=[0]),
        lambda ds: ds.isel(t_column=0),
        lambda ds: ds.isel(t_column=[1, 0]),
        lambda ds: ds.assign(t=ds["t"].variable[::-1]),
    ],
)
def test_array_track__changed_is_refused(table: xr.Dataset, derive: Derive) -> None:
    with pytest.raises(UnsupportedError, match="cannot be used in an expression"):
        values(derive(table), "t")
