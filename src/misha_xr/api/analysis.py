"""Analyses of a whole scope as methods: the same for a Database, a Dataset and their like."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import pandas as pd
import xarray as xr

from misha_xr import query
from misha_xr.api.targets import with_target
from misha_xr.database import Store
from misha_xr.query import Expressions

__all__ = ["AnalysisMethods"]


class AnalysisMethods:
    """Statistics of expressions; what a class mixes in that knows its store and its defaults.

    Examples
    --------
    >>> import misha_xr
    >>> isinstance(misha_xr.example_database(), AnalysisMethods)
    True
    """

    __slots__ = ()

    @property
    @abstractmethod
    def store(self) -> Store:
        """The store below."""

    @abstractmethod
    def _question(self, exprs: Expressions, given: dict[str, Any]) -> dict[str, Any]:
        """Fill the keywords of a query with what the object brings along."""

    def _asked(
        self, exprs: Expressions, scope: Any, iterator: Any, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Fill the keywords of an analysis; a wrong type of `vtracks` is told first."""
        query.check_mapping("vtracks", options.get("vtracks"))
        unset = {"band": None, "variables": None, "vtracks": None}
        given = {**unset, **options, "scope": scope, "iterator": iterator}
        return self._question(exprs, given)

    def quantiles(
        self,
        exprs: Expressions,
        q: Any = 0.5,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.Series[float] | pd.DataFrame:
        """Compute quantiles of expressions over a scope.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names.
        q : float or sequence of float
            Between 0 and 1, in any order.
        scope, iterator
            As for `extract`; overlapping and touching scope rows are united first.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``max_values``:
            values kept in memory at most, on which no answer depends.

        Returns
        -------
        Series, or DataFrame with one column per expression if `exprs` is not a str
            float64, labelled by ``q`` in its order: interpolated at rank ``q * (n - 1)`` of the n
            values that are not NaN. Exact for any number of values.

        Raises
        ------
        StatisticsError
            If ``q`` is empty or not between 0 and 1.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.quantiles("d10", [0.9, 0.5], scope="chr1:0-100").tolist()
        [8.3, 3.5]
        """
        asked = self._asked(exprs, scope, iterator, options)
        return query.quantiles(self.store, exprs, q, **asked)

    def dist(
        self,
        exprs: Expressions,
        breaks: Any,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> xr.DataArray:
        """Count the steps whose values fall in each bin.

        Parameters
        ----------
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names. Several are counted together, an axis each.
        breaks : sequence of float, or one such sequence per expression
            Bins are ``(b[k], b[k + 1]]``.
        scope, iterator
            As for `extract`; overlapping and touching scope rows are united first.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``include_lowest``:
            close the first bin on the left.

        Returns
        -------
        DataArray of int64, shape (n_bins, ...)
            One dimension per expression, with its bins as coordinate: ``sel`` finds the bin of a
            value. Steps with NaN or a value outside the bins are not counted.

        Raises
        ------
        StatisticsError
            If breaks are not at least two increasing numbers per expression.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.dist("d10", [0, 5, 10, 20], scope="chr1").values.tolist()
        [4, 4, 10]
        """
        asked = self._asked(exprs, scope, iterator, options)
        return query.dist(self.store, exprs, breaks, **asked)

    @with_target
    def partition(
        self,
        expression: Expressions,
        breaks: Any,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Cut a scope into intervals labelled by the bin of an expression.

        Parameters
        ----------
        expression : str
            One expression.
        breaks : sequence of float
            Bins are ``(b[k], b[k + 1]]``.
        scope, iterator
            As for `extract`; overlapping and touching scope rows are united first.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``include_lowest``:
            close the first bin on the left.
            ``out``, ``overwrite``: write the table instead, as `extract` does.

        Returns
        -------
        DataFrame, shape (m, 4)
            `chrom`, `start`, `end`, `bin` (int64, from 1), in genome order; touching steps of one
            bin are joined, steps outside the bins left out.

        Raises
        ------
        StatisticsError
            If breaks are not at least two increasing numbers.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.partition("d10", [0, 5, 10, 20], scope="chr1")["end"].tolist()
        [50, 110, 210]
        """
        asked = self._asked(expression, scope, iterator, options)
        return query.partition(self.store, expression, breaks, **asked)

    @with_target
    def lookup(
        self,
        table: Any,
        exprs: Expressions,
        breaks: Any = None,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Replace the values of expressions by entries of a table.

        Parameters
        ----------
        table : array of float, or DataArray, shape (n_bins, ...)
            One entry per cell of the binned expressions.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names.
        breaks : sequence of float, or one such sequence per expression, optional
            Bins are ``(b[k], b[k + 1]]``. Default: the bins that label a DataArray.
        scope, iterator
            As for `extract`; overlapping scope rows are walked one by one.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``include_lowest``:
            close the first bin on the left; ``force_binning`` (default True): values beyond the
            bins lie in the outermost ones.
            ``out``, ``overwrite``: write the table instead, as `extract` does.

        Returns
        -------
        DataFrame, shape (n_steps, 5)
            `chrom`, `start`, `end`, `value` (float64), `intervalID`. NaN where an expression is NaN
            or, without ``force_binning``, outside the bins.

        Raises
        ------
        StatisticsError
            If the table has not one entry per cell, or breaks are not increasing.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.lookup([10, 20], "d10", [0, 5, 10], scope="chr1:40-90")["value"].tolist()
        [10.0, nan, nan, 20.0, 20.0]
        """
        asked = self._asked(exprs, scope, iterator, options)
        return query.lookup(self.store, table, exprs, breaks, **asked)

    def sample(
        self,
        expression: Expressions,
        n: int,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.Series[float]:
        """Draw values of an expression, uniformly and without replacement.

        Parameters
        ----------
        expression : str
            One expression.
        n : int
            How many.
        scope, iterator
            As for `extract`; overlapping and touching scope rows are united first.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``seed``: an int or
            a ``numpy.random.Generator``; the same seed gives the same sample.

        Returns
        -------
        Series of float64, shape (<= n,)
            In random order; none is NaN.

        Raises
        ------
        StatisticsError
            If ``n`` is less than 1.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> len(db.sample("d10", 200, scope="chr1", seed=1))
        98
        """
        asked = self._asked(expression, scope, iterator, options)
        return query.sample(self.store, expression, n, **asked)

    def cor(
        self,
        exprs: Expressions,
        scope: Any = None,
        iterator: Any = None,
        **options: Any,
    ) -> pd.Series[float] | pd.DataFrame:
        """Correlate pairs of expressions over a scope.

        Parameters
        ----------
        exprs : list of str, or dict of str to str
            An even number: the first with the second, the third with the fourth, and so on.
        scope, iterator
            As for `extract`; overlapping and touching scope rows are united first.
        **options
            ``band``, ``variables``, ``vtracks`` and the rest, as for `extract`; ``method``:
            ``"pearson"``, ``"spearman"`` or ``"spearman.exact"``; ``details``: return all
            statistics; ``labels``: one per pair.

        Returns
        -------
        Series of float64, or DataFrame with ``details``
            One per pair. NaN if a member does not vary. Steps where either is NaN are left out.

        Raises
        ------
        StatisticsError
            If the number of expressions is odd or zero.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> db = semantics_database()
        >>> db.cor(["d10", "-d10"], scope="chr1").tolist()
        [-1.0]
        """
        asked = self._asked(exprs, scope, iterator, options)
        return query.cor(self.store, exprs, **asked)
