"""The sink of summaries: seven statistics per expression, added up in the order of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.statistics import add_to_summary, join_summaries, start_summary

__all__ = ["STATISTICS", "Moments", "SummaryPart", "SummarySink"]

STATISTICS = ("Total intervals", "NaN intervals", "Min", "Max", "Sum", "Mean", "Std dev")


@dataclass(frozen=True, slots=True)
class Moments:
    """Statistics under way.

    Attributes
    ----------
    state : float64 array, shape (6,)
        Values that are not NaN, NaN values, least, greatest, sum, sum of squared deviations.

    Examples
    --------
    >>> Moments.empty().series("x")["Total intervals"]
    np.float64(0.0)
    """

    state: NDArray[np.float64]

    @classmethod
    def empty(cls) -> Moments:
        """Begin with no values.

        Returns
        -------
        Moments
            Both counts 0.

        Examples
        --------
        >>> Moments.empty().state[:2].tolist()
        [0.0, 0.0]
        """
        state = np.empty(6)
        start_summary(state)
        return cls(state)

    def series(self, name: str) -> pd.Series[float]:
        """Return the seven statistics, labelled.

        Parameters
        ----------
        name : str
            Name of the series.

        Returns
        -------
        Series of float64, shape (7,)
            Labelled by `STATISTICS`. Without values Min to Std dev are NaN. Std dev divides by
            n - 1: it needs two values.

        Examples
        --------
        >>> part = SummaryPart(1)
        >>> part.add(None, 0, [np.array([1.0, 3.0, np.nan])])
        >>> part.moments[0].series("x").round(3).tolist()
        [3.0, 1.0, 1.0, 3.0, 4.0, 2.0, 1.414]
        """
        n, n_nan, least, greatest, total, squares = self.state.tolist()
        nan = float("nan")
        values = [n + n_nan, n_nan, nan, nan, nan, nan, nan]
        if n:
            values[2:6] = least, greatest, total, total / n
        if n > 1:
            values[6] = (squares / (n - 1)) ** 0.5
        return pd.Series(values, index=list(STATISTICS), name=name, dtype=np.float64)


class SummaryPart:
    """The statistics of one partition.

    Parameters
    ----------
    n_columns : int
        Number of expressions.

    Examples
    --------
    >>> part = SummaryPart(2)
    >>> part.add(None, 0, [np.array([1.0, 3.0]), np.array([np.nan, 5.0])])
    >>> [moments.series("x")["Sum"] for moments in part.moments]
    [np.float64(4.0), np.float64(5.0)]
    """

    def __init__(self, n_columns: int) -> None:
        self.moments = tuple(Moments.empty() for _ in range(n_columns))

    def targets(self, lo: int, hi: int) -> None:
        """Want no values kept.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Examples
        --------
        >>> SummaryPart(1).targets(0, 10)
        """

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Add the values of one block.

        Parameters
        ----------
        block : Block
            Not looked at: a summary asks for no coordinates.
        lo : int
            Number of the first step.
        values : sequence of array, shape (n,)
            One per expression; a logical counts as 0 or 1.

        Examples
        --------
        >>> part = SummaryPart(1)
        >>> part.add(None, 0, [np.array([True, False])])
        >>> part.moments[0].series("x")["Mean"]
        np.float64(0.5)
        """
        for moments, found in zip(self.moments, values, strict=True):
            numbers = np.ascontiguousarray(found, dtype=np.float64)
            add_to_summary(moments.state, numbers)


class SummarySink:
    """Add up the statistics of all partitions, in order.

    Parameters
    ----------
    n_columns : int
        Number of expressions.

    Examples
    --------
    >>> sink = SummarySink(1)
    >>> sink.combine(sink.part(0, 10))
    >>> sink.moments[0].series("x")["NaN intervals"]
    np.float64(0.0)
    """

    def __init__(self, n_columns: int) -> None:
        self._n_columns = n_columns
        self.moments = SummaryPart(n_columns).moments

    def part(self, lo: int, hi: int) -> SummaryPart:
        """Return a part without values.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Returns
        -------
        SummaryPart
            One `Moments` per expression.

        Examples
        --------
        >>> len(SummarySink(2).part(0, 10).moments)
        2
        """
        return SummaryPart(self._n_columns)

    def combine(self, part: SummaryPart) -> None:
        """Add the statistics of the next partition.

        Parameters
        ----------
        part : SummaryPart
            Filled. Parts must come in order for the same bits with any number of workers.

        Examples
        --------
        >>> sink = SummarySink(1)
        >>> for value in (1.0, 3.0):
        ...     part = sink.part(0, 1)
        ...     part.add(None, 0, [np.array([value])])
        ...     sink.combine(part)
        >>> sink.moments[0].series("x")["Mean"]
        np.float64(2.0)
        """
        for moments, found in zip(self.moments, part.moments, strict=True):
            join_summaries(moments.state, found.state)
