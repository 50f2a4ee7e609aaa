"""What the classic manual says about random numbers, several processes and memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm

pytestmark = pytest.mark.usefixtures("session", "config")

SCOPE = ("chr1", 0, 60_000)
CALLS: list[Callable[[], Any]] = [
    lambda: pm.gextract("dense_track * 2", pm.gintervals(*SCOPE), iterator=70),
    lambda: pm.gscreen("dense_track > 0.5"),
    lambda: pm.gsummary("dense_track"),
    lambda: pm.gquantiles("dense_track", [0.1, 0.77]),
    lambda: pm.gdist("dense_track", [0, 0.2, 1], dataframe=True),
    lambda: pm.gextract("rects_track", pm.gintervals_2d_all(), iterator=[100_000, 90_000]),
]


@pytest.fixture
def config() -> Iterator[dict[str, Any]]:
    """Give the configuration; put everything back afterwards."""
    before = dict(pm.CONFIG)
    yield pm.CONFIG
    pm.CONFIG.update(before)


def drawn(seed: int | None = None) -> list[float]:
    if seed is not None:
        np.random.seed(seed)  # noqa: NPY002 - what the manual seeds
    return pm.gsample("dense_track", 10).tolist()


def test_random__a_seed_repeats_the_draw() -> None:
    first, second = drawn(60427), drawn()
    assert first != second
    assert drawn(60427) == first
    assert drawn() == second
    assert drawn(1) != first


def test_random__without_a_seed_calls_differ() -> None:
    assert drawn() != drawn()


def test_random__of_virtual_tracks_and_intervals_too() -> None:
    pm.gvtrack_create("any", "dense_track", "sample")

    def draw() -> tuple[list[float], list[int]]:
        values = pm.gextract("any", pm.gintervals(*SCOPE), iterator=1000)["any"]
        rows = pm.gintervals_random(100, 5, dist_from_edge=0)
        return values.tolist(), rows["start"].tolist()

    np.random.seed(60427)  # noqa: NPY002
    first, second = draw(), draw()
    assert first[0] != second[0]
    assert first[1] != second[1]
    np.random.seed(60427)  # noqa: NPY002
    assert draw() == first


def test_processes__settings_are_there() -> None:
    assert pm.CONFIG["multitasking"] is True
    assert 1 <= pm.CONFIG["min_processes"] <= pm.CONFIG["max_processes"]
    assert pm.CONFIG["max_data_size"] == 10_000_000


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "settings",
    [
        {"multitasking": False},
        {"multitasking": True, "max_processes": 8},
        {"max_processes": 1, "min_processes": 1, "min_scope4process": 1},
    ],
)
def test_processes__change_no_answer(settings: dict[str, Any], call: Callable[[], Any]) -> None:
    expected = call()
    pm.CONFIG.update(settings)
    found = call()
    if isinstance(found, pd.Series):
        pd.testing.assert_series_equal(found, expected, check_exact=True)
    else:
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.parametrize("multitasking", [True, False])
def test_memory__rows_have_a_limit(multitasking: bool) -> None:
    pm.CONFIG.update(multitasking=multitasking, max_data_size=99)
    scope = pm.gintervals(1, 0, 5000)
    with pytest.raises(pm.error, match="100 rows, the limit is 99"):
        pm.gextract("dense_track", scope)
    with pytest.raises(pm.error, match="limit is 99"):
        pm.gscreen("dense_track > 0.5")
    pm.CONFIG["max_data_size"] = 100
    assert len(pm.gextract("dense_track", scope)) == 100


def test_memory__quantiles_stay_exact() -> None:
    expected = pm.gquantiles("dense_track", [0.01, 0.5])
    pm.CONFIG["max_data_size"] = 100
    pd.testing.assert_series_equal(pm.gquantiles("dense_track", [0.01, 0.5]), expected)
