"""A small database with everything in it, and all that can be seen of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database import Store
from misha_xr.database.writing.metadata import write_variable
from misha_xr.testing.database import write_database

__all__ = ["OBSERVED_SIZES", "OBSERVED_TRACKS", "observe", "track_values", "write_everything"]

OBSERVED_SIZES = {"chr1": 200, "chr2": 120, "chr3": 40}
OBSERVED_TRACKS = ("dense", "sparse", "arr", "rects", "points")


def write_everything(root: Path, layout: str = "per-chromosome") -> Path:
    """Write a track of every kind, a set, attributes and a variable; chr3 has hardly any data.

    Parameters
    ----------
    root : Path
        Where.
    layout : {"per-chromosome", "indexed"}
        Of sequence and tracks.

    Returns
    -------
    Path
        The root.
    """
    rows = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chr2"], "start": [0, 50, 20], "end": [10, 60, 30]}
    )
    pairs = pd.DataFrame(
        {
            "chrom1": ["chr1", "chr1"],
            "start1": [0, 50],
            "end1": [10, 51],
            "chrom2": ["chr1", "chr2"],
            "start2": [20, 30],
            "end2": [30, 31],
            "value": [1.0, 2.0],
        }
    )
    write_database(
        root,
        sizes=OBSERVED_SIZES,
        sequence={name: "ACGT" * (size // 4) for name, size in OBSERVED_SIZES.items()},
        dense={"dense": (10, {"chr1": np.arange(20), "chr2": np.arange(12)})},
        sparse={"sparse": rows.assign(value=[1.0, 2.0, 3.0])},
        arrays={"arr": rows.assign(a=[1.0, 2.0, 3.0], b=[4.0, np.nan, 6.0])},
        rects={"rects": pairs},
        points={"points": pairs.assign(end1=pairs["start1"] + 1, end2=pairs["start2"] + 1)},
        sets={"ns.set": rows},
        attributes={"dense": {"created.by": "test", "lab": "x"}, "ns.set": {"kind": "rows"}},
        layout=layout,
    )
    write_variable(Store(root), "dense", "stats", {"a": 1})
    return root


def observe(root: Path) -> dict[str, Any]:
    """Return all that a store tells of a database: names, values, attributes, variables.

    Parameters
    ----------
    root : Path
        The database.

    Returns
    -------
    dict of str to object
        Comparable by ``==``; dates of creation are left out.
    """
    store = Store(root)
    sets = {name: repr(store.load_set(name).to_dict("list")) for name in store.set_names()}
    sets_attributes = {name: _undated(store.set_attributes(name)) for name in store.set_names()}
    found: dict[str, Any] = {"sets": sets, "sets' attributes": sets_attributes}
    for name in store.track_names():
        variables = {var: store.variable(name, var) for var in store.variable_names(name)}
        kind = store.info(name).type.value
        attributes = _undated(store.attributes(name))
        found[f"track {name}"] = (kind, track_values(store, name), attributes, variables)
    return found


def _undated(attributes: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name != "created.date"}


def track_values(store: Any, name: str) -> str:
    """Return the values of a track as text, in which NaN equals NaN.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        The track.

    Returns
    -------
    str
        Coordinates and values of all it holds.
    """
    kind, track, codes = store.info(name).type.value, store.track(name), store.genome.n_chroms
    if kind == "dense":
        return repr([track.values(code).tolist() for code in range(codes)])
    if kind in ("sparse", "array"):
        parts = [track.records(code) for code in range(codes)]
        return repr([(p.starts.tolist(), p.ends.tolist(), p.values.tolist()) for p in parts])
    objects = [(pair, track.objects(*pair)) for pair in track.pairs()]
    return repr(
        [(pair, o.x1.tolist(), o.y1.tolist(), o.x2.tolist(), o.y2.tolist(), o.values.tolist())
         for pair, o in objects]
    )  # fmt: skip
