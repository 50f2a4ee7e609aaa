"""Classic calls of set algebra on one-dimensional intervals."""

from __future__ import annotations

import pandas as pd

from misha_xr import intervals as native
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import none_if_empty
from misha_xr.pm.interval_sources import interval_table
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set

__all__ = [
    "gintervals_canonic",
    "gintervals_coverage_fraction",
    "gintervals_covered_bp",
    "gintervals_diff",
    "gintervals_intersect",
    "gintervals_union",
]


@classic()
def gintervals_canonic(
    intervals: pd.DataFrame | str, unify_touching_intervals: bool = True
) -> pd.DataFrame | None:
    """Sort intervals and merge those that overlap, with a map from rows to merged rows.

    Parameters
    ----------
    intervals : DataFrame or str
        A table, or the name of an interval set or a track; 1D.
    unify_touching_intervals : bool
        Merge intervals that touch as well.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, in genome order; ``attrs["mapping"]`` holds the 0-based row
        of the result for each row given (int64). None for no rows.

    Raises
    ------
    IntervalError
        If rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.canonic : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> merged = pm.gintervals_canonic(pm.gintervals(1, [0, 5, 40], [10, 20, 50]))
    >>> merged["end"].tolist(), merged.attrs["mapping"].tolist()
    ([20, 50], [0, 0, 1])
    """
    return _canonic(_table(intervals, "intervals"), touching=unify_touching_intervals)


@classic()
@saves_set()
def gintervals_union(
    intervals1: pd.DataFrame | str,
    intervals2: pd.DataFrame | str,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """Return the bases that either of two sets holds, touching intervals joined.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
        Tables, or names of interval sets or tracks; 1D.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, in genome order. None if both are empty.

    Raises
    ------
    IntervalError
        If rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.union : The native form.

    Notes
    -----
    Differs from pymisha: rows are merged beside an empty set, too.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_union(pm.gintervals(1, 0, 10), pm.gintervals(1, 10, 20))["end"].tolist()
    [20]
    """
    del intervals_set_out  # `saves_set` acts on it
    one, two = _tables(intervals1, intervals2)
    return none_if_empty(native.union(one, two, genome=SESSION.need().genome))


@classic()
@saves_set()
def gintervals_intersect(
    intervals1: pd.DataFrame | str,
    intervals2: pd.DataFrame | str,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """Return the bases that both of two sets hold.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
        Tables, or names of interval sets or tracks; 1D. Rows of one set that touch stay apart.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, in genome order. None if the sets share no base.

    Raises
    ------
    IntervalError
        If rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.intersect : The native form, which merges the rows of each set first.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_intersect(pm.gintervals(1, 0, 10), pm.gintervals(1, 4, 20))["start"].tolist()
    [4]
    """
    del intervals_set_out  # `saves_set` acts on it
    one, two = _tables(intervals1, intervals2)
    return none_if_empty(native.intersect(one, two, merge=False, genome=SESSION.need().genome))


@classic()
@saves_set()
def gintervals_diff(
    intervals1: pd.DataFrame | str,
    intervals2: pd.DataFrame | str,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """Return the bases of the first set that the second lacks.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
        Tables, or names of interval sets or tracks; 1D.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, in genome order; beside an empty second set also
        ``attrs["mapping"]`` of `gintervals_canonic`. None if no base is left.

    Raises
    ------
    IntervalError
        If rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.difference : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_diff(pm.gintervals(1, 0, 10), pm.gintervals(1, 4, 6))["start"].tolist()
    [0, 6]
    """
    del intervals_set_out  # `saves_set` acts on it
    one, two = _tables(intervals1, intervals2)
    if not len(two):
        return _canonic(one, touching=True)
    return none_if_empty(native.difference(one, two, genome=SESSION.need().genome))


@classic()
def gintervals_covered_bp(
    intervals: pd.DataFrame | str, src: pd.DataFrame | str | None = None
) -> int:
    """Count the bases that a set covers, each once.

    Parameters
    ----------
    intervals : DataFrame or str
        A table, or the name of an interval set or a track; 1D.
    src : DataFrame or str, optional
        Count only bases of these intervals.

    Returns
    -------
    int
        Base pairs.

    Raises
    ------
    IntervalError
        If rows are not legal.
    UnknownSetError
        If nothing has that name.
    TrackTypeError
        For a dense track, which is no set of intervals.

    See Also
    --------
    misha_xr.intervals.covered_bp : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_covered_bp(pm.gintervals(1, [0, 5], [10, 30]))
    30
    """
    genome = SESSION.need().genome
    table = _table(intervals, "intervals")
    if src is not None:
        table = native.intersect(table, _table(src, "src"), genome=genome)
    return native.covered_bp(table, genome=genome)


@classic()
def gintervals_coverage_fraction(
    intervals1: pd.DataFrame | str, intervals2: pd.DataFrame | str | None = None
) -> float:
    """Return which part of a second set, or of the genome, the first set covers.

    Parameters
    ----------
    intervals1 : DataFrame or str
        A table, or the name of an interval set or a track; 1D.
    intervals2 : DataFrame or str, optional
        What counts as one. Default: the whole genome.

    Returns
    -------
    float
        0 to 1; 0 if there is nothing to cover.

    Raises
    ------
    IntervalError
        If rows are not legal.
    UnknownSetError
        If nothing has that name.

    See Also
    --------
    misha_xr.intervals.coverage_fraction : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_coverage_fraction(pm.gintervals(1, 0, 30), pm.gintervals(1, 0, 100))
    0.3
    """
    one = _table(intervals1, "intervals1")
    two = None if intervals2 is None else _table(intervals2, "intervals2")
    return native.coverage_fraction(one, two, genome=SESSION.need().genome)


def _canonic(table: pd.DataFrame, *, touching: bool) -> pd.DataFrame | None:
    merged, mapping = native.canonic(
        table, touching=touching, return_mapping=True, genome=SESSION.need().genome
    )
    found = none_if_empty(merged)
    if found is not None:
        found.attrs["mapping"] = mapping
    return found


def _tables(
    intervals1: pd.DataFrame | str, intervals2: pd.DataFrame | str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return _table(intervals1, "intervals1"), _table(intervals2, "intervals2")


def _table(given: pd.DataFrame | str, what: str) -> pd.DataFrame:
    return interval_table(SESSION.need().store, given, what)
