"""Layouts of 2D tracks change; trees do not."""

from __future__ import annotations

import shutil

import pytest

from misha_xr.database import Store
from misha_xr.database.writing.tree_conversion import convert_track2d
from misha_xr.errors import CorruptFileError, TrackTypeError
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.observed import observe, write_everything


@pytest.mark.parametrize("name", ["rects", "points"])
def test_convert_track2d__there_and_back_gives_the_same_files(name, database):
    place = database.root / "tracks" / f"{name}.track"
    before = {path.name: path.read_bytes() for path in place.glob("*") if path.is_file()}
    seen = observe(database.root)
    assert convert_track2d(database, name, "indexed")
    assert {path.name for path in place.glob("track.*")} == {"track.dat", "track.idx"}
    assert not list(place.glob("*-*"))
    assert observe(database.root) == seen
    assert not convert_track2d(database, name, "indexed", force=True)
    assert convert_track2d(database, name, "per-chromosome")
    assert {path.name: path.read_bytes() for path in place.glob("*") if path.is_file()} == before
    assert observe(database.root) == seen


def test_convert_track2d__old_files_may_stay_and_never_come_back(database):
    place = database.root / "tracks" / "rects.track"
    convert_track2d(database, "rects", "indexed", remove_old=False)
    assert (place / "chr1-chr1").exists()
    shutil.copy(place / "chr1-chr1", place / "chr1-chr3")  # hidden by the index
    assert len(Store(database.root).track("rects").pairs()) == 2
    convert_track2d(Store(database.root), "rects", "per-chromosome")
    assert len(Store(database.root).track("rects").pairs()) == 2
    convert_track2d(Store(database.root), "rects", "indexed", remove_old=False)
    assert convert_track2d(Store(database.root), "rects", "indexed")  # the second call removes them
    assert not list(place.glob("*-*"))


def test_convert_track2d__refuses(database):
    with pytest.raises(TrackTypeError, match="dense"):
        convert_track2d(database, "dense", "indexed")
    with pytest.raises(ValueError, match="layout"):
        convert_track2d(database, "rects", "index")
    path = database.root / "tracks/rects.track/chr1-chr1"
    data = bytearray(path.read_bytes())
    data[36] = 7
    path.write_bytes(data)
    with pytest.raises(CorruptFileError):
        convert_track2d(database, "rects", "indexed")
    assert not (database.root / "tracks/rects.track/track.idx").exists()


@pytest.mark.parametrize(
    ("start", "goal"), [("indexed", "per-chromosome"), ("per-chromosome", "indexed")]
)
@pytest.mark.parametrize("name", ["rects", "points"])
def test_convert_track2d__survives_every_step(name, start, goal, tmp_path):
    def look(root):
        return observe(root) | {"layout": Store(root).info(name).layout}

    check_interruptions(
        lambda root: write_everything(root, start),
        lambda root: convert_track2d(Store(root), name, goal),
        look,
        folder=tmp_path,
    )
