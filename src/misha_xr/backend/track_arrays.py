"""Lazy values of tracks: dense, sparse and two-dimensional ones differ only in their pieces."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from misha_xr.backend.coordinates import Axis
from misha_xr.backend.lazy import LazyPositions, flat_positions
from misha_xr.backend.pieces import read_pieces
from misha_xr.backend.positions import Positions
from misha_xr.backend.tables import MANY_PIECES, read_many
from misha_xr.database import ArrayTrack, DenseTrack, SparseTrack, Store, Track2D
from misha_xr.errors import TrackTypeError

if TYPE_CHECKING:
    from misha_xr.backend.interval_axis import IntervalAxis
    from misha_xr.backend.rect_axis import RectAxis

__all__ = ["LazyDenseArray", "LazyRectArray", "LazySparseArray", "LazyTrackArray", "open_track"]

Kind = TypeVar("Kind", ArrayTrack, DenseTrack, SparseTrack, Track2D)


class LazyTrackArray(LazyPositions):
    """Values of a track at positions on its axis, float32; nothing is opened before the first read.

    Reading needs no lock: pieces are read-only views of memory maps.
    """

    dtype = np.dtype(np.float32)

    axis: Axis
    track: Any

    @abstractmethod
    def piece(self, number: int) -> NDArray[np.float32]:
        """Return the values of one piece of the axis; length 0: no data."""

    def evaluate(self) -> NDArray[np.float32]:
        """Read the values."""
        return read_pieces(self.axis.offsets, self.piece, self.positions)

    def identity(self) -> tuple[Hashable, ...]:
        """Return the state of the track's files."""
        return (str(self.track.path), self.track.stamp)

    def _repr_inline_(self, max_width: int) -> str:
        return "..."


class LazyDenseArray(LazyTrackArray):
    """Values of a dense track.

    Parameters
    ----------
    track : DenseTrack
        The track.
    positions : range or ndarray of int64
        Bins of its axis, any shape.

    Notes
    -----
    A stretch of one chromosome is a read-only view of the file: copy it before changing values in
    place. A stretch over several chromosomes is a copy, made at about the speed of memory.
    """

    track: DenseTrack

    def __init__(self, track: DenseTrack, positions: Positions) -> None:
        super().__init__(positions)
        self.track = track
        self.axis = track.axis

    def at(self, positions: Positions) -> Self:
        """Return the same track at other bins."""
        return type(self)(self.track, positions)

    def piece(self, number: int) -> NDArray[np.float32]:
        """Return the values of one chromosome."""
        return self.track.values(number)

    def evaluate(self) -> NDArray[np.float32]:
        """Read the values."""
        if len(self.axis.offsets) > MANY_PIECES:
            found = read_many(self.track, self.positions)
            if found is not None:
                return found
        return super().evaluate()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.track, self.positions)


class LazySparseArray(LazyTrackArray):
    """Values of a sparse track.

    Parameters
    ----------
    axis : IntervalAxis
        The records of the track.
    positions : range or ndarray of int64
        Record numbers, any shape.
    """

    axis: IntervalAxis
    track: SparseTrack

    def __init__(self, axis: IntervalAxis, positions: Positions) -> None:
        super().__init__(positions)
        self.axis = axis
        self.track = axis.track

    def at(self, positions: Positions) -> Self:
        """Return the same track at other records."""
        return type(self)(self.axis, positions)

    def piece(self, number: int) -> NDArray[np.float32]:
        """Return the values of one chromosome."""
        return self.track.records(number).values

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.axis, self.positions)


class LazyRectArray(LazyTrackArray):
    """Values of a two-dimensional track.

    Parameters
    ----------
    axis : RectAxis
        The objects of the track.
    positions : range or ndarray of int64
        Object numbers, any shape.
    """

    axis: RectAxis
    track: Track2D

    def __init__(self, axis: RectAxis, positions: Positions) -> None:
        super().__init__(positions)
        self.axis = axis
        self.track = axis.track

    def at(self, positions: Positions) -> Self:
        """Return the same track at other objects."""
        return type(self)(self.axis, positions)

    def piece(self, number: int) -> NDArray[np.float32]:
        """Return the values of one pair of chromosomes."""
        return self.axis.objects(number).values

    def evaluate(self) -> NDArray[np.float32]:
        """Read the values: of the last selection from what the quad tree gave, else of pairs."""
        positions, n = self.positions, len(self.axis)
        if isinstance(positions, range) and len(positions) == n:
            if positions != range(n) or len(self.axis.pairs) <= MANY_PIECES:
                return super().evaluate()
            found = self.axis.all_values()
        else:
            found = self.axis.field(flat_positions(positions), "value").reshape(self.shape)
        found[np.isinf(found)] = np.nan
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.axis, self.positions)


def open_track(store: Store, name: str, kind: type[Kind]) -> Kind:
    """Open a track that must be of a known kind.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Dotted name.
    kind : type
        ArrayTrack, DenseTrack, SparseTrack or Track2D.

    Returns
    -------
    ArrayTrack, DenseTrack, SparseTrack or Track2D
        In its present state.

    Raises
    ------
    TrackTypeError
        If it is of another kind: it was replaced since the database was opened.
    """
    track = store.track(name)
    if not isinstance(track, kind):
        raise TrackTypeError(
            f"track {name!r} is {track.type.value} by now, which was not so when it was looked up",
            hint="open the database again",
        )
    return track
