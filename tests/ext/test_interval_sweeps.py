"""Sweeps over more intervals than a stream holds ready, against truth values of bases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from misha_xr._ext import interval_sweeps as kernels

SIZE = 60_000
N_CHROMS = 3
Columns = tuple[np.ndarray, np.ndarray, np.ndarray]
SETS: dict[str, tuple[int, int]] = {  # rows, greatest length
    "none": (0, 1),
    "one": (1, 50_000),
    "few": (40, 9_000),
    "exactly-ready": (256, 30),
    "many-small": (5_000, 4),
    "many-nested": (5_000, 400),
}


def draw(kind: str, seed: int) -> Columns:
    rng = np.random.default_rng(seed)
    n_rows, longest = SETS[kind]
    codes = rng.integers(0, N_CHROMS, n_rows).astype(np.int32)
    starts = rng.integers(0, SIZE - longest, n_rows)
    order = np.lexsort((starts, codes))
    starts = starts[order]
    return codes[order], starts, starts + rng.integers(1, longest + 1, n_rows)


def bases(columns: Columns) -> np.ndarray:
    """One truth value per base, a base apart between chromosomes."""
    steps = np.zeros(N_CHROMS * (SIZE + 1) + 1, np.int64)
    codes, starts, ends = columns
    np.add.at(steps, codes * (SIZE + 1) + starts, 1)
    np.add.at(steps, codes * (SIZE + 1) + ends, -1)
    return np.cumsum(steps) > 0


def runs(truth: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], truth.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def swept(kernel: Callable[..., int], *arguments: Any, n_rows: int) -> list[tuple[int, int]]:
    out = np.empty(n_rows, np.int32), np.empty(n_rows, np.int64), np.empty(n_rows, np.int64)
    count = kernel(*arguments, *out)
    codes, starts, ends = (column[:count] for column in out)
    shift = codes.astype(np.int64) * (SIZE + 1)
    return list(zip((starts + shift).tolist(), (ends + shift).tolist(), strict=True))


OPERATIONS: dict[str, Callable[..., Any]] = {
    "unite": np.logical_or,
    "subtract": lambda a, b: a & ~b,
    "differ": np.logical_xor,
}


@pytest.mark.parametrize("two", SETS)
@pytest.mark.parametrize("one", SETS)
def test_set_sweeps__against_bases(one: str, two: str) -> None:
    a, b = draw(one, 1), draw(two, 2)
    n_rows = len(a[0]) + len(b[0])
    for name, on_bases in OPERATIONS.items():
        found = swept(getattr(kernels, name), *a, *b, n_rows=n_rows)
        assert found == runs(on_bases(bases(a), bases(b))), name
    found = swept(kernels.intersect, *a, *b, True, n_rows=n_rows)
    assert found == runs(bases(a) & bases(b))


@pytest.mark.parametrize("kind", SETS)
def test_merge_rows__against_bases(kind: str) -> None:
    columns = draw(kind, 3)
    assert swept(kernels.merge_rows, *columns, True, n_rows=len(columns[0])) == runs(bases(columns))


@pytest.mark.parametrize("kind", SETS)
@pytest.mark.parametrize("touching", [False, True])
def test_label_rows__number_the_merged_intervals(kind: str, touching: bool) -> None:
    columns = draw(kind, 4)
    merged = swept(kernels.merge_rows, *columns, touching, n_rows=len(columns[0]))
    labels = np.empty(len(columns[0]), np.int64)
    assert kernels.label_rows(*columns, touching, None, labels) == len(merged)
    shift = columns[0].astype(np.int64) * (SIZE + 1)
    first, last = (np.array(merged, np.int64).reshape(-1, 2)[labels, k] for k in (0, 1))
    assert (first <= columns[1] + shift).all()
    assert (columns[2] + shift <= last).all()
    assert (np.diff(labels) >= 0).all()


def test_intersect__rows_that_are_kept_apart_across_refills() -> None:
    starts = np.arange(1000) * 10
    a = np.zeros(1000, np.int32), starts, starts + 10  # touching throughout
    b = np.zeros(1, np.int32), np.array([5]), np.array([9_995])
    found = swept(kernels.intersect, *a, *b, False, n_rows=1001)
    assert found == [(max(s, 5), min(s + 10, 9_995)) for s in starts.tolist()]
