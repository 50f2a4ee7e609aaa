"""Values, names of columns and errors of the classic calls, beside the table classic_api.tsv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import (
    ExpressionError,
    UnknownChromosomeError,
    UnknownTrackError,
    VirtualTrackError,
)
from misha_xr.testing.database import write_database

pytestmark = pytest.mark.usefixtures("session")


def scope(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def test_gextract__dtypes() -> None:
    table = pm.gextract(["dense_track", "sparse_track"], pm.gintervals(1, 0, 5000), iterator=1000)
    assert table.dtypes.astype(str).tolist() == [
        "str",
        "int64",
        "int64",
        "float64",
        "float64",
        "int64",
    ]
    assert isinstance(table.index, pd.RangeIndex)
    assert table["intervalID"].unique().tolist() == [1]


def test_gextract__names_of_columns() -> None:
    one = pm.gintervals(1, 0, 200)
    assert list(pm.gextract(["dense_track", "dense_track"], one))[3:5] == [
        "dense_track",
        "dense_track_",
    ]
    assert list(pm.gextract("dense_track", one, colnames="v"))[3] == "v"
    assert list(pm.gextract(["dense_track", "1+1"], one, colnames=["v", "v"], iterator=50))[
        3:5
    ] == ["v", "v"]
    assert list(pm.gextract([], one, iterator=50)) == ["chrom", "start", "end", "intervalID"]
    with pytest.raises(ValueError, match="1"):
        pm.gextract("dense_track", one, colnames=["a", "b"])


def test_gextract__intervals_join() -> None:
    one = pm.gintervals(1, 0, 120)
    assert list(pm.gextract("dense_track", one, intervals_join="none"))[-1] == "dense_track"
    joined = pm.gextract("dense_track", one, intervals_join="intervals")
    assert list(joined)[4:] == ["chrom1", "start1", "end1"]
    assert joined["end1"].tolist() == [120] * 3
    with pytest.raises(ValueError, match="intervals_join must be one of"):
        pm.gextract("dense_track", one, intervals_join="x")


def test_gextract__negative_iterator_is_one_step_per_interval() -> None:
    rows = scope(("chr2", 0, 200), ("chr1", 10, 410))
    table = pm.gextract("dense_track", rows, iterator=-1)
    assert table["end"].tolist() == [410, 200]
    assert table["intervalID"].tolist() == [2, 1]
    pd.testing.assert_frame_equal(
        pm.gextract("dense_track", rows, iterator=0), pm.gextract("dense_track", rows)
    )


def test_gextract__empty_scope_is_none() -> None:
    empty = pm.gintervals(1).iloc[:0]
    assert pm.gextract("dense_track", empty) is None
    assert pm.gscreen("dense_track > 0", empty) is None
    stats = pm.gsummary("dense_track", empty)
    assert stats.iloc[:2].tolist() == [0, 0]
    assert stats.iloc[2:].isna().all()


def test_gextract__file(tmp_path: Path) -> None:
    path = tmp_path / "out.tsv"
    assert pm.gextract("dense_track", pm.gintervals(1, 0, 200), file=str(path)) is None
    written = pd.read_csv(path, sep="\t")
    assert list(written) == ["chrom", "start", "end", "dense_track"]
    assert len(written) == 4


def test_gextract__callers_variables_and_vars() -> None:
    factor = 3
    one = pm.gintervals(1, 0, 200)
    tripled = pm.gextract("factor * dense_track", one).iloc[:, 3]
    plain = pm.gextract("dense_track", one)["dense_track"]
    np.testing.assert_array_equal(tripled, factor * plain)
    doubled = pm.gextract("factor * dense_track", one, vars={"factor": 2}).iloc[:, 3]
    np.testing.assert_array_equal(doubled, 2 * plain)
    with pytest.raises(ExpressionError, match="factor"):
        pm.gextract("factor * dense_track", one, vars={})


LIMIT = 0.45


def test_gextract__variables_of_the_module_and_of_outer_frames() -> None:
    inner = 2

    def ask() -> pd.DataFrame:
        return pm.gextract("dense_track > LIMIT + 0 * inner", pm.gintervals(1, 0, 200))

    def outer() -> pd.DataFrame:
        inner = 5
        assert inner
        return ask()

    assert len(outer()) == 4
    assert inner == 2


def test_gextract__aggregates_work_in_batches_of_the_configured_length() -> None:
    before = pm.CONFIG["eval_buf_size"]
    try:
        pm.CONFIG["eval_buf_size"] = 2
        table = pm.gextract(["dense_track", "np.max(dense_track)"], pm.gintervals(1, 0, 200))
    finally:
        pm.CONFIG["eval_buf_size"] = before
    expected = table["dense_track"].to_numpy().reshape(2, 2).max(axis=1).repeat(2)
    np.testing.assert_array_equal(table["np.max(dense_track)"], expected)


def test_gextract__max_data_size_bounds_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    one = pm.gintervals(1, 0, 500)
    monkeypatch.setitem(pm.CONFIG, "max_data_size", 9)
    with pytest.raises(pm.error, match="Result size exceeded the maximal allowed: 10 rows"):
        pm.gextract("dense_track", one)
    assert len(pm.gextract("dense_track", one, iterator=100)) == 5
    monkeypatch.setitem(pm.CONFIG, "max_data_size", 0)
    with pytest.raises(pm.error, match="Result size exceeded"):
        pm.gscreen("dense_track >= 0", one)


def test_gscreen__numeric_results_are_true_unless_zero_or_nan(tmp_path: Path) -> None:
    values = [0.0, 2.0, np.nan, -1.0]
    pm.gdb_init(write_database(tmp_path, sizes={"chr1": 40}, dense={"t": (10, {"chr1": values})}))
    found = pm.gscreen("t")
    assert found[["start", "end"]].to_numpy().tolist() == [[10, 20], [30, 40]]


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: pm.gextract("nope"), ValueError, "nope"),
        (lambda: pm.gextract(None), TypeError, "text"),
        (
            lambda: pm.gextract("dense_track", scope(("chr99", 0, 10))),
            UnknownChromosomeError,
            "chr99",
        ),
        (lambda: pm.gextract("dense_track", scope(("chr1", 20, 10))), pm.error, "20"),
        (lambda: pm.gextract("dense_track", iterator="zz"), pm.error, "zz"),
        (lambda: pm.gextract("dense_track", bogus=1), TypeError, "bogus"),
        (lambda: pm.gextract("dense_track", iteratr=1), TypeError, "did you mean 'iterator'"),
        (lambda: pm.gextract("dense_track", "dense_track"), pm.error, "dense"),
        (lambda: pm.gextract("dense_track", band=(1, 2)), ValueError, "band"),
        (lambda: pm.gsummary("dense_track", band=(1, 2)), ValueError, "band"),
        (lambda: pm.gintervals("chr99"), pm.error, "chr99"),
        (lambda: pm.gintervals(1, 30, 20), ValueError, "start is not below end"),
        (lambda: pm.gintervals(1, -5, 20), ValueError, "start is negative"),
        (lambda: pm.gintervals(1, 0, 10**9), ValueError, "beyond the chromosome"),
        (lambda: pm.gintervals(1, strand=2), ValueError, "strand"),
        (lambda: pm.gintervals([]), ValueError, "one length"),
        (lambda: pm.gintervals([1, 2], [0, 0, 0], 5), ValueError, "one length"),
        (lambda: pm.gintervals_from_strings("chr1:5"), ValueError, "chr1:5"),
        (lambda: pm.gtrack_info("zz"), UnknownTrackError, "zz"),
        (lambda: pm.gtrack_ls("("), ValueError, "Invalid regex"),
        (lambda: pm.gvtrack_create("v", "dense_track", 5), VirtualTrackError, "named by a str"),
        (lambda: pm.gtrack_ls(created_by=1), TypeError, "text"),
        (lambda: pm.gvtrack_info("zz"), KeyError, "zz"),
        (lambda: pm.gvtrack_iterator("zz"), KeyError, "zz"),
        (lambda: pm.gvtrack_create("v", "zz"), UnknownTrackError, "zz"),
        (lambda: pm.gvtrack_create("v", "dense_track", "avg", foo=1), ValueError, "foo"),
        (lambda: pm.gextract("dense_track", intervals_set_out="annotations"), ValueError, "exists"),
    ],
)
def test_errors(call, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()


def test_gvtrack_iterator__dim_is_checked() -> None:
    pm.gvtrack_create("v", "dense_track")
    with pytest.raises(VirtualTrackError, match="dim"):
        pm.gvtrack_iterator("v", dim=3)
    pm.gvtrack_iterator("v", dim=0, sshift=3)
    assert pm.gvtrack_info("v")["dim"] == 0
    assert pm.gextract("v", pm.gintervals(1, 0, 100)) is not None


def test_gvtrack_create__unknown_function_fails_when_used() -> None:
    pm.gvtrack_create("v", "dense_track", "avgg")
    with pytest.raises(VirtualTrackError, match="avg"):
        pm.gextract("v", pm.gintervals(1, 0, 100))


def test_gvtrack_info__keys() -> None:
    pm.gvtrack_create("v", "dense_track")
    assert pm.gvtrack_info("v") == {
        "src": "dense_track",
        "func": "avg",
        "params": None,
        "sshift": 0,
        "eshift": 0,
        "filter": None,
        "filter_key": None,
        "filter_stats": None,
    }
    pm.gvtrack_create("w", "annotations")
    assert pm.gvtrack_info("w")["func"] == "distance"


def test_gintervals__order_truncation_broadcast() -> None:
    table = pm.gintervals([2, 1, 1], [0, 5, 0], [10, 20, 10], strand=["+", -1, "*"])
    assert table.to_dict("list") == {
        "chrom": ["chr1", "chr1", "chr2"],
        "start": [0, 5, 0],
        "end": [10, 20, 10],
        "strand": [0, -1, 1],
    }
    assert pm.gintervals(1, 10.7, 20.2)[["start", "end"]].to_numpy().tolist() == [[10, 20]]
    assert pm.gintervals(["chr1", "X", 2], 5, 20)["chrom"].tolist() == ["chr1", "chr2", "chrX"]
    assert pm.gintervals(1, [0, 10], [5, 20]).dtypes.astype(str).tolist() == [
        "str",
        "int64",
        "int64",
    ]


def test_gintervals_from_strings__empty_list() -> None:
    assert len(pm.gintervals_from_strings([])) == 0


def test_gtrack_ls__patterns_and_attributes() -> None:
    assert pm.gtrack_ls("DENSE") is None
    assert pm.gtrack_ls("DENSE", ignore_case=True) == ["dense_track", "subdir.dense_track2"]
    assert pm.gtrack_ls("^sparse", "rects") is None
    assert pm.gtrack_ls("dense", "^sub") == ["subdir.dense_track2"]
    assert pm.gtrack_ls("dense", absent="^$") == ["dense_track", "subdir.dense_track2"]
    everything = pm.gtrack_ls(created_by=".")
    assert "dense_track" in everything
    assert pm.gtrack_ls(**{"created.by": "no such maker"}) is None


def test_gtrack_exists() -> None:
    assert pm.gtrack_exists("dense_track")
    assert not pm.gtrack_exists("annotations")
    assert not pm.gtrack_exists("1 b/..")


@pytest.mark.parametrize("iterator", [0, False, np.int64(0), np.float64(0), 0.5, -0.5])
def test_gextract__iterator_truncated_to_zero_is_none(iterator: object) -> None:
    found = pm.gextract("dense_track", pm.gintervals(1, 0, 200), iterator)
    assert found["end"].tolist() == [50, 100, 150, 200]


@pytest.mark.parametrize("iterator", [-1, -7.5, np.int64(-1), np.float32(-2)])
def test_gextract__negative_iterator_of_any_kind_is_the_same(iterator: object) -> None:
    found = pm.gextract("dense_track", pm.gintervals(1, 0, 200), iterator)
    assert found["end"].tolist() == [200]


def test_rank_calls__returns() -> None:
    here = pm.gintervals(1, 0, 20_000)
    found = pm.gsegment("dense_track", 500, intervals=here)
    assert found.dtypes.astype(str).tolist() == ["str", "int64", "int64"]
    assert pm.gsegment("dense_track", 500, intervals=here.iloc[:0]) is None
    assert len(pm.gsegment("dense_track * np.nan", 500, intervals=here, iterator=50)) == 1
    peaks = pm.gwilcox("dense_track", 2000, 500, 0.3, intervals=here)
    assert peaks.dtypes.astype(str).tolist() == ["str", "int64", "int64", "float64"]
    assert list(peaks) == ["chrom", "start", "end", "pval"]
    assert pm.gwilcox("dense_track", 2000, 500, 0, intervals=here) is None
    pd.testing.assert_frame_equal(
        pm.gwilcox("dense_track", 2000, 500, 1.5, what2find=7, intervals=here),
        pm.gwilcox("dense_track", 2000, 500, 1, intervals=here),
    )


def test_rank_calls__errors() -> None:
    for call in (
        lambda: pm.gsegment("dense_track", 400),
        lambda: pm.gwilcox("dense_track", 400, 2000),
        lambda: pm.gsegment("sparse_track", 5000),
        lambda: pm.gwilcox("dense_track", 2000, 500, iterator=-1),
        lambda: pm.gwilcox("dense_track", -5, 500),
        lambda: pm.gsegment("dense_track", 5000, maxpval="x"),
    ):
        with pytest.raises(pm.error):
            call()
    for call in (
        lambda: pm.gsegment("dense_track", 5000, intervals_set_out="annotations"),
        lambda: pm.gwilcox("dense_track", 2000, 500, intervals_set_out="annotations"),
    ):
        with pytest.raises(ValueError, match="already exists"):
            call()


def test_gcompute_strands_autocorr__returns(tmp_path: Path) -> None:
    path = tmp_path / "reads.tsv"
    path.write_text("ACGT\tchr1\t205\t+\nACGT\t1\t221\t-\n")
    statistics, bins = pm.gcompute_strands_autocorr(str(path), 1, 10, 50, (1, 2, 3, 4))
    assert list(statistics) == [
        "forward_mean", "forward_stdev", "reverse_mean", "reverse_stdev",
    ]  # fmt: skip
    assert all(type(value) is float for value in statistics.values())
    assert bins.dtypes.astype(str).to_dict() == {"bin": "float64", "corr": "float64"}
    assert bins["bin"].tolist() == list(range(-5, 5))
    with pytest.raises(FileNotFoundError, match="File not found"):
        pm.gcompute_strands_autocorr(str(tmp_path / "none"), "1", 10)
    with pytest.raises(UnknownChromosomeError):
        pm.gcompute_strands_autocorr(str(path), "chr99", 10)
    with pytest.raises(ValueError, match="bin_size"):
        pm.gcompute_strands_autocorr(str(path), "1", 0)
