"""Functions of values: the same numbers as pymisha, but where it goes wrong beside a filter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from misha_xr.testing.classic_answers import difference
from misha_xr.testing.classic_calls import ARRAY, Program, Step, table

LAYOUTS = ("per-chromosome", "indexed")
HERE = table(("chr1", 3, 470), ("chr10", 0, 400), ("chr2", 10, 300), ("chrX", 0, 37))
PLACES = [
    f"{end}.pos.{kind}" for end in ("first", "last", "min", "max") for kind in ("abs", "relative")
]
FUNCTIONS = ["nearest", "lse", *PLACES]
PERCENTILES = ["global.percentile", "global.percentile.min", "global.percentile.max"]
SHIFTS = [{}, {"sshift": -30, "eshift": 45}, {"sshift": 12, "eshift": 4}]
# Beside a filter pymisha reduces the averages of segments of sparse sources, not their values,
# takes places of extremes from the start of the segment, a first or last segment without values
# for one with NaN, and ranks another average than the one it gives.
FILTERED = ["avg", "sum", "size", "exists", "min", "max"]
FILTERED_DENSE = [*FILTERED, "stddev", "lse", "max.pos.abs", "min.pos.relative", *PERCENTILES[1:]]
MASKS = ["iset", "sp", table(("chr1", 0, 90), ("chr1", 95, 97), ("chr2", 30, 33), ("chrX", 0, 37))]


def values() -> Any:
    """Return disjoint intervals with values, none missing."""
    starts = np.arange(5, 900, 41)
    rows = [("chr1", start, start + 3 + start % 30, start % 17 / 4) for start in starts]
    rows += [("chr2", 50, 60, -2.0), ("chr2", 90, 300, 8.0)]
    return table(*rows, columns=("chrom", "start", "end", "score"))


def program(root, source, function, shifts, mask=None) -> Program:
    params = 0.3 if function == "quantile" else None
    steps: list[Step] = [("gvtrack_create", ("v", source, function, params), {})]
    if shifts:
        steps.append(("gvtrack_iterator", ("v",), shifts))
    if mask is not None:
        steps.append(("gvtrack_filter", ("v", mask), {}))
    return Program(root, (*steps, ("gextract", ("v", HERE, 50), {})))


def compare(programs: list[Program], ask_peer: Any, our_answers: Any) -> list[str]:
    found = []
    for one, answers in zip(programs, ask_peer(programs), strict=True):
        assert answers is not None, f"the other side crashed on {one.steps}"
        text = difference(our_answers(one), answers, one.codes)
        found += [f"{one.steps}: {text}"] if text else []
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_functions__of_tracks(layout, parity_roots, ask_peer, our_answers):
    root = parity_roots[layout]
    cases = [(source, name) for source in ("d10", "sp", "ns.sp2", ARRAY) for name in FUNCTIONS]
    cases.remove((ARRAY, "lse"))  # which is always NaN there
    cases += [("d7", name) for name in PERCENTILES]
    programs = [program(root, *case, shifts) for case in cases for shifts in SHIFTS]
    assert compare(programs, ask_peer, our_answers) == []


def test_functions__of_value_tables(parity_roots, ask_peer, our_answers):
    root = parity_roots["indexed"]
    names = ["avg", "sum", "min", "max", "stddev", "first", "last", "quantile", "lse", *PLACES]
    programs = [program(root, values(), name, shifts) for name in names for shifts in SHIFTS]
    assert compare(programs, ask_peer, our_answers) == []


@pytest.mark.parametrize("mask", MASKS, ids=["set", "track", "table"])
def test_filters(mask, parity_roots, ask_peer, our_answers):
    root = parity_roots["per-chromosome"]
    cases = [("d10", name) for name in [*FILTERED_DENSE, "quantile"]]
    cases += [("sp", name) for name in FILTERED]
    programs = [program(root, *case, shifts, mask) for case in cases for shifts in SHIFTS]
    assert compare(programs, ask_peer, our_answers) == []


def test_definitions(parity_roots, ask_peer, our_answers):
    root = parity_roots["indexed"]
    create: Step = ("gvtrack_create", ("v", "d10", "max"), {})
    info: Step = ("gvtrack_info", ("v",), {})
    overlap = table(
        ("chr1", 0, 10, 1.0), ("chr1", 5, 20, 2.0), columns=("chrom", "start", "end", "v")
    )
    calls: list[Step] = [
        ("gvtrack_filter", ("absent", "iset"), {}),
        ("gvtrack_filter", ("v", "absent"), {}),
        ("gvtrack_filter", ("v", "d10"), {}),
        ("gvtrack_filter", ("v", 5), {}),
        ("gvtrack_filter", ("v", "iset"), {"filter": "iset"}),
        ("gvtrack_filter", ("v", "iset"), {"other": 1}),
        ("gvtrack_filter", ("v", HERE.rename(columns={"end": "stop"})), {}),
        ("gvtrack_create", ("v", overlap), {}),
        ("gvtrack_create", ("v", overlap, "nearest"), {}),
        ("gvtrack_create", ("v", overlap, "distance"), {}),
        ("gvtrack_create", ("v", "d10", "avg"), {"filter": "d10"}),
    ]
    programs = [Program(root, (create, call)) for call in calls]
    programs += [
        Program(root, (create, ("gvtrack_filter", ("v", []), {}), info)),
        Program(root, (create, ("gvtrack_filter", ("v",), {}), info)),
    ]
    assert compare(programs, ask_peer, our_answers) == []
