"""The objects of a 2D track in one scope row: read, cut, shrunk to a band, sorted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Track2D
from misha_xr.formats.quadtree import Objects
from misha_xr.formats.signature import TrackType
from misha_xr.intervals import Band, Rectangles

__all__ = ["RowObjects", "read_row"]

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowObjects:
    """Objects sorted by start1, start2.

    Attributes
    ----------
    starts1, starts2 : int64 array, shape (n,)
        Lower edges, base pairs.
    ends : pair of int64 array, shape (n,), or None
        Upper edges; None: all objects are points.
    values : float32 array, shape (n,), or None
        Their values; None: some of them overlap, so that a value is not that of one object.

    Examples
    --------
    >>> one = np.array([7])
    >>> RowObjects(one, one, None, None).slice(0, 1).columns()[1].tolist()
    [8]
    """

    starts1: Int64s
    starts2: Int64s
    ends: tuple[Int64s, Int64s] | None
    values: NDArray[np.float32] | None

    def __len__(self) -> int:
        return len(self.starts1)

    @property
    def n_bytes(self) -> int:
        """Memory of the columns."""
        arrays = [self.starts1, self.starts2, *(self.ends or ())]
        return sum(array.nbytes for array in arrays) + (
            0 if self.values is None else self.values.nbytes
        )

    def slice(self, lo: int, hi: int) -> RowObjects:
        """Return some objects, as views.

        Parameters
        ----------
        lo, hi : int
            0 <= lo <= hi <= n.

        Returns
        -------
        RowObjects
            hi - lo of them.

        Examples
        --------
        >>> two = np.array([7, 9])
        >>> len(RowObjects(two, two, None, None).slice(1, 2))
        1
        """
        ends = self.ends and (self.ends[0][lo:hi], self.ends[1][lo:hi])
        values = None if self.values is None else self.values[lo:hi]
        return RowObjects(self.starts1[lo:hi], self.starts2[lo:hi], ends, values)

    def columns(self) -> tuple[Int64s, Int64s, Int64s, Int64s]:
        """Return starts and ends of both sides.

        Returns
        -------
        starts1, ends1, starts2, ends2 : int64 array, shape (n,)
            Base pairs.

        Examples
        --------
        >>> one = np.array([7])
        >>> [int(column[0]) for column in RowObjects(one, one, None, None).columns()]
        [7, 8, 7, 8]
        """
        ends1, ends2 = self.ends or (self.starts1 + 1, self.starts2 + 1)
        return self.starts1, ends1, self.starts2, ends2


def read_row(track: Track2D, row: Rectangles, band: Band | None, *, is_whole: bool) -> RowObjects:
    """Read the objects that meet one rectangle, and cut them by it.

    Parameters
    ----------
    track : Track2D
        Rectangles or points.
    row : Rectangles
        One.
    band : Band, optional
        Shrinks what is left, and drops objects outside.
    is_whole : bool
        The rectangle is the whole pair of chromosomes.

    Returns
    -------
    RowObjects
        Sorted by start1, start2.

    Raises
    ------
    CorruptFileError, StaleFileError
        If the tree cannot be trusted.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> here = np.zeros(1, np.int32), np.array([0]), np.array([50_000])
    >>> found = read_row(db.store.track("rects_track"), Rectangles(*here, *here), None,
    ...                  is_whole=False)
    >>> bool((found.ends[0] <= 50_000).all())
    True
    """
    pair = int(row.codes1[0]), int(row.codes2[0])
    if is_whole:
        found = track.objects(*pair)
    else:
        edges = (row.starts1, row.starts2, row.ends1, row.ends2)
        found = track.query(*pair, *(int(edge[0]) for edge in edges))
        found = _cut(found, *(int(edge[0]) for edge in edges))
    found = found if band is None else _in_band(found, band)
    found = found.take(_order(found))
    if track.type is TrackType.POINTS:
        twice = (found.x1[1:] == found.x1[:-1]) & (found.y1[1:] == found.y1[:-1])
        return RowObjects(found.x1, found.y1, None, None if twice.any() else found.values)
    return RowObjects(found.x1, found.y1, (found.x2, found.y2), None)


def _cut(found: Objects, x1: int, y1: int, x2: int, y2: int) -> Objects:
    low, high = np.maximum, np.minimum
    edges = low(found.x1, x1), low(found.y1, y1), high(found.x2, x2), high(found.y2, y2)
    return Objects(found.ids, *edges, found.values)


def _in_band(found: Objects, band: Band) -> Objects:
    """Shrink objects of one chromosome to a band, and drop those outside."""
    code = np.zeros(len(found), np.int32)
    boxes, kept = band.shrink(Rectangles(code, found.x1, found.x2, code, found.y1, found.y2))
    edges = boxes.starts1, boxes.starts2, boxes.ends1, boxes.ends2
    return Objects(found.ids[kept], *edges, found.values[kept])


def _order(found: Objects) -> Int64s:
    """Return the order by start1, start2, then the ends."""
    return np.lexsort((found.y2, found.x2, found.y1, found.x1))
