"""The analyses in slow motion: one value at a time, in plain Python, written from the semantics."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from itertools import groupby

__all__ = [
    "bin_oracle",
    "cor_oracle",
    "counts_oracle",
    "partition_oracle",
    "quantile_oracle",
    "rank_oracle",
    "statistics_oracle",
    "values_by_row",
]

Row = tuple[int, int, int, float, int]  # code, start, end, value, row of the scope from 1


def quantile_oracle(values: Iterable[float], q: float) -> float:
    """Interpolate at rank q * (n - 1) of the sorted values that are not NaN.

    Examples
    --------
    >>> quantile_oracle([3.0, math.nan, 1.0], 0.25)
    1.5
    """
    known = sorted(value for value in values if not math.isnan(value))
    if not known:
        return math.nan
    place = q * (len(known) - 1)
    low = known[int(place)]
    high = known[min(int(place) + 1, len(known) - 1)]
    part = place - int(place)
    return low if part == 0 or low == high else low * (1 - part) + high * part


def bin_oracle(
    value: float, breaks: Sequence[float], *, lowest: bool = False, clamp: bool = False
) -> int | None:
    """Find the bin (b[k], b[k + 1]] of a value, from 0; None outside.

    Examples
    --------
    >>> bin_oracle(0, [0, 1]), bin_oracle(0, [0, 1], lowest=True), bin_oracle(7, [0, 1], clamp=True)
    (None, 0, 0)
    """
    if math.isnan(value):
        return None
    for k in range(len(breaks) - 1):
        if breaks[k] < value <= breaks[k + 1] or (lowest and k == 0 and value == breaks[0]):
            return k
    if not clamp:
        return None
    return 0 if value <= breaks[0] else len(breaks) - 2


def counts_oracle(
    columns: Sequence[Sequence[float]], breaks: Sequence[Sequence[float]], *, lowest: bool
) -> dict[tuple[int, ...], int]:
    """Count the steps in each cell that has any.

    Examples
    --------
    >>> counts_oracle([[1.0, 2.0], [5.0, 9.0]], [[0, 3], [0, 6]], lowest=False)
    {(0, 0): 1}
    """
    counts: dict[tuple[int, ...], int] = {}
    for values in zip(*columns, strict=True):
        found = [bin_oracle(v, b, lowest=lowest) for v, b in zip(values, breaks, strict=True)]
        cell = tuple(k for k in found if k is not None)
        if len(cell) == len(found):
            counts[cell] = counts.get(cell, 0) + 1
    return counts


def partition_oracle(
    rows: Sequence[Row], breaks: Sequence[float], *, lowest: bool
) -> list[tuple[int, int, int, int]]:
    """Label steps by bins from 1, and join those that touch and share one.

    Examples
    --------
    >>> partition_oracle([(0, 0, 5, 0.5, 1), (0, 5, 9, 0.7, 1)], [0, 1], lowest=False)
    [(0, 0, 9, 1)]
    """
    found: list[tuple[int, int, int, int]] = []
    for code, start, end, value, _ in rows:
        k = bin_oracle(value, breaks, lowest=lowest)
        if k is None:
            continue
        if found and (found[-1][0], found[-1][2], found[-1][3]) == (code, start, k + 1):
            found[-1] = (code, found[-1][1], end, k + 1)
        else:
            found.append((code, start, end, k + 1))
    return found


def statistics_oracle(values: Sequence[float]) -> list[float]:
    """List count, count of NaN, least, greatest, sum, mean, standard deviation.

    Examples
    --------
    >>> statistics_oracle([1.0, 3.0, math.nan])[:6]
    [3.0, 1.0, 1.0, 3.0, 4.0, 2.0]
    """
    known = [value for value in values if not math.isnan(value)]
    found = [float(len(values)), float(len(values) - len(known))]
    if not known:
        return found + [math.nan] * 5
    total = math.fsum(known)
    deviation = statistics.stdev(known) if len(known) > 1 else math.nan
    return [*found, min(known), max(known), total, total / len(known), deviation]


def cor_oracle(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """List cor, cov, mean1, mean2, sd1, sd2, n, n.na.

    Examples
    --------
    >>> cor_oracle([1.0, 2.0, math.nan], [5.0, 3.0, 0.0])[2:4]
    [1.5, 4.0]
    """
    pairs = [(a, b) for a, b in zip(x, y, strict=True) if not (math.isnan(a) or math.isnan(b))]
    counts = [float(len(x)), float(len(x) - len(pairs))]
    if not pairs:
        return [math.nan] * 6 + counts
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    means = [statistics.fmean(first), statistics.fmean(second)]
    if len(pairs) < 2:
        return [math.nan, math.nan, *means, math.nan, math.nan, *counts]
    deviations = [statistics.stdev(first), statistics.stdev(second)]
    product = math.fsum((a - means[0]) * (b - means[1]) for a, b in pairs) / (len(pairs) - 1)
    varies = len(set(first)) > 1 and len(set(second)) > 1
    cor = product / deviations[0] / deviations[1] if varies else math.nan
    return [cor, product if varies else 0.0, *means, *deviations, *counts]


def rank_oracle(values: Sequence[float]) -> list[float]:
    """Rank values from 1, equal ones by the mean of their ranks.

    Examples
    --------
    >>> rank_oracle([7.0, 1.0, 7.0])
    [2.5, 1.0, 2.5]
    """
    ranks: dict[float, float] = {}
    before = 0
    for value, group in groupby(sorted(values)):
        n = len(list(group))
        ranks[value] = before + (n + 1) / 2
        before += n
    return [ranks[value] for value in values]


def values_by_row(rows: Sequence[Row], n_rows: int) -> list[list[float]]:
    """List the values of each scope row, in the order of the steps.

    Examples
    --------
    >>> values_by_row([(0, 0, 5, 1.5, 2)], 2)
    [[], [1.5]]
    """
    found: list[list[float]] = [[] for _ in range(n_rows)]
    for *_, value, row in rows:
        found[row - 1].append(value)
    return found
