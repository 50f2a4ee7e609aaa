"""Array tracks from tables: several named values per interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.database.store import Store
from misha_xr.database.writing.interval_tracks import (
    TrackOptions,
    as_stored,
    disjoint,
    numbers,
    row_pieces,
)
from misha_xr.database.writing.track_creation import new_track
from misha_xr.formats.column_names import encode_column_names
from misha_xr.intervals import to_intervals

__all__ = ["create_array"]

_PLACES = ("chrom", "start", "end")


def create_array(
    store: Store,
    name: str,
    intervals: pd.DataFrame,
    values: npt.ArrayLike | None = None,
    columns: Sequence[str] | None = None,
    *,
    created_by: str | None = None,
    **options: Unpack[TrackOptions],
) -> None:
    """Make an array track: several named values per interval.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    intervals : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`; any order, disjoint.
    values : array-like of float, shape (n, n_columns), optional
        Stored as float32; NaN: absent. Default: all other columns of the table.
    columns : sequence of str, optional
        Their names, distinct. Default: those of the table, or of `values` if it is one.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        As for `new_track`.

    Raises
    ------
    IntervalError
        If rows overlap, or there is not one row of values per interval. Before anything is written.
    ValueError
        If the names of columns do not fit.
    MishaError
        For anything else wrong with the table, the name or an option.

    Notes
    -----
    An interval without any value is kept.

    Examples
    --------
    >>> from misha_xr.testing.tiny import write_tiny
    >>> import tempfile
    >>> from pathlib import Path
    >>> rows = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [3], "liver": [1.5]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(write_tiny(Path(folder, "db")))
    ...     create_array(store, "new", rows)
    ...     store.track("new").column_names
    ('liver',)
    """
    origin = created_by or f"create_array({name!r}, intervals, values)"
    with new_track(store, name, origin, **options) as writer:
        iv = to_intervals(intervals, store.genome)
        if values is None:
            values = intervals.drop(columns=[*_PLACES])
        names = _column_names(values, columns)
        found = numbers(values, "values", shape=(len(intervals), len(names)))
        iv, order = disjoint(iv, intervals)
        found = found if order is None else found[order]
        writer.begin_array(names)
        for rows in row_pieces(len(iv)):
            part = iv.take(rows)
            writer.array(part.codes, part.starts, part.ends, as_stored(found[rows]))


def _column_names(values: npt.ArrayLike, columns: Sequence[str] | None) -> list[str]:
    if columns is None and isinstance(values, pd.DataFrame):
        columns = [str(name) for name in values.columns]
    if columns is None:
        raise ValueError("the names of columns are missing: give columns=[...]")
    names = [str(name) for name in columns]
    if len(set(names)) < len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"names of columns must be unique; {repeated!r} occurs twice")
    n_columns = np.shape(values)[1] if np.ndim(values) == 2 else len(names)
    if n_columns != len(names):
        raise ValueError(f"{len(names)} names for {n_columns} columns of values")
    encode_column_names(names)  # whatever else is wrong with them
    return names
