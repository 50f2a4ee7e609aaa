"""The golden files are complete and unchanged."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent
MANIFEST = dict(
    reversed(line.split("  ", 1)) for line in (GOLDEN / "MANIFEST").read_text().splitlines()
)


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_manifest__listed_file_is_unchanged(name: str) -> None:
    assert hashlib.sha256((GOLDEN / name).read_bytes()).hexdigest() == MANIFEST[name]


def test_manifest__every_file_is_listed() -> None:
    found = {
        path.relative_to(GOLDEN).as_posix()
        for path in GOLDEN.glob("*/*")
        if "__pycache__" not in path.parts
    }
    assert found == set(MANIFEST)


def test_manifest__every_case_names_its_maker() -> None:
    readme = (GOLDEN / "README.md").read_text()
    assert [
        case for case in {name.split("/")[0] for name in MANIFEST} if f"`{case}`" not in readme
    ] == []
