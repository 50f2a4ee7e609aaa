"""Random classic calls on intervals that write nothing answer as pymisha answers.

Rows of 2D results with equal starts may come in another order there. Empty windows and rows off the
chromosome must fail on both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.testing.classic_calls import SIZES, Program, Step

N_CALLS = 25
C2 = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
CHROMS = ("chr1", "chr10", "chr2", "chrX")
Draw = Callable[[np.random.Generator], Step]


def rows(rng: np.random.Generator, least: int = 0, *, legal: bool = True) -> pd.DataFrame:
    """Draw rows that overlap often, in any order; some off the chromosome if not legal."""
    n = int(rng.integers(least, 9))
    chroms = np.array(CHROMS, dtype=object)[rng.integers(0, 4, n)]
    sizes = np.array([SIZES[chrom] for chrom in chroms], dtype=np.int64)
    starts = rng.integers(0, 30, n) if legal else rng.integers(-40, 700, n)
    ends = starts + rng.integers(1 if legal else -5, 25, n)
    ends = np.minimum(ends, sizes) if legal else ends
    table = pd.DataFrame({"chrom": chroms, "start": starts, "end": ends}).astype({"chrom": "str"})
    return table.assign(x=np.arange(n)) if rng.integers(2) else table


def planes(rng: np.random.Generator, *, legal: bool = True) -> pd.DataFrame:
    """Draw rectangles."""
    one = rows(rng, 1, legal=legal)[["chrom", "start", "end"]]
    two = one.sample(frac=1, random_state=rng, ignore_index=True)
    shifted = two.assign(start=two["start"] // 2)
    table = pd.concat([one, shifted], axis=1).set_axis(C2, axis=1)
    return table.assign(x=1.5) if rng.integers(2) else table


def _two(name: str) -> Draw:
    return lambda rng: (name, (rows(rng), rows(rng)), {})


def _numbers(rng: np.random.Generator) -> pd.DataFrame:
    table = rows(rng, 1)
    return table.assign(a=rng.normal(size=len(table)))


def _normalize(rng: np.random.Generator) -> Step:
    table = rows(rng, 1)
    sizes: Any = int(rng.integers(1, 60))
    if rng.integers(2):
        sizes = rng.integers(1, 60, len(table) if len(table) > 1 else 3).tolist()
    return "gintervals_normalize", (table, sizes), {}


def _from_tuples(rng: np.random.Generator) -> Step:
    columns = ["chrom", "start", "end"]
    table = rows(rng, 1)[columns]
    found = list(table.itertuples(index=False, name=None))
    if rng.integers(2):
        return "gintervals_from_tuples", (found, rng.integers(-1, 2, len(found)).tolist()), {}
    return "gintervals_from_tuples", (table.assign(x=1).to_dict("records"),), {}


def _window(rng: np.random.Generator) -> Step:
    chroms = [CHROMS[k] for k in rng.integers(0, 3, 5)]
    centers = rng.integers(15, 390, 5).tolist()
    return "gintervals_window", (chroms, centers, int(rng.integers(1, 25))), {}


def _constructor(rng: np.random.Generator) -> Step:
    table = planes(rng)
    return "gintervals_2d", tuple(table[name].tolist() for name in C2), {}


def _band(rng: np.random.Generator) -> Step:
    low = int(rng.integers(-40, 30))
    band = (low, low + int(rng.integers(1, 40)))
    return "gintervals_2d_band_intersect", (planes(rng), band), {}


DRAWS: dict[str, Draw] = {
    # Beside an empty set the other side returns the rows as they are.
    "union": lambda rng: ("gintervals_union", (rows(rng, 1), rows(rng, 1)), {}),
    "intersect": _two("gintervals_intersect"),
    "diff": _two("gintervals_diff"),
    "covered_bp": _two("gintervals_covered_bp"),
    "coverage_fraction": _two("gintervals_coverage_fraction"),
    "canonic": lambda rng: ("gintervals_canonic", (rows(rng), bool(rng.integers(2))), {}),
    "mark_overlaps": lambda rng: (
        "gintervals_mark_overlaps",
        (rows(rng, 1), "g", bool(rng.integers(2))),
        {},
    ),
    "force_range": lambda rng: ("gintervals_force_range", (rows(rng, legal=False),), {}),
    "force_range of rectangles": lambda rng: (
        "gintervals_force_range",
        (planes(rng, legal=False),),
        {},
    ),
    "normalize": _normalize,
    "rbind": lambda rng: ("gintervals_rbind", (rows(rng)[["chrom", "start", "end"]],) * 2, {}),
    "from_tuples": _from_tuples,
    "window": _window,
    "to_mat": lambda rng: ("gintervals_to_mat", (_numbers(rng),), {}),
    "from_mat": lambda rng: (
        "gintervals_from_mat",
        (_numbers(rng).set_index(["chrom", "start", "end"]),),
        {},
    ),
    "2d": _constructor,
    "2d_all": lambda rng: ("gintervals_2d_all", (("diagonal", "full")[rng.integers(2)],), {}),
    "2d_intersect": lambda rng: ("gintervals_2d_intersect", (planes(rng), planes(rng)), {}),
    "2d_union": lambda rng: ("gintervals_2d_union", (planes(rng), planes(rng)), {}),
    "2d_band_intersect": _band,
}


def compare(ours: Any, theirs: Any) -> None:
    """Compare two answers, of whatever kind."""
    assert type(ours) is type(theirs)
    if not isinstance(ours, pd.DataFrame):
        assert ours is None or ours == pytest.approx(theirs, rel=1e-12)
        return
    assert ours.attrs.keys() == theirs.attrs.keys()
    assert all(np.array_equal(ours.attrs[key], theirs.attrs[key]) for key in ours.attrs)
    ours.attrs, theirs.attrs = {}, {}
    if list(ours) == C2:
        starts = ["chrom1", "start1", "chrom2", "start2"]
        pd.testing.assert_frame_equal(ours[starts], theirs[starts])
        ours, theirs = (table.sort_values(C2, ignore_index=True) for table in (ours, theirs))
    pd.testing.assert_frame_equal(ours, theirs)


@pytest.fixture(scope="module")
def answered(parity_roots: dict[str, Path], ask_peer: Any) -> dict[str, list[tuple[Program, Any]]]:
    """Programs by kind, and what the other side answers: one process for all."""
    kinds, programs = [], []
    for number, (kind, draw) in enumerate(DRAWS.items()):
        rng = np.random.default_rng(number)
        kinds += [kind] * N_CALLS
        programs += [Program(parity_roots["indexed"], (draw(rng),)) for _ in range(N_CALLS)]
    found: dict[str, list[tuple[Program, Any]]] = {kind: [] for kind in DRAWS}
    for kind, program, answers in zip(kinds, programs, ask_peer(programs), strict=True):
        found[kind].append((program, answers))
    return found


@pytest.mark.parametrize("kind", DRAWS)
def test_random_calls__as_pymisha(kind: str, answered: Any, our_answers: Any) -> None:
    for program, answers in answered[kind]:
        assert answers is not None
        [theirs], [ours] = answers, our_answers(program)
        assert ours[0] == theirs[0], (program, ours, theirs)
        if ours[0] == "value":
            compare(ours[1], theirs[1])
        else:
            assert "ValueError" in ours[1], (program, ours, theirs)


@pytest.mark.parametrize("mask", [None, "iset"])
def test_random_intervals__spread_as_in_pymisha(
    mask: str | None, parity_roots: dict[str, Path], ask_peer: Any, our_answers: Any
) -> None:
    options: dict[str, Any] = {"dist_from_edge": 5}
    if mask is not None:
        [[_, barred]] = our_answers(
            Program(parity_roots["indexed"], (("gintervals_load", (mask,), {}),))
        )
        options["mask"] = barred
    program = Program(parity_roots["indexed"], (("gintervals_random", (20, 4000), options),))
    [[theirs]], [ours] = ask_peer([program]), our_answers(program)
    drawn = [ours[1], theirs[1]]
    counts = [table["chrom"].value_counts(sort=False).sort_index() for table in drawn]
    assert counts[0].index.tolist() == counts[1].index.tolist()
    # Both draw from 4000 places: five standard deviations of the difference.
    assert (counts[0] - counts[1]).abs().max() < 5 * (4000 / 2) ** 0.5
    for chrom in counts[0].index[counts[0] > 200]:
        one, two = (table.loc[table["chrom"] == chrom, "start"] for table in drawn)
        assert abs(one.min() - two.min()) < 30
        assert abs(one.max() - two.max()) < 30
        assert abs(one.mean() - two.mean()) < 60
