"""Interval algebra beside pymisha, bioframe and a floor: ``python -m benchmarks.intervals``.

Each case of each subject runs in a process of its own; the least of its times counts. Rows of
50 bp on a genome of 3e8 bp in 24 chromosomes, sorted unless the case says otherwise. Answers are
compared by their number of rows and sums of coordinates.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import SCALES, chrom_sizes
from misha_xr.genome import Genome

SIZE_BP = 50
NEW_SIZE_BP = 200
TIME_LIMIT = 300
Call = Callable[[], Any]
Tables = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class Case:
    """What is done to which rows, and the targets: times faster than pymisha, times the floor."""

    name: str
    what: str
    rows: str = "sorted"
    target_faster: float = 0
    target_floor: float | None = None


CASES = [
    Case("iv.canonic", "canonic", "sorted", 1.2, 3),
    Case("iv.union", "union", "sorted", 1.5, 2.5),
    Case("iv.intersect", "intersect", "sorted", 1.3, 2.5),
    Case("iv.diff", "diff", "sorted", 2, 2.5),
    Case("iv.normalize", "normalize", "sorted", 5),
    Case("iv.subtract", "subtract"),
    Case("iv.coverage", "coverage"),
    Case("iv.cluster", "cluster"),
    *(
        Case(f"iv.{what}.{rows}", what, rows)
        for rows in ("random", "clustered", "contigs")
        for what in ("canonic", "union", "intersect", "diff")
    ),
]


def genome_of(rows: str, n_rows: int) -> Genome:
    """Return 24 chromosomes, or a contig for each row."""
    if rows == "contigs":
        return Genome([f"c{k}" for k in range(n_rows)], np.full(n_rows, 10_000))
    return Genome.from_dict(chrom_sizes(SCALES["M"]))


def tables(rows: str, n_rows: int, genome: Genome) -> Tables:
    """Draw two tables, chromosomes as text."""
    rng = np.random.default_rng(20)

    def table() -> pd.DataFrame:
        codes = rng.integers(0, genome.n_chroms, n_rows)
        starts = rng.integers(0, genome.sizes[codes] - SIZE_BP)
        if rows == "clustered":
            starts = starts // 2_000_000 * 2_000_000 + rng.integers(0, 20_000, n_rows)
            starts = np.minimum(starts, genome.sizes[codes] - SIZE_BP)
        if rows == "sorted":
            order = np.lexsort((starts, codes))
            codes, starts = codes[order], starts[order]
        chrom = pd.Series(np.array(genome.names, dtype=object)[codes], dtype="str")
        return pd.DataFrame({"chrom": chrom, "start": starts, "end": starts + SIZE_BP})

    return table(), table()


def coded(frames: Tables, genome: Genome) -> Tables:
    """Give tables the genome's categorical."""
    first, second = (f.assign(chrom=genome.categorical(genome.codes(f["chrom"]))) for f in frames)
    return first, second


def ours(frames: Tables, genome: Genome | None) -> dict[str, Call]:
    """The methods of df.misha."""
    import misha_xr.accessors  # noqa: F401

    (a, b), g = frames, genome
    return {
        "canonic": lambda: a.misha.canonic(genome=g),
        "union": lambda: a.misha.union(b, genome=g),
        "intersect": lambda: a.misha.intersect(b, genome=g),
        "diff": lambda: a.misha.difference(b, genome=g),
        "normalize": lambda: a.misha.resize(NEW_SIZE_BP, genome=g),
        "subtract": lambda: a.misha.subtract(b, genome=g),
        "coverage": lambda: a.misha.coverage(b, genome=g),
        "cluster": lambda: a.misha.cluster(genome=g),
    }


