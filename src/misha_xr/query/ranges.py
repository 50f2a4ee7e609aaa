"""Offsets of runs laid one after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cumulate"]

Int64s = NDArray[np.int64]


def cumulate(counts: Int64s) -> Int64s:
    """Return how many items come before each run, and the total as last item.

    Parameters
    ----------
    counts : int64 array, shape (m,)
        Length of each run.

    Returns
    -------
    int64 array, shape (m + 1,)
        Begins with 0.

    Examples
    --------
    >>> cumulate(np.array([2, 3])).tolist()
    [0, 2, 5]
    """
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets
