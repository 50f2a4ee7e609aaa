"""Strands in every spelling that tables have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import IntervalError
from misha_xr.intervals import minus_rows

SPELLINGS: list[Any] = [
    [1, -1, 0],
    np.array([1, -1, 0], np.int8),
    np.array([1.0, -1.0, np.nan]),
    ["+", "-", "*"],
    ["1", "-1", "."],
    ["+", "-", None],
    [1, "-", None],
    [1.0, -1.0, ""],
    pd.Series([1, -1, None], dtype="Int64", index=[7, 7, 9]),
    pd.Series(["+", "-", None], dtype="str"),
    pd.Categorical(["+", "-", "*"]),
    pd.Categorical([1, -1, None]),
]


@pytest.mark.parametrize("strand", SPELLINGS, ids=repr)
def test_minus_rows__spellings(strand: Any) -> None:
    found = minus_rows(strand, 3)
    assert found.dtype == bool
    assert found.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("strand", "expected"), [(-1, True), ("-", True), (1, False), ("*", False)]
)
def test_minus_rows__one_for_all(strand: Any, expected: bool) -> None:
    assert minus_rows(strand, 2).tolist() == [expected] * 2
    assert minus_rows(strand, 0).tolist() == []


def test_minus_rows__none() -> None:
    assert minus_rows([], 0).tolist() == []
    assert minus_rows(pd.Series([], dtype=object), 0).tolist() == []


@pytest.mark.parametrize("bad", [2, 0.5, "x", "minus", np.inf, "+-"])
def test_minus_rows__refused(bad: Any) -> None:
    with pytest.raises(IntervalError, match="in row b"):
        minus_rows([1, bad], 2, labels=["a", "b"])
    with pytest.raises(IntervalError, match="strand must be"):
        minus_rows(bad, 2)


def test_minus_rows__another_length() -> None:
    with pytest.raises(IntervalError, match="2 strands for 3 intervals"):
        minus_rows([1, 1], 3)
