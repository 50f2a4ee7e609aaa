"""Quad trees of every size and shape: valid by the format, and equal when read back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from misha_xr.formats.quadtree import decode_objects
from misha_xr.formats.quadtree_writer import encode_quadtree
from misha_xr.testing.tree_validity import check_tree
from misha_xr.testing.trees import ObjectSet, disjoint_points, disjoint_rectangles, slow_encode

SHAPES = ("random", "clustered", "diagonal")
DRAW: dict[str, Callable[..., ObjectSet]] = {
    "points": disjoint_points,
    "rectangles": disjoint_rectangles,
}
every_kind = pytest.mark.parametrize("kind", DRAW)
every_shape = pytest.mark.parametrize("shape", SHAPES)


def drawn(kind: str, n: int, shape: str) -> ObjectSet:
    return DRAW[kind](np.random.default_rng(n), n, (5_000_000, 4_000_000), shape)


def encode(objects: ObjectSet, chunk_size: int) -> bytes:
    columns = (*objects.boxes, objects.values)
    return encode_quadtree(objects.kind, *columns, objects.arena, chunk_size=chunk_size)


def check_read_back(payload: bytes, objects: ObjectSet) -> None:
    found = decode_objects(payload, "p")
    order = np.argsort(found.ids)
    np.testing.assert_array_equal(found.ids[order], np.arange(len(objects)))
    columns = (found.x1, found.y1, found.x2, found.y2)
    boxes = np.array([column[order] for column in columns]).reshape(4, -1)
    np.testing.assert_array_equal(boxes, objects.boxes)
    np.testing.assert_array_equal(found.values[order], objects.values)


@every_kind
@every_shape
@pytest.mark.parametrize(
    ("n", "chunk_size"), [(0, 0), (1, 0), (2, 1), (20, 0), (21, 1), (1000, 0), (1000, 4000)]
)
def test_tree__small(kind: str, shape: str, n: int, chunk_size: int) -> None:
    objects = drawn(kind, n, shape)
    payload = encode(objects, chunk_size)
    check_tree(payload, objects)
    check_read_back(payload, objects)


@every_kind
@every_shape
def test_tree__hundred_thousand(kind: str, shape: str) -> None:
    objects = drawn(kind, 100_000, shape)
    check_read_back(encode(objects, 100_000), objects)


@pytest.mark.slow
@every_kind
@every_shape
def test_tree__hundred_thousand_are_valid(kind: str, shape: str) -> None:
    objects = drawn(kind, 100_000, shape)
    check_tree(encode(objects, 100_000), objects)


@pytest.mark.slow
@every_kind
@every_shape
def test_tree__a_million(kind: str, shape: str) -> None:
    objects = drawn(kind, 1_000_000, shape)
    check_read_back(encode(objects, 100_000), objects)


def test_check_tree__refuses_other_trees() -> None:
    objects = drawn("points", 100, "random")
    payload = slow_encode(objects)
    assert check_tree(payload, objects) > 4
    other = ObjectSet("points", objects.boxes, objects.values + 1, objects.arena)
    with pytest.raises(AssertionError, match="weighted sum"):
        check_tree(payload, other)
    fewer = ObjectSet("points", objects.boxes[:, 1:], objects.values[1:], objects.arena)
    with pytest.raises(AssertionError):
        check_tree(payload, fewer)
    wider = ObjectSet("points", objects.boxes, objects.values, (5_000_001, 4_000_000))
    with pytest.raises(AssertionError, match="root arena"):
        check_tree(payload, wider)
