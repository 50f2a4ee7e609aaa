"""Datasets that carry a band: 2D queries, 2D axes, everything else."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.api import open_database
from misha_xr.errors import BandError, UnsupportedError
from misha_xr.testing.semantics import write_semantics_database

EDGES = ["start1", "end1", "start2", "end2"]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write_semantics_database(tmp_path_factory.mktemp("band") / "db")


@pytest.fixture
def ds(root):
    return xr.open_dataset(root, engine="misha")


def edges(frame):
    return frame[EDGES].to_numpy().tolist()


def test_queries_of_two_dimensions(ds):
    near = ds.misha.band(150, 1000)
    assert edges(near.misha.extract("r2")) == [[270, 300, 120, 150], [400, 490, 180, 340]]
    assert edges(near.misha.screen("r2 > 15")) == [[400, 490, 180, 340]]
    assert near.misha.summary("r3")["Total intervals"] == 0
    assert len(near.misha.iterator_intervals("r2")) == 2


def test_band_of_the_query_wins(ds):
    near = ds.misha.band(150, 1000)
    assert edges(near.misha.extract("r2", band=(-1000, 0))) == [
        [100, 200, 120, 200],
        [400, 490, 400, 500],
    ]


def test_queries_of_one_dimension_have_none(ds):
    near = ds.misha.band(150, 1000)
    assert len(near.misha.extract("d10", "chr1")) == 100
    with pytest.raises(BandError):
        near.misha.extract("d10", "chr1", band=(1, 2))


def test_axes_keep_whole_objects_that_meet_the_band(ds):
    near = ds.misha.band(250, 1000)
    assert near.sizes["r2_object"] == 1
    assert near.sizes["r3_object"] == 0
    assert near.sizes["bin_10"] == ds.sizes["bin_10"]
    assert near["r2"].values.tolist() == [20]
    assert ds.sizes["r2_object"] == 2


def test_a_second_band_replaces_the_first_for_queries(ds):
    twice = ds.misha.band(150, 1000).misha.band(0, 1000)
    pd.testing.assert_frame_equal(
        twice.misha.extract("r2", "r2"), ds.misha.extract("r2", "r2", band=(0, 1000))
    )


def test_band_travels(ds, tmp_path):
    near = ds.misha.band(150, 1000)
    for other in (pickle.loads(pickle.dumps(near)), near.copy(), near.isel(bin_10=slice(None))):
        assert len(other.misha.extract("r2")) == 2
        assert edges(other.misha.extract("r2"))[0] == [270, 300, 120, 150]


def test_datasets_of_nothing_but_planes(root):
    ds = xr.open_dataset(root, engine="misha", tracks=["r2", "r3"])
    assert len(ds.misha.band(150, 1000).misha.extract("r2")) == 2
    cut = ds.misha.band(150, 1000).isel(r2_object=slice(0, 1))
    with pytest.raises(UnsupportedError, match="pairs of intervals"):
        cut.misha.extract("r2")


def test_bad_bands(ds):
    for band in ((5, 5), (0.5, 2)):
        with pytest.raises(BandError):
            ds.misha.band(*band)
    with pytest.raises(BandError, match="misha_band"):
        ds.assign_attrs(misha_band="x").misha.extract("r2")


def test_selection__both_sides_lie_in_what_is_covered(ds, root):
    here = ds.misha.sel("chr1:150-450")
    frame = here.misha.extract("r2")
    assert edges(frame) == [[150, 300, 150, 200], [400, 450, 180, 450]]
    scope = pd.DataFrame({"chrom": ["chr1"] * 2, "start": [0, 400], "end": [200, 500]})
    parts = ds.misha.sel(scope).misha.extract("r2")
    assert edges(parts) == [[100, 200, 120, 200], [400, 490, 180, 200], [400, 490, 400, 500]]
    assert parts["intervalID"].tolist() == [1, 3, 4]
    db = open_database(root)
    np.testing.assert_array_equal(parts["r2"], db.extract("r2", parts, "r2")["r2"])
    joined = ds.misha.sel(scope).misha.extract("r2", intervals_join="intervals")
    assert joined["start11"].tolist() == [0, 400, 400]
