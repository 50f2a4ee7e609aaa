"""Iterator over the objects of a 2D track, cut by each scope row; trees are read once, in order.

Steps are numbered without reading more than heads of files where a scope row is a whole pair of
chromosomes. Runs of pairs with few objects are read together, any other row on its own: decoded in
one pass when the first step is asked for, and kept for the blocks that follow.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Track2D
from misha_xr.intervals import Band, Rectangles
from misha_xr.query.object_blocks import ObjectBlock
from misha_xr.query.object_runs import object_runs
from misha_xr.query.plane_scope import PlaneScope
from misha_xr.query.ranges import cumulate
from misha_xr.query.rect_blocks import OwnValues, RectBlock
from misha_xr.query.row_objects import RowObjects, RunObjects, read_row, read_rows

__all__ = ["ObjectSteps"]

Int64s = NDArray[np.int64]

_KEPT_BYTES = 1 << 28


class _Kept:
    """The objects of the runs of scope rows that were read last, up to a number of bytes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading: dict[int, Any] = {}
        self._rows: OrderedDict[int, RunObjects] = OrderedDict()
        self._n_bytes = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return _Kept, ()

    def get(self, at: int, steps: ObjectSteps) -> RunObjects:
        """Return the objects of a run; of two threads that want it, one reads."""
        with self._lock:
            reading = self._reading.setdefault(at, threading.Lock())
        with reading:
            with self._lock:
                if at in self._rows:
                    self._rows.move_to_end(at)
                    return self._rows[at]
            found = steps.read(at)
            with self._lock:
                self._keep(at, found)
                self._reading.pop(at, None)
        return found

    def _keep(self, at: int, found: RunObjects) -> None:
        self._rows[at] = found
        self._n_bytes += found.objects.n_bytes
        while self._n_bytes > _KEPT_BYTES and len(self._rows) > 1:
            self._n_bytes -= self._rows.popitem(last=False)[1].objects.n_bytes


