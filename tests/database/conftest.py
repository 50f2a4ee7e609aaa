"""A small database with everything in it, in both layouts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.testing.database import write_database

SIZES = {"chr1": 1005, "chr2": 400, "chrX": 130}


def everything() -> dict[str, Any]:
    """Return the content of the small database: arguments of write_database."""
    return {
        "sequence": {name: "acGT" * (n // 4) + "N" * (n % 4) for name, n in SIZES.items()},
        "dense": {
            "signal": (50, {"chr1": np.arange(21) / 4, "chrX": [1.0, np.nan, np.inf]}),
            "deep.er.signal": (100, {"chr2": [1, 2, 3, 4]}),
        },
        "sparse": {
            "peaks": pd.DataFrame(
                {
                    "chrom": ["chrX", "chr1", "chr1"],
                    "start": [5, 300, 10],
                    "end": [130, 310, 20],
                    "value": [3.0, 2.0, 1.0],
                }
            )
        },
        "rects": {"rects": rectangles()},
        "points": {
            "points": pd.DataFrame(
                {
                    "chrom1": ["chr1", "chr1", "chr2"],
                    "start1": [10, 20, 30],
                    "chrom2": ["chr1", "chr1", "chrX"],
                    "start2": [20, 10, 129],
                    "value": [1.0, 2.0, 3.0],
                }
            )
        },
        "sets": {
            "genes": pd.DataFrame(
                {
                    "chrom": ["chrX", "chr1", "chr1"],
                    "start": [1, 500, 400],
                    "end": [10, 600, 450],
                    "strand": [1, -1, 1],
                    "gene": ["a", "b", "c"],
                }
            ),
            "deep.squares": rectangles().drop(columns="value"),
        },
        "attributes": {
            "signal": {"created.by": "test", "description": "rising"},
            "genes": {"note": "three"},
        },
    }


def rectangles() -> pd.DataFrame:
    """Return three rectangles on two pairs."""
    return pd.DataFrame(
        {
            "chrom1": ["chr2", "chr1", "chr1"],
            "start1": [0, 100, 300],
            "end1": [50, 200, 310],
            "chrom2": ["chr1", "chr2", "chr2"],
            "start2": [1000, 0, 50],
            "end2": [1005, 40, 60],
            "value": [1.5, 2.5, 3.5],
        }
    )


@pytest.fixture(params=["per-chromosome", "indexed"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path, layout: str) -> Path:
    """Return the small database in one of the layouts."""
    return write_database(tmp_path / "db", **everything(), layout=layout)


@pytest.fixture
def tree() -> Callable[[Path], dict[str, tuple[int, int]]]:
    """Return a function that lists every file below a folder with its size and time."""

    def states(folder: Path) -> dict[str, tuple[int, int]]:
        return {
            str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mtime_ns)
            for path in sorted(folder.rglob("*"))
        }

    return states


@pytest.fixture
def content() -> dict[str, Any]:
    """Return the arguments of write_database for the small database."""
    return everything()
