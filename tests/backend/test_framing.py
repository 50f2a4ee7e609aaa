"""Tables of one axis, against the values one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.errors import MishaError, NameCollisionError, UnsupportedError
from misha_xr.testing.tiny import all_bins, flat_values, rects_frame, sparse_frame


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha")


def test_bins(ds: xr.Dataset) -> None:
    frame = ds[["a", "ns.b"]].misha.to_frame()
    assert frame.columns.tolist() == ["chrom", "start", "end", "a", "ns.b"]
    assert frame["chrom"].dtype == ds.misha.genome.chrom_dtype
    assert list(frame[["chrom", "start", "end"]].itertuples(index=False, name=None)) == all_bins()
    np.testing.assert_array_equal(frame["a"], flat_values())
    assert frame["a"].dtype == np.float32
    assert frame.attrs["misha_genome"] == ds.misha.genome.stamp


def test_records_and_objects(ds: xr.Dataset) -> None:
    records = ds["sp"].misha.to_frame()
    pd.testing.assert_frame_equal(
        records.astype({"chrom": str}).rename(columns={"sp": "value"}),
        sparse_frame(), check_dtype=False,
    )  # fmt: skip
    objects = ds["hic"].misha.to_frame()
    keys = rects_frame().columns.tolist()[:-1]
    assert objects.columns.tolist() == [*keys, "hic"]
    merged = objects.merge(rects_frame(), on=keys)
    assert len(merged) == len(rects_frame())
    assert (merged["hic"] == merged["value"]).all()
    assert isinstance(objects["chrom2"].dtype, pd.CategoricalDtype)


def test_cut_and_reordered(ds: xr.Dataset) -> None:
    frame = ds["a"].isel(bin_50=[30, 2, 2]).misha.to_frame()
    assert frame["start"].tolist() == [450, 100, 100]
    assert frame["chrom"].tolist() == ["chr2", "chr1", "chr1"]
    objects = ds["hic"].isel(hic_object=[7, 0]).misha.to_frame()
    assert objects["hic"].tolist() == ds["hic"].values[[7, 0]].tolist()


def test_region_labels(ds: xr.Dataset) -> None:
    table = pd.DataFrame({"chrom": ["chrX", "chr1"], "start": [0, 0], "end": [60, 40]})
    table.index = pd.Index(["x", "y"])
    frame = ds["a"].misha.sel(table).misha.to_frame()
    assert frame.columns.tolist() == ["chrom", "start", "end", "region", "a"]
    assert frame["region"].tolist() == ["x", "x", "y"]


def test_stacked__a_column_per_track(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", tracks=["a", "ns.b"], layout="stacked")
    frame = ds.misha.sel("chr2").misha.to_frame()
    assert frame.columns.tolist() == ["chrom", "start", "end", "a", "ns.b"]
    np.testing.assert_array_equal(frame["ns.b"], flat_values(2.0)[21:34])


def test_further_dimension__a_column_per_label(ds: xr.Dataset) -> None:
    pair = xr.concat([ds["a"], ds["a"] * 2], "k", coords="minimal", compat="override").rename("p")
    assert pair.misha.to_frame().columns.tolist()[3:] == ["p.0", "p.1"]
    named = pair.assign_coords(k=["x", "y"])
    assert named.misha.to_frame().columns.tolist()[3:] == ["p.x", "p.y"]


def test_unnamed_array(ds: xr.Dataset) -> None:
    assert "value" in ds["a"].rename(None).misha.to_frame()


def test_empty(ds: xr.Dataset) -> None:
    assert ds["a"].isel(bin_50=slice(0)).misha.to_frame().shape == (0, 4)


def test_mixed_axes__are_refused(ds: xr.Dataset) -> None:
    with pytest.raises(UnsupportedError, match=r"(?s)has 4: 'bin_50', 'bin_200'.*extract"):
        ds.misha.to_frame()
    assert ds.drop_vars(["c", "sp", "hic"]).misha.to_frame().shape == (43, 5)


def test_what_is_no_column(ds: xr.Dataset) -> None:
    with pytest.raises(UnsupportedError, match=r"'s' .* is no column"):
        ds[["a"]].assign(s=3).misha.to_frame()
    with pytest.raises(NameCollisionError, match="'start'"):
        ds[["a"]].rename(a="start").misha.to_frame()
    with pytest.raises(MishaError, match="no axis"):
        xr.Dataset({"x": ("t", [1])}).misha.to_frame()
