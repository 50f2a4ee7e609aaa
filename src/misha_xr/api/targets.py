"""Targets of results: what `out=` means."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd

from misha_xr import io
from misha_xr.database import Store
from misha_xr.database.writing.set_writer import SetWriter
from misha_xr.errors import OutputError
from misha_xr.query import RowPlan, RowWriter, write_rows

__all__ = ["row_writer", "with_target", "write_frame"]

P = ParamSpec("P")
R = TypeVar("R")

_FILES = (".parquet", ".pq")


def row_writer(
    store: Store, out: str | os.PathLike[str], *, overwrite: bool = False
) -> RowWriter[Path]:
    """Return what writes rows to a target.

    Parameters
    ----------
    store : Store
        The database.
    out : str or Path
        A str: the name of an interval set. A Path: a Parquet file.
    overwrite : bool
        Replace what is there.

    Returns
    -------
    RowWriter
        Nothing is written yet.

    Raises
    ------
    OutputError, OutputExistsError, NameSyntaxError, NameCollisionError, ReadOnlyError
        If the target cannot be written.
    TypeError
        If it is neither.

    Examples
    --------
    >>> import misha_xr
    >>> row_writer(misha_xr.example_database().store, "annotations")
    Traceback (most recent call last):
    misha_xr.errors.NameCollisionError: interval set 'annotations' already exists in ...
      Hint: overwrite=True replaces it
    """
    if isinstance(out, str):
        if out.lower().endswith(_FILES):
            raise OutputError(
                f"out={out!r} would be the name of an interval set",
                hint=f"for a file, say out=Path({out!r})",
            )
        return SetWriter(store, out, overwrite=overwrite)
    if not isinstance(out, os.PathLike):
        raise TypeError(
            f"out must be the name of an interval set or a Path; found {type(out).__name__}"
        )
    return io.ParquetRows(out, overwrite=overwrite)


def write_frame(writer: RowWriter[R], store: Store, frame: pd.DataFrame) -> R:
    """Send a whole table to a writer.

    Parameters
    ----------
    writer : RowWriter
        Takes the rows.
    store : Store
        The database.
    frame : DataFrame
        All rows.

    Returns
    -------
    object
        What the writer gives.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.row_writers import MemoryRows
    >>> db = misha_xr.example_database()
    >>> len(write_frame(MemoryRows(), db.store, db.genome.all_intervals()))
    3
    """
    plan = RowPlan(store.genome, frame.iloc[:0], len(frame), frame)
    return write_rows(writer, plan, [frame])


def with_target(method: Callable[P, pd.DataFrame]) -> Callable[P, pd.DataFrame]:
    """Give a method that returns intervals the keywords ``out`` and ``overwrite``.

    Parameters
    ----------
    method : callable
        A method of an object with a ``store``, with open keywords.

    Returns
    -------
    callable
        With ``out`` it writes the table and returns the path; a target that cannot be written is
        refused before anything is computed.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database(copy=True)
    >>> path = db.screen("dense_track > 0.6", scope="chr1", out="lab.hits")
    >>> path.name, "lab.hits" in db.find_sets()
    ('hits.interv', True)
    """

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
        out: Any = kwargs.pop("out", None)
        overwrite = bool(kwargs.pop("overwrite", False))
        if out is None:
            return method(*args, **kwargs)
        store: Store = args[0].store  # type: ignore[attr-defined]
        writer = row_writer(store, out, overwrite=overwrite)
        return cast("pd.DataFrame", write_frame(writer, store, method(*args, **kwargs)))

    return call
