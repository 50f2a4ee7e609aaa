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
    """

    state: NDArray[np.float64]

    @classmethod
    def empty(cls) -> Moments:
        """Begin with no values."""
        state = np.empty(6)
        start_summary(state)
        return cls(state)

    def series(self, name: str) -> pd.Series[float]:
        """Return the seven statistics, labelled."""
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
    """

    def __init__(self, n_columns: int) -> None:
        self.moments = tuple(Moments.empty() for _ in range(n_columns))

    def targets(self, lo: int, hi: int) -> None:
        """Want no values kept."""

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Add the values of one block."""
        for moments, found in zip(self.moments, values, strict=True):
            numbers = np.ascontiguousarray(found, dtype=np.float64)
            add_to_summary(moments.state, numbers)


class SummarySink:
    """Add up the statistics of all partitions, in order.

    Parameters
    ----------
    n_columns : int
        Number of expressions.
    """

    def __init__(self, n_columns: int) -> None:
        self._n_columns = n_columns
        self.moments = SummaryPart(n_columns).moments

    def part(self, lo: int, hi: int) -> SummaryPart:
        """Return a part without values."""
        return SummaryPart(self._n_columns)

    def combine(self, part: SummaryPart) -> None:
        """Add the statistics of the next partition."""
        for moments, found in zip(self.moments, part.moments, strict=True):
            join_summaries(moments.state, found.state)
