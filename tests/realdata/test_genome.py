"""The genome of yeast: a database from its FASTA, compared with another reader of it."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from misha_xr import create_database

# The published digest of chrI, and nothing of this package.
CHR_I_MD5 = "6681ac2f62509cfc220d78751b8dc524"


def independent(path: Path) -> dict[str, str]:
    """Read a FASTA file the plain way."""
    found: dict[str, list[str]] = {}
    parts: list[str] = []
    with gzip.open(path, "rt") as file:
        for line in file:
            if line.startswith(">"):
                parts = found.setdefault(line[1:].split()[0], [])
            else:
                parts.append(line.rstrip("\n"))
    return {name: "".join(lines) for name, lines in found.items()}


@pytest.mark.parametrize("format", ["indexed", "perchrom"])
def test_create_database__yeast(
    tmp_path: Path, data: Path, yeast_sizes: dict[str, int], format: str
) -> None:
    path = data / "sacCer3.fa.gz"
    db = create_database(tmp_path / "db", path, format=format)
    expected = independent(path)
    assert list(db.genome.names) == sorted(expected)
    for code, name in enumerate(db.genome.names):
        size = yeast_sizes[name]
        assert int(db.genome.sizes[code]) == size
        assert db.store.sequence(code, 0, size).decode() == expected[name]
    first = db.genome.code("chrI")
    bases = db.store.sequence(first, 0, yeast_sizes["chrI"])
    assert hashlib.md5(bases.upper()).hexdigest() == CHR_I_MD5
    exported = db.export_fasta(tmp_path / "again.fa", line_width=60)
    again = create_database(tmp_path / "again", exported)
    assert again.store.sequence_files().read(3, 0, 1000) == db.store.sequence(3, 0, 1000)
    assert again.genome.stamp == db.genome.stamp


def test_create_database__sizes_of_yeast_and_chromosomes_of_others(
    tmp_path: Path, data: Path, yeast_sizes: dict[str, int]
) -> None:
    db = create_database(tmp_path / "db", sizes=data / "sacCer3.chrom.sizes", sort=False)
    assert dict(zip(db.genome.names, db.genome.sizes.tolist(), strict=True)) == yeast_sizes
    assert list(db.genome.names) == list(yeast_sizes)
    known = create_database(tmp_path / "known", sizes="sacCer3").genome
    assert set(known.names) - set(yeast_sizes) == {"chrM"}
    assert all(int(known.sizes[known.code(name)]) == size for name, size in yeast_sizes.items())
    mouse = create_database(tmp_path / "mm9", sizes="mm9").genome
    table = (data / "mm9.chrom.sizes").read_text().split()
    given = dict(zip(table[::2], map(int, table[1::2]), strict=True))
    shared = set(given) & set(mouse.names)
    assert len(shared) >= 21
    assert all(int(mouse.sizes[mouse.code(name)]) == given[name] for name in shared)
