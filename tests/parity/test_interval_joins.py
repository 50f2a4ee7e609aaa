"""Neighbors and joins on random tables give what pymisha and bioframe give, where rules agree.

Of equally distant neighbors pymisha keeps any where the number cuts them off; those are compared by
distance, and so are bioframe's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import intervals as ivs
from misha_xr.testing.classic_calls import Program

N_TABLES = 60
SIZES = {"chr1": 300, "chr2": 200}


def random_table(rng: np.random.Generator, *, stranded: bool = False) -> pd.DataFrame:
    """Draw rows on two chromosomes that overlap at times, in any order."""
    n = int(rng.integers(1, 12))
    starts = rng.integers(0, 150, n)
    chroms = np.array(list(SIZES), dtype=object)[rng.integers(0, 2, n)]
    ends = starts + rng.integers(1, 25, n)
    table = pd.DataFrame({"chrom": chroms, "start": starts, "end": ends}).astype({"chrom": "str"})
    return table.assign(strand=rng.integers(-1, 2, n)) if stranded else table


def random_call(rng: np.random.Generator) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    """Draw a classic call."""
    one, two = (random_table(rng, stranded=bool(rng.integers(2))) for _ in range(2))
    bounds = sorted(float(b) for b in rng.integers(-60, 60, 2))
    kind = int(rng.integers(4))
    if kind == 0:
        return "gintervals_neighbors_upstream", (one, two, 99, abs(bounds[0])), {}
    if kind == 1:
        return "gintervals_neighbors_downstream", (one, two, 99, abs(bounds[1])), {}
    options: dict[str, Any] = {"use_intervals1_strand": kind == 3}
    if rng.integers(2):
        options |= {"mindist": bounds[0], "maxdist": bounds[1]}
    if rng.integers(2):
        options["na_if_notfound"] = True
    return "gintervals_neighbors", (one, two, int(rng.choice([1, 2, 99]))), options


def compare(ours: pd.DataFrame | None, theirs: pd.DataFrame | None, *, all_found: bool) -> None:
    """Compare two answers; without all neighbors only what ties cannot change."""
    assert (ours is None) == (theirs is None)
    if ours is None or theirs is None:
        return
    names = list(ours) if all_found else ["chrom", "start", "end", "dist"]
    assert list(ours) == list(theirs)
    left, right = ours[names], theirs[names]
    if not all_found:  # two neighbors at +5 and -5 tie, too
        left, right = (t.assign(dist=t["dist"].abs()) for t in (left, right))
    pd.testing.assert_frame_equal(left, right, check_dtype=False)


def test_random_neighbors__as_pymisha(parity_roots: dict[str, Path], ask_peer, our_answers) -> None:
    rng = np.random.default_rng(5)
    calls = [random_call(rng) for _ in range(N_TABLES)]
    programs = [Program(parity_roots["indexed"], (call,)) for call in calls]
    for call, program, answers in zip(calls, programs, ask_peer(programs), strict=True):
        assert answers is not None
        [theirs], [ours] = answers, our_answers(program)
        assert ours[0] == theirs[0] == "value", (ours, theirs)
        compare(ours[1], theirs[1], all_found=call[1][2] == 99)


@pytest.mark.filterwarnings("ignore")
def test_random_joins__as_bioframe() -> None:
    import bioframe

    rng = np.random.default_rng(6)
    for _ in range(N_TABLES):
        one, two = random_table(rng).assign(i=0), random_table(rng).assign(i=0)
        one["i"], two["i"] = range(len(one)), range(len(two))
        theirs = bioframe.overlap(one, two, how="inner", suffixes=("", "1"))
        ours = ivs.overlap_join(one, two)
        assert sorted(zip(ours["i"], ours["i1"], strict=True)) == sorted(
            zip(theirs["i"].astype(int), theirs["i1"].astype(int), strict=True)
        )
        counts = bioframe.count_overlaps(one, two)["count"]
        assert ivs.count_overlaps(one, two)["count"].tolist() == counts.tolist()
        closest = bioframe.closest(one, two, suffixes=("", "1")).dropna(subset=["i1"])
        nearest = ivs.neighbors(one, two)
        assert nearest["i"].tolist() == sorted(closest["i"].astype(int))
        found = dict(zip(closest["i"].astype(int), closest["distance"].astype(float), strict=True))
        assert nearest["dist"].tolist() == [found[i] for i in nearest["i"]]
