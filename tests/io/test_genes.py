"""Tables of genes as sets: each base by base, in every format, with annotations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import misha_xr
from misha_xr.errors import (
    CorruptFileError,
    MishaWarning,
    NameCollisionError,
    UnknownChromosomeError,
)
from misha_xr.genome import Genome
from misha_xr.io.genes import GENE_SETS, read_gene_sets
from misha_xr.testing.web_site import Site

GENOME = Genome(["chr2", "chr1"], [300, 300])
Gene = tuple[str, str, str, list[tuple[int, int]], tuple[int, int]]

ONE: Gene = ("g1", "chr1", "+", [(100, 130), (140, 150), (180, 200)], (120, 190))
TWO: Gene = ("g2", "chr1", "-", [(190, 220), (240, 250)], (200, 245))
BARE: Gene = ("g3", "2", "-", [(10, 20)], (10, 10))


def gene_row(gene: Gene, kind: str = "known") -> str:
    """Write a gene as a row of a UCSC table."""
    name, chrom, strand, exons, cds = gene
    starts = "".join(f"{start}," for start, _ in exons)
    ends = "".join(f"{end}," for _, end in exons)
    row = [name, chrom, strand, exons[0][0], exons[-1][1], *cds, len(exons), starts, ends]
    more = {"pred": [], "known": ["P1", "u1"], "ref": [0, "sym", "cmpl", "cmpl", "0,"]}[kind]
    return "\t".join(map(str, [*([585] if kind == "ref" else []), *row, *more])) + "\n"


def gtf_rows(gene: Gene) -> str:
    """Write a gene as GTF: the stop codon is beside the coding part."""
    name, chrom, strand, exons, (lo, hi) = gene
    rows = [("exon", start, end) for start, end in exons]
    if lo < hi:
        body, stop = ((lo, hi - 3), (hi - 3, hi)) if strand == "+" else ((lo + 3, hi), (lo, lo + 3))
        rows += [("stop_codon", *stop), ("transcript", exons[0][0], exons[-1][1])]
        rows += [
            ("CDS", max(start, body[0]), min(end, body[1]))
            for start, end in exons
            if max(start, body[0]) < min(end, body[1])
        ]
    tail = f'gene_id "x"; transcript_id "{name}";'
    return "".join(
        f"{chrom}\ts\t{kind}\t{start + 1}\t{end}\t.\t{strand}\t.\t{tail}\n"
        for kind, start, end in rows
    )


def slow_sets(genes: list[Gene]) -> dict[str, list[list[Any]]]:
    """Compute all sets, gene by gene and pair by pair."""
    parts: dict[str, list[tuple[int, int, int, int, str]]] = {name: [] for name in GENE_SETS}
    for name, chrom, sign, exons, (lo, hi) in genes:
        code, strand = GENOME.code(chrom), {"+": 1, "-": -1}[sign]
        at = exons[0][0] if strand > 0 else exons[-1][1] - 1
        parts["tss"].append((code, at, at + 1, strand, name))
        for start, end in exons:
            parts["exons"].append((code, start, end, strand, name))
            left, right = ("utr5", "utr3") if strand > 0 else ("utr3", "utr5")
            if lo < hi and start < lo:
                parts[left].append((code, start, min(end, lo), strand, name))
            if lo < hi and end > hi:
                parts[right].append((code, max(start, hi), end, strand, name))
    return {name: united(rows) for name, rows in parts.items()}


def united(rows: list[tuple[int, int, int, int, str]]) -> list[list[Any]]:
    """Unite what overlaps."""
    out: list[list[Any]] = []
    for code, start, end, strand, name in sorted(rows):
        if out and out[-1][0] == code and start < out[-1][2]:
            out[-1][2] = max(out[-1][2], end)
            out[-1][3] |= {strand}
            out[-1][4] |= {name}
        else:
            out.append([code, start, end, {strand}, {name}])
    return [
        [GENOME.name(c), s, e, *(strands if len(strands) == 1 else {0}), ";".join(sorted(names))]
        for c, s, e, strands, names in out
    ]


def check(path: Path, genes: list[Gene]) -> None:
    found = read_gene_sets(path, GENOME)
    expected = slow_sets(genes)
    for name in GENE_SETS:
        rows = [] if found[name] is None else found[name].values.tolist()
        assert rows == expected[name], name


@st.composite
def gene_lists(draw: st.DrawFn) -> list[Gene]:
    genes = []
    for k in range(draw(st.integers(1, 6))):
        n_exons = draw(st.integers(1, 3))
        bounds = draw(
            st.lists(st.integers(0, 300), min_size=2 * n_exons, max_size=2 * n_exons, unique=True)
        )
        bounds.sort()
        exons = list(zip(bounds[::2], bounds[1::2], strict=True))
        inside = st.integers(bounds[0], bounds[-1])
        cds = sorted((draw(inside), draw(inside)))
        chrom, strand = draw(st.sampled_from(["chr1", "2"])), draw(st.sampled_from("+-"))
        genes.append((f"g{k % 4}", chrom, strand, exons, (cds[0], cds[1])))
    return genes


@given(genes=gene_lists(), kind=st.sampled_from(["pred", "known", "ref"]))
def test_read_gene_sets__tables_of_ucsc(tmp_path: Path, genes: list[Gene], kind: str) -> None:
    path = tmp_path / "genes.txt"
    path.write_text("#bin name\n" + "".join(gene_row(gene, kind) for gene in genes))
    check(path, genes)


def test_read_gene_sets__gtf(tmp_path: Path) -> None:
    path = tmp_path / "genes.gtf"
    path.write_text("#!x\n" + "".join(map(gtf_rows, [ONE, TWO, BARE])))
    check(path, [ONE, TWO, BARE])


def test_read_gene_sets__gff3_exons_of_several_transcripts(tmp_path: Path) -> None:
    path = tmp_path / "genes.gff3"
    path.write_text(
        "chr1\ts\texon\t11\t20\t.\t+\t.\tParent=a,b\nchr1\ts\texon\t31\t40\t.\t+\t.\tParent=b\n"
    )
    sets = read_gene_sets(path, GENOME)
    assert sets["tss"]["name"].tolist() == ["a;b"]
    assert sets["exons"]["name"].tolist() == ["a;b", "b"]
    assert sets["utr3"] is None


def test_read_gene_sets__annotations(tmp_path: Path) -> None:
    genes, table = tmp_path / "genes.txt", tmp_path / "annotations.txt"
    genes.write_text("".join(map(gene_row, [ONE, TWO, BARE])))
    table.write_text("g1\tz\t\ng2\tb\tx\nnone\tq\tq\n")
    sets = read_gene_sets(genes, GENOME, table, ["id", "symbol", "text"])
    assert sets["exons"][["id", "symbol", "text"]].values.tolist() == [
        ["", "", ""],
        ["g1", "z", ""],
        ["g1", "z", ""],
        ["g1;g2", "b;z", "x"],
        ["g2", "b", "x"],
    ]
    assert sets["exons"]["strand"].tolist() == [-1, 1, 1, 0, -1]


BAD_ANNOTATIONS = {
    "width": ("g1\ta\ng2\n", ["id", "x"], CorruptFileError, "line 2: number of annotation columns"),
    "twice": ("g1\ta\ng1\tb\n", ["id", "x"], CorruptFileError, "'g1' appears more than once"),
    "names": ("g1\ta\n", ["id", "id"], NameCollisionError, "must differ"),
    "reserved": ("g1\ta\n", ["id", "strand"], NameCollisionError, "must differ"),
    "none": ("g1\ta\n", None, ValueError, "annotation_names"),
}


@pytest.mark.parametrize("case", BAD_ANNOTATIONS)
def test_read_gene_sets__bad_annotations(tmp_path: Path, case: str) -> None:
    text, names, kind, problem = BAD_ANNOTATIONS[case]
    genes, table = tmp_path / "genes.txt", tmp_path / "annotations.txt"
    genes.write_text(gene_row(ONE))
    table.write_text(text)
    with pytest.raises(kind, match=problem):
        read_gene_sets(genes, GENOME, table, names)


GOOD = gene_row(ONE).rstrip("\n").split("\t")
BAD = {
    "strand": ({2: "."}, "neither"),
    "size": ({4: "301"}, "the transcript is empty or leaves its chromosome"),
    "order": ({3: "200"}, "the transcript is empty"),
    "coding": ({5: "90"}, "the coding part leaves its transcript"),
    "count": ({7: "2"}, "number of exon_starts values does not match exonCount"),
    "list": ({8: "100,x,180,"}, "exon_starts is no list of whole numbers"),
    "ends": ({9: "130,150,"}, "number of exon_ends values does not match exonCount"),
    "exon": ({9: "130,150,201,"}, "exons are empty, not sorted, or leave"),
    "unsorted": ({8: "140,100,180,", 9: "150,130,200,"}, "exons are empty, not sorted"),
    "number": ({3: "x"}, "tx_start is not a whole number"),
}


@pytest.mark.parametrize("case", BAD)
def test_read_gene_sets__bad_lines(tmp_path: Path, case: str) -> None:
    changes, problem = BAD[case]
    path = tmp_path / "bad.txt"
    row = [changes.get(k, field) for k, field in enumerate(GOOD)]
    path.write_text(gene_row(BARE) + "\t".join(row) + "\n")
    with pytest.raises(CorruptFileError, match=rf"bad\.txt, line 2: .*{problem}"):
        read_gene_sets(path, GENOME)


@pytest.mark.parametrize("text", ["a b c\n", "a\tb\tc\n", "\n\n\t\t\t\t\t\t\t\t\t\n"])
def test_read_gene_sets__no_table_of_genes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises((CorruptFileError, UnknownChromosomeError)):
        read_gene_sets(path, GENOME)


def test_read_gene_sets__unknown_chromosomes(tmp_path: Path) -> None:
    path = tmp_path / "genes.txt"
    path.write_text(gene_row(ONE) + gene_row(("g", "chrUn", "+", [(5, 9999)], (5, 5))))
    with pytest.warns(MishaWarning, match="'chrUn': 1"):
        assert len(read_gene_sets(path, GENOME)["tss"]) == 1
    with pytest.raises(UnknownChromosomeError, match="line 2"):
        read_gene_sets(path, GENOME, unknown="error")
    sets = read_gene_sets(path, Genome(["chr1", "x"], [300, 9999]), aliases={"chrUn": "x"})
    assert len(sets["tss"]) == 2


def test_read_gene_sets__no_rows(tmp_path: Path) -> None:
    path = tmp_path / "genes.txt"
    path.write_text("#none\n")
    assert read_gene_sets(path, GENOME) == dict.fromkeys(GENE_SETS)


def test_read_genes__of_a_database(tmp_path: Path) -> None:
    db = misha_xr.example_database(copy=True)
    genes = tmp_path / "genes.txt"
    genes.write_text(gene_row(ONE))
    sets = db.read_genes(genes)
    sets["exons"].misha.save(db, "genes.exons")
    assert db.store.load_set("genes.exons")["name"].tolist() == ["g1"] * 3
    assert isinstance(sets["tss"], pd.DataFrame)
    assert np.array_equal(sets["utr5"][["start", "end"]], [[100, 120]])


def test_read_gene_sets__of_a_site(site: Site) -> None:
    site.bodies["/genes.txt"] = gene_row(ONE).encode()
    site.bodies["/names.txt"] = b"g1\tfirst\n"
    urls = (f"{site.url}/genes.txt", f"{site.url}/names.txt")
    sets = read_gene_sets(urls[0], GENOME, urls[1], ["id", "symbol"])
    assert sets["tss"]["symbol"].tolist() == ["first"]
    assert site.asked == ["/genes.txt", "/names.txt"]
