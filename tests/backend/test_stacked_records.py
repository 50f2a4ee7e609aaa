"""Many sparse, and many 2D, tracks on one axis."""

from __future__ import annotations

import pickle
from pathlib import Path

import dask
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.backend import layouts
from misha_xr.errors import MishaWarning, UnknownTrackError, UnsupportedError
from misha_xr.testing.backend import counted_work, no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES, dense_values, rects_frame, sparse_frame

NAMES = [f"s{k}" for k in range(4)]
RECTS = [f"r{k}" for k in range(3)]


def sparse(k: int) -> pd.DataFrame:
    frame = sparse_frame().iloc[k:]
    return frame.assign(value=frame["value"] + 100 * k)


def rects(k: int) -> pd.DataFrame:
    frame = rects_frame().iloc[:: k + 1]
    return frame.assign(value=frame["value"] + 100 * k)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(layouts, "MAX_INDEXED", 2)
    return write_database(
        tmp_path / "db",
        sizes=SIZES,
        dense={"a": (50, dense_values())},
        sparse={name: sparse(k) for k, name in enumerate(NAMES)},
        rects={name: rects(k) for k, name in enumerate(RECTS)},
    )


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", layout="stacked")


def test_open__one_warning_for_everything(root: Path) -> None:
    with pytest.warns(MishaWarning) as caught:
        ds = xr.open_dataset(root, engine="misha")
    (warning,) = caught
    assert "4 sparse tracks are shown as one variable sparse" in str(warning.message)
    assert "3 2D tracks are shown as one variable rect" in str(warning.message)
    assert set(ds.data_vars) == {"a", "sparse", "rect"}


def test_open__explicit_layouts_do_not_warn(root: Path, ds: xr.Dataset) -> None:
    assert set(ds.data_vars) == {"dense_50", "sparse", "rect"}
    apart = xr.open_dataset(root, engine="misha", layout="variables")
    assert set(apart.data_vars) == {"a", *NAMES, *RECTS}
    named = xr.open_dataset(root, engine="misha", tracks=NAMES)
    assert set(named.data_vars) == set(NAMES)


def test_values_and_coordinates__track_after_track(ds: xr.Dataset) -> None:
    frames = pd.concat([sparse(k).assign(track=name) for k, name in enumerate(NAMES)])
    np.testing.assert_array_equal(ds["sparse"].values, frames["value"].astype("f4"))
    for field in ("chrom", "start", "end", "track"):
        assert ds[f"sparse_{field}"].values.tolist() == frames[field].tolist()
    assert ds["rect"].size == sum(len(rects(k)) for k in range(3))
    key = [40, 3, 3, 0]
    np.testing.assert_array_equal(ds["sparse"][key].values, frames["value"].to_numpy("f4")[key])


@pytest.mark.parametrize("region", ["chr1:5-120", "chrX", "chr2", ["chrX:0-8", "chr1"]], ids=str)
def test_sel__the_same_as_track_by_track(root: Path, ds: xr.Dataset, region: object) -> None:
    apart = xr.open_dataset(root, engine="misha", layout="variables").misha.sel(region)
    chosen = ds.misha.sel(region)
    for name in (*NAMES, *RECTS):
        got = chosen.misha[name]
        assert sorted(got.values) == sorted(apart[name].values)
        assert got.dims == apart[name].dims
        assert set(got.coords) == set(apart.misha[name].coords)


def test_sel__table_repeats_and_labels(ds: xr.Dataset) -> None:
    table = pd.DataFrame({"chrom": ["chrX", "chr1", "chr1"], "start": [0, 0, 5], "end": [6, 9, 9]})
    chosen = ds.misha.sel(table)
    part = chosen["sparse"]
    for row, region in table.iterrows():
        alone = ds.misha.sel(f"{region.chrom}:{region.start}-{region.end}")["sparse"]
        assert part[part["sparse_region"].values == row].values.tolist() == alone.values.tolist()


