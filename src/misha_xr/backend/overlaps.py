"""Pairs of intervals that share a base, on one line: for tables that may overlap in any way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.backend.lookup import ragged

__all__ = ["SortedIntervals"]

Int64Array: TypeAlias = NDArray[np.int64]

_BLOCK = 1 << 22  # candidate pairs looked at together; bounds the memory


class SortedIntervals:
    """Intervals in the order of their starts, ready to be asked what meets others.

    Parameters
    ----------
    starts, ends : ndarray of int64, shape (n,)
        Half-open, on one line (chromosomes one after another); any order, may overlap.
    """

    def __init__(self, starts: Int64Array, ends: Int64Array) -> None:
        self._order = np.argsort(starts, kind="stable")
        self._starts, self._ends = starts[self._order], ends[self._order]
        self._highest = np.maximum.accumulate(self._ends)

    def meeting(self, lows: Int64Array, highs: Int64Array) -> tuple[Int64Array, Int64Array]:
        """Return the pairs of an interval asked for and an interval held that share a base.

        Parameters
        ----------
        lows, highs : ndarray of int64, shape (m,)
            Half-open; an empty one meets nothing.

        Returns
        -------
        asked, held : ndarray of int64, shape (k,)
            Row numbers; sorted by the first, then the second.
        """
        # Held ones before `first` end too early, from `stop` on they start too late.
        first = np.searchsorted(self._highest, lows, side="right")
        stop = np.searchsorted(self._starts, highs, side="left")
        stop = np.where(lows < highs, np.maximum(first, stop), first)
        none = np.empty(0, dtype=np.int64)
        found = [(none, none), *(self._pairs(*part, lows) for part in _blocks(first, stop))]
        asked, held = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.lexsort((held, asked))
        return asked[order], held[order]

    def _pairs(
        self, rows: Int64Array, first: Int64Array, stop: Int64Array, lows: Int64Array
    ) -> tuple[Int64Array, Int64Array]:
        places, counts = ragged(first, stop)
        asked = np.repeat(rows, counts)
        is_met = self._ends[places] > lows[asked]
        return asked[is_met], self._order[places[is_met]]


def _blocks(
    first: Int64Array, stop: Int64Array
) -> Iterator[tuple[Int64Array, Int64Array, Int64Array]]:
    """Yield row numbers with their candidate ranges, some million candidates at a time."""
    done = np.cumsum(stop - first)
    n_blocks = int(done[-1]) // _BLOCK + 1 if len(done) else 0
    edges = np.searchsorted(done, np.arange(1, n_blocks) * _BLOCK)
    for rows in np.split(np.arange(len(first)), edges):
        yield rows, first[rows], stop[rows]
