"""The sink of screening: runs of true steps, joined where they touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext.statistics import (
    count_true_bins,
    count_true_steps,
    fill_true_bins,
    fill_true_steps,
)
from misha_xr.intervals import Intervals
from misha_xr.query.blocks import BinBlock, Block

__all__ = ["ScreenPart", "ScreenSink", "truth"]


def truth(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values count as true in a screen: numbers do unless 0 or NaN.

    Parameters
    ----------
    values : bool or float64 array, shape (n,)
        What a condition gave.

    Returns
    -------
    bool array, shape (n,)
        The values themselves if they are logical.

    Examples
    --------
    >>> truth(np.array([0.0, np.nan, -1.0])).tolist()
    [False, False, True]
    """
    if values.dtype == np.bool_:
        return values
    is_true: NDArray[np.bool_] = (values != 0) & ~np.isnan(values)
    return is_true


class ScreenPart:
    """The true stretches of one partition, as intervals.

    Attributes
    ----------
    found : list of Intervals
        Sorted and joined within each block.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.query import build_query
    >>> steps = build_query(misha_xr.example_database().store, [], iterator=50).iterator
    >>> part = ScreenPart()
    >>> part.add(steps.block(0, 4), 0, [np.array([True, True, False, True])])
    >>> part.found[0].starts.tolist(), part.found[0].ends.tolist()
    ([0, 150], [100, 200])
    """

    def __init__(self) -> None:
        self.found: list[Intervals] = []

    def targets(self, lo: int, hi: int) -> None:
        """Want no values kept.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Examples
        --------
        >>> ScreenPart().targets(0, 10)
        """

    def add(self, block: Block, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Keep the runs of true steps of one block; numbers are true unless 0 or NaN.

        Parameters
        ----------
        block : Block
            The steps.
        lo : int
            Number of the first.
        values : sequence of one array, shape (block.n,)
            bool or float64.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.query import build_query
        >>> steps = build_query(misha_xr.example_database().store, [], iterator=50).iterator
        >>> part = ScreenPart()
        >>> part.add(steps.block(0, 3), 0, [np.array([0.0, np.nan, -1.0])])
        >>> part.found[0].starts.tolist()
        [100]
        """
        found = _true_stretches(block, np.ascontiguousarray(truth(values[0])).view(np.uint8))
        if len(found):
            self.found.append(found)


def _true_stretches(block: Block, mask: NDArray[np.uint8]) -> Intervals:
    """Return the intervals of the steps whose mask is 1, joined inside the block."""
    if isinstance(block, BinBlock):
        n = count_true_bins(mask, block.starts, block.ends, block.step)
    else:
        n = count_true_steps(mask, block.codes, block.starts, block.ends)
    codes, starts, ends = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.int64)
    out = codes, starts, ends
    if isinstance(block, BinBlock):
        n = fill_true_bins(mask, block.codes, block.starts, block.ends, block.step, *out)
    else:
        n = fill_true_steps(mask, block.codes, block.starts, block.ends, *out)
    return Intervals(codes[:n], starts[:n], ends[:n])


class ScreenSink:
    """Collect true stretches of all partitions, in order.

    Examples
    --------
    >>> sink = ScreenSink()
    >>> sink.combine(sink.part(0, 100))
    >>> len(sink.result())
    0
    """

    def __init__(self) -> None:
        self._found: list[Intervals] = []

    def part(self, lo: int, hi: int) -> ScreenPart:
        """Return an empty part.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Returns
        -------
        ScreenPart
            Without stretches.

        Examples
        --------
        >>> ScreenSink().part(0, 100).found
        []
        """
        return ScreenPart()

    def combine(self, part: ScreenPart) -> None:
        """Take the stretches of the next partition, the first joined to what it touches.

        Parameters
        ----------
        part : ScreenPart
            Filled; parts come in order.

        Examples
        --------
        >>> sink = ScreenSink()
        >>> for start in (0, 50):
        ...     part = sink.part(0, 1)
        ...     ends = np.array([start + 50])
        ...     part.found.append(Intervals(np.zeros(1, np.int32), np.array([start]), ends))
        ...     sink.combine(part)
        >>> sink.result().ends.tolist()
        [100]
        """
        for found in part.found:
            last = self._found[-1] if self._found else None
            if last is not None and _touches(last, found):
                last.ends[-1] = found.ends[0]
                found = found.take(slice(1, None))
            if len(found):
                self._found.append(found)

    def result(self) -> Intervals:
        """Return all stretches.

        Returns
        -------
        Intervals
            Sorted, and no two touch; maybe none.

        Examples
        --------
        >>> ScreenSink().result().starts.shape
        (0,)
        """
        none = Intervals(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int64))
        pieces = [none, *self._found]
        return Intervals(
            np.concatenate([piece.codes for piece in pieces]),
            np.concatenate([piece.starts for piece in pieces]),
            np.concatenate([piece.ends for piece in pieces]),
        )


def _touches(last: Intervals, found: Intervals) -> bool:
    """Return whether the first stretch of a piece continues the last of the one before."""
    return bool(last.codes[-1] == found.codes[0] and last.ends[-1] == found.starts[0])
