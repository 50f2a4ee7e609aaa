"""From what the caller gave as iterator to an iterator: numbers, names, tables, or nothing at all.

Every message about iterators is written here.
"""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from misha_xr.database import ArrayTrack, DenseTrack, SparseTrack, Store
from misha_xr.errors import (
    IteratorError,
    MishaWarning,
    TrackTypeError,
    closest_hint,
)
from misha_xr.intervals import Intervals, is_2d, linear, merge, sort_order, to_intervals
from misha_xr.query.item_steps import IntervalSteps, TrackSteps
from misha_xr.query.iterators import EachInterval, FixedBins, Iterator, ScopeSteps
from misha_xr.query.records import RecordTrack
from misha_xr.query.scope import Scope

__all__ = ["Walked", "resolve_iterator"]

_NEEDS_PLANE = "the scope has one dimension: give one of two, or an iterator of one"


@dataclass(frozen=True, slots=True)
class Walked:
    """A track of the query that has steps of its own.

    Attributes
    ----------
    name : str
        As in the expression; two names of one track have the same `key`.
    key : object
        What makes two of them the same.
    bin_size : int or None
        Dense: base pairs.
    track : SparseTrack, ArrayTrack or None
        The track, if its intervals are the steps.

    Examples
    --------
    >>> Walked("top", "dense_track", bin_size=50).track is None
    True
    """

    name: str
    key: object
    bin_size: int | None = None
    track: RecordTrack | None = None

    @property
    def kind(self) -> str:
        """Type of the steps, as messages call it.

        Examples
        --------
        >>> Walked("top", "dense_track", bin_size=50).kind
        'dense'
        """
        return "dense" if self.track is None else self.track.type.value


def resolve_iterator(
    store: Store,
    iterator: object,
    scope: Scope,
    walked: Sequence[Walked],
    axes: Mapping[str, int] | None = None,
) -> Iterator:
    """Turn what the caller gave as iterator into one.

    Parameters
    ----------
    store : Store
        The database that names refer to.
    iterator : None, int, float, str, DataFrame or EachInterval
        None: the steps of the tracks in the query. A number: bins of so many base pairs. A str:
        a track or a saved set. A DataFrame: its intervals.
    scope : Scope
        Where.
    walked : sequence of Walked
        Tracks in the expressions, in order of first use.
    axes : mapping of str to int, optional
        Bin sizes of values in memory, by name; they go before the tracks of the database.

    Returns
    -------
    Iterator
        Ready to be planned.

    Raises
    ------
    IteratorError
        If it is no iterator, or the tracks do not agree on one.

    Warns
    -----
    MishaWarning
        If intervals of a table or set overlap: they are merged. Exact duplicates are dropped
        silently.

    Notes
    -----
    Source: misha query semantics, iterators. Fractions of a bin size are cut off.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.scope import resolve_scope
    >>> store = misha_xr.example_database().store
    >>> scope = resolve_scope(store, "chr1:0-1000")
    >>> resolve_iterator(store, None, scope, [Walked("a", "a", bin_size=50)]).n_steps
    20
    >>> resolve_iterator(store, 250, scope, []).n_steps
    4
    """
    if iterator is None:
        return _implicit(scope, walked)
    if isinstance(iterator, EachInterval) or iterator is EachInterval:
        return ScopeSteps(scope)
    if isinstance(iterator, numbers.Real):
        return _bins(_bin_size(iterator), scope)
    if isinstance(iterator, str):
        bin_size = (axes or {}).get(iterator)
        return _named(store, iterator, scope) if bin_size is None else _bins(bin_size, scope)
    if isinstance(iterator, pd.DataFrame):
        return _table(iterator, scope, "iterator")
    if isinstance(iterator, (list, tuple)):
        raise IteratorError(
            f"the iterator {iterator!r} is a two-dimensional grid, but the scope has one dimension",
            hint="give one number: the bin size in base pairs",
        )
    raise IteratorError(
        f"cannot iterate over {type(iterator).__name__} {iterator!r}",
        hint="an iterator is a bin size, a track, a saved set, a table or EachInterval()",
    )


def _bin_size(number: numbers.Real) -> int:
    if not math.isfinite(number):
        raise IteratorError(f"the iterator must be a bin size in base pairs; found {number!r}")
    size = math.trunc(float(number)) if not isinstance(number, numbers.Integral) else int(number)
    if size <= 0:
        raise IteratorError(
            f"the iterator must be positive; found {number!r}",
            hint="EachInterval() gives one step per scope row",
        )
    return size


