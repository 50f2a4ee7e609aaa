"""A classic script: contacts and rectangles, sets of intervals, random draws."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from misha_xr import pm


def show(title: str, value: object) -> None:
    """Print tables, arrays and numbers alike, to five digits."""
    if isinstance(value, pd.DataFrame):
        value = value.to_csv(index=False, float_format="%.5g")
    elif isinstance(value, np.ndarray):
        value = [f"{number:.5g}" for number in value.ravel()]
    print(f"{title}: {value}")


def tell_planes(root: str, folder: Path) -> None:
    pm.gdb_init(root)
    window = pm.gintervals_2d(1, 0, 200_000, 1, 0, 250_000)
    columns = ["chrom1", "start1", "end1", "chrom2", "start2", "end2", "rects_track"]
    cells = pm.gextract("rects_track", window, iterator=[50_000, 50_000])
    show("cells", cells[columns])
    banded = pm.gextract("rects_track", window, iterator=[50_000, 50_000], band=[-90_000, 0])
    show("in a band", banded[columns])
    summary = pm.gsummary("points_track", pm.gintervals_2d_all())
    show("points", summary.to_numpy())
    table = folder / "contacts.txt"
    rows = ["chrom1\tstart1\tend1\tchrom2\tstart2\tend2\tcount"]
    rows += [
        f"chr1\t{k * 900}\t{k * 900 + 1}\tchr1\t{k * 1700}\t{k * 1700 + 1}\t{k}" for k in (1, 2, 9)
    ]
    table.write_text("\n".join(rows) + "\n")
    pm.gtrack_2d_import_contacts("contacts", "of a table", [str(table)])
    show("kind", pm.gtrack_info("contacts")["type"])
    squares = pm.gintervals_2d(1, [100, 400], [300, 490], 1, [120, 180], [200, 500])
    pm.gtrack_2d_create("squares", "two squares", squares, [10, 20])
    grid = pm.gintervals_2d(1, 0, 1000, 1, 0, 1000)
    for band in (None, [150, 1000]):
        found = pm.gextract("squares", pm.gintervals_2d_all(), iterator=grid, band=band)
        show("averages", found["squares"].to_numpy())
    cut = pm.gintervals_2d_band_intersect(squares, band=[0, 150])
    show("cut", cut)
    decay = pm.gcis_decay(
        "points_track", [0, 5000, 50_000, 500_000], pm.gintervals(1), pm.gintervals(1)
    )
    show("decay", np.asarray(decay))


def tell_intervals() -> None:
    genes = pm.gintervals_load("annotations")
    peaks = pm.gscreen("dense_track > 0.85", pm.gintervals([1, 2]))
    show("nearest", pm.gintervals_neighbors(peaks.head(20), genes).drop(columns=["remark"]))
    show("shared", pm.gintervals_intersect(peaks, "annotations"))
    show("union", pm.gintervals_union(peaks.head(8), genes[["chrom", "start", "end"]]))
    show("canonic", pm.gintervals_canonic(genes[["chrom", "start", "end"]]))
    show("covered", pm.gintervals_covered_bp(peaks))
    show("sizes", pm.gintervals_chrom_sizes("sparse_track"))
    show("steps", pm.giterator_intervals("dense_track", pm.gintervals(1, 30, 990), iterator=200))
    per_gene = pm.gintervals_mapply(np.nanmax, "dense_track", intervals=genes)
    show("highest", per_gene)


def tell_random() -> None:
    np.random.seed(60427)  # noqa: NPY002 - what classic scripts seed
    first = pm.gsample("dense_track", 10)
    second = pm.gsample("dense_track", 10)
    show("how many", [len(first), len(second)])
    show("differs", bool((first != second).any()))
    pm.CONFIG["multitasking"] = False
    show("alone", pm.gsummary("dense_track").to_numpy())
    pm.CONFIG["max_data_size"] = 1000
    try:
        pm.gextract("dense_track", pm.gintervals_all())
    except pm.error as problem:
        show("too large", "exceeded" in str(problem))


if __name__ == "__main__":
    pm.CONFIG["progress"] = False
    tell_planes(sys.argv[1], Path(sys.argv[2]))
    tell_intervals()
    tell_random()
