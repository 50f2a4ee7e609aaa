"""Datasets: copies and links of what was chosen, whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from misha_xr.database import Store
from misha_xr.database.writing.datasets import save_dataset
from misha_xr.errors import PathExistsError, UnknownSetError, UnknownTrackError
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions
from misha_xr.testing.observed import OBSERVED_SIZES, OBSERVED_TRACKS, write_everything


@pytest.fixture(params=["per-chromosome", "indexed"])
def root(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return write_everything(tmp_path / "db", request.param)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder, links followed, by relative path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


@pytest.mark.parametrize("symlinks", [True, False])
@pytest.mark.parametrize("copy_seq", [True, False])
def test_save_dataset__holds_the_same_bytes(
    tmp_path: Path, root: Path, symlinks: bool, copy_seq: bool
) -> None:
    store = Store(root)
    options: dict[str, Any] = {"symlinks": symlinks, "copy_seq": copy_seq}
    path = save_dataset(
        store, tmp_path / "a" / "set", "it's", tracks=OBSERVED_TRACKS, sets=["ns.set"], **options
    )
    saved = Store(path)
    assert saved.track_names() == sorted(OBSERVED_TRACKS)
    assert saved.set_names() == ["ns.set"]
    for name in OBSERVED_TRACKS:
        assert tree(saved.track_path(name)) == tree(store.track_path(name))
        assert saved.track_path(name).is_symlink() == symlinks
    assert saved.load_set("ns.set").equals(store.load_set("ns.set"))
    assert (path / "chrom_sizes.txt").read_bytes() == (root / "chrom_sizes.txt").read_bytes()
    assert (path / "seq").is_symlink() != copy_seq
    assert saved.sequence(0, 5, 90) == store.sequence(0, 5, 90)


def test_save_dataset__says_what_it_is(tmp_path: Path, root: Path) -> None:
    path = save_dataset(Store(root), tmp_path / "set", "it's", tracks=["dense"])
    said = Store(root).dataset_info(path).description
    assert (said.description, said.track_count, said.interval_count) == ("it's", 1, 0)
    assert said.original_db == str(root)
    assert said.genome == hashlib.sha256((root / "chrom_sizes.txt").read_bytes()).hexdigest()
    assert said.created is not None
    assert len(said.created) == len("2026-01-01T00:00:00Z")


def test_save_dataset__from_a_dataset_and_below_a_directory(tmp_path: Path) -> None:
    dense = {"deep.er.signal": (50, {"chr1": [1, 2, 3, 4]})}
    root = write_database(tmp_path / "db", sizes=OBSERVED_SIZES, dense=dense)
    first = save_dataset(Store(root), tmp_path / "first", tracks=["deep.er.signal"])
    empty = write_database(tmp_path / "empty", sizes=OBSERVED_SIZES)
    store = Store(empty, [first])
    second = save_dataset(store, tmp_path / "second", tracks=["deep.er.signal"])
    assert Store(second).track_names() == ["deep.er.signal"]
    below = Store(root).at_directory("deep")
    third = save_dataset(below, tmp_path / "third", tracks=["er.signal"])
    assert Store(third).track_names() == ["deep.er.signal"]
    assert (third / "seq").is_dir()


def test_save_dataset__refuses(tmp_path: Path, root: Path) -> None:
    store = Store(root)
    with pytest.raises(ValueError, match="At least one of 'tracks' or 'intervals'"):
        save_dataset(store, tmp_path / "set")
    with pytest.raises(UnknownTrackError):
        save_dataset(store, tmp_path / "set", tracks=["none"])
    with pytest.raises(UnknownSetError):
        save_dataset(store, tmp_path / "set", sets=["dense"])
    with pytest.raises(PathExistsError):
        save_dataset(store, root, tracks=["dense"])
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize("symlinks", [True, False])
def test_save_dataset__survives_any_interruption(tmp_path: Path, symlinks: bool) -> None:
    def prepare(folder: Path) -> None:
        write_everything(folder / "db")

    def act(folder: Path) -> None:
        store = Store(folder / "db")
        sets = ["ns.set"]
        save_dataset(store, folder / "set", "x", tracks=["dense"], sets=sets, symlinks=symlinks)

    def observe(folder: Path) -> dict[str, bytes] | None:
        if not (folder / "set").exists():
            return None
        names = ("tracks", "chrom_sizes.txt")
        found = {str(p.relative_to(folder)) for p in (folder / "set").rglob("*") if p.is_file()}
        assert "set/misha.yaml" in found
        return {path: b"" for path in sorted(found) if any(name in path for name in names)}

    assert check_interruptions(prepare, act, observe, folder=tmp_path) > 10
