"""Decay of contacts, contact by contact: the slow oracle."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TypeAlias

__all__ = ["Interval", "decay_oracle"]

Interval: TypeAlias = tuple[int, int, int]  # code, start, end
Contact: TypeAlias = tuple[int, int, int, int, int, int]  # two intervals


def decay_oracle(
    contacts: Sequence[Contact],
    sources: Sequence[Interval],
    domains: Sequence[Interval],
    near: Sequence[Interval] | None,
    breaks: Sequence[float],
    include_lowest: bool,
) -> list[list[int]]:
    """Count contacts by distance: in a domain, between domains.

    Examples
    --------
    >>> decay_oracle([(0, 0, 2, 0, 6, 8)], [(0, 0, 9)], [], None, [0, 5, 9], False)
    [[0, 0], [0, 1]]
    """
    counts = [[0, 0] for _ in breaks[1:]]
    for code, s1, e1, other, s2, e2 in contacts:
        one, two = (code, s1, e1), (other, s2, e2)
        is_near = near is None or (_any_meets(near, one) and _any_meets(near, two))
        if code != other or not is_near or not any(_holds(found, one) for found in sources):
            continue
        distance = abs(s1 + e1 - s2 - e2) // 2
        is_inside = any(_holds(found, one) and _holds(found, two) for found in domains)
        for k, (low, high) in enumerate(itertools.pairwise(breaks)):
            is_lowest = include_lowest and k == 0 and distance == low
            if low < distance <= high or is_lowest:
                counts[k][0 if is_inside else 1] += 1
    return counts


def _holds(outer: Interval, inner: Interval) -> bool:
    return outer[0] == inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2]


def _any_meets(rows: Sequence[Interval], one: Interval) -> bool:
    return any(row[0] == one[0] and row[1] < one[2] and one[1] < row[2] for row in rows)
