"""The guarantees of laziness: what never reads a payload, and what never computes a coordinate."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import dask
import numpy as np
import pytest
import xarray as xr

import misha_xr
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.database import write_database


@pytest.fixture
def ds(tmp_path: Path) -> xr.Dataset:
    """Two dense tracks on a long axis: 300,000 bins."""
    sizes = {"chr1": 2_000_000, "chr2": 1_000_000}
    dense = {"a": (10, {"chr1": 1.0, "chr2": 2.0}), "b": (10, {"chr1": 3.0, "chr2": 4.0})}
    root = write_database(tmp_path / "db", sizes=sizes, dense=dense)
    return xr.open_dataset(root, engine="misha", group="bin_10")


LAZY: dict[str, Callable[[xr.Dataset], Any]] = {
    "repr": repr,
    "repr of an array": lambda ds: repr(ds["a"]),
    "html": lambda ds: ds._repr_html_(),
    "several names": lambda ds: ds[["a", "b"]],
    "one name": lambda ds: ds["a"],
    "isel slice": lambda ds: ds.isel(bin_10=slice(10, 99_999, 7)),
    "isel array": lambda ds: ds.isel(bin_10=[5, 99_000, 3]),
    "isel two dimensions": lambda ds: ds.isel(bin_10=xr.Variable(("r", "o"), [[1, 2], [7, 8]])),
    "sel region": lambda ds: ds.sel(chrom="chr2:500-90000"),
    "sel list": lambda ds: ds.sel(chrom=["chr2", "chr1:5-600"]),
    "merge of distinct names": lambda ds: xr.merge(
        [ds[["a"]], ds[["b"]]], compat="no_conflicts", join="outer"
    ),
    "merge of the same lazy names": lambda ds: xr.merge(
        [ds, ds.copy()], compat="no_conflicts", join="outer"
    ),
    "align": lambda ds: xr.align(ds, ds.isel(bin_10=slice(None)), join="exact"),
    "align slices": lambda ds: xr.align(
        ds.isel(bin_10=slice(900)), ds.isel(bin_10=slice(500, 2000)), join="inner"
    ),
    "rename": lambda ds: ds.rename(a="z", bin_10="k", chrom="c"),
    "assign": lambda ds: ds.assign(z=("bin_10", np.zeros(ds.sizes["bin_10"]))),
    "copy": lambda ds: ds.copy(),
    "deep copy": lambda ds: deepcopy(ds.copy(deep=True)),
    "pickle": lambda ds: pickle.loads(pickle.dumps(ds)),
    "tokenise": dask.base.tokenize,
    "chunk": lambda ds: ds.chunk({"bin_10": 50_000}),
    "identical": lambda ds: ds.identical(ds.copy(deep=True)),
    "drop": lambda ds: ds.drop_vars(["a", "chrom", "start", "end"]),
    "transpose": lambda ds: ds.transpose(),
    "encode": lambda ds: ds.misha.encode(),
    "encode described and decode": lambda ds: misha_xr.decode(ds.misha.encode("described")),
    "accessor merge": lambda ds: ds[["a"]].misha.merge(ds[["b"]].misha.vtrack("v", "a", "max")),
    "concat of slices": lambda ds: xr.concat(
        [ds[["start"]].isel(bin_10=slice(9)), ds[["start"]].isel(bin_10=slice(9, 20))], "bin_10"
    ),
    "map_blocks": lambda ds: ds.chunk({"bin_10": 50_000}).misha.map_blocks(lambda block: block),
    "where_drop by the axis": lambda ds: ds.isel(bin_10=np.arange(300_000) % 3 == 1),
    "assign of a coordinate": lambda ds: ds.assign_coords(n=("bin_10", np.arange(300_000))),
    "sortby of places": lambda ds: ds.isel(bin_10=np.arange(300_000)[::-1]),
    "accessor sel": lambda ds: ds.misha.sel("chr1:100-200"),
    "accessor track": lambda ds: ds.misha["b"],
}

NO_COORDINATES: dict[str, Callable[[xr.Dataset], Any]] = {
    "load": lambda ds: ds.load(),
    "load_async": lambda ds: asyncio.run(ds.load_async()),
    "compute": lambda ds: ds.compute(),
    "persist": lambda ds: ds.chunk({"bin_10": 100_000}).persist(),
    "sum": lambda ds: ds.sum(),
    "mean along the axis": lambda ds: ds["a"].mean("bin_10"),
    "arithmetic": lambda ds: ds["a"] + 2 * ds["b"],
    "in-place arithmetic": lambda ds: ds["a"].__iadd__(1),
    "where": lambda ds: ds.where(ds["a"] > 1),
    "rolling": lambda ds: ds["a"][:1000].rolling(bin_10=3).sum(),
    "concat along the axis": lambda ds: xr.concat(
        [ds.isel(bin_10=slice(9)), ds.isel(bin_10=slice(9, 20))], "bin_10"
    ),
    "concat along a new dimension": lambda ds: xr.concat(
        [ds["a"][:50], ds["b"][:50]], "k", coords="minimal", compat="override"
    ),
    "apply_ufunc": lambda ds: xr.apply_ufunc(np.log1p, ds["a"]),
    "astype": lambda ds: ds.astype("f8"),
    "fillna": lambda ds: ds.fillna(0),
}


@pytest.mark.parametrize("action", LAZY.values(), ids=LAZY.keys())
def test_lazy__no_read_and_few_coordinates(
    ds: xr.Dataset, action: Callable[[xr.Dataset], Any]
) -> None:
    with no_work(max_coordinates=200):
        action(ds)


@pytest.mark.parametrize("action", NO_COORDINATES.values(), ids=NO_COORDINATES.keys())
def test_reading__computes_no_coordinate(
    ds: xr.Dataset, action: Callable[[xr.Dataset], Any]
) -> None:
    with counted_work() as work:
        action(ds)
    # asyncio formats the result of a task, hence the repr of it.
    assert work.n_coordinates <= (200 if action is NO_COORDINATES["load_async"] else 0)
    assert work.n_reads > 0


def test_extract__computes_no_coordinate(ds: xr.Dataset) -> None:
    with no_work():  # a query reads whole tables of payloads, not these arrays
        frame = ds.misha.sel("chr2:0-50").misha.extract("a + b")
    assert frame["a + b"].tolist() == [6.0] * 5


def test_load__keeps_index_and_symbolic_coordinates(ds: xr.Dataset) -> None:
    loaded = ds.load()
    with no_work(max_coordinates=200):
        repr(loaded)
        assert loaded.sel(chrom="chr2:0-50").sizes == {"bin_10": 5}
    assert loaded["start"].variable._data.__class__.__name__ == "LazyCoordArray"


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize(
    "options", [{}, {"chunks": {}}, {"cache": False}, {"layout": "stacked"}], ids=str
)
def test_open__reads_nothing(tmp_path: Path, layout: str, options: dict[str, Any]) -> None:
    from misha_xr.testing.tiny import write_tiny

    root = write_tiny(tmp_path / "db", layout)
    with no_work(max_coordinates=0):
        ds = xr.open_dataset(root, engine="misha", **options)
    with no_work(max_coordinates=500):  # five axes, some with six coordinates
        repr(ds)
        ds.misha.sel("chr2")


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize(
    ("name", "names"), [("sp", {"chrom": "chrX"}), ("hic", {"chrom1": "chr1", "chrom2": "chrX"})]
)
def test_records_and_objects__known_by_number_only(
    tmp_path: Path, layout: str, name: str, names: dict[str, str]
) -> None:
    from misha_xr.testing.tiny import write_tiny

    root = write_tiny(tmp_path / "db", layout)
    with no_work(max_coordinates=500):
        ds = xr.open_dataset(root, engine="misha", tracks=[name])
        chosen = ds.misha[name].sel(names)
        assert 0 < chosen.size < ds[name].size
        repr(chosen)
        ds._repr_html_()
        pickle.loads(pickle.dumps(chosen))
        xr.align(ds, ds.copy(), join="exact")
    with counted_work() as work:
        chosen.load()
    assert work.n_reads == 1
    assert work.n_scanned == (4 + 5 * 20 if name == "sp" else 0)


def test_no_work__sees_checks_of_records(tmp_path: Path) -> None:
    from misha_xr.database import Store
    from misha_xr.testing.tiny import write_tiny

    track = Store(write_tiny(tmp_path / "db")).track("sp")
    with pytest.raises(AssertionError, match="n_scanned=184"), no_work():
        list(track.tables(0, 1))


def test_reads__only_the_chromosomes_asked_for(ds: xr.Dataset) -> None:
    with counted_work() as work:
        ds["a"].sel(chrom="chr2:0-1000").load()
    assert work.n_reads == 1


def test_chunked__reads_only_the_chunks_asked_for(ds: xr.Dataset) -> None:
    chunked = ds.chunk({"bin_10": (200_000, 100_000)})
    with counted_work() as work:
        chunked["b"].sel(chrom="chr2:0-1000").compute()
    assert work.n_reads == 1


def test_pickle__small_whatever_the_axis(ds: xr.Dataset) -> None:
    assert len(pickle.dumps(ds)) < 4000
    assert len(pickle.dumps(ds.isel(bin_10=slice(5, 200_000, 3)))) < 4000
    again = pickle.loads(pickle.dumps(ds.sel(chrom="chr2")))
    assert again.xindexes["chrom"].axis is ds.xindexes["chrom"].axis
    assert again["a"].values[:2].tolist() == [2.0, 2.0]


def test_tokenise__tells_selections_apart(ds: xr.Dataset) -> None:
    token = dask.base.tokenize
    assert token(ds) == token(ds.copy(deep=True)) == token(pickle.loads(pickle.dumps(ds)))
    assert token(ds) != token(ds.isel(bin_10=slice(5)))
    assert token(ds["a"]) != token(ds["b"].rename("a"))
    assert token(ds.compute()) == token(ds.compute())
