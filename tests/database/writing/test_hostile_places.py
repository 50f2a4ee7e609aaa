"""Disks that are full, places that may not be written, locks and links of others."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import misha_xr
from misha_xr.database.writing import disk, locks, syncing, system_calls
from misha_xr.errors import (
    MishaError,
    NameCollisionError,
    NameSyntaxError,
)
from misha_xr.options import set_options
from misha_xr.testing.interruptions import litter_in
from misha_xr.testing.writes import PLAIN_WRITES, ROWS, WRITES, look, make_world

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@pytest.fixture
def world(tmp_path):
    return make_world(tmp_path / "world")


@pytest.fixture
def db(world):
    return misha_xr.open_database(world / "db")


def in_process(script: str, *args: object) -> subprocess.CompletedProcess:
    """Run a script in a process of its own."""
    command = [sys.executable, "-c", script, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def by_nobody(kinds: list[str], world: Path) -> list[str]:
    """Do writes in a process that is another user's, once it has loaded all its modules."""
    rehearsed = shutil.copytree(world, world.parent / "rehearsal", symlinks=True)
    make_reachable(world)
    script = f"""
import os, shutil, sys
from pathlib import Path
from misha_xr.testing.writes import WRITES
*kinds, rehearsed, world = sys.argv[1:]
for kind in kinds:
    copy = shutil.copytree(rehearsed, rehearsed + kind, symlinks=True)
    WRITES[kind](Path(copy))
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
for kind in kinds:
    try:
        WRITES[kind](Path(world))
        print("done")
    except Exception as error:
        print(type(error).__name__, str(error).splitlines()[0])
"""
    done = in_process(script, *kinds, rehearsed, world)
    assert not done.returncode, done.stderr
    return done.stdout.splitlines()


def test_full_disk__a_limit_on_the_size_of_files(world):
    """Real calls that fail: only so many bytes go into a file."""
    script = """
import resource, signal, sys, misha_xr, numpy as np
db = misha_xr.open_database(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40, 40))
for call in (
    lambda: db.create_dense_bins("new", {"chr1": np.arange(20.0)}, 10),
    lambda: db.modify_track("dense", "5"),
    lambda: db.save_intervals("many", db.store.load_set("ns.set"), big=True),
    lambda: db.set_attributes("dense", {"lab": "long" * 40}),
    lambda: db.set_variable("dense", "stats", list(range(100))),
    lambda: db.convert_track("dense", "indexed"),
):
    try:
        call()
    except OSError as error:
        print(error.errno)
"""
    before = look(world)
    done = in_process(script, world / "db")
    assert done.stdout.split() == [str(errno.EFBIG)] * 6, done.stderr
    assert look(world) == before
    assert not litter_in(world)


@as_root
@pytest.mark.parametrize(
    "kind", ["create track", "modify", "save big set", "convert track", "set variable"]
)
def test_full_disk__a_small_file_system(world, kind, tmp_path):
    place, before, failed = tmp_path / "small", look(world), 0
    place.mkdir()
    with mounted(place, "size=1500k"):
        for pages in (0, 1, 2, 4, 7, 20):
            copy = shutil.copytree(world, place / "world", symlinks=True)
            free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
            (place / "filler").write_bytes(bytes(max(free - pages * 4096, 0)))
            if is_refused(kind, copy):
                assert look(copy) == shifted(before, world, copy)
                assert not litter_in(copy)
                failed += 1
            (place / "filler").unlink()
            shutil.rmtree(copy)
    assert 1 <= failed <= 5


@as_root
def test_full_disk__tracks_can_be_removed(world, tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    with mounted(place, "size=1500k"):
        copy = shutil.copytree(world, place / "world", symlinks=True)
        (copy / "db/.db.cache.dirty").unlink(missing_ok=True)
        with suppress(OSError), (place / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))
        db = misha_xr.open_database(copy / "db")
        assert os.statvfs(place).f_bavail == 0
        db.remove_track("dense")
        assert "dense" not in db.store.track_names()
        assert (copy / "db/.db.cache.dirty").exists()


def is_refused(kind: str, world: Path) -> bool:
    """Tell whether a write finds the disk full."""
    try:
        WRITES[kind](world)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return True
    return False


