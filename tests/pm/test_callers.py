"""Callers' variables in every classic function that takes expressions; numpy's seed in samples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm

pytestmark = pytest.mark.usefixtures("own_copy")
BREAKS = [0.0, 1.0, 2.0, 9.0]
E, G = "of_function * dense_track", "OF_MODULE * dense_track"
OF_MODULE = 2


def here() -> pd.DataFrame:
    return pm.gintervals(1, 0, 20_000)


def plane() -> pd.DataFrame:
    return pm.gintervals_2d(1, 0, 200_000, 1, 0, 200_000)


# Name: a call of an expression, which names a variable.
CALLS: dict[str, Callable[[str], Any]] = {
    "gextract": lambda e: pm.gextract(e, here()),
    "gscreen": lambda e: pm.gscreen(f"{e} > 1", here()),
    "gsummary": lambda e: pm.gsummary(e, here()),
    "gquantiles": lambda e: pm.gquantiles(e, [0.5], here()),
    "gdist": lambda e: pm.gdist(e, BREAKS, intervals=here()),
    "gpartition": lambda e: pm.gpartition(e, BREAKS, here()),
    "glookup": lambda e: pm.glookup([1.0, 2.0, 3.0], e, BREAKS, intervals=here()),
    "gsample": lambda e: pm.gsample(e, 5, here()),
    "gcor": lambda e: pm.gcor(e, "dense_track", intervals=here()),
    "gbins_summary": lambda e: pm.gbins_summary(e, BREAKS, expr=e, intervals=here()),
    "gbins_quantiles": lambda e: pm.gbins_quantiles(e, BREAKS, expr=e, intervals=here()),
    "gintervals_summary": lambda e: pm.gintervals_summary(e, here()),
    "gintervals_quantiles": lambda e: pm.gintervals_quantiles(e, 0.5, here()),
    "gintervals_mapply": lambda e: pm.gintervals_mapply(np.max, e, intervals=here()),
    "giterator_intervals": lambda e: pm.giterator_intervals(e, here()),
    "gsegment": lambda e: pm.gsegment(e, 500, intervals=here()),
    "gwilcox": lambda e: pm.gwilcox(e, 2000, 500, 0.5, intervals=here()),
    "gtrack_create": lambda e: created(lambda: pm.gtrack_create("new", "", e, iterator=50)),
    "gtrack_smooth": lambda e: created(lambda: pm.gtrack_smooth("new", "", e, 500)),
    "gtrack_lookup": lambda e: created(
        lambda: pm.gtrack_lookup("new", "", [1.0, 2.0, 3.0], e, BREAKS, iterator=50)
    ),
    "gtrack_modify": lambda e: created(lambda: pm.gtrack_modify("dense_track", e), "dense_track"),
    "gtrack_export_bedgraph": lambda e: exported(e),
}


def created(make: Callable[[], Any], name: str = "new") -> pd.DataFrame:
    make()
    return pm.gextract(name, here())


def exported(expression: str) -> str:
    path = Path(pm.gdb_info()["path"]).parent / "out.bedgraph"
    pm.gtrack_export_bedgraph(expression, str(path), here(), header=False)
    return path.read_text()


def same(one: Any, two: Any) -> bool:
    """Compare results, whatever columns are called."""
    if isinstance(one, pd.DataFrame):
        return bool(_numbered(one).equals(_numbered(two)))
    return one == two if isinstance(one, str) else np.array_equal(one, two, equal_nan=True)


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis(range(frame.shape[1]), axis=1)


@pytest.mark.parametrize("name", CALLS)
def test_variables__of_the_function_and_of_the_module(name: str) -> None:
    of_function = 2
    found = []
    for expression in ("2 * dense_track", E, G):
        pm.gdb_init_examples()
        np.random.seed(3)  # noqa: NPY002 - what scripts do
        found.append(CALLS[name](expression))
    assert of_function == OF_MODULE
    assert same(found[0], found[1])
    assert same(found[0], found[2])


def test_variables__in_two_dimensions() -> None:
    of_function = 2
    plain = next(pm.giterator_intervals_2d("2 * rects_track", plane()))
    ours = next(pm.giterator_intervals_2d("of_function * rects_track", plane()))
    assert of_function == 2
    assert same(plain, ours)
    arguments = [0, 50_000, 100_000], here(), here()
    one = pm.gcis_decay("points_track", *arguments)
    assert same(one, pm.gcis_decay("points_track + 0 * of_function", *arguments))


def test_variables__of_nothing() -> None:
    for name in CALLS:
        with pytest.raises(pm.error, match="nowhere"):
            CALLS[name]("nowhere * dense_track")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: pm.gsample("dense_track", 20, here()),
        lambda: pm.gintervals_random(100, 20, 0)["start"].to_numpy(),
    ],
)
def test_seed__of_numpy_governs_samples(draw: Callable[[], Any]) -> None:
    np.random.seed(1)  # noqa: NPY002 - what scripts do
    first, second = draw(), draw()
    np.random.seed(1)  # noqa: NPY002
    assert np.array_equal(draw(), first)
    assert np.array_equal(draw(), second)
    assert not np.array_equal(first, second)
