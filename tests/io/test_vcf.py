"""VCF: places of reference alleles, fixed columns, INFO as the header describes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import misha_xr
from misha_xr.errors import CorruptFileError
from misha_xr.genome import Genome
from misha_xr.io.vcf import read_vcf

GENOME = Genome(["chr1", "chr2"], [1000, 600])
VCF = """##fileformat=VCFv4.3
##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth, all">
##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">
##INFO=<ID=DB,Number=0,Type=Flag,Description="Known">
##INFO=<ID=MQ,Number=1,Type=Float,Description="Quality">
##INFO=<ID=id,Number=1,Type=String,Description="Odd name">
##INFO=<ID=BAD,Number=1,Type=Integer,Description="Breaks its type">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts1
chr1\t11\trs1\tA\tT\t50\tPASS\tDP=3;DB;AF=0.5;id=x;BAD=1\tGT\t0/1
chr1\t5\t.\tACG\tA,<DEL>\t.\tq10;s50\tDP=.;AF=0.1,0.2;MQ=7.5;BAD=one;other=1\tGT\t1/1
2\t600\trs2;rs3\tN\t<INS>\t1.5\t.\t.\tGT\t./.
"""


@pytest.fixture
def vcf(tmp_path: Path) -> Path:
    path = tmp_path / "a.vcf"
    path.write_text(VCF)
    return path


def test_read_vcf__fixed_columns(vcf: Path) -> None:
    frame = read_vcf(vcf, GENOME)
    columns = ["chrom", "start", "end", "id", "ref", "alt", "filter"]
    assert frame[columns].values.tolist() == [
        ["chr1", 4, 7, ".", "ACG", "A,<DEL>", "q10;s50"],
        ["chr1", 10, 11, "rs1", "A", "T", "PASS"],
        ["chr2", 599, 600, "rs2;rs3", "N", "<INS>", "."],
    ]
    np.testing.assert_array_equal(frame["qual"], [np.nan, 50, 1.5])
    assert frame["info"][2] == "."
    assert list(frame.columns) == [*columns[:6], "qual", "filter", "info"]


def test_read_vcf__info_as_described(vcf: Path) -> None:
    frame = read_vcf(vcf, GENOME, info="all")
    np.testing.assert_array_equal(frame["DP"], [np.nan, 3, np.nan])
    np.testing.assert_array_equal(frame["MQ"], [7.5, np.nan, np.nan])
    assert frame["DB"].tolist() == [False, True, False]
    assert frame["AF"].fillna("-").tolist() == ["0.1,0.2", "0.5", "-"]
    assert frame["info_id"].fillna("-").tolist() == ["-", "x", "-"]
    assert frame["BAD"].fillna("-").tolist() == ["one", "1", "-"]
    assert frame["other"].fillna("-").tolist() == ["1", "-", "-"]
    assert list(read_vcf(vcf, GENOME, info=["DP"]).columns[8:]) == ["DP"]
    assert list(read_vcf(vcf, GENOME, info=None).columns)[-1] == "filter"


def test_read_vcf__saves_as_a_set(vcf: Path) -> None:
    db = misha_xr.example_database(copy=True)
    db.import_intervals("variants", vcf, info="all")
    assert db.store.load_set("variants")["DB"].tolist() == [False, True, False]


def test_read_vcf__few_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text("chr1\t11\trs1\tA\tT\n")
    assert list(read_vcf(path, GENOME).columns[3:]) == ["id", "ref", "alt"]
    path.write_text("##none\n")
    assert list(read_vcf(path, GENOME).columns) == ["chrom", "start", "end"]


BAD = {
    "columns": ("chr1\t1\t.\tA\n", "line 1: expected at least 5 columns"),
    "empty": ("chr1\t1\t.\t\tA\n", "line 1: Empty REF allele"),
    "zero": ("chr1\t0\t.\tA\tT\n", "line 1: the position is before 1"),
    "beyond": ("chr1\t1000\t.\tAC\tA\n", "line 1: the interval ends beyond"),
    "text": ("chr1\tx\t.\tA\tT\n", "line 1: position is not a whole number"),
    "quality": ("chr1\t1\t.\tA\tT\tgood\n", "line 1: qual is not a number"),
}


@pytest.mark.parametrize("case", BAD)
def test_read_vcf__bad_lines(tmp_path: Path, case: str) -> None:
    text, problem = BAD[case]
    path = tmp_path / "bad.vcf"
    path.write_text(text)
    with pytest.raises(CorruptFileError, match=rf"bad\.vcf, {problem}"):
        read_vcf(path, GENOME)
