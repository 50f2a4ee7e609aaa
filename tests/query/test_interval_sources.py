"""Functions of windows over intervals: the numbers of the notes, then random sources."""

from __future__ import annotations

import itertools
import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr import EachInterval
from misha_xr.errors import (
    IntervalError,
    IteratorError,
    TrackTypeError,
    UnknownTrackError,
    VirtualTrackError,
)
from misha_xr.genome import Genome
from misha_xr.query import VirtualTrack, make_reducer
from misha_xr.query.blocks import WindowBlock
from misha_xr.query.interval_sources import IntervalSource
from misha_xr.testing.interval_windows import count_distinct, interval_value
from misha_xr.testing.semantics import intervals
from misha_xr.testing.windows import shifted_window

STRANDED = intervals(("chr1", 10, 20, 1), ("chr1", 30, 40, -1), columns=("strand",))
OVERLAPPING = intervals(("chr1", 10, 20), ("chr1", 15, 40))
FUNCTIONS = ["distance", "distance.center", "distance.edge", "coverage", "neighbor.count"]


def windows(*rows):
    return intervals(*(("chr1", *row) for row in rows))


def steps(size, stop):
    return windows(*((at, at + size) for at in range(0, stop, size)))


def values(db, src, func, scope, params=None, **fields):
    named = db.vtrack("v", src, func, params=params, **fields)
    return named.extract("v", scope, iterator=EachInterval())["v"].tolist()


class TestNumbersOfTheNotes:
    def test_distance__of_a_saved_set(self, db):
        assert values(db, "iset", "distance", windows((40, 75), (230, 620))) == [43, 75]
        assert values(db, "iset", "distance", windows((0, 50))) == [75]

    def test_distance__signed_by_strand(self, db):
        found = values(db, STRANDED, "distance", steps(10, 60))
        assert found == [-5, 0, 5, 0, -5, -15]

    def test_distance__with_a_width(self, db):
        found = values(db, STRANDED, "distance", steps(5, 60), 20)
        assert found == [-18, -13, -6, 4, 12, 13, 6, -4, -12, -17, -22, -27]

    def test_distance__ties(self, db):
        src = intervals(("chr1", 0, 10, 1), ("chr1", 30, 40, 1), columns=("strand",))
        assert values(db, src, "distance", windows((15, 25))) == [-10]
        assert values(db, src, "distance.edge", windows((15, 25))) == [5]

    def test_distance_center(self, db):
        found = values(db, STRANDED, "distance.center", steps(5, 60))
        nan = math.nan
        np.testing.assert_equal(found, [nan, nan, -3, 2, nan, nan, 3, -2, nan, nan, nan, nan])

    def test_distance_center__overlapping_sources(self, db):
        found = values(db, OVERLAPPING, "distance.center", steps(5, 40).iloc[2:])
        assert found == [3, 2, 5, 0, 5, 10]

    def test_distance_edge(self, db):
        assert values(db, STRANDED, "distance.edge", windows((50, 60))) == [-10]

    def test_coverage(self, db):
        found = values(db, "iset", "coverage", windows((150, 250), (230, 620)))
        assert found == pytest.approx([0.5, 0.128205], abs=1e-6)

    def test_neighbor_count(self, db):
        assert values(db, "iset", "neighbor.count", windows((40, 75), (230, 620)), 40) == [1, 2]

    def test_filter__neighbors_are_counted_once(self, db):
        src = intervals(("chr1", 30, 40), ("chr1", 60, 62))
        mask = intervals(("chr1", 33, 36))
        scope = windows((15, 70), (34, 36), (0, 20))
        found = values(db, src, "neighbor.count", scope, filter=mask)
        np.testing.assert_equal(sorted(found, key=str), [0, 2, math.nan])

    def test_filter__distances_do_not_heed_it(self, db):
        mask = windows((0, 1000))
        near = windows((84, 89))
        assert values(db, near, "distance", windows((100, 106)), filter=mask) == [14]

    def test_filter__coverage_is_weighted_by_length(self, db):
        src, mask = windows((98, 102), (118, 120)), windows((102, 118))
        found = values(db, src, "coverage", windows((100, 120)), filter=mask)
        assert found == [1.0]
        src = windows((0, 102), (126, 128))
        found = values(db, src, "coverage", windows((100, 130)), filter=mask)
        assert found == pytest.approx([4 / 14])

    def test_chromosome_without_source(self, db):
        scope = intervals(("chrX", 0, 10))
        found = [values(db, STRANDED, func, scope)[0] for func in FUNCTIONS]
        np.testing.assert_equal(found, [math.nan] * 3 + [0, 0])

    def test_default_function(self, db):
        assert values(db, "iset", None, windows((0, 50))) == [75]
        assert values(db, windows((100, 200)), None, windows((0, 50))) == [75]
        scored = windows((0, 20)).assign(score=2.5)
        assert values(db, scored, None, windows((0, 50))) == [2.5]
        assert values(db, scored, "distance", windows((20, 50))) == [15]


