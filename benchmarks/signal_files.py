"""Signals for the suite of writes: bedGraph, bigWig and SAM to tracks, and tracks to files."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

N_CHROMS, CHROM_BP, BIN = 20, 15_000_000, 100
Call = Callable[[int], Any]


def pieces(n: int) -> list[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """Draw disjoint intervals of all lengths, chromosome by chromosome."""
    rng = np.random.default_rng(7)
    found = []
    for k in sorted(range(1, N_CHROMS + 1), key=str):
        edges = np.unique(rng.integers(0, CHROM_BP, n // N_CHROMS + 1))
        values = rng.gamma(2, 1, len(edges) - 1).astype(np.float32)
        found.append((f"chr{k}", edges[:-1], edges[1:], values))
    return found


def bedgraph(folder: Path, n: int) -> Path:
    """Write text."""
    path = folder / "a.bedgraph"
    with path.open("w") as file:
        for name, *columns in pieces(n):
            rows = zip(*(column.tolist() for column in columns), strict=True)
            file.writelines(f"{name}\t{lo}\t{hi}\t{value:.5g}\n" for lo, hi, value in rows)
    return path


def bigwig(folder: Path, n: int) -> Path:
    """Write a bigWig file: half as many values again as there are rows."""
    import pybigtools

    path, sizes = folder / "a.bw", {f"chr{k}": CHROM_BP for k in range(1, N_CHROMS + 1)}
    rows = (
        (name, *row)
        for name, *columns in pieces(n * 3 // 2)
        for row in zip(*(column.tolist() for column in columns), strict=True)
    )
    pybigtools.open(str(path), "w").write(sizes, rows)
    return path


def sam(folder: Path, n: int) -> Path:
    """Write reads of 50 bases."""
    rng, path = np.random.default_rng(8), folder / "a.sam"
    codes, at = rng.integers(1, N_CHROMS + 1, n).tolist(), rng.integers(1, CHROM_BP, n).tolist()
    tail = f"30\t50M\t*\t0\t0\t{'A' * 50}\t{'I' * 50}\n"
    with path.open("w") as file:
        file.writelines(f"r\t0\tchr{code}\t{x}\t{tail}" for code, x in zip(codes, at, strict=True))
    return path


def ours(write: Callable[[Path, int], Path], bin_size: int | None = None) -> Any:
    """Import with a Database."""

    def prepare(folder: Path, n: int) -> Call:
        import misha_xr

        db, path = misha_xr.open_database(folder / "db"), write(folder, n)

        def call(k: int) -> int:
            db.import_track(f"ours{k}", path, bin_size)
            return n

        return call

    return prepare


def ours_reads(folder: Path, n: int) -> Call:
    """Pile reads up with a Database."""
    import misha_xr

    db, path = misha_xr.open_database(folder / "db"), sam(folder, n)

    def call(k: int) -> int:
        db.import_reads(f"ours{k}", path, BIN, pileup=200)
        return n

    return call


def classic(module: str, write: Callable[[Path, int], Path], bin_size: int | None = None) -> Any:
    """Import with the classic call."""

    def prepare(folder: Path, n: int) -> Call:
        pm = importlib.import_module(module)
        pm.gdb_init(str(folder / "db"))
        path = write(folder, n)

        def call(k: int) -> int:
            if write is sam:
                pm.gtrack_import_mappedseq(f"t{k}", "", str(path), 200, BIN, None)
            else:
                pm.gtrack_import(f"t{k}", "", str(path), bin_size)
            return n

        return call

    return prepare


def ours_export(method: str, name: str) -> Any:
    """Write the values of a track to a file."""

    def prepare(folder: Path, n: int) -> Call:
        import misha_xr

        db = misha_xr.open_database(folder / "db")
        db.import_track("source", bedgraph(folder, n))

        def call(k: int) -> int:
            getattr(db, method)("source", folder / f"{k}{name}")
            return n

        return call

    return prepare


def classic_export(module: str) -> Any:
    """Write the values of a track as bedGraph with the classic call."""

    def prepare(folder: Path, n: int) -> Call:
        pm = importlib.import_module(module)
        pm.gdb_init(str(folder / "db"))
        pm.gtrack_import("source", "", str(bedgraph(folder, n)))

        def call(k: int) -> int:
            pm.gtrack_export_bedgraph("source", str(folder / f"{k}.bg"))
            return n

        return call

    return prepare


def both(write: Callable[[Path, int], Path], bin_size: int | None = None) -> dict[str, Any]:
    """Return the subjects of an import."""
    return {
        "pymisha": classic("pymisha", write, bin_size),
        "misha_xr": ours(write, bin_size),
        "misha_xr.pm": classic("misha_xr.pm", write, bin_size),
    }


CASES = {
    "tc.import.bedgraph.sparse": both(bedgraph),
    "tc.import.bigwig.bin100": both(bigwig, BIN),
    "tc.import.bigwig.sparse": both(bigwig),
    "tc.import.reads": {"pymisha": classic("pymisha", sam), "misha_xr": ours_reads},
    "tc.export.bedgraph": {
        "pymisha": classic_export("pymisha"),
        "misha_xr": ours_export("export_bedgraph", ".bg"),
    },
    "tc.export.bigwig": {"misha_xr": ours_export("export_bigwig", ".bw")},
}
