"""Scope: where a query looks, as intervals in genome order that remember the caller's rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import ArrayTrack, SparseTrack, Store, Track2D
from misha_xr.errors import (
    IntervalError,
    NameCollisionError,
    TrackTypeError,
    UnknownChromosomeError,
    UnknownSetError,
    UnsupportedError,
    closest_hint,
)
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, is_2d, merge, sort_order, to_intervals
from misha_xr.query.records import track_intervals

__all__ = ["Scope", "interval_token", "resolve_scope", "scope_table"]

_NEEDS_LINE = "this question has one dimension"


@dataclass(frozen=True, eq=False)
class Scope:
    """Intervals in genome order and, for each, the caller's row.

    Attributes
    ----------
    genome : Genome
        What the codes and coordinates refer to.
    intervals : Intervals
        Sorted by chromosome, start and end; rows may overlap.
    rows : int64 array, shape (n,)
        1-based row of each interval in the caller's table.

    Examples
    --------
    >>> import misha_xr
    >>> genome = misha_xr.example_database().genome
    >>> here = Intervals(np.zeros(1, np.int32), np.array([100]), np.array([300]))
    >>> Scope(genome, here, np.array([1])).n_bases
    200
    """

    genome: Genome
    intervals: Intervals
    rows: NDArray[np.int64]

    @cached_property
    def n_bases(self) -> int:
        """Sum of the lengths of all rows, in base pairs.

        Examples
        --------
        >>> import misha_xr
        >>> resolve_scope(misha_xr.example_database().store, None).n_bases
        1000000
        """
        return int((self.intervals.ends - self.intervals.starts).sum())

    def merged(self) -> Scope:
        """Return the union: overlapping and touching rows become one.

        Returns
        -------
        Scope
            Disjoint, rows numbered anew from 1.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> table = pd.DataFrame({"chrom": "chr1", "start": [0, 100], "end": [100, 200]})
        >>> len(resolve_scope(db.store, table).merged().intervals)
        1
        """
        if len(self.intervals) < 2:
            return self
        return _in_order(self.genome, merge(self.intervals, touching=True))

    @property
    def is_whole(self) -> bool:
        """Whether the scope is every chromosome from end to end, in order.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> resolve_scope(store, None).is_whole, resolve_scope(store, "chr1").is_whole
        (True, False)
        """
        n, here = len(self.genome), self.intervals
        return len(here) == n and bool(
            (here.codes == np.arange(n)).all()
            and (here.ends - here.starts == self.genome.sizes).all()
            and (self.rows == np.arange(1, n + 1)).all()
        )

    def __reduce__(self) -> tuple[Any, ...]:
        if self.is_whole:
            return _whole_genome, (self.genome,)
        return Scope, (self.genome, self.intervals, self.rows)

    def token(self) -> tuple[Any, ...]:
        """Describe the scope by plain values: equal tokens, equal scopes.

        Returns
        -------
        tuple
            The genome's stamp, the intervals, the rows.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> resolve_scope(store, "chr1:0-10").token() == resolve_scope(store, "chr1:0-20").token()
        False
        """
        return self.genome.stamp, interval_token(self.intervals), self.rows.tobytes()


def interval_token(intervals: Intervals) -> tuple[bytes, ...]:
    """Describe intervals by plain values.

    Parameters
    ----------
    intervals : Intervals
        Any.

    Returns
    -------
    tuple of bytes
        Codes, starts, ends.

    Examples
    --------
    >>> none = Intervals(*(np.empty(0, dtype) for dtype in ("i4", "i8", "i8")))
    >>> interval_token(none)
    (b'', b'', b'')
    """
    return intervals.codes.tobytes(), intervals.starts.tobytes(), intervals.ends.tobytes()


def scope_table(store: Store, scope: object) -> pd.DataFrame:
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
        The caller's table or the saved set with all columns; else `chrom`, `start`, `end`.

    Examples
    --------
    >>> import misha_xr
    >>> scope_table(misha_xr.example_database().store, "annotations").columns.tolist()
    ['chrom', 'start', 'end', 'strand', 'gene', 'remark']
    """
    if isinstance(scope, pd.DataFrame):
        return scope
    if isinstance(scope, str) and scope != "genome" and store.has_set(scope):
        return store.load_set(scope)
    here = resolve_scope(store, scope).intervals
    return store.genome.frame(here.codes, here.starts, here.ends)


