"""Training windows beside a loop over pybigtools and pysam on the same data: ``python -m`` this.

Windows of 2 kb in random order, five tracks of 20 bp bins base by base and one-hot bases, in
batches of 64. The loop opens its files once and reads window by window, as samplers of models
usually do. Answers are compared before the clock runs. One process, one thread; files in the page
cache; the best of some rounds, in which subjects take turns.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

N_TRACKS, BIN_BP, CHROM_BP, SIZE, BATCH = 5, 20, 4_000_000, 2000, 64
CHROMS = ("chr1", "chr2", "chr3")
MOST_WINDOWS, N_ROUNDS = 20_000, 4
LETTERS = np.frombuffer(b"ACGT", np.uint8)

Batch = tuple[np.ndarray, np.ndarray]
Reader = Callable[[np.ndarray], Batch]


def write_data(folder: Path) -> None:
    """Write the same signal and bases as a database, as bigWig files and as FASTA."""
    import pybigtools

    from misha_xr.testing.database import write_database

    rng = np.random.default_rng(7)
    bases = {chrom: rng.choice(LETTERS, CHROM_BP).tobytes() for chrom in CHROMS}
    dense = {}
    for k in range(N_TRACKS):
        values = {c: rng.gamma(1, 1, CHROM_BP // BIN_BP).astype(np.float32) for c in CHROMS}
        dense[f"t{k}"] = (BIN_BP, values)
        file = pybigtools.open(str(folder / f"t{k}.bw"), "w")
        file.write(dict.fromkeys(CHROMS, CHROM_BP), entries(values))
    write_database(folder / "db", sequence=bases, dense=dense)
    with (folder / "genome.fa").open("wb") as fasta:
        for chrom in CHROMS:
            fasta.write(b">" + chrom.encode() + b"\n")
            fasta.writelines(
                bases[chrom][lo:hi] + b"\n" for lo, hi in pairwise(range(0, CHROM_BP + 1, 80))
            )


def entries(values: dict[str, np.ndarray]) -> Iterator[tuple[str, int, int, float]]:
    """Yield the bins of a track as bigWig wants them."""
    for chrom in CHROMS:
        for k, value in enumerate(values[chrom].tolist()):
            yield chrom, k * BIN_BP, (k + 1) * BIN_BP, value


def draw_peaks(n_rows: int) -> pd.DataFrame:
    """Draw intervals of 200 bp, in no order."""
    rng = np.random.default_rng(8)
    starts = rng.integers(SIZE, CHROM_BP - SIZE, n_rows)
    chroms = rng.choice(CHROMS, n_rows)
    return pd.DataFrame({"chrom": chroms, "start": starts, "end": starts + 200})


def by_batch(folder: Path, peaks: pd.DataFrame) -> Reader:
    """One gather for a batch."""
    windows = made(folder, peaks)

    def read(numbers: np.ndarray) -> Batch:
        batch = windows[numbers]
        return batch["signal"], batch["one_hot"]

    return read


def one_by_one(folder: Path, peaks: pd.DataFrame) -> Reader:
    """A call for each window."""
    windows = made(folder, peaks)

    def read(numbers: np.ndarray) -> Batch:
        found = [windows[number] for number in numbers.tolist()]
        return np.stack([i["signal"] for i in found]), np.stack([i["one_hot"] for i in found])

    return read


def made(folder: Path, peaks: pd.DataFrame) -> Any:
    """Return our windows."""
    import misha_xr

    misha_xr.set_options(n_threads=1)
    db = misha_xr.open_database(folder / "db")
    return db.windows(peaks, SIZE, [f"t{k}" for k in range(N_TRACKS)], one_hot=True)


def loop(folder: Path, peaks: pd.DataFrame) -> Reader:
    """The loop over pybigtools and pysam."""
    import pybigtools
    import pysam

    files = [pybigtools.open(str(folder / f"t{k}.bw")) for k in range(N_TRACKS)]
    fasta = pysam.FastaFile(str(folder / "genome.fa"))
    table = np.zeros((256, 4), np.uint8)
    table[LETTERS], table[LETTERS + 32] = np.eye(4), np.eye(4)
    chroms, middles = peaks["chrom"].tolist(), ((peaks["start"] + peaks["end"]) // 2).tolist()

    def one(number: int) -> Batch:
        chrom, start = chroms[number], middles[number] - SIZE // 2
        end = start + SIZE
        signal = np.stack([file.values(chrom, start, end, fillna=None) for file in files])
        text = np.frombuffer(fasta.fetch(chrom, start, end).encode(), np.uint8)
        return signal.astype(np.float32), table[text].T

    def read(numbers: np.ndarray) -> Batch:
        signals, bases = zip(*(one(number) for number in numbers.tolist()), strict=True)
        return np.stack(signals), np.stack(bases)

    return read


SUBJECTS: dict[str, Callable[[Path, pd.DataFrame], Reader]] = {
    "misha_xr, by batch": by_batch,
    "misha_xr, one by one": one_by_one,
    "pybigtools + pysam": loop,
}


def speed(read: Reader, batches: list[np.ndarray], seconds: float) -> float:
    """Return windows per second."""
    began, done = time.perf_counter(), 0
    for numbers in batches:
        read(numbers)
        done += len(numbers)
        if time.perf_counter() - began > seconds:
            break
    return done / (time.perf_counter() - began)


def main() -> None:
    """Write the data, compare, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.windows", description=__doc__)
    parser.add_argument("--rows", type=int, default=MOST_WINDOWS, help="number of windows")
    parser.add_argument("--seconds", type=float, default=2.0, help="per subject")
    arguments = parser.parse_args()
    n_rows = min(max(arguments.rows, BATCH), MOST_WINDOWS)
    peaks = draw_peaks(n_rows)
    order = np.random.default_rng(9).permutation(n_rows)
    batches = [order[lo : lo + BATCH] for lo in range(0, n_rows - BATCH + 1, BATCH)]
    with tempfile.TemporaryDirectory() as name:
        write_data(Path(name))
        readers = {subject: make(Path(name), peaks) for subject, make in SUBJECTS.items()}
        answers = [read(batches[0]) for read in readers.values()]
        for answer in answers[1:]:
            np.testing.assert_array_equal(answer[0], answers[0][0])
            np.testing.assert_array_equal(answer[1], answers[0][1])
        speeds = dict.fromkeys(readers, 0.0)
        for _ in range(N_ROUNDS):
            for subject, read in readers.items():
                found = speed(read, batches, arguments.seconds / N_ROUNDS)
                speeds[subject] = max(speeds[subject], found)
    for subject, found in speeds.items():
        ratio = found / speeds["pybigtools + pysam"]
        print(f"{subject:24s}{found:12,.0f} windows/s {ratio:8.1f} x the loop")


if __name__ == "__main__":
    main()
