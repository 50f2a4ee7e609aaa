"""Which rows lie on the minus strand, from whatever a table says in its column `strand`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError

__all__ = ["bad_strands", "minus_rows"]

Labels = Sequence[Any] | pd.Index

_MINUS = frozenset(["-", "-1"])
_OTHERS = frozenset(["", "+", "1", "*", ".", "0"])
_N_SHOWN = 3


def minus_rows(strand: Any, n_rows: int, *, labels: Labels | None = None) -> NDArray[np.bool_]:
    """Tell which rows lie on the minus strand.

    Parameters
    ----------
    strand : int, str, or array-like of them, shape (n_rows,)
        -1 or ``"-"``: minus. 1 or ``"+"``: plus. 0, ``"*"``, ``"."``, ``""`` or a missing value:
        not known, which is read like plus. One value counts for all rows.
    n_rows : int
        Number of rows.
    labels : sequence, optional
        What the rows are called in messages. Default: 0, 1, ...

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        True on the minus strand.

    Raises
    ------
    IntervalError
        For any other value, naming the first rows, or another number of values than rows.

    Examples
    --------
    >>> minus_rows(["+", "-", "*"], 3).tolist()
    [False, True, False]
    >>> minus_rows(-1, 2).tolist()
    [True, True]
    """
    column: pd.Series[Any] = pd.Series([strand] * n_rows if np.ndim(strand) == 0 else strand)
    if len(column) != n_rows:
        raise IntervalError(f"{len(column):,} strands for {n_rows:,} intervals")
    minus, bad = _judged(column)
    if bad.any():
        raise _error(column, np.flatnonzero(bad)[:_N_SHOWN], labels)
    return minus


def bad_strands(column: pd.Series[Any]) -> NDArray[np.bool_]:
    """Tell which rows of a column hold no strand.

    Parameters
    ----------
    column : Series, shape (n,)
        As for `minus_rows`.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where `minus_rows` would refuse the value.

    Examples
    --------
    >>> bad_strands(pd.Series(["+", "up", None])).tolist()
    [False, True, False]
    """
    return _judged(column)[1]


def _judged(column: pd.Series[Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which rows are minus, and which are no strand."""
    is_number = pd.api.types.is_numeric_dtype(column.dtype)
    return _numbers(column) if is_number else _texts(column)


def _numbers(column: pd.Series[Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    values = column.to_numpy(np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        return values == -1, ~(np.isnan(values) | (values == 0) | (abs(values) == 1))


def _texts(column: pd.Series[Any]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Judge each distinct value once: a column of a million rows has three."""
    codes, distinct = pd.factorize(column)
    names = [_name(value) for value in distinct] + [""]  # code -1, the last: missing
    minus = np.array([name in _MINUS for name in names])
    bad = np.array([name not in _MINUS and name not in _OTHERS for name in names])
    return minus[codes], bad[codes]


def _name(value: Any) -> str:
    is_whole = isinstance(value, float | np.floating) and float(value).is_integer()
    return str(int(value)) if is_whole else str(value)


def _error(column: pd.Series[Any], rows: NDArray[Any], labels: Labels | None) -> IntervalError:
    names = range(len(column)) if labels is None else labels
    found = zip(column.iloc[rows].tolist(), rows, strict=True)
    shown = ", ".join(f"{value!r} in row {names[row]}" for value, row in found)
    return IntervalError(
        f"a strand must be -1, 0, 1, '-', '*', '.' or '+'; found {shown}",
        hint="strand=0 reads all intervals forward, whatever the table says",
    )
