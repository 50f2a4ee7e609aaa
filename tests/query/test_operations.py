"""Extract, iterate, screen, summary: the numbers of the semantics notes, one dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import misha_xr
import misha_xr.testing.database
from misha_xr import EachInterval, VirtualTrack
from misha_xr.errors import (
    BandError,
    ExpressionError,
    IteratorError,
    MishaWarning,
    SizeLimitError,
    UnknownChromosomeError,
    UnknownTrackError,
    VirtualTrackError,
)
from misha_xr.testing.semantics import intervals

NAN = float("nan")


def rows(frame: pd.DataFrame) -> list[tuple]:
    return [
        tuple(row)
        for row in frame.astype({"chrom": "str"})[["chrom", "start", "end"]].itertuples(index=False)
    ]


def windows(*pairs: tuple[int, int]) -> pd.DataFrame:
    return intervals(*(("chr1", start, end) for start, end in pairs))


def one_value_per_row(db, expression: str, table: pd.DataFrame, **options) -> list[float]:
    frame = db.extract(expression, table, iterator=EachInterval(), **options)
    return frame.sort_values("intervalID").iloc[:, 3].tolist()


class TestExtract:
    def test_extract__columns_and_dtypes(self, db):
        frame = db.extract("d10", "chr1:0-100")
        assert frame.columns.tolist() == ["chrom", "start", "end", "d10", "intervalID"]
        assert frame["chrom"].dtype is db.genome.chrom_dtype or isinstance(
            frame["chrom"].dtype, pd.CategoricalDtype
        )
        assert frame["chrom"].cat.ordered
        assert list(frame.dtypes.iloc[1:].astype(str)) == ["int64", "int64", "float64", "int64"]
        np.testing.assert_array_equal(frame["d10"], [0, 1, 2, 3, 4, NAN, NAN, 7, 8, 9])

    def test_extract__whole_genome_of_bins(self, db):
        frame = db.extract("d10")
        assert len(frame) == 230
        assert int(frame["d10"].isna().sum()) == 42
        assert frame["intervalID"].tolist() == [1] * 100 + [2] * 40 + [3] * 60 + [4] * 30
        assert frame["chrom"].astype(str).drop_duplicates().tolist() == [
            "chr1", "chr10", "chr2", "chrX",
        ]  # fmt: skip

    @pytest.mark.parametrize("scope", [None, "genome"])
    def test_extract__scope_of_everything(self, db, scope):
        assert len(db.extract("d10", scope)) == 230

    def test_extract__scope_cuts_windows(self, db):
        frame = db.extract("d10", windows((3, 47)))
        assert rows(frame) == [
            ("chr1", 3, 10), ("chr1", 10, 20), ("chr1", 20, 30), ("chr1", 30, 40), ("chr1", 40, 47),
        ]  # fmt: skip
        assert frame["d10"].tolist() == [0, 1, 2, 3, 4]

    def test_extract__number_counts_from_base_zero(self, db):
        frame = db.extract("d10", windows((3, 47)), iterator=20)
        assert rows(frame) == [("chr1", 3, 20), ("chr1", 20, 40), ("chr1", 40, 47)]

    @pytest.mark.parametrize(("given", "same"), [(7.5, 7), (10.0, 10), (True, 1), (np.int64(9), 9)])
    def test_extract__number_is_truncated(self, db, given, same):
        scope = windows((3, 47))
        pd.testing.assert_frame_equal(
            db.extract("d10", scope, given), db.extract("d10", scope, same)
        )

    def test_extract__unsorted_scope_keeps_caller_rows(self, db):
        scope = intervals(("chr2", 0, 7), ("chr1", 30, 41), ("chr1", 5, 12))
        frame = db.extract("d10", scope, iterator=10)
        assert frame["intervalID"].tolist() == [3, 3, 2, 2, 1]
        assert rows(frame) == [
            ("chr1", 5, 10), ("chr1", 10, 12), ("chr1", 30, 40), ("chr1", 40, 41), ("chr2", 0, 7),
        ]  # fmt: skip

    def test_extract__overlapping_scope_rows_walk_twice(self, db):
        frame = db.extract("d10", windows((0, 100), (50, 150)))
        assert len(frame) == 20

    def test_extract__interval_iterator_with_overlapping_scope(self, db):
        frame = db.extract("d10", windows((0, 100), (50, 150)), windows((10, 20), (60, 120)))
        assert rows(frame) == [("chr1", 10, 20), ("chr1", 60, 100), ("chr1", 60, 120)]
        assert frame["d10"].tolist() == [1.0, 8.0, 9.0]
        assert frame["intervalID"].tolist() == [1, 1, 2]

    def test_extract__overlapping_iterator_rows_merge_with_a_warning(self, db):
        table = windows((0, 10), (5, 30), (100, 120))
        with pytest.warns(MishaWarning, match="chr1:0-10 and chr1:5-30"):
            frame = db.extract("d10", "chr1", table)
        assert rows(frame) == [("chr1", 0, 30), ("chr1", 100, 120)]

    def test_extract__duplicates_and_touching_rows_are_silent(self, db):
        frame = db.extract("d10", "chr1", windows((10, 20), (0, 10), (10, 20)))
        assert rows(frame) == [("chr1", 0, 10), ("chr1", 10, 20)]

    def test_extract__saved_set_and_track_iterators(self, db):
        assert rows(db.extract("d10", None, "iset")) == [
            ("chr1", 100, 200), ("chr1", 300, 350), ("chr2", 0, 50),
        ]  # fmt: skip
        assert len(db.extract("d10", None, "ns.sp2")) == 3
        assert len(db.extract("sp", "chr1", "d10")) == 100

    def test_extract__sparse_track_steps_are_cut(self, db):
        frame = db.extract("sp", "chr1:150-520")
        assert rows(frame) == [("chr1", 150, 200), ("chr1", 200, 250), ("chr1", 500, 520)]
        assert frame["sp"].tolist() == [10, 25, 17]

    def test_extract__nan_records_are_steps(self, db):
        np.testing.assert_array_equal(db.extract("ns.sp2")["ns.sp2"], [1, NAN, 3])

    def test_extract__each_interval(self, db):
        frame = db.extract("sp", windows((0, 50), (90, 600)), EachInterval())
        assert frame["sp"].isna().tolist() == [True, False]
        assert len(db.extract("sp", "chr1:0-10", EachInterval)) == 1

    def test_extract__scope_names(self, db):
        assert rows(db.extract("d10", "iset", EachInterval()))[0] == ("chr1", 100, 200)
        assert len(db.extract("d10", "sp", EachInterval())) == 5

    def test_extract__empty_scope_and_no_steps(self, db):
        empty = intervals()
        assert db.extract("d10", empty).shape == (0, 5)
        assert db.extract("sp", "chr1:0-50").shape == (0, 5)
        assert list(db.iterate("d10", empty)) == []

    def test_extract__duplicate_names_get_an_underscore(self, db):
        frame = db.extract(["d10", "d10", "d10+1"], "chr1:0-20")
        assert frame.columns.tolist()[3:6] == ["d10", "d10_", "d10+1"]
        assert frame["d10"].tolist() == frame["d10_"].tolist() == [0, 1]

    def test_extract__names(self, db):
        frame = db.extract(["d10", "2*d10"], "chr1:0-20", names=["x", "x"])
        assert frame.columns.tolist()[3:5] == ["x", "x"]
        assert frame.iloc[:, 4].tolist() == [0, 2]
        with pytest.raises(ValueError, match="one name per expression"):
            db.extract(["d10", "sp"], "chr1", 10, names=["x"])

    def test_extract__dict_of_expressions(self, db):
        frame = db.extract({"v": "d10 * 2", "w": "d10 > 1"}, "chr1:0-30")
        assert frame["v"].tolist() == [0, 2, 4]
        assert frame["w"].tolist() == [0.0, 0.0, 1.0]
        with pytest.raises(ExpressionError, match="'start' is a coordinate"):
            db.extract({"start": "d10"}, "chr1")

    def test_extract__no_expression_gives_coordinates(self, db):
        frame = db.extract([], "chr1:0-25", iterator=10)
        assert frame.columns.tolist() == ["chrom", "start", "end", "intervalID"]
        assert len(frame) == 3

    @pytest.mark.parametrize("bad", [None, 5, [5], b"d10"])
    def test_extract__bad_expressions(self, db, bad):
        with pytest.raises(ExpressionError):
            db.extract(bad, "chr1", 10)

    def test_extract__scalar_expressions_are_repeated(self, db):
        frame = db.extract("1+1", "chr1:0-60", iterator=20)
        assert frame["1+1"].tolist() == [2, 2, 2]

    def test_extract__windows_in_expressions(self, db):
        scope = intervals(("chr1", 0, 20), ("chr2", 0, 10))
        frame = db.extract({"m": "(START + END) / 2", "one": 'CHROM == "chr1"'}, scope, 10)
        assert frame["m"].tolist() == [5, 15, 5]
        assert frame["one"].tolist() == [1, 1, 0]

    def test_extract__variables(self, db):
        frame = db.extract("d10 * k", "chr1:0-30", variables={"k": 3})
        assert frame.iloc[:, 3].tolist() == [0, 3, 6]
        values = np.arange(100.0)
        frame = db.extract("d10 - x", "chr1", variables={"x": values})
        assert frame.iloc[:, 3].dropna().eq(0).all()
        with pytest.raises(ExpressionError, match="'x' has 100 values, the query 3 steps"):
            db.extract("d10 - x", "chr1:0-30", variables={"x": values})

    def test_extract__join_none(self, db):
        frame = db.extract("d10", "chr1:0-30", intervals_join="none")
        assert frame.columns.tolist() == ["chrom", "start", "end", "d10"]

    def test_extract__join_intervals(self, db):
        scope = intervals(("chr2", 0, 7, "b"), ("chr1", 5, 12, "a"), columns=("gene",))
        scope.index = [7, 3]
        frame = db.extract("d10", scope, iterator=10, intervals_join="intervals")
        assert frame.columns.tolist() == [
            "chrom", "start", "end", "d10", "chrom1", "start1", "end1", "gene",
        ]  # fmt: skip
        assert frame["gene"].tolist() == ["a", "a", "b"]
        assert frame["start1"].tolist() == [5, 5, 0]
        region = db.extract("d10", "chr1:0-20", intervals_join="intervals")
        assert region["end1"].tolist() == [20, 20]

    def test_extract__join_unknown(self, db):
        with pytest.raises(ValueError, match="intervals_join must be one of"):
            db.extract("d10", "chr1", intervals_join="ids")

    def test_extract__provenance(self, db):
        frame = db.extract({"v": "2*d10"}, "chr1:0-20")
        assert frame.attrs["expressions"] == {"v": "2*d10"}
        assert frame.attrs["database"] == str(db.store.root)

    def test_extract__unknown_keyword(self, db):
        with pytest.raises(TypeError, match="did you mean 'iterator'"):
            db.extract("d10", iterater=10)

    def test_extract__band_needs_two_dimensions(self, db):
        with pytest.raises(BandError):
            db.extract("d10", band=(0, 10))

    def test_extract__aggregates(self, db):
        with pytest.raises(ExpressionError, match="reduces many steps"):
            db.extract("d10 - np.mean(d10)", "chr1:0-40")
        for text, func in [("np.mean(d10)", "'avg'"), ("np.median(d10)", "'quantile', params=0.5")]:
            with pytest.raises(ExpressionError) as told:
                db.extract(text, "chr1:0-40")
            assert func in str(told.value)
        frame = db.extract("d10*0 + np.max(d10)", "chr1:0-40", aggregate_batch=3)
        assert frame.iloc[:, 3].tolist() == [2, 2, 2, 3]
        with pytest.raises(ValueError, match="must be a positive whole number"):
            db.extract("d10 + np.max(d10)", "chr1", aggregate_batch=0)

    def test_extract__infinities_on_disk_are_nan(self, tmp_path):
        values = np.array([1.0, np.inf, -np.inf], np.float32)
        root = misha_xr.testing.database.write_database(
            tmp_path / "db", sizes={"chr1": 30}, dense={"t": (10, {"chr1": values})}
        )
        frame = misha_xr.open_database(root).extract("t")
        np.testing.assert_array_equal(frame["t"], [1, NAN, NAN])


class TestVirtualTracks:
    A, N, P, D = (40, 75), (50, 70), (105, 135), (230, 620)

    @pytest.mark.parametrize(
        ("func", "source", "window", "expected"),
        [
            ("avg", "d10", A, 5.5),
            ("avg", "d10", P, 11.5),
            ("mean", "sp", D, 28.666666666666668),
            ("sum", "d10", A, 11),
            ("sum", "d10", P, 46),
            ("sum", "sp", D, 86),
            ("min", "d10", A, 4),
            ("max", "d10", A, 7),
            ("stddev", "d10", A, 2.1213203435596424),
            ("std", "d10", P, 1.2909944487358056),
            ("size", "d10", D, 39),
            ("size", "sp", D, 3),
            ("first", "d10", A, 4),
            ("last", "d10", A, 7),
            ("avg", "d10", N, NAN),
            ("sum", "d10", N, NAN),
            ("size", "d10", N, 0),
            ("exists", "d10", N, 0),
            ("exists", "d10", A, 1),
            ("AVG", "d10", A, 5.5),
        ],
    )
    def test_vtrack__functions(self, db, func, source, window, expected):
        found = one_value_per_row(db.vtrack("v", source, func), "v", windows(window))
        np.testing.assert_allclose(found, [expected], rtol=1e-12)

    @pytest.mark.parametrize(
        ("source", "window", "expected"), [("d10", A, 4.9), ("sp", D, 21.8), ("d10", N, NAN)]
    )
    def test_vtrack__quantile(self, db, source, window, expected):
        named = db.vtrack("v", source, "quantile", params={"q": 0.3})
        found = one_value_per_row(named, "v", windows(window))
        np.testing.assert_allclose(found, [expected], rtol=1e-12)

    def test_vtrack__one_value_has_no_deviation(self, db):
        assert np.isnan(one_value_per_row(db.vtrack("v", "d10", "std"), "v", windows((0, 10))))

    def test_vtrack__shifts_widen_and_clip(self, db):
        shifted = db.vtrack("a", "d10", sshift=-20, eshift=20)
        shifted = shifted.vtrack("n", "d10", "size", sshift=-20, eshift=20)
        table = windows((0, 10), (100, 110), (980, 1000))
        assert one_value_per_row(shifted, "a", table) == [1.0, 10.0, 97.5]
        assert one_value_per_row(shifted, "n", table) == [3, 5, 4]

    def test_vtrack__window_shifted_off_the_chromosome_is_nan(self, db):
        table = windows((100, 110), (980, 1000), (0, 10))
        shifted = db.vtrack("a", "d10", sshift=-20, eshift=-20)
        np.testing.assert_array_equal(one_value_per_row(shifted, "a", table), [8.0, 96.5, NAN])
        for func in ("size", "exists", "sum"):
            shifted = db.vtrack("a", "d10", func, sshift=-20, eshift=-20)
            assert np.isnan(one_value_per_row(shifted, "a", table)[2])

    def test_vtrack__crossed_shifts_are_nan(self, db):
        crossed = db.vtrack("v", "d10", "size", sshift=10, eshift=-10)
        assert np.isnan(one_value_per_row(crossed, "v", windows((0, 20))))

    def test_vtrack__counts_as_its_source(self, db):
        sparse = db.vtrack("v", "sp", "max")
        assert sparse.extract("v", "chr1:0-400")["v"].tolist() == [10, 25]
        mixed = sparse.vtrack("w", "d10")
        with pytest.raises(IteratorError, match="different formats: 'w' is dense, 'v' is sparse"):
            mixed.extract(["w", "v"])
        assert len(sparse.extract("v + sp")) == 5

    def test_vtrack__wins_over_tracks_and_windows(self, db):
        hidden = db.vtrack("d10", "sp").vtrack("START", "sp", "size")
        assert len(hidden.extract("d10")) == 5
        assert hidden.extract("START")["START"].tolist() == [1] * 5

    def test_vtrack__names_that_are_no_words(self, db):
        odd = db.vtrack("1x", "d10", "max")
        assert odd.extract("`1x` * 2", "chr1:0-20").iloc[:, 3].tolist() == [0, 2]
        assert odd.extract("`1x`", "chr1:0-20").iloc[:, 3].tolist() == [0, 1]
        for name in ("", "a`b", 5):
            with pytest.raises(VirtualTrackError, match="cannot name"):
                db.vtrack(name, "d10")

    def test_vtrack__per_call(self, db):
        frame = db.extract("v", "chr1:0-20", 20, vtracks={"v": VirtualTrack("d10", "sum")})
        assert frame["v"].tolist() == [1]
        with pytest.raises(VirtualTrackError, match="must be a VirtualTrack"):
            db.extract("v", vtracks={"v": "d10"})

    def test_vtrack__database_stays_as_it_is(self, db):
        db.vtrack("new", "d10")
        assert "new" not in db.vtracks
        with pytest.raises(ExpressionError):
            db.extract("new")

    def test_vtrack__unknown_source(self, db):
        with pytest.raises(UnknownTrackError, match="did you mean 'd10'"):
            db.vtrack("v", "d1")

    def test_vtrack__source_is_looked_up_by_every_query(self, db):
        with pytest.raises(UnknownTrackError, match="'gone' of 'v'"):
            db.extract("v", vtracks={"v": VirtualTrack("gone")})

    def test_vtrack__of_a_virtual_track(self, db):
        with pytest.raises(VirtualTrackError, match="itself a virtual track"):
            db.vtrack("v", "d10").vtrack("w", "v")

    def test_vtrack__without_source(self, db):
        with pytest.raises(VirtualTrackError, match="needs a source"):
            db.vtrack("v")


class TestScreen:
    def test_screen__joins_touching_steps(self, db):
        assert rows(db.screen("d10 > 1 & d10 < 9", "chr1")) == [("chr1", 20, 50), ("chr1", 70, 90)]

    def test_screen__r_precedence(self, db):
        found = db.screen("d10==1 | d10>2 & d10<4", "chr1:0-40")
        assert rows(found) == [("chr1", 10, 20), ("chr1", 30, 40)]

    def test_screen__whole_genome(self, db):
        assert rows(db.screen("d10 < 0")) == [("chrX", 0, 300)]

    def test_screen__joins_across_scope_rows(self, db):
        found = db.screen("d10 >= 0", windows((20, 30), (0, 15), (15, 20), (25, 50)))
        assert rows(found) == [("chr1", 0, 50)]

    def test_screen__nothing(self, db):
        found = db.screen("d10 > 1e6")
        assert found.shape == (0, 3)
        assert found.columns.tolist() == ["chrom", "start", "end"]

    def test_screen__interval_iterator(self, db):
        found = db.screen("d10 > 0", "chr1", windows((10, 20), (20, 30), (31, 35)))
        assert rows(found) == [("chr1", 10, 30), ("chr1", 31, 35)]

    def test_screen__each_row_of_the_scope(self, db):
        table = windows((0, 100), (50, 150), (150, 200))
        hits = db.screen("d10 > 9", table, iterator=EachInterval())
        assert rows(hits) == [("chr1", 50, 200)]  # united only once they are found
        assert len(db.partition("d10", [0, 5, 100], table, iterator=EachInterval())) == 2
        assert db.summary("d10", table, iterator=EachInterval())["Total intervals"] == 3

    def test_screen__numbers_are_refused(self, db):
        with pytest.raises(ExpressionError, match="true or false"):
            db.screen("d10")

    def test_screen__numbers_when_asked(self, db):
        found = db.screen("d10", "chr1:0-80", numeric="nonzero")
        assert rows(found) == [("chr1", 10, 50), ("chr1", 70, 80)]

    def test_screen__one_expression(self, db):
        with pytest.raises(ExpressionError, match="one expression"):
            db.screen(["d10 > 1", "d10 > 2"])


class TestSummary:
    LABELS = ("Total intervals", "NaN intervals", "Min", "Max", "Sum", "Mean", "Std dev")

    def test_summary__numbers(self, db):
        found = db.summary("d10", "chr1:0-100")
        assert found.index.tolist() == list(self.LABELS)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, [10, 2, 0, 9, 34, 4.25, 3.3700360321], rtol=1e-9)

    def test_summary__unites_the_scope(self, db):
        assert db.summary("d10", windows((0, 100), (50, 150)))["Total intervals"] == 15

    def test_summary__all_nan(self, db):
        found = db.summary("d10", "chr10").tolist()
        assert found[:2] == [40, 40]
        assert np.isnan(found[2:]).all()

    def test_summary__empty_scope(self, db):
        found = db.summary("d10", intervals()).tolist()
        assert found[:2] == [0, 0]
        assert np.isnan(found[2:]).all()

    def test_summary__one_value(self, db):
        assert np.isnan(db.summary("d10", "chr1:10-20")["Std dev"])

    def test_summary__several(self, db):
        found = db.summary({"a": "d10", "b": "d10 > 3"}, "chr1:0-100")
        assert found.columns.tolist() == ["a", "b"]
        assert found.loc["Sum", "b"] == 4


class TestIterate:
    def test_iterate__same_rows_as_extract(self, db, monkeypatch):
        monkeypatch.setattr("misha_xr.query.operations._STREAM_STEPS", 7)
        monkeypatch.setattr("misha_xr.query.operations.BLOCK_STEPS", 7)
        frames = list(db.iterate(["d10", "d10 + 1"]))
        assert len(frames) == 33
        whole = db.extract(["d10", "d10 + 1"])
        pd.testing.assert_frame_equal(pd.concat(frames, ignore_index=True), whole)

    def test_iterate__errors_come_from_the_call(self, db):
        with pytest.raises(ExpressionError):
            db.iterate("no_such_track")


def test_extract__max_rows_is_checked_before_anything_is_read(db) -> None:
    assert len(db.extract("d10", scope="chr1:0-100", max_rows=10)) == 10
    with pytest.raises(SizeLimitError, match="11 rows, the limit is 10"):
        db.extract("d10", scope="chr1:0-101", max_rows=10)
    with pytest.raises(SizeLimitError):
        db.extract("d10", iterator=1, scope="chr1", max_rows=10)


@pytest.mark.parametrize("name", ["chr10", "10"])
def test_extract__chrom_compares_with_either_spelling(db, name: str) -> None:
    frame = db.extract({"here": f'(CHROM == "{name}") * 1'}, iterator=100)
    assert frame.loc[frame["here"] == 1, "chrom"].astype(str).unique().tolist() == ["chr10"]
    assert frame["here"].sum() == 4


def test_extract__chrom_compared_with_an_unknown_name(db) -> None:
    for kind in (UnknownChromosomeError, ExpressionError):
        with pytest.raises(kind, match="chr99"):
            db.extract('CHROM == "chr99"', iterator=100)
