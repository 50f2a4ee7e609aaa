"""The ground of random classic programs: a small database, datasets and files beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.testing.classic_calls import SIZES, write_parity_database
from misha_xr.testing.database import write_database

__all__ = ["COLUMNS_2D", "FILES", "PAIRED", "PLANES", "write_ground"]

COLUMNS_2D = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
PAIRED = ("r2", "p2")
PLANES = ("plane",)
_READS = "".join(
    "\t".join(["x"] * 8 + ["ACGT" * (1 + k % 5), "y", ("chr1", "chr2")[k % 3 == 0], "y"])
    + f"\t{(k * 37) % 900 if k % 3 else (k * 13) % 580}\t{'+-'[k % 2]}\n"
    for k in range(120)
)
# Files that importers read, by name; all coordinates fit the database.
FILES = {
    "rows.bed": "chr2\t5\t40\tb\t3\t-\nchr1\t10\t30\ta\t7.5\t+\nchr1\t100\t101\tc\t0\t.\n",
    "three.bed": "# comment\ntrack name=x\nchr1\t10\t30\n2\t5\t9\n",
    "empty.bed": "",
    "bad.bed": "chr1\tten\t20\n",
    "values.bedGraph": "chr1\t0\t10\t1.5\nchr1\t10\t25\t-2\nchr1\t900\t1003\t4\n"
    "chr2\t7\t60\t0.25\n",
    "values.wig": "track type=wiggle_0\nfixedStep chrom=chr1 start=1 step=10 span=10\n1\n2.5\n-3\n"
    "variableStep chrom=chr2 span=5\n6 4\n16 8\n",
    "values.tsv": "chrom\tstart\tend\tvalue\nchr1\t0\t10\t1.5\nchr1\t50\t80\t3\nchr2\t1\t9\t-1\n",
    "reads.tsv": _READS,
    "genes.gff": "##gff-version 3\n"
    "chr1\tsrc\tgene\t11\t90\t5\t+\t.\tID=g1;Name=one\n"
    "chr1\tsrc\texon\t11\t40\t.\t+\t0\tID=e1;Parent=g1\n"
    "chr2\tsrc\tgene\t101\t190\t.\t-\t.\tID=g2\n",
    "calls.vcf": "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    "chr1\t11\trs1\tA\tC\t50\tPASS\tDP=3;AF=0.5\nchr1\t20\t.\tACG\tA\t.\tq10\tDP=7\n"
    "chr2\t100\trs2\tG\tT,GA\t9.5\tPASS\t.\n",
    "genes.txt": "uc1\tchr1\t+\t50\t300\t60\t290\t2\t50,200,\t150,300,\tP1\ta1\n"
    "uc2\tchr1\t-\t400\t600\t410\t590\t1\t400,\t600,\tP2\ta2\n"
    "uc3\tchr2\t+\t20\t100\t20\t100\t1\t20,\t100,\tP3\ta3\n",
    "annots.txt": "uc1\tBRCA\nuc2\tMYC\nuc3\tTP\n",
    "contacts.txt": "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"
    "chr1\t10\t11\tchr1\t200\t201\t2\nchr1\t30\t33\tchr2\t50\t55\t1\n"
    "chr1\t10\t11\tchr1\t200\t201\t3\nchr2\t7\t8\tchr2\t7\t8\t5\n",
    "fends.txt": "fend\tchr\tcoord\n1\t1\t10\n2\t1\t200\n3\t2\t50\n4\t2\t300\n",
    "adjacent.txt": "fend1\tfend2\tcount\n1\t2\t4\n1\t3\t2\n3\t4\t1\n",
    "boxes.txt": "chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tvalue\n"
    "chr1\t10\t40\tchr1\t200\t260\t2\nchr1\t50\t90\tchr2\t0\t55\t1.5\n",
    "array.tsv": "chrom\tstart\tend\tu\tw\nchr1\t0\t10\t1\t2\nchr1\t20\t30\tnan\t4\n"
    "chr2\t1\t9\t5\t6\n",
    "new.fa": ">chrA\nACGTNNacgt\nAC\n>chrB\nTTTTGG\n",
    "bad.fa": ">chrA\nAC!T\n",
    "none.fa": "",
    "recipes.yaml": "genomes:\n  tiny:\n    source: local\n",
}


def write_ground(home: str | os.PathLike[str], *, layout: str) -> Path:
    """Write the database `db`, two datasets and the files that programs over all domains need.

    Parameters
    ----------
    home : path-like
        The folder that holds them; made if missing. A program that writes gets a copy of it.
    layout : {"per-chromosome", "indexed"}
        Layout of sequence and tracks of the database.

    Returns
    -------
    Path
        The folder.
    """
    home = Path(home)
    files = home / "files"
    files.mkdir(parents=True)
    for name, text in FILES.items():
        (files / name).write_text(text, encoding="ascii")
    (files / "set").mkdir()
    for name in ("values.bedGraph", "values.wig"):
        (files / "set" / name).write_text(FILES[name], encoding="ascii")
    root = write_parity_database(home / "db", layout=layout)
    sequence = {name: "acGTN" * (n // 5) + "A" * (n % 5) for name, n in SIZES.items()}
    for number in (1, 2):
        write_database(
            home / f"ds{number}",
            sequence=sequence,
            sparse={name: _few(number) for name in ("shared", f"only{number}")},
            sets={"sset": _few(number).drop(columns="value")},
        )
    _sets(root)
    return home


def _few(number: int) -> pd.DataFrame:
    rows = {"chrom": ["chr1", "chr2"], "start": [0, 5 * number], "end": [10, 90]}
    return pd.DataFrame({**rows, "value": [float(number), 0.5]})


def _sets(root: Path) -> None:
    """Add sets with columns, a set of rectangles and attributes."""
    from misha_xr import open_database

    db = open_database(root)
    named: dict[str, Any] = {
        "chrom": ["chr1", "chr1", "chr1", "chr2", "chrX"],
        "start": [5, 300, 640, 10, 3],
        "end": [50, 420, 641, 200, 30],
        "strand": [1, -1, 0, 1, -1],
        "name": ["a", "b", "c", "d", "e"],
        "score": [0.5, np.nan, 3.0, -1.0, 7.0],
    }
    db.save_intervals("ns.named", pd.DataFrame(named), attributes={"lab": "x", "note": "n"})
    boxes = [
        ("chr1", 0, 120, "chr1", 90, 260),
        ("chr1", 200, 500, "chr1", 300, 600),
        ("chr1", 40, 90, "chr2", 10, 99),
        ("chr2", 0, 200, "chr2", 100, 300),
    ]
    db.save_intervals("plane", pd.DataFrame(boxes, columns=COLUMNS_2D))
