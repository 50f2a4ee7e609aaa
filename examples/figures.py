"""The three pictures of the demo."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.collections import PatchCollection
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

INK, SOFT, ACCENT, WARM = "#22313f", "#9fb3c8", "#1f6f8b", "#d1495b"
plt.rcParams.update(
    {
        "font.size": 10,
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "savefig.dpi": 150,
    }
)


def draw_region(dataset: xr.Dataset, region: str, path: Path) -> None:
    """Draw coverage, its smoothed form and lamina domains of one region on one axis."""
    table = dataset.misha.extract(["hic.coverage", "smooth"], scope=region, iterator=100_000)
    domains = dataset.misha.extract("lamina", scope=region)
    centre = (table["start"] + table["end"]) / 2e6
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(9, 3.6), sharex=True, height_ratios=[5, 1], layout="constrained"
    )
    top.bar(centre, table["hic.coverage"], width=0.1, color=SOFT, label="100 kb bins")
    top.plot(centre, table["smooth"], color=ACCENT, lw=1.6, label="virtual track, \u00b1250 kb")
    top.set(ylabel="contact sides per 10 kb", ylim=(0, None))
    top.legend(frameon=False, loc="upper right", ncols=2)
    top.set_title(f"Hi-C coverage and lamina-associated domains, {region}", loc="left")
    boxes = [
        Rectangle((row.start / 1e6, 0), (row.end - row.start) / 1e6, 1)
        for row in domains.itertuples()
    ]
    bottom.add_collection(PatchCollection(boxes, facecolor=WARM, edgecolor="none"))
    bottom.set(ylim=(-0.1, 1.1), yticks=[])
    bottom.set_ylabel("lamina", rotation=0, ha="right", va="center")
    bottom.spines["left"].set_visible(False)
    chrom = region.split(":", maxsplit=1)[0]
    bottom.set(xlabel=f"position on {chrom} (Mb)", xlim=(centre.min(), centre.max()))
    figure.savefig(path)
    plt.close(figure)


def draw_profile(profile: pd.Series, path: Path) -> None:
    """Draw the average profile around lamina borders."""
    figure, axes = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
    axes.axvspan(0, profile.index.max() / 1e3, color=WARM, alpha=0.08, lw=0)
    axes.axvline(0, color=WARM, lw=1)
    axes.plot(profile.index / 1e3, profile, color=ACCENT, lw=2, marker="o", ms=3)
    low, high = profile.min(), profile.max()
    axes.set(xlabel="distance from the border (kb)", ylabel="contact sides per 10 kb, mean")
    axes.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))
    axes.text(0.98, 0.95, "inside the domain", ha="right", transform=axes.transAxes, color=WARM)
    axes.text(0.02, 0.95, "outside", transform=axes.transAxes)
    axes.set_title("Hi-C coverage around lamina borders", loc="left")
    figure.savefig(path)
    plt.close(figure)


def draw_contact_map(dataset: xr.Dataset, chrom: str, path: Path) -> None:
    """Draw the contacts of one chromosome with itself in bins of 2 Mb."""
    contacts = dataset.misha["hic.contacts"].sel(chrom1=chrom, chrom2=chrom)
    size = int(dataset.misha.genome.sizes[dataset.misha.genome.code(chrom)])
    edges = np.arange(0, size + 2_000_000, 2_000_000)
    positions = [contacts[name].to_numpy() for name in ("start1", "start2")]
    counts, _, _ = np.histogram2d(*positions, bins=[edges, edges], weights=contacts.to_numpy())
    figure, axes = plt.subplots(figsize=(6, 5.2), layout="constrained")
    shown = np.ma.masked_equal(counts, 0)
    image = axes.imshow(
        shown.T, origin="upper", cmap="magma_r", norm=LogNorm(vmin=1), interpolation="none",
        extent=(0, edges[-1] / 1e6, edges[-1] / 1e6, 0),
    )  # fmt: skip
    axes.set(xlabel=f"{chrom} (Mb)", ylabel=f"{chrom} (Mb)")
    axes.set_title(f"Hi-C contacts of {chrom} with itself, 2 Mb bins", loc="left")
    figure.colorbar(image, ax=axes, label="contacts", shrink=0.8)
    figure.savefig(path)
    plt.close(figure)
