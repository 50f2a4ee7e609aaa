"""Chosen classic calls give what pymisha gives, but where a contradiction was decided."""

from __future__ import annotations

import numpy as np
import pandas as pd

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import Program, table

HERE = table(("chr1", 3, 47), ("chr2", 0, 7))
OVERLAPPING = table(("chr1", 0, 100), ("chr1", 50, 150))

# (function, arguments, keywords, codes)
CALLS = [
    ("gintervals", (1,), {}, ""),
    ("gintervals", ("chr1", 0, 1003), {}, ""),
    ("gintervals", (["2", 1, "chr1"], [0, 5, 0], [10, 20, 10]), {}, ""),
    ("gintervals", ("1", 10.7, 20.2), {}, ""),
    ("gintervals", ([1, 2], 5, 10, ["+", "-"]), {}, ""),
    ("gintervals", ([2, 1], 5, 10, [1, "*"]), {}, ""),
    ("gintervals", (1, 5, 10, 2), {}, ""),
    ("gintervals", (1, 10, 5), {}, ""),
    ("gintervals", (1, -5, 5), {}, ""),
    ("gintervals", (1, 0, 5000), {}, ""),
    ("gintervals", ("chr99",), {}, ""),
    ("gintervals", ("CHR1",), {}, ""),
    ("gintervals", ("x",), {}, ""),
    ("gintervals", ([1, 2], [1, 2, 3], 10), {}, ""),
    ("gintervals", ([],), {}, ""),
    ("gintervals", (np.int64(1),), {}, "C3"),
    ("gintervals_all", (), {}, ""),
    ("gintervals_from_strings", (["chr1:0-50", "chr2"],), {}, ""),
    ("gintervals_from_strings", ("chr2:5-10",), {}, ""),
    ("gintervals_from_strings", (["chr1:5"],), {}, ""),
    ("gintervals_from_strings", (["chr1:50-5"],), {}, ""),
    ("gtrack_ls", (), {}, ""),
    ("gtrack_ls", ("sp",), {}, ""),
    ("gtrack_ls", ("^d", "^e"), {}, ""),
    ("gtrack_ls", ("D1",), {"ignore_case": True}, ""),
    ("gtrack_ls", ("nothing",), {}, ""),
    ("gtrack_ls", ("(",), {}, ""),
    ("gtrack_ls", (), {"note": "y"}, ""),
    ("gtrack_ls", (), {"created_by": "test", "note": "x"}, ""),
    ("gtrack_ls", (), {"absent": ""}, ""),
    ("gtrack_exists", ("d10",), {}, ""),
    ("gtrack_exists", ("ns.sp2",), {}, ""),
    ("gtrack_exists", ("iset",), {}, ""),
    ("gtrack_exists", ("no/../d10",), {}, ""),
    ("gtrack_info", ("d10",), {}, ""),
    ("gtrack_info", ("ns.sp2",), {}, ""),
    ("gtrack_info", ("r2",), {}, ""),
    ("gtrack_info", ("absent",), {}, ""),
    ("gextract", ("d10", HERE), {"colnames": "v"}, ""),
    ("gextract", (["d10", "d10", "d10_"], HERE), {}, ""),
    ("gextract", (["d10", "d10"], HERE), {}, ""),
    ("gextract", (["d10", "e10"], HERE), {"colnames": ["a", "a"]}, ""),
    ("gextract", (["d10", "e10"], HERE), {"colnames": ["chrom", "a"]}, ""),
    ("gextract", (["d10", "e10"], HERE), {"colnames": ["a"]}, ""),
    ("gextract", ("d10", OVERLAPPING), {"intervals_join": "intervals"}, ""),
    ("gextract", ("d10", OVERLAPPING), {"intervals_join": "other"}, ""),
    ("gextract", ("d10", OVERLAPPING.assign(d10=[1, 2])), {"intervals_join": "intervals"}, ""),
    ("gextract", ("d10", OVERLAPPING, table(("chr1", 10, 20), ("chr1", 60, 120))), {}, ""),
    ("gextract", ("sp", None, table(("chr1", 0, 10), ("chr1", 10, 20))), {}, ""),
    ("gextract", ("sp", None, table(("chr1", 0, 10), ("chr1", 0, 10))), {}, ""),
    ("gextract", ("sp", None, table(("chr1", 5, 30), ("chr1", 0, 10))), {}, ""),
    ("gextract", ("d10", table(("chr1", 20, 10))), {}, ""),
    ("gextract", ("d10", table(("chr1", 0, 2000))), {}, ""),
    ("gextract", ("d10", table(("chr1", -5, 20))), {}, ""),
    ("gextract", ("d10", table(("chr77", 5, 20))), {}, ""),
    ("gextract", ("d10", table(("1", 5, 20))), {}, ""),
    ("gextract", ("d10", HERE.assign(chrom=["chr1", 2])), {}, ""),
    ("gextract", ("d10", HERE.astype({"chrom": "category"})), {}, ""),
    ("gextract", ("d10", HERE.assign(start=[3.0, 0.0])), {}, ""),
    ("gextract", ("d10", HERE.drop(columns="end")), {}, ""),
    ("gextract", ("d10", HERE.iloc[:0]), {}, ""),
    ("gextract", ("d10", HERE.set_index(pd.Index(["x", "y"]))), {}, ""),
    ("gextract", ("d10", HERE[["end", "start", "chrom"]]), {}, ""),
    ("gextract", ("d10", "absent"), {}, ""),
    ("gextract", ("d10", "d10"), {}, "C16"),
    ("gextract", ("d10", HERE, "absent"), {}, ""),
    ("gextract", ("absent", HERE), {}, ""),
    ("gextract", ("1 + 1", HERE, 20), {}, "C20"),
    ("gextract", ("1 + 1", HERE), {}, ""),
    ("gextract", ("d10 +", HERE), {}, ""),
    ("gextract", ("", HERE), {}, ""),
    ("gextract", (None, HERE), {}, ""),
    ("gextract", ("d10.sum", HERE), {}, ""),
    ("gextract", ("ns . sp2", HERE), {}, ""),
    ("gextract", ("ns.sp2*2", None), {}, ""),
    ("gextract", ("d10 > 1", HERE), {}, ""),
    ("gextract", ("d10 >= 0 & d10 < 3", HERE), {}, ""),
    ("gextract", ("d10 == 1 | d10 > 2 & d10 < 4", HERE), {}, ""),
    ("gextract", ("d10 / 0", HERE), {}, ""),
    ("gextract", ("abs(d10) + float(2) + END - START", HERE), {}, ""),
    ("gextract", ("d10 and d10", HERE), {}, ""),
    ("gextract", ("sp + ns.sp2", None), {}, "C13"),
    ("gextract", ("d10 + d7", HERE), {}, ""),
    ("gextract", ("d10 + d7", HERE, 10), {}, "C63"),
    ("gextract", ("d10 + sp", HERE), {}, ""),
    ("gextract", ("d10", HERE, True), {}, ""),
    ("gextract", ("d10", HERE, False), {}, ""),
    ("gextract", ("d10", HERE, np.int64(0)), {}, ""),
    ("gextract", ("d10", HERE, np.int64(-1)), {}, ""),
    ("gextract", ("d10", HERE, np.float64(-2)), {}, ""),
    ("gextract", ("d10", HERE, np.int32(20)), {}, ""),
    ("gextract", ("d10", HERE, 0.5), {}, ""),
    ("gextract", ("d10", HERE, -0.5), {}, ""),
    ("gextract", ("d10", HERE, "20"), {}, ""),
    ("gextract", ("d10", HERE, float("nan")), {}, ""),
    ("gscreen", ("d10 > 1", HERE), {"iterator": np.int64(0)}, ""),
    ("gextract", ("d10", HERE, 10**12), {}, ""),
    ("gextract", ([], HERE, 10), {}, ""),
    ("gextract", ("d10", HERE), {"vars": {"d10": 5}}, ""),
    ("gextract", ("d10 + zz", HERE), {"vars": {}}, ""),
    ("gscreen", ("d10 > 0", OVERLAPPING), {}, ""),
    ("gscreen", ("d10 * 1", HERE), {}, ""),
    ("gscreen", ("d10 > 1e9",), {}, ""),
    ("gscreen", ("sp > 0",), {}, ""),
    ("gsummary", ("d10", OVERLAPPING), {}, ""),
    ("gsummary", ("d10", table(("chr10", 0, 1))), {}, ""),
    ("gsummary", ("d10", HERE.iloc[:0]), {}, ""),
    ("gsummary", ("d7",), {}, ""),
    ("gsummary", ("sp", None, 35), {}, ""),
    ("gvtrack_info", ("absent",), {}, ""),
    ("gvtrack_iterator", ("absent",), {"sshift": 5}, ""),
    ("gvtrack_rm", ("absent",), {}, ""),
    ("gvtrack_create", ("v", "absent"), {}, "C27"),
    ("gvtrack_create", ("v", "d10", "avg"), {"what": 5}, ""),
]

