"""`df.misha`: set algebra: union, intersect, difference, coverage."""

from __future__ import annotations

from typing import Any, Literal, overload

import pandas as pd
from numpy.typing import NDArray

from misha_xr import intervals
from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.intervals import GenomeLike, Order

__all__ = ["FrameSets"]


class FrameSets(FrameMethods):
    """Methods for set algebra: union, intersect, difference, coverage."""

    def union(
        self, other: pd.DataFrame, *, genome: GenomeLike | None = None, order: Order = "appearance"
    ) -> pd.DataFrame:
        """Return the bases that this table or another holds, touching intervals joined.

        Of 2D intervals: the rows of both, sorted; rectangles are not merged.

        Parameters
        ----------
        other : DataFrame
            Other intervals, of the same genome.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`: disjoint, in the order of chromosomes; may be empty.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> other = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [20]})
        >>> table.misha.union(other)["end"].tolist()
        [20]
        """
        if intervals.is_2d(self._frame):
            return intervals.union2d(self._frame, other, genome=genome, order=order)
        return intervals.union(self._frame, other, genome=genome, order=order)

    def intersect(
        self,
        other: pd.DataFrame,
        *,
        merge: bool = True,
        genome: GenomeLike | None = None,
        order: Order = "appearance",
    ) -> pd.DataFrame:
        """Return the bases that this table and another hold.

        Of 2D intervals: what each pair of rows has in common; rectangles are not merged.

        Parameters
        ----------
        other : DataFrame
            Other intervals, of the same genome.
        merge : bool
            Merge the rows of each table first; if not, rows that touch stay apart.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`, in the order of chromosomes; may be empty.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> other = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [20]})
        >>> table.misha.intersect(other)["start"].tolist()
        [4]
        """
        if intervals.is_2d(self._frame):
            return intervals.intersect2d(self._frame, other, genome=genome, order=order)
        return intervals.intersect(self._frame, other, merge=merge, genome=genome, order=order)

    def difference(
        self, other: pd.DataFrame, *, genome: GenomeLike | None = None, order: Order = "appearance"
    ) -> pd.DataFrame:
        """Return the bases of this table that another lacks; see `subtract` for rows.

        Parameters
        ----------
        other : DataFrame
            Other intervals, of the same genome.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`: disjoint, in the order of chromosomes; may be empty.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> other = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [20]})
        >>> table.misha.difference(other)["end"].tolist()
        [4]
        """
        return intervals.difference(self._frame, other, genome=genome, order=order)

    def symmetric_difference(
        self, other: pd.DataFrame, *, genome: GenomeLike | None = None, order: Order = "appearance"
    ) -> pd.DataFrame:
        """Return the bases that exactly one of two tables holds, touching intervals joined.

        Parameters
        ----------
        other : DataFrame
            Other intervals, of the same genome.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`: disjoint, in the order of chromosomes; may be empty.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> other = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [20]})
        >>> table.misha.symmetric_difference(other)["start"].tolist()
        [0, 10]
        """
        return intervals.symmetric_difference(self._frame, other, genome=genome, order=order)

    def complement(self, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Return the bases of the genome that this table lacks.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes; needed unless the table carries its genome.

        Returns
        -------
        DataFrame
            `chrom`, `start`, `end`: disjoint, in genome order.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.complement(genome={"chr1": 50})["start"].tolist()
        [10]
        """
        return intervals.complement(self._frame, genome=genome)

    @overload
    def canonic(
        self,
        *,
        touching: bool = ...,
        return_mapping: Literal[False] = ...,
        genome: GenomeLike | None = ...,
        order: Order = ...,
    ) -> pd.DataFrame: ...
    @overload
    def canonic(
        self,
        *,
        touching: bool = ...,
        return_mapping: Literal[True],
        genome: GenomeLike | None = ...,
        order: Order = ...,
    ) -> tuple[pd.DataFrame, NDArray[Any]]: ...
    def canonic(
        self,
        *,
        touching: bool = True,
        return_mapping: bool = False,
        genome: GenomeLike | None = None,
        order: Order = "appearance",
    ) -> pd.DataFrame | tuple[pd.DataFrame, NDArray[Any]]:
        """Merge rows: sorted, without overlap, over the same bases.

        Parameters
        ----------
        touching : bool
            Join intervals that touch as well as those that overlap.
        return_mapping : bool
            Return as well which row of the result holds each row.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame, or (DataFrame, ndarray)
            `chrom`, `start`, `end`; with ``return_mapping`` a pair of it and of 0-based rows.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> len(pd.concat([table, table]).misha.canonic())
        1
        """
        if return_mapping:
            return intervals.canonic(
                self._frame, touching=touching, return_mapping=True, genome=genome, order=order
            )
        return intervals.canonic(self._frame, touching=touching, genome=genome, order=order)

    def coverage(self, other: pd.DataFrame, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Tell for each row how much of it another table covers.

        Parameters
        ----------
        other : DataFrame
            Other intervals, of the same genome.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            This table with `covered_bp` (int64) and `covered_fraction` (float64, 0 to 1).

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> other = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [20]})
        >>> table.misha.coverage(other)["covered_fraction"].tolist()
        [0.6]
        """
        return intervals.coverage(self._frame, other, genome=genome)

    def covered_bp(self, *, genome: GenomeLike | None = None) -> int:
        """Count the bases that this table covers, each once.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        int
            Base pairs.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.covered_bp()
        10
        """
        return intervals.covered_bp(self._frame, genome=genome)

    def coverage_fraction(
        self, other: pd.DataFrame | None = None, *, genome: GenomeLike | None = None
    ) -> float:
        """Return which part of another table, or of the genome, this one covers.

        Parameters
        ----------
        other : DataFrame, optional
            The bases that count as one. Default: the whole genome.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes; needed without ``other``, unless the table carries
            its genome.

        Returns
        -------
        float
            0 to 1.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> other = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [20]})
        >>> table.misha.coverage_fraction(other)
        0.375
        """
        return intervals.coverage_fraction(self._frame, other, genome=genome)

    def mark_overlaps(
        self,
        column: str = "overlap_group",
        *,
        touching: bool = True,
        genome: GenomeLike | None = None,
        order: Order = "appearance",
    ) -> pd.DataFrame:
        """Give rows that overlap, directly or through others, the number of their group.

        Parameters
        ----------
        column : str
            Name of the column to add.
        touching : bool
            Rows that touch are of one group.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame
            This table with one more int64 column: 0, 1, ... by position of the groups.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> other = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [20]})
        >>> pd.concat([table, other]).misha.mark_overlaps()["overlap_group"].tolist()
        [0, 0]
        """
        return intervals.mark_overlaps(
            self._frame, column=column, touching=touching, genome=genome, order=order
        )

    cluster = mark_overlaps
