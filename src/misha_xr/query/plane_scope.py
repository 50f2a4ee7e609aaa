"""Scope of two dimensions: rectangles in genome order that remember the caller's rows.

A whole plane has as many rectangles as pairs of chromosomes: they are written down only for the
pairs that matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store, Track2D
from misha_xr.errors import IntervalError, SizeLimitError
from misha_xr.genome import Genome
from misha_xr.intervals import Rectangles, from_intervals2d, is_2d, to_intervals2d
from misha_xr.query.plane_rects import rectangle_token, sort_rectangles

__all__ = ["PlaneScope", "is_plane_scope", "plane_scope_table", "resolve_plane_scope"]

Int32s = NDArray[np.int32]

_MAX_PAIRS = 1 << 22


@dataclass(frozen=True, eq=False)
class PlaneScope:
    """Rectangles in genome order and, for each, the caller's row.

    Attributes
    ----------
    genome : Genome
        What the codes and coordinates refer to.
    listed : Rectangles or None
        Sorted by pair of chromosomes, then start1, start2; rows may overlap. None: all ordered
        pairs of chromosomes, each whole.
    listed_rows : int64 array, shape (n,), or None
        1-based row of each rectangle in the caller's table.

    Examples
    --------
    >>> import misha_xr
    >>> genome = misha_xr.example_database().genome
    >>> len(PlaneScope(genome).rects)
    9
    """

    genome: Genome
    listed: Rectangles | None = None
    listed_rows: NDArray[np.int64] | None = None

    @property
    def n_bases(self) -> int:
        """Bases that a scan passes over: none, trees are asked for what a step needs."""
        return 0

    @property
    def is_whole(self) -> bool:
        """Whether the scope is every pair of chromosomes.

        Examples
        --------
        >>> import misha_xr
        >>> PlaneScope(misha_xr.example_database().genome).is_whole
        True
        """
        return self.listed is None

    @cached_property
    def _all(self) -> tuple[Rectangles, NDArray[np.int64]]:
        if self.listed is not None and self.listed_rows is not None:
            return self.listed, self.listed_rows
        n = self.genome.n_chroms
        if n * n > _MAX_PAIRS:
            raise SizeLimitError(
                f"the whole plane of {n:,} chromosomes has {n * n:,} pairs of them",
                hint="give a scope, or iterate over a track or a table: they know their pairs",
            )
        codes = np.arange(n, dtype=np.int32)
        return self._whole_pairs(np.repeat(codes, n), np.tile(codes, n))

    def _whole_pairs(self, codes1: Int32s, codes2: Int32s) -> tuple[Rectangles, NDArray[np.int64]]:
        sizes, zeros = self.genome.sizes, np.zeros(len(codes1), np.int64)
        rects = Rectangles(codes1, zeros, sizes[codes1], codes2, zeros, sizes[codes2])
        return rects, codes1.astype(np.int64) * self.genome.n_chroms + codes2 + 1

    @property
    def rects(self) -> Rectangles:
        """All rectangles.

        Raises
        ------
        SizeLimitError
            If this is the whole plane of more than two thousand chromosomes.

        Examples
        --------
        >>> import misha_xr
        >>> PlaneScope(misha_xr.example_database().genome).rects.codes2[:4].tolist()
        [0, 1, 2, 0]
        """
        return self._all[0]

    @property
    def rows(self) -> NDArray[np.int64]:
        """The caller's 1-based row of each rectangle; of the whole plane, numbered as sorted.

        Examples
        --------
        >>> import misha_xr
        >>> PlaneScope(misha_xr.example_database().genome).rows[:3].tolist()
        [1, 2, 3]
        """
        return self._all[1]

    def on_pairs(self, codes1: Int32s, codes2: Int32s) -> Self:
        """Return the part of the scope that may lie on some pairs of chromosomes.

        Parameters
        ----------
        codes1, codes2 : int32 array, shape (p,)
            Pairs, sorted, each once.

        Returns
        -------
        PlaneScope
            Of a whole plane, these pairs, with the row numbers that they have there; else itself.

        Examples
        --------
        >>> import misha_xr
        >>> part = PlaneScope(misha_xr.example_database().genome).on_pairs(
        ...     np.array([1], np.int32), np.array([2], np.int32))
        >>> part.rects.ends2.tolist(), part.rows.tolist()
        ([200000], [6])
        """
        if not self.is_whole:
            return self
        return type(self)(self.genome, *self._whole_pairs(codes1, codes2))

    def merged(self) -> Self:
        """Return itself: the union of rectangles is none, so each row is walked on its own.

        Returns
        -------
        PlaneScope
            What summaries and screens walk too.

        Examples
        --------
        >>> import misha_xr
        >>> scope = PlaneScope(misha_xr.example_database().genome)
        >>> scope.merged() is scope
        True
        """
        return self

    def token(self) -> tuple[Any, ...]:
        """Describe the scope by plain values: equal tokens, equal scopes.

        Returns
        -------
        tuple
            The genome's stamp, the rectangles, the rows.

        Examples
        --------
        >>> import misha_xr
        >>> PlaneScope(misha_xr.example_database().genome).token()[1]
        'whole plane'
        """
        if self.listed is None or self.listed_rows is None:
            return self.genome.stamp, "whole plane"
        return self.genome.stamp, rectangle_token(self.listed), self.listed_rows.tobytes()


def is_plane_scope(store: Store, scope: object) -> bool:
    """Tell whether what the caller gave as scope has two dimensions.

    Parameters
    ----------
    store : Store
        The database.
    scope : None, str or DataFrame
        What the caller gave.

    Returns
    -------
    bool
        True for a table, a saved set and a track of two dimensions; False for None.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> is_plane_scope(store, "rects_track"), is_plane_scope(store, "annotations")
    (True, False)
    """
    if isinstance(scope, pd.DataFrame):
        return is_2d(scope)
    if not isinstance(scope, str) or scope == "genome":
        return False
    if store.has_set(scope):
        return store.set_is_2d(scope)
    return store.has_track(scope) and isinstance(store.track(scope), Track2D)


def resolve_plane_scope(store: Store, scope: object) -> PlaneScope:
    """Turn what the caller gave as scope into rectangles in genome order.

    Parameters
    ----------
    store : Store
        The database.
    scope : None, str or DataFrame
        None or ``"genome"``: all ordered pairs of chromosomes. A str is a saved 2D set or a 2D
        track, whose rectangles are meant. A DataFrame: its rows.

    Returns
    -------
    PlaneScope
        Rows sorted by pair of chromosomes, start1, start2.

    Raises
    ------
    IntervalError, UnknownChromosomeError
        For rows that are not rectangles of the genome, and for a scope of one dimension.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> resolve_plane_scope(store, None).is_whole
    True
    """
    genome = store.genome
    if scope is None or (isinstance(scope, str) and scope == "genome"):
        return PlaneScope(genome)
    if not is_plane_scope(store, scope):
        raise IntervalError(
            "the query has two dimensions, but its scope has one",
            hint="give a table with chrom1, start1, end1, chrom2, start2, end2, or a 2D set",
        )
    if isinstance(scope, str) and not store.has_set(scope):
        track = store.track(scope)
        assert isinstance(track, Track2D)
        return _in_order(genome, track_rectangles(track))
    table = store.load_set(scope) if isinstance(scope, str) else scope
    assert isinstance(table, pd.DataFrame)
    return _in_order(genome, to_intervals2d(table, genome, what="scope"))


def _in_order(genome: Genome, rects: Rectangles) -> PlaneScope:
    rects, order = sort_rectangles(rects)
    return PlaneScope(genome, rects, order + 1)


def track_rectangles(track: Track2D) -> Rectangles:
    """Return the rectangles of all objects of a track, pair by pair.

    Parameters
    ----------
    track : Track2D
        Rectangles or points.

    Returns
    -------
    Rectangles
        In storage order.

    Examples
    --------
    >>> import misha_xr
    >>> len(track_rectangles(misha_xr.example_database().store.track("points_track"))) > 0
    True
    """
    codes1, codes2 = track.pair_codes()
    found = track.read_many(codes1, codes2)
    x1, y1, x2, y2 = found.edges
    counts = np.diff(found.bounds)
    return Rectangles(codes1.repeat(counts), x1, x2, codes2.repeat(counts), y1, y2)


def plane_scope_table(store: Store, scope: object) -> pd.DataFrame:
    """Return the table whose rows the numbers of a resolved scope refer to.

    Parameters
    ----------
    store : Store
        The database.
    scope : None, str or DataFrame
        What the caller gave; valid.

    Returns
    -------
    DataFrame
        The caller's table or the saved set with all columns; else the six columns.

    Examples
    --------
    >>> import misha_xr
    >>> len(plane_scope_table(misha_xr.example_database().store, None))
    9
    """
    if isinstance(scope, pd.DataFrame):
        return scope
    if isinstance(scope, str) and scope != "genome" and store.has_set(scope):
        return store.load_set(scope)
    if isinstance(scope, str) and scope != "genome":
        track = store.track(scope)
        assert isinstance(track, Track2D)
        return from_intervals2d(track_rectangles(track), store.genome)
    return from_intervals2d(resolve_plane_scope(store, scope).rects, store.genome)
