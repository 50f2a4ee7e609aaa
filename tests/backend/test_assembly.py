"""What a Dataset of a database holds: dimensions, coordinates, attributes, encodings."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from misha_xr.backend.assembly import build_dataset, track_array
from misha_xr.backend.selection import choose_tracks
from misha_xr.database import Store
from misha_xr.errors import UnknownTrackError


def test_build_dataset__names_of_every_axis(root: Path) -> None:
    store = Store(root)
    ds = build_dataset(store, choose_tracks(store, None))
    assert dict(ds.sizes) == {"bin_50": 43, "bin_200": 13, "sp_interval": 14, "hic_object": 20}
    sides = [f"hic_{field}{side}" for side in (1, 2) for field in ("chrom", "start", "end")]
    linear = [
        f"{axis}_{f}" for axis in ("bin_50", "bin_200", "sp") for f in ("chrom", "start", "end")
    ]
    assert set(ds.coords) == {*linear, *sides}
    assert {name: ds[name].dims[0] for name in ds.data_vars} == {
        "a": "bin_50", "ns.b": "bin_50", "c": "bin_200", "sp": "sp_interval", "hic": "hic_object",
    }  # fmt: skip


def test_build_dataset__attributes(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    assert ds.attrs == {"misha_genome": Store(root).genome.stamp}
    assert ds["a"].attrs == {"long_name": "a", "type": "dense", "bin_size": 50}
    assert ds["sp"].attrs == {"long_name": "sp", "type": "sparse"}
    assert ds["hic"].attrs["type"] == "rectangles"
    assert ds["a"].encoding["preferred_chunks"] == {"bin_50": (43,)}


@pytest.mark.parametrize(
    ("name", "dim", "coords"),
    [
        ("ns.b", "bin_50", {"chrom", "start", "end"}),
        ("sp", "sp_interval", {"chrom", "start", "end"}),
        ("hic", "hic_object", {"chrom1", "start1", "end1", "chrom2", "start2", "end2"}),
    ],
)
def test_track_array__plain_names(root: Path, name: str, dim: str, coords: set[str]) -> None:
    array = track_array(Store(root), name)
    assert array.dims == (dim,)
    assert set(array.coords) == coords
    assert array.name == name


def test_track_array__unknown(root: Path) -> None:
    with pytest.raises(UnknownTrackError):
        track_array(Store(root), "zzz")
