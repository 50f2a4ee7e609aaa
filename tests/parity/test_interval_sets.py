"""Interval algebra on random tables gives what pymisha gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import misha_xr
from misha_xr import intervals as ivs
from misha_xr.genome import Genome
from misha_xr.testing.classic_calls import Program

N_TABLES = 60
CALLS: dict[str, Callable[..., Any]] = {
    "gintervals_union": ivs.union,
    "gintervals_intersect": lambda a, b, genome: ivs.intersect(a, b, merge=False, genome=genome),
    "gintervals_diff": ivs.difference,
    "gintervals_canonic": lambda a, b, genome: ivs.canonic(a, genome=genome),
    "gintervals_mark_overlaps": lambda a, b, genome: ivs.mark_overlaps(a, genome=genome),
    "gintervals_coverage_fraction": ivs.coverage_fraction,
    "gintervals_covered_bp": lambda a, b, genome: ivs.covered_bp(a, genome=genome),
    "gintervals_force_range": lambda a, b, genome: ivs.force_range(a, genome=genome),
    "gintervals_normalize": lambda a, b, genome: ivs.resize(a, 7, genome=genome),
}
ONE_TABLE = ("canonic", "mark_overlaps", "covered_bp", "force_range", "normalize")


def random_table(rng: np.random.Generator, genome: Genome) -> pd.DataFrame:
    """Draw rows that overlap often, in any order."""
    n = int(rng.integers(1, 9))
    starts = rng.integers(0, 40, n)
    chroms = np.array(genome.names, dtype=object)[rng.integers(0, 2, n)]
    ends = starts + rng.integers(1, 12, n)
    return pd.DataFrame({"chrom": chroms, "start": starts, "end": ends}).astype({"chrom": "str"})


def same(found: Any, answer: Any) -> bool:
    """Compare an answer of ours with the other side's, whose empty table is None."""
    if not isinstance(found, pd.DataFrame):
        return bool(np.isclose(found, answer))
    if answer is None:
        return len(found) == 0
    ours = found.assign(chrom=found["chrom"].astype(str)).reset_index(drop=True)
    numbers = [name for name in ours.columns if name != "chrom"]
    return ours["chrom"].tolist() == answer["chrom"].tolist() and np.array_equal(
        ours[numbers].to_numpy(), answer[numbers].to_numpy()
    )


@pytest.mark.parametrize("name", CALLS)
def test_random_tables__as_pymisha(
    name: str, parity_roots: dict[str, Path], ask_peer: Callable[..., Any]
) -> None:
    root = parity_roots["per-chromosome"]
    genome = misha_xr.open_database(root).genome
    rng = np.random.default_rng(len(name))
    pairs = [(random_table(rng, genome), random_table(rng, genome)) for _ in range(N_TABLES)]
    n_tables = 1 if name.removeprefix("gintervals_") in ONE_TABLE else 2
    more = (7,) if name == "gintervals_normalize" else ()
    programs = [Program(root, ((name, (*pair[:n_tables], *more), {}),)) for pair in pairs]
    for pair, answers in zip(pairs, ask_peer(programs), strict=True):
        kind, answer = answers[-1][:2]
        assert kind == "value", answers
        found = CALLS[name](*pair, genome=genome)
        assert same(found, answer), (pair, found, answer)
