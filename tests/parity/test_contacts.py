"""Functions of two dimensions, decay of contacts and insulation: the numbers of pymisha."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.testing.classic_calls import Program, table
from misha_xr.testing.database import write_database

COLUMNS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
FUNCTIONS = ("avg", "weighted.sum", "area", "min", "max", "exists", "size")
SIZES = {"chr1": 1000, "chr2": 600}


def boxes(rng: np.random.Generator, cell: tuple[int, int], chance: float) -> pd.DataFrame:
    """Draw disjoint rectangles in the cells of a grid, on all pairs."""
    rows = []
    for one in SIZES:
        for two in SIZES:
            for x in range(0, SIZES[one] - cell[0], cell[0]):
                for y in range(0, SIZES[two] - cell[1], cell[1]):
                    if rng.random() < chance:
                        w, h = 1 + rng.integers(0, cell[0]), 1 + rng.integers(0, cell[1])
                        rows.append((one, x, x + int(w), two, y, y + int(h)))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"chrom1": "str", "chrom2": "str"})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(7)
    rects, points = boxes(rng, (23, 19), 0.5), boxes(rng, (1, 61), 0.02)
    points["end2"] = points["start2"] + 1
    for found in (rects, points):
        found["value"] = rng.normal(size=len(found)).round(3)
    scores = rng.normal(size=100)
    scores[rng.random(100) < 0.2] = np.nan
    folder = tmp_path_factory.mktemp("contacts") / "db"
    dense = {"insu": (10, {"chr1": scores, "chr2": np.full(60, np.nan)})}
    maps = {"rects": {"r": rects}, "points": {"p": points}}
    return write_database(folder, sizes=SIZES, dense=dense, **maps)


def same(ours: Any, theirs: Any) -> bool:
    return np.allclose(ours, theirs, rtol=1e-6, atol=1e-9, equal_nan=True)


def values(answer: tuple[Any, ...], name: str) -> list[float]:
    """Return the values in genome order."""
    assert answer[0] == "value", answer
    if answer[1] is None:
        return []
    found = answer[1].sort_values(COLUMNS)[name]
    return found.tolist()


@pytest.mark.parametrize("source", ["r", "p"])
@pytest.mark.parametrize("band", [None, (-120, 75), (40, 41)])
@pytest.mark.parametrize("shifts", [None, (-13, 20, 5, -4)])
def test_functions__of_rectangles(root, ask_peer, our_answers, source, band, shifts) -> None:
    windows = boxes(np.random.default_rng(3), (170, 130), 0.7)
    programs = []
    for function in FUNCTIONS:
        steps = [("gvtrack_create", ("v", source, function), {})]
        if shifts:
            steps.append(("gvtrack_iterator_2d", ("v", *shifts), {}))
        here = windows if band is None else windows[windows.chrom1 == windows.chrom2]
        context = {"iterator": here} | ({"band": band} if band else {})
        steps.append(("gextract", ("v", everything()), context))
        programs.append(Program(root, tuple(steps)))
    for program, theirs in zip(programs, ask_peer(programs), strict=True):
        function, ours = program.steps[0][1][2], our_answers(program)
        mine, other = (values(found[-1], "v") for found in (ours, theirs))
        if function in ("exists", "size") and shifts:
            if band:
                continue  # there objects count that meet the shifted box outside the band
            # there a window that shifts emptied counts 0
            other = [math.nan if math.isnan(x) else y for x, y in zip(mine, other, strict=True)]
        assert same(mine, other), function


def everything() -> pd.DataFrame:
    rows = [(one, 0, SIZES[one], two, 0, SIZES[two]) for one in SIZES for two in SIZES]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"chrom1": "str", "chrom2": "str"})


@pytest.mark.parametrize("source", ["r", "p"])
@pytest.mark.parametrize("band", [None, (-120, 75)])
@pytest.mark.parametrize("lowest", [True, False])
def test_gcis_decay(root, ask_peer, our_answers, source, band, lowest) -> None:
    breaks = [0, 5, 20.5, 100, 400, 1000]
    sources = table(("chr1", 0, 300), ("chr1", 300, 555), ("chr1", 700, 990), ("chr2", 20, 400))
    domains = table(("chr1", 0, 210), ("chr1", 210, 500), ("chr1", 700, 1000), ("chr2", 0, 300))
    keywords = {"include_lowest": lowest} | ({"band": band} if band else {})
    step = ("gcis_decay", (source, breaks, sources, domains), keywords)
    program = Program(root, (step,))
    (ours,), ((theirs,),) = our_answers(program), ask_peer([program])
    assert ours[0] == theirs[0] == "value"
    assert np.array_equal(np.asarray(ours[1]), np.asarray(theirs[1]))
    assert ours[1].sum() > 0


@pytest.mark.parametrize("threshold", [0.3, -9, 9, math.pi])
@pytest.mark.parametrize("name", ["gtrack_2d_get_insu_borders", "gtrack_2d_get_insu_doms"])
def test_insulation(root, ask_peer, our_answers, name, threshold) -> None:
    program = Program(root, ((name, ("insu", threshold, 20), {}),))
    (ours,), ((theirs,),) = our_answers(program), ask_peer([program])
    assert ours[0] == theirs[0] == "value"
    if ours[1] is None or theirs[1] is None:
        assert ours[1] is theirs[1]
    else:
        pd.testing.assert_frame_equal(ours[1], theirs[1])
