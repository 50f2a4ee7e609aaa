"""Outlines of intervals: boxes with a tip where the strand points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["arrow_outlines"]


def arrow_outlines(
    starts: NDArray[Any],
    ends: NDArray[Any],
    strands: NDArray[np.int8],
    bottoms: NDArray[Any],
    height: float,
    head: float,
) -> NDArray[np.float64]:
    """Return the outline of each interval.

    Parameters
    ----------
    starts, ends : ndarray, shape (n,)
        Base pairs.
    strands : ndarray of int8, shape (n,)
        1: a tip at the end; -1: a tip at the start; 0: none.
    bottoms : ndarray, shape (n,)
        Lower edges.
    height : float
        Of all of them.
    head : float
        Length of a tip in base pairs; no more than the interval has.

    Returns
    -------
    ndarray of float64, shape (n, 5, 2)
        Corners (x, y).

    Examples
    --------
    >>> one, minus = np.array([0]), np.array([-1], np.int8)
    >>> arrow_outlines(one, one + 10, minus, one, 1.0, 2.0)[0, :, 0].tolist()
    [2.0, 10.0, 10.0, 2.0, 0.0]
    """
    lo, hi = starts.astype(float), ends.astype(float)
    tip = np.minimum(head, hi - lo)
    left = np.where(strands < 0, lo + tip, lo)
    right = np.where(strands > 0, hi - tip, hi)
    middle = np.where(strands < 0, lo, hi)
    top, mid = bottoms + height, bottoms + height / 2
    ahead = [(left, bottoms), (right, bottoms), (middle, mid), (right, top), (left, top)]
    behind = [(left, bottoms), (right, bottoms), (right, top), (left, top), (middle, mid)]
    is_minus = (strands < 0)[:, None, None]
    one, two = (np.stack([np.stack(point, axis=1) for point in p], axis=1) for p in (ahead, behind))
    return np.where(is_minus, two, one)
