"""Signal around 100,000 places beside bigWig readers: ``python -m benchmarks.cubes [--scale M]``.

Five tracks of 20 bp bins, 1 kb on both sides of each centre, 100 offsets of 20 bp. The peers are
loops over pyBigWig (`values`, `stats`) and pybigtools, and deepTools' computeMatrix where it is
installed, on bigWig files of the same values. Each subject runs in a process of its own; peers may
get a share of the places, and their time is scaled up. Answers of that share are compared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import misha_xr
from benchmarks.data import BIN, SCALES, build, read_peaks
from benchmarks.one import peak_mb

TRACKS = ("a", "b", "c", "a", "b")
FLANK = 1000
N_OFFSETS = 2 * FLANK // BIN
TIME_LIMIT = 1800
TARGET = 10
SLOW = {"pyBigWig stats": 0.1}  # share of the places that the other peers get

Call = Callable[[], np.ndarray]


def centres(folder: Path, n: int) -> pd.DataFrame:
    """Return places between two bins and inside chromosomes, spread over the genome.

    There a reader that weights by bases and one that counts bins give the same mean.
    """
    table = read_peaks(folder)
    sizes = misha_xr.open_database(folder / "main").genome
    start = table["start"].to_numpy() // BIN * BIN
    size = sizes.sizes[sizes.codes(table["chrom"])]
    table = table.assign(start=start, end=start + 2)[(start >= FLANK) & (start < size - FLANK)]
    # `center` of two bases is the border between them: one more keeps it on the bin's edge
    table["start"] -= 1
    table["end"] -= 1
    table = table.drop_duplicates()
    return table.iloc[np.linspace(0, len(table) - 1, min(n, len(table))).astype(int)]


def bigwigs(folder: Path) -> list[Path]:
    """Write the tracks as bigWig files, once; a missing value is a gap."""
    target = folder / "bigwig"
    files = [target / f"{name}.bw" for name in "abc"]
    if not (target / "done").exists():
        target.mkdir(exist_ok=True)
        for file in files:
            _write_bigwig(folder, file)
        (target / "done").touch()
    return [target / f"{name}.bw" for name in TRACKS]


def _write_bigwig(folder: Path, file: Path) -> None:
    import pyBigWig

    store = misha_xr.open_database(folder / "main").store
    track, genome = store.track(file.stem), store.genome
    names = [str(name) for name in genome.names]
    writer = pyBigWig.open(str(file), "w")
    writer.addHeader(list(zip(names, genome.sizes.tolist(), strict=True)))
    for code, name in enumerate(names):
        values = track.values(code)
        there = np.flatnonzero(np.isfinite(values))
        writer.addEntries(name, there * BIN, values=values[there].astype(float), span=BIN)
    writer.close()


def ours(folder: Path, places: pd.DataFrame, threads: int) -> Call:
    """One cube."""
    misha_xr.set_options(n_threads=threads)
    db = misha_xr.open_database(folder / "main")
    exprs = {f"t{k}": name for k, name in enumerate(TRACKS)}
    return lambda: db.stack(exprs, places, flank=FLANK, bin=BIN).values  # noqa: PD013


def windows(places: pd.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Yield what loops go through."""
    for chrom, centre in zip(places["chrom"], places["start"] + 1, strict=True):
        yield chrom, centre - FLANK, centre + FLANK


def loop(places: pd.DataFrame, readers: list[Callable[[str, int, int], np.ndarray]]) -> Call:
    """Fill a matrix region by region, file by file."""

    def run() -> np.ndarray:
        out = np.empty((len(places), len(readers), N_OFFSETS))
        for row, where in enumerate(windows(places)):
            for number, read in enumerate(readers):
                out[row, number] = read(*where)
        return out

    return run


def pybigwig_values(folder: Path, places: pd.DataFrame) -> Call:
    """Values of all bases, averaged by NumPy."""
    import pyBigWig

    def reader(path: Path) -> Callable[[str, int, int], np.ndarray]:
        file = pyBigWig.open(str(path))

        def read(chrom: str, start: int, end: int) -> np.ndarray:
            values = file.values(chrom, start, end, numpy=True).reshape(N_OFFSETS, BIN)
            sizes = np.count_nonzero(~np.isnan(values), axis=1)
            with np.errstate(invalid="ignore"):
                return np.nansum(values, axis=1) / np.where(sizes, sizes, np.nan)

        return read

    return loop(places, [reader(path) for path in bigwigs(folder)])


def pybigwig_stats(folder: Path, places: pd.DataFrame) -> Call:
    """Exact means of bins by the library."""
    import pyBigWig

    def reader(path: Path) -> Callable[[str, int, int], np.ndarray]:
        file = pyBigWig.open(str(path))
        how = {"nBins": N_OFFSETS, "exact": True}
        return lambda chrom, start, end: np.array(file.stats(chrom, start, end, **how), float)

    return loop(places, [reader(path) for path in bigwigs(folder)])


def pybigtools_values(folder: Path, places: pd.DataFrame) -> Call:
    """Exact means of bins by the library."""
    import pybigtools

    def reader(path: Path) -> Callable[[str, int, int], np.ndarray]:
        file = pybigtools.open(str(path))
        how = {"bins": N_OFFSETS, "summary": "mean", "exact": True, "missing": math.nan}
        return lambda chrom, start, end: file.values(chrom, start, end, **how)

    return loop(places, [reader(path) for path in bigwigs(folder)])


