"""Which tracks a Dataset shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from misha_xr.backend.selection import Choice, choose_sets, choose_tracks
from misha_xr.database import Store
from misha_xr.errors import UnknownSetError


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


@pytest.mark.parametrize("sets", ["genes", "g*", ["genes"], re.compile("ene")], ids=str)
def test_choose_sets__names_globs_patterns(root: Path, sets: object) -> None:
    assert choose_sets(Store(root), sets) == ["genes"]  # type: ignore[arg-type]
    assert choose_sets(Store(root), None) == []


@pytest.mark.parametrize("sets", ["gene", "z*", ["a"], re.compile("Q")], ids=str)
def test_choose_sets__unknown(root: Path, sets: object) -> None:
    with pytest.raises(UnknownSetError):
        choose_sets(Store(root), sets)  # type: ignore[arg-type]
