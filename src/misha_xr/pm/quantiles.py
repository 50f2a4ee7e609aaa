"""Classic calls for quantiles: of a scope, of each interval, of each bin."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.pm.calls import classic
from misha_xr.pm.expression_pairs import expression_pairs
from misha_xr.pm.frames import classic_frame
from misha_xr.pm.questions import question
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set
from misha_xr.query import bins_quantiles, interval_quantiles, quantiles

__all__ = ["gbins_quantiles", "gintervals_quantiles", "gquantiles"]


@classic()
def gquantiles(  # noqa: PLR0913 - the signature of the classic API
    expr: str,
    percentiles: float | list[float] | NDArray[Any] = 0.5,
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    vars: dict[str, Any] | None = None,
    *,
    percentile: Any = None,
    band: tuple[int, int] | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> pd.Series:
    """Compute quantiles of an expression over a scope.

    Parameters
    ----------
    expr : str
        Expression.
    percentiles : float or list of float
        Between 0 and 1.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    vars : dict, optional
        Variables, in place of the caller's.
    percentile : float or list of float, optional
        Another name of `percentiles`, used while that is 0.5.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.
    progress, progress_desc : optional
        Show a bar (True) or none (False), or call a function with the number of parts done and of
        all; and the label. Default: as ``CONFIG["progress"]``, which if true shows one after a
        second, in a terminal or notebook.

    Returns
    -------
    Series of float64
        Labelled by the percentiles, in their order; NaN without values.

    Raises
    ------
    StatisticsError
        If a percentile is outside [0, 1], or there is none; a ValueError.

    See Also
    --------
    misha_xr.Database.quantiles : The native form.

    Notes
    -----
    Differs from pymisha: exact for any number of values, without a warning.
    ``CONFIG["max_data_size"]`` bounds the memory only.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gquantiles("dense_track", [0.1, 0.9], pm.gintervals(1)).index.tolist()
    [0.1, 0.9]
    """
    del progress, progress_desc  # `classic` acts on them
    database, context = question(expr, intervals, iterator, band, vars)
    asked = _asked(percentiles, percentile)
    found = quantiles(database.store, expr, asked, max_values=_limit(), **context)
    return cast("pd.Series", found).rename(None)


@classic()
@saves_set()
def gintervals_quantiles(  # noqa: PLR0913 - the signature of the classic API
    expr: str,
    percentiles: float | list[float] | NDArray[Any] = 0.5,
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    *,
    percentile: Any = None,
    band: tuple[int, int] | None = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> pd.DataFrame | None:
    """Compute quantiles of an expression inside each interval.

    Parameters
    ----------
    expr : str
        Expression.
    percentiles : float or list of float
        Between 0 and 1.
    intervals : DataFrame or str
        The intervals, in any order; overlapping ones are walked one by one.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    percentile : float or list of float, optional
        Another name of `percentiles`, used while that is 0.5.
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
        Coordinates, one float64 column per percentile named by its text, in the order of the
        intervals; None without intervals.

    Raises
    ------
    StatisticsError
        If a percentile is outside [0, 1], or there is none; a ValueError.

    See Also
    --------
    misha_xr.Database.interval_quantiles : The native form.

    Notes
    -----
    Differs from pymisha: exact for any number of values, also in two dimensions.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gintervals_quantiles("dense_track", [0.5, 1], pm.gintervals(1)).columns.tolist()
    ['chrom', 'start', 'end', '0.5', '1']
    """
    del progress, progress_desc  # `classic` acts on them
    del intervals_set_out  # `saves_set` acts on it
    if intervals is None:
        return None
    database, context = question(expr, intervals, iterator, band)
    asked = _asked(percentiles, percentile)
    found = interval_quantiles(database.store, expr, asked, max_values=_limit(), **context)
    return classic_frame(found)


@classic()
def gbins_quantiles(
    *args: str | NDArray[Any] | list[float],
    expr: str | None = None,
    percentiles: float | list[float] | NDArray[Any] = 0.5,
    intervals: pd.DataFrame | str | None = None,
    include_lowest: bool = False,
    iterator: Any = None,
    band: tuple[float, float] | None = None,
) -> NDArray[np.float64]:
    """Compute quantiles of an expression in each bin of others.

    Parameters
    ----------
    *args : str, list of float, ...
        Pairs of an expression and its breaks; bins are open to the left.
    expr : str, optional
        What the quantiles are of; None: the first expression of the bins.
    percentiles : float or list of float
        Between 0 and 1.
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
    ndarray of float64, shape (bins..., percentiles)
        NaN for bins without values.

    Raises
    ------
    StatisticsError
        If there is no pair, breaks do not increase, or a percentile is outside [0, 1].
    SizeLimitError
        If more than ``CONFIG["max_data_size"]`` values lie inside the bins.

    See Also
    --------
    misha_xr.Database.bins_quantiles : The native form.

    Notes
    -----
    Differs from pymisha: overlapping rows of the scope are united; the least quantile of values
    with -inf is -inf.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gbins_quantiles("dense_track", [0, 0.2, 0.5], percentiles=[0.1, 0.9]).shape
    (2, 2)
    """
    exprs, breaks = expression_pairs("gbins_quantiles", args)
    database, context = question([*exprs, *_listed(expr)], intervals, iterator, band)
    options: dict[str, Any] = {
        "include_lowest": include_lowest,
        "max_values": SESSION.setting("max_data_size"),
    }
    found = bins_quantiles(database.store, exprs, breaks, expr, percentiles, **options, **context)
    values: NDArray[np.float64] = found.to_numpy()
    return values


def _asked(percentiles: Any, percentile: Any) -> Any:
    """Return the percentiles under whichever name they came."""
    is_default = np.ndim(percentiles) == 0 and percentiles == 0.5
    return percentile if percentile is not None and is_default else percentiles


def _limit() -> int:
    return max(int(SESSION.setting("max_data_size")), 1)


def _listed(expr: str | None) -> list[str]:
    return [] if expr is None else [expr]
