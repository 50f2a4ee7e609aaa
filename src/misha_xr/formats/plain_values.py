"""What a track variable may hold: a closed set of plain types, and exact comparison of two values.

Nothing is read, written or built here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["check_plain", "identical", "is_plain_dtype", "is_table"]

MAX_DEPTH = 100
MAX_ITEMS = 1 << 24  # what shared parts may expand to, beyond the size of a file
MARKER = "__misha_xr__"  # the key of a dict that stands for a table in a pickle

_LEAVES = frozenset({type(None), bool, int, float, complex, str, bytes, bytearray, range})
_TABLES = (pd.DataFrame, pd.Series, pd.Categorical)
_PLAIN_KINDS = "biufcSUMm"


def is_plain_dtype(dtype: np.dtype[Any]) -> bool:
    """Tell whether an array of a dtype is nothing but numbers, text or times of fixed size.

    Parameters
    ----------
    dtype : dtype
        Structured ones count if all their fields do.

    Returns
    -------
    bool
        False for Python objects, and for items of no size.

    Examples
    --------
    >>> is_plain_dtype(np.dtype("f4")), is_plain_dtype(np.dtype(object))
    (True, False)
    """
    if dtype.fields is not None:
        return all(is_plain_dtype(field[0]) for field in dtype.fields.values())
    if dtype.subdtype is not None:
        return is_plain_dtype(dtype.subdtype[0])
    return dtype.kind in _PLAIN_KINDS


def is_table(value: object) -> bool:
    """Tell whether a value is one of the pandas classes that a variable may hold.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    bool
        For DataFrame, Series, Categorical, and arrays with missing values.

    Examples
    --------
    >>> is_table(pd.Series([1])), is_table([1])
    (True, False)
    """
    return type(value) in _TABLES or isinstance(
        value, pd.arrays.IntegerArray | pd.arrays.BooleanArray | pd.arrays.FloatingArray
    )


def _parts(value: Any) -> Iterable[Any]:
    """Return what a container holds; nothing for a leaf; TypeError for a class not in the set."""
    kind = type(value)
    if kind in _LEAVES:
        return ()
    if kind in (list, tuple, set, frozenset):
        return value  # type: ignore[no-any-return]
    if kind is dict:
        return (*value.keys(), *value.values())
    if kind is slice:
        return value.start, value.stop, value.step
    if kind is np.ndarray or isinstance(value, np.generic):
        if is_plain_dtype(value.dtype):
            return ()
        raise TypeError(f"an array of dtype {value.dtype}")
    if is_table(value):
        return ()
    raise TypeError(f"an object of class {kind.__module__}.{kind.__qualname__}")


def check_plain(value: Any, *, max_items: int = MAX_ITEMS) -> None:
    """Raise unless a value is built of plain parts, without cycles, to a bounded depth.

    Parameters
    ----------
    value : object
        Looked at, not changed.
    max_items : int
        How many parts it may have, those that occur twice counted twice.

    Raises
    ------
    TypeError
        If a part is of another class; names it.
    ValueError
        If it is too deep, too large, or holds itself.

    Examples
    --------
    >>> check_plain({"a": [1, 2.5, None]})
    >>> check_plain([print])
    Traceback (most recent call last):
    TypeError: an object of class builtins.builtin_function_or_method
    """
    measured: dict[int, tuple[int, int]] = {}  # by id: depth below, parts
    open_ids: set[int] = set()
    stack = [(value, False)]
    while stack:
        item, leaving = stack.pop()
        key = id(item)
        if leaving:
            open_ids.discard(key)
            measured[key] = _measure(item, measured, max_items)
        elif key not in measured:
            if key in open_ids:
                raise ValueError("a value that holds itself")
            parts = list(_parts(item))
            if not parts:
                measured[key] = (0, 1)
                continue
            if len(open_ids) >= MAX_DEPTH:
                raise ValueError(f"a value nested deeper than {MAX_DEPTH}")
            open_ids.add(key)
            stack.append((item, True))
            stack += [(part, False) for part in parts if type(part) not in _LEAVES]


def _measure(item: Any, measured: dict[int, tuple[int, int]], max_items: int) -> tuple[int, int]:
    found = [(0, 1) if type(part) in _LEAVES else measured[id(part)] for part in _parts(item)]
    depth = 1 + max(part[0] for part in found)
    n_items = 1 + sum(part[1] for part in found)
    if depth > MAX_DEPTH:
        raise ValueError(f"a value nested deeper than {MAX_DEPTH}")
    if n_items > max_items:
        raise ValueError(f"a value that expands to more than {max_items} items")
    return depth, n_items


def identical(left: Any, right: Any) -> bool:
    """Tell whether two plain values are the same in class, type, order and bits.

    Parameters
    ----------
    left, right : object
        Plain values; depth is bounded by `check_plain`.

    Returns
    -------
    bool
        NaN equals NaN; 1 and 1.0 differ; so do a list and a tuple.

    Examples
    --------
    >>> identical([1.0, float("nan")], [1.0, float("nan")]), identical([1], [1.0])
    (True, False)
    """
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(identical, left, right))
    if isinstance(left, dict):
        return identical(list(left.items()), list(right.items()))
    if isinstance(left, np.ndarray | np.generic):
        same_form = left.dtype == right.dtype and left.shape == right.shape
        return bool(same_form and left.tobytes() == right.tobytes())
    if is_table(left):
        return _identical_tables(left, right)
    return bool(left == right or (left != left and right != right))


def _identical_tables(left: Any, right: Any) -> bool:
    if isinstance(left, pd.DataFrame):
        return bool(
            left.equals(right)
            and left.columns.equals(right.columns)
            and _identical_indexes(left, right)
            and left.columns.dtype == right.columns.dtype
            and all(map(_same_dtype, left.dtypes, right.dtypes))
        )
    if isinstance(left, pd.Series):
        same = left.equals(right) and _identical_indexes(left, right)
        return bool(same and _same_dtype(left.dtype, right.dtype)) and left.name == right.name
    if isinstance(left, pd.Categorical):
        return bool(
            _same_dtype(left.dtype, right.dtype) and np.array_equal(left.codes, right.codes)
        )
    return bool(left.dtype == right.dtype and left.equals(right))


def _identical_indexes(left: Any, right: Any) -> bool:
    ours, theirs = left.index, right.index
    return bool(
        type(ours) is type(theirs)
        and ours.equals(theirs)
        and ours.name == theirs.name
        and ours.dtype == theirs.dtype
    )


def _same_dtype(left: Any, right: Any) -> bool:
    if isinstance(left, pd.CategoricalDtype) and isinstance(right, pd.CategoricalDtype):
        ours, theirs = left.categories, right.categories
        return bool(
            left.ordered == right.ordered and ours.dtype == theirs.dtype and ours.equals(theirs)
        )
    return bool(left == right)
