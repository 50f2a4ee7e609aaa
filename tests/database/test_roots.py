"""Roots: what is one, hints, the order of sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from misha_xr.database.roots import check_root, source_order
from misha_xr.testing.database import write_database


def test_check_root__home_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_database(tmp_path / "db", sizes={"chr1": 1})
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check_root("~/db") == str(root)
    assert check_root(root / ".." / "db") == str(root)


def test_check_root__links_are_kept(tmp_path: Path) -> None:
    write_database(tmp_path / "db", sizes={"chr1": 1})
    (tmp_path / "link").symlink_to("db")
    assert check_root(tmp_path / "link") == str(tmp_path / "link")


def test_source_order__each_once_last_load_counts(tmp_path: Path) -> None:
    root, a, b = (str(write_database(tmp_path / x, sizes={"chr1": 1})) for x in ("r", "a", "b"))
    assert source_order(root, [a, b, a]) == (root, b, a)
    assert source_order(root, [root, a]) == (root, a)
