"""Writes of one object: by one rename, alone, and whole whatever happens."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from misha_xr.database.writing import disk, stage, system_calls
from misha_xr.database.writing.litter import sweep
from misha_xr.database.writing.locks import name_lock
from misha_xr.database.writing.new_files import BUFFER_BYTES
from misha_xr.errors import BusyError, NameCollisionError
from misha_xr.options import set_options
from misha_xr.testing.interruptions import check_interruptions, litter_in, stopped_at


def tree(root: Path) -> dict[str, bytes]:
    """All visible files below tracks/, by path."""
    files = (path for path in (root / "tracks").rglob("*") if path.is_file())
    names = {str(path.relative_to(root)): path.read_bytes() for path in files}
    return {name: data for name, data in names.items() if "/." not in name}


def prepare(root: Path) -> None:
    (root / "tracks" / "a.track").mkdir(parents=True)
    (root / "tracks" / "a.track" / "chr1").write_bytes(b"old")
    (root / "tracks" / "s.interv").write_bytes(b"old set")


def write_folder(root: Path, name: str, *, replace: bool = False) -> None:
    target = root / "tracks" / name
    with stage.new_folder(root, target, replace=replace) as folder:
        for chrom in ("chr1", "chr2"):
            with disk.create_file(folder / chrom) as file:
                file.write(b"new")


def write_file(root: Path, *, replace: bool = False, name: str = "s.interv") -> None:
    with (
        stage.new_file(root, root / "tracks" / name, replace=replace) as path,
        disk.create_file(path) as file,
    ):
        file.write(b"new set")


WRITES = {
    "new folder": lambda root: write_folder(root, "b/c.track"),
    "exchanged folder": lambda root: write_folder(root, "a.track", replace=True),
    "new file": lambda root: write_file(root, name="n.interv"),
    "replaced file": lambda root: write_file(root, replace=True),
    "folder for a file": lambda root: write_folder(root, "s.interv", replace=True),
    "removed folder": lambda root: stage.remove_object(root, root / "tracks" / "a.track"),
    "moved": lambda root: stage.move_object(
        root, root / "tracks" / "a.track", root / "tracks" / "d" / "e.track"
    ),
    "small file": lambda root: stage.replace_bytes(
        root / "tracks" / "a.track", root / "tracks" / "a.track" / "x", b"x=1", dirty=[root]
    ),
}


SWAPS = ("exchanged folder", "folder for a file")  # without such a call: see the next test


@pytest.mark.parametrize(
    ("kind", "has_calls"),
    [(kind, True) for kind in sorted(WRITES)]
    + [(kind, False) for kind in sorted(WRITES) if kind not in SWAPS],
)
def test_write__survives_every_step(kind, has_calls, tmp_path, monkeypatch):
    if not has_calls:
        monkeypatch.setattr(system_calls, "_rename", lambda *_: False)

    def act(root: Path) -> None:
        try:
            WRITES[kind](root)
        except FileNotFoundError as error:
            raise NameCollisionError(str(error)) from error  # removed or moved already

    assert check_interruptions(prepare, act, tree, folder=tmp_path) >= 4


def test_exchange__is_mended_where_the_system_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(system_calls, "_rename", lambda *_: False)
    prepare(tmp_path)
    with stopped_at(None) as steps:
        write_folder(tmp_path, "a.track", replace=True)
    for step in range(len(steps)):
        root = tmp_path / str(step)
        prepare(root)
        with stopped_at(step, dead=True), pytest.raises(BaseException, match="/"):
            write_folder(root, "a.track", replace=True)
        sweep(root / "tracks")
        assert tree(root)["tracks/a.track/chr1"] in (b"old", b"new")
        write_folder(root, "a.track", replace=True)
        assert not litter_in(root)


def test_new_folder__two_writers_of_one_name(tmp_path):
    prepare(tmp_path)
    inside, done = threading.Event(), threading.Event()

    def first() -> None:
        with stage.new_folder(tmp_path, tmp_path / "tracks" / "b.track") as folder:
            inside.set()
            done.wait(20)
            with disk.create_file(folder / "chr1") as file:
                file.write(b"first")

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(20)
    try:
        with pytest.raises(BusyError, match=r"b is being written by process \d+"):
            write_folder(tmp_path, "b.track")
    finally:
        done.set()
        thread.join()
    assert tree(tmp_path)["tracks/b.track/chr1"] == b"first"
    with pytest.raises(NameCollisionError, match="already exists"):
        write_folder(tmp_path, "b.track")
    assert not litter_in(tmp_path)


def test_new_folder__an_error_of_the_body_leaves_nothing(tmp_path):
    prepare(tmp_path)
    before = sorted((tmp_path / "tracks").iterdir())
    with pytest.raises(KeyError), stage.new_folder(tmp_path, tmp_path / "tracks/n/m/b.track"):
        raise KeyError
    assert sorted((tmp_path / "tracks").iterdir()) == before
    assert not (tmp_path / stage.DIRTY_NAME).exists()


def test_sweep__leaves_other_programs_and_live_writers_alone(tmp_path):
    foreign, ours = tmp_path / ".a.track.tmp.1.ab12", tmp_path / ".b.track.tmp.1.mx01234567"
    for path in (foreign, ours):
        path.mkdir()
    with name_lock(tmp_path, "b"):
        sweep(tmp_path)
        assert ours.exists()
    sweep(tmp_path)
    assert foreign.exists()
    assert not ours.exists()


@pytest.mark.parametrize(
    ("umask", "folder", "file"), [(0o007, 0o770, 0o660), (0o022, 0o755, 0o644)]
)
def test_new_folder__permissions(umask, folder, file, tmp_path):
    with set_options(umask=umask):
        write_folder(tmp_path, "a.track")
    path = tmp_path / "tracks" / "a.track"
    assert path.stat().st_mode & 0o777 == folder
    assert (path / "chr1").stat().st_mode & 0o777 == file


def test_new_file__pieces_of_any_size(tmp_path):
    pieces = [b"a" * n for n in (0, 1, BUFFER_BYTES - 1, BUFFER_BYTES, 5, 3 << 20)]
    with disk.create_file(tmp_path / "x") as file:
        for piece in pieces:
            file.write(piece)
        assert file.tell() == sum(map(len, pieces))
        file.write_at(0, b"ZZ")
    data = (tmp_path / "x").read_bytes()
    assert data == b"ZZ" + b"".join(pieces)[2:]


def test_set_options__refuses_a_wrong_umask():
    with pytest.raises(ValueError, match="umask"):
        set_options(umask=0o7777)
