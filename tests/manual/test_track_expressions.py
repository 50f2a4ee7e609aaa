"""What the classic manual says about track expressions: their values, and arrays for numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import write_semantics_database

pytestmark = pytest.mark.usefixtures("session")

BOTH = ["dense_track", "subdir.dense_track2"]
LOWEST = "dense_track + np.min(np.column_stack([dense_track, subdir.dense_track2]))"
LOWER = "dense_track + np.minimum(dense_track, subdir.dense_track2)"


@pytest.fixture
def buffer() -> Iterator[dict[str, Any]]:
    """Give the configuration; put the length of the buffer back afterwards."""
    before = pm.CONFIG["eval_buf_size"]
    yield pm.CONFIG
    pm.CONFIG["eval_buf_size"] = before


@pytest.fixture
def four_intervals(session: str, tmp_path: Path) -> None:
    """Use a database with the sparse track that the manual averages by hand."""
    pm.gdb_init(write_semantics_database(tmp_path / "db"))


def value_of(expression: str, start: int, end: int) -> float:
    found = pm.gextract(expression, pm.gintervals(1, start, end), iterator=-1)
    return float(found[expression].item())


@pytest.mark.parametrize(
    ("expression", "value"), [("1 > 2", 0), ("np.mean([1, 2, 3])", 2), ("myvar < 17", 1)]
)
def test_constants__are_the_same_at_every_step(expression: str, value: float) -> None:
    myvar = 16  # noqa: F841 - the expression sees it
    found = pm.gextract(expression, pm.gintervals(1, 0, 500), iterator=100)
    assert found[expression].tolist() == [value] * 5


def test_names__of_tracks_change_with_the_step() -> None:
    found = pm.gextract(["dense_track", "dense_track * 3"], pm.gintervals(1, 0, 500))
    assert found["dense_track"].nunique() == 10
    np.testing.assert_array_equal(found["dense_track * 3"], 3 * found["dense_track"])


def test_names__of_tracks_come_before_variables() -> None:
    dense_track = -1.0  # noqa: F841 - the track hides it
    assert pm.gextract("dense_track", pm.gintervals(1, 0, 500))["dense_track"].gt(0).all()


@pytest.mark.usefixtures("four_intervals")
def test_sparse__average_of_the_intervals_met() -> None:
    assert value_of("sp", 230, 620) == pytest.approx((25 + 17 + 44) / 3)
    assert value_of("sp", 0, 300) == pytest.approx((10 + 25) / 2)
    assert np.isnan(value_of("sp", 300, 400))


@pytest.mark.usefixtures("four_intervals")
def test_dense__average_of_the_bins_met_without_nan() -> None:
    # Bins of ten hold 0, 1, 2 and so on; those from 50 to 70 hold NaN.
    assert value_of("d10", 20, 80) == pytest.approx((2 + 3 + 4 + 7) / 4)
    assert value_of("d10", 105, 135) == pytest.approx((10 + 11 + 12 + 13) / 4)
    assert np.isnan(value_of("d10", 50, 70))


def test_rectangles__average_is_weighted_by_the_shared_area(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "chrom1": "chr1", "start1": [0, 100, 200], "end1": [50, 150, 250],
            "chrom2": "chr2", "start2": [0, 0, 0], "end2": [50, 100, 50],
            "value": [1.0, 4.0, np.nan],
        }
    )  # fmt: skip
    pm.gdb_init(write_database(tmp_path, sizes={"chr1": 400, "chr2": 300}, rects={"map": rows}))
    window = pm.gintervals_2d(1, 40, 300, 2, 0, 80)
    shared = np.array([10 * 50, 50 * 80])
    found = pm.gextract("map", window, iterator=window)
    assert found["map"].item() == pytest.approx(shared @ [1, 4] / shared.sum())


@pytest.mark.usefixtures("buffer")
@pytest.mark.parametrize("length", [1, 7, 1000])
def test_buffer__changes_nothing_element_by_element(length: int) -> None:
    assert pm.CONFIG["eval_buf_size"] == 1000
    scope = pm.gintervals(1, 0, 5000)
    expected = pm.gextract([*BOTH, "dense_track * 3", LOWER], scope)
    pm.CONFIG["eval_buf_size"] = length
    found = pm.gextract([*BOTH, "dense_track * 3", LOWER], scope)
    pd.testing.assert_frame_equal(found, expected)
    lower = expected[BOTH].min(axis=1, skipna=False)
    np.testing.assert_allclose(found[LOWER], found["dense_track"] + lower, rtol=1e-15)


@pytest.mark.usefixtures("buffer")
def test_buffer__is_what_an_aggregate_sees() -> None:
    scope = pm.gintervals(1, 0, 200)  # four bins without NaN
    both = pm.gextract(BOTH, scope)
    whole = pm.gextract(LOWEST, scope)[LOWEST]
    np.testing.assert_allclose(whole, both["dense_track"] + both[BOTH].min(axis=None), rtol=1e-15)
    pm.CONFIG["eval_buf_size"] = 2
    halves = np.repeat([both[BOTH][:2].min(axis=None), both[BOTH][2:].min(axis=None)], 2)
    np.testing.assert_allclose(
        pm.gextract(LOWEST, scope)[LOWEST], both["dense_track"] + halves, rtol=1e-15
    )
    pm.CONFIG["eval_buf_size"] = 1
    by_row, lower = pm.gextract(LOWEST, scope)[LOWEST], pm.gextract(LOWER, scope)[LOWER]
    np.testing.assert_array_equal(by_row, lower)


def test_expressions__are_what_many_functions_take() -> None:
    scope, doubled = pm.gintervals(1, 0, 20_000), "2 * dense_track"
    values = pm.gextract(doubled, scope, colnames="v")["v"]
    breaks = [0, 0.5, 1, 2]
    counts = pm.gdist(doubled, breaks, intervals=scope)
    assert counts.tolist() == pd.cut(values, breaks).value_counts(sort=False).tolist()
    hits = pm.gscreen(f"{doubled} > 1", scope)
    assert (hits["end"] - hits["start"]).sum() == 50 * (values > 1).sum()
    assert pm.gsummary(doubled, scope)["Sum"] == pytest.approx(values.sum())
    assert pm.gquantiles(doubled, 0.3, scope).item() == pytest.approx(values.quantile(0.3))
    assert set(pm.gsample(doubled, 20, scope)) <= set(values)
    assert pm.gcor(doubled, "dense_track", intervals=scope) == pytest.approx([1])
    parts = pm.gpartition(doubled, breaks, scope)
    lengths = (parts["end"] - parts["start"]).groupby(parts["bin"]).sum()
    assert (lengths / 50).tolist() == counts.tolist()
    looked_up = pm.glookup(np.array([7, 8, 9]), doubled, breaks, intervals=scope)
    assert [(looked_up["value"] == n).sum() for n in (7, 8, 9)] == counts.tolist()
