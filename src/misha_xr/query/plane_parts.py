"""The parts of a query of two dimensions: whether it is one, its inputs, scope and iterator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from misha_xr.errors import ExpressionError, SizeLimitError, check_one_of
from misha_xr.genome import Genome
from misha_xr.intervals import Band, Rectangles, to_intervals
from misha_xr.query.columns import Column
from misha_xr.query.iterators import EachInterval
from misha_xr.query.names import Names
from misha_xr.query.plane_inputs import PlaneNames, ProjectedInput, RectInput, is_plane_source
from misha_xr.query.plane_rects import sort_rectangles
from misha_xr.query.plane_scope import PlaneScope, is_plane_scope, resolve_plane_scope
from misha_xr.query.plane_stepping import (
    PlaneIterator,
    is_plane_iterator,
    resolve_plane_iterator,
)
from misha_xr.query.settings import Settings

__all__ = ["has_two_dimensions", "plane_parts"]

_MAX_PAIRS = 1 << 22


def has_two_dimensions(names: Names, used: Sequence[str], settings: Settings) -> bool:
    """Decide the dimension of a query: by its scope, else by its iterator and its tracks.

    Parameters
    ----------
    names : Names
        What names mean.
    used : sequence of str
        The names in the expressions.
    settings : Settings
        The keywords.

    Returns
    -------
    bool
        True for two dimensions.

    Examples
    --------
    >>> import misha_xr
    >>> names = Names(misha_xr.example_database().store, {}, {})
    >>> has_two_dimensions(names, ["rects_track"], Settings())
    True
    >>> has_two_dimensions(names, ["rects_track"], Settings(scope="chr1"))
    False
    """
    store, iterator = names.store, settings.iterator
    if not _is_left_open(settings):
        return is_plane_scope(store, settings.scope)
    if is_plane_iterator(store, iterator):
        return True
    is_open = iterator is None or isinstance(iterator, EachInterval) or iterator is EachInterval
    for name in used:
        vtrack = names.vtracks.get(name)
        if vtrack is None or vtrack.dim is None:
            source = name if vtrack is None else vtrack.src
            if isinstance(source, str) and is_plane_source(names, source):
                return True
        elif is_open:
            return True
    return False


def _is_left_open(settings: Settings) -> bool:
    """Tell whether the caller gave no scope."""
    scope = settings.scope
    is_named_whole = isinstance(scope, str) and scope == "genome"
    return scope is None or is_named_whole or scope is settings.covers


def plane_parts(
    names: Names, columns: Sequence[Column], used: Sequence[str], settings: Settings
) -> tuple[tuple[RectInput | ProjectedInput, ...], PlaneScope, PlaneIterator]:
    """Check a question of two dimensions, and find what it reads, where, in what steps.

    Parameters
    ----------
    names : Names
        What names mean.
    columns : sequence of Column
        The expressions.
    used : sequence of str
        The names in them.
    settings : Settings
        The keywords.

    Returns
    -------
    inputs, scope, iterator
        Parts of a `Query`.

    Raises
    ------
    MishaError
        For anything wrong with the question.

    Examples
    --------
    >>> import misha_xr
    >>> names = Names(misha_xr.example_database().store, {}, {})
    >>> inputs, scope, iterator = plane_parts(names, [], ["points_track"], Settings())
    >>> inputs[0].name, scope.is_whole
    ('points_track', True)
    """
    given = settings.band if settings.band is not None else settings.default_band
    band = None if given is None else Band.of(given)
    for column in columns:
        if column.expression.uses_windows:
            raise ExpressionError(
                f"{column.expression.text!r} uses CHROM, START or END, which a query of two "
                "dimensions does not have",
                hint="compute with the columns of the result",
            )
    plane_names = PlaneNames(names, band)
    found = [plane_names.resolve(name) for name in used]
    scope = _scope(names, settings)
    walked = [walked for _, walked in found]
    iterator = resolve_plane_iterator(names.store, settings.iterator, scope, walked, band)
    return tuple(item for item, _ in found), scope, iterator


def _scope(names: Names, settings: Settings) -> PlaneScope:
    check_one_of("whole_plane", settings.whole_plane, ["full", "diagonal"])
    genome = names.store.genome
    if settings.scope is not None and settings.scope is settings.covers:
        return _square(genome, settings.covers)
    if _is_left_open(settings) and settings.whole_plane == "diagonal":
        codes = np.arange(len(genome), dtype=np.int32)
        rects = PlaneScope(genome).on_pairs(codes, codes).rects
        return PlaneScope(genome, rects, np.arange(1, len(genome) + 1))
    return resolve_plane_scope(names.store, settings.scope)


def _square(genome: Genome, table: pd.DataFrame) -> PlaneScope:
    """Return all pairs of the intervals that a Dataset covers."""
    side = to_intervals(table, genome)
    n = len(side)
    if n * n > _MAX_PAIRS:
        raise SizeLimitError(
            f"the Dataset covers {n:,} intervals, which make {n * n:,} pairs",
            hint="give a scope with the rectangles you mean",
        )
    one = side.take(np.repeat(np.arange(n), n))
    two = side.take(np.tile(np.arange(n), n))
    rects = Rectangles(one.codes, one.starts, one.ends, two.codes, two.starts, two.ends)
    rects, _ = sort_rectangles(rects)
    return PlaneScope(genome, rects, np.arange(1, n * n + 1))
