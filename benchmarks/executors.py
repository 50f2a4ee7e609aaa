"""What a task costs, by who does the work: threads, processes, dask workers.

The table on the page "Bigger than memory, bigger than one machine" comes from here:
``python -m benchmarks.executors``. Two workers of each kind; the least of some times.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from misha_xr import open_database, set_options
from misha_xr.genome import Genome
from misha_xr.query.executor import run_partitions
from misha_xr.query.query import build_query
from misha_xr.query.summaries import SummarySink
from misha_xr.testing.large import write_hollow_dense, write_root

N_WORKERS = 2
N_TASKS = 100
CHROM_BP, N_CHROMS, BIN = 10_000_000, 10, 10


@contextlib.contextmanager
def one_thread() -> Iterator[dict[str, Any]]:
    """Nobody but the caller."""
    yield {"n_threads": 1}


@contextlib.contextmanager
def threads() -> Iterator[dict[str, Any]]:
    """Use a pool of threads; without an executor the package makes its own."""
    with ThreadPoolExecutor(N_WORKERS) as pool:
        yield {"executor": pool}


@contextlib.contextmanager
def processes() -> Iterator[dict[str, Any]]:
    """Use fresh processes of the standard library."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(N_WORKERS, mp_context=spawn) as pool:
        yield {"executor": pool}


@contextlib.contextmanager
def dask_workers() -> Iterator[dict[str, Any]]:
    """Use processes of a local dask cluster."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(N_WORKERS, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        yield {"executor": client.get_executor()}


KINDS = {
    "the caller alone": one_thread,
    "2 threads": threads,
    "2 processes": processes,
    "2 dask workers": dask_workers,
}


def least_ms(call: Callable[[], object], repeat: int) -> float:
    """Return the least time of some calls, after one that does not count."""
    call()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def questions(db: Any, folder: Path) -> dict[str, tuple[Callable[[], object], float]]:
    """Return calls, and by what their times are divided."""
    tiny = build_query(db.store, "a")
    ranges = [(k, k + 1) for k in range(N_TASKS)]
    millions = N_CHROMS * CHROM_BP / BIN / 1e6
    out = folder / "x.parquet"
    return {
        "empty task": (lambda: list(run_partitions(tiny, SummarySink(1), ranges)), N_TASKS),
        "summary": (lambda: db.summary("a + b"), millions),
        "screen": (lambda: db.screen("a + b > 5"), millions),
        "extract": (lambda: db.extract("a + b"), millions),
        "extract to a file": (lambda: db.extract("a + b", out=out, overwrite=True), millions),
    }


def main() -> None:
    """Print one row for each kind of workers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.executors", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    arguments, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        genome = Genome([f"chr{k}" for k in range(N_CHROMS)], [CHROM_BP] * N_CHROMS)
        write_root(folder, genome)
        for track in ("a", "b"):
            write_hollow_dense(folder, genome, track, BIN)
        db = open_database(folder)
        asked = questions(db, folder)
        print("ms per task, then ms per million steps of two dense tracks")
        print(f"{'':20s}{''.join(f'{verb:>19s}' for verb in asked)}")
        for kind, workers in KINDS.items():
            with workers() as options, set_options(**options):
                figures = [least_ms(call, arguments.repeat) / by for call, by in asked.values()]
            print(f"{kind:20s}{''.join(f'{figure:19.2f}' for figure in figures)}", flush=True)


if __name__ == "__main__":
    main()
