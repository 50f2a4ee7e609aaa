"""Validity of quad trees: every rule of the format, node by node, against the objects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from misha_xr.testing.trees import Node, ObjectSet, quadrants, sides, slow_nodes

__all__ = ["check_tree"]

LEAF_OBJECTS, DEEPEST, LEAST_SIDE = 20, 20, 4


def check_tree(payload: bytes, objects: ObjectSet) -> int:
    """Raise AssertionError unless a payload is the tree of some objects, with ids in their order.

    Parameters
    ----------
    payload : bytes
        A payload of rectangles or points.
    objects : ObjectSet
        What it shall hold.

    Returns
    -------
    int
        The number of nodes.

    Notes
    -----
    Source: misha file format, 2D tracks. Objects without a value do not count in statistics.

    Examples
    --------
    >>> from misha_xr.testing.trees import slow_encode
    >>> box = np.array([[100], [0], [200], [50]])
    >>> objects = ObjectSet("rectangles", box, np.ones(1, np.float32), (1200, 700))
    >>> check_tree(slow_encode(objects), objects)
    1
    """
    nodes = slow_nodes(payload)
    if not len(objects):
        assert nodes == []
        return 0
    root = nodes[0]
    assert root.arena == (0, 0, *objects.arena), "root arena"
    pending = [(root, np.arange(len(objects)))]
    while pending:
        node, above = pending.pop()
        inside = above[_areas(node, objects, above) > 0]
        _check_statistics(node, objects, inside)
        _check_split(node, objects, inside)
        pending += [(kid, inside) for kid in node.kids]
    return len(nodes)


def _areas(node: Node, objects: ObjectSet, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what each object shares with the arena of a node."""
    x1, y1, x2, y2 = objects.boxes[:, rows]
    width = np.minimum(x2, node.arena[2]) - np.maximum(x1, node.arena[0])
    height = np.minimum(y2, node.arena[3]) - np.maximum(y1, node.arena[1])
    shared: NDArray[np.int64] = np.maximum(width, 0) * np.maximum(height, 0)
    return shared


def _check_statistics(node: Node, objects: ObjectSet, inside: NDArray[np.int64]) -> None:
    values = objects.values[inside].astype(np.float64)
    areas, real = _areas(node, objects, inside), ~np.isnan(values)
    assert node.occupied == areas[real].sum(), "occupied area"
    weighted = (values * areas)[real]
    scale = np.abs(weighted).sum()
    assert abs(node.weighted_sum - weighted.sum()) <= 1e-9 * scale, "weighted sum"
    largest = np.finfo(float).max
    least, most = (values[real].min(), values[real].max()) if real.any() else (largest, -largest)
    assert (node.minimum, node.maximum) == (least, most), "extremes"


def _check_split(node: Node, objects: ObjectSet, inside: NDArray[np.int64]) -> None:
    may_split = node.depth < DEEPEST and min(sides(node)) >= LEAST_SIDE
    assert bool(node.kids) == (len(inside) > LEAF_OBJECTS and may_split), "split"
    if node.kids:
        assert [kid.arena for kid in node.kids] == quadrants(node.arena), "quadrants"
        return
    assert [ident for ident, _, _ in node.objects] == inside.tolist(), "objects of a leaf"
    boxes = np.array([box for _, box, _ in node.objects], np.int64).reshape(-1, 4)
    assert np.array_equal(boxes, objects.boxes[:, inside].T), "boxes of a leaf"
    values = np.array([value for _, _, value in node.objects], np.float32)
    assert np.array_equal(values, objects.values[inside], equal_nan=True), "values of a leaf"
