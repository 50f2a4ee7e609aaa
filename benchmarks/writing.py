"""Writes: each subject in a process of its own, a new name for every run; times, memory, answers.

A case is a function of a folder and a number of rows that returns the call to measure; the call
gets a number that makes its names new, and returns how many rows it wrote.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import interval_files, new_planes, signal_files

SIZES = {f"chr{k}": 15_000_000 for k in range(1, 21)}
Call = Callable[[int], Any]


def rows(n: int) -> pd.DataFrame:
    """Intervals in genome order, chromosomes as text."""
    rng = np.random.default_rng(11)
    codes = np.sort(rng.integers(0, len(SIZES), n))
    starts = rng.integers(0, 14_000_000, n)
    order = np.lexsort([starts, codes])
    names = np.array(list(SIZES))[codes[order]]
    starts = starts[order]
    frame = pd.DataFrame({"chrom": names, "start": starts, "end": starts + 500})
    return frame.astype({"chrom": "str"})


def floor_save(folder: Path, n: int) -> Call:
    """Turn three columns round and write them, nothing else."""
    frame = rows(n)
    codes = pd.Categorical(frame["chrom"]).codes
    starts, ends = frame["start"].to_numpy(), frame["end"].to_numpy()

    def call(k: int) -> int:
        path = folder / f"floor{k}"
        with path.open("wb") as file:
            for column, dtype in ((codes, ">i4"), (starts, ">f8"), (ends, ">f8")):
                file.write(column.astype(dtype).view(np.uint8))
        path.unlink()
        return n

    return call


def ours_save(folder: Path, n: int, **how: Any) -> Call:
    """Save with a Database."""
    import misha_xr

    db, frame = misha_xr.open_database(folder / "db"), rows(n)

    def call(k: int) -> int:
        db.save_intervals(f"ours{k}", frame, **how)
        return n

    return call


def ours_out(folder: Path, n: int) -> Call:
    """Extract into a set, block by block."""
    import misha_xr

    db = misha_xr.open_database(folder / "db")
    steps = sum(SIZES.values()) // n

    def call(k: int) -> int:
        db.extract("START", iterator=steps, out=f"out{k}")
        return n

    return call


def classic_save(module: str, folder: Path, n: int) -> Call:
    """Save with classic calls."""
    import importlib

    pm = importlib.import_module(module)
    pm.gdb_init(str(folder / "db"))
    frame = rows(n)

    def call(k: int) -> int:
        pm.gintervals_save(frame, f"{module.replace('.', '_')}{k}")
        return n

    return call


CASES: dict[str, dict[str, Callable[[Path, int], Call]]] = {
    "iv.save": {
        "floor": floor_save,
        "pymisha": lambda folder, n: classic_save("pymisha", folder, n),
        "misha_xr": ours_save,
        "misha_xr.pm": lambda folder, n: classic_save("misha_xr.pm", folder, n),
    },
    "iv.save.big": {"misha_xr": lambda folder, n: ours_save(folder, n, big=True)},
    "iv.save.index": {
        "misha_xr": lambda folder, n: ours_save(folder, n, big=True, layout="indexed")
    },
    "iv.out": {"misha_xr": ours_out},
    **new_planes.CASES,
    **signal_files.CASES,
    **interval_files.CASES,
}


def one(case: str, subject: str, folder: str, n: str, runs: str) -> None:
    """Measure one subject here and print JSON."""
    call = CASES[case][subject](Path(folder), int(n))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = call(0)
    rss = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    times = []
    for k in range(1, int(runs)):
        begin = time.perf_counter()
        call(k)
        times.append(time.perf_counter() - begin)
    print(json.dumps({"ms": min(times) * 1e3, "rss_mb": rss, "answer": answer}))


def measure(case: str, subject: str, folder: Path, arguments: argparse.Namespace) -> dict | None:
    """Measure one subject in a process of its own, on a new database."""
    from misha_xr.testing.database import write_database

    with tempfile.TemporaryDirectory(dir=folder) as place:
        root = write_database(Path(place, "db"), sizes=SIZES)
        (root / "seq").mkdir()  # the peer asks for it
        command = [sys.executable, "-m", "benchmarks.writing", "--one", case, subject, place]
        command += [str(arguments.rows), str(arguments.repeat)]
        found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if found.returncode:
        last = (found.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"  {case} {subject}: {last}", file=sys.stderr)
        return None
    return json.loads(found.stdout.splitlines()[-1])


def main() -> None:
    """Parse the command line, measure, print."""
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writing", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--case", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--repeat", type=int, default=6, help="runs, the first of which warms up")
    parser.add_argument("--folder", type=Path, help="where databases are made")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.gettempdir())
    for case in arguments.case:
        figures = {name: measure(case, name, folder, arguments) for name in CASES[case]}
        shown = "  ".join(
            f"{name} {found['ms']:.1f} ms {found['rss_mb']:.0f} MB"
            for name, found in figures.items()
            if found
        )
        print(f"{case:14s} {shown}", flush=True)


if __name__ == "__main__":
    main()
