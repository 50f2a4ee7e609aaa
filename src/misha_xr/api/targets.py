"""Targets of results: what `out=` means."""

from __future__ import annotations

import os
from pathlib import Path

from misha_xr.errors import UnsupportedError
from misha_xr.io import ParquetRows
from misha_xr.query import RowWriter

__all__ = ["row_writer"]


def row_writer(out: str | os.PathLike[str], *, overwrite: bool = False) -> RowWriter[Path]:
    """Return what writes rows to a target.

    Parameters
    ----------
    out : Path
        A Parquet file. A str is the name of an interval set.
    overwrite : bool
        Replace what is there.

    Returns
    -------
    RowWriter
        Nothing is written yet.

    Raises
    ------
    OutputError, OutputExistsError
        If the target cannot be written.
    UnsupportedError
        For an interval set.
    TypeError
        For anything else.

    Examples
    --------
    >>> row_writer("peaks")
    Traceback (most recent call last):
    misha_xr.errors.UnsupportedError: out='peaks' names an interval set, which cannot be written yet
      Hint: for a file, say out=Path('peaks.parquet')
    """
    if isinstance(out, str):
        file = out if out.endswith((".parquet", ".pq")) else f"{out}.parquet"
        raise UnsupportedError(
            f"out={out!r} names an interval set, which cannot be written yet",
            hint=f"for a file, say out=Path({file!r})",
        )
    if not isinstance(out, os.PathLike):
        raise TypeError(f"out must be a Path; found {type(out).__name__}")
    return ParquetRows(out, overwrite=overwrite)
