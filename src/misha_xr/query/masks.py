"""Masks: the bases that a filter hides, and the segments of windows that it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext import window_segments
from misha_xr.database import ArrayTrack, SparseTrack, Store
from misha_xr.errors import (
    TrackTypeError,
    UnknownTrackError,
    VirtualTrackError,
    closest_hint,
)
from misha_xr.genome import Genome
from misha_xr.intervals import Intervals, is_2d, merge, to_intervals
from misha_xr.query.blocks import Block, WindowBlock
from misha_xr.query.ranges import cumulate
from misha_xr.query.records import track_intervals
from misha_xr.query.scope import interval_token

__all__ = ["Mask", "Segments", "resolve_mask"]

Int64s = NDArray[np.int64]
MOST_SEGMENTS = 1 << 17  # at once, unless one window has more


@dataclass(frozen=True, slots=True)
class Segments:
    """What a mask left of some consecutive windows.

    Attributes
    ----------
    lo, hi : int
        The windows, as numbers of steps of a block.
    windows : WindowBlock
        They themselves, with their shifts, clipped to the chromosome.
    block : WindowBlock
        The segments, window after window, sorted and disjoint within each.
    offsets : int64 array, shape (hi - lo + 1,)
        Segments [offsets[k], offsets[k + 1]) are those of window k; hidden windows have none.

    Examples
    --------
    >>> hidden = Intervals(np.zeros(1, "i4"), np.array([4]), np.array([6]))
    >>> mask = Mask.of(hidden, Genome(["chr1"], [9]))
    >>> one = WindowBlock(np.zeros(1, "i4"), np.array([0]), np.array([9]), np.array([1]))
    >>> found = next(mask.segments(one, 0, 0))
    >>> found.block.starts.tolist(), found.block.ends.tolist(), found.lengths.tolist()
    ([0, 6], [4, 9], [4, 3])
    """

    lo: int
    hi: int
    windows: WindowBlock
    block: WindowBlock
    offsets: Int64s

    @property
    def lengths(self) -> Int64s:
        """Base pairs of each segment.

        Examples
        --------
        >>> some = WindowBlock(np.zeros(1, "i4"), np.array([2]), np.array([9]), np.array([1]))
        >>> Segments(0, 1, some, some, np.array([0, 1])).lengths.tolist()
        [7]
        """
        return self.block.ends - self.block.starts


@dataclass(frozen=True, eq=False, slots=True)
class Mask:
    """Bases that count for nothing.

    Attributes
    ----------
    hidden : Intervals
        Sorted, each apart from the next.
    sizes : int64 array, shape (n_chroms,)
        Base pairs of every chromosome.
    offsets : int64 array, shape (n_chroms + 1,)
        Rows of `hidden` before each chromosome.

    Examples
    --------
    >>> hidden = Intervals(np.zeros(2, "i4"), np.array([4, 0]), np.array([6, 4]))
    >>> len(Mask.of(hidden, Genome(["chr1"], [9])).hidden)
    1
    """

    hidden: Intervals
    sizes: Int64s
    offsets: Int64s

    @classmethod
    def of(cls, hidden: Intervals, genome: Genome) -> Mask:
        """Unite intervals to a mask.

        Parameters
        ----------
        hidden : Intervals
            In any order; they may overlap.
        genome : Genome
            The genome of the database.

        Returns
        -------
        Mask
            Of their union.

        Examples
        --------
        >>> nothing = Intervals(np.zeros(0, "i4"), np.zeros(0, "i8"), np.zeros(0, "i8"))
        >>> Mask.of(nothing, Genome(["chr1"], [9])).offsets.tolist()
        [0, 0]
        """
        united = merge(hidden)
        counts = np.bincount(united.codes, minlength=len(genome)).astype(np.int64)
        return cls(united, genome.sizes, cumulate(counts))

    def segments(self, block: Block, sshift: int, eshift: int) -> Iterator[Segments]:
        """Cut the windows of a block.

        Parameters
        ----------
        block : Block
            The steps.
        sshift, eshift : int
            Base pairs added to the start and the end of each before anything is hidden.

        Yields
        ------
        Segments
            In order, of consecutive windows, so many at once that memory stays bounded.

        Examples
        --------
        >>> none = Intervals(np.zeros(0, "i4"), np.zeros(0, "i8"), np.zeros(0, "i8"))
        >>> block = WindowBlock(np.zeros(1, "i4"), np.array([2]), np.array([9]), np.array([1]))
        >>> found = next(Mask.of(none, Genome(["chr1"], [9])).segments(block, -5, 5))
        >>> found.block.starts.tolist(), found.block.ends.tolist()
        ([0], [9])
        """
        steps = block.windows()
        starts = np.maximum(steps.starts + sshift, 0)
        ends = np.minimum(steps.ends + eshift, self.sizes[steps.codes])
        windows = WindowBlock(steps.codes, starts, ends, steps.rows)
        first, counts = np.empty((2, windows.n), np.int64)
        masks = self.offsets, self.hidden.starts, self.hidden.ends
        window_segments.count_segments(steps.codes, starts, ends, *masks, first, counts)
        offsets = cumulate(counts)
        lo = 0
        while lo < windows.n:
            most = offsets[lo] + MOST_SEGMENTS
            hi = max(int(np.searchsorted(offsets, most, "right")) - 1, lo + 1)
            hi = min(hi, windows.n, lo + MOST_SEGMENTS)
            part = _part(windows, lo, hi)
            yield Segments(
                lo, hi, part, self._cut(part, first[lo:hi], counts[lo:hi]),
                offsets[lo : hi + 1] - offsets[lo],
            )  # fmt: skip
            lo = hi

    def _cut(self, windows: WindowBlock, first: Int64s, counts: Int64s) -> WindowBlock:
        n = int(counts.sum())
        codes, starts, ends = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.int64)
        masks = self.offsets, self.hidden.starts, self.hidden.ends
        window_segments.fill_segments(
            windows.codes, windows.starts, windows.ends, *masks, first, counts, codes, starts, ends
        )
        return WindowBlock(codes, starts, ends, np.zeros(n, np.int64))

    def token(self) -> tuple[Any, ...]:
        """Describe the mask by plain values.

        Returns
        -------
        tuple
            Its coordinates.

        Examples
        --------
        >>> one = Intervals(np.zeros(1, "i4"), np.array([4]), np.array([6]))
        >>> mask = Mask.of(one, Genome(["chr1"], [9]))
        >>> mask.token() == Mask.of(one, Genome(["chr1"], [9])).token()
        True
        """
        return interval_token(self.hidden)


def resolve_mask(store: Store, mask: object, name: str) -> Mask:
    """Turn what the caller gave as filter into a mask.

    Parameters
    ----------
    store : Store
        The database that names refer to.
    mask : str, DataFrame, or list of these
        Saved sets, sparse or array tracks, tables of intervals; all of them hide.
    name : str
        The virtual track, for messages.

    Returns
    -------
    Mask
        Of their union; an empty list hides nothing.

    Raises
    ------
    UnknownTrackError
        If a name is neither a set nor a track.
    TrackTypeError
        If a track is dense, or anything has two dimensions.
    VirtualTrackError
        If it is something else.
    IntervalError, UnknownChromosomeError
        If the rows of a table are no intervals of the genome.

    Notes
    -----
    Source: misha query semantics, filters of virtual tracks.

    Examples
    --------
    >>> import misha_xr
    >>> len(resolve_mask(misha_xr.example_database().store, ["annotations"], "v").hidden) > 0
    True
    """
    parts = list(mask) if isinstance(mask, (list, tuple)) else [mask]
    found = [_hidden(store, part, f"the filter of {name!r}") for part in parts]
    columns = [
        np.concatenate([np.empty(0, kind), *(getattr(iv, column) for iv in found)])
        for column, kind in (("codes", np.int32), ("starts", np.int64), ("ends", np.int64))
    ]
    return Mask.of(Intervals(*columns), store.genome)


def _hidden(store: Store, part: object, what: str) -> Intervals:
    if isinstance(part, str):
        if store.has_track(part):
            return _track(store, part, what)
        if not store.has_set(part):
            known = [*store.set_names(), *store.track_names()]
            raise UnknownTrackError(
                f"{what}: no interval set or track named {part!r}", hint=closest_hint(part, known)
            )
        part, what = store.load_set(part), f"{what}, the set {part!r},"
    if not isinstance(part, pd.DataFrame):
        raise VirtualTrackError(
            f"{what} must be a table, a saved set, a sparse track, or a list of these; found "
            f"{type(part).__name__}"
        )
    if is_2d(part):
        raise TrackTypeError(f"{what} has two-dimensional columns; a mask has one dimension")
    return to_intervals(part, store.genome, what=what)


def _track(store: Store, name: str, what: str) -> Intervals:
    track = store.track(name)
    if isinstance(track, (SparseTrack, ArrayTrack)):
        return track_intervals(track)
    raise TrackTypeError(
        f"{what}: the track {name!r} has no intervals (type: {track.type.value})",
        hint="use a sparse track, a saved set, or a table, e.g. what screen() finds",
    )


def _part(windows: WindowBlock, lo: int, hi: int) -> WindowBlock:
    part = slice(lo, hi)
    where = windows.codes[part], windows.starts[part], windows.ends[part]
    return WindowBlock(*where, windows.rows[part])
