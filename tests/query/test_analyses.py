"""The analyses on the database of the semantics notes: their numbers, labels, edges and errors."""

from __future__ import annotations

import pickle
import warnings
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr import query
from misha_xr.errors import (
    BandError,
    ExpressionError,
    MishaWarning,
    SizeLimitError,
    StaleFileError,
    StatisticsError,
)
from misha_xr.options import set_options
from misha_xr.query.selection import exact_quantiles
from misha_xr.testing.semantics import intervals

B = [0, 5, 10, 20]
UNSORTED = intervals(("chr2", 0, 10, 5), ("chr1", 0, 100, 6), ("chr1", 5, 20, 7), columns=("x",))
EMPTY = intervals()
NAN = float("nan")


def test_quantiles__numbers_and_labels(db):
    found = db.quantiles("d10", [0.9, 0.1, 0.5], scope="chr1:0-100")
    assert found.index.tolist() == [0.9, 0.1, 0.5]
    np.testing.assert_allclose(found, [8.3, 0.7, 3.5], rtol=1e-12)
    assert found.name == "d10"
    both = db.quantiles({"a": "d10", "b": "-d10"}, 0.5, scope="chr1:0-100")
    assert both.to_dict("list") == {"a": [3.5], "b": [-3.5]}
    assert both.index.tolist() == [0.5]


@pytest.mark.parametrize("max_values", [None, 1, 3])
def test_quantiles__infinities_ties_and_signs(db, max_values):
    options = {"scope": "chr1", "max_values": max_values}
    found = db.quantiles("np.log(d10)", [0, 0.001, 0.5], **options)
    assert found.tolist()[:2] == [-np.inf, -np.inf]
    assert db.quantiles("1 / d10", [1.0, 0.999], **options).tolist() == [np.inf, np.inf]
    ends = db.quantiles("np.where(d10 < 50, -np.inf, np.inf)", [0.0, 1.0, 0.5], **options)
    assert ends.tolist()[:2] == [-np.inf, np.inf]
    same = db.quantiles("0 * d10 - 0.0", [0, 0.3, 1], **options)
    assert same.tolist() == [0, 0, 0]
    assert not np.signbit(same.to_numpy()).any()


@pytest.mark.parametrize("scope", ["chr10", EMPTY, "chr10:0-10"], ids=["all NaN", "empty", "one"])
def test_quantiles__without_values_are_nan(db, scope):
    assert db.quantiles("d10", [0.1, 1], scope=scope).isna().all()
    assert db.quantiles("d10", 0.5, scope="chr2:0-10").tolist() == [1.5]


@pytest.mark.parametrize("q", [[], [1.5], [-0.1, 0.5], [NAN], "x", [[0.5]]])
def test_quantiles__refused(db, q):
    with pytest.raises(StatisticsError, match="quantiles must be"):
        db.quantiles("d10", q)
    with pytest.raises(StatisticsError):
        db.bins_quantiles("d10", B, q=q)
    with pytest.raises(StatisticsError):
        db.interval_quantiles("d10", q)


def test_quantiles__values_that_change_between_readings_are_noticed():
    rng = np.random.default_rng(0)

    def read(sink):
        part = sink.part(0, 100)
        part.add(None, 0, [rng.normal(size=100)])
        sink.combine(part)
        return sink

    with pytest.raises(StaleFileError, match="changed between two readings"):
        exact_quantiles(read, np.array([0.5]), limit=1000)


def test_quantiles__many_ranks_of_many_values_within_little_memory():
    rng = np.random.default_rng(1)
    values = np.round(rng.normal(size=20_000), 2)
    values[:9000] = 0.25

    def read(sink):
        for lo in range(0, len(values), 777):
            part = sink.part(lo, lo + 777)
            part.add(None, lo, [values[lo : lo + 777]])
            sink.combine(part)
        return sink

    q = rng.random(300)
    found = exact_quantiles(read, q, limit=10)
    np.testing.assert_allclose(found, np.quantile(values, q), rtol=1e-12)


