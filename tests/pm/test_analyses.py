"""Classic analyses on the database of the semantics notes: forms, dtypes, keywords, errors."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import StatisticsError
from misha_xr.testing.semantics import intervals, write_semantics_database

B = [0, 5, 10, 20]
LIMIT = 3
UNSORTED = intervals(("chr2", 0, 10, 5), ("chr1", 0, 100, 6), ("chr1", 5, 20, 7), columns=("x",))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_semantics_database(tmp_path_factory.mktemp("semantics") / "db")


@pytest.fixture(autouse=True)
def _connected(root):
    pm.gdb_init(root)
    yield
    pm.gdb_unload()


@pytest.fixture
def chr1():
    return pm.gintervals(1)


def test_gquantiles__series_of_the_percentiles(chr1):
    found = pm.gquantiles("d10", [0.9, 0.1, 0.5], pm.gintervals(1, 0, 100))
    assert found.index.tolist() == [0.9, 0.1, 0.5]
    np.testing.assert_allclose(found, [8.3, 0.7, 3.5])
    assert pm.gquantiles("d10", intervals=chr1.iloc[:0]).isna().all()
    assert pm.gquantiles("d10", 0.5, percentile=0.9).index.tolist() == [0.9]
    assert pm.gquantiles("d10", 0.4, percentile=0.9).index.tolist() == [0.4]
    assert pm.gquantiles("d10", [0.5], percentile=0.9).index.tolist() == [0.5]


def test_gquantiles__exact_beyond_max_data_size(monkeypatch, chr1):
    monkeypatch.setitem(pm.CONFIG, "max_data_size", 5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(pm.gquantiles("d10", 0.25, chr1), 26.25)
        found = pm.gintervals_quantiles("d10", 0.25, chr1)
    np.testing.assert_allclose(found["0.25"], 26.25)
    with pytest.raises(pm.error, match="Result size exceeded"):
        pm.gbins_quantiles("d10", B, intervals=chr1)
    with pytest.raises(pm.error, match="98 pairs"):
        pm.gcor("d10", "d10", intervals=chr1, method="spearman.exact")


def test_gdist__dtypes_follow_what_is_counted(chr1):
    plain = pm.gdist("d10", B, intervals=chr1)
    assert plain.tolist() == [4, 4, 10]
    assert plain.dtype == np.float64
    factor = 1
    assert pm.gdist("factor * d10", B, intervals=chr1).dtype == np.int64
    assert factor == 1
    pm.gvtrack_create("v", "d10", "max")
    assert pm.gdist("v", B, intervals=chr1).dtype == np.int64
    assert pm.gdist("r2", [0, 15, 30]).tolist() == [1, 1]
    assert pm.gdist("r2", [0, 15, 30]).dtype == np.int64
    assert pm.gdist("d10", B, intervals=chr1.iloc[:0]).tolist() == [0, 0, 0]


def test_gdist__several_dimensions_and_tables(chr1):
    counts = pm.gdist("d10", B, "2*d10", [0, 10, 30], intervals=chr1)
    assert counts.tolist() == [[4, 0], [0, 4], [0, 5]]
    table = pm.gdist("d10", B, "2*d10", [0, 10, 30], intervals=chr1, dataframe=True, names="ab")
    assert table.columns.tolist() == ["a", "b", "n"]
    assert table.dtypes.astype(str).tolist() == ["str", "str", "float64"]
    assert table.iloc[3].tolist() == ["(5.0, 10.0]", "(10.0, 30.0]", 4]
    lowest = pm.gdist("d10", B, intervals=chr1, dataframe=True, include_lowest=True)
    assert lowest["d10"].tolist() == ["[0.0, 5.0]", "(5.0, 10.0]", "(10.0, 20.0]"]
    with pytest.raises(ValueError, match="names must hold"):
        pm.gdist("d10", B, "sp", B, iterator=10, dataframe=True, names=["a"])


def test_gpartition__text_chromosomes_none_when_empty():
    found = pm.gpartition("d10", B)
    assert found.to_numpy(object).tolist() == [
        ["chr1", 10, 50, 1],
        ["chr1", 70, 110, 2],
        ["chr1", 110, 210, 3],
        ["chr2", 0, 600, 1],
    ]
    assert found.dtypes.astype(str).tolist() == ["str", "int64", "int64", "int64"]
    assert pm.gpartition("d10", [1000, 2000]) is None
    pm.gvtrack_create("v", "d10", "max")
    assert pm.gpartition("v", B, iterator=20)["bin"].tolist()[:2] == [1, 2]
    assert pm.gpartition("r2", [0, 15, 30])["bin"].tolist() == [1, 2]


def test_glookup__columns_and_clamping(chr1):
    found = pm.glookup([10, 20, 30], "d10", B, intervals=pm.gintervals(1, 40, 90))
    assert found.columns.tolist() == ["chrom", "start", "end", "value", "intervalID"]
    np.testing.assert_array_equal(found["value"], [10, np.nan, np.nan, 20, 20])
    kept = pm.glookup([10, 20, 30], "d10", B, intervals=chr1, force_binning=False)
    assert kept["value"].notna().sum() == 18
    assert pm.glookup([1, 2], "r2", [0, 15, 30], intervals="r2")["intervalID"].tolist() == [0, 1]
    assert pm.glookup([10, 20, 30], "d10", B, intervals=chr1.iloc[:0]) is None


def test_gsample__global_generator_governs(chr1):
    np.random.seed(17)  # noqa: NPY002
    first, second = pm.gsample("d10", 10, chr1), pm.gsample("d10", 10, chr1)
    np.random.seed(17)  # noqa: NPY002
    assert pm.gsample("d10", 10, chr1).tolist() == first.tolist() != second.tolist()
    assert isinstance(first, np.ndarray)
    assert sorted(pm.gsample("d10", 200, chr1)) == [*range(5), *range(7, 100)]
    assert len(pm.gsample("d10", 2.5)) == 2
    assert pm.gsample("d10", 5, pm.gintervals(10)).shape == (0,)


def test_gcor__arrays_and_details(chr1):
    found = pm.gcor("d10", "-d10", "d10", "d10*d10", intervals=chr1)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, [-1, 0.96839547], rtol=1e-6)
    details = pm.gcor("d10", "-d10", "d10", "d10*d10", intervals=chr1, details=True)
    assert details.index.tolist() == ["d10~-d10", "d10~d10*d10"]
    named = pm.gcor("d10", "-d10", intervals=chr1, details=True, names=["x"])
    assert named.index.tolist() == ["x"]
    assert set(named.dtypes) == {np.dtype(float)}
    assert len(pm.gcor("d10", "d10", names=["a", "b"])) == 1


def test_gbins__plain_arrays(chr1):
    found = pm.gbins_summary("d10", B, expr="2*d10", intervals=chr1)
    assert found.shape == (3, 7)
    assert found[0, :6].tolist() == [4, 0, 2, 8, 20, 5]
    quantiles = pm.gbins_quantiles("d10", B, intervals=chr1)
    assert quantiles.shape == (3, 1)
    assert pm.gbins_quantiles("d10", B, "2*d10", [0, 9], percentiles=[0, 1]).shape == (3, 1, 2)


def test_gintervals_summary_and_quantiles__order_of_the_caller():
    found = pm.gintervals_summary("d10", UNSORTED)
    assert found["chrom"].tolist() == ["chr2", "chr1", "chr1"]
    assert found["Total intervals"].tolist() == [1, 10, 2]
    assert "x" not in found
    quantiles = pm.gintervals_quantiles("d10", [0.25, 0.5, 1], UNSORTED)
    assert quantiles.columns.tolist() == ["chrom", "start", "end", "0.25", "0.5", "1"]
    assert quantiles["1"].tolist() == [1.5, 9, 1]
    assert pm.gintervals_summary("d10", None) is None
    assert pm.gintervals_quantiles("d10") is None
    assert len(pm.gintervals_summary("d10", UNSORTED.iloc[:0])) == 0
    assert pm.gintervals_summary("r2", "r2")["Sum"].tolist() == [10, 20]


def test_gintervals_mapply__functions_of_rows():
    found = pm.gintervals_mapply(np.nanmax, "d10", intervals=UNSORTED)
    assert found.columns.tolist() == ["chrom", "start", "end", "value"]
    assert found["value"].tolist() == [1.5, 9, 1]
    both = pm.gintervals_mapply(
        lambda x, y: int(x.size + y.size), "d10", "sp", intervals="iset", iterator=50, colnames="v"
    )
    assert both["v"].tolist() == [4, 2, 2]
    seen = []
    pm.gintervals_mapply(
        lambda x, gapply_intervals: seen.append(gapply_intervals) or 0,
        "d10",
        intervals=UNSORTED,
        enable_gapply_intervals=True,
    )
    assert {"chrom": "chr2", "start": 0, "end": 10} in seen
    assert pm.gintervals_mapply(len, "sp", intervals=UNSORTED.iloc[:0])["value"].dtype == float


def test_callers_variables__reach_every_analysis(chr1):
    k, w = 2, 0
    calls = [
        lambda: pm.gquantiles("k * d10", intervals=chr1),
        lambda: pm.gdist("k * d10", B, intervals=chr1),
        lambda: pm.gpartition("k * d10", B, chr1),
        lambda: pm.glookup([1, 2, 3], "k * d10", B, intervals=chr1),
        lambda: pm.gsample("k * d10", 3, chr1),
        lambda: pm.gcor("k * d10", "d10 + w * LIMIT", intervals=chr1),
        lambda: pm.gbins_summary("k * d10", B, intervals=chr1),
        lambda: pm.gbins_quantiles("k * d10", B, intervals=chr1),
        lambda: pm.gintervals_summary("k * d10", chr1),
        lambda: pm.gintervals_quantiles("k * d10", 0.5, chr1),
        lambda: pm.gintervals_mapply(np.size, "k * d10", intervals=chr1),
    ]
    assert all(len(call()) for call in calls)
    assert (k, w) == (2, 0)


def test_aggregates__work_in_batches(monkeypatch, chr1):
    monkeypatch.setitem(pm.CONFIG, "eval_buf_size", 2)
    assert pm.gquantiles("np.max(d10)", [0, 1], pm.gintervals(1, 0, 40)).tolist() == [1, 3]


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda c: pm.gquantiles("d10", [1.5]), ValueError, r"within \[0, 1\]"),
        (lambda c: pm.gquantiles("d10", []), pm.error, "at least one"),
        (lambda c: pm.gquantiles("d10", band=(1, 2)), ValueError, "band"),
        (lambda c: pm.gquantiles("nope"), ValueError, "nope"),
        (lambda c: pm.gquantiles("d10", iteratr=1), TypeError, "did you mean 'iterator'"),
        (lambda c: pm.gdist(), ValueError, "pairs"),
        (lambda c: pm.gdist("d10"), ValueError, "pairs"),
        (lambda c: pm.gdist(B, "d10"), TypeError, "text"),
        (lambda c: pm.gdist("d10", [1]), ValueError, "at least 2"),
        (lambda c: pm.gdist("d10", [1, 1]), ValueError, "strictly increasing"),
        (lambda c: pm.gpartition("d10", [5, 1]), pm.error, "strictly increasing"),
        (lambda c: pm.glookup([1, 2, 3], "d10", B), ValueError, "intervals cannot be None"),
        (lambda c: pm.glookup([1, 2], "d10", B, intervals=c), ValueError, "shape"),
        (lambda c: pm.gsample("d10", 0), pm.error, "greater than zero"),
        (lambda c: pm.gcor("d10"), ValueError, "at least two"),
        (lambda c: pm.gcor("d10", "d10", "d10"), ValueError, "pairs"),
        (lambda c: pm.gcor("d10", "d10", method="x"), ValueError, "method must be one of"),
        (lambda c: pm.gbins_summary("d10", B, "sp"), ValueError, "pairs"),
        (lambda c: pm.gbins_quantiles("d10", B, percentiles=2), StatisticsError, "within"),
        (lambda c: pm.gintervals_summary("d10", c, band=(1, 2)), ValueError, "band"),
        (lambda c: pm.gintervals_mapply(len, "d10"), ValueError, "intervals"),
        (lambda c: pm.gintervals_mapply(len, intervals=c), ValueError, "expression"),
        (lambda c: pm.gintervals_mapply(len, "d10", intervals=c, colnames=["v"]), ValueError, "v"),
    ],
)
def test_errors(chr1, call, kind, text):
    with pytest.raises(kind, match=text):
        call(chr1)


def test_results__own_nothing_of_a_genome(chr1):
    table = pm.gintervals_summary("d10", chr1)
    assert isinstance(table, pd.DataFrame)
    assert isinstance(table["chrom"].dtype, pd.StringDtype)
