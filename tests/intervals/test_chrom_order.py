"""Chromosomes that are only names: numbers, order, and the columns made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import IntervalError
from misha_xr.intervals.chrom_order import number_chroms

COLUMNS = {
    "str": pd.Series(["b", "a", "b"], dtype="str"),
    "object": pd.Series(["b", "a", "b"], dtype=object),
    "category": pd.Series(["b", "a", "b"], dtype="category"),
    "mixed": pd.Series(["b", 1, "b"], dtype=object),
    "int": pd.Series([7, 1, 7]),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_number_chroms__by_appearance_in_the_dtype_of_the_column(kind: str) -> None:
    column = COLUMNS[kind]
    order, (codes,) = number_chroms([column])
    assert codes.tolist() == [0, 1, 0]
    assert codes.dtype == np.int32
    made = pd.DataFrame({"chrom": order.column(codes)}, copy=False)["chrom"]
    assert made.tolist() == column.tolist()
    if kind != "category":
        assert made.dtype == column.dtype


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA], ids=repr)
@pytest.mark.parametrize("dtype", ["str", object, "category"])
def test_number_chroms__missing_names_are_refused(dtype: Any, missing: Any) -> None:
    column = pd.Series(["a", missing, "b", missing], index=list("wxyz"), dtype=dtype)
    with pytest.raises(IntervalError, match="chrom is missing in row x"):
        number_chroms([column])


def test_number_chroms__several_columns_of_other_dtypes() -> None:
    order, codes = number_chroms([COLUMNS["category"], COLUMNS["str"][1:], COLUMNS["object"][:0]])
    assert [part.tolist() for part in codes] == [[0, 1, 0], [1, 0], []]
    assert order.n_chroms == 2


@pytest.mark.parametrize(
    ("first", "second", "codes", "names"),
    [
        ([1, 2], ["2", "chr1"], [[0, 1], [1, 2]], ["1", "2", "chr1"]),
        (["2", "1"], [1, 3], [[0, 1], [1, 2]], ["2", "1", "3"]),
        ([1, 2], ["2", "1"], [[0, 1], [1, 0]], [1, 2]),
    ],
)
def test_number_chroms__whole_numbers_are_their_texts(first, second, codes, names) -> None:
    order, found = number_chroms([pd.Series(first), pd.Series(second)])
    assert [part.tolist() for part in found] == codes
    assert pd.Index(order.column(np.arange(len(names)))).tolist() == names
