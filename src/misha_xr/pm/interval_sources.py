"""What a classic call may give in place of a table of intervals: the name of a set or a track."""

from __future__ import annotations

import pandas as pd

from misha_xr.database import ArrayTrack, SparseTrack, Store, Track2D
from misha_xr.errors import IntervalTypeError, TrackTypeError, UnknownSetError, closest_hint
from misha_xr.intervals import from_intervals, from_intervals2d
from misha_xr.intervals.binding import GENOME_ATTR
from misha_xr.pm.frames import classic_frame
from misha_xr.query.plane_scope import track_rectangles
from misha_xr.query.records import track_intervals

__all__ = ["interval_table"]


def interval_table(store: Store, given: pd.DataFrame | str | None, what: str) -> pd.DataFrame:
    """Return the intervals that a classic argument stands for.

    Parameters
    ----------
    store : Store
        Holds sets and tracks.
    given : DataFrame or str
        A table, or the name of an interval set, a sparse or array track, or a 2D track.
    what : str
        Name of the argument, for messages.

    Returns
    -------
    DataFrame
        Chromosomes as text; the columns of a table or set, only coordinates of a track. It knows
        no genome: the database in use decides.

    Raises
    ------
    IntervalTypeError
        For anything else than a table or a name.
    UnknownSetError
        If nothing has that name.
    TrackTypeError
        If it is a dense track.
    """
    if isinstance(given, str):
        given = _named(store, given, what)
    if not isinstance(given, pd.DataFrame):
        raise IntervalTypeError(
            f"{what} cannot be {'None' if given is None else type(given).__name__}"
        )
    table = classic_frame(given)
    table.attrs = {key: value for key, value in table.attrs.items() if key != GENOME_ATTR}
    return table


def _named(store: Store, name: str, what: str) -> pd.DataFrame:
    if store.has_set(name):
        return store.load_set(name)
    if not store.has_track(name):
        raise UnknownSetError(
            f"{what}: {name!r} is no interval set or track of {store.root}",
            hint=closest_hint(name, [*store.set_names(), *store.track_names()]),
        )
    track = store.track(name)
    if isinstance(track, SparseTrack | ArrayTrack):
        return from_intervals(track_intervals(track), store.genome)
    if isinstance(track, Track2D):
        return from_intervals2d(track_rectangles(track), store.genome)
    raise TrackTypeError(
        f"{what}: {name!r} is a {track.type.value} track, which is not a set of intervals",
        hint="use a saved set, a sparse, array or 2D track, or the result of gscreen()",
    )
