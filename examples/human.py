"""Build a human (hg19) database from the files in ``examples/data``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from misha_xr.testing.database import write_database

DATA = Path(__file__).parent / "data"
BIN = 10_000


def read_sizes() -> dict[str, int]:
    """Read chromosome sizes, in the order of the file."""
    table = pd.read_csv(DATA / "hg19.chrom.sizes", sep="\t", names=["chrom", "size"])
    return dict(zip(table["chrom"], table["size"].tolist(), strict=True))


def read_contacts() -> pd.DataFrame:
    """Read Hi-C contacts, both orientations of each, with how often each pair was seen."""
    names = ["chrom1", "start1", "strand1", "chrom2", "start2", "strand2"]
    pairs = pd.read_csv(DATA / "hg19_contacts.txt.gz", sep="\t", names=names)
    pairs[["start1", "start2"]] -= 1  # the file counts from 1
    sides = ["chrom1", "start1", "chrom2", "start2"]
    twin = pairs[["chrom2", "start2", "chrom1", "start1"]].set_axis(sides, axis=1)
    off_diagonal = (pairs["chrom1"] != pairs["chrom2"]) | (pairs["start1"] != pairs["start2"])
    both = pd.concat([pairs[sides], twin[off_diagonal]])
    return both.groupby(sides, sort=False).size().rename("value").reset_index()


def coverage(contacts: pd.DataFrame, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    """Count contact sides in bins of 10 kb; both orientations are there, so one side is enough."""
    counts = {}
    for chrom, size in sizes.items():
        rows = contacts[contacts["chrom1"] == chrom]
        bins = rows["start1"].to_numpy() // BIN
        n_bins = -(-size // BIN)
        counts[chrom] = np.bincount(bins, weights=rows["value"], minlength=n_bins)
    return counts


def read_bed(name: str, *columns: str) -> pd.DataFrame:
    """Read a BED file; ``columns`` name what comes behind chrom, start and end."""
    names = ["chrom", "start", "end", *columns]
    return pd.read_csv(DATA / name, sep="\t", names=names, comment="#")


def clip(frame: pd.DataFrame, sizes: dict[str, int]) -> pd.DataFrame:
    """Cut intervals at chromosome ends, saying how many; a few domains reach past them."""
    size = frame["chrom"].map(sizes)
    beyond = frame["end"] > size
    print(f"{beyond.sum()} of {len(frame)} lamina domains end past their chromosome: cut there")
    return frame.assign(end=frame["end"].clip(upper=size))[frame["start"] < size]


def build_database(root: Path) -> Path:
    """Write the database; return its root."""
    sizes = read_sizes()
    contacts = read_contacts()
    exons = read_bed("hg19_exons.bed.gz", "name", "score", "strand").drop(columns="score")
    exons["strand"] = exons["strand"].map({"+": 1, "-": -1})
    lamina = clip(read_bed("hg19_lamina.bed.gz", "value").dropna(), sizes)
    return write_database(
        root,
        sizes=sizes,
        dense={"hic.coverage": (BIN, coverage(contacts, sizes))},
        sparse={"lamina": lamina},
        points={"hic.contacts": contacts},
        sets={"exons": exons, "cpg_islands": read_bed("hg19_cpg.bed", "n_cpg")},
        attributes={
            "hic.coverage": {"description": "Sides of Hi-C contacts per 10 kb, GM12878"},
            "hic.contacts": {"description": "Hi-C contacts, GM12878 (MboI), both orientations"},
            "lamina": {"description": "Lamina-associated domains"},
        },
    )
