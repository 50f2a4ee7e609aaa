"""`df.misha`: saving a table as an interval set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from misha_xr.accessors.frame_base import FrameMethods
from misha_xr.accessors.frame_queries import questions_to
from misha_xr.api import Database

__all__ = ["FrameSaving"]


class FrameSaving(FrameMethods):
    """Methods that write the table into a database."""

    def save(
        self,
        data: Database | xr.Dataset,
        name: str,
        *,
        overwrite: bool = False,
        big: bool | None = None,
        layout: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Path:
        """Save this table as an interval set.

        Parameters
        ----------
        data : Database or Dataset
            Where; the working root of it.
        name : str
            Of the set: a letter, then letters, digits, ``_``; dots separate folders.
        overwrite, big, layout, attributes
            As for `Database.save_intervals`.

        Returns
        -------
        Path
            Its file or folder.

        Raises
        ------
        NameSyntaxError, NameCollisionError, ReadOnlyError, BusyError
            If it cannot be written under that name.
        IntervalError, UnknownChromosomeError
            If a row is not legal there, or a column has no form in a set.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database(copy=True)
        >>> hits = db.screen("dense_track > 0.6").misha.resize(100, genome=db)
        >>> hits.misha.save(db, "hits").name
        'hits.interv'
        """
        path: Path = questions_to(data).save_intervals(
            name, self._frame, overwrite=overwrite, big=big, layout=layout, attributes=attributes
        )
        return path
