"""Which iterator a query gets, and what is said when it gets none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from misha_xr.api import open_database
from misha_xr.errors import IteratorError, TrackTypeError
from misha_xr.query import DenseArray
from misha_xr.testing.database import write_database
from misha_xr.testing.semantics import intervals

START = "Cannot implicitly determine iterator policy"


@pytest.fixture(scope="module")
def two_sizes(tmp_path_factory):
    root = tmp_path_factory.mktemp("two") / "db"
    dense = {"a": (10, {"chr1": np.arange(10.0)}), "b": (25, {"chr1": np.arange(4.0)})}
    return open_database(write_database(root, sizes={"chr1": 100}, dense=dense))


def test_implicit__one_bin_size(db):
    assert len(db.extract(["d10", "d10 * 2"], "chr1")) == 100


def test_implicit__no_track(db):
    with pytest.raises(IteratorError, match=f"{START}: .* not contain any tracks"):
        db.extract("1 + 1")


def test_implicit__two_bin_sizes(two_sizes):
    with pytest.raises(IteratorError, match=f"{START}: 'a' has bins of 10 bp and 'b' of 25 bp"):
        two_sizes.extract(["a", "b"])
    assert len(two_sizes.extract("a + b", iterator=50)) == 2


@pytest.mark.parametrize("exprs", ["sp + ns.sp2", ["ns.sp2", "sp"]])
def test_implicit__two_sparse_tracks(db, exprs):
    with pytest.raises(IteratorError, match=f"{START}: .* are different sparse tracks"):
        db.extract(exprs)


def test_implicit__one_sparse_track_many_times(db):
    frame = db.vtrack("top", "sp", "max").extract(["sp", "sp + top"])
    assert frame["sp + top"].tolist() == [20, 50, 34, 88, 14]


@pytest.mark.parametrize("exprs", ["sp + d10", ["d10", "sp"]])
def test_implicit__mixed_formats(db, exprs):
    with pytest.raises(IteratorError, match=f"{START}: tracks in different formats"):
        db.extract(exprs)


def test_implicit__values_in_memory_count_as_dense(db):
    axis = db.genome.axis(50)
    arrays = {"x": DenseArray(axis, np.arange(len(axis)))}
    assert db.extract("x", "chr1:0-120", arrays=arrays)["x"].tolist() == [0, 1, 2]
    assert len(db.extract("d10", "chr1:0-120", iterator="x", arrays=arrays)) == 3
    with pytest.raises(IteratorError, match="bins of 50 bp"):
        db.extract("x + d10", arrays=arrays)


@pytest.mark.parametrize("bad", [0, -5, 0.5, float("nan"), float("inf")])
def test_number__must_be_positive(db, bad):
    with pytest.raises(IteratorError, match="iterator must be"):
        db.extract("d10", iterator=bad)


def test_number__larger_than_any_chromosome(db):
    frame = db.extract("d10", iterator=2**61)
    assert frame["end"].tolist() == [1000, 400, 600, 300]


def test_name__unknown(db):
    with pytest.raises(IteratorError, match=r"'isett' is no track(.|\n)*did you mean 'iset'"):
        db.extract("d10", iterator="isett")


def test_other_types_are_refused(db):
    with pytest.raises(IteratorError, match="cannot iterate over dict"):
        db.extract("d10", iterator={})
    with pytest.raises(IteratorError, match="two-dimensional grid"):
        db.extract("d10", "chr1", iterator=[100, 100])


def test_two_dimensions_are_refused(db):
    table = pd.DataFrame(
        {"chrom1": "chr1", "start1": [0], "end1": [9], "chrom2": "chr1", "start2": 0, "end2": 9}
    )
    for iterator in ("r2", table):
        with pytest.raises(TrackTypeError, match="two-dimensional"):
            db.extract("d10", "chr1", iterator=iterator)
    with pytest.raises(TrackTypeError, match="'r2' is two-dimensional"):
        db.extract("r2", "chr1")


def test_table__bad_rows_name_the_iterator(db):
    with pytest.raises(ValueError, match="iterator"):
        db.extract("d10", iterator=intervals(("chr1", 20, 10)))


def test_table__nested_rows_merge(db):
    with pytest.warns(RuntimeWarning, match="merged"):
        frame = db.extract(
            "d10", iterator=intervals(("chr1", 0, 100), ("chr1", 10, 20), ("chr1", 50, 60))
        )
    assert frame["end"].tolist() == [100]
