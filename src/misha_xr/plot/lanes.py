"""Where intervals are drawn: lanes without overlap for few, counts per bin for many."""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

__all__ = ["count_per_bin", "pack_lanes"]


def pack_lanes(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.int64]:
    """Put intervals in as few lanes as can be, so that none overlap in a lane.

    Parameters
    ----------
    starts, ends : ndarray of float64, shape (n,)
        Of one chromosome, any order; ends may have room for a label.

    Returns
    -------
    ndarray of int64, shape (n,)
        Lane of each interval, from 0.

    Examples
    --------
    >>> pack_lanes(np.array([0.0, 5.0, 10.0]), np.array([8.0, 9.0, 12.0]))
    array([0, 1, 0])
    """
    lanes = np.zeros(len(starts), dtype=np.int64)
    busy: list[tuple[float, int]] = []  # end, lane
    free: list[int] = []
    for row in np.lexsort((-ends, starts)).tolist():
        while busy and busy[0][0] <= starts[row]:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lane = heapq.heappop(free) if free else len(busy)
        lanes[row] = lane
        heapq.heappush(busy, (float(ends[row]), lane))
    return lanes


def count_per_bin(
    starts: NDArray[np.int64], ends: NDArray[np.int64], low: float, high: float, n_bins: int
) -> NDArray[np.int64]:
    """Count the intervals that meet each of some bins of equal width.

    Parameters
    ----------
    starts, ends : ndarray of int64, shape (n,)
        Of one chromosome, any order.
    low, high : float
        Where the first bin begins and the last one ends.
    n_bins : int
        Number of bins.

    Returns
    -------
    ndarray of int64, shape (n_bins,)
        Counts. Time O(n + n_bins), however long the intervals are.

    Examples
    --------
    >>> count_per_bin(np.array([0, 5]), np.array([10, 6]), 0, 20, 4)
    array([1, 2, 0, 0])
    """
    kept = (ends > low) & (starts < high)
    scale = n_bins / (high - low)
    first = np.floor((starts[kept] - low) * scale).astype(np.int64).clip(0, n_bins - 1)
    last = np.ceil((ends[kept] - low) * scale).astype(np.int64).clip(1, n_bins)
    steps = np.bincount(first, minlength=n_bins + 1) - np.bincount(last, minlength=n_bins + 1)
    return np.cumsum(steps)[:n_bins]
