"""Classic filters of virtual tracks."""

from __future__ import annotations

import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.errors import IntervalError, TrackTypeError, VirtualTrackError
from misha_xr.testing.semantics import intervals, semantics_database

HERE = intervals(("chr1", 100, 130))


@pytest.fixture(autouse=True)
def _session():
    pm.gdb_init(semantics_database().store.root)
    pm.gvtrack_create("v", "d10")
    yield
    pm.gdb_unload()


def value() -> float:
    return float(pm.gextract("v", HERE, iterator=-1)["v"].iloc[0])


def test_gvtrack_filter__stores_the_union() -> None:
    mask = pd.DataFrame(
        {"chrom": ["2", 1, "chr1"], "start": [5, 50, 0], "end": [9, 80, 60], "x": 1}
    )
    assert pm.gvtrack_filter("v", [mask, "iset"]) is None
    info = pm.gvtrack_info("v")
    rows = [("chr1", 0, 80), ("chr1", 100, 200), ("chr1", 300, 350), ("chr2", 0, 50)]
    pd.testing.assert_frame_equal(info["filter"], intervals(*rows))
    assert info["filter_stats"] == {"num_chroms": 2, "total_bases": 280}
    assert len(info["filter_key"]) == 40


def test_gvtrack_filter__acts_and_is_cleared() -> None:
    assert value() == 11
    pm.gvtrack_filter("v", intervals(("chr1", 102, 118)))
    assert value() == pytest.approx(11.285714)
    pm.gvtrack_filter("v", filter="iset")
    assert pd.isna(value())
    pm.gvtrack_filter("v")
    assert value() == 11
    assert pm.gvtrack_info("v")["filter"] is None
    pm.gvtrack_filter("v", "iset")
    pm.gvtrack_filter("v", [])
    assert pm.gvtrack_info("v")["filter_key"] is None


def test_gvtrack_filter__at_creation() -> None:
    pm.gvtrack_create("v", "d10", "size", filter=intervals(("chr1", 102, 118)))
    assert value() == 3
    pm.gvtrack_iterator("v", eshift=10)
    assert value() == 4


def test_gvtrack_filter__errors() -> None:
    with pytest.raises(KeyError):
        pm.gvtrack_filter("w", "iset")
    with pytest.raises(TypeError, match="'msk'"):
        pm.gvtrack_filter("v", msk="iset")
    with pytest.raises(VirtualTrackError, match="only one"):
        pm.gvtrack_filter("v", "iset", filter="iset")
    with pytest.raises(TrackTypeError):
        pm.gvtrack_filter("v", "d10")
    with pytest.raises(ValueError, match="nothing"):
        pm.gvtrack_filter("v", "nothing")
    assert value() == 11


def test_gvtrack_create__tables_with_values() -> None:
    pm.gvtrack_create("v", intervals(("chr1", 100, 110, 2.5), columns=("score",)))
    assert (pm.gvtrack_info("v")["func"], value()) == ("avg", 2.5)
    overlap = intervals(("chr1", 0, 10, 1.0), ("chr1", 5, 20, 2.0), columns=("score",))
    with pytest.raises(IntervalError, match="overlap"):
        pm.gvtrack_create("v", overlap, "max")
    pm.gvtrack_create("v", overlap, "distance")
    assert value() == 95


def test_gvtrack_create__saved_sets() -> None:
    pm.gvtrack_create("v", "iset")
    assert (pm.gvtrack_info("v")["func"], value()) == ("distance", 0)
    pm.gvtrack_create("v", "iset", "coverage")
    assert value() == 1


@pytest.mark.parametrize(("func", "text"), [("averge", "averge"), ("quantile", "'q'")])
def test_gvtrack_create__functions_are_checked_when_used(func: str, text: str) -> None:
    pm.gvtrack_create("v", "d10", func)
    with pytest.raises(VirtualTrackError, match=text):
        value()
