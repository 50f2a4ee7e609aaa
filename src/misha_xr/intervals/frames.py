"""The border between the user's frames and interval arrays: every check happens here, once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalColumnsError, IntervalError, closest_hint
from misha_xr.genome import (
    Genome,
    check_coordinates,
    check_same_genome,
    mark_frame,
    to_positions,
)
from misha_xr.intervals.arrays import Intervals, Rectangles

_COLUMNS = ("chrom", "start", "end")
_N_SHOWN = 3


def to_intervals(
    frame: pd.DataFrame, genome: Genome, *, what: str = "intervals", check: bool = True
) -> Intervals:
    """Check a frame of intervals and return it as arrays, rows in the same order.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom` (text, categorical or whole numbers), `start`, `end` (whole numbers; fractions
        are cut off). Any index; n may be 0.
    genome : Genome
        Names and sizes.
    what : str
        What the frame is to the caller, for messages.
    check : bool
        Refuse rows unless 0 <= start < end <= chromosome size.

    Returns
    -------
    Intervals
        n rows; may share memory with the frame.

    Raises
    ------
    TypeError
        If this is no DataFrame.
    IntervalError
        If a column is missing or not numeric, a coordinate is missing, or a row does not hold
        0 <= start < end <= chromosome size.
    UnknownChromosomeError
        If the genome lacks a chromosome.
    GenomeMismatchError
        If the frame says that it is of another genome.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [1000, 600])
    >>> to_intervals(pd.DataFrame({"chrom": ["2"], "start": [0], "end": [50]}), genome).codes
    array([1], dtype=int32)
    """
    _check_columns(frame, _COLUMNS, what)
    check_same_genome(frame, genome.stamp, what=what, owner="the genome in use")
    return Intervals(*_side(frame, genome, "", what, check))


def coordinates_of(
    frame: pd.DataFrame, *, side: str = "", what: str = "intervals"
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start and end of every row as whole numbers, without a look at chromosomes.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`, with the suffix ``side``.
    side : {"", "1", "2"}
        Suffix of the columns.
    what : str
        What the frame is to the caller, for messages.

    Returns
    -------
    starts, ends : ndarray of int64, shape (n,)
        May share memory with the frame.

    Raises
    ------
    TypeError
        If this is no DataFrame.
    IntervalError
        If a column is missing or not numeric, or a coordinate is missing.

    Examples
    --------
    >>> coordinates_of(pd.DataFrame({"chrom": ["a"], "start": [5], "end": [7]}))
    (array([5]), array([7]))
    """
    _check_columns(frame, [name + side for name in _COLUMNS], what)
    return _coordinates(frame, "start" + side, what), _coordinates(frame, "end" + side, what)


def to_intervals2d(
    frame: pd.DataFrame, genome: Genome, *, what: str = "intervals", check: bool = True
) -> Rectangles:
    """Check a frame of 2D intervals and return it as arrays, rows in the same order.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 6)
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`; rules as for 1D on each side.
    genome : Genome
        Names and sizes.
    what : str
        What the frame is to the caller, for messages.
    check : bool
        Refuse rows unless 0 <= start < end <= chromosome size on both sides.

    Returns
    -------
    Rectangles
        n rows; may share memory with the frame.

    Raises
    ------
    TypeError
        If this is no DataFrame.
    IntervalError
        If a column is missing or not numeric, or a row is not legal.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Examples
    --------
    >>> genome = Genome(["chr1", "chr2"], [1000, 600])
    >>> row = {"chrom1": 1, "start1": 0, "end1": 9, "chrom2": 2, "start2": 5, "end2": 8}
    >>> to_intervals2d(pd.DataFrame([row]), genome).codes2
    array([1], dtype=int32)
    """
    _check_columns(frame, [name + side for side in "12" for name in _COLUMNS], what)
    check_same_genome(frame, genome.stamp, what=what, owner="the genome in use")
    return Rectangles(
        *_side(frame, genome, "1", what, check), *_side(frame, genome, "2", what, check)
    )


def from_intervals(iv: Intervals, genome: Genome) -> pd.DataFrame:
    """Return interval arrays as a frame.

    Parameters
    ----------
    iv : Intervals
        n rows.
    genome : Genome
        The genome of the codes.

    Returns
    -------
    DataFrame, shape (n, 3)
        `chrom` (ordered categorical), `start`, `end`; rows in the same order.

    Examples
    --------
    >>> genome = Genome(["chr1"], [1000])
    >>> from_intervals(Intervals(np.zeros(1, "i4"), np.array([5]), np.array([7])), genome)
      chrom  start  end
    0  chr1      5    7
    """
    return genome.frame(iv.codes, iv.starts, iv.ends)


def from_intervals2d(rects: Rectangles, genome: Genome) -> pd.DataFrame:
    """Return arrays of 2D intervals as a frame.

    Parameters
    ----------
    rects : Rectangles
        n rows.
    genome : Genome
        The genome of the codes.

    Returns
    -------
    DataFrame, shape (n, 6)
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`; rows in the same order.

    Examples
    --------
    >>> zero, one = np.zeros(1, "i4"), np.array([1])
    >>> frame = from_intervals2d(
    ...     Rectangles(zero, one, one + 5, zero, one, one + 8), Genome(["chr1"], [1000]))
    >>> frame["end2"].tolist()
    [9]
    """
    columns = {
        "chrom1": genome.categorical(rects.codes1),
        "start1": rects.starts1,
        "end1": rects.ends1,
        "chrom2": genome.categorical(rects.codes2),
        "start2": rects.starts2,
        "end2": rects.ends2,
    }
    return mark_frame(pd.DataFrame(columns, copy=False), genome)


def is_2d(frame: pd.DataFrame) -> bool:
    """Tell whether a frame holds 2D intervals.

    Parameters
    ----------
    frame : DataFrame
        Any frame.

    Returns
    -------
    bool
        True if it has a column `chrom1` and none called `chrom`: a table of neighbors has both,
        and is one of 1D intervals.

    Examples
    --------
    >>> is_2d(pd.DataFrame(columns=["chrom", "start", "end"]))
    False
    """
    return "chrom1" in frame.columns and "chrom" not in frame.columns


def _side(
    frame: pd.DataFrame, genome: Genome, side: str, what: str, check: bool = True
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return codes, starts and ends of the columns with this suffix, checked."""
    codes = _codes(frame, genome, "chrom" + side, what)
    starts = _coordinates(frame, "start" + side, what)
    ends = _coordinates(frame, "end" + side, what)
    if check:
        label = frame.index.__getitem__
        where = f"{what}, axis {side}" if side else what
        check_coordinates(genome, codes, starts, ends, what=where, label=label)
    return codes, starts, ends


