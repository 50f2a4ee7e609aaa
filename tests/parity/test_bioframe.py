"""Interval algebra on random tables gives what bioframe gives, where definitions agree.

bioframe joins rows that touch with ``min_dist=0``, as we do by default; it sorts chromosomes by
name, and keeps rows apart in `subtract`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr import intervals as ivs

pytestmark = pytest.mark.filterwarnings("ignore")  # what bioframe calls in pandas is deprecated

SIZES = {"chr1": 60, "chr2": 55, "chrX": 50}
N_TABLES = 40
KEYS = ["chrom", "start", "end"]


@pytest.fixture(scope="module")
def bioframe() -> Any:
    """Return the module; the tests are skipped as a whole where it is not installed."""
    import bioframe

    return bioframe


@pytest.fixture(scope="module")
def tables() -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Draw pairs of tables on chromosomes of `SIZES`."""
    rng = np.random.default_rng(8)

    def table() -> pd.DataFrame:
        n = int(rng.integers(1, 12))
        starts = rng.integers(0, 38, n)
        chroms = np.array(list(SIZES), dtype=object)[rng.integers(0, 3, n)]
        return pd.DataFrame(
            {"chrom": chroms, "start": starts, "end": starts + rng.integers(1, 12, n)}
        )

    return [(table(), table()) for _ in range(N_TABLES)]


def rows(frame: pd.DataFrame, *more: str) -> list[tuple[Any, ...]]:
    """Return sorted rows of some columns."""
    columns = [frame[name].astype(str if name == "chrom" else float) for name in (*KEYS, *more)]
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def groups(labels: pd.Series) -> set[frozenset[int]]:
    """Return the groups that labels make of rows, whatever the labels."""
    numbers = labels.to_numpy()
    return {frozenset(np.flatnonzero(numbers == label).tolist()) for label in set(numbers.tolist())}


CHECKS: dict[str, Callable[[Any, pd.DataFrame, pd.DataFrame], tuple[Any, Any]]] = {
    "merge": lambda bf, a, b: (
        rows(ivs.canonic(a, genome=SIZES)),
        rows(bf.merge(a, min_dist=0)),
    ),
    "complement": lambda bf, a, b: (
        rows(ivs.complement(a, genome=SIZES)),
        rows(bf.complement(a, SIZES)),
    ),
    "subtract": lambda bf, a, b: (
        rows(ivs.subtract(a, b)),
        rows(bf.subtract(a, b)),
    ),
    "coverage": lambda bf, a, b: (
        rows(ivs.coverage(a, b), "covered_bp"),
        rows(bf.coverage(a, b).rename(columns={"coverage": "covered_bp"}), "covered_bp"),
    ),
    "cluster": lambda bf, a, b: (
        groups(ivs.mark_overlaps(a)["overlap_group"]),
        groups(bf.cluster(a, min_dist=0)["cluster"]),
    ),
    "expand": lambda bf, a, b: (
        rows(ivs.extend(a, 7, 7, genome=SIZES)),
        rows(bf.trim(bf.expand(a, pad=7), bf.make_viewframe(SIZES))),
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_random_tables__as_bioframe(name: str, bioframe: Any, tables: list[Any]) -> None:
    for a, b in tables:
        ours, theirs = CHECKS[name](bioframe, a, b)
        assert ours == theirs, (a, b)
