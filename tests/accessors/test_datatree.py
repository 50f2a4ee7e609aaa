"""The accessor of DataTrees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.errors import MishaError, UnknownChromosomeError, UnknownTrackError
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import flat_values, rects_frame, write_tiny


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "db")


@pytest.fixture
def tree(root: Path) -> xr.DataTree:
    return xr.open_datatree(root, engine="misha")


def test_sel__every_node(root: Path, tree: xr.DataTree) -> None:
    with no_work(max_coordinates=300):
        chosen = tree.misha.sel("chr2")
        repr(chosen)
    flat = xr.open_dataset(root, engine="misha").misha.sel("chr2")
    assert {node.path for node in chosen.leaves} == {node.path for node in tree.leaves}
    for path, name in (("bin_50", "a"), ("bin_200", "c"), ("sparse/sp", "sp"), ("rect/hic", "hic")):
        np.testing.assert_array_equal(chosen[path][name].values, flat[name].values)
    assert tree["bin_50"].sizes["bin_50"] == 43


@pytest.mark.parametrize("region", ["genes", ["chr1:0-100", "chrX"], "table", "2d"])
def test_sel__what_a_dataset_takes(root: Path, tree: xr.DataTree, region: object) -> None:
    if isinstance(region, str) and region == "table":
        region = pd.DataFrame({"chrom": ["chrX", "chr1"], "start": [0, 90], "end": [20, 120]})
    elif isinstance(region, str) and region == "2d":
        region = rects_frame().iloc[[3, 15]]
    chosen, flat = tree.misha.sel(region), xr.open_dataset(root, engine="misha").misha.sel(region)
    for name in ("a", "sp", "hic"):
        xr.testing.assert_equal(chosen.misha[name], flat.misha[name])


def test_sel__mistakes(tree: xr.DataTree) -> None:
    with pytest.raises(UnknownChromosomeError, match="chr7"):
        tree.misha.sel("chr7")


def test_sel__a_subtree(tree: xr.DataTree) -> None:
    assert tree["sparse"].misha.sel("chrX")["sp"].sizes["sp_interval"] == 5


def test_getitem__shown_or_not(root: Path, tree: xr.DataTree) -> None:
    np.testing.assert_array_equal(tree.misha["ns.b"].values, flat_values(2.0))
    part = xr.open_datatree(root, engine="misha", tracks=["a"]).misha.sel("chr2")
    np.testing.assert_array_equal(part.misha["ns.b"].values, flat_values(2.0)[21:34])
    assert part.misha["sp"].size == 14
    with pytest.raises(UnknownTrackError, match="zzz"):
        tree.misha["zzz"]


def test_store_genome_tracks(root: Path, tree: xr.DataTree) -> None:
    assert tree.misha.genome.names == ("chr1", "chr2", "chrE", "chrX")
    assert tree.misha.tracks["name"].tolist() == ["a", "c", "hic", "ns.b", "sp"]
    assert tree.misha.store.root == root


def test_empty_database__knows_its_genome(tmp_path: Path) -> None:
    root = write_database(tmp_path / "empty", sizes={"c": 100})
    assert xr.open_datatree(root, engine="misha").misha.genome.names == ("c",)


def test_tree_of_elsewhere__says_so() -> None:
    tree = xr.DataTree.from_dict({"/x": xr.Dataset({"v": ("t", [1.0])})})
    with pytest.raises(MishaError, match="no node of this DataTree"):
        _ = tree.misha.genome
