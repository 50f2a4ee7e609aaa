"""2D tracks for the suite of writes: from tables, from contacts as text, in another layout."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

N_CHROMS, CHROM_BP, SIDE = 20, 15_000_000, 5_000
AT_MOST = 100_000
Call = Callable[[int], Any]


def rectangles(n: int, side: int = SIDE) -> pd.DataFrame:
    """Draw disjoint squares near the diagonal."""
    rng = np.random.default_rng(3)
    codes, x = rng.integers(0, N_CHROMS, n), rng.integers(0, CHROM_BP // side, n)
    y = np.clip(x + (rng.exponential(1, n) ** 3 * 20_000 / side).astype(int), 0, x.max())
    code, x, y = np.unique(np.stack([codes, x, y]), axis=1)
    names = np.array([f"chr{k + 1}" for k in range(N_CHROMS)], object)[code]
    columns = {"chrom1": names, "start1": x * side, "end1": x * side + side}
    return pd.DataFrame(
        columns | {"chrom2": names, "start2": y * side, "end2": y * side + side, "value": 1.0}
    )


def create(folder: Path, n: int) -> Call:
    """Make a track of a table with a Database."""
    import misha_xr

    db, frame = misha_xr.open_database(folder / "db"), rectangles(min(n, AT_MOST))

    def call(k: int) -> int:
        db.create_rectangles(f"ours{k}", frame)
        return len(frame)

    return call


def classic_create(module: str, folder: Path, n: int) -> Call:
    """Make it with the classic call."""
    pm = importlib.import_module(module)
    pm.gdb_init(str(folder / "db"))
    frame = rectangles(min(n, AT_MOST))

    def call(k: int) -> int:
        pm.gtrack_2d_create(f"classic{k}", "", frame.drop(columns="value"), frame["value"])
        return len(frame)

    return call


def contact_file(folder: Path, n: int) -> tuple[str, int]:
    """Write contacts as a table of intervals and values."""
    frame = rectangles(min(n, AT_MOST), side=10)
    frame.to_csv(folder / "contacts.txt", sep="\t", index=False)
    return str(folder / "contacts.txt"), len(frame)


def contacts(folder: Path, n: int) -> Call:
    """Import contacts with a Database."""
    import misha_xr

    db, (path, n_rows) = misha_xr.open_database(folder / "db"), contact_file(folder, n)

    def call(k: int) -> int:
        db.import_contacts(f"hic{k}", path)
        return n_rows

    return call


def classic_contacts(module: str, folder: Path, n: int) -> Call:
    """Import them with the classic call."""
    pm = importlib.import_module(module)
    pm.gdb_init(str(folder / "db"))
    path, n_rows = contact_file(folder, n)

    def call(k: int) -> int:
        pm.gtrack_2d_import_contacts(f"hic{k}", "", path)
        return n_rows

    return call


def points(folder: Path, n: int) -> Call:
    """Make an indexed track of ten points per row asked for, all on one pair, piece by piece."""
    import misha_xr
    from misha_xr.database.writing.plane_tracks import create_objects
    from misha_xr.intervals import Rectangles

    db, n_objects, size = misha_xr.open_database(folder / "db"), 10 * n, 1 << 18

    def pieces() -> Any:
        for lo in range(0, n_objects, size):
            at = np.arange(lo, min(lo + size, n_objects))
            x, y = at % CHROM_BP, at * 48_271 % CHROM_BP
            codes = np.zeros(len(at), np.int32)
            yield Rectangles(codes, x, x + 1, codes, y, y + 1), np.ones(len(at), np.float32)

    def call(k: int) -> int:
        how: Any = {"kind": "points", "created_by": "benchmark", "layout": "indexed"}
        create_objects(db.store, f"points{k}", pieces(), **how)
        return n_objects

    return call


CASES: dict[str, dict[str, Callable[[Path, int], Call]]] = {
    "tc.2d.create.rq_big": {
        "pymisha": lambda folder, n: classic_create("pymisha", folder, n),
        "misha_xr": create,
        "misha_xr.pm": lambda folder, n: classic_create("misha_xr.pm", folder, n),
    },
    "tc.2d.import_contacts": {
        "pymisha": lambda folder, n: classic_contacts("pymisha", folder, n),
        "misha_xr": contacts,
        "misha_xr.pm": lambda folder, n: classic_contacts("misha_xr.pm", folder, n),
    },
    "tc.2d.points": {"misha_xr": points},
}
