"""Set algebra of interval arrays, for all chromosomes at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misha_xr.intervals.arrays import Intervals
from misha_xr.intervals.ordering import is_sorted, sort_order


def merge(iv: Intervals, touching: bool = True) -> Intervals:
    """Return the union: sorted intervals that do not overlap and cover the same bases.

    Parameters
    ----------
    iv : Intervals
        Any order, may overlap.
    touching : bool
        Join intervals that touch as well as those that overlap.

    Returns
    -------
    Intervals
        In genome order.

    Notes
    -----
    Source: semantics of intervals, touching and overlapping. Time O(n) if sorted, else O(n log n).

    Examples
    --------
    >>> iv = Intervals(np.zeros(3, "i4"), np.array([20, 0, 5]), np.array([30, 10, 20]))
    >>> merge(iv).ends, merge(iv, touching=False).ends
    (array([30]), array([20, 30]))
    """
    if len(iv) < 2:
        return iv
    if not is_sorted(iv):
        iv = iv.take(sort_order(iv))
    shift = _shifts(iv)
    starts, reach = iv.starts + shift, np.maximum.accumulate(iv.ends + shift)
    is_head = np.empty(len(iv), dtype=bool)
    is_head[0] = True
    compare = np.greater if touching else np.greater_equal
    compare(starts[1:], reach[:-1], out=is_head[1:])
    if is_head.all():
        return iv
    heads = np.flatnonzero(is_head)
    tails = np.append(heads[1:], len(iv)) - 1
    return Intervals(iv.codes[heads], iv.starts[heads], reach[tails] - shift[tails])


def _shifts(iv: Intervals) -> NDArray[np.int64]:
    """Return what to add to sorted rows so that chromosomes follow each other, a base apart."""
    heads = np.append(0, np.flatnonzero(iv.codes[1:] != iv.codes[:-1]) + 1)
    spans = np.maximum.reduceat(iv.ends, heads) + 1
    n_rows = np.diff(np.append(heads, len(iv)))
    return np.repeat(np.cumsum(spans) - spans, n_rows)
