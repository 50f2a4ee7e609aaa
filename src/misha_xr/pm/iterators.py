"""Classic calls that show the steps of iterators, or stream them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import IntervalError, check_one_of
from misha_xr.intervals import is_2d
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame, none_if_empty, scope_rows_from_zero
from misha_xr.pm.policies import CartesianGridSpec, native_iterator
from misha_xr.pm.questions import question
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set
from misha_xr.query import iterate, iterator_intervals

__all__ = ["giterator_cartesian_grid", "giterator_intervals", "giterator_intervals_2d"]


@classic()
@saves_set()
def giterator_intervals(
    expr: str | None = None,
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    band: tuple[int, int] | tuple[float, float] | None = None,
    intervals_set_out: str | None = None,
    interval_relative: bool = False,
    partial_bins: str = "clip",
) -> pd.DataFrame | None:
    """List the steps that an iterator takes, without values.

    Parameters
    ----------
    expr : str, optional
        Expression whose tracks decide the steps if there is no iterator.
    intervals : DataFrame or str, optional
        Where; None: the whole genome.
    iterator : int, str, DataFrame, pair of int or policy, optional
        In what steps.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions; without effect in one.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.
    interval_relative : bool
        Count bins from the start of each scope interval; numeric iterators only.
    partial_bins : {"clip", "drop", "exact"}
        Keep bins that a scope interval cuts short, or drop them (both others).

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, `intervalID` (1-based row of the scope); in two dimensions
        `chrom1` to `end2` and, but for a grid, `intervalID` (row of the scope from 0). None for no
        steps.

    Raises
    ------
    ValueError
        If neither an expression nor an iterator is given, ``partial_bins`` is none of the three,
        or bins shall begin with intervals and there are none.

    See Also
    --------
    misha_xr.Database.iterator_intervals : The native form.

    Notes
    -----
    Differs from pymisha: the objects of a 2D track are cut by the scope, and numbered by
    its rows; the steps of any expression are known; without steps the answer is None.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> steps = pm.giterator_intervals(intervals=pm.gintervals(1, 3, 47), iterator=20)
    >>> steps[["start", "end"]].to_numpy().tolist()
    [[3, 20], [20, 40], [40, 47]]
    """
    del intervals_set_out  # `saves_set` acts on it
    check_one_of("partial_bins", partial_bins, ["clip", "drop", "exact"])
    database, context = question([] if expr is None else expr, intervals, iterator)
    steps = iterator_intervals(
        database.store,
        expr,
        interval_relative=interval_relative,
        partial_bins=partial_bins,
        max_rows=SESSION.setting("max_data_size"),
        default_band=band,
        **context,
    )
    if isinstance(context["iterator"], (list, tuple, np.ndarray)):
        steps = steps.drop(columns="intervalID")
    return none_if_empty(scope_rows_from_zero(steps))


@classic()
def giterator_intervals_2d(
    expr: str | Sequence[str],
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    colnames: Sequence[str] | None = None,
    band: tuple[int, int] | None = None,
) -> Generator[pd.DataFrame, None, None]:
    """Stream a two-dimensional extraction, one table per scope rectangle.

    Parameters
    ----------
    expr : str or list of str
        Track expressions; caller's variables can be used.
    intervals : DataFrame or str, optional
        Rectangles; None: each chromosome with itself.
    iterator : pair of int, str, DataFrame or policy, optional
        In what steps; None: the objects of the track.
    colnames : list of str, optional
        Names of the value columns.
    band : (int, int), optional
        Distances from the diagonal.

    Yields
    ------
    DataFrame
        `chrom1` (text) to `end2`, one float64 column per expression, `intervalID` (row of the scope
        from 0). Rectangles without steps are skipped.

    Raises
    ------
    ValueError
        At the first table: if the scope has one dimension, or the question is wrong otherwise.

    See Also
    --------
    misha_xr.Database.iterate : The native form.

    Notes
    -----
    Differs from pymisha: scope rows are walked in genome order, and `intervalID` is always
    their number.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> len(list(pm.giterator_intervals_2d("points_track")))
    3
    """
    database, context = question(expr, intervals, iterator, band)
    context["names"] = [colnames] if isinstance(colnames, str) else colnames
    context["whole_plane"] = "diagonal"
    return _tables(database.store, expr, context)


def _tables(
    store: Any, expr: str | Sequence[str], context: dict[str, Any]
) -> Generator[pd.DataFrame, None, None]:
    """Cut the stream where the scope row changes."""
    scope = context["scope"]
    if isinstance(scope, pd.DataFrame) and not is_2d(scope):
        raise IntervalError("the scope must have two dimensions: chrom1, start1, ..., end2")
    pending: list[pd.DataFrame] = []
    for piece in _pieces(iterate(store, expr, **context)):
        if pending and pending[0]["intervalID"].iloc[0] != piece["intervalID"].iloc[0]:
            yield _one_table(pending)
            pending = []
        pending.append(piece)
    if pending:
        yield _one_table(pending)


def _pieces(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for frame in frames:
        if not is_2d(frame):
            raise IntervalError("the tracks of the expression have one dimension")
        rows = frame["intervalID"].to_numpy()
        edges = [0, *(np.flatnonzero(np.diff(rows)) + 1).tolist(), len(rows)]
        yield from (frame.iloc[lo:hi] for lo, hi in pairwise(edges) if lo < hi)


def _one_table(pieces: Sequence[pd.DataFrame]) -> pd.DataFrame:
    whole = pd.concat(pieces, ignore_index=True)
    return classic_frame(scope_rows_from_zero(whole))


@classic()
def giterator_cartesian_grid(
    intervals1: pd.DataFrame,
    expansion1: Any,
    intervals2: pd.DataFrame | None = None,
    expansion2: Any | None = None,
    min_band_idx: int | None = None,
    max_band_idx: int | None = None,
    *,
    stream: bool = False,
) -> Any:
    """Build the rectangles between windows around the centres of intervals.

    Parameters
    ----------
    intervals1 : DataFrame
        Intervals; their centres are ``(start + end) // 2``.
    expansion1 : sequence of int
        Two or more edges: neighbours E, F give a window ``[centre + E, centre + F)``.
    intervals2, expansion2 : optional
        The same of the second axis; default: those of the first.
    min_band_idx, max_band_idx : int, optional
        Closed range of differences between the numbers of intervals of one chromosome; only without
        ``intervals2``.
    stream : bool
        Return a description to be given as iterator instead.

    Returns
    -------
    DataFrame or CartesianGridSpec
        `chrom1` (text), `start1`, `end1`, `chrom2`, `start2`, `end2`; maybe no rows.

    Raises
    ------
    ValueError
        For fewer than two edges, one limit without the other, or limits with two sets.

    See Also
    --------
    misha_xr.CartesianGrid : The native form.

    Notes
    -----
    Differs from pymisha: windows of neighbouring centres that would overlap meet in the middle.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> grid = pm.giterator_cartesian_grid(pm.gintervals(1, 100, 101), (-20, 0, 20))
    >>> grid[["start1", "start2"]].to_numpy().tolist()
    [[80, 80], [80, 100], [100, 80], [100, 100]]
    """
    if expansion1 is None:
        raise ValueError("expansion1 must contain at least 2 values")
    edges1 = tuple(expansion1)
    edges2 = edges1 if expansion2 is None else tuple(expansion2)
    limits = (min_band_idx, max_band_idx)
    spec = CartesianGridSpec(intervals1, edges1, intervals2, edges2, *limits)
    grid = native_iterator(spec)
    if stream:
        return spec
    steps = iterator_intervals(
        SESSION.need().store, iterator=grid, max_rows=SESSION.setting("max_data_size")
    )
    return classic_frame(steps.drop(columns="intervalID"))
