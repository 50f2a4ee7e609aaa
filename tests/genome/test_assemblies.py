"""Assemblies by name: totals as published, one object each, closest name."""

from __future__ import annotations

import pytest

from misha_xr.errors import UnknownNameError
from misha_xr.genome import assembly, assembly_names


@pytest.mark.parametrize(
    ("name", "n_chroms", "nuclear_bp", "mitochondrial_bp"),
    [
        ("hg19", 25, 3_095_677_412, 16_571),
        ("hg38", 25, 3_088_269_832, 16_569),
        ("mm10", 22, 2_725_521_370, 16_299),
        ("mm39", 22, 2_723_414_844, 16_299),
        ("sacCer3", 17, 12_071_326, 85_779),
    ],
)
def test_assembly__totals(name: str, n_chroms: int, nuclear_bp: int, mitochondrial_bp: int) -> None:
    genome = assembly(name)
    assert len(genome) == n_chroms
    assert genome.names[-1] == "chrM"
    assert genome.sizes[-1] == mitochondrial_bp
    assert genome.total_bp == nuclear_bp + mitochondrial_bp
    assert assembly(name) is genome


def test_assembly__agrees_with_bioframe() -> None:
    bioframe = pytest.importorskip("bioframe")
    for name in assembly_names():
        table = bioframe.assembly_info(name, roles="all", units="all").seqinfo
        known = dict(zip(table["name"], table["length"], strict=True))
        genome = assembly(name)
        assert dict(zip(genome.names, genome.sizes, strict=True)).items() <= known.items()


def test_assembly__unknown() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'hg38'"):
        assembly("hg37x8")
