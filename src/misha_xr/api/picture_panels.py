"""What a panel of a picture is: a name, an expression, a virtual track or a table, and its data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from misha_xr import plot, query
from misha_xr.api.picture_asking import OWN, Asked, Asking
from misha_xr.api.picture_maps import map_panel
from misha_xr.api.picture_signals import columns_panel, signal_panel
from misha_xr.api.picture_tables import boxes_panel, intervals_panel
from misha_xr.database import ArrayTrack, Store, Track2D
from misha_xr.errors import MishaError, TrackTypeError, UnknownTrackError, closest_hint
from misha_xr.intervals import is_2d
from misha_xr.query import VirtualTrack

__all__ = ["read_panel"]


def read_panel(owner: Asking, item: object, title: str | None, asked: Asked) -> plot.Panel:
    """Read what one panel shows.

    Parameters
    ----------
    owner : Asking
        A Database or an accessor.
    item : str, VirtualTrack or DataFrame
        A track, virtual track, variable, saved set or expression; or a table of intervals.
    title : str or None
        Its title. None: its name.
    asked : Asked
        Where, and how.

    Returns
    -------
    Panel
        Ready to be drawn.

    Raises
    ------
    UnknownTrackError
        If a name is nothing; the hint has the closest names.
    MishaError
        For other faults of an expression, a virtual track or a table.
    TypeError
        If it is something else.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.plot import View
    >>> asked = Asked(View("chr1", 0, 100_000, 5.0))
    >>> panel = read_panel(misha_xr.example_database(), "dense_track", None, asked)
    >>> panel.title, len(panel.values)
    ('dense_track', 667)
    """
    if isinstance(item, pd.DataFrame):
        return _table_panel(owner.store, item, title or "intervals", asked)
    if isinstance(item, VirtualTrack):
        source = item.src if isinstance(item.src, str) else "table"
        given = f"{item.reducer.name} of {source}"
        return _values_panel(owner, OWN, title or given, {OWN: item}, asked)
    if not isinstance(item, str):
        raise TypeError(
            f"a panel is a name, an expression, a VirtualTrack or a table; found "
            f"{type(item).__name__}"
        )
    store, name = owner.store, item.strip().strip("`")
    is_own = name in asked.context(owner, item, {})["vtracks"]
    if not is_own and store.has_set(name) and not store.has_track(name):
        return _set_panel(store, name, title or name, asked)
    return _values_panel(owner, item, title or name, {}, asked)


def _table_panel(store: Store, table: pd.DataFrame, title: str, asked: Asked) -> plot.Panel:
    if is_2d(table):
        return boxes_panel(store.genome, table, title, asked.view, asked.square, asked.distance)
    return intervals_panel(store.genome, table, title, asked.view)


def _set_panel(store: Store, name: str, title: str, asked: Asked) -> plot.Panel:
    chrom = asked.view.chrom
    if store.set_is_2d(name):
        return _table_panel(store, store.load_set(name, pairs=[(chrom, chrom)]), title, asked)
    return _table_panel(store, store.load_set(name, chroms=chrom), title, asked)


def _values_panel(
    owner: Asking, text: str, title: str, vtracks: dict[str, VirtualTrack], asked: Asked
) -> plot.Panel:
    """Read values in one dimension; what has two, as a map."""
    context = asked.context(owner, text, vtracks)
    name = text.strip().strip("`")
    known = {*context["vtracks"], *(context.get("arrays") or {})}
    is_name = name in known or owner.store.has_track(name)
    if not is_name:
        _check_name(owner.store, name, known)
    elif name not in known:
        track = owner.store.track(name)
        if isinstance(track, ArrayTrack):
            return columns_panel(owner, track, title, asked)
        if isinstance(track, Track2D):
            func = "weighted.sum" if track.type.value == "points" else "avg"
            label = "sum" if track.type.value == "points" else "mean"
            return map_panel(owner, OWN, title, {OWN: VirtualTrack(name, func)}, asked, label)
    try:
        found = query.build_query(owner.store, text, **context, iterator=asked.windows())
    except TrackTypeError as error:
        try:
            return map_panel(owner, text, title, vtracks, asked, "value")
        except MishaError:
            raise error from None
    bins = {_bin_size(item.source) for item in found.inputs} - {None}
    size = bins.pop() if len(bins) == 1 else None
    return signal_panel(owner, text, title, vtracks, asked, size)


def _check_name(store: Store, name: str, known: set[str]) -> None:
    """Raise for a plain word that is nothing here; all else is for the parser of expressions."""
    if name.replace(".", "_").isidentifier():
        names = [*known, *store.track_names(), *store.set_names()]
        raise UnknownTrackError(
            f"{name!r} is no track, virtual track or interval set of {store.root}",
            hint=closest_hint(name, names),
        )


def _bin_size(source: Any) -> int | None:
    """Return the bin size of a source; None if it has no bins."""
    array = getattr(source, "array", None)
    if array is not None:
        return int(array.axis.bin_size)
    return getattr(getattr(source, "track", None), "bin_size", None)
