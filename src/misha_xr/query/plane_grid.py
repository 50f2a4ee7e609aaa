"""Iterator over a grid of cells of one size, aligned to 0, cut by each scope row.

The cells of a row are a product of two ranges of bins; nothing is listed. With a band a column of
cells meets it in one stretch, so that the columns are listed and their cells are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.errors import SizeLimitError
from misha_xr.intervals import Band, Rectangles
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.ranges import cumulate
from misha_xr.query.rect_blocks import RectBlock

__all__ = ["GridSteps"]

Int64s = NDArray[np.int64]

_MAX_STEPS = 1 << 62


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of cells: all cells of one bin of axis 1 in one scope row.

    Attributes
    ----------
    at : int64 array, shape (m,)
        Scope row.
    bins, first : int64 array, shape (m,)
        Bin on axis 1; first bin on axis 2.
    offsets : int64 array, shape (m + 1,)
        Number of cells before each column, and in all.
    """

    at: Int64s
    bins: Int64s
    first: Int64s
    offsets: Int64s


@dataclass(frozen=True, eq=False)
class GridSteps:
    """Cells ``[i w, (i + 1) w) x [j h, (j + 1) h)``, cut by each scope row.

    Attributes
    ----------
    width, height : int
        Base pairs along axis 1 and axis 2.
    scope : PlaneScope
        Where.
    band : Band or None
        Shrinks the cells, and drops those outside.

    Examples
    --------
    >>> import misha_xr
    >>> scope = PlaneScope(misha_xr.example_database().genome)
    >>> GridSteps(100_000, 100_000, scope).n_steps
    100
    """

    width: int
    height: int
    scope: PlaneScope
    band: Band | None = None

    @cached_property
    def _bins(self) -> tuple[Int64s, Int64s, Int64s, Int64s]:
        """First bin and number of bins of every scope row, on axis 1 and on axis 2."""
        rects = self.scope.rects
        low1, low2 = rects.starts1 // self.width, rects.starts2 // self.height
        high1 = (rects.ends1 - 1) // self.width + 1
        high2 = (rects.ends2 - 1) // self.height + 1
        return low1, high1 - low1, low2, high2 - low2

    @cached_property
    def _offsets(self) -> Int64s:
        """Number of cells before each scope row, and in all; without a band."""
        _, n1, _, n2 = self._bins
        if float(np.dot(n1.astype(float), n2.astype(float))) >= _MAX_STEPS:
            raise SizeLimitError(
                f"a grid of {self.width:,} x {self.height:,} bp has more than 2**62 cells here",
                hint="give a scope, or larger cells",
            )
        return cumulate(n1 * n2)

    @cached_property
    def _columns(self) -> _Columns:
        """The columns that meet the band."""
        assert self.band is not None
        low1, n1, _, _ = self._bins
        is_cis = self.scope.rects.codes1 == self.scope.rects.codes2
        at = np.repeat(np.arange(len(n1)), np.where(is_cis, n1, 0))
        bins = low1[at] + np.arange(len(at)) - np.repeat(*_run_starts(at))
        rects = self.scope.rects
        x1 = np.maximum(rects.starts1[at], bins * self.width)
        x2 = np.minimum(rects.ends1[at], (bins + 1) * self.width)
        low = np.maximum(rects.starts2[at], x1 + 1 - self.band.d2)
        high = np.minimum(rects.ends2[at], x2 - self.band.d1)
        meets = low < high
        at, bins, low, high = at[meets], bins[meets], low[meets], high[meets]
        first = low // self.height
        return _Columns(at, bins, first, cumulate((high - 1) // self.height + 1 - first))

    @cached_property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence.

        Raises
        ------
        SizeLimitError
            If it is 2**62 or more.
        """
        return int((self._offsets if self.band is None else self._columns.offsets)[-1])

    def token(self) -> tuple[Any, ...]:
        """Describe the cells.

        Returns
        -------
        tuple
            Width, height and band.

        Examples
        --------
        >>> import misha_xr
        >>> GridSteps(50, 100, PlaneScope(misha_xr.example_database().genome)).token()
        ('grid', 50, 100, None)
        """
        return "grid", self.width, self.height, self.band

    def block(self, lo: int, hi: int) -> RectBlock:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        RectBlock
            New memory, hi - lo rows, those of a scope row sorted by start1, start2.

        Examples
        --------
        >>> import misha_xr
        >>> scope = PlaneScope(misha_xr.example_database().genome)
        >>> GridSteps(100_000, 200_000, scope).block(1, 3).starts2.tolist()
        [200000, 400000]
        """
        steps = np.arange(lo, hi, dtype=np.int64)
        at, i, j = self._cells(steps) if self.band is None else self._banded_cells(steps)
        rects = self.scope.rects.take(at)
        x1, y1 = i * self.width, j * self.height
        cut = Rectangles(
            rects.codes1,
            np.maximum(x1, rects.starts1),
            np.minimum(x1 + self.width, rects.ends1),
            rects.codes2,
            np.maximum(y1, rects.starts2),
            np.minimum(y1 + self.height, rects.ends2),
        )
        cut = cut if self.band is None else self.band.shrink(cut)[0]
        return RectBlock.of(cut, self.scope.rows[at])

    def _cells(self, steps: Int64s) -> tuple[Int64s, Int64s, Int64s]:
        """Return scope row, bin on axis 1 and bin on axis 2 of each step."""
        low1, _, low2, n2 = self._bins
        at = np.searchsorted(self._offsets, steps, "right") - 1
        i, j = np.divmod(steps - self._offsets[at], n2[at])
        return at, low1[at] + i, low2[at] + j

    def _banded_cells(self, steps: Int64s) -> tuple[Int64s, Int64s, Int64s]:
        columns = self._columns
        which = np.searchsorted(columns.offsets, steps, "right") - 1
        j = columns.first[which] + steps - columns.offsets[which]
        return columns.at[which], columns.bins[which], j


def _run_starts(at: Int64s) -> tuple[Int64s, Int64s]:
    """Return where each run of equal numbers begins, and how long it is."""
    starts = np.flatnonzero(np.r_[True, at[1:] != at[:-1]][: len(at)])
    return starts, np.diff(np.r_[starts, len(at)])
