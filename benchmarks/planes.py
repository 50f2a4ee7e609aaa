"""Queries of two dimensions beside pymisha: ``python -m benchmarks.planes [--scale M]``.

Each subject and case runs in a process of its own; the least of some warm calls counts. Contacts
lie within chromosomes, near the diagonal as a rule. Answers are compared before times are.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.one import peak_mb

TIME_LIMIT = 600
N_CHROMS, CHROM_BP = 24, 12_500_000
SCALES = {"S": 0.1, "M": 1.0}
N_POINTS, N_RECTS, N_WINDOWS = 5_000_000, 2_000_000, 100_000
SUBJECTS = ("pymisha", "misha_xr", "misha_xr-2", "pm")
BREAKS = np.linspace(0, 2_000_000, 21).tolist()
# Name: times faster than pymisha that the targets ask for.
CASES: dict[str, float] = {
    "2d.native.points": 8,
    "2d.summary": 15,
    "2d.points.rq_big": 3,
    "2d.native.rects": 4,
    "2d.cis_decay": 2.5,
    "2d.area.large": 0,
}
COLUMNS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


def boxes(n: int, seed: int, side: int) -> pd.DataFrame:
    """Draw squares near the diagonal: disjoint cells of a grid, or points for side 1."""
    rng = np.random.default_rng(seed)
    codes = np.sort(rng.integers(0, N_CHROMS, n))
    x = rng.integers(0, CHROM_BP // side, n)
    far = (rng.exponential(1, n) ** 3 * 20_000 / side).astype(np.int64) + rng.integers(0, 3, n)
    y = np.clip(x + rng.choice([-1, 1], n) * far, 0, CHROM_BP // side - 1)
    cells = np.unique(np.stack([codes, x, y]), axis=1)
    names = np.array([f"chr{k + 1}" for k in range(N_CHROMS)], dtype=object)[cells[0]]
    edges = (cells[1] * side, (cells[1] + 1) * side), (cells[2] * side, (cells[2] + 1) * side)
    table = dict(zip(COLUMNS, (names, *edges[0], names, *edges[1]), strict=True))
    return pd.DataFrame(table).astype({"chrom1": "str", "chrom2": "str"})


def build(folder: Path, scale: float) -> None:
    """Write the database, the windows and the domains."""
    from misha_xr.testing.database import write_database

    rng = np.random.default_rng(0)
    tables = {
        "points": {"contacts": boxes(int(N_POINTS * scale), 1, 1)},
        "rects": {"cells": boxes(int(N_RECTS * scale), 2, 1000)},
    }
    for group in tables.values():
        for table in group.values():
            table["value"] = rng.integers(1, 50, len(table)).astype(float)
    sizes = {f"chr{k + 1}": CHROM_BP for k in range(N_CHROMS)}
    write_database(folder / "db", sizes=sizes, **tables)
    windows = boxes(int(N_WINDOWS * scale), 3, 5000)
    windows.to_pickle(folder / "windows.pkl")


def large_windows() -> pd.DataFrame:
    """Return the quarters of every chromosome with every chromosome's own."""
    half = CHROM_BP // 2
    rows = [
        (name, x, x + half, name, y, y + half)
        for name in (f"chr{k + 1}" for k in range(N_CHROMS))
        for x in (0, half)
        for y in (0, half)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def domains() -> pd.DataFrame:
    """Return half a megabase of every megabase."""
    starts = np.tile(np.arange(0, CHROM_BP - 500_000, 1_000_000), N_CHROMS)
    names = np.repeat([f"chr{k + 1}" for k in range(N_CHROMS)], len(starts) // N_CHROMS)
    return pd.DataFrame({"chrom": names, "start": starts, "end": starts + 500_000})


def classic(module: Any, folder: Path) -> dict[str, Callable[[], Any]]:
    """The classic calls, of pymisha or of the facade."""
    module.gdb_init(str(folder / "db"))
    module.CONFIG.update(progress=False, multitasking=False, max_data_size=10**9)
    module.gvtrack_create("v", "contacts", "weighted.sum")
    module.gvtrack_create("a", "contacts", "area")
    windows, large = pd.read_pickle(folder / "windows.pkl"), large_windows()
    everything = module.gintervals_all()
    whole = module.gintervals_2d_all() if hasattr(module, "gintervals_2d_all") else None
    decay = (BREAKS, everything, domains())
    return {
        "2d.native.points": lambda: module.gextract("contacts", whole)["contacts"],
        "2d.native.rects": lambda: module.gextract("cells", whole)["cells"],
        "2d.summary": lambda: module.gsummary("contacts"),
        "2d.points.rq_big": lambda: module.gextract("v", windows, iterator=windows)["v"],
        "2d.cis_decay": lambda: module.gcis_decay("contacts", *decay),
        "2d.area.large": lambda: module.gextract("a", large, iterator=large)["a"],
    }


def native(folder: Path, n_threads: int) -> dict[str, Callable[[], Any]]:
    """The native calls."""
    import misha_xr

    misha_xr.set_options(n_threads=n_threads)
    db = misha_xr.open_database(folder / "db")
    db = db.vtrack("v", "contacts", "weighted.sum").vtrack("a", "contacts", "area")
    windows, large = pd.read_pickle(folder / "windows.pkl"), large_windows()
    decay, each = (BREAKS, "genome", domains()), misha_xr.EachInterval()
    return {
        "2d.native.points": lambda: db.extract("contacts")["contacts"],
        "2d.native.rects": lambda: db.extract("cells")["cells"],
        "2d.summary": lambda: db.summary("contacts"),
        "2d.points.rq_big": lambda: db.extract("v", windows, iterator=each)["v"],
        "2d.cis_decay": lambda: db.cis_decay("contacts", *decay).values,
        "2d.area.large": lambda: db.extract("a", large, iterator=each)["a"],
    }


def calls(subject: str, folder: Path) -> dict[str, Callable[[], Any]]:
    """Return the calls of one subject."""
    if subject.startswith("misha_xr"):
        return native(folder, 2 if subject.endswith("2") else 1)
    if subject == "pymisha":
        import pymisha

        return classic(pymisha, folder)
    import misha_xr
    from misha_xr import pm

    misha_xr.set_options(n_threads=1)
    return classic(pm, folder)


def digest(answer: Any) -> list[float]:
    """Return the size and sums that do not depend on the order of rows."""
    values = np.asarray(answer, np.float64).ravel()
    return [float(values.size), float(np.nansum(values)), float(np.nansum(values**2))]


def one(subject: str, case: str, folder: Path, seconds: float) -> None:
    """Measure one case in this process; print JSON."""
    call = calls(subject, folder)[case]
    before = peak_mb()
    answer = call()
    rss, found, times = peak_mb() - before, digest(answer), []
    budget = time.perf_counter() + seconds
    while len(times) < 2 or (time.perf_counter() < budget and len(times) < 100):
        del answer
        started = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - started)
    print(json.dumps({"ms": min(times) * 1e3, "rss_mb": rss, "digest": found}))


def measure(subject: str, case: str, folder: Path, seconds: float) -> dict[str, Any] | None:
    """Measure in a process of its own; None if the subject fails."""
    command = [sys.executable, "-m", "benchmarks.planes", "--one", subject, case]
    command += ["--folder", str(folder), "--seconds", str(seconds)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT
    )
    if result.returncode:
        print(f"  {subject} {case}: {result.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def report(case: str, figures: dict[str, dict[str, Any] | None]) -> str:
    """Format the figures of one case."""
    ours, peer = figures.get("misha_xr"), figures.get("pymisha")
    times = "".join(f"{f['ms']:11.1f}" if f else f"{'-':>11s}" for f in figures.values())
    faster = f"{peer['ms'] / ours['ms']:6.1f}" if ours and peer else "     -"
    rss = "/".join(f"{f['rss_mb']:.0f}" if f else "-" for f in figures.values())
    wrong = [
        name
        for name, found in figures.items()
        if found and ours and not all(map(math.isclose, found["digest"], ours["digest"]))
    ]
    return f"{case:18s}{times} {faster} (>= {CASES[case]:g})  {rss:>20s}  {wrong or 'equal'}"


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planes", description=__doc__)
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
    with tempfile.TemporaryDirectory(prefix="planes-") as name:
        folder = arguments.folder or Path(name)
        if not (folder / "windows.pkl").exists():
            build(folder, SCALES[arguments.scale])
        subjects = "".join(f"{subject:>11s}" for subject in arguments.subject)
        print(f"{'ms':18s}{subjects}  faster  rss MB")
        for case in arguments.case:
            figures = {s: measure(s, case, folder, arguments.seconds) for s in arguments.subject}
            print(report(case, figures), flush=True)


if __name__ == "__main__":
    main()
