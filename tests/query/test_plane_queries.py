"""Queries of two dimensions: the numbers of the semantics notes, in both layouts."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from misha_xr import CartesianGrid, EachInterval
from misha_xr.api import open_database
from misha_xr.errors import (
    BandError,
    ExpressionError,
    IntervalError,
    IteratorError,
    SizeLimitError,
    TrackTypeError,
    VirtualTrackError,
)
from misha_xr.query import VirtualTrack, build_query, extract
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals

START = "Cannot implicitly determine iterator policy"
EDGES = ["start1", "end1", "start2", "end2"]


def plane(*rows, chrom1="chr1", chrom2="chr1", **more):
    frame = pd.DataFrame(list(rows), columns=EDGES).assign(chrom1=chrom1, chrom2=chrom2, **more)
    return frame[["chrom1", "start1", "end1", "chrom2", "start2", "end2", *more]]


SQUARE = plane((0, 1000, 0, 1000))
PART = plane((150, 420, 130, 200))


def edges(frame):
    return frame[EDGES].to_numpy().tolist()


class TestScope:
    def test_whole_plane__works_for_every_question(self, db):
        assert db.extract("r2")["r2"].tolist() == [10, 20]
        assert edges(db.screen("r2 > 15")) == [[400, 490, 180, 500]]
        assert db.summary("r3")["Sum"] == 7
        assert db.summary("r2", "genome")["Total intervals"] == 2

    def test_rows__numbered_as_the_caller_gave_them(self, db):
        scope = plane((350, 500, 0, 600), (0, 250, 0, 150), (0, 1000, 0, 1000))
        frame = db.extract("r2", scope)
        assert frame["intervalID"].tolist() == [2, 3, 3, 1]
        assert edges(frame) == [
            [100, 250, 120, 150], [100, 300, 120, 200], [400, 490, 180, 500], [400, 490, 180, 500],
        ]  # fmt: skip

    def test_whole_plane__rows_count_ordered_pairs(self, db):
        assert db.extract("r3")["intervalID"].unique().tolist() == [3]  # chr1 x chr2 of 4 x 4
        rows = db.iterator_intervals(EachInterval(), exprs="r2")["intervalID"]
        assert rows.tolist() == list(range(1, 17))

    def test_track_and_set_as_scope(self, db):
        assert db.extract("r2", "r2", EachInterval())["intervalID"].tolist() == [1, 2]
        assert len(db.extract("r2", "r2")) == 2

    def test_overlapping_rows__walked_one_by_one_by_summaries_too(self, db):
        both = pd.concat([SQUARE, SQUARE], ignore_index=True)
        assert db.summary("r2", both)["Total intervals"] == 4
        assert len(db.screen("r2 > 0", both)) == 4

    def test_empty_scope(self, db):
        none = SQUARE.iloc[:0]
        assert db.extract("r2", none).columns.tolist() == [*SQUARE.columns, "r2", "intervalID"]
        assert len(db.extract("r2", none, iterator=[10, 10])) == 0
        assert db.summary("r2", none)["Total intervals"] == 0

    def test_scope_on_pairs_without_data(self, db):
        far = plane((0, 9, 0, 9), chrom2="chrX")
        assert len(db.extract("r2", far)) == 0
        assert db.extract("r2", far, EachInterval())["r2"].isna().all()

    def test_bad_rows(self, db):
        with pytest.raises(IntervalError, match="scope"):
            db.extract("r2", plane((30, 20, 0, 9)))
        with pytest.raises(ValueError, match="chr99"):
            db.extract("r2", plane((0, 20, 0, 9), chrom1="chr99"))

    def test_joined_rows(self, db):
        frame = db.extract("r2", SQUARE.assign(label="x"), intervals_join="intervals")
        assert frame.columns.tolist()[7:] == [
            "chrom11", "start11", "end11", "chrom21", "start21", "end21", "label",
        ]  # fmt: skip
        assert frame["label"].tolist() == ["x", "x"]
        assert "intervalID" not in db.extract("r2", SQUARE, intervals_join="none")
        assert db.extract("r3", intervals_join="intervals")["end21"].tolist() == [600] * 3

    def test_a_million_chromosomes(self, tmp_path):
        n = 1_000_000
        sizes = {f"c{k}": 10 for k in range(n)}
        points = plane((5, 6, 7, 8), chrom1="c3", chrom2=f"c{n - 1}", value=2.0)
        root = write_database(tmp_path / "db", sizes=sizes, points={"p": points}, layout="indexed")
        db = open_database(root)
        frame = db.extract("p")
        assert frame["p"].tolist() == [2.0]
        assert frame["intervalID"].tolist() == [3 * n + n]
        assert len(db.iterator_intervals(points[points.columns[:6]])) == 1
        with pytest.raises(SizeLimitError, match="whole plane of 1,000,000 chromosomes"):
            db.extract("p", iterator=[5, 5])


class TestFunctions:
    """Section 6.2: the whole square, a part, the square in a band."""

    @pytest.mark.parametrize(
        ("func", "square", "part", "banded"),
        [
            ("avg", 16.428571, 10.366972, 19.571823),
            ("weighted.sum", 736000, 113000, 212550),
            ("area", 44800, 10900, 10860),
            ("min", 10, 10, 10),
            ("max", 20, 20, 20),
            ("exists", 1, 1, 1),
            ("size", 2, 2, 2),
            ("first", 10, 10, 10),
            ("last", 20, 20, 20),
        ],
    )
    def test_function(self, db, func, square, part, banded):
        db = db.vtrack("v", "r2", func)
        found = [
            db.extract("v", SQUARE)["v"],
            db.extract("v", PART)["v"],
            db.extract("v", SQUARE, band=(150, 1000))["v"],
        ]
        np.testing.assert_allclose([x.item() for x in found], [square, part, banded], rtol=1e-7)

    def test_nothing_met(self, db):
        far = plane((500, 600, 0, 100))
        for func, expected in (("avg", np.nan), ("area", 0), ("size", 0), ("min", np.nan)):
            found = db.vtrack("v", "r2", func).extract("v", far)["v"]
            np.testing.assert_array_equal(found, [expected])

    def test_shifts_of_four_edges(self, db):
        moves = {"sshift1": -50, "eshift1": 50, "sshift2": 10, "eshift2": -10}
        db = db.vtrack("v", "r2", "area", **moves)
        assert db.extract("v", plane((100, 300, 120, 200)))["v"].tolist() == [12000]

    def test_projection(self, db):
        db = db.vtrack("v", "d10", "avg", dim=1)
        frame = db.extract("v", plane((100, 300, 120, 200)), EachInterval(), band=(150, 1000))
        assert edges(frame) == [[270, 300, 120, 150]]
        assert frame["v"].tolist() == [28]
        assert db.vtrack("w", "sp", "max", dim=2).extract("w", SQUARE)["w"].tolist() == [44]

    def test_projection__one_row_per_scope_rectangle(self, db):
        frame = db.vtrack("v", "d10", dim=2).extract("v", pd.concat([PART, SQUARE]))
        assert edges(frame) == [[0, 1000, 0, 1000], [150, 420, 130, 200]]
        assert frame["v"].tolist()[1] == 16

    def test_projection__has_no_effect_in_one_dimension(self, db):
        db = db.vtrack("v", "d10", dim=1)
        assert db.extract("v", "chr1:0-40", 20)["v"].tolist() == [0.5, 2.5]

    def test_mixed_sources(self, db):
        db = db.vtrack("v", "d10", dim=1).vtrack("a", "r2", "area")
        frame = db.extract({"x": "r2 * a + v"}, SQUARE)
        assert frame["x"].tolist() == [10 * 16000 + 19.5, 20 * 28800 + 44]


class TestBand:
    def test_track_steps(self, db):
        frame = db.extract("r2", SQUARE, band=(150, 1000))
        assert edges(frame) == [[270, 300, 120, 150], [400, 490, 180, 340]]
        assert frame["r2"].tolist() == [10, 20]

    def test_manual_example(self, db):
        scope = pd.concat([
            plane((200, 800, 100, 1000), (900, 950, 0, 200), (0, 100, 0, 400)),
            plane((900, 950, 0, 200), chrom2="chr2"),
        ])  # fmt: skip
        frame = db.iterator_intervals(EachInterval(), scope, band=(500, 1000))
        assert edges(frame) == [[600, 800, 100, 300], [900, 950, 0, 200]]
        assert frame["intervalID"].tolist() == [1, 2]

    def test_one_base_wider_box(self, db):
        frame = db.iterator_intervals(EachInterval(), plane((21, 43, 35, 56)), band=(-16, -15))
        assert edges(frame) == [[21, 41, 36, 56]]

    @pytest.mark.parametrize("band", [(5, 5), (6, 5), (1, 2, 3), "x", (0.5, 2)])
    def test_bad_band(self, db, band):
        with pytest.raises(BandError):
            db.extract("r2", SQUARE, band=band)

    def test_one_dimension(self, db):
        with pytest.raises(BandError, match="two-dimensional"):
            db.extract("d10", "chr1", band=(1, 2))


class TestIterators:
    def test_grid(self, db):
        cells = db.iterator_intervals([400, 300], SQUARE)
        assert len(cells) == 12
        assert edges(cells)[:3] == [[0, 400, 0, 300], [0, 400, 300, 600], [0, 400, 600, 900]]
        assert cells["intervalID"].unique().tolist() == [1]
        assert edges(db.iterator_intervals([400.7, np.int64(10**12)], PART)) == [
            [150, 400, 130, 200], [400, 420, 130, 200],
        ]  # fmt: skip

    def test_grid__counted_not_listed(self, db):
        query = build_query(db.store, "r2", scope=SQUARE, iterator=[1, 1])
        assert query.iterator.n_steps == 10**6
        assert query.iterator.block(999_999, 10**6).starts1.tolist() == [999]
        with pytest.raises(SizeLimitError, match="1,000,000 rows"):
            extract(db.store, "r2", scope=SQUARE, iterator=[1, 1], max_rows=10)

    def test_grid__more_cells_than_numbers(self, tmp_path):
        sizes = {f"c{k}": 2**31 for k in range(4)}
        db = open_database(write_database(tmp_path / "db", sizes=sizes))
        with pytest.raises(SizeLimitError, match=r"2\*\*62 cells"):
            db.iterator_intervals([1, 1])

    @pytest.mark.parametrize("sizes", [[0, 5], [5, -1], [5], [5, 5, 5], [True, 5], ["a", 5], []])
    def test_grid__bad_sizes(self, db, sizes):
        with pytest.raises(IteratorError, match="two positive bin sizes"):
            db.extract("r2", SQUARE, sizes)

    def test_track__cut_by_the_scope(self, db):
        frame = db.extract("r2", plane((0, 250, 0, 150)), "r2")
        assert edges(frame) == [[100, 250, 120, 150]]

    def test_table__cut_by_the_scope_and_sorted(self, db):
        table = plane((300, 600, 0, 600), (0, 300, 0, 600))
        frame = db.extract("r2", plane((50, 500, 100, 400)), table)
        assert edges(frame) == [[50, 300, 100, 400], [300, 500, 100, 400]]
        assert frame["r2"].tolist() == [10, 20]

    def test_table__overlap_is_refused(self, db):
        table = plane((0, 10, 0, 10), (50, 60, 0, 5), (9, 20, 9, 20))
        shown = "rows 1 and 3 do: chr1:0-10 x chr1:0-10 and chr1:9-20"
        with pytest.raises(IteratorError, match=shown):
            db.extract("r2", SQUARE, table)
        touching = plane((0, 10, 0, 10), (10, 20, 0, 10), (0, 10, 10, 20))
        assert len(db.extract("r2", SQUARE, touching)) == 3

    def test_cartesian__windows_around_centres(self, db):
        grid = CartesianGrid(
            intervals(("chr1", 5, 6)), (-20, 0, 20), intervals(("chr2", 50, 61)), (-10, 10)
        )
        cells = db.iterator_intervals(grid)
        assert edges(cells) == [[0, 5, 45, 65], [5, 25, 45, 65]]
        assert cells["chrom2"].tolist() == ["chr2"] * 2

    def test_cartesian__close_centres_share_the_difference(self, db):
        here = intervals(("chr1", 100, 110), ("chr1", 107, 113))
        cells = db.iterator_intervals(CartesianGrid(here, (-20, 0, 20)))
        sides = cells[["start1", "end1"]].drop_duplicates().to_numpy().tolist()
        assert sides == [[85, 105], [105, 107], [107, 110], [110, 130]]

    def test_cartesian__pairs_by_number(self, db):
        here = intervals(("chr1", 100, 110), ("chr1", 300, 310), ("chr1", 500, 510))
        cells = db.iterator_intervals(CartesianGrid(here, (-20, 20), band_idx=(1, 2)))
        assert cells[["start1", "start2"]].to_numpy().tolist() == [[285, 85], [485, 85], [485, 285]]

    def test_cartesian__values(self, db):
        grid = CartesianGrid(intervals(("chr1", 150, 160), ("chr1", 400, 410)), (-50, 50))
        frame = db.extract("r2", plane((120, 500, 0, 1000)), grid)
        assert edges(frame)[0] == [120, 205, 105, 205]
        np.testing.assert_array_equal(frame["r2"], [10, np.nan, 20, 20])

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            ({"expansion1": (5,)}, "at least 2"),
            ({"expansion1": 5}, "two or more"),
            ({"expansion1": (0.5, 2)}, "whole"),
            ({"expansion1": (0, 2), "intervals2": SQUARE, "band_idx": (0, 1)}, "one set"),
        ],
    )
    def test_cartesian__errors(self, arguments, text):
        with pytest.raises(IteratorError, match=text):
            CartesianGrid(intervals(("chr1", 5, 6)), **arguments)


class TestImplicit:
    def test_one_track_many_times(self, db):
        frame = db.vtrack("v", "r2", "area").extract(["r2", "v / 2 + r2"], SQUARE)
        assert frame["v / 2 + r2"].tolist() == [8010, 14420]

    def test_virtual_tracks_only__one_row_per_scope_rectangle(self, db):
        frame = db.vtrack("v", "r2", "area").extract("v", pd.concat([PART, SQUARE]))
        assert frame["v"].tolist() == [44800, 10900]
        assert frame["intervalID"].tolist() == [2, 1]

    @pytest.mark.parametrize("exprs", ["r2 + r3", ["r3", "r2"], "r2 + v"])
    def test_two_tracks(self, db, exprs):
        db = db.vtrack("v", "r3")
        with pytest.raises(IteratorError, match=f"{START}: .* are different 2D tracks"):
            db.extract(exprs)
        assert len(db.extract(exprs, SQUARE, [500, 500])) == 4

    def test_no_track(self, db):
        with pytest.raises(IteratorError, match=f"{START}: .* not contain any tracks"):
            db.extract("1 + 1", SQUARE)
        assert db.extract("1 + 1", SQUARE, [500, 1000])["1 + 1"].tolist() == [2, 2]


class TestDimensions:
    @pytest.mark.parametrize("expr", ["d10", "sp", "d10 + r2", "arr"])
    def test_source_of_one_dimension(self, db, expr):
        with pytest.raises(TrackTypeError, match=r"is not a 2D track \(type: (dense|sparse|array)"):
            db.extract(expr, SQUARE)

    def test_virtual_track_without_dim(self, db):
        with pytest.raises(TrackTypeError, match="Track 'd10' is not a 2D track"):
            db.vtrack("v", "d10").extract("v", SQUARE)

    def test_scope_of_one_dimension(self, db):
        for scope in ("chr1", intervals(("chr1", 0, 50))):
            with pytest.raises(TrackTypeError, match="'r2' is two-dimensional"):
                db.extract("r2", scope)

    @pytest.mark.parametrize("iterator", [100, 7.5, "d10", "sp", "iset", intervals(("chr1", 0, 9))])
    def test_iterator_of_one_dimension(self, db, iterator):
        with pytest.raises(IteratorError, match="two"):
            db.extract("r2", SQUARE, iterator)

    def test_unknown_iterator(self, db):
        with pytest.raises(IteratorError, match="'r22' is no track") as caught:
            db.extract("r2", SQUARE, "r22")
        assert "r2" in (caught.value.hint or "")

    def test_dim_of_a_track_of_two_dimensions(self, db):
        with pytest.raises(VirtualTrackError, match="dim=1"):
            db.vtrack("v", "r2", dim=1).extract("v", SQUARE)

    def test_shifts_of_one_dimension(self, db):
        with pytest.raises(VirtualTrackError, match="shifts windows of one dimension"):
            db.vtrack("v", "r2", sshift=5).extract("v", SQUARE)

    def test_filter(self, db):
        with pytest.raises(VirtualTrackError, match="filter"):
            db.extract("v", SQUARE, vtracks={"v": VirtualTrack("r2", filter="iset")})

    def test_function_of_one_dimension(self, db):
        with pytest.raises(TrackTypeError, match="'stddev' does not reduce rectangles"):
            db.vtrack("v", "r2", "stddev").extract("v", SQUARE)

    def test_windows_in_expressions(self, db):
        with pytest.raises(ExpressionError, match="START"):
            db.extract("r2 + START", SQUARE)


class TestQuery:
    @pytest.mark.parametrize(
        "iterator", [None, [100, 70], "r2", EachInterval(), plane((0, 50, 0, 200))]
    )
    def test_pickles(self, db, iterator):
        query = build_query(db.store, "r2", scope=SQUARE, iterator=iterator, band=(-300, 400))
        query.iterator.block(0, 1)
        again = pickle.loads(pickle.dumps(query))
        assert again == query
        assert again.iterator.n_steps == query.iterator.n_steps
        assert again.iterator.block(0, 1).rects.ends2.tolist()

    def test_iterate__is_extract_in_pieces(self, db):
        frames = list(db.iterate("r2", SQUARE, [1, 2]))
        assert len(frames) == 2
        whole = pd.concat(frames, ignore_index=True)
        pd.testing.assert_frame_equal(whole, db.extract("r2", SQUARE, [1, 2]))

    def test_token__tells_bands_and_scopes_apart(self, db):
        one = build_query(db.store, "r2", scope=SQUARE)
        assert one != build_query(db.store, "r2", scope=SQUARE, band=(0, 5))
        assert one != build_query(db.store, "r2", scope=PART)
        assert one == build_query(db.store, "r2", scope=SQUARE.copy())
