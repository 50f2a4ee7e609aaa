"""RectIndex: objects of a 2D track, selected on both sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.backend.rect_index import RectIndex
from misha_xr.errors import IntervalError
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.tiny import rects_frame

FRAME = rects_frame()
FIELDS = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", group="rect/hic")


def meets(side: int, chrom: str, start: int, end: int) -> pd.Series:
    return (
        (FRAME[f"chrom{side}"] == chrom)
        & (FRAME[f"start{side}"] < end)
        & (FRAME[f"end{side}"] > start)
    )


def test_coordinates__are_the_objects(ds: xr.Dataset) -> None:
    table = pd.DataFrame({field: ds[field].values for field in FIELDS})
    table["value"] = ds["hic"].values.astype(float)
    expected = FRAME.sort_values("value", ignore_index=True)
    pd.testing.assert_frame_equal(
        table.sort_values("value", ignore_index=True), expected, check_dtype=False
    )


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"chrom1": "chr1:0-150"}, meets(1, "chr1", 0, 150)),
        ({"chrom2": "chrX"}, meets(2, "chrX", 0, 399)),
        (
            {"chrom1": "chr1:100-301", "chrom2": "chr1"},
            meets(1, "chr1", 100, 301) & meets(2, "chr1", 0, 1050),
        ),
        (
            {
                "chrom1": "chr1",
                "start1": slice(150, 420),
                "chrom2": "chrX",
                "start2": slice(0, 100),
            },
            meets(1, "chr1", 150, 420) & meets(2, "chrX", 0, 100),
        ),
        (
            {"chrom2": ["chrX:0-25", "chr1:250-275"]},
            meets(2, "chrX", 0, 25) | meets(2, "chr1", 250, 275),
        ),
        ({"chrom1": "chr2"}, meets(1, "chr2", 0, 605)),
        ({"chrom1": "chr1:60-100"}, meets(1, "chr1", 60, 100)),
    ],
    ids=str,
)
def test_sel__sides(ds: xr.Dataset, labels: dict, expected: pd.Series) -> None:
    chosen = ds.sel(labels)
    assert sorted(chosen["hic"].values) == FRAME.loc[expected, "value"].tolist()
    assert isinstance(chosen.xindexes["chrom1"], RectIndex)
    again = ds.isel(hic_object=slice(None, None, -1)).sel(labels)
    assert again["hic"].values.tolist() == chosen["hic"].values.tolist()[::-1]


def test_sel__reads_only_pairs_asked_for(ds: xr.Dataset) -> None:
    with counted_work() as work:
        ds.sel(chrom2="chrX:0-20")
    assert (work.n_reads, work.n_coordinates) == (1, 0)


def test_sel__whole_chromosomes_read_nothing(ds: xr.Dataset) -> None:
    with no_work():
        assert ds.sel(chrom1="chr1", chrom2="chrX").sizes == {"hic_object": 10}


def test_sel__mistakes(ds: xr.Dataset) -> None:
    with pytest.raises(IntervalError, match="beside chrom"):
        ds.sel(start1=5)
    with pytest.raises(ValueError, match="method and tolerance"):
        ds.sel(chrom1="chr1", method="nearest")
    with pytest.raises(KeyError, match="nope"):
        ds.sel(chrom1="nope")


def test_places_in__any_of_the_rectangles(ds: xr.Dataset) -> None:
    table = FRAME.iloc[[2, 13]].drop(columns="value")
    chosen = ds.misha.sel(table)
    assert sorted(chosen["hic"].values) == [3.0, 14.0]
    assert ds.misha.sel(table.iloc[:0]).sizes["hic_object"] == 0


def test_index__repr_and_equality(ds: xr.Dataset, root: Path) -> None:
    other = xr.open_dataset(root, engine="misha", group="rect/hic")
    with no_work(max_coordinates=300):
        assert "objects of 'hic', n=20" in repr(ds)
        xr.align(ds, other, join="exact")
        assert ds.xindexes["chrom1"].axis == other.xindexes["chrom1"].axis
        assert ds.xindexes["chrom1"].axis != 3
        assert hash(ds.xindexes["chrom1"].axis) == hash(other.xindexes["chrom1"].axis)
    joined = xr.align(
        ds.isel(hic_object=slice(5)), other.isel(hic_object=slice(3, 9)), join="inner"
    )
    assert [part.sizes["hic_object"] for part in joined] == [2, 2]
    assert np.isnan(ds["hic"].values).sum() == 0
