"""Tracks from tables of intervals: sparse ones, and dense ones by overlap with bins."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.database.store import Store
from misha_xr.database.writing.track_creation import new_track
from misha_xr.database.writing.track_writer import TrackForm
from misha_xr.errors import IntervalColumnsError, IntervalError
from misha_xr.intervals import Intervals, in_order, to_intervals
from misha_xr.intervals.binned_values import BinnedValues

__all__ = [
    "TrackOptions",
    "as_stored",
    "create_dense",
    "create_sparse",
    "disjoint",
    "numbers",
    "row_pieces",
]

PIECE_ROWS = 1 << 18


class TrackOptions(TypedDict, total=False):
    """What every creation of a track takes; see `misha_xr.database.writing.new_track`.

    Examples
    --------
    >>> options: TrackOptions = {"description": "coverage", "layout": "indexed"}
    """

    description: str | None
    attributes: dict[str, str] | None
    layout: str | None
    overwrite: bool


def create_sparse(
    store: Store,
    name: str,
    intervals: pd.DataFrame,
    values: npt.ArrayLike | None = None,
    *,
    created_by: str | None = None,
    **options: Unpack[TrackOptions],
) -> None:
    """Make a sparse track of intervals.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    intervals : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`; any order, disjoint.
    values : array-like of float, shape (n,), optional
        One per row, stored as float32; NaN is a value. Default: the column `value`.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        As for `new_track`.

    Raises
    ------
    IntervalError
        If rows overlap, or there is not one value per row. Before anything is written.
    MishaError
        For anything else wrong with the table, the name or an option.

    Examples
    --------
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> from pathlib import Path
    >>> rows = pd.DataFrame({"chrom": ["chr2", "chr1"], "start": [5, 0], "end": [9, 3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     create_sparse(store, "new", rows, [1.5, 2.5])
    ...     store.track("new").records(0).values.tolist()
    [2.5]
    """
    origin = created_by or f"create_sparse({name!r}, intervals, values)"
    with new_track(store, name, origin, **options) as writer:
        iv = to_intervals(intervals, store.genome)
        found = _values_of(intervals, values)
        iv, order = disjoint(iv, intervals)
        found = found if order is None else found[order]
        writer.begin(TrackForm("sparse"))
        for rows in row_pieces(len(iv)):
            part = iv.take(rows)
            writer.sparse(part.codes, part.starts, part.ends, as_stored(found[rows]))


def create_dense(
    store: Store,
    name: str,
    intervals: pd.DataFrame,
    values: npt.ArrayLike | None = None,
    bin_size: int = 0,
    *,
    func: str = "weighted.mean",
    default: float = math.nan,
    created_by: str | None = None,
    **options: Unpack[TrackOptions],
) -> None:
    """Make a dense track of what intervals are worth in each bin.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    intervals : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`; any order; they may overlap.
    values : array-like of float, shape (n,), optional
        One per row; NaN: the row does not count. Default: the column `value`.
    bin_size : int
        Base pairs.
    func : str
        How values make up a bin; see `misha_xr.intervals.binned_values.BinnedValues`.
    default : float
        The value of bases that no interval covers.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        As for `new_track`.

    Raises
    ------
    IntervalError
        If there is not one value per row. Before anything is written.
    ValueError
        If there is no such function, or no such bin size.
    MishaError
        For anything else wrong with the table, the name or an option.

    Notes
    -----
    Source: misha query semantics, dense tracks from intervals.

    Examples
    --------
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> from pathlib import Path
    >>> rows = pd.DataFrame({"chrom": ["chr2"] * 2, "start": [0, 15], "end": [15, 20]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     create_dense(store, "new", rows, [1, 3], 10)
    ...     store.track("new").values(1)[:3].tolist()
    [1.0, 2.0, nan]
    """
    origin = created_by or f"create_dense({name!r}, intervals, values, {bin_size}, func={func!r})"
    with new_track(store, name, origin, **options) as writer:
        axis = store.genome.axis(bin_size)
        binned = BinnedValues(axis, func, default)
        iv = to_intervals(intervals, store.genome)
        found = _values_of(intervals, values)
        iv, order = in_order(iv, by_end=False)
        found = found if order is None else found[order]
        writer.begin(TrackForm("dense", axis.bin_size))
        for rows in row_pieces(len(iv)):
            for part in binned.add(iv.take(rows), found[rows]):
                writer.dense(-1, -1, part)
        for part in binned.finish():
            writer.dense(-1, -1, part)


def _values_of(
    intervals: pd.DataFrame, values: npt.ArrayLike | None
) -> npt.NDArray[np.floating[Any]]:
    if values is None:
        if "value" not in intervals.columns:
            raise IntervalColumnsError(
                "values are missing, and the intervals have no column 'value'",
                hint="give values, or rename the column that holds them",
            )
        values = intervals["value"]
    return numbers(values, "values", shape=(len(intervals),))


def numbers(
    values: npt.ArrayLike, what: str, *, shape: tuple[int, ...]
) -> npt.NDArray[np.floating[Any]]:
    """Return numbers as an array of floats.

    Parameters
    ----------
    values : array-like
        Numbers or truth values; what is missing becomes NaN.
    what : str
        What they are, for messages.
    shape : tuple of int
        The shape that they must have.

    Returns
    -------
    float32 or float64 array
        float32 stays as it is.

    Raises
    ------
    IntervalError
        If they have another shape, or are no numbers.

    Examples
    --------
    >>> numbers([1, True], "values", shape=(2,)).tolist()
    [1.0, 1.0]
    """
    if isinstance(values, pd.Series | pd.DataFrame):
        found = values.to_numpy(dtype=None if _is_float32(values) else np.float64, na_value=np.nan)
    else:
        found = np.asarray(values)
    if found.dtype.kind not in "biuf":
        raise IntervalError(f"{what} must be numbers; found {found.dtype}")
    if found.shape != shape:
        wanted = " x ".join(f"{n:,}" for n in shape)
        text = " x ".join(f"{n:,}" for n in found.shape) or "1 number"
        raise IntervalError(f"{what}: expected {wanted}, one per interval; found {text}")
    return found if found.dtype == np.float32 else found.astype(np.float64, copy=False)


def _is_float32(values: pd.Series[Any] | pd.DataFrame) -> bool:
    return isinstance(values, pd.Series) and values.dtype == np.float32


def as_stored(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Round numbers to float32; what overflows becomes infinite.

    Parameters
    ----------
    values : array of float
        Any shape.

    Returns
    -------
    float32 array
        Maybe the same.

    Examples
    --------
    >>> as_stored(np.array([0.5, 1e300])).tolist()
    [0.5, inf]
    """
    with np.errstate(over="ignore"):
        return values.astype(np.float32, copy=False)


def disjoint(iv: Intervals, frame: pd.DataFrame) -> tuple[Intervals, npt.NDArray[np.int64] | None]:
    """Sort intervals that may not overlap.

    Parameters
    ----------
    iv : Intervals
        Any order.
    frame : DataFrame
        The table that they come from: its row labels go into messages.

    Returns
    -------
    iv : Intervals
        Sorted.
    order : int64 array or None
        Where each came from; None if they were sorted.

    Raises
    ------
    IntervalError
        If two overlap.

    Examples
    --------
    >>> iv = Intervals(np.array([0, 0], "i4"), np.array([5, 0]), np.array([9, 5]))
    >>> disjoint(iv, pd.DataFrame(index=[0, 1]))[1].tolist()
    [1, 0]
    """
    iv, order = in_order(iv)
    met = (iv.codes[1:] == iv.codes[:-1]) & (iv.starts[1:] < iv.ends[:-1])
    if met.any():
        at = int(np.argmax(met))
        rows = (at, at + 1) if order is None else (int(order[at]), int(order[at + 1]))
        one, two = (frame.index[row] for row in sorted(rows))
        raise IntervalError(
            f"the intervals of a track must not overlap; rows {one} and {two} do",
            hint="merge them, or make a dense track, whose bins take means of what overlaps",
        )
    return iv, order


def row_pieces(n: int) -> Iterator[slice]:
    """Cut rows into pieces that bound the memory of their bytes.

    Parameters
    ----------
    n : int
        Number of rows.

    Yields
    ------
    slice
        Of at most 262,144 rows.

    Examples
    --------
    >>> list(row_pieces(3))
    [slice(0, 3, None)]
    """
    for lo in range(0, n, PIECE_ROWS):
        yield slice(lo, min(lo + PIECE_ROWS, n))
