"""What each operation of xarray does to an axis: keeps it, loses it, refuses, or evaluates it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from xarray.core.indexing import IndexSelResult

from misha_xr.backend.index import GenomeIndex
from misha_xr.errors import MishaError
from misha_xr.testing.backend import counted_work
from misha_xr.testing.tiny import flat_values

FIELDS = ["chrom", "start", "end"]
EDGES: Any = {"chrom": "min", "start": "min", "end": "max"}
Action = Callable[[xr.Dataset], Any]


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", group="bin_50")


KEEP: dict[str, Action] = {
    "slice": lambda ds: ds.isel(bin_50=slice(3, 30, 2)),
    "array": lambda ds: ds.isel(bin_50=[7, 3, 3]),
    "mask": lambda ds: ds.isel(bin_50=ds["a"].values > 5),
    "own-dim Variable": lambda ds: ds.isel(bin_50=xr.Variable("bin_50", [4, 9])),
    "arithmetic": lambda ds: ds * 2 - ds["a"],
    "comparison": lambda ds: ds > 1,
    "unary": lambda ds: -ds,
    "where": lambda ds: ds.where(ds["a"] > 5),
    "where drop": lambda ds: ds.where(ds["a"] > 5, drop=True),
    "rolling": lambda ds: ds.rolling(bin_50=3).mean(),
    "shift": lambda ds: ds.shift(bin_50=2),
    "diff": lambda ds: ds.diff("bin_50"),
    "cumsum": lambda ds: ds.cumsum("bin_50"),
    "fillna": lambda ds: ds.fillna(0),
    "astype": lambda ds: ds.astype("f8"),
    "isnull": lambda ds: ds.isnull(),  # noqa: PD003
    "clip": lambda ds: ds.clip(0, 3),
    "rank of no index": lambda ds: ds.round(1),
    "apply_ufunc": lambda ds: xr.apply_ufunc(np.abs, ds),
    "map": lambda ds: ds.map(np.abs),
    "concat": lambda ds: xr.concat([ds[["a"]][{"bin_50": slice(9)}], ds[["a"]]], "bin_50"),
    "merge": lambda ds: xr.merge([ds[["a"]], ds[["ns.b"]]], compat="override", join="exact"),
    "to_dataarray": lambda ds: ds.to_dataarray("track"),
    "to_dataset": lambda ds: ds["a"].to_dataset(),
    "expand_dims": lambda ds: ds.expand_dims(sample=["x"]),
    "squeeze": lambda ds: ds.expand_dims(sample=["x"]).squeeze("sample"),
    "rename": lambda ds: ds.rename(chrom="contig", bin_50="bin"),
    "groupby.map": lambda ds: ds.groupby("chrom").map(lambda group: group - 1),
    "groupby_chrom.map": lambda ds: ds.misha.groupby_chrom().map(lambda group: group - 1),
    "query": lambda ds: ds.query(bin_50="a > 5"),
    "sortby": lambda ds: ds.sortby("a"),
    "sortby descending start": lambda ds: ds.sortby("start", ascending=False),
    "roll with coordinates": lambda ds: ds.roll(bin_50=4, roll_coords=True),
    "copy": lambda ds: ds.copy(deep=True),
    "load": lambda ds: ds.load(),
    "load_async": lambda ds: asyncio.run(ds.load_async()),
    "array load_async": lambda ds: asyncio.run(ds["a"].load_async()),
    "compute": lambda ds: ds.compute(),
    "chunk": lambda ds: ds.chunk(bin_50=7),
    "persist": lambda ds: ds.chunk(bin_50=7).persist(),
    "transpose": lambda ds: ds.transpose(),
    "assign": lambda ds: ds.assign(z=ds["a"] + 1),
    "assign_coords": lambda ds: ds.assign_coords(mid=ds["start"] + 25),
    "drop_vars of data": lambda ds: ds.drop_vars("a"),
    "head": lambda ds: ds.head(bin_50=4),
    "thin": lambda ds: ds.thin(bin_50=5),
    "dropna": lambda ds: ds.dropna("bin_50"),
    "reduce another dimension": lambda ds: ds.expand_dims(k=2).mean("k"),
    "weighted": lambda ds: ds.expand_dims(k=2).weighted(xr.DataArray([1, 2], dims="k")).sum("k"),
    "interpolate_na": lambda ds: ds["a"].interpolate_na("bin_50", use_coordinate=False),
    "unify_chunks": lambda ds: ds.chunk(bin_50=7).unify_chunks(),
    "reindex_like": lambda ds: ds.isel(bin_50=slice(5)).reindex_like(ds),
    "combine_first": lambda ds: ds.isel(bin_50=slice(5)).combine_first(ds),
    "accessor": lambda ds: ds.misha.sel(["chr2", "chr1:0-50"]),
}

LOSE: dict[str, Action] = {
    "one position": lambda ds: ds.isel(bin_50=3),
    "two-dimensional": lambda ds: ds.isel(bin_50=xr.Variable(("r", "o"), [[1, 2], [3, 4]])),
    "another name": lambda ds: ds.isel(bin_50=xr.Variable("z", [1, 2])),
    "one base": lambda ds: ds.sel(chrom="chr1", start=70),
    "broadcast": lambda ds: ds["a"].broadcast_like(xr.DataArray([1, 2], dims="k")),
    "pad": lambda ds: ds.pad(bin_50=2),
    "coarsen": lambda ds: ds.coarsen(bin_50=2, boundary="trim", coord_func=EDGES).mean(),
    "stack": lambda ds: ds.expand_dims(k=2).stack(z=["k", "bin_50"]),  # noqa: PD013
    "groupby mean": lambda ds: ds.groupby("chrom").mean(),
    "groupby_chrom mean": lambda ds: ds.misha.groupby_chrom().mean(),
    "drop_indexes": lambda ds: ds.drop_indexes(FIELDS),
    "drop_vars of all three": lambda ds: ds.drop_vars(FIELDS),
    "reset_index": lambda ds: ds.reset_index(FIELDS),
    "reduce": lambda ds: ds.mean("bin_50"),
}


def axes_of(obj: Any) -> list[GenomeIndex]:
    return [index for index in obj.xindexes.values() if isinstance(index, GenomeIndex)]


@pytest.mark.parametrize("action", KEEP.values(), ids=KEEP.keys())
def test_keeps_the_axis(ds: xr.Dataset, action: Action) -> None:
    result = action(ds)
    found = axes_of(result)
    assert len(found) == 3
    assert all(index is found[0] for index in found)
    index = found[0]
    places = np.asarray(index.positions)
    # Coordinates, index and dimension tell the same bins.
    assert result.sizes[index.dim] == len(index)
    assert result[index.names["start"]].values.tolist() == index.axis.starts(places).tolist()
    assert result.misha.sel("chr2").sizes[index.dim] == int(((places > 20) & (places < 34)).sum())


@pytest.mark.parametrize("action", LOSE.values(), ids=LOSE.keys())
def test_loses_the_axis_and_stays_sound(ds: xr.Dataset, action: Action) -> None:
    result = action(ds)
    assert not axes_of(result)
    repr(result)
    result.isel(dict.fromkeys(result.dims, 0)).load()


REFUSE: dict[str, tuple[Action, type[Exception], str | None]] = {
    "drop start": (lambda ds: ds.drop_vars("start"), ValueError, "would corrupt"),
    "reset_coords": (lambda ds: ds.reset_coords("start"), ValueError, "cannot remove index"),
    "set start": (
        lambda ds: ds.assign_coords(start=("bin_50", np.arange(43))), ValueError, "would corrupt",
    ),
    "dimension has no labels": (lambda ds: ds.sel(bin_50="chr1:1-2"), KeyError, "bin_50"),
    "other keyword": (lambda ds: ds.sel(chrom="chr1", strand="+"), KeyError, "strand"),
    "idxmax": (lambda ds: ds["a"].idxmax("bin_50"), KeyError, "bin_50"),
    "interp": (lambda ds: ds.interp(bin_50=[1.5]), Exception, "bin_50"),
    "tolerance": (lambda ds: ds.sel(chrom="chr1", tolerance=3), ValueError, "tolerance"),
    "coarsen of names": (
        lambda ds: ds.coarsen(bin_50=2, boundary="trim").mean(), Exception, None,
    ),
    "sibling class": (
        lambda ds: xr.align(ds, as_other_class(ds), join="outer"), ValueError, "conflict",
    ),
}  # fmt: skip


class OtherIndex(GenomeIndex):
    """A sibling over the same coordinates."""


def as_other_class(ds: xr.Dataset) -> xr.Dataset:
    index = axes_of(ds)[0]
    other = OtherIndex(index.axis, dim="bin_50", positions=range(5))
    coords = xr.Coordinates(other.create_variables(), dict.fromkeys(FIELDS, other))
    return xr.Dataset(coords=coords)


@pytest.mark.parametrize(("action", "error", "match"), REFUSE.values(), ids=REFUSE.keys())
def test_refuses(ds: xr.Dataset, action: Action, error: type[Exception], match: str | None) -> None:
    with pytest.raises(error, match=match):
        action(ds)


EVALUATE: dict[str, tuple[Action, int]] = {
    "values": (lambda ds: ds["start"].values, 43),
    "a part of it": (lambda ds: ds["start"][5:9].values, 4),
    "comparison": (lambda ds: ds["chrom"] == "chr1", 43),
    "to_dataframe": (lambda ds: ds.drop_indexes(FIELDS).to_dataframe(), 12 * 43),
    "to_frame": (lambda ds: ds.misha.to_frame(), 0),  # asks the axis itself, once
    "groupby": (lambda ds: ds.groupby("chrom"), 2 * 43),
    "coarsen": (
        lambda ds: ds.coarsen(bin_50=2, boundary="trim", coord_func=EDGES).mean(), 3 * 42,
    ),
    "groupby_chrom": (lambda ds: ds.misha.groupby_chrom(), 0),
}  # fmt: skip


@pytest.mark.parametrize(("action", "n"), EVALUATE.values(), ids=EVALUATE.keys())
def test_evaluates_by_design__no_more_than_needed(ds: xr.Dataset, action: Action, n: int) -> None:
    with counted_work() as work:
        action(ds)
    assert work.n_coordinates <= n
    assert work.n_coordinates > 0 or n == 0


def test_writing__evaluates_each_coordinate_once(ds: xr.Dataset, tmp_path: Path) -> None:
    with counted_work() as work:
        ds.misha.encode().to_netcdf(tmp_path / "x.nc", engine="scipy")
    assert work.n_coordinates <= 2 * 3 * 43  # xarray asks text for its width as well
    assert work.n_reads > 0


def test_labels__reach_the_index_together(ds: xr.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def sel(self: GenomeIndex, labels: dict[Any, Any], **options: Any) -> IndexSelResult:
        seen.append((dict(labels), options))
        return IndexSelResult({"bin_50": slice(0)})

    monkeypatch.setattr(GenomeIndex, "sel", sel)
    ds.sel(chrom="chr1", start=slice(0, 100), method="inside", tolerance=2)
    assert seen == [
        ({"chrom": "chr1", "start": slice(0, 100)}, {"method": "inside", "tolerance": 2})
    ]


def test_place_on_the_dimension__is_isel(ds: xr.Dataset) -> None:
    assert ds.sel(bin_50=3)["start"].item() == 150
    assert ds.sel(bin_50=slice(2, 4)).sizes["bin_50"] == 2


def test_two_axes_in_one_sel(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    cut = ds.sel(bin_50_chrom="chr2", bin_200_chrom="chr1:0-200", sp_chrom="chrX")
    assert {dim: cut.sizes[dim] for dim in ("bin_50", "bin_200", "sp_interval")} == {
        "bin_50": 13, "bin_200": 1, "sp_interval": 5,
    }  # fmt: skip


def test_different_axes__multiply(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    assert (ds["a"] + ds["c"]).shape == (43, 13)  # nothing in xarray lets us refuse this
    assert ds[["a", "sp"]].to_dataframe().shape[0] == 43 * 14
    with pytest.raises(MishaError, match="has 2"):
        ds[["a", "sp"]].misha.to_frame()


def test_to_dataframe__leaves_indexed_coordinates_out(ds: xr.Dataset) -> None:
    assert set(ds.to_dataframe().columns) == {"a", "ns.b"}
    assert ds.misha.to_frame().columns.tolist()[:3] == FIELDS


def test_create_variables__takes_attrs_and_encoding_over(ds: xr.Dataset) -> None:
    ds["chrom"].attrs["note"] = "kept"
    ds["end"].attrs["units"] = "bp"
    ds["end"].encoding["dtype"] = "int32"
    part = ds.isel(bin_50=slice(3)).rename(end="stop")
    assert part["chrom"].attrs == {"note": "kept"}
    assert part["stop"].attrs == {"units": "bp"}
    assert part["stop"].encoding == {"dtype": "int32"}


def test_shift_and_rolling__cross_chromosomes(ds: xr.Dataset) -> None:
    shifted = ds["a"].shift(bin_50=1)
    assert shifted.values[21] == flat_values()[20]


def test_plot__along_start(ds: xr.Dataset) -> None:
    pytest.importorskip("matplotlib").use("agg")
    lines = ds["a"].sel(chrom="chr2").plot(x="start")
    assert lines[0].get_xdata().tolist() == list(range(0, 605, 50))


def test_reads_of_a_region__values_are_counted(ds: xr.Dataset) -> None:
    with counted_work() as work:
        ds.misha.sel(pd.DataFrame({"chrom": ["chr2"], "start": [0], "end": [100]})).load()
    assert (work.n_reads, work.n_coordinates) == (2, 0)