def test_dist__numbers(db):
    assert db.dist("d10", B, "chr1").to_numpy().tolist() == [4, 4, 10]
    assert db.dist("d10", B, "chr1", include_lowest=True).to_numpy().tolist() == [5, 4, 10]
    pair = db.dist(["d10", "2*d10"], [B, [0, 10, 30]], "chr1")
    assert pair.to_numpy().tolist() == [[4, 0], [0, 4], [0, 5]]
    assert pair.dtype == np.int64
    assert pair.dims == ("d10", "2*d10")


def test_dist__labels_find_bins_and_say_where_from(db):
    found = db.dist({"signal": "d10"}, B, "chr1")
    assert int(found.sel(signal=5)) == 4
    assert int(found.sel(signal=5.1)) == 4
    assert isinstance(found.indexes["signal"], pd.IntervalIndex)
    assert found.name == "n"
    assert found.attrs["expressions"] == "signal = d10"
    assert found.attrs["include_lowest"] == 0
    xr.testing.assert_identical(pickle.loads(pickle.dumps(found)), found)


def test_dist__empty_scope_infinite_breaks_and_names(db):
    assert db.dist("d10", B, EMPTY).to_numpy().tolist() == [0, 0, 0]
    assert db.dist("d10", [-np.inf, 5, np.inf], "chr1").to_numpy().tolist() == [5, 93]
    assert db.dist("1 / d10", [-np.inf, 1, np.inf], "chr1").to_numpy().tolist() == [97, 1]
    by_name = db.dist({"a": "d10", "b": "2*d10"}, {"b": [0, 10, 30], "a": B}, "chr1")
    assert by_name.shape == (3, 2)
    assert db.dist("d10 > 5", [-1, 0, 1], "chr1").to_numpy().tolist() == [7, 93]


@pytest.mark.parametrize(
    ("exprs", "breaks", "text"),
    [
        ("d10", [1], "at least 2"),
        ("d10", [[0, 1], [1, 2]], "at least 2"),
        ("d10", [1, 1], "strictly increasing; found 1.0 before 1.0"),
        ("d10", [0, NAN, 1], "strictly increasing"),
        ("d10", ["a", "b"], "numbers"),
        (["d10", "2*d10"], [B], "one list per expression, 2; found 1"),
        (["d10", "2*d10"], {"d10": B}, "one list per expression"),
        ({"a": "d10"}, {"a": B, "b": B}, "one list per expression"),
        ([], [], "one list per expression"),
        (["d10", "d10"], 3, "one list per expression"),
    ],
)
def test_breaks__refused(db, exprs, breaks, text):
    with pytest.raises(StatisticsError, match=text):
        db.dist(exprs, breaks)


def test_breaks__too_many_cells(db):
    breaks = np.arange(20_001)
    with pytest.raises(SizeLimitError, match="400,000,000 cells"):
        db.dist(["d10", "d10 + 1"], [breaks, breaks])


def test_partition__numbers(db):
    found = db.partition("d10", B)
    assert found.columns.tolist() == ["chrom", "start", "end", "bin"]
    expected = [["chr1", 10, 50, 1], ["chr1", 70, 110, 2], ["chr1", 110, 210, 3]]
    assert found.to_numpy(object).tolist() == [*expected, ["chr2", 0, 600, 1]]
    assert db.partition("d10", B, include_lowest=True)["start"][0] == 0
    assert len(db.partition("d10", B, EMPTY)) == 0
    assert found["bin"].dtype == np.int64
    with pytest.raises(ExpressionError, match="one expression"):
        db.partition(["d10", "-d10"], B)


def test_partition__joins_across_scope_rows_and_intervals(db):
    rows = intervals(("chr1", 20, 30), ("chr1", 10, 20), ("chr1", 35, 40))
    found = db.partition("d10", B, rows)
    assert found[["start", "end"]].to_numpy().tolist() == [[10, 30], [35, 40]]
    steps = intervals(("chr1", 10, 20), ("chr1", 20, 40), ("chr1", 50, 60), ("chr1", 90, 100))
    found = db.partition("d10", B, iterator=steps)
    assert found[["start", "end", "bin"]].to_numpy().tolist() == [[10, 40, 1], [90, 100, 2]]


