"""Interval sets saved by methods, and `out=` of queries: native calls on databases and Datasets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import misha_xr
from misha_xr import Database
from misha_xr.errors import NameCollisionError, NameSyntaxError, OutputError
from misha_xr.options import set_options
from misha_xr.testing.semantics import write_semantics_database


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return misha_xr.open_database(write_semantics_database(tmp_path / "db"))


def test_save__database_and_dataset(db: Database) -> None:
    hits = db.screen("d10 > 5", scope="chr1")
    assert hits.misha.save(db, "lab.hits", attributes={"a": "b"}).name == "hits.interv"
    ds = xr.open_dataset(db.root, engine="misha")
    hits.misha.save(ds, "lab.more", big=True)
    for name in ("lab.hits", "lab.more"):
        pd.testing.assert_frame_equal(db.store.load_set(name), hits)
    assert db.attributes("lab.hits") == {"a": "b"}
    ds.misha.remove_intervals("lab.more")
    assert not db.store.has_set("lab.more")
    with pytest.raises(TypeError, match="Database or a Dataset"):
        hits.misha.save("db", "x")


QUERIES: dict[str, Any] = {
    "extract": lambda db, **out: db.extract({"v": "d10 * 2"}, "chr1", **out),
    "extract 2D": lambda db, **out: db.extract("r2", **out),
    "extract, joined": lambda db, **out: db.extract(
        "d10", PEAKS, intervals_join="intervals", **out
    ),
    "screen": lambda db, **out: db.screen("d10 > 5", **out),
    "partition": lambda db, **out: db.partition("d10", [0, 5, 10, 20], **out),
    "lookup": lambda db, **out: db.lookup([1, 2], "d10", [0, 5, 10], scope="chr1", **out),
    "segment": lambda db, **out: db.segment("d10", 100, scope="chr1", **out),
    "wilcox": lambda db, **out: db.wilcox("d10", 100, 300, 0.1, "chr1", **out),
    "interval_summary": lambda db, **out: db.interval_summary("d10", PEAKS, **out),
    "interval_quantiles": lambda db, **out: db.interval_quantiles("d10", 0.5, PEAKS, **out),
    "mapply": lambda db, **out: db.mapply(np.size, "d10", PEAKS, **out),
    "iterator_intervals": lambda db, **out: db.iterator_intervals(20, "chr1", **out),
}
PEAKS = pd.DataFrame(
    {
        "chrom": ["chr1", "chr1"],
        "start": [0, 40],
        "end": [50, 90],
        "gene": pd.Series([None, "x"], dtype=object),
        "flag": pd.Series([True, False], dtype=object),
    }
)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("big", [False, True])
def test_out__makes_the_set_of_what_is_returned(db: Database, name: str, big: bool) -> None:
    expected = QUERIES[name](db)
    with set_options(big_set_rows=1 if big else 10_000):
        path = QUERIES[name](db, out="lab.out")
    assert path.is_dir() == (big and len(expected) > 1)
    found = db.store.load_set("lab.out")
    assert found.columns.tolist() == [str(column) for column in expected.columns]
    assert found.astype(str).replace("nan", "None").to_numpy().tolist() == (
        expected.astype(str).replace("nan", "None").to_numpy().tolist()
    )
    with pytest.raises(NameCollisionError, match="already exists"):
        QUERIES[name](db, out="lab.out")
    QUERIES[name](db, out="lab.out", overwrite=True)


def test_out__refused_before_anything_is_asked(db: Database) -> None:
    for out, error in (("1x", NameSyntaxError), ("x.parquet", OutputError), (5, TypeError)):
        for ask in (db.extract, db.screen):
            with pytest.raises(error):
                ask("no such track", out=out)


def test_out__file_of_a_screen(db: Database, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = db.screen("d10 > 5", out=tmp_path / "hits.parquet")
    assert pd.read_parquet(path)["start"].tolist() == db.screen("d10 > 5")["start"].tolist()


def test_out__on_a_dataset_with_its_own_values(db: Database) -> None:
    ds = xr.open_dataset(db.root, engine="misha")
    ds.misha.vtrack("near", "d10", "max", eshift=20).misha.extract("near", "chr1", out="a")
    assert "near" in db.store.load_set("a")


def test_set_methods__round_trip(db: Database) -> None:
    db.save_intervals("a", PEAKS)
    db.update_intervals("a", PEAKS.iloc[1:], chrom="chr1")
    assert db.store.load_set("a")["gene"].tolist() == ["x"]
    db.set_interval_attributes("a", {"b.c": "1"}, d="2")
    assert db.attributes("a") == {"b.c": "1", "d": "2"}
    db.set_interval_attributes("a", e="3", replace=True)
    assert db.attributes("a") == {"e": "3"}
    db.remove_intervals("a")
    db.remove_intervals("a", missing_ok=True)
    assert "a" not in db.find_sets()
