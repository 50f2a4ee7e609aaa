"""A database in short: layouts, links, nothing but sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from misha_xr import create_database, link_database, open_database
from misha_xr.testing.observed import write_everything


@pytest.mark.parametrize("layout", ["indexed", "per-chromosome"])
def test_info__counts_and_layout(tmp_path: Path, layout: str) -> None:
    root = write_everything(tmp_path / "db", layout)
    info = open_database(root).info()
    assert (info.path, info.sequence, info.parent) == (root, layout, None)
    assert (info.n_chroms, info.total_bp, info.n_tracks, info.n_sets) == (3, 360, 5, 1)
    linked = link_database(tmp_path / "mine", root).info()
    assert (linked.sequence, linked.parent, linked.n_tracks) == (layout, root, 0)


def test_info__no_sequence(tmp_path: Path) -> None:
    info = create_database(tmp_path / "db", sizes={"a": 10}).info()
    assert (info.sequence, info.total_bp) == (None, 10)
