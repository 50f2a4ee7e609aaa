"""Changes of dense tracks: some bins get new values, all others keep theirs; streamed to a writer.

The whole track is sent, so that a writer can make a new one beside the old one and swap them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import DenseTrack, Store
from misha_xr.errors import ExpressionError, TrackTypeError
from misha_xr.genome import GenomeAxis
from misha_xr.intervals import Intervals, merge
from misha_xr.query.columns import Expressions
from misha_xr.query.plan import BLOCK_STEPS, split
from misha_xr.query.query import Query, build_query
from misha_xr.query.ranges import cumulate
from misha_xr.query.scan import Evaluator
from misha_xr.query.scope import resolve_scope
from misha_xr.query.track_parts import TrackSink, first_column, stored
from misha_xr.query.track_values import track_parts
from misha_xr.query.track_writing import TrackPlan, TrackWriter, send_bins

__all__ = ["write_modified"]

Int64s = NDArray[np.int64]
Float32s = NDArray[np.float32]


def write_modified(
    store: Store,
    track: str,
    expression: Expressions,
    writer: TrackWriter,
    scope: Any = None,
    **context: Any,
) -> TrackPlan:
    """Make a dense track anew, with the values of an expression where a scope lies.

    Parameters
    ----------
    store : Store
        The database.
    track : str
        A dense track. The expression may read it: it sees the old values.
    expression : str
        One expression, evaluated in the bins of the track.
    writer : TrackWriter
        Gets every bin of the genome.
    scope : None, str or DataFrame
        Where: as for `extract`. Every bin that shares a base with it is rewritten whole, with the
        value of the whole bin; other bins keep theirs.
    **context
        variables, vtracks, arrays, aggregate_batch; see `misha_xr.query.settings.Settings`.

    Returns
    -------
    TrackPlan
        Dense, with the bin size of the track.

    Raises
    ------
    UnknownTrackError, TrackTypeError
        If there is no such track, or it is not dense.
    ExpressionError
        If there is not exactly one expression.
    MishaError
        For anything else wrong with the question. All of these before the first call of the writer.

    Notes
    -----
    The expression is evaluated where the scope lies; the rest of the track is copied. Stored
    infinities become NaN, as which they are read. Source: misha query semantics, modification of
    tracks.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.testing.track_writers import MemoryWriter
    >>> store, writer = misha_xr.example_database().store, MemoryWriter()
    >>> write_modified(store, "dense_track", "START", writer, "chr1:60-110")
    TrackPlan(kind='dense', bin_size=50)
    >>> writer.values[1:3].tolist()
    [50.0, 100.0]
    """
    found = store.track(track)
    if not isinstance(found, DenseTrack):
        raise TrackTypeError(
            f"only dense tracks can be modified; {track!r} is a {found.type.value} track",
            hint="create a new track from an expression",
        )
    axis, plan = found.axis, TrackPlan("dense", found.bin_size)
    where = _whole_bins(axis, resolve_scope(store, scope).intervals)
    frame = store.genome.frame(where.codes, where.starts, where.ends)
    query = build_query(store, expression, scope=frame, iterator=axis.bin_size, **context)
    if len(query.columns) != 1:
        raise ExpressionError(f"a track takes one expression; found {len(query.columns)}")
    old = build_query(store, f"`{track}`", iterator=axis.bin_size)
    writer.begin(plan)
    for first, values in _patched(old, query, _BinRuns.of(axis, where)):
        send_bins(writer, axis, first, values)
    return plan


def _whole_bins(axis: GenomeAxis, here: Intervals) -> Intervals:
    """Widen intervals to whole bins and unite them."""
    size = axis.bin_size
    ends = np.minimum(-(-here.ends // size) * size, axis.genome.sizes[here.codes])
    return merge(Intervals(here.codes, here.starts // size * size, ends))


def _patched(old: Query, new: Query, runs: _BinRuns) -> Iterator[tuple[int, Float32s]]:
    """Yield all bins in blocks: the values of one query, and in some runs those of another."""
    fresh = _Stream(part.values for part in track_parts(new, TrackSink("dense", first_column)))
    n_bins = old.iterator.n_steps
    evaluator = Evaluator(old, min(n_bins, BLOCK_STEPS))
    for lo, hi in split(n_bins, BLOCK_STEPS, BLOCK_STEPS):
        values = stored(evaluator.values(old.iterator.block(lo, hi), slice(lo, hi))[0])
        at = runs.between(lo, hi)
        values[at - lo] = fresh.take(len(at))
        yield lo, values
    fresh.close()
    old.check_current()


class _BinRuns(NamedTuple):
    """Runs [lo, hi) of bins, numbered over all chromosomes; sorted and disjoint."""

    los: Int64s
    his: Int64s

    @classmethod
    def of(cls, axis: GenomeAxis, where: Intervals) -> _BinRuns:
        los, his = axis.locate(where.codes, where.starts, where.ends)
        return cls(los, his)

    def between(self, lo: int, hi: int) -> Int64s:
        """List the bins of the runs that lie in [lo, hi)."""
        part = slice(
            int(np.searchsorted(self.his, lo, "right")), int(np.searchsorted(self.los, hi, "left"))
        )
        los = np.maximum(self.los[part], lo)
        offsets = cumulate(np.minimum(self.his[part], hi) - los)
        return np.repeat(los - offsets[:-1], np.diff(offsets)) + np.arange(offsets[-1])


class _Stream:
    """Arrays one after another, taken in other lengths."""

    def __init__(self, arrays: Iterator[Float32s]) -> None:
        self._arrays = arrays
        self._rest = np.empty(0, np.float32)

    def take(self, n: int) -> Float32s:
        """Return the next n values; there are so many."""
        found, missing = [self._rest], n - len(self._rest)
        while missing > 0:
            found.append(next(self._arrays))
            missing -= len(found[-1])
        whole = np.concatenate(found)
        self._rest = whole[n:]
        return whole[:n]

    def close(self) -> None:
        """Come to the end, where files are checked a last time."""
        for more in self._arrays:
            assert not len(more)
