"""Nearest 2D intervals: by the sum of the distances on both axes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext import rectangle_neighbors as kernels
from misha_xr.intervals.arrays import Intervals, Rectangles
from misha_xr.intervals.neighbor_search import check_bounds
from misha_xr.intervals.ordering import in_order
from misha_xr.intervals.pair_frames import pair_frame
from misha_xr.intervals.plane_binding import bind_planes
from misha_xr.intervals.references import GenomeLike
from misha_xr.intervals.set_frames import Order
from misha_xr.intervals.sorted_sets import NO_ROWS, SortedSet

__all__ = ["Neighbors2D", "nearest2d", "neighbors2d"]

Limits = tuple[float, float]

_BLOCK_ITEMS = 1 << 20  # neighbors that one call of the kernel leaves room for


class Neighbors2D(NamedTuple):
    """Pairs of a rectangle and a neighbor.

    Attributes
    ----------
    query_rows, rows : ndarray of int64, shape (p,)
        Rows of the queries, rising, and of the second set; -1 for none.
    dist1, dist2 : ndarray of float64, shape (p,)
        Distances on both axes in base pairs, not negative; NaN for none.
    """

    query_rows: NDArray[np.int64]
    rows: NDArray[np.int64]
    dist1: NDArray[np.float64]
    dist2: NDArray[np.float64]


def nearest2d(
    queries: Rectangles,
    others: Rectangles,
    k: int = 1,
    *,
    bounds1: Limits = (-math.inf, math.inf),
    bounds2: Limits = (-math.inf, math.inf),
    keep_unmatched: bool = False,
) -> Neighbors2D:
    """Find the nearest 2D intervals of a second set.

    Parameters
    ----------
    queries, others : Rectangles
        n and m rows in any order; codes in one numbering. Neighbors share both chromosomes.
    k : int
        How many to find for each query, at most.
    bounds1, bounds2 : (float, float)
        Bounds on the distance on each axis, included.
    keep_unmatched : bool
        Give a query that has none one pair, with row -1.

    Returns
    -------
    Neighbors2D
        By row of the queries, then by the sum of both distances, then by row of the others.

    Raises
    ------
    IntervalError
        If ``k`` is below 1, or bounds exclude each other.

    Notes
    -----
    Source: semantics, neighbors in two dimensions. Searches outward along the first axis: about
    the square root of m rectangles per query if they are spread evenly.

    Examples
    --------
    >>> def at(start1, start2):
    ...     zero, x, y = np.zeros(1, "i4"), np.array([start1]), np.array([start2])
    ...     return Rectangles(zero, x, x + 10, zero, y, y + 10)
    >>> found = nearest2d(at(0, 0), at(15, 20))
    >>> found.dist1, found.dist2
    (array([5.]), array([10.]))
    """
    limits = (*_positive(check_bounds(k, *bounds1)), *_positive(check_bounds(k, *bounds2)))
    if min(bounds1[1], bounds2[1]) < 0:  # no distance is
        others = others.take(slice(0, 0))
    codes, set_codes = _pair_codes(queries, others)
    counts = np.zeros(len(queries), dtype=np.int64)
    parts = []
    if len(queries) and len(others):
        order = in_order(Intervals(codes, queries.starts1, queries.starts1), by_end=False)[1]
        order = np.arange(len(queries)) if order is None else order
        parts = _searched(queries, codes, order, _set(others, set_codes), limits, k, counts)
    items = np.concatenate([np.empty((0, 4), np.int64), *parts])
    return _assembled(items, counts, keep_unmatched)


def neighbors2d(  # noqa: PLR0913 - one keyword per rule of the search
    frame: pd.DataFrame,
    other: pd.DataFrame,
    k: int = 1,
    *,
    bounds1: Limits = (-math.inf, math.inf),
    bounds2: Limits = (-math.inf, math.inf),
    na_if_notfound: bool = False,
    suffix: str = "1",
    genome: GenomeLike | None = None,
    order: Order = "appearance",
) -> pd.DataFrame:
    """Find the nearest 2D intervals of another table.

    Parameters
    ----------
    frame, other : DataFrame
        `chrom1`, `start1`, `end1`, `chrom2`, `start2`, `end2` and any other columns. Neighbors
        share both chromosomes.
    k : int
        How many to find for each row, at most.
    bounds1, bounds2 : (float, float)
        Bounds on the distance on each axis in base pairs, included.
    na_if_notfound : bool
        Keep rows without a neighbor; the neighbor's columns are missing there.
    suffix : str
        Added to the names of the other table's columns that this one has, too.
    genome, order
        As for `neighbors`.

    Returns
    -------
    DataFrame
        A row per pair: columns of this table, columns of the other (`chrom11`, `start11`, ...),
        `dist1`, `dist2` (float64, not negative: strands have no say); RangeIndex. By row of this
        table, then by the sum of both distances, then by row of the other.

    Raises
    ------
    IntervalError
        If a table is not legal, ``k`` is below 1, or bounds exclude each other.

    Notes
    -----
    Source: semantics, neighbors in two dimensions.

    Examples
    --------
    >>> contacts = pd.DataFrame({"chrom1": ["a"], "start1": [0], "end1": [10],
    ...                          "chrom2": ["a"], "start2": [50], "end2": [60]})
    >>> loops = contacts.assign(start1=15, end1=20)
    >>> neighbors2d(contacts, loops)[["start11", "dist1", "dist2"]].to_numpy().tolist()
    [[15.0, 5.0, 0.0]]
    """
    bound = bind_planes((frame, other), genome=genome, order=order)
    queries, others = bound.tables
    found = nearest2d(
        queries, others, k, bounds1=bounds1, bounds2=bounds2, keep_unmatched=na_if_notfound
    )
    rows = found.query_rows, found.rows
    more = {"dist1": found.dist1, "dist2": found.dist2}
    return bound.mark(pair_frame(frame, other, rows, suffixes=("", suffix), more=more))


def _positive(bounds: tuple[int, int]) -> tuple[int, int]:
    return max(bounds[0], 0), max(bounds[1], 0)


def _pair_codes(
    queries: Rectangles, others: Rectangles
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Give pairs of chromosomes numbers; a pair that the others lack gets the one after theirs."""
    width = 1 + max((int(r.codes2.max()) for r in (queries, others) if len(r)), default=0)
    keys = [r.codes1.astype(np.int64) * width + r.codes2 for r in (queries, others)]
    distinct, set_codes = np.unique(keys[1], return_inverse=True)
    codes = np.searchsorted(distinct, keys[0])
    if len(distinct):
        is_known = distinct[np.minimum(codes, len(distinct) - 1)] == keys[0]
        codes = np.where(is_known, codes, len(distinct))
    return codes.astype(np.int32), set_codes.astype(np.int32)


