"""Classic calls that make tracks of expressions, and change them."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
import pandas as pd

from misha_xr.errors import StatisticsError, check_one_of
from misha_xr.pm.calls import classic
from misha_xr.pm.expression_pairs import expression_pairs
from misha_xr.pm.questions import question

__all__ = [
    "gtrack_create",
    "gtrack_lookup",
    "gtrack_modify",
    "gtrack_smooth",
]

_WEIGHTS = {"LINEAR_RAMP": "ramp", "MEAN": "mean"}


@classic()
def gtrack_create(
    track: str,
    description: str,
    expr: str,
    iterator: int | None = None,
    band: tuple[int, int] | None = None,
) -> None:
    """Make a track of the values of an expression.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    expr : str
        Expression.
    iterator : int, str or DataFrame, optional
        In what steps: a number, or the bins of the tracks, makes a dense track; intervals a sparse
        one; two dimensions rectangles.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions: rectangles are cut by it.

    Raises
    ------
    ValueError
        If the track exists, the name is not legal, or the expression fails.

    See Also
    --------
    misha_xr.Database.create_track : The native form.

    Notes
    -----
    Differs from pymisha: a band cuts rectangles, as in R. The track appears at once with its
    attributes.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_create("mixed", "a test", "dense_track * 2", iterator=70)
    >>> pm.gtrack_info("mixed")["bin_size"]
    70
    """
    _need_text("expr", expr)
    database, context = question(expr, None, iterator, band)
    call = f'gtrack.create("{track}", description, {expr!r}, iterator={_shown(iterator)})'
    database.create_track(track, expr, description=description, created_by=call, **context)


@classic()
def gtrack_lookup(
    track: str,
    description: str,
    lookup_table: npt.NDArray[Any],
    *args: str | npt.NDArray[Any] | list[float],
    iterator: Any = None,
    include_lowest: bool = False,
    force_binning: bool = True,
    band: tuple[int, int] | None = None,
) -> None:
    """Make a track of the entries of a table at the bins that expressions fall in.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    lookup_table : array, shape (bins...)
        One entry per cell of the bins.
    *args : str, list of float, ...
        Pairs of an expression and its breaks; bins are open to the left.
    iterator : int, str or DataFrame, optional
        As for `gtrack_create`.
    include_lowest : bool
        Close the first bin of each expression on the left.
    force_binning : bool
        Take values beyond the bins as lying in the first or the last one; else they give NaN.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.

    Raises
    ------
    ValueError
        If the track exists, or the table has another shape than the bins.

    See Also
    --------
    misha_xr.Database.lookup_track : The native form.

    Notes
    -----
    Differs from pymisha: without an iterator the bins of dense tracks make a dense track, not a
    sparse one.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_lookup("level", "a test", [1, 2], "dense_track", [0, 0.5, 1])
    >>> pm.gtrack_info("level")["type"]
    'dense'
    """
    exprs, breaks = expression_pairs("gtrack_lookup", args)
    database, context = question(exprs, None, iterator, band)
    shown = ", ".join(f'"{expr}", breaks' for expr in exprs)
    call = f'gtrack.lookup("{track}", description, lookup_table, {shown}, '
    database.lookup_track(
        track,
        lookup_table,
        exprs,
        breaks,
        include_lowest=include_lowest,
        force_binning=force_binning,
        description=description,
        created_by=f"{call}iterator={_shown(iterator)})",
        **context,
    )


@classic()
def gtrack_modify(track: str, expr: str, intervals: pd.DataFrame | None = None) -> None:
    """Give bins of a dense track the values of an expression.

    Parameters
    ----------
    track : str
        A dense track.
    expr : str
        Expression, in the bins of the track; it may name the track itself.
    intervals : DataFrame or str, optional
        Where: every bin that shares a base with it is rewritten whole. None: everywhere.

    Raises
    ------
    ValueError
        If the track is unknown or not dense.

    See Also
    --------
    misha_xr.Database.modify_track : The native form.

    Notes
    -----
    Differs from pymisha: indexed tracks are modified too, where pymisha changes nothing without a
    word; expressions without a track are values of all bins; readers find the old track or the new
    one, never a mix.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_modify("dense_track", "-1", pm.gintervals(1, 0, 60))
    >>> pm.gextract("dense_track", pm.gintervals(1, 0, 100))["dense_track"].tolist()
    [-1.0, -1.0]
    """
    _need_text("expr", expr)
    database, context = question(expr, intervals, None)
    call = f"gtrack.modify({track}, {expr}, intervs)"
    for unused in ("iterator", "band"):
        context.pop(unused)
    database.modify_track(track, expr, created_by=call, **context)


@classic()
def gtrack_smooth(
    track: str,
    description: str,
    expr: str,
    winsize: float,
    weight_thr: float = 0,
    smooth_nans: bool = False,
    alg: str = "LINEAR_RAMP",
    iterator: int | None = None,
) -> None:
    """Make a dense track of smoothed values of an expression.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    expr : str
        Expression.
    winsize : float
        Base pairs; a bin sees ``floor(winsize / (2 bin) + 0.5)`` neighbours on either side.
    weight_thr : float
        Least weight of bins with a value.
    smooth_nans : bool
        Give bins without a value that of their neighbours.
    alg : {"LINEAR_RAMP", "MEAN"}
        Weights that fall with the distance, or all alike.
    iterator : int, optional
        Bin size.

    Raises
    ------
    ValueError
        If the track exists, `winsize` or `alg` have no meaning, or steps are no bins.

    See Also
    --------
    misha_xr.Database.smooth_track : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_smooth("calm", "a test", "dense_track", 500)
    >>> pm.gtrack_info("calm")["bin_size"]
    50
    """
    _need_text("expr", expr)
    check_one_of("alg", alg, _WEIGHTS)
    if not winsize > 0:
        raise StatisticsError(f"winsize must be a positive number; found {winsize!r}")
    database, context = question(expr, None, iterator)
    for unused in ("scope", "band"):
        context.pop(unused)
    call = f"gtrack.smooth({track}, description, {expr}, {winsize}, {weight_thr}, {smooth_nans}, "
    database.smooth_track(
        track,
        expr,
        winsize,
        weights=_WEIGHTS[alg],
        min_weight=weight_thr,
        fill_gaps=smooth_nans,
        description=description,
        created_by=f"{call}{alg})",
        **context,
    )


def _need_text(name: str, value: object) -> None:
    if value is None:
        raise ValueError(f"{name} cannot be None")


def _shown(iterator: object) -> str:
    return repr(iterator) if iterator is None or isinstance(iterator, int | str) else "intervals"
