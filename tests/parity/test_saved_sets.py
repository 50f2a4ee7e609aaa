"""pymisha loads the interval sets that we save, in every form and both layouts, and uses them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import open_database
from misha_xr.testing.classic_calls import Program

LAYOUTS = ("per-chromosome", "indexed")
FORMS: dict[str, dict[str, Any]] = {
    "small": {},
    "files": {"big": True, "layout": "per-chromosome", "attributes": {"lab": "x"}},
    "index": {"big": True, "layout": "indexed"},
}


def line(genome: Any) -> pd.DataFrame:
    rows = np.arange(40)
    names = [name for name, size in zip(genome.names, genome.sizes, strict=True) if size > 50]
    return pd.DataFrame(
        {
            "chrom": [names[k % len(names)] for k in rows],
            "start": rows,
            "end": rows + 3,
            "strand": rows % 3 - 1,
            "score": rows / 7,
            "name": [f"n{k}" for k in rows],
            "kept": rows % 2 == 0,
            "kind": pd.Categorical([("u", "v")[k % 2] for k in rows]),
        }
    )


def plane(genome: Any) -> pd.DataFrame:
    rows = np.arange(20)
    first, second = genome.names[:2]
    return pd.DataFrame(
        {
            "chrom1": [(first, second)[k % 2] for k in rows],
            "start1": rows,
            "end1": rows + 3,
            "chrom2": [(first, second)[k % 3 % 2] for k in rows],
            "start2": rows + 1,
            "end2": rows + 9,
            "score": rows / 3,
        }
    )


@pytest.fixture(params=LAYOUTS)
def root(request: Any, parity_roots: dict[str, Path], tmp_path: Path) -> Path:
    target = tmp_path / "db"
    shutil.copytree(parity_roots[request.param], target)
    return target


def test_saved_sets__load_as_they_were(root: Path, ask_peer: Any) -> None:
    db = open_database(root)
    steps: list[Any] = [("gintervals_ls", (), {})]
    for form, how in FORMS.items():
        db.save_intervals(f"lab.{form}", line(db.genome), **how)
        db.save_intervals(f"plane_{form}", plane(db.genome), **how)
        db.save_intervals(f"new_{form}", line(db.genome), **how)
        rows = line(db.genome).query("chrom == 'chr1'").iloc[:2]
        db.update_intervals(f"new_{form}", rows, chrom="chr1")
        db.set_interval_attributes(f"new_{form}", lab="y")
        steps += [
            ("gintervals_load", (f"lab.{form}",), {}),
            ("gintervals_load", (f"lab.{form}",), {"chrom": db.genome.names[1]}),
            ("gintervals_load", (f"plane_{form}",), {}),
            ("gintervals_load", (f"new_{form}",), {}),
            ("gintervals_attr_get", (f"plane_{form}", "lab"), {}),
            ("gintervals_attr_get", (f"new_{form}", "lab"), {}),
            ("gextract", ("d10", f"lab.{form}"), {"iterator": -1}),
        ]
    (answers,) = ask_peer([Program(root, tuple(steps))])
    assert [answer[0] for answer in answers] == ["value"] * len(steps), answers
    names, *found = (answer[1] for answer in answers)
    for form in FORMS:
        assert {f"lab.{form}", f"plane_{form}"} <= set(names)
        mine = db.store.load_set(f"lab.{form}")
        whole, part, squares, new, *attributes, values = (found.pop(0) for _ in range(7))
        equal(whole, mine)
        equal(part, mine[mine["chrom"] == db.genome.names[1]])
        equal(squares, db.store.load_set(f"plane_{form}"))
        equal(new, db.store.load_set(f"new_{form}"))
        assert attributes == ["x" if form == "files" else "", "y"]
        ours = db.extract("d10", mine, iterator=mine)["d10"].to_numpy()
        np.testing.assert_allclose(values["d10"].to_numpy(), ours)
    assert (root / ".db.cache.dirty").exists()


def equal(theirs: pd.DataFrame, ours: pd.DataFrame) -> None:
    assert theirs.columns.tolist() == ours.columns.tolist()
    for name in ours:
        one, other = theirs[name], ours[name]
        if other.dtype.kind in "if":
            np.testing.assert_array_equal(one.to_numpy(float), other.to_numpy(float))
        else:
            assert one.astype(str).tolist() == other.astype(str).tolist(), name
