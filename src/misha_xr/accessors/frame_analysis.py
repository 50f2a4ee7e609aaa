"""`df.misha`: statistics of expressions inside the intervals of a table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import xarray as xr

from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.accessors.frame_queries import questions_to
from misha_xr.api import Database
from misha_xr.query import Expressions

__all__ = ["FrameAnalyses"]


class FrameAnalyses(FrameMethods):
    """Analyses whose scope is the table."""

    def quantiles(
        self,
        data: Database | xr.Dataset,
        exprs: Expressions,
        q: Any = 0.5,
        **options: Any,
    ) -> pd.Series[float] | pd.DataFrame:
        """Compute quantiles of expressions inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names.
        q : float or sequence of float
            Between 0 and 1, in any order.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``max_values``: values kept in memory at most, on which no answer depends.

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
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.quantiles(db, "d10", [0.9, 0.5]).tolist()
        [8.3, 3.5]
        """
        ask = questions_to(data).quantiles
        found: pd.Series[float] | pd.DataFrame = ask(exprs, q, scope=self._frame, **options)
        return found

    def dist(
        self,
        data: Database | xr.Dataset,
        exprs: Expressions,
        breaks: Any,
        **options: Any,
    ) -> xr.DataArray:
        """Count the steps whose values fall in each bin, inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names. Several are counted together, an axis each.
        breaks : sequence of float, or one such sequence per expression
            Bins are ``(b[k], b[k + 1]]``.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``include_lowest``: close the first bin on the left.

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
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.dist(db, "d10", [0, 5, 10]).values.tolist()
        [4, 3]
        """
        ask = questions_to(data).dist
        found: xr.DataArray = ask(exprs, breaks, scope=self._frame, **options)
        return found

    def partition(
        self,
        data: Database | xr.Dataset,
        expression: Expressions,
        breaks: Any,
        **options: Any,
    ) -> pd.DataFrame:
        """Cut these intervals into intervals labelled by the bin of an expression.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expression : str
            One expression.
        breaks : sequence of float
            Bins are ``(b[k], b[k + 1]]``.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``include_lowest``: close the first bin on the left.

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
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.partition(db, "d10", [0, 5, 10])["end"].tolist()
        [50, 100]
        """
        ask = questions_to(data).partition
        found: pd.DataFrame = ask(expression, breaks, scope=self._frame, **options)
        return found

    def lookup(
        self,
        data: Database | xr.Dataset,
        table: Any,
        exprs: Expressions,
        breaks: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Replace the values of expressions by entries of a table.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        table : array of float, or DataArray, shape (n_bins, ...)
            One entry per cell of the binned expressions.
        exprs : str, list of str, or dict of str to str
            Expressions; a dict gives names.
        breaks : sequence of float, or one such sequence per expression, optional
            Bins are ``(b[k], b[k + 1]]``. Default: the bins that label a DataArray.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``include_lowest``: close the first bin on the left; ``force_binning`` (default True):
            values beyond the bins lie in the outermost ones.

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
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.lookup(db, [10, 20], "d10", [0, 5, 10])["value"].tolist()[4:8]
        [10.0, nan, nan, 20.0]
        """
        ask = questions_to(data).lookup
        found: pd.DataFrame = ask(table, exprs, breaks, scope=self._frame, **options)
        return found

    def sample(
        self,
        data: Database | xr.Dataset,
        expression: Expressions,
        n: int,
        **options: Any,
    ) -> pd.Series[float]:
        """Draw values of an expression, uniformly and without replacement.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expression : str
            One expression.
        n : int
            How many.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`; ``seed``:
            an int or a ``numpy.random.Generator``; the same seed gives the same sample.

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
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> len(here.misha.sample(db, "d10", 200, seed=1))
        8
        """
        ask = questions_to(data).sample
        found: pd.Series[float] = ask(expression, n, scope=self._frame, **options)
        return found

    def cor(
        self,
        data: Database | xr.Dataset,
        exprs: Expressions,
        **options: Any,
    ) -> pd.Series[float] | pd.DataFrame:
        """Correlate pairs of expressions inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        exprs : list of str, or dict of str to str
            An even number: the first with the second, the third with the fourth, and so on.
        **options
            ``iterator``, ``band``, ``variables``, ``vtracks`` and the rest, as `extract`;
            ``method``: ``"pearson"``, ``"spearman"`` or ``"spearman.exact"``; ``details``: return
            all statistics; ``labels``: one per pair.

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
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> db, here = semantics_database(), intervals(("chr1", 0, 100))
        >>> here.misha.cor(db, ["d10", "-d10"]).tolist()
        [-1.0]
        """
        ask = questions_to(data).cor
        found: pd.Series[float] | pd.DataFrame = ask(exprs, scope=self._frame, **options)
        return found
