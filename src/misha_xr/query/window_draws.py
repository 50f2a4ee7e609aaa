"""Random numbers of windows, for augmentation: they depend on a seed, an epoch and the row alone.

Order, batches and processes do not matter. The generator is splitmix64 (Steele, Lea and Flood 2014,
OOPSLA, fast splittable pseudorandom number generators), counted by the row.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["coins", "moves"]

Int64s: TypeAlias = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ROUNDS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def coins(seed: int, epoch: int, rows: Int64s) -> NDArray[np.bool_]:
    """Toss a coin for each row.

    Parameters
    ----------
    seed, epoch : int
        Not negative.
    rows : int64 array, shape (n,)
        Numbers of windows.

    Returns
    -------
    bool array, shape (n,)
        The same for the same three numbers, everywhere.

    Examples
    --------
    >>> coins(0, 0, np.arange(6)).tolist() == coins(0, 0, np.arange(6)).tolist()
    True
    """
    return (_draw(seed, epoch, rows) >> np.uint64(63)).astype(np.bool_)


def moves(seed: int, epoch: int, rows: Int64s, most: int) -> Int64s:
    """Draw a number of base pairs for each row.

    Parameters
    ----------
    seed, epoch : int
        Not negative.
    rows : int64 array, shape (n,)
        Numbers of windows.
    most : int
        Numbers are drawn from -most to most.

    Returns
    -------
    int64 array, shape (n,)
        The same for the same numbers, everywhere; all but independent of the coins.

    Examples
    --------
    >>> bool((abs(moves(0, 0, np.arange(100), 7)) <= 7).all())
    True
    """
    drawn = _draw(seed, epoch, rows) & np.uint64((1 << 62) - 1)
    return (drawn % np.uint64(2 * most + 1)).astype(np.int64) - most


def _draw(seed: int, epoch: int, rows: Int64s) -> NDArray[np.uint64]:
    key = np.array([seed, epoch], np.uint64)
    state = _mixed(_mixed(key[:1]) + key[1:] * _GOLDEN)
    return _mixed(state + rows.astype(np.uint64) * _GOLDEN)


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = state + _GOLDEN
    for shift, factor in _ROUNDS:
        state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
    return state ^ (state >> np.uint64(31))
