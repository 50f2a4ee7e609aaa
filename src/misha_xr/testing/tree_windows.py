"""Reductions of 2D objects in windows, object by object and column by column: the slow oracle."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Met", "common_points", "met_objects", "moved_window", "reduce_objects"]

Box: TypeAlias = tuple[int, int, int, int]  # x1, y1, x2, y2
Met: TypeAlias = list[tuple[int, float]]  # points of an object that count, and its value


def common_points(box: Box, window: Box, band: tuple[int, int] | None) -> int:
    """Count the points that two rectangles and a band share, x after x.

    Examples
    --------
    >>> window = 2, 2, 5, 5
    >>> common_points((0, 0, 9, 9), window, None), common_points((0, 0, 9, 9), window, (0, 1))
    (9, 3)
    """
    x1, y1 = max(box[0], window[0]), max(box[1], window[1])
    x2, y2 = min(box[2], window[2]), min(box[3], window[3])
    if band is None:
        return max(x2 - x1, 0) * max(y2 - y1, 0)
    xs = np.arange(x1, x2)
    # low <= x - y < high
    counts = np.minimum(y2, xs - band[0] + 1) - np.maximum(y1, xs - band[1] + 1)
    return int(np.maximum(counts, 0).sum())


def met_objects(
    boxes: NDArray[np.int64], values: NDArray[np.float32], window: Box, band: tuple[int, int] | None
) -> Met:
    """List the objects that a window sees, boxes of rows x1, y1, x2, y2; NaN left out.

    Examples
    --------
    >>> met_objects(np.array([[0], [0], [9], [9]]), np.array([0.5]), (2, 2, 5, 5), None)
    [(9, 0.5)]
    """
    rows = zip(boxes.T.tolist(), values.tolist(), strict=True)
    met = [(common_points(tuple(box), window, band), value) for box, value in rows]
    return [(points, value) for points, value in met if points and not math.isnan(value)]


def moved_window(box: Box, shifts: tuple[int, int, int, int], sizes: tuple[int, int]) -> Box | None:
    """Shift start1, end1, start2, end2 and clip to the chromosomes; None if nothing is left.

    Examples
    --------
    >>> moved_window((0, 0, 9, 9), (-5, 5, 0, 0), (12, 12))
    (0, 0, 12, 9)
    """
    x1, x2 = (min(max(k + s, 0), sizes[0]) for k, s in ((box[0], shifts[0]), (box[2], shifts[1])))
    y1, y2 = (min(max(k + s, 0), sizes[1]) for k, s in ((box[1], shifts[2]), (box[3], shifts[3])))
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def reduce_objects(function: str, met: Met) -> float:
    """Reduce what a window sees to one number.

    Examples
    --------
    >>> reduce_objects("avg", [(9, 1.0), (3, 5.0)])
    2.0
    """
    area, values = sum(points for points, _ in met), [value for _, value in met]
    counts = {"area": area, "size": len(met), "exists": bool(met)}
    if function in counts:
        return float(counts[function])
    if not met:
        return math.nan
    if function in ("min", "max"):
        return min(values) if function == "min" else max(values)
    infinite = {value for value in values if math.isinf(value)}
    if infinite:
        return infinite.pop() if len(infinite) == 1 else math.nan
    total = math.fsum(points * value for points, value in met)
    return total if function == "weighted.sum" else total / area
