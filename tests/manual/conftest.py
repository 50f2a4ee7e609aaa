"""A classic session for the calls of the manual."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from misha_xr import pm


@pytest.fixture
def session() -> Iterator[str]:
    """Connect to the shared example database; disconnect afterwards."""
    root = pm.gdb_init_examples(copy=False)
    yield root
    pm.gdb_unload()
