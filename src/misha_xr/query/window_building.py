"""How a sampler of training windows is made: every error a user can make is raised here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from misha_xr.database import Store
from misha_xr.query.columns import Expressions
from misha_xr.query.cube_regions import cube_regions
from misha_xr.query.cubes import build_cube
from misha_xr.query.training_windows import TrainingWindows
from misha_xr.query.window_form import WindowForm
from misha_xr.query.window_places import Edges, WindowPlaces, fitting

__all__ = ["training_windows"]


def training_windows(
    store: Store,
    intervals: object,
    tracks: Expressions | None,
    form: WindowForm,
    *,
    anchor: str = "center",
    strand_aware: bool | None = None,
    edges: Edges = "pad",
    context: Mapping[str, Any] | None = None,
) -> TrainingWindows:
    """Put windows on intervals and say what is read in them.

    Parameters
    ----------
    store : Store
        The database.
    intervals : str or DataFrame
        One window each; see `cube_regions`.
    tracks : str, list of str, dict of str to str, or None
        Expressions; None or empty: bases only.
    form : WindowForm
        What a window looks like.
    anchor, strand_aware
        As for `cube_regions`.
    edges : {"pad", "drop", "error"}
        Of windows that leave their chromosome; see `fitting`.
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
    if form.has_bases:
        store.sequence_files()  # a database without sequence says so now
    query = None
    if is_bare:
        regions = cube_regions(store, intervals, anchor, strand_aware)
    else:
        where: dict[str, Any] = {"anchor": anchor, "strand_aware": strand_aware}
        where |= {"flank": (form.cut.left, form.cut.right), "bin": form.step}
        cube = build_cube(store, tracks or [], intervals, **where, **(context or {}))
        query, regions = cube.query, cube.regions
    places = fitting(WindowPlaces.of(regions), store.genome, form.cut, edges, form.jitter)
    return TrainingWindows(store, query, places, form)
