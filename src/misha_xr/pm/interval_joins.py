"""Classic calls that find neighbors of intervals and annotate by them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from misha_xr import intervals as native
from misha_xr.errors import IntervalError, check_one_of
from misha_xr.intervals.binding import GENOME_ATTR
from misha_xr.pm.calls import classic
from misha_xr.pm.interval_sources import interval_table
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set

__all__ = [
    "gintervals_annotate",
    "gintervals_neighbors",
    "gintervals_neighbors_directional",
    "gintervals_neighbors_downstream",
    "gintervals_neighbors_upstream",
]

_FAR = 1e9
_TIES = {"first": "first", "min.start": "start", "min.end": "end"}


@classic()
@saves_set()
def gintervals_neighbors(  # noqa: PLR0913 - the signature of the classic API
    intervals1: pd.DataFrame | str,
    intervals2: pd.DataFrame | str,
    maxneighbors: int = 1,
    mindist: float = -1e9,
    maxdist: float = 1e9,
    mindist1: float = -1e9,
    maxdist1: float = 1e9,
    mindist2: float = -1e9,
    maxdist2: float = 1e9,
    na_if_notfound: bool = False,
    use_intervals1_strand: bool = False,
    warn_ignored_strand: bool = True,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """Find the nearest intervals of a second set.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
        Tables, or names of interval sets or tracks; both 1D or both 2D.
    maxneighbors : int
        How many to find for each row of the first set, at most.
    mindist, maxdist : float
        1D: bounds on the signed distance, included.
    mindist1, maxdist1, mindist2, maxdist2 : float
        2D: bounds on the distance on each axis, included.
    na_if_notfound : bool
        Keep rows without a neighbor.
    use_intervals1_strand : bool
        1D: the first set's strand gives distances their sign, not the second's.
    warn_ignored_strand : bool
        Warn if only the first set has a strand, and it is not used.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        Columns of the first set, of the second (suffix ``1`` on a clash), `dist`; in 2D `dist1`
        and `dist2`. None when nothing is found.

    Raises
    ------
    IntervalError
        If a table is not legal, ``maxneighbors`` is below 1, bounds exclude each other, or 1D and
        2D meet.
    UnknownSetError
        If a name is not known.

    See Also
    --------
    misha_xr.intervals.neighbors : The native form; `misha_xr.intervals.neighbors2d` in 2D.

    Notes
    -----
    Differs from pymisha: of equally distant neighbors the first rows are kept, also when
    ``maxneighbors`` cuts them off; a strand may be ``"+"`` or ``"-"``; a dense track is refused;
    logical columns of rows without a neighbor become objects; ``na_if_notfound`` works in two
    dimensions.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_neighbors(pm.gintervals(1, 100, 110), pm.gintervals(1, [80, 115], [90, 120]))
      chrom  start  end chrom1  start1  end1  dist
    0  chr1    100  110   chr1     115   120   5.0
    """
    del intervals_set_out  # `saves_set` acts on it
    one, two = _tables(intervals1, intervals2)
    genome = SESSION.need().genome
    if native.is_2d(one) and native.is_2d(two):
        found = native.neighbors2d(
            one, two, maxneighbors, bounds1=(mindist1, maxdist1), bounds2=(mindist2, maxdist2),
            na_if_notfound=na_if_notfound, genome=genome,
        )  # fmt: skip
        return _classic(found)
    if warn_ignored_strand and not use_intervals1_strand:
        _warn_ignored(one, two)
    found = native.neighbors(
        one, two, maxneighbors, mindist=mindist, maxdist=maxdist,
        strand="self" if use_intervals1_strand else "other", na_if_notfound=na_if_notfound,
        genome=genome,
    )  # fmt: skip
    return _classic(found)


@classic()
def gintervals_neighbors_upstream(
    intervals1: pd.DataFrame | str,
    intervals2: pd.DataFrame | str,
    maxneighbors: int = 1,
    maxdist: float = 1e9,
    na_if_notfound: bool = False,
) -> pd.DataFrame | None:
    """Find the nearest intervals upstream of the rows of the first set.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
        Tables, or names of interval sets or tracks; 1D. Without a strand rows are forward.
    maxneighbors : int
        How many to find for each row, at most.
    maxdist : float
        Largest distance in base pairs.
    na_if_notfound : bool
        Keep rows without a neighbor.

    Returns
    -------
    DataFrame or None
        As `gintervals_neighbors`; distances are not positive.

    Raises
    ------
    IntervalError
        As `gintervals_neighbors`.

    See Also
    --------
    misha_xr.intervals.neighbors : The native form, with ``direction="upstream"``.

    Notes
    -----
    Differs from pymisha: as `gintervals_neighbors`.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> peaks = pm.gintervals(1, [80, 115], [90, 120])
    >>> pm.gintervals_neighbors_upstream(pm.gintervals(1, 100, 110), peaks)["dist"].tolist()
    [-10.0]
    """
    return _one_side(intervals1, intervals2, "upstream", maxneighbors, maxdist, na_if_notfound)


@classic()
def gintervals_neighbors_downstream(
    intervals1: pd.DataFrame | str,
    intervals2: pd.DataFrame | str,
    maxneighbors: int = 1,
    maxdist: float = 1e9,
    na_if_notfound: bool = False,
) -> pd.DataFrame | None:
    """Find the nearest intervals downstream of the rows of the first set.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
        Tables, or names of interval sets or tracks; 1D. Without a strand rows are forward.
    maxneighbors : int
        How many to find for each row, at most.
    maxdist : float
        Largest distance in base pairs.
    na_if_notfound : bool
        Keep rows without a neighbor.

    Returns
    -------
    DataFrame or None
        As `gintervals_neighbors`; distances are not negative.

    Raises
    ------
    IntervalError
        As `gintervals_neighbors`.

    See Also
    --------
    misha_xr.intervals.neighbors : The native form, with ``direction="downstream"``.

    Notes
    -----
    Differs from pymisha: as `gintervals_neighbors`.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> peaks = pm.gintervals(1, [80, 115], [90, 120])
    >>> pm.gintervals_neighbors_downstream(pm.gintervals(1, 100, 110), peaks)["dist"].tolist()
    [5.0]
    """
    return _one_side(intervals1, intervals2, "downstream", maxneighbors, maxdist, na_if_notfound)


@classic()
def gintervals_neighbors_directional(
    intervals1: pd.DataFrame | str,
    intervals2: pd.DataFrame | str,
    maxneighbors_upstream: int = 1,
    maxneighbors_downstream: int = 1,
    maxdist: float = 1e9,
    na_if_notfound: bool = False,
) -> dict[str, pd.DataFrame | None]:
    """Find the nearest intervals on both sides of the rows of the first set.

    Parameters
    ----------
    intervals1, intervals2 : DataFrame or str
        Tables, or names of interval sets or tracks; 1D. Without a strand rows are forward.
    maxneighbors_upstream, maxneighbors_downstream : int
        How many to find on each side, at most.
    maxdist : float
        Largest distance in base pairs.
    na_if_notfound : bool
        Keep rows without a neighbor.

    Returns
    -------
    dict
        ``"upstream"`` and ``"downstream"``: as the functions of those names return.

    Raises
    ------
    IntervalError
        As `gintervals_neighbors`.

    See Also
    --------
    misha_xr.intervals.directional_neighbors : The native form.

    Notes
    -----
    Differs from pymisha: as `gintervals_neighbors`.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> peaks = pm.gintervals(1, [80, 115], [90, 120])
    >>> sides = pm.gintervals_neighbors_directional(pm.gintervals(1, 100, 110), peaks)
    >>> {side: found["dist"].tolist() for side, found in sides.items()}
    {'upstream': [-10.0], 'downstream': [5.0]}
    """
    sides = {"upstream": maxneighbors_upstream, "downstream": maxneighbors_downstream}
    return {
        side: _one_side(intervals1, intervals2, side, count, maxdist, na_if_notfound)
        for side, count in sides.items()
    }


@classic()
@saves_set(and_returns=True)
def gintervals_annotate(  # noqa: PLR0913 - the signature of the classic API
    intervals: pd.DataFrame | str,
    annotation_intervals: pd.DataFrame | str,
    annotation_columns: list[str] | None = None,
    column_names: list[str] | None = None,
    dist_column: str | None = "dist",
    max_dist: float = np.inf,
    na_value: Any = np.nan,
    maxneighbors: int = 1,
    tie_method: str = "first",
    overwrite: bool = False,
    keep_order: bool = True,
    *,
    mindist: float = -_FAR,
    maxdist: float = _FAR,
    mindist1: float = -_FAR,
    maxdist1: float = _FAR,
    mindist2: float = -_FAR,
    maxdist2: float = _FAR,
    use_intervals1_strand: bool = False,
    warn_ignored_strand: bool = True,
    intervals_set_out: str | None = None,
) -> pd.DataFrame:
    """Copy columns from the nearest intervals of a second set.

    Parameters
    ----------
    intervals, annotation_intervals : DataFrame or str
        Tables, or names of interval sets or tracks; 1D.
    annotation_columns : list of str, optional
        Which columns. Default: all but coordinates and strand.
    column_names : list of str, optional
        What to call them.
    dist_column : str or None
        Name of the column of distances; None: no such column.
    max_dist : float
        Beyond this absolute distance the values become ``na_value``.
    na_value : scalar or dict
        What stands for a value that is missing; a dict goes by column.
    maxneighbors : int
        How many rows to return for each interval, at most.
    tie_method : {"first", "min.start", "min.end"}
        Which of equally distant neighbors comes first.
    overwrite : bool
        Replace columns of the same names.
    keep_order : bool
        Rows always keep their order.
    mindist, maxdist, use_intervals1_strand, warn_ignored_strand : optional
        As those of `gintervals_neighbors`.
    mindist1, maxdist1, mindist2, maxdist2 : float
        Without effect: for two dimensions.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return it, too.

    Returns
    -------
    DataFrame
        The first set's columns, the new ones, the distance; a row without a neighbor is kept.

    Raises
    ------
    IntervalError
        If columns clash or are not found, or ``tie_method`` is none of the three.
    TypeError
        For an unknown keyword.

    See Also
    --------
    misha_xr.intervals.annotate : The native form.

    Notes
    -----
    Differs from pymisha: ties are decided among all equally distant neighbors; ``na_value`` fits
    itself into columns of any kind; 2D tables are refused; a strand of the second set counts;
    ``max_dist`` counts without a column of distances.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> peaks = pm.gintervals(1, [80, 115], [90, 120]).assign(score=[1, 2])
    >>> pm.gintervals_annotate(pm.gintervals(1, 100, 110), peaks)
      chrom  start  end  score  dist
    0  chr1    100  110      2   5.0
    """
    del mindist1, maxdist1, mindist2, maxdist2, intervals_set_out  # the last: see `saves_set`
    check_one_of("tie_method", tie_method, tuple(_TIES))
    one, two = _tables(intervals, annotation_intervals)
    if warn_ignored_strand and not use_intervals1_strand:
        _warn_ignored(one, two)
    found = native.annotate(
        one, two, annotation_columns, column_names, dist_column=dist_column, max_dist=max_dist,
        na_value=na_value, maxneighbors=maxneighbors, ties=_TIES[tie_method],  # type: ignore[arg-type]
        overwrite=overwrite, mindist=mindist, maxdist=maxdist,
        strand="self" if use_intervals1_strand else "other", genome=SESSION.need().genome,
    )  # fmt: skip
    found.attrs.pop(GENOME_ATTR, None)
    if len(found) == 0:
        added = [name for name in found.columns if name not in one.columns]
        found = found.astype(dict.fromkeys(added, np.float64))
    return found


def _one_side(
    intervals1: Any, intervals2: Any, side: Any, k: int, maxdist: float, na_if_notfound: bool
) -> pd.DataFrame | None:
    one, two = _tables(intervals1, intervals2)
    found = native.neighbors(
        one, two, k, maxdist=maxdist, direction=side, na_if_notfound=na_if_notfound,
        genome=SESSION.need().genome,
    )  # fmt: skip
    return _classic(found)


def _tables(intervals1: Any, intervals2: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    store = SESSION.need().store
    one = interval_table(store, intervals1, "intervals1")
    two = interval_table(store, intervals2, "intervals2")
    if native.is_2d(one) != native.is_2d(two):
        raise IntervalError("Cannot intermix 1D and 2D intervals")
    return one, two


def _classic(found: pd.DataFrame) -> pd.DataFrame | None:
    found.attrs.pop(GENOME_ATTR, None)
    return found if len(found) else None


def _warn_ignored(one: pd.DataFrame, two: pd.DataFrame) -> None:
    if "strand" in one.columns and "strand" not in two.columns:
        warnings.warn(
            "the strand of the first set has no say in distances: give use_intervals1_strand=True, "
            "or warn_ignored_strand=False",
            UserWarning,
            stacklevel=5,
        )
