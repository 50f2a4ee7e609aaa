"""All objects of many pairs of chromosomes that were read together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from misha_xr.database import ObjectColumns

__all__ = ["Slab"]

Int64Array: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Slab:
    """Objects of pairs, by id within a pair.

    Attributes
    ----------
    numbers : ndarray of int64, shape (k,)
        Which pairs of an axis, ascending.
    columns : ObjectColumns
        Their objects.
    """

    numbers: Int64Array
    columns: ObjectColumns

    def holds(self, numbers: Int64Array) -> bool:
        """Tell whether some pairs, one or more, are all here."""
        if len(self.numbers) < len(numbers):
            return False
        return np.array_equal(self.numbers[self._rows(numbers)], numbers)

    def _rows(self, numbers: Int64Array) -> Int64Array:
        return np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)

    def column(
        self, name: str, numbers: Int64Array, which: Int64Array, places: Int64Array
    ) -> NDArray[Any]:
        """Return a column of some objects.

        Parameters
        ----------
        name : str
            As in `Objects`.
        numbers : ndarray of int64, shape (m,)
            Pairs that are here.
        which : ndarray of int64, shape (n,)
            Which of these pairs each object is of.
        places : ndarray of int64, shape (n,)
            Its id in the pair.

        Returns
        -------
        ndarray, shape (n,)
            New memory.
        """
        firsts = self.columns.bounds[self._rows(numbers)]
        found: NDArray[Any] = getattr(self.columns.objects, name)[firsts[which] + places]
        return found
