"""Classic set algebra: returns, errors, and the semantics' examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import ReadOnlyError, TrackTypeError, UnknownSetError

pytestmark = pytest.mark.usefixtures("session")


def table(*rows: tuple[Any, ...], **more: Any) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["chrom", "start", "end"]).assign(**more)


def rows(found: pd.DataFrame) -> list[list[Any]]:
    return found[["chrom", "start", "end"]].to_numpy().tolist()


NONE = table(("chr1", 0, 1)).iloc[:0]
STEPS = table(("chr1", 20, 30), ("chr1", 0, 10), ("chr1", 5, 20))
PAIR = table(("chr1", 0, 10), ("chr1", 5, 30))
BY_TWO = (pm.gintervals_union, pm.gintervals_intersect, pm.gintervals_diff)


@pytest.mark.parametrize("call", [pm.gintervals_canonic, *BY_TWO])
def test_returns__text_and_int64(call: Any) -> None:
    one = table((1, 40, 50), ("2", 0, 10), ("chr1", 0, 10), name=list("abc")).set_axis([5, 3, 1])
    given = (one,) if call is pm.gintervals_canonic else (one, one.assign(end=one["end"] - 3))
    found = call(*given)
    assert found.dtypes.astype(str).to_dict() == {"chrom": "str", "start": "int64", "end": "int64"}
    assert isinstance(found.index, pd.RangeIndex)
    assert found["chrom"].tolist() == ["chr1", "chr1", "chr2"]
    assert set(found.attrs) <= {"mapping"}


def test_canonic__mapping_from_zero() -> None:
    found = pm.gintervals_canonic(STEPS)
    assert rows(found) == [["chr1", 0, 30]]
    assert found.attrs["mapping"].tolist() == [0, 0, 0]
    apart = pm.gintervals_canonic(STEPS, unify_touching_intervals=False)
    assert rows(apart) == [["chr1", 0, 20], ["chr1", 20, 30]]
    assert apart.attrs["mapping"].tolist() == [1, 0, 0]
    assert apart.attrs["mapping"].dtype == np.int64
    assert pm.gintervals_canonic(NONE) is None


def test_union__joins_what_touches() -> None:
    one, two = table(("chr1", 0, 10)), table(("chr1", 10, 20))
    assert rows(pm.gintervals_union(one, two)) == [["chr1", 0, 20]]
    assert rows(pm.gintervals_union(NONE, STEPS)) == [["chr1", 0, 30]]
    assert pm.gintervals_union(NONE, NONE) is None


def test_intersect__rows_that_touch_stay_apart() -> None:
    touching = table(("chr1", 0, 10), ("chr1", 10, 20))
    found = pm.gintervals_intersect(touching, table(("chr1", 5, 15)))
    assert rows(found) == [["chr1", 5, 10], ["chr1", 10, 15]]
    assert pm.gintervals_intersect(table(("chr1", 0, 10)), table(("chr1", 10, 15))) is None
    assert pm.gintervals_intersect(touching, NONE) is None


def test_diff__minus_the_union() -> None:
    whole = table(("chr1", 0, 100))
    holes = table(("chr1", 10, 15), ("chr1", 12, 20))
    assert rows(pm.gintervals_diff(whole, holes)) == [["chr1", 0, 10], ["chr1", 20, 100]]
    assert pm.gintervals_diff(holes, whole) is None
    assert pm.gintervals_diff(NONE, holes) is None
    assert pm.gintervals_diff(STEPS, NONE).attrs["mapping"].tolist() == [0, 0, 0]


def test_covered_bp__each_base_once() -> None:
    covered = pm.gintervals_covered_bp(PAIR)
    assert (type(covered), covered) == (int, 30)
    assert pm.gintervals_covered_bp(PAIR, table(("chr1", 20, 100))) == 10
    assert pm.gintervals_covered_bp(NONE) == 0
    assert pm.gintervals_covered_bp(PAIR, NONE) == 0


def test_coverage_fraction__of_a_set_and_of_the_genome() -> None:
    assert pm.gintervals_coverage_fraction(PAIR, table(("chr1", 0, 100))) == 0.3
    whole = pm.gintervals_all()["end"].sum()
    assert pm.gintervals_coverage_fraction(PAIR) == pytest.approx(30 / whole)
    assert pm.gintervals_coverage_fraction(PAIR, NONE) == 0.0
    assert pm.gintervals_coverage_fraction(NONE) == 0.0


def test_names_of_sets_and_tracks() -> None:
    loaded = pm.gintervals_load("annotations")
    assert rows(pm.gintervals_union("annotations", NONE)) == rows(pm.gintervals_canonic(loaded))
    assert pm.gintervals_covered_bp("sparse_track") == pm.gintervals_covered_bp(
        pm.gintervals_load("sparse_track")
    )
    assert pm.gintervals_diff("annotations", "annotations") is None
    assert pm.gintervals_coverage_fraction("annotations", loaded) == 1.0


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: pm.gintervals_canonic(None), ValueError, "intervals cannot be None"),
        (lambda: pm.gintervals_union(None, PAIR), ValueError, "intervals1 cannot be None"),
        (lambda: pm.gintervals_intersect(PAIR, None), ValueError, "intervals2 cannot be None"),
        (lambda: pm.gintervals_canonic("annotation"), UnknownSetError, "annotations"),
        (lambda: pm.gintervals_covered_bp("dense_track"), TrackTypeError, "dense"),
        (lambda: pm.gintervals_canonic(table(("chr99", 1, 2))), pm.error, "chr99"),
        (lambda: pm.gintervals_canonic(table(("chr1", 10, 2))), ValueError, "start"),
        (lambda: pm.gintervals_union(PAIR, table(("chr1", 0, 10**9))), pm.error, "beyond"),
        (lambda: pm.gintervals_union(PAIR, PAIR.drop(columns="end")), KeyError, "end"),
        (lambda: pm.gintervals_canonic(pm.gintervals_2d_all()), KeyError, "2D"),
        (lambda: pm.gintervals_union(PAIR, PAIR, "x"), ReadOnlyError, "example"),
        (lambda: pm.gintervals_intersect(PAIR, PAIR, "x"), ReadOnlyError, "example"),
        (lambda: pm.gintervals_diff(PAIR, PAIR, "x"), ReadOnlyError, "example"),
    ],
)
def test_errors(call: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        call()
