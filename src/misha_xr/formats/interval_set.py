"""Interval sets as tables: one R-serialised data frame, small sets and slices of big ones alike.

Chromosome names stay as the file spells them; the database translates them to its genome.

Source: the misha file format, sections on small and big interval sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import CorruptFileError, IntervalError
from misha_xr.formats.interval_columns import (
    column_type,
    is_beyond_32_bits,
    stored_values,
    vector_of,
)
from misha_xr.formats.rdata import NA_INTEGER, RVector, decode_r
from misha_xr.formats.rdata_stored import open_frame
from misha_xr.formats.rdata_writer import encode_r, r_factor, r_frame

__all__ = [
    "COLUMNS_1D",
    "COLUMNS_2D",
    "StoredIntervals",
    "decode_interval_set",
    "encode_interval_set",
    "leading_columns",
    "open_interval_set",
]

COLUMNS_1D = ("chrom", "start", "end")
COLUMNS_2D = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")
CHROM_COLUMNS = frozenset({"chrom", "chrom1", "chrom2"})
POSITION_COLUMNS = frozenset({*COLUMNS_1D, *COLUMNS_2D} - CHROM_COLUMNS)


def decode_interval_set(data: Any, path: object = "<bytes>") -> pd.DataFrame:
    """Decode one table of intervals.

    Parameters
    ----------
    data : bytes-like
        A complete R stream.
    path : path-like
        A label for error messages.

    Returns
    -------
    DataFrame
        Columns `chrom`, `start`, `end` (1D) or `chrom1` ... `end2` (2D) first, then the others in
        file order. Chromosomes and factors are categorical, coordinates int64 (bp, 0-based,
        half-open), integers with a missing value float64, text object. Rows in file order.

    Raises
    ------
    CorruptFileError
        If the stream is broken, is no table of intervals, or holds coordinates that are no
        whole numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> decode_interval_set(encode_interval_set(frame, ["chr1", "chr2"]))
      chrom  start  end
    0  chr1      0   10
    """
    stored = _stored(decode_r(data, path).value, path)
    return stored.read(0, stored.n_rows)


@dataclass(frozen=True, slots=True)
class StoredIntervals:
    """A table of intervals whose columns stay as stored until rows are asked for.

    Attributes
    ----------
    n_rows : int
        Rows.
    columns : mapping of str to RVector
        Each of ``n_rows`` values, which can be sliced.
    path : path-like
        A label for error messages.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1", "chr1"], "start": [0, 5], "end": [10, 20]})
    >>> open_interval_set(encode_interval_set(frame, ["chr1"])).n_rows
    2
    """

    n_rows: int
    columns: Mapping[str, RVector]
    path: object

    def read(self, lo: int, hi: int) -> pd.DataFrame:
        """Decode some rows.

        Parameters
        ----------
        lo, hi : int
            Rows ``[lo, hi)``; cut at the end of the table.

        Returns
        -------
        DataFrame
            As `decode_interval_set` gives them, the index from 0.

        Raises
        ------
        CorruptFileError
            If they break a rule.

        Examples
        --------
        >>> frame = pd.DataFrame({"chrom": ["chr1", "chr1"], "start": [0, 5], "end": [10, 20]})
        >>> open_interval_set(encode_interval_set(frame, ["chr1"])).read(1, 9)
          chrom  start  end
        0  chr1      5   20
        """
        rows, path = slice(lo, hi), self.path
        columns = {name: _from_r(column, path, rows) for name, column in self.columns.items()}
        leading = leading_columns(columns)
        for name in POSITION_COLUMNS.intersection(leading):
            columns[name] = _whole(columns[name], name, path)
        frame = pd.DataFrame(columns, copy=False)
        for name in CHROM_COLUMNS.intersection(leading):
            if frame[name].isna().any():
                raise CorruptFileError.at(path, 0, f"column {name!r} has missing names")
            frame[name] = frame[name].astype("category")
        return frame


def open_interval_set(data: Any, path: object = "<bytes>") -> StoredIntervals:
    """Find the columns of a table of intervals without decoding its rows.

    Parameters
    ----------
    data : bytes-like
        A complete R stream; must stay unchanged while rows are read.
    path : path-like
        A label for error messages.

    Returns
    -------
    StoredIntervals
        Its ``read`` decodes rows; text was walked through once, numbers were skipped.

    Raises
    ------
    CorruptFileError
        If the stream is broken or is no table of intervals.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> list(open_interval_set(encode_interval_set(frame, ["chr1"])).columns)
    ['chrom', 'start', 'end']
    """
    return _stored(open_frame(data, path), path)


def _stored(value: RVector | None, path: object) -> StoredIntervals:
    columns = _named_columns(value, path)
    leading = leading_columns(columns)
    if not leading:
        raise CorruptFileError.at(
            path, 0, f"expected columns chrom, start, end or their 2D form, found {list(columns)}"
        )
    return StoredIntervals(len(columns[leading[0]]), columns, path)


def encode_interval_set(frame: pd.DataFrame, levels: Sequence[str]) -> bytes:
    """Encode one table of intervals.

    Parameters
    ----------
    frame : DataFrame
        1D or 2D intervals with any further columns; chromosomes spelled as in ``levels``.
    levels : sequence of str
        All chromosomes of the genome, in ID order.

    Returns
    -------
    bytes
        A data frame of serialisation version 2: chromosomes as factors with all levels,
        coordinates as doubles, rows as given.

    Raises
    ------
    IntervalError
        If a chromosome is not among the levels, or a column has a dtype R has no vector for.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> len(encode_interval_set(frame, ["chr1"]))
    300
    """
    return encode_r(interval_frame(frame, levels))


def interval_frame(frame: pd.DataFrame, levels: Sequence[str]) -> RVector:
    """Make the R data frame of a table of intervals; coordinate columns come first.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end`, or the six columns of 2D intervals, and any others.
    levels : sequence of str
        Chromosome names in genome order: the levels of the factors.

    Returns
    -------
    RVector
        A list of class ``data.frame``.

    Raises
    ------
    IntervalError
        If coordinate columns are missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"gene": ["a"], "chrom": ["chr1"], "start": [0], "end": [10]})
    >>> interval_frame(frame, ["chr1"]).strings("names")
    ['chrom', 'start', 'end', 'gene']
    """
    leading = leading_columns(frame)
    if not leading:
        raise IntervalError(
            f"expected columns chrom, start, end or their 2D form, found {list(frame.columns)}"
        )
    others = [name for name in frame.columns if name not in leading]
    chroms = {name: _chrom_factor(frame[name], levels) for name in leading if name in CHROM_COLUMNS}
    columns = {name: chroms.get(name) or _real(frame[name]) for name in leading}
    return r_frame(columns | {str(name): _to_r(frame[name]) for name in others})


def frame_columns(value: RVector | None, path: object) -> dict[str, Any]:
    """Turn an R data frame into named columns of one length.

    Parameters
    ----------
    value : RVector or None
        What a stream held.
    path : path-like
        The file, for error messages.

    Returns
    -------
    dict of str to array or Categorical, shape (n,)
        In the order of the frame.

    Raises
    ------
    CorruptFileError
        If it is no data frame, or its columns have no names of their own or several lengths.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> list(frame_columns(interval_frame(frame, ["chr1"]), "a.interv"))
    ['chrom', 'start', 'end']
    """
    columns = _named_columns(value, path)
    return {name: _from_r(column, path) for name, column in columns.items()}


def _named_columns(value: RVector | None, path: object) -> dict[str, RVector]:
    if value is None or value.kind != "list":
        raise CorruptFileError.at(path, 0, "expected an R data frame")
    names = value.strings("names")
    lengths = {len(column) if column is not None else -1 for column in value.values}
    if (
        len(names) != len(value)
        or len(set(names)) != len(names)
        or len(lengths) > 1
        or -1 in lengths
    ):
        raise CorruptFileError.at(path, 0, "expected named columns of one length in a data frame")
    return dict(zip(names, value.values, strict=True))


def leading_columns(columns: Iterable[Any]) -> tuple[str, ...]:
    """Return the coordinate columns of a table.

    Parameters
    ----------
    columns : iterable of str
        All its columns.

    Returns
    -------
    tuple of str
        Those of 1D intervals, of 2D, or none. A table of neighbors has `chrom` and `chrom1`: it
        holds 1D intervals, and the second are columns like any other.

    Examples
    --------
    >>> leading_columns(["chrom", "start", "end", "chrom1", "start1", "end1"])
    ('chrom', 'start', 'end')
    """
    found = set(columns)
    return next((names for names in (COLUMNS_1D, COLUMNS_2D) if found.issuperset(names)), ())


def _from_r(vector: RVector, path: object, rows: slice = slice(None)) -> Any:
    values = vector.values[rows]
    if vector.is_factor:
        levels, codes = vector.strings("levels"), values
        codes = np.where(codes == NA_INTEGER, 0, codes) - 1
        if len(codes) and (codes.min() < -1 or codes.max() >= len(levels)):
            raise CorruptFileError.at(path, 0, "a factor with a code beyond its levels")
        if len(set(levels)) != len(levels):
            raise CorruptFileError.at(path, 0, "a factor with repeated levels")
        return pd.Categorical.from_codes(codes, pd.Index(levels, dtype=object))
    if vector.kind in ("logical", "integer"):
        missing = values == NA_INTEGER
        if missing.any():
            return np.where(missing, np.nan, values)
        return values.astype(bool if vector.kind == "logical" else np.int64)
    if vector.kind == "list":
        raise CorruptFileError.at(path, 0, "a list as a column of a data frame")
    return np.array(values, object) if vector.kind == "string" else values


def _whole(values: Any, name: str, path: object) -> np.ndarray:
    numbers = np.asarray(values)
    if numbers.dtype.kind == "i":
        return numbers
    if numbers.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            whole = numbers.astype(np.int64)
        if (np.abs(numbers) < 2**62).all() and (whole == numbers).all():
            return whole
    raise CorruptFileError.at(path, 0, f"column {name!r} must hold whole numbers")


def _chrom_factor(column: pd.Series, levels: Sequence[str]) -> RVector:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("category")
    position = {name: k for k, name in enumerate(levels)}
    table = np.array([position.get(str(name), -1) for name in column.cat.categories], np.int64)
    codes = table[column.cat.codes] if len(table) else np.zeros(len(column), np.int64)
    if len(codes) and (codes.min() < 0 or column.cat.codes.min() < 0):
        unknown = [str(name) for name in column.cat.categories if str(name) not in position]
        raise IntervalError(
            f"column {column.name!r} has chromosomes that are no levels: {unknown[:3]}"
        )
    return r_factor(codes, list(levels))


def _real(column: pd.Series) -> RVector:
    return RVector("real", column.to_numpy(np.float64))


def _to_r(column: pd.Series) -> RVector:
    """Choose the R vector for a further column."""
    kind = column_type(column)
    values = stored_values(column, kind)
    is_wide = kind.kind == "integer" and is_beyond_32_bits(values)
    return vector_of(kind, len(column), lambda: iter([values]), is_wide=is_wide)
