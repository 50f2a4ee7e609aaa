"""What axes that are a track's own objects share: they are the track, in one state of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from misha_xr.database import ArrayTrack, SparseTrack, Track2D
    from misha_xr.genome import Genome

__all__ = ["TrackAxis"]

T = TypeVar("T", bound="ArrayTrack | SparseTrack | Track2D")


class TrackAxis(Generic[T]):
    """An axis that equals another when both show the same state of the same track.

    Pickles by its track; copies are the axis itself, as nothing about it changes.

    Parameters
    ----------
    track : SparseTrack, ArrayTrack or Track2D
        The track.
    """

    def __init__(self, track: T) -> None:
        self.track = track

    @property
    def genome(self) -> Genome:
        """The genome of the track."""
        return self.track.genome

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str]:
        return str(self.track.path), self.track.stamp

    def __deepcopy__(self, memo: object) -> TrackAxis[T]:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.track,)

    def __dask_tokenize__(self) -> tuple[str, ...]:
        return (f"misha_xr.{type(self).__name__}", *self._key())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.track.name!r}>"
