"""The containers in which callers hand over names: lists, arrays, pandas columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_FEW = 32  # names that are looked up one by one: finding the distinct ones costs more


def unwrap(chroms: object) -> list[Any] | NDArray[Any] | pd.Categorical[Any]:
    """Reduce a container of names to one of three kinds.

    Parameters
    ----------
    chroms : array-like, shape (n,)
        List, tuple, array, Series, Index, pandas or xarray array.

    Returns
    -------
    list, ndarray or Categorical, length n
        Text of Arrow comes as a Categorical, so that each distinct name is looked up once.

    Examples
    --------
    >>> unwrap(("chr1", "chr2"))
    ['chr1', 'chr2']
    """
    if isinstance(chroms, (list, tuple)):
        return list(chroms)
    values: Any = chroms.array if isinstance(chroms, (pd.Series, pd.Index)) else chroms
    if isinstance(values, pd.Categorical):
        return values
    dtype: object = getattr(values, "dtype", None)
    if isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow":
        if len(values) <= _FEW:
            return list(values)
        # Arrow text has no Python objects; its distinct values are few.
        codes, distinct = pd.factorize(values)
        names = pd.Index(np.asarray(distinct, dtype=object), dtype=object)
        kind: pd.CategoricalDtype[Any] = pd.CategoricalDtype(names)
        return pd.Categorical.from_codes(codes, dtype=kind, validate=False)
    if isinstance(values, pd.api.extensions.ExtensionArray) and not isinstance(
        values, pd.arrays.NumpyExtensionArray
    ):
        return np.asarray(values, dtype=object)
    return np.asarray(values)


def take_items(chroms: object, rows: NDArray[np.int64]) -> list[Any]:
    """Return the items at some rows of a container.

    Parameters
    ----------
    chroms : array-like, shape (n,)
        What :func:`unwrap` accepts, or a single name.
    rows : ndarray of int64, shape (m,)
        Row numbers.

    Returns
    -------
    list of length m
        Python objects where the container has them.

    Examples
    --------
    >>> take_items(["a", "b", "c"], np.array([2, 0]))
    ['c', 'a']
    """
    if isinstance(chroms, (str, int, np.integer)):
        return [chroms]
    if isinstance(chroms, (pd.Series, pd.Index)):
        return list(chroms.array.take(rows))
    if isinstance(chroms, (list, tuple)):
        return [chroms[row] for row in rows]
    return list(np.atleast_1d(np.asarray(chroms))[rows].tolist())


def is_missing(item: object) -> bool:
    """Tell whether an item is one of the marks for "no value".

    Parameters
    ----------
    item : object
        One cell of a column.

    Returns
    -------
    bool
        True for None, NaN, NaT and NA.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing("")
    (True, False)
    """
    is_nan = isinstance(item, float) and item != item
    return item is None or item is pd.NA or item is pd.NaT or is_nan
