"""Cases of functions over intervals and of rank tests: the native and the classic calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import read_peaks

Call = Callable[[], Any]

WIDE = {"sshift": -500, "eshift": 500}
N_GENES, N_SOURCES, NEAR = 20_000, 100_000, 5000
WINDOWS, STEP, MAX_P = (50_000, 2000), 100, 1e-4


def _sources(sizes: dict[str, int], n: int, longest: int, seed: int) -> pd.DataFrame:
    """Draw intervals that may overlap, in genome order."""
    rng = np.random.default_rng(seed)
    lengths = np.array(list(sizes.values()))
    codes = np.sort(rng.choice(len(lengths), n, p=lengths / lengths.sum()))
    starts = (rng.random(n) * (lengths[codes] - longest)).astype(np.int64)
    order = np.lexsort([starts, codes])
    frame = pd.DataFrame({"chrom": np.array(list(sizes))[codes], "start": starts[order]})
    return frame.assign(end=frame["start"] + rng.integers(1, longest, n))


def _definitions(sizes: dict[str, int]) -> dict[str, tuple[Any, ...]]:
    """Return name: source, function, parameter, shifts."""
    sources = _sources(sizes, N_SOURCES, 1000, 24)
    alike = sources.assign(end=sources["start"] + 500)  # the peer misses some inside others
    return {
        "far": (_sources(sizes, N_GENES, 20_000, 23), "distance", None, {}),
        "covered": (sources, "coverage", None, WIDE),
        "near": (alike, "neighbor.count", NEAR, {}),
    }


def native(db: Any, folder: Path) -> dict[str, Call]:
    """Calls of a Database."""
    from misha_xr import VirtualTrack

    peaks = read_peaks(folder)
    sizes = dict(zip(db.genome.names, db.genome.sizes.tolist(), strict=True))
    tracks = {
        name: VirtualTrack(src, func, params, **shifts)
        for name, (src, func, params, shifts) in _definitions(sizes).items()
    }

    def ask(name: str) -> Call:
        return lambda: db.extract(name, iterator=peaks, vtracks=tracks)

    return {
        "vt.distance.peaks": ask("far"),
        "vt.ncount.peaks": ask("near"),
        "vt.coverage.peaks": ask("covered"),
        "gwilcox": lambda: db.wilcox("a", *WINDOWS, MAX_P, iterator=STEP),
    }


def classic(pm: Any, folder: Path) -> dict[str, Call]:
    """Classic calls, each with its own session."""
    peaks = read_peaks(folder)
    pm.gdb_init(str(folder / "main"))
    whole = pm.gintervals_all()
    sizes = dict(zip(whole["chrom"], whole["end"].tolist(), strict=True))
    for name, (src, func, params, shifts) in _definitions(sizes).items():
        pm.gvtrack_create(name, src, func, params)
        pm.gvtrack_iterator(name, **shifts)

    def ask(name: str) -> Call:
        return lambda: pm.gextract(name, whole, iterator=peaks)

    return {
        "vt.distance.peaks": ask("far"),
        "vt.ncount.peaks": ask("near"),
        "vt.coverage.peaks": ask("covered"),
        "gwilcox": lambda: pm.gwilcox("a", *WINDOWS, MAX_P, iterator=STEP),
    }