def classic(module: Any, frames: Tables, genome: Genome) -> dict[str, Call]:
    """The classic calls, on a database of the genome without tracks."""
    from misha_xr.testing.database import write_database

    root = Path(tempfile.mkdtemp(prefix="intervals-")) / "db"
    write_database(root, sizes=dict(zip(genome.names, genome.sizes.tolist(), strict=True)))
    (root / "seq").mkdir(exist_ok=True)
    module.gdb_init(str(root))
    a, b = frames
    return {
        "canonic": lambda: module.gintervals_canonic(a),
        "union": lambda: module.gintervals_union(a, b),
        "intersect": lambda: module.gintervals_intersect(a, b),
        "diff": lambda: module.gintervals_diff(a, b),
        "normalize": lambda: module.gintervals_normalize(a, NEW_SIZE_BP),
        "cluster": lambda: module.gintervals_mark_overlaps(a),
    }


def pymisha(frames: Tables, genome: Genome) -> dict[str, Call]:
    """The classic calls of pymisha."""
    import pymisha as module

    module.CONFIG.update(progress=False, multitasking=False)
    return classic(module, frames, genome)


def bioframe(frames: Tables, genome: Genome) -> dict[str, Call]:
    """The nearest calls of bioframe, on categoricals, which it takes best."""
    import bioframe as bf

    view = bf.make_viewframe(dict(zip(genome.names, genome.sizes.tolist(), strict=True)))
    a, b = frames
    return {
        "canonic": lambda: bf.merge(a, min_dist=0),
        "union": lambda: bf.merge(pd.concat([a, b]), min_dist=0),
        "intersect": lambda: bf.overlap(a, b, how="inner", return_overlap=True),
        "diff": lambda: bf.subtract(bf.merge(a, min_dist=0), b),
        "normalize": lambda: bf.trim(bf.expand(a, pad=(NEW_SIZE_BP - SIZE_BP) // 2), view),
        "subtract": lambda: bf.subtract(a, b),
        "coverage": lambda: bf.coverage(a, b),
        "cluster": lambda: bf.cluster(a, min_dist=0),
    }


def floor(frames: Tables, genome: Genome) -> dict[str, Call]:
    """C loops over sorted arrays, a table with a categorical out."""
    from benchmarks.floor import compile_floor

    lib = compile_floor()
    i32 = np.ctypeslib.ndpointer(np.int32, flags="C")
    i64 = np.ctypeslib.ndpointer(np.int64, flags="C")
    rows, n = [i32, i64, i64], ctypes.c_int64
    lib.merge_sorted.argtypes = [*rows, n, *rows]
    lib.combine_merged.argtypes = [ctypes.c_int, *rows, n, *rows, n, *rows]
    lib.merge_sorted.restype = lib.combine_merged.restype = n
    lib.center_rows.argtypes = [i64, i64, n, n, i64, i64]
    a, b = (
        (genome.codes(f["chrom"]), *(f[k].to_numpy() for k in ("start", "end"))) for f in frames
    )

    def new(size: int) -> tuple[Any, ...]:
        return np.empty(size, np.int32), np.empty(size, np.int64), np.empty(size, np.int64)

    def merged(side: Any) -> list[Any]:
        out = new(len(side[0]))
        count = lib.merge_sorted(*side, len(side[0]), *out)
        return [column[:count] for column in out]

    def framed(codes: Any, starts: Any, ends: Any) -> pd.DataFrame:
        columns = {"chrom": genome.categorical(codes), "start": starts, "end": ends}
        return pd.DataFrame(columns, copy=False)

    def combined(which: int) -> pd.DataFrame:
        x, y = merged(a), merged(b)
        out = new(len(x[0]) + len(y[0]))
        count = lib.combine_merged(which, *x, len(x[0]), *y, len(y[0]), *out)
        return framed(*(column[:count] for column in out))

    def centered() -> pd.DataFrame:
        _, starts, ends = new(len(a[0]))
        lib.center_rows(a[1], a[2], len(a[0]), NEW_SIZE_BP, starts, ends)
        return framed(a[0], starts, ends)

    return {
        "canonic": lambda: framed(*merged(a)),
        "union": lambda: combined(0),
        "intersect": lambda: combined(1),
        "diff": lambda: combined(2),
        "normalize": centered,
    }


SUBJECTS: dict[str, Callable[[Tables, Genome], dict[str, Call]]] = {
    "floor": lambda frames, genome: floor(frames, genome),
    "pymisha": pymisha,
    "bioframe": lambda frames, genome: bioframe(coded(frames, genome), genome),
    "misha_xr": lambda frames, genome: ours(coded(frames, genome), genome),
    "text": lambda frames, genome: ours(frames, None),
}


def digest(answer: Any) -> list[float]:
    """Reduce a table to its number of rows and sums of coordinates."""
    return [float(len(answer)), float(answer["start"].sum()), float(answer["end"].sum())]


def peak_mb(*, reset: bool = False) -> float:
    """Return the peak of resident memory in MB, since the last reset where Linux can do that."""
    if reset:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_one(subject: str, case: Case, n_rows: int, seconds: float) -> None:
    """Measure in this process; print JSON."""
    warnings.simplefilter("ignore")
    if subject == "floor" and case.rows != "sorted":
        raise KeyError(case.name)  # the floor sorts nothing
    if subject in ("pymisha", "bioframe") and case.rows == "contigs":
        raise KeyError(case.name)  # a million files, or groups of one row: minutes
    genome = genome_of(case.rows, n_rows)
    call = SUBJECTS[subject](tables(case.rows, n_rows, genome), genome)[case.what]
    before = peak_mb(reset=True)
    answer = call()
    rss = peak_mb() - before
    found, times = digest(answer), []
    budget = time.perf_counter() + seconds
    while len(times) < 3 or (time.perf_counter() < budget and len(times) < 50):
        del answer
        started = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - started)
    print(json.dumps({"ms": min(times) * 1e3, "rss_mb": rss, "digest": found}))


def measure(subject: str, case: Case, arguments: argparse.Namespace) -> dict[str, Any] | None:
    """Return the figures of one subject, None where it has no such case or fails."""
    command = [sys.executable, "-m", "benchmarks.intervals", "--one", subject, "--case", case.name]
    command += ["--rows", str(arguments.rows), "--seconds", str(arguments.seconds)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT
    )
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        if "KeyError" not in last:
            print(f"  {subject} {case.name}: {last}", file=sys.stderr)
        return None
    figures: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return figures


def row(case: Case, figures: dict[str, dict[str, Any] | None]) -> str:
    """Format the figures of one case."""
    cells = [f"{f['ms']:9.1f}" if (f := figures.get(name)) else "        -" for name in SUBJECTS]

    def ratio(top: str, bottom: str) -> str:
        first, second = figures.get(top), figures.get(bottom)
        return f"{first['ms'] / second['ms']:6.1f}" if first and second else "     -"

    mine = figures["misha_xr"]
    odd = [n for n, f in figures.items() if f and mine and f["digest"] != mine["digest"]]
    memory = f"{mine['rss_mb']:.0f}" if mine else "-"
    verdict = f"other: {odd}" if odd else "equal"
    return (
        f"{case.name:22s}{''.join(cells)}  {ratio('pymisha', 'misha_xr')} (>= "
        f"{case.target_faster:g}) {ratio('bioframe', 'misha_xr')} {ratio('misha_xr', 'floor')} "
        f"(<= {case.target_floor or '-'})  {memory:>4s} MB  {verdict}"
    )


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intervals", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--case", nargs="*", help="names of cases; default: all")
    parser.add_argument("--subject", nargs="*", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--seconds", type=float, default=1.0, help="per case and subject")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    chosen = [case for case in CASES if not arguments.case or case.name in arguments.case]
    if arguments.one:
        run_one(arguments.one, chosen[0], arguments.rows, arguments.seconds)
        return
    names = "".join(f"{name:>9s}" for name in SUBJECTS)
    print(f"{'ms, one thread':22s}{names}  x pymisha      x bioframe  x floor")
    for case in chosen:
        print(row(case, {s: measure(s, case, arguments) for s in arguments.subject}), flush=True)


if __name__ == "__main__":
    main()
