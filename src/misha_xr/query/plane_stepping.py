"""From what the caller gave as iterator to an iterator of a plane; every message about them."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from misha_xr.database import Store, Track2D
from misha_xr.errors import IteratorError, closest_hint
from misha_xr.intervals import Band, Rectangles, is_2d, to_intervals2d
from misha_xr.query.cartesian import CartesianGrid, CartesianSteps
from misha_xr.query.iterators import EachInterval
from misha_xr.query.object_steps import ObjectSteps
from misha_xr.query.plane_grid import GridSteps
from misha_xr.query.plane_rects import first_overlap, sort_rectangles
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.plane_steps import ListedSteps, each_rectangle, rectangle_steps

__all__ = ["PlaneIterator", "PlaneWalked", "is_plane_iterator", "resolve_plane_iterator"]

PlaneIterator = ListedSteps | GridSteps | CartesianSteps | ObjectSteps

_KINDS = "a grid [width, height], a 2D track, set or table, CartesianGrid(...) or EachInterval()"


@dataclass(frozen=True, slots=True)
class PlaneWalked:
    """A name of the query that may ask for steps.

    Attributes
    ----------
    name : str
        As in the expression.
    track : Track2D or None
        The track, if it has two dimensions.
    is_virtual : bool
        The name is a virtual track.

    Examples
    --------
    >>> PlaneWalked("smooth", None, is_virtual=True).track is None
    True
    """

    name: str
    track: Track2D | None
    is_virtual: bool = False


def is_plane_iterator(store: Store, iterator: object) -> bool:
    """Tell whether what the caller gave as iterator makes sense in two dimensions only.

    Parameters
    ----------
    store : Store
        The database.
    iterator : object
        What the caller gave.

    Returns
    -------
    bool
        True for a grid, a 2D table, set or track.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> [is_plane_iterator(store, item) for item in ([100, 100], 100, "rects_track")]
    [True, False, True]
    """
    if isinstance(iterator, pd.DataFrame):
        return is_2d(iterator)
    if isinstance(iterator, str):
        if store.has_track(iterator):
            return isinstance(store.track(iterator), Track2D)
        return store.has_set(iterator) and store.set_is_2d(iterator)
    return isinstance(iterator, (CartesianGrid, list, tuple, np.ndarray))


def resolve_plane_iterator(
    store: Store,
    iterator: object,
    scope: PlaneScope,
    walked: Sequence[PlaneWalked],
    band: Band | None = None,
) -> PlaneIterator:
    """Turn what the caller gave as iterator into an iterator of a plane.

    Parameters
    ----------
    store : Store
        The database.
    iterator : None, pair of numbers, str, DataFrame, CartesianGrid or EachInterval
        None: the objects of the only 2D track of the query; one step per scope row if all names
        are virtual tracks.
    scope : PlaneScope
        Where.
    walked : sequence of PlaneWalked
        The names of the query.
    band : Band, optional
        Shrinks every step, and drops those outside.

    Returns
    -------
    PlaneIterator
        Nothing about it can be wrong any more but the files.

    Raises
    ------
    IteratorError
        If it is no iterator of two dimensions, its rectangles overlap, or the tracks do not agree.

    Notes
    -----
    Source: misha query semantics, iterators, implicit determination, details of two dimensions.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> resolve_plane_iterator(store, [100_000, 500_000], PlaneScope(store.genome), []).n_steps
    30
    """
    if iterator is None:
        return _implicit(scope, walked, band)
    if isinstance(iterator, EachInterval) or iterator is EachInterval:
        return each_rectangle(scope, band)
    if isinstance(iterator, CartesianGrid):
        return CartesianSteps(iterator, scope, band)
    if isinstance(iterator, str):
        return _named(store, iterator, scope, band)
    if isinstance(iterator, pd.DataFrame):
        return _table(iterator, scope, band, "iterator")
    if isinstance(iterator, (list, tuple, np.ndarray)):
        return _grid(iterator, scope, band)
    raise _of_one_dimension(iterator)


def _of_one_dimension(iterator: object) -> IteratorError:
    shown = repr(iterator) if isinstance(iterator, (str, numbers.Real)) else type(iterator).__name__
    return IteratorError(
        f"the iterator {shown} has not two dimensions, but the query has",
        hint=f"an iterator of two dimensions is {_KINDS}",
    )


def _grid(sizes: Iterable[object], scope: PlaneScope, band: Band | None) -> GridSteps:
    sizes = list(sizes)
    found = [_size(size) for size in sizes]
    if len(found) != 2 or None in found:
        raise IteratorError(
            f"a grid is two positive bin sizes [width, height] in base pairs; found {sizes!r}"
        )
    longest = int(scope.genome.sizes.max())  # beyond it all sizes act alike, and none overflows
    width, height = (min(size or 0, longest) for size in found)
    return GridSteps(width, height, scope, band)


def _size(value: object) -> int | None:
    """Return a bin size, fractions cut off; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value):
        return None
    size = math.trunc(float(value)) if not isinstance(value, numbers.Integral) else int(value)
    return size if size > 0 else None


