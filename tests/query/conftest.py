"""The database of the semantics notes, in both layouts."""

from __future__ import annotations

import pytest

from misha_xr.api import Database, open_database
from misha_xr.testing.semantics import write_semantics_database


@pytest.fixture(scope="session", params=["per-chromosome", "indexed"])
def db(request, tmp_path_factory) -> Database:
    root = tmp_path_factory.mktemp("semantics") / "db"
    return open_database(write_semantics_database(root, layout=request.param))
