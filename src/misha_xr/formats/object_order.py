"""Objects of 2D tracks in genome order: by x, then y of their lower left corners."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import object_order as kernel
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.quadtree import decode_objects, query
from misha_xr.formats.signature import TrackType
from misha_xr.formats.tree_payload import OBJECT_SIZES, TreePayload, open_payload

__all__ = ["SortedObjects", "decode_sorted", "sort_boxes"]

SortedObjects: TypeAlias = tuple[NDArray[np.int64], NDArray[np.float32]]
Box: TypeAlias = tuple[int, int, int, int]

_TOO_WIDE = -1


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
    boxes : int64 array, shape (4, n)
        Rows x1, y1, x2, y2 in base pairs, half-open, uncut; by x1, then y1, then as in the tree.
    values : float32 array, shape (n,)
        Values; NaN possible.

    Raises
    ------
    CorruptFileError
        If a rule of the format is broken in what is visited.
    TrackTypeError, UnsupportedError
        As for `formats.quadtree.n_objects`.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("points", [5, 1], [2, 6], [6, 2], [3, 7], [0.5, 1], (9, 9))
    >>> boxes, values = decode_sorted(payload, "chr1-chr1")
    >>> boxes[0].tolist(), values.tolist()
    ([1, 5], [1.0, 0.5])
    """
    if box is not None:
        found = query(data, path, offset, length, *box)
        return sort_boxes(np.array([found.x1, found.y1, found.x2, found.y2]), found.values)
    payload = open_payload(data, path, offset, length)
    if payload.n_objects and payload.object_size == OBJECT_SIZES[TrackType.POINTS]:
        points = _sorted_points(payload)
        if points is not None:
            return points
    found = decode_objects(data, path, offset, length)
    return sort_boxes(np.array([found.x1, found.y1, found.x2, found.y2]), found.values)


def sort_boxes(boxes: NDArray[np.int64], values: NDArray[np.float32]) -> SortedObjects:
    """Sort objects by x1, then y1; objects with one corner keep their order.

    Parameters
    ----------
    boxes : int64 array, shape (4, n)
        Rows x1, y1, x2, y2.
    values : float32 array, shape (n,)
        Their values.

    Returns
    -------
    boxes, values
        New arrays of the same shapes.

    Notes
    -----
    Radix sort of both coordinates in one key; columns that do not fit 64 bits together are sorted
    one after the other. O(n).

    Examples
    --------
    >>> boxes = np.array([[5, 1], [2, 6], [6, 2], [3, 7]])
    >>> sort_boxes(boxes, np.array([0.5, 1], np.float32))[1].tolist()
    [1.0, 0.5]
    """
    n = len(values)
    out, out_values = np.empty((4, n), np.int64), np.empty(n, np.float32)
    source, scratch = np.ascontiguousarray(boxes, np.int64), np.empty((4, n), np.uint64)
    if n and not kernel.sort_objects(source, values, scratch, out, out_values):
        order = np.lexsort((boxes[1], boxes[0]))
        return boxes[:, order], values[order]
    return out, out_values


def _sorted_points(payload: TreePayload) -> SortedObjects | None:
    """Read and sort one point or more; None if the coordinates are too wide for one key."""
    n = payload.n_objects
    boxes, values = np.empty((4, n), np.int64), np.empty(n, np.float32)
    scratch, seen = np.empty((4, n), np.uint64), np.zeros(n // 8 + 1, np.uint8)
    status, where = kernel.sorted_points(payload.data, seen, scratch, boxes, values)
    if status == _TOO_WIDE:
        return None
    payload.check(status, where)
    return boxes, values
