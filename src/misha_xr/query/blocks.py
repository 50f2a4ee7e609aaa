"""Blocks: a few thousand iterator steps whose coordinates are written down only when asked for.

A block answers where its steps lie. It knows no track, no expression and no frame. Inside a block
chromosome codes never decrease, so that a source can hand whole stretches to one kernel call.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import steps as _steps

__all__ = ["BinBlock", "Block", "Coordinates", "WindowBlock"]

Int32s: TypeAlias = NDArray[np.int32]
Int64s: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Columns that a block writes its steps into; None: this column is not wanted.

    Attributes
    ----------
    codes : array of int8, int16 or int32, shape (n,)
        Chromosome codes, in the width that a categorical of this genome wants.
    starts, ends : int64 array, shape (n,)
        Base pairs, half-open.
    rows : int64 array, shape (n,), or None
        1-based row of the caller's scope.
    """

    codes: NDArray[Any]
    starts: Int64s
    ends: Int64s
    rows: Int64s | None

    @classmethod
    def empty(cls, n: int, code_dtype: np.dtype[Any], *, with_rows: bool = True) -> Coordinates:
        """Allocate columns of n steps, values undefined."""
        rows = np.empty(n, np.int64) if with_rows else None
        return cls(np.empty(n, code_dtype), np.empty(n, np.int64), np.empty(n, np.int64), rows)

    def slice(self, lo: int, hi: int) -> Coordinates:
        """Return views of the steps [lo, hi)."""
        rows = None if self.rows is None else self.rows[lo:hi]
        return Coordinates(self.codes[lo:hi], self.starts[lo:hi], self.ends[lo:hi], rows)

    def put(self, lo: int, other: Coordinates) -> None:
        """Copy other columns to the place that begins at step lo."""
        here = self.slice(lo, lo + len(other.codes))
        here.codes[:], here.starts[:], here.ends[:] = other.codes, other.starts, other.ends
        if here.rows is not None and other.rows is not None:
            here.rows[:] = other.rows


class BinBlock:
    """Steps that are fixed bins: runs of one chromosome each, cut at multiples of ``step``.

    A run [start, end) holds the bins ``k * step`` counted from base 0 of the chromosome that share
    a base with it, the first and the last cut at its edges. Nothing is stored per bin.

    Parameters
    ----------
    codes : int32 array, shape (m,)
        Chromosome of each run, never decreasing.
    starts, ends, rows : int64 array, shape (m,)
        The runs, and the caller's 1-based scope row of each.
    step : int
        Bin size in base pairs.
    offsets : int64 array, shape (m + 1,)
        Number of steps before each run; the last item is the number of steps.
    """

    __slots__ = ("_windows", "codes", "ends", "n", "offsets", "rows", "starts", "step")

    def __init__(
        self, codes: Int32s, starts: Int64s, ends: Int64s, rows: Int64s, step: int, offsets: Int64s
    ) -> None:
        self.codes, self.starts, self.ends, self.rows = codes, starts, ends, rows
        self.step, self.offsets = step, offsets
        self.n = int(offsets[-1])
        self._windows: WindowBlock | None = None

    def first_code(self, step: int) -> int:
        """Return the chromosome code of one step."""
        return int(self.codes[np.searchsorted(self.offsets, step, "right") - 1])

    def up_to(self, step: int, code: int) -> tuple[BinBlock, int]:
        """Return the steps from ``step`` (the first of a run) on with codes below ``code``.

        Also returns the position after the last of them.
        """
        if step == 0 and self.codes[-1] < code:
            return self, self.n
        lo = int(np.searchsorted(self.offsets, step, "left"))
        hi = int(np.searchsorted(self.codes, code, "left"))
        end = int(self.offsets[hi])
        runs = slice(lo, hi)
        part = (self.codes[runs], self.starts[runs], self.ends[runs], self.rows[runs])
        return BinBlock(*part, self.step, self.offsets[lo : hi + 1] - step), end

    def write(self, out: Coordinates) -> None:
        """Write the coordinates of all steps into columns of n items."""
        _steps.fill_bins(
            self.codes, self.starts, self.ends, self.rows, self.step,
            out.codes, out.starts, out.ends, out.rows,
        )  # fmt: skip

    def windows(self) -> WindowBlock:
        """Return the same steps with their coordinates written down (kept for the next caller)."""
        if self._windows is None:
            out = Coordinates.empty(self.n, np.dtype(np.int32))
            self.write(out)
            assert out.rows is not None
            self._windows = WindowBlock(out.codes, out.starts, out.ends, out.rows)
        return self._windows


@dataclass(frozen=True)
class WindowBlock:
    """Steps with written coordinates, sorted by chromosome code.

    Attributes
    ----------
    codes : int32 array, shape (n,)
        Chromosome codes, never decreasing.
    starts, ends, rows : int64 array, shape (n,)
        Half-open windows in base pairs and the caller's 1-based scope row of each.
    """

    codes: Int32s
    starts: Int64s
    ends: Int64s
    rows: Int64s

    @cached_property
    def n(self) -> int:
        """Number of steps."""
        return len(self.codes)

    def first_code(self, step: int) -> int:
        """Return the chromosome code of one step."""
        return int(self.codes[step])

    def up_to(self, step: int, code: int) -> tuple[WindowBlock, int]:
        """Return the steps from ``step`` on with codes below ``code``, and the position after."""
        if step == 0 and self.codes[-1] < code:
            return self, self.n
        end = int(np.searchsorted(self.codes, code, "left"))
        part = slice(step, end)
        block = WindowBlock(self.codes[part], self.starts[part], self.ends[part], self.rows[part])
        return block, end

    def write(self, out: Coordinates) -> None:
        """Write the coordinates of all steps into columns of n items."""
        out.codes[:], out.starts[:], out.ends[:] = self.codes, self.starts, self.ends
        if out.rows is not None:
            out.rows[:] = self.rows

    def windows(self) -> WindowBlock:
        """Return the block itself."""
        return self


Block: TypeAlias = BinBlock | WindowBlock