class TestSources:
    def test_strand__as_text(self, db):
        src = intervals(("chr1", 30, 40)).assign(strand=["+"])
        assert values(db, src, "distance", windows((15, 25))) == [-10]
        src["strand"] = "."
        assert values(db, src, "distance", windows((15, 25))) == [10]

    def test_strand__unknown(self, db):
        src = intervals(("chr1", 30, 40)).assign(strand=["x"])
        with pytest.raises(IntervalError, match="a strand must be"):
            db.vtrack("v", src, "distance")

    def test_no_rows(self, db):
        src = STRANDED.iloc[:0]
        found = [values(db, src, func, windows((0, 10)))[0] for func in FUNCTIONS]
        np.testing.assert_equal(found, [math.nan] * 3 + [0, 0])

    def test_window__empty_after_shifts(self, db):
        for func in FUNCTIONS:
            found = values(db, "iset", func, windows((0, 10)), sshift=-20, eshift=-20)
            np.testing.assert_equal(found, [math.nan])

    @pytest.mark.parametrize("src", [OVERLAPPING, windows((0, 10), (10, 20))])
    def test_width__sources_too_close(self, db, src):
        with pytest.raises(IntervalError, match=r"overlap or touch\n  Hint: merge"):
            db.vtrack("v", src, "distance", params=5)

    def test_width__middle_of_an_odd_source(self, db):
        found = values(db, windows((5, 20)), "distance", windows((12, 13), (13, 14)), 10)
        assert found == pytest.approx([1 / 3, 1 / 3])

    def test_margin__part_of_a_base(self, db):
        src, here = windows((30, 40)), windows((15, 25))
        assert values(db, src, "neighbor.count", here, 5) == [0]
        assert values(db, src, "neighbor.count", here, {"r": 5.7}) == [1]

    @pytest.mark.parametrize("func", FUNCTIONS)
    def test_track__is_no_set_of_intervals(self, db, func):
        for track in ("sp", "d10", "arr"):
            with pytest.raises(TrackTypeError, match="no set of intervals"):
                db.vtrack("v", track, func)

    def test_source__missing_or_two_dimensional(self, db):
        with pytest.raises(UnknownTrackError, match="did you mean 'iset'"):
            db.vtrack("v", "isett", "distance")
        with pytest.raises((TrackTypeError, IntervalError)):
            table = pd.DataFrame(
                {"chrom1": "chr1", "start1": [0], "end1": [9], "chrom2": "chr1", "start2": [0]}
            ).assign(end2=9)
            db.vtrack("v", table, "distance")

    def test_parameters__checked_when_made(self):
        for func, params in [
            ("distance", -1), ("neighbor.count", -1), ("coverage", 1), ("distance.edge", 2),
            ("distance", {"widht": 3}), ("neighbor.count", "5"), ("distance", math.nan),
        ]:  # fmt: skip
            with pytest.raises(VirtualTrackError):
                VirtualTrack("iset", func, params)

    def test_iterator__intervals_have_no_steps(self, db):
        named = db.vtrack("v", "iset", "distance")
        with pytest.raises(IteratorError, match="does not contain any tracks"):
            named.extract("v", "chr1")
        assert len(named.extract("v + d10", "chr1")) == 100

    def test_blocks__and_processes(self, db):
        named = db.vtrack("v", STRANDED, "distance").extract("v", iterator=7)
        source = IntervalSource.of(STRANDED, db.genome, make_reducer("distance"))
        again = pickle.loads(pickle.dumps(source))
        assert again.token() == source.token()
        steps = WindowBlock(
            named["chrom"].cat.codes.to_numpy(np.int32), named["start"].to_numpy(),
            named["end"].to_numpy(), np.ones(len(named), np.int64),
        )  # fmt: skip
        out = np.empty(len(named))
        again.open().reduce(steps, make_reducer("distance"), 0, 0, out)
        np.testing.assert_array_equal(out, named["v"])


