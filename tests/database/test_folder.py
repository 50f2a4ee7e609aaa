"""The directory of a track: replaced and changed files are noticed, and states never mix."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from misha_xr.database.folder import TrackFolder
from misha_xr.errors import StaleFileError


@pytest.fixture
def folder(tmp_path: Path) -> TrackFolder:
    path = tmp_path / "t.track"
    path.mkdir()
    for name in ("chr1", "chr2"):
        (path / name).write_bytes(b"abcd")
    return TrackFolder(str(path))


def exchange(folder: TrackFolder, content: bytes) -> None:
    """Replace the directory by another, as a writer does."""
    path = Path(folder.path)
    new = path.with_name("new")
    new.mkdir()
    for name in ("chr1", "chr2"):
        (new / name).write_bytes(content)
    path.rename(path.with_name("old"))
    new.rename(path)


def test_map__same_state(folder: TrackFolder) -> None:
    assert folder.map("chr1").data.tobytes() == b"abcd"
    assert folder.map("chr1") is folder.map("chr1")
    with pytest.raises(FileNotFoundError):
        folder.map("chr3")
    folder.check_current()


def test_map__exchanged_directory(folder: TrackFolder) -> None:
    folder.map("chr1")
    exchange(folder, b"efgh")
    with pytest.raises(StaleFileError, match="changed while"):
        folder.map("chr2")
    with pytest.raises(StaleFileError):
        folder.map("chr3")


def test_map__directory_is_gone(folder: TrackFolder) -> None:
    shutil.rmtree(folder.path)
    with pytest.raises(StaleFileError):
        folder.map("chr1")


def test_map__file_rewritten_in_place(folder: TrackFolder) -> None:
    folder.map("chr1")
    Path(folder.path, "chr1").write_bytes(b"longer than before")
    with pytest.raises(StaleFileError):
        folder.map("chr1")
    with pytest.raises(StaleFileError):
        folder.check_current()


def test_map__saved_attributes_do_not_matter(folder: TrackFolder) -> None:
    folder.map("chr1")
    Path(folder.path, ".attributes").write_bytes(b"")
    assert folder.map("chr2").data.tobytes() == b"abcd"


def test_map__recreated_directory_with_the_old_inode(folder: TrackFolder) -> None:
    # File systems hand an inode out again: the files used before must be compared.
    folder.map("chr1")
    os.utime(folder.path, ns=(1, 1))
    other = Path(folder.path, "other")
    other.write_bytes(b"xxxx")
    other.rename(Path(folder.path, "chr1"))
    with pytest.raises(StaleFileError):
        folder.map("chr2")


def test_map__converted_meanwhile_is_not_missing_data(folder: TrackFolder) -> None:
    Path(folder.path, "track.idx").write_bytes(b"")
    Path(folder.path, "chr2").unlink()
    with pytest.raises(StaleFileError):
        folder.map("chr2")


def test_stamp__tells_states_apart(folder: TrackFolder) -> None:
    same = TrackFolder(folder.path)
    assert folder.stamp == same.stamp
    Path(folder.path, ".attributes").write_bytes(b"")
    assert TrackFolder(folder.path).stamp == same.stamp
    Path(folder.path, "chr2").write_bytes(b"abcde")
    assert TrackFolder(folder.path).stamp != same.stamp


def test_stamp__of_another_folder_by_now(folder: TrackFolder, tmp_path: Path) -> None:
    # A question that is sent to a worker before anything was read must not name the new state.
    shutil.copytree(folder.path, tmp_path / "new")
    shutil.rmtree(folder.path)
    with pytest.raises(StaleFileError):
        _ = folder.stamp
    (tmp_path / "new").rename(folder.path)
    with pytest.raises(StaleFileError):
        _ = folder.stamp


def test_stamp__does_not_depend_on_the_machine(folder, monkeypatch):
    from misha_xr.database import folder as module

    def elsewhere(path: str):
        return stamp_of(path)._replace(device=12_345)

    stamp_of, expected = module.stamp_of, folder.stamp
    monkeypatch.setattr(module, "stamp_of", elsewhere)
    assert TrackFolder(folder.path).stamp == expected
