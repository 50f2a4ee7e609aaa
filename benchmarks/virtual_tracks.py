"""Cases of virtual tracks: the native and the classic calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import read_peaks

Call = Callable[[], Any]

WIDE = {"sshift": -500, "eshift": 500}
FUNCTIONS = dict.fromkeys(("avg", "max", "sum")) | {"quantile": 0.5}
SHIFTS = (0, 100, 250, 500, 1000)
N_MANY, N_RANDOM = 10_000, 100_000


def _many() -> dict[str, tuple[str, str, int]]:
    """Return fifty definitions: 5 functions, 2 tracks, 5 shifts."""
    functions = ("avg", "sum", "min", "max", "stddev")
    found = [(track, func, shift) for func in functions for track in "ab" for shift in SHIFTS]
    return {f"v{number}": definition for number, definition in enumerate(found)}


def _random(sizes: dict[str, int]) -> pd.DataFrame:
    """Draw intervals of 200 to 2,000 bp, each a row of its own."""
    rng = np.random.default_rng(22)
    lengths = np.array(list(sizes.values()))
    codes = np.sort(rng.choice(len(lengths), N_RANDOM, p=lengths / lengths.sum()))
    starts = (rng.random(N_RANDOM) * (lengths[codes] - 2000)).astype(np.int64)
    frame = pd.DataFrame({"chrom": np.array(list(sizes))[codes], "start": starts})
    frame = frame.sort_values(["chrom", "start"], ignore_index=True)
    return frame.assign(end=frame["start"] + rng.integers(200, 2000, N_RANDOM))


def native(db: Any, folder: Path) -> dict[str, Call]:
    """Calls of a Database."""
    from misha_xr import EachInterval, VirtualTrack

    peaks = read_peaks(folder)
    some = peaks.iloc[:: max(len(peaks) // N_MANY, 1)]
    random = _random(dict(zip(db.genome.names, db.genome.sizes.tolist(), strict=True)))
    tracks = {name: VirtualTrack("a", name, q, **WIDE) for name, q in FUNCTIONS.items()}
    tracks["percentile"] = VirtualTrack("a", "global.percentile")
    tracks |= {
        name: VirtualTrack(track, func, sshift=-shift, eshift=shift)
        for name, (track, func, shift) in _many().items()
    }

    def ask(exprs: Any, iterator: Any, scope: Any = None) -> Call:
        return lambda: db.extract(exprs, scope, iterator=iterator, vtracks=tracks)

    return {
        "vt.avg.peaks": ask("avg", peaks),
        "vt.avg.bins500": ask("avg", 500),
        "vt.quantile.peaks": ask("quantile", peaks),
        "vt.quantile.bins500": ask("quantile", 500),
        "vt.avg3.random": ask(["avg", "max", "sum"], EachInterval(), random),
        "vt.many50": ask(list(_many()), EachInterval(), some),
        "vt.max.bins500": ask("max", 500),
        "vt.globalpct.it100": ask("percentile", 100),
    }


def classic(pm: Any, folder: Path) -> dict[str, Call]:
    """Classic calls, each with its own session."""
    peaks = read_peaks(folder)
    some = peaks.iloc[:: max(len(peaks) // N_MANY, 1)]

    @cache
    def define() -> (
        None
    ):  # at the first call, which is not measured: other cases begin sessions too
        pm.gdb_init(str(folder / "main"))
        for name, q in FUNCTIONS.items():
            pm.gvtrack_create(name, "a", name, q)
            pm.gvtrack_iterator(name, **WIDE)
        pm.gvtrack_create("percentile", "a", "global.percentile")
        for name, (track, func, shift) in _many().items():
            pm.gvtrack_create(name, track, func)
            pm.gvtrack_iterator(name, sshift=-shift, eshift=shift)

    def ask(exprs: Any, iterator: Any, scope: Any = None) -> Call:
        def call() -> Any:
            define()
            return pm.gextract(exprs, scope, iterator=iterator)

        return call

    pm.gdb_init(str(folder / "main"))
    sizes = pm.gintervals_all()
    random = _random(dict(zip(sizes["chrom"], sizes["end"].tolist(), strict=True)))
    return {
        "vt.avg.peaks": ask("avg", peaks, sizes),
        "vt.avg.bins500": ask("avg", 500, sizes),
        "vt.quantile.peaks": ask("quantile", peaks, sizes),
        "vt.quantile.bins500": ask("quantile", 500, sizes),
        "vt.avg3.random": ask(["avg", "max", "sum"], -1, random),
        "vt.many50": ask(list(_many()), -1, some),
        "vt.max.bins500": ask("max", 500, sizes),
        "vt.globalpct.it100": ask("percentile", 100, sizes),
    }
