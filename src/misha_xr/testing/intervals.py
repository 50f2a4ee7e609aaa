"""Slow oracles of interval algebra: one truth value per base, one row at a time; strategies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from misha_xr.intervals import Intervals
from misha_xr.testing.genomes import Row

__all__ = [
    "bases_of",
    "groups_oracle",
    "pack",
    "row_sets",
    "rows_of_bases",
    "set_oracle",
    "subtract_oracle",
    "unpack",
]

_MAX_SIZE = 40
Bases = list[NDArray[np.bool_]]


@st.composite
def row_sets(draw: st.DrawFn, n_sets: int = 2, max_rows: int = 14) -> tuple[Any, ...]:
    """Draw sizes of 1 to 100 chromosomes, and sets of rows on a few of them.

    Rows are biased to one base, chromosome ends, edges of each other, and copies.
    """
    n_chroms = draw(st.sampled_from([1, 1, 2, 3, 100]))
    sizes = draw(st.lists(st.integers(1, _MAX_SIZE), min_size=n_chroms, max_size=n_chroms))
    used = draw(st.lists(st.integers(0, n_chroms - 1), min_size=1, max_size=3, unique=True))
    known: dict[int, list[int]] = {code: [0, sizes[code] - 1] for code in used}
    sets: list[list[Row]] = []
    for _ in range(n_sets):
        rows: list[Row] = []
        for _ in range(draw(st.integers(0, max_rows))):
            code = draw(st.sampled_from(used))
            start = draw(st.sampled_from(known[code]) | st.integers(0, sizes[code] - 1))
            end = draw(
                st.sampled_from([start + 1, sizes[code]]) | st.integers(start + 1, sizes[code])
            )
            known[code] += [edge for edge in (start, end) if edge < sizes[code]]
            rows.append((code, start, end))
        sets.append(rows)
    return (sizes, *sets)


def pack(rows: Sequence[Row]) -> Intervals:
    """Make interval arrays of rows.

    Examples
    --------
    >>> pack([(0, 5, 9)]).starts
    array([5])
    """
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Intervals(table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy())


def unpack(iv: Intervals) -> list[Row]:
    """Make rows of interval arrays.

    Examples
    --------
    >>> unpack(pack([(0, 5, 9)]))
    [(0, 5, 9)]
    """
    return list(zip(iv.codes.tolist(), iv.starts.tolist(), iv.ends.tolist(), strict=True))


def bases_of(rows: Sequence[Row], sizes: Sequence[int]) -> Bases:
    """Tell of every base whether a row holds it.

    Examples
    --------
    >>> bases_of([(0, 1, 3)], [4])[0].tolist()
    [False, True, True, False]
    """
    bases = [np.zeros(size, dtype=bool) for size in sizes]
    for code, start, end in rows:
        bases[code][start:end] = True
    return bases


def rows_of_bases(bases: Bases) -> list[Row]:
    """Return the runs of true bases.

    Examples
    --------
    >>> rows_of_bases([np.array([True, True, False, True])])
    [(0, 0, 2), (0, 3, 4)]
    """
    rows: list[Row] = []
    for code, chromosome in enumerate(bases):
        at = 0
        for is_in, run in groupby(chromosome.tolist()):
            end = at + len(list(run))
            rows += [(code, at, end)] * is_in
            at = end
    return rows


def set_oracle(
    operation: Callable[..., NDArray[np.bool_]], sizes: Sequence[int], *sets: Sequence[Row]
) -> list[Row]:
    """Apply a logical operation to every base.

    Examples
    --------
    >>> set_oracle(np.logical_xor, [9], [(0, 0, 5)], [(0, 3, 7)])
    [(0, 0, 3), (0, 5, 7)]
    """
    parts = [bases_of(rows, sizes) for rows in sets]
    return rows_of_bases([operation(*chromosomes) for chromosomes in zip(*parts, strict=True)])


def subtract_oracle(rows: Sequence[Row], others: Sequence[Row], sizes: Sequence[int]) -> list[Any]:
    """Cut other rows out of each row by itself; give number and piece.

    Examples
    --------
    >>> subtract_oracle([(0, 0, 5)], [(0, 3, 4)], [9])
    [(0, (0, 0, 3)), (0, (0, 4, 5))]
    """
    holes = bases_of(others, sizes)
    pieces = []
    for number, row in enumerate(rows):
        left = [a & ~b for a, b in zip(bases_of([row], sizes), holes, strict=True)]
        pieces += [(number, piece) for piece in rows_of_bases(left)]
    return pieces


def groups_oracle(rows: Sequence[Row], *, touching: bool) -> list[int]:
    """Give rows that overlap the number of their group, by spreading the lowest row of each.

    Examples
    --------
    >>> groups_oracle([(0, 8, 9), (0, 0, 3), (0, 3, 5)], touching=True)
    [1, 0, 0]
    """

    def meets(a: Row, b: Row) -> bool:
        return a[0] == b[0] and max(a[1], b[1]) < min(a[2], b[2]) + touching

    group = {row: row for row in rows}
    for _ in rows:
        group = {a: min([group[b] for b in group if meets(a, b)] + [group[a]]) for a in group}
    numbers = {first: number for number, first in enumerate(sorted(set(group.values())))}
    return [numbers[group[row]] for row in rows]
