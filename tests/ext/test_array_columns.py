"""Kernels of array columns: scratch that grows, blocks of every size, choices of columns."""

from __future__ import annotations

import numpy as np
import pytest

from misha_xr._ext import array_columns, array_records
from misha_xr._ext.dense_windows import REDUCERS
from misha_xr.formats.array import encode_array
from misha_xr.testing.windows import reduce_values

FUNCTIONS = ("avg", "sum", "min", "max", "stddev", "quantile")


def reduced(func: str, values: np.ndarray, slots: np.ndarray | None) -> np.ndarray:
    """Reduce the rows of a matrix as if each were an interval."""
    n = len(values)
    starts = np.arange(n) * 10
    data = np.frombuffer(encode_array(starts, starts + 7, values), np.uint8)
    rows_at, length = np.empty((2, 1), np.int64)
    zero = np.zeros(1, np.int64)
    array_records.find_tables(data, zero, np.array([len(data)]), rows_at, length)
    out = np.empty(24 * n, np.uint8)
    array_columns.reduce_columns(
        REDUCERS[func], 0.3, data, zero, rows_at, zero, np.array([n]), slots, np.empty(n), out
    )
    records = out.view([("start", "<i8"), ("end", "<i8"), ("value", "<f8")])
    np.testing.assert_array_equal(records["start"], starts)
    np.testing.assert_array_equal(records["end"], starts + 7)
    return records["value"]


@pytest.mark.parametrize("func", FUNCTIONS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 70_000), (1300, 60), (40, 2500)])
@pytest.mark.parametrize("is_all", [True, False])
def test_reduce_columns__equals_a_list(func: str, shape: tuple[int, int], is_all: bool) -> None:
    chance = np.random.default_rng(shape[0])
    values = chance.normal(size=shape).astype(np.float32)
    values[chance.random(shape) < 0.2] = np.nan
    slots = np.where(chance.random(shape[1]) < 0.5, 0, -1).astype(np.int32)
    chosen = values if is_all else values[:, slots >= 0]
    found = reduced(func, values, None if is_all else slots)
    for k in {0, 1, len(values) // 2, len(values) - 1} & set(range(len(values))):
        seen = chosen[k][~np.isnan(chosen[k])].astype(float).tolist()
        np.testing.assert_allclose(found[k], reduce_values(func, seen, 0.3), rtol=1e-9)
    if func == "sum":
        whole = np.where(np.isnan(chosen).all(axis=1), np.nan, np.nansum(chosen.astype(float), 1))
        np.testing.assert_allclose(found, whole, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("func", FUNCTIONS)
def test_reduce_columns__no_column_chosen(func: str) -> None:
    values = np.ones((5, 3))
    assert np.isnan(reduced(func, values, np.full(3, -1, np.int32))).all()
    assert np.isnan(reduced(func, values, np.empty(0, np.int32))).all()


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("n", [1, 3, 4, 9])
def test_reduce_columns__infinities_are_values(n: int, sign: float) -> None:
    values = np.full((1, n), sign * np.inf)
    for func in ("avg", "sum", "min", "max"):
        assert reduced(func, values, None).tolist() == [sign * np.inf]
    values[0, -1] = 2.0
    least, most = min(values[0]), max(values[0])
    assert reduced("min", values, None).tolist() == [least]
    assert reduced("max", values, None).tolist() == [most]


def test_gather_cells__by_step() -> None:
    values = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, np.nan]])
    data = np.frombuffer(encode_array([0, 5], [5, 9], values), np.uint8)
    rows_at, length = np.empty((2, 1), np.int64)
    zero = np.zeros(1, np.int64)
    array_records.find_tables(data, zero, np.array([len(data)]), rows_at, length)
    out = np.full((2, 3), np.nan)
    codes, items = np.full(3, 7, np.int32), np.array([1, 0, 1])
    slots = np.array([1, -1, 0], np.int32)
    array_columns.gather_cells(data, 7, zero, rows_at, codes, items, slots, out)
    np.testing.assert_array_equal(out, [[np.nan, 3, np.nan], [4, 1, 4]])
