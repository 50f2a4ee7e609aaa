"""Neighbors, overlap joins and counts beside pymisha, bioframe and a floor: ``python -m`` this.

Each subject and case runs in a process of its own; the least of some warm calls counts. Tables have
text chromosomes, as files give them; the floor gets codes. ``--others`` adds polars-bio where it is
installed, with its own tables, made before the clock runs.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import json
import os
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

TIME_LIMIT = 300
N_CHROMS, CHROM_BP = 24, 12_500_000
FULL_ROWS = 1_000_000
SUBJECTS = ("floor", "pymisha", "bioframe", "misha_xr")
OTHERS = ("polars_bio",)
# Name: rows of both sets, shape, operation, times faster than pymisha, times the floor.
CASES: dict[str, tuple[int, int, str, str, float, float | None]] = {
    "iv.neighbors.asym": (100_000, 1_000_000, "random", "nearest", 4, 2.5),
    "iv.neighbors.big": (1_000_000, 1_000_000, "random", "nearest", 9, 3),
    "iv.neighbors.small": (100_000, 100_000, "random", "nearest", 4, None),
    "neighbors.clustered": (1_000_000, 1_000_000, "clustered", "nearest", 0, None),
    "neighbors.contigs": (1_000_000, 1_000_000, "contigs", "nearest", 0, None),
    "count.random": (1_000_000, 1_000_000, "random", "count", 0, None),
    "count.clustered": (1_000_000, 1_000_000, "clustered", "count", 0, None),
    "count.contigs": (1_000_000, 1_000_000, "contigs", "count", 0, None),
    "join.random": (1_000_000, 1_000_000, "random", "join", 0, None),
    "join.clustered": (1_000_000, 1_000_000, "clustered", "join", 0, None),
    "join.contigs": (1_000_000, 1_000_000, "contigs", "join", 0, None),
    "merge.random": (1_000_000, 1_000_000, "random", "merge", 0, None),
}
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


def draw(n_rows: int, shape: str, seed: int) -> Arrays:
    """Draw sorted intervals: codes, starts, ends."""
    rng = np.random.default_rng(seed)
    n_chroms, size = (n_rows, 1000) if shape == "contigs" else (N_CHROMS, CHROM_BP)
    codes = rng.integers(0, n_chroms, n_rows).astype(np.int32)
    starts = rng.integers(0, size - 400, n_rows)
    if shape == "clustered":
        centres = rng.integers(0, 400, n_rows) * (size // 400)
        starts = np.clip(centres + rng.normal(0, 2000, n_rows).astype(int), 0, size - 400)
    order = np.lexsort((starts, codes))
    starts = starts[order]
    return codes[order], starts, starts + rng.integers(1, 400, n_rows)


def frame_of(arrays: Arrays) -> pd.DataFrame:
    """Return a table with text chromosomes."""
    codes, starts, ends = arrays
    names = np.array([f"chr{k + 1}" for k in range(int(codes.max()) + 1)], dtype=object)
    table = pd.DataFrame({"chrom": names[codes], "start": starts, "end": ends})
    return table.astype({"chrom": "str"})


def ours(one: Arrays, two: Arrays, operation: str) -> Callable[[], Any]:
    """The native calls."""
    import misha_xr.accessors  # noqa: F401 - registers df.misha

    left, right = frame_of(one), frame_of(two)
    return {
        "nearest": lambda: left.misha.neighbors(right)["dist"],
        "count": lambda: left.misha.count_overlaps(right)["count"],
        "join": lambda: left.misha.overlap_join(right)["start1"],
        "merge": lambda: left.misha.canonic()["end"],
    }[operation]


def peer(one: Arrays, two: Arrays, operation: str) -> Callable[[], Any]:
    """The classic call; there is none for joins and counts."""
    import pymisha

    root = Path(tempfile.mkdtemp(prefix="joins-"))
    for name in ("tracks", "seq"):
        (root / name).mkdir()
    n_chroms = int(max(one[0].max(), two[0].max())) + 1
    lines = (f"chr{k + 1}\t{CHROM_BP}\n" for k in range(n_chroms))
    (root / "chrom_sizes.txt").write_text("".join(lines))
    pymisha.CONFIG.update(progress=False, multitasking=False)
    pymisha.gdb_init(str(root))
    left, right = frame_of(one), frame_of(two)
    return {"nearest": lambda: pymisha.gintervals_neighbors(left, right)["dist"]}[operation]


def other(one: Arrays, two: Arrays, operation: str) -> Callable[[], Any]:
    """The calls of bioframe, which loops over chromosomes: not run on a million of them."""
    import bioframe

    if one[0].max() > N_CHROMS:
        raise KeyError(operation)
    left, right = frame_of(one), frame_of(two)
    return {
        "nearest": lambda: bioframe.closest(left, right)["distance"],
        "count": lambda: bioframe.count_overlaps(left, right)["count"],
        "join": lambda: bioframe.overlap(left, right, how="inner")["start_"],
        "merge": lambda: bioframe.merge(left, min_dist=0)["end"],
    }[operation]


def polars_bio(one: Arrays, two: Arrays, operation: str) -> Callable[[], Any]:
    """The calls of polars-bio on Polars tables."""
    import polars as pl
    import polars_bio as pb

    pb.set_option("datafusion.bio.coordinate_system_zero_based", True)
    pb.set_option("datafusion.bio.coordinate_system_check", False)
    left, right = (
        pl.from_pandas(frame_of(arrays).astype({"chrom": object})) for arrays in (one, two)
    )
    whole = {"output_type": "polars.DataFrame"}
    return {
        "nearest": lambda: pb.nearest(left, right, **whole)["distance"],
        "count": lambda: pb.count_overlaps(left, right, **whole)["count"],
        "join": lambda: pb.overlap(left, right, **whole)["start_2"],
        "merge": lambda: pb.merge(left, **whole)["end"],
    }[operation]


def floor(one: Arrays, two: Arrays, operation: str) -> Callable[[], Any]:
    """C sweeps over codes; the whole table out, with a categorical chromosome."""
    library = Path(tempfile.mkdtemp(prefix="floor-")) / "floor.so"
    source = Path(__file__).with_name("interval_floor.c")
    command = [os.environ.get("CC", "cc"), "-O3", "-shared", "-fPIC", "-o", library, source]
    subprocess.run(command, check=True)
    lib = ctypes.CDLL(str(library))
    names = pd.CategoricalDtype([f"chr{k + 1}" for k in range(int(one[0].max()) + 1)])

    def arguments(*arrays: np.ndarray) -> list[Any]:
        return [ctypes.c_int64(len(arrays[0])), *(ctypes.c_void_p(a.ctypes.data) for a in arrays)]

    def table(**columns: np.ndarray) -> pd.DataFrame:
        chrom = pd.Categorical.from_codes(one[0], dtype=names, validate=False)
        return pd.DataFrame({"chrom": chrom, "start": one[1], "end": one[2], **columns}, copy=False)

    def nearest() -> Any:
        rows, dist = np.empty(len(one[0]), np.int64), np.empty(len(one[0]))
        lib.nearest(*arguments(*one), *arguments(*two), *arguments(rows, dist)[1:])
        found = table(start1=two[1][rows], end1=two[2][rows], dist=dist)["dist"]
        return found if rows.min() >= 0 else found[rows >= 0]

    def count() -> Any:
        out = np.empty(len(one[0]), np.int64)
        lib.count(*arguments(*one), *arguments(two[0], two[1], sorted_ends), *arguments(out)[1:])
        return table(count=out)["count"]

    sorted_ends = two[2][np.lexsort((two[2], two[0]))]
    return {"nearest": nearest, "count": count}[operation]


CALLS = {
    "floor": floor,
    "pymisha": peer,
    "bioframe": other,
    "misha_xr": ours,
    "polars_bio": polars_bio,
}


def run(subject: str, case: str, n_rows: int) -> dict[str, float]:
    """Measure one case of one subject, here."""
    n_one, n_two, shape, operation, *_ = CASES[case]
    n_one, n_two = (max(n * n_rows // FULL_ROWS, 1) for n in (n_one, n_two))
    call = CALLS[subject](draw(n_one, shape, 1), draw(n_two, shape, 2), operation)
    before = peak_mb()
    answer = call()
    memory = peak_mb() - before
    values = np.asarray(answer, dtype=float)
    found = {"rows": float(np.isfinite(values).sum()), "sum": float(np.nansum(values))}
    times = []
    while len(times) < 3 or (sum(times) < 1 and len(times) < 20):
        del answer
        started = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - started)
    return {"ms": min(times) * 1e3, "rss_mb": memory, **found}


def measure(subject: str, case: str, n_rows: int) -> dict[str, float] | None:
    """Measure in a process of its own; None if there is no such call, or it fails."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.interval_joins"]
    command += ["--one", subject, case, "--rows", str(n_rows)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def line(case: str, figures: dict[str, dict[str, float] | None]) -> str:
    """Format the figures of a case."""
    found = {name: figure for name, figure in figures.items() if figure}
    mine = found.get("misha_xr")
    ms = "".join(f"{found[s]['ms']:10.1f}" if s in found else "         -" for s in figures)
    ratios = {s: mine and s in found and found[s]["ms"] / mine["ms"] for s in CALLS}
    text = [f"{ratios[s]:8.1f}" if ratios[s] else "       -" for s in ("pymisha", "bioframe")]
    floor_ratio = f"{1 / ratios['floor']:8.2f}" if ratios["floor"] else "       -"
    memory = "/".join(f"{found[s]['rss_mb']:.0f}" if s in found else "-" for s in figures)
    answers = {(f["rows"], f["sum"]) for f in found.values()}
    verdict = "equal" if len(answers) == 1 else f"DIFFERS: {answers}"
    *_, faster, over_floor = CASES[case]
    targets = f"(>= {faster:g}, <= {over_floor or '-'})"
    return f"{case:20s}{ms}{''.join(text)}{floor_ratio} {targets:>14s}  {memory:>18s} MB  {verdict}"


def main() -> None:
    """Measure the cases asked for, or one in this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interval_joins")
    parser.add_argument("--one", nargs=2, metavar=("SUBJECT", "CASE"))
    parser.add_argument("--case", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--subject", nargs="*", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--others", action="store_true", help="add polars-bio, where installed")
    parser.add_argument("--rows", type=int, default=FULL_ROWS, help="of the larger tables")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(run(*arguments.one, arguments.rows)))
        return
    subjects = [*arguments.subject, *(_installed() if arguments.others else ())]
    heads = "".join(f"{s:>10s}" for s in subjects)
    print(f"{'ms, one thread':20s}{heads} x pymisha x bioframe x floor, targets, MB", flush=True)
    for case in arguments.case:
        print(line(case, {s: measure(s, case, arguments.rows) for s in subjects}), flush=True)


def _installed() -> list[str]:
    """Say which of the others are here, and return them."""
    here = [name for name in OTHERS if importlib.util.find_spec(name)]
    missing = [name for name in OTHERS if name not in here]
    print(f"others run: {', '.join(here) or 'none'}; not installed: {', '.join(missing) or 'none'}")
    return here


if __name__ == "__main__":
    main()
