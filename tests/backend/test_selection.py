"""Which tracks a Dataset shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from misha_xr.backend.selection import Choice, choose_tracks, limit_indexed
from misha_xr.database import Store
from misha_xr.errors import MishaWarning, UnsupportedError


def test_choose_tracks__by_axis(root: Path) -> None:
    choice = choose_tracks(Store(root), None)
    assert choice == Choice({50: ["a", "ns.b"], 200: ["c"]}, ["sp"], ["hic"])
    assert choice.groups() == ["bin_50", "bin_200", "sparse/sp", "rect/hic"]


def test_choose_tracks__drop(root: Path) -> None:
    choice = choose_tracks(Store(root), None, ["a", "ns.b", "sp", "nothing"])
    assert choice == Choice({200: ["c"]}, [], ["hic"])


@pytest.mark.parametrize("group", ["bin_50", "sparse/sp", "/rect/hic/"])
def test_only__one_axis(root: Path, group: str) -> None:
    assert choose_tracks(Store(root), None).only(group).groups() == [group.strip("/")]


def test_only__unknown_of_an_empty_database() -> None:
    with pytest.raises(ValueError, match="this database has no tracks"):
        Choice().only("bin_5")


def test_limit_indexed__counts_sparse_and_2d() -> None:
    few = Choice({1: ["d"]}, [f"s{k}" for k in range(30)], [f"r{k}" for k in range(20)])
    assert limit_indexed(few) is few
    few.rects.append("one more")
    with pytest.warns(MishaWarning, match="51 sparse and 2D tracks"):
        assert limit_indexed(few) == Choice({1: ["d"]})


def test_choose_tracks__array_track_only_when_named(root: Path) -> None:
    folder = root / "tracks" / "arr.track"
    folder.mkdir()
    (folder / "chr1").write_bytes((-8).to_bytes(4, "little", signed=True) + bytes(20))
    store = Store(root)
    assert "arr" in store.track_names()
    if store.info("arr").type.value == "array":
        assert "arr" not in str(choose_tracks(store, None))
        with pytest.raises(UnsupportedError, match="has type array"):
            choose_tracks(store, ["arr"])
