"""Slow oracles of overlap joins and neighbors: every pair, one after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

Row = tuple[int, int, int]  # chromosome code, start, end
Pair = tuple[int, int, float]  # row of set 1, row of set 2, distance


def overlap(one: Row, two: Row) -> int:
    """Count the bases that two intervals share.

    Examples
    --------
    >>> overlap((0, 0, 10), (0, 5, 20)), overlap((0, 0, 10), (1, 5, 20))
    (5, 0)
    """
    return max(min(one[2], two[2]) - max(one[1], two[1]), 0) if one[0] == two[0] else 0


def overlap_pairs_oracle(
    ones: Sequence[Row], twos: Sequence[Row], min_overlap: int = 1
) -> list[tuple[int, int]]:
    """List the pairs that share enough bases.

    Examples
    --------
    >>> overlap_pairs_oracle([(0, 0, 10)], [(0, 10, 20), (0, 9, 20)])
    [(0, 1)]
    """
    return [
        (i, j)
        for i, one in enumerate(ones)
        for j, two in enumerate(twos)
        if overlap(one, two) >= min_overlap
    ]


def gap(query: Row, target: Row) -> int:
    """Count the bases between two intervals; negative if the target lies left.

    Examples
    --------
    >>> gap((0, 100, 110), (0, 80, 90)), gap((0, 100, 110), (0, 110, 120))
    (-10, 0)
    """
    if target[2] <= query[1]:
        return target[2] - query[1]
    return max(target[1] - query[2], 0)


def signed_distance(
    query: Row, target: Row, *, query_strand: int | None = None, target_strand: int = 0
) -> int:
    """Give a gap its sign: by the query's strand if there is one, else by the target's.

    Examples
    --------
    >>> signed_distance((0, 100, 110), (0, 80, 90), query_strand=-1)
    10
    >>> signed_distance((0, 100, 110), (0, 120, 130), target_strand=1)
    -10
    """
    position = gap(query, target)
    if query_strand is not None:
        return -position if query_strand < 0 else position
    if target_strand == 0:
        return abs(position)
    return -position * target_strand


def neighbors_oracle(
    ones: Sequence[Row],
    twos: Sequence[Row],
    k: int = 1,
    *,
    mindist: float = -math.inf,
    maxdist: float = math.inf,
    query_strands: Sequence[int] | None = None,
    target_strands: Sequence[int] | None = None,
    ties: str = "first",
) -> list[Pair]:
    """List the nearest k of each query.

    Examples
    --------
    >>> neighbors_oracle([(0, 100, 110)], [(0, 80, 90), (0, 115, 120), (0, 105, 130)], 2)
    [(0, 2, 0), (0, 1, 5)]
    """
    pairs: list[Pair] = []
    for i, one in enumerate(ones):
        found = []
        for j, two in enumerate(twos):
            distance = signed_distance(
                one,
                two,
                query_strand=query_strands[i] if query_strands is not None else None,
                target_strand=target_strands[j] if target_strands is not None else 0,
            )
            if one[0] == two[0] and mindist <= distance <= maxdist:
                tie = {"first": 0, "start": two[1], "end": two[2]}[ties]
                found.append((abs(distance), tie, j, distance))
        pairs += [(i, j, distance) for _, _, j, distance in sorted(found)[:k]]
    return pairs


def neighbors2d_oracle(
    ones: Sequence[tuple[Row, Row]],
    twos: Sequence[tuple[Row, Row]],
    k: int = 1,
    *,
    bounds1: tuple[float, float] = (-math.inf, math.inf),
    bounds2: tuple[float, float] = (-math.inf, math.inf),
) -> list[tuple[int, int, int, int]]:
    """List the nearest k rectangles of each rectangle, by the sum of both distances.

    Examples
    --------
    >>> one = ((0, 0, 10), (0, 0, 10))
    >>> neighbors2d_oracle([one], [((0, 15, 20), (0, 0, 9)), ((0, 0, 9), (0, 12, 20))])
    [(0, 1, 0, 2)]
    """
    pairs = []
    for i, (x, y) in enumerate(ones):
        found = []
        for j, (u, v) in enumerate(twos):
            far1, far2 = abs(gap(x, u)), abs(gap(y, v))
            same = x[0] == u[0] and y[0] == v[0]
            if same and bounds1[0] <= far1 <= bounds1[1] and bounds2[0] <= far2 <= bounds2[1]:
                found.append((far1 + far2, j, far1, far2))
        pairs += [(i, j, far1, far2) for _, j, far1, far2 in sorted(found)[:k]]
    return pairs
