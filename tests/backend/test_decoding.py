"""Round trips: what was saved comes back with its axes, from any format, and lies are found."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr.backend.descriptions import AXIS, SIZES
from misha_xr.backend.index import GenomeIndex
from misha_xr.errors import GenomeMismatchError, MishaError, UnsupportedError
from misha_xr.genome import Genome
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES as TINY
from misha_xr.testing.tiny import flat_values

CUTS: dict[str, Callable[[xr.Dataset], xr.Dataset]] = {
    "whole": lambda ds: ds,
    "region": lambda ds: ds.misha.sel("chr1:100-600"),
    "empty": lambda ds: ds.misha.sel("chrE").isel(bin_50=slice(0)),
    "reversed": lambda ds: ds.isel(bin_50=slice(None, None, -2)),
    "irregular": lambda ds: ds.isel(
        bin_50=[30, 2, 2, 7], sp_interval=[5, 2, 2], hic_object=[17, 0, 0, 9]
    ),
    "table": lambda ds: ds.misha.sel(
        pd.DataFrame({"chrom": ["chrX", "chr1"], "start": [5, 0], "end": [90, 120]})
    ),
    "virtual tracks": lambda ds: ds.misha.vtrack("top", "a", "max", sshift=-100),
    "changed": lambda ds: ds.assign(z=ds["a"] * 2),
}


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha")


def save(ds: xr.Dataset, engine: str, path: Path) -> xr.Dataset:
    """Write and read."""
    if engine == "zarr":
        ds.to_zarr(path, consolidated=False)
        return xr.open_zarr(path, consolidated=False)
    ds.to_netcdf(path, engine=engine)
    return xr.open_dataset(path, engine=engine)


def check(found: xr.Dataset, expected: xr.Dataset) -> None:
    """Values, coordinates, attrs and selection are the same."""
    assert set(found.variables) == set(expected.variables)
    for name in expected.variables:
        np.testing.assert_array_equal(found[name].values, expected[name].values)
    assert set(found.xindexes) == set(expected.xindexes)
    assert found.attrs == expected.attrs
    region = "chr1:100-220"
    xr.testing.assert_equal(
        found.misha.sel(region).drop_vars(found.xindexes),
        expected.misha.sel(region).drop_vars(expected.xindexes),
    )


TRIPS = [(engine, "irregular") for engine in ("zarr", "netcdf4", "h5netcdf")]


@pytest.mark.parametrize(("engine", "cut"), [*TRIPS, *(("scipy", cut) for cut in CUTS)])
def test_round_trip(ds: xr.Dataset, root: Path, tmp_path: Path, engine: str, cut: str) -> None:
    if engine == "h5netcdf":
        pytest.importorskip("h5py", reason="the engine h5netcdf needs it")
    part = CUTS[cut](ds)
    saved = save(part.misha.encode(), engine, tmp_path / "saved")
    check(misha_xr.decode(saved), part)
    back = misha_xr.decode(saved, database=root, verify="all")
    check(back, part)
    for name, index in part.xindexes.items():
        assert index.equals(back.xindexes[name])


@pytest.mark.parametrize("options", [{"layout": "stacked"}, {"chunks": {}}], ids=str)
@pytest.mark.parametrize("coordinates", ["values", "described"])
def test_round_trip__layouts(
    root: Path, tmp_path: Path, options: dict[str, Any], coordinates: Any
) -> None:
    ds = xr.open_dataset(root, engine="misha", tracks=["a", "ns.b"], **options)
    if options == {"chunks": {}}:
        ds = ds.chunk(bin_50=(21, 13, 9))
    saved = save(ds.misha.encode(coordinates), "zarr", tmp_path / "saved")
    check(saved.pipe(misha_xr.decode), ds)


def test_round_trip__array(ds: xr.Dataset, tmp_path: Path) -> None:
    array = ds["sp"].misha.sel("chrX")
    array.misha.encode().to_zarr(tmp_path / "a.zarr", consolidated=False)
    back = xr.open_zarr(tmp_path / "a.zarr", consolidated=False)["sp"]
    assert misha_xr.decode(back).sel(sp_chrom="chrX:0-8").values.tolist() == [9.5, 10.5]
    dense = ds["a"].misha.encode("described").rename("b").to_dataset()
    assert misha_xr.decode(dense)["b"].misha.sel("chr2").shape == (13,)


@pytest.mark.filterwarnings("ignore:The data type:Warning")
def test_plain_to_zarr__decodes_as_well(ds: xr.Dataset, tmp_path: Path) -> None:
    saved = save(ds.misha.sel("chr1"), "zarr", tmp_path / "saved")
    check(misha_xr.decode(saved), ds.misha.sel("chr1"))


def test_accessor__decodes_by_itself(ds: xr.Dataset, tmp_path: Path) -> None:
    saved = save(ds.misha.encode(), "scipy", tmp_path / "saved")
    assert saved.misha.genome.names == tuple(TINY)
    assert saved.misha.sel("chr2").sizes["bin_50"] == 13
    assert saved["a"].misha.sel("chr2").shape == (13,)
    assert saved.misha["sp"].sel(chrom="chrX:0-8").values.tolist() == [9.5, 10.5]
    with pytest.raises(MishaError, match=r"(?s)database.*decode"):
        saved.misha.extract("a")


def test_queries__with_the_database_again(ds: xr.Dataset, root: Path, tmp_path: Path) -> None:
    part = ds.misha.sel("chr1:0-200").misha.vtrack("top", "a", "max", eshift=50)
    changed = part.assign(z=part["a"] * 2)
    saved = save(changed.misha.encode(), "netcdf4", tmp_path / "saved")
    for database in (root, str(root), misha_xr.open_database(root), ds.misha.store):
        back = misha_xr.decode(saved, database=database)
        frame = back.misha.extract(["a", "z", "top"], iterator=50)
        pd.testing.assert_frame_equal(frame, changed.misha.extract(["a", "z", "top"], iterator=50))
    assert back.misha["c"].sizes == {"bin_200": 1}


def test_decode__reads_little(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sizes={"c": 5_000_000}, dense={"a": (10, {"c": 1.0})})
    ds = xr.open_dataset(root, engine="misha")
    encoded = ds.misha.encode()
    with counted_work() as work:
        back = misha_xr.decode(encoded)
    assert work.n_coordinates < 1000
    assert work.n_reads == 0
    with no_work(max_coordinates=300):
        repr(back)
        pickle.dumps(back)
        back.misha.sel("c:100-200")
    with counted_work() as work:
        misha_xr.decode(encoded, verify="all")
    assert work.n_coordinates > 500_000


def test_decode__what_was_selected_in_the_file(ds: xr.Dataset, tmp_path: Path) -> None:
    saved = save(ds.misha.encode(), "scipy", tmp_path / "saved")
    part = saved.isel(bin_50=[40, 3, 4], sp_interval=slice(3, 5))
    back = misha_xr.decode(part)
    assert list(back.xindexes["bin_50_chrom"].positions) == [40, 3, 4]
    assert back.misha.sel("chr1:150-200")["a"].shape == (1,)
    assert back["sp_start"].values.tolist() == [250, 251]


def test_decode__again_changes_nothing(ds: xr.Dataset) -> None:
    assert misha_xr.decode(ds) is ds
    back = misha_xr.decode(ds.misha.encode())
    assert misha_xr.decode(back) is back
    assert back.misha.encode().identical(ds.misha.encode())


def lied(ds: xr.Dataset, **changes: Any) -> xr.Dataset:
    """Return a saved Dataset with changed coordinates."""
    saved = ds.misha.encode().load()
    for name, (place, value) in changes.items():
        values = saved[name].values.copy()
        values[place] = value
        saved[name] = saved[name].copy(data=values)
    return saved


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"bin_50_start": (0, 7)}, "chr1:7-50 .* not a bin of 50 bp"),
        ({"bin_50_end": (-1, 398)}, "chrX:350-398"),
        ({"bin_50_chrom": (0, "chrX")}, None),
        ({"bin_50_chrom": (0, "chr9")}, "chr9"),
        ({"sp_start": (1, 5)}, "chr1:5-20 is not a record"),
        ({"sp_end": (13, 400)}, "chrX:390-400 is not a record"),
        ({"hic_end2": (19, 4000)}, "chrX:270-4000 of an object"),
    ],
    ids=str,
)
def test_decode__coordinates_that_lie(
    ds: xr.Dataset, changes: dict[str, Any], match: str | None
) -> None:
    saved = lied(ds, **changes)
    if match is None:  # bin 0 of another chromosome: a legal bin, and read as such
        assert misha_xr.decode(saved).xindexes["bin_50_chrom"].positions[0] == 35
        return
    with pytest.raises(ValueError, match=match):
        misha_xr.decode(saved)


def test_decode__between_samples_only_all_sees(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sizes={"c": 10_000}, dense={"a": (10, {})})
    saved = lied(xr.open_dataset(root, engine="misha"), bin_10_start=(1, 11))
    misha_xr.decode(saved)
    with pytest.raises(GenomeMismatchError, match="c:11-20"):
        misha_xr.decode(saved, verify="all")


def test_decode__other_genome(ds: xr.Dataset, tmp_path: Path) -> None:
    saved = ds.misha.encode()
    other = Genome.from_dict({**TINY, "chrX": 400})
    with pytest.raises(GenomeMismatchError, match="the genome given"):
        misha_xr.decode(saved, genome=other)
    assert misha_xr.decode(saved, genome=TINY).misha.genome.total_bp == sum(TINY.values())
    root = write_database(tmp_path / "other", sizes={"chr1": 100}, dense={})
    with pytest.raises(GenomeMismatchError, match="the genome given"):
        misha_xr.decode(saved, database=root)
    text = json.dumps({**TINY, "chr1": 1051})
    with pytest.raises(GenomeMismatchError, match="saved with them"):
        misha_xr.decode(saved.assign_attrs({SIZES: text}))
    with pytest.raises(GenomeMismatchError, match="does not hold the sizes"):
        misha_xr.decode(saved.assign_attrs({SIZES: "[]"}))


def test_decode__what_is_no_description(ds: xr.Dataset) -> None:
    saved = ds.misha.encode()
    saved["bin_50_start"].attrs[AXIS] = '{"colour": 3}'
    with pytest.raises(UnsupportedError, match="does not describe an axis"):
        misha_xr.decode(saved)
    with pytest.raises(MishaError, match=r"no coordinate .* describes an axis"):
        misha_xr.decode(xr.Dataset({"x": ("t", [1])}))
    with pytest.raises(ValueError, match="sampled"):
        misha_xr.decode(ds, verify="some")  # type: ignore[arg-type]


def test_decode__described_bins_after_a_cut(ds: xr.Dataset) -> None:
    saved = ds.misha.encode("described")
    with pytest.raises(GenomeMismatchError, match=r"(?s)43 positions .* it has 5.*after"):
        misha_xr.decode(saved.isel(bin_50=slice(5)))


def test_decode__computed_from_a_coordinate_is_no_axis(ds: xr.Dataset) -> None:
    saved = ds[["a"]].misha.encode()
    saved["middle"] = saved["bin_50_start"] + 25
    assert AXIS in saved["middle"].attrs
    assert "middle" not in misha_xr.decode(saved).xindexes


def test_decode__records_of_another_state_of_the_track(ds: xr.Dataset, tmp_path: Path) -> None:
    saved = ds[["sp", "hic"]].misha.encode().load()
    frame = pd.DataFrame({"chrom": ["chr1"], "start": [3], "end": [9], "value": [1.0]})
    root = write_database(tmp_path / "other", sizes=TINY, dense={}, sparse={"sp": frame})
    back = misha_xr.decode(saved, database=root)
    assert back["sp_start"].values.tolist() == ds["sp_start"].values.tolist()
    assert back.misha.sel("chrX:0-8")["sp"].values.tolist() == [9.5, 10.5]
    assert back.misha.sel("chrX").sizes["hic_object"] == 0
    again = pickle.loads(pickle.dumps(back))
    assert again.misha.sel("chrX:0-8")["sp"].values.tolist() == [9.5, 10.5]
    assert again.xindexes["hic_chrom1"].equals(back.xindexes["hic_chrom1"])


def test_many_contigs__names_travel_after_encode_only(tmp_path: Path) -> None:
    sizes = {f"contig{k}": 100 for k in range(200)}
    root = write_database(tmp_path / "db", sizes=sizes, dense={"a": (10, {"contig7": 2.0})})
    ds = xr.open_dataset(root, engine="misha")
    assert SIZES not in ds["bin_10_start"].attrs
    saved = ds.misha.encode()
    assert misha_xr.decode(saved).misha.sel("contig7")["a"].values.tolist() == [2.0] * 10
    plain = ds.drop_indexes(["bin_10_chrom", "bin_10_start", "bin_10_end"])
    with pytest.raises(MishaError, match=r"(?s)were not saved.*encode"):
        misha_xr.decode(plain)
    assert misha_xr.decode(plain, database=root).misha.sel("contig7").sizes["bin_10"] == 10


@pytest.mark.parametrize("n", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_many_contigs__travel_as_text(tmp_path: Path, n: int) -> None:
    genome = Genome([f"c{k}" for k in range(n)], np.full(n, 700))
    index = GenomeIndex(genome.axis(700), dim="bin_700")
    coords = xr.Coordinates(index.create_variables(), dict.fromkeys(index.names.values(), index))
    saved = xr.Dataset(coords=coords).isel(bin_700=slice(-3, None)).misha.encode()
    assert len(saved.attrs[SIZES]) < 20 * n
    back = misha_xr.decode(save(saved, "scipy", tmp_path / "saved"))
    assert back["chrom"].values.tolist() == [f"c{n - k}" for k in (3, 2, 1)]


def test_dropped_index__comes_back(ds: xr.Dataset) -> None:
    bare = ds[["a"]].drop_indexes(["bin_50_chrom", "bin_50_start", "bin_50_end"])
    back = misha_xr.decode(bare.isel(bin_50=slice(5, 9)))
    np.testing.assert_array_equal(back["a"].values, flat_values()[5:9])
    assert back.xindexes["bin_50_chrom"].positions == range(5, 9)


def test_open_mfdataset__of_saved_parts(ds: xr.Dataset, tmp_path: Path) -> None:
    part = ds[["a"]]
    for name in ("chr1", "chr2"):
        part.misha.sel(name).misha.encode().to_netcdf(tmp_path / f"{name}.nc", engine="scipy")
    paths = [tmp_path / "chr1.nc", tmp_path / "chr2.nc"]
    both = xr.open_mfdataset(
        paths, engine="scipy", combine="nested", concat_dim="bin_50", preprocess=misha_xr.decode
    )
    assert both.xindexes["bin_50_chrom"].positions == range(34)
    np.testing.assert_array_equal(both["a"].values, flat_values()[:34])
