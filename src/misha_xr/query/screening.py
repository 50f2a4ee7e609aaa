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

__all__ = ["ScreenPart", "ScreenSink"]


class ScreenPart:
    """The true stretches of one partition, as intervals."""

    def __init__(self) -> None:
        self.found: list[Intervals] = []

    def targets(self, lo: int, hi: int) -> None:
        """Want no values kept."""

    def add(self, block: Block, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Keep the runs of true steps of one block; numbers are true unless 0 or NaN."""
        is_true = values[0]
        if is_true.dtype != np.bool_:
            is_true = (is_true != 0) & ~np.isnan(is_true)
        found = _true_stretches(block, np.ascontiguousarray(is_true).view(np.uint8))
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
    """Collect true stretches of all partitions, in order."""

    def __init__(self) -> None:
        self._found: list[Intervals] = []

    def part(self, lo: int, hi: int) -> ScreenPart:
        """Return an empty part."""
        return ScreenPart()

    def combine(self, part: ScreenPart) -> None:
        """Take the stretches of the next partition, the first joined to what it touches."""
        for found in part.found:
            last = self._found[-1] if self._found else None
            if last is not None and _touches(last, found):
                last.ends[-1] = found.ends[0]
                found = found.take(slice(1, None))
            if len(found):
                self._found.append(found)

    def result(self) -> Intervals:
        """Return all stretches: sorted, and no two touch."""
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
