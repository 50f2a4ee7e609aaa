"""Distinct objects of a list, numbered by first appearance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext.distinct import number_objects


def numbered(items: list[object]) -> tuple[list[int], list[object]]:
    out = np.full(len(items), -7, np.int32)
    distinct = number_objects(items, out)
    return out.tolist(), distinct


@given(st.lists(st.integers(0, 200)))
def test_number_objects__against_pandas(numbers: list[int]) -> None:
    items = [f"chr{number}" for number in numbers]  # equal names, different objects
    expected, names = pd.factorize(np.array(items, dtype=object))
    assert numbered(items) == (expected.tolist(), list(names))


def test_number_objects__runs_and_any_kind_of_object() -> None:
    name = "chr1"
    assert numbered([name, name, 1, "".join(["chr", "1"]), 1, None]) == (
        [0, 0, 1, 0, 1, 2],
        [name, 1, None],
    )
    assert numbered([]) == ([], [])
