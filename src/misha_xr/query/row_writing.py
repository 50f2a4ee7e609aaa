"""What a writer of rows offers to queries, and how it gets them: frame by frame, all or nothing.

Says nothing about files: a writer may as well collect frames, or make an interval set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import pandas as pd

from misha_xr.genome import Genome

__all__ = ["RowPlan", "RowWriter", "write_rows"]

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowPlan:
    """What is known of a table before its first row is.

    Attributes
    ----------
    genome : Genome
        Whose chromosomes the rows lie on.
    head : DataFrame, shape (0, n_columns)
        Names, dtypes and attrs of all frames. Above 10,000 chromosomes a frame has only its own as
        categories, in genome order; where they do not appear in that order, all lie here.
    n_rows : int or None
        How many rows come; None if nobody knows.
    joined : DataFrame or None
        The table whose columns were joined to the steps: its object columns tell their types.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> frame = db.genome.intervals("chr1", 0, 100)
    >>> RowPlan(db.genome, frame.iloc[:0], n_rows=1).head.columns.tolist()
    ['chrom', 'start', 'end']
    """

    genome: Genome
    head: pd.DataFrame
    n_rows: int | None = None
    joined: pd.DataFrame | None = None


class RowWriter(Protocol[T_co]):
    """Takes a table piece by piece, in order. Nothing is visible before `commit`.

    `begin` comes first, once, and only after everything that can be wrong about the question has
    been refused; then `rows`, maybe never; then either `commit` or `abort`.

    Examples
    --------
    >>> from misha_xr.testing.row_writers import MemoryRows
    >>> writer: RowWriter[pd.DataFrame] = MemoryRows()
    """

    def begin(self, plan: RowPlan) -> None:
        """Get ready; refuse a target or columns that cannot be written.

        Parameters
        ----------
        plan : RowPlan
            What comes.
        """
        ...

    def rows(self, frame: pd.DataFrame) -> None:
        """Take the next rows.

        Parameters
        ----------
        frame : DataFrame, shape (n, n_columns), n > 0
            Columns of the plan's head.
        """
        ...

    def commit(self) -> T_co:
        """Make the whole table visible at once.

        Returns
        -------
        object
            What the caller of the query gets, e.g. a path.
        """
        ...

    def abort(self) -> None:
        """Forget all rows; nothing is left. Comes also after a `begin` or `commit` that failed."""
        ...


def write_rows(writer: RowWriter[T], plan: RowPlan, frames: Iterable[pd.DataFrame]) -> T:
    """Send a table to a writer: all of it, or nothing if anything goes wrong.

    Parameters
    ----------
    writer : RowWriter
        Takes the rows.
    plan : RowPlan
        What comes.
    frames : iterable of DataFrame
        The rows, in order. Empty frames are left out.

    Returns
    -------
    object
        What `RowWriter.commit` gives.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.row_writers import MemoryRows
    >>> db = misha_xr.example_database()
    >>> frame = db.genome.intervals("chr1", [0, 50], [10, 60])
    >>> plan = RowPlan(db.genome, frame.iloc[:0], n_rows=2)
    >>> write_rows(MemoryRows(), plan, [frame[:1], frame[1:]])["start"].tolist()
    [0, 50]
    """
    is_done = False
    try:
        writer.begin(plan)
        for frame in frames:
            if len(frame):
                writer.rows(frame)
        result = writer.commit()
        is_done = True
    finally:
        if not is_done:
            writer.abort()
    return result