@contextmanager
def mounted(place: Path, options: str):
    """A file system in memory."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("file systems cannot be mounted here; injected failures do the same")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def shifted(seen: dict, old: Path, new: Path) -> dict:
    """What `look` finds does not depend on the place."""
    return {key.replace(str(old), str(new)): value for key, value in seen.items()}


@as_root
def test_read_only_file_system__is_a_plain_error(world, tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    with mounted(place, "size=4m"):
        copy = shutil.copytree(world, place / "world", symlinks=True)
        remount = ["mount", "-o", "remount,ro", str(place)]
        subprocess.run(remount, check=True, capture_output=True)
        for kind in PLAIN_WRITES:
            with pytest.raises(OSError, match="Read-only"):
                WRITES[kind](copy)
        assert look(copy) == look(world)


@as_root
def test_permission_denied__nothing_changes(world):
    before = look(world)
    told = by_nobody(list(PLAIN_WRITES), world)
    assert {line.split()[0] for line in told} == {"PermissionError"}, told
    assert len(told) == len(PLAIN_WRITES)
    assert look(world) == before


def make_reachable(world: Path) -> None:
    """Let other users read a folder of pytest."""
    for path in (world, *world.parents):
        if "pytest" not in str(path):
            break
        path.chmod(path.stat().st_mode | 0o055)


@as_root
@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_lock__left_by_another_user(world, mode):
    """Everybody may write the folder; the lock of a killed writer belongs to root."""
    for path in (world / "db", world / "db/tracks"):
        path.chmod(0o777)
    lock = locks.lock_path(world / "db/tracks", "new")
    lock.write_text("process 1 on nowhere")
    lock.chmod(mode)
    (told,) = by_nobody(["create sparse"], world)
    if mode == 0o644:
        assert told == "done"
        assert "new" in misha_xr.open_database(world / "db").store.track_names()
        assert not litter_in(world)
    else:
        assert told.startswith("BusyError")
        assert "belongs to another user" in told


def test_lock__is_left_readable(tmp_path):
    old = os.umask(0o077)
    try:
        os.close(disk.lock_file(tmp_path / ".a.mxlock"))
    finally:
        os.umask(old)
    assert (tmp_path / ".a.mxlock").stat().st_mode & 0o444 == 0o444


def test_lock__a_link_is_not_followed(db, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("do not touch")
    locks.lock_path(db.store.root / "tracks", "new").symlink_to(precious)
    with pytest.raises(OSError, match="symbolic link"):
        db.create_sparse("new", ROWS, [1, 2, 3])
    assert precious.read_text() == "do not touch"


def test_lock__of_a_dead_process_is_no_hindrance(db):
    lock = locks.lock_path(db.store.root / "tracks", "new")
    lock.write_text("process 999999 on elsewhere")
    os.utime(lock, (2**33, 2**33))  # the clock went backwards meanwhile
    db.create_sparse("new", ROWS, [1, 2, 3])
    assert not lock.exists()


def test_lock__who_clears_litter_is_no_rival(tmp_path):
    """The lock of a name is held for a moment while its litter is cleared."""
    done = threading.Event()

    def clear() -> None:
        with locks.name_lock(tmp_path, "a"):
            done.set()
            threading.Event().wait(0.1)

    thread = threading.Thread(target=clear)
    thread.start()
    assert done.wait(10)
    with locks.name_lock(tmp_path, "a") as held:
        assert held
    thread.join()


def test_litter__of_other_programs_stays(db):
    tracks = db.store.root / "tracks"
    theirs = [".x.lock", ".~a.tmp.1.ab", ".trash.a.1.ab", ".nfs0001", "a.tmp", ".a.track.tmp.1.abc"]
    for name in theirs:
        (tracks / name).write_text("theirs")
    db.create_sparse("new", ROWS, [1, 2, 3])
    assert {name for name in theirs if (tracks / name).exists()} == set(theirs)


def test_no_locks__unfinished_states_of_others_stay(db, monkeypatch):
    """Without locks nobody knows whether their writer is at work."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    at_work = db.store.root / "tracks" / ".new.track.tmp.999999.mx01234567"
    at_work.mkdir()
    (at_work / "chr1").write_bytes(b"half")
    db.create_sparse("new", ROWS, [1, 2, 3])
    db.modify_track("dense", "3")
    db.set_attributes("dense", {"lab": "z"})
    assert (at_work / "chr1").exists()
    with pytest.raises(NameCollisionError):
        db.create_sparse("new", ROWS, [1, 2, 3])


