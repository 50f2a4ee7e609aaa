"""Axes of sets, arrays and stacked tracks come back from files, with and without the database."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr.backend import layouts
from misha_xr.backend.record_places import find_rows
from misha_xr.errors import MishaWarning
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES, rects_frame, sparse_frame

SPANS = pd.DataFrame(
    {"chrom": ["chr1", "chr1", "chr1", "chr2", "chrX"], "start": [0, 0, 10, 5, 90],
     "end": [60, 60, 700, 70, 399], "name": ["x", "y", "z", "u", "v"]}
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sparse = {name: sparse_frame().assign(value=k) for k, name in enumerate(["s1", "s2", "s3"])}
    boxes = rects_frame()
    array = sparse_frame().rename(columns={"value": "mean"}).assign(peak=3.0)
    return write_database(
        tmp_path / "db",
        sizes=SIZES,
        dense={"a": (50, {})},
        sparse=sparse,
        arrays={"arr": array},
        rects={"r1": boxes, "r2": boxes.assign(value=boxes["value"] * 2)},
        sets={"spans": SPANS, "boxes": boxes.drop(columns="value")},
    )


def dataset(root: Path, what: str) -> xr.Dataset:
    if what == "set":
        return xr.open_dataset(root, engine="misha", group="set/spans")
    if what == "set of boxes":
        return xr.open_dataset(root, engine="misha", group="set/boxes")
    if what == "array":
        return xr.open_dataset(root, engine="misha", tracks=["arr"])
    pattern = "s?" if what == "stacked" else "r?"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layouts, "MAX_INDEXED", 1)
        with pytest.warns(MishaWarning):
            return xr.open_dataset(root, engine="misha", tracks=pattern)


@pytest.mark.parametrize("with_database", [False, True])
@pytest.mark.parametrize("cut", ["whole", "region", "reversed"])
@pytest.mark.parametrize("what", ["set", "set of boxes", "array", "stacked", "stacked boxes"])
def test_round_trip(
    root: Path, tmp_path: Path, what: str, cut: str, *, with_database: bool
) -> None:
    ds = dataset(root, what)
    (dim,) = {index.dim for index in ds.xindexes.values() if hasattr(index, "axis")}
    if cut == "region":
        ds = ds.misha.sel("chr1:0-300")
    elif cut == "reversed":
        ds = ds.isel({dim: slice(None, None, -1)})
    ds.misha.encode().to_netcdf(tmp_path / "x.nc", engine="scipy")
    saved = xr.open_dataset(tmp_path / "x.nc", engine="scipy")
    back = misha_xr.decode(saved, database=root if with_database else None)
    assert set(back.xindexes) == set(ds.xindexes)
    for name in ds.variables:
        np.testing.assert_array_equal(back[name].values, ds[name].values)
    if with_database:
        index = next(index for index in ds.xindexes.values() if hasattr(index, "axis"))
        again = next(index for index in back.xindexes.values() if hasattr(index, "axis"))
        assert index.equals(again)
    for found in (back, pickle.loads(pickle.dumps(back))):
        part, expected = found.misha.sel("chr1:20-110"), ds.misha.sel("chr1:20-110")
        assert part.sizes == expected.sizes
        for name in expected.variables:
            np.testing.assert_array_equal(part[name].values, expected[name].values)


@pytest.mark.parametrize("what", ["set", "set of boxes", "array", "stacked", "stacked boxes"])
def test_to_frame__every_kind_of_rows(root: Path, what: str) -> None:
    ds = dataset(root, what)
    frame = ds.misha.to_frame()
    assert len(frame) == max(ds.sizes.values())
    expected = {"set": "name", "array": "arr.mean", "stacked": "track", "stacked boxes": "track"}
    assert expected.get(what, "end2") in frame
    assert isinstance(frame.iloc[:, 0].dtype, pd.CategoricalDtype)


def test_set_that_changed__lies_in_memory(root: Path, tmp_path: Path) -> None:
    saved = dataset(root, "set").misha.encode().load()
    other = write_database(
        tmp_path / "other", sizes=SIZES, dense={}, sets={"spans": SPANS.iloc[2:4]}
    )
    back = misha_xr.decode(saved, database=other)
    assert back.sel(chrom="chr1:0-5")["name"].values.tolist() == ["x", "y"]


def test_find_rows() -> None:
    known = pd.DataFrame({"x": [1, 1, 2], "y": [5, 6, 5]})
    wanted = pd.DataFrame({"x": [2, 1, 3, 1], "y": [5, 6, 5, 6]})
    assert find_rows(wanted, known).tolist() == [2, 1, -1, 1]
