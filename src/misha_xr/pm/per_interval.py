"""Classic calls that answer once per interval: summaries, and functions of the values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from misha_xr.errors import StatisticsError
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame
from misha_xr.pm.questions import question
from misha_xr.pm.set_targets import saves_set
from misha_xr.query import interval_summary, mapply

__all__ = ["gintervals_mapply", "gintervals_summary"]


@classic()
@saves_set()
def gintervals_summary(
    expr: str,
    intervals: pd.DataFrame | str | None,
    iterator: Any = None,
    *,
    band: tuple[int, int] | None = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> pd.DataFrame | None:
    """Summarise the values of an expression inside each interval.

    Parameters
    ----------
    expr : str
        Expression.
    intervals : DataFrame or str
        The intervals, in any order; overlapping ones are walked one by one.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.
    progress, progress_desc : optional
        Show a bar (True) or none (False), or call a function with the number of parts done and of
        all; and the label. Default: as ``CONFIG["progress"]``, which if true shows one after a
        second, in a terminal or notebook.

    Returns
    -------
    DataFrame or None
        Coordinates and the seven statistics of `gsummary`, in the order of the intervals; None
        without intervals.

    Raises
    ------
    ExpressionError
        If the expression is not allowed or names something unknown.

    See Also
    --------
    misha_xr.Database.interval_summary : The native form.

    Notes
    -----
    Differs from pymisha: intervals of two dimensions are answered.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> int(pm.gintervals_summary("dense_track", pm.gintervals(1, 0, 500))["Total intervals"][0])
    10
    """
    del progress, progress_desc  # `classic` acts on them
    del intervals_set_out  # `saves_set` acts on it
    if intervals is None:
        return None
    database, context = question(expr, intervals, iterator, band)
    return classic_frame(interval_summary(database.store, expr, **context))


@classic()
@saves_set()
def gintervals_mapply(
    func: Callable[..., Any],
    *exprs: str,
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    intervals_set_out: str | None = None,
    colnames: str = "value",
    enable_gapply_intervals: bool = False,
    band: tuple[int, int] | tuple[float, float] | None = None,
) -> pd.DataFrame | None:
    """Apply a function to the values of expressions inside each interval.

    Parameters
    ----------
    func : callable
        Gets one float64 array per expression, empty for an interval without steps.
    *exprs : str
        Expressions.
    intervals : DataFrame or str
        The intervals, in any order; it must be given.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.
    colnames : str
        Name of the column of results.
    enable_gapply_intervals : bool
        Pass the coordinates of the interval, a dict, as keyword ``gapply_intervals``.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.

    Returns
    -------
    DataFrame
        Coordinates and the results, in the order of the intervals.

    Raises
    ------
    ValueError
        If there is no expression, no `intervals`, or `colnames` is no text.

    See Also
    --------
    misha_xr.Database.mapply : The native form.

    Notes
    -----
    Differs from pymisha: all expressions are evaluated on the same steps, callers' variables count,
    and intervals of two dimensions are answered. The function is called once for each row of the
    scope, whatever the ``iterator`` (there: once for each step).

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_mapply(len, "dense_track", intervals=pm.gintervals(1, 0, 500))["value"][0]
    np.int64(10)
    """
    del intervals_set_out  # `saves_set` acts on it
    if not exprs:
        raise ValueError("At least one track expression is required")
    if intervals is None:
        raise ValueError("intervals parameter is required")
    if not isinstance(colnames, str):
        raise StatisticsError(f"colnames must be one text; found {colnames!r}")
    database, context = question(list(exprs), intervals, iterator, band)
    keyword = "gapply_intervals" if enable_gapply_intervals else None
    options: dict[str, Any] = {"column": colnames, "interval_keyword": keyword}
    return classic_frame(mapply(database.store, func, list(exprs), **options, **context))
