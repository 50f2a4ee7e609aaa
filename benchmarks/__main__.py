"""Run all cases: subjects in turn, each in a process of its own; print times, ratios and memory.

The table of tracks is followed by those of interval algebra, joins, 2D queries, slopes and windows.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path

from benchmarks.cases import CASES, SUBJECTS
from benchmarks.data import SCALES, build

TIME_LIMIT = 300
SUITES = {
    "cubes": "benchmarks.cubes",
    "executors": "benchmarks.executors",
    "facade": "benchmarks.facade",
    "intervals": "benchmarks.intervals",
    "joins": "benchmarks.interval_joins",
    "new tracks": "benchmarks.new_tracks",
    "planes": "benchmarks.planes",
    "slopes": "benchmarks.slopes",
    "windows": "benchmarks.windows",
    "writing": "benchmarks.writing",
}


def measure(subject: str, case: str, folder: Path, arguments: argparse.Namespace) -> dict | None:
    """Return the figures of one subject, None where it has no such case or fails."""
    command = [sys.executable, "-m", "benchmarks.one", subject, case, str(folder)]
    command += [arguments.scale, str(arguments.seconds)]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT
    )
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        if "KeyError" not in last:
            print(f"  {subject} {case}: {last}", file=sys.stderr)
        return None
    return json.loads(result.stdout.splitlines()[-1])


def best(subject: str, case: str, folder: Path, arguments: argparse.Namespace) -> dict | None:
    """Repeat a measurement; the least time counts, the first memory."""
    runs = [measure(subject, case, folder, arguments) for _ in range(arguments.repeat)]
    runs = [run for run in runs if run]
    return {**runs[0], "ms": min(run["ms"] for run in runs)} if runs else None


def agree(left: dict | None, right: dict | None) -> bool:
    """Tell whether two answers have the same size and sums (float32 against float64 sums)."""
    if not left or not right:
        return True
    return len(left["digest"]) == len(right["digest"]) and all(
        math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-6) or (math.isnan(a) and math.isnan(b))
        for a, b in zip(left["digest"], right["digest"], strict=True)
    )


def row(case, figures: dict[str, dict | None]) -> str:
    """Format the figures of one case."""

    def ms(name: str) -> str:
        return f"{figures[name]['ms']:9.2f}" if figures.get(name) else "        -"

    def ratio(top: str, bottom: str) -> str:
        if not figures.get(top) or not figures.get(bottom):
            return "     -"
        return f"{figures[top]['ms'] / figures[bottom]['ms']:6.2f}"

    rss = "/".join(f"{figures[n]['rss_mb']:.0f}" if figures.get(n) else "-" for n in MEMORY)
    wrong = [n for n in figures if not agree(figures[n], figures.get("misha_xr"))]
    verdict = f"DIFFERS: {wrong}" if wrong else "equal"
    return (
        f"{case.name:18s}{''.join(ms(name) for name in SUBJECTS)}  "
        f"{ratio('pymisha', 'misha_xr')} (>= {case.target_faster:g})  "
        f"{ratio('misha_xr', 'floor')} (<= {case.target_floor or '-'})  "
        f"{ratio('misha_xr', 'misha_xr-2')}  {rss:>16s}  {verdict}"
    )


MEMORY = ("floor", "pymisha", "misha_xr")


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="M")
    parser.add_argument("--case", nargs="*", help="names of cases; default: all")
    parser.add_argument("--subject", nargs="*", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--seconds", type=float, default=1.0, help="per case and subject")
    parser.add_argument("--repeat", type=int, default=2, help="processes per case and subject")
    parser.add_argument("--data", type=Path, default=Path("build") / "benchmark-data")
    suites = ("tracks", *SUITES)
    parser.add_argument("--suite", nargs="*", choices=suites, help="default: all; tracks by --case")
    arguments = parser.parse_args()
    chosen = arguments.suite or (("tracks",) if arguments.case else suites)
    if "tracks" in chosen:
        run_tracks(arguments)
    for name in SUITES:
        if name in chosen:
            run_suite(SUITES[name], arguments)


def run_suite(module: str, arguments: argparse.Namespace) -> None:
    """Run another table, on the same environment, with its own subjects."""
    size = ["--rows", str(SCALES[arguments.scale].n_sparse)]
    if module in (SUITES["planes"], SUITES["cubes"], SUITES["facade"]):
        size = ["--scale", arguments.scale]
    command = [sys.executable, "-m", module, *size]
    print(f"\n{module}", flush=True)
    subprocess.run(command, check=False)


def run_tracks(arguments: argparse.Namespace) -> None:
    """Print the table of tracks and sequences."""
    folder = build(SCALES[arguments.scale], arguments.data)
    names = "".join(f"{name:>9s}"[:9].rjust(9) for name in SUBJECTS)
    head = f"{'ms, one thread':18s}{names}  faster than peer  x floor        2 thr"
    print(head, "MB", "/".join(MEMORY))
    ratios = []
    for case in CASES:
        if arguments.case and case.name not in arguments.case:
            continue
        figures = {s: best(s, case.name, folder, arguments) for s in arguments.subject}
        print(row(case, figures), flush=True)
        if figures.get("pymisha") and figures.get("misha_xr"):
            ratios.append(figures["pymisha"]["ms"] / figures["misha_xr"]["ms"])
    if ratios:
        print(f"geometric mean, faster than pymisha: {math.prod(ratios) ** (1 / len(ratios)):.2f}")


if __name__ == "__main__":
    main()
