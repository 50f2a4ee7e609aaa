"""The small database that the numbers of the query semantics refer to."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.api import Database, open_database
from misha_xr.testing.database import write_database

__all__ = ["SIZES", "intervals", "semantics_database", "write_semantics_database"]

SIZES = {"chr1": 1000, "chr10": 400, "chr2": 600, "chrX": 300}


def intervals(*rows: tuple[Any, ...], columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Build a table of intervals.

    Examples
    --------
    >>> intervals(("chr1", 0, 10), ("chr2", 5, 7)).shape
    (2, 3)
    """
    names = ["chrom", "start", "end", *columns]
    frame = pd.DataFrame(list(rows), columns=names)
    types = {"chrom": "str", "start": "int64", "end": "int64"}
    return frame.astype(types)


def write_semantics_database(
    root: str | os.PathLike[str], *, layout: str = "per-chromosome"
) -> Path:
    """Write the database: tracks d10, sp, ns.sp2, arr, r2, r3 and the set iset.

    Parameters
    ----------
    root : path-like
        The folder.
    layout : {"per-chromosome", "indexed"}
        Layout of the tracks.

    Returns
    -------
    Path
        The root.
    """
    bins = np.arange(100.0)
    bins[5:7] = np.nan
    dense: dict[str, Any] = {"chr1": bins, "chr10": np.full(40, np.nan), "chr2": 1.5, "chrX": -2.0}
    sp = intervals(
        ("chr1", 100, 200, 10.0),
        ("chr1", 200, 250, 25.0),
        ("chr1", 500, 560, 17.0),
        ("chr1", 600, 700, 44.0),
        ("chr2", 50, 60, 7.0),
        columns=("value",),
    )
    sp2 = intervals(
        ("chr1", 100, 110, 1.0),
        ("chr1", 150, 155, np.nan),
        ("chr1", 300, 310, 3.0),
        columns=("value",),
    )
    arr = intervals(
        ("chr1", 100, 110, 1.0, 2.0, np.nan),
        ("chr1", 150, 155, 3.0, np.nan, 5.0),
        ("chr1", 300, 310, 7.0, 8.0, 9.0),
        columns=("a", "b", "c"),
    )
    iset = intervals(("chr1", 100, 200), ("chr1", 300, 350), ("chr2", 0, 50))
    return write_database(
        root,
        sizes=SIZES,
        dense={"d10": (10, dense)},
        sparse={"sp": sp, "ns.sp2": sp2},
        arrays={"arr": arr},
        rects={
            "r2": _rectangles("chr1", "chr1", (100, 300, 120, 200, 10), (400, 490, 180, 500, 20)),
            "r3": _rectangles(
                "chr1", "chr2", (0, 50, 0, 50, 1), (50, 100, 0, 50, 2), (100, 150, 60, 90, 4)
            ),
        },
        sets={"iset": iset},
        layout=layout,
    )


@functools.cache
def semantics_database() -> Database:
    """Open the database, written once per process to a folder that goes with it.

    Examples
    --------
    >>> semantics_database().store.track("arr").column_names
    ('a', 'b', 'c')
    """
    folder = tempfile.mkdtemp(prefix="misha_xr_semantics_")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return open_database(write_semantics_database(folder))


def _rectangles(chrom1: str, chrom2: str, *rows: tuple[int, int, int, int, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["start1", "end1", "start2", "end2", "value"])
    return frame.assign(chrom1=chrom1, chrom2=chrom2)