def test_lookup__numbers(db):
    values = [10.0] * 5 + [NAN, NAN] + [20.0] * 4 + [30.0] * 14
    found = db.lookup([10, 20, 30], "d10", B, "chr1:0-250")
    np.testing.assert_array_equal(found["value"], values)
    assert found.columns.tolist() == ["chrom", "start", "end", "value", "intervalID"]
    strict = db.lookup([10, 20, 30], "d10", B, "chr1:0-250", force_binning=False)
    np.testing.assert_array_equal(strict["value"], [NAN, *values[1:21], *[NAN] * 4])
    table = np.array([[1, 2], [3, 4], [5, 6]])
    pair = db.lookup(table, ["d10", "2*d10"], [B, [0, 10, 30]], "chr1:0-120")
    np.testing.assert_array_equal(pair["value"], [1] * 5 + [NAN, NAN] + [4] * 4 + [6])


def test_lookup__breaks_of_a_labelled_table(db):
    shares = db.dist("d10", B, "chr1") / 18
    found = db.lookup(shares, "d10", scope="chr1:10-20")
    assert found["value"].tolist() == [4 / 18]
    with pytest.raises(StatisticsError, match="breaks are missing"):
        db.lookup([1, 2, 3], "d10")
    with pytest.raises(StatisticsError, match="leave gaps"):
        db.lookup(shares[[0, 2]], "d10")


def test_lookup__refused(db):
    with pytest.raises(StatisticsError, match=r"shape \(2,\), the bins \(3,\)"):
        db.lookup([1, 2], "d10", B)
    with pytest.raises(SizeLimitError, match="100 rows"):
        query.lookup(db.store, [1, 2, 3], "d10", B, scope="chr1", max_rows=99)


def test_lookup__overlapping_rows_are_walked_one_by_one(db):
    rows = intervals(("chr1", 10, 30), ("chr1", 0, 20))
    assert db.lookup([1, 2, 3], "d10", B, rows)["intervalID"].tolist() == [2, 2, 1, 1]


def test_sample__all_values_when_asked_for_more(db):
    found = db.sample("d10", 200, "chr1", seed=1)
    assert sorted(found) == [*range(5), *range(7, 100)]
    assert found.tolist() != sorted(found)
    assert len(db.sample("d10", 3, "chr10")) == 0
    assert len(db.sample("d10", 3, EMPTY)) == 0


def test_sample__seeds(db):
    first = db.sample("d10", 5, "chr1", seed=1)
    assert first.tolist() == db.sample("d10", 5, "chr1", seed=1).tolist()
    assert first.tolist() != db.sample("d10", 5, "chr1", seed=2).tolist()
    assert db.sample("d10", 50, "chr1").tolist() != db.sample("d10", 50, "chr1").tolist()
    rng = np.random.default_rng(4)
    drawn = [db.sample("d10", 5, "chr1", seed=rng).tolist() for _ in range(2)]
    assert drawn[0] != drawn[1]


def test_sample__is_uniform(db):
    # Each of 98 values is in a sample of 49 half of the time: 200 draws, five standard deviations.
    drawn = [db.sample("d10", 49, "chr1", seed=seed) for seed in range(200)]
    counts = np.bincount(np.concatenate(drawn).astype(int), minlength=100)
    assert counts[[5, 6]].tolist() == [0, 0]
    assert np.abs(np.delete(counts, [5, 6]) - 100).max() < 5 * np.sqrt(50)


@pytest.mark.parametrize("n", [0, -3, NAN, "5", np.inf, np.nan])
def test_sample__refused(db, n):
    with pytest.raises(StatisticsError, match="greater than zero"):
        db.sample("d10", n)
    with pytest.raises(ExpressionError, match="one expression"):
        db.sample(["d10", "-d10"], 3)


