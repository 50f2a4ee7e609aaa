"""What tests of commands share: a folder with a database in it, and a way to run them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from misha_xr.cli.main import misha_xr
from misha_xr.database import example_database_path

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a copy of the example database, ``mydb``."""
    shutil.copytree(example_database_path(), tmp_path / "mydb")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Run a command there; it must end with this exit code."""

    def call(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(misha_xr, [str(word) for word in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return call
