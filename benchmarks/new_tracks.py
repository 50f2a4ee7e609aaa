"""New tracks: misha_xr, its facade, pymisha and a floor, each in a process of its own.

The floor maps files, computes chromosome by chromosome, and writes each with one call. All subjects
make their files durable; ``nosync`` is misha_xr without that, to tell what it costs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import BIN, SCALES, chrom_sizes
from benchmarks.one import peak_mb
from misha_xr.testing.database import write_database

CASES = {  # how many times faster than pymisha, and at most how many times the floor
    "tc.create.expr20": (6, 2.3),
    "tc.create.sparse": (0, 0),
    "tc.create.dense": (0, 0),
    "tc.modify": (0, 0),
}
SUBJECTS = ("misha_xr", "misha_xr-2", "nosync", "pm", "pymisha", "floor")
EXPRESSION = "a + 2 * b"
TIME_LIMIT = 600
Call = Callable[[str], Any]


def build(folder: Path, scale: str) -> None:
    """Write two dense tracks and a table of intervals, disjoint and unsorted."""
    sizes, rng = chrom_sizes(SCALES[scale]), np.random.default_rng(22)
    dense = {
        name: (BIN, {c: rng.gamma(2, 1, -(-n // BIN)).astype(np.float32) for c, n in sizes.items()})
        for name in "ab"
    }
    root = write_database(folder / "db", sizes=sizes, dense=dense)
    (root / "seq").mkdir()
    parts = []
    for name, size in sizes.items():
        n = SCALES[scale].n_sparse * size // sum(sizes.values())
        edges = np.unique(rng.integers(0, size, 2 * n))
        edges = edges[: len(edges) // 2 * 2]
        parts.append(pd.DataFrame({"chrom": name, "start": edges[::2], "end": edges[1::2]}))
    table = pd.concat(parts, ignore_index=True)
    table["value"] = rng.random(len(table)).astype(np.float32)
    table.sample(frac=1, random_state=1).reset_index(drop=True).to_pickle(folder / "table.pkl")


def native(folder: Path, n_threads: int) -> dict[str, Call]:
    """The native calls."""
    import misha_xr

    misha_xr.set_options(n_threads=n_threads)
    db, table = misha_xr.open_database(folder / "db"), pd.read_pickle(folder / "table.pkl")
    return {
        "tc.create.expr20": lambda name: db.create_track(name, EXPRESSION),
        "tc.create.sparse": lambda name: db.create_sparse(name, table),
        "tc.create.dense": lambda name: db.create_dense(name, table, bin_size=100),
        "tc.modify": lambda _: db.modify_track("b", "b + 1", "chr3:0-1000000"),
    }


def without_sync(folder: Path) -> dict[str, Call]:
    """The native calls, nothing made durable."""
    from misha_xr.database.writing import disk

    for name in ("sync_file", "sync_folder", "sync_tree"):
        setattr(disk, name, lambda path: None)
    return native(folder, 1)


def classic(module: Any, folder: Path) -> dict[str, Call]:
    """The classic calls, of pymisha or of the facade."""
    module.gdb_init(str(folder / "db"))
    module.CONFIG.update(progress=False, multitasking=False)
    table = pd.read_pickle(folder / "table.pkl")
    values, part = table["value"].to_numpy(), module.gintervals("chr3", 0, 1_000_000)
    return {
        "tc.create.expr20": lambda name: module.gtrack_create(name, "", EXPRESSION),
        "tc.create.sparse": lambda name: module.gtrack_create_sparse(name, "", table, values),
        "tc.create.dense": lambda name: module.gtrack_create_dense(name, "", table, values, 100),
        "tc.modify": lambda _: module.gtrack_modify("b", "b + 1", part),
    }


def floor(folder: Path) -> dict[str, Call]:
    """Maps, numpy and one write a chromosome."""
    tracks = folder / "db" / "tracks"
    names = sorted(path.name for path in (tracks / "a.track").iterdir())

    def create(name: str) -> None:
        (tracks / f"{name}.track").mkdir()
        for chrom in names:
            one, two = (np.memmap(tracks / f"{t}.track" / chrom, np.float32, "r") for t in "ab")
            out = one + np.float32(2) * two
            out[0] = one[0]
            with Path(tracks, f"{name}.track", chrom).open("wb", buffering=0) as file:
                file.write(out)
                os.fsync(file.fileno())

    return {"tc.create.expr20": create}


def calls(subject: str, folder: Path) -> dict[str, Call]:
    """Return the calls of one subject."""
    if subject == "floor":
        return floor(folder)
    if subject == "nosync":
        return without_sync(folder)
    if subject.startswith("misha_xr"):
        return native(folder, 2 if subject.endswith("2") else 1)
    if subject == "pymisha":
        import pymisha

        return classic(pymisha, folder)
    import misha_xr
    from misha_xr import pm

    misha_xr.set_options(n_threads=1)
    return classic(pm, folder)


def digest(folder: Path, name: str) -> list[float]:
    """Return the size and sums of what was written; nothing where a track was modified."""
    import misha_xr

    db = misha_xr.open_database(folder / "db")
    if not db.store.has_track(name):
        return []
    values = db.extract(name, "chr2", iterator=name)[name].to_numpy()
    return [float(len(values)), float(np.nansum(values)), float(np.nansum(values**2))]


def one(subject: str, case: str, folder: Path, seconds: float) -> None:
    """Measure one case in this process; print JSON. Tracks go away between the calls."""
    call, before = calls(subject, folder)[case], peak_mb()
    times: list[float] = []
    rss, found = 0.0, []
    budget = time.perf_counter() + seconds
    while len(times) < 3 or (time.perf_counter() < budget and len(times) < 50):
        name = f"new_{os.getpid()}_{len(times)}"
        started = time.perf_counter()
        call(name)
        times.append(time.perf_counter() - started)
        rss = rss or peak_mb() - before
        found = found or digest(folder, name)
        shutil.rmtree(folder / "db" / "tracks" / f"{name}.track", ignore_errors=True)
    print(json.dumps({"ms": min(times) * 1e3, "rss_mb": rss, "digest": found}))


def measure(subject: str, case: str, folder: Path, seconds: float) -> dict[str, Any] | None:
    """Measure in a process of its own; None if the subject fails or has no such case."""
    command = [sys.executable, "-m", "benchmarks.new_tracks", "--one", subject, case]
    command += ["--folder", str(folder), "--seconds", str(seconds)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT
    )
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        if "KeyError" not in last:
            print(f"  {subject} {case}: {last}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def report(case: str, figures: dict[str, dict[str, Any] | None]) -> str:
    """Format the figures of one case."""
    ours = figures.get("misha_xr")
    times = "".join(f"{f['ms']:11.1f}" if f else f"{'-':>11s}" for f in figures.values())

    def ratio(top: dict[str, Any] | None, bottom: dict[str, Any] | None) -> str:
        return f"{top['ms'] / bottom['ms']:6.2f}" if top and bottom else "     -"

    faster, slower = ratio(figures.get("pymisha"), ours), ratio(ours, figures.get("floor"))
    rss = "/".join(f"{f['rss_mb']:.0f}" if f else "-" for f in figures.values())
    wrong = [name for name, found in figures.items() if found and ours and not same(found, ours)]
    least, most = CASES[case]
    return (
        f"{case:18s}{times} {faster} (>= {least:g}) {slower} (<= {most:g})  {rss:>24s}  "
        f"{wrong or 'equal'}"
    )


def same(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Tell whether two answers have the same size and sums."""
    pairs = zip(one["digest"], two["digest"], strict=True)
    return all(math.isclose(x, y, rel_tol=1e-6) for x, y in pairs)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.new_tracks", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="S")
    parser.add_argument("--case", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--subject", nargs="*", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--one", nargs=2, metavar=("SUBJECT", "CASE"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seconds", type=float, default=1.0)
    arguments = parser.parse_args()
    if arguments.one:
        one(*arguments.one, arguments.folder, arguments.seconds)
        return
    with tempfile.TemporaryDirectory(prefix="new-tracks-") as name:
        folder = arguments.folder or Path(name)
        if not (folder / "table.pkl").exists():
            build(folder, arguments.scale)
        subjects = "".join(f"{subject:>11s}" for subject in arguments.subject)
        print(f"{'ms':18s}{subjects}  faster, of floor, rss MB")
        for case in arguments.case:
            figures = {s: measure(s, case, folder, arguments.seconds) for s in arguments.subject}
            print(report(case, figures), flush=True)


if __name__ == "__main__":
    main()
