"""Classic calls on sequence give what pymisha gives."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import SIZES, Program

TEXTS: list[Any] = [
    "ACGTacgtNn",
    "RYSWKMBDHVryswkmbdhvUuXx-. 1",
    "",
    [],
    ["A", "cg", ""],
    ("A", "cg"),
    np.array(["AC", "G"]),
    pd.Series(["AC", "GT"], index=[3, 4]),
    pd.Index(["AC"]),
    None,
    5,
    ["A", None],
    ["A", 5],
]
FUNCTIONS = ["gseq_rev", "gseq_comp", "gseq_revcomp", "grevcomp"]


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"][: len(rows[0])])


def random_rows(seed: int) -> pd.DataFrame:
    chance, rows = random.Random(seed), []
    for _ in range(chance.randrange(40)):
        chrom = chance.choice(list(SIZES))
        start = chance.randrange(SIZES[chrom])
        end = chance.randrange(start, SIZES[chrom]) + 1
        rows.append((chrom, start, end, chance.choice([-1, 0, 1])))
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"])


CHOSEN: list[Any] = [
    "iset",
    "sp",
    "absent",
    None,
    {"chrom": ["chr1"]},
    ["iset"],
    table(("chr2", 0, 7), ("chr1", 5, 9), ("chr1", 0, 4), ("chr1", 0, 4)),
    table(("chr1", 0, 7)).iloc[:0],
    table(("1", 1, 6)),
    table((1, 1, 6)),
    table(("chr1", 1.7, 6.9)),
    table(("chr1", 1, 6)).astype({"chrom": "category"}),
    table(("chr1", 1, 6), ("chr1", 2, 4)).set_index(pd.Index(["a", "b"])),
    table(("chr1", 5, 5)),
    table(("chr1", 5, 4)),
    table(("chr1", 0, 10**6)),
    table(("chr1", -1, 6)),
    table(("chr99", 1, 6)),
    table(("chr1", 1, 6)).drop(columns="end"),
    *(table(("chr1", 0, 7, s)) for s in (1, -1, 0, "+", "-", "*", "", None, np.nan, -1.0, "-1")),
    table(("chr1", 0, 7, "-"), ("chr1", 0, 7, -1), ("chr1", 0, 7, None)),
]


@pytest.mark.parametrize("layout", ["per-chromosome", "indexed"])
def test_sequence_calls(layout, parity_roots, ask_peer, our_answers):
    root = parity_roots[layout]
    calls = [(name, (text,)) for name in FUNCTIONS for text in TEXTS]
    calls += [("gseq_extract", (scope,)) for scope in CHOSEN]
    calls += [("gseq_extract", (random_rows(seed),)) for seed in range(30)]
    programs = [Program(root, ((name, args, {}),), frozenset()) for name, args in calls]
    differences = []
    for program, theirs in zip(programs, ask_peer(programs), strict=True):
        found = difference(our_answers(program), theirs or [], program.codes)
        if found:
            differences.append(f"{program.steps}\n{found}")
    assert not differences, "\n\n".join(differences)
