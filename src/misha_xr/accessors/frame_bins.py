"""`df.misha`: analyses of neighbouring bins inside the intervals of a table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import xarray as xr

from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.accessors.frame_queries import questions_to
from misha_xr.api import Database

__all__ = ["FrameBinAnalyses"]


class FrameBinAnalyses(FrameMethods):
    """Segments, windows that stand out and smoothing, with the table as scope."""

    def segment(
        self,
        data: Database | xr.Dataset,
        expression: str,
        min_segment: float,
        max_p: float = 0.05,
        **options: Any,
    ) -> pd.DataFrame:
        """Cut these intervals into segments whose values differ by rank-sum tests.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expression : str
            One expression.
        min_segment : float
            Least length of a segment in base pairs, about ten bins or more.
        max_p : float
            Largest one-tailed p-value at which a segment ends.
        **options
            ``iterator``, ``variables``, ``vtracks`` and the rest, as `Database.segment`.

        Returns
        -------
        DataFrame, shape (m, 3)
            `chrom`, `start`, `end` in genome order; together they cover the intervals.

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> here = intervals(("chr1", 0, 1000))
        >>> here.misha.segment(semantics_database(), "d10", 100)["end"].tolist()
        [210, 400, 590, 1000]
        """
        ask = questions_to(data).segment
        found: pd.DataFrame = ask(expression, min_segment, max_p, scope=self._frame, **options)
        return found

    def wilcox(
        self,
        data: Database | xr.Dataset,
        expression: str,
        window1: float,
        window2: float,
        max_p: float = 0.05,
        **options: Any,
    ) -> pd.DataFrame:
        """Find where a small sliding window differs from a large one inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expression : str
            One expression.
        window1, window2 : float
            Sizes in base pairs, in any order; at least nine bins each.
        max_p : float
            Largest p-value.
        **options
            ``two_tailed``, ``find``, ``iterator`` and the rest, as `Database.wilcox`.

        Returns
        -------
        DataFrame, shape (m, 4)
            `chrom`, `start`, `end`, `pval`, as `Database.wilcox`.

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> here = intervals(("chr1", 0, 1000))
        >>> here.misha.wilcox(semantics_database(), "d10", 100, 300)["end"].tolist()
        [1000]
        """
        ask = questions_to(data).wilcox
        found: pd.DataFrame = ask(expression, window1, window2, max_p, scope=self._frame, **options)
        return found

    def smooth(
        self, data: Database | xr.Dataset, expression: str, window: float, **options: Any
    ) -> pd.DataFrame:
        """Smooth the values of an expression inside these intervals.

        Parameters
        ----------
        data : Database or Dataset
            Where the tracks are.
        expression : str
            One expression.
        window : float
            Base pairs; half of it lies on either side of a bin.
        **options
            ``weights``, ``min_weight``, ``fill_gaps``, ``iterator`` and the rest, as
            `Database.smooth`.

        Returns
        -------
        DataFrame, shape (n_bins, 4)
            `chrom`, `start`, `end`, and one float64 column named by the expression.

        Examples
        --------
        >>> from misha_xr.testing.semantics import intervals, semantics_database
        >>> here = intervals(("chr1", 0, 30))
        >>> here.misha.smooth(semantics_database(), "d10", 20)["d10"].round(4).tolist()
        [0.3333, 1.0, 1.6667]
        """
        ask = questions_to(data).smooth
        found: pd.DataFrame = ask(expression, window, scope=self._frame, **options)
        return found
