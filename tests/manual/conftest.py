"""A classic session for the calls of the manual."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from misha_xr import pm
from misha_xr.testing.database import write_database

SEQUENCE = {"chr1": "ACGTTGCAAN" * 100, "chr2": "ggatccATTA" * 60}


@pytest.fixture
def session() -> Iterator[str]:
    """Connect to the shared example database; disconnect afterwards."""
    root = pm.gdb_init_examples(copy=False)
    yield root
    pm.gdb_unload()


@pytest.fixture
def own_copy() -> Iterator[Path]:
    """Connect to a copy of the example database that may be changed."""
    yield Path(pm.gdb_init_examples())
    pm.gdb_unload()


def _sites(value: float) -> pd.DataFrame:
    starts = np.array([100, 300, 520])
    frame = pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + 40})
    return frame.assign(value=value)


def _values(factor: float) -> dict[str, np.ndarray]:
    return {"chr1": factor * np.arange(1, 101), "chr2": np.full(60, factor)}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """Connect to a project beside three folders: `genes`, `chip_one` and `chip_two`.

    All of them, but `genes`, have a track `shared`; the two chip folders a set `hot`, too.
    """
    sizes = {name: len(bases) for name, bases in SEQUENCE.items()}
    root = write_database(
        tmp_path / "project",
        sequence=SEQUENCE,
        dense={"mine": (10, _values(6.0)), "chip_a": (10, _values(1.0))},
        sparse={"shared": _sites(0.0), "chip_b": _sites(5.0)},
        sets={"tss": _sites(0.0)[["chrom", "start", "end"]]},
        attributes={"mine": {"description": "what we measured"}},
    )
    write_database(
        tmp_path / "genes",
        sequence=SEQUENCE,
        dense={"density": (10, _values(2.0))},
        sets={"exons": _sites(0.0)[["chrom", "start", "end"]]},
        attributes={"density": {"description": "genes per bin"}},
    )
    for k, name in enumerate(("chip_one", "chip_two"), start=1):
        write_database(
            tmp_path / name,
            sizes=sizes,
            sparse={"shared": _sites(float(k)), f"from_{name}": _sites(float(k))},
            sets={"hot": _sites(0.0)[["chrom", "start", "end"]]},
        )
    pm.gsetroot(root)
    yield root
    pm.gdb_unload()
