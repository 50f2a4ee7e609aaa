"""Memory while scanning mapped tracks, and while going through big interval sets, stays bounded."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from misha_xr.genome import Genome
from misha_xr.testing.large import write_hollow_dense, write_root

BIN = 20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def write_track(root: Path, n_chroms: int, megabytes: int, *, indexed: bool) -> None:
    size = (megabytes << 20) // 4 // n_chroms * BIN
    genome = Genome([f"chr{k}" for k in range(n_chroms)], [size] * n_chroms)
    write_root(root, genome)
    write_hollow_dense(root, genome, "t", BIN, indexed=indexed)


@pytest.mark.parametrize(
    "indexed", [pytest.param(False, marks=pytest.mark.slow), True], ids=["files", "indexed"]
)
def test_scan__pages_behind_are_dropped(
    tmp_path: Path, run_script: Callable[..., Any], indexed: bool
) -> None:
    write_track(tmp_path, 8, 136, indexed=indexed)
    peaks = run_script("resident", tmp_path)
    peaks.pop("regions")  # of files this small other limits hold
    assert max(peaks.values()) < 100, peaks


@pytest.mark.slow
@pytest.mark.parametrize("n_chroms", [3, 25])
@pytest.mark.parametrize("indexed", [False, True], ids=["files", "indexed"])
def test_scan__track_of_600_mb(
    tmp_path: Path, run_script: Callable[..., Any], indexed: bool, n_chroms: int
) -> None:
    write_track(tmp_path, n_chroms, 600, indexed=indexed)
    peaks = run_script("resident", tmp_path)
    # A chromosome lent as one array is in memory whole, beside what others left there.
    lent = peaks.pop("regions")
    assert lent < 64 + 256 + 600 / n_chroms
    assert max(peaks.values()) < 100, peaks