def _check_columns(frame: pd.DataFrame, names: Any, what: str) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            f"{what} must be a DataFrame with columns {', '.join(names)}; "
            f"found {type(frame).__name__}"
        )
    present = [str(name) for name in frame.columns]
    for name in names:
        if present.count(name) != 1:
            fault = "lacks the column" if name not in present else "has more than one column"
            raise IntervalColumnsError(
                f"{what} {fault} {name!r}; its columns are {', '.join(present) or 'none'}",
                hint=_column_hint(name, present),
            )


def _column_hint(name: str, present: list[str]) -> str:
    if name == "chrom" and "chrom1" in present:
        return "these are 2D intervals; use a 1D set here, or name the 1D columns"
    near = closest_hint(name, present)
    advice = "rename the columns with frame.rename(columns={...})"
    return f"{near} {advice}" if near else advice


def _codes(frame: pd.DataFrame, genome: Genome, name: str, what: str) -> NDArray[np.int32]:
    column = frame[name]
    if len(column) == 0:
        return np.empty(0, dtype=np.int32)
    codes = genome.codes(column, unknown="mark")
    if codes.min() < 0:
        rows = np.flatnonzero(codes < 0)[:_N_SHOWN]
        where = ", ".join(str(frame.index[row]) for row in rows)
        raise genome.unknown_error(column, codes, what=f"{what}, column {name!r}, rows {where}")
    return codes


def _coordinates(frame: pd.DataFrame, name: str, what: str) -> NDArray[np.int64]:
    column = frame[name]
    if column.dtype == np.int64:  # nothing can be missing; a scan costs as much as a small query
        return np.asarray(column.array)
    if column.hasnans:
        rows = np.flatnonzero(column.isna())
        shown = ", ".join(str(frame.index[row]) for row in rows[:_N_SHOWN])
        raise IntervalError(
            f"{what}: {name!r} is missing in {len(rows):,} of {len(frame):,} rows: row {shown}",
            hint=f'drop them: frame.dropna(subset=["{name}"])',
        )
    return to_positions(column.to_numpy(), f"{what}: {name}")
