"""Databases from FASTA: memory that depends on the number of contigs, not on bases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MEGABYTE = 1 << 20


@pytest.mark.parametrize("n", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_create__memory(tmp_path: Path, run_script: Callable[..., Any], n: int) -> None:
    found = run_script("created", tmp_path, n)
    assert found["sizes"] == [n // 1000 * 3000 * 80, n * 80]
    assert found["long"] < 64 * MEGABYTE
    assert found["many"] < 64 * MEGABYTE + 600 * n
