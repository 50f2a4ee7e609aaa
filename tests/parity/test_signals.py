"""Signals and reads: pymisha makes the same tracks of the same files, and reads what we write."""

from __future__ import annotations

import gzip
import shutil

import pytest

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import SIZES, Program, table

ALL = table(*((chrom, 0, size) for chrom, size in SIZES.items()))
BEDGRAPH = "chr2\t7\t9\t2\nchr1 0 5 1.25\n1\t10\t15\t-3e-2\nchrX 30 37 inf\n"
WIG = """track type=wiggle_0
fixedStep chrom=chr1 start=11 step=5 span=3
1
2.5
#
variableStep chrom=chr2 span=4
1 5
11 6
fixedStep chrom=chr10 start=7
8
9
"""
FILES = {
    "a.bedgraph": BEDGRAPH,
    "b.bedGraph": 'track type=bedGraph name="a b"\nbrowser position x\n\n' + BEDGRAPH,
    "c.wig": WIG,
    "d.wig": BEDGRAPH,
    "e.bed": "chr1\t0\t5\nchr1\t7\t9\ta\nchr2\t1\t3\ta\t4\t+\nchr2\t5\t6\ta\t.\t-\n",
    "f.tsv": "value\tend\tchrom\tstart\n1\t5\tchr1\t0\n2\t9\tchr1\t5\n",
    "g.txt": "chrom start end v\nchr1 0 5 1\n",
    "h.bedgraph": BEDGRAPH + "chr1 990 1010 4\nchr1 2000 2001 4\nchrQ 1 2 3\n",
    "overlap.bedgraph": "chr1 0 5 1\nchr1 3 8 2\n",
    "empty.wig": "",
    "bad.bedgraph": "chr1 0 5 x\n",
    "unknown.bedgraph": "chrQ 0 5 1\n",
    "two.tsv": "chrom\tstart\tend\ta\tb\nchr1\t0\t5\t1\t2\n",
}
NAN = float("nan")
ARGS = [(), (10,), (7, 0.5), (25, NAN, None, "max"), (25, 0.0, None, "coverage")]
READS = [
    (0, "chr1", 1), (0, "chr1", 1), (16, "chr1", 1), (0, "chr1", 11), (16, "chr2", 20),
    (4, "*", 0), (0, "chrQ", 5), (0, "chr1", 900), (256, "chr1", 40), (1024, "chr1", 50),
]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signals")
    for name, text in FILES.items():
        (folder / name).write_text(text)
        (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
    sam = "".join(f"r\t{f}\t{c}\t{at}\t30\t5M\t*\t0\t0\tACGTA\t*\n" for f, c, at in READS)
    (folder / "reads.sam").write_text(sam)
    strands = {0: "+", 16: "-", 4: "*", 256: "F", 1024: "R"}
    rows = "".join(f"{strands[f]}\t{at}\tACGTA\t{c}\n" for f, c, at in READS)
    (folder / "reads.txt").write_text(rows)
    return folder


def compare(calls, root, folder, ask_peer, our_answers, same=lambda step: True):
    """Run each call on a copy of the database on both sides, then look at the track."""
    made = {}
    for side in ("ours", "theirs"):
        made[side] = [
            Program(
                shutil.copytree(root, folder / f"{side}{k}"),
                (call, ("gtrack_info", ("t",), {}), ("gextract", ("t", ALL), {})),
            )
            for k, call in enumerate(calls)
        ]
    theirs = ask_peer(made["theirs"])
    for program, found in zip(made["ours"], theirs, strict=True):
        assert found is not None, program.steps[0]
        mine = our_answers(program)
        first, info, values = zip(mine, found, strict=True)
        where = program.steps[0]
        if same(where):
            assert not difference([first[0]], [first[1]], frozenset()), where
        if first[1][0] == "error":
            assert first[0][0] == "error", where
            continue
        kinds = [{key: side[1].get(key) for key in ("type", "bin_size")} for side in info]
        assert kinds[0] == kinds[1], where
        assert not difference([values[0]], [values[1]], frozenset()), where


def test_gtrack_import__tracks_are_those_of_pymisha(
    files, parity_roots, ask_peer, our_answers, tmp_path
):
    calls = [
        ("gtrack_import", ("t", "d", str(files / name), *args), {})
        for name in FILES for args in (ARGS if name == "h.bedgraph" else ARGS[:2])
    ]  # fmt: skip
    calls += [
        ("gtrack_import", ("t", "d", str(files / f"{name}.gz")), {})
        for name in ("a.bedgraph", "c.wig", "f.tsv")
    ]
    compare(calls, parity_roots["per-chromosome"], tmp_path, ask_peer, our_answers,
            same=lambda step: "bad" not in step[1][2])  # fmt: skip


def test_gtrack_import_mappedseq__tracks_are_those_of_pymisha(
    files, parity_roots, ask_peer, our_answers, tmp_path
):
    forms = {"reads.sam": None, "reads.txt": (3, 4, 2, 1)}
    calls = [
        (
            "gtrack_import_mappedseq",
            ("t", "d", str(files / name), *sizes),
            {"cols_order": columns, "remove_dups": removes},
        )
        for name, columns in forms.items()
        for sizes in ((), (10, 10), (20, 7), (3, 50))
        for removes in (True, False)
    ]
    # Their total counts duplicates twice, their last bin is as long as the others.
    compare(calls, parity_roots["per-chromosome"], tmp_path, ask_peer, our_answers,
            same=lambda step: False)  # fmt: skip


def test_gtrack_export_bedgraph__each_side_reads_the_other(
    parity_roots, ask_peer, our_answers, tmp_path
):
    root = parity_roots["per-chromosome"]
    for k, (expression, iterator) in enumerate([("d10", None), ("sp", None), ("d10 * 2", 25)]):
        ours, theirs = (str(tmp_path / f"{side}{k}.bedgraph") for side in ("ours", "theirs"))
        args = (expression, ours, ALL, iterator)
        assert our_answers(Program(root, (("gtrack_export_bedgraph", args, {}),)))[0][0] == "value"
        copies = [shutil.copytree(root, tmp_path / f"{side}{k}") for side in ("a", "b")]
        step = ("gtrack_export_bedgraph", (expression, theirs, ALL, iterator), {})
        crossed = [("gtrack_import", ("t", "d", ours), {}), ("gextract", ("t", ALL), {})]
        back = [("gtrack_import", ("t", "d", theirs), {}), ("gextract", ("t", ALL), {})]
        found = ask_peer([Program(copies[0], (step, *crossed))])[0]
        mine = our_answers(Program(copies[1], tuple(back)))
        assert found is not None
        assert not difference(mine, found[1:], frozenset()), expression
