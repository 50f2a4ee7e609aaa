"""Strands as signs, which distances are multiplied by."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.intervals.strands import minus_rows

__all__ = ["strand_signs"]

_UNKNOWN = ("", "*", ".", "0")


def strand_signs(frame: pd.DataFrame) -> NDArray[np.int8] | None:
    """Return the signs in a table's column `strand`.

    Parameters
    ----------
    frame : DataFrame, shape (n, any)
        With or without a column `strand`: -1, 0, 1, or ``"-"``, ``"+"``, ``"."``, ``"*"``.

    Returns
    -------
    ndarray of int8, shape (n,), or None
        -1, 0 (also for missing values) and 1; None without the column.

    Raises
    ------
    IntervalError
        If another value is in it.

    Examples
    --------
    >>> strand_signs(pd.DataFrame({"strand": ["+", "-", "."]}))
    array([ 1, -1,  0], dtype=int8)
    """
    if "strand" not in frame.columns:
        return None
    column = frame["strand"]
    if column.dtype == np.int64 and len(column) and column.min() >= -1 and column.max() <= 1:
        return column.to_numpy().astype(np.int8)
    minus = minus_rows(column, len(column), labels=frame.index)
    signs = np.where(minus, np.int8(-1), np.int8(1))
    signs[_is_unknown(column)] = 0
    return signs


def _is_unknown(column: pd.Series) -> NDArray[np.bool_]:
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(np.float64, na_value=np.nan)
        return np.asarray(np.isnan(values) | (values == 0), dtype=bool)
    codes, distinct = pd.factorize(column)
    names = [str(name) in _UNKNOWN or name == 0 for name in distinct] + [True]
    return np.asarray(names, dtype=bool)[codes]
