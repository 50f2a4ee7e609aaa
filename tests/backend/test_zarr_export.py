"""Tracks as zarr folders: the same values and axes when read again, complete or absent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import misha_xr
from misha_xr.errors import OutputError, OutputExistsError, UnknownTrackError

TRACKS = ["dense_track", "sparse_track", "rects_track"]


@pytest.mark.parametrize("coordinates", ["values", "described"])
def test_export_zarr__reads_back(tmp_path: Path, coordinates: str) -> None:
    db = misha_xr.example_database()
    path = db.export_zarr(tmp_path / "a.zarr", TRACKS, coordinates=coordinates)
    given = xr.open_dataset(db.root, engine="misha", tracks=TRACKS)
    found = misha_xr.decode(xr.open_zarr(path, consolidated=False))
    for track in TRACKS:
        np.testing.assert_array_equal(found[track], given[track])
        one, two = (ds.misha[track] for ds in (found, given))
        for name in two.coords:
            np.testing.assert_array_equal(one[name], two[name])
    assert [each.name for each in tmp_path.iterdir()] == ["a.zarr"]


def test_export_zarr__replaces_only_if_told(tmp_path: Path) -> None:
    db = misha_xr.example_database()
    path = db.export_zarr(tmp_path / "a.zarr", "dense_track")
    with pytest.raises(OutputExistsError):
        db.export_zarr(path, "sparse_track")
    db.export_zarr(path, "sparse_track", overwrite=True)
    assert list(xr.open_zarr(path, consolidated=False).data_vars) == ["sparse_track"]
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="a file has this name"):
        db.export_zarr(tmp_path / "file", overwrite=True)
    with pytest.raises(OutputError, match="does not exist"):
        db.export_zarr(tmp_path / "no" / "a.zarr")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zarr", "file"]


def test_export_zarr__failing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = misha_xr.example_database()
    with pytest.raises(UnknownTrackError):
        db.export_zarr(tmp_path / "a.zarr", "nope")
    write = xr.Dataset.to_zarr

    def fail(*args: object, **kwargs: object) -> None:
        write(*args, **kwargs)
        raise OSError("disk full")

    monkeypatch.setattr(xr.Dataset, "to_zarr", fail)
    with pytest.raises(OSError, match="disk full"):
        db.export_zarr(tmp_path / "a.zarr", "dense_track")
    assert list(tmp_path.iterdir()) == []
