"""Slow oracles of the window kernels: one base, one row, one value at a time, in plain Python."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence

Window = tuple[int, int, int]  # chromosome code, start, end
Step = tuple[int, int, int, int]  # the same and the row it belongs to
Record = tuple[int, int, float]  # start, end, value


def fixed_steps(runs: Iterable[Window], step: int) -> list[Step]:
    """List the fixed bins of each run, counted from 0 and cut at both ends of the run.

    Examples
    --------
    >>> fixed_steps([(0, 3, 47)], 20)
    [(0, 3, 20, 0), (0, 20, 40, 0), (0, 40, 47, 0)]
    """
    steps = []
    for row, (code, start, end) in enumerate(runs):
        at = start
        while at < end:
            stop = min((at // step + 1) * step, end)
            steps.append((code, at, stop, row))
            at = stop
    return steps


def shifted_window(window: Window, shifts: tuple[int, int], size: int) -> range:
    """Return the bases of a window after its shifts and the clipping to the chromosome.

    Examples
    --------
    >>> shifted_window((0, 0, 10), (-20, 20), 1000)
    range(0, 30)
    """
    return range(max(window[1] + shifts[0], 0), min(window[2] + shifts[1], size))


def bins_seen(values: Sequence[float], bin_size: int, window: range) -> list[float]:
    """List the finite values of the bins that share a base with a window.

    Examples
    --------
    >>> bins_seen([1.0, math.nan, 3.0], 10, range(5, 21))
    [1.0, 3.0]
    """
    return [
        value
        for i, value in enumerate(values)
        if max(i * bin_size, window.start) < min((i + 1) * bin_size, window.stop)
        and math.isfinite(value)
    ]


def records_seen(records: Sequence[Record], window: range) -> list[float]:
    """List the finite values of the records that share a base with a window.

    Examples
    --------
    >>> records_seen([(0, 5, 1.0), (5, 9, 2.0)], range(5, 6))
    [2.0]
    """
    return [
        value
        for start, end, value in records
        if max(start, window.start) < min(end, window.stop) and math.isfinite(value)
    ]


def quantile(values: Sequence[float], q: float) -> float:
    """Interpolate linearly at rank q * (n - 1) of the sorted values.

    Examples
    --------
    >>> round(quantile([7.0, 4.0], 0.3), 6)
    4.9
    """
    ordered = sorted(values)
    rank = q * (len(ordered) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def reduce_values(func: str, values: Sequence[float], q: float = 0.5) -> float:
    """Reduce the values seen by one window.

    Examples
    --------
    >>> reduce_values("avg", [4.0, 7.0]), reduce_values("size", []), reduce_values("sum", [])
    (5.5, 0.0, nan)
    """
    if func in ("size", "exists"):
        return float(len(values) if func == "size" else len(values) > 0)
    if not values or (func == "stddev" and len(values) == 1):
        return math.nan
    return {
        "avg": lambda: math.fsum(values) / len(values),
        "sum": lambda: math.fsum(values),
        "min": lambda: min(values),
        "max": lambda: max(values),
        "stddev": lambda: statistics.stdev(values),
        "first": lambda: values[0],
        "last": lambda: values[-1],
        "quantile": lambda: quantile(values, q),
        "nearest": lambda: math.fsum(values) / len(values),
        "lse": lambda: lse(values),
    }[func]()


def lse(values: Sequence[float]) -> float:
    """Return log(sum(exp(value))), out of reach of overflow.

    Examples
    --------
    >>> round(lse([4.0, 7.0]), 5)
    7.04859
    """
    most = max(values)
    return most + math.log(math.fsum(math.exp(value - most) for value in values))


def nearest_record(records: Sequence[Record], window: range) -> float:
    """Return the value of the record closest to a window, the left one of two as close.

    A record that shares a base is closer than one that touches. NaN where the value is not finite,
    or there is no record.

    Examples
    --------
    >>> two = [(0, 10, 1.0), (30, 40, 2.0)]
    >>> nearest_record(two, range(15, 25)), nearest_record(two, range(16, 25))
    (1.0, 2.0)
    """
    gaps = [
        (max(start - window.stop, window.start - end, -1), start, value)
        for start, end, value in records
    ]
    value = min(gaps)[2] if gaps else math.nan
    return value if math.isfinite(value) else math.nan


def cut_pairs(items: Sequence[Window], scope: Sequence[Window]) -> list[Step]:
    """Cut every iterator interval by every scope row, in the order of the scope rows.

    Examples
    --------
    >>> cut_pairs([(0, 10, 20), (0, 60, 120)], [(0, 0, 100), (0, 50, 150)])
    [(0, 10, 20, 0), (0, 60, 100, 0), (0, 60, 120, 1)]
    """
    return [
        (code, max(start, left), min(end, right), row)
        for row, (code, left, right) in enumerate(scope)
        for item_code, start, end in items
        if item_code == code and max(start, left) < min(end, right)
    ]


def true_intervals(mask: Iterable[bool], steps: Iterable[Step]) -> list[Window]:
    """Join the steps where the mask is true; neighbours that touch or overlap become one.

    Examples
    --------
    >>> true_intervals([True, True, False], [(0, 0, 5, 0), (0, 5, 9, 0), (0, 9, 12, 0)])
    [(0, 0, 9)]
    """
    joined: list[Window] = []
    for passed, (code, start, end, _row) in zip(mask, steps, strict=True):
        if not passed:
            continue
        if joined and joined[-1][0] == code and joined[-1][1] <= start <= joined[-1][2]:
            joined[-1] = (code, joined[-1][1], max(end, joined[-1][2]))
        else:
            joined.append((code, start, end))
    return joined
