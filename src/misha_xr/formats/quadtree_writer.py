"""Write the quad trees of 2D tracks, byte for byte as misha builds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext import rectangles
from misha_xr.errors import IntervalError, SizeLimitError
from misha_xr.formats.signature import SIGNATURES, TrackType
from misha_xr.formats.tree_batches import encode_trees

__all__ = [
    "check_no_overlap",
    "encode_quadtree",
    "find_overlap",
    "find_overlap_in_trees",
    "is_points",
]


def encode_quadtree(
    kind: str,
    x1: ArrayLike,
    y1: ArrayLike,
    x2: ArrayLike,
    y2: ArrayLike,
    values: ArrayLike,
    arena: tuple[int, int],
    *,
    chunk_size: int = 100_000,
) -> bytes:
    """Encode the objects of one chromosome pair as the payload of a 2D track.

    Parameters
    ----------
    kind : {"rectangles", "points"}
        Type of the track.
    x1, y1, x2, y2 : int64 array, shape (n,)
        Edges in base pairs, 0-based, half-open. They must not overlap (`check_no_overlap`). The id
        of an object is its row.
    values : float array, shape (n,)
        Values, rounded to float32; NaN is kept.
    arena : tuple of int
        Sizes of the two chromosomes in base pairs.
    chunk_size : int
        A sub-tree of more bytes becomes a chunk of its own, so that R need not load the whole tree.
        Default: as R writes. 0: a single chunk, as pymisha writes.

    Returns
    -------
    bytes
        The payload; 12 bytes for no object. Padding is zero.

    Raises
    ------
    IntervalError
        If a row is empty, leaves the arena, or is no point in a tree of points.
    SizeLimitError
        If copies of long or overlapping objects blow up the tree, or an area exceeds 2**63.

    Notes
    -----
    Source: misha file format, 2D tracks. Statistics of nodes leave NaN values out, as pymisha does
    (R adds them, which makes sums NaN). Nodes without values get the largest float64 as minimum and
    its negative as maximum, as in R (pymisha: infinities). O(n log n) unless objects are long.

    Examples
    --------
    >>> encode_quadtree("rectangles", [0], [1], [5], [2], [0.5], (1200, 700))[:12].hex()
    'f7ffffff0100000000000000'
    """
    track_type = TrackType(kind)
    boxes, stored = _checked(track_type, np.array([x1, y1, x2, y2], np.int64), values, arena)
    signature = SIGNATURES[track_type]
    if len(stored) == 0:
        return signature.to_bytes(4, "little", signed=True) + bytes(8)
    bounds, arenas = np.array([0, len(stored)]), np.array(arena, np.int64)[:, None]
    return encode_trees(track_type, boxes, stored, bounds, arenas, chunk_size=chunk_size)[0]


def is_points(x1: ArrayLike, y1: ArrayLike, x2: ArrayLike, y2: ArrayLike) -> bool:
    """Tell whether every rectangle is a single point, so that a points track can hold them.

    Parameters
    ----------
    x1, y1, x2, y2 : int64 array, shape (n,)
        Edges in base pairs, 0-based, half-open.

    Returns
    -------
    bool
        True if all sides are 1; also for no rectangle.

    Examples
    --------
    >>> is_points([4], [7], [5], [8])
    True
    """
    width = np.asarray(x2, np.int64) - np.asarray(x1, np.int64)
    height = np.asarray(y2, np.int64) - np.asarray(y1, np.int64)
    return bool((width == 1).all() and (height == 1).all())


def find_overlap(
    x1: ArrayLike, y1: ArrayLike, x2: ArrayLike, y2: ArrayLike
) -> tuple[int, int] | None:
    """Find two rectangles that share a point.

    Parameters
    ----------
    x1, y1, x2, y2 : int64 array, shape (n,)
        Edges in base pairs, 0-based, half-open; none empty.

    Returns
    -------
    tuple of int or None
        Two rows, the smaller first; None if all are disjoint. Touching is no overlap.

    Notes
    -----
    A sweep along x, O(n log n).

    Examples
    --------
    >>> find_overlap([0, 5, 4], [0, 0, 1], [5, 9, 6], [2, 2, 3])
    (0, 2)
    """
    left, low, right, high = (np.ascontiguousarray(edge, np.int64) for edge in (x1, y1, x2, y2))
    n = len(left)
    if n == 0:
        return None
    by_y1 = np.argsort(low, kind="stable")
    ranks = np.empty(n, np.int64)
    ranks[by_y1] = np.arange(n)
    levels, n_words = _bit_levels(n)
    by_x1, by_x2 = np.argsort(left, kind="stable"), np.argsort(right, kind="stable")
    words = np.zeros(n_words, np.uint64)
    pair = rectangles.find_overlap(
        left, low, right, high, by_x1, by_x2, by_y1, ranks, levels, words
    )
    return None if pair[0] < 0 else (min(pair), max(pair))


def find_overlap_in_trees(
    boxes: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[int, int] | None:
    """Find two rectangles of one tree that share a point, among those of many trees.

    Parameters
    ----------
    boxes : int64 array, shape (4, n)
        Rows x1, y1, x2, y2; none empty.
    bounds : int64 array, shape (k + 1,)
        Tree j holds the rectangles ``bounds[j]:bounds[j + 1]``, at least one.

    Returns
    -------
    tuple of int or None
        Two rows, the smaller first.

    Notes
    -----
    The trees are laid side by side along x, for one sweep over all of them.

    Examples
    --------
    >>> boxes = np.array([[0, 0, 4], [0, 0, 1], [5, 5, 9], [2, 2, 3]])
    >>> find_overlap_in_trees(boxes, np.array([0, 1, 3])), find_overlap(*boxes)
    ((1, 2), (0, 1))
    """
    if len(bounds) < 3:
        return find_overlap(*boxes)
    heads = bounds[:-1]
    lefts = np.minimum.reduceat(boxes[0], heads)
    widths = np.maximum.reduceat(boxes[2], heads) - lefts
    if float(widths.sum(dtype=np.float64)) >= 2**62:
        return _find_one_by_one(boxes, bounds)
    moves = np.repeat(np.cumsum(widths) - widths - lefts, np.diff(bounds))
    return find_overlap(boxes[0] + moves, boxes[1], boxes[2] + moves, boxes[3])


def _find_one_by_one(boxes: NDArray[np.int64], bounds: NDArray[np.int64]) -> tuple[int, int] | None:
    """Sweep tree after tree: chromosomes so large that their sum is no int64 are few."""
    for lo, hi in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        pair = find_overlap(*boxes[:, lo:hi])
        if pair is not None:
            return lo + pair[0], lo + pair[1]
    return None


def check_no_overlap(x1: ArrayLike, y1: ArrayLike, x2: ArrayLike, y2: ArrayLike) -> None:
    """Refuse rectangles that overlap; a 2D track cannot hold them.

    Parameters
    ----------
    x1, y1, x2, y2 : int64 array, shape (n,)
        As for `find_overlap`.

    Raises
    ------
    IntervalError
        If two rectangles share a point; names both rows.

    Examples
    --------
    >>> check_no_overlap([0, 5], [0, 0], [5, 9], [2, 2])
    """
    pair = find_overlap(x1, y1, x2, y2)
    if pair is None:
        return
    edges = [np.asarray(edge) for edge in (x1, x2, y1, y2)]
    first, second = ("{}-{} x {}-{}".format(*(edge[row] for edge in edges)) for row in pair)
    raise IntervalError(
        f"objects of a 2D track must not overlap; rows {pair[0]} ({first}) and {pair[1]} "
        f"({second}) do",
        hint="Merge or drop overlapping rectangles first.",
    )


def _bit_levels(n: int) -> tuple[NDArray[np.int64], int]:
    """Lay out the words of a 64-ary bit tree over n ranks: first word of each level, and total."""
    levels, total = [], 0
    while True:
        n = -(-n // 64)
        levels.append(total)
        total += n
        if n == 1:
            return np.array(levels), total


def _checked(
    kind: TrackType, boxes: NDArray[np.int64], values: ArrayLike, arena: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Check what the builder trusts; return boxes (4, n) and the values as stored."""
    stored = np.ascontiguousarray(values, np.float32)
    if boxes.shape[1:] != stored.shape:
        raise IntervalError(f"found {boxes.shape[1]} objects, but values of shape {stored.shape}")
    x1, y1, x2, y2 = boxes
    width, height = arena
    if not (0 < width < 2**62 and 0 < height < 2**62):
        raise IntervalError(
            f"expected chromosome sizes from 1 to 2**62, found {width} and {height}"
        )
    bad = (x1 < 0) | (x1 >= x2) | (x2 > width) | (y1 < 0) | (y1 >= y2) | (y2 > height)
    _refuse_first(bad, boxes, f"expected a rectangle inside 0-{width} x 0-{height}")
    if kind is TrackType.POINTS:
        bad = (x2 - x1 != 1) | (y2 - y1 != 1)
        _refuse_first(bad, boxes, "expected a point, a square of side 1")
    elif float(((x2 - x1).astype(float) * (y2 - y1)).sum()) >= 2**63:
        raise SizeLimitError("the total area of the objects exceeds 2**63")
    return boxes, stored


def _refuse_first(bad: NDArray[np.bool_], boxes: NDArray[np.int64], expected: str) -> None:
    if bad.any():
        row = int(bad.argmax())
        x1, y1, x2, y2 = boxes[:, row].tolist()
        raise IntervalError(f"row {row}: {expected}, found {x1}-{x2} x {y1}-{y2}")
