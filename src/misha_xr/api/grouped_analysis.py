"""Analyses by bin and by interval as methods: the same for a Database, a Dataset and their like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr import query
from misha_xr.api.analysis import AnalysisMethods
from misha_xr.api.targets import with_target
from misha_xr.query import Expressions

__all__ = ["GroupedAnalysisMethods"]


class GroupedAnalysisMethods(AnalysisMethods):
    """Statistics of expressions in bins of others, and in each scope row.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), GroupedAnalysisMethods)
    True
    """

    __slots__ = ()

    def bins_summary(
        self,
        exprs: Expressions,
        breaks: Any,
        value: str | None = None,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> xr.DataArray:
        """Summarise an expression inside each bin of others.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names. They choose the bin.
        breaks : sequence of float, or one such sequence per expression
            Bins are ``(b[k], b[k + 1]]``.
        value : str, optional
            The expression to summarise. Default: the first that chooses the bin.
        scope, iterator
            As for `extract`; overlapping and touching scope rows are united first.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``include_lowest``:
            close the first bin on the left.

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
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.bins_summary("d10", [0, 5], "2 * d10", "chr1").sel(statistic="Mean").values.tolist()
        [5.0]
        """
        asked = self._asked(_together(exprs, value), scope, iterator, options)
        return query.bins_summary(self.store, exprs, breaks, value, **asked)

    def bins_quantiles(
        self,
        exprs: Expressions,
        breaks: Any,
        value: str | None = None,
        q: Any = 0.5,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> xr.DataArray:
        """Compute quantiles of an expression inside each bin of others.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names. They choose the bin.
        breaks : sequence of float, or one such sequence per expression
            Bins are ``(b[k], b[k + 1]]``.
        value : str, optional
            The expression whose quantiles are asked. Default: the first that chooses the bin.
        q : float or sequence of float
            Between 0 and 1, in any order.
        scope, iterator
            As for `extract`; overlapping and touching scope rows are united first.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``include_lowest``:
            close the first bin on the left; ``max_values``: values inside bins at most.

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
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.bins_quantiles("d10", [0, 5, 10], q=1, scope="chr1").values.tolist()
        [[4.0], [10.0]]
        """
        asked = self._asked(_together(exprs, value), scope, iterator, options)
        return query.bins_quantiles(self.store, exprs, breaks, value, q, **asked)

    @with_target
    def interval_summary(
        self,
        expression: Expressions,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Summarise the values of an expression inside every scope row.

        Parameters
        ----------
        expression : str
            One expression.
        scope, iterator
            As for `extract`; overlapping scope rows are walked one by one.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`.
            ``out``, ``overwrite``: write the table instead, as `extract` does.

        Returns
        -------
        DataFrame, one row per scope row, in the caller's order
            Coordinates, then Total intervals, NaN intervals, Min, Max, Sum, Mean, Std dev
            (float64).

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.interval_summary("d10", "iset")["Mean"].tolist()
        [14.5, 32.0, 1.5]
        """
        asked = self._asked(expression, scope, iterator, options)
        return query.interval_summary(self.store, expression, **asked)

    @with_target
    def interval_quantiles(
        self,
        expression: Expressions,
        q: Any = 0.5,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Compute quantiles of an expression inside every scope row.

        Parameters
        ----------
        expression : str
            One expression.
        q : float or sequence of float
            Between 0 and 1, in any order.
        scope, iterator
            As for `extract`; overlapping scope rows are walked one by one.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``max_values``:
            values of one row kept in memory at most, on which no answer depends.
            ``out``, ``overwrite``: write the table instead, as `extract` does.

        Returns
        -------
        DataFrame, one row per scope row, in the caller's order
            Coordinates, then one float64 column per quantile, named by its text (``"0.25"``).

        Raises
        ------
        StatisticsError
            If ``q`` is empty or not between 0 and 1.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.interval_quantiles("d10", 0.5, "iset")["0.5"].tolist()
        [14.5, 32.0, 1.5]
        """
        asked = self._asked(expression, scope, iterator, options)
        return query.interval_quantiles(self.store, expression, q, **asked)

    @with_target
    def mapply(
        self,
        func: Callable[..., Any],
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Apply a function to the values of expressions inside every scope row.

        Parameters
        ----------
        func : callable
            Gets one float64 array per expression, the values at the steps of the row.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names.
        scope, iterator
            As for `extract`; overlapping scope rows are walked one by one.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``column``: name of
            the results; ``interval_keyword``: keyword under which `func` gets the coordinates of
            the row.
            ``out``, ``overwrite``: write the table instead, as `extract` does.

        Returns
        -------
        DataFrame, one row per scope row, in the caller's order
            Coordinates, then the results.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.mapply(len, "d10", "iset")["value"].tolist()
        [10, 5, 5]
        """
        asked = self._asked(exprs, scope, iterator, options)
        return query.mapply(self.store, func, exprs, **asked)


def _together(exprs: Expressions, value: str | None) -> list[str]:
    """List all expressions of a question."""
    texts = exprs.values() if isinstance(exprs, Mapping) else exprs
    listed = [texts] if isinstance(texts, str) else list(texts)
    return listed if value is None else [*listed, value]
