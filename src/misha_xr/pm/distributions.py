"""Classic calls that bin values: distributions, partitions, summaries of bins, lookup tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from misha_xr.errors import StatisticsError
from misha_xr.pm.calls import classic
from misha_xr.pm.expression_pairs import expression_pairs
from misha_xr.pm.frames import none_if_empty, scope_rows_from_zero
from misha_xr.pm.questions import question
from misha_xr.pm.set_targets import saves_set
from misha_xr.query import bins_summary, build_query, dist, lookup, partition
from misha_xr.query.binning import Binning, make_binning

__all__ = ["gbins_summary", "gdist", "glookup", "gpartition"]


@classic()
def gdist(  # noqa: PLR0913 - the signature of the classic API
    *args: str | NDArray[Any] | list[float],
    intervals: pd.DataFrame | str | None = None,
    include_lowest: bool = False,
    iterator: Any = None,
    band: tuple[int, int] | None = None,
    dataframe: bool = False,
    names: list[str] | None = None,
    vars: dict[str, Any] | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> NDArray[Any] | pd.DataFrame:
    """Count the values of expressions that fall in each bin.

    Parameters
    ----------
    *args : str, list of float, ...
        Pairs of an expression and its breaks; bins are open to the left.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    include_lowest : bool
        Close the first bin of each expression on the left.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.
    dataframe : bool
        Return a table with a column of labels per expression.
    names : list of str, optional
        Names of these columns.
    vars : dict, optional
        Variables, in place of the caller's.
    progress, progress_desc : optional
        Show a bar (True) or none (False), or call a function with the number of parts done and of
        all; and the label. Default: as ``CONFIG["progress"]``, which if true shows one after a
        second, in a terminal or notebook.

    Returns
    -------
    ndarray, shape (bins...), or DataFrame
        float64, int64 with tracks of two dimensions, virtual tracks or variables. The table has
        one row per cell, the last expression changing fastest, and the counts as ``n``.

    Raises
    ------
    StatisticsError
        If there is no pair, or breaks do not increase; a ValueError.

    See Also
    --------
    misha_xr.Database.dist : The native form.

    Notes
    -----
    Differs from pymisha: counts in several dimensions lie where they belong; of a 2D
    track the steps of ``iterator`` are counted (there: its objects).

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdist("dense_track", [0, 0.5, 1], intervals=pm.gintervals(1, 0, 1000)).sum() <= 20
    np.True_
    """
    del progress, progress_desc  # `classic` acts on them
    exprs, breaks = expression_pairs("gdist", args)
    database, context = question(exprs, intervals, iterator, band, vars)
    options: dict[str, Any] = {"include_lowest": include_lowest}
    counts = dist(database.store, exprs, breaks, **options, **context).to_numpy()
    query = build_query(database.store, exprs, merge_scope=True, **context)
    is_plain = not query.is_plane and not any(
        column.expression.variables or set(column.expression.names) & set(context["vtracks"])
        for column in query.columns
    )
    counts = counts.astype(np.float64) if is_plain else counts
    if not dataframe:
        return counts
    binning = make_binning(exprs, breaks, include_lowest=include_lowest)
    return _labelled(counts, binning, [str(name) for name in (names or exprs)])


def _labelled(counts: NDArray[Any], binning: Binning, names: list[str]) -> pd.DataFrame:
    """Write one row per cell: labels of its bins, and the count."""
    if len(names) != counts.ndim:
        raise StatisticsError(
            f"names must hold one text per expression, {counts.ndim}; found {names!r}"
        )
    places = np.indices(counts.shape).reshape(counts.ndim, -1)
    columns: list[Any] = [
        pd.array(np.array(binning.labels(axis), object)[place], dtype="str")
        for axis, place in enumerate(places)
    ]
    table = pd.DataFrame(dict(enumerate([*columns, counts.ravel()])))
    table.columns = pd.Index([*names, "n"])
    return table


@classic()
@saves_set()
def gpartition(
    expr: str,
    breaks: list[float] | NDArray[Any],
    intervals: pd.DataFrame | str | None = None,
    include_lowest: bool = False,
    iterator: Any = None,
    *,
    band: tuple[int, int] | None = None,
    vars: dict[str, Any] | None = None,
    intervals_set_out: str | None = None,
) -> pd.DataFrame | None:
    """Cut a scope into intervals labelled by the bin of an expression.

    Parameters
    ----------
    expr : str
        Expression.
    breaks : list of float
        Bins are open to the left.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    include_lowest : bool
        Close the first bin on the left.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.
    vars : dict, optional
        Variables, in place of the caller's.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, `bin` (from 1); touching steps of one bin are one row; None
        for no rows.

    Raises
    ------
    StatisticsError
        If breaks do not increase; a ValueError.

    See Also
    --------
    misha_xr.Database.partition : The native form.

    Notes
    -----
    Differs from pymisha: virtual tracks, scopes of two dimensions, bands and variables work.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gpartition("dense_track", [0, 0.5, 1], pm.gintervals(1)).columns.tolist()
    ['chrom', 'start', 'end', 'bin']
    """
    del intervals_set_out  # `saves_set` acts on it
    database, context = question(expr, intervals, iterator, band, vars)
    options: dict[str, Any] = {"include_lowest": include_lowest}
    return none_if_empty(partition(database.store, expr, breaks, **options, **context))


@classic()
def gbins_summary(
    *args: str | NDArray[Any] | list[float],
    expr: str | None = None,
    intervals: pd.DataFrame | str | None = None,
    include_lowest: bool = False,
    iterator: Any = None,
    band: tuple[float, float] | None = None,
) -> NDArray[np.float64]:
    """Summarise an expression in each bin of others.

    Parameters
    ----------
    *args : str, list of float, ...
        Pairs of an expression and its breaks; bins are open to the left.
    expr : str, optional
        What is summarised; None: the first expression of the bins.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    include_lowest : bool
        Close the first bin of each expression on the left.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.

    Returns
    -------
    ndarray of float64, shape (bins..., 7)
        Along the last axis the statistics of `gsummary`; 0, 0, then NaN for an empty bin.

    Raises
    ------
    StatisticsError
        If there is no pair, or breaks do not increase; a ValueError.

    See Also
    --------
    misha_xr.Database.bins_summary : The native form.

    Notes
    -----
    Differs from pymisha: overlapping rows of the scope are united, and without any step counts
    are 0.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gbins_summary("dense_track", [0, 0.2, 0.5], expr="2 * dense_track").shape
    (2, 7)
    """
    exprs, breaks = expression_pairs("gbins_summary", args)
    together = exprs if expr is None else [*exprs, expr]
    database, context = question(together, intervals, iterator, band)
    options: dict[str, Any] = {"include_lowest": include_lowest}
    found: xr.DataArray = bins_summary(database.store, exprs, breaks, expr, **options, **context)
    values: NDArray[np.float64] = found.to_numpy()
    return values


@classic()
@saves_set()
def glookup(  # noqa: PLR0913 - the signature of the classic API
    lookup_table: NDArray[Any],
    *args: str | NDArray[Any] | list[float],
    intervals: pd.DataFrame | str | None = None,
    include_lowest: bool = False,
    force_binning: bool = True,
    iterator: Any = None,
    band: tuple[int, int] | None = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> pd.DataFrame | None:
    """Replace the values of expressions by entries of a table.

    Parameters
    ----------
    lookup_table : array, shape (bins...)
        One entry per cell of the bins.
    *args : str, list of float, ...
        Pairs of an expression and its breaks; bins are open to the left.
    intervals : DataFrame or str
        Where; it must be given. Overlapping rows are walked one by one.
    include_lowest : bool
        Close the first bin of each expression on the left.
    force_binning : bool
        Take values beyond the bins as lying in the first or the last one; else they give NaN.
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
        `chrom` (text), `start`, `end`, `value` (float64), `intervalID`; None for no steps.

    Raises
    ------
    StatisticsError
        If there is no pair, breaks do not increase, or the table has another shape than the bins;
        a ValueError.
    ValueError
        If `intervals` is None.

    See Also
    --------
    misha_xr.Database.lookup : The native form.

    Notes
    -----
    Differs from pymisha: the order of columns is always the same, and rows of the scope are
    walked one by one (there: united where they meet).

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> table = pm.glookup([1, 2], "dense_track", [0, 0.2, 1], intervals=pm.gintervals(1, 0, 200))
    >>> table.columns.tolist()
    ['chrom', 'start', 'end', 'value', 'intervalID']
    """
    del progress, progress_desc  # `classic` acts on them
    del intervals_set_out  # `saves_set` acts on it
    if intervals is None:
        raise ValueError("intervals cannot be None: say where, e.g. gintervals_all()")
    exprs, breaks = expression_pairs("glookup", args)
    database, context = question(exprs, intervals, iterator, band)
    options: dict[str, Any] = {"include_lowest": include_lowest, "force_binning": force_binning}
    table = lookup(database.store, lookup_table, exprs, breaks, **options, **context)
    return none_if_empty(scope_rows_from_zero(table))
