"""Frames of intervals moved, resized, extended and flanked; all columns and labels stay.

Results lie on their chromosomes: bases past an end are cut off, rows left without a base are
dropped. Without a genome only the start of a chromosome, 0, is known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import IntervalError, check_one_of
from misha_xr.genome import to_positions
from misha_xr.intervals import resizing
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.binding import Binding, bind
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.resizing import Side
from misha_xr.intervals.row_frames import put_spans
from misha_xr.intervals.strands import minus_rows

__all__ = ["extend", "flank", "force_range", "resize", "shift"]

_SIDES = ("both", "upstream", "downstream", "left", "right")
_MOST = 1 << 62


def force_range(frame: pd.DataFrame, *, genome: GenomeLike | None = None) -> pd.DataFrame:
    """Cut rows to their chromosomes, and drop those that are left without a base.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end`; also negative starts, ends past the chromosome, inverted rows.
    genome
        As in `bind`; needed unless the frame carries its genome.

    Returns
    -------
    DataFrame
        All columns, rows in the same order.

    Raises
    ------
    IntervalError
        If no genome is known, or a coordinate is missing.

    Notes
    -----
    Source: semantics of interval algebra.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": [-10, 990], "end": [10, 1100]})
    >>> force_range(frame, genome={"chr1": 1000})
      chrom  start   end
    0  chr1      0    10
    1  chr1    990  1000
    """
    bound = bind([frame], genome=genome, check=False, number=False)
    bound.sizes("force_range")
    return _on_chromosomes(bound, frame, bound.tables[0])


def resize(
    frame: pd.DataFrame, size: ArrayLike, *, genome: GenomeLike | None = None
) -> pd.DataFrame:
    """Give rows a new size around their centre.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`.
    size : int or array-like of int, shape (n,)
        Base pairs, at least 1. Several sizes for a frame of one row repeat that row.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        All columns. A row keeps its size at the ends of the chromosome by sliding; one longer
        than the chromosome becomes all of it. Without a genome, rows slide at 0 only.

    Raises
    ------
    IntervalError
        If rows or sizes are not legal.

    Notes
    -----
    ``start = floor((start + end - size) / 2)``. Source: semantics of interval algebra, C44.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": [100, 0], "end": [110, 5]})
    >>> resize(frame, 20)
      chrom  start  end
    0  chr1     95  115
    1  chr1      0   20
    """
    bound = bind([frame], genome=genome, number=False)
    table = bound.tables[0]
    if len(table) == 1 and np.size(size) > 1:
        rows = np.zeros(np.size(size), np.int64)
        frame, table = frame.iloc[rows], table.take(rows)
    size_bp = _per_row(size, len(table), "size", least=1)
    sizes = None if bound.genome is None else bound.genome.sizes
    found = resizing.normalize(table, size_bp, sizes)
    return bound.mark(put_spans(frame, found))


def shift(frame: pd.DataFrame, bp: ArrayLike, *, genome: GenomeLike | None = None) -> pd.DataFrame:
    """Move rows along the chromosome.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`.
    bp : int or array-like of int, shape (n,)
        Base pairs; negative: towards the start, whatever the strand.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        All columns. Bases past an end of the chromosome are cut off, rows wholly past it are
        dropped; without a genome, at 0 only.

    Raises
    ------
    IntervalError
        If rows or distances are not legal.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": [100, 0], "end": [110, 15]})
    >>> shift(frame, -10)
      chrom  start  end
    0  chr1     90  100
    1  chr1      0    5
    """
    bound = bind([frame], genome=genome, number=False)
    by = _per_row(bp, len(frame), "bp")
    return _on_chromosomes(bound, frame, resizing.shift(bound.tables[0], by))


def extend(
    frame: pd.DataFrame,
    upstream: ArrayLike = 0,
    downstream: ArrayLike = 0,
    *,
    genome: GenomeLike | None = None,
) -> pd.DataFrame:
    """Make rows longer, against the strand and along it.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`; `strand` counts if it is there: -1, 0, 1 or ``-``, ``.``, ``+``.
        Rows without a strand are read forward.
    upstream, downstream : int or array-like of int, shape (n,)
        Base pairs to add, at least 0.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        All columns; rows end where the chromosome ends (without a genome: at 0 only).

    Raises
    ------
    IntervalError
        If rows, strands or lengths are not legal.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": 50, "end": 60, "strand": ["+", "-"]})
    >>> extend(frame, upstream=10)
      chrom  start  end strand
    0  chr1     40   60      +
    1  chr1     50   70      -
    """
    bound = bind([frame], genome=genome, number=False)
    before = _per_row(upstream, len(frame), "upstream", least=0)
    behind = _per_row(downstream, len(frame), "downstream", least=0)
    longer = resizing.extend(bound.tables[0], before, behind, _is_minus(frame))
    return _on_chromosomes(bound, frame, longer)


def flank(
    frame: pd.DataFrame,
    size: ArrayLike,
    *,
    side: Side = "both",
    genome: GenomeLike | None = None,
) -> pd.DataFrame:
    """Return the stretches beside rows.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`; `strand` counts for upstream and downstream if it is there. Rows
        without a strand are read forward.
    size : int or array-like of int, shape (n,)
        Base pairs, at least 1.
    side : {"both", "upstream", "downstream", "left", "right"}
        Which stretch; both gives left and right of each row, one below the other.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        All columns of the rows that they lie beside. Bases past an end of the chromosome are cut
        off, stretches wholly past it are dropped (without a genome: at 0 only).

    Raises
    ------
    IntervalError
        If rows, strands or sizes are not legal.
    ValueError
        If ``side`` is none of these.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": 50, "end": 60, "strand": ["+", "-"]})
    >>> flank(frame, 10, side="upstream")
      chrom  start  end strand
    0  chr1     40   50      +
    1  chr1     60   70      -
    """
    check_one_of("side", side, _SIDES)
    bound = bind([frame], genome=genome, number=False)
    size_bp = _per_row(size, len(frame), "size", least=1)
    is_minus = _is_minus(frame) if side in ("upstream", "downstream") else None
    beside, rows = resizing.flank(bound.tables[0], size_bp, side, is_minus)
    return _on_chromosomes(bound, frame.iloc[rows] if side == "both" else frame, beside)


def _on_chromosomes(bound: Binding, frame: pd.DataFrame, iv: Intervals) -> pd.DataFrame:
    """Put coordinates in place of those of a frame's rows, cut to the chromosomes."""
    sizes = None if bound.genome is None else bound.genome.sizes
    found, rows = resizing.force_range(iv, sizes)
    if len(rows) < len(frame):
        frame = frame.iloc[rows]
    return bound.mark(put_spans(frame, found))


def _is_minus(frame: pd.DataFrame) -> NDArray[np.bool_] | None:
    if "strand" not in frame.columns:
        return None
    return minus_rows(frame["strand"], len(frame), labels=frame.index)


def _per_row(
    values: ArrayLike, n_rows: int, what: str, *, least: int | None = None
) -> NDArray[Any]:
    """Check whole numbers of base pairs: one for all rows, or one a row."""
    found = to_positions(values, what)
    if found.ndim > 1 or (found.ndim == 1 and len(found) not in (1, n_rows)):
        raise IntervalError(
            f"{what} must be one number or one per row, {n_rows:,}; found {found.size:,}"
        )
    if least is not None and found.size and found.min() < least:
        raise IntervalError(f"{what} must be at least {least}; found {found.min()}")
    if found.size and max(-int(found.min()), int(found.max())) > _MOST:
        raise IntervalError(f"{what} must not be beyond 2**62 base pairs; found {found.max()}")
    return found
