"""Fixtures of the backend tests: the tiny database, in both layouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from misha_xr.testing.tiny import write_tiny


@pytest.fixture(params=["per-chromosome", "indexed"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "db")
