"""Classic descriptions of iterators of two dimensions, and what the engine calls them."""

from __future__ import annotations

import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np

from misha_xr.query import CartesianGrid, EachInterval

__all__ = [
    "CartesianGridSpec",
    "FixedRectPolicy",
    "IntervalsPolicy",
    "TrackRectsPolicy",
    "native_iterator",
]


@dataclass(frozen=True)
class CartesianGridSpec:
    """Describe a cartesian grid, to be given as iterator; nothing is checked before.

    Parameters
    ----------
    intervals1 : DataFrame
        Intervals whose centres the windows of the first axis surround.
    expansion1 : tuple of int
        Edges of the windows around each centre.
    intervals2, expansion2 : optional
        The same of the second axis; default: those of the first.
    min_band_idx, max_band_idx : int, optional
        Closed range of differences between interval numbers.
    kind : str
        ``"cartesian_grid"``.

    See Also
    --------
    misha_xr.CartesianGrid : The native form.

    Notes
    -----
    Differs from pymisha: windows of neighbouring centres that would overlap meet in the middle.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.CartesianGridSpec(pm.gintervals(1, 5, 6), (-20, 20)).kind
    'cartesian_grid'
    """

    intervals1: object
    expansion1: tuple  # type: ignore[type-arg]
    intervals2: object = None
    expansion2: object = None
    min_band_idx: object = None
    max_band_idx: object = None
    kind: str = "cartesian_grid"

    def __post_init__(self) -> None:
        """Repeat the windows of the first axis where the second has none of its own."""
        if self.expansion2 is None:
            object.__setattr__(self, "expansion2", self.expansion1)


@dataclass(frozen=True)
class FixedRectPolicy:
    """Describe a grid of cells of one size, to be given as iterator.

    Parameters
    ----------
    width, height : int
        Base pairs along both axes.
    kind : str
        ``"fixed_rect"``.

    See Also
    --------
    misha_xr.Database.extract : The native form: ``iterator=[width, height]``.

    Notes
    -----
    Differs from pymisha: it is the grid that it says; there, the rectangles of the track are
    walked.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.FixedRectPolicy(500, 300)
    FixedRectPolicy(width=500, height=300, kind='fixed_rect')
    """

    width: int
    height: int
    kind: str = "fixed_rect"


@dataclass(frozen=True)
class IntervalsPolicy:
    """Describe the iterator of one step per scope interval.

    Parameters
    ----------
    kind : str
        ``"intervals"``.

    See Also
    --------
    misha_xr.EachInterval : The native form.

    Notes
    -----
    Differs from pymisha: it is what it says; there, the rectangles of the track are walked.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.IntervalsPolicy()
    IntervalsPolicy(kind='intervals')
    """

    kind: str = "intervals"


@dataclass(frozen=True)
class TrackRectsPolicy:
    """Describe the iterator over the rectangles of a 2D track.

    Parameters
    ----------
    track_name : str
        The track.
    kind : str
        ``"track_rects"``.

    See Also
    --------
    misha_xr.Database.extract : The native form: ``iterator="name of the track"``.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.TrackRectsPolicy("rects_track").track_name
    'rects_track'
    """

    track_name: str
    kind: str = "track_rects"


def native_iterator(iterator: Any) -> Any:
    """Spell an iterator of the classic API as the engine does.

    Parameters
    ----------
    iterator : object
        0 means none, negative numbers one step per scope row, once they are truncated; policies
        mean what they say; the rest stays.

    Returns
    -------
    object
        For the functions of `misha_xr.query`.

    Examples
    --------
    >>> native_iterator(0), native_iterator(-1), native_iterator(FixedRectPolicy(500, 300))
    (None, EachInterval(), [500, 300])
    """
    if isinstance(iterator, FixedRectPolicy):
        return [iterator.width, iterator.height]
    if isinstance(iterator, IntervalsPolicy):
        return EachInterval()
    if isinstance(iterator, TrackRectsPolicy):
        return iterator.track_name
    if isinstance(iterator, CartesianGridSpec):
        return _grid(iterator)
    is_number = isinstance(iterator, (numbers.Real, np.bool_))
    if not is_number or not np.isfinite(float(iterator)):
        return iterator
    size = int(iterator)
    return EachInterval() if size < 0 else size or None


def _grid(spec: CartesianGridSpec) -> CartesianGrid:
    given = (spec.min_band_idx, spec.max_band_idx)
    if (given[0] is None) != (given[1] is None):
        raise ValueError("Both min_band_idx and max_band_idx must be provided")
    spelled: Any = spec
    one, two = (spelled.intervals1, spelled.expansion1), (spelled.intervals2, spelled.expansion2)
    limits: Any = None if given[0] is None else given
    return CartesianGrid(*one, *two, limits)