V = ("gvtrack_create", ("v", "d10", "max"), {"sshift": -20, "eshift": 20})
PROGRAMS = [
    ((V, ("gvtrack_ls", (), {})), ""),
    ((V, ("gvtrack_info", ("v",), {})), ""),
    ((V, ("gvtrack_iterator", ("v",), {"sshift": 5}), ("gvtrack_info", ("v",), {})), ""),
    ((V, ("gvtrack_iterator", ("v",), {"dim": 3})), "C22"),
    ((V, ("gvtrack_rm", ("v",), {}), ("gvtrack_ls", (), {})), ""),
    ((V, ("gvtrack_clear", (), {}), ("gextract", ("v", HERE), {})), ""),
    ((V, ("gextract", ("v", HERE, 10), {})), ""),
    ((("gvtrack_create", ("d7", "d10"), {}), ("gextract", ("d7", HERE, 10), {})), ""),
    ((("gvtrack_create", ("START", "d10"), {}), ("gextract", ("START", HERE, 10), {})), ""),
    (
        (("gvtrack_create", ("v", "d10", "quantile", 0.3), {}), ("gsummary", ("v", None, 20), {})),
        "",
    ),
    ((("gvtrack_create", ("v", "d10", "AVG"), {}), ("gextract", ("v", HERE, 10), {})), ""),
    ((("gvtrack_create", ("v", "d10", "std"), {}), ("gextract", ("v", HERE, 10), {})), ""),
    ((("gvtrack_create", ("v", "d10", "bad"), {}), ("gextract", ("v", HERE, 10), {})), ""),
    ((("gvtrack_create", ("1x", "d10"), {}), ("gextract", ("1x", HERE, 10), {})), ""),
    ((V, ("gvtrack_create", ("w", "v"), {})), "C27"),
]


def test_classic_calls__chosen(parity_roots, ask_peer, our_answers):
    steps = [((call[:3],), call[3]) for call in CALLS] + PROGRAMS
    root = parity_roots["indexed"]
    programs = [Program(root, s, frozenset({code} - {""})) for s, code in steps]
    differences = []
    for program, theirs in zip(programs, ask_peer(programs), strict=True):
        found = difference(our_answers(program), theirs or [], program.codes)
        if found:
            differences.append(f"{program.steps}\n{found}")
    text = "\n\n".join(differences)
    assert not differences, f"{len(differences)} of {len(programs)} programs differ:\n{text}"
