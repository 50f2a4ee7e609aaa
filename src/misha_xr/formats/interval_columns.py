"""Columns of interval sets as R stores them: which vector each needs, and its values in pieces.

Source: the misha file format, sections on R serialisation and interval sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import (
    infer_dtype,
    is_bool_dtype,
    is_float_dtype,
    is_integer_dtype,
    is_object_dtype,
)

from misha_xr._ext.rstrings import encode_strings
from misha_xr.errors import IntervalError
from misha_xr.formats.rdata import NA_INTEGER, RVector
from misha_xr.formats.rdata_writer import RPieces, r_strings

__all__ = [
    "MISSING",
    "ColumnType",
    "column_type",
    "encode_values",
    "is_beyond_32_bits",
    "stored_values",
    "vector_of",
    "wider_type",
]

MISSING = -(2**63)  # a missing whole number, before it is known which vector it goes into
_WIDTHS = ("logical", "integer", "real")  # each holds what those before it hold


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What vector a column is stored as.

    Attributes
    ----------
    kind : {"logical", "integer", "real", "string", "factor"}
        An integer that 32 bits cannot hold is a real at last; see `vector_of`.
    levels : tuple of str
        Of a factor.

    Examples
    --------
    >>> ColumnType("factor", ("low", "high")).dtype
    dtype('int32')
    """

    kind: str
    levels: tuple[str, ...] = ()

    @property
    def dtype(self) -> np.dtype[Any] | None:
        """The dtype of stored values; None: a list of text.

        Examples
        --------
        >>> ColumnType("string").dtype is None
        True
        """
        dtypes = {"logical": np.int32, "factor": np.int32, "integer": np.int64, "real": np.float64}
        return np.dtype(dtypes[self.kind]) if self.kind in dtypes else None


