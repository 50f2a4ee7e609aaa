"""Steps of two dimensions: scopes, grids, tables, own objects, bands, projections, as pymisha's.

Rows are compared in one order, without numbers of scope rows (C6, C7); scopes keep objects whole
where those are the steps (C11), grids of centres keep their windows apart (C17).
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.testing.classic_calls import Program
from misha_xr.testing.database import write_database
from misha_xr.testing.plane_queries import disjoint_boxes, random_boxes

NAMES = ("chr1", "chr2")
SIZES = (300, 170)
COLUMNS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
WIDTHS = (1, 5, 20, 60)


def frame(boxes: list[tuple[int, ...]]) -> pd.DataFrame:
    rows = [(NAMES[a], x1, x2, NAMES[b], y1, y2) for a, x1, x2, b, y1, y2 in boxes]
    types = {name: "str" if name.startswith("chrom") else "int64" for name in COLUMNS}
    return pd.DataFrame(rows, columns=COLUMNS).astype(types)


@pytest.fixture(scope="module", params=["per-chromosome", "indexed"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = random.Random(11)
    rects = frame(disjoint_boxes(rng, SIZES, 120, WIDTHS))
    points = frame(disjoint_boxes(rng, SIZES, 200, (1,)))
    for found in (rects, points):
        found["value"] = [rng.choice([1.0, 2.5, -3.0, 0.25]) for _ in range(len(found))]
    bins = {name: np.arange(size / 10) for name, size in zip(NAMES, SIZES, strict=True)}
    return write_database(
        tmp_path_factory.mktemp("planes") / "db",
        sizes=dict(zip(NAMES, SIZES, strict=True)),
        dense={"d": (10, bins)},
        rects={"r": rects},
        points={"p": points},
        layout=request.param,
    )


def whole() -> pd.DataFrame:
    pairs = [(a, b) for a in range(2) for b in range(2)]
    return frame([(a, 0, SIZES[a], b, 0, SIZES[b]) for a, b in pairs])


def cis() -> pd.DataFrame:
    return frame([(a, 0, SIZES[a], a, 0, SIZES[a]) for a in range(2)])


def questions(seed: int) -> list[tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...]]:
    """Make up one question of each kind."""
    rng = random.Random(seed)
    scope = frame(random_boxes(rng, SIZES, 4, (20, 90, 300)))
    table = frame(disjoint_boxes(rng, SIZES, 40, WIDTHS))
    grid = [rng.choice([7, 30, 100, 500]), rng.choice([11, 40, 300])]
    low = rng.randint(-150, 150)
    more: dict[str, Any] = rng.choice([{}, {"band": (low, low + rng.choice([1, 20, 100]))}])
    track, dim = rng.choice("rp"), rng.choice([1, 2])
    defined = ("gvtrack_create", ("w", "d", "max"), {})
    projected = (defined, ("gvtrack_iterator", ("w", dim, -15, 9), {}))
    objects = cis() if more else whole()  # there a band leaves objects between two chromosomes
    return [
        (("gextract", (track, scope), {"iterator": grid, **more}),),
        (("gsummary", (track, scope), {"iterator": grid, **more}),),
        (("gextract", (track, whole()), {"iterator": table, **more}),),
        (("gextract", (track, objects), more),),
        (("gsummary", (track, objects), more),),
        (("gsummary", (track,), {}),),
        (("gsummary", (track,), {"iterator": grid}),),
        (("gscreen", (f"{track} > 1", objects), more),),
        (*projected, ("gextract", (f"w + 0 * {track}", whole()), {})),
        (("giterator_intervals", (track, scope), {"iterator": grid}),),
        (("giterator_intervals", (track, objects), more),),
        (("giterator_intervals", (track,), {"iterator": grid}),),
    ]


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, pd.Series):
        return np.allclose(ours, theirs, rtol=1e-6, equal_nan=True)
    if theirs is None or ours is None:
        return ours is None and (theirs is None or len(theirs) == 0)
    one, two = (x.drop(columns="intervalID", errors="ignore") for x in (ours, theirs))
    one, two = one.sort_values(COLUMNS), two.sort_values(COLUMNS)
    if list(one) != list(two) or len(one) != len(two):
        return False
    coordinates = (one[COLUMNS].to_numpy() == two[COLUMNS].to_numpy()).all()
    values = [name for name in one if name not in COLUMNS]
    return bool(coordinates) and np.allclose(one[values], two[values], rtol=1e-6, equal_nan=True)


@pytest.mark.parametrize("seed", range(2))
def test_questions(root, ask_peer, our_answers, seed) -> None:
    asked = [Program(root, steps) for k in range(6) for steps in questions(100 * seed + k)]
    for program, theirs in zip(asked, ask_peer(asked), strict=True):
        ours = our_answers(program)
        assert theirs is not None
        if theirs[-1][0] == "error" or ours[-1][0] == "error":
            assert theirs[-1][0] == ours[-1][0], (program.steps, theirs[-1], ours[-1])
            continue
        assert same(ours[-1][1], theirs[-1][1]), (program.steps, ours[-1][1], theirs[-1][1])


def test_steps_of_one_dimension(root, ask_peer, our_answers) -> None:
    scope = pd.DataFrame({"chrom": ["chr1"] * 2, "start": [13, 120], "end": [95, 200]})
    calls = [
        {"iterator": 30},
        {"iterator": 30, "interval_relative": True},
        {"iterator": 30, "interval_relative": True, "partial_bins": "exact"},
        {"iterator": 30, "partial_bins": "drop"},
        {"iterator": -1},
    ]
    asked = [Program(root, (("giterator_intervals", (None, scope), call),)) for call in calls]
    for program, theirs in zip(asked, ask_peer(asked), strict=True):
        ours = our_answers(program)[-1][1]
        pd.testing.assert_frame_equal(ours, theirs[-1][1], check_dtype=False)


def test_grids_of_centres_far_apart(root, ask_peer, our_answers) -> None:
    one = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chr2"], "start": [5, 200, 30], "end": [9, 221, 60]}
    )
    two = pd.DataFrame({"chrom": ["chr2"], "start": [100], "end": [111]})
    calls = [
        ((one, (-20, 0, 20)), {}),
        ((one, (-20, 0, 20), two, (-70, 70)), {}),
        ((one, (-20, 20)), {"min_band_idx": 0, "max_band_idx": 1}),
        ((one, (20, -20)), {}),
    ]
    asked = [Program(root, (("giterator_cartesian_grid", *call),)) for call in calls]
    for program, theirs in zip(asked, ask_peer(asked), strict=True):
        assert same(our_answers(program)[-1][1], theirs[-1][1]), program.steps
