"""Many tracks, many contigs, long genomes: few descriptors, small pickles, nothing read in vain."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import misha_xr
from misha_xr.errors import CorruptFileError
from misha_xr.genome import Genome
from misha_xr.testing.database import write_database
from misha_xr.testing.large import write_contigs, write_hollow_dense, write_root

PICKLE_LIMIT = 10_000


@pytest.mark.parametrize(
    ("n_tracks", "layout"),
    [
        (1000, "indexed"),
        pytest.param(5000, "per-chromosome", marks=pytest.mark.slow),
        pytest.param(5000, "indexed", marks=pytest.mark.slow),
    ],
)
def test_tracks__more_than_descriptors(
    tmp_path: Path, run_script: Callable[..., Any], n_tracks: int, layout: str
) -> None:
    dense = {f"t{k}": (10, {"chr1": k, "chr2": 1.0}) for k in range(n_tracks)}
    write_database(tmp_path, sizes={"chr1": 20, "chr2": 10}, dense=dense, layout=layout)
    found = run_script("few_descriptors", tmp_path)
    assert found == {"extract": 1000, "summary": 199 * 200 / 2, "dataset": True}


@pytest.mark.parametrize("n", [1_000_000, pytest.param(3_000_000, marks=pytest.mark.slow)])
def test_contigs__a_million(tmp_path: Path, n: int) -> None:
    genome = write_contigs(tmp_path, n)
    db = misha_xr.open_database(tmp_path)
    assert db.summary("t")["Sum"] == n * (n - 1)
    one = db.extract("t", scope=f"ctg{n - 5}:0-60")
    assert one["t"].tolist() == [n - 5] * 2
    ds = xr.open_dataset(tmp_path, engine="misha", group="bin_50")
    assert len(pickle.dumps(ds)) < PICKLE_LIMIT
    assert ds["t"].sel(chrom=f"ctg{n - 5}").values.tolist() == [n - 5] * 2
    chosen = ds.sel(chrom=[f"ctg{k}" for k in range(0, n, n // 100)])
    assert chosen["t"].values[::2].tolist() == list(range(0, n, n // 100))
    assert len(pickle.dumps(ds.isel(bin_50=slice(7, n, 3)))) < PICKLE_LIMIT
    assert ds["t"].isel(bin_50=slice(n, n + 4)).sum() == sum(k // 2 for k in range(n, n + 4))
    assert float(ds["t"].max()) == np.float32(n - 1)
    assert db.genome == genome


@pytest.mark.parametrize("indexed", [False, True], ids=["files", "indexed"])
@pytest.mark.parametrize("bin_size", [1000, 20])
def test_genome__three_billion_bases(tmp_path: Path, bin_size: int, indexed: bool) -> None:
    sizes = np.linspace(40_000_000, 200_000_000, 25).astype(np.int64)
    genome = Genome([f"chr{k}" for k in range(25)], sizes)
    write_root(tmp_path, genome)
    write_hollow_dense(tmp_path, genome, "t", bin_size, indexed=indexed)
    ds = xr.open_dataset(tmp_path, engine="misha", group=f"bin_{bin_size}")
    assert repr(ds)
    assert ds._repr_html_()
    region = ds.sel(chrom="chr7:0-100000")
    assert region["t"].values.sum() == 8
    n_bins = int(genome.axis(bin_size).n_bins[3])
    assert float(ds["t"].sel(chrom="chr3").mean()) == pytest.approx(4 / n_bins)
    assert misha_xr.open_database(tmp_path).extract("t", scope="chr24:0-10")["t"].tolist() == [25]


def views(ds: xr.Dataset) -> dict[str, xr.Dataset]:
    dim = next(name for name in ds.dims if str(name).startswith("bin"))
    return {
        "whole": ds,
        "region": ds.sel(chrom="chr1:1000-900000"),
        "slice": ds.isel({dim: slice(5, -7)}),
        "steps": ds.isel({dim: slice(5, -7, 3)}),
        "one": ds.isel({dim: 5}),
        "few": ds.isel({dim: [3, 1, 999]}),
    }


@pytest.mark.parametrize("layout", ["variables", "stacked"])
def test_pickle__small_whatever_the_genome(tmp_path: Path, layout: str) -> None:
    genome = Genome([f"chr{k}" for k in range(25)], [120_000_000] * 25)
    write_root(tmp_path, genome)
    for name in ("a", "b", "c"):
        write_hollow_dense(tmp_path, genome, name, 10, indexed=True)
    ds = xr.open_dataset(tmp_path, engine="misha", group="bin_10", layout=layout)
    for name, view in views(ds).items():
        pickled = pickle.dumps(view)
        assert len(pickled) < PICKLE_LIMIT, name
        assert pickle.loads(pickled).sizes == view.sizes


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
@pytest.mark.parametrize("other", [40, 51], ids=["longer", "same length"])
def test_bin_size__mixed_in_one_track(tmp_path: Path, layout: str, other: int) -> None:
    """The catalogue reads one header; whoever reads the chromosome of another is told."""
    values = {"chr1": 1.0, "chr2": 2.0}
    sizes = {"chr1": 1000, "chr2": 1000}
    root = write_database(tmp_path, sizes=sizes, dense={"t": (50, values)}, layout=layout)
    folder = root / "tracks/t.track"
    path = folder / ("track.dat" if layout == "indexed" else "chr2")
    payload = bytearray(path.read_bytes())
    at = 4 + 4 * 20 if layout == "indexed" else 0
    payload[at : at + 4] = other.to_bytes(4, "little")
    if other == 40 and layout == "per-chromosome":
        payload += bytes(4 * 5)  # as many bins as that size asks for
    path.write_bytes(payload)
    db = misha_xr.open_database(root)
    assert db.store.info("t").bin_size == 50
    assert db.extract("t", scope="chr1")["t"].tolist() == [1.0] * 20
    ds = xr.open_dataset(root, engine="misha", group="bin_50")
    for read in (
        lambda: db.extract("t"),
        lambda: db.store.track("t").values(1),
        lambda: ds["t"].load(),
        lambda: db.summary("t", iterator=100, scope="chr2:900-1000"),
    ):
        with pytest.raises(CorruptFileError, match=r"bin|bytes"):
            read()
