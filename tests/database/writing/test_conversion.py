"""Layouts of tracks change; values, attributes and variables do not."""

from __future__ import annotations

import pytest

from misha_xr.database import Store
from misha_xr.database.writing import conversion
from misha_xr.database.writing.conversion import convert_track
from misha_xr.errors import CorruptFileError, TrackTypeError
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.observed import OBSERVED_TRACKS, observe, write_everything

LINEAR = OBSERVED_TRACKS[:3]


@pytest.mark.parametrize("name", LINEAR)
def test_convert_track__there_and_back_gives_the_same_files(name, database):
    place = database.root / "tracks" / f"{name}.track"
    before = {path.name: path.read_bytes() for path in place.glob("*") if path.is_file()}
    seen = observe(database.root)
    assert convert_track(database, name, "indexed")
    assert not {"chr1", "chr2", "chr3"} & {path.name for path in place.iterdir()}
    assert observe(database.root) == seen
    assert not convert_track(database, name, "indexed")
    assert convert_track(database, name, "per-chromosome")
    assert {path.name: path.read_bytes() for path in place.glob("*") if path.is_file()} == before
    assert observe(database.root) == seen


def test_convert_track__old_files_may_stay(database):
    place = database.root / "tracks" / "dense.track"
    convert_track(database, "dense", "indexed", remove_old=False)
    assert {"chr1", "track.idx"} <= {path.name for path in place.iterdir()}
    assert database.info("dense").layout == "indexed"
    assert convert_track(database, "dense", "indexed")  # the second call removes them
    assert not (place / "chr1").exists()


def test_convert_track__refuses(database):
    with pytest.raises(TrackTypeError, match="rectangles"):
        convert_track(database, "rects", "indexed")
    with pytest.raises(ValueError, match="layout"):
        convert_track(database, "dense", "index")
    (database.root / "tracks/dense.track/chr2").write_bytes(b"\x0a\0\0\0abc")
    with pytest.raises(CorruptFileError):
        convert_track(database, "dense", "indexed")
    assert not (database.root / "tracks/dense.track/track.idx").exists()


def test_convert_track__what_does_not_read_back_never_counts(database, monkeypatch):
    prints = iter([(b"", b"1"), (b"", b"2")])
    monkeypatch.setattr(conversion, "fingerprint", lambda _: next(prints))
    with pytest.raises(CorruptFileError, match="do not read back"):
        convert_track(database, "dense", "indexed")
    assert database.info("dense").layout == "per-chromosome"


@pytest.mark.parametrize(
    ("start", "goal"), [("indexed", "per-chromosome"), ("per-chromosome", "indexed")]
)
@pytest.mark.parametrize("name", LINEAR)
def test_convert_track__survives_every_step(name, start, goal, tmp_path):
    def look(root):
        return observe(root) | {"layout": Store(root).info(name).layout}

    check_interruptions(
        lambda root: write_everything(root, start),
        lambda root: convert_track(Store(root), name, goal),
        look,
        folder=tmp_path,
    )
