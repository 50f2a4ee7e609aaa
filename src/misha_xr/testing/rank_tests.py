"""Slow oracles of rank-sum tests and smoothing: every pair of values compared, in plain Python.

Written from the rules of the query semantics, not from the engine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

Values = Sequence[float]

__all__ = ["outstanding_bins", "segment_borders", "smoothed", "standard_deviations"]


def standard_deviations(one: Values, two: Values) -> tuple[float, float]:
    """Return z of Mann and Whitney's test, and by how much U of the first exceeds its mean.

    Examples
    --------
    >>> standard_deviations([3, 4], [1, 2])
    (-1.5491933384829668, 2.0)
    """
    n = len(one) * len(two)
    u = sum((x > y) + (x == y) / 2 for x in one for y in two)
    z = (min(u, n - u) - n / 2) / math.sqrt(n * (len(one) + len(two) + 1) / 12)
    return z, u - n / 2


def segment_borders(values: Values, least: int, max_p: float) -> list[int]:
    """List the bins that are last in their segment, but for the last segment.

    Examples
    --------
    >>> segment_borders([*range(10), *range(50, 60), *range(200, 210), *range(500, 540)], 10, 0.05)
    [18, 37]
    """
    known = [place for place, value in enumerate(values) if not math.isnan(value)]
    x = [values[place] for place in known]
    cutoff = NormalDist().inv_cdf(max_p)
    borders: list[int] = []
    start, end = 0, least
    while end + 2 * least - 1 <= len(x):
        tests = [
            (standard_deviations(x[start : end + k], x[end + k : end + k + least])[0], k)
            for k in range(least)
        ]
        if tests[0][0] > cutoff:
            end += 1
            continue
        end += min(tests)[1]
        borders.append(known[end - 1])
        start, end = end, end + least
    return borders[:-1]


def outstanding_bins(
    values: Values, half_small: int, half_large: int, direction: int, cutoff: float, least: int
) -> dict[int, float]:
    """Return z by bin, where a small window differs from the large one around it.

    Examples
    --------
    >>> list(outstanding_bins([0.0] * 20 + [9.0] * 11 + [0.0] * 20, 5, 20, 1, -3.5, 10))
    [25]
    """
    found = {}
    for center, value in enumerate(values):
        windows = [
            [x for x in values[max(center - half, 0) : center + half + 1] if not math.isnan(x)]
            for half in (half_small, half_large)
        ]
        if math.isnan(value) or min(map(len, windows)) < least:
            continue
        z, side = standard_deviations(*windows)
        if z <= cutoff and (direction == 0 or side * direction > 0):
            found[center] = z
    return found


def smoothed(
    values: Values, half: int, *, is_ramp: bool, least_weight: float, fills_gaps: bool
) -> list[float]:
    """Return the weighted mean around each value.

    Examples
    --------
    >>> smoothed([0.0, 3.0], 1, is_ramp=True, least_weight=0, fills_gaps=False)
    [1.0, 2.0]
    """
    out = []
    for center, value in enumerate(values):
        pairs = [
            (half + 1 - abs(center - k) if is_ramp else 1, x)
            for k, x in enumerate(values)
            if abs(center - k) <= half and not math.isnan(x)
        ]
        weight = sum(w for w, _ in pairs)
        is_known = weight > 0 and weight >= least_weight and (fills_gaps or not math.isnan(value))
        out.append(math.fsum(w * x for w, x in pairs) / weight if is_known else math.nan)
    return out