@pytest.mark.parametrize("absent", ["rename", "link", "syncfs"])
def test_systems_without_modern_calls(world, absent, monkeypatch):
    """Renames to free names, exchanges and syncs have plain stand-ins."""
    monkeypatch.setattr(syncing, "MANY_FILES", 1)
    if absent == "syncfs":
        monkeypatch.undo()
        monkeypatch.setattr(syncing, "MANY_FILES", 1)
        monkeypatch.setattr(system_calls, "_library", lambda: object())
        monkeypatch.setattr(os, "sync", lambda: None)
    monkeypatch.setattr(system_calls, "_rename", lambda *_: False)
    if absent == "link":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
    first = shutil.copytree(world, world.parent / "copy", symlinks=True)
    for kind in ("create track", "modify", "overwrite set", "move", "remove set"):
        WRITES[kind](first)
    assert not litter_in(first)
    for kind in ("create sparse", "save set", "save dataset", "create database"):
        copy = shutil.copytree(world, world.parent / kind, symlinks=True)
        WRITES[kind](copy)
        with pytest.raises(NameCollisionError, match="already exists"):
            WRITES[kind](copy)


def test_group_and_permissions__are_kept(db):
    """Who shares a database goes on to share what somebody with another umask replaced."""
    track, bits = db.store.root / "tracks/dense.track", db.store.root / "tracks/ns/set.interv"
    for path in (track, *track.rglob("*")):
        path.chmod(0o770 if path.is_dir() else 0o660)
    bits.chmod(0o660)
    if os.geteuid() == 0:
        for path in (track, *track.rglob("*"), bits):
            os.chown(path, -1, NOBODY)
    group = bits.stat().st_gid
    db.modify_track("dense", "7")
    db.set_attributes("dense", {"lab": "z"})
    db.save_intervals("ns.set", ROWS, overwrite=True)
    for path in (track, *track.rglob("*"), bits):
        assert path.stat().st_mode & 0o777 == (0o770 if path.is_dir() else 0o660), path
        assert path.stat().st_gid == group, path
    with set_options(umask=0o027):  # what is asked for wins
        db.modify_track("dense", "8")
    assert track.stat().st_mode & 0o777 == 0o750


@as_root
def test_group__of_the_folder(db):
    tracks = db.store.root / "tracks"
    os.chown(tracks, -1, NOBODY)
    tracks.chmod(0o2775)
    with set_options(umask=0o007):
        db.create_sparse("n.m.new", ROWS, [1, 2, 3])
        db.save_intervals("n.big", ROWS, big=True)
    made = [tracks / "n", *(tracks / "n").rglob("*")]
    assert {path.stat().st_gid for path in made} == {NOBODY}
    assert {path.stat().st_mode & 0o7777 for path in made if path.is_dir()} == {0o2770}


def test_names__that_no_object_may_have(db):
    before = sorted(db.store.root.rglob("*"))
    bad = ["..", "a/b", "a\0b", "", ".a", "a.", "a..b", "é", "a b", "1a", "a-b", "a\n", "x" * 201,
           "if", "np", "CHROM", ".".join(["abc"] * 400), "a/../../b", "~", "a.track/x"]  # fmt: skip
    for name in bad:
        for call in (
            lambda name=name: db.create_sparse(name, ROWS, [1, 2, 3]),
            lambda name=name: db.save_intervals(name, ROWS),
            lambda name=name: db.copy_track("dense", name),
            lambda name=name: db.move_track("dense", name),
            lambda name=name: db.create_directory(name),
            lambda name=name: db.screen("dense > 1", out=name),
        ):
            # An empty name of a copy means the name of its source, which is taken.
            with pytest.raises((NameSyntaxError, NameCollisionError)):
                call()
    for name in ("..", "a/b", "a\0b", "", "x" * 256):
        with pytest.raises(ValueError, match="no name of a variable"):
            db.set_variable("dense", name, 1)
    assert sorted(db.store.root.rglob("*")) == before


def test_names__as_long_as_they_may_be(db):
    name = ".".join(["x" * 200] * 4)
    db.create_sparse(name, ROWS, [1, 2, 3])
    db.set_attributes(name, {"lab": "x"})
    db.save_intervals("y" * 200, ROWS, attributes={"a": "1"})
    db.move_track(name, "z" * 200)
    db.remove_track("z" * 200)
    db.set_variable("dense", "v" * 200, 1)
    assert not litter_in(db.store.root)


