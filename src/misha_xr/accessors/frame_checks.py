"""`df.misha`: checks, the genome of a table, conversion, and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from misha_xr import intervals
from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.genome import Genome, marked_genome
from misha_xr.intervals import GenomeLike
from misha_xr.plot import plot_intervals, plot_rectangles

__all__ = ["FrameChecks"]


class FrameChecks(FrameMethods):
    """Methods for checks, the genome of a table, conversion, and a picture."""

    def validate(self, genome: GenomeLike | None = None) -> pd.DataFrame:
        """Return this table if every row is a legal interval.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            This table, 1D or 2D.

        Raises
        ------
        IntervalError
            Names the first bad rows, what is wrong with them, and how to mend them.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> len(table.misha.validate("hg38"))
        1
        """
        return intervals.validate(self._frame, genome)

    def problems(self, genome: GenomeLike | None = None) -> pd.DataFrame:
        """List what is wrong with the rows of this table.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        DataFrame
            `row` (label), `column`, `problem`, `hint`; no rows if the table is legal.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [30], "end": [10]})
        >>> table.misha.problems()["problem"].tolist()
        ['start is not below end']
        """
        return intervals.problems(self._frame, genome)

    @property
    def genome(self) -> Genome | None:
        """The genome that this table carries; None if nothing says it.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().genome.all_intervals().misha.genome.n_chroms
        3
        """
        found: Genome | None = marked_genome(self._frame)
        return found

    def with_genome(self, genome: GenomeLike | None) -> pd.DataFrame:
        """Say of which genome this table is, once its rows are legal there.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, str or None
            Names and sizes of chromosomes; None: forget which genome it was.

        Returns
        -------
        DataFrame
            The rows with the genome's spelling of names, as an ordered categorical.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["7"], "start": [0], "end": [10]})
        >>> table.misha.with_genome("hg38").misha.complement()["start"].iloc[6]
        np.int64(10)
        """
        return intervals.with_genome(self._frame, genome)

    def to_strings(self, *, genome: GenomeLike | None = None) -> pd.Series:
        """Write rows as texts ``chrom:start-end``.

        Parameters
        ----------
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        Series of str
            With the index of this table.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> table.misha.to_strings().tolist()
        ['chr1:0-10']
        """
        return intervals.to_strings(self._frame, genome=genome)

    def to_matrix(
        self,
        *,
        id_col: str | None = None,
        value_cols: Sequence[str] | None = None,
        labels: bool = True,
    ) -> pd.DataFrame:
        """Return the numbers of this table, with the intervals as index.

        Parameters
        ----------
        id_col : str, optional
            A column that becomes the first level of the index.
        value_cols : sequence of str, optional
            Columns to keep. Default: all but the coordinates, ``id_col`` and `intervalID`.
        labels : bool
            If not, the index is a RangeIndex.

        Returns
        -------
        DataFrame
            MultiIndex (`chrom`, `start`, `end`); `misha_xr.intervals.from_matrix` is the way back.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10], "x": [1.5]})
        >>> table.misha.to_matrix().loc["chr1", "x"].tolist()
        [1.5]
        """
        return intervals.to_matrix(self._frame, id_col=id_col, value_cols=value_cols, labels=labels)

    def plot(
        self,
        ax: Any = None,
        *,
        region: str | None = None,
        names: str | bool | None = None,
        values: str | bool | None = None,
        genome: GenomeLike | None = None,
    ) -> Any:
        """Draw the intervals: on chromosome axes, or of 2D intervals as rectangles on a plane.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw. Default: a new figure.
        region : str, optional
            1D: what to show, ``"chr1"`` or ``"chr1:1000-2000"``. Default: all rows.
        names : str or bool, optional
            1D: column whose texts stand beside few intervals; False: none. Default: a column
            such as `name` or `gene`.
        values : str or bool, optional
            2D: column of numbers that gives the colours; False: none. Default: a column `value`
            or `score`.
        genome : Genome, Database, Dataset, mapping of str to int, or str, optional
            Names and sizes of chromosomes. Default: what the table carries, or only names.

        Returns
        -------
        matplotlib Axes
            Few rows one by one, with arrows along their strand; of many, how many there are.

        Examples
        --------
        >>> import pandas as pd
        >>> import misha_xr.accessors
        >>> table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [10]})
        >>> axes = table.misha.plot()
        >>> axes.get_xlabel()
        'chr1 (bp)'
        >>> import matplotlib.pyplot
        >>> matplotlib.pyplot.close(axes.figure)
        """
        if intervals.is_2d(self._frame):
            return plot_rectangles(self._frame, ax, values=values, genome=genome)
        return plot_intervals(self._frame, ax, region=region, names=names, genome=genome)
