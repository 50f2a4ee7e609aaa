"""Signals of pictures: values of windows, with their extremes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from misha_xr import plot, query
from misha_xr.api.picture_asking import OWN, Asked, Asking
from misha_xr.database import ArrayTrack, Store
from misha_xr.query import VirtualTrack

__all__ = ["columns_panel", "signal_panel"]

_EXTREMES = ("min", "max")


def signal_panel(
    owner: Asking,
    text: str,
    title: str,
    vtracks: dict[str, VirtualTrack],
    asked: Asked,
    bin_size: int | None,
) -> plot.SignalPanel:
    """Read a signal; of a mean over windows of several values, their extremes as well.

    Parameters
    ----------
    owner : Asking
        A Database or an accessor.
    text : str
        One expression.
    title : str
        Of the panel.
    vtracks : dict of str to VirtualTrack
        What the expression names beside what the owner knows.
    asked : Asked
        Where, and how.
    bin_size : int or None
        Of what is read, base pairs; windows are whole bins.

    Returns
    -------
    SignalPanel
        `low` and `high` for the mean of one track, in windows of several values.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.plot import View
    >>> asked = Asked(View("chr1", 0, 100_000, 5.0), iterator=50_000)
    >>> db = misha_xr.example_database()
    >>> panel = signal_panel(db, "dense_track", "x", {}, asked, 50)
    >>> bool((panel.high > panel.values).all())
    True
    """
    size = asked.windows(bin_size or 1)
    exprs = {"value": text}
    name = text.strip().strip("`")
    if size > (bin_size or 1):
        known = asked.context(owner, text, vtracks)["vtracks"]
        plain = known.get(name) or _plain(owner.store, name)
        if plain is not None and plain.reducer.name == "avg":
            vtracks = {**vtracks, **{f"{OWN}_{f}": replace(plain, func=f) for f in _EXTREMES}}
            exprs |= {func: f"{OWN}_{func}" for func in _EXTREMES}
    edges, values = _read(owner, exprs, vtracks, asked, size)
    low, high = values[1:] if len(values) > 1 else (None, None)
    return plot.SignalPanel(title, edges, values[0], low, high)


def _plain(store: Store, name: str) -> VirtualTrack | None:
    return VirtualTrack(name) if store.has_track(name) else None


def columns_panel(owner: Asking, track: ArrayTrack, title: str, asked: Asked) -> plot.ColumnsPanel:
    """Read the columns of an array track, each as the mean of its values in a window.

    Parameters
    ----------
    owner : Asking
        A Database or an accessor.
    track : ArrayTrack
        The track.
    title : str
        Of the panel.
    asked : Asked
        Where, and how.

    Returns
    -------
    ColumnsPanel
        All columns, on the same windows.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> db = semantics_database()
    >>> from misha_xr.plot import View
    >>> view = View(db.genome.name(0), 0, 200, 5.0)
    >>> columns_panel(db, db.store.track("arr"), "x", Asked(view)).names
    ('a', 'b', 'c')
    """
    names = tuple(map(str, track.column_names))
    own = {f"{OWN}_{at}": VirtualTrack(track.name, slice=at) for at in range(len(names))}
    edges, values = _read(owner, {name: name for name in own}, own, asked, asked.windows())
    return plot.ColumnsPanel(title, edges, np.array(values), names)


def _read(
    owner: Asking,
    exprs: dict[str, str],
    vtracks: dict[str, VirtualTrack],
    asked: Asked,
    size: int,
) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    """Return the edges of windows, and the values of expressions in them."""
    context = asked.context(owner, exprs, vtracks, iterator=size)
    rows = query.extract(owner.store, exprs, **context)
    edges = np.append(rows["start"].to_numpy(), asked.view.end)
    return edges, [rows[name].to_numpy(np.float64) for name in exprs]
