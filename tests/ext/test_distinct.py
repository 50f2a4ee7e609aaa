"""Distinct objects of columns, numbered by first appearance; numbers taken through tables."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext.distinct import ObjectNumbers, rank_codes, take_codes


def numbered(*columns: list[Any]) -> tuple[list[list[int]], ObjectNumbers]:
    table, found = ObjectNumbers(), []
    for items in columns:
        values = np.empty(len(items), dtype=object)
        values[:] = items
        out = np.full(len(items), -7, np.int32)
        table.number(values, out)
        found.append(out.tolist())
    return found, table


@given(st.lists(st.lists(st.integers(0, 300)), min_size=1, max_size=3))
def test_object_numbers__against_pandas(columns: list[list[int]]) -> None:
    texts = [[f"chr{number}" for number in column] for column in columns]  # equal, not the same
    found, table = numbered(*texts)
    expected, names = pd.factorize(np.array(list(chain(*texts)), dtype=object))
    assert list(chain(*found)) == expected.tolist()
    assert table.distinct == list(names)
    assert table.odd == []


@given(st.lists(st.one_of(st.integers(-3, 3), st.text(max_size=2), st.none(), st.booleans())))
def test_object_numbers__any_kind_of_object_against_a_dict(items: list[Any]) -> None:
    known: dict[Any, int] = {}
    expected = [known.setdefault(item, len(known)) for item in items]
    (found,), table = numbered(items)
    assert found == expected
    assert table.distinct == list(known)
    assert table.odd == [k for item, k in known.items() if not isinstance(item, str)]


def test_object_numbers__texts_beyond_ascii_and_of_other_types() -> None:
    items = ["chré", "".join(["chr", "é"]), "染色体", np.str_("chr1"), "chr1", "chr\U0001f9ec"]
    (found,), table = numbered(items)
    assert found == [0, 0, 1, 2, 2, 3]
    assert table.odd == [2]


def test_object_numbers__so_many_that_the_table_grows() -> None:
    items = [f"c{k}" for k in range(30_000)]
    again = [f"c{k}" for k in reversed(range(30_000))]
    found, _ = numbered(items, again)
    assert found == [list(range(30_000)), list(reversed(range(30_000)))]


def test_object_numbers__strided_and_read_only() -> None:
    values = np.array(["a", "x", "b", "x", "a", "x"], dtype=object)[::2]
    values.flags.writeable = False
    out = np.empty(3, np.int32)
    ObjectNumbers().number(values, out)
    assert out.tolist() == [0, 1, 0]


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((3, 1), object), np.zeros(2, object)])
def test_object_numbers__wrong_arrays_are_refused(values: Any) -> None:
    with pytest.raises(ValueError, match="one object per number"):
        ObjectNumbers().number(values, np.empty(3, np.int32))


class Loud(str):
    """A text that fails when it is compared."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compared")


def test_object_numbers__an_error_leaves_the_table_usable() -> None:
    table = ObjectNumbers()
    with pytest.raises(RuntimeError, match="compared"):
        table.number(np.array(["a", "b", Loud("a")], dtype=object), np.empty(3, np.int32))
    out = np.empty(2, np.int32)
    table.number(np.array(["b", "c"], dtype=object), out)
    assert out.tolist() == [1, 2]


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
def test_rank_codes_and_take_codes__every_dtype(dtype: type) -> None:
    codes = np.array([4, -1, 2, 4, 0], dtype=dtype)
    ranks = np.full(5, -1, np.int32)
    assert rank_codes(codes, ranks) == 3
    assert ranks.tolist() == [2, -1, 1, -1, 0]
    out = np.empty(5, np.int32)
    assert take_codes(codes, ranks, out) == -1
    assert out.tolist() == [0, -1, 1, 0, 2]
    assert take_codes(codes[2:], ranks, out[2:]) == 0
