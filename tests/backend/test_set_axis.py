"""Saved interval sets in Datasets: rows on an axis, further columns as variables."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.backend.overlaps import SortedIntervals
from misha_xr.errors import StaleFileError, UnknownSetError
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES, dense_values, rects_frame, sparse_frame

GENES = pd.DataFrame(
    {
        "chrom": ["chr1", "chr1", "chr1", "chr2", "chrX"],
        "start": [0, 10, 500, 7, 10],
        "end": [900, 70, 620, 30, 70],
        "strand": [1, -1, 1, 1, -1],
        "gene": ["A", "B", None, "D", "E"],
    }
)
PAIRS = rects_frame().rename(columns={"value": "score"})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_database(
        tmp_path / "db",
        sizes=SIZES,
        dense={"a": (50, dense_values()), "genes_strand": (50, {"chr1": 2.0})},
        sparse={"sp": sparse_frame()},
        sets={"genes": GENES, "bare": GENES[["chrom", "start", "end"]], "pairs": PAIRS},
    )


@pytest.fixture
def ds(root: Path) -> xr.Dataset:
    return xr.open_dataset(root, engine="misha", sets="*")


def test_open__no_sets_unless_asked_for(root: Path) -> None:
    assert "genes_gene" not in xr.open_dataset(root, engine="misha")


@pytest.mark.parametrize(
    ("sets", "dims"),
    [
        ("genes", {"genes_interval"}),
        (["pairs"], {"pairs_object"}),
        ("*a*", {"bare_interval", "pairs_object"}),
        (re.compile("^g|b"), {"genes_interval", "bare_interval"}),
        ([], set()),
    ],
    ids=["name", "names", "glob", "pattern", "none"],
)
def test_open__names_globs_patterns(root: Path, sets: object, dims: set[str]) -> None:
    ds = xr.open_dataset(root, engine="misha", tracks="a", sets=sets)  # type: ignore[arg-type]
    assert {dim for dim in ds.dims if dim != "bin_50"} == dims


def test_open__unknown_set(root: Path) -> None:
    with pytest.raises(UnknownSetError, match="genes"):
        xr.open_dataset(root, engine="misha", sets="gene")


def test_dataset__columns_and_coordinates(ds: xr.Dataset) -> None:
    for field in ("chrom", "start", "end"):
        assert ds[f"genes_{field}"].values.tolist() == GENES[field].tolist()
    assert ds["genes_gene"].values[[0, 1, 3]].tolist() == ["A", "B", "D"]
    assert ds["genes_gene"].dims == ("genes_interval",)
    assert sorted(ds["pairs_score"].values) == sorted(PAIRS["score"])
    assert ds["bare_start"].dims == ("bare_interval",)


def test_dataset__a_track_of_that_name_keeps_it(ds: xr.Dataset) -> None:
    assert ds["genes_strand"].dims == ("bin_50",)
    assert ds["genes_strand_"].values.tolist() == GENES["strand"].tolist()


def test_dataset__sets_give_way_to_each_other(tmp_path: Path) -> None:
    one = GENES.rename(columns={"strand": "y_start", "gene": "interval"})
    root = write_database(
        tmp_path / "clash",
        sizes=SIZES,
        sparse={"x_y": sparse_frame()},
        sets={"x": one, "x_interval": GENES[["chrom", "start", "end", "strand"]]},
    )
    ds = xr.open_dataset(root, engine="misha", sets="*")
    assert ds["x_y_start"].dims == ("x_y_interval",)
    assert ds["x_y_start_"].values.tolist() == GENES["strand"].tolist()
    assert ds["x_interval_"].dims == ("x_interval",)
    assert ds["x_interval_strand"].dims == ("x_interval_interval",)
    assert ds.misha.sel("chr2").sizes["x_interval"] == 1


def test_group__plain_names(root: Path) -> None:
    genes = xr.open_dataset(root, engine="misha", group="set/genes")
    assert set(genes.data_vars) == {"strand", "gene"}
    assert genes.sel(chrom="chr1:900-1000").sizes["genes_interval"] == 0
    tree = xr.open_datatree(root, engine="misha", sets=["genes"])
    assert tree["set/genes"]["strand"].values.tolist() == GENES["strand"].tolist()


@pytest.mark.parametrize("region", ["chr1:60-80", "chr1:69-70", "chr1:70-71", "chrE", "chr2"])
def test_sel__rows_that_share_a_base(ds: xr.Dataset, region: str) -> None:
    code, start, end = ds.misha.genome.parse_region(region)
    name = ds.misha.genome.name(code)
    expected = GENES[(GENES["chrom"] == name) & (GENES["start"] < end) & (GENES["end"] > start)]
    chosen = ds.misha.sel(region)
    assert chosen["genes_start"].values.tolist() == expected["start"].tolist()
    again = ds.isel(genes_interval=slice(None, None, -1)).sel(genes_chrom=region)
    assert again["genes_start"].values.tolist() == expected["start"].tolist()[::-1]


def test_sel__table_repeats_rows(ds: xr.Dataset) -> None:
    table = pd.DataFrame({"chrom": ["chrX", "chr1", "chr1"], "start": 15, "end": 60})
    chosen = ds.misha.sel(table.set_index(pd.Index(["x", "y", "z"])))
    assert chosen["genes_region"].values.tolist() == ["x", "y", "y", "z", "z"]
    assert chosen["genes_start"].values.tolist() == [10, 0, 10, 0, 10]


def test_sel__2d_set_by_rectangles(ds: xr.Dataset) -> None:
    table = PAIRS.iloc[[13, 2, 2]].drop(columns="score")
    chosen = ds.misha.sel(table)
    assert chosen["pairs_score"].values.tolist() == [14.0, 3.0, 3.0]
    assert chosen["pairs_region"].values.tolist() == [13, 2, 2]
    both = ds.sel(pairs_chrom1="chr1:100-301", pairs_chrom2="chrX")
    assert both["pairs_score"].values.tolist() == [12.0, 13.0, 14.0]


def test_pickle__by_reference(ds: xr.Dataset) -> None:
    data = pickle.dumps(ds[["genes_gene"]].misha.sel("chr1"))
    assert len(data) < 4000
    assert pickle.loads(data)["genes_gene"].shape == (3,)


def test_pickle__of_a_set_that_was_replaced(root: Path, ds: xr.Dataset) -> None:
    data = pickle.dumps(ds[["genes_gene"]])
    write_database(root, sizes=SIZES, sets={"genes": GENES.iloc[:2]})
    with pytest.raises(StaleFileError, match="'genes' has 2 rows"):
        pickle.loads(data)


def test_lazy__no_track_is_read(ds: xr.Dataset) -> None:
    with no_work(max_coordinates=600):
        repr(ds)
        ds._repr_html_()
        ds.misha.sel("chr2")
        xr.align(ds, ds.copy(deep=True), join="exact")


def test_equality__by_contents(root: Path, ds: xr.Dataset) -> None:
    other = xr.open_dataset(root, engine="misha", sets="*")
    assert ds.xindexes["genes_chrom"].equals(other.xindexes["genes_chrom"])
    assert not ds.xindexes["genes_chrom"].equals(ds.xindexes["bare_chrom"])


def test_queries__scope_is_that_of_the_bins(ds: xr.Dataset) -> None:
    chosen = ds.misha.sel("chr1:0-100")
    assert chosen.misha.extract("a")["start"].tolist() == [0, 50]
    alone = xr.open_dataset(ds.misha.store.root, engine="misha", group="set/genes")
    assert len(alone.sel(chrom="chrX").misha.extract("a", iterator=50)) == 2


def test_groupby_chrom__counts_rows(ds: xr.Dataset) -> None:
    counts = ds[["genes_gene"]].misha.groupby_chrom().count()
    assert counts["genes_gene"].values.tolist() == [2, 1, 1]
    sums = ds.misha.groupby_chrom("pairs_object").sum()
    assert sums["pairs_score"].values.tolist() == [float(PAIRS["score"].sum())]


def test_intervals__a_table(ds: xr.Dataset) -> None:
    genes = ds.misha.intervals("genes")
    assert genes["start"].tolist() == GENES["start"].tolist()
    assert genes["gene"].tolist()[0] == "A"
    pd.testing.assert_frame_equal(genes, ds.misha.store.load_set("genes"))
    part = ds.misha.sel("chr1:650-1050").misha.intervals("genes")
    assert part["start"].tolist() == [0]
    twice = ds.misha.sel(["chr1:0-100", "chr2"]).misha.intervals("genes")
    assert twice["start"].tolist() == [0, 10, 7]
    assert len(ds.misha.intervals("pairs")) == 20
    assert len(ds.misha.sel("chr2").misha.intervals("pairs")) == 0


def test_intervals__unknown(ds: xr.Dataset) -> None:
    with pytest.raises(UnknownSetError, match="gen"):
        ds.misha.intervals("gen")


intervals = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=25)


@given(held=intervals, asked=intervals)
def test_sorted_intervals__like_all_pairs(
    held: list[tuple[int, int]], asked: list[tuple[int, int]]
) -> None:
    table = np.array([(lo, lo + n + 1) for lo, n in held], dtype=np.int64).reshape(-1, 2)
    wanted = np.array([(lo, lo + n) for lo, n in asked], dtype=np.int64).reshape(-1, 2)
    found = SortedIntervals(table[:, 0], table[:, 1]).meeting(wanted[:, 0], wanted[:, 1])
    expected = [
        (i, j)
        for i, (lo, hi) in enumerate(wanted.tolist())
        for j, (start, end) in enumerate(table.tolist())
        if lo < hi and start < hi and end > lo
    ]
    assert list(zip(*(part.tolist() for part in found), strict=True)) == expected
