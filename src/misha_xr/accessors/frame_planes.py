"""`df.misha`: 2D intervals."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from misha_xr import intervals
from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.intervals import Band, GenomeLike, Order, is_2d

__all__ = ["FramePlanes"]


class FramePlanes(FrameMethods):
    """Methods for 2D intervals: `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2`."""

    def band_intersect(
        self, band: Band | tuple[int, int], *, genome: GenomeLike | None = None
    ) -> pd.DataFrame:
        """Cut rows to the boxes around what a diagonal band leaves of them.

        Parameters
        ----------
        band : Band or (int, int)
            (d1, d2): the points with ``d1 <= x - y < d2``, x on axis 1, in base pairs.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            All columns and labels, rows in the same order, without those that have no point in
            the band or lie between two chromosomes.

        Examples
        --------
        >>> from misha_xr.intervals import intervals_2d
        >>> import misha_xr.accessors
        >>> contacts = intervals_2d("chr1", 200, 800, start2=100, end2=1000)
        >>> contacts.misha.band_intersect((500, 1000))["start1"].tolist()
        [600]
        """
        return intervals.band_intersect(self._frame, band, genome=genome)

    def band(self, d1: int, d2: int, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Cut rows to a diagonal band: `band_intersect` with two numbers.

        Parameters
        ----------
        d1, d2 : int
            The points (x, y) with ``d1 <= x - y < d2`` stay, in base pairs.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            As `band_intersect`.

        Examples
        --------
        >>> from misha_xr.intervals import intervals_2d
        >>> import misha_xr.accessors
        >>> contacts = intervals_2d("chr1", 200, 800, start2=100, end2=1000)
        >>> contacts.misha.band(500, 1000)["end2"].tolist()
        [300]
        """
        return self.band_intersect((d1, d2), genome=genome)

    def project(self, axis: Literal[1, 2] = 1, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Return one side of 2D intervals as 1D intervals.

        Parameters
        ----------
        axis : {1, 2}
            Which side.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end` of that side, then the other columns; of a pair such as
            `strand1` and `strand2` the one of that side, as `strand`.

        Examples
        --------
        >>> from misha_xr.intervals import intervals_2d
        >>> import misha_xr.accessors
        >>> intervals_2d("chr1", 200, 800, start2=100, end2=1000).misha.project(2)["end"].tolist()
        [1000]
        """
        return intervals.project(self._frame, axis, genome=genome)

    def canonical(
        self, *, genome: GenomeLike | None = None, order: Order = "appearance"
    ) -> pd.DataFrame:
        """Turn 2D intervals so that the side that comes first in the genome is on axis 1.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame
            Rows and labels in the same order; all columns that differ in a last 1 and 2 change
            places together.

        Examples
        --------
        >>> from misha_xr.intervals import intervals_2d
        >>> import misha_xr.accessors
        >>> intervals_2d("chr1", 50, 90, start2=5, end2=9).misha.canonical()["start1"].tolist()
        [5]
        """
        return intervals.canonical(self._frame, genome=genome, order=order)

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
