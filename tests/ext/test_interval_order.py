"""Order of intervals against NumPy's sort by columns, for keys of every width."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext import interval_order

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def sorted_by_kernel(columns: Columns, by_end: bool = True) -> tuple[list[int], int]:
    """Return the order, and how often all rows were moved."""
    n = len(columns[0])
    order, keys, spare = np.empty(n, np.int64), np.empty(n, np.uint64), np.empty(n, np.uint64)
    n_passes = interval_order.sort_rows(*columns, by_end, order, keys, spare)
    return order.tolist(), n_passes


def random_columns(n: int, n_codes: int, reach: int, length: int) -> Columns:
    rng = np.random.default_rng(n)
    starts = rng.integers(-reach, reach, n)
    codes = rng.integers(0, n_codes, n).astype(np.int32)
    return codes, starts, starts + rng.integers(1, length, n)


SHAPES = {
    "mammal": (24, 250_000_000, 1000),
    "many-contigs": (1_000_000, 5000, 300),
    "contigs-and-long-chromosomes": (1 << 30, 1 << 40, 300),
    "whole-int64": (1 << 30, 1 << 61, 1 << 61),
    "few-ties": (3, 1000, 50),
    "nothing-but-ties": (1, 1, 1 << 40),
}


@pytest.mark.parametrize("n", [1, 2, 100, 5000])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_sort_rows__widths_of_keys(shape: tuple[int, int, int], n: int) -> None:
    columns = random_columns(n, *shape)
    assert sorted_by_kernel(columns)[0] == np.lexsort(columns[::-1]).tolist()
    assert sorted_by_kernel(columns, by_end=False)[0] == np.lexsort(columns[1::-1]).tolist()


EDGES = st.sampled_from([-(2**62), -1, 0, 1, 2**31, 2**62]) | st.integers(-5, 5)


@given(st.lists(st.tuples(st.sampled_from([0, 1, 7, 2**31 - 1]), EDGES, EDGES), min_size=1))
def test_sort_rows__extremes(rows: list[tuple[int, int, int]]) -> None:
    table = np.array(rows, np.int64)
    columns = table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy()
    expected = sorted(range(len(rows)), key=lambda k: rows[k])
    assert sorted_by_kernel(columns)[0] == expected
    assert (interval_order.first_unsorted(*columns, True) == len(rows)) == (rows == sorted(rows))


def test_sort_rows__digits_that_all_rows_share_cost_nothing() -> None:
    codes, starts = np.full(10, 5, np.int32), np.arange(10, 0, -1) << 20
    assert sorted_by_kernel((codes, starts, starts + 1))[1] == 1


def test_first_unsorted__names_the_row() -> None:
    codes, starts, ends = np.zeros(4, np.int32), np.array([0, 5, 5, 4]), np.array([9, 9, 8, 9])
    assert interval_order.first_unsorted(codes, starts, ends, True) == 2
    assert interval_order.first_unsorted(codes, starts, ends, False) == 3


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 5), st.integers(-1, 9))),
    st.none() | st.just([6, 3, 8]),
)
def test_first_illegal__against_a_loop(
    rows: list[tuple[int, int, int]], sizes: list[int] | None
) -> None:
    table = np.array(rows, np.int64).reshape(-1, 3)
    columns = table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy()
    legal = [0 <= s < e and (sizes is None or e <= sizes[c]) for c, s, e in rows]
    limits = None if sizes is None else np.array(sizes)
    assert interval_order.first_illegal(*columns, limits) == [*legal, False].index(False)


@pytest.mark.parametrize("rows", [[], [0], [0, 1, 2], [1], [0, 2], [0, 1, 1]])
def test_is_counting(rows: list[int]) -> None:
    expected = rows == list(range(len(rows)))
    assert interval_order.is_counting(np.array(rows, np.int64)) == expected
