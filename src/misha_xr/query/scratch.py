"""Scratch columns that scans use again: fresh memory costs a page fault every 4 kB.

The allocator gives large blocks back to the system at once, and a query over several tracks would
touch new pages in every partition: measured, that is four times the work of the query itself.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from misha_xr.forks import fork_lock, on_fork

__all__ = ["borrow"]

_N_KEPT, _KEPT_STEPS = 8, 1 << 18  # 16 MB in all
_MIN_STEPS = 1 << 14  # below, the allocator keeps memory by itself

_kept: list[NDArray[np.float64]] = []
_lock = fork_lock()
on_fork(_kept.clear)


def borrow(n: int) -> NDArray[np.float64]:
    """Return a column with undefined contents that nobody else uses.

    Parameters
    ----------
    n : int
        Number of items.

    Returns
    -------
    float64 array, shape (n,)
        Used again once the caller, and whoever got a view of it, has let it go.

    Examples
    --------
    >>> first, second = borrow(20_000), borrow(20_000)
    >>> np.shares_memory(first, second)
    False
    >>> where = first.ctypes.data
    >>> del first
    >>> borrow(30_000).ctypes.data == where
    True
    """
    if not _MIN_STEPS <= n <= _KEPT_STEPS:
        return np.empty(n)
    with _lock:
        for at in range(len(_kept)):
            # the list and the argument: every view of the column would be one reference more
            if sys.getrefcount(_kept[at]) == 2:
                return _kept[at][:n]
        whole = np.empty(_KEPT_STEPS)
        if len(_kept) < _N_KEPT:
            _kept.append(whole)
        return whole[:n]
