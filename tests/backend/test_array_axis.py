"""Array tracks: records by named columns."""

from __future__ import annotations

import asyncio
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.database import write_database

CELLS = pd.DataFrame(
    {
        "chrom": ["chr1", "chr1", "chr2"],
        "start": [5, 40, 0],
        "end": [9, 60, 10],
        "liver": [1.5, np.nan, 3.0],
        "gut": [10.0, 20.0, np.nan],
    }
)
VALUES = CELLS[["liver", "gut"]].to_numpy(dtype=np.float32)
SIZES = {"chr1": 100, "chrE": 30, "chr2": 50}


@pytest.fixture
def ds(tmp_path: Path, layout: str) -> xr.Dataset:
    root = write_database(
        tmp_path / "db",
        sizes=SIZES,
        dense={"d": (10, {"chr1": 1.0})},
        arrays={"cells": CELLS},
        layout=layout,
    )
    return xr.open_dataset(root, engine="misha")


def test_dataset__prefixed_names(ds: xr.Dataset) -> None:
    array = ds["cells"]
    assert array.dims == ("cells_interval", "cells_column")
    assert set(array.coords) == {"cells_chrom", "cells_start", "cells_end", "cells_column"}
    assert array["cells_column"].values.tolist() == ["liver", "gut"]
    assert array.attrs == {"long_name": "cells", "type": "array"}
    np.testing.assert_array_equal(array.values, VALUES)
    for field in ("chrom", "start", "end"):
        assert array[f"cells_{field}"].values.tolist() == CELLS[field].tolist()


def test_one_track__plain_names_shown_or_hidden(ds: xr.Dataset) -> None:
    for source in (ds, ds[["d"]]):
        array = source.misha["cells"]
        assert array.dims == ("cells_interval", "column")
        assert set(array.coords) == {"chrom", "start", "end", "column"}
        np.testing.assert_array_equal(array.sel(column="gut", chrom="chr1").values, [10.0, 20.0])


def test_group_and_tree__plain_names(ds: xr.Dataset) -> None:
    root = ds.misha.store.root
    group = xr.open_dataset(root, engine="misha", group="array/cells")
    assert set(group.coords) == {"chrom", "start", "end", "column"}
    tree = xr.open_datatree(root, engine="misha")
    np.testing.assert_array_equal(tree["array/cells"]["cells"].values, VALUES)


@pytest.mark.parametrize(
    "key",
    [
        (slice(None), slice(None)),
        (1, slice(None)),
        (slice(1, 3), 0),
        (2, 1),
        (np.array([2, 0, 2]), np.array([1, 0])),
        (slice(None, None, -1), slice(None, None, -1)),
        (slice(0), slice(1)),
    ],
    ids=str,
)
def test_values__like_numpy(ds: xr.Dataset, key: tuple) -> None:
    expected = VALUES[key[0]]
    expected = expected[..., key[1]]
    np.testing.assert_array_equal(ds["cells"][key].values, expected)


def test_sel__regions_and_tables(ds: xr.Dataset) -> None:
    assert ds.misha.sel("chr1:0-20").sizes["cells_interval"] == 1
    table = pd.DataFrame({"chrom": ["chr2", "chr1"], "start": [0, 0], "end": [5, 50]}, index=[7, 3])
    chosen = ds.misha.sel(table)
    assert chosen["cells_region"].values.tolist() == [7, 3, 3]
    np.testing.assert_array_equal(chosen["cells"].values, VALUES[[2, 0, 1]])
    assert chosen.misha["cells"]["region"].values.tolist() == [7, 3, 3]


def test_lazy__until_values_are_asked_for(ds: xr.Dataset) -> None:
    with no_work(max_coordinates=300):
        repr(ds)
        ds._repr_html_()
        chosen = ds.misha.sel("chr1")
        again = pickle.loads(pickle.dumps(chosen))
        xr.align(ds, ds.copy(), join="exact")
    with counted_work() as work:
        np.testing.assert_array_equal(again["cells"].values, VALUES[:2])
    assert work.n_reads == 1
    loaded = asyncio.run(ds["cells"].load_async())
    np.testing.assert_array_equal(loaded.values, VALUES)


def test_chunks_and_groups(ds: xr.Dataset) -> None:
    chunked = xr.open_dataset(ds.misha.store.root, engine="misha", chunks={})
    assert chunked["cells"].chunks == ((3,), (2,))
    sums = chunked[["cells"]].misha.groupby_chrom().sum()
    assert sums["cells_chrom"].values.tolist() == ["chr1", "chr2"]
    assert sums["cells"].values.tolist() == [[1.5, 30.0], [3.0, 0.0]]


def test_column_name_clash__coordinate_gives_way(tmp_path: Path) -> None:
    root = write_database(
        tmp_path / "x",
        sizes=SIZES,
        arrays={"cells": CELLS},
        dense={"cells_column": (10, {"chr1": 1.0})},
    )
    ds = xr.open_dataset(root, engine="misha")
    assert ds["cells"].dims == ("cells_interval", "cells_column_")
    assert ds["cells_column"].dims == ("bin_10",)
    assert ds.misha["cells"].dims == ("cells_interval", "column")
