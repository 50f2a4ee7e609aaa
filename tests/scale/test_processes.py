"""Threads, forked and spawned processes, files replaced under a reader, interrupts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from misha_xr.genome import Genome
from misha_xr.testing.database import write_database
from misha_xr.testing.large import write_hollow_dense, write_root

LAYOUTS = [pytest.param("per-chromosome", marks=pytest.mark.slow), "indexed"]


def write_small(root: Path, layout: str) -> None:
    """Tracks t0 ... t7: 1,000 bins of their number on chr1, 500 on chr2."""
    dense = {f"t{k}": (10, {"chr1": k, "chr2": k}) for k in range(8)}
    write_database(root, sizes={"chr1": 10_000, "chr2": 5_000}, dense=dense, layout=layout)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_threads__first_use_from_64_at_once(
    tmp_path: Path, run_script: Callable[..., Any], layout: str
) -> None:
    write_small(tmp_path, layout)
    faults = run_script("threads", tmp_path)
    assert not any(faults.values()), faults
    assert len(faults) == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_fork__child_reads_whatever_locks_threads_of_the_parent_held(
    tmp_path: Path, run_script: Callable[..., Any], layout: str
) -> None:
    write_small(tmp_path, layout)
    found = run_script("forked", tmp_path)
    assert found["code"] == 0
    assert found["n_locks"] >= 7


def test_spawn__workers_answer_as_this_process(
    tmp_path: Path, run_script: Callable[..., Any]
) -> None:
    write_small(tmp_path, "indexed")
    found = run_script("spawned", tmp_path)
    assert found == {"sums": [1500.0, 500.0], "summary": True, "extract": True}


@pytest.mark.parametrize(
    ("way", "layout"),
    [
        ("folder", "per-chromosome"),
        ("folder", "indexed"),
        pytest.param("files", "per-chromosome", marks=pytest.mark.slow),
        pytest.param("files", "indexed", marks=pytest.mark.slow),
    ],
)
def test_replaced__old_or_new_or_an_error(
    tmp_path: Path, run_script: Callable[..., Any], way: str, layout: str
) -> None:
    chroms = [f"chr{k}" for k in range(6)]
    for state in (0, 1):
        values = dict.fromkeys(chroms, float(state))
        root = write_database(
            tmp_path / f"db{state}",
            sizes=dict.fromkeys(chroms, 40_000),
            dense={"t": (10, values)},
            layout=layout,
        )
        (root / "tracks/t.track").rename(tmp_path / f"state{state}")
    database = tmp_path / "db0"
    for state in (0, 1):
        (tmp_path / f"state{state}").rename(database / f"state{state}")
    write_copy(database / "state0", database / "tracks/t.track")
    counts = run_script("replaced", database, way)
    assert counts["other"] == 0, counts
    assert counts["old or new"] > 0
    assert counts["turns"] > 3
    if way == "folder":
        assert counts["mixed"] == 0, counts


def write_copy(source: Path, target: Path) -> None:
    target.mkdir()
    for file in source.iterdir():
        (target / file.name).write_bytes(file.read_bytes())


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize(
    "verb",
    [
        "summary",
        "extract",
        pytest.param("screen", marks=pytest.mark.slow),
        pytest.param("iterate", marks=pytest.mark.slow),
        pytest.param("quantiles", marks=pytest.mark.slow),
        pytest.param("dist", marks=pytest.mark.slow),
        pytest.param("evaluate", marks=pytest.mark.slow),
        "plane",
    ],
)
def test_interrupt__ends_soon_and_leaves_nothing(
    tmp_path: Path, run_script: Callable[..., Any], verb: str
) -> None:
    genome = Genome(["chr0", "chr1"], [400_000_000] * 2)
    write_root(tmp_path, genome)
    write_hollow_dense(tmp_path, genome, "t", 20)
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    found = run_script("interrupted", tmp_path, verb)
    assert 0 <= found["seconds"] < 2, found  # one second, and the noise of a busy machine
    assert found["threads"] == 0
    assert found["still"] == 1
    assert sorted(str(path) for path in tmp_path.rglob("*")) == before
