"""Classic calls that read array tracks: their column names and their values."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from misha_xr.pm.calls import classic
from misha_xr.pm.frames import classic_frame
from misha_xr.pm.session import SESSION
from misha_xr.query import extract_array, open_array

__all__ = ["gtrack_array_extract", "gtrack_array_get_colnames"]


@classic()
def gtrack_array_get_colnames(track: str) -> list[str]:
    """List the columns of an array track.

    Parameters
    ----------
    track : str
        The track.

    Returns
    -------
    list of str
        In the order of their numbers.

    Raises
    ------
    ValueError
        If there is no such track, or it is of another type.

    See Also
    --------
    misha_xr.Database.extract_array : Values of the columns.

    Examples
    --------
    >>> from misha_xr import pm
    >>> from misha_xr.testing.semantics import semantics_database
    >>> pm.gdb_init(semantics_database().store.root)
    >>> pm.gtrack_array_get_colnames("arr")
    ['a', 'b', 'c']
    >>> _ = pm.gdb_init_examples()
    """
    return list(open_array(SESSION.need().store, track).column_names)


@classic()
def gtrack_array_extract(
    track: str,
    slice: list[str] | list[int] | None = None,
    intervals: pd.DataFrame | str | None = None,
    file: str | None = None,
) -> pd.DataFrame | None:
    """Return the intervals of an array track with the values of their columns.

    Parameters
    ----------
    track : str
        The track.
    slice : list of str or of int, optional
        Columns by name or by number from 0, in the order wanted; default all.
    intervals : DataFrame or str, optional
        Where; None: the whole genome. Intervals of the track are cut by it.
    file : str, optional
        Write a tab-separated file, without `intervalID`, and return None.

    Returns
    -------
    DataFrame or None
        `chrom` (text), `start`, `end`, one float64 column per column of the track, `intervalID`
        (row number from 1 of `intervals`). Without rows all columns are of type object.

    Raises
    ------
    ValueError
        If there is no such track or column, or the track is of another type.

    See Also
    --------
    misha_xr.Database.extract_array : The native form.

    Examples
    --------
    >>> from misha_xr import pm
    >>> from misha_xr.testing.semantics import semantics_database
    >>> pm.gdb_init(semantics_database().store.root)
    >>> pm.gtrack_array_extract("arr", ["c"], pm.gintervals(1, 0, 152))["c"].tolist()
    [nan, 5.0]
    >>> _ = pm.gdb_init_examples()
    """
    store, most = SESSION.need().store, SESSION.setting("max_data_size")
    table = classic_frame(extract_array(store, track, slice, intervals, max_rows=most))
    if file is not None:
        table.iloc[:, :-1].to_csv(Path(file), sep="\t", index=False)
        return None
    return table if len(table) else table.astype(object)
