"""Segments: where the values of bins change, told by rank-sum tests."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.rank_scans import find_segments
from misha_xr.database import Store
from misha_xr.errors import StatisticsError
from misha_xr.intervals import Intervals
from misha_xr.query.columns import Expressions
from misha_xr.query.iterators import FixedBins
from misha_xr.query.query import Query
from misha_xr.query.settings import Context
from misha_xr.query.step_values import BinRows, bin_query, bin_rows

__all__ = ["LEAST_SAMPLE", "cut_off", "rank_values", "segment"]

# Smaller samples make the normal approximation of the test unreliable.
LEAST_SAMPLE = 10


def segment(
    store: Store,
    expression: Expressions,
    min_segment: float,
    max_p: float = 0.05,
    **context: Unpack[Context],
) -> pd.DataFrame:
    """Cut a scope into segments whose values differ.

    Parameters
    ----------
    store : Store
        The database.
    expression : str
        One expression.
    min_segment : float
        Least length of a segment in base pairs, at least 9.5 bins.
    max_p : float
        Largest p-value, one-tailed, at which a segment ends, in [0, 1].
    **context
        scope, iterator, variables, vtracks, arrays; see `misha_xr.query.settings.Settings`. The
        iterator must be fixed bins. Overlapping and touching scope rows are united first.

    Returns
    -------
    DataFrame, shape (m, 3)
        `chrom`, `start`, `end` in genome order; together they cover the scope. A row of the scope
        with few values, or none, is one segment.

    Raises
    ------
    StatisticsError
        If a segment may have fewer than 10 bins, or `max_p` is no probability.
    IteratorError
        If the steps are not bins of one size.

    Notes
    -----
    With m bins in the least segment: a segment of at least m values grows until the rank-sum test
    (Mann and Whitney; normal approximation, no correction for ties) against the m values that
    follow gives a p-value of at most ``max_p``. The border is then the place, among m, where that
    value is smallest, right behind the last bin with a value. The last border of a scope row is
    left out, so that what remains belongs to the segment before it. Missing values are skipped.
    Source: misha query semantics, segmentation. Time O(n log n); memory of the longest scope row.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> found = segment(semantics_database().store, "d10", 100, scope="chr1")
    >>> found[["start", "end"]].to_numpy().tolist()
    [[0, 210], [210, 400], [400, 590], [590, 1000]]
    """
    cutoff = cut_off(max_p)
    query = bin_query(store, expression, "segmentation", **context)
    assert isinstance(query.iterator, FixedBins)
    least = _least_bins(min_segment, query.iterator.step)
    found = [_cut(query, rows, least, cutoff) for rows in bin_rows(query)]
    none = query.iterator.scope.intervals.take(slice(0, 0))
    codes = np.concatenate([none.codes, *(piece.codes for piece in found)])
    starts = np.concatenate([none.starts, *(piece.starts for piece in found)])
    ends = np.concatenate([none.ends, *(piece.ends for piece in found)])
    return store.genome.frame(codes, starts, ends)


def _least_bins(min_segment: float, step: int) -> int:
    bins = math.floor(min_segment / step + 0.5) if math.isfinite(min_segment) else 0
    if bins < LEAST_SAMPLE:
        raise StatisticsError(
            f"segments of {min_segment} bp may have {max(bins, 0)} bins of {step} bp; rank-sum "
            f"tests are unreliable below {LEAST_SAMPLE}",
            hint=f"min_segment must be at least {LEAST_SAMPLE * step}, or the bins smaller",
        )
    return bins


def _cut(query: Query, found: BinRows, least: int, cutoff: float) -> Intervals:
    """Return the segments of some scope rows."""
    assert isinstance(query.iterator, FixedBins)
    here = query.iterator.scope.intervals.take(found.rows)
    step = query.iterator.step
    known = np.flatnonzero(~np.isnan(found.values))
    offsets = np.searchsorted(known, found.offsets).astype(np.int64)
    ranks, n_ranks = rank_values(found.values[known])
    borders = np.empty(len(known) // least + 1, np.int64)
    counts = np.zeros(len(here), np.int64)
    n = find_segments(ranks, n_ranks, offsets, least, cutoff, borders, counts)
    rows = np.repeat(np.arange(len(here)), counts)
    bins = known[borders[:n] - 1] - found.offsets[rows]
    cuts = (here.starts[rows] // step + bins + 1) * step
    where = np.cumsum(counts) - counts  # cuts before each row
    starts = np.insert(cuts, where, here.starts)
    ends = np.insert(cuts, where + counts, here.ends)
    return Intervals(np.repeat(here.codes, counts + 1), starts, ends)


def rank_values(values: NDArray[np.float64]) -> tuple[NDArray[np.int32], int]:
    """Give values numbers by their size, equal ones the same.

    Parameters
    ----------
    values : float64 array, shape (n,)
        Without NaN.

    Returns
    -------
    ranks : int32 array, shape (n,)
        From 0.
    n_ranks : int
        Number of distinct values.

    Examples
    --------
    >>> rank_values(np.array([0.5, -1.0, 0.5]))
    (array([1, 0, 1], dtype=int32), 2)
    """
    distinct, ranks = np.unique(values, return_inverse=True)
    return ranks.astype(np.int32), len(distinct)


def cut_off(max_p: float, *, two_tailed: bool = False) -> float:
    """Return the number of standard deviations below which a test is significant.

    Parameters
    ----------
    max_p : float
        Largest p-value, in [0, 1].
    two_tailed : bool
        Whether p-values are doubled.

    Returns
    -------
    float
        -inf for 0, inf for 1.

    Raises
    ------
    StatisticsError
        If it is no probability.

    Examples
    --------
    >>> round(cut_off(0.05), 3), round(cut_off(0.05, two_tailed=True), 3), cut_off(0)
    (-1.645, -1.96, -inf)
    """
    if not isinstance(max_p, (int, float, np.number)) or not 0 <= max_p <= 1:
        raise StatisticsError(f"max_p must lie in [0, 1]; found {max_p!r}")
    if max_p == 1:
        return math.inf
    tail = float(max_p) / 2 if two_tailed else float(max_p)
    return NormalDist().inv_cdf(tail) if tail > 0 else -math.inf
