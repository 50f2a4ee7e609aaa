"""Queries of two dimensions in slow motion: one rectangle, one object, one point at a time.

Written from the rules of the query semantics, not from the engine. For chromosomes of a few dozen
bases.
"""

from __future__ import annotations

import math
import random
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
    "place",
    "plane_cases",
    "random_case",
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
    table : list of Box
        In any order; no two overlap.
    scope : list of Box
        Any order, overlapping or not, maybe none.
    """

    sizes: Sequence[int]
    rects: Sequence[Object]
    points: Sequence[Object]
    table: Sequence[Box]
    scope: Sequence[Box]

    @property
    def objects(self) -> Mapping[str, Sequence[Object]]:
        """The objects by name of the track."""
        return {"r": self.rects, "p": self.points}


def random_boxes(
    rng: random.Random, sizes: Sequence[int], max_rows: int, widths: Sequence[int]
) -> list[Box]:
    """Choose rectangles in any order, most of them on the first chromosome alone.

    Examples
    --------
    >>> len(random_boxes(random.Random(1), [40, 7], 3, [5])) <= 3
    True
    """

    def side() -> tuple[int, int, int]:
        code = rng.choice([0, 0, 0, len(sizes) - 1])
        start = rng.randrange(sizes[code])
        return code, start, min(start + rng.choice(widths), sizes[code])

    return [(*side(), *side()) for _ in range(rng.randint(0, max_rows))]


def disjoint_boxes(
    rng: random.Random, sizes: Sequence[int], max_rows: int, widths: Sequence[int]
) -> list[Box]:
    """Choose rectangles of which no two share a point.

    Examples
    --------
    >>> len(disjoint_boxes(random.Random(1), [40, 7], 9, [40])) <= 9
    True
    """
    kept: list[Box] = []
    for box in random_boxes(rng, sizes, max_rows, widths):
        if not any(common_part(box, other) for other in kept):
            kept.append(box)
    return kept


def random_case(seed: int) -> PlaneCase:
    """Make up a database, a table and scopes: what a search for small examples rarely reaches.

    Examples
    --------
    >>> random_case(1) == random_case(1)
    True
    """
    rng = random.Random(seed)
    sizes = rng.choice([(40, 17), (40, 1), (30, 40)])
    values = [1.0, 2.5, -3.0, 0.0, math.nan]
    rects = [(box, rng.choice(values)) for box in disjoint_boxes(rng, sizes, 30, (1, 3, 9, 20))]
    points = [(box, rng.choice(values)) for box in disjoint_boxes(rng, sizes, 40, (1,))]
    table = disjoint_boxes(rng, sizes, 30, (1, 3, 9, 20))
    whole = [(c1, 0, sizes[c1], c2, 0, sizes[c2]) for c1, c2 in product(range(2), repeat=2)]
    scope = random_boxes(rng, sizes, 5, (1, 6, 15, 40)) + rng.choices(whole, k=rng.randint(0, 2))
    rng.shuffle(scope)
    return PlaneCase(sizes, rects, points, table, scope)


plane_cases = st.integers(0, 2**32).map(random_case)
