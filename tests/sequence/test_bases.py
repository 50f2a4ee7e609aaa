"""Complement and reversal: every container, against the oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import SequenceError
from misha_xr.sequence import complement, reverse, reverse_complement
from misha_xr.testing.sequences import LETTERS, turn_oracle

TEXTS = st.lists(st.text(LETTERS) | st.text(), max_size=8)


@given(TEXTS, st.booleans())
def test_reverse_complement__like_the_oracle(texts: list[str], ambiguous: bool) -> None:
    alphabet: Any = "iupac" if ambiguous else "acgt"
    expected = [turn_oracle(text, ambiguous=ambiguous) for text in texts]
    assert reverse_complement(texts, alphabet=alphabet) == expected
    assert complement(reverse(texts), alphabet=alphabet) == expected
    assert reverse(complement(texts, alphabet=alphabet)) == expected
    assert reverse(texts) == [text[::-1] for text in texts]


@given(st.lists(st.text(LETTERS), max_size=8))
def test_reverse_complement__twice_is_the_same(texts: list[str]) -> None:
    assert reverse_complement(reverse_complement(texts)) == texts


def test_str__also_of_numpy() -> None:
    assert reverse_complement("AACG") == "CGTT"
    assert reverse_complement(np.str_("AACG")) == "CGTT"
    assert complement("") == ""


@pytest.mark.parametrize("dtype", ["str", object, "string"])
def test_series__index_name_and_dtype(dtype: Any) -> None:
    column = pd.Series(["AAc", "nG"], index=["x", "y"], name="bases", dtype=dtype)
    found = reverse_complement(column)
    pd.testing.assert_series_equal(
        found, pd.Series(["gTT", "Cn"], index=["x", "y"], name="bases", dtype=dtype)
    )


def test_series__empty_and_categorical() -> None:
    assert reverse(pd.Series([], dtype="str")).dtype == "str"
    assert reverse(pd.Series(["AC", "AC"], dtype="category")).tolist() == ["CA", "CA"]


@pytest.mark.parametrize("dtype", ["U5", object])
def test_array__shape_and_dtype(dtype: Any) -> None:
    array = np.array([["AAc", "nG"], ["", "T"]], dtype)
    found = complement(array)
    assert found.dtype == array.dtype
    assert found.tolist() == [["TTg", "nC"], ["", "A"]]


@pytest.mark.parametrize(
    "wrong", [None, 5, b"ACG", ["A", None], ["A", 5], pd.Series(["A", None]), np.array([b"A"])]
)
def test_refused(wrong: Any) -> None:
    with pytest.raises(SequenceError, match="found"):
        reverse(wrong)
