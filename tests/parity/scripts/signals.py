"""A classic script: look at signals along the genome."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from misha_xr import pm


def show(title: str, value: object) -> None:
    """Print tables, arrays and numbers alike, to five digits."""
    if isinstance(value, pd.DataFrame):
        value = value.to_csv(index=False, float_format="%.5g")
    elif isinstance(value, pd.Series):
        value = [f"{number:.5g}" for number in value]
    elif isinstance(value, np.ndarray):
        value = [f"{number:.5g}" for number in value.ravel()]
    elif isinstance(value, float):
        value = f"{value:.5g}"
    print(f"{title}: {value}")


def tell_database(root: str) -> None:
    pm.gdb_init(root)
    show("tracks", pm.gtrack_ls())
    show("those of a folder", pm.gtrack_ls("subdir"))
    show("sets", pm.gintervals_ls())
    for track in pm.gtrack_ls():
        info = pm.gtrack_info(track)
        show(track, [info["type"], info["dimensions"], info.get("bin_size")])
    show("chromosomes", pm.gintervals_all())
    show("genes", pm.gintervals_load("annotations"))


def tell_values() -> None:
    regions = pm.gintervals([1, 1, 2], [0, 40_000, 1000], [20_000, 61_000, 30_500])
    show("average", pm.gextract("dense_track", regions, iterator=1000))
    show("log", pm.gextract("np.log(dense_track + 1)", regions, iterator=2500, colnames=["log"]))
    two = pm.gextract(["dense_track", "subdir.dense_track2"], regions, iterator=pm.gintervals(1))
    show("two", two)
    show("sparse", pm.gextract("sparse_track", pm.gintervals(1, 0, 30_000)))
    cutoff = 0.8  # noqa: F841 - the expression reads it
    peaks = pm.gscreen("dense_track > cutoff", regions, iterator=100)
    show("peaks", peaks)
    show("none", pm.gscreen("dense_track > 99", regions))
    show("summary", pm.gsummary("dense_track", regions))
    show("quantiles", pm.gquantiles("dense_track", [0.1, 0.5, 0.95], regions))
    show("distribution", pm.gdist("dense_track", np.linspace(0, 1, 6), intervals=regions))
    show("per region", pm.gintervals_summary("dense_track", regions))
    show("parts", pm.gpartition("dense_track", [0, 0.3, 0.6, 1], regions, iterator=500))
    show("correlation", pm.gcor("dense_track", "subdir.dense_track2", intervals=regions))


def tell_virtual_tracks() -> None:
    scope = pm.gintervals(["chr1", "chrX"], 0, [50_000, 20_000])
    pm.gvtrack_create("high", "dense_track", "max")
    pm.gvtrack_create("wide", "dense_track", "avg", sshift=-500, eshift=500)
    pm.gvtrack_create("gene.dist", pm.gintervals_load("annotations"), "distance")
    pm.gvtrack_create("q", "sparse_track", "quantile", 0.9)
    pm.gvtrack_create("n", "sparse_track", "size")
    pm.gvtrack_iterator("n", sshift=-1000, eshift=1000)
    show("virtual", pm.gvtrack_ls())
    columns = ["high", "wide", "gene.dist", "q", "n", "high - wide"]
    show("values", pm.gextract(columns, scope, iterator=3000))
    show("far", pm.gscreen("(gene.dist > 1000) & (high > 0.9)", scope, iterator=1000))
    show("both", pm.gscreen("(np.abs(gene.dist) < 9000) & (wide > 0.2)", scope, iterator=1000))
    pm.gvtrack_rm("high")
    show("left", pm.gvtrack_ls())
    pm.gvtrack_clear()


if __name__ == "__main__":
    pm.CONFIG["progress"] = False
    tell_database(sys.argv[1])
    tell_values()
    tell_virtual_tracks()
