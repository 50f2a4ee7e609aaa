"""New files: complete or absent, with owners that die."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from misha_xr.errors import OutputError, OutputExistsError
from misha_xr.io import new_file
from misha_xr.io.new_file import NewFile


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_commit__visible_at_once(tmp_path):
    new = NewFile(tmp_path / "a")
    new.open().write(b"text")
    assert [name for name in names(tmp_path) if not name.startswith(".a.tmp.")] == []
    new.commit()
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"text"
    new.abort()
    assert names(tmp_path) == ["a"]


def test_abort__leaves_nothing(tmp_path):
    new = NewFile(tmp_path / "a")
    new.open().write(b"text")
    new.abort()
    new.abort()
    assert names(tmp_path) == []


def test_overwrite__old_file_stays_until_the_new_one_is_complete(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    new = NewFile(tmp_path / "a", overwrite=True)
    new.open().write(b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    new.commit()
    assert (tmp_path / "a").read_bytes() == b"new"
    assert names(tmp_path) == ["a"]


def test_init__file_exists(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OutputExistsError, match="overwrite=True"):
        NewFile(tmp_path / "a")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FileExistsError, match="link exists"):
        NewFile(tmp_path / "link")


@pytest.mark.parametrize("has_links", [True, False])
def test_commit__file_made_by_another_meanwhile(tmp_path, monkeypatch, has_links):
    def refuse(self, target):
        raise PermissionError("no links here")

    new = NewFile(tmp_path / "a")
    new.open().write(b"mine")
    (tmp_path / "a").write_bytes(b"theirs")
    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    with pytest.raises(OutputExistsError):
        new.commit()
    new.abort()
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"theirs"


def test_commit__without_links(tmp_path, monkeypatch):
    def refuse(self, target):
        raise PermissionError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    new = NewFile(tmp_path / "a")
    new.open().write(b"mine")
    new.commit()
    assert names(tmp_path) == ["a"]


def test_init__folder_is_missing_or_the_path_is_one(tmp_path):
    with pytest.raises(OutputError, match=r"folder .*nowhere does not exist"):
        NewFile(tmp_path / "nowhere" / "a")
    with pytest.raises(OutputError, match="a folder has this name"):
        NewFile(tmp_path, overwrite=True)


def test_open__leftovers_of_the_dead_go_those_of_the_living_stay(tmp_path):
    other, living = NewFile(tmp_path / "b[1]"), NewFile(tmp_path / "a[1]")
    other.open()
    living.open()
    dead = tmp_path / ".a[1].tmp.1.00000000"
    dead.write_bytes(b"half")
    assert len(names(tmp_path)) == 3
    new = NewFile(tmp_path / "a[1]")
    new.open()
    assert not dead.exists()
    assert len(names(tmp_path)) == 3
    for file in (new, living, other):
        file.abort()
    assert names(tmp_path) == []


def test_open__swept_by_another_before_it_is_locked(tmp_path, monkeypatch):
    lock, swept = new_file._lock, []

    def sweep_first(file):
        if not swept:
            swept.extend(names(tmp_path))
            (tmp_path / swept[0]).unlink()
        return lock(file)

    monkeypatch.setattr(new_file, "_lock", sweep_first)
    new = NewFile(tmp_path / "a")
    new.open().write(b"text")
    new.commit()
    assert len(swept) == 1
    assert names(tmp_path) == ["a"]


def test_open__owner_killed(tmp_path):
    script = (
        "import os, signal, sys\n"
        "from misha_xr.io.new_file import NewFile\n"
        "file = NewFile(sys.argv[1]).open()\n"
        "file.write(b'half'); file.flush()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "a"], check=False)
    assert done.returncode == -9
    assert [name.startswith(".a.tmp.") for name in names(tmp_path)] == [True]
    new = NewFile(tmp_path / "a")
    new.open().write(b"whole")
    new.commit()
    assert names(tmp_path) == ["a"]


def test_open__folder_cannot_be_written(tmp_path, monkeypatch):
    def refuse(self, mode):
        raise PermissionError(13, "Permission denied")

    new = NewFile(tmp_path / "a")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        new.open()
    new.abort()


def test_commit__mode_follows_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        new = NewFile(tmp_path / "a")
        new.open()
        new.commit()
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
