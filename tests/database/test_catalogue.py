"""The walk of tracks/: which entries are tracks and sets, links, changes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from misha_xr.database.catalogue import RACY_NS, read_catalogue, scan
from misha_xr.errors import DatabaseNotFoundError


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    (tmp_path / "db" / "tracks").mkdir(parents=True)
    return tmp_path / "db"


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / "tracks" / name).mkdir(parents=True)


def test_scan__names_and_rules(bare: Path) -> None:
    make(bare, "a.track", "ns/deep/b.track", "ns/big.interv", "x.y.track", "dotted.dir/c.track")
    make(
        bare,
        ".hidden.track",
        ".new.track.tmp.12.ab",
        ".trash.a.1.2",
        "half.track.tmp",
        "a.track/in",
    )
    for name in ("small.interv", "small.iattr", "file.track", "s_pmtmp12_0af.interv", "notes.txt"):
        (bare / "tracks" / name).write_bytes(b"")
    found = scan(bare)
    assert sorted(found.tracks) == ["a", "ns.deep.b"]
    assert sorted(found.sets) == ["ns.big", "small"]
    assert found.tracks["ns.deep.b"] == str(bare / "tracks/ns/deep/b.track")


def test_scan__nothing_inside_a_track_is_listed(bare: Path) -> None:
    make(bare, "a.track/b.track", "s.interv/c.track")
    assert list(scan(bare).tracks) == ["a"]


def test_scan__no_tracks_folder(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotFoundError, match="has no folder tracks/"):
        scan(tmp_path)


def test_scan__links_inside_the_root_are_followed(bare: Path) -> None:
    make(bare, "a.track", "ns/b.track")
    (bare / "tracks/alias.track").symlink_to("a.track")
    (bare / "tracks/other").symlink_to("ns")
    assert sorted(scan(bare).tracks) == ["a", "alias", "ns.b", "other.b"]


def test_scan__links_that_leave_the_root_are_refused(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.track").mkdir()
    (bare / "tracks/out.track").symlink_to(tmp_path / "elsewhere.track")
    (bare / "tracks/up").symlink_to(tmp_path)
    found = scan(bare)
    assert found.tracks == {}
    assert sorted(found.refused) == ["out", "up"]


@pytest.mark.parametrize("mark", ["misha.yaml", "seq", "chrom_sizes.txt"])
def test_scan__datasets_and_linked_databases_may_link_out(
    bare: Path, tmp_path: Path, mark: str
) -> None:
    (tmp_path / "elsewhere.track").mkdir()
    (bare / "tracks/out.track").symlink_to(tmp_path / "elsewhere.track")
    if mark == "misha.yaml":
        (bare / mark).write_text("description: x\n")
    else:
        (bare / mark).symlink_to(tmp_path / mark)
    assert list(scan(bare).tracks) == ["out"]


def test_scan__loops_of_links_end(bare: Path) -> None:
    make(bare, "a/t.track", "b")
    (bare / "tracks/a/up").symlink_to("..")
    (bare / "tracks/a/lb").symlink_to("../b")
    (bare / "tracks/b/la").symlink_to("../a")
    (bare / "tracks/self").symlink_to("self")
    assert {"a.t", "b.la.t"} <= scan(bare).tracks.keys()


def test_scan__broken_link_is_nothing(bare: Path) -> None:
    (bare / "tracks/gone.track").symlink_to("nothing")
    assert scan(bare).tracks == {}


def test_read_catalogue__notices_new_and_removed(bare: Path) -> None:
    make(bare, "ns/a.track")
    time.sleep(2 * RACY_NS / 1e9)
    first = read_catalogue(str(bare))
    assert read_catalogue(str(bare)) is first
    make(bare, "ns/b.track")
    assert sorted(read_catalogue(str(bare)).tracks) == ["ns.a", "ns.b"]
    (bare / "tracks/ns/a.track").rmdir()
    assert sorted(read_catalogue(str(bare)).tracks) == ["ns.b"]


def test_read_catalogue__folder_changed_just_now_is_walked_again(bare: Path) -> None:
    make(bare, "a.track")
    first = read_catalogue(str(bare))
    stamp = (bare / "tracks").stat().st_mtime_ns
    make(bare, "b.track")
    os.utime(bare / "tracks", ns=(stamp, stamp))  # as a coarse clock would leave it
    assert sorted(read_catalogue(str(bare)).tracks) == ["a", "b"]
    assert first.tracks.keys() == {"a"}


def test_scan__no_file_is_opened(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(bare, *(f"t{k}.track" for k in range(50)))
    statted = []
    original = os.stat
    monkeypatch.setattr(
        os, "stat", lambda path, *a, **k: (statted.append(path), original(path, *a, **k))[1]
    )
    monkeypatch.setattr(os, "open", None)
    assert len(scan(bare).tracks) == 50
    assert len([path for path in statted if "track" in Path(str(path)).name]) <= 1


def test_scan__folder_closed_to_us_hides_its_names_only(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(bare, "a.track", "closed/b.track", "open/c.track")
    scandir = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("/closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert sorted(scan(bare).tracks) == ["a", "open.c"]
