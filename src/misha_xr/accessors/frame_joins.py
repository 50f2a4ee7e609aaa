"""`df.misha`: overlap joins, counts, neighbors, annotation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from misha_xr import intervals
from misha_xr.accessors.frame_base import FrameMethods

__all__ = ["FrameJoins"]


class FrameJoins(FrameMethods):
    """Methods for overlap joins, counts, neighbors, annotation."""

    def overlap_join(
        self,
        other: pd.DataFrame,
        how: Literal["inner", "left", "semi", "anti"] = "inner",
        *,
        suffixes: tuple[str, str] = ("", "1"),
        min_overlap: int = 1,
        **naming: Any,
    ) -> pd.DataFrame:
        """Join with another table where rows overlap.

        Parameters
        ----------
        other : DataFrame
            Intervals and any other columns.
        how : {"inner", "left", "semi", "anti"}
            A row per overlapping pair; the same, and rows without overlap; rows that overlap
            something; rows that overlap nothing.
        suffixes : (str, str)
            Added to names that both tables have.
        min_overlap : int
            Least number of common bases.
        **naming
            ``genome`` and ``order``, as `misha_xr.intervals.overlap_join`.

        Returns
        -------
        DataFrame
            This table's columns, then (inner, left) the other's.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> genes = pd.DataFrame({"chrom": ["a", "a"], "start": [0, 50], "end": [10, 60]})
        >>> peaks = pd.DataFrame({"chrom": ["a"], "start": [5], "end": [8], "score": [0.5]})
        >>> genes.misha.overlap_join(peaks)["score"].tolist()
        [0.5]
        """
        return intervals.overlap_join(
            self._frame, other, how, suffixes=suffixes, min_overlap=min_overlap, **naming
        )

    def count_overlaps(
        self, other: pd.DataFrame, column: str = "count", *, min_overlap: int = 1, **naming: Any
    ) -> pd.DataFrame:
        """Add the number of rows of another table that overlap each row.

        Parameters
        ----------
        other : DataFrame
            Intervals.
        column : str
            Name of the new column; one of that name is replaced.
        min_overlap : int
            Least number of common bases.
        **naming
            ``genome`` and ``order``, as `misha_xr.intervals.count_overlaps`.

        Returns
        -------
        DataFrame
            This table with its index, and the counts (int64).

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> genes = pd.DataFrame({"chrom": ["a", "a"], "start": [0, 50], "end": [10, 60]})
        >>> genes.misha.count_overlaps(genes, "n")["n"].tolist()
        [1, 1]
        """
        return intervals.count_overlaps(
            self._frame, other, column, min_overlap=min_overlap, **naming
        )

    def window_join(
        self,
        other: pd.DataFrame,
        window: int = 0,
        *,
        upstream: int | None = None,
        downstream: int | None = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Join with another table where its rows overlap a window around this one's.

        Parameters
        ----------
        other : DataFrame
            Intervals and any other columns.
        window : int
            Base pairs by which rows are widened on both sides.
        upstream, downstream : int, optional
            The same for one side, by the strand of this table.
        **options
            ``how``, ``suffixes``, ``genome`` and ``order``, as `misha_xr.intervals.window_join`.

        Returns
        -------
        DataFrame
            As `overlap_join`; coordinates stay as they are.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> genes = pd.DataFrame({"chrom": ["a"], "start": [100], "end": [110]})
        >>> len(genes.misha.window_join(genes.assign(start=120, end=130), 20))
        1
        """
        return intervals.window_join(
            self._frame, other, window, upstream=upstream, downstream=downstream, **options
        )

    def directional_neighbors(
        self, other: pd.DataFrame, *, upstream: int = 1, downstream: int = 1, **options: Any
    ) -> dict[str, pd.DataFrame]:
        """Find the nearest intervals of another table upstream and downstream of each row.

        Parameters
        ----------
        other : DataFrame
            Intervals and any other columns.
        upstream, downstream : int
            How many to find on each side.
        **options
            ``maxdist``, ``na_if_notfound`` and ``genome``, as
            `misha_xr.intervals.directional_neighbors`.

        Returns
        -------
        dict
            ``"upstream"`` and ``"downstream"``: tables as `neighbors` returns.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> genes = pd.DataFrame({"chrom": ["a"], "start": [100], "end": [110]})
        >>> found = genes.misha.directional_neighbors(genes.assign(start=120, end=130))
        >>> [len(table) for table in found.values()]
        [0, 1]
        """
        return intervals.directional_neighbors(
            self._frame, other, upstream=upstream, downstream=downstream, **options
        )

    def annotate(
        self,
        other: pd.DataFrame,
        columns: Sequence[str] | None = None,
        column_names: Sequence[str] | None = None,
        *,
        max_dist: float = math.inf,
        **options: Any,
    ) -> pd.DataFrame:
        """Add columns of the nearest intervals of another table.

        Parameters
        ----------
        other : DataFrame
            Intervals and any other columns.
        columns, column_names : sequence of str, optional
            Which columns of the other table, and what to call them. Default: all but `chrom`,
            `start`, `end`, `strand`.
        max_dist : float
            Beyond this absolute distance values are missing.
        **options
            ``dist_column``, ``na_value``, ``maxneighbors``, ``ties``, ``overwrite`` and the rest,
            as `misha_xr.intervals.annotate`.

        Returns
        -------
        DataFrame
            This table's columns, the new ones, the distance.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> genes = pd.DataFrame({"chrom": ["a"], "start": [100], "end": [110]})
        >>> genes.misha.annotate(genes.assign(start=115, end=130, score=0.5))["dist"].tolist()
        [5.0]
        """
        return intervals.annotate(
            self._frame, other, columns, column_names, max_dist=max_dist, **options
        )
