"""Columns of coordinates that blocks are written into: as wide as wanted, views of one memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Coordinates"]

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

    Examples
    --------
    >>> columns = Coordinates.empty(3, np.dtype(np.int8), with_rows=False)
    >>> columns.slice(1, 3).starts.shape, columns.rows is None
    ((2,), True)
    """

    codes: NDArray[Any]
    starts: Int64s
    ends: Int64s
    rows: Int64s | None

    @classmethod
    def empty(cls, n: int, code_dtype: np.dtype[Any], *, with_rows: bool = True) -> Coordinates:
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
        Coordinates
            New memory.

        Examples
        --------
        >>> Coordinates.empty(3, np.dtype(np.int8)).ends.shape
        (3,)
        """
        rows = np.empty(n, np.int64) if with_rows else None
        return cls(np.empty(n, code_dtype), np.empty(n, np.int64), np.empty(n, np.int64), rows)

    def slice(self, lo: int, hi: int) -> Coordinates:
        """Return views of the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            Range of steps, 0 <= lo <= hi <= n.

        Returns
        -------
        Coordinates
            What is written to it is written here.

        Examples
        --------
        >>> whole = Coordinates.empty(3, np.dtype(np.int8))
        >>> whole.slice(1, 2).starts[:] = 50
        >>> int(whole.starts[1])
        50
        """
        rows = None if self.rows is None else self.rows[lo:hi]
        return Coordinates(self.codes[lo:hi], self.starts[lo:hi], self.ends[lo:hi], rows)

    def put(self, lo: int, other: Coordinates) -> None:
        """Copy other columns to the place that begins at step lo.

        Parameters
        ----------
        lo : int
            First step to write.
        other : Coordinates
            Columns that fit behind it.

        Examples
        --------
        >>> whole = Coordinates.empty(3, np.dtype(np.int8))
        >>> one = np.array([7])
        >>> whole.put(2, Coordinates(one, one, one, one))
        >>> int(whole.ends[2])
        7
        """
        here = self.slice(lo, lo + len(other.codes))
        here.codes[:], here.starts[:], here.ends[:] = other.codes, other.starts, other.ends
        if here.rows is not None and other.rows is not None:
            here.rows[:] = other.rows
