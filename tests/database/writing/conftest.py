"""A database with a track of every kind, attributes, variables and a folder."""

from __future__ import annotations

import pytest

from misha_xr.database import Store
from misha_xr.testing.observed import write_everything


@pytest.fixture
def database(tmp_path) -> Store:
    return Store(write_everything(tmp_path / "db"))
