"""Arrays of rectangles as iterators of planes need them: sorted, cut, joined, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr.intervals import Rectangles, overlap_pairs2d, sort_order2d

__all__ = [
    "concatenate",
    "first_overlap",
    "intersections",
    "rectangle_token",
    "sort_rectangles",
]

Int64s = NDArray[np.int64]

_COLUMNS = ("codes1", "starts1", "ends1", "codes2", "starts2", "ends2")


def rectangle_token(rects: Rectangles) -> tuple[bytes, ...]:
    """Describe rectangles by plain values.

    Parameters
    ----------
    rects : Rectangles
        Any.

    Returns
    -------
    tuple of bytes
        Six columns.

    Examples
    --------
    >>> one = np.array([1])
    >>> len(rectangle_token(Rectangles(one, one, one, one, one, one)))
    6
    """
    return tuple(getattr(rects, name).tobytes() for name in _COLUMNS)


def concatenate(parts: Sequence[Rectangles]) -> Rectangles:
    """Put rectangles one after another.

    Parameters
    ----------
    parts : sequence of Rectangles
        Maybe none.

    Returns
    -------
    Rectangles
        New memory.

    Examples
    --------
    >>> len(concatenate([]))
    0
    """
    columns: list[Any] = []
    for name in _COLUMNS:
        dtype = np.int32 if name.startswith("codes") else np.int64
        pieces = [np.empty(0, dtype), *(getattr(part, name) for part in parts)]
        columns.append(np.concatenate(pieces).astype(dtype, copy=False))
    return Rectangles(*columns)


def sort_rectangles(rects: Rectangles) -> tuple[Rectangles, Int64s]:
    """Sort rectangles by pair of chromosomes, then start1, start2, end1, end2.

    Parameters
    ----------
    rects : Rectangles
        n rows in any order.

    Returns
    -------
    Rectangles
        Sorted.
    int64 array, shape (n,)
        Row that each came from; equal rows keep their order.

    Examples
    --------
    >>> one, two = np.array([1, 0]), np.array([5, 5])
    >>> sort_rectangles(Rectangles(one, two, two + 1, one, two, two + 1))[1].tolist()
    [1, 0]
    """
    order = sort_order2d(rects)
    return rects.take(order), order


def first_overlap(rects: Rectangles) -> tuple[int, int] | None:
    """Find two rectangles of a set that share a point.

    Parameters
    ----------
    rects : Rectangles
        Any order.

    Returns
    -------
    (int, int) or None
        Rows, the smallest; None if no two overlap.

    Examples
    --------
    >>> two = np.zeros(2, np.int32), np.array([0, 5]), np.array([9, 9])
    >>> first_overlap(Rectangles(*two, *two))
    (0, 1)
    """
    if len(rects) < 2:
        return None
    rows1, rows2 = overlap_pairs2d(rects, rects)
    if len(rows1) == len(rects):
        return None  # each meets itself only
    at = int(np.flatnonzero(rows1 != rows2)[0])
    return int(rows1[at]), int(rows2[at])


def intersections(ones: Rectangles, twos: Rectangles) -> Rectangles:
    """Return what the rectangles of two sets have in common, row by row.

    Parameters
    ----------
    ones, twos : Rectangles
        n rows each; each pair of rows meets.

    Returns
    -------
    Rectangles
        n rows.

    Examples
    --------
    >>> zero = np.zeros(1, np.int32)
    >>> side = zero, np.array([0]), np.array([9])
    >>> other = zero, np.array([5]), np.array([20])
    >>> intersections(Rectangles(*side, *side), Rectangles(*other, *other)).starts2
    array([5])
    """
    return Rectangles(
        ones.codes1,
        np.maximum(ones.starts1, twos.starts1),
        np.minimum(ones.ends1, twos.ends1),
        ones.codes2,
        np.maximum(ones.starts2, twos.starts2),
        np.minimum(ones.ends2, twos.ends2),
    )
