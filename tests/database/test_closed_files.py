"""Tracks whose files may not be read must not hide the others."""

from __future__ import annotations

import os

import pytest
import xarray as xr

import misha_xr
from misha_xr.errors import MishaWarning
from misha_xr.testing.database import write_database


@pytest.fixture
def root(tmp_path, monkeypatch):
    dense = {name: (10, {"chr1": 1.0}) for name in ("closed", "open")}
    found = write_database(tmp_path / "db", sizes={"chr1": 100}, dense=dense)
    real_open = os.open

    def guarded(path, *args, **kwargs):
        if "closed.track/" in str(path):
            raise PermissionError(13, "Permission denied", path)
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", guarded)  # modes do not stop a test that runs as root
    return found


def test_catalogue__closed_track_is_listed_as_unreadable(root):
    with pytest.warns(MishaWarning, match="1 track cannot be read: 'closed' .*Permission denied"):
        table = misha_xr.open_database(root).tracks.set_index("name")
    assert table["type"].to_dict() == {"closed": "unreadable", "open": "dense"}


def test_open_dataset__closed_track_is_left_out(root):
    with pytest.warns(MishaWarning, match="closed"):
        dataset = xr.open_dataset(root, engine="misha")
    assert list(dataset.data_vars) == ["open"]
    with pytest.raises(PermissionError):
        xr.open_dataset(root, engine="misha", tracks=["closed"])