def _bins(size: int, scope: Scope) -> FixedBins:
    """Return fixed bins; beyond the longest chromosome all sizes act alike (and none overflows)."""
    return FixedBins(min(size, int(scope.genome.sizes.max())), scope)


def _implicit(scope: Scope, walked: Sequence[Walked]) -> Iterator:
    if not walked:
        raise _undetermined(
            "the query does not contain any tracks", "give an iterator, e.g. iterator=100"
        )
    first = walked[0]
    for other in walked[1:]:
        _check_agreement(first, other)
    if first.track is not None:
        return TrackSteps(first.track, scope)
    assert first.bin_size is not None
    return _bins(first.bin_size, scope)


def _check_agreement(first: Walked, other: Walked) -> None:
    """Raise unless two tracks ask for the same steps."""
    if first.bin_size is not None and other.bin_size is not None:
        if first.bin_size == other.bin_size:
            return
        problem = (
            f"{first.name!r} has bins of {first.bin_size} bp and {other.name!r} of "
            f"{other.bin_size} bp"
        )
    elif first.kind == other.kind:
        if first.key == other.key:
            return
        problem = f"{first.name!r} and {other.name!r} are different {first.kind} tracks"
    else:
        kinds = [first.kind, other.kind]
        problem = (
            f"tracks in different formats: {first.name!r} is {kinds[0]}, {other.name!r} is "
            f"{kinds[1]}"
        )
    raise _undetermined(problem, f"say which steps you mean, e.g. iterator={other.name!r}")


def _undetermined(problem: str, hint: str) -> IteratorError:
    return IteratorError(f"Cannot implicitly determine iterator policy: {problem}", hint=hint)


def _named(store: Store, name: str, scope: Scope) -> Iterator:
    if store.has_track(name):
        return _track(store, name, scope)
    if store.has_set(name):
        if store.set_is_2d(name):
            raise TrackTypeError(f"the iterator {name!r} is a two-dimensional set; {_NEEDS_PLANE}")
        return _table(store.load_set(name), scope, f"the set {name!r}")
    raise IteratorError(
        f"the iterator {name!r} is no track and no saved set of {store.root}",
        hint=closest_hint(name, [*store.track_names(), *store.set_names()])
        or "an iterator is a bin size, a track, a saved set, a table or EachInterval()",
    )


def _track(store: Store, name: str, scope: Scope) -> Iterator:
    track = store.track(name)
    if isinstance(track, DenseTrack):
        return _bins(track.bin_size, scope)
    if isinstance(track, (SparseTrack, ArrayTrack)):
        return TrackSteps(track, scope)
    raise TrackTypeError(f"the iterator {name!r} is a two-dimensional track; {_NEEDS_PLANE}")


def _table(table: pd.DataFrame, scope: Scope, what: str) -> Iterator:
    if is_2d(table):
        raise TrackTypeError(f"{what} has two-dimensional columns; {_NEEDS_PLANE}")
    return IntervalSteps(_disjoint(to_intervals(table, scope.genome, what=what), scope), scope)


def _disjoint(found: Intervals, scope: Scope) -> Intervals:
    """Sort, drop exact duplicates silently, merge what else overlaps with a warning."""
    order = sort_order(found)
    items = Intervals(found.codes[order], found.starts[order], found.ends[order])
    starts, ends = linear(items, scope.genome)
    if not (starts[1:] < ends[:-1]).any():
        return items
    is_new = np.ones(len(items), bool)
    is_new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    items = Intervals(items.codes[is_new], items.starts[is_new], items.ends[is_new])
    starts, ends = starts[is_new], ends[is_new]
    overlaps = np.flatnonzero(starts[1:] < ends[:-1])
    if not len(overlaps):
        return items
    _warn_merged(items, int(overlaps[0]), scope)
    return merge(items, touching=False)


def _warn_merged(items: Intervals, at: int, scope: Scope) -> None:
    first, second = (
        f"{scope.genome.name(int(items.codes[k]))}:{items.starts[k]}-{items.ends[k]}"
        for k in (at, at + 1)
    )
    warnings.warn(
        f"overlapping iterator intervals were merged, {first} and {second} first",
        MishaWarning,
        stacklevel=2,
    )
