"""A writer of rows that makes an interval set of them: what ``out="name"`` of queries uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from pandas.api.types import is_object_dtype

from misha_xr.database.store import Store
from misha_xr.database.writing.set_columns import column_types
from misha_xr.database.writing.set_saving import check_layout, save_table
from misha_xr.database.writing.set_spool import SetSpool
from misha_xr.database.writing.targets import new_target
from misha_xr.errors import MishaError
from misha_xr.formats.interval_columns import ColumnType, column_type

__all__ = ["SetWriter"]


class SetWriter:
    """Makes an interval set of rows that come piece by piece.

    Follows the protocol `misha_xr.query.RowWriter`. Rows may come in any order; nothing of the set
    is visible before `commit`.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name of the set.
    overwrite : bool
        Replace a set of that name.
    big, layout, attributes
        As for `misha_xr.database.writing.set_saving.save_set`.

    Raises
    ------
    NameSyntaxError, NameCollisionError, ReadOnlyError
        If the set cannot be written under that name.

    Notes
    -----
    Memory is that of a piece, plus the coordinates of the largest chromosome or pair when the set
    is stored as a folder, whose statistics need them. The rest waits in files without a name.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.query import RowPlan, write_rows
    >>> from misha_xr.testing.database import write_database
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_database(folder, sizes={"chr1": 100}))
    ...     plan = RowPlan(store.genome, frame.iloc[:0])
    ...     path = write_rows(SetWriter(store, "a"), plan, [frame, frame])
    ...     path.name, len(store.load_set("a"))
    ('a.interv', 2)
    """

    def __init__(
        self,
        store: Store,
        name: str,
        *,
        overwrite: bool = False,
        big: bool | None = None,
        layout: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._overwrite = overwrite
        self._big = big
        self._layout = layout
        self._attributes = attributes
        self._target = new_target(store, "set", name, overwrite=overwrite)
        self._spool: SetSpool | None = None

    def begin(self, plan: _Plan) -> None:
        """Get ready; refuse columns that have no form in a set.

        Parameters
        ----------
        plan : RowPlan
            What comes.

        Raises
        ------
        IntervalError, UnsupportedError
            If a column, or the layout, is not possible.
        """
        check_layout(self._store, self._layout, self._attributes)
        self._spool = SetSpool(plan.genome, _planned_types(plan), self._store.root / "tracks")

    def rows(self, frame: pd.DataFrame) -> None:
        """Take rows.

        Parameters
        ----------
        frame : DataFrame
            Columns of the plan's head.
        """
        self._need().add(frame)

    def commit(self) -> Path:
        """Write the set, big or small as it turned out.

        Returns
        -------
        Path
            Its file or folder.
        """
        spool = self._need()
        save_table(
            self._store,
            self._target,
            spool.table(),
            replace=self._overwrite,
            big=self._big,
            layout=self._layout,
            attributes=self._attributes,
        )
        spool.close()
        return self._target

    def abort(self) -> None:
        """Forget all rows."""
        if self._spool is not None:
            self._spool.close()

    def _need(self) -> SetSpool:
        if self._spool is None:
            raise MishaError("a writer of rows begins with begin()")
        return self._spool


if TYPE_CHECKING:
    from typing import Protocol

    from misha_xr.genome import Genome

    class _Plan(Protocol):
        """What is read of a `misha_xr.query.RowPlan`, which lies above."""

        @property
        def genome(self) -> Genome: ...
        @property
        def head(self) -> pd.DataFrame: ...
        @property
        def joined(self) -> pd.DataFrame | None: ...


def _planned_types(plan: _Plan) -> dict[str, ColumnType]:
    """Choose the types of columns; of objects the joined table tells, which has all of them."""
    types = column_types(plan.head)
    if plan.joined is not None:
        first = len(plan.head.columns) - len(plan.joined.columns)
        for position, name in enumerate(plan.head.columns[first:]):
            if is_object_dtype(plan.head.dtypes.iloc[first + position]):
                types[str(name)] = column_type(plan.joined.iloc[:, position])
    return types
