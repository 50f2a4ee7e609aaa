"""A writer of rows that collects them in memory, and insists on what writers are promised."""

from __future__ import annotations

import pandas as pd

from misha_xr.query import RowPlan

__all__ = ["MemoryRows"]


class MemoryRows:
    """Collects a table.

    Attributes
    ----------
    calls : list of str
        The calls so far.
    frames : list of DataFrame
        The pieces so far.

    Examples
    --------
    >>> import misha_xr
    >>> genome = misha_xr.example_database().genome
    >>> frame, writer = genome.intervals("chr1", 0, 10), MemoryRows()
    >>> writer.begin(RowPlan(genome, frame.iloc[:0]))
    >>> writer.rows(frame)
    >>> len(writer.commit()), writer.calls
    (1, ['begin', 'rows', 'commit'])
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.frames: list[pd.DataFrame] = []
        self.plan: RowPlan | None = None

    def begin(self, plan: RowPlan) -> None:
        """Note the plan.

        Parameters
        ----------
        plan : RowPlan
            What comes.
        """
        assert not self.calls
        self.calls.append("begin")
        self.plan = plan

    def rows(self, frame: pd.DataFrame) -> None:
        """Keep a piece.

        Parameters
        ----------
        frame : DataFrame
            As the plan says.
        """
        assert self.plan is not None
        assert len(frame)
        assert frame.columns.equals(self.plan.head.columns)
        assert frame.attrs == self.plan.head.attrs
        self.calls.append("rows")
        self.frames.append(frame)

    def commit(self) -> pd.DataFrame:
        """Return all rows.

        Returns
        -------
        DataFrame
            The pieces in a row, or the head if there are none.
        """
        assert self.plan is not None
        self.calls.append("commit")
        n_rows = sum(map(len, self.frames))
        assert self.plan.n_rows in (None, n_rows)
        if not self.frames:
            return self.plan.head
        return pd.concat(self.frames, ignore_index=True)

    def abort(self) -> None:
        """Forget all."""
        self.calls.append("abort")
        self.frames.clear()