def compute_matrix(folder: Path, places: pd.DataFrame, command: str) -> Call:
    """Run deepTools on one processor, the compressed text it writes included."""
    files = bigwigs(folder)

    def run() -> np.ndarray:
        with tempfile.TemporaryDirectory() as name:
            bed, out = Path(name) / "places.bed", Path(name) / "matrix.gz"
            table = places[["chrom", "start", "end"]].assign(name=range(len(places)), score=0)
            table.assign(strand=".").to_csv(bed, sep="\t", header=False, index=False)
            call = [command, "reference-point", "--referencePoint", "center", "-p", "1"]
            call += ["-b", str(FLANK), "-a", str(FLANK), "-bs", str(BIN), "--sortRegions", "keep"]
            call += ["-S", *map(str, files), "-R", str(bed), "-o", str(out), "--quiet"]
            subprocess.run(call, check=True, capture_output=True)
            with gzip.open(out) as text:
                found = pd.read_csv(text, sep="\t", comment="@", header=None, na_values="nan")
        return found.iloc[:, 6:].to_numpy(float).reshape(len(found), len(files), N_OFFSETS)

    return run


def subjects(command: str | None) -> dict[str, Callable[[Path, pd.DataFrame], Call]]:
    """Return what is compared; the first is the measure of the others."""
    found: dict[str, Callable[[Path, pd.DataFrame], Call]] = {
        "misha_xr": lambda folder, places: ours(folder, places, 1),
        "misha_xr-2": lambda folder, places: ours(folder, places, 2),
        "pyBigWig values": pybigwig_values,
        "pyBigWig stats": pybigwig_stats,
        "pybigtools": pybigtools_values,
    }
    if command:
        found["computeMatrix"] = lambda folder, places: compute_matrix(folder, places, command)
    return found


def digest(values: np.ndarray) -> list[float]:
    """Reduce an answer to its size, how many values are there, and weighted sums."""
    weights = np.arange(1, values.shape[2] + 1)
    sums = np.nansum(values * weights, axis=(0, 2))
    return [float(values.size), float(np.isfinite(values).sum()), *sums.tolist()]


def measure(subject: str, arguments: argparse.Namespace) -> None:
    """Run one subject, print JSON; those that take long run once."""
    folder = build(SCALES[arguments.scale], arguments.data)
    call = subjects(arguments.compute_matrix)[subject](folder, centres(folder, arguments.places))
    before, times = peak_mb(), []
    answer = None
    while len(times) < 5 and sum(times) < arguments.seconds:
        del answer
        started = time.perf_counter()
        answer = call()
        times.append(time.perf_counter() - started)
    peak = peak_mb() - before
    print(json.dumps({"s": min(times), "mb": peak, "digest": digest(answer)}))


def run(subject: str, arguments: argparse.Namespace, n: int) -> dict:
    """Measure one subject in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.cubes", "--one", subject, "--places", str(n)]
    command += ["--scale", arguments.scale, "--data", str(arguments.data)]
    if arguments.compute_matrix:
        command += ["--compute-matrix", arguments.compute_matrix]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT)
    if done.returncode:
        raise RuntimeError(f"{subject}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cubes", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="M")
    parser.add_argument("--places", type=int, default=100_000)
    parser.add_argument("--share", type=float, default=0.05, help="of the places, for the peers")
    parser.add_argument("--seconds", type=float, default=5.0, help="per subject, at least one run")
    parser.add_argument("--data", type=Path, default=Path("build") / "benchmark-data")
    parser.add_argument("--compute-matrix", default=shutil.which("computeMatrix"))
    parser.add_argument("--subject", nargs="*", help="names of some; default: all")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--rows", help="as the other suites take; without effect")
    return parser.parse_args()


def main() -> None:
    """Parse the command line, measure, print."""
    arguments = parse()
    if arguments.one:
        measure(arguments.one, arguments)
        return
    folder = build(SCALES[arguments.scale], arguments.data)
    bigwigs(folder)
    n = len(centres(folder, arguments.places))
    names = arguments.subject or list(subjects(arguments.compute_matrix))
    n_of = {name: _n_places(name, n, arguments.share) for name in names}
    expected = {few: run("misha_xr", arguments, few)["digest"] for few in {*n_of.values()}}
    best = None
    print(f"{n:,} places x {len(TRACKS)} tracks x {N_OFFSETS} offsets, {arguments.scale}")
    print(f"{'':16s}{'measured':>10s}{'s':>9s}{'us/place':>10s}{'MB':>7s}{'x':>8s}")
    for name, few in n_of.items():
        found = run(name, arguments, few)
        seconds = found["s"] * n / few
        best = best or seconds
        ratio = seconds / best
        verdict = "equal" if np.allclose(found["digest"], expected[few], rtol=1e-5) else "DIFFERS"
        if not name.startswith("misha_xr") and ratio < TARGET:
            verdict += f", below the target of {TARGET}"
        line = f"{name:16s}{few:10,d}{seconds:9.2f}{seconds / n * 1e6:10.1f}"
        print(f"{line}{found['mb']:7.0f}{ratio:8.1f}  {verdict}", flush=True)


def _n_places(name: str, n: int, share: float) -> int:
    if name.startswith("misha_xr"):
        return n
    return max(int(n * share * SLOW.get(name, 1)), 1)


if __name__ == "__main__":
    main()
