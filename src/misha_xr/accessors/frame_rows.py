"""`df.misha`: rows moved, resized, cut, sorted and joined; all columns stay."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from numpy.typing import ArrayLike

from misha_xr import intervals
from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.intervals import GenomeLike, Order, Side

__all__ = ["FrameRows"]


class FrameRows(FrameMethods):
    """Methods for rows moved, resized, cut, sorted and joined; all columns stay."""

    def subtract(self, other: pd.DataFrame, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Cut the bases of another table out of each row.

        Parameters
        ----------
        other : DataFrame
            Other intervals, of the same genome.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            All columns and labels; a row for each piece that is left, in the order of rows.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> hole = pd.DataFrame({"chrom": ["chr1"], "start": [4], "end": [6]})
        >>> table.misha.subtract(hole)["start"].tolist()
        [0, 6]
        """
        return intervals.subtract(self._frame, other, genome=genome)

    def force_range(self, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Cut rows to their chromosomes, and drop those that are left without a base.

        2D intervals are cut on both axes.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes; needed unless the table carries its genome.

        Returns
        -------
        DataFrame
            All columns and labels, rows in the same order.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.force_range(genome={"chr1": 8})["end"].tolist()
        [8]
        """
        if intervals.is_2d(self._frame):
            return intervals.force_range2d(self._frame, genome=genome)
        return intervals.force_range(self._frame, genome=genome)

    def resize(self, size: ArrayLike, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Give rows a new size around their centre.

        Parameters
        ----------
        size : int or array-like of int, shape (n,)
            Base pairs. Several sizes for a table of one row repeat that row.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            All columns and labels. Rows slide to keep their size at the ends of the chromosome;
            without a genome, at 0 only.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.resize(4)["start"].tolist()
        [3]
        """
        return intervals.resize(self._frame, size, genome=genome)

    normalize = resize

    def shift(self, bp: ArrayLike, *, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Move rows along the chromosome, whatever the strand.

        Parameters
        ----------
        bp : int or array-like of int, shape (n,)
            Base pairs; negative: towards the start.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            All columns and labels. Bases past an end of the chromosome are cut off, rows wholly
            past it are dropped; without a genome, at 0 only.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.shift(-3)["end"].tolist()
        [7]
        """
        return intervals.shift(self._frame, bp, genome=genome)

    def extend(
        self,
        upstream: ArrayLike = 0,
        downstream: ArrayLike = 0,
        *,
        genome: GenomeLike | None = None,
    ) -> pd.DataFrame:
        """Make rows longer, against the strand and along it.

        Parameters
        ----------
        upstream, downstream : int or array-like of int, shape (n,)
            Base pairs to add, at least 0; column `strand` counts if it is there.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            All columns and labels; rows end where the chromosome ends (without a genome: only
            at 0).

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.extend(downstream=5)["end"].tolist()
        [15]
        """
        return intervals.extend(self._frame, upstream, downstream, genome=genome)

    def flank(
        self, size: ArrayLike, side: Side = "both", *, genome: GenomeLike | None = None
    ) -> pd.DataFrame:
        """Return the stretches beside rows.

        Parameters
        ----------
        size : int or array-like of int, shape (n,)
            Base pairs.
        side : {"both", "upstream", "downstream", "left", "right"}
            Which stretch; upstream and downstream heed the column `strand` if it is there.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            All columns and labels of the rows that they lie beside; stretches wholly past an end of
            the chromosome are dropped (without a genome: before 0 only).

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.flank(5)["start"].tolist()  # nothing lies left of base 0
        [10]
        """
        return intervals.flank(self._frame, size, side=side, genome=genome)

    def sort(
        self, *, genome: GenomeLike | None = None, order: Order = "appearance"
    ) -> pd.DataFrame:
        """Sort rows by chromosome, start and end.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.
        order : {"appearance", "natural"}
            Order of chromosomes without a genome.

        Returns
        -------
        DataFrame
            All columns and labels; equal rows keep their order.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> both = pd.concat([table.assign(start=5), table], ignore_index=True)
        >>> both.misha.sort().index.tolist()
        [1, 0]
        """
        if intervals.is_2d(self._frame):
            return intervals.sort2d(self._frame, genome=genome, order=order)
        return intervals.sort(self._frame, genome=genome, order=order)

    def concat(
        self, others: pd.DataFrame | Sequence[pd.DataFrame], *, genome: GenomeLike | None = None
    ) -> pd.DataFrame:
        """Put the rows of other tables below these, without sorting.

        Parameters
        ----------
        others : DataFrame or sequence of DataFrame
            Tables with the same columns, in any order.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            Columns in the order of this table, a new index.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> len(table.misha.concat([table, table]))
        3
        """
        rest = [others] if isinstance(others, pd.DataFrame) else list(others)
        return intervals.concat([self._frame, *rest], genome=genome)
