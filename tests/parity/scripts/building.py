"""A classic script: make a database of one's own, fill it, share it."""

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
    elif isinstance(value, pd.Series):
        value = [f"{number:.5g}" for number in value]
    print(f"{title}: {value}")


def make_database(folder: Path) -> None:
    bases = "ACGTTGCAAC" * 200
    fasta = folder / "genome.fa"
    fasta.write_text(f">chrB\n{bases}\n>chrA described\n{bases.lower()}ACGT\n")
    pm.gdb_create(str(folder / "db"), str(fasta))
    pm.gsetroot(str(folder / "db"))
    show("chromosomes", pm.gintervals_all())
    show("format", pm.gdb_info()["format"])
    show("bases", pm.gseq_extract(pm.gintervals(["chrA", "chrB"], [1995, 3], [2004, 12])))


def make_tracks(folder: Path) -> None:
    spots = pm.gintervals(["chrA", "chrA", "chrB"], [10, 500, 40], [60, 520, 100])
    pm.gtrack_create_sparse("raw.spots", "three spots", spots, [1.5, 4.0, -2.0])
    pm.gtrack_create_dense("raw.bins", "in bins", spots, [1.0, 2.0, 3.0], 20, 0)
    pm.gtrack_create("made.sum", "an expression", "raw.bins * 2 + 1", iterator=40)
    pm.gtrack_smooth("made.smooth", "smoothed", "raw.bins", 60)
    pm.gtrack_modify("raw.bins", "raw.bins + 10", pm.gintervals("chrB", 0, 60))
    file = folder / "signal.bedgraph"
    file.write_text("chrA\t0\t30\t1.5\nchrA\t30\t70\t4\nchrB\t100\t110\t-2\n")
    pm.gtrack_import("imported.sparse", "from a file", str(file), 0)
    pm.gtrack_import("imported.dense", "from a file", str(file), 20)
    show("set", pm.gtrack_import_set("of a pattern", str(folder / "*.bedgraph"), 0, "many."))
    show("tracks", pm.gtrack_ls())
    for track in pm.gtrack_ls():
        show(track, [pm.gtrack_info(track)[key] for key in ("type", "dimensions", "format")])
        show("values", pm.gextract(track, pm.gintervals(["chrA", "chrB"], 0, 120), iterator=20))
        show("summary", pm.gsummary(track))


def change_tracks() -> None:
    pm.gtrack_attr_set("raw.spots", "origin", "run 7")
    pm.gtrack_var_set("raw.spots", "fit", {"slope": 1.5, "knots": [1, 2]})
    show("attribute", pm.gtrack_attr_get("raw.spots", "origin"))
    show("described", pm.gtrack_attr_export(attrs=["description", "origin"]))
    show("found", pm.gtrack_ls(origin="run"))
    pm.gtrack_copy("raw.spots", "copied")
    pm.gtrack_mv("copied", "kept.spots")
    show("variable", pm.gtrack_var_get("kept.spots", "fit"))
    pm.gtrack_rm("many.signal", force=True)
    pm.gtrack_convert_to_indexed("kept.spots")
    show("tracks", pm.gtrack_ls())
    show("format", pm.gtrack_info("kept.spots")["format"])


def make_sets() -> None:
    pm.gintervals_save(pm.gscreen("raw.bins > 1"), "kept.high")
    pm.gintervals_update("kept.high", pm.gintervals("chrA", 7, 9), chrom="chrA")
    show("set", pm.gintervals_load("kept.high"))
    show("sets", pm.gintervals_ls())
    rows = pd.concat([pm.gintervals("chrA", 0, 30), pm.gintervals("chrB", 30, 90)])
    show("intersection", pm.gintervals_intersect("kept.high", rows))
    show("difference", pm.gintervals_diff(rows, "kept.high"))


def share(folder: Path) -> None:
    spare = str(folder / "shared")
    pm.gdataset_save(spare, "for others", tracks=["kept.spots"], intervals=["kept.high"])
    pm.gdb_create_linked(str(folder / "mine"), str(folder / "db"))
    pm.gsetroot(str(folder / "mine"))
    show("nothing yet", pm.gtrack_ls())
    show("loaded", pm.gdataset_load(spare))
    about = pm.gdataset_info(spare)
    show("about", [about[key] for key in ("description", "track_count", "interval_count")])
    pm.gtrack_create("log", "of a dataset", "np.log2(kept.spots + 3)", iterator=50)
    show("log", pm.gextract("log", pm.gintervals("chrA", 0, 600)))
    show("providers", [Path(pm.gtrack_dataset(name)).name for name in ("log", "kept.spots")])
    pm.gdataset_unload(spare)
    show("left", pm.gtrack_ls())
    show("finite", int(np.isfinite(pm.gextract("log", pm.gintervals_all())["log"]).sum()))


if __name__ == "__main__":
    pm.CONFIG["progress"] = False
    folder = Path(sys.argv[2])
    make_database(folder)
    make_tracks(folder)
    change_tracks()
    make_sets()
    share(folder)
