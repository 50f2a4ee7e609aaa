"""Classic calls that evaluate track expressions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pandas as pd

from misha_xr.errors import check_one_of
from misha_xr.genome import GENOME_ATTR
from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame, none_if_empty, scope_rows_from_zero
from misha_xr.pm.questions import question
from misha_xr.pm.session import SESSION
from misha_xr.pm.set_targets import saves_set
from misha_xr.query import check_rows, extract, screen, summary

__all__ = ["gextract", "gscreen", "gsummary"]


@classic()
@saves_set(and_returns=True, without=["intervalID"])
def gextract(  # noqa: PLR0913 - the signature of the classic API
    expr: str | Sequence[str],
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    colnames: str | Sequence[str] | None = None,
    band: tuple[int, int] | None = None,
    vars: dict[str, Any] | None = None,
    intervals_join: str = "id",
    *,
    file: str | None = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = "gextract",
) -> pd.DataFrame | None:
    """Evaluate expressions on every step of an iterator.

    Parameters
    ----------
    expr : str or list of str
        Track expressions; caller's variables can be used.
    intervals : DataFrame or str, optional
        Where; None: the whole genome.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    colnames : list of str, optional
        Names of the value columns.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.
    vars : dict, optional
        Variables, in place of the caller's.
    intervals_join : {"id", "none", "intervals"}
        What to add of the scope: row numbers, nothing, or its columns.
    file : str, optional
        Write a tab-separated table there and return None.
    intervals_set_out : str, optional
        Save the result, without `intervalID`, as a set of this name, and return it, too.
    progress, progress_desc : optional
        Show a bar (True) or none (False), or call a function with the number of parts done and of
        all; and the label. Default: as ``CONFIG["progress"]``, which if true shows one after a
        second, in a terminal or notebook.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, one float64 column per expression, `intervalID` (1-based row
        of the scope); None for no steps. In two dimensions `chrom1` to `end2`, and row numbers
        from 0.

    Raises
    ------
    ExpressionError
        If an expression is not allowed or names something unknown.
    SizeLimitError
        If there would be more than ``CONFIG["max_data_size"]`` rows.
    ValueError
        If the number of ``colnames`` is not that of the expressions.

    See Also
    --------
    misha_xr.Database.extract : The native form.

    Notes
    -----
    Differs from pymisha: rows of an unsorted scope are walked in genome order, `intervalID` is
    always the row of the scope, and without an iterator virtual tracks take the steps of their
    sources; averages are float64; tracks of different bin sizes work together under an explicit
    iterator.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> factor = 2
    >>> table = pm.gextract("factor * dense_track", pm.gintervals(1, 0, 200), iterator=100)
    >>> table.columns.tolist()
    ['chrom', 'start', 'end', 'factor * dense_track', 'intervalID']
    """
    del progress, progress_desc  # `classic` acts on them
    if file is not None and intervals_set_out is not None:
        raise ValueError("give file or intervals_set_out, not both")
    check_one_of("intervals_join", intervals_join, ["id", "none", "intervals"])
    if file is not None and intervals_join == "intervals":
        raise ValueError("intervals_join='intervals' cannot be used together with file=")
    names = [colnames] if isinstance(colnames, str) else colnames
    database, context = question(expr, intervals, iterator, band, vars)
    options = {
        "names": names,
        "intervals_join": intervals_join,
        "max_rows": SESSION.setting("max_data_size"),
        "text": True,
    }
    table = scope_rows_from_zero(extract(database.store, expr, **options, **context))
    table.attrs.pop(GENOME_ATTR, None)  # names are all that binds a classic table
    if file is not None:
        shown = table.drop(columns="intervalID", errors="ignore")
        shown.to_csv(Path(file), sep="\t", index=False)
        return None
    if len(table) and intervals_join == "intervals":
        return classic_frame(table)  # columns of the scope may be categories
    return table if len(table) else None


@classic()
@saves_set()
def gscreen(
    expr: str,
    intervals: pd.DataFrame | str | None = None,
    vars: dict[str, Any] | None = None,
    *,
    iterator: Any = None,
    band: tuple[int, int] | None = None,
    intervals_set_out: str | None = None,
    progress: Any = None,
    progress_desc: str | None = "gscreen",
) -> pd.DataFrame | None:
    """Find the intervals where an expression holds.

    Parameters
    ----------
    expr : str
        Expression; of a numeric one every value but zero and NaN is true.
    intervals : DataFrame or str, optional
        Where; None: the whole genome.
    vars : dict, optional
        Variables, in place of the caller's.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    band : (int, int), optional
        Distances from the diagonal; without effect in one dimension, as in pymisha.
    intervals_set_out : str, optional
        Save the result, if it has rows, as a set of this name, and return None.
    progress, progress_desc : optional
        Show a bar (True) or none (False), or call a function with the number of parts done and of
        all; and the label. Default: as ``CONFIG["progress"]``, which if true shows one after a
        second, in a terminal or notebook.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`; adjacent and touching steps are one row; None for none. In
        two dimensions `chrom1` to `end2` of every step, none joined.

    Raises
    ------
    ExpressionError
        If the expression is not allowed or names something unknown.

    See Also
    --------
    misha_xr.Database.screen : The native form.

    Notes
    -----
    Differs from pymisha: numeric expressions work, without a crash; virtual tracks are compared
    as tracks are, so that ``!=`` is true at NaN.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gscreen("dense_track > 100") is None
    True
    """
    del progress, progress_desc  # `classic` acts on them
    del intervals_set_out  # `saves_set` acts on it
    database, context = question(expr, intervals, iterator, None, vars)
    context["default_band"] = band
    hits = screen(database.store, expr, numeric="nonzero", **context)
    check_rows(len(hits), SESSION.setting("max_data_size"))
    return none_if_empty(hits)


@classic()
def gsummary(
    expr: str,
    intervals: pd.DataFrame | str | None = None,
    iterator: Any = None,
    vars: dict[str, Any] | None = None,
    *,
    band: tuple[int, int] | None = None,
    progress: Any = None,
    progress_desc: str | None = None,
) -> pd.Series:
    """Summarise the values of an expression.

    Parameters
    ----------
    expr : str
        Expression.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Overlapping and touching rows are united first.
    iterator : int, str or DataFrame, optional
        In what steps; None or 0: those of the tracks; negative: one step per interval.
    vars : dict, optional
        Variables, in place of the caller's.
    band : (int, int), optional
        Distances from the diagonal, for two dimensions.
    progress, progress_desc : optional
        Show a bar (True) or none (False), or call a function with the number of parts done and of
        all; and the label. Default: as ``CONFIG["progress"]``, which if true shows one after a
        second, in a terminal or notebook.

    Returns
    -------
    Series of float64
        ``Total intervals``, ``NaN intervals``, ``Min``, ``Max``, ``Sum``, ``Mean``, ``Std dev``
        (divisor n - 1).

    Raises
    ------
    ExpressionError
        If the expression is not allowed or names something unknown.

    See Also
    --------
    misha_xr.Database.summary : The native form.

    Notes
    -----
    Differs from pymisha: overlapping and touching rows of the scope are united in every
    expression.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> int(pm.gsummary("dense_track", pm.gintervals(1, 0, 1000))["Total intervals"])
    20
    """
    del progress, progress_desc  # `classic` acts on them
    database, context = question(expr, intervals, iterator, band, vars)
    return cast("pd.Series", summary(database.store, expr, **context))