def column_type(column: pd.Series) -> ColumnType:
    """Choose how a column is stored.

    Parameters
    ----------
    column : Series
        All of it, or its first rows; the dtype decides, of an object column what is in it.

    Returns
    -------
    ColumnType
        Bool: logical; whole numbers: integer; other numbers: real; text: string; categorical:
        factor. Missing values do not matter.

    Raises
    ------
    IntervalError
        If R has no vector for it.

    Examples
    --------
    >>> column_type(pd.Series([1, 2])).kind, column_type(pd.Series(["a", None])).kind
    ('integer', 'string')
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return ColumnType("factor", tuple(str(level) for level in dtype.categories))
    if is_bool_dtype(dtype):
        return ColumnType("logical")
    if is_integer_dtype(dtype):
        return ColumnType("integer")
    if is_float_dtype(dtype):
        return ColumnType("real")
    if is_object_dtype(dtype) or isinstance(dtype, pd.StringDtype):
        found = _object_kind(column)
        if found is not None:
            return ColumnType(found)
    raise IntervalError(
        f"column {column.name!r} of dtype {dtype} has no form in R",
        hint="an interval set holds numbers, text, bools and categories: convert or drop it",
    )


def _object_kind(column: pd.Series) -> str | None:
    if isinstance(column.dtype, pd.StringDtype):
        return "string"
    inferred = infer_dtype(column, skipna=True)
    kinds = {
        "string": "string",
        "empty": "string",
        "boolean": "logical",
        "integer": "integer",
        "floating": "real",
        "mixed-integer-float": "real",
    }
    return kinds.get(inferred)


def wider_type(one: ColumnType, other: ColumnType, name: str) -> ColumnType:
    """Return the type that holds the values of two.

    Parameters
    ----------
    one, other : ColumnType
        Of one column in two tables.
    name : str
        The column, for the message.

    Returns
    -------
    ColumnType
        Logical, integer, real in this order; factors with the levels of both; string for text.

    Raises
    ------
    IntervalError
        If one is text and the other numbers.

    Examples
    --------
    >>> wider_type(ColumnType("factor", ("a",)), ColumnType("factor", ("b",)), "kind").levels
    ('a', 'b')
    """
    kinds = one.kind, other.kind
    if kinds == ("factor", "factor"):
        return replace(one, levels=tuple(dict.fromkeys((*one.levels, *other.levels))))
    if one.kind in _WIDTHS and other.kind in _WIDTHS:
        return ColumnType(max(kinds, key=_WIDTHS.index))
    if {*kinds} <= {"factor", "string"}:
        return ColumnType("string")
    raise IntervalError(
        f"column {name!r} holds {one.kind} values; found {other.kind}",
        hint="convert the column to what the interval set holds",
    )


def stored_values(column: pd.Series, wanted: ColumnType) -> Any:
    """Return the values of a column as they are kept until they are written.

    Parameters
    ----------
    column : Series, shape (n,)
        Of the wanted type, or a narrower one.
    wanted : ColumnType
        What it is stored as.

    Returns
    -------
    ndarray or list, shape (n,)
        int32 codes of a factor (-1: missing), int32 logicals (`NA_INTEGER`), int64 whole numbers
        (`MISSING`), float64 (NaN), or a list of str and None. May share memory with the column.

    Raises
    ------
    IntervalError
        If a value does not fit, e.g. a text that is no level.

    Examples
    --------
    >>> stored_values(pd.Series([True, None], dtype="boolean"), ColumnType("logical")).tolist()
    [1, -2147483648]
    """
    if wanted.kind == "string":
        return column.astype(object).where(column.notna(), None).tolist()
    if wanted.kind == "factor":
        return _codes(column, wanted.levels)
    if wanted.kind == "real":
        return column.to_numpy(np.float64, na_value=np.nan)
    if column.dtype.kind in "iu" and isinstance(column.dtype, np.dtype):
        return _whole(column.to_numpy(), column.name)
    dtype, missing = (np.int32, NA_INTEGER) if wanted.kind == "logical" else (np.int64, MISSING)
    if column.dtype == bool:
        return column.to_numpy(dtype)
    absent = column.isna().to_numpy()
    filled = column.astype(object).where(~absent, 0).to_numpy(dtype)
    filled[absent] = missing
    return filled


def _whole(values: NDArray[Any], name: object) -> NDArray[np.int64]:
    if values.dtype.kind == "u" and values.size and values.max() > 2**62:
        raise IntervalError(f"column {name!r} holds numbers beyond 2**62")
    return values.astype(np.int64, copy=False)


def _codes(column: pd.Series, levels: Sequence[str]) -> NDArray[np.int32]:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("category")
    codes: NDArray[np.int32] = np.asarray(column.cat.codes, np.int32)
    mine = [str(level) for level in column.cat.categories]
    if tuple(mine) == tuple(levels):
        return codes
    position = {level: k for k, level in enumerate(levels)}
    table = np.array([*(position.get(level, -2) for level in mine), -1], np.int32)
    found = table[codes]  # a missing value, -1, takes the last
    if (found == -2).any():
        unknown = [level for level in mine if level not in position]
        raise IntervalError(
            f"column {column.name!r} has values that are no levels: {', '.join(unknown[:3])}"
        )
    return found


def is_beyond_32_bits(values: NDArray[np.int64]) -> bool:
    """Tell whether whole numbers do not fit in R's integers.

    Parameters
    ----------
    values : ndarray of int64, shape (n,)
        From `stored_values`.

    Returns
    -------
    bool
        False also for no values.

    Examples
    --------
    >>> is_beyond_32_bits(np.array([2**31])), is_beyond_32_bits(np.array([MISSING, 5]))
    (True, False)
    """
    if not values.size:
        return False
    low, high = int(values.min()), int(values.max())
    if low == MISSING:  # the least number there is: a second look without it
        low = int(values.min(where=values != MISSING, initial=0))
    return low <= NA_INTEGER or high >= 2**31


def encode_values(kind: str, values: Any) -> Any:
    r"""Return stored values in the form of the stream.

    Parameters
    ----------
    kind : str
        Of the vector; ``"real"`` also for whole numbers beyond 32 bits.
    values : ndarray, list or bytes
        From `stored_values`; bytes are text encoded before.

    Returns
    -------
    bytes-like
        Big-endian, missing values as R has them.

    Examples
    --------
    >>> bytes(encode_values("factor", np.array([0, -1], np.int32)))
    b'\x00\x00\x00\x01\x80\x00\x00\x00'
    """
    if kind == "string":
        return values if isinstance(values, bytes) else encode_strings(values)
    if kind == "factor":
        out = (values + 1).astype(">i4")
        out[values < 0] = NA_INTEGER
        return out.view(np.uint8)
    out = values.astype(">f8" if kind == "real" else ">i4")
    if values.dtype == np.int64:
        absent = values == MISSING
        if absent.any():
            out[absent] = np.nan if kind == "real" else NA_INTEGER
    return out.view(np.uint8)


def vector_of(
    column: ColumnType, n: int, pieces: Callable[[], Iterator[Any]], *, is_wide: bool = False
) -> RVector:
    """Return a vector that is made while it is written.

    Parameters
    ----------
    column : ColumnType
        What it is.
    n : int
        Its elements.
    pieces : callable
        Returns an iterator of stored values, n in all.
    is_wide : bool
        Whether whole numbers need more than 32 bits.

    Returns
    -------
    RVector
        A factor with levels and class; else without attributes.

    Examples
    --------
    >>> from misha_xr.formats.rdata import decode_r
    >>> from misha_xr.formats.rdata_writer import encode_r
    >>> column = vector_of(ColumnType("integer"), 2, lambda: iter([np.array([1]), np.array([2])]))
    >>> decode_r(encode_r(column)).value.values.tolist()
    [1, 2]
    """
    kind = "real" if column.kind == "integer" and is_wide else column.kind
    body = RPieces(n, lambda: (encode_values(kind, piece) for piece in pieces()))
    if kind != "factor":
        return RVector(kind, body)
    attributes = {"levels": RVector("string", list(column.levels)), "class": r_strings("factor")}
    return RVector("integer", body, attributes)
