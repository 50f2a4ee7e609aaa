"""Every kind of write of interval sets, stopped at every step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from misha_xr.database import Store
from misha_xr.database.writing.set_conversion import convert_set
from misha_xr.database.writing.set_metadata import remove_set, write_set_attributes
from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.set_updates import update_set
from misha_xr.options import set_options
from misha_xr.testing.database import write_database
from misha_xr.testing.interruptions import check_interruptions

SIZES = {"chr1": 100, "chr2": 60}
ROWS = pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [1, 2], "end": [5, 9], "s": ["a", "b"]})
NEW = ROWS.iloc[:1].assign(start=7, end=8)
Act = Callable[[Store], Any]


def observe(root: Path) -> Any:
    store = Store(root)
    return {
        name: (store.load_set(name).astype(str).to_numpy().tolist(), store.set_attributes(name))
        for name in store.set_names()
    }


def prepare(**saved: Any) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        store = Store(write_database(root, sizes=SIZES, sets={"other": ROWS}))
        if saved:
            save_set(store, "a", ROWS, **saved)

    return make


def overwrite(**saved: Any) -> Act:
    return lambda store: save_set(store, "a", NEW, overwrite=True, **saved)


SMALL: dict[str, Any] = {"attributes": {}}
BIG = {"big": True}
INDEXED = {"big": True, "layout": "indexed"}
CASES: dict[str, tuple[dict[str, Any], Act]] = {
    "save small": ({}, lambda store: save_set(store, "a", ROWS)),
    "save small, attributes": (
        {},
        lambda store: save_set(store, "b.a", ROWS, attributes={"x": "1"}),
    ),
    "save big": ({}, lambda store: save_set(store, "a", ROWS, **BIG, attributes={"x": "1"})),
    "save indexed": ({}, lambda store: save_set(store, "a", ROWS, **INDEXED)),
    "overwrite small": ({"attributes": {"x": "1"}}, overwrite()),
    "overwrite small, attributes": ({"attributes": {"x": "1"}}, overwrite(attributes={"x": "2"})),
    "overwrite small by big": ({"attributes": {"x": "1"}}, overwrite(**BIG)),
    "overwrite big by small": (BIG | {"attributes": {"x": "1"}}, overwrite()),
    "overwrite indexed by big": (INDEXED, overwrite(**BIG, attributes={"x": "1"})),
    "update": (SMALL, lambda store: update_set(store, "a", NEW, chrom="chr1")),
    "update to nothing": (BIG, lambda store: update_set(store, "a", None, chrom="chr1")),
    "remove small": ({"attributes": {"x": "1"}}, lambda store: remove_set(store, "a")),
    "remove big": (BIG, lambda store: remove_set(store, "a")),
    "attributes small": (SMALL, lambda store: write_set_attributes(store, "a", {"x": "1"})),
    "attributes big": (
        BIG | {"attributes": {"x": "1"}},
        lambda store: write_set_attributes(store, "a", {"x": None}),
    ),
    "attributes indexed": (INDEXED, lambda store: write_set_attributes(store, "a", {"x": "1"})),
}


# What these do step by step, others do as well.
SLOW = {"save indexed", "overwrite small by big", "overwrite indexed by big", "update to nothing"}


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[pytest.mark.slow] * (case in SLOW)) for case in CASES]
)
def test_writes__survive_a_stop_at_every_step(tmp_path: Path, case: str) -> None:
    saved, act = CASES[case]
    steps = check_interruptions(
        prepare(**saved), lambda root: act(Store(root)), observe, folder=tmp_path
    )
    assert steps > 2


@pytest.mark.parametrize("saved", [BIG | {"attributes": {"x": "1"}}, INDEXED])
def test_update_set__of_parts_survives(tmp_path: Path, saved: dict[str, Any]) -> None:
    def act(root: Path) -> None:
        with set_options(big_set_rows=1):
            update_set(Store(root), "a", NEW, chrom="chr1")

    check_interruptions(prepare(**saved), act, observe, folder=tmp_path)


@pytest.mark.parametrize(("saved", "layout"), [(BIG, "indexed"), (INDEXED, "per-chromosome")])
def test_convert_set__survives(tmp_path: Path, saved: dict[str, Any], layout: str) -> None:
    def look(root: Path) -> Any:
        files = sorted(path.name for path in Store(root).set_path("a").iterdir())
        return observe(root), files

    def act(root: Path) -> None:
        convert_set(Store(root), "a", layout)

    check_interruptions(prepare(**saved), act, look, folder=tmp_path)


def test_update_set__grows_big_and_shrinks_again(tmp_path: Path) -> None:
    prepare(attributes={"x": "1"})(tmp_path / "db")
    store = Store(tmp_path / "db")
    many = pd.concat([NEW] * 4)
    with set_options(big_set_rows=3):
        update_set(store, "a", many, chrom="chr1")
        assert store.set_path("a").is_dir()
        assert not (store.root / "tracks/a.iattr").exists()
        assert len(store.load_set("a")) == 5
        update_set(store, "a", None, chrom=1)
        assert store.set_path("a").is_file()
    assert store.load_set("a")["chrom"].tolist() == ["chr2"]
    assert store.set_attributes("a") == {"x": "1"}
