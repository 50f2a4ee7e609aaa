"""Every public verb gives the same in every layout; what is stacked; databases of thousands."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from misha_xr.backend import layouts
from misha_xr.backend.layouts import arrange
from misha_xr.backend.selection import Choice
from misha_xr.errors import MishaWarning
from misha_xr.testing.backend import no_work
from misha_xr.testing.database import write_database
from misha_xr.testing.tiny import SIZES, dense_values, rects_frame, sparse_frame

TABLE = pd.DataFrame({"chrom": ["chrX", "chr1", "chr1"], "start": [0, 90, 0], "end": [20, 120, 99]})
CELLS = sparse_frame().rename(columns={"value": "liver"}).assign(gut=1.0)
LAYOUTS = {
    "variables": {"layout": "variables"},
    "stacked": {"layout": "stacked"},
    "beyond the limits": {},
    "stacked, chunked": {"layout": "stacked", "chunks": {}},
    "variables, chunked": {"layout": "variables", "chunks": {}},
    "some tracks": {"tracks": ["a"]},
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    coarse = {name: np.arange(-(-size // 200)) * 1.0 for name, size in SIZES.items()}
    return write_database(
        tmp_path_factory.mktemp("layouts") / "db",
        sizes=SIZES,
        dense={"a": (50, dense_values()), "ns.b": (50, dense_values(2.0)), "c": (200, coarse)},
        sparse={"sp": sparse_frame(), "sp2": sparse_frame().iloc[2:9]},
        rects={"hic": rects_frame(), "hic2": rects_frame().iloc[::3]},
        arrays={"cells": CELLS},
        sets={"genes": TABLE.sort_values(["chrom", "start"])},
    )


def open_as(root: Path, monkeypatch: pytest.MonkeyPatch, layout: str) -> xr.Dataset:
    monkeypatch.setattr(layouts, "MAX_VARIABLES", 1)
    monkeypatch.setattr(layouts, "MAX_INDEXED", 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MishaWarning)
        return xr.open_dataset(root, engine="misha", **LAYOUTS[layout])


def changed(ds: xr.Dataset) -> xr.Dataset:
    """Assign a variable made of a track, the same way in every layout."""
    track = ds.misha["a"]
    return ds.assign(z=(track.dims, np.arange(float(track.size))))


def arrays(ds: xr.Dataset) -> dict[str, xr.DataArray]:
    names = ["a", "ns.b", "c", "sp", "sp2", "hic", "hic2", "cells"]
    return {name: ds.misha[name].load() for name in names}


VERBS: dict[str, Callable[[xr.Dataset], Any]] = {
    "getitem": arrays,
    "sel of getitem": lambda ds: ds.misha["sp2"].sel(chrom="chr1:100-300").load(),
    "sel": lambda ds: {k: v for k, v in arrays(ds.misha.sel("chrX")).items() if k in ("a", "ns.b")},
    "sel, then extract": lambda ds: ds.misha.sel("chr1:100-300").misha.extract(["a", "ns.b"]),
    "sel a table, then extract": lambda ds: ds.misha.sel(TABLE).misha.extract("a + c", iterator=50),
    "extract": lambda ds: ds.misha.extract(["a", "ns.b * 2"]),
    "extract a sparse track": lambda ds: ds.misha.extract("sp", scope="chrX", iterator=50),
    "extract of steps": lambda ds: ds.misha.extract("sp2 + 0"),
    "iterate": lambda ds: pd.concat(list(ds.misha.iterate("a", scope="chr2"))),
    "screen": lambda ds: ds.misha.screen("a > 100"),
    "summary": lambda ds: ds.misha.summary(["a", "c"], iterator=50),
    "iterator_intervals": lambda ds: ds.misha.iterator_intervals("sp"),
    "vtrack": lambda ds: ds.misha.vtrack("v", "ns.b", "max", eshift=50).misha.extract(
        "v", iterator=50
    ),
    "vtrack of a sparse track": lambda ds: ds.misha.vtrack("v", "sp2", "sum").misha.extract(
        "v", iterator=100
    ),
    "assign": lambda ds: changed(ds).misha.extract("z + a", iterator=50),
    "assign, then sel": lambda ds: changed(ds).misha.sel("chr2").misha.extract("z", iterator=50),
    "assign, then vtrack": lambda ds: (
        changed(ds).misha.vtrack("v", "z", "avg").misha.extract("v", iterator=100)
    ),
    "intervals": lambda ds: ds.misha.intervals("genes"),
    "intervals of a part": lambda ds: ds.misha.sel("chrX").misha.intervals("genes"),
    "genome": lambda ds: ds.misha.genome.names,
    "tracks": lambda ds: ds.misha.tracks,
    "groupby_chrom": lambda ds: ds.misha["a"].misha.groupby_chrom().mean().load(),
    "pickled": lambda ds: pickle.loads(pickle.dumps(ds)).misha.extract("a"),
}


def assert_same(got: Any, expected: Any) -> None:
    if isinstance(expected, dict):
        assert got.keys() == expected.keys()
        for key in expected:
            assert_same(got[key], expected[key])
    elif isinstance(expected, xr.DataArray):
        xr.testing.assert_equal(got, expected)
    elif isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(got, expected)
    else:
        assert got == expected


@pytest.mark.parametrize("layout", list(LAYOUTS)[1:])
@pytest.mark.parametrize("verb", VERBS)
def test_verbs__the_same_in_every_layout(
    root: Path, monkeypatch: pytest.MonkeyPatch, layout: str, verb: str
) -> None:
    expected = VERBS[verb](open_as(root, monkeypatch, "variables"))
    assert_same(VERBS[verb](open_as(root, monkeypatch, layout)), expected)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_display__reads_nothing(root: Path, monkeypatch: pytest.MonkeyPatch, layout: str) -> None:
    with no_work(max_coordinates=900):
        ds = open_as(root, monkeypatch, layout)
        text, html = repr(ds), ds._repr_html_()
    assert "GenomeIndex" in text
    assert "xr-wrap" in html


@pytest.mark.parametrize(
    ("n_sparse", "n_rects", "stacked"),
    [
        (50, 0, ""),
        (30, 20, ""),
        (51, 0, "sparse"),
        (40, 11, "sparse"),
        (11, 40, "rects"),
        (60, 51, "sparse rects"),
        (1, 60, "rects"),
    ],
)
def test_arrange__the_more_numerous_first(n_sparse: int, n_rects: int, stacked: str) -> None:
    choice = Choice(sparse=["s"] * n_sparse, rects=["r"] * n_rects)
    arranged = arrange(choice, "stacked")
    assert arranged.sparse == ("sparse" in stacked)
    assert arranged.rects == ("rects" in stacked)
    assert arrange(choice, "auto", is_named=True) == arrange(choice, "variables")


def test_arrange__too_many_array_tracks_are_left_out() -> None:
    choice = Choice(sparse=["s"], arrays=[f"t{k}" for k in range(51)])
    with pytest.warns(MishaWarning, match="51 array tracks are left out"):
        arranged = arrange(choice, "auto")
    assert arranged.choice == Choice(sparse=["s"])
    assert arrange(choice, "auto", is_named=True).choice == choice


def test_thousands_of_tracks__open_print_and_answer(tmp_path: Path) -> None:
    frame = pd.DataFrame({"chrom": ["c"], "start": [3], "end": [9], "value": [1.0]})
    root = write_database(
        tmp_path / "db",
        sizes={"c": 100},
        dense={f"d{k}": (20, {"c": float(k)}) for k in range(600)},
        sparse={f"s{k}": frame.assign(value=float(k)) for k in range(300)},
    )
    with pytest.warns(MishaWarning, match="600 dense tracks of 20 bp .* 300 sparse") as caught:
        ds = xr.open_dataset(root, engine="misha")
    assert len(caught) == 1
    with no_work(max_coordinates=400):
        assert len(repr(ds)) + len(ds._repr_html_()) < 40_000
    part = ds.misha.sel("c:0-20")
    assert part.misha["d77"].values.tolist() == [77.0]
    assert part.misha["s299"].values.tolist() == [299.0]
    frame = part.misha.vtrack("v", "s5").misha.extract("d70 + v", iterator=20)
    assert frame["d70 + v"].tolist() == [75.0]


@pytest.mark.slow
def test_twenty_thousand_dense_and_a_thousand_sparse(tmp_path: Path) -> None:
    frame = pd.DataFrame({"chrom": ["c"], "start": [3], "end": [9], "value": [1.0]})
    root = write_database(
        tmp_path / "db",
        sizes={"c": 100},
        dense={f"n{k % 50}.d{k}": (20, {"c": float(k)}) for k in range(20_000)},
        sparse={f"s{k}": frame for k in range(1_000)},
        layout="indexed",
    )
    with pytest.warns(MishaWarning, match="20,000 dense tracks of 20 bp"):
        ds = xr.open_dataset(root, engine="misha")
    assert len(repr(ds)) + len(ds._repr_html_()) < 40_000
    assert ds.misha["n5.d5"].values.tolist() == [5.0] * 5
    assert len(list(xr.open_datatree(root, engine="misha", layout="stacked").leaves)) == 2
