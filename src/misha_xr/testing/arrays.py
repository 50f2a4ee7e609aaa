"""Array tracks in slow motion: payloads packed cell by cell, and what windows make of them."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from hypothesis import strategies as st

from misha_xr.testing.windows import reduce_values

__all__ = ["Interval", "array_intervals", "pack_array", "slow_reduce"]

Interval = tuple[int, int, Mapping[int, float]]  # start, end, values by column number


def pack_array(intervals: Sequence[Interval], n_empty: int = 0) -> bytes:
    """Write an array payload.

    Parameters
    ----------
    intervals : sequence of (start, end, values by column)
        In order.
    n_empty : int
        Blocks without values to leave behind those of each interval.

    Returns
    -------
    bytes
        The payload.

    Examples
    --------
    >>> pack_array([]).hex()
    'f8ffffff0c000000000000000000000000000000'
    """
    blocks, rows = b"", b""
    for start, end, cells in intervals:
        rows += struct.pack("<qqq", start, end, 12 + len(blocks))
        blocks += struct.pack("<I", len(cells))
        blocks += b"".join(struct.pack("<fI", cells[column], column) for column in sorted(cells))
        blocks += bytes(4 * n_empty)
    head = struct.pack("<iq", -8, 12 + len(blocks))
    return head + blocks + struct.pack("<Q", len(intervals)) + rows


def slow_reduce(
    intervals: Iterable[Interval],
    window: range,
    columns: Sequence[int] | None,
    functions: tuple[str, str],
    quantiles: tuple[float, float] = (0.5, 0.5),
) -> float:
    """Reduce what a window sees: first the columns of each interval, then the intervals.

    Parameters
    ----------
    intervals : iterable of (start, end, values by column)
        Of one chromosome.
    window : range
        Bases.
    columns : sequence of int, or None
        Which count; None: all.
    functions : tuple of str
        Of the columns, and of the intervals.
    quantiles : tuple of float
        Parameters of these.

    Returns
    -------
    float
        NaN where there is no value; infinities are values.

    Examples
    --------
    >>> slow_reduce([(0, 5, {0: 1.0, 1: 3.0})], range(9), None, ("avg", "sum"))
    2.0
    """
    if len(window) == 0:
        return math.nan
    seen = []
    for start, end, cells in intervals:
        if max(start, window.start) < min(end, window.stop):
            chosen = [cells[c] for c in sorted(cells) if columns is None or c in columns]
            there = [value for value in chosen if not math.isnan(value)]
            seen.append(reduce_values(functions[0], there, quantiles[0]))
    there = [value for value in seen if not math.isnan(value)]
    return reduce_values(functions[1], there, quantiles[1])


@st.composite
def array_intervals(draw: st.DrawFn, size: int, n_columns: int) -> list[Interval]:
    """Draw the intervals of one chromosome: sorted, apart, some without values."""
    edges = sorted(draw(st.sets(st.integers(0, size), max_size=12)))
    values = st.floats(-8, 8, width=32)
    cells = st.dictionaries(st.integers(0, n_columns - 1), values, max_size=n_columns)
    return [(lo, hi, draw(cells)) for lo, hi in pairwise(edges) if draw(st.booleans())]