def test_sel__by_track(ds: xr.Dataset) -> None:
    chosen = ds.sel(sparse_track="s2")
    assert chosen["sparse"].values.tolist() == sparse(2)["value"].tolist()
    both = ds.sel(sparse_track=["s1", "s3"], sparse_chrom="chrX")
    assert set(both["sparse_track"].values) == {"s1", "s3"}
    assert set(both["sparse_chrom"].values) == {"chrX"}
    assert set(ds.sel(rect_track="r1", rect_chrom2="chrX")["rect_track"].values) == {"r1"}
    table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9]})
    assert ds.sel(sparse_track="s0", sparse_chrom=table)["sparse_region"].values.tolist() == [0]
    with pytest.raises(UnknownTrackError, match="s9"):
        ds.sel(sparse_track="s9")


def test_sel__2d_table(root: Path, ds: xr.Dataset) -> None:
    table = rects_frame().iloc[[12, 4]].drop(columns="value")
    apart = xr.open_dataset(root, engine="misha", layout="variables").misha.sel(table)
    chosen = ds.misha.sel(table)
    for name in RECTS:
        assert chosen.misha[name].values.tolist() == apart[name].values.tolist()
    assert sorted(set(chosen["rect_region"].values)) == [4, 12]


def test_changed_values__count(ds: xr.Dataset) -> None:
    doubled = ds * 2
    assert doubled.misha["s1"].values.tolist() == (2 * sparse(1)["value"]).tolist()
    assert doubled.misha.sel("chrX").misha["s3"].sel(chrom="chrX:0-5").values.tolist() == [619.0]
    with pytest.raises(UnsupportedError, match="s1"):
        doubled.misha.extract("s1", iterator=50)
    loaded = ds.load()
    frame = loaded.misha.extract("s1", iterator=50)
    pd.testing.assert_frame_equal(frame, ds.misha.extract("s1", iterator=50))


def test_lazy__nothing_is_read(ds: xr.Dataset) -> None:
    with no_work(max_coordinates=600):
        repr(ds)
        ds._repr_html_()
        chosen = ds.misha.sel("chr1")
        again = pickle.loads(pickle.dumps(chosen))
        dask.base.tokenize(chosen)
        xr.align(chosen, again, join="exact")
        ds.misha["s2"]
    with counted_work() as work:
        again.sel(sparse_track="s2")["sparse"].load()
    assert work.n_reads == 1


def test_chunks_and_groups(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", layout="stacked", chunks={})
    np.testing.assert_array_equal(ds["sparse"].values[:14], sparse(0)["value"])
    sums = ds.misha.groupby_chrom("sparse_interval").sum()
    frames = pd.concat([sparse(k) for k in range(4)])
    expected = frames.groupby("chrom")["value"].sum()
    assert sums["sparse"].values.tolist() == expected.tolist()
    by_side = ds.misha.groupby_chrom("rect_object").count()
    assert by_side["rect"].values.tolist() == [ds["rect"].size]


def test_queries__cover_what_records_cover(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha", layout="stacked", tracks="s*").misha.sel("chrX:0-5")
    frame = ds.misha.extract("s0")
    assert frame["start"].tolist() == [0]
    assert frame["end"].tolist() == [5]


def test_tree__a_node_per_track_or_stacked(root: Path) -> None:
    tree = xr.open_datatree(root, engine="misha")
    assert len(tree["sparse"].children) == 4
    stacked = xr.open_datatree(root, engine="misha", layout="stacked")
    assert {node.path for node in stacked.leaves} == {"/bin_50", "/sparse", "/rect"}
    assert set(stacked["sparse"].coords) == {"chrom", "start", "end", "track"}
    chosen = stacked.misha.sel("chrX:0-6")
    apart = tree.misha.sel("chrX:0-6")
    for name in ("s1", "a", "r2"):
        np.testing.assert_array_equal(chosen.misha[name].values, apart.misha[name].values)
