"""Traps of xarray and of databases, one test each, under the name of the trap."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.backend import layouts
from misha_xr.backend.index import GenomeIndex
from misha_xr.errors import MishaWarning, StaleFileError
from misha_xr.genome import Genome
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import flat_values, write_tiny


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", group="bin_50")


def test_engine_absent__other_files_open(tmp_path: Path) -> None:
    xr.Dataset({"x": ("t", [1, 2])}).to_netcdf(tmp_path / "x.nc")
    assert xr.open_dataset(tmp_path / "x.nc")["x"].values.tolist() == [1, 2]


def test_engine_list__loads_no_kernel() -> None:
    code = (
        "import sys, xarray; engine = xarray.backends.list_engines()['misha'];"
        "engine.guess_can_open('.');"
        "print([m for m in sys.modules if m.startswith('misha_xr._ext.')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert run.stdout.strip() == "[]"


def test_isel_by_variable_of_another_name__gives_a_sound_object(ds: xr.Dataset) -> None:
    chosen = ds.isel(bin_50=xr.Variable(("z",), [3, 1]))
    assert set(chosen.dims) == {"z"}
    assert not chosen.xindexes
    assert chosen.isel(z=0)["start"].item() == 150


def test_reversed_and_stepped_axis__sel(ds: xr.Dataset) -> None:
    reversed_ = ds.isel(bin_50=slice(None, None, -2))
    chosen = reversed_.sel(chrom="chr1:100-400")
    assert chosen["start"].values.tolist() == [300, 200, 100]
    np.testing.assert_array_equal(chosen["a"].values, [6.0, 4.0, 2.0])


def test_empty_selection__keeps_everything_working(ds: xr.Dataset) -> None:
    empty = ds.sel(chrom="chr1", start=slice(7, 7))
    assert empty.sizes == {"bin_50": 0}
    assert empty["chrom"].values.shape == (0,)
    assert empty["a"].values.dtype == np.float32
    repr(empty)
    assert empty.sel(chrom="chr1").sizes == {"bin_50": 0}
    assert pickle.loads(pickle.dumps(empty)).sizes == {"bin_50": 0}


def test_chromosome_without_data__is_nan(ds: xr.Dataset) -> None:
    assert np.isnan(ds.sel(chrom="chrE")["a"].values).tolist() == [True]


def test_last_short_bin__ends_with_the_chromosome(ds: xr.Dataset) -> None:
    assert ds.sel(chrom="chr2", start=600)["end"].item() == 605


def test_sel_on_integer_array_axis__finds_all(ds: xr.Dataset) -> None:
    scattered = ds.isel(bin_50=[30, 2, 2, 40, 3])
    assert scattered.sel(chrom="chr1:100-200")["start"].values.tolist() == [100, 100, 150]


def test_swap_dims__works_after_dropping_the_index(ds: xr.Dataset) -> None:
    bare = ds.drop_indexes(["chrom", "start", "end"])
    swapped = bare.sel(bin_50=slice(0, 4)).swap_dims(bin_50="start")
    assert swapped.sel(start=100)["end"].item() == 150


def test_swap_dims__with_the_index__selection_drops_it(ds: xr.Dataset) -> None:
    swapped = ds[["a"]].swap_dims(bin_50="start")
    assert swapped.isel(start=slice(2, 4))["end"].values.tolist() == [150, 200]


def test_assign_after_arithmetic(ds: xr.Dataset) -> None:
    more = ds.assign(z=ds["a"] + 1)
    more["w"] = ds["a"] * 2
    assert more.sel(chrom="chr1:0-100").sizes == {"bin_50": 2}
    np.testing.assert_array_equal(more["z"].values, flat_values() + 1)


def test_merge_with_the_same_lazy_names__reads_nothing(root: Path) -> None:
    one, two = (xr.open_dataset(root, engine="misha") for _ in range(2))
    with no_work():
        merged = xr.merge([one, two], compat="no_conflicts", join="outer")
    assert set(merged.data_vars) == set(one.data_vars)


def test_merge_with_other_values_under_one_name__is_noticed(ds: xr.Dataset) -> None:
    with pytest.raises(xr.MergeError, match="conflicting values"):
        xr.merge([ds, ds.assign(a=ds["a"] + 1)], compat="no_conflicts", join="outer")


def test_vectorised_isel__costs_what_it_selects(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sizes={"c": 200_000_000}, dense={"a": (10, {})})
    array = xr.open_dataset(root, engine="misha", group="bin_10")["a"]
    assert array.size == 20_000_000
    chosen = array.isel(bin_10=xr.Variable(("r", "o"), [[5, 19_000_000], [7, 9]]))
    lazy = chosen.variable._data
    while not hasattr(lazy, "positions"):
        lazy = lazy.array
    assert lazy.positions.nbytes == 32
    assert np.isnan(chosen.values).all()


def test_map_blocks__after_dropping_coordinates(ds: xr.Dataset) -> None:
    chunked = ds.chunk({"bin_50": (21, 22)}).drop_vars(["chrom", "start", "end"])
    mapped = xr.map_blocks(lambda block: block + 1, chunked)
    np.testing.assert_array_equal(mapped["a"].values, flat_values() + 1)


def test_read_only_values__say_so_and_arithmetic_copies(ds: xr.Dataset) -> None:
    array = ds["a"].sel(chrom="chr1")
    with pytest.raises(ValueError, match="read-only"):
        array.values[0] = 7
    array += 1
    assert array.values[0] == 1.0
    assert ds["a"].values[0] == 0.0


def test_pickling_after_cache__carries_values(ds: xr.Dataset) -> None:
    before = len(pickle.dumps(ds["a"]))
    ds["a"].load()
    assert len(pickle.dumps(ds["a"])) > before
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(ds["a"])).values, flat_values())


def test_two_versions_at_one_path__the_old_pickle_is_refused(root: Path, ds: xr.Dataset) -> None:
    data = pickle.dumps(ds)
    path = root / "tracks" / "a.track" / "chr1"
    path.write_bytes(path.read_bytes())
    os.utime(path, ns=(1, 1))
    with pytest.raises(StaleFileError, match="changed since"):
        pickle.loads(data)


def test_file_replaced_after_open__is_noticed(root: Path, ds: xr.Dataset) -> None:
    assert ds["ns.b"].isel(bin_50=0).item() == 0.0
    path = root / "tracks" / "ns" / "b.track" / "chr1"
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\0")
    os.utime(path, ns=(1, 1))
    with pytest.raises(StaleFileError):
        _ = ds["ns.b"].isel(bin_50=slice(3, 9)).values


def test_a_million_contigs__pickle_and_open_fast() -> None:
    genome = Genome([f"c{k}" for k in range(1_000_000)], np.full(1_000_000, 700))
    index = GenomeIndex(genome.axis(100), dim="bin_100")
    coords = xr.Coordinates(index.create_variables(), dict.fromkeys(index.names.values(), index))
    ds = xr.Dataset(coords=coords)
    assert "7,000,000" in repr(index)
    repr(ds)
    assert ds.sel(chrom="c999999:650-700")["start"].values.tolist() == [600]


def test_html_at_500_variables__is_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dense = {f"t{k}": (10, {}) for k in range(40)}
    root = write_database(tmp_path / "db", sizes={"c": 100}, dense=dense)
    with no_work(max_coordinates=200):
        assert "t39" in xr.open_dataset(root, engine="misha")._repr_html_()
    monkeypatch.setattr(layouts, "MAX_VARIABLES", 20)
    with pytest.warns(MishaWarning, match="40 dense tracks of 10 bp are shown as one variable"):
        ds = xr.open_dataset(root, engine="misha")
    assert ds["dense_10"].dims == ("bin_10_track", "bin_10")
    assert ds.misha["t7"].dims == ("bin_10",)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(xr.open_dataset(root, engine="misha", layout="variables").data_vars) == 40


def test_50_against_more_sparse_tracks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"chrom": ["c"], "start": [3], "end": [9], "value": [1.0]})
    sparse = {f"s{k}": frame for k in range(4)}
    root = write_database(tmp_path / "db", sizes={"c": 100}, dense={"d": (10, {})}, sparse=sparse)
    assert len(xr.open_dataset(root, engine="misha").data_vars) == 5
    monkeypatch.setattr(layouts, "MAX_INDEXED", 3)
    with pytest.warns(MishaWarning, match="4 sparse tracks are shown as one variable sparse"):
        ds = xr.open_dataset(root, engine="misha")
    assert list(ds.data_vars) == ["d", "sparse"]
    assert ds.misha["s2"].values.tolist() == [1.0]
    named = xr.open_dataset(root, engine="misha", tracks=["s0", "s1", "s2", "s3"])
    assert len(named.data_vars) == 4
    assert len(list(xr.open_datatree(root, engine="misha").leaves)) == 5


def test_descriptors__none_kept_per_track(tmp_path: Path) -> None:
    fds = Path("/proc/self/fd")
    if not fds.exists():  # no /proc on this system: nothing to count
        return
    dense = {f"t{k}": (10, {"c": 1.0}) for k in range(60)}
    root = write_database(tmp_path / "db", sizes={"c": 100}, dense=dense)
    gc.collect()
    before = len(list(fds.iterdir()))
    ds = xr.open_dataset(root, engine="misha").load()
    assert len(ds.data_vars) == 60
    assert len(list(fds.iterdir())) <= before + 1


def test_threads_and_first_open(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", group="bin_50", cache=False)
    with ThreadPoolExecutor(16) as pool:
        for values in pool.map(lambda _: ds["a"].values, range(64)):
            np.testing.assert_array_equal(values, flat_values())


def test_worker_process_after_open(ds: xr.Dataset) -> None:
    ds["a"].isel(bin_50=0).load()
    code = (
        "import pickle, sys, numpy as np; ds = pickle.load(sys.stdin.buffer);"
        "print(float(np.nansum(ds['a'].values)), ds.sel(chrom='chr2').sizes['bin_50'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(ds), capture_output=True, check=True
    )
    assert run.stdout.decode().split() == [str(float(np.nansum(ds["a"].values))), "13"]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_fork_after_open(ds: xr.Dataset) -> None:
    ds["a"].isel(bin_50=0).load()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        sums = pool.map(_sum_of, [ds["a"].isel(bin_50=slice(k, None)) for k in (0, 21)])
    assert sums == [float(np.nansum(flat_values()[k:])) for k in (0, 21)]


def _sum_of(array: xr.DataArray) -> float:
    return float(array.sum())


def test_attrs_conflict_in_addition__keeps_the_index(ds: xr.Dataset) -> None:
    total = ds["a"] + ds["ns.b"]
    assert isinstance(total.xindexes["chrom"], GenomeIndex)
    assert total.sel(chrom="chr1:0-50").shape == (1,)


def test_uneven_chunks__at_chromosome_borders(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("misha_xr.backend.axis_parts.chunk_sizes", lambda offsets: (21, 13, 9))
    ds = xr.open_dataset(root, engine="misha", tracks="a", chunks={})
    assert ds["a"].chunks == ((21, 13, 9),)
    assert ds.chunks == {"bin_50": (21, 13, 9)}
    np.testing.assert_array_equal(ds["a"].values, flat_values())


@pytest.mark.parametrize("chunks", [None, {}], ids=["whole", "chunked"])
def test_uneven_chunks_to_zarr__after_encode(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: dict[str, int] | None
) -> None:
    monkeypatch.setattr("misha_xr.backend.axis_parts.chunk_sizes", lambda offsets: (9, 13, 21))
    ds = xr.open_dataset(root, engine="misha", group="bin_50", tracks="a", chunks=chunks)
    ds.misha.encode().to_zarr(tmp_path / "out.zarr", consolidated=False)
    back = xr.open_zarr(tmp_path / "out.zarr", consolidated=False)
    np.testing.assert_array_equal(back["a"].values, flat_values())
    assert back["end"].values.tolist() == ds["end"].values.tolist()


@pytest.mark.parametrize(
    "name", ["start", "chrom", "size", "mean", "a.b", "bin_10", "bin_10_start"]
)
def test_track_names__that_mean_something_else(tmp_path: Path, name: str) -> None:
    root = write_database(tmp_path / "db", sizes={"c": 100}, dense={name: (10, {"c": 4.0})})
    ds = xr.open_dataset(root, engine="misha")
    assert ds[name].values.tolist() == [4.0] * 10
    assert ds.misha.sel("c:0-20")[name].shape == (2,)
    assert ds.misha[name].misha.sel("c:0-20").shape == (2,)
    group = xr.open_dataset(root, engine="misha", group="bin_10")
    assert group[name].misha.sel("c:0-20").shape == (2,)


def test_track_beside_the_coordinate_of_another__coordinate_gives_way(tmp_path: Path) -> None:
    frame = pd.DataFrame({"chrom": ["c"], "start": [3], "end": [9], "value": [1.0]})
    root = write_database(
        tmp_path / "db", sizes={"c": 100}, sparse={"x": frame}, dense={"x_chrom": (10, {"c": 2.0})}
    )
    ds = xr.open_dataset(root, engine="misha")
    assert ds["x_chrom"].dims == ("bin_10",)
    assert ds["x_chrom_"].values.tolist() == ["c"]
    assert set(ds["x"].coords) == {"x_chrom_", "x_start", "x_end"}
    alone = xr.open_dataset(root, engine="misha", tracks=["x"])
    assert "x_chrom_" in alone.coords  # the rule looks at the database, not at what is shown


def test_track_named_like_a_sparse_dimension(tmp_path: Path) -> None:
    frame = pd.DataFrame({"chrom": ["c"], "start": [3], "end": [9], "value": [1.0]})
    root = write_database(
        tmp_path / "db", sizes={"c": 100}, sparse={"x": frame, "x_interval": frame}
    )
    ds = xr.open_dataset(root, engine="misha")
    assert ds["x"].dims == ("x_interval_",)
    assert ds["x_interval"].dims == ("x_interval_interval",)


def test_long_names__are_variable_width_text(tmp_path: Path) -> None:
    name = "scaffold_" + "x" * 40
    root = write_database(
        tmp_path / "db", sizes={"c": 100, name: 50}, dense={"a": (10, {"c": 1.0})}
    )
    ds = xr.open_dataset(root, engine="misha", group="bin_10")
    repr(ds)
    assert ds.sel(chrom=name)["chrom"].values.tolist() == [name] * 5
    ds.load()


def test_accessor__is_stateless(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    first = ds.misha
    ds["z"] = ds["a"] * 0 + 3
    assert first["z"].values[0] == 3.0
    assert ds.copy().misha.genome is ds.misha.genome


def test_mixed_axes__are_refused_by_queries_not_multiplied(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    both = ds.misha.extract(["a", "c"], scope="chr1:0-400", iterator=200)
    assert both["c"].tolist() == [0.0, 1.0]


def test_groupby_and_to_dataframe__after_dropping_the_index(ds: xr.Dataset) -> None:
    means = ds["a"].groupby("chrom").mean()
    assert means.sel(chrom="chrX").item() == pytest.approx(303.5)
    table = ds.drop_indexes(["chrom", "start", "end"]).to_dataframe()
    assert set(table.columns) == {"chrom", "start", "end", "a", "ns.b"}


def test_both_layouts_stacked(tmp_path: Path, layout: str) -> None:
    root = write_tiny(tmp_path / "db", layout)
    ds = xr.open_dataset(root, engine="misha", group="bin_50", layout="stacked")
    np.testing.assert_array_equal(ds["dense_50"].sel(track="a").values, flat_values())
