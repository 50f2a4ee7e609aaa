"""Every function of values over every kind of source, with shifts and filters."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr import EachInterval, VirtualTrack
from misha_xr.api import Database, open_database
from misha_xr.errors import (
    IntervalError,
    TrackTypeError,
    UnknownTrackError,
    VirtualTrackError,
)
from misha_xr.query import DenseArray
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals
from misha_xr.testing.virtual_tracks import SlowVirtualTrack

VALUED = (
    "avg", "sum", "min", "max", "stddev", "size", "exists", "first", "last", "quantile", "nearest",
    "lse", "first.pos.abs", "first.pos.relative", "last.pos.abs", "last.pos.relative",
    "min.pos.abs", "min.pos.relative", "max.pos.abs", "max.pos.relative",
)  # fmt: skip
PERCENTILES = ("global.percentile", "global.percentile.min", "global.percentile.max")
A, N, P, D = ("chr1", 40, 75), ("chr1", 50, 70), ("chr1", 105, 135), ("chr1", 230, 620)


def one(db: Database, src, func, window, **fields) -> float:
    """Return the value of a virtual track in one window."""
    vtrack = VirtualTrack(src, func, **fields)
    frame = db.extract("v", intervals(window), iterator=EachInterval(), vtracks={"v": vtrack})
    assert len(frame) == 1
    return float(frame["v"].iloc[0])


# Source: misha query semantics, section 4.


@pytest.mark.parametrize(
    ("window", "expected"),
    [((0, 10), (1.0, 3, 0)), ((100, 110), (10.0, 5, 80)), ((980, 1000), (97.5, 4, 960))],
)
def test_window__shifted_and_clipped(db, window, expected):
    found = [
        one(db, "d10", func, ("chr1", *window), sshift=-20, eshift=20)
        for func in ("avg", "size", "first.pos.abs")
    ]
    assert found == list(expected)


@pytest.mark.parametrize(
    ("window", "expected"), [((100, 110), 8.0), ((980, 1000), 96.5), ((0, 10), np.nan)]
)
def test_window__shifted_to_the_left(db, window, expected):
    found = one(db, "d10", "avg", ("chr1", *window), sshift=-20, eshift=-20)
    np.testing.assert_equal(found, expected)


@pytest.mark.parametrize("func", [*VALUED, "sample", "sample.pos.abs", *PERCENTILES])
@pytest.mark.parametrize("shifts", [(-20, -20), (20, -20), (5000, 5000)])
def test_window__empty_is_nan_for_every_function(db, func, shifts):
    fields = {"sshift": shifts[0], "eshift": shifts[1]}
    params = 0.5 if func == "quantile" else None
    assert np.isnan(one(db, "d10", func, ("chr1", 0, 10), params=params, **fields))


@pytest.mark.parametrize(
    ("src", "func", "window", "expected"),
    [
        ("d10", "avg", A, 5.5), ("d10", "avg", P, 11.5), ("sp", "avg", D, 86 / 3),
        ("d10", "sum", A, 11), ("d10", "sum", P, 46), ("sp", "sum", D, 86),
        ("d10", "min", A, 4), ("d10", "max", A, 7),
        ("d10", "stddev", A, 2.12132), ("d10", "stddev", P, 1.29099),
        ("sp", "nearest", ("chr1", 300, 400), 25), ("d10", "nearest", A, 5.5),
        ("d10", "lse", A, 7.04859), ("sp", "lse", ("chr1", 150, 250), 25),
        ("d10", "size", D, 39), ("sp", "size", D, 3), ("d10", "exists", N, 0),
        ("d10", "first", A, 4), ("d10", "last", A, 7),
        ("d10", "first.pos.abs", P, 105), ("d10", "last.pos.abs", P, 130),
        ("sp", "first.pos.abs", P, 100), ("sp", "last.pos.abs", P, 100),
        ("sp", "first.pos.relative", P, -5), ("sp", "last.pos.relative", D, 370),
        ("d10", "global.percentile", A, 95 / 188), ("d10", "global.percentile", P, 0.531915),
        ("d10", "global.percentile", ("chr1", 110, 111), 0.531915),
        ("d10", "global.percentile.min", A, 0.505319),
        ("d10", "global.percentile.max", A, 0.510638),
        ("d10", "avg", N, np.nan), ("d10", "lse", N, np.nan), ("d10", "sample", N, np.nan),
        ("d10", "nearest", N, np.nan), ("d10", "max.pos.abs", N, np.nan), ("d10", "size", N, 0),
        ("d10", "global.percentile", N, np.nan), ("d10", "sample.pos.abs", N, np.nan),
        ("arr", "avg", ("chr1", 90, 320), 4.5), ("arr", "nearest", ("chr1", 160, 170), 4),
        ("arr", "nearest", ("chr2", 160, 170), np.nan),
        ("ns.sp2", "nearest", ("chr1", 150, 160), np.nan),
    ],
)  # fmt: skip
def test_function__numbers_of_the_notes(db, src, func, window, expected):
    np.testing.assert_allclose(one(db, src, func, window), expected, rtol=5e-6)


@pytest.mark.parametrize(("src", "window", "expected"), [("d10", A, 4.9), ("sp", D, 21.8)])
def test_quantile__numbers_of_the_notes(db, src, window, expected):
    assert one(db, src, "quantile", window, params=0.3) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [
        ((-22.5, np.inf), 0.5, np.inf), ((-22.5, np.inf), 0.3, np.inf), ((-22.5, np.inf), 0, -22.5),
        ((-np.inf, 3.0), 0.3, -np.inf), ((-np.inf, 3.0), 0.9, -np.inf), ((-np.inf, 3.0), 1, 3.0),
        ((np.inf, np.inf), 0.5, np.inf), ((-np.inf, np.inf), 0.5, np.nan),
    ],
)  # fmt: skip
def test_quantile__between_infinities(db, values, q, expected):
    table = intervals(("chr1", 0, 5, values[0]), ("chr1", 5, 10, values[1]), columns=("v",))
    np.testing.assert_equal(one(db, table, "quantile", ("chr1", 0, 10), params=q), expected)
    whole = db.quantiles("v", q, table, table, vtracks={"v": VirtualTrack(table)})
    np.testing.assert_equal(float(whole.iloc[0]), expected)


def test_places__leftmost_of_equal_values(db):
    table = intervals(("chr1", 500, 510, 17), ("chr1", 600, 610, 17), columns=("v",))
    assert one(db, table, "max.pos.abs", ("chr1", 400, 700)) == 500
    assert one(db, table, "min.pos.relative", ("chr1", 400, 700)) == 100


@pytest.mark.parametrize("window", [(15, 25), (19, 21)])
def test_nearest__equally_far_takes_the_left(db, window):
    table = intervals(("chr1", 0, 10, 1), ("chr1", 30, 40, 2), columns=("v",))
    assert one(db, table, "nearest", ("chr1", *window)) == 1


# Value tables.


def test_value_table__first_number_beside_coordinates_and_strand(db):
    table = pd.DataFrame(
        {"name": ["a", "b"], "end": [20, 60], "chrom": ["chr1", "1"], "start": [10, 50],
         "strand": [1, -1], "score": [5, 7], "other": [0.0, 0.0]}
    )  # fmt: skip
    assert one(db, table, "avg", ("chr1", 0, 100)) == 6
    assert one(db, table.iloc[::-1], None, ("chr1", 0, 100)) == 6


def test_value_table__missing_values_count_as_intervals(db):
    table = intervals(
        ("chr1", 100, 110, 1.0), ("chr1", 150, 155, np.nan), ("chr1", 300, 310, np.inf),
        columns=("v",),
    )  # fmt: skip
    assert one(db, table, "size", ("chr1", 90, 320)) == 2
    assert one(db, table, "avg", ("chr1", 90, 320)) == np.inf
    assert np.isnan(one(db, table, "nearest", ("chr1", 156, 160)))
    assert one(db, table, "exists", ("chr1", 120, 130)) == 0
    assert one(db, table, "size", ("chr2", 120, 130)) == 0


def test_value_table__empty(db):
    table = intervals(columns=("v",)).astype({"v": float})
    assert one(db, table, "size", P) == 0
    assert np.isnan(one(db, table, "nearest", P))


def test_value_table__errors(db):
    overlap = intervals(("chr1", 0, 10, 1.0), ("chr1", 5, 20, 2.0), columns=("v",))
    with pytest.raises(IntervalError, match="overlap: chr1:0-10 and chr1:5-20"):
        one(db, overlap, "avg", P)
    touching = intervals(("chr1", 10, 20, 1.0), ("chr1", 0, 10, 3.0), columns=("v",))
    assert one(db, touching, "avg", ("chr1", 0, 30)) == 2
    with pytest.raises(VirtualTrackError, match="no numeric column"):
        one(db, intervals(("chr1", 0, 10)), "avg", P)
    with pytest.raises(VirtualTrackError, match="no numeric column"):
        one(db, "iset", "max", P)


def test_value_table__does_not_count_as_a_track(db):
    table = intervals(("chr1", 100, 110, 1.0), columns=("v",))
    vtracks = {"v": VirtualTrack(table)}
    assert len(db.extract("v + d10", "chr1:0-200", vtracks=vtracks)) == 20
    with pytest.raises(ValueError, match="does not contain any tracks"):
        db.extract("v", "chr1:0-200", vtracks=vtracks)


# Samples.


def test_sample__uniform_and_the_same_for_any_workers(db):
    scope = intervals(*[("chr1", start, 1000) for start in range(700)])
    vtracks = {
        "v": VirtualTrack("d10", "sample", {"seed": 5}),
        "p": VirtualTrack("d10", "sample.pos.abs", 5),
        "w": VirtualTrack("d10", "sample", 6),
    }
    found = db.extract(["v", "p", "w"], scope, iterator=EachInterval(), vtracks=vtracks)
    assert (found["v"] == found["p"] // 10).all()
    assert (found["p"] >= found["start"]).all()
    assert not found["v"].equals(found["w"])
    again = db.extract("v", scope.iloc[::-1], iterator=EachInterval(), vtracks=vtracks)
    assert len(again) == len(found)
    share = (found["v"] - found["start"] // 10) / (100 - found["start"] // 10)
    assert 0.44 < share.mean() < 0.56
    assert 0.07 < share.var() < 0.1


def test_sample__without_a_seed_follows_numpy(db):
    def drawn() -> list[float]:
        vtracks = {"v": VirtualTrack("sp", "sample")}
        return db.extract("v", "chr1", iterator=500, vtracks=vtracks)["v"].tolist() * 1

    np.random.seed(3)  # noqa: NPY002
    first = [drawn() for _ in range(8)]
    np.random.seed(3)  # noqa: NPY002
    assert [drawn() for _ in range(8)] == first
    assert len({tuple(values) for values in first}) > 1
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    one(db, "d10", "avg", P)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_sample__array_tracks(db):
    found = {one(db, "arr", "sample", ("chr1", 90, 320), params=seed) for seed in range(40)}
    assert found == {1.5, 4.0, 8.0}


# Errors.


def test_global_percentile__dense_only(db):
    for src in ("sp", "arr", intervals(("chr1", 0, 10, 1.0), columns=("v",))):
        with pytest.raises(VirtualTrackError, match="needs a dense track"):
            one(db, src, "global.percentile", P)


def test_rectangle_functions__not_on_one_dimension(db):
    with pytest.raises(TrackTypeError, match="of rectangles"):
        one(db, "sp", "weighted.sum", P)


def test_source__virtual_tracks_are_none(db):
    vtracks = {"v": VirtualTrack("d10"), "w": VirtualTrack("v", "max")}
    with pytest.raises(VirtualTrackError, match="itself a virtual track"):
        db.extract("w", "chr1", iterator=100, vtracks=vtracks)
    with pytest.raises(UnknownTrackError, match="did you mean 'd10'"):
        db.extract("v", "chr1", iterator=100, vtracks={"v": VirtualTrack("d1O")})


# Filters.

MASK = intervals(("chr1", 102, 118))
W = ("chr1", 100, 130)


@pytest.mark.parametrize(
    ("func", "expected"),
    [
        ("avg", 11.285714), ("sum", 33), ("size", 3), ("min", 10), ("max", 12), ("exists", 1),
        ("first", 10), ("last", 12), ("stddev", 1.0), ("first.pos.abs", 100),
        ("last.pos.abs", 120), ("max.pos.abs", 120), ("min.pos.relative", 0),
        ("global.percentile", 0.531915), ("global.percentile.max", 101 / 188),
    ],
)  # fmt: skip
def test_filter__numbers_of_the_notes(db, func, expected):
    assert one(db, "d10", func, W, filter=MASK) == pytest.approx(expected, rel=2e-6)


def test_filter__more_numbers_of_the_notes(db):
    assert one(db, "d10", "quantile", W, params=0.5, filter=MASK) == 11
    assert one(db, "d10", "lse", ("chr1", 90, 130), filter=MASK) == pytest.approx(12.44019)
    hidden = intervals(("chr1", 95, 118))
    assert one(db, "d10", "first.pos.abs", W, filter=hidden) == 118
    assert one(db, "d10", "first.pos.relative", W, filter=hidden) == 18


def test_filter__sparse_interval_cut_in_two_counts_twice(db):
    window = ("chr1", 95, 230)
    assert one(db, "sp", "sum", window, filter=intervals(("chr1", 120, 150))) == 45
    assert one(db, "sp", "size", window, filter=intervals(("chr1", 120, 150))) == 3


@pytest.mark.parametrize("func", [*VALUED, "sample", "sample.pos.relative", *PERCENTILES])
def test_filter__wholly_hidden_is_nan(db, func):
    params = 0.5 if func == "quantile" else None
    whole = intervals(("chr1", 0, 600), ("chr1", 600, 1000))
    assert np.isnan(one(db, "d10", func, P, params=params, filter=whole))


def test_filter__distances_do_not_heed_it(db):
    window = ("chr1", 103, 110)
    source = intervals(("chr1", 120, 130))
    assert one(db, source, "distance", window, filter=MASK) == 14
    assert one(db, source, "distance", window) == 14


def test_filter__functions_of_intervals(db):
    covered = one(db, "iset", "coverage", W, filter=MASK)
    assert covered == 1
    assert one(db, intervals(("chr1", 100, 120)), "coverage", W, filter=MASK) == pytest.approx(
        4 / 14
    )
    spanning = intervals(("chr1", 90, 140))
    assert one(db, spanning, "neighbor.count", W, filter=MASK) == 1


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ("iset", 21.461538461538463), ("sp", 19.666666666666668), ("ns.sp2", 17.633333333333333),
        (["iset", "sp"], 19.666666666666668), (["iset", MASK], 21.461538461538463), ([], 17.0),
        (intervals(), 17.0),
    ],
)  # fmt: skip
def test_filter__kinds_of_masks(db, mask, expected):
    assert one(db, "d10", "avg", ("chr1", 95, 260), filter=mask) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mask", "error", "text"),
    [
        ("d10", TrackTypeError, "has no intervals"),
        ("r2", TrackTypeError, "has no intervals"),
        ("ist", UnknownTrackError, "did you mean 'iset'"),
        (5, VirtualTrackError, "must be a table"),
        (["iset", 5], VirtualTrackError, "must be a table"),
        (MASK.rename(columns={"end": "stop"}), IntervalError, "end"),
        (intervals(("chr1", 900, 1001)), IntervalError, "1001|beyond|size"),
    ],
)  # fmt: skip
def test_filter__errors(db, mask, error, text):
    with pytest.raises(error, match=text):
        one(db, "d10", "avg", P, filter=mask)
    with pytest.raises(error, match=text):
        db.vtrack("v", "d10", filter=mask)


def test_filter__samples_only_what_is_seen(db):
    found = {one(db, "d10", "sample", W, params=seed, filter=MASK) for seed in range(40)}
    assert found == {10.0, 11.0, 12.0}
    for seed in range(20):
        value = one(db, "d10", "sample", W, params=seed, filter=MASK)
        place = one(db, "d10", "sample.pos.abs", W, params=seed, filter=MASK)
        assert place == {10.0: 100, 11.0: 118, 12.0: 120}[value]


def test_filter__infinite_values_of_tables(db):
    table = intervals(("chr1", 100, 105, 1.0), ("chr1", 120, 125, np.inf), columns=("v",))
    assert one(db, table, "quantile", W, params=1.0, filter=MASK) == np.inf
    assert one(db, table, "quantile", W, params=0.0, filter=MASK) == 1


# Random worlds.

FINITE = st.floats(-8, 8, width=32) | st.just(np.nan)


class Roots:
    """Where the databases of this module are written."""

    folder: Path


@pytest.fixture(scope="module", autouse=True)
def _roots(tmp_path_factory):
    Roots.folder = tmp_path_factory.mktemp("worlds")


@dataclass(frozen=True)
class World:
    """One random database, and its values by source and chromosome."""

    db: Database
    sizes: list[int]
    sources: dict[str, object]
    arrays: dict[str, DenseArray]
    records: dict[str, list[list[tuple[int, int, float]]]]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    sizes = draw(st.lists(st.integers(1, 70), min_size=1, max_size=4))
    names = [f"chr{code}" for code in range(len(sizes))]
    bin_size = draw(st.integers(1, 25))
    bins = [
        [(at, min(at + bin_size, size), draw(FINITE | st.just(np.inf)))
         for at in range(0, size, bin_size)]
        for size in sizes
    ]  # fmt: skip
    records = [draw(records_of(size)) for size in sizes]
    rows = [(names[code], *row) for code, found in enumerate(records) for row in found]
    frame = intervals(*rows, columns=("value",)).astype({"value": "float32"})
    dense = {
        name: np.array([r[2] for r in found], "f4") for name, found in zip(names, bins, strict=True)
    }
    kinds = {"arrays": {"a": frame.rename(columns={"value": "x"})}} if len(frame) else {}
    root = write_database(
        Path(tempfile.mkdtemp(dir=Roots.folder)) / "db", sizes=dict(zip(names, sizes, strict=True)),
        dense={"d": (bin_size, dense)}, sparse={"s": frame},
        layout=draw(st.sampled_from(["indexed", "per-chromosome"])), **kinds,
    )  # fmt: skip
    db = open_database(root)
    bins = [[(s, e, v if np.isfinite(v) else np.nan) for s, e, v in found] for found in bins]
    flat = np.array([row[2] for found in bins for row in found])
    arrays = {"m": DenseArray(db.genome.axis(bin_size), flat)}
    sources = {"d": "d", "s": "s", "m": "m", "t": frame.sample(frac=1, random_state=1)}
    sources |= {"a": "a"} if len(frame) else {}
    held = {name: bins if name in "dm" else records for name in sources}
    return World(db, sizes, sources, arrays, held)


@st.composite
def records_of(draw: st.DrawFn, size: int) -> list[tuple[int, int, float]]:
    edges = sorted(draw(st.sets(st.integers(0, size), max_size=8)))
    kept = [pair for pair in itertools.pairwise(edges) if draw(st.booleans())]
    return [(start, end, draw(FINITE)) for start, end in kept]


@st.composite
def windows_of(draw: st.DrawFn, sizes, most=6) -> list[tuple[int, int, int]]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        code = draw(st.integers(0, len(sizes) - 1))
        start = draw(st.integers(0, sizes[code] - 1))
        found.append((code, start, draw(st.integers(start + 1, sizes[code]))))
    return found


def table(windows: list[tuple[int, int, int]]) -> pd.DataFrame:
    return intervals(*((f"chr{code}", start, end) for code, start, end in windows))


@st.composite
def questions(draw: st.DrawFn):
    world = draw(worlds())
    source = draw(st.sampled_from(sorted(world.sources)))
    func = draw(st.sampled_from(VALUED + PERCENTILES if source in "dm" else VALUED))
    shifts = draw(st.tuples(*[st.integers(-30, 30) | st.just(0)] * 2))
    hidden = draw(st.none() | windows_of(world.sizes, 8))
    iterator = draw(st.integers(1, 40) | st.none())
    return world, source, func, draw(st.floats(0, 1)), shifts, hidden, iterator


@given(question=questions(), data=st.data(), small=st.booleans())
def test_virtual_track__against_slow_motion(question, data, small):
    world, source, func, q, shifts, hidden, iterator = question
    mask = None if hidden is None else table(hidden)
    vtrack = VirtualTrack(
        world.sources[source], func, q if func == "quantile" else None,
        sshift=shifts[0], eshift=shifts[1], filter=mask,
    )  # fmt: skip
    scope = table(data.draw(windows_of(world.sizes)))
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr("misha_xr.query.masks.MOST_SEGMENTS", 2)
            patch.setattr("misha_xr.query.filters._MOST_VALUES", 3)
            patch.setattr("misha_xr.query.array_source.MOST_RECORDS", 2)
            patch.setattr("misha_xr.query.scan.block_steps", lambda query: 3)
        frame = world.db.extract(
            "v", scope, iterator=iterator or EachInterval(), vtracks={"v": vtrack},
            arrays=world.arrays,
        )  # fmt: skip
    slow = SlowVirtualTrack(
        (), 0, func, source in "dm", q, shifts, None,
        [row[2] for found in world.records[source] for row in found],
    )  # fmt: skip
    expected = [_expected(slow, world, source, hidden, row) for row in _rows(frame)]
    np.testing.assert_allclose(frame["v"], expected, rtol=1e-9, atol=1e-9)


def _rows(frame: pd.DataFrame):
    return zip(frame["chrom"].cat.codes, frame["start"], frame["end"], strict=True)


def _expected(slow: SlowVirtualTrack, world, source, hidden, row) -> float:
    code, start, end = row
    bases = None
    if hidden is not None:
        bases = {base for c, s, e in hidden if c == code for base in range(s, e)}
    records = world.records[source][code]
    return replace(slow, records=records, size=world.sizes[code], hidden=bases).value(start, end)
