"""Classic calls that change intervals row by row, and keep their other columns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr import intervals as native
from misha_xr.errors import IntervalError
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame, none_if_empty
from misha_xr.pm.interval_sources import interval_table
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set

__all__ = [
    "gintervals_force_range",
    "gintervals_mark_overlaps",
    "gintervals_normalize",
    "gintervals_rbind",
]


@classic()
@saves_set()
def gintervals_force_range(
    intervals: pd.DataFrame | str, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Cut intervals to their chromosomes, and drop what is left empty.

    Parameters
    ----------
    intervals : DataFrame or str
        A table, or the name of an interval set or a track; 1D or 2D. Rows on chromosomes that the
        genome lacks are dropped.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        All columns, rows in the same order, a new index; chromosomes in the spelling of the
        database. None if no row is left.

    Raises
    ------
    IntervalError
        If a coordinate is missing.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.force_range : The native form; `misha_xr.intervals.force_range2d` in 2D.

    Examples
    --------
    >>> from misha_xr import pm
    >>> import pandas as pd
    >>> _ = pm.gdb_init_examples()
    >>> table = pd.DataFrame({"chrom": "chr1", "start": [-10, 499_900], "end": [10, 600_000]})
    >>> pm.gintervals_force_range(table)["end"].tolist()
    [10, 500000]
    """
    del intervals_set_out  # `saves_set` acts on it
    genome = SESSION.need().genome
    table = _table(intervals)
    two_dimensional = native.is_2d(table)
    for name in ("chrom1", "chrom2") if two_dimensional else ("chrom",):
        if name in table.columns and len(table):
            codes = genome.codes(table[name], unknown="mark")
            known = codes >= 0
            table = table[known].assign(**{name: genome.categorical(codes[known])})
    cut = native.force_range2d if two_dimensional else native.force_range
    return none_if_empty(cut(table, genome=genome).reset_index(drop=True))


@classic()
def gintervals_mark_overlaps(
    intervals: pd.DataFrame | str,
    group_col: str = "overlap_group",
    unify_touching_intervals: bool = True,
) -> pd.DataFrame:
    """Give rows that overlap, directly or through others, the number of their group.

    Parameters
    ----------
    intervals : DataFrame or str
        A table, or the name of an interval set or a track; 1D, not empty.
    group_col : str
        Name of the column to add, or to replace.
    unify_touching_intervals : bool
        Rows that touch are of one group.

    Returns
    -------
    DataFrame
        All columns, index and order, and the group of each row (int64): 0, 1, ... by position.

    Raises
    ------
    IntervalError
        If there is no row, or rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.mark_overlaps : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> table = pm.gintervals(1, [0, 8, 50], [10, 20, 60])
    >>> pm.gintervals_mark_overlaps(table)["overlap_group"].tolist()
    [0, 0, 1]
    """
    table = _some_rows(intervals)
    marked = native.mark_overlaps(
        table, column=group_col, touching=unify_touching_intervals, genome=SESSION.need().genome
    )
    return classic_frame(marked)


@classic()
@saves_set()
def gintervals_normalize(
    intervals: pd.DataFrame, size: Any, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Give intervals a new size around their centres.

    Parameters
    ----------
    intervals : DataFrame
        A table, not empty; 1D. The name of an interval set or a track will do as well.
    size : int or list of int
        Base pairs, at least 1: one for all rows, one a row, or several for one row, which is
        repeated.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame
        All columns, rows in the same order, a new index. At the ends of a chromosome an interval
        keeps its size by sliding; one longer than the chromosome becomes all of it.

    Raises
    ------
    IntervalError
        If there is no row, rows are not legal, or sizes are below 1 or of another number.

    See Also
    --------
    misha_xr.intervals.resize : The native form.

    Notes
    -----
    Differs from pymisha: names of sets and tracks are accepted; ``intervals_set_out`` saves all
    columns.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_normalize(pm.gintervals(1, [0, 100], [5, 110]), 20)["start"].tolist()
    [0, 95]
    """
    del intervals_set_out  # `saves_set` acts on it
    resized = native.resize(_some_rows(intervals), size, genome=SESSION.need().genome)
    return classic_frame(resized.reset_index(drop=True))


@classic()
@saves_set()
def gintervals_rbind(
    *intervals: pd.DataFrame | str, intervals_set_out: str | None = None
) -> pd.DataFrame | None:
    """Put the rows of interval sets below each other, without sorting.

    Parameters
    ----------
    *intervals : DataFrame or str
        Tables, or names of interval sets or tracks, with the same columns; all 1D or all 2D. Those
        without rows are passed over.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        The columns of the first, a new index. None if all are empty.

    Raises
    ------
    IntervalError
        If columns differ, or nothing is given.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.concat : The native form.

    Notes
    -----
    Differs from pymisha: the same columns in another order are accepted.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_rbind(pm.gintervals(2, 0, 9), pm.gintervals(1, 5, 9))["start"].tolist()
    [0, 5]
    """
    del intervals_set_out  # `saves_set` acts on it
    if not intervals:
        raise IntervalError("gintervals_rbind needs at least one table or name of intervals")
    tables = [table for table in map(_table, intervals) if len(table)]
    return none_if_empty(native.concat(tables)) if tables else None


def _table(given: pd.DataFrame | str) -> pd.DataFrame:
    return interval_table(SESSION.need().store, given, "intervals")


def _some_rows(given: pd.DataFrame | str) -> pd.DataFrame:
    table = _table(given)
    if not len(table):
        raise IntervalError("intervals cannot be None or empty")
    return table
