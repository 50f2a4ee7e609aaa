"""The demo: a human database from real files, opened with xarray, queried and drawn.

Usage: python examples/demo.py [OUTPUT]
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from figures import draw_contact_map, draw_profile, draw_region
from human import build_database

import misha_xr

REGION = "chr2:80,000,000-130,000,000"
STEP = 50_000
REACH = 1_000_000


def border_profile(dataset: xr.Dataset) -> pd.Series:
    """Average Hi-C coverage around lamina borders; positive offsets lie inside the domain.

    One virtual track per offset reads a window of 50 kb at that distance from each border, so the
    whole profile is one query.
    """
    offsets = np.arange(-REACH, REACH, STEP)
    domains = dataset.misha.extract("lamina")
    left = domains.assign(end=domains["start"] + 1)
    right = domains.assign(start=domains["end"] - 1)
    total = np.zeros(len(offsets))
    n_borders = 0
    for borders, direction in ((left, 1), (right, -1)):
        tracks = {}
        for offset in offsets.tolist():
            near, far = sorted((direction * offset, direction * (offset + STEP)))
            tracks[f"at_{offset}"] = misha_xr.VirtualTrack(
                "hic.coverage", "avg", sshift=near, eshift=far - 1
            )
        values = dataset.misha.extract(
            [f"`{name}`" for name in tracks],
            scope=borders[["chrom", "start", "end"]],
            iterator=misha_xr.EachInterval(),
            vtracks=tracks,
        )
        columns = values.iloc[:, 3 : 3 + len(offsets)]
        total += columns.sum().to_numpy()
        n_borders += columns.notna().sum().to_numpy()
    return pd.Series(
        total / n_borders, pd.Index(offsets + STEP // 2, name="offset"), name="coverage"
    )


def main(output: Path) -> None:
    """Build, query, draw; say what happens and how long it takes."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    clock = Clock()
    root = build_database(output / "hg19")
    clock.say(f"built {root} from examples/data")

    dataset = xr.open_dataset(root, engine="misha")
    clock.say("opened it with xarray; nothing is read yet")
    print(dataset, end="\n\n")

    hits = dataset.misha.screen("hic.coverage > 8")
    hits.to_csv(output / "hits.tsv", sep="\t", index=False)
    clock.say(f"screened 10 kb bins with more than 8 contact sides: {len(hits)} regions")

    smooth = dataset.misha.vtrack("smooth", "hic.coverage", "avg", sshift=-250_000, eshift=250_000)
    table = smooth.misha.extract(
        ["hic.coverage", "smooth", "np.log2((hic.coverage + 1) / (smooth + 1))"],
        scope=REGION,
        iterator=100_000,
    )
    table.to_csv(output / "region.tsv", sep="\t", index=False, float_format="%.4g")
    clock.say(f"extracted three expressions on {REGION}: {len(table)} steps")

    summary = pd.DataFrame(
        {name: dataset.misha.summary(name) for name in ("hic.coverage", "lamina")}
    )
    summary.to_csv(output / "summary.tsv", sep="\t", float_format="%.6g")
    print(summary.round(3), end="\n\n")
    clock.say("summarised two tracks over the whole genome")

    profile = border_profile(dataset)
    profile.to_csv(output / "border_profile.tsv", sep="\t", float_format="%.4f")
    clock.say(f"averaged Hi-C coverage around lamina borders: {len(profile)} offsets")

    draw_region(smooth, REGION, output / "region.png")
    draw_profile(profile, output / "border_profile.png")
    draw_contact_map(dataset, "chr2", output / "contact_map.png")
    clock.say(f"drew region.png, border_profile.png and contact_map.png in {output}/")


class Clock:
    """Prints messages with the seconds since the last one."""

    def __init__(self) -> None:
        self.last = time.perf_counter()

    def say(self, text: str) -> None:
        """Print a message."""
        now = time.perf_counter()
        print(f"[{now - self.last:6.2f} s] {text}", flush=True)
        self.last = now


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output"))
