"""What is done row by row to frames of intervals, whose rows keep all their columns.

Rows keep their index labels, also where they move, are cut in two or left out. Strands may be
-1, 0, 1 or texts. Two frames must be of one genome; see `bind` for ``genome`` and ``order``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from misha_xr.errors import IntervalError
from misha_xr.intervals import row_sweeps
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.binding import bind
from misha_xr.intervals.frames import is_2d
from misha_xr.intervals.ordering import sort_order
from misha_xr.intervals.plane_binding import bind_planes
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.set_frames import Order

__all__ = ["concat", "coverage", "mark_overlaps", "put_spans", "sort", "subtract"]


def subtract(
    frame: pd.DataFrame, other: pd.DataFrame, *, genome: GenomeLike | None = None
) -> pd.DataFrame:
    """Cut the bases of another frame out of each row.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end`.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        All columns of ``frame``; a row for each piece that is left, in the order of rows. Rows
        are not merged; those that ``other`` covers are gone.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "gene": ["A"]})
    >>> subtract(frame, frame.assign(start=4, end=6))
      chrom  start  end gene
    0  chr1      0    4    A
    0  chr1      6   10    A
    """
    bound = bind([frame, other], genome=genome)
    pieces, rows = row_sweeps.subtract(*bound.tables)
    return bound.mark(put_spans(frame.iloc[rows], pieces))


def coverage(
    frame: pd.DataFrame, other: pd.DataFrame, *, genome: GenomeLike | None = None
) -> pd.DataFrame:
    """Tell for each row how much of it another frame covers.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end`.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        ``frame`` with the columns `covered_bp` (int64; a base counts once) and
        `covered_fraction` (float64, 0 to 1); columns of these names are replaced.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> coverage(frame, frame.assign(start=4, end=6))
      chrom  start  end  covered_bp  covered_fraction
    0  chr1      0   10           2               0.2
    """
    bound = bind([frame, other], genome=genome)
    table = bound.tables[0]
    covered = row_sweeps.coverage(*bound.tables)
    fraction = covered / (table.ends - table.starts)
    return bound.mark(frame.assign(covered_bp=covered, covered_fraction=fraction))


def mark_overlaps(
    frame: pd.DataFrame,
    *,
    column: str = "overlap_group",
    touching: bool = True,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Give rows that overlap, directly or through others, the number of their group.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end`.
    column : str
        Name of the column to add, or to replace.
    touching : bool
        Rows that touch are of one group.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame
        ``frame`` with the number of each row's group (int64): 0, 1, ... by position.

    Raises
    ------
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": [50, 0, 8], "end": [60, 10, 20]})
    >>> mark_overlaps(frame)["overlap_group"].tolist()
    [1, 0, 0]
    """
    bound = bind([frame], genome=genome, order=order)
    labels = row_sweeps.mark_overlaps(bound.tables[0], touching)
    return bound.mark(frame.assign(**{column: labels}))


def sort(
    frame: pd.DataFrame, *, genome: GenomeLike | None = None, order: Order = "appearance"
) -> pd.DataFrame:
    """Sort rows by chromosome, start and end.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end`.
    genome, order
        As in `bind`: the genome's order of chromosomes, or that of appearance, or natural order.

    Returns
    -------
    DataFrame
        All columns and index labels; equal rows keep their order.

    Raises
    ------
    IntervalError
        If a chromosome or coordinate is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr10", "chr2"], "start": [0, 0], "end": [9, 9]})
    >>> sort(frame, order="natural")["chrom"].tolist()
    ['chr2', 'chr10']
    """
    bound = bind([frame], genome=genome, order=order, check=False)
    return bound.mark(frame.iloc[sort_order(bound.tables[0])])


def concat(frames: Sequence[pd.DataFrame], *, genome: GenomeLike | None = None) -> pd.DataFrame:
    """Put the rows of frames below each other, without sorting.

    Parameters
    ----------
    frames : sequence of DataFrame, length >= 1
        1D or 2D intervals with the same further columns, in any order.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        Columns in the order of the first frame, a new index.

    Raises
    ------
    IntervalError
        If the frames have other columns.
    GenomeMismatchError
        If two frames are of two genomes.

    Notes
    -----
    Source: semantics of interval algebra, rbind.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> concat([frame, frame])["start"].tolist()
    [0, 0]
    """
    what = ["intervals", *(f"intervals number {k}" for k in range(2, len(frames) + 1))]
    sides = ("1", "2") if is_2d(frames[0]) else ("",)
    read = bind_planes if len(sides) > 1 else bind
    bound = read(frames, genome=genome, what=what, check=False)
    columns = list(frames[0].columns)
    for frame, name in zip(frames, what, strict=True):
        if set(frame.columns) != set(columns):
            odd = sorted(str(column) for column in set(frame.columns) ^ set(columns))
            raise IntervalError(
                f"{name} and the first differ in the columns {', '.join(odd)}",
                hint="drop or add them: frame.reindex(columns=first.columns)",
            )
    names = {f"chrom{side}": f"codes{side}" for side in sides}
    dtypes = {frame[name].dtype for frame in frames for name in names}
    if bound.genome is None and len(dtypes) == 1:
        return pd.concat(list(frames), ignore_index=True)
    rest = pd.concat([frame.drop(columns=list(names)) for frame in frames], ignore_index=True)
    for name in sorted(names, key=columns.index):
        codes = np.concatenate([getattr(table, names[name]) for table in bound.tables])
        rest.insert(columns.index(name), name, bound.order.column(codes))
    return bound.mark(rest)


def put_spans(frame: pd.DataFrame, iv: Intervals) -> pd.DataFrame:
    """Return a frame with other starts and ends; the caller gives the arrays away.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`.
    iv : Intervals
        n rows in memory that nobody else holds.

    Returns
    -------
    DataFrame
        A new frame with all columns and labels.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> put_spans(frame, Intervals(np.zeros(1, "i4"), np.array([5]), np.array([7])))
      chrom  start  end
    0  chr1      5    7
    """
    # A bare array would be copied once more.
    start = pd.Series(iv.starts, index=frame.index, copy=False)
    return frame.assign(start=start, end=pd.Series(iv.ends, index=frame.index, copy=False))
