"""Iterators over items of a scope: the intervals of a table or set, or the records of a track.

Scope rows and items are matched once; steps are pairs (row, item it meets), cut when asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext.steps import cut_pairs
from misha_xr.intervals import Intervals, linear
from misha_xr.query.blocks import WindowBlock
from misha_xr.query.ranges import cumulate
from misha_xr.query.records import RecordTrack, cut_records, record_ranges
from misha_xr.query.scope import Scope, interval_token

__all__ = ["IntervalSteps", "TrackSteps"]

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Scope rows that meet something, each with its range of sorted disjoint items.

    Attributes
    ----------
    where : Intervals
        The m scope rows that meet at least one item.
    rows : int64 array, shape (m,)
        The caller's row numbers.
    first : int64 array, shape (m,)
        First item that each row meets.
    offsets : int64 array, shape (m + 1,)
        Number of steps before each row, and in all.
    """

    where: Intervals
    rows: Int64s
    first: Int64s
    offsets: Int64s

    @classmethod
    def of(cls, scope: Scope, lo: Int64s, hi: Int64s) -> _Pairs:
        """Keep the rows that meet at least one of their items [lo, hi)."""
        meets = hi > lo
        where, rows = scope.intervals.take(meets), scope.rows[meets]
        return cls(where, rows, lo[meets], cumulate((hi - lo)[meets]))

    @property
    def n_steps(self) -> int:
        """Number of pairs."""
        return int(self.offsets[-1])


@dataclass(frozen=True, eq=False)
class IntervalSteps:
    """The intervals of a table or set, cut by each scope row.

    Attributes
    ----------
    items : Intervals
        Sorted and disjoint (touching allowed).
    scope : Scope
        Where.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.scope import resolve_scope
    >>> scope = resolve_scope(misha_xr.example_database().store, "chr1:30-110")
    >>> items = Intervals(np.zeros(2, np.int32), np.array([0, 90]), np.array([50, 200]))
    >>> IntervalSteps(items, scope).block(0, 2).ends.tolist()
    [50, 110]
    """

    items: Intervals
    scope: Scope

    @cached_property
    def _pairs(self) -> _Pairs:
        starts, ends = linear(self.items, self.scope.genome)
        row_starts, row_ends = linear(self.scope.intervals, self.scope.genome)
        lo = np.searchsorted(ends, row_starts, "right")
        return _Pairs.of(self.scope, lo, np.searchsorted(starts, row_ends, "left"))

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        return self._pairs.n_steps

    @property
    def runs(self) -> tuple[NDArray[np.int32], Int64s]:
        """Chromosome code of each row that has steps, and how many come before (and in all)."""
        return self._pairs.where.codes, self._pairs.offsets

    def token(self) -> tuple[Any, ...]:
        """Describe the intervals.

        Returns
        -------
        tuple
            Their codes, starts and ends as bytes.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> scope = resolve_scope(misha_xr.example_database().store, "chr1")
        >>> IntervalSteps(scope.intervals, scope).token()[0]
        'intervals'
        """
        return "intervals", *interval_token(self.items)

    def block(self, lo: int, hi: int) -> WindowBlock:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        WindowBlock
            New memory, hi - lo rows.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> scope = resolve_scope(misha_xr.example_database().store, "chr1:30-110")
        >>> IntervalSteps(scope.intervals, scope).block(0, 1).starts.tolist()
        [30]
        """
        n, pairs = hi - lo, self._pairs
        codes, rows = np.empty(n, np.int32), np.empty(n, np.int64)
        starts, ends = np.empty(n, np.int64), np.empty(n, np.int64)
        cut_pairs(
            self.items.starts, self.items.ends,
            pairs.where.codes, pairs.where.starts, pairs.where.ends, pairs.first, pairs.offsets,
            lo, hi, codes, starts, ends, rows,
        )  # fmt: skip
        return WindowBlock(codes, starts, ends, pairs.rows[rows])


@dataclass(frozen=True, eq=False)
class TrackSteps:
    """The intervals of a sparse or array track, values NaN included, cut by each scope row.

    Attributes
    ----------
    track : SparseTrack or ArrayTrack
        Whose records.
    scope : Scope
        Where.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.scope import resolve_scope
    >>> store = misha_xr.example_database().store
    >>> steps = TrackSteps(store.track("sparse_track"), resolve_scope(store, "chr1"))
    >>> steps.n_steps == store.track("sparse_track").n_records(0)
    True
    """

    track: RecordTrack
    scope: Scope

    @cached_property
    def _pairs(self) -> _Pairs:
        lo, hi = record_ranges(self.track, self.scope.intervals)
        return _Pairs.of(self.scope, lo, hi)

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        return self._pairs.n_steps

    @property
    def runs(self) -> tuple[NDArray[np.int32], Int64s]:
        """Chromosome code of each row that has steps, and how many come before (and in all)."""
        return self._pairs.where.codes, self._pairs.offsets

    def token(self) -> tuple[Any, ...]:
        """Describe the track and the state of its files.

        Returns
        -------
        tuple
            Name, path and stamp of the track.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> store = misha_xr.example_database().store
        >>> TrackSteps(store.track("sparse_track"), resolve_scope(store, "chr1")).token()[:2]
        ('records', 'sparse_track')
        """
        return "records", self.track.name, self.track.path, self.track.stamp

    def block(self, lo: int, hi: int) -> WindowBlock:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        WindowBlock
            New memory, hi - lo rows.

        Raises
        ------
        CorruptFileError, StaleFileError
            If the records cannot be trusted.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> store = misha_xr.example_database().store
        >>> steps = TrackSteps(store.track("sparse_track"), resolve_scope(store, "chr1"))
        >>> steps.block(2, 5).n
        3
        """
        pairs = self._pairs
        found, rows = cut_records(self.track, pairs.where, pairs.first, pairs.offsets, lo, hi)
        return WindowBlock(found.codes, found.starts, found.ends, pairs.rows[rows])

    def pieces(self) -> tuple[Intervals, Int64s, Int64s]:
        """Return all steps, and which record of its chromosome each was cut from.

        Returns
        -------
        steps : Intervals
            The records cut by the scope, in order.
        rows : int64 array, shape (n_steps,)
            The caller's 1-based scope row of each.
        items : int64 array, shape (n_steps,)
            Number of the record, counted from 0 on its chromosome.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.scope import resolve_scope
        >>> store = misha_xr.example_database().store
        >>> steps = TrackSteps(store.track("sparse_track"), resolve_scope(store, "chr2"))
        >>> steps.pieces()[2][:3].tolist()
        [0, 1, 2]
        """
        pairs, n = self._pairs, self.n_steps
        found, rows = cut_records(self.track, pairs.where, pairs.first, pairs.offsets, 0, n)
        items = pairs.first[rows] + np.arange(n) - pairs.offsets[rows]
        return found, pairs.rows[rows], items