def _set(others: Rectangles, codes: NDArray[np.int32]) -> tuple[SortedSet, NDArray[np.int64]]:
    """Sort the second set by its first axis; return it and its boxes."""
    iv, order = in_order(Intervals(codes, others.starts1, others.ends1), by_end=False)
    rows = np.arange(len(others)) if order is None else order
    boxes = np.stack([iv.starts, iv.ends, others.starts2[rows], others.ends2[rows]])
    return SortedSet(iv, rows), boxes


def _searched(
    queries: Rectangles,
    codes: NDArray[np.int32],
    order: NDArray[np.int64],
    target: tuple[SortedSet, NDArray[np.int64]],
    limits: tuple[int, int, int, int],
    k: int,
    counts: NDArray[np.int64],
) -> list[NDArray[np.int64]]:
    """Search block by block; return rows (query, row, distance 1, distance 2) and count them."""
    found_set, set_boxes = target
    positions = SortedSet(found_set.iv, NO_ROWS)
    ends, ends_at = positions.by_end()
    tops = found_set.tops()
    boxes = np.stack([queries.starts1, queries.ends1, queries.starts2, queries.ends2])
    k = min(k, len(found_set.iv))
    parts = []
    step = max(_BLOCK_ITEMS // k, 1)
    for at in range(0, len(order), step):
        block = np.ascontiguousarray(order[at : at + step])
        items, found = np.empty((len(block) * k, 4), np.int64), np.empty(len(block), np.int64)
        kernels.find_neighbors(
            codes, boxes, block, found_set.iv.codes, set_boxes, found_set.rows, tops, ends,
            ends_at, limits, k, items, found,
        )  # fmt: skip
        counts[block] = found
        items[:, 0] = np.repeat(block, k)
        parts.append(items[(np.arange(k) < found[:, None]).ravel()])
    return parts


def _assembled(
    items: NDArray[np.int64], counts: NDArray[np.int64], keep_unmatched: bool
) -> Neighbors2D:
    items = items[np.argsort(items[:, 0], kind="stable")]
    query_rows, rows = items[:, 0], items[:, 1]
    dist1, dist2 = items[:, 2].astype(np.float64), items[:, 3].astype(np.float64)
    missing = np.flatnonzero(counts == 0)
    if keep_unmatched and len(missing):
        at = np.cumsum(counts)[missing]
        query_rows, rows = np.insert(query_rows, at, missing), np.insert(rows, at, -1)
        dist1, dist2 = np.insert(dist1, at, np.nan), np.insert(dist2, at, np.nan)
    return Neighbors2D(query_rows, rows, dist1, dist2)
