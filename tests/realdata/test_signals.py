"""Real signals and reads as tracks, against their own readers, value by value."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import misha_xr
from misha_xr.api import Database
from misha_xr.errors import MishaWarning, UnknownChromosomeError
from misha_xr.testing.database import write_database
from misha_xr.testing.signals import rows_slowly

pytestmark = pytest.mark.realdata


@pytest.fixture(params=["per-chromosome", "indexed"])
def db(request: pytest.FixtureRequest, yeast_sizes: dict[str, int], tmp_path: Path) -> Database:
    sequence = {name: "A" * size for name, size in yeast_sizes.items()}
    return misha_xr.open_database(
        write_database(tmp_path / "db", sequence=sequence, layout=request.param)
    )


def rows_of(db: Database, name: str) -> list[tuple[str, int, int, float]]:
    frame = db.extract(name)
    columns = (frame["chrom"].astype(str), frame["start"], frame["end"], frame[name])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def means(rows: list[tuple[str, int, int, float]], size: int, bin_size: int) -> np.ndarray:
    """Means of bins by way of every base."""
    bases = np.full(size, np.nan)
    for _, start, end, value in rows:
        bases[start:end] = value
    padded = np.append(bases, np.full(-size % bin_size, np.nan)).reshape(-1, bin_size)
    counts = np.isfinite(padded).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.nansum(padded, axis=1) / np.where(counts, counts, np.nan)


@pytest.mark.parametrize("name", ["scer_mnase.bw", "scer_rna_rev.bw", "scer_polii.chr.bw"])
def test_bigwig__as_pybigtools_reads_it(db: Database, data: Path, name: str) -> None:
    pybigtools = pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    file = pybigtools.open(str(data / name))
    roman = {chrom: chrom if chrom.startswith("chr") else f"chr{chrom}" for chrom in file.chroms()}
    expected = [(to, *row) for chrom, to in roman.items() for row in file.records(chrom)]
    db.import_track("t", data / name)
    assert rows_of(db, "t") == expected
    db.import_track("b", data / name, 100)
    for target in roman.values():
        code = db.genome.code(target)
        mine = [row for row in expected if row[0] == target]
        found = db.store.track("b").values(code)
        np.testing.assert_allclose(found, means(mine, int(db.genome.sizes[code]), 100), rtol=1e-5)


def test_bedgraph_and_wig__as_slow_readers_read_them(db: Database, data: Path) -> None:
    for name in ("scer_scc1.bedGraph.gz", "scer_rna_rev.wig.gz"):
        expected = sorted(
            rows_slowly(gzip.decompress((data / name).read_bytes()).decode()),
            key=lambda row: (db.genome.code(row[0]), row[1]),
        )
        db.import_track("t", data / name, overwrite=db.store.has_track("t"))
        found = rows_of(db, "t")
        assert [row[:3] for row in found] == [row[:3] for row in expected]
        np.testing.assert_array_equal(
            [row[3] for row in found], np.float32([row[3] for row in expected])
        )


def test_wig__holds_what_the_bigwig_holds(db: Database, data: Path) -> None:
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    db.import_track("wig", data / "scer_rna_rev.wig.gz", 50)
    db.import_track("bw", data / "scer_rna_rev.bw", 50)
    for chrom in ("chrII", "chrIV", "chrXVI"):
        code = db.genome.code(chrom)
        one, two = (db.store.track(name).values(code) for name in ("wig", "bw"))
        np.testing.assert_allclose(one, two, rtol=1e-5)


def test_bed__scores_and_chromosomes_that_the_genome_lacks(db: Database, data: Path) -> None:
    path = data / "scer_transcripts.bed.gz"
    table = pd.read_csv(path, sep="\t", header=None)
    db.import_track("t", path, 1000, func="count")
    values = [db.store.track("t").values(code) for code in range(db.genome.n_chroms)]
    known = table[table[0].isin(db.genome.names)]
    n_bins = ((known[2] - 1) // 1000 - known[1] // 1000 + 1).sum()
    assert sum(float(part.sum()) for part in values) == n_bins
    with pytest.raises(UnknownChromosomeError, match="Mito"):
        db.import_track("tss", data / "scer_tss.ensnames.bed.gz", 1000)
    with pytest.warns(MishaWarning, match="'Mito'"):
        db.import_track("tss", data / "scer_tss.ensnames.bed.gz", 1000, unknown="skip")


def test_peaks__of_another_assembly_are_told(db: Database, data: Path) -> None:
    with pytest.raises(UnknownChromosomeError):
        db.import_track("t", data / "encode_example.narrowPeak")


def test_bam__as_pysam_reads_it(db: Database, data: Path) -> None:
    pysam = pytest.importorskip("pysam", reason="the extra bam is not installed")
    path = data / "scer_rnaseq.bam"
    begins: Counter[tuple[str, int]] = Counter()
    covered = {
        name: np.zeros(size) for name, size in zip(db.genome.names, db.genome.sizes, strict=True)
    }
    with pysam.AlignmentFile(str(path)) as file:
        reads = [read for read in file if not read.is_unmapped]
    for read in reads:
        at = read.reference_end - 1 if read.is_reverse else read.reference_start
        begins[read.reference_name, at] += 1
        covered[read.reference_name][read.reference_start : read.reference_end] += 1
    found = db.import_reads("t", path, remove_duplicates=False)
    assert (found.total, found.mapped, found.unmapped) == (24_999, 23_572, 1_427)
    assert {row[:2]: row[3] for row in rows_of(db, "t")} == begins
    db.import_reads("c", path, 20, remove_duplicates=False)
    for name, bases in covered.items():
        expected = np.append(bases, np.full(-len(bases) % 20, np.nan)).reshape(-1, 20)
        values = db.store.track("c").values(db.genome.code(name))
        np.testing.assert_allclose(values, np.nanmean(expected, axis=1), rtol=1e-6)
    n_plus, n_minus = (db.import_reads(f"s{k}", path, strand=s).mapped for k, s in enumerate("+-"))
    assert n_plus + n_minus == found.mapped


def test_exports__come_back(db: Database, data: Path, tmp_path: Path) -> None:
    pytest.importorskip("pybigtools", reason="the extra bigwig is not installed")
    db.import_track("t", data / "scer_mnase.bw")
    expected = rows_of(db, "t")
    db.export_bigwig("t", tmp_path / "a.bw")
    db.export_bedgraph("t", tmp_path / "a.bg.gz")
    for name in ("a.bw", "a.bg.gz"):
        db.import_track("back", tmp_path / name, overwrite=db.store.has_track("back"))
        assert rows_of(db, "back") == expected
