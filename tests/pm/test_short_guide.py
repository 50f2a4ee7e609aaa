"""The calls of the classic short guide, and what its text claims about them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def regions() -> pd.DataFrame:
    return pm.gintervals_from_strings(["chr1:0-50000"])


def test_starter_calls__list_and_describe() -> None:
    assert pm.gtrack_ls() == [
        "dense_track",
        "points_track",
        "rects_track",
        "sparse_track",
        "subdir.dense_track2",
    ]
    dense = pm.gtrack_info("dense_track")
    assert (dense["type"], dense["dimensions"], dense["bin_size"]) == ("dense", 1, 50)
    sparse = pm.gtrack_info("sparse_track")
    assert sparse["type"] == "sparse"
    assert "bin_size" not in sparse


def test_gextract__fixed_bins_and_functions(regions: pd.DataFrame) -> None:
    plain = pm.gextract("dense_track", regions, iterator=100)
    logs = pm.gextract("np.log(dense_track + 1)", regions, iterator=100)
    assert plain.columns.tolist() == ["chrom", "start", "end", "dense_track", "intervalID"]
    assert len(plain) == len(logs) == 500
    expected = np.log(plain["dense_track"] + 1)
    np.testing.assert_array_equal(logs["np.log(dense_track + 1)"], expected)
    assert (np.diff(plain["start"]) == 100).all()


def test_gextract__iterator_is_the_stepping_policy(regions: pd.DataFrame) -> None:
    by_track = pm.gextract("dense_track", regions, iterator="sparse_track")
    own = pm.gextract("sparse_track", regions)
    pd.testing.assert_frame_equal(by_track[["start", "end"]], own[["start", "end"]])
    table = pm.gintervals(1, [0, 700], [300, 900])
    assert pm.gextract("dense_track", regions, iterator=table)["end"].tolist() == [300, 900]
    with pytest.warns(pm.PymishaWarning, match="overlapping iterator intervals were merged"):
        by_set = pm.gextract("dense_track", iterator="annotations")
    assert len(by_set) >= 8


def test_virtual_track__sum_and_shift(regions: pd.DataFrame) -> None:
    pm.gvtrack_create("chip.sum", "dense_track", "sum")
    pm.gvtrack_create("chip.shifted", "dense_track", "sum", sshift=-100, eshift=100)
    out = pm.gextract(["chip.sum", "chip.shifted"], regions, iterator=200)
    bins = pm.gextract("dense_track", pm.gintervals(1, 0, 1000))["dense_track"]
    assert out["chip.sum"][1] == pytest.approx(bins[4:8].sum())
    assert out["chip.shifted"][1] == pytest.approx(bins[2:10].sum())
    assert out["chip.shifted"][0] == pytest.approx(bins[0:6].sum())
    pm.gvtrack_rm("chip.sum")
    assert pm.gvtrack_ls() == ["chip.shifted"]


def test_virtual_track__in_an_expression(regions: pd.DataFrame) -> None:
    pm.gvtrack_create("chip.sum", "dense_track", "sum")
    pm.gvtrack_create("chip.size", "dense_track", "size")
    out = pm.gextract("chip.sum - chip.size * dense_track", regions, iterator=100)
    differences = out.iloc[:, 3].dropna()
    assert len(differences) > 400
    assert (differences.abs() < 1e-6).all()


def test_gextract__minimum_is_element_wise(regions: pd.DataFrame) -> None:
    out = pm.gextract(["dense_track", "np.minimum(dense_track, 0.3)"], regions, iterator=100)
    np.testing.assert_array_equal(out.iloc[:, 4], np.minimum(out.iloc[:, 3], 0.3))


def test_workflow__screen_and_summary(regions: pd.DataFrame) -> None:
    chip = pm.gextract("dense_track", regions, iterator=100)
    hits = pm.gscreen("dense_track > 0.6", regions, iterator=100)
    high = chip["dense_track"] > 0.6
    assert (hits["end"] - hits["start"]).sum() == 100 * high.sum()
    assert 0 < high.sum() < len(chip)
    stats = pm.gsummary("dense_track", regions, iterator=100)
    assert stats.index.tolist() == [
        "Total intervals",
        "NaN intervals",
        "Min",
        "Max",
        "Sum",
        "Mean",
        "Std dev",
    ]
    assert stats["Total intervals"] == 500
    assert stats["Max"] == chip["dense_track"].max()
    assert stats["Std dev"] == pytest.approx(chip["dense_track"].std())
