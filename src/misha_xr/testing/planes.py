"""Slow oracles of 2D intervals: points counted one by one, all pairs looked at; strategies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TypeAlias

import numpy as np
from hypothesis import strategies as st

from misha_xr.intervals import Rectangles

__all__ = [
    "area_oracle",
    "intersect_oracle",
    "pack_boxes",
    "rectangle_rows",
    "shrink_oracle",
    "unpack_boxes",
]

Box: TypeAlias = tuple[int, int, int, int, int, int]  # code1, start1, end1, code2, start2, end2

_SIZE = 40


@st.composite
def rectangle_rows(draw: st.DrawFn, n_chroms: int = 2, max_rows: int = 14) -> list[Box]:
    """Draw rectangles on small chromosomes: points, slivers, touching ones, copies.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(rectangle_rows(), bool))
    1
    """
    chrom = st.integers(0, n_chroms - 1)
    start = st.integers(0, _SIZE - 1)
    width = st.sampled_from([1, 1, 2, 5, 10, _SIZE])
    side = st.tuples(chrom, start, width).map(lambda s: (s[0], s[1], min(s[1] + s[2], _SIZE)))
    box = st.tuples(side, side).map(lambda sides: (*sides[0], *sides[1]))
    rows = draw(st.lists(box, max_size=max_rows))
    return rows + rows[:1] if draw(st.booleans()) else rows


def pack_boxes(rows: Sequence[Box]) -> Rectangles:
    """Make rectangle arrays of rows.

    Examples
    --------
    >>> pack_boxes([(0, 5, 9, 1, 0, 2)]).ends2
    array([2])
    """
    c1, s1, e1, c2, s2, e2 = np.array(rows, dtype=np.int64).reshape(-1, 6).T.copy()
    return Rectangles(c1.astype(np.int32), s1, e1, c2.astype(np.int32), s2, e2)


def unpack_boxes(rects: Rectangles) -> list[Box]:
    """Make rows of rectangle arrays.

    Examples
    --------
    >>> unpack_boxes(pack_boxes([(0, 5, 9, 1, 0, 2)]))
    [(0, 5, 9, 1, 0, 2)]
    """
    columns = (getattr(rects, name).tolist() for name in rects.__slots__)
    return list(zip(*columns, strict=True))


def area_oracle(box: Box, d1: int, d2: int) -> int:
    """Count the points of a rectangle in a band.

    Examples
    --------
    >>> area_oracle((0, 0, 3, 0, 0, 3), 0, 1)
    3
    """
    c1, x1, x2, c2, y1, y2 = box
    points = product(range(x1, x2), range(y1, y2))
    return sum(d1 <= x - y < d2 for x, y in points) if c1 == c2 else 0


def shrink_oracle(rows: Sequence[Box], d1: int, d2: int) -> list[Box]:
    """Cut rectangles that have a point in the band to boxes, by the rule for real numbers.

    Examples
    --------
    >>> shrink_oracle([(0, 200, 800, 0, 100, 1000)], 500, 1000)
    [(0, 600, 800, 0, 100, 300)]
    """
    return [
        (c1, max(x1, y1 + d1), min(x2, y2 + d2), c2, max(y1, x1 - d2), min(y2, x2 - d1))
        for c1, x1, x2, c2, y1, y2 in rows
        if c1 == c2 and x2 - y1 > d1 and x1 - y2 + 1 < d2
    ]


def intersect_oracle(ones: Sequence[Box], twos: Sequence[Box]) -> list[Box]:
    """Intersect all pairs; what is left, sorted.

    Examples
    --------
    >>> intersect_oracle([(0, 0, 100, 0, 0, 100)], [(0, 50, 150, 0, 50, 150)])
    [(0, 50, 100, 0, 50, 100)]
    """
    found = []
    for (c1, x1, x2, c2, y1, y2), (d1, u1, u2, d2, v1, v2) in product(ones, twos):
        box = (c1, max(x1, u1), min(x2, u2), c2, max(y1, v1), min(y2, v2))
        if (c1, c2) == (d1, d2) and box[1] < box[2] and box[4] < box[5]:
            found.append(box)
    return sorted(found, key=lambda box: (box[0], box[3], box[1], box[4], box[2], box[5]))
