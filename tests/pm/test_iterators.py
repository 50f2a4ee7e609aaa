"""Classic calls that show steps, and classic questions of two dimensions."""

from __future__ import annotations

import dataclasses
import inspect

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.semantics import write_semantics_database

PLANE = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
EDGES = ["start1", "end1", "start2", "end2"]


@pytest.fixture(autouse=True)
def database(session, tmp_path):
    pm.gdb_init(write_semantics_database(tmp_path / "db"))


def plane(*rows, chrom1="chr1", chrom2="chr1"):
    frame = pd.DataFrame(list(rows), columns=EDGES).assign(chrom1=chrom1, chrom2=chrom2)
    return frame[PLANE]


SCOPE = plane((0, 400, 0, 400), (50, 1000, 50, 1000))


def spans(table):
    return table[["start", "end"]].to_numpy().tolist()


def edges(table):
    return table[EDGES].to_numpy().tolist()


class TestIntervals:
    def test_one_dimension(self):
        table = pm.giterator_intervals("d10", pm.gintervals(1, 3, 47), iterator=20)
        assert spans(table) == [[3, 20], [20, 40], [40, 47]]
        assert table.columns.tolist() == ["chrom", "start", "end", "intervalID"]
        assert table.dtypes.astype(str).tolist() == ["str", "int64", "int64", "int64"]
        assert table["intervalID"].tolist() == [1, 1, 1]

    def test_relative_and_partial(self):
        scope = pm.gintervals(1, 13, 95)
        relative = pm.giterator_intervals(None, scope, iterator=30, interval_relative=True)
        assert spans(relative) == [[13, 43], [43, 73], [73, 95]]
        dropped = pm.giterator_intervals(None, scope, iterator=30, partial_bins="drop")
        assert spans(dropped) == [[30, 60], [60, 90]]

    def test_band__ignored_in_one_dimension(self):
        scope = pm.gintervals(1, 0, 50)
        assert len(pm.giterator_intervals("d10", scope, band=(1, 2))) == 5

    def test_track_of_two_dimensions__rows_of_the_scope_from_zero(self):
        table = pm.giterator_intervals("r2", SCOPE)
        assert table.columns.tolist() == [*PLANE, "intervalID"]
        assert table["intervalID"].tolist() == [0, 1, 1]
        banded = pm.giterator_intervals("r2", SCOPE, band=(150, 1000))
        assert edges(banded)[0] == [270, 300, 120, 150]

    def test_grid__no_row_numbers(self):
        table = pm.giterator_intervals("r2", SCOPE, iterator=[500, 300])
        assert table.columns.tolist() == PLANE
        assert len(table) == 10

    def test_nothing_is_none(self):
        assert pm.giterator_intervals("sp", pm.gintervals(1, 0, 50)) is None

    def test_whole_genome_is_all_pairs(self):
        assert len(pm.giterator_intervals("r2", iterator=-1)) == 16
        assert len(pm.giterator_intervals("r3", iterator=[500, 500])) == 36
        assert pm.gextract("r3")["r3"].tolist() == [1, 2, 4]
        assert pm.gextract("r3")["intervalID"].unique().tolist() == [2]

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            ({}, "At least one"),
            ({"expr": "sp", "interval_relative": True}, "numeric"),
            ({"expr": "sp", "partial_bins": "x"}, "partial_bins"),
            ({"expr": "r2", "intervals": SCOPE, "iterator": 20}, "two"),
        ],
    )
    def test_errors(self, arguments, text):
        with pytest.raises(ValueError, match=text):
            pm.giterator_intervals(**arguments)


