"""Rectangle arrays: order, overlaps of two sets, intersection, orientation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import rectangle_joins as kernels
from misha_xr.intervals.arrays import Intervals, Rectangles
from misha_xr.intervals.ordering import sort_order

__all__ = [
    "intersect_planes",
    "is_below_diagonal",
    "join_rows",
    "overlap_pairs2d",
    "sort_order2d",
]

_CODE_LIMIT = 1 << 31


class _Sweep(NamedTuple):
    """A set in the form that the kernel reads; see there."""

    codes: NDArray[np.int32]
    boxes: NDArray[np.int64]
    orders: NDArray[np.int64]
    leaf_codes: NDArray[np.int32]
    leaf_starts: NDArray[np.int64]


def sort_order2d(rects: Rectangles) -> NDArray[np.int64]:
    """Return the order of rows that puts them in genome order.

    Parameters
    ----------
    rects : Rectangles
        n rows in any order.

    Returns
    -------
    ndarray of int64, shape (n,)
        Row numbers, by chromosome 1, chromosome 2, start 1, start 2, end 1, end 2; equal rows
        keep their order.

    Notes
    -----
    Source: semantics of two dimensions, order of rows. Two radix sorts: time O(n).

    Examples
    --------
    >>> zero, x = np.zeros(2, "i4"), np.array([5, 0])
    >>> sort_order2d(Rectangles(zero, x, x + 9, zero, x, x + 9))
    array([1, 0])
    """
    (pairs,) = _pair_codes(rects)
    by_ends = sort_order(Intervals(np.zeros_like(pairs), rects.ends1, rects.ends2))
    starts = Intervals(pairs[by_ends], rects.starts1[by_ends], rects.starts2[by_ends])
    return by_ends[sort_order(starts)]


def overlap_pairs2d(
    ones: Rectangles, twos: Rectangles
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the pairs of rows of two sets that share a point.

    Parameters
    ----------
    ones, twos : Rectangles
        n and m rows in any order, start < end on both sides; codes in one numbering.

    Returns
    -------
    rows1, rows2 : ndarray of int64, shape (p,)
        By row of the first set, then of the second.

    Notes
    -----
    A line sweeps along axis 1; time O((n + m) log(n + m) + p log(n + m)), whatever the shapes.

    Examples
    --------
    >>> def at(x):
    ...     return Rectangles(np.zeros(1, "i4"), x, x + 9, np.zeros(1, "i4"), x, x + 9)
    >>> overlap_pairs2d(at(np.array([0])), at(np.array([8])))
    (array([0]), array([0]))
    """
    codes = _pair_codes(ones, twos)
    one, two = (_sweep(rects, code) for rects, code in zip((ones, twos), codes, strict=True))
    tree1, tree2 = (np.empty(kernels.count_nodes(len(r)), np.int64) for r in (ones, twos))
    room = 2 * (len(ones) + len(twos)) + 64
    while True:
        rows1, rows2 = np.empty((2, room), dtype=np.int64)
        n_pairs = kernels.fill_pairs(*one, *two, tree1, tree2, rows1, rows2)
        if n_pairs <= room:
            break
        room = n_pairs
    rows1, rows2 = rows1[:n_pairs], rows2[:n_pairs]
    order = sort_order(Intervals(np.zeros(n_pairs, np.int32), rows1, rows2))
    return rows1[order], rows2[order]


def intersect_planes(ones: Rectangles, twos: Rectangles) -> Rectangles:
    """Return what each pair of rows of two sets has in common.

    Parameters
    ----------
    ones, twos : Rectangles
        Rows in any order; codes in one numbering.

    Returns
    -------
    Rectangles, p rows
        One per pair that shares a point, in genome order; nothing is merged.

    Examples
    --------
    >>> def at(x):
    ...     return Rectangles(np.zeros(1, "i4"), x, x + 9, np.zeros(1, "i4"), x, x + 9)
    >>> intersect_planes(at(np.array([0])), at(np.array([8]))).starts2
    array([8])
    """
    rows1, rows2 = overlap_pairs2d(ones, twos)
    a, b = ones.take(rows1), twos.take(rows2)
    found = Rectangles(
        a.codes1,
        np.maximum(a.starts1, b.starts1),
        np.minimum(a.ends1, b.ends1),
        a.codes2,
        np.maximum(a.starts2, b.starts2),
        np.minimum(a.ends2, b.ends2),
    )
    return found.take(sort_order2d(found))


def join_rows(ones: Rectangles, twos: Rectangles) -> Rectangles:
    """Put the rows of two sets together, in genome order; nothing is merged.

    Parameters
    ----------
    ones, twos : Rectangles
        n and m rows in any order; codes in one numbering.

    Returns
    -------
    Rectangles, n + m rows
        Duplicates stay.

    Examples
    --------
    >>> one = Rectangles(*[np.array([0])] * 6)
    >>> len(join_rows(one, one))
    2
    """
    both = Rectangles(
        *(np.concatenate([getattr(ones, name), getattr(twos, name)]) for name in ones.__slots__)
    )
    return both.take(sort_order2d(both))


def is_below_diagonal(rects: Rectangles) -> NDArray[np.bool_]:
    """Tell which rows have their greater side first.

    Parameters
    ----------
    rects : Rectangles
        n rows.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where (chromosome, start, end) of axis 1 comes after that of axis 2.

    Examples
    --------
    >>> one, two = np.array([1]), np.array([2])
    >>> is_below_diagonal(Rectangles(two, one, two, one, one, two))
    array([ True])
    """
    r = rects
    after_end = (r.starts1 == r.starts2) & (r.ends1 > r.ends2)
    same_chrom = (r.codes1 == r.codes2) & ((r.starts1 > r.starts2) | after_end)
    below: NDArray[np.bool_] = (r.codes1 > r.codes2) | same_chrom
    return below


def _pair_codes(*sets: Rectangles) -> tuple[NDArray[np.int32], ...]:
    """Give pairs of chromosomes numbers, the same in all sets and in genome order."""
    width = 1 + max((int(r.codes2.max()) for r in sets if len(r)), default=0)
    height = 1 + max((int(r.codes1.max()) for r in sets if len(r)), default=0)
    keys = [r.codes1.astype(np.int64) * width + r.codes2 for r in sets]
    if width * height >= _CODE_LIMIT:
        _, places = np.unique(np.concatenate(keys), return_inverse=True)
        keys = np.split(places, np.cumsum([len(key) for key in keys])[:-1])
    return tuple(key.astype(np.int32) for key in keys)


def _sweep(rects: Rectangles, codes: NDArray[np.int32]) -> _Sweep:
    boxes = np.stack([rects.starts1, rects.ends1, rects.starts2, rects.ends2])
    by_start, by_end, by_y = (
        sort_order(Intervals(codes, boxes[at], boxes[at])) for at in (0, 1, 2)
    )
    leaf = np.empty_like(by_y)
    leaf[by_y] = np.arange(len(by_y))
    orders = np.stack([by_start, by_end, leaf, by_y])
    return _Sweep(codes, boxes, orders, codes[by_y], boxes[2][by_y])
