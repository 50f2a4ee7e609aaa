"""A slow oracle of cubes: region by region, offset by offset, base by base."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from misha_xr.testing.windows import bins_seen, records_seen

__all__ = ["Region", "Seen", "cube_values", "dense_seen", "sparse_seen", "step_bases"]

Region = tuple[int, int, int, int]  # chromosome code, start, end, strand
Seen = Callable[[int, range], list[float]]  # the values that some bases of a chromosome see


def dense_seen(values: dict[int, Sequence[float]], bin_size: int) -> Seen:
    """Return what windows see of a dense track; chromosomes left out have no data.

    Examples
    --------
    >>> dense_seen({0: [1.0, 2.0]}, 10)(0, range(5, 11))
    [1.0, 2.0]
    """
    return lambda code, bases: bins_seen(values.get(code, ()), bin_size, bases)


def sparse_seen(records: dict[int, Sequence[tuple[int, int, float]]]) -> Seen:
    """Return what windows see of a sparse track.

    Examples
    --------
    >>> sparse_seen({0: [(3, 6, 1.5)]})(0, range(5, 11))
    [1.5]
    """
    return lambda code, bases: records_seen(records.get(code, ()), bases)


def step_bases(
    region: Region, anchor: str, sides: tuple[int, int], step: int, size: int
) -> list[range]:
    """List the bases of every step of a region: those that its chromosome has.

    Bases are counted from the anchor in the direction of the strand, one by one.

    Examples
    --------
    >>> step_bases((0, 10, 20, -1), "start", (2, 3), 2, 100)
    [range(20, 22), range(18, 20), range(17, 18)]
    """
    _, start, end, strand = region
    bases = list(range(start, end))[:: -1 if strand < 0 else 1]
    way = -1 if strand < 0 else 1
    zero = {"start": bases[0], "center": bases[len(bases) // 2], "end": bases[-1] + way}[anchor]
    steps = []
    for offset in range(-sides[0], sides[1], step):
        wanted = [zero + way * k for k in range(offset, min(offset + step, sides[1]))]
        there = sorted(base for base in wanted if 0 <= base < size)
        steps.append(range(there[0], there[-1] + 1) if there else range(0))
    return steps


def cube_values(
    tracks: Sequence[Seen],
    regions: Sequence[Region],
    sizes: Sequence[int],
    *,
    anchor: str,
    sides: tuple[int, int],
    step: int,
) -> NDArray[np.float64]:
    """Return the mean of what every step of every region sees of every track.

    Examples
    --------
    >>> track = dense_seen({0: [1.0, 2.0]}, 10)
    >>> cube_values([track], [(0, 9, 10, 0)], [20], anchor="start", sides=(0, 2), step=1).tolist()
    [[[1.0, 2.0]]]
    """
    return np.array(
        [
            [
                [
                    np.mean(found) if (found := seen(region[0], bases)) else math.nan
                    for bases in step_bases(region, anchor, sides, step, sizes[region[0]])
                ]
                for seen in tracks
            ]
            for region in regions
        ],
        dtype=np.float64,
    ).reshape(len(regions), len(tracks), -(-sum(sides) // step))
