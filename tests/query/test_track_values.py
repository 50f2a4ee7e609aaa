"""Queries that feed writers of tracks: the numbers of the notes, equality with extraction."""

from __future__ import annotations

import math
import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from misha_xr import EachInterval
from misha_xr.api import open_database
from misha_xr.errors import (
    BandError,
    ExpressionError,
    IntervalError,
    IteratorError,
    StatisticsError,
    TrackTypeError,
    UnknownTrackError,
)
from misha_xr.options import set_options
from misha_xr.query import (
    Smoothing,
    TrackPlan,
    VirtualTrack,
    by_chromosome,
    extract,
    lookup,
    smooth,
    track_changes,
    track_values,
    write_lookup,
    write_modified,
    write_smoothed,
    write_track,
)
from misha_xr.query.lookups import cell_entries
from misha_xr.query.track_parts import TrackSink
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals
from misha_xr.testing.track_writers import MemoryWriter

NAN = math.nan
SQUARE = ["starts1", "ends1", "starts2", "ends2"]


def made(write, store, *args, **context):
    writer = MemoryWriter()
    plan = write(store, *args[:1], writer, *args[1:], **context)
    assert plan == writer.plan
    return writer


def rows(writer, *names):
    return list(zip(*(writer.column(name).tolist() for name in names), strict=True))


