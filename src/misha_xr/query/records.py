"""Coordinates of the records of sparse and array tracks, straight from the mapped bytes.

Finds them and cuts them by scope rows; reads no values (the window kernels do).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext.records import locate_records
from misha_xr._ext.steps import sparse_steps
from misha_xr.database import ArrayTrack, BlockTable, SparseTrack
from misha_xr.intervals import Intervals
from misha_xr.query.ranges import cumulate

__all__ = ["HEADER_BYTES", "RecordTrack", "cut_records", "record_ranges", "track_intervals"]

HEADER_BYTES = 4

RecordTrack: TypeAlias = SparseTrack | ArrayTrack

Int64s = NDArray[np.int64]


def record_ranges(track: RecordTrack, where: Intervals) -> tuple[Int64s, Int64s]:
    """Find the records that share a base with each interval.

    Parameters
    ----------
    track : SparseTrack or ArrayTrack
        Records sorted and disjoint within a chromosome.
    where : Intervals
        n intervals, codes never decreasing.

    Returns
    -------
    lo, hi : int64 arrays, shape (n,)
        Records [lo, hi), counted from the first of the chromosome.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("sparse_track")
    >>> record = track.records(0)
    >>> one = Intervals(np.zeros(1, np.int32), record.starts[3:4], record.ends[3:4])
    >>> [int(bound[0]) for bound in record_ranges(track, one)]
    [3, 4]
    """
    lo, hi = np.zeros(len(where), np.int64), np.zeros(len(where), np.int64)
    for table, begin, end in _by_table(track, where.codes):
        part = slice(begin, end)
        locate_records(
            table.data, track.record_header, table.first_code, table.offsets, table.lengths,
            where.codes[part], where.starts[part], where.ends[part], lo[part], hi[part],
            track.record_bytes,
        )  # fmt: skip
    return lo, hi


def cut_records(
    track: RecordTrack, where: Intervals, first: Int64s, offsets: Int64s, lo: int, hi: int
) -> tuple[Intervals, Int64s]:
    """Write out the steps [lo, hi) of the pairs (interval, record it meets).

    Parameters
    ----------
    track : SparseTrack or ArrayTrack
        Where the records are.
    where : Intervals
        m intervals that each meet at least one record, codes never decreasing.
    first : int64 array, shape (m,)
        First record that each interval meets.
    offsets : int64 array, shape (m + 1,)
        Number of pairs before each interval, and in all.
    lo, hi : int
        Range of pairs.

    Returns
    -------
    steps : Intervals
        Records cut by their intervals, shape (hi - lo,).
    rows : int64 array, shape (hi - lo,)
        0-based interval of each step.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("sparse_track")
    >>> record = track.records(0)
    >>> one = Intervals(np.zeros(1, np.int32), record.starts[3:4], record.ends[3:4] - 1)
    >>> steps, rows = cut_records(track, one, np.array([3]), np.array([0, 1]), 0, 1)
    >>> bool(steps.ends[0] == record.ends[3] - 1), rows.tolist()
    (True, [0])
    """
    n = hi - lo
    codes, rows = np.empty(n, np.int32), np.empty(n, np.int64)
    starts, ends = np.empty(n, np.int64), np.empty(n, np.int64)
    r0 = int(np.searchsorted(offsets, lo, "right")) - 1
    r1 = int(np.searchsorted(offsets, hi, "left"))
    at = lo
    for table, _, end in _by_table(track, where.codes[r0:r1]):
        stop = min(int(offsets[r0 + end]), hi)
        out = slice(at - lo, stop - lo)
        sparse_steps(
            table.data, track.record_header, table.first_code, table.offsets,
            where.codes, where.starts, where.ends, first, offsets, at, stop,
            codes[out], starts[out], ends[out], rows[out], None, track.record_bytes,
        )  # fmt: skip
        at = stop
    return Intervals(codes, starts, ends), rows


def track_intervals(track: RecordTrack) -> Intervals:
    """Return every record of a track as an interval.

    Parameters
    ----------
    track : SparseTrack or ArrayTrack
        Whose records; their values do not matter.

    Returns
    -------
    Intervals
        In genome order; none for a track without records.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("sparse_track")
    >>> len(track_intervals(track)) == track.counts().sum()
    np.True_
    """
    n = len(track.genome)
    codes = np.arange(n, dtype=np.int32)
    whole = Intervals(codes, np.zeros(n, np.int64), track.genome.sizes)
    lo, hi = record_ranges(track, whole)
    meets = hi > lo
    offsets = cumulate((hi - lo)[meets])
    steps, _ = cut_records(track, whole.take(meets), lo[meets], offsets, 0, int(offsets[-1]))
    return steps


def _by_table(
    track: RecordTrack, codes: NDArray[np.int32]
) -> Iterator[tuple[BlockTable, int, int]]:
    """Yield the tables that hold the sorted codes, each with its range of positions in them."""
    at = 0
    while at < len(codes):
        table = next(track.record_tables(int(codes[at]), int(codes[-1]) + 1))
        end = int(np.searchsorted(codes, table.first_code + len(table.offsets), "left"))
        yield table, at, end
        at = end
