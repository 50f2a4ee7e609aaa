"""Which scope rows are read together: runs of pairs of chromosomes with few objects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misha_xr.formats.object_tables import SMALL_TREE

__all__ = ["object_runs"]

Int64s = NDArray[np.int64]

_RUN_OBJECTS = 1 << 16  # 3 MB
_RUN_ROWS = 1 << 14


def object_runs(counts: Int64s) -> Int64s:
    """Cut scope rows into runs that are read together.

    Parameters
    ----------
    counts : int64 array, shape (n,)
        Objects of each row that is a whole pair of chromosomes; -1 for any other row.

    Returns
    -------
    int64 array, shape (r + 1,)
        Where the runs begin, and n. A row that is no whole pair, or has many objects, is a run of
        its own. Others share runs of some ten thousand objects and rows.

    Examples
    --------
    >>> object_runs(np.array([5, 0, 7, -1, -1, 3, 10_000, 2])).tolist()
    [0, 3, 4, 5, 6, 7, 8]
    """
    is_small = (counts >= 0) & (counts <= SMALL_TREE)
    before = np.cumsum(np.where(is_small, counts, 0)) - counts
    part, place = before // _RUN_OBJECTS, np.arange(len(counts)) // _RUN_ROWS
    begins = np.ones(len(counts), bool)
    begins[1:] = ~(is_small[1:] & is_small[:-1])
    begins[1:] |= (part[1:] != part[:-1]) | (place[1:] != place[:-1])
    return np.append(np.flatnonzero(begins), len(counts)).astype(np.int64)
