"""Columns of an interval set to be written: their types, their values, their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError
from misha_xr.formats.interval_columns import (
    ColumnType,
    column_type,
    is_beyond_32_bits,
    stored_values,
)
from misha_xr.formats.interval_set import CHROM_COLUMNS, COLUMNS_1D, COLUMNS_2D
from misha_xr.genome import Genome
from misha_xr.intervals import is_2d, to_intervals, to_intervals2d

__all__ = [
    "PIECE_ROWS",
    "Codes",
    "MemoryColumns",
    "StoredColumns",
    "coded_columns",
    "column_types",
    "sort_codes",
]

PIECE_ROWS = 1 << 17
Codes = tuple[NDArray[np.int32], ...]


class StoredColumns(Protocol):
    """Values of columns, rows in genome order, wherever they are kept.

    Examples
    --------
    >>> columns: StoredColumns = MemoryColumns({"start": np.array([5])}, None)
    >>> [piece.tolist() for piece in columns.pieces("start", 0, 1)]
    [[5]]
    """

    def pieces(self, name: str, lo: int, hi: int) -> Iterator[Any]:
        """Yield the values of rows [lo, hi), which are whole parts, a piece at a time.

        Parameters
        ----------
        name : str
            Of the column.
        lo, hi : int
            Rows in genome order.

        Yields
        ------
        ndarray, list or bytes
            As `misha_xr.formats.interval_columns.stored_values` gives them, or encoded text.
        """
        ...

    def is_wide(self, name: str) -> bool:
        """Tell whether a column of whole numbers needs more than 32 bits.

        Parameters
        ----------
        name : str
            Of the column.

        Returns
        -------
        bool
            Over all rows.
        """
        ...


@dataclass(frozen=True, slots=True)
class MemoryColumns:
    """Columns in memory.

    Attributes
    ----------
    values : mapping of str to ndarray or list, shape (n,)
        As they were given.
    order : ndarray of int64, shape (n,), or None
        What puts them in genome order; None: they are.

    Examples
    --------
    >>> columns = MemoryColumns({"name": ["b", "a"]}, np.array([1, 0]))
    >>> list(columns.pieces("name", 0, 2))
    [['a', 'b']]
    """

    values: Mapping[str, Any]
    order: NDArray[np.int64] | None

    def pieces(self, name: str, lo: int, hi: int) -> Iterator[Any]:
        """Yield values of rows in genome order; see `StoredColumns.pieces`."""
        values = self.values[name]
        for first in range(lo, hi, PIECE_ROWS):
            last = min(first + PIECE_ROWS, hi)
            if self.order is None:
                yield values[first:last]
            elif isinstance(values, list):
                yield [values[row] for row in self.order[first:last].tolist()]
            else:
                yield values[self.order[first:last]]

    def is_wide(self, name: str) -> bool:
        """Tell whether a column needs more than 32 bits; see `StoredColumns.is_wide`."""
        return is_beyond_32_bits(self.values[name])


def column_types(frame: pd.DataFrame) -> dict[str, ColumnType]:
    """Choose the types of the columns of intervals, coordinates first.

    Parameters
    ----------
    frame : DataFrame
        1D or 2D intervals.

    Returns
    -------
    dict of str to ColumnType
        In the order in which they are stored.

    Raises
    ------
    IntervalError
        If two columns have one name, or a column has no form in R.

    Examples
    --------
    >>> frame = pd.DataFrame({"score": [1], "chrom": ["a"], "start": [5], "end": [9]})
    >>> list(column_types(frame))
    ['chrom', 'start', 'end', 'score']
    """
    leading = COLUMNS_2D if is_2d(frame) else COLUMNS_1D
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise IntervalError(
            f"columns of an interval set have different names; found twice: {', '.join(twice)}",
            hint="rename them with frame.rename(columns={...}) or frame.set_axis",
        )
    types = {name: ColumnType("factor" if name in CHROM_COLUMNS else "real") for name in leading}
    for name, column in frame.items():
        if str(name) not in types:
            types[str(name)] = column_type(column)
    return types


def coded_columns(
    frame: pd.DataFrame, types: Mapping[str, ColumnType], genome: Genome, *, what: str = "intervals"
) -> tuple[Codes, dict[str, Any]]:
    """Check rows and return their chromosomes as codes, and the other columns as stored.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        The rows, in any order.
    types : mapping of str to ColumnType
        From `column_types`.
    genome : Genome
        Names and sizes.
    what : str
        What the frame is, for messages.

    Returns
    -------
    codes : tuple of int32 arrays, shape (n,)
        One, or two in two dimensions.
    values : dict of str to ndarray or list, shape (n,)
        All columns but those of the chromosomes.

    Raises
    ------
    IntervalError, UnknownChromosomeError
        If a row is not legal.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["a"], "start": [5], "end": [9]})
    >>> coded_columns(frame, column_types(frame), Genome(["a"], [90]))[1]["end"]
    array([9])
    """
    codes: Codes
    if is_2d(frame):
        rects = to_intervals2d(frame, genome, what=what)
        codes = rects.codes1, rects.codes2
        keys = ("start1", "end1", "start2", "end2")
        values = dict(
            zip(keys, (rects.starts1, rects.ends1, rects.starts2, rects.ends2), strict=True)
        )
    else:
        found = to_intervals(frame, genome, what=what)
        codes, values = (found.codes,), {"start": found.starts, "end": found.ends}
    leading = {*values, *CHROM_COLUMNS} & {*(COLUMNS_2D if len(codes) > 1 else COLUMNS_1D)}
    for name, column in frame.items():
        if str(name) not in leading:
            values[str(name)] = stored_values(column, types[str(name)])
    return codes, values


def sort_codes(codes: Codes, n_chroms: int) -> NDArray[np.int64] | None:
    """Return the order that puts rows in genome order by chromosome, equal ones as they are.

    Parameters
    ----------
    codes : tuple of int32 arrays, shape (n,)
        One, or two in two dimensions.
    n_chroms : int
        Codes are below it.

    Returns
    -------
    ndarray of int64, shape (n,), or None
        None: they are in order.

    Examples
    --------
    >>> sort_codes((np.array([1, 0, 1], np.int32),), 2).tolist()
    [1, 0, 2]
    """
    keys = codes[0]
    if len(codes) > 1:
        keys = codes[0].astype(np.int64) * n_chroms + codes[1]
    if (keys[1:] >= keys[:-1]).all():
        return None
    if n_chroms ** len(codes) < 2**15:  # short keys are sorted by digits
        keys = keys.astype(np.int16)
    return np.argsort(keys, kind="stable")
