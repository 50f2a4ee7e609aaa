"""Genome order against Python's sort; sorted rows are left where they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from misha_xr._ext import interval_order
from misha_xr.intervals import Intervals, in_order, is_sorted, sort_order
from misha_xr.intervals.algebra import merge
from misha_xr.testing.genomes import Row
from misha_xr.testing.intervals import pack, row_sets, unpack


@given(row_sets(n_sets=1, max_rows=40))
def test_sort_order__against_sorted(case: tuple[list[int], list[Row]]) -> None:
    rows = case[1]
    expected = sorted(range(len(rows)), key=lambda k: rows[k])
    assert sort_order(pack(rows)).tolist() == expected
    assert is_sorted(pack(rows)) is (rows == sorted(rows))
    assert is_sorted(pack(sorted(rows)))


@given(row_sets(n_sets=1, max_rows=40))
def test_in_order__rows_and_where_they_came_from(case: tuple[list[int], list[Row]]) -> None:
    rows = case[1]
    found, order = in_order(pack(rows))
    assert unpack(found) == sorted(rows)
    assert unpack(pack(rows).take(slice(None) if order is None else order)) == sorted(rows)


def test_in_order__by_start_alone_keeps_the_order_of_ends() -> None:
    rows = [(0, 5, 9), (0, 5, 7), (0, 0, 3)]
    assert unpack(in_order(pack(rows), by_end=False)[0]) == [(0, 0, 3), (0, 5, 9), (0, 5, 7)]
    assert in_order(pack(rows[:2]), by_end=False)[1] is None


def test_in_order__sorted_rows_are_neither_sorted_nor_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = pack([(0, 5, 9), (0, 5, 10), (1, 0, 3)])

    def sort_rows(*columns: object) -> int:
        raise AssertionError("sorted again")

    monkeypatch.setattr(interval_order, "sort_rows", sort_rows)
    found, order = in_order(rows)
    assert order is None
    assert found.starts is rows.starts
    assert merge(pack([(0, 5, 9), (0, 5, 10)])).ends.tolist() == [10]
    assert sort_order(rows).tolist() == [0, 1, 2]
    with pytest.raises(AssertionError, match="sorted again"):
        in_order(rows.take(np.array([1, 0])))


def test_in_order__columns_of_any_dtype_and_stride() -> None:
    table = np.array([[1, 5, 9], [0, 5, 9]])
    iv = Intervals(table[:, 0], table[:, 1].astype(np.int32), table[:, 2])
    found, _ = in_order(iv)
    assert found.codes.dtype == np.int32
    assert found.starts.dtype == np.int64
    assert unpack(found) == [(0, 5, 9), (1, 5, 9)]
