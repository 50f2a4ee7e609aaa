"""Smoothing: weighted means of neighbouring bins, as values that a table or a track can take."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.smoothing import smooth_rows
from misha_xr.database import Store
from misha_xr.errors import StatisticsError, check_one_of
from misha_xr.query.columns import Expressions
from misha_xr.query.coordinates import Coordinates
from misha_xr.query.frames import table_frame
from misha_xr.query.iterators import FixedBins
from misha_xr.query.query import Query
from misha_xr.query.rank_tests import half_window
from misha_xr.query.settings import Context
from misha_xr.query.step_values import BinRows, bin_query, bin_rows
from misha_xr.query.table import TableLayout, TablePart

__all__ = ["Smoothing", "smooth", "smooth_values"]

Weights = Literal["ramp", "mean"]
_WEIGHTS = ("ramp", "mean")


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How neighbours count.

    Attributes
    ----------
    window : float
        Base pairs; a bin sees ``floor(window / (2 bin) + 0.5)`` neighbours on either side.
    weights : {"ramp", "mean"}
        Falling linearly with the distance, or all alike.
    min_weight : float
        Least weight of bins with a value: in units of the weight of the centre for ``"ramp"``, in
        bins for ``"mean"``.
    fill_gaps : bool
        Give bins without a value that of their neighbours.

    Examples
    --------
    >>> Smoothing(40).half(10), Smoothing(40).least_weight(10)
    (2, 0.0)
    """

    window: float
    weights: Weights = "ramp"
    min_weight: float = 0.0
    fill_gaps: bool = False

    def __post_init__(self) -> None:
        """Check what can be checked without bins."""
        check_one_of("weights", self.weights, list(_WEIGHTS))
        half_window(self.window, 1)
        weight: object = self.min_weight
        if not isinstance(weight, (int, float, np.number)) or math.isnan(weight):
            raise StatisticsError(f"min_weight must be a number; found {weight!r}")

    def half(self, step: int) -> int:
        """Return how many neighbours a bin sees on either side.

        Parameters
        ----------
        step : int
            Bin size in base pairs.

        Returns
        -------
        int
            0: values stay as they are.

        Examples
        --------
        >>> Smoothing(1000).half(100)
        5
        """
        return half_window(self.window, step)

    def least_weight(self, step: int) -> float:
        """Return the least sum of weights, in the units of the sum.

        Parameters
        ----------
        step : int
            Bin size in base pairs.

        Returns
        -------
        float
            Below it a value is missing.

        Examples
        --------
        >>> Smoothing(40, min_weight=3).least_weight(10)
        9.0
        """
        scale = self.half(step) + 1 if self.weights == "ramp" else 1
        return float(self.min_weight) * scale

    def apply(self, found: BinRows, step: int) -> NDArray[np.float64]:
        """Smooth the values of whole scope rows.

        Parameters
        ----------
        found : BinRows
            Rows do not see one another.
        step : int
            Bin size in base pairs.

        Returns
        -------
        float64 array, shape (n,)
            New memory.

        Examples
        --------
        >>> row = BinRows(slice(0, 1), np.array([0, 3]), np.array([0.0, 3.0, np.nan]))
        >>> Smoothing(20).apply(row, 10).tolist()
        [1.0, 2.0, nan]
        """
        out = np.empty(len(found.values))
        is_ramp, half = self.weights == "ramp", self.half(step)
        if not is_ramp:  # equal weights do not depend on the window beyond the row
            half = min(half, int(np.diff(found.offsets).max(initial=0)))
        values = np.ascontiguousarray(found.values)
        least = self.least_weight(step)
        smooth_rows(values, found.offsets, half, is_ramp, least, self.fill_gaps, out)
        return out


def smooth(
    store: Store,
    expression: Expressions,
    window: float,
    *,
    weights: Weights = "ramp",
    min_weight: float = 0.0,
    fill_gaps: bool = False,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Smooth the values of an expression along the genome.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    window : float
        Base pairs; a bin sees ``a = floor(window / (2 bin) + 0.5)`` neighbours on either side.
    weights : {"ramp", "mean"}
        ``a + 1 - k`` for the k-th neighbour, or 1 for all.
    min_weight : float
        A bin is missing unless the weights of bins with a value sum up to so much: times ``a + 1``
        for ``"ramp"``. So ``a + 1`` asks for full windows with ``"ramp"``, ``2 a + 1`` with
        ``"mean"``.
    fill_gaps : bool
        Give bins without a value that of their neighbours; else they stay missing.
    **context
        scope, iterator, variables, vtracks, arrays, names; see `misha_xr.query.settings.Settings`.
        The iterator must be fixed bins. Overlapping and touching scope rows are united first;
        windows end at the ends of a row.

    Returns
    -------
    DataFrame, shape (n_bins, 4)
        `chrom`, `start`, `end`, and one float64 column named by the expression.

    Raises
    ------
    StatisticsError
        If the window is no positive number.
    IteratorError
        If the steps are not bins of one size.

    Notes
    -----
    Source: misha query semantics, smoothing. Time O(n) for any window.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> found = smooth(semantics_database().store, "d10", 40, scope="chr1:0-90")
    >>> found["d10"].round(4).tolist()
    [0.6667, 1.25, 2.0, 2.75, 3.3333, nan, nan, 7.4, 7.6]
    """
    smoothing = Smoothing(window, weights, min_weight, fill_gaps)
    query = bin_query(store, expression, "smoothing", **context)
    whole = TablePart.empty(0, query.iterator.n_steps, TableLayout.of(query, with_rows=False))
    assert isinstance(query.iterator, FixedBins)
    assert isinstance(whole.where, Coordinates)
    if query.iterator.n_steps:
        query.iterator.block(0, query.iterator.n_steps).write(whole.where)
    for first, values in smooth_values(query, smoothing):
        whole.values[0][first : first + len(values)] = values
    return table_frame(query, whole, None)


def smooth_values(query: Query, smoothing: Smoothing) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield smoothed values in the order of the steps: what a table or a writer of tracks takes.

    Parameters
    ----------
    query : Query
        As `bin_query` builds it.
    smoothing : Smoothing
        How.

    Yields
    ------
    first : int
        Number of the first step.
    values : float64 array, shape (n,)
        One per step, whole scope rows.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> query = bin_query(semantics_database().store, "d10", "smoothing", scope="chr2")
    >>> [(first, len(values)) for first, values in smooth_values(query, Smoothing(40))]
    [(0, 60)]
    """
    assert isinstance(query.iterator, FixedBins)
    offsets, step = query.iterator.offsets, query.iterator.step
    for found in bin_rows(query):
        yield int(offsets[found.rows.start]), smoothing.apply(found, step)
