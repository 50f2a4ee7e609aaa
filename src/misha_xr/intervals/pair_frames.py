"""Tables of pairs: rows of two tables side by side, names that clash set apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.interval_order import is_counting

__all__ = ["free_name", "pair_frame", "taken"]


def pair_frame(
    left: pd.DataFrame,
    right: pd.DataFrame,
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    suffixes: tuple[str, str] = ("", "1"),
    more: Mapping[str, NDArray[Any]] | None = None,
) -> pd.DataFrame:
    """Put rows of two tables side by side.

    Parameters
    ----------
    left, right : DataFrame
        Any columns.
    rows : (ndarray of int64, ndarray of int64), shape (p,)
        Row of the left and of the right table in each pair; on the right, -1 is none.
    suffixes : (str, str)
        What is added to the names of the left and right columns that both tables have.
    more : mapping of str to ndarray, optional
        Further columns of p values, last.

    Returns
    -------
    DataFrame, shape (p, any)
        Left columns, right columns, further ones; RangeIndex. A right or further name that is
        taken nevertheless gets underscores. Where a right row is none, its values are missing,
        and integers become float64.

    Examples
    --------
    >>> one, two = pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [7]})
    >>> pair_frame(one, two, (np.array([0, 1]), np.array([0, -1])))
       x   x1
    0  1  7.0
    1  2  NaN
    """
    left_rows, right_rows = rows
    out = _left_part(left, left_rows)
    both = set(left.columns) & set(right.columns)
    if suffixes[0]:
        out.columns = pd.Index([_suffixed(name, both, suffixes[0]) for name in left.columns])
    names = set(out.columns)
    columns: dict[Any, Any] = {}
    has_none = len(right_rows) > 0 and int(right_rows.min()) < 0
    for at, name in enumerate(right.columns):
        free = free_name(_suffixed(name, both, suffixes[1]), names)
        columns[free] = taken(right.iloc[:, at], right_rows, has_none=has_none)
        names.add(free)
    for name, values in (more or {}).items():
        columns[free_name(name, names)] = values
    added = pd.DataFrame(columns, index=out.index, copy=False)
    joined = pd.concat([out, added], axis=1)
    joined.attrs = dict(left.attrs)
    return joined


def free_name(name: Any, names: set[Any]) -> Any:
    """Return a name that is not among some others.

    Parameters
    ----------
    name : Hashable
        What is wanted.
    names : set
        What is taken.

    Returns
    -------
    Hashable
        The name, with as many underscores as it takes.

    Examples
    --------
    >>> free_name("dist", {"dist"})
    'dist_'
    """
    while name in names:
        name = f"{name}_"
    return name


def taken(column: pd.Series, rows: NDArray[np.int64], *, has_none: bool) -> Any:
    """Return values of a column.

    Parameters
    ----------
    column : Series
        Any dtype.
    rows : ndarray of int64, shape (p,)
        Row numbers; -1 for a missing value.
    has_none : bool
        Whether a row is -1.

    Returns
    -------
    array-like, length p
        The column's dtype; with missing values float64 for integers, object for logicals.

    Examples
    --------
    >>> taken(pd.Series([5, 7]), np.array([1, -1]), has_none=True)
    array([ 7., nan])
    """
    values = column.array
    if type(values) is pd.arrays.NumpyExtensionArray:  # not text, which would be read once more
        values = values.to_numpy()
    take = partial(pd.api.extensions.take, allow_fill=True) if has_none else type(values).take
    found = take(values, rows)
    return pd.Index(found, dtype=object) if column.dtype == object else found


def _left_part(left: pd.DataFrame, rows: NDArray[np.int64]) -> pd.DataFrame:
    """Return rows of the left table; all of them, in order, share its memory until written."""
    if len(rows) == len(left) and is_counting(np.ascontiguousarray(rows, np.int64)):
        out = left.copy(deep=False)
    else:
        out = left.take(rows)
    out.index = pd.RangeIndex(len(rows))
    return out


def _suffixed(name: Any, both: set[Any], suffix: str) -> Any:
    return f"{name}{suffix}" if suffix and name in both else name
