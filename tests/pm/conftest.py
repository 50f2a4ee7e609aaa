"""A classic session on the example database, for tests that ask for it."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from misha_xr import pm
from misha_xr.testing.classic_table import (
    ClassicCalls,
    caught_as,
    described,
    read_classic_table,
)

TABLE = Path(__file__).with_name("classic_api.tsv")


@pytest.fixture
def session() -> Iterator[str]:
    """Connect to the shared example database; disconnect afterwards."""
    root = pm.gdb_init_examples(copy=False)
    yield root
    pm.gdb_unload()


@pytest.fixture
def own_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connect to a copy of the example database that may be changed; temporary files go with it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pm.gdb_init_examples()
    yield
    pm.gdb_unload()


@pytest.fixture
def check_returns(own_copy: None) -> Callable[[str, ClassicCalls], None]:
    """Compare the results of calls with what the table of the classic API says of a name."""
    table = read_classic_table(TABLE)

    def check(name: str, calls: ClassicCalls) -> None:
        row = table[name]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pm.PymishaWarning)
            assert described(calls.usual()) == row.returns
            pm.gdb_init_examples()
            found = "-" if calls.empty is None else described(calls.empty())
        assert found == row.empty
        assert tuple(calls.fails) == (() if row.raises == ("-",) else row.raises)
        root = pm.gdb_init_examples()
        for kind, call in calls.fails.items():
            pm.gdb_init(root)
            with pytest.raises(caught_as(kind, pm.error)):
                call()

    return check