def resolve_scope(store: Store, scope: object) -> Scope:
    """Turn what the caller gave as scope into intervals in genome order.

    Parameters
    ----------
    store : Store
        The database.
    scope : None, str or DataFrame
        None or ``"genome"``: every chromosome. A str is a region (``"chr1"``, ``"chr1:0-1000"``),
        a saved set, or a sparse or array track, whose intervals are meant. A DataFrame: its rows.

    Returns
    -------
    Scope
        Rows sorted by chromosome, start, end.

    Raises
    ------
    IntervalError, UnknownChromosomeError
        For rows that are not intervals of the genome.
    UnknownSetError
        For a str that names nothing.
    TrackTypeError
        For the name of a track that is not a set of intervals.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> resolve_scope(store, "chr1:100-200").n_bases
    100
    """
    if scope is None:
        return _whole_genome(store.genome)
    if isinstance(scope, str):
        return _named_scope(store, scope)
    if isinstance(scope, pd.DataFrame):
        return _table_scope(store.genome, scope)
    raise IntervalError(
        f"a scope is None, a str or a DataFrame; found {type(scope).__name__}",
        hint="use a region such as 'chr1:0-1000', or a table with chrom, start, end",
    )


def _in_order(genome: Genome, intervals: Intervals) -> Scope:
    return Scope(genome, intervals, np.arange(1, len(intervals) + 1, dtype=np.int64))


def _whole_genome(genome: Genome) -> Scope:
    n = len(genome)
    whole = Intervals(np.arange(n, dtype=np.int32), np.zeros(n, np.int64), genome.sizes)
    return _in_order(genome, whole)


def _table_scope(genome: Genome, table: pd.DataFrame) -> Scope:
    if is_2d(table):
        raise UnsupportedError(f"the scope has two-dimensional columns; {_NEEDS_LINE}")
    found = to_intervals(table, genome, what="scope")
    if len(found) < 2:
        return _in_order(genome, found)
    order = sort_order(found)
    return Scope(genome, found.take(order), order + 1)


def _named_scope(store: Store, name: str) -> Scope:
    if name == "genome":
        return _whole_genome(store.genome)
    is_set = store.has_set(name)
    region = _region(store.genome, name)
    if region is not None:
        if is_set:
            raise NameCollisionError(
                f"the scope {name!r} names a chromosome and a saved set",
                hint=f"write '{name}:0-{region.ends[0]}', or pass the loaded set",
            )
        return _in_order(store.genome, region)
    if is_set:
        return _table_scope(store.genome, store.load_set(name))
    if store.has_track(name):
        return _track_scope(store, name)
    raise UnknownSetError(
        f"the scope {name!r} is no region, saved set or sparse track of {store.root}",
        hint=closest_hint(name, [*store.set_names(), *store.genome.names]),
    )


def _region(genome: Genome, text: str) -> Intervals | None:
    """Return the region, or None for a plain word that is no chromosome; raise for a bad one."""
    try:
        code, start, end = genome.parse_region(text)
    except (UnknownChromosomeError, IntervalError):
        if ":" in text:
            raise
        return None
    return Intervals(np.array([code], np.int32), np.array([start]), np.array([end]))


def _track_scope(store: Store, name: str) -> Scope:
    track = store.track(name)
    if isinstance(track, (SparseTrack, ArrayTrack)):
        return _in_order(store.genome, track_intervals(track))
    if isinstance(track, Track2D):
        raise UnsupportedError(f"the scope {name!r} is a two-dimensional track; {_NEEDS_LINE}")
    raise TrackTypeError(
        f"the scope {name!r} is a {track.type.value} track, which is not a set of intervals",
        hint="use a saved set, a sparse or array track, or the result of screen()",
    )
