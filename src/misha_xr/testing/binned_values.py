"""Slow and obvious: what intervals are worth in bins, one bin and one base at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["binned_slowly"]

Row = tuple[str, int, int, float]


def binned_slowly(
    rows: Sequence[Row],
    sizes: Mapping[str, int],
    bin_size: int,
    func: str = "weighted.mean",
    default: float = math.nan,
) -> list[float]:
    """Return the value of every bin of a genome, rounded to float32.

    Parameters
    ----------
    rows : sequence of (str, int, int, float)
        Chromosome, start, end, value.
    sizes : mapping of str to int
        The genome.
    bin_size : int
        Base pairs.
    func : str
        As for `misha_xr.intervals.binned_values.BinnedValues`.
    default : float
        Value of bases that no row covers.

    Returns
    -------
    list of float
        Chromosome after chromosome.

    Examples
    --------
    >>> binned_slowly([("chr1", 0, 15, 1.0), ("chr1", 15, 20, 3.0)], {"chr1": 20}, 10)
    [1.0, 2.0]
    """
    found = []
    for chrom, size in sizes.items():
        for start in range(0, size, bin_size):
            end = min(start + bin_size, size)
            pairs = [
                (value, sum(start <= base < end for base in range(lo, hi)))
                for name, lo, hi, value in rows
                if name == chrom and not math.isnan(value)
            ]
            pairs = [pair for pair in pairs if pair[1]]
            found.append(float(np.float32(_value(pairs, end - start, func, default))))
    return found


def _value(pairs: list[tuple[float, int]], n_bases: int, func: str, default: float) -> float:
    if func == "count":
        return len(pairs)
    left = n_bases - sum(weight for _, weight in pairs)
    if left > 0 and not math.isnan(default):
        pairs = [*pairs, (default, left)]
    if not pairs:
        return math.nan
    if func in ("max", "min"):
        return {"max": max, "min": min}[func](value for value, _ in pairs)
    if func == "median":
        bases = sorted(value for value, weight in pairs for _ in range(weight))
        return bases[(len(bases) - 1) // 2]
    total = sum(value * weight for value, weight in pairs)
    weights = {"weighted.mean": sum(weight for _, weight in pairs), "weighted.sum": 1}
    return total / weights.get(func, n_bases)
