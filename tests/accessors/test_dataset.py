"""The accessor of Datasets, end to end."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr.errors import MishaError, UnknownTrackError, VirtualTrackError
from misha_xr.testing.backend import no_work
from misha_xr.testing.tiny import flat_values, write_tiny


@pytest.fixture
def ds(tmp_path: Path) -> xr.Dataset:
    return xr.open_dataset(write_tiny(tmp_path / "db"), engine="misha")


def test_sel__then_everything_follows(ds: xr.Dataset) -> None:
    part = ds.misha.sel("chr1:100-300")
    frame = part.misha.extract(["a", "a * 2"])
    assert frame["start"].tolist() == [100, 150, 200, 250]
    np.testing.assert_array_equal(frame["a"], part["a"].values)
    np.testing.assert_array_equal(frame["a * 2"], 2 * part["a"].values.astype(float))


def test_getitem__plain_names(ds: xr.Dataset) -> None:
    track = ds.misha["ns.b"]
    np.testing.assert_array_equal(track.sel(chrom="chr2").values, flat_values(2.0)[21:34])


def test_genome_and_tracks(ds: xr.Dataset) -> None:
    assert ds.misha.genome.names == ("chr1", "chr2", "chrE", "chrX")
    assert ds.misha.tracks["name"].tolist() == ["a", "c", "hic", "ns.b", "sp"]
    assert ds.misha.tracks.set_index("name")["bin_size"].to_dict()["c"] == 200


def test_extract__own_values_never_the_stored_track(ds: xr.Dataset) -> None:
    changed = ds.assign(a=ds["a"] * 0 + 7, z=ds["ns.b"] + 1)
    frame = changed.misha.extract(["a", "z"], scope="chr1:0-100")
    assert frame["a"].tolist() == [7.0, 7.0]
    assert frame["z"].tolist() == [1.0, 3.0]
    smooth = changed.misha.vtrack("s", "a", "max", sshift=-50)
    assert smooth.misha.extract("s", scope="chr1:0-100", iterator=50)["s"].tolist() == [7.0, 7.0]


def test_extract__a_hidden_track(ds: xr.Dataset) -> None:
    assert ds[["a"]].misha.extract("c", scope="chr1:0-400")["c"].tolist() == [0.0, 1.0]


def test_extract__the_whole_genome_by_default(ds: xr.Dataset) -> None:
    frame = ds.misha.extract("a")
    np.testing.assert_array_equal(frame["a"].to_numpy(dtype=np.float32), flat_values())
    part = ds.misha.sel("chr2").misha
    assert len(part.extract("a")) == 13
    assert len(part.extract("a", scope="genome")) == 43


def test_extract__nothing_left(ds: xr.Dataset) -> None:
    assert len(ds.isel(bin_50=slice(0), bin_200=slice(0)).misha.extract("a")) == 0


def test_vtrack__travels_with_the_dataset(ds: xr.Dataset) -> None:
    named = ds.misha.vtrack("s", "a", "sum", eshift=50)
    assert ds.misha.vtracks == {}
    for copy in (
        named.copy(deep=True),
        pickle.loads(pickle.dumps(named)),
        named.misha.sel("chr1"),
        named + 0,
    ):
        assert set(copy.misha.vtracks) == {"s"}
    expected = [1.0, 3.0]
    assert named.misha.extract("s", scope="chr1:0-100", iterator=50)["s"].tolist() == expected
    renewed = named.misha.vtrack("s", "c")
    assert renewed.misha.vtracks["s"].src == "c"


def test_vtrack__reads_nothing(ds: xr.Dataset) -> None:
    renamed = ds.rename(a="q")
    with no_work():
        named = renamed.misha.vtrack("s", "q", "max")
    assert named.misha.extract("s", scope="chr1:0-100", iterator=50)["s"].tolist() == [0.0, 1.0]


def test_vtrack__mistakes_are_told_at_once(ds: xr.Dataset) -> None:
    with pytest.raises(MishaError, match="nope"):
        ds.misha.vtrack("s", "nope")
    with pytest.raises((VirtualTrackError, ValueError), match="func"):
        ds.misha.vtrack("s", "a", "medium")


def test_iterate__streams_the_same(ds: xr.Dataset) -> None:
    whole = pd.concat(list(ds.misha.iterate("a + 1")), ignore_index=True)
    pd.testing.assert_frame_equal(whole, ds.misha.extract("a + 1"))


def test_screen_and_summary(ds: xr.Dataset) -> None:
    hits = ds.misha.screen("a >= 300")
    assert hits[["start", "end"]].to_numpy().tolist() == [[0, 399]]
    assert ds.misha.sel("chr1:0-100").misha.summary("a")["Sum"] == 1.0


def test_unknown_track(ds: xr.Dataset) -> None:
    with pytest.raises(UnknownTrackError):
        ds.misha["zzz"]
    with pytest.raises(MishaError, match="zzz"):
        ds.misha.extract("zzz + 1")


def test_dataset_of_elsewhere__says_so() -> None:
    ds = xr.Dataset({"x": ("t", [1.0])})
    with pytest.raises(MishaError, match="no axis of a misha database"):
        ds.misha.extract("x")
    assert ds.misha.vtracks == {}


def test_frame_accessor__takes_a_dataset(ds: xr.Dataset) -> None:
    scope = ds.misha.genome.intervals("chr1", 0, 100)
    assert scope.misha.extract(ds, "a")["a"].tolist() == [0.0, 1.0]
    assert misha_xr.MishaError is MishaError
