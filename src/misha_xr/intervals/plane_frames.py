"""Frames of 2D intervals: rectangles on the plane of two chromosomes.

Rows have `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`; two frames must be of one genome.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from misha_xr.errors import check_one_of
from misha_xr.intervals import planes
from misha_xr.intervals.bands import Band
from misha_xr.intervals.construct import common_length, from_arrays
from misha_xr.intervals.plane_binding import bind_planes
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.set_frames import Order

__all__ = [
    "band_intersect",
    "canonical",
    "intersect2d",
    "intervals_2d",
    "project",
    "sort2d",
    "union2d",
]

_SIDES = ("1", "2")


def intervals_2d(
    chrom1: ArrayLike,
    start1: ArrayLike = 0,
    end1: ArrayLike | None = None,
    chrom2: ArrayLike | None = None,
    start2: ArrayLike = 0,
    end2: ArrayLike | None = None,
    *,
    genome: GenomeLike | None = None,
) -> pd.DataFrame:
    """Build a table of 2D intervals from columns.

    Parameters
    ----------
    chrom1, chrom2 : str, int, or array-like of them, shape (n,)
        Names of chromosomes; ``chrom2`` is by default ``chrom1``.
    start1, end1, start2, end2 : int or array-like of int, shape (n,)
        Base pairs, 0-based, half-open. With a genome, an end of None or -1 is the size of the
        chromosome. Single values serve every row.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Names and sizes of chromosomes.

    Returns
    -------
    DataFrame, shape (n, 6)
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`; rows in the order given.

    Raises
    ------
    IntervalError
        If a row is not legal, or lengths do not agree.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Examples
    --------
    >>> intervals_2d("chr1", [0, 50], [50, 90], start2=5, end2=60)["chrom2"].tolist()
    ['chr1', 'chr1']
    """
    sides = [
        from_arrays(chrom, start, end, genome=genome)
        for chrom, start, end in (
            (chrom1, start1, end1),
            (chrom1 if chrom2 is None else chrom2, start2, end2),
        )
    ]
    n_rows = common_length(sides, "the columns of both axes")
    made = []
    for side, name in zip(sides, _SIDES, strict=True):
        rows = side if len(side) == n_rows else side.take(np.zeros(n_rows, dtype=np.int64))
        made.append(rows.set_axis([f"{c}{name}" for c in rows.columns], axis=1))
        made[-1].index = pd.RangeIndex(n_rows)
    table = pd.concat(made, axis=1)
    table.attrs = dict(sides[0].attrs)
    return table


def sort2d(
    frame: pd.DataFrame, *, genome: GenomeLike | None = None, order: Order = "appearance"
) -> pd.DataFrame:
    """Sort rows by chromosome 1, chromosome 2, start 1, start 2, end 1, end 2.

    Parameters
    ----------
    frame : DataFrame
        2D intervals.
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
    >>> sort2d(intervals_2d("chr1", [50, 0], [60, 90], start2=5, end2=60))["start1"].tolist()
    [0, 50]
    """
    bound = bind_planes([frame], genome=genome, order=order, check=False)
    return bound.mark(frame.iloc[planes.sort_order2d(bound.tables[0])])


def intersect2d(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    *,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Return what each pair of rows of two frames has in common.

    Parameters
    ----------
    frame, other : DataFrame
        2D intervals; rows of one frame may overlap each other.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame, shape (p, 6)
        A row per pair that shares a point, in genome order; nothing is merged, p may be 0.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Notes
    -----
    Source: semantics of interval algebra, 2D intersect.

    Examples
    --------
    >>> one = intervals_2d("chr1", 0, 100, start2=0, end2=100)
    >>> two = intervals_2d("chr1", 50, 150, start2=50, end2=150)
    >>> intersect2d(one, two)[["start1", "end1", "start2", "end2"]].to_numpy().tolist()
    [[50, 100, 50, 100]]
    """
    bound = bind_planes([frame, other], genome=genome, order=order)
    return bound.frame(planes.intersect_planes(*bound.tables))


def union2d(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    *,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Put the rows of two frames together, sorted; unlike in 1D, nothing is merged.

    Parameters
    ----------
    frame, other : DataFrame
        2D intervals.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame, shape (n + m, 6)
        In genome order; rows that overlap or repeat each other stay as they are, for the union of
        rectangles is in general no rectangle.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Notes
    -----
    Source: semantics of interval algebra, 2D union.

    Examples
    --------
    >>> one = intervals_2d("chr1", 0, 100, start2=0, end2=100)
    >>> len(union2d(one, one))
    2
    """
    bound = bind_planes([frame, other], genome=genome, order=order)
    return bound.frame(planes.join_rows(*bound.tables))


def band_intersect(
    frame: pd.DataFrame, band: Band | tuple[int, int], *, genome: GenomeLike | None = None
) -> pd.DataFrame:
    """Cut rows to the boxes around what a diagonal band leaves of them.

    Parameters
    ----------
    frame : DataFrame
        2D intervals.
    band : Band or (int, int)
        (d1, d2): the points with ``d1 <= x - y < d2``, x on axis 1.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        All columns and labels, rows in the same order, without those that have no point in the
        band or lie between two chromosomes.

    Raises
    ------
    BandError
        Unless d1 < d2, both whole numbers.
    IntervalError
        If rows are not legal.

    Notes
    -----
    Source: semantics of bands; a box may be one base wider than the points in it, see
    `Band.shrink`.

    Examples
    --------
    >>> table = intervals_2d("chr1", [200, 0], [800, 100], start2=[100, 0], end2=[1000, 400])
    >>> band_intersect(table, (500, 1000)).to_numpy()[:, [1, 2, 4, 5]].tolist()
    [[600, 800, 100, 300]]
    """
    checked = Band.of(band)
    bound = bind_planes([frame], genome=genome)
    boxes, kept = checked.shrink(bound.tables[0])
    return bound.mark(
        frame[kept].assign(
            start1=boxes.starts1, end1=boxes.ends1, start2=boxes.starts2, end2=boxes.ends2
        )
    )


def project(
    frame: pd.DataFrame, axis: Literal[1, 2] = 1, *, genome: GenomeLike | None = None
) -> pd.DataFrame:
    """Return one side of 2D intervals as 1D intervals.

    Parameters
    ----------
    frame : DataFrame
        2D intervals.
    axis : {1, 2}
        Which side.
    genome
        As in `bind`.

    Returns
    -------
    DataFrame
        `chrom`, `start`, `end` of that side, then the other columns; of a pair such as `strand1`
        and `strand2` the one of that side, as `strand`. Rows and labels stay; nothing is merged.

    Raises
    ------
    ValueError
        For another axis.
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> table = intervals_2d("chr1", 0, 100, start2=50, end2=200).assign(score=7)
    >>> project(table, 2)
      chrom  start  end  score
    0  chr1     50  200      7
    """
    check_one_of("axis", axis, (1, 2))
    bound = bind_planes([frame], genome=genome)
    stems = _paired(frame)
    dropped = [f"{stem}{3 - axis}" for stem in stems]
    names = {f"{stem}{axis}": stem for stem in stems}
    out = frame.drop(columns=dropped).rename(columns=names)
    first = ["chrom", "start", "end"]
    return bound.mark(out[first + [name for name in out.columns if name not in first]])


def canonical(
    frame: pd.DataFrame, *, genome: GenomeLike | None = None, order: Order = "appearance"
) -> pd.DataFrame:
    """Turn rows so that the side that comes first in the genome is on axis 1.

    Parameters
    ----------
    frame : DataFrame
        2D intervals.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame
        Rows and labels in the same order. Where (chrom1, start1, end1) came after (chrom2, start2,
        end2), these and all other columns that differ in a last 1 and 2, such as `strand1` and
        `strand2`, change places.

    Raises
    ------
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> canonical(intervals_2d("chr1", 50, 100, start2=5, end2=9))[["start1", "start2"]].iloc[0]
    start1     5
    start2    50
    Name: 0, dtype: int64
    """
    bound = bind_planes([frame], genome=genome, order=order)
    swap = planes.is_below_diagonal(bound.tables[0])
    columns: dict[str, Any] = {}
    for stem in _paired(frame):
        one, two = frame[f"{stem}1"], frame[f"{stem}2"]
        columns[f"{stem}1"], columns[f"{stem}2"] = _swapped(one, two, swap)
    return bound.mark(frame.assign(**columns))


def _paired(frame: pd.DataFrame) -> list[str]:
    """Return what is before the last 1 and 2 of the names that differ in nothing else."""
    names = [name for name in frame.columns if isinstance(name, str)]
    return [n[:-1] for n in names if len(n) > 1 and n[-1] == "1" and f"{n[:-1]}2" in names]


def _swapped(
    one: pd.Series, two: pd.Series, swap: NDArray[np.bool_]
) -> tuple[pd.Series, pd.Series]:
    if one.dtype != two.dtype and "category" in (one.dtype.name, two.dtype.name):
        one, two = one.astype(object), two.astype(object)
    return one.where(~swap, two), two.where(~swap, one)