def test_cor__numbers(db):
    found = db.cor(["d10", "-d10"], "chr1", details=True)
    assert found.columns.tolist() == ["cor", "cov", "mean1", "mean2", "sd1", "sd2", "n", "n.na"]
    expected = [-1, -818.283295, 50.397959, -50.397959, 28.605651, 28.605651, 100, 2]
    np.testing.assert_allclose(found.loc["d10~-d10"], expected, rtol=1e-7)
    ranks = db.cor(["d10", "d10>3"], "chr1", details=True, method="spearman")
    assert ranks.columns.tolist() == ["n", "n.na", "cor"]
    np.testing.assert_allclose(ranks.iloc[0], [100, 2, 0.34272918], rtol=1e-7)


def test_cor__no_variation_one_step_none(db):
    assert db.cor(["d10", "0 * d10 + 0.1"], "chr1").isna().all()
    assert db.cor(["d10", "0 * d10 + 0.1"], "chr1", method="spearman").isna().all()
    one = db.cor(["d10", "d10"], "chr1:0-10", details=True).iloc[0]
    assert one[["n", "mean1"]].tolist() == [1, 0]
    assert one[["cor", "cov", "sd1"]].isna().all()
    none = db.cor(["d10", "d10"], EMPTY, details=True).iloc[0]
    assert none[["n", "n.na"]].tolist() == [0, 0]
    assert none.drop(["n", "n.na"]).isna().all()
    assert db.cor(["d10", "np.log(d10)"], "chr1").isna().all()


def test_cor__labels(db):
    pairs = {"a": "d10", "b": "-d10", "c": "d10", "e": "d10 * d10"}
    assert db.cor(pairs, "chr1").index.tolist() == ["a~b", "c~e"]
    assert db.cor(list(pairs.values()), labels=["x", "y"]).index.tolist() == ["x", "y"]
    with pytest.raises(StatisticsError, match="labels"):
        db.cor(["d10", "d10"], labels=["x", "y"])


@pytest.mark.parametrize("exprs", ["d10", ["d10"], [], ["d10", "d10", "d10"]])
def test_cor__refused(db, exprs):
    with pytest.raises(StatisticsError, match="pairs of expressions"):
        db.cor(exprs, iterator=10)
    with pytest.raises(ValueError, match="method must be one of"):
        db.cor(["d10", "d10"], method="kendall")


def test_cor__ranks_beyond_the_limit(db):
    pair = ["d10", "d10 * d10"]
    with pytest.raises(SizeLimitError, match="98 pairs"):
        db.cor(pair, "chr1", method="spearman.exact", max_values=10)
    with pytest.warns(MishaWarning, match="estimated from 10 of them.*standard error is at most"):
        found = db.cor(pair, "chr1", method="spearman", max_values=10)
    np.testing.assert_allclose(found, 1.0)
    with warnings.catch_warnings(), set_options(n_threads=2):
        warnings.simplefilter("ignore")
        again = db.cor(pair, "chr1", method="spearman", max_values=10)
    assert again.tolist() == found.tolist()


def test_bins_summary__numbers(db):
    found = db.bins_summary("d10", B, "2*d10", "chr1")
    assert found.dims == ("d10", "statistic")
    np.testing.assert_allclose(
        found.to_numpy(),
        [
            [4, 0, 2, 8, 20, 5, 2.5819889],
            [4, 0, 14, 20, 68, 17, 2.5819889],
            [10, 0, 22, 40, 310, 31, 6.05530071],
        ],
    )
    pair = db.bins_summary(["d10", "2*d10"], [B, [0, 10, 30]], scope="chr1")
    np.testing.assert_allclose(pair[1, 1], [4, 0, 7, 10, 34, 8.5, 1.29099445])
    np.testing.assert_array_equal(pair[0, 1], [0, 0, *[NAN] * 5])
    assert db.bins_summary({"value": "d10"}, B, "d10", "chr1").dims == ("value", "statistic")
    assert db.bins_summary("d10", B, scope=EMPTY)[0, :2].to_numpy().tolist() == [0, 0]


