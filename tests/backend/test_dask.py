"""Chunked Datasets: names, sizes of graphs, writing, and a cluster of two processes."""

from __future__ import annotations

import pickle
from pathlib import Path

import dask
import numpy as np
import pytest
import xarray as xr

import misha_xr
from misha_xr.testing.backend import counted_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import flat_values


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", tracks=["a", "ns.b", "sp"])


def n_tasks(array: xr.DataArray) -> int:
    return len(array.data.__dask_graph__())


def test_names__are_those_of_the_content(root: Path, ds: xr.Dataset) -> None:
    again = xr.open_dataset(root, engine="misha", tracks=["a", "ns.b", "sp"])
    assert ds["a"].chunk(bin_50=9).data.name == again["a"].chunk(bin_50=9).data.name
    assert ds["a"].chunk(bin_50=9).data.name != ds["ns.b"].rename("a").chunk(bin_50=9).data.name
    assert dask.base.tokenize(ds.xindexes["sp_chrom"]) == dask.base.tokenize(
        again.xindexes["sp_chrom"]
    )
    part, other = ds.isel(bin_50=slice(5)), ds.isel(bin_50=slice(1, 6))
    assert dask.base.tokenize(part["bin_50_start"]) != dask.base.tokenize(other["bin_50_start"])


def test_graphs__a_task_per_chunk(ds: xr.Dataset) -> None:
    chunked = ds.chunk(bin_50=(21, 13, 9))
    assert n_tasks(chunked["a"]) <= 3 + 1
    cut_first = ds["a"].misha.sel("chr2").chunk(bin_50=13)
    assert n_tasks(cut_first) <= 2
    encoded = chunked.misha.encode()
    assert n_tasks(encoded["bin_50_start"]) <= 4 * len(encoded["bin_50_start"].chunks[0])


def test_graphs__pickle_small(ds: xr.Dataset) -> None:
    chunked = ds.chunk(bin_50=(21, 13, 9))
    assert len(pickle.dumps(chunked)) < 12_000
    again = pickle.loads(pickle.dumps(chunked))
    np.testing.assert_array_equal(again["a"].values, flat_values())


def test_many_contigs__few_chunks(tmp_path: Path) -> None:
    sizes = {f"c{k}": 100 for k in range(2000)}
    root = write_database(tmp_path / "db", sizes=sizes, dense={"a": (10, {})}, layout="indexed")
    ds = xr.open_dataset(root, engine="misha", chunks={})
    assert ds["a"].chunks == ((20_000,),)


def test_zarr__from_uneven_chunks(ds: xr.Dataset, tmp_path: Path) -> None:
    chunked = ds.chunk(bin_50=(21, 13, 9))
    with pytest.raises(ValueError, match=r"(?i)uniform chunk sizes"):
        chunked.drop_vars(["bin_50_chrom", "bin_50_start", "bin_50_end"]).drop_encoding()[
            ["a"]
        ].chunk(bin_50=(9, 13, 21)).to_zarr(tmp_path / "no.zarr", consolidated=False)
    chunked.misha.encode().to_zarr(tmp_path / "yes.zarr", consolidated=False)
    back = misha_xr.decode(xr.open_zarr(tmp_path / "yes.zarr", consolidated=False))
    np.testing.assert_array_equal(back["a"].values, flat_values())
    assert back["a"].chunks == ((21, 21, 1),)
    assert back.xindexes["bin_50_chrom"].equals(ds.xindexes["bin_50_chrom"])
    again = back.sel(bin_50_chrom="chr2").misha.encode()
    again.to_zarr(tmp_path / "part.zarr", consolidated=False)
    part = misha_xr.decode(xr.open_zarr(tmp_path / "part.zarr", consolidated=False))
    np.testing.assert_array_equal(part["a"].values, flat_values()[21:34])


def test_zarr__appended_chromosome_by_chromosome(ds: xr.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "grown.zarr"
    part = ds[["a"]]
    part.misha.sel("chr1").misha.encode().to_zarr(path, consolidated=False)
    part.misha.sel("chr2").misha.encode().to_zarr(path, append_dim="bin_50", consolidated=False)
    back = misha_xr.decode(xr.open_zarr(path, consolidated=False))
    # The attrs of the file still say the first part; the values decide.
    assert back.xindexes["bin_50_chrom"].positions == range(34)
    np.testing.assert_array_equal(back["a"].values, flat_values()[:34])


def test_compute__reads_each_chunk_once(ds: xr.Dataset) -> None:
    chunked = ds[["a"]].chunk(bin_50=(21, 22))
    with counted_work() as work:
        chunked.sum().compute(scheduler="synchronous")
    assert work.n_coordinates == 0
    assert work.n_reads <= 4


@pytest.mark.slow
@pytest.mark.distributed
@pytest.mark.filterwarnings("ignore")
def test_cluster_of_two_processes(root: Path) -> None:
    from distributed import Client, LocalCluster

    ds = xr.open_dataset(root, engine="misha", tracks=["a", "ns.b"]).chunk(bin_50=(21, 13, 9))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        assert float(ds["a"].mean()) == pytest.approx(float(np.nanmean(flat_values())))
        means = ds["a"].misha.groupby_chrom("bin_50").mean().compute()
        assert means.sizes["bin_50_chrom"] == 4
        index = client.submit(lambda part: part.xindexes["bin_50_chrom"], ds).result()
        assert index.equals(ds.xindexes["bin_50_chrom"])
        cut = client.submit(lambda part: part.misha.sel("chr2")["a"].values, ds).result()
        np.testing.assert_array_equal(cut, flat_values()[21:34])
        mapped = ds.misha.map_blocks(lambda block: block * 2)
        np.testing.assert_array_equal(mapped["a"].values, flat_values(2.0))
