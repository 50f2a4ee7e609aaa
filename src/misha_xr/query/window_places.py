"""Where windows of one size lie: placed on intervals, at the ends of chromosomes too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.errors import IntervalError, UnsupportedError, check_one_of
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, is_2d, minus_rows, to_intervals
from misha_xr.query.scope import resolve_scope

__all__ = ["Anchor", "Edges", "WindowPlaces", "place_windows"]

Anchor: TypeAlias = Literal["center", "start", "end"]
Edges: TypeAlias = Literal["pad", "drop", "error"]
Int64s: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]

_N_SHOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class WindowPlaces:
    """Windows of one size, in any order.

    Attributes
    ----------
    codes : int32 array, shape (n,)
        Chromosome codes.
    starts : int64 array, shape (n,)
        First base, below 0 or beyond the chromosome where a window leaves it.
    is_minus : bool array, shape (n,)
        Windows that are read backwards.
    rows : int64 array, shape (n,)
        Position of each in the caller's intervals, from 0.

    Examples
    --------
    >>> one = np.zeros(1, np.int64)
    >>> len(WindowPlaces(one.astype(np.int32), one, one.astype(bool), one))
    1
    """

    codes: NDArray[np.int32]
    starts: Int64s
    is_minus: Bools
    rows: Int64s

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, which: NDArray[np.integer] | Bools | slice) -> WindowPlaces:
        """Return some windows.

        Parameters
        ----------
        which : int or bool array, or slice
            Which, in which order.

        Returns
        -------
        WindowPlaces
            A slice shares memory with this object.

        Examples
        --------
        >>> two = np.arange(2)
        >>> places = WindowPlaces(two.astype(np.int32), two * 50, two > 0, two)
        >>> places.take(np.array([1])).starts.tolist()
        [50]
        """
        return WindowPlaces(
            self.codes[which], self.starts[which], self.is_minus[which], self.rows[which]
        )

    def changed(self, shifts: Int64s | None, is_turned: Bools) -> WindowPlaces:
        """Return the windows moved along the chromosome, and some turned round.

        Parameters
        ----------
        shifts : int64 array, shape (n,), or None
            Base pairs.
        is_turned : bool array, shape (n,)
            Windows to read from the other strand.

        Returns
        -------
        WindowPlaces
            Shares what stays the same.

        Examples
        --------
        >>> two = np.arange(2)
        >>> places = WindowPlaces(two.astype(np.int32), two * 50, two > 0, two)
        >>> places.changed(np.array([-1, 1]), two > 0).is_minus.tolist()
        [False, False]
        """
        starts = self.starts if shifts is None else self.starts + shifts
        return replace(self, starts=starts, is_minus=self.is_minus ^ is_turned)


def place_windows(
    store: Store,
    intervals: object,
    size: int,
    *,
    anchor: Anchor = "center",
    strand_aware: bool = False,
    edges: Edges = "pad",
    jitter: int = 0,
) -> WindowPlaces:
    """Put one window on each interval.

    Parameters
    ----------
    store : Store
        The database.
    intervals : str or DataFrame
        A region, a saved set, a sparse track, or a table; rows keep their order.
    size : int
        Base pairs, positive.
    anchor : {"center", "start", "end"}
        Which point of an interval is the middle of its window.
    strand_aware : bool
        Read windows of rows on the minus strand backwards; their start is the right end.
    edges : {"pad", "drop", "error"}
        What becomes of windows that leave their chromosome, or may once moved by `jitter`.
    jitter : int
        The most base pairs that a window is moved by later.

    Returns
    -------
    WindowPlaces
        One for each interval, less those dropped.

    Raises
    ------
    IntervalError, UnknownChromosomeError, UnknownSetError
        For intervals that are none; with ``edges="error"`` for the first windows that do not fit.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> place_windows(store, "chr1:100-120", 50).starts.tolist()
    [85]
    """
    check_one_of("anchor", anchor, ("center", "start", "end"))
    check_one_of("edges", edges, ("pad", "drop", "error"))
    found, minus = _intervals(store, intervals, strand_aware=strand_aware)
    starts = _starts(found, size, anchor, minus)
    rows = np.arange(len(found), dtype=np.int64)
    places = WindowPlaces(np.ascontiguousarray(found.codes, np.int32), starts, minus, rows)
    if edges == "pad":
        return places
    leaves = (starts < jitter) | (starts + size + jitter > store.genome.sizes[places.codes])
    if edges == "error" and leaves.any():
        raise _left(store.genome, places, size, jitter, np.flatnonzero(leaves))
    return places.take(~leaves) if leaves.any() else places


def _intervals(store: Store, given: object, *, strand_aware: bool) -> tuple[Intervals, Bools]:
    """Return the intervals in the caller's order, and which of them lie on the minus strand."""
    table = _table(store, given)
    if table is None:
        found = resolve_scope(store, given).intervals
        if strand_aware and not _is_region(store, given):
            raise _no_strand(str(given))
        return found, np.zeros(len(found), np.bool_)
    if is_2d(table):
        raise UnsupportedError("windows lie along one dimension; the intervals have two")
    found = to_intervals(table, store.genome, what="intervals")
    if not strand_aware:
        return found, np.zeros(len(found), np.bool_)
    if "strand" not in table.columns:
        raise _no_strand("the table of intervals")
    return found, minus_rows(table["strand"], len(found), labels=table.index)


def _table(store: Store, given: object) -> pd.DataFrame | None:
    """Return the table that was given, or that is saved under its name."""
    if isinstance(given, pd.DataFrame):
        return given
    if isinstance(given, str):
        is_set = given not in store.genome and store.has_set(given)
        return store.load_set(given) if is_set else None
    raise IntervalError(
        f"windows lie on intervals: a table, a saved set or a region; found {type(given).__name__}",
        hint="use a table with chrom, start, end, or a region such as 'chr1:0-1000'",
    )


def _is_region(store: Store, given: object) -> bool:
    return isinstance(given, str) and (":" in given or given in store.genome or given == "genome")


def _no_strand(what: str) -> IntervalError:
    return IntervalError(
        f"strand_aware=True needs a column 'strand'; {what} has none",
        hint="add one (-1 or '-' on the minus strand), or leave strand_aware out",
    )


def _starts(found: Intervals, size: int, anchor: Anchor, minus: Bools) -> Int64s:
    """Return first bases; windows of both strands are mirror images of each other."""
    if anchor == "center":
        return (found.starts + found.ends - size) // 2
    is_left = ~minus if anchor == "start" else minus
    points = np.where(is_left, found.starts, found.ends)
    return points - np.where(minus, size - size // 2, size // 2)


def _left(
    genome: Genome, places: WindowPlaces, size: int, jitter: int, which: Int64s
) -> IntervalError:
    shown = ", ".join(
        f"row {int(places.rows[k])} ({genome.name(int(places.codes[k]))}:{int(places.starts[k])}-"
        f"{int(places.starts[k]) + size})"
        for k in which[:_N_SHOWN]
    )
    moved = f", moved by up to {jitter:,} bp," if jitter else ""
    return IntervalError(
        f"{len(which):,} of {len(places):,} windows{moved} leave their chromosome: {shown}",
        hint="edges='pad' fills what lies outside, edges='drop' leaves such windows out",
    )
