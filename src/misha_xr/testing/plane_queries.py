"""Queries of two dimensions in slow motion: one rectangle, one object, one point at a time.

Written from the rules of the query semantics, not from the engine. For chromosomes of a few dozen
bases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, TypeAlias

import pandas as pd
from hypothesis import strategies as st

from misha_xr.testing.planes import Box, area_oracle, shrink_oracle

__all__ = [
    "Object",
    "PlaneCase",
    "box_frame",
    "cartesian_oracle",
    "common_part",
    "disjoint_boxes",
    "plane_cases",
    "step_oracle",
    "value_oracle",
]

Object: TypeAlias = tuple[Box, float]
Step: TypeAlias = tuple[Box, int]  # rectangle, 1-based row of the scope
Band: TypeAlias = tuple[int, int]

_NAMES = ("chr1", "chr2")
_COLUMNS = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")


def common_part(one: Box, two: Box) -> Box | None:
    """Return what two rectangles share; None for nothing.

    Examples
    --------
    >>> common_part((0, 0, 9, 0, 0, 9), (0, 5, 20, 0, 8, 20))
    (0, 5, 9, 0, 8, 9)
    """
    (c1, x1, x2, c2, y1, y2), (d1, u1, u2, d2, v1, v2) = one, two
    box = (c1, max(x1, u1), min(x2, u2), c2, max(y1, v1), min(y2, v2))
    return box if (c1, c2) == (d1, d2) and box[1] < box[2] and box[4] < box[5] else None


def place(box: Box) -> tuple[int, ...]:
    """Return what rectangles are sorted by.

    Examples
    --------
    >>> place((0, 5, 9, 1, 8, 20))
    (0, 1, 5, 8, 9, 20)
    """
    c1, x1, x2, c2, y1, y2 = box
    return c1, c2, x1, y1, x2, y2


def _cells(row: Box, width: int, height: int) -> list[Box]:
    c1, x1, x2, c2, y1, y2 = row
    lefts = range(x1 // width * width, x2, width)
    bottoms = range(y1 // height * height, y2, height)
    return [(c1, x, x + width, c2, y, y + height) for x, y in product(lefts, bottoms)]


def step_oracle(
    scope: Sequence[Box], iterator: tuple[int, int] | Sequence[Box] | None, band: Band | None
) -> list[Step]:
    """List steps: cells of a grid, given rectangles, or scope rows for None; cut, shrunk, sorted.

    Examples
    --------
    >>> step_oracle([(0, 0, 9, 0, 0, 5)], (5, 5), None)
    [((0, 0, 5, 0, 0, 5), 1), ((0, 5, 9, 0, 0, 5), 1)]
    """
    steps: list[Step] = []
    for row in sorted(range(len(scope)), key=lambda row: place(scope[row])):
        if iterator is None:
            items: Sequence[Box] = [scope[row]]
        elif isinstance(iterator, tuple):
            items = _cells(scope[row], *iterator)
        else:
            items = iterator
        found = [box for box in (common_part(scope[row], item) for item in items) if box]
        found = found if band is None else shrink_oracle(found, *band)
        steps += [(box, row + 1) for box in sorted(found, key=place)]
    return steps


def _area(box: Box, band: Band | None) -> int:
    if band is not None:
        return area_oracle(box, *band)
    return (box[2] - box[1]) * (box[5] - box[4])


def value_oracle(
    func: str,
    objects: Sequence[Object],
    step: Box,
    *,
    sizes: Sequence[int],
    shifts: Sequence[int] = (0, 0, 0, 0),
    band: Band | None = None,
) -> float:
    """Reduce the objects that a shifted window sees, by the points that they share with it.

    Examples
    --------
    >>> value_oracle("area", [((0, 0, 9, 0, 0, 9), 1.0)], (0, 5, 20, 0, 8, 20), sizes=[30])
    4.0
    """
    c1, x1, x2, c2, y1, y2 = step
    window = (
        c1, max(x1 + shifts[0], 0), min(x2 + shifts[1], sizes[c1]),
        c2, max(y1 + shifts[2], 0), min(y2 + shifts[3], sizes[c2]),
    )  # fmt: skip
    if window[1] >= window[2] or window[4] >= window[5]:
        return math.nan
    seen = [(common_part(window, box), value) for box, value in objects if value == value]
    areas = [(_area(box, band), value) for box, value in seen if box is not None]
    met = [(area, value) for area, value in areas if area > 0]
    total = sum(area for area, _ in met)
    weighted = sum(area * value for area, value in met)
    values = [value for _, value in met]
    if func in ("area", "size", "exists"):
        return float({"area": total, "size": len(met), "exists": bool(met)}[func])
    if not met:
        return math.nan
    answers = {"avg": weighted / total, "weighted.sum": weighted}
    return answers[func] if func in answers else float({"min": min, "max": max}[func](values))


def cartesian_oracle(
    centres: Sequence[int], edges: Sequence[int], size: int
) -> list[tuple[int, int, int]]:
    """List the windows of one axis on one chromosome: number of the centre, start, end.

    Examples
    --------
    >>> cartesian_oracle([105, 110], [-20, 0, 20], 1000)
    [(0, 85, 105), (0, 105, 107), (1, 107, 110), (1, 110, 130)]
    """
    centres = sorted(set(centres))
    found = []
    for number, centre in enumerate(centres):
        low, high = 0, size
        if number and centres[number - 1] + edges[-1] > centre + edges[0]:
            low = max(low, (centres[number - 1] + edges[-1] + centre + edges[0]) // 2)
        if number + 1 < len(centres) and centre + edges[-1] > centres[number + 1] + edges[0]:
            high = min(high, (centre + edges[-1] + centres[number + 1] + edges[0]) // 2)
        for left, right in pairwise(edges):
            start, end = max(centre + left, low), min(centre + right, high)
            if start < end:
                found.append((number, start, end))
    return found


def box_frame(boxes: Sequence[Box], values: Sequence[float] | None = None) -> pd.DataFrame:
    """Make a table of rectangles on chromosomes chr1 and chr2.

    Examples
    --------
    >>> box_frame([(0, 5, 9, 1, 0, 2)])["chrom2"].tolist()
    ['chr2']
    """
    rows: list[tuple[Any, ...]] = [
        (_NAMES[c1], x1, x2, _NAMES[c2], y1, y2) for c1, x1, x2, c2, y1, y2 in boxes
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    types = {name: "str" if name.startswith("chrom") else "int64" for name in _COLUMNS}
    frame = frame.astype(types)
    return frame if values is None else frame.assign(value=list(values))


@dataclass(frozen=True)
class PlaneCase:
    """A database of two chromosomes and a question to it.

    Attributes
    ----------
    sizes : sequence of int
        Base pairs.
    rects, points : list of Object
        Two tracks; no two objects of a track overlap.
    scope : list of Box
        Any order, overlapping or not, maybe none.
    """

    sizes: Sequence[int]
    rects: Sequence[Object]
    points: Sequence[Object]
    scope: Sequence[Box]

    @property
    def objects(self) -> Mapping[str, Sequence[Object]]:
        """The objects by name of the track."""
        return {"r": self.rects, "p": self.points}


@st.composite
def boxes(draw: st.DrawFn, sizes: Sequence[int], max_rows: int, widest: int = 40) -> list[Box]:
    """Draw rectangles in any order: points, slivers, copies, whole pairs.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(boxes([40, 7], 3), bool))
    1
    """

    def side(code: int) -> st.SearchStrategy[tuple[int, int, int]]:
        start = st.integers(0, sizes[code] - 1)
        width = st.sampled_from([1, 1, 2, 5, 10, widest])
        pair = st.tuples(st.just(code), start, width)
        return pair.map(lambda s: (s[0], s[1], min(s[1] + min(s[2], widest), sizes[code])))

    one = st.integers(0, len(sizes) - 1).flatmap(side)
    whole = st.tuples(*(st.integers(0, len(sizes) - 1) for _ in range(2))).map(
        lambda pair: (pair[0], 0, sizes[pair[0]], pair[1], 0, sizes[pair[1]])
    )
    box = st.tuples(one, one).map(lambda sides: (*sides[0], *sides[1]))
    return draw(st.lists(st.one_of(box, box, whole) if widest > 1 else box, max_size=max_rows))


@st.composite
def disjoint_boxes(
    draw: st.DrawFn, sizes: Sequence[int], max_rows: int = 12, widest: int = 40
) -> list[Box]:
    """Draw rectangles of which no two share a point.

    Examples
    --------
    >>> from hypothesis import find
    >>> len(find(disjoint_boxes([40, 7]), bool))
    1
    """
    kept: list[Box] = []
    for box in draw(boxes(sizes, max_rows, widest)):
        if not any(common_part(box, other) for other in kept):
            kept.append(box)
    return kept


@st.composite
def plane_cases(draw: st.DrawFn) -> PlaneCase:
    """Draw databases and scopes.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(plane_cases(), lambda case: len(case.scope) > 1).sizes[0] > 0
    True
    """
    sizes = draw(st.sampled_from([(40, 17), (40, 1), (9, 40)]))
    value = st.sampled_from([1.0, 2.5, -3.0, 0.0, math.nan])
    rects = [(box, draw(value)) for box in draw(disjoint_boxes(sizes))]
    points = [(box, draw(value)) for box in draw(disjoint_boxes(sizes, 15, widest=1))]
    return PlaneCase(sizes, rects, points, draw(boxes(sizes, 4)))
