"""Classic analyses give what pymisha gives, but where a contradiction was decided."""

from __future__ import annotations

import numpy as np

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import Program, table

HERE = table(("chr1", 3, 47), ("chr2", 0, 7))
OVERLAPPING = table(("chr1", 0, 100), ("chr1", 50, 150))
UNSORTED = table(("chr2", 0, 30), ("chr1", 0, 100), ("chr1", 5, 20))
B, C = [-5, 0, 1.25, 6], [-10, 0, 10]
V = ("gvtrack_create", ("v", "d10", "max"), {"sshift": -20, "eshift": 20})

# (function, arguments, keywords). Not asked: distributions in several dimensions (C36); statistics
# of bins over overlapping rows, which the other side counts twice, and over none, where its counts
# are NaN; exact random streams.
CALLS = [
    ("gquantiles", ("d10", [0.9, 0.1, 0.5]), {}),
    ("gquantiles", ("d10 * 2 + e10", [0.25], OVERLAPPING), {}),
    ("gquantiles", ("sp", [0, 0.3, 1]), {}),
    ("gquantiles", ("d10", 0.5, HERE, 20), {}),
    ("gquantiles", ("d10", 0.5, HERE.iloc[:0]), {}),
    ("gquantiles", ("d10", 0.5, None, "sp"), {}),
    ("gquantiles", ("d10", [1.5]), {}),
    ("gquantiles", ("d10",), {"percentile": 0.7}),
    ("gdist", ("d10", B), {}),
    ("gdist", ("d10", B), {"include_lowest": True, "intervals": OVERLAPPING}),
    ("gdist", ("d10", B), {"dataframe": True}),
    ("gdist", ("sp", B), {"intervals": HERE}),
    ("gdist", ("r2", [0, 15, 30]), {}),
    ("gdist", ("d10", [1]), {}),
    ("gdist", ("d10", [1, 1]), {}),
    ("gdist", ("d10",), {}),
    ("gpartition", ("d10", B), {}),
    ("gpartition", ("d10", B, OVERLAPPING, True), {}),
    ("gpartition", ("sp", [-5, 0, 5, 30]), {}),
    ("gpartition", ("d10", B, None), {"iterator": 35}),
    ("gpartition", ("d10", [1e6, 2e6]), {}),
    ("gpartition", ("d10", [5, 1]), {}),
    ("glookup", ([1, 2, 3], "d10", B), {"intervals": UNSORTED[1:2]}),
    ("glookup", ([1, 2, 3], "d10", B), {"intervals": HERE, "force_binning": False}),
    ("glookup", ([[1, 2], [3, 4], [5, 6]], "d10", B, "e10", C), {"intervals": HERE}),
    ("glookup", ([1, 2], "d10", B), {"intervals": HERE}),
    ("glookup", ([1, 2, 3], "d10", B), {}),
    ("glookup", ([1, 2, 3], "d10", B), {"intervals": HERE.iloc[:0]}),
    ("gsample", ("d10", 0), {}),
    ("gsample", ("d10", 5, table(("chr2", 0, 10))), {}),
    ("gcor", ("d10", "e10"), {}),
    ("gcor", ("d10", "e10", "d10", "d10 * d10"), {"details": True}),
    ("gcor", ("d10", "e10"), {"method": "spearman.exact", "details": True}),
    ("gcor", ("d10", "e10"), {"method": "spearman", "intervals": OVERLAPPING}),
    ("gcor", ("d10", "e10"), {"details": True, "intervals": HERE.iloc[:0]}),
    ("gcor", ("d10", "e10"), {"details": True, "names": ["x"], "iterator": 30}),
    ("gcor", ("d10", "e10"), {"method": "kendall"}),
    ("gcor", ("d10",), {}),
    ("gbins_summary", ("d10", B), {}),
    ("gbins_summary", ("d10", B, "e10", C), {"expr": "d10 + e10", "include_lowest": True}),
    ("gbins_summary", ("d10", B, "e10"), {}),
    ("gbins_quantiles", ("d10", B), {"expr": "e10", "percentiles": [0.1, 0.9]}),
    ("gbins_quantiles", ("d10", B, "e10", C), {"intervals": HERE}),
    ("gbins_quantiles", ("d10", B), {"percentiles": 1.5}),
    ("gintervals_summary", ("d10", UNSORTED), {}),
    ("gintervals_summary", ("d10", UNSORTED, 15), {}),
    ("gintervals_summary", ("sp", "iset"), {}),
    ("gintervals_summary", ("d10", None), {}),
    ("gintervals_summary", ("d10", UNSORTED.iloc[:0]), {}),
    ("gintervals_quantiles", ("d10", [0.25, 0.5, 1], UNSORTED), {}),
    ("gintervals_quantiles", ("sp", 0, "iset"), {}),
    ("gintervals_quantiles", ("d10", [], UNSORTED), {}),
    ("gintervals_quantiles", ("d10",), {}),
    ("gintervals_mapply", (np.nansum, "d10"), {"intervals": UNSORTED}),
    ("gintervals_mapply", (len, "sp"), {"intervals": UNSORTED, "colnames": "n"}),
    ("gintervals_mapply", (len, "d10"), {}),
    ("gintervals_mapply", (len,), {"intervals": UNSORTED}),
]

PROGRAMS = [
    (V, ("gquantiles", ("v", [0.2, 0.6], HERE, 20), {})),
    (V, ("gdist", ("v", B), {"iterator": 20})),
    (V, ("gbins_summary", ("v", B), {"iterator": 20})),
    (V, ("gintervals_summary", ("v", UNSORTED, 20), {})),
    (V, ("gintervals_quantiles", ("v", 0.5, UNSORTED, 20), {})),
]


def test_analyses__chosen(parity_roots, ask_peer, our_answers):
    root = parity_roots["per-chromosome"]
    programs = [Program(root, steps) for steps in [*[(call,) for call in CALLS], *PROGRAMS]]
    differences = []
    for program, theirs in zip(programs, ask_peer(programs), strict=True):
        found = difference(our_answers(program), theirs or [], program.codes)
        if found:
            differences.append(f"{program.steps}\n{found}")
    text = "\n\n".join(differences)
    assert not differences, f"{len(differences)} of {len(programs)} programs differ:\n{text}"
