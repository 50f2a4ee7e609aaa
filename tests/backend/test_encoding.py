"""What is written: types that formats know, chunks of one size, nothing computed before."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from misha_xr.backend.descriptions import AXES, AXIS, SIZES
from misha_xr.backend.encoding import encode
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES as TINY
from misha_xr.testing.tiny import flat_values


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha")


@pytest.mark.parametrize("coordinates", ["values", "described"])
@pytest.mark.parametrize("chunks", [None, {}], ids=["whole", "chunked"])
def test_encode__computes_nothing(root: Path, coordinates: str, chunks: dict | None) -> None:
    ds = xr.open_dataset(root, engine="misha", chunks=chunks)
    with no_work():
        encoded = encode(ds, coordinates)
    assert not encoded.xindexes
    assert ds.xindexes


def test_encode__text_of_any_width(ds: xr.Dataset) -> None:
    encoded = encode(ds)
    assert encoded["bin_50_chrom"].dtype == np.dtypes.StringDType()
    assert encoded["bin_50_chrom"].values.tolist() == ds["bin_50_chrom"].values.tolist()
    assert encoded["hic_end2"].values.tolist() == ds["hic_end2"].values.tolist()


def test_encode__described_leaves_regular_bins_out(ds: xr.Dataset) -> None:
    encoded = encode(ds, "described")
    assert "bin_50_start" not in encoded.variables
    assert "sp_start" in encoded.coords
    assert set(json.loads(encoded.attrs[AXES])) == {"bin_50", "bin_200"}
    assert json.loads(encoded.attrs[SIZES]) == TINY
    odd = encode(ds.isel(bin_50=[5, 1, 2]), "described")
    assert odd["bin_50_start"].values.tolist() == [250, 50, 100]


def test_encode__chunks_of_one_size(ds: xr.Dataset) -> None:
    encoded = encode(ds.chunk(bin_50=(21, 13, 9)))
    assert encoded["a"].chunks == ((21, 21, 1),)
    assert encoded["bin_50_start"].chunks == ((21, 21, 1),)
    kept = encode(ds.chunk(bin_50=(21, 21, 1)))
    assert kept["a"].chunks == ((21, 21, 1),)


def test_encode__forgets_how_the_engine_cut(ds: xr.Dataset) -> None:
    ds["a"].encoding["dtype"] = "float32"
    encoded = encode(ds)
    assert encoded["a"].encoding == {"dtype": "float32"}
    assert "preferred_chunks" in ds["a"].encoding


def test_encode__chunked_coordinates_are_computed_chunk_by_chunk(ds: xr.Dataset) -> None:
    part = ds[["a"]].isel(bin_50=slice(40, 2, -3)).chunk(bin_50=5)
    encoded = encode(part)
    with counted_work() as work:
        first = encoded["bin_50_start"][:5].values
    assert first.tolist() == part["bin_50_start"].values[:5].tolist()
    assert work.n_coordinates == 5
    odd = encode(ds.isel(bin_50=[9, 3, 20, 1]).chunk(bin_50=2))
    assert odd["bin_50_end"].values.tolist() == [500, 200, 1050, 100]


def test_encode__array(ds: xr.Dataset, tmp_path: Path) -> None:
    array = ds["a"].misha.sel("chr2")
    encoded = encode(array)
    assert json.loads(encoded.coords["bin_50_start"].attrs[AXIS])["positions"] == [21, 34, 1]
    encoded.to_netcdf(tmp_path / "a.nc", engine="scipy")
    np.testing.assert_array_equal(
        xr.open_dataarray(tmp_path / "a.nc", engine="scipy").values, flat_values()[21:34]
    )


def test_encode__without_axes_is_a_copy() -> None:
    plain = xr.Dataset({"x": ("t", [1])})
    assert encode(plain).identical(plain)


def test_encode__other_words(ds: xr.Dataset) -> None:
    with pytest.raises(ValueError, match=r"values.*described"):
        encode(ds, "none")  # type: ignore[arg-type]


def test_described__saves_the_space_of_coordinates(tmp_path: Path) -> None:
    root = write_database(tmp_path / "db", sizes={"c": 2_000_000}, dense={"a": (10, {"c": 1.5})})
    ds = xr.open_dataset(root, engine="misha")
    small = ds.misha.encode("described")
    with no_work():
        assert small.nbytes == 800_000
    assert ds.misha.encode().nbytes >= 4_000_000


def test_start__says_what_the_axis_is(ds: xr.Dataset) -> None:
    told = json.loads(ds["sp_start"].attrs[AXIS])
    names = ["sp_chrom", "sp_start", "sp_end"]
    assert told | {"genome": ""} == {
        "kind": "records", "genome": "", "names": names, "track": "sp", "positions": [0, 14, 1],
    }  # fmt: skip
    assert json.loads(ds["hic_start1"].attrs[AXIS])["kind"] == "objects"
    assert AXIS not in ds["sp_end"].attrs
    renamed = ds.rename(bin_50_start="s").isel(bin_50=slice(3, 9, 2))
    told = json.loads(renamed["s"].attrs[AXIS])
    assert (told["names"][1], told["positions"]) == ("s", [3, 9, 2])
