"""The data that every subject reads: a made-up genome with three dense tracks and a sparse one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from misha_xr.testing.database import write_database

BIN = 20
N_CHROMS = 24
N_PIECES = 20_000
PIECE_BP = 500


@dataclass(frozen=True)
class Scale:
    """How large the data are: genome in base pairs, sparse intervals, peaks, small tracks."""

    name: str
    genome_bp: int
    n_sparse: int
    n_peaks: int
    n_small: int


SCALES = {
    "S": Scale("S", 40_000_000, 130_000, 13_000, 2_000),
    "M": Scale("M", 300_000_000, 1_000_000, 100_000, 2_000),
}


def chrom_sizes(scale: Scale) -> dict[str, int]:
    """Split the genome like a mammal's: each chromosome somewhat shorter than the one before."""
    weights = np.linspace(2.0, 0.5, N_CHROMS)
    sizes = (scale.genome_bp * weights / weights.sum()).astype(int) // BIN * BIN
    return {f"chr{k + 1}": int(size) for k, size in enumerate(sizes)}


def build(scale: Scale, folder: Path) -> Path:
    """Write the databases of a scale once; return their folder."""
    target = folder / scale.name
    if not (target / "done").exists():
        _build_tracks(scale, target)
    if not (target / "bases.done").exists():
        _build_bases(scale, target)
    return target


def _build_tracks(scale: Scale, target: Path) -> None:
    """Write the tracks and the table of peaks.

    Their folders seq/ stay empty: no case on tracks reads a base.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    sizes = chrom_sizes(scale)
    rng = np.random.default_rng(20)
    dense = {name: (BIN, _signal(rng, sizes)) for name in "abc"}
    sparse = _intervals(rng, sizes, scale.n_sparse, value=True)
    write_database(target / "main", sizes=sizes, dense=dense, sparse={"sp": sparse})
    _intervals(rng, sizes, scale.n_peaks).to_csv(target / "peaks.tsv", sep="\t", index=False)
    small = {"chr1": 10_000, "chr2": 5_000}
    tracks = {f"t{k:04d}": (100, _signal(rng, small, 100)) for k in range(scale.n_small)}
    write_database(target / "many", sizes=small, dense=tracks)
    for name in ("main", "many"):
        (target / name / "seq").mkdir(exist_ok=True)
    (target / "done").touch()


def _build_bases(scale: Scale, target: Path) -> None:
    """Write a database of nothing but sequence, and intervals on it with strands."""
    shutil.rmtree(target / "bases", ignore_errors=True)
    sizes, rng = chrom_sizes(scale), np.random.default_rng(21)
    letters = np.frombuffer(b"ACGTacgt", np.uint8)
    sequence = {name: letters[rng.integers(0, 8, n)].tobytes() for name, n in sizes.items()}
    write_database(target / "bases", sequence=sequence, layout="indexed")
    codes = np.sort(rng.integers(0, N_CHROMS, N_PIECES))
    room = np.array(list(sizes.values()))[codes] - PIECE_BP
    starts = (rng.random(N_PIECES) * room).astype(np.int64)
    pieces = pd.DataFrame({"chrom": np.array(list(sizes))[codes], "start": starts})
    pieces["end"] = starts + PIECE_BP
    pieces.to_csv(target / "pieces.tsv", sep="\t", index=False)
    (target / "bases.done").touch()


def read_peaks(folder: Path) -> pd.DataFrame:
    """Read the table of disjoint intervals, chromosomes as text."""
    return pd.read_csv(folder / "peaks.tsv", sep="\t")


def read_pieces(folder: Path) -> pd.DataFrame:
    """Read the table of intervals whose bases are asked for."""
    return pd.read_csv(folder / "pieces.tsv", sep="\t")


def _signal(
    rng: np.random.Generator, sizes: dict[str, int], bin_size: int = BIN
) -> dict[str, np.ndarray]:
    """Skewed values with one missing in fifty."""
    out = {}
    for name, size in sizes.items():
        values = rng.gamma(1.5, 1.0, -(-size // bin_size)).astype(np.float32)
        values[rng.random(len(values)) < 0.02] = np.nan
        out[name] = values
    return out


def _intervals(
    rng: np.random.Generator, sizes: dict[str, int], n: int, *, value: bool = False
) -> pd.DataFrame:
    """Disjoint intervals, spread evenly with random gaps and lengths."""
    total = sum(sizes.values())
    frames = []
    for name, size in sizes.items():
        count = max(n * size // total, 1)
        edges = np.sort(rng.choice(size // 5, 2 * count, replace=False)) * 5
        frames.append(pd.DataFrame({"chrom": name, "start": edges[::2], "end": edges[1::2]}))
    frame = pd.concat(frames, ignore_index=True)
    if value:
        frame["value"] = rng.random(len(frame)).astype(np.float32)
    return frame
