"""Random databases and queries: the engine against the same query in slow motion."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr import EachInterval, VirtualTrack
from misha_xr.api import Database, open_database
from misha_xr.errors import MishaWarning
from misha_xr.testing.database import write_database
from misha_xr.testing.queries import SlowDatabase, SlowTrack
from misha_xr.testing.semantics import intervals

FUNCTIONS = ("avg", "sum", "min", "max", "stddev", "size", "exists", "first", "last", "quantile")
VALUES = st.floats(-8, 8, width=32) | st.sampled_from([np.nan, np.inf, -np.inf])


class Roots:
    """Where the databases of this module are written."""

    folder: Path


@pytest.fixture(scope="module", autouse=True)
def _roots(tmp_path_factory):
    Roots.folder = tmp_path_factory.mktemp("worlds")


@dataclass(frozen=True)
class World:
    """One random database, fast and slow."""

    db: Database
    slow: SlowDatabase
    tracks: dict[str, SlowTrack]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    sizes = draw(st.lists(st.integers(1, 90), min_size=1, max_size=5))
    bin_size = draw(st.integers(1, 30))
    bins = {
        code: draw(st.lists(VALUES, min_size=-(-size // bin_size), max_size=-(-size // bin_size)))
        for code, size in enumerate(sizes)
        if draw(st.booleans())
    }
    records = {code: draw(records_of(size)) for code, size in enumerate(sizes)}
    tracks = {"d": SlowTrack(bin_size, bins=bins), "s": SlowTrack(records=records)}
    return World(_written(sizes, tracks, draw(st.sampled_from(["indexed", "per-chromosome"]))),
                 SlowDatabase(sizes), tracks)  # fmt: skip


@st.composite
def records_of(draw: st.DrawFn, size: int) -> list[tuple[int, int, float]]:
    edges = sorted(draw(st.sets(st.integers(0, size), max_size=8)))
    kept = [pair for pair in itertools.pairwise(edges) if draw(st.booleans())]
    return [(start, end, draw(VALUES)) for start, end in kept]


def _written(sizes: list[int], tracks: dict[str, SlowTrack], layout: str) -> Database:
    names = [f"chr{code}" for code in range(len(sizes))]
    dense = {names[code]: np.array(v, "f4") for code, v in tracks["d"].bins.items()}
    sparse = intervals(
        *((names[code], *row) for code, rows in tracks["s"].records.items() for row in rows),
        columns=("value",),
    ).astype({"value": "float32"})
    folder = Path(tempfile.mkdtemp(dir=Roots.folder))
    root = write_database(
        folder / "db",
        sizes=dict(zip(names, sizes, strict=True)),
        dense={"d": (tracks["d"].bin_size, dense)},
        sparse={"s": sparse},
        layout=layout,
    )
    return open_database(root)


@st.composite
def queries(draw: st.DrawFn):
    world = draw(worlds())
    sizes = world.slow.sizes
    scope = draw(windows_of(sizes))
    iterator = draw(st.integers(1, 100) | windows_of(sizes) | st.none())
    func = draw(st.sampled_from(FUNCTIONS))
    shifts = draw(st.tuples(*[st.integers(-40, 40) | st.just(0)] * 2))
    q = draw(st.floats(0, 1))
    track = draw(st.sampled_from(["d", "s"]))
    return world, scope, iterator, track, func, q, shifts


@st.composite
def windows_of(draw: st.DrawFn, sizes) -> list[tuple[int, int, int]]:
    found = []
    for _ in range(draw(st.integers(0, 6))):
        code = draw(st.integers(0, len(sizes) - 1))
        start = draw(st.integers(0, sizes[code] - 1))
        found.append((code, start, draw(st.integers(start + 1, sizes[code]))))
    return found


def table(windows: list[tuple[int, int, int]]) -> pd.DataFrame:
    return intervals(*((f"chr{code}", start, end) for code, start, end in windows))


@pytest.mark.parametrize("small_blocks", [False, True])
@given(query=queries(), n_limit=st.integers(1, 5))
def test_engine__against_slow_motion(small_blocks, query, n_limit):
    world, scope, iterator, name, func, q, shifts = query
    vtrack = VirtualTrack(
        name, func, {"q": q} if func == "quantile" else None, sshift=shifts[0], eshift=shifts[1]
    )
    slow = replace(world.tracks[name], func=func, q=q, shifts=shifts)
    steps = {int: lambda: iterator, list: lambda: table(iterator)}.get(type(iterator), EachInterval)
    context = {"scope": table(scope), "iterator": steps(), "vtracks": {"v": vtrack}}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", MishaWarning)
        if small_blocks:
            patch.setattr("misha_xr.query.scan.block_steps", lambda query: n_limit)
            patch.setattr("misha_xr.query.plan._PARTITION_WORK", 2 * n_limit)
            patch.setattr("misha_xr.query.plan._UNIT", 1)
        _compare_extract(world, world.db.extract("v", **context), slow, scope, iterator)
        hits = world.db.screen("v > 1", **context)
        statistics = world.db.summary("v", **context)
    expected = world.slow.screen(slow, lambda value: value > 1, scope, iterator)
    assert list(zip(hits["chrom"].cat.codes, hits["start"], hits["end"], strict=True)) == expected
    np.testing.assert_allclose(
        statistics, world.slow.summary(slow, scope, iterator), rtol=1e-9, atol=1e-9
    )


def _compare_extract(world, frame, slow, scope, iterator) -> None:
    expected = world.slow.extract(slow, scope, iterator)
    codes = frame["chrom"].cat.codes
    found = zip(codes, frame["start"], frame["end"], frame["intervalID"], strict=True)
    assert list(found) == [(*row[:3], row[4]) for row in expected]
    np.testing.assert_allclose(frame["v"], [row[3] for row in expected], rtol=1e-9, atol=1e-9)


@given(world=worlds(), data=st.data())
def test_own_steps__against_slow_motion(world, data):
    scope = data.draw(windows_of(world.slow.sizes))
    dense = world.db.extract("d", table(scope))
    _compare_extract(
        world, dense.rename(columns={"d": "v"}), world.tracks["d"], scope,
        world.tracks["d"].bin_size,
    )  # fmt: skip
    items = [
        (code, start, end)
        for code, rows in world.tracks["s"].records.items()
        for start, end, _ in rows
    ]
    sparse = world.db.extract("s", table(scope))
    _compare_extract(world, sparse.rename(columns={"s": "v"}), world.tracks["s"], scope, items)
