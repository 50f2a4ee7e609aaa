"""The classic calls of misha_xr.pm beside those of pymisha: ``python -m benchmarks.facade``.

One script, two modules: what is timed differs in its import only. Each case of each module runs in
a process of its own, on one thread; the least of its times counts. ``--overhead`` prints what a
classic call costs beyond the native one, on calls that have next to nothing to do.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import importlib
import json
import math
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

from benchmarks import cases, data, interval_joins, intervals, new_planes, new_tracks, planes

MODULES = ("pymisha", "misha_xr.pm")
TIME_LIMIT = 900
TARGET_MEAN = 3.7
Call = Callable[[int], Any]  # gets a number that is new in each run


def plain(calls: dict[str, Callable[[], Any]]) -> dict[str, Call]:
    """Let calls of no argument take the number of the run."""
    return {name: lambda _, call=call: call() for name, call in calls.items()}


def tracks(module: Any, folder: Path, scale: str) -> dict[str, Call]:
    """Extraction, analyses, virtual tracks, sequence."""
    return plain(cases._classic(module, data.build(data.SCALES[scale], folder)))


def two_dimensions(module: Any, folder: Path, scale: str) -> dict[str, Call]:
    """Queries of two dimensions."""
    place = _made(folder / scale / "planes", lambda p: planes.build(p, planes.SCALES[scale]))
    return plain(planes.classic(module, place))


def algebra(module: Any, folder: Path, scale: str) -> dict[str, Call]:
    """Interval algebra on sorted tables."""
    n_rows = data.SCALES[scale].n_sparse
    genome = intervals.genome_of("sorted", n_rows)
    calls = intervals.classic(module, intervals.tables("sorted", n_rows, genome), genome)
    return plain({f"iv.{name}": call for name, call in calls.items()})


def neighbors(module: Any, folder: Path, scale: str) -> dict[str, Call]:
    """Nearest intervals, and sets that are saved."""
    share = data.SCALES[scale].n_sparse / interval_joins.FULL_ROWS
    sizes = {f"chr{k + 1}": interval_joins.CHROM_BP for k in range(interval_joins.N_CHROMS)}
    _empty_database(module, sizes)
    few, many, more = (
        interval_joins.frame_of(interval_joins.draw(int(n * share), "random", seed))
        for n, seed in ((100_000, 1), (1_000_000, 2), (1_000_000, 3))
    )
    return {
        "iv.neighbors.asym": lambda _: module.gintervals_neighbors(few, many)["dist"],
        "iv.neighbors.big": lambda _: module.gintervals_neighbors(more, many)["dist"],
        "iv.save": lambda k: module.gintervals_save(many, f"saved{k}"),
    }


def creation(module: Any, folder: Path, scale: str) -> dict[str, Call]:
    """New tracks of one dimension."""
    place = _made(folder / scale / "new", lambda p: new_tracks.build(p, scale))
    calls = new_tracks.classic(module, place)
    tag = f"{module.__name__.replace('.', '_')}_{time.time_ns()}"
    return {name: lambda k, call=call: call(f"{tag}_{k}") for name, call in calls.items()}


def creation_2d(module: Any, folder: Path, scale: str) -> dict[str, Call]:
    """New tracks of two dimensions."""
    place, n_rows = _temporary(), new_planes.AT_MOST
    sizes = {f"chr{k + 1}": new_planes.CHROM_BP for k in range(new_planes.N_CHROMS)}
    _write_empty(place / "db", sizes)
    name = module.__name__
    return {
        "tc.2d.create.rq_big": new_planes.classic_create(name, place, n_rows),
        "tc.2d.import_contacts": new_planes.classic_contacts(name, place, n_rows),
    }


GROUPS: dict[str, tuple[Callable[[Any, Path, str], dict[str, Call]], list[str]]] = {
    "tracks": (
        tracks,
        [case.name for case in cases.CASES if case.name not in ("names.1m", "lazy.values")],
    ),
    "planes": (
        two_dimensions,
        ["2d.native.points", "2d.native.rects", "2d.summary", "2d.points.rq_big", "2d.cis_decay"],
    ),
    "algebra": (algebra, ["iv.canonic", "iv.union", "iv.intersect", "iv.diff", "iv.normalize"]),
    "neighbors": (neighbors, ["iv.neighbors.asym", "iv.neighbors.big", "iv.save"]),
    "creation": (creation, ["tc.create.expr20"]),
    "creation_2d": (creation_2d, ["tc.2d.create.rq_big", "tc.2d.import_contacts"]),
}


def _made(place: Path, write: Callable[[Path], Any]) -> Path:
    if not (place / "done").exists():
        place.mkdir(parents=True, exist_ok=True)
        write(place)
        (place / "done").touch()
    return place


def _temporary() -> Path:
    """Return a new folder, which goes when this process ends."""
    place = Path(tempfile.mkdtemp(prefix="facade-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


def _write_empty(root: Path, sizes: dict[str, int]) -> None:
    from misha_xr.testing.database import write_database

    write_database(root, sizes=sizes)
    (root / "seq").mkdir(exist_ok=True)


def _empty_database(module: Any, sizes: dict[str, int]) -> None:
    root = _temporary() / "db"
    _write_empty(root, sizes)
    module.gdb_init(str(root))


def digest(answer: Any) -> list[float]:
    """Reduce an answer to its size and sums, whatever the order of rows."""
    if isinstance(answer, pd.DataFrame):
        numbers = answer.select_dtypes("number").drop(columns="intervalID", errors="ignore")
        return [float(len(answer)), *np.nansum(numbers.to_numpy(np.float64), axis=0).tolist()]
    if isinstance(answer, (pd.Series, np.ndarray)):
        values = np.asarray(answer, np.float64)
        return [float(values.size), float(np.nansum(values))]
    return [float(len(answer))] if isinstance(answer, (list, str)) else []


def one(module: str, group: str, case: str, folder: Path, scale: str, seconds: float) -> None:
    """Measure one case in this process; print JSON."""
    if module != "pymisha":
        from misha_xr import set_options

        set_options(n_threads=1)
    loaded = importlib.import_module(module)
    loaded.CONFIG.update(progress=False, multitasking=False, max_data_size=10**9)
    call = GROUPS[group][0](loaded, folder, scale)[case]
    answer, times = call(0), []
    found = digest(answer)
    budget = time.perf_counter() + seconds
    while len(times) < 2 or (time.perf_counter() < budget and len(times) < 200):
        del answer
        started = time.perf_counter()
        answer = call(len(times) + 1)
        times.append(time.perf_counter() - started)
    print(json.dumps({"ms": min(times) * 1e3, "digest": found}))


def measure(
    module: str, group: str, case: str, arguments: argparse.Namespace
) -> dict[str, Any] | None:
    """Measure in a process of its own; None if the module fails."""
    command = [sys.executable, "-m", "benchmarks.facade", "--one", module, group, case]
    command += ["--scale", arguments.scale, "--data", str(arguments.data)]
    command += ["--seconds", str(arguments.seconds)]
    with contextlib.suppress(subprocess.TimeoutExpired):
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT
        )
        if result.returncode == 0:
            found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
            return found
        print(f"  {module} {case}: {result.stderr.strip()[-300:]}", file=sys.stderr)
    return None


def row(case: str, peer: dict[str, Any] | None, ours: dict[str, Any] | None) -> str:
    """Format the figures of one case."""
    shown = "".join(f"{found['ms']:12.2f}" if found else f"{'-':>12s}" for found in (peer, ours))
    if not peer or not ours:
        return f"{case:24s}{shown}"
    pairs = zip(peer["digest"], ours["digest"], strict=False)
    same = len(peer["digest"]) == len(ours["digest"]) and all(
        math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-6) for a, b in pairs
    )
    faster = peer["ms"] / ours["ms"]
    verdict = "" if faster >= 1 else "  SLOWER"
    return f"{case:24s}{shown}{faster:9.2f}  {'equal' if same else 'DIFFERS'}{verdict}"


def table(arguments: argparse.Namespace) -> None:
    """Print all cases, and the geometric mean of what is faster."""
    print(f"{'ms, one thread':24s}{'pymisha':>12s}{'pm':>12s}{'faster':>9s}")
    ratios = []
    for group, (_, names) in GROUPS.items():
        for case in names:
            if arguments.case and case not in arguments.case:
                continue
            peer, ours = (measure(module, group, case, arguments) for module in MODULES)
            print(row(case, peer, ours), flush=True)
            if peer and ours:
                ratios.append(peer["ms"] / ours["ms"])
    if ratios:
        mean = math.prod(ratios) ** (1 / len(ratios))
        slower = sum(ratio < 1 for ratio in ratios)
        print(f"{len(ratios)} cases, {slower} slower; geometric mean {mean:.2f} (>= {TARGET_MEAN})")


def overhead() -> None:
    """Print what classic calls cost beyond native ones, on a few bases of the example database."""
    import misha_xr
    from misha_xr import pm

    misha_xr.set_options(n_threads=1)
    db = misha_xr.open_database(pm.gdb_init_examples(copy=False))
    pm.CONFIG["progress"] = False
    here, near = pm.gintervals(1, 0, 1000), pm.gintervals(1, 0, 3000)
    own = {"genome": db.genome}
    d, breaks = "dense_track", [0, 0.5, 1]
    pairs: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "gextract": (lambda: pm.gextract(d, here), lambda: db.extract(d, here)),
        "gscreen": (lambda: pm.gscreen(f"{d} > 0", here), lambda: db.screen(f"{d} > 0", here)),
        "gsummary": (lambda: pm.gsummary(d, here), lambda: db.summary(d, here)),
        "gquantiles": (lambda: pm.gquantiles(d, 0.5, here), lambda: db.quantiles(d, 0.5, here)),
        "gdist": (
            lambda: pm.gdist(d, breaks, intervals=here),
            lambda: db.dist([d], [breaks], here),
        ),
        "gpartition": (
            lambda: pm.gpartition(d, breaks, here),
            lambda: db.partition(d, breaks, here),
        ),
        "gintervals": (
            lambda: pm.gintervals(1, 0, 100),
            lambda: db.genome.intervals(1, 0, 100),
        ),
        "gintervals_union": (
            lambda: pm.gintervals_union(here, near),
            lambda: misha_xr.intervals.union(here, near, **own),
        ),
        "gintervals_load": (
            lambda: pm.gintervals_load("annotations"),
            lambda: db.store.load_set("annotations"),
        ),
        "gtrack_ls": (pm.gtrack_ls, db.store.track_names),
        "gtrack_info": (lambda: pm.gtrack_info(d), lambda: db.store.info(d)),
        "gseq_extract": (lambda: pm.gseq_extract(here), lambda: db.sequence(here)),
    }
    print(f"{'microseconds':24s}{'native':>9s}{'pm':>9s}{'more':>9s}  (<= 1000)")
    for name, (classic, native) in pairs.items():
        spent = [_tenth(call) for call in (native, classic)]
        print(f"{name:24s}{spent[0]:9.0f}{spent[1]:9.0f}{spent[1] - spent[0]:9.0f}")


def _tenth(call: Callable[[], Any], n: int = 400) -> float:
    """Return microseconds of a call that nothing disturbs: the tenth percentile."""
    times = []
    for _ in range(n):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return float(np.quantile(times, 0.1)) * 1e6


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facade", description=__doc__)
    parser.add_argument("--scale", choices=data.SCALES, default="S")
    parser.add_argument("--case", nargs="*", help="names of cases; default: all")
    parser.add_argument("--seconds", type=float, default=1.0, help="per case and module")
    parser.add_argument("--data", type=Path, default=Path("build") / "benchmark-data")
    parser.add_argument("--overhead", action="store_true")
    parser.add_argument("--one", nargs=3, metavar=("MODULE", "GROUP", "CASE"))
    arguments = parser.parse_args()
    if arguments.one:
        one(*arguments.one, arguments.data, arguments.scale, arguments.seconds)
    elif arguments.overhead:
        overhead()
    else:
        table(arguments)
        print()
        overhead()


if __name__ == "__main__":
    main()
