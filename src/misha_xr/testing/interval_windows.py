"""Slow oracles of functions over intervals: one source, one base at a time, in plain Python.

Written from the rules of the query semantics, not from the engine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

Source = tuple[int, int, int, int]  # chromosome code, start, end, strand

__all__ = ["Source", "count_distinct", "interval_value"]


def interval_value(
    func: str, sources: Sequence[Source], code: int, window: range, number: float = 0
) -> float:
    """Compute a function of one window, shifted and clipped already.

    Examples
    --------
    >>> interval_value("distance", [(0, 0, 10, 1), (0, 30, 40, 1)], 0, range(15, 25))
    -10.0
    >>> interval_value("distance.edge", [(0, 0, 10, 1), (0, 30, 40, 1)], 0, range(15, 25))
    5.0
    """
    if len(window) == 0:
        return math.nan
    here = sorted((s for s in sources if s[0] == code), key=lambda s: s[:3])
    center = (window.start + window.stop) // 2
    if func == "coverage":
        return sum(any(s[1] <= x < s[2] for s in here) for x in window) / len(window)
    if func == "neighbor.count":
        return float(sum(_meets(s, window, number) for s in here))
    if func == "distance.center":
        return _centre(here, center)
    if func == "distance" and number > 0:
        return _margin(here, center, number)
    bounds = (center, center) if func == "distance" else (window.start, window.stop)
    return _gap(here, *bounds, right_first=func == "distance")


def count_distinct(
    sources: Sequence[Source], code: int, segments: Sequence[range], margin: float
) -> float:
    """Count the sources that meet any of some segments; NaN without segments.

    Examples
    --------
    >>> count_distinct([(0, 10, 20, 0)], 0, [range(0, 12), range(15, 30)], 0)
    1.0
    """
    if not segments:
        return math.nan
    here = [s for s in sources if s[0] == code]
    return float(sum(any(_meets(s, part, margin) for part in segments) for s in here))


def _meets(source: Source, window: range, margin: float) -> bool:
    return source[1] < window.stop + margin and source[2] > window.start - margin


def _signed(way: float, strand: int) -> float:
    """Sign a way, positive behind the source."""
    return float(way * strand if strand else abs(way)) or 0.0


def _gap(here: Sequence[Source], low: int, high: int, *, right_first: bool) -> float:
    found = []
    for place, (_, start, end, strand) in enumerate(here):
        if start <= high and end >= low:
            return 0.0
        is_left = end < low
        way = low - end if is_left else high - start
        found.append((abs(way), is_left == right_first, place, _signed(way, strand)))
    return min(found)[3] if found else math.nan


def _margin(here: Sequence[Source], center: int, width: float) -> float:
    found = []
    for _, start, end, strand in here:
        if start <= center < end:
            share = (center - Fraction(start + end, 2)) / Fraction(end - start, 2)
            return _signed(width / 2 * float(share), strand)
        is_left = end <= center
        way = center - end if is_left else start - center
        found.append((way, is_left, _signed((way + width / 2) * (1 if is_left else -1), strand)))
    return min(found)[2] if found else math.nan


def _centre(here: Sequence[Source], center: int) -> float:
    found = [
        (abs(center - (start + end) // 2), place, _signed(center - (start + end) // 2, strand))
        for place, (_, start, end, strand) in enumerate(here)
        if start <= center < end
    ]
    return min(found)[2] if found else math.nan
