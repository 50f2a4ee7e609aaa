"""Classic calls on contacts and insulation: numbers, returns and errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.semantics import write_semantics_database

BREAKS = [0, 50, 100, 200, 500]


@pytest.fixture
def whole(tmp_path) -> Iterator[pd.DataFrame]:
    pm.gdb_init(str(write_semantics_database(tmp_path / "db", layout="per-chromosome")))
    yield pm.gintervals(1, 0, 1000)
    pm.gdb_unload()


def test_gcis_decay__returns(whole) -> None:
    found = pm.gcis_decay("r2", BREAKS, whole, whole, include_lowest=True)
    assert found.tolist() == [[1, 0], [0, 0], [1, 0], [0, 0]]
    assert isinstance(found, np.ndarray)
    assert found.dtype == np.float64
    assert found.breaks == [0.0, 50.0, 100.0, 200.0, 500.0]
    assert found.bin_labels == ["[0,50]", "(50,100]", "(100,200]", "(200,500]"]
    assert found.col_labels == ["intra", "inter"]


def test_gcis_decay__labels_as_pymisha_writes_them(whole) -> None:
    found = pm.gcis_decay("r2", [0.5, 1e6, 1234567.25], whole, whole)
    assert found.bin_labels == ["(0.5,1e+06]", "(1e+06,1.23457e+06]"]


def test_gcis_decay__band_and_nothing(whole) -> None:
    banded = pm.gcis_decay("r2", BREAKS, whole, whole, band=(150, 1000))
    assert banded.tolist() == [[0, 0], [0, 0], [2, 0], [0, 0]]
    assert pm.gcis_decay("r2", BREAKS, pm.gintervals(2, 0, 10), whole).tolist() == [[0, 0]] * 4


def test_gcis_decay__errors(whole) -> None:
    with pytest.raises(ValueError, match="two dimensions"):
        pm.gcis_decay("d10", BREAKS, whole, whole)
    with pytest.raises(ValueError, match="at least 2 elements"):
        pm.gcis_decay("r2", [40], whole, whole)
    with pytest.raises(ValueError, match="needs breaks, src and domain"):
        pm.gcis_decay("r2", BREAKS, None, whole)


def test_insulation__numbers_of_pymisha(whole) -> None:
    borders = pm.gtrack_2d_get_insu_borders("d10", 5, 10)
    assert borders.to_numpy().tolist() == [["chr1", 0, 50], ["chr2", 0, 600], ["chrX", 0, 300]]
    domains = pm.gtrack_2d_get_insu_doms("d10", 5, 10)
    assert domains.to_numpy().tolist() == [["chr1", 50, 1000], ["chr10", 0, 400]]
    assert pm.gtrack_2d_get_insu_borders("d10", -500) is None
    assert len(pm.gtrack_2d_get_insu_doms("d10", -500)) == 4


def test_insulation__unknown_track(whole) -> None:
    with pytest.raises(ValueError, match="nope"):
        pm.gtrack_2d_get_insu_borders("nope", 1)
