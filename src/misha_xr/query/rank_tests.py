"""Sliding rank-sum tests: where a small window stands out from a large one around it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.rank_scans import find_outstanding
from misha_xr.database import Store
from misha_xr.errors import StatisticsError, check_one_of
from misha_xr.intervals import Intervals, merge
from misha_xr.query.columns import Expressions
from misha_xr.query.iterators import FixedBins
from misha_xr.query.query import Query
from misha_xr.query.segments import LEAST_SAMPLE, cut_off, rank_values
from misha_xr.query.settings import Context
from misha_xr.query.step_values import BinRows, bin_query, bin_rows

__all__ = ["half_window", "wilcox"]

Float64s = NDArray[np.float64]

_DIRECTIONS = {"peaks": 1, "troughs": -1, "both": 0}


def wilcox(
    store: Store,
    expression: Expressions,
    window1: float,
    window2: float,
    max_p: float = 0.05,
    *,
    two_tailed: bool = False,
    find: Literal["peaks", "troughs", "both"] = "peaks",
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Find where the values of a small window differ from those of a large one around it.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    window1, window2 : float
        Sizes of the windows in base pairs, in any order; each at least 9 bins.
    max_p : float
        Largest p-value, in [0, 1].
    two_tailed : bool
        Double the p-values.
    find : {"peaks", "troughs", "both"}
        Small windows that lie higher, lower, or either.
    **context
        scope, iterator, variables, vtracks, arrays; see `misha_xr.query.settings.Settings`. The
        iterator must be fixed bins. Overlapping and touching scope rows are united first.

    Returns
    -------
    DataFrame, shape (m, 4)
        `chrom`, `start`, `end` in genome order, disjoint and apart; `pval`, float64: the smallest
        p-value of each. May be empty.

    Raises
    ------
    StatisticsError
        If a window has fewer than 10 bins, or `max_p` is no probability.
    IteratorError
        If the steps are not bins of one size.

    Notes
    -----
    Around every bin with a value lie windows of ``2 a + 1`` bins, ``a = floor(size / (2 bin) +
    0.5)``, cut at the ends of the scope row; the large one includes the small one. Both need 10
    values. z is that of Mann and Whitney's test in its normal approximation, ties counted half,
    without a correction for them. Bins that pass are widened by the a of the small window, cut at
    the ends of the chromosome, and joined where they touch.
    Source: misha query semantics, sliding tests. Time O(n log w); memory of the longest scope row.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> found = wilcox(semantics_database().store, "d10", 100, 300, scope="chr1")
    >>> found[["start", "end"]].to_numpy().tolist(), found["pval"].round(7).tolist()
    ([[880, 1000]], [0.0139139])
    """
    check_one_of("find", find, list(_DIRECTIONS))
    cutoff = cut_off(max_p, two_tailed=two_tailed)
    query = bin_query(store, expression, "a sliding test", **context)
    assert isinstance(query.iterator, FixedBins)
    halves = sorted(half_window(size, query.iterator.step) for size in (window1, window2))
    for size in (window1, window2):
        _check_samples(size, query.iterator.step)
    runs = _Runs(query, halves[0], halves[1], _DIRECTIONS[find], cutoff)
    found, deviations = _joined(list(runs.all()))
    tails = 2.0 if two_tailed else 1.0
    frame = store.genome.frame(found.codes, found.starts, found.ends)
    return frame.assign(pval=[tails * _tail(z) for z in deviations.tolist()])


def half_window(size: float, step: int) -> int:
    """Return how many bins a window reaches to either side of its centre.

    Parameters
    ----------
    size : float
        Base pairs.
    step : int
        Bin size.

    Returns
    -------
    int
        ``floor(size / (2 step) + 0.5)``.

    Raises
    ------
    StatisticsError
        If the size is not a positive number.

    Examples
    --------
    >>> half_window(100, 10), half_window(95, 10), half_window(5, 10)
    (5, 5, 0)
    """
    if not isinstance(size, (int, float, np.number)) or not 0 < size < math.inf:
        raise StatisticsError(f"a window must have a positive size in base pairs; found {size!r}")
    return math.floor(0.5 * float(size) / step + 0.5)


def _check_samples(size: float, step: int) -> None:
    n_bins = 2 * half_window(size, step) + 1
    if n_bins < LEAST_SAMPLE:
        raise StatisticsError(
            f"a window of {size} bp has {n_bins} bins of {step} bp; the test needs {LEAST_SAMPLE}",
            hint=f"windows must be at least {(LEAST_SAMPLE - 1) * step} bp, or the bins smaller",
        )


class _Runs:
    """Runs of bins that pass, scope row by scope row."""

    def __init__(
        self, query: Query, half_small: int, half_large: int, direction: int, cutoff: float
    ) -> None:
        self._query, self._halves = query, (half_small, half_large)
        self._direction, self._cutoff = direction, cutoff

    def all(self) -> Iterator[tuple[Intervals, Float64s]]:
        """Yield intervals, widened and cut, with the least z of each."""
        return (self._some(found) for found in bin_rows(self._query))

    def _some(self, found: BinRows) -> tuple[Intervals, Float64s]:
        iterator = self._query.iterator
        assert isinstance(iterator, FixedBins)
        here, sizes = iterator.scope.intervals.take(found.rows), iterator.scope.genome.sizes
        rows, firsts, lasts, least = self._scan(found)
        first_bin, half = here.starts[rows] // iterator.step, self._halves[0]
        codes = here.codes[rows]
        starts = np.maximum((first_bin + firsts - half) * iterator.step, 0)
        ends = (first_bin + lasts + half + 1) * iterator.step
        return Intervals(codes, starts, np.minimum(ends, sizes[codes])), least

    def _scan(
        self, found: BinRows
    ) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64], Float64s]:
        """Return row, first and last bin, and the least z of every run."""
        known = ~np.isnan(found.values)
        ranks = np.full(len(known), -1, np.int32)
        ranks[known], n_ranks = rank_values(found.values[known])
        counts = np.zeros(len(found.offsets) - 1, np.int64)
        most = len(known) // (2 * self._halves[0] + 2) + len(counts)
        firsts, lasts, least = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most)
        n = find_outstanding(
            ranks, n_ranks, found.offsets, *self._halves, self._direction, self._cutoff,
            LEAST_SAMPLE, firsts, lasts, least, counts,
        )  # fmt: skip
        rows = np.repeat(np.arange(len(counts)), counts)
        return rows, firsts[:n], lasts[:n], least[:n]


def _joined(pieces: list[tuple[Intervals, Float64s]]) -> tuple[Intervals, Float64s]:
    """Join intervals that touch, also those of two scope rows; keep the least z."""
    columns = [(iv.codes, iv.starts, iv.ends, least) for iv, least in pieces]
    if not sum(len(least) for *_, least in columns):
        none = np.empty(0, np.int64)
        return Intervals(none.astype(np.int32), none, none), np.empty(0)
    codes, starts, ends, least = (np.concatenate(column) for column in zip(*columns, strict=True))
    joined, mapping = merge(Intervals(codes, starts, ends), return_mapping=True)
    smallest = np.full(len(joined), math.inf)
    np.minimum.at(smallest, mapping, least)
    return joined, smallest


def _tail(z: float) -> float:
    """Return the probability below z of a normal distribution, exact also far out."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))
