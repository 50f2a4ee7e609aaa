"""Bases of intervals as FASTA: the same as asked for one by one, whatever the batches."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

import misha_xr
from misha_xr.errors import IntervalColumnsError, IntervalError, OutputExistsError
from misha_xr.io import sequence_export


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()


def records(path: Path) -> list[tuple[str, str]]:
    """Read a FASTA file."""
    parts = [part.split("\n") for part in text_of(path).split(">")[1:]]
    return [(lines[0], "".join(lines[1:])) for lines in parts]


@pytest.fixture
def genes() -> pd.DataFrame:
    db = misha_xr.example_database()
    rows = [("chr2", 100, 350), ("chr1", 5, 6), ("chrX", 0, 1000), ("chr1", 400, 480)]
    frame = pd.DataFrame(rows, columns=["chrom", "start", "end"])
    return misha_xr.intervals.with_genome(frame, db).assign(
        gene=list("abcd"), strand=[1, -1, 0, -1]
    )


@pytest.mark.parametrize("batch", [1, 300, 1 << 24])
@pytest.mark.parametrize("name", ["a.fa", "a.fa.gz"])
def test_export_sequences__as_sequence(
    genes: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int, name: str
) -> None:
    monkeypatch.setattr(sequence_export, "BATCH_BP", batch)
    db = misha_xr.example_database()
    path = db.export_sequences(genes, tmp_path / name, line_width=60)
    places = ["chr2:100-350(+)", "chr1:5-6(-)", "chrX:0-1000(+)", "chr1:400-480(-)"]
    assert records(path) == list(zip(places, db.sequence(genes), strict=True))
    path = db.export_sequences(genes, path, names="gene", strand=1, line_width=60, overwrite=True)
    assert records(path) == list(zip("abcd", db.sequence(genes, strand=1), strict=True))
    assert max(map(len, text_of(path).split("\n"))) == 60


def test_export_sequences__regions_and_sets(tmp_path: Path) -> None:
    db = misha_xr.example_database()
    path = db.export_sequences("chr1:10-30", tmp_path / "a.fa")
    assert records(path) == [("chr1:10-30", db.sequence("chr1:10-30"))]
    path = db.export_sequences("annotations", tmp_path / "b.fa")
    assert [bases for _, bases in records(path)] == db.sequence("annotations").tolist()


def test_export_sequences__refusals(genes: pd.DataFrame, tmp_path: Path) -> None:
    db = misha_xr.example_database()
    with pytest.raises(IntervalColumnsError, match="no column 'name'"):
        db.export_sequences(genes, tmp_path / "a.fa", names="name")
    for bad in ("a\nb", "", None):
        named = genes.assign(gene=["x", bad, "y", "z"])
        with pytest.raises(IntervalError, match="needs a name on one line"):
            db.export_sequences(named, tmp_path / "a.fa", names="gene")
    assert list(tmp_path.iterdir()) == []
    db.export_sequences(genes, tmp_path / "a.fa")
    with pytest.raises(OutputExistsError):
        db.export_sequences(genes, tmp_path / "a.fa")
