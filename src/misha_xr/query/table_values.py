"""Rows that travel between processes: their values; where they lie, the receiver knows as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BareRows"]

Float64s = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BareRows:
    """The values of the steps ``first, first + 1, ...``, a fraction of the bytes of whole rows.

    Attributes
    ----------
    first : int
        Number of the first step.
    values : tuple of float64 array, shape (n,)
        One per expression.

    Examples
    --------
    >>> rows = BareRows.empty(10, 4, n_columns=2)
    >>> rows.add(None, 12, [np.array([True]), np.array([0.5])])
    >>> float(rows.values[0][2]), float(rows.values[1][2])
    (1.0, 0.5)
    """

    first: int
    values: tuple[Float64s, ...]

    @classmethod
    def empty(cls, first: int, n: int, n_columns: int) -> BareRows:
        """Allocate n rows, contents undefined.

        Parameters
        ----------
        first : int
            Number of the first step.
        n : int
            Number of rows.
        n_columns : int
            Number of expressions.

        Returns
        -------
        BareRows
            New memory.

        Examples
        --------
        >>> BareRows.empty(10, 4, n_columns=1).values[0].shape
        (4,)
        """
        return cls(first, tuple(np.empty(n) for _ in range(n_columns)))

    def targets(self, lo: int, hi: int) -> Sequence[Float64s]:
        """Return where the values of the steps [lo, hi) belong.

        Parameters
        ----------
        lo, hi : int
            Step numbers, counted as `first` is.

        Returns
        -------
        list of float64 array, shape (hi - lo,)
            Views, one per expression.

        Examples
        --------
        >>> [target.shape for target in BareRows.empty(10, 4, n_columns=1).targets(11, 14)]
        [(3,)]
        """
        return [column[lo - self.first : hi - self.first] for column in self.values]

    def add(self, block: Any, lo: int, values: Sequence[NDArray[Any]]) -> None:
        """Write the values that are not in their place already.

        Parameters
        ----------
        block : Block
            Not looked at.
        lo : int
            Number of the first step.
        values : sequence of array, shape (n,)
            One per expression; logicals become 0 and 1.

        Examples
        --------
        >>> rows = BareRows.empty(0, 2, n_columns=1)
        >>> rows.add(None, 0, [np.array([0.5, np.nan])])
        >>> rows.values[0].tolist()
        [0.5, nan]
        """
        for column, found in zip(self.values, values, strict=True):
            target = column[lo - self.first : lo - self.first + len(found)]
            if not np.may_share_memory(target, found):
                target[:] = found
