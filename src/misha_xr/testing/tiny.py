"""A tiny database with every kind of axis, and traps in its values; and what readers must see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.testing.database import write_database

__all__ = ["SIZES", "all_bins", "flat_values", "rects_frame", "sparse_frame", "write_tiny"]

SIZES = {"chr1": 1050, "chr2": 605, "chrE": 7, "chrX": 399}
BIN = 50
N_BINS = [21, 13, 1, 8]


def dense_values(scale: float = 1.0) -> dict[str, NDArray[np.float64]]:
    """Return values by chromosome: distinct, with NaN and infinities; chrE has no data."""
    values: dict[str, NDArray[np.float64]] = {
        name: np.asarray(scale * (np.arange(n) + 100.0 * k), dtype=np.float64)
        for k, (name, n) in enumerate(zip(SIZES, N_BINS, strict=True))
    }
    values["chr1"][3] = np.nan
    values["chr2"][[2, 5]] = np.inf, -np.inf
    del values["chrE"]
    return values


def flat_values(scale: float = 1.0) -> NDArray[np.float32]:
    """Return what readers must see on the whole axis: infinities and missing files are NaN."""
    by_name = dense_values(scale)
    parts = [by_name.get(name, np.full(n, np.nan)) for name, n in zip(SIZES, N_BINS, strict=True)]
    whole = np.concatenate(parts).astype(np.float32)
    whole[np.isinf(whole)] = np.nan
    return whole


def sparse_frame() -> pd.DataFrame:
    """Return fourteen records; none on chr2."""
    starts = [0, 10, 100, 250, 251, 400, 500, 600, 1040, 0, 5, 90, 200, 390]
    ends = [10, 20, 150, 251, 260, 450, 600, 640, 1050, 5, 9, 120, 210, 399]
    chroms = ["chr1"] * 9 + ["chrX"] * 5
    frame = pd.DataFrame({"chrom": chroms, "start": starts, "end": ends})
    return frame.assign(value=np.arange(14.0) + 0.5)


def rects_frame() -> pd.DataFrame:
    """Return a grid of twenty rectangles on two pairs of chromosomes."""
    rows: list[tuple[str, int, int, str, int, int, float]] = []
    for chrom1, chrom2 in (("chr1", "chr1"), ("chr1", "chrX")):
        for k in range(10):
            start1, start2 = 100 * k, 30 * k
            rows.append((chrom1, start1, start1 + 60, chrom2, start2, start2 + 20, len(rows) + 1.0))
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "value"]
    return pd.DataFrame(rows, columns=columns)


def all_bins(bin_size: int = BIN) -> list[tuple[str, int, int]]:
    """Return every bin of the genome, made one by one."""
    return [
        (name, start, min(start + bin_size, size))
        for name, size in SIZES.items()
        for start in range(0, size, bin_size)
    ]


def write_tiny(root: Path, layout: str = "per-chromosome") -> Path:
    """Write the database: two dense tracks, one of another bin size, a sparse and a 2D one."""
    coarse = {name: np.arange(-(-size // 200)) * 1.0 for name, size in SIZES.items()}
    return write_database(
        root,
        sizes=SIZES,
        dense={"a": (BIN, dense_values()), "ns.b": (BIN, dense_values(2.0)), "c": (200, coarse)},
        sparse={"sp": sparse_frame()},
        rects={"hic": rects_frame()},
        sets={
            "genes": pd.DataFrame({"chrom": ["chr1", "chrX"], "start": [0, 10], "end": [60, 70]})
        },
        layout=layout,
    )
