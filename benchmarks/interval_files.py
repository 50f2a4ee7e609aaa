"""Files of intervals for the suite of writes: BED, GTF, VCF and genes read, BED written."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

N_CHROMS, CHROM_BP = 20, 15_000_000
Call = Callable[[int], Any]


def peaks(n: int) -> pd.DataFrame:
    """Draw intervals in genome order, as BED6 has them."""
    rng = np.random.default_rng(5)
    codes = np.sort(rng.integers(0, N_CHROMS, n))
    starts = rng.integers(0, CHROM_BP - 1000, n)
    starts = starts[np.lexsort([starts, codes])]
    return pd.DataFrame(
        {
            "chrom": np.array([f"chr{k + 1}" for k in range(N_CHROMS)])[codes],
            "start": starts,
            "end": starts + rng.integers(1, 1000, n),
            "name": [f"peak{k}" for k in range(n)],
            "score": rng.integers(0, 1000, n),
            "strand": np.array(["+", "-"])[rng.integers(0, 2, n)],
        }
    )


def bed_file(folder: Path, n: int) -> Path:
    """Write the peaks."""
    path = folder / "peaks.bed"
    peaks(n).to_csv(path, sep="\t", header=False, index=False)
    return path


def gtf_file(folder: Path, n: int) -> Path:
    """Write exons with four attributes."""
    frame = peaks(n)
    text = [
        f'gene_id "g{k // 9}"; transcript_id "t{k // 3}"; exon "{k % 9}"; tag "a";'
        for k in range(n)
    ]
    columns = [frame["chrom"], "source", "exon", frame["start"] + 1, frame["end"], "."]
    table = pd.DataFrame(dict(enumerate([*columns, frame["strand"], ".", text])))
    path = folder / "exons.gtf"
    table.to_csv(path, sep="\t", header=False, index=False, quoting=3)
    return path


def vcf_file(folder: Path, n: int) -> Path:
    """Write variants of one base."""
    frame = peaks(n)
    columns = [
        frame["chrom"],
        frame["start"] + 1,
        frame["name"],
        "A",
        "T",
        50,
        "PASS",
        "DP=7;AF=0.5",
    ]
    path = folder / "variants.vcf"
    table = pd.DataFrame(dict(enumerate(columns)))
    table.to_csv(path, sep="\t", header=False, index=False)
    return path


def ours(write: Callable[[Path, int], Path], method: str, **how: Any) -> Callable[..., Call]:
    """Read with a Database."""

    def case(folder: Path, n: int) -> Call:
        import misha_xr

        path, read = write(folder, n), getattr(misha_xr.open_database(folder / "db"), method)
        return lambda _: len(read(path, **how))

    return case


def classic(write: Callable[[Path, int], Path], module: str, name: str) -> Callable[..., Call]:
    """Read with the classic call."""

    def case(folder: Path, n: int) -> Call:
        pm = importlib.import_module(module)
        pm.gdb_init(str(folder / "db"))
        path, read = write(folder, n), getattr(pm, name)
        return lambda _: len(read(str(path)))

    return case


def plain_bed(folder: Path, n: int) -> Call:
    """Read with pandas: no chromosome is looked up, nothing is checked or sorted."""
    path = bed_file(folder, n)
    return lambda _: len(pd.read_csv(path, sep="\t", header=None))


def bioframe_bed(folder: Path, n: int) -> Call:
    """Read with bioframe."""
    import bioframe

    path = bed_file(folder, n)
    return lambda _: len(bioframe.read_table(path, schema="bed6"))


def ours_bed_out(folder: Path, n: int) -> Call:
    """Write with a Database."""
    import misha_xr

    db = misha_xr.open_database(folder / "db")
    frame = db.read_bed(bed_file(folder, n))

    def call(k: int) -> int:
        db.export_bed(frame, folder / f"out{k}.bed")
        return n

    return call


def plain_bed_out(folder: Path, n: int) -> Call:
    """Write with pandas."""
    frame = peaks(n)

    def call(k: int) -> int:
        frame.to_csv(folder / f"out{k}.bed", sep="\t", header=False, index=False)
        return n

    return call


def _subjects(write: Callable[[Path, int], Path], kind: str) -> dict[str, Callable[..., Call]]:
    name = f"gintervals_import_{kind}"
    return {
        "pymisha": classic(write, "pymisha", name),
        "misha_xr": ours(write, f"read_{kind}"),
        "misha_xr.pm": classic(write, "misha_xr.pm", name),
    }


CASES: dict[str, dict[str, Callable[[Path, int], Call]]] = {
    "bed.read": {
        "pandas": plain_bed,
        "bioframe": bioframe_bed,
        **_subjects(bed_file, "bed"),
    },
    "bed.write": {"pandas": plain_bed_out, "misha_xr": ours_bed_out},
    "gtf.read": _subjects(gtf_file, "gff"),
    "vcf.read": _subjects(vcf_file, "vcf"),
}
