"""Values in memory read like a dense track."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr import set_options
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import Genome
from misha_xr.query import DenseArray, VirtualTrack


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16"])
@pytest.mark.parametrize("func", ["avg", "stddev", "last", "size"])
def test_dense_array__as_a_track(db, dtype, func):
    axis = db.genome.axis(10)
    track = db.extract("d10", iterator=10)["d10"].to_numpy()
    values = np.nan_to_num(track, nan=5).astype(dtype)
    arrays = {"x": DenseArray(axis, values)}
    shifted = {"v": VirtualTrack("x", func, sshift=-15, eshift=15)}
    for iterator in (10, 30, "iset"):
        found = db.extract(["x", "v"], None, iterator, vtracks=shifted, arrays=arrays)
        whole = pd.Series(values.astype(float))
        assert found["x"].notna().all()
        if iterator == 10:
            assert found["x"].tolist() == whole.tolist()


def test_dense_array__hides_the_track_of_its_name(db):
    axis = db.genome.axis(10)
    arrays = {"d10": DenseArray(axis, np.full(axis.n, 7.0))}
    assert set(db.extract("d10", arrays=arrays)["d10"]) == {7.0}


def test_dense_array__strided_and_missing_values(db):
    axis = db.genome.axis(10)
    values = np.full(2 * axis.n, np.inf)[::2]
    values[3] = 2
    found = db.extract("x", "chr1:0-50", arrays={"x": DenseArray(axis, values)})["x"]
    assert found.isna().tolist() == [True, True, True, False, True]


def test_dense_array__shape(db):
    with pytest.raises(GenomeMismatchError, match=r"shape \(230,\)"):
        DenseArray(db.genome.axis(10), np.zeros(229))


def test_dense_array__foreign_genome(db):
    axis = Genome(["chr1"], [1000]).axis(10)
    with pytest.raises(GenomeMismatchError, match="'x' lies on"):
        db.extract("x", arrays={"x": DenseArray(axis, np.zeros(100))})


def test_progress__changes_nothing(db, capsys):
    with set_options(progress=True):
        shown = db.summary("d10")
    assert "misha_xr" in capsys.readouterr().err
    pd.testing.assert_series_equal(shown, db.summary("d10"))
