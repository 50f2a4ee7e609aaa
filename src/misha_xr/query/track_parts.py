"""The sink of new tracks: one number per step, as tracks store it, with its place where needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.query.coordinates import Coordinates
from misha_xr.query.rect_blocks import RectCoordinates
from misha_xr.query.track_writing import TrackKind

__all__ = ["StepValues", "TrackPart", "TrackSink", "first_column", "stored"]

Values: TypeAlias = Sequence[NDArray[Any]]
StepValues: TypeAlias = Callable[[Values], NDArray[Any]]
Places: TypeAlias = Coordinates | RectCoordinates

# The places of dense bins follow from their number.
_PLACES: dict[TrackKind, type[Coordinates] | type[RectCoordinates] | None]
_PLACES = {"dense": None, "sparse": Coordinates, "rectangles": RectCoordinates}


def first_column(values: Values) -> NDArray[Any]:
    """Return the values of the only expression.

    Parameters
    ----------
    values : sequence of one array, shape (n,)
        As a scan hands them out.

    Returns
    -------
    array, shape (n,)
        Not a copy.

    Examples
    --------
    >>> first_column([np.array([True, False])]).tolist()
    [True, False]
    """
    return values[0]


def stored(values: NDArray[Any]) -> NDArray[np.float32]:
    """Round numbers to what tracks store.

    Parameters
    ----------
    values : array, shape (n,)
        float64 or bool.

    Returns
    -------
    float32 array, shape (n,)
        The nearest ones; infinity beyond the range of float32, which readers deliver as NaN.

    Examples
    --------
    >>> stored(np.array([0.1, 1e40, np.nan])).astype(float).tolist()
    [0.10000000149011612, inf, nan]
    """
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


@dataclass(frozen=True, slots=True)
class TrackPart:
    """The values of the steps ``first, first + 1, ...`` of a track.

    Attributes
    ----------
    first : int
        Number of the first step.
    where : Coordinates, RectCoordinates or None
        Shape (n,); None for bins.
    values : float32 array, shape (n,)
        One per step.
    step_values : callable
        Makes one column of those of all expressions.

    Examples
    --------
    >>> part = TrackPart(10, None, np.zeros(4, np.float32), first_column)
    >>> part.add(None, 12, [np.array([2.5])])
    >>> part.values.tolist()
    [0.0, 0.0, 2.5, 0.0]
    """

    first: int
    where: Places | None
    values: NDArray[np.float32]
    step_values: StepValues

    def targets(self, lo: int, hi: int) -> None:
        """Return None: values change their type on the way.

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Examples
        --------
        >>> TrackPart(10, None, np.zeros(4, np.float32), first_column).targets(10, 12)
        """

    def add(self, block: Any, lo: int, values: Values) -> None:
        """Take the values of the steps ``lo, lo + 1, ...``.

        Parameters
        ----------
        block : Block or RectBlock
            Where they lie.
        lo : int
            Number of the first.
        values : sequence of array, shape (n,)
            One per expression.

        Examples
        --------
        >>> part = TrackPart(0, None, np.zeros(2, np.float32), first_column)
        >>> part.add(None, 0, [np.array([1e40, True])])
        >>> part.values.tolist()
        [inf, 1.0]
        """
        found = self.step_values(values)
        at = lo - self.first
        self.values[at : at + len(found)] = stored(found)
        if self.where is not None:
            where: Any = self.where.slice(at, at + len(found))
            block.write(where)


@dataclass(frozen=True, slots=True)
class TrackSink:
    """Makes parts of a track.

    Attributes
    ----------
    kind : {"dense", "sparse", "rectangles"}
        Of the track.
    step_values : callable
        Makes one column of those of all expressions; picklable.

    Examples
    --------
    >>> TrackSink("sparse", first_column).part(3, 5).where.starts.shape
    (2,)
    """

    kind: TrackKind
    step_values: StepValues

    def part(self, lo: int, hi: int) -> TrackPart:
        """Return a part for the steps [lo, hi).

        Parameters
        ----------
        lo, hi : int
            Range of step numbers.

        Returns
        -------
        TrackPart
            Memory of its own, contents undefined.

        Examples
        --------
        >>> TrackSink("dense", first_column).part(3, 5).where is None
        True
        """
        places, n = _PLACES[self.kind], hi - lo
        where = None if places is None else places.empty(n, np.dtype(np.int32), with_rows=False)
        return TrackPart(lo, where, np.empty(n, np.float32), self.step_values)
