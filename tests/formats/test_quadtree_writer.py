"""Writing quad trees: bytes against the oracle; refusals; overlaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import IntervalError, SizeLimitError
from misha_xr.formats import tree_batches
from misha_xr.formats.quadtree_writer import (
    check_no_overlap,
    encode_quadtree,
    find_overlap,
    is_points,
)
from misha_xr.testing.trees import (
    Node,
    ObjectSet,
    common_area,
    disjoint_points,
    disjoint_rectangles,
    object_sets,
    quadrants,
    sides,
    slow_encode,
    slow_nodes,
)


def encode(objects: ObjectSet, chunk_size: int = 0) -> bytes:
    x1, y1, x2, y2 = objects.boxes
    values, arena = objects.values, objects.arena
    return encode_quadtree(objects.kind, x1, y1, x2, y2, values, arena, chunk_size=chunk_size)


@given(object_sets(), st.sampled_from([0, 1, 500, 1500, 100_000]))
@settings(max_examples=300)
def test_encode_quadtree__equals_insertion(objects: ObjectSet, chunk_size: int) -> None:
    assert encode(objects, chunk_size) == slow_encode(objects, chunk_size)


@pytest.mark.parametrize("shape", ["random", "clustered", "diagonal"])
@pytest.mark.parametrize("draw", [disjoint_points, disjoint_rectangles], ids=["points", "rects"])
def test_encode_quadtree__a_thousand_objects(draw: object, shape: str) -> None:
    objects = draw(np.random.default_rng(5), 1000, (50_000, 40_000), shape)  # type: ignore[operator]
    assert encode(objects, 3000) == slow_encode(objects, 3000)


def test_encode_quadtree__depth_and_side_limits() -> None:
    # 60 points in one spot of a huge arena reach depth 20; a full 12 x 12 square reaches side 3
    spot = np.array([[x, y, x + 1, y + 1] for x in range(10) for y in range(6)]).T
    deep = ObjectSet("points", spot, np.ones(60, np.float32), (2**40, 2**40))
    nodes = slow_nodes(encode(deep))
    assert max(node.depth for node in nodes) == 20
    assert max(len(node.objects) for node in nodes) == 60
    square = np.array([[x, y, x + 1, y + 1] for x in range(12) for y in range(400)]).T
    flat = ObjectSet("points", square, np.ones(4800, np.float32), (12, 400))
    assert min(min(sides(node)) for node in slow_nodes(encode(flat))) == 3
    assert encode(flat) == slow_encode(flat)


@given(object_sets())
def test_encode_quadtree__tree_is_valid(objects: ObjectSet) -> None:
    for node in slow_nodes(encode(objects, 600)):
        check_node(node, objects)


def check_node(node: Node, objects: ObjectSet) -> None:
    """Check one node against all objects of the set."""
    inside = [k for k, box in enumerate(objects.boxes.T) if common_area(tuple(box), node.arena)]
    expected = Node(node.arena)
    for k in inside:
        expected.count(tuple(objects.boxes[:, k].tolist()), float(objects.values[k]))
    assert (node.occupied, node.weighted_sum) == (expected.occupied, expected.weighted_sum)
    assert (node.minimum, node.maximum) == (expected.minimum, expected.maximum)
    if node.kids:
        assert len(inside) > 20
        assert [kid.arena for kid in node.kids] == quadrants(node.arena)
    else:
        assert [ident for ident, _, _ in node.objects] == inside
        assert len(inside) <= 20 or node.depth == 20 or min(sides(node)) < 4


def test_encode_quadtree__statistics_use_the_stored_value_and_leave_nan_out() -> None:
    payload = encode_quadtree(
        "rectangles", [0, 9], [0, 0], [5, 14], [5, 5], [np.nan, 0.1], (100, 100)
    )
    (root,) = slow_nodes(payload)
    stored = float(np.float32(0.1))
    assert (root.occupied, root.weighted_sum, root.minimum) == (25, stored * 25, stored)


@pytest.mark.parametrize(
    ("kind", "box", "match"),
    [
        ("rectangles", (5, 0, 5, 2), "inside"),
        ("rectangles", (5, 3, 6, 2), "inside"),
        ("rectangles", (-1, 0, 5, 2), "inside"),
        ("rectangles", (0, 0, 5, 71), "inside"),
        ("rectangles", (99, 0, 101, 7), "inside"),
        ("points", (5, 0, 7, 1), "point"),
    ],
)
def test_encode_quadtree__bad_row(kind: str, box: tuple[int, int, int, int], match: str) -> None:
    columns = [[good, bad] for good, bad in zip((1, 1, 2, 2), box, strict=True)]
    with pytest.raises(IntervalError, match=f"row 1: .*{match}"):
        x1, y1, x2, y2 = columns
        encode_quadtree(kind, x1, y1, x2, y2, [1, 2], (100, 70))


def test_encode_quadtree__shapes_and_sizes() -> None:
    with pytest.raises(IntervalError, match="values of shape"):
        encode_quadtree("points", [1], [1], [2], [2], [1, 2], (9, 9))
    with pytest.raises(IntervalError, match="chromosome sizes"):
        encode_quadtree("points", [], [], [], [], [], (0, 9))
    with pytest.raises(SizeLimitError, match="area"):
        encode_quadtree("rectangles", [0], [0], [2**40], [2**40], [1], (2**40, 2**40))
    with pytest.raises(ValueError, match="squares"):
        encode_quadtree("squares", [], [], [], [], [], (9, 9))


def test_encode_quadtree__endless_copies_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_batches, "MAX_TREE_BYTES", 10**6)
    rows = np.arange(21)  # 21 strips of height 1 along a long chromosome meet in 2**20 leaves
    zeros, ends = np.zeros(21, int), np.full(21, 10**9)
    with pytest.raises(SizeLimitError, match="copied into very many leaves"):
        encode_quadtree("rectangles", zeros, rows, ends, rows + 1, rows, (10**9, 10**9))


def test_is_points__needs_both_sides() -> None:
    assert is_points([], [], [], [])
    assert is_points([3, 4], [5, 5], [4, 5], [6, 6])
    assert not is_points([3], [5], [4], [7])
    assert not is_points([3], [5], [5], [6])


edges = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 12), st.integers(1, 12))


@given(st.lists(edges, max_size=12))
@settings(max_examples=500)
def test_find_overlap__equals_all_pairs(rows: list[tuple[int, int, int, int]]) -> None:
    boxes = [(x, y, x + width, y + height) for x, y, width, height in rows]
    pairs = {(i, j) for j in range(len(boxes)) for i in range(j) if common_area(boxes[i], boxes[j])}
    found = find_overlap(*np.array(boxes, np.int64).reshape(-1, 4).T)
    assert (found in pairs) if pairs else (found is None)


@given(object_sets(), st.data())
def test_find_overlap__one_object_stored_twice(objects: ObjectSet, data: st.DataObject) -> None:
    assert find_overlap(*objects.boxes) is None
    if len(objects):
        row = data.draw(st.integers(0, len(objects) - 1))
        assert find_overlap(*np.c_[objects.boxes, objects.boxes[:, row]]) == (row, len(objects))


@pytest.mark.parametrize("n", [63, 64, 65, 4096, 4097, 300_000])
def test_find_overlap__levels_of_the_bit_tree(n: int) -> None:
    # nested in x, stacked in y: all are active together
    k = np.arange(n)
    assert find_overlap(k, 3 * k, 2 * n - k, 3 * k + 3) is None
    tall = 3 * k + 3
    tall[n // 3] += 1
    assert find_overlap(k, 3 * k, 2 * n - k, tall) == (n // 3, n // 3 + 1)


def test_check_no_overlap__names_the_pair() -> None:
    check_no_overlap([], [], [], [])
    with pytest.raises(IntervalError, match=r"rows 0 \(0-5 x 0-2\) and 2 \(4-6 x 1-3\)"):
        check_no_overlap([0, 5, 4], [0, 5, 1], [5, 9, 6], [2, 7, 3])
