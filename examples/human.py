"""Build a human (hg19) database from the files in ``examples/data``, with the importers."""

from __future__ import annotations

import gzip
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import misha_xr

DATA = Path(__file__).parent / "data"
BIN = 10_000
PAIRS_HEAD = "## pairs format v1.0\n#columns: readID chr1 pos1 chr2 pos2 strand1 strand2\n"


def write_pairs(path: Path) -> Path:
    """Give the contacts the form of 4DN pairs; the published file orders columns otherwise."""
    names = ["chr1", "pos1", "strand1", "chr2", "pos2", "strand2"]
    table = pd.read_csv(DATA / "hg19_contacts.txt.gz", sep="\t", names=names)
    table.insert(0, "readID", ".")
    columns = ["readID", "chr1", "pos1", "chr2", "pos2", "strand1", "strand2"]
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write(PAIRS_HEAD)
        table[columns].to_csv(file, sep="\t", header=False, index=False)
    return path


def contact_coverage(db: misha_xr.Database) -> dict[str, np.ndarray]:
    """Count contact sides in bins; each contact is stored both ways, so one side is enough."""
    contacts = db.extract("hic.contacts", scope="genome")
    bins = contacts["start1"] // BIN
    counts = contacts["hic.contacts"].groupby([contacts["chrom1"], bins], observed=True).sum()
    coverage = {}
    for chrom, size in zip(db.genome.names, db.genome.sizes.tolist(), strict=True):
        coverage[chrom] = np.zeros(-(-size // BIN))
        if chrom in counts.index.levels[0]:
            found = counts.loc[chrom]
            coverage[chrom][found.index] = found
    return coverage


def build_database(root: Path) -> Path:
    """Create the database and fill it; return its root."""
    db = misha_xr.create_database(root, sizes=DATA / "hg19.chrom.sizes", sort=False)
    db.import_intervals("exons", DATA / "hg19_exons.bed.gz")
    db.import_intervals("cpg_islands", DATA / "hg19_cpg.bed")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", misha_xr.errors.MishaWarning)
        db.import_track(
            "lamina",
            DATA / "hg19_lamina.bed.gz",
            format="bedgraph",
            beyond="clip",
            description="Lamina-associated domains",
        )
    print(*(f"  {warning.message}" for warning in told), sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        db.import_contacts(
            "hic.contacts",
            write_pairs(Path(folder, "contacts.pairs.gz")),
            description="Hi-C contacts, GM12878 (MboI), both orientations",
        )
    db.create_dense_bins(
        "hic.coverage",
        contact_coverage(db),
        BIN,
        description="Sides of Hi-C contacts per 10 kb, GM12878",
    )
    return root
