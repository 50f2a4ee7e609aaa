"""Classic readers of files of intervals give what pymisha gives, made-up files and real ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr.testing.classic_calls import Program
from misha_xr.testing.database import write_database

DATA = Path(os.environ.get("MISHA_XR_DATA", Path(__file__).parents[3] / "shared" / "data"))

BED = {
    "three": "chr1\t5\t10\nchr2\t1\t3\n1\t2\t4\n",
    "six": "track name=x\nbrowser position\n#c\n\nchr1\t5\t10\ta\t1\t+\nchr10\t2\t3\tb\t2.5\t-\n"
    "chr1\t2\t3\tc\t.\t.\n",
    "whole": "chr1\t5\t10\ta\t1\t+\nchr1\t2\t3\tb\t2\t-\n",
    "names": "chr1\t5\t10\tNA\nchr1\t2\t3\t\nchr1\t2\t3\t12\n",
    "twelve": "chr1\t5\t100\ta\t0\t+\t5\t100\t0\t2\t5,5\t0,90\n",
    "ragged": "chr1\t5\t10\ta\nchr1\t2\t3\tb\t2\t-\nchr1\t2\t3\n",
    "windows": "chr1\t3\t4\tn\t1\t+\r\n",
    "scores": "chr1\t3\t4\tn\tfoo\t+\n",
    "order": "chr1\t3\t9\ta\nchr1\t3\t4\tb\nchr1\t3\t9\tc\n",
    "empty": "",
    "comments": "#x\n",
    "unknown": "chr1\t5\t10\nchrZ\t2\t3\n",
    "header": "chrom\tstart\tend\nchr1\t3\t4\n",
}
GFF = {
    "gff": "##gff-version 3\nchr1\ts\tgene\t11\t20\t.\t+\t.\tID=g1;Name=a%20b\n"
    "chr1\ts\texon\t5\t6\t0.5\t-\t0\tID=e1\nchr2\ts\texon\t5\t6\t.\t.\t0\t.\n",
    "eight": "chr1\ts\tgene\t1\t2\t1\t+\t.\n",
    "gtf": 'chr1\tNA\tgene\t1\t2\t3\t+\t.\tgene_id "a#b"; note "x y";\n',
    "seven": "chr1\ts\tgene\t1\t2\t1\t+\n",
    "empty": "##gff\n",
    "unknown": "chrZ\ts\tgene\t1\t2\t1\t+\t.\tq\n",
    "text": "chr1\ts\tgene\tx\t2\t1\t+\t.\tq\n",
}
HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
VCF = {
    "whole": HEAD + "chr1\t11\trs1\tA\tT\t50\tPASS\tDP=3;DB\tGT\t0/1\n"
    "chr1\t5\t.\tACG\tA,<DEL>\t30\tq10;s50\t.\tGT\t0/1\n",
    "missing": HEAD + "chr1\t11\trs1\tA\tT\t50\tPASS\tDP=3\nchr2\t5\t.\tACG\tA\t.\t.\t.\n",
    "fraction": HEAD + "chr1\t11\trs1\tA\tT\t50.5\tPASS\tDP=3\n",
    "symbolic": HEAD + "chr1\t11\trs1\tN\t<DEL>\t.\tPASS\tEND=500;SVTYPE=DEL\n",
    "five": "chr1\t11\trs1\tA\tT\n",
    "seven": "chr1\t11\trs1\tA\tT\t5\t.\n",
    "no reference": HEAD + "chr1\t11\trs1\t\tA\t.\tPASS\tx\n",
    "empty": HEAD,
    "unknown": HEAD + "chrZ\t11\trs1\tA\tT\t50\tPASS\tDP=3\n",
    "text": HEAD + "chr1\tx\trs1\tA\tT\t50\tPASS\tDP=3\n",
}


def gene(name: str, chrom: str, strand: str, *exons: tuple[int, int]) -> str:
    """Write a row of knownGene, coding but for two bases at each end."""
    starts, ends = (f"{','.join(str(exon[k]) for exon in exons)}," for k in (0, 1))
    lo, hi = exons[0][0], exons[-1][1]
    row = [name, chrom, strand, lo, hi, lo + 2, hi - 2, len(exons), starts, ends, "P", "u"]
    return "\t".join(map(str, row)) + "\n"


A = gene("g1", "chr1", "+", (100, 300), (400, 500), (800, 1000))
GENES = {
    "plus": A,
    "minus": gene("g2", "chr1", "-", (500, 530), (540, 550)),
    "several": gene("g2", "chr2", "-", (100, 200)) + A + gene("g3", "X", "+", (1, 9), (20, 30)),
    "both strands": A + gene("g5", "chr1", "-", (50, 350)),
    "touching": A + gene("g5", "chr1", "+", (300, 350)),
    "same start": A + gene("g5", "chr1", "+", (100, 350)),
    "empty": "",
    "ten": "\t".join(A.split("\t")[:8]) + "\n",
    "no strand": A.replace("+", "."),
    "counts": A.replace("\t3\t", "\t2\t"),
}
ANNOTATIONS = "zz\tn9\td1\ng1\tn1\td2\ng5\tn9\td0\ng2\t\td7\n"


@pytest.fixture(scope="module")
def ask(parity_roots: Any, tmp_path_factory: pytest.TempPathFactory, ask_peer: Any) -> Any:
    """Return a function that writes files and gives the calls on them, with the other answers."""
    folder = tmp_path_factory.mktemp("files")

    def asked(calls: list[tuple[str, str, dict[str, Any]]], root: Path | None = None) -> Any:
        steps = []
        for number, (name, text, options) in enumerate(calls):
            path = folder / f"{name}{number}"
            path.write_text(text)
            steps.append((name, (str(path),), options))
        program = Program(root or parity_roots["indexed"], tuple(steps))
        return program, *ask_peer([program])

    return asked


def compare(program: Program, ours: Any, theirs: Any) -> None:
    assert theirs is not None, "the other side crashed"
    for step, mine, other in zip(program.steps, ours, theirs, strict=True):
        label = (step[0], Path(step[1][0]).read_text()[:200] if step else "")
        assert mine[0] == other[0], (label, mine, other)
        if mine[0] == "error":
            kinds = {*other[1], *(["MishaError"] if "error" in other[1] else [])}
            assert kinds & set(mine[1]) - {"Exception", "BaseException", "object"}, (label, mine)
        elif isinstance(other[1], dict):
            assert list(mine[1]) == list(other[1])
            for name, frame in other[1].items():
                equal(mine[1][name], frame, check_dtype=False)
        else:
            equal(mine[1], other[1])


def equal(mine: Any, other: Any, **how: Any) -> None:
    if other is None:
        assert mine is None
    else:
        pd.testing.assert_frame_equal(mine, other, **how)


def test_beds__as_pymisha(ask: Any, our_answers: Any) -> None:
    calls: list[Any] = [("gintervals_import_bed", text, {}) for text in BED.values()]
    bare = {"name": False, "score": False, "strand": False}
    calls += [("gintervals_import_bed", BED["six"], bare)]
    calls += [("gintervals_from_bed", text, {"has_strand": True}) for text in BED.values()]
    calls += [("gintervals_from_bed", BED["six"], {})]
    calls += [("gintervals_from_bed", "chr1 5 10\nchr1 2 3\n", {})]
    program, theirs = ask(calls)
    compare(program, our_answers(program), theirs)


def test_gffs_and_vcfs__as_pymisha(ask: Any, our_answers: Any) -> None:
    calls: list[Any] = [("gintervals_import_gff", text, {}) for text in GFF.values()]
    calls += [
        ("gintervals_import_gff", GFF["gff"], options)
        for options in (
            {"feature": "exon"},
            {"feature": ["exon", "gene"], "strand": False, "attrs": False},
            {"feature": "nope"},
        )
    ]
    calls += [("gintervals_import_vcf", text, {}) for text in VCF.values()]
    calls += [("gintervals_import_vcf", VCF["whole"], {"info": False})]
    program, theirs = ask(calls)
    compare(program, our_answers(program), theirs)


def test_genes__as_pymisha(ask: Any, our_answers: Any, tmp_path: Path) -> None:
    table = tmp_path / "annotations.txt"
    table.write_text(ANNOTATIONS)
    options = {"annots_file": str(table), "annots_names": ["id", "name", "text"]}
    calls: list[Any] = [("gintervals_import_genes", text, {}) for text in GENES.values()]
    calls += [("gintervals_import_genes", text, options) for text in GENES.values()]
    calls += [
        ("gintervals_import_genes", A, more)
        for more in (
            {"annots_file": str(table)},
            {"annots_file": str(table), "annots_names": ["id"]},
            {"annots_names": ["x"]},
        )
    ]
    program, theirs = ask(calls)
    compare(program, our_answers(program), theirs)


def test_real_files__as_pymisha(tmp_path: Path, ask_peer: Any, our_answers: Any) -> None:
    if not (DATA / "sacCer3.chrom.sizes").is_file():
        pytest.skip(f"real data are not in {DATA}; set MISHA_XR_DATA to their folder")
    table = pd.read_csv(DATA / "sacCer3.chrom.sizes", sep="\t", header=None)
    root = write_database(tmp_path / "db", sequence={n: "A" * s for n, s in table.to_numpy()})
    beds = ["scer_transcripts.bed.gz", "scer_tata_rhee2012.bed", "scer_spt6_tss_summits.bed"]
    steps = [("gintervals_import_bed", (str(DATA / name),), {}) for name in beds]
    steps += [("gintervals_from_bed", (str(DATA / name),), {}) for name in beds[1:]]
    genes = str(DATA / "sacCer3.ensGene.chrIV.gtf.gz")
    steps += [("gintervals_import_gff", (genes,), more) for more in ({}, {"feature": "CDS"})]
    program = Program(root, tuple(steps))
    (theirs,) = ask_peer([program])
    for step, mine, other in zip(steps, our_answers(program), theirs, strict=True):
        assert (mine[0], other[0]) == ("value", "value"), (step, mine, other)
        order = list(other[1].columns)
        # Chromosomes come as the table has them here (C5), and as text is sorted there.
        one, two = (
            frame.sort_values(order).reset_index(drop=True) for frame in (mine[1], other[1])
        )
        pd.testing.assert_frame_equal(one, two)
