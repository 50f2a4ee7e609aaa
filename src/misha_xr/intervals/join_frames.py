"""Overlap joins of tables of intervals."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import IntervalError, check_one_of
from misha_xr.intervals import joins
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.binding import Binding, bind
from misha_xr.intervals.pair_frames import pair_frame
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.set_frames import Order
from misha_xr.intervals.strand_signs import strand_signs

__all__ = ["count_overlaps", "overlap_join", "window_join"]

How = Literal["inner", "left", "semi", "anti"]

_FAR = (1 << 62) - 1  # as far as coordinates reach; sums of two do not overflow


def overlap_join(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    how: How = "inner",
    *,
    suffixes: tuple[str, str] = ("", "1"),
    min_overlap: int = 1,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Join two tables of intervals where their rows overlap.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end` and any other columns; in any order.
    how : {"inner", "left", "semi", "anti"}
        A row per overlapping pair; the same, and rows without overlap with missing values; rows
        of the first table that overlap something; those that overlap nothing.
    suffixes : (str, str)
        Added to names that both tables have. Unlike in `pandas.merge`, the first table keeps its
        names, so that the result is a table of intervals again and the chain goes on.
    min_overlap : int
        Least number of common bases, from 1 on.
    genome : Genome, Database, Dataset, mapping, or str, optional
        Names, spellings and sizes of chromosomes; see `bind`.
    order : {"appearance", "natural"}
        Order of chromosomes without a genome; has no effect on the result.

    Returns
    -------
    DataFrame
        inner, left: columns of the first table, then of the second; RangeIndex; by row of the
        first, then of the second. semi, anti: rows of the first with their index.

    Raises
    ------
    IntervalError
        If a table is not legal, or ``min_overlap`` is below 1.
    GenomeMismatchError
        If the tables are of different genomes.

    Notes
    -----
    Source: semantics of intervals: intervals that only touch do not overlap. Time O(n + m + rows
    out) for sorted tables.

    Examples
    --------
    >>> genes = pd.DataFrame({"chrom": ["a", "a"], "start": [0, 50], "end": [10, 60]})
    >>> peaks = pd.DataFrame({"chrom": ["a"], "start": [5], "end": [8], "score": [0.5]})
    >>> overlap_join(genes, peaks)
      chrom  start  end chrom1  start1  end1  score
    0     a      0   10      a       5     8    0.5
    >>> overlap_join(genes, peaks, "anti")
      chrom  start  end
    1     a     50   60
    """
    bound = bind([frame, other], genome=genome, order=order)
    return _joined(frame, other, bound, bound.tables[0], how, suffixes, min_overlap)


def count_overlaps(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    column: str = "count",
    *,
    min_overlap: int = 1,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Count for each row the rows of another table that overlap it.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end` and any other columns; in any order.
    column : str
        Name of the new column; one of that name is replaced.
    min_overlap : int
        Least number of common bases, from 1 on.
    genome : Genome, Database, Dataset, mapping, or str, optional
        Names, spellings and sizes of chromosomes; see `bind`.
    order : {"appearance", "natural"}
        Order of chromosomes without a genome; has no effect on the result.

    Returns
    -------
    DataFrame, shape (n, any)
        The first table with its index, and the counts (int64).

    Raises
    ------
    IntervalError
        If a table is not legal, or ``min_overlap`` is below 1.

    Notes
    -----
    No pair is built, however many there are. Time O(n + m) for sorted tables.

    Examples
    --------
    >>> genes = pd.DataFrame({"chrom": ["a", "a"], "start": [0, 50], "end": [10, 60]})
    >>> peaks = pd.DataFrame({"chrom": ["a", "a"], "start": [5, 9], "end": [8, 50]})
    >>> count_overlaps(genes, peaks)["count"].tolist()
    [2, 0]
    """
    bound = bind([frame, other], genome=genome, order=order)
    counts = joins.count_overlaps(*bound.tables, min_overlap=min_overlap)
    return bound.mark(frame.assign(**{column: counts}))


def window_join(  # noqa: PLR0913 - one keyword per side of the window
    frame: pd.DataFrame,
    other: pd.DataFrame,
    window: int = 0,
    *,
    upstream: int | None = None,
    downstream: int | None = None,
    how: How = "inner",
    suffixes: tuple[str, str] = ("", "1"),
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Join two tables of intervals where rows of the second overlap a window around the first.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end` and any other columns; in any order. The first table's `strand`,
        if it has one, says where upstream is; without one that is left.
    window : int
        Base pairs by which each row of the first table is widened on both sides.
    upstream, downstream : int, optional
        The same for one side, instead of ``window``.
    how, suffixes, genome, order
        As for `overlap_join`.

    Returns
    -------
    DataFrame
        As `overlap_join`, with the coordinates of the tables, not of the windows.

    Raises
    ------
    IntervalError
        If a table is not legal, or a width is negative.

    Examples
    --------
    >>> genes = pd.DataFrame({"chrom": ["a"], "start": [100], "end": [110], "strand": ["-"]})
    >>> peaks = pd.DataFrame({"chrom": ["a", "a"], "start": [85, 115], "end": [90, 120]})
    >>> window_join(genes, peaks, 20)["start1"].tolist()
    [85, 115]
    >>> window_join(genes, peaks, upstream=20)["start1"].tolist()
    [115]
    """
    bound = bind([frame, other], genome=genome, order=order)
    sides = [window if side is None else side for side in (upstream, downstream)]
    if any(not side >= 0 or int(min(side, _FAR)) != min(side, _FAR) for side in sides):
        raise IntervalError(f"a window reaches 0 or more whole base pairs; found {sides}")
    before, behind = (int(min(side, _FAR)) for side in sides)
    widened = _widened(bound.tables[0], before, behind, strand_signs(frame))
    return _joined(frame, other, bound, widened, how, suffixes, 1)


def _widened(iv: Intervals, before: int, behind: int, signs: NDArray[np.int8] | None) -> Intervals:
    """Widen intervals by strand; windows may reach over the ends of chromosomes."""
    left, right = np.int64(before), np.int64(behind)
    if signs is not None:
        left, right = np.where(signs < 0, [[behind], [before]], [[before], [behind]])
    starts, ends = iv.starts - left, iv.ends + right
    np.maximum(starts, 0, out=starts)
    np.minimum(ends, _FAR, out=ends)
    return Intervals(iv.codes, starts, ends)


def _joined(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    bound: Binding,
    queries: Intervals,
    how: How,
    suffixes: tuple[str, str],
    min_overlap: int,
) -> pd.DataFrame:
    check_one_of("how", how, ("inner", "left", "semi", "anti"))
    others = bound.tables[1]
    if how in ("semi", "anti"):
        counts = joins.count_overlaps(queries, others, min_overlap=min_overlap)
        return bound.mark(frame[(counts > 0) == (how == "semi")])
    rows = joins.overlap_pairs(
        queries, others, min_overlap=min_overlap, keep_unmatched=how == "left"
    )
    return bound.mark(pair_frame(frame, other, rows, suffixes=suffixes))
