"""Blocks: a few thousand iterator steps whose coordinates are written down only when asked for.

A block answers where its steps lie. It knows no track, no expression and no frame. Inside a block
chromosome codes never decrease, so that a source can hand whole stretches to one kernel call.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import steps as _steps
from misha_xr.query.coordinates import Coordinates

__all__ = ["BinBlock", "Block", "WindowBlock"]

Int32s: TypeAlias = NDArray[np.int32]
Int64s: TypeAlias = NDArray[np.int64]


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

    Examples
    --------
    >>> run = np.zeros(1, np.int32), np.array([30]), np.array([110]), np.array([1])
    >>> block = BinBlock(*run, 50, np.array([0, 3]))
    >>> block.n, block.windows().starts.tolist()
    (3, [30, 50, 100])
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
        """Return the chromosome code of one step.

        Parameters
        ----------
        step : int
            0 <= step < n.

        Returns
        -------
        int
            Code.

        Examples
        --------
        >>> runs = np.array([0, 2]), np.array([0, 0]), np.array([90, 10]), np.array([1, 2])
        >>> BinBlock(*runs, 50, np.array([0, 2, 3])).first_code(2)
        2
        """
        return int(self.codes[np.searchsorted(self.offsets, step, "right") - 1])

    def up_to(self, step: int, code: int) -> tuple[BinBlock, int]:
        """Return the steps from ``step`` on with codes below ``code``, without copying runs.

        Parameters
        ----------
        step : int
            The first step of a run.
        code : int
            Chromosome code above that of this step.

        Returns
        -------
        block : BinBlock
            At least one step.
        end : int
            The position after the last of them.

        Examples
        --------
        >>> runs = np.array([0, 2]), np.array([0, 0]), np.array([90, 10]), np.array([1, 2])
        >>> part, end = BinBlock(*runs, 50, np.array([0, 2, 3])).up_to(0, 1)
        >>> part.n, end
        (2, 2)
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
        """Write the coordinates of all steps into columns of n items.

        Parameters
        ----------
        out : Coordinates
            Filled in place.

        Examples
        --------
        >>> run = np.zeros(1, np.int32), np.array([30]), np.array([110]), np.array([1])
        >>> out = Coordinates.empty(3, np.dtype(np.int8))
        >>> BinBlock(*run, 50, np.array([0, 3])).write(out)
        >>> out.ends.tolist()
        [50, 100, 110]
        """
        _steps.fill_bins(
            self.codes, self.starts, self.ends, self.rows, self.step,
            out.codes, out.starts, out.ends, out.rows,
        )  # fmt: skip

    def windows(self) -> WindowBlock:
        """Return the same steps with their coordinates written down (kept for the next caller).

        Returns
        -------
        WindowBlock
            One row per step.

        Examples
        --------
        >>> run = np.zeros(1, np.int32), np.array([30]), np.array([110]), np.array([1])
        >>> BinBlock(*run, 50, np.array([0, 3])).windows().ends.tolist()
        [50, 100, 110]
        """
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

    Examples
    --------
    >>> block = WindowBlock(*(np.array([k, k]) for k in (0, 30, 40, 1)))
    >>> block.n, block.first_code(1)
    (2, 0)
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
        """Return the chromosome code of one step.

        Parameters
        ----------
        step : int
            0 <= step < n.

        Returns
        -------
        int
            Code.

        Examples
        --------
        >>> WindowBlock(*(np.array([k]) for k in (2, 30, 40, 1))).first_code(0)
        2
        """
        return int(self.codes[step])

    def up_to(self, step: int, code: int) -> tuple[WindowBlock, int]:
        """Return the steps from ``step`` on with codes below ``code``, as views.

        Parameters
        ----------
        step : int
            A step.
        code : int
            Chromosome code above that of this step.

        Returns
        -------
        block : WindowBlock
            At least one step.
        end : int
            The position after the last of them.

        Examples
        --------
        >>> block = WindowBlock(np.array([0, 0, 2]), *(np.array([1, 2, 3]) for _ in range(3)))
        >>> part, end = block.up_to(1, 2)
        >>> part.starts.tolist(), end
        ([2], 2)
        """
        if step == 0 and self.codes[-1] < code:
            return self, self.n
        end = int(np.searchsorted(self.codes, code, "left"))
        part = slice(step, end)
        block = WindowBlock(self.codes[part], self.starts[part], self.ends[part], self.rows[part])
        return block, end

    def write(self, out: Coordinates) -> None:
        """Write the coordinates of all steps into columns of n items.

        Parameters
        ----------
        out : Coordinates
            Filled in place.

        Examples
        --------
        >>> out = Coordinates.empty(1, np.dtype(np.int8), with_rows=False)
        >>> WindowBlock(*(np.array([k]) for k in (2, 30, 40, 1))).write(out)
        >>> int(out.codes[0]), int(out.ends[0])
        (2, 40)
        """
        out.codes[:], out.starts[:], out.ends[:] = self.codes, self.starts, self.ends
        if out.rows is not None:
            out.rows[:] = self.rows

    def windows(self) -> WindowBlock:
        """Return the block itself.

        Returns
        -------
        WindowBlock
            Not a copy.

        Examples
        --------
        >>> block = WindowBlock(*(np.array([k]) for k in (2, 30, 40, 1)))
        >>> block.windows() is block
        True
        """
        return self


Block: TypeAlias = BinBlock | WindowBlock