def rectangles(*places):
    return pd.DataFrame(
        list(places), columns=["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    )


class TestWriteTrack:
    def test_bins__numbers_of_the_notes(self, db):
        writer = made(write_track, db.store, "d10", iterator=25)
        assert writer.plan == TrackPlan("dense", 25)
        assert writer.values[:4].tolist() == [1, 3, 7, 8]
        assert len(writer.values) == 40 + 16 + 24 + 12
        assert np.isnan(writer.values[40:56]).all()

    def test_bins_of_a_dense_track(self, db):
        for context in ({}, {"iterator": "d10"}, {"iterator": 10}, {"scope": "genome"}):
            writer = made(write_track, db.store, "d10 * 2", **context)
            assert writer.plan == TrackPlan("dense", 10)
            expected = extract(db.store, {"v": "d10 * 2"})["v"]
            np.testing.assert_array_equal(writer.values, expected.astype(np.float32))

    def test_intervals__rows_without_value_are_kept(self, db):
        writer = made(write_track, db.store, "ns.sp2")
        assert writer.plan == TrackPlan("sparse")
        assert rows(writer, "codes", "starts", "ends") == [
            (0, 100, 110), (0, 150, 155), (0, 300, 310),
        ]  # fmt: skip
        np.testing.assert_array_equal(writer.values, np.array([1, NAN, 3], np.float32))

    @pytest.mark.parametrize("iterator", ["iset", intervals(("chr1", 300, 350), ("chr1", 9, 40))])
    def test_intervals__sets_and_tables(self, db, iterator):
        writer = made(write_track, db.store, "d10", iterator=iterator)
        frame = extract(db.store, {"v": "d10"}, iterator=iterator)
        assert writer.plan == TrackPlan("sparse")
        assert rows(writer, "starts", "values") == list(
            zip(frame["start"], frame["v"], strict=True)
        )

    def test_intervals__are_cut_by_the_united_scope(self, db):
        scope = intervals(("chr1", 150, 220), ("chr1", 120, 160), ("chr1", 220, 230))
        writer = made(write_track, db.store, "sp", scope=scope)
        assert rows(writer, "starts", "ends", "values") == [(120, 200, 10), (200, 230, 25)]

    def test_each_interval__touching_rows_stay_apart(self, db):
        scope = intervals(("chr2", 0, 10), ("chr1", 20, 30), ("chr1", 0, 20))
        writer = made(write_track, db.store, "d10", scope=scope, iterator=EachInterval())
        assert rows(writer, "codes", "starts", "ends", "values") == [
            (0, 0, 20, 0.5), (0, 20, 30, 2), (2, 0, 10, 1.5),
        ]  # fmt: skip

    def test_rectangles__numbers_of_the_notes(self, db):
        writer = made(write_track, db.store, "r2", band=(150, 1000))
        assert writer.plan == TrackPlan("rectangles")
        assert rows(writer, *SQUARE, "values") == [
            (270, 300, 120, 150, 10), (400, 490, 180, 340, 20),
        ]  # fmt: skip

    def test_rectangles__are_cut_by_the_scope(self, db):
        scope = rectangles(("chr1", 0, 250, "chr1", 0, 150), ("chr1", 250, 420, "chr1", 0, 1000))
        writer = made(write_track, db.store, "r2 + 1", scope=scope)
        assert sorted(rows(writer, *SQUARE, "values")) == [
            (100, 250, 120, 150, 11), (250, 300, 120, 200, 11), (400, 420, 180, 500, 21),
        ]  # fmt: skip

    def test_rectangles__pairs_in_order_and_cells_without_value(self, db):
        writer = made(write_track, db.store, "r3", iterator=(100, 100))
        frame = extract(db.store, {"v": "r3"}, iterator=(100, 100))
        expected = frame["v"].to_numpy(np.float32)
        np.testing.assert_array_equal(writer.values, expected)
        assert np.isnan(expected).any()
        assert writer.column("codes2").tolist() == frame["chrom2"].cat.codes.tolist()

    def test_conditions_and_overflow(self, db):
        assert set(made(write_track, db.store, "d10 > 5").values.tolist()) == {0, 1}
        writer = made(write_track, db.store, "d10 * 1e40", iterator=10)
        assert writer.values[:2].tolist() == [0, math.inf]

    def test_nothing__begins_only(self, db):
        writer = made(write_track, db.store, "d10", iterator=intervals())
        assert writer.plan == TrackPlan("sparse")
        assert writer.calls == []

    def test_variables_and_virtual_tracks(self, db):
        vtracks = {"v": VirtualTrack("d10", "max", eshift=10)}
        context = {"variables": {"k": 3.0}, "vtracks": vtracks}
        writer = made(write_track, db.store, "k * v", iterator=20, **context)
        assert writer.values[:3].tolist() == [6, 12, 12]

    def test_aggregates__batches_are_whole(self, db, monkeypatch):
        monkeypatch.setattr(track_values, "BLOCK_STEPS", 16)
        context = {"iterator": 10, "aggregate_batch": 7}
        found = made(write_track, db.store, "d10 - np.nanmax(d10)", **context).values
        expected = extract(db.store, {"v": "d10 - np.nanmax(d10)"}, **context)["v"]
        np.testing.assert_array_equal(found, expected.to_numpy(np.float32))

    @pytest.mark.parametrize(
        ("error", "match", "expression", "context"),
        [
            (IteratorError, "scope holds only a part", "d10", {"scope": "chr1"}),
            (ExpressionError, "one expression; found 2", ["d10", "d10"], {}),
            (ExpressionError, "nosuch", "nosuch", {}),
            (BandError, "two-dimensional", "d10", {"band": (0, 10)}),
            (
                IntervalError,
                "rows 1 and 3 of the scope",
                "d10",
                {
                    "scope": intervals(("chr1", 0, 9), ("chr2", 0, 9), ("chr1", 8, 20)),
                    "iterator": EachInterval(),
                },
            ),
            (
                IntervalError,
                "rows 1 and 2 of the scope",
                "r2",
                {"scope": rectangles(*[("chr1", k, 400, "chr1", 0, 300) for k in (50, 0)])},
            ),
        ],
    )
    def test_refusals__come_before_the_writer_is_called(
        self, db, error, match, expression, context
    ):
        writer = MemoryWriter()
        with pytest.raises(error, match=match):
            write_track(db.store, expression, writer, **context)
        assert writer.plan is None


@pytest.fixture(scope="module")
def doubled(tmp_path_factory):
    values = {"chr1": 2.0 * np.arange(100), "chr2": np.arange(7.0)}
    root = tmp_path_factory.mktemp("doubled") / "db"
    return open_database(
        write_database(root, sizes={"chr1": 1000, "chr2": 65}, dense={"t": (10, values)})
    )


class TestWriteModified:
    def test_numbers_of_the_notes(self, doubled):
        writer = MemoryWriter()
        scope = intervals(("chr1", 15, 35))
        plan = write_modified(doubled.store, "t", "t + 100", writer, scope)
        assert plan == TrackPlan("dense", 10)
        assert writer.values[:5].tolist() == [0, 102, 104, 106, 8]
        assert writer.values[5:].tolist() == [*range(10, 200, 2), *range(7)]

    def test_ends_of_chromosomes__and_overlapping_rows(self, doubled):
        writer = MemoryWriter()
        scope = intervals(("chr2", 64, 65), ("chr1", 995, 1000), ("chr1", 991, 996), ("chr2", 0, 1))
        write_modified(doubled.store, "t", "END", writer, scope)
        assert writer.values[98:].tolist() == [196, 1000, 10, 1, 2, 3, 4, 5, 65]

    def test_whole_genome_and_nothing(self, doubled):
        for scope, factor in ((None, -1), (intervals(), 1)):
            writer = MemoryWriter()
            write_modified(doubled.store, "t", "-t", writer, scope)
            assert writer.values.tolist() == [factor * 2.0 * k for k in range(100)] + [
                factor * float(k) for k in range(7)
            ]

    @pytest.mark.parametrize("size", [1, 3, 64])
    def test_random_scopes(self, doubled, monkeypatch, size):
        monkeypatch.setattr(track_values, "BLOCK_STEPS", size)
        monkeypatch.setattr(track_changes, "BLOCK_STEPS", size + 2)
        random = np.random.default_rng(size)
        for _ in range(5):
            starts = random.integers(0, 990, 8)
            scope = intervals(*(("chr1", s, s + random.integers(1, 60)) for s in starts))
            scope["end"] = scope["end"].clip(upper=1000)
            expected = [2.0 * k for k in range(100)]
            for start, end in scope[["start", "end"]].to_numpy():
                for k in range(start // 10, (end - 1) // 10 + 1):
                    expected[k] = 2.0 * k + 10 * k
            writer = MemoryWriter()
            write_modified(doubled.store, "t", "t + START", writer, scope)
            assert writer.values[:100].tolist() == expected

    def test_refusals__come_before_the_writer_is_called(self, db):
        writer = MemoryWriter()
        for name, kind in (("sp", "sparse"), ("arr", "array"), ("r2", "rectangles")):
            with pytest.raises(TrackTypeError, match=f"{name!r} is a {kind} track"):
                write_modified(db.store, name, "d10", writer, "chr1")
        with pytest.raises(UnknownTrackError):
            write_modified(db.store, "d1", "d10", writer)
        with pytest.raises(ExpressionError, match="one expression"):
            write_modified(db.store, "d10", ["d10", "d10"], writer)
        with pytest.raises(IntervalError):
            write_modified(db.store, "d10", "d10", writer, intervals(("chr1", 0, 2000)))
        assert writer.plan is None


def looked_up(store, table, exprs, breaks, **context):
    writer = MemoryWriter()
    assert write_lookup(store, table, exprs, breaks, writer, **context) == writer.plan
    return writer


class TestWriteLookup:
    def test_bins(self, db):
        writer = looked_up(db.store, [10, 20, 30], "d10", [0, 5, 10, 20])
        assert writer.plan == TrackPlan("dense", 10)
        expected = np.array([10] * 5 + [NAN] * 2 + [20] * 4 + [30] * 89, np.float32)
        np.testing.assert_array_equal(writer.values[:100], expected)
        frame = lookup(db.store, [10, 20, 30], "d10", [0, 5, 10, 20])
        np.testing.assert_array_equal(writer.values, frame["value"].to_numpy(np.float32))

    def test_intervals__rows_without_value_are_kept(self, db):
        writer = looked_up(db.store, [10, 20], "ns.sp2", [1, 2, 3], force_binning=False)
        assert writer.plan == TrackPlan("sparse")
        np.testing.assert_array_equal(writer.values, np.array([NAN, NAN, 20], np.float32))
        lowest = looked_up(
            db.store, [10, 20], "ns.sp2", [1, 2, 3], force_binning=False, include_lowest=True
        )
        assert lowest.values[0] == 10

    def test_several_expressions(self, db):
        table, breaks = [[1, 2], [3, 4]], [[0, 5, 10], [0, 30, 60]]
        writer = looked_up(db.store, table, ["d10", "2 * d10"], breaks, iterator="iset")
        frame = lookup(db.store, table, ["d10", "2 * d10"], breaks, iterator="iset")
        assert writer.values.tolist() == frame["value"].tolist()

    def test_rectangles(self, db):
        writer = looked_up(db.store, [5, 6], "r2", [0, 10, 20])
        assert rows(writer, "starts1", "values") == [(100, 5), (400, 6)]

    def test_refusals__come_before_the_writer_is_called(self, db):
        writer = MemoryWriter()
        with pytest.raises(StatisticsError, match="shape"):
            write_lookup(db.store, [1, 2, 3], "d10", [0, 1], writer)
        with pytest.raises(IteratorError, match="only a part"):
            write_lookup(db.store, [1], "d10", [0, 1], writer, scope="chr1")
        assert writer.plan is None


class TestWriteSmoothed:
    def test_numbers_of_the_notes(self, db):
        writer = made(write_smoothed, db.store, "d10", Smoothing(40))
        assert writer.plan == TrackPlan("dense", 10)
        expected = [0.6667, 1.25, 2, 2.75, 3.3333, NAN, NAN]
        np.testing.assert_allclose(writer.values[:7], expected, atol=1e-4)
        np.testing.assert_allclose(writer.values[7:9], [7.6667, 8.25], atol=1e-4)

    @pytest.mark.parametrize("size", [7, 1 << 18])
    def test_equals_the_table(self, db, monkeypatch, size):
        monkeypatch.setattr(track_values, "BLOCK_STEPS", size)
        smoothing = Smoothing(70, "mean", 3, fill_gaps=True)
        writer = made(write_smoothed, db.store, "d10", smoothing, iterator=20)
        frame = smooth(
            db.store, "d10", 70, weights="mean", min_weight=3, fill_gaps=True, iterator=20
        )
        np.testing.assert_array_equal(writer.values, frame["d10"].to_numpy(np.float32))

    def test_refusals__come_before_the_writer_is_called(self, db):
        writer = MemoryWriter()
        for context in ({"iterator": "sp"}, {"scope": "chr1"}):
            with pytest.raises(IteratorError):
                write_smoothed(db.store, "d10", writer, Smoothing(40), **context)
        assert writer.plan is None


ITERATORS = st.sampled_from([None, 7, 10, 64, 5000, "sp", "iset", "arr"])
EXPRESSIONS = st.sampled_from(["d10", "d10 * 3 - 1", "d10 > 9", "START + d10", "sp", "END"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(ITERATORS, EXPRESSIONS, st.sampled_from([1, 5, 64, 1 << 18]))
def test_write_track__equals_extraction_for_any_block_and_worker(
    db, monkeypatch, iterator, expression, size
):
    iterator = 10 if iterator is None and expression == "END" else iterator
    frame = extract(db.store, {"v": expression}, iterator=iterator)
    monkeypatch.setattr(track_values, "BLOCK_STEPS", size)
    calls = []
    for threads in (1, 2):
        with set_options(n_threads=threads):
            writer = made(write_track, db.store, expression, iterator=iterator)
        np.testing.assert_array_equal(writer.values, frame["v"].to_numpy(np.float32))
        if writer.plan.kind == "sparse":
            assert writer.column("starts").tolist() == frame["start"].tolist()
            assert writer.column("ends").tolist() == frame["end"].tolist()
        calls.append(writer.calls)
    assert calls[0] == calls[1]
    assert max(call[-1] for call in calls[0]) <= max(size, 1)


def test_dense_calls__name_the_place_and_can_be_cut(db, monkeypatch):
    monkeypatch.setattr(track_values, "BLOCK_STEPS", 96)
    calls = made(write_track, db.store, "d10").calls
    assert calls == [("dense", 0, 0, 96), ("dense", 0, 96, 96), ("dense", 2, 52, 38)]
    axis = db.store.genome.axis(10)
    cut = [
        (code, first, len(part))
        for _, code, first, n in calls
        for code, first, part in by_chromosome(axis, code, first, np.zeros(n, np.float32))
    ]
    assert cut == [(0, 0, 96), (0, 96, 4), (1, 0, 40), (2, 0, 52), (2, 52, 8), (3, 0, 30)]


def test_sink__travels_to_other_processes():
    sink = TrackSink("sparse", cell_entries([1, 2], "v", [0, 1, 2]))
    part = pickle.loads(pickle.dumps(sink)).part(0, 2)
    assert part.step_values([np.array([0.5, 1.5])]).tolist() == [1, 2]


class Forgetful(MemoryWriter):
    """Keeps nothing but the number of values."""

    n = 0

    def dense(self, code, first_bin, values):
        """Count."""
        self.n += len(values)


def test_memory__is_that_of_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(track_values, "BLOCK_STEPS", 1 << 14)
    monkeypatch.setattr(track_changes, "BLOCK_STEPS", 1 << 14)
    n = 3_000_000
    dense = {"v": (10, {"c": np.ones(n)})}
    store = open_database(write_database(tmp_path, sizes={"c": 10 * n}, dense=dense)).store
    asked = [
        lambda writer: write_track(store, "v + 1", writer),
        lambda writer: write_modified(store, "v", "v + 1", writer),
        lambda writer: write_lookup(store, [1, 2], "v", [0, 1, 2], writer),
    ]
    for ask in asked:
        writer = Forgetful()
        with set_options(n_threads=2):
            ask(Forgetful())  # what is made on first use counts for nobody
            tracemalloc.start()
            ask(writer)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert writer.n == n
        assert peak < n, "all values together are 4 n bytes as float32"


def test_many_contigs__are_few_calls(tmp_path):
    n = 20_000
    sizes = {f"c{k}": 20 for k in range(n)}
    dense = {"v": (10, dict.fromkeys(sizes, 1.0))}
    store = open_database(
        write_database(tmp_path / "db", sizes=sizes, dense=dense, layout="indexed")
    ).store
    assert made(write_track, store, "v").calls == [("dense", 0, 0, 2 * n)]
    writer = MemoryWriter()
    write_modified(store, "v", "v + 1", writer, intervals(*((name, 3, 4) for name in sizes)))
    assert writer.values.tolist() == [2.0, 1.0] * n
