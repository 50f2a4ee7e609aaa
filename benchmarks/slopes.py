"""How the cost of a query grows: with the genome, its contigs, the tracks, the objects of a tree.

Prints the cost of one step (or interval and track, or window): flat where all is well.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import misha_xr
from misha_xr import EachInterval, set_options
from misha_xr.genome import Genome
from misha_xr.testing.database import write_database
from misha_xr.testing.large import write_contigs, write_hollow_dense, write_root

BIN = 20
N_STEPS = 2_000_000
N_INTERVALS = 10_000
N_WINDOWS = 1_000

Case = tuple[str, Callable[[], Any], float]


def calls(db: misha_xr.Database, n_steps: float) -> list[Case]:
    """Return queries that go through all steps."""
    windows = db.vtrack("w", "t", "sum", sshift=-100, eshift=100)
    return [
        ("summary", lambda: db.summary("t"), n_steps),
        ("screen", lambda: db.screen("t > 1e9"), n_steps),
        ("extract", lambda: db.extract("t", intervals_join="none"), n_steps),
        ("windows", lambda: windows.summary("w"), n_steps),
    ]


def bases(folder: Path) -> Iterator[tuple[str, list[Case]]]:
    """Genomes of one chromosome and more bases, bins of one size."""
    for exponent in (6, 7, 8, 9):
        root = folder / f"bases{exponent}"
        genome = Genome(["chr1"], [10**exponent])
        write_root(root, genome)
        write_hollow_dense(root, genome, "t", BIN, indexed=True)
        yield f"10^{exponent} bp", calls(misha_xr.open_database(root), 10**exponent / BIN)


def contigs(folder: Path) -> Iterator[tuple[str, list[Case]]]:
    """Equally many steps on more contigs."""
    for exponent in (0, 2, 4, 5, 6):
        root, n = folder / f"contigs{exponent}", 10**exponent
        write_contigs(root, n, size=N_STEPS // n * BIN, bin_size=BIN)
        db = misha_xr.open_database(root)
        yield f"10^{exponent} contigs", calls(db, N_STEPS)


def tracks(folder: Path) -> Iterator[tuple[str, list[Case]]]:
    """More tracks in one call, at ten thousand intervals."""
    sizes = {"chr1": 2_000_000, "chr2": 1_000_000}
    dense = {f"t{k}": (100, {"chr1": k, "chr2": 1.0}) for k in range(1000)}
    root = write_database(folder / "tracks", sizes=sizes, dense=dense, layout="indexed")
    starts = np.random.default_rng(1).integers(0, sizes["chr1"] - 2_000, N_INTERVALS)
    table = pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + 1_500})
    for n in (125, 250, 500, 1000):
        db, names = misha_xr.open_database(root), list(dense)[:n]

        def extract(db: misha_xr.Database = db, names: list[str] = names) -> Any:
            return db.extract(names, table, EachInterval())

        yield f"{n} tracks", [("extract", extract, n * N_INTERVALS)]


def objects(folder: Path) -> Iterator[tuple[str, list[Case]]]:
    """Windows of about a hundred points each, of tracks with more objects."""
    for exponent in (4, 5, 6):
        n = 10**exponent
        size = 100_000 * int(n**0.5)
        rng = np.random.default_rng(2)
        columns = {f"{edge}{k}": rng.integers(0, size - 1, n) for k in (1, 2) for edge in ["start"]}
        table = pd.DataFrame(columns).drop_duplicates()
        for k in (1, 2):
            table[f"chrom{k}"], table[f"end{k}"] = "chr1", table[f"start{k}"] + 1
        points = table.assign(value=1.0)
        root = write_database(folder / f"objects{n}", sizes={"chr1": size}, rects={"p": points})
        db = misha_xr.open_database(root).vtrack("area", "p", "area")
        side = 1_000_000
        scope = pd.DataFrame({f"start{k}": rng.integers(0, size - side, N_WINDOWS) for k in (1, 2)})
        for k in (1, 2):
            scope[f"chrom{k}"], scope[f"end{k}"] = "chr1", scope[f"start{k}"] + side

        def extract(db: misha_xr.Database = db, scope: pd.DataFrame = scope) -> Any:
            return db.extract("area", scope, EachInterval())

        yield f"10^{exponent} objects", [("extract", extract, N_WINDOWS)]


def least(call: Callable[[], Any], repeat: int) -> float:
    """Return the least seconds of some runs, after one that does not count."""
    call()
    found = []
    for _ in range(repeat):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return min(found)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slopes", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--rows", help="as the other suites take; without effect")
    arguments = parser.parse_args()
    print(f"{'one thread':>16s}  {'query':10s}{'ms':>10s}{'ns per step':>13s}")
    with tempfile.TemporaryDirectory() as folder, set_options(n_threads=1):
        for family in (bases, contigs, tracks, objects):
            for label, cases in family(Path(folder)):
                for name, call, n in cases:
                    seconds = least(call, arguments.repeat)
                    text = f"{seconds * 1e3:10.2f}{seconds / n * 1e9:13.2f}"
                    print(f"{label:>16s}  {name:10s}{text}", flush=True)


if __name__ == "__main__":
    main()
