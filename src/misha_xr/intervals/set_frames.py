"""Set algebra of frames of intervals: frames in, `chrom`, `start`, `end` out.

Frames may have any index, order of rows and further columns, which the results of set algebra do
not keep. Two frames must be of one genome; see `bind` for what ``genome`` and ``order`` mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.intervals import algebra
from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.binding import Binding, bind
from misha_xr.intervals.references import GenomeLike

__all__ = [
    "Order",
    "canonic",
    "complement",
    "coverage_fraction",
    "covered_bp",
    "difference",
    "intersect",
    "symmetric_difference",
    "union",
]

Order: TypeAlias = Literal["appearance", "natural"]


@overload
def canonic(
    frame: pd.DataFrame,
    *,
    touching: bool = ...,
    return_mapping: Literal[False] = ...,
    genome: GenomeLike | None = ...,
    order: Order = ...,
) -> pd.DataFrame: ...
@overload
def canonic(
    frame: pd.DataFrame,
    *,
    touching: bool = ...,
    return_mapping: Literal[True],
    genome: GenomeLike | None = ...,
    order: Order = ...,
) -> tuple[pd.DataFrame, NDArray[Any]]: ...
def canonic(
    frame: pd.DataFrame,
    *,
    touching: bool = True,
    return_mapping: bool = False,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame | tuple[pd.DataFrame, NDArray[Any]]:
    """Merge the intervals of a frame: sorted, without overlap, over the same bases.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`.
    touching : bool
        Join intervals that touch as well as those that overlap.
    return_mapping : bool
        Return as well which row of the result holds each row.
    genome, order
        As in `bind`.

    Returns
    -------
    merged : DataFrame, shape (m, 3)
        `chrom`, `start`, `end`, in the order of chromosomes; m may be 0.
    mapping : ndarray of int64, shape (n,)
        If asked for: 0-based row of ``merged``, by row of the frame.

    Raises
    ------
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": [20, 0, 5], "end": [30, 10, 20]})
    >>> canonic(frame)
      chrom  start  end
    0  chr1      0   30
    >>> canonic(frame, touching=False, return_mapping=True)[1]
    array([1, 0, 0])
    """
    bound = bind([frame], genome=genome, order=order)
    if not return_mapping:
        return _framed(bound, algebra.merge(bound.tables[0], touching))
    merged, mapping = algebra.merge(bound.tables[0], touching, return_mapping=True)
    return _framed(bound, merged), mapping


def union(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    *,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Return the bases that either frame holds, touching intervals joined.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end`.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end`: disjoint, in the order of chromosomes; m may be 0.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> union(frame, frame.assign(start=10, end=20))
      chrom  start  end
    0  chr1      0   20
    """
    return _of_two(algebra.union, frame, other, genome, order)


def intersect(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    *,
    merge: bool = True,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Return the bases that both frames hold.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end`.
    merge : bool
        Merge the rows of each frame first. If not, rows that touch stay apart, see
        `algebra.intersect`.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end`: in the order of chromosomes; m may be 0.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> intersect(frame, frame.assign(start=8, end=20))
      chrom  start  end
    0  chr1      8   10
    """

    def shared(a: Intervals, b: Intervals) -> Intervals:
        return algebra.intersect(a, b, merge=merge)

    return _of_two(shared, frame, other, genome, order)


def difference(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    *,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Return the bases of a frame that another lacks.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end`.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end`: disjoint, in the order of chromosomes; m may be 0. To cut rows
        and keep their columns, see `subtract`.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> difference(frame, frame.assign(start=8, end=20))
      chrom  start  end
    0  chr1      0    8
    """
    return _of_two(algebra.difference, frame, other, genome, order)


def symmetric_difference(
    frame: pd.DataFrame,
    other: pd.DataFrame,
    *,
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Return the bases that exactly one of two frames holds, touching intervals joined.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom`, `start`, `end`.
    genome, order
        As in `bind`.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end`: disjoint, in the order of chromosomes; m may be 0.

    Raises
    ------
    IntervalError
        If rows are not legal.
    GenomeMismatchError
        If the frames are of two genomes.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> symmetric_difference(frame, frame.assign(start=8, end=20))
      chrom  start  end
    0  chr1      0    8
    1  chr1     10   20
    """
    return _of_two(algebra.symmetric_difference, frame, other, genome, order)


def complement(frame: pd.DataFrame, *, genome: GenomeLike | None = None) -> pd.DataFrame:
    """Return the bases of the genome that a frame lacks.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end`.
    genome
        As in `bind`; needed unless the frame carries its genome.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end`: disjoint, in genome order; chromosomes without a row are there as
        a whole.

    Raises
    ------
    IntervalError
        If rows are not legal, or no genome is known.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
    >>> complement(frame, genome={"chr1": 50, "chr2": 20})
      chrom  start  end
    0  chr1     10   50
    1  chr2      0   20
    """
    bound = bind([frame], genome=genome)
    return _framed(bound, algebra.complement(bound.tables[0], bound.sizes("complement")))


def covered_bp(frame: pd.DataFrame, *, genome: GenomeLike | None = None) -> int:
    """Count the bases that a frame covers, each once.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end`.
    genome
        As in `bind`.

    Returns
    -------
    int
        Base pairs.

    Raises
    ------
    IntervalError
        If rows are not legal.

    Examples
    --------
    >>> covered_bp(pd.DataFrame({"chrom": "chr1", "start": [0, 5], "end": [10, 20]}))
    20
    """
    return algebra.covered_bp(bind([frame], genome=genome).tables[0])


def coverage_fraction(
    frame: pd.DataFrame, other: pd.DataFrame | None = None, *, genome: GenomeLike | None = None
) -> float:
    """Return which part of another frame, or of the genome, a frame covers.

    Parameters
    ----------
    frame : DataFrame
        `chrom`, `start`, `end`.
    other : DataFrame, optional
        The bases that count as one. Default: the whole genome.
    genome
        As in `bind`; needed without ``other``, unless the frame carries its genome.

    Returns
    -------
    float
        0 to 1; 0 if there is nothing to cover.

    Raises
    ------
    IntervalError
        If rows are not legal, or no genome is known where it is needed.
    GenomeMismatchError
        If the frames are of two genomes.

    Notes
    -----
    Source: semantics of interval algebra: the union of rows counts, each base once.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": "chr1", "start": [0, 5], "end": [10, 30]})
    >>> coverage_fraction(frame, frame.assign(start=0, end=100))
    0.3
    """
    if other is None:
        bound = bind([frame], genome=genome)
        total = int(bound.sizes("coverage_fraction without other").sum())
        return algebra.covered_bp(bound.tables[0]) / total
    a, b = bind([frame, other], genome=genome).tables
    total = algebra.covered_bp(b)
    return algebra.covered_bp(algebra.intersect(a, b)) / total if total else 0.0


def _of_two(
    operation: Callable[[Intervals, Intervals], Intervals],
    frame: pd.DataFrame,
    other: pd.DataFrame,
    genome: GenomeLike | None,
    order: Order,
) -> pd.DataFrame:
    bound = bind([frame, other], genome=genome, order=order)
    return _framed(bound, operation(*bound.tables))


def _framed(bound: Binding, iv: Intervals) -> pd.DataFrame:
    """Return intervals as a frame that shares no memory with the caller's."""
    if any(np.may_share_memory(iv.starts, table.starts) for table in bound.tables):
        iv = Intervals(iv.codes.copy(), iv.starts.copy(), iv.ends.copy())
    return bound.frame(iv)
