"""GFF3 and GTF: places from 1, features, attributes, odd rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from misha_xr.errors import CorruptFileError, NameCollisionError, UnknownNameError
from misha_xr.genome import Genome
from misha_xr.io.gff import read_gff

GENOME = Genome(["chr1", "chr2"], [1000, 600])
GFF = """##gff-version 3
chr1\tsrc\tgene\t11\t20\t.\t+\t.\tID=g1;Name=a%20b
chr1\tsrc\texon\t5\t6\t0.5\t-\t0\tID=e1;strand=odd

# remark
2\tother\texon\t1\t6\t.\t?\t2\tParent=x
chr2\tsrc\texon\t5\t600\t.\t.\t.\t.
###
##FASTA
>chr1
ACGT
"""


@pytest.fixture
def gff(tmp_path: Path) -> Path:
    path = tmp_path / "a.gff3"
    path.write_text(GFF)
    return path


def test_read_gff__places_and_columns(gff: Path) -> None:
    frame = read_gff(gff, GENOME)
    assert frame[["chrom", "start", "end", "strand", "type"]].values.tolist() == [
        ["chr1", 4, 6, -1, "exon"],
        ["chr1", 10, 20, 1, "gene"],
        ["chr2", 0, 6, 0, "exon"],
        ["chr2", 4, 600, 0, "exon"],
    ]
    np.testing.assert_array_equal(frame["score"], [0.5, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(frame["phase"], [0, np.nan, 2, np.nan])
    assert list(frame.columns[8:]) == ["ID", "Name", "attribute_strand", "Parent"]
    assert frame["ID"].fillna("-").tolist() == ["e1", "g1", "-", "-"]
    assert frame["Name"][1] == "a b"


def test_read_gff__features_and_attributes(gff: Path) -> None:
    assert read_gff(gff, GENOME, feature="gene")["ID"].tolist() == ["g1"]
    frame = read_gff(gff, GENOME, feature=["gene", "exon"], attributes=["Parent", "no"])
    assert list(frame.columns[8:]) == ["Parent", "no"]
    assert len(frame) == 4
    texts = read_gff(gff, GENOME, attributes="text")["attributes"]
    assert texts.tolist() == ["ID=e1;strand=odd", "ID=g1;Name=a%20b", "Parent=x", "."]
    assert list(read_gff(gff, GENOME, attributes=None).columns)[-1] == "phase"
    with pytest.raises(UnknownNameError, match=r"(?s)'exons'.*'gene'.*did you mean 'exon'"):
        read_gff(gff, GENOME, feature="exons")


def test_read_gff__attributes_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "a.gff"
    path.write_text("chr1\tx\tgene\t1\t2\t.\t+\t.\tstart=1;attribute_start=2\n")
    with pytest.raises(NameCollisionError, match="attribute_start"):
        read_gff(path, GENOME)


BAD = {
    "columns": ("chr1\tx\tgene\t1\t2\t.\t+\n", "line 2: expected at least 8 columns .* found 7"),
    "zero": ("chr1\tx\tgene\t0\t2\t.\t+\t.\t.\n", "line 2: the interval begins before 1"),
    "order": ("chr1\tx\tgene\t5\t4\t.\t+\t.\t.\n", "line 2: the interval is empty"),
    "end": ("chr1\tx\tgene\t5\t1001\t.\t+\t.\t.\n", "line 2: the interval ends beyond"),
    "strand": ("chr1\tx\tgene\t5\t6\t.\tx\t.\t.\n", "line 2: the strand is none of"),
    "score": ("chr1\tx\tgene\t5\t6\tlow\t+\t.\t.\n", "line 2: score is not a number"),
    "place": ("chr1\tx\tgene\tx\t6\t1\t+\t.\t.\n", "line 2: start is not a whole number"),
}


@pytest.mark.parametrize("case", BAD)
def test_read_gff__bad_lines(tmp_path: Path, case: str) -> None:
    text, problem = BAD[case]
    path = tmp_path / "bad.gff"
    path.write_text("##gff-version 3\n" + text)
    with pytest.raises(CorruptFileError, match=rf"bad\.gff, {problem}"):
        read_gff(path, GENOME)


def test_read_gff__no_rows(tmp_path: Path) -> None:
    path = tmp_path / "none.gff"
    path.write_text("##gff-version 3\n")
    assert len(read_gff(path, GENOME, feature="exon")) == 0
