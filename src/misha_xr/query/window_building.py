"""How a sampler of training windows is made: every error a user can make is raised here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from misha_xr.database import Store
from misha_xr.errors import ExpressionError
from misha_xr.query.columns import Expressions
from misha_xr.query.query import Query, build_query
from misha_xr.query.training_windows import TrainingWindows
from misha_xr.query.window_form import WindowForm
from misha_xr.query.window_places import Anchor, Edges, place_windows

__all__ = ["training_windows"]


def training_windows(
    store: Store,
    intervals: object,
    tracks: Expressions | None,
    form: WindowForm,
    *,
    anchor: Anchor = "center",
    strand_aware: bool = False,
    edges: Edges = "pad",
    context: Mapping[str, Any] | None = None,
) -> TrainingWindows:
    """Put windows on intervals and say what is read in them.

    Parameters
    ----------
    store : Store
        The database.
    intervals : str or DataFrame
        One window each; see `place_windows`.
    tracks : str, list of str, dict of str to str, or None
        Expressions; None or empty: bases only.
    form : WindowForm
        What a window looks like.
    anchor, strand_aware, edges
        As for `place_windows`.
    context : mapping, optional
        ``variables``, ``vtracks``, ``arrays``, as for every query.

    Returns
    -------
    TrainingWindows
        No value is read yet.

    Raises
    ------
    MishaError
        For anything wrong with intervals or expressions.
    DatabaseNotFoundError
        If bases are wanted and the database holds none.
    ValueError
        If neither tracks nor bases are wanted.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> len(training_windows(store, "chr1:0-100", "dense_track", WindowForm(20)))
    1
    """
    is_bare = tracks is None or (not isinstance(tracks, str) and len(tracks) == 0)
    if is_bare and not form.has_bases:
        raise ValueError(
            "windows without tracks and without bases have nothing to read\n"
            "  Hint: name tracks, or give one_hot=True"
        )
    query = None if is_bare else _signal_query(store, tracks, form, dict(context or {}))
    if form.has_bases:
        store.sequence_files()  # a database without sequence says so now
    where: dict[str, Any] = {"anchor": anchor, "strand_aware": strand_aware, "edges": edges}
    places = place_windows(store, intervals, form.size, jitter=form.jitter, **where)
    return TrainingWindows(store, query, places, form)


def _signal_query(store: Store, tracks: Any, form: WindowForm, context: dict[str, Any]) -> Query:
    """Build the query of the signal; its own steps, on one chromosome, do not matter."""
    for name, value in (context.get("variables") or {}).items():
        if np.ndim(value):
            raise ExpressionError(
                f"the variable {name!r} has one value per step; windows have no fixed steps",
                hint="use a number, or assign the values to the Dataset as a variable on bins",
            )
    line = store.genome.frame(np.zeros(1, np.int32), np.zeros(1, np.int64), store.genome.sizes[:1])
    return build_query(store, tracks, **context | {"scope": line, "iterator": form.step})
