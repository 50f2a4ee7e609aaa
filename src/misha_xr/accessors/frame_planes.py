"""`df.misha`: 2D intervals."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr import intervals
from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.intervals import is_2d

__all__ = ["FramePlanes"]


class FramePlanes(FrameMethods):
    """Methods for 2D intervals."""

    def neighbors(self, other: pd.DataFrame, k: int = 1, **options: Any) -> pd.DataFrame:
        """Find the nearest intervals of another table, of one dimension or two.

        Parameters
        ----------
        other : DataFrame
            Intervals of the same dimension, and any other columns.
        k : int
            How many to find for each row, at most.
        **options
            1D: ``mindist``, ``maxdist``, ``strand``, ``direction``, ``ties``; 2D: ``bounds1``,
            ``bounds2``; both: ``na_if_notfound``, ``suffix``, ``genome``, ``order``. As
            `misha_xr.intervals.neighbors` and `misha_xr.intervals.neighbors2d`.

        Returns
        -------
        DataFrame
            This table's columns, the other's, `dist` (2D: `dist1` and `dist2`); nearest first.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> genes = pd.DataFrame({"chrom": ["a"], "start": [100], "end": [110]})
        >>> genes.misha.neighbors(genes.assign(start=115, end=130))["dist"].tolist()
        [5.0]
        """
        if is_2d(self._frame) and is_2d(other):
            return intervals.neighbors2d(self._frame, other, k, **options)
        return intervals.neighbors(self._frame, other, k, **options)
