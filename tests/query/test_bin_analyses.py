"""Segments, sliding rank tests and smoothing: the numbers of the notes, then random bins."""

from __future__ import annotations

import itertools
import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr import EachInterval
from misha_xr.api import open_database
from misha_xr.errors import ExpressionError, IteratorError, StatisticsError
from misha_xr.options import set_options
from misha_xr.query import DenseArray, step_values
from misha_xr.query.plan import split
from misha_xr.testing.database import write_database
from misha_xr.testing.rank_tests import outstanding_bins, segment_borders, smoothed
from misha_xr.testing.semantics import intervals, semantics_database

NAN = math.nan


def pairs(frame):
    return frame[["start", "end"]].to_numpy().tolist()


def windows(*rows):
    return intervals(*(("chr1", *row) for row in rows))


class TestSegment:
    def test_numbers_of_the_notes(self, db):
        found = db.segment("d10", 100, scope="chr1")
        assert pairs(found) == [[0, 210], [210, 400], [400, 590], [590, 1000]]

    def test_scope_rows__are_united_and_apart(self, db):
        scope = windows((300, 400), (3, 100), (100, 305), (500, 507))
        found = db.segment("d10", 100, scope=scope)
        assert pairs(found) == [[3, 400], [500, 507]]

    def test_whole_genome(self, db):
        found = db.segment("d10", 100)
        assert found["chrom"].astype(str).tolist() == ["chr1"] * 4 + ["chr10", "chr2", "chrX"]
        assert found["end"].tolist()[-3:] == [400, 600, 300]

    def test_no_rows(self, db):
        assert db.segment("d10", 100, scope=windows()).shape == (0, 3)

    def test_virtual_track_and_bin_size(self, db):
        named = db.vtrack("v", "d10", "max", eshift=10)
        assert len(named.segment("v", 200, scope="chr1", iterator=20)) > 1

    def test_frame__is_the_scope(self, db):
        assert pairs(windows((0, 1000)).misha.segment(db, "d10", 100)) == pairs(
            db.segment("d10", 100, scope="chr1")
        )

    def test_refusals(self, db):
        with pytest.raises(StatisticsError, match="segments of 94 bp may have 9 bins of 10 bp"):
            db.segment("d10", 94)
        for max_p in (-0.1, 1.1, NAN, "x"):
            with pytest.raises(StatisticsError, match="max_p must lie in"):
                db.segment("d10", 100, max_p)
        for iterator in ("sp", EachInterval(), windows((0, 100))):
            with pytest.raises(IteratorError, match="bins of one size"):
                db.segment("d10", 100, iterator=iterator)
        with pytest.raises(ExpressionError, match="takes one expression"):
            db.segment(["d10", "d10"], 100)


class TestWilcox:
    def test_numbers_of_the_notes(self, db):
        for sizes in ((100, 300), (300, 100)):
            found = db.wilcox("d10", *sizes, scope="chr1")
            assert pairs(found) == [[880, 1000]]
            assert found["pval"].tolist() == pytest.approx([0.0139139], abs=1e-7)

    def test_directions(self, db):
        peaks = db.wilcox("d10", 100, 300, scope="chr1")
        troughs = db.wilcox("d10", 100, 300, scope="chr1", find="troughs")
        both = db.wilcox("d10", 100, 300, scope="chr1", find="both")
        assert pairs(both) == pairs(troughs) + pairs(peaks)
        assert pairs(db.wilcox("-d10", 100, 300, scope="chr1")) == pairs(troughs)

    def test_two_tailed__doubles(self, db):
        one = db.wilcox("d10", 100, 300, scope="chr1")
        two = db.wilcox("d10", 100, 300, 0.1, scope="chr1", two_tailed=True)
        assert pairs(one) == pairs(two)
        np.testing.assert_allclose(two["pval"], 2 * one["pval"])

    def test_limits(self, db):
        assert len(db.wilcox("d10", 100, 300, 0)) == 0
        assert db.wilcox("d10", 100, 300, 0).columns.tolist() == ["chrom", "start", "end", "pval"]
        assert pairs(db.wilcox("d10", 100, 300, 1, scope="chrX", find="both")) == [[0, 300]]

    def test_scope_rows__do_not_see_one_another(self, db):
        rows = windows((0, 300), (310, 620))
        apart = pd.concat([db.wilcox("d10", 100, 300, scope=rows.iloc[[k]]) for k in (0, 1)])
        assert pairs(db.wilcox("d10", 100, 300, scope=rows)) == pairs(apart)

    def test_frame__is_the_scope(self, db):
        found = windows((0, 1000)).misha.wilcox(db, "d10", 100, 300, find="peaks")
        assert pairs(found) == [[880, 1000]]

    def test_refusals(self, db):
        with pytest.raises(StatisticsError, match="a window of 89 bp has 9 bins of 10 bp"):
            db.wilcox("d10", 300, 89)
        for size in (0, -5, NAN, math.inf):
            with pytest.raises(StatisticsError, match="positive size"):
                db.wilcox("d10", 300, size)
        with pytest.raises(ValueError, match="find"):
            db.wilcox("d10", 100, 300, find="hills")
        with pytest.raises(IteratorError, match="bins of one size"):
            db.wilcox("sp", 100, 300)


