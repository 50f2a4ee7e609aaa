"""Datasets: precedence against a slow oracle, new stores, collisions, the user's root, folders."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.database import Store
from misha_xr.errors import (
    DatabaseNotFoundError,
    GenomeMismatchError,
    NameCollisionError,
    UnknownNameError,
)
from misha_xr.formats.misha_yaml import DatasetDescription, encode_misha_yaml
from misha_xr.testing.database import write_database

FRAME = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
HELD = ({"a"}, {"b", "c"}, {"b", "d"}, {"a", "b", "d"})


def write(folder: Path, k: int, names: set[str], sets: tuple[str, ...] = ()) -> Path:
    """Write a root whose tracks say who holds them."""
    tracks = {name: FRAME.assign(value=float(k)) for name in names}
    made = dict.fromkeys(sets, FRAME)
    return write_database(folder / f"r{k}", sizes={"chr1": 100}, sparse=tracks, sets=made)


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A working root and three datasets that share names."""
    folder = tmp_path_factory.mktemp("roots")
    return [write(folder, k, names) for k, names in enumerate(HELD)]


def slow_provider(order: list[int], name: str) -> int | None:
    """The working root first, then the dataset loaded last."""
    for k in [0, *reversed(order)]:
        if name in HELD[k]:
            return k
    return None


STEPS = st.lists(st.tuples(st.booleans(), st.integers(1, 3)), max_size=8)


@given(STEPS)
def test_with_dataset__any_order_of_loading(roots: list[Path], steps: list) -> None:
    store, order = Store(roots[0]), []
    for loads, k in steps:
        if loads:
            store = store.with_dataset(roots[k], force=True)
            order = [*(j for j in order if j != k), k]
        elif k in order:
            store = store.without_dataset(roots[k])
            order.remove(k)
    assert store.datasets == tuple(roots[k] for k in order)
    for name in "abcd":
        expected = slow_provider(order, name)
        found = store.provider("track", name)
        assert found == (None if expected is None else roots[expected])
        holders = [k for k in [0, *order] if name in HELD[k]]
        assert store.track_sources(name) == [roots[k] for k in holders]
        if expected is not None:
            assert store.track(name).records(0).values[0] == expected


def test_with_dataset__is_a_new_value(roots: list[Path]) -> None:
    store = Store(roots[0])
    more = store.with_dataset(roots[1])
    assert store.datasets == ()
    assert more.track_names() == ["a", "b", "c"]
    assert pickle.loads(pickle.dumps(more)) == more
    assert more.without_dataset(roots[1]) == store
    assert store.with_dataset(roots[0]) is store


def test_with_dataset__collisions_name_tracks_and_sets(roots: list[Path], tmp_path: Path) -> None:
    store = Store(roots[0], [roots[1]])
    both = write(tmp_path, 7, {"b"}, sets=("a",))
    shared = store.shared_names(both)
    assert (shared.tracks, shared.sets) == (("b",), ("a",))
    with pytest.raises(NameCollisionError, match=r"tracks.*'b'.*interval sets.*'a'"):
        store.with_dataset(both)
    assert store.with_dataset(both, force=True).provider("track", "a") == roots[0]
    assert not store.shared_names(roots[1])


def test_with_dataset__another_genome(roots: list[Path], tmp_path: Path) -> None:
    other = write_database(tmp_path, sizes={"chr1": 101}, sparse={})
    with pytest.raises(GenomeMismatchError):
        Store(roots[0]).with_dataset(other, force=True)
    with pytest.raises(DatabaseNotFoundError):
        Store(roots[0]).with_dataset(tmp_path / "nope")


def test_without_dataset__unknown(roots: list[Path]) -> None:
    with pytest.raises(UnknownNameError, match="is not loaded"):
        Store(roots[0]).without_dataset(roots[1])


def test_provider__a_copy_that_is_removed_reveals_the_dataset(tmp_path: Path) -> None:
    here, there = write(tmp_path, 0, {"t"}), write(tmp_path, 1, {"t"})
    store = Store(here, [there])
    assert store.track("t").records(0).values[0] == 0
    (here / "tracks" / "t.track").rename(here / "tracks" / ".gone")
    assert store.track("t").records(0).values[0] == 1
    assert store.provider("track", "t") == there


def test_dataset_info(roots: list[Path], tmp_path: Path) -> None:
    store = Store(roots[0], [roots[1]])
    info = store.dataset_info(roots[1])
    assert (info.n_tracks, info.n_sets, info.is_loaded) == (2, 0, True)
    digest = hashlib.sha256((roots[1] / "chrom_sizes.txt").read_bytes()).hexdigest()
    assert info.genome == digest
    assert info.description == DatasetDescription()
    said = DatasetDescription("peaks", track_count=9)
    (tmp_path / "misha.yaml").write_bytes(encode_misha_yaml(said))
    bare = store.dataset_info(tmp_path)
    assert (bare.description, bare.n_tracks, bare.genome) == (said, 0, None)
    with pytest.raises(FileNotFoundError):
        store.dataset_info(tmp_path / "nope")


def test_user_root__hides_all_others(roots: list[Path], tmp_path: Path) -> None:
    user = write(tmp_path, 9, {"a", "b"})
    store = Store(roots[0], [roots[3]], user)
    assert store.user_root == user
    assert store.track("a").records(0).values[0] == 9
    assert store.provider("track", "b") == user
    assert store.track_sources("a") == [user, roots[0], roots[3]]
    assert store.sources == (roots[0], roots[3])
    assert pickle.loads(pickle.dumps(store)) == store
    assert store.with_dataset(roots[2], force=True).user_root == user
    missing = Store(roots[0], (), tmp_path / "missing")
    assert missing.track_names() == ["a"]
    assert not (tmp_path / "missing").exists()
    written = write_database(tmp_path / "missing", sizes={"chr1": 100}, sparse={})
    assert written.exists()
    assert missing.track_names() == ["a"]


def test_user_root__another_genome(roots: list[Path], tmp_path: Path) -> None:
    other = write_database(tmp_path, sizes={"chr1": 7}, sparse={})
    with pytest.raises(GenomeMismatchError):
        Store(roots[0], (), other)


def test_at_directory__relative_names_first(tmp_path: Path) -> None:
    root = write(tmp_path, 0, {"t", "ns.t", "ns.u.v", "w"})
    store = Store(root).at_directory("ns")
    assert store.directory == "ns"
    assert store.track_names() == ["t", "u.v"]
    assert store.track_path("t").parent.name == "ns"
    assert store.has_track("ns.t")
    assert store.has_track("w")
    assert store.track("t").name == "t"
    again = pickle.loads(pickle.dumps(store.track("t")))
    assert again.path == store.track("t").path
    assert store != Store(root)
    assert store.at_directory("") == Store(root)