class TestStream:
    def test_one_table_per_rectangle(self):
        factor = 2  # noqa: F841 - the expression names it
        stream = pm.giterator_intervals_2d(["r2", "r2 * factor"], SCOPE, [500, 500], ["a", "b"])
        assert inspect.isgenerator(stream)
        tables = list(stream)
        assert [len(table) for table in tables] == [1, 4]
        assert tables[1].columns.tolist() == [*PLANE, "a", "b", "intervalID"]
        assert [table["intervalID"].unique().tolist() for table in tables] == [[0], [1]]
        assert tables[0]["b"].tolist() == [20]
        assert str(tables[0]["chrom1"].dtype) == "str"

    def test_rectangles_without_rows_are_skipped(self):
        scope = plane((500, 600, 0, 50), (0, 1000, 0, 1000))
        tables = list(pm.giterator_intervals_2d("r2", scope))
        assert [table["intervalID"].tolist() for table in tables] == [[1, 1]]
        assert list(pm.giterator_intervals_2d("r2", scope.iloc[:1])) == []

    def test_whole_genome_is_the_diagonal(self):
        assert [len(table) for table in pm.giterator_intervals_2d("r2")] == [2]
        assert list(pm.giterator_intervals_2d("r3")) == []

    def test_pieces_of_a_long_rectangle_are_one_table(self, monkeypatch):
        whole = list(pm.giterator_intervals_2d("r2", SCOPE, [30, 30]))
        monkeypatch.setattr("misha_xr.query.operations._STREAM_STEPS", 7)
        monkeypatch.setattr("misha_xr.query.operations.BLOCK_STEPS", 7)
        again = list(pm.giterator_intervals_2d("r2", SCOPE, [30, 30]))
        assert len(whole) == len(again) == 2
        for one, two in zip(whole, again, strict=True):
            pd.testing.assert_frame_equal(one, two)

    @pytest.mark.parametrize(
        ("expr", "scope"), [("r2", pd.DataFrame({"chrom": ["chr1"], "start": 0, "end": 9})),
                            ("zz", SCOPE), ("d10", None)]
    )  # fmt: skip
    def test_errors__at_the_first_table(self, expr, scope):
        stream = pm.giterator_intervals_2d(expr, scope)
        with pytest.raises(ValueError, match=r"dimension|zz"):
            next(stream)


class TestGrid:
    def test_table(self):
        table = pm.giterator_cartesian_grid(
            pm.gintervals(1, 5, 6), (-20, 0, 20), pm.gintervals(2, 50, 61), (-10, 10)
        )
        assert edges(table) == [[0, 5, 45, 65], [5, 25, 45, 65]]
        assert table.columns.tolist() == PLANE
        assert table.dtypes.astype(str).tolist() == ["str", "int64", "int64"] * 2

    def test_limits(self):
        here = pm.gintervals(1, [100, 300, 500], [110, 310, 510])
        table = pm.giterator_cartesian_grid(here, (-20, 20), min_band_idx=1, max_band_idx=2)
        assert edges(table)[0] == [285, 325, 85, 125]
        assert len(table) == 3

    def test_description_as_iterator(self):
        here = pm.gintervals(1, [150, 400], [160, 410])
        spec = pm.giterator_cartesian_grid(here, (-50, 50), stream=True)
        assert isinstance(spec, pm.CartesianGridSpec)
        assert spec.expansion2 == (-50, 50)
        table = pm.gextract("r2", plane((0, 1000, 0, 1000)), iterator=spec)
        np.testing.assert_array_equal(table["r2"], [10, np.nan, 20, 20])
        assert len(pm.giterator_cartesian_grid(here, (-50, 50))) == 4

    def test_nothing(self):
        none = pm.gintervals(1).iloc[:0]
        assert pm.giterator_cartesian_grid(none, (-5, 5)).columns.tolist() == PLANE

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"expansion1": (5,)}, "at least 2"),
            ({"expansion1": None}, "at least 2"),
            ({"min_band_idx": 1}, "Both min_band_idx"),
            ({"intervals2": 1, "min_band_idx": 0, "max_band_idx": 1}, "one set"),
        ],
    )
    def test_errors(self, more, text):
        here = pm.gintervals(1, 100, 110)
        more = {"expansion1": (-5, 5), **more}
        if "intervals2" in more:
            more["intervals2"] = here
        with pytest.raises(ValueError, match=text):
            pm.giterator_cartesian_grid(here, **more)


