"""Create databases from FASTA: a million contigs, and one contig of any length; peak memory."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from misha_xr.database import Store
from misha_xr.database.writing.create import create_from_fasta


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(folder: Path, n_contigs: int) -> None:
    line = b"ACGTacgtNN" * 8 + b"\n"
    long, many = folder / "long.fa", folder / "many.fa"
    with long.open("wb") as file:
        file.write(b">chr1\n")
        for _ in range(n_contigs // 1000):
            file.write(line * 3000)
    with many.open("wb") as file:
        for lo in range(0, n_contigs, 10_000):
            file.write(b"".join(b">scaffold_%d\n%b" % (k, line) for k in range(lo, lo + 10_000)))
    first = peak()
    create_from_fasta(folder / "long", [long])
    second = peak()
    create_from_fasta(folder / "many", [many])
    third = peak()
    sizes = [int(Store(folder / name).genome.total_bp) for name in ("long", "many")]
    print(json.dumps({"long": second - first, "many": third - first, "sizes": sizes}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
