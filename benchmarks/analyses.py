"""Cases of analyses: the native and the classic calls, and their floors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import BIN

Call = Callable[[], Any]

Q = [0.05, 0.5, 0.95]
BREAKS = np.linspace(0, 9, 10)
N_BINS = len(BREAKS) - 1


def native(db: Any) -> dict[str, Call]:
    """Calls of a Database."""
    return {
        "gquantiles": lambda: db.quantiles("a", Q),
        "gdist.1d": lambda: db.dist("a", BREAKS).to_numpy(),
        "gdist.2d": lambda: db.dist(["a", "b"], [BREAKS, BREAKS]).to_numpy(),
        "gpartition": lambda: db.partition("a", BREAKS),
    }


def classic(pm: Any, connect: Callable[[], Any]) -> dict[str, Call]:
    """Classic calls, of misha_xr.pm or pymisha."""
    connect()
    return {
        "gquantiles": lambda: pm.gquantiles("a", Q),
        "gdist.1d": lambda: pm.gdist("a", BREAKS),
        "gdist.2d": lambda: pm.gdist("a", BREAKS, "b", BREAKS),
        "gpartition": lambda: pm.gpartition("a", BREAKS),
    }


def floor(base: Any) -> dict[str, Call]:
    """C loops over memory maps; quantiles by NumPy's selection."""
    lib = base.lib
    f32, f64, i64 = (np.ctypeslib.ndpointer(dtype, flags="C") for dtype in ("f4", "f8", "i8"))
    n = np.ctypeslib.ctypes.c_int64
    lib.count_bins.argtypes = [f32, n, f64, n, i64]
    lib.count_cells.argtypes = [f32, f32, n, f64, n, i64]
    lib.cut_bins.argtypes = [f32, n, f64, n, n, n, i64, i64, i64]
    lib.cut_bins.restype = n
    lib.keep_values.argtypes = [f32, n, f64]
    lib.keep_values.restype = n

    def quantiles() -> pd.Series:
        maps = [base.values("a", chrom) for chrom in base.sizes]
        out, m = np.empty(sum(map(len, maps))), 0
        for values in maps:
            m += lib.keep_values(values, len(values), out[m:])
        return pd.Series(np.quantile(out[:m], Q))

    def one() -> np.ndarray:
        counts = np.zeros(N_BINS, np.int64)
        for chrom in base.sizes:
            values = base.values("a", chrom)
            lib.count_bins(values, len(values), BREAKS, N_BINS, counts)
        return counts

    def two() -> np.ndarray:
        counts = np.zeros((N_BINS, N_BINS), np.int64)
        for chrom in base.sizes:
            x, y = base.values("a", chrom), base.values("b", chrom)
            lib.count_cells(x, y, len(x), BREAKS, N_BINS, counts.ravel())
        return counts

    def cut() -> pd.DataFrame:
        pieces = []
        for code, (chrom, size) in enumerate(base.sizes.items()):
            values = base.values("a", chrom)
            columns = [np.empty(len(values), np.int64) for _ in range(3)]
            m = lib.cut_bins(values, len(values), BREAKS, N_BINS, BIN, size, *columns)
            pieces.append([np.full(m, code, np.int8), *(column[:m] for column in columns)])
        names = ("codes", "start", "end", "bin")
        joined = (np.concatenate(column) for column in zip(*pieces, strict=True))
        return base.frame(dict(zip(names, joined, strict=True)))

    return {"gquantiles": quantiles, "gdist.1d": one, "gdist.2d": two, "gpartition": cut}
