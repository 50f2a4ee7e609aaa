"""`df.misha`: statistics of expressions by bin, and by interval of a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.accessors.frame_queries import questions_to
from misha_xr.api import Database
from misha_xr.query import Expressions

__all__ = ["FrameGroupedAnalyses"]


class FrameGroupedAnalyses(FrameMethods):
    """Analyses by group whose scope is the table."""

    def bins_summary(
        self,
        data: Database | xr.Dataset,
        exprs: Expressions,
        breaks: Any,
        value: str | None = None,
        **options: Any,
    ) -> xr.DataArray:
        """Summarise an expression in each bin of others, inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names. They choose the bin.
        breaks : sequence of float, or one such sequence per expression
            Bins are ``(b[k], b[k + 1]]``.
        value : str, optional
            The expression to summarise. Default: the first that chooses the bin.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``include_lowest``: close the first bin on the left.

        Returns
        -------
        DataArray of float64, shape (n_bins, ..., 7)
            One dimension per expression, with its bins as coordinate, then ``statistic``: those of
            `summary`.

        Raises
        ------
        StatisticsError
            If breaks are not at least two increasing numbers per expression.

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.bins_summary(db, "d10", [0, 5, 10]).sel(statistic="Max").values.tolist()
        [4.0, 9.0]
        """
        ask = questions_to(data).bins_summary
        found: xr.DataArray = ask(exprs, breaks, value, scope=self._frame, **options)
        return found

    def bins_quantiles(
        self,
        data: Database | xr.Dataset,
        exprs: Expressions,
        breaks: Any,
        value: str | None = None,
        q: Any = 0.5,
        **options: Any,
    ) -> xr.DataArray:
        """Compute quantiles of an expression in each bin of others, inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names. They choose the bin.
        breaks : sequence of float, or one such sequence per expression
            Bins are ``(b[k], b[k + 1]]``.
        value : str, optional
            The expression whose quantiles are asked. Default: the first that chooses the bin.
        q : float or sequence of float
            Between 0 and 1, in any order.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``include_lowest``: close the first bin on the left; ``max_values``: values inside bins
            at most.

        Returns
        -------
        DataArray of float64, shape (n_bins, ..., n_quantiles)
            One dimension per expression, with its bins as coordinate, then ``quantile``.

        Raises
        ------
        StatisticsError
            If breaks are not increasing, or ``q`` is empty or not between 0 and 1.
        SizeLimitError
            If too many values lie inside the bins.

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.bins_quantiles(db, "d10", [0, 5, 10], q=1).values.tolist()
        [[4.0], [9.0]]
        """
        ask = questions_to(data).bins_quantiles
        found: xr.DataArray = ask(exprs, breaks, value, q, scope=self._frame, **options)
        return found

    def interval_summary(
        self,
        data: Database | xr.Dataset,
        expression: Expressions,
        **options: Any,
    ) -> pd.DataFrame:
        """Summarise the values of an expression inside each of these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expression : str
            One expression.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`.

        Returns
        -------
        DataFrame, one row per interval, in their order
            Coordinates, then Total intervals, NaN intervals, Min, Max, Sum, Mean, Std dev
            (float64).

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.interval_summary(db, "d10")["Mean"].tolist()
        [4.25]
        """
        ask = questions_to(data).interval_summary
        found: pd.DataFrame = ask(expression, scope=self._frame, **options)
        return found

    def interval_quantiles(
        self,
        data: Database | xr.Dataset,
        expression: Expressions,
        q: Any = 0.5,
        **options: Any,
    ) -> pd.DataFrame:
        """Compute quantiles of an expression inside each of these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expression : str
            One expression.
        q : float or sequence of float
            Between 0 and 1, in any order.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``max_values``: values of one row kept in memory at most, on which no answer depends.

        Returns
        -------
        DataFrame, one row per interval, in their order
            Coordinates, then one float64 column per quantile, named by its text (``"0.25"``).

        Raises
        ------
        StatisticsError
            If ``q`` is empty or not between 0 and 1.

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.interval_quantiles(db, "d10", 0.5)["0.5"].tolist()
        [3.5]
        """
        ask = questions_to(data).interval_quantiles
        found: pd.DataFrame = ask(expression, q, scope=self._frame, **options)
        return found

    def mapply(
        self,
        data: Database | xr.Dataset,
        func: Callable[..., Any],
        exprs: Expressions,
        **options: Any,
    ) -> pd.DataFrame:
        """Apply a function to the values of expressions inside each of these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        func : callable
            Gets one float64 array per expression, the values at the steps of the row.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``column``: name of the results; ``interval_keyword``: keyword under which `func` gets
            the coordinates of the row.

        Returns
        -------
        DataFrame, one row per interval, in their order
            Coordinates, then the results.

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.mapply(db, len, "d10")["value"].tolist()
        [10]
        """
        ask = questions_to(data).mapply
        found: pd.DataFrame = ask(func, exprs, scope=self._frame, **options)
        return found
