"""Queries: what is asked, as one frozen value. Every error a user can make is raised here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import BandError, ExpressionError, VirtualTrackError
from misha_xr.query.columns import Column, Expressions, parse_columns
from misha_xr.query.expression_tokens import Source, tokenize
from misha_xr.query.iterators import EachInterval, Iterator
from misha_xr.query.names import Names, Resolved
from misha_xr.query.plane_inputs import ProjectedInput, RectInput
from misha_xr.query.plane_parts import has_two_dimensions, plane_parts
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.plane_stepping import PlaneIterator
from misha_xr.query.scope import Scope, resolve_scope
from misha_xr.query.settings import Settings
from misha_xr.query.sources import check_genome
from misha_xr.query.stepping import resolve_iterator
from misha_xr.query.vtracks import VirtualTrack

__all__ = ["Query", "build_query"]

# Aggregates by the function of virtual tracks that does the same in a window.
_REDUCERS = {
    **dict.fromkeys(("mean", "nanmean"), "'avg'"),
    **dict.fromkeys(("sum", "nansum"), "'sum'"),
    **dict.fromkeys(("min", "nanmin"), "'min'"),
    **dict.fromkeys(("max", "nanmax"), "'max'"),
    **dict.fromkeys(("std", "nanstd", "var", "nanvar"), "'stddev'"),
    **dict.fromkeys(("median", "nanmedian"), "'quantile', params=0.5"),
}


@dataclass(frozen=True, eq=False)
class Query:
    """What is asked: a value that can be compared by its parts, pickled and sent to a worker.

    Attributes
    ----------
    store : Store
        The database.
    columns : tuple of Column
        Expressions with their column names.
    inputs : tuple of Input
        What the names in the expressions read.
    scope : Scope
        Where.
    iterator : Iterator
        In what steps.
    batch : int or None
        Length of the batches, when an aggregate makes it matter.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> question = {"exprs": "dense_track > 0.5", "scope": "chr1"}
    >>> build_query(store, **question) == build_query(store, **question)
    True
    """

    store: Store
    columns: tuple[Column, ...]
    inputs: tuple[Resolved | RectInput | ProjectedInput, ...]
    scope: Scope | PlaneScope
    iterator: Iterator | PlaneIterator
    batch: int | None = None

    @property
    def is_plane(self) -> bool:
        """Whether steps are rectangles.

        Examples
        --------
        >>> import misha_xr
        >>> build_query(misha_xr.example_database().store, "points_track").is_plane
        True
        """
        return isinstance(self.scope, PlaneScope)

    @cached_property
    def windows(self) -> frozenset[str]:
        """Which of CHROM, START, END the expressions use.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> build_query(store, "END - START", iterator=100).windows == {"START", "END"}
        True
        """
        return frozenset().union(*(column.expression.uses_windows for column in self.columns))

    @cached_property
    def row_variables(self) -> dict[str, NDArray[Any]]:
        """Variables with one value per step.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> weights = {"w": [0.5, 1.0], "k": 2.0}
        >>> weights["w"] = np.array(weights["w"])
        >>> query = build_query(store, "w * k", scope="chr1:0-200", iterator=100, variables=weights)
        >>> list(query.row_variables)
        ['w']
        """
        return {
            name: column.expression.variables[name]
            for column in self.columns
            for name in column.expression.array_variables
        }

    @cached_property
    def token(self) -> str:
        """Digest of everything that decides the answer: equal tokens, equal answers.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> len(build_query(store, "dense_track").token)
        40
        """
        columns = [column.token() for column in self.columns]
        inputs = [item.token() for item in self.inputs]
        where = (self.scope.token(), self.iterator.token(), self.batch)
        parts = (list(map(str, self.store.sources)), columns, inputs, where)
        return hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()

    def __eq__(self, other: object) -> bool:
        return self.token == other.token if isinstance(other, Query) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.token)

    def check_current(self) -> None:
        """Raise StaleFileError if a track was replaced since the query was built.

        Raises
        ------
        StaleFileError
            Names the track's directory; nothing is raised for values in memory.

        Examples
        --------
        >>> import misha_xr
        >>> build_query(misha_xr.example_database().store, "dense_track").check_current()
        """
        for item in self.inputs:
            item.source.check_current()
        track = getattr(self.iterator, "track", None)
        if track is not None:
            track.check_current()


def build_query(
    store: Store, exprs: Expressions, *, merge_scope: bool = False, **context: Any
) -> Query:
    """Check a question and turn it into a value.

    Parameters
    ----------
    store : Store
        The database.
    exprs : str, list of str, or dict of str to str
        Expressions; a dict gives column names.
    merge_scope : bool
        Unite overlapping and touching scope rows first, unless each is a step of its own
        (`EachInterval`); in two dimensions, where their union is no rectangle, rows are walked one
        by one.
    **context
        The keywords of `Settings`.

    Returns
    -------
    Query
        Complete: nothing about it can be wrong any more but the files.

    Raises
    ------
    MishaError
        For anything wrong with the question; see the classes in `misha_xr.errors`.
    TypeError
        For an unknown keyword.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> build_query(store, "dense_track", scope="chr1:0-1000").iterator.n_steps
    20
    """
    settings = Settings.of(context)
    names = _names(store, settings)
    columns = parse_columns(exprs, names, settings)
    used = _used(columns)
    inputs: tuple[Any, ...]
    scope: Scope | PlaneScope
    iterator: Iterator | PlaneIterator
    if has_two_dimensions(names, used, settings):
        inputs, scope, iterator = plane_parts(names, columns, used, settings)
    else:
        inputs, scope, iterator = _line_parts(names, used, settings, merge_scope=merge_scope)
    query = Query(store, columns, inputs, scope, iterator, _batch(columns, settings))
    _check_lengths(query)
    return query


def _line_parts(
    names: Names, used: Sequence[str], settings: Settings, *, merge_scope: bool
) -> tuple[tuple[Resolved, ...], Scope, Iterator]:
    """Find what a query of one dimension reads, where, in what steps."""
    if settings.band is not None:
        raise BandError("a band needs a two-dimensional scope; this query has one dimension")
    found = [names.resolve(name) for name in used]
    scope = resolve_scope(names.store, settings.scope)
    is_each = isinstance(settings.iterator, EachInterval) or settings.iterator is EachInterval
    scope = scope.merged() if merge_scope and not is_each else scope
    axes = {name: array.axis.bin_size for name, array in names.arrays.items()}
    walked = [walked for _, walked in found if walked is not None]
    iterator = resolve_iterator(names.store, settings.iterator, scope, walked, axes)
    return tuple(item for item, _ in found), scope, iterator


def _names(store: Store, settings: Settings) -> Names:
    arrays, vtracks = settings.arrays or {}, settings.vtracks or {}
    for name, array in arrays.items():
        check_genome(array, store.genome, name)
    wrong: dict[str, object] = {
        name: item for name, item in vtracks.items() if not isinstance(item, VirtualTrack)
    }
    for name, item in wrong.items():
        kind = type(item).__name__
        raise VirtualTrackError(f"vtracks[{name!r}] must be a VirtualTrack; found {kind}")
    return Names(store, vtracks, arrays)


def _used(columns: Sequence[Column]) -> list[str]:
    """Return the names in all expressions, each once, in order of first use."""
    return list(dict.fromkeys(name for column in columns for name in column.expression.names))


def _batch(columns: Sequence[Column], settings: Settings) -> int | None:
    """Return the batch length if an aggregate is used; refuse one without it."""
    aggregates = [column for column in columns if column.expression.aggregate]
    if not aggregates:
        return None
    if settings.aggregate_batch is None:
        raise ExpressionError(
            f"{aggregates[0].expression.text!r} reduces many steps to one number, which would "
            "depend on how steps are grouped",
            hint=_instead_of(aggregates[0].expression.text),
        )
    batch: object = settings.aggregate_batch
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"aggregate_batch must be a positive whole number; found {batch!r}")
    return int(batch)


def _instead_of(text: str) -> str:
    """Name the function of virtual tracks that stands for the first aggregate of an expression."""
    words = (token.text.rpartition(".")[2] for token in tokenize(Source(text)))
    func = next((_REDUCERS[word] for word in words if word in _REDUCERS), "'avg'")
    return f"use a virtual track, vtrack('v', track, {func}), summary, or the extracted column"


def _check_lengths(query: Query) -> None:
    """Raise for a variable that is an array and has not one value per step."""
    n_steps = query.iterator.n_steps
    for name, values in query.row_variables.items():
        if len(values) != n_steps:
            raise ExpressionError(
                f"the variable {name!r} has {len(values):,} values, the query {n_steps:,} steps",
                hint="an array in an expression holds one value per step, in genome order",
            )