class TestPolicies:
    @pytest.mark.parametrize(
        ("policy", "n"),
        [
            (pm.FixedRectPolicy(500, 300), 10),
            (pm.IntervalsPolicy(), 2),
            (pm.TrackRectsPolicy("r2"), 3),
        ],
        ids=["grid", "intervals", "track"],
    )
    def test_policies_mean_what_they_say(self, policy, n):
        assert len(pm.gextract("r2", SCOPE, iterator=policy)) == n
        with pytest.raises(dataclasses.FrozenInstanceError):
            policy.kind = "x"

    def test_hashable(self):
        assert len({pm.FixedRectPolicy(1, 2), pm.FixedRectPolicy(1, 2)}) == 1


class TestQuestions:
    def test_gextract(self):
        table = pm.gextract("r2", SCOPE)
        assert table.columns.tolist() == [*PLANE, "r2", "intervalID"]
        assert table["intervalID"].tolist() == [0, 1, 1]
        assert pm.gextract("r2", SCOPE, colnames=["x"], intervals_join="none").columns[-1] == "x"
        joined = pm.gextract("r2", SCOPE, intervals_join="intervals")
        assert joined.columns.tolist()[-6:] == [f"{name}1" for name in PLANE]

    def test_gextract__band(self):
        table = pm.gextract("r2", plane((0, 1000, 0, 1000)), band=(150, 1000))
        assert edges(table) == [[270, 300, 120, 150], [400, 490, 180, 340]]

    def test_gscreen(self):
        assert edges(pm.gscreen("r2 > 15")) == [[400, 490, 180, 500]]
        assert edges(pm.gscreen("r2 > 15", band=(150, 1000))) == [[400, 490, 180, 340]]
        assert len(pm.gscreen("d10 > 5", pm.gintervals(1), band=(1, 2))) == 1

    def test_gsummary(self):
        assert pm.gsummary("r2")["Sum"] == 30
        assert pm.gsummary("r2", SCOPE, iterator=[300, 300])["NaN intervals"] == 16

    def test_virtual_tracks(self):
        pm.gvtrack_create("v", "r2", "area")
        assert pm.gextract("v", SCOPE)["v"].tolist() == [16000, 44800]
        assert np.isnan(pm.gextract("v", plane((0, 5, 0, 5)))["v"]).all()  # nothing has no area
        pm.gvtrack_iterator_2d("v", -50, 50, 10, -10)
        assert pm.gextract("v", plane((100, 300, 120, 200)))["v"].tolist() == [12000]
        info = pm.gvtrack_info("v")
        assert (info["itr_type"], info["sshift1"], info["eshift2"]) == ("2d", -50, -10)
        pm.gvtrack_create("w", "d10")
        pm.gvtrack_iterator("w", dim=1)
        assert pm.gextract("w", plane((0, 40, 0, 90)))["w"].tolist() == [1.5]
        assert pm.gextract("w", pm.gintervals(1, 0, 40), iterator=20)["w"].tolist() == [0.5, 2.5]

    def test_gvtrack_iterator_2d__unknown(self):
        with pytest.raises(KeyError, match="zz"):
            pm.gvtrack_iterator_2d("zz")

    @pytest.mark.parametrize(
        ("call", "text"),
        [
            (lambda: pm.gextract("d10", SCOPE), r"Track 'd10' is not a 2D track \(type: dense\)"),
            (lambda: pm.gextract("r2", pm.gintervals(1)), "two-dimensional"),
            (lambda: pm.gextract("r2", SCOPE, iterator=20), "two"),
            (lambda: pm.gextract("r2", SCOPE, band=(5, 5)), "band"),
            (lambda: pm.gextract("d10", pm.gintervals(1), band=(1, 5)), "band"),
        ],
    )
    def test_errors(self, call, text):
        with pytest.raises(ValueError, match=text):
            call()