class TestSmooth:
    def test_numbers_of_the_notes(self, db):
        found = db.smooth("d10", 40, scope="chr1")["d10"].tolist()
        expected = [0.6667, 1.25, 2, 2.75, 3.3333, NAN, NAN, 7.6667, 8.25]
        np.testing.assert_allclose(found[:9], expected, atol=5e-5)

    def test_min_weight__full_windows_only(self, db):
        found = db.smooth("d10", 40, scope="chr1", min_weight=3)["d10"].to_numpy()
        assert np.flatnonzero(~np.isnan(found)).tolist() == [2, *range(9, 98)]
        mean = db.smooth("d10", 40, scope="chr1", min_weight=5, weights="mean")["d10"].to_numpy()
        np.testing.assert_array_equal(np.isnan(mean), np.isnan(found))

    def test_window_below_a_bin__changes_nothing(self, db):
        found = db.smooth("d10", 5)
        pd.testing.assert_frame_equal(found, db.extract("d10").drop(columns="intervalID"))

    def test_infinite_values__stay_where_they_are_seen(self, db):
        found = db.smooth("1 / d10", 20, scope="chr1:0-50")["1 / d10"].to_numpy()
        assert np.isinf(found).tolist() == [True, True, False, False, False]

    def test_frame__is_the_scope(self, db):
        found = windows((0, 90)).misha.smooth(db, "d10", 40, fill_gaps=True)
        assert not found["d10"].isna().any()

    def test_refusals(self, db):
        with pytest.raises(StatisticsError, match="positive size"):
            db.smooth("d10", 0)
        with pytest.raises(ValueError, match="weights"):
            db.smooth("d10", 40, weights="gauss")
        with pytest.raises(StatisticsError, match="min_weight must be a number"):
            db.smooth("d10", 40, min_weight=NAN)


SMALL = st.integers(-3, 3).map(float) | st.just(NAN)
LARGE = st.floats(-4, 4, width=16)