@st.composite
def worlds(draw: st.DrawFn):
    sizes = draw(st.lists(st.integers(1, 60), min_size=1, max_size=50))
    sizes = sizes if draw(st.booleans()) else sizes[:3]
    row = st.integers(0, len(sizes) - 1).flatmap(
        lambda code: st.tuples(
            st.just(code), st.integers(0, sizes[code] - 1), st.integers(1, sizes[code])
        )
    )
    rows = st.lists(row, max_size=12)
    sources = [(c, min(a, b - 1), b, draw(st.integers(-1, 1))) for c, a, b in draw(rows)]
    asked = sorted((c, min(a, b - 1), b) for c, a, b in draw(rows))
    shifts = draw(st.tuples(*[st.integers(-70, 70) | st.just(0)] * 2))
    return sizes, sources, asked, shifts


def reader_of(sizes, sources, reducer):
    genome = Genome([f"chr{code}" for code in range(len(sizes))], sizes)
    rows = [(f"chr{code}", *rest) for code, *rest in sources]
    table = intervals(*rows, columns=("strand",))
    return IntervalSource.of(table.astype({"strand": "int64"}), genome, reducer).open()


def block_of(rows):
    columns = [np.array([row[k] for row in rows], np.int64) for k in range(3)]
    return WindowBlock(columns[0].astype(np.int32), *columns[1:], np.ones(len(rows), np.int64))


def apart(sources):
    kept = []
    for source in sorted(sources):
        if not kept or source[0] != kept[-1][0] or source[1] > kept[-1][2]:
            kept.append(source)
    return kept


@pytest.mark.parametrize("func", [*FUNCTIONS, "distance with a width"])
@given(world=worlds(), number=st.integers(0, 40) | st.floats(0.25, 40))
def test_functions__against_one_base_at_a_time(func, world, number):
    sizes, sources, asked, shifts = world
    name, params = func.partition(" ")[0], None
    if name == "neighbor.count":
        params = number
    elif func != name:
        params, sources = max(number, 0.5), apart(sources)
    reducer = make_reducer(name, params)
    out = np.full(len(asked), -1.0)
    block = block_of(asked)
    reader_of(sizes, sources, reducer).reduce(block, reducer, *shifts, out)
    expected = [
        interval_value(name, sources, row[0], window, params or 0)
        for row in asked
        for window in [shifted_window(row, shifts, sizes[row[0]])]
    ]
    np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-12)
    assert not (np.signbit(out) & (out == 0)).any()


@given(world=worlds(), cuts=st.sets(st.integers(0, 60), max_size=6), margin=st.integers(0, 9))
def test_count_distinct__against_every_source(world, cuts, margin):
    sizes, sources, asked, _ = world
    edges = [0, *sorted(cuts), 60]
    left = [(a, b) for a, b in itertools.pairwise(edges) if (a + b) % 3]
    parts = [
        [(c, max(a, s), min(b, e)) for a, b in left if max(a, s) < min(b, e)] for c, s, e in asked
    ]
    reducer = make_reducer("neighbor.count", margin)
    slots = np.cumsum([0, *map(len, parts)]).astype(np.int64)
    out = np.empty(len(asked))
    block = block_of([part for run in parts for part in run])
    reader_of(sizes, sources, reducer).count_distinct(block, slots, out)
    expected = [
        count_distinct(sources, row[0], [range(s, e) for _, s, e in run], margin)
        for row, run in zip(asked, parts, strict=True)
    ]
    np.testing.assert_array_equal(out, expected)


def test_nested_sources__cost_no_more_than_apart_ones():
    # All sources begin at one base and cover every window: a walk over them would take 10^10 steps.
    n = 100_000
    genome = Genome(["chr1"], [10 * n])
    table = intervals(("chr1", 0, 10 * n)).loc[[0] * n].reset_index(drop=True)
    table["end"] = 10 * n - np.arange(n)
    at = np.sort(np.random.default_rng(1).integers(0, 10 * n - 5, n))
    block = WindowBlock(np.zeros(n, np.int32), at, at + 5, np.ones(n, np.int64))
    out = np.empty(n)
    for func in FUNCTIONS:
        reducer = make_reducer(func)
        IntervalSource.of(table, genome, reducer).open().reduce(block, reducer, 0, 0, out)
    assert out.max() == n
