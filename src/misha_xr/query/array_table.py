"""Tables of array tracks: one row per interval that the scope meets, one column per column."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.array_columns import gather_cells
from misha_xr.database import ArrayTrack, Store
from misha_xr.errors import TrackTypeError
from misha_xr.formats.array import find_interval_tables
from misha_xr.genome import mark_frame
from misha_xr.intervals import Intervals
from misha_xr.query.array_columns import Columns, column_numbers
from misha_xr.query.item_steps import TrackSteps
from misha_xr.query.operations import check_rows
from misha_xr.query.scope import resolve_scope

__all__ = ["extract_array", "open_array"]

Int64s = NDArray[np.int64]


def open_array(store: Store, name: str) -> ArrayTrack:
    """Open a track that must be an array track.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        The track.

    Returns
    -------
    ArrayTrack
        In its present state.

    Raises
    ------
    UnknownTrackError
        If there is no such track.
    TrackTypeError
        If it is of another type.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> store = semantics_database().store
    >>> open_array(store, "arr").name
    'arr'
    """
    track = store.track(name)
    if not isinstance(track, ArrayTrack):
        raise TrackTypeError(
            f"the track {name!r} is not an array track: its type is {track.type.value}",
            hint=f"use extract({name!r}) for the values of other types",
        )
    return track


def extract_array(
    store: Store,
    track: str,
    columns: Columns = None,
    scope: object = None,
    *,
    max_rows: int | None = None,
) -> pd.DataFrame:
    """Return the intervals of an array track with the values of their columns.

    Parameters
    ----------
    store : Store
        The database.
    track : str
        An array track.
    columns : str, int, or list of these, optional
        Columns by name or by number from 0, in the order wanted. Default: all.
    scope : None, str or DataFrame, optional
        Where, as for `extract`; the intervals are cut by its rows.
    max_rows : int, optional
        Refuse, before values are read, to make a longer table.

    Returns
    -------
    DataFrame, shape (n, 3 + n_columns + 1)
        `chrom`, `start`, `end` (int64, base pairs, half-open), one float64 column per column, NaN
        where it is absent, and `intervalID`, the 1-based row of the scope. Scope rows in genome
        order; overlapping ones are walked one by one. May be empty.

    Raises
    ------
    UnknownTrackError, TrackTypeError
        If there is no such track, or it is of another type.
    UnknownColumnError
        If it has no such column; the hint has the closest names.
    SizeLimitError
        If there are more rows than `max_rows`.
    MishaError
        For a scope that is not valid, or files that cannot be trusted.

    Notes
    -----
    Source: misha query semantics, array slices.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> store = semantics_database().store
    >>> extract_array(store, "arr", ["b"], "chr1:105-152")["end"].tolist()
    [110, 152]
    """
    source = open_array(store, track)
    wanted = column_numbers(source, columns)
    steps = TrackSteps(source, resolve_scope(store, scope))
    check_rows(steps.n_steps, max_rows)
    where, rows, items = steps.pieces()
    values = np.full((len(wanted), len(rows)), np.nan)
    _fill(source, where, items, source.slots(wanted), values)
    source.check_current()
    names = [source.column_names[number] for number in wanted]
    return _frame(store, where, rows, dict(zip(names, values, strict=True)))


def _fill(
    track: ArrayTrack,
    where: Intervals,
    items: Int64s,
    slots: NDArray[np.int32],
    values: NDArray[np.float64],
) -> None:
    """Write the cells of sorted intervals, one file after another."""
    at, codes = 0, where.codes
    while at < len(codes):
        table = next(track.tables(int(codes[at]), int(codes[-1]) + 1))
        end = int(np.searchsorted(codes, table.first_code + len(table.offsets), "left"))
        rows_at, _ = find_interval_tables(table.data, table.offsets, table.lengths)
        gather_cells(
            table.data, table.first_code, table.offsets, rows_at,
            codes[at:end], items[at:end], slots, values[:, at:end],
        )  # fmt: skip
        at = end


def _frame(
    store: Store, where: Intervals, rows: Int64s, values: dict[str, NDArray[np.float64]]
) -> pd.DataFrame:
    """Join the columns; the name of one may be that of a coordinate."""
    columns = [store.genome.categorical(where.codes), where.starts, where.ends, *values.values()]
    frame = pd.DataFrame(dict(enumerate([*columns, rows])), copy=False)
    frame.columns = pd.Index(["chrom", "start", "end", *values, "intervalID"])
    return mark_frame(frame, store.genome)
