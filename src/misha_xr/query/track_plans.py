"""Which kind of track a query makes, and whether it makes one at all."""

from __future__ import annotations

import numpy as np

from misha_xr.database import Store
from misha_xr.errors import IntervalError, IteratorError
from misha_xr.genome import GenomeAxis
from misha_xr.query.columns import Expressions
from misha_xr.query.iterators import FixedBins
from misha_xr.query.plane_rects import first_overlap
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.query import Query, build_query
from misha_xr.query.scope import Scope
from misha_xr.query.settings import Context
from misha_xr.query.track_writing import TrackPlan

__all__ = ["bin_axis", "track_plan", "track_query"]


def track_query(store: Store, exprs: Expressions, context: Context) -> Query:
    """Build a query whose steps can be the intervals of a track.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Expressions.
    context : mapping
        The keywords of `Settings`.

    Returns
    -------
    Query
        Overlapping and touching scope rows are united, unless each is a step of its own.

    Raises
    ------
    MishaError
        For anything wrong with the question.

    Examples
    --------
    >>> import misha_xr
    >>> track_query(misha_xr.example_database().store, "dense_track", {}).iterator.step
    50
    """
    return build_query(store, exprs, merge_scope=True, **context)


def track_plan(query: Query) -> TrackPlan:
    """Say what kind of track a query makes.

    Parameters
    ----------
    query : Query
        As `track_query` builds it.

    Returns
    -------
    TrackPlan
        Dense for bins of one size, sparse for other steps, rectangles in two dimensions.

    Raises
    ------
    IteratorError
        If the steps are bins, but not those of the whole genome.
    IntervalError
        If steps would overlap, because rows of the scope do.

    Examples
    --------
    >>> import misha_xr
    >>> track_plan(track_query(misha_xr.example_database().store, "sparse_track", {}))
    TrackPlan(kind='sparse', bin_size=None)
    """
    if isinstance(query.scope, PlaneScope):
        _check_disjoint_plane(query.scope)
        return TrackPlan("rectangles")
    if isinstance(query.iterator, FixedBins):
        if not query.scope.is_whole:
            raise IteratorError(
                "bins make a dense track, which has a value for every bin of the genome; the "
                "scope holds only a part of it",
                hint="leave the scope out, or give intervals as iterator for a sparse track",
            )
        return TrackPlan("dense", query.iterator.step)
    _check_disjoint(query.scope)
    return TrackPlan("sparse")


def bin_axis(query: Query) -> GenomeAxis:
    """Return the bins of the dense track that a query makes.

    Parameters
    ----------
    query : Query
        One whose plan is dense.

    Returns
    -------
    GenomeAxis
        Its bins are the steps of the query.

    Examples
    --------
    >>> import misha_xr
    >>> query = track_query(misha_xr.example_database().store, "dense_track", {})
    >>> bin_axis(query).n == query.iterator.n_steps
    True
    """
    assert isinstance(query.iterator, FixedBins)
    return query.store.genome.axis(query.iterator.step)


def _check_disjoint(scope: Scope) -> None:
    here = scope.intervals
    met = (here.codes[1:] == here.codes[:-1]) & (here.starts[1:] < here.ends[:-1])
    if met.any():
        at = int(np.argmax(met))
        raise _overlap(int(scope.rows[at]), int(scope.rows[at + 1]), "merge them first")


def _check_disjoint_plane(scope: PlaneScope) -> None:
    met = None if scope.is_whole else first_overlap(scope.rects)
    if met is not None:
        one, two = (int(scope.rows[row]) for row in met)
        raise _overlap(one, two, "give rectangles that do not overlap")


def _overlap(one: int, two: int, hint: str) -> IntervalError:
    rows = f"{min(one, two)} and {max(one, two)}"
    return IntervalError(
        f"the intervals of a track must not overlap; rows {rows} of the scope do", hint=hint
    )
