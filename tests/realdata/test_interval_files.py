"""Published BED, GTF and peak files: read as plain readers read them, and written back."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import CorruptFileError, MishaWarning, UnknownChromosomeError
from misha_xr.genome import Genome
from misha_xr.io.bed import read_bed
from misha_xr.io.bed_export import export_bed
from misha_xr.io.genes import read_gene_sets
from misha_xr.io.gff import read_gff

pytestmark = pytest.mark.realdata
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV"]
YEAST_FILES = [
    "scer_orfs.bed.gz",
    "scer_transcripts.bed.gz",
    "scer_spt6_tss_summits.bed",
    "scer_tata_rhee2012.bed",
    "scer_tss.ensnames.bed.gz",
    "scer_hic_borders.ensnames.bed",
]
HUMAN_FILES = ["hg19_chipseq.bed.gz", "hg19_cpg.bed", "hg19_exons.bed.gz", "hg19_lamina.bed.gz"]


@pytest.fixture(scope="module")
def yeast(yeast_sizes: dict[str, int]) -> Genome:
    return Genome(list(yeast_sizes), list(yeast_sizes.values()))


@pytest.fixture(scope="module")
def human(data: Path) -> Genome:
    table = pd.read_csv(data / "hg19" / "hg19.chrom.sizes", sep="\t", header=None)
    return Genome(table[0].tolist(), table[1].tolist())


def plain(path: Path, genome: Genome) -> pd.DataFrame:
    """Read a BED file with pandas alone, rows on known chromosomes, in genome order."""
    table = pd.read_csv(path, sep="\t", header=None, comment="#", dtype={3: "str"}, na_filter=False)
    table[0] = [name if name.startswith("chr") else f"chr{name}" for name in table[0].astype(str)]
    table = table[table[0].isin(genome.names)]
    order = {name: k for k, name in enumerate(genome.names)}
    table["code"] = table[0].map(order)
    sizes = genome.sizes[table["code"]]
    table[2] = np.minimum(table[2], sizes)
    table = table[table[1] < sizes]
    return table.sort_values(["code", 1, 2], kind="stable").reset_index(drop=True)


def check_bed(path: Path, genome: Genome, folder: Path) -> None:
    expected = plain(path, genome)
    frame = read_bed(path, genome, unknown="skip", beyond="clip")
    assert frame["chrom"].tolist() == expected[0].tolist()
    np.testing.assert_array_equal(frame["start"], expected[1])
    np.testing.assert_array_equal(frame["end"], expected[2])
    if "name" in frame:
        assert frame["name"].tolist() == expected[3].tolist()
    if "score" in frame:
        np.testing.assert_array_equal(
            frame["score"], pd.to_numeric(expected[4].replace(".", np.nan))
        )
    if "strand" in frame:
        signs = expected[5].map({"+": 1, "-": -1, ".": 0})
        np.testing.assert_array_equal(frame["strand"], signs)
    columns = list(frame.columns[6:])
    again = read_bed(
        export_bed(frame, folder / "again.bed.gz", columns=columns),
        genome,
        columns=list(frame.columns[3:]),
    )
    pd.testing.assert_frame_equal(again, frame, check_exact=True, check_dtype=not columns)


@pytest.mark.parametrize("name", YEAST_FILES)
@pytest.mark.filterwarnings("ignore::misha_xr.errors.MishaWarning")
def test_read_bed__yeast(data: Path, yeast: Genome, tmp_path: Path, name: str) -> None:
    check_bed(data / name, yeast, tmp_path)


@pytest.mark.parametrize("name", HUMAN_FILES)
@pytest.mark.filterwarnings("ignore::misha_xr.errors.MishaWarning")
def test_read_bed__human(data: Path, human: Genome, tmp_path: Path, name: str) -> None:
    check_bed(data / "hg19" / name, human, tmp_path)


def test_read_bed__what_the_readme_warns_of(data: Path, yeast: Genome) -> None:
    with pytest.raises(UnknownChromosomeError, match="chrM"):
        read_bed(data / "scer_orfs.bed.gz", yeast)
    with pytest.warns(MishaWarning, match="'chrM': 19"):
        assert len(read_bed(data / "scer_orfs.bed.gz", yeast, unknown="skip")) == 5889 - 19
    with pytest.warns(MishaWarning, match="'Mito'"):
        frame = read_bed(data / "scer_tss.ensnames.bed.gz", yeast, unknown="skip")
    assert frame["chrom"].cat.codes.is_monotonic_increasing
    # Another strain: its chromosomes are chr1 to chr16, and none is known here.
    with pytest.raises(UnknownChromosomeError, match="none of its chromosomes"):
        read_bed(data / "scer_w303_cohesin_peaks.bed", yeast, unknown="skip")


def test_read_bed__other_strain_by_aliases(data: Path, yeast: Genome) -> None:
    names = {f"chr{k}": f"chr{roman}" for k, roman in enumerate([*ROMAN, "XV", "XVI"], 1)}
    path = data / "scer_w303_cohesin_peaks.bed"
    frame = read_bed(path, yeast, aliases=names)
    found = pd.read_csv(path, sep="\t", header=None)[0].map(names).value_counts()
    assert frame["chrom"].value_counts().to_dict() == {**dict.fromkeys(yeast.names, 0), **found}


def test_read_bed__reads_of_another_assembly_are_told(data: Path, human: Genome) -> None:
    path = data / "hg19" / "hg19_chipseq.bed.gz"
    with pytest.raises(CorruptFileError, match=r"(?s)line 422.*another assembly"):
        read_bed(path, human)
    table = pd.read_csv(path, sep="\t", header=None)
    n_gone = int((table[1].to_numpy() >= human.sizes[human.codes(table[0])]).sum())
    with pytest.warns(MishaWarning, match=f"0 rows .* were cut, {n_gone} that also start there"):
        assert len(read_bed(path, human, beyond="clip")) == 10_000 - n_gone


def test_read_bed__narrow_peaks(data: Path) -> None:
    path = data / "encode_example.narrowPeak"
    table = pd.read_csv(path, sep="\t", header=None)
    sizes = table.groupby(0)[2].max()
    frame = read_bed(path, Genome(sizes.index.tolist(), sizes.tolist()))
    assert list(frame.columns[6:]) == ["signal_value", "p_value", "q_value", "peak"]
    assert (frame["strand"] == 0).all()
    expected = table.sort_values([0, 1, 2], kind="stable")
    np.testing.assert_array_equal(frame.iloc[:, 6:], expected.iloc[:, 6:])


def slow_gtf(path: Path) -> list[tuple[str, str, int, int, str, dict[str, str]]]:
    rows = []
    with gzip.open(path, "rt") as file:
        for line in file:
            if not line.startswith("#"):
                fields = line.rstrip("\n").split("\t")
                attributes = dict(re.findall(r'(\w+) "([^"]*)"', fields[8]))
                start, end = int(fields[3]) - 1, int(fields[4])
                rows.append((fields[0], fields[2], start, end, fields[6], attributes))
    return rows


def test_read_gff__yeast_genes_row_by_row(data: Path, yeast: Genome) -> None:
    path = data / "sacCer3.ensGene.chrIV.gtf.gz"
    expected = sorted(slow_gtf(path), key=lambda row: row[2:4])
    frame = read_gff(path, yeast)
    assert frame["type"].tolist() == [row[1] for row in expected]
    assert frame[["start", "end"]].values.tolist() == [list(row[2:4]) for row in expected]
    assert frame["strand"].map({1: "+", -1: "-"}).tolist() == [row[4] for row in expected]
    for key in {key for row in expected for key in row[5]}:
        assert frame[key].fillna("").tolist() == [row[5].get(key, "") for row in expected]


def test_read_gene_sets__yeast_genes(data: Path, yeast: Genome) -> None:
    path = data / "sacCer3.ensGene.chrIV.gtf.gz"
    rows = slow_gtf(path)
    sets = read_gene_sets(path, yeast)
    transcripts = [row for row in rows if row[1] == "transcript"]
    starts = {(row[2] if row[4] == "+" else row[3] - 1) for row in transcripts}
    assert sets["tss"]["start"].tolist() == sorted(starts)
    assert set(";".join(sets["tss"]["name"]).split(";")) == {
        row[5]["transcript_id"] for row in transcripts
    }
    covered = np.zeros(yeast.sizes[yeast.code("chrIV")], np.bool_)
    for row in rows:
        if row[1] == "exon":
            covered[row[2] : row[3]] = True
    assert (sets["exons"]["end"] - sets["exons"]["start"]).sum() == covered.sum()