def test_bins_quantiles__numbers(db):
    pair = db.bins_quantiles(["d10", "2*d10"], [B, [0, 10, 30]], q=[0.5, 0.1], scope="chr1")
    expected = [[[2.5, 1.3], [NAN, NAN]], [[NAN, NAN], [8.5, 7.3]], [[NAN, NAN], [13, 11.4]]]
    np.testing.assert_allclose(pair.to_numpy(), expected)
    assert pair.coords["quantile"].to_numpy().tolist() == [0.5, 0.1]
    assert np.isnan(db.bins_quantiles("d10", B, scope=EMPTY)).all()
    with pytest.raises(SizeLimitError, match="more than 17 values"):
        db.bins_quantiles("d10", B, scope="chr1", max_values=17)


def test_interval_summary__rows_of_the_caller(db):
    found = db.interval_summary("d10", UNSORTED)
    assert found.columns.tolist()[:4] == ["chrom", "start", "end", "Total intervals"]
    assert found["chrom"].tolist() == ["chr2", "chr1", "chr1"]
    expected = [
        [1, 0, 1.5, 1.5, 1.5, 1.5, NAN],
        [10, 2, 0, 9, 34, 4.25, 3.370036],
        [2, 0, 0, 1, 1, 0.5, 0.707107],
    ]
    np.testing.assert_allclose(found.iloc[:, 3:], expected, rtol=1e-6)
    assert len(db.interval_summary("d10", EMPTY)) == 0
    none = db.interval_summary("sp", intervals(("chr1", 0, 10)))
    np.testing.assert_array_equal(none.iloc[0, 3:].astype(float), [0, 0, *[NAN] * 5])
    with pytest.raises(ExpressionError, match="one expression"):
        db.interval_summary(["d10", "-d10"])


@pytest.mark.parametrize("max_values", [None, 1, 5])
def test_interval_quantiles__rows_of_the_caller(db, max_values):
    found = db.interval_quantiles("d10", [0.25, 0.5, 1], UNSORTED, max_values=max_values)
    assert found.columns.tolist() == ["chrom", "start", "end", "0.25", "0.5", "1"]
    expected = [[1.5, 1.5, 1.5], [1.75, 3.5, 9], [0.25, 0.5, 1]]
    np.testing.assert_allclose(found.iloc[:, 3:], expected)
    none = db.interval_quantiles("sp", scope=intervals(("chr1", 0, 10), ("chr2", 0, 60)))
    np.testing.assert_array_equal(none["0.5"], [NAN, 7])


def test_mapply__rows_without_steps_and_coordinates(db):
    rows = intervals(("chr2", 0, 60), ("chr1", 0, 10))
    found = db.mapply(lambda x: len(x), "sp", rows)
    assert found["value"].tolist() == [1, 0]
    assert found["value"].dtype == np.int64
    named = db.mapply(lambda x, at: at["end"] - x.sum(), "sp", rows, interval_keyword="at")
    assert named["value"].tolist() == [53, 10]
    texts = db.mapply(lambda x: "a", "sp", rows, column="v")
    assert texts["v"].tolist() == ["a", "a"]
    assert db.mapply(len, "sp", EMPTY)["value"].dtype == np.float64
    assert db.mapply(lambda x: [1, 2], "sp", rows)["value"].tolist() == [[1, 2], [1, 2]]
    with pytest.raises(ExpressionError, match="at least one expression"):
        db.mapply(len, [], rows, iterator=10)
    with pytest.raises(ZeroDivisionError):
        db.mapply(lambda x: 1 / 0, "sp", rows)


