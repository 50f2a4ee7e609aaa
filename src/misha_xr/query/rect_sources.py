"""The source of 2D tracks: rectangles and points."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Track2D
from misha_xr.forks import fork_lock
from misha_xr.query.object_runs import object_runs
from misha_xr.query.rect_readers import RectReader

__all__ = ["RectSource", "ordered_values"]


@dataclass(frozen=True, slots=True)
class RectSource:
    """A 2D track.

    Attributes
    ----------
    track : Track2D
        Rectangles or points with one float32 each; a window sees every object that shares a point
        with it.

    Examples
    --------
    >>> import misha_xr
    >>> RectSource(misha_xr.example_database().store.track("rects_track")).token()[0]
    'rects_track'
    """

    track: Track2D

    def open(self) -> RectReader:
        """Return a new reader.

        Returns
        -------
        RectReader
            For one partition and one thread.

        Examples
        --------
        >>> import misha_xr
        >>> source = RectSource(misha_xr.example_database().store.track("points_track"))
        >>> isinstance(source.open(), RectReader)
        True
        """
        return RectReader(self.track, self.token(), lambda: ordered_values(self.track))

    def check_current(self) -> None:
        """Raise StaleFileError if the track was replaced since the query was built.

        Examples
        --------
        >>> import misha_xr
        >>> RectSource(misha_xr.example_database().store.track("rects_track")).check_current()
        """
        self.track.check_current()

    def token(self) -> tuple[Any, ...]:
        """Describe the track and the state of its files.

        Returns
        -------
        tuple
            Equal tokens, equal values.

        Examples
        --------
        >>> import misha_xr
        >>> len(RectSource(misha_xr.example_database().store.track("rects_track")).token())
        3
        """
        return self.track.name, self.track.path, self.track.stamp


_KEPT = 4
_LOCK = fork_lock()
_ORDERED: OrderedDict[tuple[Any, ...], NDArray[np.float32]] = OrderedDict()


def ordered_values(track: Track2D) -> NDArray[np.float32]:
    """Return the values of all objects of a track in order.

    Parameters
    ----------
    track : Track2D
        Rectangles or points.

    Returns
    -------
    float32 array, shape (n,)
        Without NaN, ascending, read-only. Those of the last few tracks are kept.

    Examples
    --------
    >>> import misha_xr
    >>> values = ordered_values(misha_xr.example_database().store.track("points_track"))
    >>> bool((values[1:] >= values[:-1]).all())
    True
    """
    key = (track.path, track.stamp)
    with _LOCK:
        if key not in _ORDERED:
            _ORDERED[key] = _sorted_values(track)
            while len(_ORDERED) > _KEPT:
                _ORDERED.popitem(last=False)
        _ORDERED.move_to_end(key)
        return _ORDERED[key]


def _sorted_values(track: Track2D) -> NDArray[np.float32]:
    codes1, codes2 = track.pair_codes()
    runs = object_runs(track.count_many(codes1, codes2)).tolist()
    found = [track.read_many(codes1[lo:hi], codes2[lo:hi]).values for lo, hi in pairwise(runs)]
    values = np.concatenate([*found, np.empty(0, np.float32)])
    values = np.sort(values[~np.isnan(values)])
    values.flags.writeable = False
    return values
