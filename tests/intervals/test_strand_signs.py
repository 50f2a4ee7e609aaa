"""Strands of tables as signs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from misha_xr.errors import IntervalError
from misha_xr.intervals.strand_signs import strand_signs


@pytest.mark.parametrize(
    ("strands", "dtype"),
    [
        ([-1, 0, 1], "int64"),
        ([-1, 0, 1], "int8"),
        ([-1.0, np.nan, 1.0], "float64"),
        ([-1, None, 1], "Int64"),
        (["-", ".", "+"], "str"),
        (["-", "*", "+"], "category"),
        (["-", None, "+"], "str"),
        (["-1", "0", "1"], "object"),
        ([-1, "", 1], "object"),
    ],
)
def test_strand_signs__spellings(strands: list[Any], dtype: str) -> None:
    signs = strand_signs(pd.DataFrame({"strand": pd.Series(strands, dtype=dtype)}))
    assert signs is not None
    assert signs.dtype == np.int8
    assert signs.tolist() == [-1, 0, 1]


def test_strand_signs__absent_empty_and_wrong() -> None:
    assert strand_signs(pd.DataFrame({"x": [1]})) is None
    assert strand_signs(pd.DataFrame({"strand": pd.Series([], dtype="int64")})).tolist() == []
    with pytest.raises(IntervalError, match="5"):
        strand_signs(pd.DataFrame({"strand": [1, 5]}))