CALLS = {
    "quantiles": lambda db, **given: db.quantiles("v", 0.5, **given),
    "dist": lambda db, **given: db.dist("v", B, **given),
    "partition": lambda db, **given: db.partition("v", B, **given),
    "lookup": lambda db, **given: db.lookup([1, 2, 3], "v", B, **given),
    "sample": lambda db, **given: db.sample("v", 3, seed=1, **given),
    "cor": lambda db, **given: db.cor(["v", "v"], **given),
    "bins_summary": lambda db, **given: db.bins_summary("v", B, **given),
    "bins_quantiles": lambda db, **given: db.bins_quantiles("v", B, **given),
    "interval_summary": lambda db, **given: db.interval_summary("v", **given),
    "interval_quantiles": lambda db, **given: db.interval_quantiles("v", **given),
    "mapply": lambda db, **given: db.mapply(np.sum, "v", **given),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("iterator", ["d10", "sp", "arr", "iset", 20, UNSORTED[:2]])
def test_every_iterator_and_virtual_tracks(db, name, iterator):
    found = CALLS[name](db.vtrack("v", "d10", "max"), scope="chr1", iterator=iterator)
    assert len(found) > 0


@pytest.mark.parametrize("name", CALLS)
def test_bands_need_two_dimensions_and_keywords_are_known(db, name):
    known = db.vtrack("v", "d10")
    with pytest.raises(BandError):
        CALLS[name](known, band=(1, 2))
    with pytest.raises(TypeError, match="did you mean 'iterator'"):
        CALLS[name](known, iteratr=3)


@pytest.mark.parametrize("name", CALLS)
def test_datasets_and_tables_answer_as_the_database(db, name):
    ds = xr.open_dataset(db.root, engine="misha").misha.vtrack("v", "d10", "max", eshift=10)
    known = db.vtrack("v", "d10", "max", eshift=10)
    here = intervals(("chr1", 0, 300))
    expected = CALLS[name](known, scope=here, iterator=15)

    class Table:
        """A table whose methods take no scope."""

        def __getattr__(self, method):
            return lambda *args, **given: getattr(here.misha, method)(ds, *args, **given)

    for found in (
        CALLS[name](ds.misha, scope=here, iterator=15),
        CALLS[name](Table(), iterator=15),
    ):
        if isinstance(found, xr.DataArray):
            np.testing.assert_array_equal(found, expected)
        elif isinstance(found, pd.Series):
            pd.testing.assert_series_equal(found, expected)
        else:
            pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("name", CALLS)
def test_rectangles(db, name):
    found = CALLS[name](db.vtrack("v", "r2"))
    assert len(found) > 0


def test_rectangles__numbers(db):
    assert db.dist("r2", [0, 15, 30]).to_numpy().tolist() == [1, 1]
    assert db.quantiles("r2", [0, 1]).tolist() == [10, 20]
    cut = db.partition("r2", [0, 15, 30])
    assert cut["bin"].tolist() == [1, 2]
    assert cut.columns.tolist()[:6] == ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    rows = pd.DataFrame(
        {"chrom1": "chr1", "start1": [0, 350], "end1": [350, 500], "chrom2": "chr1"}
    ).assign(start2=0, end2=1000)
    rows = rows[["chrom1", "start1", "end1", "chrom2", "start2", "end2"]][::-1]
    assert db.interval_summary("r2", rows)["Sum"].tolist() == [20, 10]
    assert db.interval_quantiles("r2", 1, rows)["1"].tolist() == [20, 10]
    assert db.mapply(np.sum, "r2", rows)["value"].tolist() == [20, 10]
    banded = db.quantiles("r2", [0, 1], rows, band=(150, 1000))
    assert banded.tolist() == [10, 20]


def test_processes__give_the_same(db, monkeypatch):
    monkeypatch.setattr("misha_xr.query.plan._PARTITION_WORK", 32)
    monkeypatch.setattr("misha_xr.query.plan._UNIT", 1)
    known = db.vtrack("v", "d10", "max", eshift=10)
    alone = {name: call(known) for name, call in CALLS.items()}
    with ProcessPoolExecutor(1) as pool, set_options(executor=pool):
        for name, call in CALLS.items():
            found, expected = call(known), alone[name]
            first, second = (
                pd.DataFrame(np.asarray(x).reshape(len(x), -1)) for x in (found, expected)
            )
            pd.testing.assert_frame_equal(first, second)