def test_variable__with_a_name_as_long_as_a_file_may_have(db):
    name = "v" * 255
    with suppress(ValueError):
        db.set_variable("dense", name, 1)
        assert db.variable("dense", name) == 1
    assert not litter_in(db.store.root)


def test_names__that_differ_in_case_only(db):
    db.create_sparse("new", ROWS, [1, 2, 3])
    db.create_sparse("NEW", ROWS, [4, 5, 6])
    assert db.extract("new", iterator="new")["new"].tolist() == [1, 2, 3]
    assert db.extract("NEW", iterator="NEW")["NEW"].tolist() == [4, 5, 6]


def test_names__of_folders_and_objects_may_be_the_same(db):
    db.create_sparse("ns", ROWS, [1, 2, 3])
    db.create_sparse("dense.more", ROWS, [1, 2, 3])
    assert {"ns", "dense", "dense.more"} <= set(db.store.track_names())
    db.remove_track("dense")
    assert "dense.more" in db.store.track_names()
    with pytest.raises(NameCollisionError, match="ns"):
        db.save_intervals("ns", ROWS)
    with pytest.raises(NameCollisionError, match=r"interval set 'ns\.set' already exists"):
        db.create_sparse("ns.set", ROWS, [1, 2, 3])


def test_names__below_a_file(db):
    (db.store.root / "tracks" / "a").write_text("a file")
    for call in (
        lambda: db.create_sparse("a.b", ROWS, [1, 2, 3]),
        lambda: db.save_intervals("a.b.c", ROWS),
        lambda: db.move_track("dense", "a.b"),
        lambda: db.create_directory("a.b"),
        lambda: db.create_directory("a"),
    ):
        with pytest.raises(NameCollisionError, match="tracks/a is no folder"):
            call()
    assert (db.store.root / "tracks" / "a").read_text() == "a file"


def test_links__root_and_folders(world, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(world / "db")
    db = misha_xr.open_database(link)
    real = world / "db/tracks/real"
    real.mkdir()
    (world / "db/tracks/alias").symlink_to("real")
    db.create_sparse("alias.new", ROWS, [1, 2, 3])
    assert {"alias.new", "real.new"} <= set(db.store.track_names())
    db.modify_track("dense", "3")
    assert (world / "db/tracks/dense.track").is_dir()
    assert not litter_in(world)


def test_links__that_leave_the_root_are_not_written_through(db, tmp_path):
    outside = tmp_path / "outside"
    (outside / "sub" / "inner").mkdir(parents=True)
    (outside / "sub" / "inner" / "precious").write_text("x")
    (db.store.root / "tracks" / "away").symlink_to(outside)
    shutil.copytree(db.store.root / "tracks/sparse.track", outside / "foreign.track")
    (db.store.root / "tracks/linked.track").symlink_to(outside / "foreign.track")
    before = sorted(outside.rglob("*"))
    for call in (
        lambda: db.create_sparse("away.new", ROWS, [1, 2, 3]),
        lambda: db.save_intervals("away.sub.new", ROWS),
        lambda: db.move_track("dense", "away.sub.x"),
        lambda: db.create_directory("away.sub.dir"),
        lambda: db.create_directory("away.dir"),
        lambda: db.remove_directory("away.sub", recursive=True),
        lambda: db.remove_directory("away.sub.inner", recursive=True),
        lambda: db.set_attributes("linked", {"a": "b"}),
        lambda: db.set_variable("linked", "a", 1),
        lambda: db.remove_variable("linked", "a"),
        lambda: db.remove_track("away.foreign"),
    ):
        with pytest.raises(MishaError):
            call()
    assert sorted(outside.rglob("*")) == before


def test_failed_import__leaves_no_track_and_no_folder(db, world):
    bad = world / "files" / "bad.bedgraph"
    bad.write_text("chr1\t0\t20\t1\nchr1\tx\t30\t2\n")
    before = sorted(db.store.root.rglob("*"))
    for call in (
        lambda: db.import_track("n.m.new", bad),
        lambda: db.import_track("n.m.new", bad, 10),
        lambda: db.import_intervals("n.m.new", world / "files" / "signal.bedgraph", "gff"),
    ):
        with pytest.raises(MishaError):
            call()
    assert sorted(db.store.root.rglob("*")) == before
