"""Blocks of two dimensions: a few thousand rectangular steps, sorted by pair of chromosomes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.intervals import Rectangles
from misha_xr.query.blocks import WindowBlock

__all__ = ["OwnValues", "RectBlock", "RectCoordinates"]

Int32s: TypeAlias = NDArray[np.int32]
Int64s: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RectCoordinates:
    """Columns that a block of rectangles writes its steps into.

    Attributes
    ----------
    codes1, codes2 : array of int8, int16 or int32, shape (n,)
        Chromosome codes, in the width that a categorical of this genome wants.
    starts1, ends1, starts2, ends2 : int64 array, shape (n,)
        Base pairs, half-open.
    rows : int64 array, shape (n,), or None
        1-based row of the caller's scope; None: not wanted.

    Examples
    --------
    >>> columns = RectCoordinates.empty(3, np.dtype(np.int8), with_rows=False)
    >>> columns.slice(1, 3).starts2.shape, columns.rows is None
    ((2,), True)
    """

    codes1: NDArray[Any]
    starts1: Int64s
    ends1: Int64s
    codes2: NDArray[Any]
    starts2: Int64s
    ends2: Int64s
    rows: Int64s | None

    @classmethod
    def empty(cls, n: int, code_dtype: np.dtype[Any], *, with_rows: bool = True) -> RectCoordinates:
        """Allocate columns of n steps, values undefined.

        Parameters
        ----------
        n : int
            Number of steps; 0 gives empty columns.
        code_dtype : dtype
            int8, int16 or int32: what a categorical of the genome wants.
        with_rows : bool
            Whether scope row numbers are wanted.

        Returns
        -------
        RectCoordinates
            New memory.

        Examples
        --------
        >>> RectCoordinates.empty(3, np.dtype(np.int8)).codes2.dtype
        dtype('int8')
        """
        rows = np.empty(n, np.int64) if with_rows else None
        x1, x2, y1, y2 = (np.empty(n, np.int64) for _ in range(4))
        return cls(np.empty(n, code_dtype), x1, x2, np.empty(n, code_dtype), y1, y2, rows)

    @property
    def starts(self) -> Int64s:
        """The first column of coordinates: what tells one memory from another.

        Examples
        --------
        >>> columns = RectCoordinates.empty(3, np.dtype(np.int8))
        >>> columns.starts is columns.starts1
        True
        """
        return self.starts1

    def _columns(self) -> tuple[NDArray[Any], ...]:
        return (
            self.codes1, self.starts1, self.ends1, self.codes2, self.starts2, self.ends2,
        )  # fmt: skip

    def slice(self, lo: int, hi: int) -> RectCoordinates:
        """Return views of the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            Range of steps, 0 <= lo <= hi <= n.

        Returns
        -------
        RectCoordinates
            What is written to it is written here.

        Examples
        --------
        >>> whole = RectCoordinates.empty(3, np.dtype(np.int8))
        >>> whole.slice(1, 2).starts2[:] = 50
        >>> int(whole.starts2[1])
        50
        """
        rows = None if self.rows is None else self.rows[lo:hi]
        c1, x1, x2, c2, y1, y2 = (column[lo:hi] for column in self._columns())
        return RectCoordinates(c1, x1, x2, c2, y1, y2, rows)

    def put(self, lo: int, other: RectCoordinates) -> None:
        """Copy other columns to the place that begins at step lo.

        Parameters
        ----------
        lo : int
            First step to write.
        other : RectCoordinates
            Columns that fit behind it.

        Examples
        --------
        >>> whole = RectCoordinates.empty(3, np.dtype(np.int8))
        >>> one = np.array([7])
        >>> whole.put(2, RectCoordinates(one, one, one, one, one, one, one))
        >>> int(whole.ends2[2])
        7
        """
        here = self.slice(lo, lo + len(other.codes1))
        for target, found in zip(here._columns(), other._columns(), strict=True):
            target[:] = found
        if here.rows is not None and other.rows is not None:
            here.rows[:] = other.rows


@dataclass(frozen=True, slots=True)
class OwnValues:
    """Values that came with the steps: each step is an object of a track, maybe cut.

    Attributes
    ----------
    token : tuple
        Whose objects they are, as the source of that track describes itself.
    values : float32 array, shape (n,)
        The value of the object of each step; NaN possible.

    Examples
    --------
    >>> OwnValues(("hic",), np.ones(2, np.float32)).values.shape
    (2,)
    """

    token: tuple[Any, ...]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class RectBlock:
    """Steps that are rectangles, sorted by chromosome codes (code1, code2).

    Attributes
    ----------
    codes1, codes2 : int32 array, shape (n,)
        Chromosome codes.
    starts1, ends1, starts2, ends2, rows : int64 array, shape (n,)
        Half-open rectangles in base pairs, shrunk to the band if there is one, and the caller's
        1-based scope row of each.
    own : OwnValues or None
        Values of the objects that the steps are cut from, where no two objects overlap.

    Examples
    --------
    >>> block = RectBlock(*(np.array([k, k]) for k in (0, 1, 30, 40, 50, 60, 1)))
    >>> block.n, block.side(2).starts.tolist()
    (2, [50, 50])
    """

    codes1: Int32s
    codes2: Int32s
    starts1: Int64s
    ends1: Int64s
    starts2: Int64s
    ends2: Int64s
    rows: Int64s
    own: OwnValues | None = None

    @classmethod
    def of(cls, rects: Rectangles, rows: Int64s, own: OwnValues | None = None) -> RectBlock:
        """Make a block of rectangles.

        Parameters
        ----------
        rects : Rectangles
            n steps, sorted by (code1, code2).
        rows : int64 array, shape (n,)
            Scope rows.
        own : OwnValues, optional
            What came with them.

        Returns
        -------
        RectBlock
            Shares memory.

        Examples
        --------
        >>> one = np.array([1])
        >>> RectBlock.of(Rectangles(one, one, one + 5, one, one, one + 8), one).ends2
        array([9])
        """
        sides = (rects.starts1, rects.ends1, rects.starts2, rects.ends2)
        return cls(rects.codes1, rects.codes2, *sides, rows, own)

    @cached_property
    def n(self) -> int:
        """Number of steps."""
        return len(self.codes1)

    @property
    def rects(self) -> Rectangles:
        """The steps without their scope rows.

        Examples
        --------
        >>> block = RectBlock(*(np.array([k]) for k in (0, 1, 30, 40, 50, 60, 1)))
        >>> block.rects.codes2.tolist()
        [1]
        """
        return Rectangles(
            self.codes1, self.starts1, self.ends1, self.codes2, self.starts2, self.ends2
        )

    def side(self, dim: int) -> WindowBlock:
        """Return one side of every step as windows of one dimension.

        Parameters
        ----------
        dim : {1, 2}
            Which side.

        Returns
        -------
        WindowBlock
            Views, in the order of the steps: codes of side 2 are not sorted.

        Examples
        --------
        >>> block = RectBlock(*(np.array([k]) for k in (0, 1, 30, 40, 50, 60, 1)))
        >>> block.side(1).ends.tolist(), block.side(2).codes.tolist()
        ([40], [1])
        """
        if dim == 1:
            return WindowBlock(self.codes1, self.starts1, self.ends1, self.rows)
        return WindowBlock(self.codes2, self.starts2, self.ends2, self.rows)

    def pairs(self) -> Int64s:
        """Return where runs of one pair of chromosomes begin, and the number of steps at the end.

        Returns
        -------
        int64 array, shape (n_runs + 1,)
            Begins with 0; of no steps ``[0]``.

        Examples
        --------
        >>> codes1, codes2 = np.array([0, 0, 1]), np.array([0, 1, 1])
        >>> RectBlock(codes1, codes2, *(np.arange(3) for _ in range(5))).pairs().tolist()
        [0, 1, 2, 3]
        """
        change = (self.codes1[1:] != self.codes1[:-1]) | (self.codes2[1:] != self.codes2[:-1])
        inner = np.flatnonzero(change) + 1
        bounds = np.zeros(len(inner) + 2 if self.n else 1, np.int64)
        bounds[1:-1], bounds[-1] = inner, self.n
        return bounds

    def write(self, out: RectCoordinates) -> None:
        """Write the coordinates of all steps into columns of n items.

        Parameters
        ----------
        out : RectCoordinates
            Filled in place.

        Examples
        --------
        >>> out = RectCoordinates.empty(1, np.dtype(np.int8), with_rows=False)
        >>> RectBlock(*(np.array([k]) for k in (0, 1, 30, 40, 50, 60, 1))).write(out)
        >>> int(out.codes2[0]), int(out.ends2[0])
        (1, 60)
        """
        out.codes1[:], out.codes2[:] = self.codes1, self.codes2
        out.starts1[:], out.ends1[:] = self.starts1, self.ends1
        out.starts2[:], out.ends2[:] = self.starts2, self.ends2
        if out.rows is not None:
            out.rows[:] = self.rows
