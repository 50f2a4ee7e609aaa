"""Records or objects of many tracks on one axis, track after track, for databases with many.

An axis of its own for each sparse or 2D track makes every operation of a Dataset slow from some
fifty of them on; one axis with a coordinate of track names costs the same for any number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.rect_axis import RectAxis

if TYPE_CHECKING:
    from misha_xr.backend.labels import Spans
    from misha_xr.genome import Genome
    from misha_xr.intervals import Rectangles

__all__ = ["StackedIntervalAxis", "StackedRectAxis"]

Int64Array: TypeAlias = NDArray[np.int64]


class _StackedAxis:
    """Axes of tracks one after another; a position is that of the track's axis plus its offset."""

    def __init__(self, parts: Sequence[Any]) -> None:
        self.parts = tuple(parts)

    @property
    def genome(self) -> Genome:
        """The genome of all tracks."""
        genome: Genome = self.parts[0].genome
        return genome

    @cached_property
    def names(self) -> NDArray[np.str_]:
        """Names of the tracks, in order."""
        return np.array([part.track.name for part in self.parts])

    @cached_property
    def bounds(self) -> Int64Array:
        """First position of each track, and the end, int64 (n_tracks + 1,)."""
        return _running([len(part) for part in self.parts])

    @cached_property
    def offsets(self) -> Int64Array:
        """First position of each piece of each track, and the end, int64."""
        pieces = [
            lo + part.offsets[:-1] for lo, part in zip(self.bounds[:-1], self.parts, strict=True)
        ]
        return np.concatenate([*pieces, self.bounds[-1:]])

    def piece_codes(self, field: str) -> NDArray[np.int32]:
        """Return the chromosome code of each piece."""
        return np.concatenate([part.piece_codes(field) for part in self.parts])

    def __len__(self) -> int:
        return int(self.bounds[-1])

    def is_free(self, name: str) -> bool:
        """Tell whether a field needs no reading: names of tracks and chromosomes."""
        return name == "track" or name.startswith("chrom")

    def field_dtype(self, name: str) -> np.dtype[Any] | None:
        """Return the dtype of a field that other axes do not have."""
        return self.names.dtype if name == "track" else None

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return ``track``, or a field of the axes of the tracks."""
        places = materialise(positions)
        owners = np.searchsorted(self.bounds, places, side="right") - 1
        if name == "track":
            return self.names[owners]
        return self._gathered(places, owners, lambda part, local: part.field(local, name))

    def by_track(self, places: Int64Array) -> Iterator[tuple[Any, Any, Int64Array]]:
        """Yield the axis of each track that is met, the rows that meet it, and its positions."""
        owners = np.searchsorted(self.bounds, places, side="right") - 1
        yield from self._split(places, owners)

    def _split(self, places: Int64Array, owners: Int64Array) -> Iterator[tuple[Any, Any, Any]]:
        order = np.argsort(owners, kind="stable")
        edges = np.flatnonzero(np.diff(owners[order], prepend=-1))
        for rows in np.split(order, edges[1:]) if len(order) else ():
            number = int(owners[rows[0]])
            yield self.parts[number], rows, places[rows] - self.bounds[number]

    def _gathered(self, places: Int64Array, owners: Int64Array, read: Any) -> NDArray[Any]:
        out: NDArray[Any] = np.empty(len(places), dtype=np.int64)
        for k, (part, rows, local) in enumerate(self._split(places, owners)):
            values = read(part, local)
            if k == 0:
                out = np.empty(len(places), dtype=values.dtype)
            out[rows] = values
        return out

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self.parts == other.parts

    def __hash__(self) -> int:
        return hash((len(self.parts), self.parts[0]))

    def __deepcopy__(self, memo: object) -> _StackedAxis:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.parts,)

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        return (f"misha_xr.{type(self).__name__}", *self.parts)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.parts):,} tracks>"


class StackedIntervalAxis(_StackedAxis):
    """The records of many sparse tracks.

    Parameters
    ----------
    parts : sequence of IntervalAxis
        An axis for each track; at least one, all on one genome.
    """

    parts: tuple[IntervalAxis, ...]

    def codes(self, positions: Int64Array) -> NDArray[np.int32]:
        """Return the chromosome code of each record."""
        owners = np.searchsorted(self.bounds, positions, side="right") - 1
        read = self._gathered(positions, owners, lambda part, local: part.codes(local))
        return read.astype(np.int32)

    def starts(self, positions: Int64Array) -> Int64Array:
        """Return the starts of records, base pairs."""
        return self.field(positions, "start")

    def ends(self, positions: Int64Array) -> Int64Array:
        """Return the ends of records, base pairs."""
        return self.field(positions, "end")

    def ranges(self, spans: Spans) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Return the ranges that share a base with spans, span after span, and whose they are."""
        shape = (len(spans), len(self.parts))
        los, his = np.empty(shape, np.int64), np.empty(shape, np.int64)
        for k, part in enumerate(self.parts):
            first, stop = part.locate(spans.codes, spans.starts, spans.ends)
            los[:, k], his[:, k] = first + self.bounds[k], stop + self.bounds[k]
        owners = np.repeat(np.arange(len(spans)), len(self.parts))
        return los.ravel(), his.ravel(), owners


class StackedRectAxis(_StackedAxis):
    """The objects of many 2D tracks.

    Parameters
    ----------
    parts : sequence of RectAxis
        An axis for each track; at least one, all on one genome.
    """

    parts: tuple[RectAxis, ...]

    def locate(self, sides: dict[int, Any]) -> Int64Array:
        """Return the objects that share a base with spans on each side named, ascending."""
        shifted = zip(self.bounds[:-1], self.parts, strict=True)
        return np.concatenate([lo + part.locate(sides) for lo, part in shifted])

    def locate_boxes(self, rectangles: Rectangles) -> tuple[Int64Array, Int64Array]:
        """Return (object, rectangle) for every meeting, rectangle after rectangle."""
        found = [part.locate_boxes(rectangles) for part in self.parts]
        counts = [len(numbers) for numbers, _ in found]
        numbers = np.concatenate([part[0] for part in found]) + self.bounds[:-1].repeat(counts)
        rows = np.concatenate([part[1] for part in found])
        order = np.argsort(rows, kind="stable")
        return numbers[order], rows[order]


def _running(counts: list[int]) -> Int64Array:
    bounds = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=bounds[1:])
    bounds.setflags(write=False)
    return bounds
