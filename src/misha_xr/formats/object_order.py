"""Objects of 2D tracks in genome order: by x, then y of their lower left corners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import object_order as kernel
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.quadtree import decode_objects, query
from misha_xr.formats.signature import TrackType
from misha_xr.formats.tree_payload import OBJECT_SIZES, TreePayload, open_payload

__all__ = ["SortedObjects", "decode_sorted"]

Int64s: TypeAlias = NDArray[np.int64]
Box: TypeAlias = tuple[int, int, int, int]

_TOO_WIDE = -1
_EVERYWHERE = (0, 0, 1 << 62, 1 << 62)


@dataclass(frozen=True, slots=True, eq=False)
class SortedObjects:
    """Objects of one chromosome pair, sorted by x1, then y1, then as in the tree.

    Attributes
    ----------
    x1, y1 : int64 array, shape (n,)
        Lower edges in base pairs: x on the first chromosome, y on the second.
    ends : (int64 array, int64 array) or None
        Upper edges x2 and y2; None: points, squares of side 1.
    values : float32 array, shape (n,)
        Values; NaN possible.
    is_disjoint : bool
        Whether no two objects share a point, as the format wants. False also if it takes too long
        to say.

    Examples
    --------
    >>> one = np.array([7])
    >>> len(SortedObjects(one, one, None, np.ones(1, np.float32), is_disjoint=True))
    1
    """

    x1: Int64s
    y1: Int64s
    ends: tuple[Int64s, Int64s] | None
    values: NDArray[np.float32]
    is_disjoint: bool

    def __len__(self) -> int:
        return len(self.values)


def decode_sorted(
    data: BytesLike,
    path: object,
    offset: int = 0,
    length: int | None = None,
    box: Box | None = None,
) -> SortedObjects:
    """Read the objects of a payload in genome order.

    Parameters
    ----------
    data, path, offset, length
        As for `formats.quadtree.n_objects`.
    box : (x1, y1, x2, y2), optional
        Only objects that share a point with this rectangle; None: all.

    Returns
    -------
    SortedObjects
        Whole objects, not cut by the box.

    Raises
    ------
    CorruptFileError
        If a rule of the format is broken in what is visited.
    TrackTypeError, UnsupportedError
        As for `formats.quadtree.n_objects`.

    Notes
    -----
    Radix sort of both coordinates in one key, O(n). Objects are compared within each leaf: two that
    overlap share a point, and with it a leaf.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("points", [5, 1], [2, 6], [6, 2], [3, 7], [0.5, 1], (9, 9))
    >>> found = decode_sorted(payload, "chr1-chr1")
    >>> found.x1.tolist(), found.values.tolist(), found.ends, found.is_disjoint
    ([1, 5], [1.0, 0.5], None, True)
    """
    payload = open_payload(data, path, offset, length)
    if payload.n_objects == 0 and box is None:
        decode_objects(data, path, offset, length)  # a tree without objects is checked as well
        box = _EVERYWHERE
    is_points = payload.object_size == OBJECT_SIZES[TrackType.POINTS]
    if is_points and box is None:
        points = _sorted_points(payload)
        if points is not None:
            return points
    where = (data, path, offset, length)
    found = decode_objects(*where) if box is None else query(*where, *box)
    boxes, values = _sorted(np.array([found.x1, found.y1, found.x2, found.y2]), found.values)
    ends = None if is_points else (boxes[2], boxes[3])
    is_disjoint = not len(values) or _is_disjoint(payload, box or _EVERYWHERE)
    return SortedObjects(boxes[0], boxes[1], ends, values, is_disjoint)


def _sorted(boxes: Int64s, values: NDArray[np.float32]) -> tuple[Int64s, NDArray[np.float32]]:
    """Sort boxes (4, n), rows x1, y1, x2, y2."""
    n = len(values)
    out, out_values = np.empty((4, n), np.int64), np.empty(n, np.float32)
    scratch = np.empty((4, n), np.uint64)
    if n and not kernel.sort_objects(boxes, values, scratch, out, out_values):
        order = np.lexsort((boxes[1], boxes[0]))
        return boxes[:, order], values[order]
    return out, out_values


def _sorted_points(payload: TreePayload) -> SortedObjects | None:
    """Read and sort one point or more; None if the coordinates are too wide for one key."""
    n = payload.n_objects
    corners, values = np.empty((2, n), np.int64), np.empty(n, np.float32)
    scratch, seen = np.empty((4, n), np.uint64), np.zeros(n // 8 + 1, np.uint8)
    status, where, n_twice = kernel.sorted_points(payload.data, seen, scratch, corners, values)
    if status == _TOO_WIDE:
        return None
    payload.check(status, where)
    return SortedObjects(corners[0], corners[1], None, values, n_twice == 0)


def _is_disjoint(payload: TreePayload, box: Box) -> bool:
    args = (payload.data, payload.object_size, payload.n_objects, *box)
    status, where, answer = kernel.may_overlap(*args)
    payload.check(status, where)
    return answer == 0