@st.composite
def rows_of_bins(draw: st.DrawFn, most: int):
    """Values of chr1 by bins of 10, and scope rows on it that do not touch."""
    item = draw(st.sampled_from([SMALL, LARGE, SMALL | LARGE]))
    base = draw(st.lists(item, min_size=most, max_size=most))
    levels = np.repeat(draw(st.lists(st.integers(-2, 2), min_size=5, max_size=5)), most // 5)
    values = np.full(100, NAN)
    values[:most] = np.array(base) + levels
    edges = sorted(draw(st.sets(st.integers(0, 99), max_size=4)))
    edges = [0, *edges[: len(edges) // 2 * 2], 100]
    scope = [
        (10 * a + 3, 10 * b - 2) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a
    ]
    return values, scope


def asked(values):
    db = semantics_database()
    whole = np.full(db.genome.axis(10).n, NAN)
    whole[:100] = values
    return db, {"v": DenseArray(db.genome.axis(10), whole)}


def bins_of(row):
    return row[0] // 10, -(-row[1] // 10)


@given(rows_of_bins(100), st.integers(10, 13), st.sampled_from([0.3, 0.05, 1e-3]))
def test_segment__against_every_pair(given_rows, least, max_p):
    values, scope = given_rows
    db, arrays = asked(values)
    expected = []
    for row in scope:
        first, stop = bins_of(row)
        cuts = segment_borders(values[first:stop].tolist(), least, max_p)
        edges = [row[0], *(10 * (first + cut + 1) for cut in cuts), row[1]]
        expected += [[a, b] for a, b in itertools.pairwise(edges)]
    found = db.segment("v", 10 * least, max_p, scope=windows(*scope), arrays=arrays)
    assert pairs(found) == expected


@given(
    rows_of_bins(100), st.integers(5, 7), st.integers(5, 30), st.integers(-1, 1),
    st.sampled_from([0.3, 0.05, 1e-3]),
)  # fmt: skip
def test_wilcox__against_every_pair(given_rows, half_small, half_large, direction, max_p):
    values, scope = given_rows
    db, arrays = asked(values)
    half_small, half_large = sorted([half_small, half_large])
    cutoff = NormalDist().inv_cdf(max_p)
    expected: list[list[float]] = []
    for row in scope:
        first, stop = bins_of(row)
        passed = outstanding_bins(
            values[first:stop].tolist(), half_small, half_large, direction, cutoff, 10
        )
        for center, z in passed.items():
            start = max(10 * (first + center - half_small), 0)
            end = min(10 * (first + center + half_small + 1), 1000)
            if expected and start <= expected[-1][1]:
                expected[-1][1:] = end, min(z, expected[-1][2])
            else:
                expected.append([start, end, z])
    find = ("both", "peaks", "troughs")[direction]
    sizes = (20 * half_large, 20 * half_small)
    how = {"find": find, "scope": windows(*scope), "arrays": arrays}
    found = db.wilcox("v", *sizes, max_p, **how)
    assert pairs(found) == [row[:2] for row in expected]
    np.testing.assert_allclose(found["pval"], [NormalDist().cdf(z) for *_, z in expected])


@given(
    rows_of_bins(100), st.integers(0, 120), st.booleans(), st.sampled_from([0, 1, 2.5, 9]),
    st.booleans(),
)  # fmt: skip
def test_smooth__against_every_neighbour(given_rows, half, is_ramp, weight, fills_gaps):
    values, scope = given_rows
    db, arrays = asked(values)
    expected = []
    for row in scope:
        first, stop = bins_of(row)
        least = weight * (half + 1) if is_ramp else weight
        expected += smoothed(
            values[first:stop].tolist(), half, is_ramp=is_ramp, least_weight=least,
            fills_gaps=fills_gaps,
        )  # fmt: skip
    how = {"weights": "ramp" if is_ramp else "mean", "fill_gaps": fills_gaps}
    table, window = windows(*scope), max(20 * half, 1)
    found = db.smooth("v", window, table, min_weight=weight, arrays=arrays, **how)
    np.testing.assert_allclose(found["v"], expected, rtol=1e-12, atol=1e-12)


def test_wilcox__wide_windows(tmp_path):
    """Windows beyond a few thousand bins are kept in a tree, not in a sorted list."""
    values = np.round(np.random.default_rng(4).normal(size=5_000), 1)
    values[1_000:1_040] += 1
    values[500:520] = NAN
    root = write_database(
        tmp_path / "db", sizes={"chr1": 50_000}, dense={"v": (10, {"chr1": values})}
    )
    db = open_database(root)
    values = values.astype("f4").astype("f8")
    cutoff, centers = NormalDist().inv_cdf(0.01), []
    for center in np.flatnonzero(~np.isnan(values)):
        small, large = (values[max(center - half, 0) : center + half + 1] for half in (10, 2_100))
        small, large = small[~np.isnan(small)], np.sort(large[~np.isnan(large)])
        if len(small) >= 10:
            sides = [np.searchsorted(large, small, side).sum() for side in ("left", "right")]
            n = len(small) * len(large)
            z = (min(sum(sides), 2 * n - sum(sides)) - n) / 2
            if z <= cutoff * math.sqrt(n * (len(small) + len(large) + 1) / 12):
                centers.append(center)
    runs = np.split(centers, np.flatnonzero(np.diff(centers) > 21) + 1)
    found = db.wilcox("v", 42_000, 200, 0.01, find="both")
    expected = [[max(run[0] - 10, 0) * 10, min((run[-1] + 11) * 10, 50_000)] for run in runs]
    assert pairs(found) == expected
    assert len(expected) > 3


@pytest.mark.parametrize("size", [1, 7, 64])
def test_partitions__do_not_matter(db, monkeypatch, size):
    scope = windows((0, 200), (250, 251), (300, 1000))
    asked = [
        lambda: db.segment("d10", 100, 0.3, scope=scope),
        lambda: db.wilcox("d10", 100, 300, 0.3, scope=scope),
        lambda: db.smooth("d10", 70, scope=scope),
    ]
    whole = [ask() for ask in asked]
    monkeypatch.setattr(step_values, "plan", lambda query: split(query.iterator.n_steps, size, 1))
    for threads in (1, 3):
        with set_options(n_threads=threads):
            for ask, expected in zip(asked, whole, strict=True):
                pd.testing.assert_frame_equal(ask(), expected)


def test_many_contigs__are_one_pass(tmp_path):
    n = 20_000
    sizes = {f"c{k}": 20 for k in range(n)}
    db = open_database(
        write_database(
            tmp_path / "db",
            sizes=sizes,
            dense={"v": (10, dict.fromkeys(sizes, 1.0))},
            layout="indexed",
        )
    )
    assert len(db.segment("v", 100)) == n
    assert len(db.wilcox("v", 100, 200, 1)) == 0
    assert (db.smooth("v", 100)["v"] == 1).all()
