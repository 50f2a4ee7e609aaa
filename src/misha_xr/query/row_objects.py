"""The objects of a 2D track in scope rows: read, cut, shrunk to a band, sorted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misha_xr.database import Track2D
from misha_xr.formats.object_order import SortedObjects
from misha_xr.intervals import Band, Rectangles, sort_order2d

__all__ = ["RowObjects", "RunObjects", "read_row", "read_rows"]

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
        n_values = 0 if self.values is None else int(self.values.nbytes)
        edges = (self.starts1, self.starts2, *(self.ends or ()))
        return n_values + int(sum(edge.nbytes for edge in edges))

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


@dataclass(frozen=True, slots=True)
class RunObjects:
    """Objects of a run of scope rows, row after row.

    Attributes
    ----------
    objects : RowObjects
        Sorted within each row.
    bounds : int64 array, shape (k + 1,)
        Row k has the objects ``bounds[k]:bounds[k + 1]``; begins with 0.

    Examples
    --------
    >>> two = np.array([7, 9])
    >>> run = RunObjects(RowObjects(two, two, None, None), np.array([0, 0, 2]))
    >>> run.counts(0, 1).tolist()
    [0, 1]
    """

    objects: RowObjects
    bounds: Int64s

    def __len__(self) -> int:
        return len(self.objects)

    def counts(self, lo: int, hi: int) -> Int64s:
        """Count the objects [lo, hi) that lie in each row.

        Parameters
        ----------
        lo, hi : int
            0 <= lo <= hi <= number of objects.

        Returns
        -------
        int64 array, shape (k,)
            Together hi - lo.

        Examples
        --------
        >>> two = np.array([7, 9])
        >>> run = RunObjects(RowObjects(two, two, None, None), np.array([0, 1, 2]))
        >>> run.counts(1, 2).tolist()
        [0, 1]
        """
        inner = np.clip(self.bounds, lo, hi)
        counts: Int64s = inner[1:] - inner[:-1]
        return counts


def read_row(track: Track2D, row: Rectangles, band: Band | None, *, is_whole: bool) -> RunObjects:
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
    RunObjects
        Of one row.

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
    >>> bool((found.objects.ends[0] <= 50_000).all())
    True
    """
    pair = int(row.codes1[0]), int(row.codes2[0])
    if is_whole:
        found = _row_of(track.sorted_objects(*pair))
    else:
        x1, y1, x2, y2 = (int(edge[0]) for edge in (row.starts1, row.starts2, row.ends1, row.ends2))
        found = _cut(_row_of(track.sorted_objects(*pair, (x1, y1, x2, y2))), x1, y1, x2, y2)
    if band is not None:
        found, _ = _shrunk(found, band, np.zeros(len(found), np.int32))
    return RunObjects(found, np.array([0, len(found)], np.int64))


def read_rows(track: Track2D, rows: Rectangles, band: Band | None) -> RunObjects:
    """Read the objects of many pairs of chromosomes in one go.

    Parameters
    ----------
    track : Track2D
        Rectangles or points.
    rows : Rectangles
        k whole pairs of chromosomes.
    band : Band, optional
        As for `read_row`.

    Returns
    -------
    RunObjects
        What `read_row` finds in each of them. Values are None if objects overlap in any of them.

    Raises
    ------
    CorruptFileError, StaleFileError
        If a tree cannot be trusted.

    Examples
    --------
    >>> from misha_xr.query.plane_scope import PlaneScope
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> track = store.track("rects_track")
    >>> rows = PlaneScope(store.genome).on_pairs(*track.pair_codes()).rects
    >>> len(read_rows(track, rows, None).bounds) == len(rows) + 1
    True
    """
    read = track.read_many(rows.codes1, rows.codes2, "corner")
    x1, y1, x2, y2 = read.edges
    values = read.values if read.is_disjoint else None
    found = RowObjects(x1, y1, None if read.is_points else (x2, y2), values)
    if band is None:
        return RunObjects(found, read.bounds)
    row = np.repeat(np.arange(len(rows), dtype=np.int32), np.diff(read.bounds))
    found, row = _shrunk(found, band, row)
    return RunObjects(found, np.searchsorted(row, np.arange(len(rows) + 1)).astype(np.int64))


def _row_of(found: SortedObjects) -> RowObjects:
    values = found.values if found.is_disjoint else None
    return RowObjects(found.x1, found.y1, found.ends, values)


def _cut(found: RowObjects, x1: int, y1: int, x2: int, y2: int) -> RowObjects:
    """Cut objects that meet a rectangle; points lie in it."""
    if found.ends is None:
        return found
    starts = np.maximum(found.starts1, x1), np.maximum(found.starts2, y1)
    ends = np.minimum(found.ends[0], x2), np.minimum(found.ends[1], y2)
    return _sorted(*starts, ends, found.values)


def _shrunk(
    found: RowObjects, band: Band, row: NDArray[np.int32]
) -> tuple[RowObjects, NDArray[np.int32]]:
    """Shrink objects within chromosomes to a band, and drop those outside; rows are ascending."""
    starts1, ends1, starts2, ends2 = found.columns()
    boxes, kept = band.shrink(Rectangles(row, starts1, ends1, row, starts2, ends2))
    values, row = None if found.values is None else found.values[kept], row[kept]
    if found.ends is None:  # a point is left whole
        return RowObjects(found.starts1[kept], found.starts2[kept], None, values), row
    ends = (boxes.ends1, boxes.ends2)
    return _sorted(boxes.starts1, boxes.starts2, ends, values, row), row


def _sorted(
    starts1: Int64s,
    starts2: Int64s,
    ends: tuple[Int64s, Int64s],
    values: NDArray[np.float32] | None,
    row: NDArray[np.int32] | None = None,
) -> RowObjects:
    """Sort anew, row by row: cutting can change which object starts first."""
    code = np.zeros(len(starts1), np.int32) if row is None else row
    order = sort_order2d(Rectangles(code, starts1, ends[0], code, starts2, ends[1]))
    values = None if values is None else values[order]
    return RowObjects(starts1[order], starts2[order], (ends[0][order], ends[1][order]), values)