def _named(store: Store, name: str, scope: PlaneScope, band: Band | None) -> PlaneIterator:
    if store.has_track(name):
        track = store.track(name)
        if isinstance(track, Track2D):
            return ObjectSteps(track, scope, band)
        raise _of_one_dimension(name)
    if store.has_set(name):
        return _table(store.load_set(name), scope, band, f"the set {name!r}")
    raise IteratorError(
        f"the iterator {name!r} is no track and no saved set of {store.root}",
        hint=closest_hint(name, [*store.track_names(), *store.set_names()])
        or f"an iterator of two dimensions is {_KINDS}",
    )


def _table(table: pd.DataFrame, scope: PlaneScope, band: Band | None, what: str) -> ListedSteps:
    if not is_2d(table):
        raise IteratorError(
            f"{what} has intervals of one dimension, but the query has two",
            hint=f"an iterator of two dimensions is {_KINDS}",
        )
    items, order = sort_rectangles(to_intervals2d(table, scope.genome, what=what))
    met = first_overlap(items)
    if met is not None:
        shown = " and ".join(_place(items, row, scope) for row in met)
        rows = sorted(int(order[row]) + 1 for row in met)
        raise IteratorError(
            f"{what}: rectangles must not overlap; rows {rows[0]} and {rows[1]} do: {shown}",
            hint="give overlapping rectangles as scope, with iterator=EachInterval()",
        )
    return rectangle_steps(items, scope, band)


def _place(items: Rectangles, row: int, scope: PlaneScope) -> str:
    one, two = (scope.genome.name(int(codes[row])) for codes in (items.codes1, items.codes2))
    return (
        f"{one}:{items.starts1[row]}-{items.ends1[row]} x "
        f"{two}:{items.starts2[row]}-{items.ends2[row]}"
    )


def _implicit(scope: PlaneScope, walked: Sequence[PlaneWalked], band: Band | None) -> PlaneIterator:
    if not walked:
        raise _undetermined(
            "the query does not contain any tracks", "give an iterator, e.g. iterator=[1000, 1000]"
        )
    if all(item.is_virtual for item in walked):
        return each_rectangle(scope, band)
    planes = [item for item in walked if item.track is not None]
    first = planes[0]
    assert first.track is not None
    for other in planes[1:]:
        assert other.track is not None
        if other.track.name != first.track.name:
            raise _undetermined(
                f"{first.name!r} and {other.name!r} are different 2D tracks",
                f"say which steps you mean, e.g. iterator={other.track.name!r}",
            )
    return ObjectSteps(first.track, scope, band)


def _undetermined(problem: str, hint: str) -> IteratorError:
    return IteratorError(f"Cannot implicitly determine iterator policy: {problem}", hint=hint)
