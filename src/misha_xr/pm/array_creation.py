"""Classic calls that make array tracks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database.writing.bare_tracks import set_column_names
from misha_xr.errors import IntervalError
from misha_xr.io.array_tables import import_arrays
from misha_xr.pm.calls import classic
from misha_xr.pm.interval_sources import interval_table
from misha_xr.pm.session import SESSION

__all__ = ["gtrack_array_create", "gtrack_array_import", "gtrack_array_set_colnames"]


@classic()
def gtrack_array_create(
    track: str, description: str, intervals: pd.DataFrame, values: Any, colnames: list[str]
) -> None:
    """Make an array track: several named values per interval.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    intervals : DataFrame
        `chrom`, `start`, `end`, disjoint; any order.
    values : array of float, shape (n_intervals, n_columns)
        NaN: absent.
    colnames : list of str
        Distinct names of the columns.

    Raises
    ------
    ValueError
        If the track exists, rows overlap or leave the genome, there are none, or the number of
        names or rows differs.

    See Also
    --------
    misha_xr.Database.create_array : The native form.

    Notes
    -----
    Differs from pymisha: files of chromosomes without data are written too, as R needs them; rows
    on unknown chromosomes are refused.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_array_create("two", "a test", pm.gintervals(1, 0, 100), [[1, 2]], ["a", "b"])
    >>> pm.gtrack_array_get_colnames("two")
    ['a', 'b']
    """
    database = SESSION.need()
    rows = interval_table(database.store, intervals, "intervals")
    if not len(rows):
        raise IntervalError("intervals is empty")
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 2:
        raise IntervalError("values must be a 2-D array (n_intervals x n_cols)")
    call = f'gtrack_array_create("{track}", description, intervals, values, colnames={colnames})'
    how = {"description": description, "created_by": call}
    database.create_array(track, rows[["chrom", "start", "end"]], found, colnames, **how)


@classic()
def gtrack_array_import(track: str, description: str, *srcs: str) -> None:
    r"""Make an array track of files and of other array tracks.

    Parameters
    ----------
    track : str
        Name of the new track.
    description : str
        What it holds.
    *srcs : str
        Array tracks, and tab-separated files with a header ``chrom start end name...``. Equal
        intervals become one, columns of one name are one.

    Raises
    ------
    FileNotFoundError
        If a source is neither a track nor a file.
    ValueError
        If there is no source, the track exists, intervals overlap without being equal, or two
        values of one cell differ.

    See Also
    --------
    misha_xr.Database.create_array : The native form, from tables.

    Notes
    -----
    Differs from pymisha: files of chromosomes without data are written too, as R needs them; rows
    on unknown chromosomes are refused.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_array_create("two", "a test", pm.gintervals(1, 0, 100), [[1, 2]], ["a", "b"])
    >>> pm.gtrack_array_import("again", "a test", "two")
    >>> pm.gtrack_array_extract("again")["b"].tolist()
    [2.0]
    """
    database = SESSION.need()
    shown = ", ".join(f'"{source}"' for source in srcs)
    call = f'gtrack_array_import("{track}", description, src = c({shown}))'
    import_arrays(database.store, track, srcs, description=description, created_by=call)


@classic()
def gtrack_array_set_colnames(track: str, colnames: list[str]) -> None:
    """Give the columns of an array track other names.

    Parameters
    ----------
    track : str
        An array track.
    colnames : list of str
        Distinct names from the first column on; columns beyond them are hidden.

    Raises
    ------
    ValueError
        If there is no such track, it is of another type, or names are repeated.

    See Also
    --------
    misha_xr.Database.create_array : Makes a track with its names.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gtrack_array_create("two", "a test", pm.gintervals(1, 0, 100), [[1, 2]], ["a", "b"])
    >>> pm.gtrack_array_set_colnames("two", ["liver", "lung"])
    >>> pm.gtrack_array_get_colnames("two")
    ['liver', 'lung']
    """
    set_column_names(SESSION.need().store, track, colnames)
