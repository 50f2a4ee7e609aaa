"""Classic calls on two-dimensional intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import pandas as pd

from misha_xr import intervals as native
from misha_xr.errors import BandError, IntervalError
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame, none_if_empty
from misha_xr.pm.interval_sources import interval_table
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set

__all__ = [
    "gintervals_2d",
    "gintervals_2d_all",
    "gintervals_2d_band_intersect",
    "gintervals_2d_intersect",
    "gintervals_2d_union",
]

_BY_START = ["chrom1", "start1", "chrom2", "start2"]


@classic()
def gintervals_2d(
    chroms1: str | int | Sequence[Any],
    starts1: Any = 0,
    ends1: Any = -1,
    chroms2: str | int | Sequence[Any] | None = None,
    starts2: Any = 0,
    ends2: Any = -1,
) -> pd.DataFrame:
    """Build a sorted table of two-dimensional intervals.

    Parameters
    ----------
    chroms1, chroms2 : str, int or list
        Chromosomes in any accepted spelling; ``chroms2`` is by default ``chroms1``.
    starts1, ends1, starts2, ends2 : int or list of int
        Base pairs, 0-based, half-open; an end of -1 is the chromosome's size.

    Returns
    -------
    DataFrame
        `chrom1` (text), `start1`, `end1`, `chrom2` (text), `start2`, `end2`; sorted by `chrom1`,
        `start1`, `chrom2`, `start2`, in genome order. Nothing is merged.

    Raises
    ------
    IntervalError
        If an interval is empty, inverted or off its chromosome, or lengths differ.
    UnknownChromosomeError
        If the genome does not have a chromosome.

    See Also
    --------
    misha_xr.intervals.intervals_2d : The native form, which does not sort.

    Notes
    -----
    The second argument by position is ``starts1``: ``gintervals_2d(1, 2)`` is no pair of
    chromosomes 1 and 2.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_2d(1, 200, 800, 2, 100, 1000)
      chrom1  start1  end1 chrom2  start2  end2
    0   chr1     200   800   chr2     100  1000
    """
    if isinstance(chroms1, Sequence) and not len(chroms1):
        raise IntervalError("chroms, starts and ends must have one length; found no chromosome")
    return _by_start(
        native.intervals_2d(
            chroms1, starts1, ends1, chroms2, starts2, ends2, genome=SESSION.need().genome
        )
    )


@classic()
def gintervals_2d_all(mode: str = "diagonal") -> pd.DataFrame:
    """Return one rectangle per pair of chromosomes.

    Parameters
    ----------
    mode : {"diagonal", "full"}
        Each chromosome with itself, or all ordered pairs.

    Returns
    -------
    DataFrame
        `chrom1` (text), `start1`, `end1`, `chrom2` (text), `start2`, `end2`, in the order of the
        database.

    Raises
    ------
    ValueError
        For another mode.

    See Also
    --------
    misha_xr.intervals.whole_genome_2d : The native form, by default with all pairs.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> len(pm.gintervals_2d_all()), len(pm.gintervals_2d_all("full"))
    (3, 9)
    """
    chosen = cast(Literal["full", "diagonal"], mode)
    return classic_frame(native.whole_genome_2d(SESSION.need().genome, chosen))


@classic()
@saves_set()
def gintervals_2d_band_intersect(
    intervals: pd.DataFrame, band: tuple[int, int] | None, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Cut rectangles to the boxes around what a diagonal band leaves of them.

    Parameters
    ----------
    intervals : DataFrame
        A table; 2D. The name of an interval set or a 2D track will do as well.
    band : (int, int)
        (d1, d2): the points with ``d1 <= x - y < d2``, x on axis 1.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame
        All columns, rows in the same order, without those that have no point in the band or lie
        between two chromosomes; a new index. Maybe without rows, never None.

    Raises
    ------
    BandError
        Unless d1 < d2, both whole numbers.
    IntervalError
        If rows are not legal.

    See Also
    --------
    misha_xr.intervals.band_intersect : The native form.

    Notes
    -----
    Differs from pymisha: a band of fractions is refused.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> square = pm.gintervals_2d(1, 200, 800, 1, 100, 1000)
    >>> pm.gintervals_2d_band_intersect(square, (500, 1000))
      chrom1  start1  end1 chrom2  start2  end2
    0   chr1     600   800   chr1     100   300
    """
    del intervals_set_out  # `saves_set` acts on it
    if band is None:
        raise BandError("band cannot be None", hint="give (d1, d2): d1 <= x - y < d2")
    table = _table(intervals, "intervals")
    found = native.band_intersect(table, band, genome=SESSION.need().genome)
    return classic_frame(found.reset_index(drop=True))


@classic()
def gintervals_2d_intersect(
    intervals1: pd.DataFrame, intervals2: pd.DataFrame
) -> pd.DataFrame | None:
    """Return what each pair of rectangles of two sets has in common.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame
        Tables; 2D. Names of interval sets or 2D tracks will do as well.

    Returns
    -------
    DataFrame or None
        `chrom1` (text) to `end2`: a row per pair that shares a point, sorted as `gintervals_2d`
        sorts; nothing is merged. None if no pair does.

    Raises
    ------
    IntervalError
        If a table is not 2D, or rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.intersect2d : The native form.

    Notes
    -----
    Differs from pymisha: chromosomes match in any accepted spelling.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> one, two = pm.gintervals_2d(1, 0, 100, 1, 0, 100), pm.gintervals_2d(1, 50, 150, 1, 50, 150)
    >>> pm.gintervals_2d_intersect(one, two)
      chrom1  start1  end1 chrom2  start2  end2
    0   chr1      50   100   chr1      50   100
    """
    one, two = _table(intervals1, "intervals1"), _table(intervals2, "intervals2")
    found = native.intersect2d(one, two, genome=SESSION.need().genome)
    return _by_start(found) if len(found) else None


@classic()
def gintervals_2d_union(intervals1: pd.DataFrame, intervals2: pd.DataFrame) -> pd.DataFrame | None:
    """Put the rectangles of two sets together, sorted; nothing is merged.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame
        Tables; 2D. Names of interval sets or 2D tracks will do as well.

    Returns
    -------
    DataFrame or None
        `chrom1` (text) to `end2`, sorted as `gintervals_2d` sorts; duplicates stay. None if both
        are empty.

    Raises
    ------
    IntervalError
        If a table is not 2D, or rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.union2d : The native form.

    Notes
    -----
    Differs from pymisha: names of sets and tracks are accepted; chromosomes match in any
    accepted spelling.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> square = pm.gintervals_2d(1, 0, 100, 1, 0, 100)
    >>> len(pm.gintervals_2d_union(square, square))
    2
    """
    one, two = _table(intervals1, "intervals1"), _table(intervals2, "intervals2")
    found = native.union2d(one, two, genome=SESSION.need().genome)
    return none_if_empty(_by_start(found))


def _table(given: pd.DataFrame | str, what: str) -> pd.DataFrame:
    return interval_table(SESSION.need().store, given, what)


def _by_start(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort rows of genome categoricals; those of equal starts keep their order."""
    return classic_frame(frame.sort_values(_BY_START, kind="stable", ignore_index=True))