@dataclass(frozen=True, eq=False)
class ObjectSteps:
    """The rectangles or points of a track, values NaN included, cut by each scope row.

    Attributes
    ----------
    track : Track2D
        Whose objects.
    scope : PlaneScope
        Where.
    band : Band or None
        Shrinks the steps, and drops those outside.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> steps = ObjectSteps(store.track("points_track"), PlaneScope(store.genome))
    >>> steps.n_steps == sum(steps.track.n_objects(*pair) for pair in steps.track.pairs())
    True
    """

    track: Track2D
    scope: PlaneScope
    band: Band | None = None
    _kept: _Kept = field(default_factory=_Kept, repr=False)

    @cached_property
    def _places(self) -> tuple[Rectangles, Int64s]:
        """The scope rows on pairs that are stored, and the caller's numbers of them."""
        codes1, codes2 = self.track.pair_codes()
        here = self.scope.on_pairs(codes1, codes2)
        n = self.track.genome.n_chroms
        stored = codes1.astype(np.int64) * n + codes2
        wanted = here.rects.codes1.astype(np.int64) * n + here.rects.codes2
        is_stored = np.isin(wanted, stored)
        if self.band is not None:
            is_stored &= here.rects.codes1 == here.rects.codes2
        return here.rects.take(is_stored), here.rows[is_stored]

    @cached_property
    def _is_whole(self) -> NDArray[np.bool_]:
        """Which rows are whole pairs of chromosomes."""
        rects, sizes = self._places[0], self.track.genome.sizes
        ends = (rects.ends1 == sizes[rects.codes1]) & (rects.ends2 == sizes[rects.codes2])
        is_whole: NDArray[np.bool_] = ends & (rects.starts1 == 0) & (rects.starts2 == 0)
        return is_whole

    @cached_property
    def _n_stored(self) -> Int64s:
        """Number of objects of each row that is a whole pair; -1 for others."""
        rects, is_whole = self._places[0], self._is_whole
        counts = np.full(len(is_whole), -1, np.int64)
        codes = rects.codes1[is_whole], rects.codes2[is_whole]
        counts[is_whole] = self.track.count_many(*codes)
        return counts

    @cached_property
    def _runs(self) -> Int64s:
        """Where the rows that are read together begin, and the number of rows."""
        return object_runs(self._n_stored)

    @cached_property
    def _offsets(self) -> Int64s:
        """Number of steps before each run, and in all."""
        runs, stored = self._runs, self._n_stored
        if self.band is not None or (stored < 0).any():
            n_runs = len(runs) - 1
            return cumulate(np.array([self._count(at) for at in range(n_runs)], np.int64))
        return cumulate(stored)[runs]

    def _count(self, at: int) -> int:
        lo, hi = self._runs[at], self._runs[at + 1]
        if self._n_stored[lo] >= 0 and self.band is None:
            return int(self._n_stored[lo:hi].sum())
        return len(self._kept.get(at, self))

    def read(self, at: int) -> RunObjects:
        """Read the objects of a run of scope rows.

        Parameters
        ----------
        at : int
            Which of the runs of rows on stored pairs.

        Returns
        -------
        RunObjects
            Cut, sorted.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> steps = ObjectSteps(store.track("points_track"), PlaneScope(store.genome))
        >>> len(steps.read(0)) == steps.n_steps
        True
        """
        lo, hi = int(self._runs[at]), int(self._runs[at + 1])
        rows = self._places[0].take(slice(lo, hi))
        if hi - lo > 1:
            return read_rows(self.track, rows, self.band)
        return read_row(self.track, rows, self.band, is_whole=bool(self._is_whole[lo]))

    @property
    def n_steps(self) -> int:
        """Number of steps in the whole sequence."""
        return int(self._offsets[-1])

    @cached_property
    def own_token(self) -> tuple[Any, ...]:
        """What the values of the steps belong to: the track in its present state.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> ObjectSteps(store.track("points_track"), PlaneScope(store.genome)).own_token[0]
        'points_track'
        """
        return self.track.name, self.track.path, self.track.stamp

    def token(self) -> tuple[Any, ...]:
        """Describe the track and the state of its files.

        Returns
        -------
        tuple
            Name, path and stamp of the track, and the band.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> ObjectSteps(store.track("points_track"), PlaneScope(store.genome)).token()[:2]
        ('objects', 'points_track')
        """
        return "objects", *self.own_token, self.band

    def block(self, lo: int, hi: int) -> RectBlock:
        """Return the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            0 <= lo < hi <= n_steps.

        Returns
        -------
        RectBlock
            hi - lo rows, those of a scope row sorted by start1, start2.

        Raises
        ------
        CorruptFileError, StaleFileError
            If a tree cannot be trusted.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> steps = ObjectSteps(store.track("points_track"), PlaneScope(store.genome))
        >>> steps.block(2, 5).n
        3
        """
        offsets = self._offsets
        first = int(np.searchsorted(offsets, lo, "right")) - 1
        last = int(np.searchsorted(offsets, hi, "left"))
        pieces, counts = [], []
        for at in range(first, last):
            run, base = self._kept.get(at, self), int(offsets[at])
            low, high = max(lo - base, 0), min(hi - base, len(run))
            counts.append(run.counts(low, high))
            if low < high:
                pieces.append(run.objects.slice(low, high))
        places, rows = self._places
        found, here = np.concatenate(counts), slice(self._runs[first], self._runs[last])
        is_met = found > 0
        codes = places.codes1[here][is_met], places.codes2[here][is_met]
        return ObjectBlock(*codes, rows[here][is_met], found[is_met], pieces, self._own(pieces))

    def _own(self, pieces: Sequence[RowObjects]) -> OwnValues | None:
        """Return the values of the objects, unless some of them overlap."""
        values = [piece.values for piece in pieces if piece.values is not None]
        if len(values) < len(pieces):
            return None
        return OwnValues(self.own_token, values[0] if len(values) == 1 else np.concatenate(values))
