"""Tables of numbers whose index is the interval, and back."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from misha_xr.errors import IntervalError, UnknownColumnError, closest_hint

__all__ = ["from_matrix", "to_matrix"]

_COLUMNS = ["chrom", "start", "end"]


def to_matrix(
    frame: pd.DataFrame,
    *,
    id_col: str | None = None,
    value_cols: Sequence[str] | None = None,
    labels: bool = True,
) -> pd.DataFrame:
    """Return the numbers of a table, with the intervals as index.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end` and numbers.
    id_col : str, optional
        A column that becomes the first level of the index.
    value_cols : sequence of str, optional
        Columns to keep. Default: all but the coordinates, ``id_col`` and `intervalID`.
    labels : bool
        If not, the index is a RangeIndex, which costs less with many rows.

    Returns
    -------
    DataFrame, shape (n, n_values)
        MultiIndex (`chrom`, `start`, `end`), rows in the same order; n may be 0.

    Raises
    ------
    IntervalError
        If a coordinate is missing.
    UnknownColumnError
        If another column is missing.
    TypeError
        If a value column holds no numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "x": [1.5]})
    >>> to_matrix(frame).loc[("chr1", 0, 10), "x"]
    np.float64(1.5)
    """
    _need(frame, _COLUMNS, IntervalError)
    _need(frame, [] if id_col is None else [id_col], UnknownColumnError)
    if value_cols is None:
        left_out = {*_COLUMNS, "intervalID", id_col}
        names = [name for name in frame.columns if name not in left_out]
    else:
        names = list(value_cols)
        _need(frame, names, UnknownColumnError)
    values = frame[names]
    texts = [str(n) for n in names if not pd.api.types.is_numeric_dtype(frame[n].dtype)]
    if texts:
        raise TypeError(
            f"columns that hold no numbers: {', '.join(texts)}; choose with value_cols="
        )
    if not labels:
        return values.reset_index(drop=True)
    levels = _COLUMNS if id_col is None else [id_col, *_COLUMNS]
    return values.set_index(pd.MultiIndex.from_frame(frame[levels]))


def from_matrix(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return a matrix of intervals as a table.

    Parameters
    ----------
    matrix : DataFrame, shape (n, m)
        Its index ends in the levels `chrom`, `start`, `end`; levels before them are left out.

    Returns
    -------
    DataFrame, shape (n, 3 + m)
        `chrom`, `start`, `end`, then the columns; RangeIndex.

    Raises
    ------
    IntervalError
        If the index has no such levels.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "x": [1.5]})
    >>> from_matrix(to_matrix(frame)).equals(frame)
    True
    """
    names = list(matrix.index.names)
    if names[-3:] != _COLUMNS:
        raise IntervalError(
            f"the index of a matrix of intervals ends in chrom, start, end; found {names}",
            hint="to_matrix makes one; so does frame.set_index(['chrom', 'start', 'end'])",
        )
    bare = matrix.droplevel(list(range(len(names) - 3))) if len(names) > 3 else matrix
    return bare.reset_index()


def _need(
    frame: pd.DataFrame, names: Sequence[str], error: type[IntervalError | UnknownColumnError]
) -> None:
    for name in names:
        if name not in frame.columns:
            present = [str(column) for column in frame.columns]
            raise error(
                f"the table lacks the column {name!r}; its columns are {', '.join(present)}",
                hint=closest_hint(name, present),
            )
