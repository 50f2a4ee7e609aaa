"""Reductions of quad trees in windows: a slow oracle, statistics to believe or not, damage."""

from __future__ import annotations

import math
from collections.abc import Callable
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr._ext import tree_windows
from misha_xr.formats.quadtree import decode_objects
from misha_xr.formats.quadtree_writer import encode_quadtree
from misha_xr.testing.tree_windows import met_objects, moved_window, reduce_objects
from misha_xr.testing.trees import (
    LARGEST,
    Node,
    ObjectSet,
    common_area,
    disjoint_points,
    disjoint_rectangles,
    object_sets,
    slow_encode,
)

ADDED = ("avg", "weighted.sum", "area", "min", "max", "exists")
PICKED = ("first", "last", "sample")
NO_SHIFTS = (0, 0, 0, 0)


def reduce_windows(
    function, payload, windows, sizes, *, band=None, shifts=NO_SHIFTS, seed=0, visited=None
) -> tuple[int, np.ndarray]:
    """Reduce one payload of a pair with equal codes; status and values."""
    x1, y1, x2, y2 = np.array(windows, np.int64).reshape(-1, 4).T.copy()
    n = len(x1)
    out, codes = np.full(n, -77.0), np.zeros(n, np.int32)
    other = codes if band else codes + 1
    data = np.frombuffer(payload, np.uint8)
    status, run, _ = tree_windows.reduce_windows(
        tree_windows.REDUCERS[function], seed, data,
        np.zeros(1, np.int64), np.array([len(data)]), np.array([0, n]),
        np.array(sizes if not band else [sizes[0], sizes[0]], np.int64),
        codes, x1, x2, other, y1, y2, np.arange(1, n + 1),
        np.array(shifts, np.int64), band is not None, *(band or (0, 0)), out,
        np.zeros(2, np.int64) if visited is None else visited,
    )  # fmt: skip
    assert run == (0 if status else 1)
    return status, out


def encode(objects: ObjectSet, chunk_size: int = 0) -> bytes:
    return encode_quadtree(
        objects.kind, *objects.boxes, objects.values, objects.arena, chunk_size=chunk_size
    )


def values_of(function, objects, windows, sizes, band=None, shifts=NO_SHIFTS) -> list[float]:
    """Answer by the oracle."""
    sizes = sizes if not band else (sizes[0], sizes[0])
    answers = []
    for window in windows:
        moved = moved_window(window, shifts, sizes)
        met = met_objects(objects.boxes, objects.values, moved, band) if moved else []
        answers.append(reduce_objects(function, met) if moved else math.nan)
    return answers


def assert_close(function: str, objects: ObjectSet, got: np.ndarray, expected) -> None:
    """Compare; sums of parts, leaf by leaf, differ by rounding from one sum of whole objects."""
    if function not in ("avg", "weighted.sum"):
        assert np.array_equal(got, expected, equal_nan=True)
        return
    x1, y1, x2, y2 = objects.boxes
    largest = float(np.nanmax(np.abs(objects.values), initial=0.0))
    area = float(((x2 - x1) * (y2 - y1)).sum()) if function == "weighted.sum" else 1.0
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12 * largest * area)


def windows_on(arena, objects: ObjectSet) -> st.SearchStrategy[tuple[int, int, int, int]]:
    """Windows of every size: everywhere, at edges of objects, empty ones too."""
    xs, ys = st.integers(0, arena[0]), st.integers(0, arena[1])
    if len(objects):
        xs |= st.sampled_from(objects.boxes[::2].ravel().tolist())
        ys |= st.sampled_from(objects.boxes[1::2].ravel().tolist())
    some = st.tuples(xs, ys, xs, ys)
    return some | st.just((0, 0, *arena))


def drawn_case(data, objects: ObjectSet):
    windows = data.draw(st.lists(windows_on(objects.arena, objects), min_size=1, max_size=6))
    shift = st.integers(-40, 40) | st.sampled_from([0, -(2**62), 2**62])
    shifts = data.draw(st.just(NO_SHIFTS) | st.tuples(shift, shift, shift, shift))
    square = objects.arena[0] == objects.arena[1] and objects.arena[0] <= 5000
    edge = st.integers(-objects.arena[0], objects.arena[0])
    band = st.tuples(edge, edge).filter(lambda pair: pair[0] < pair[1])
    return windows, shifts, data.draw(st.none() | band) if square else None


@st.composite
def square_sets(draw: st.DrawFn) -> ObjectSet:
    """Objects on one chromosome, small enough to count points in a band."""
    side = draw(st.integers(1, 60) | st.integers(61, 2000))
    kind = draw(st.sampled_from([disjoint_points, disjoint_rectangles]))
    shape = draw(st.sampled_from(["random", "clustered", "diagonal"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return kind(rng, draw(st.integers(0, 120)), (side, side), shape)


any_set = square_sets() | object_sets(max_size=120)


@pytest.mark.parametrize("function", [*ADDED, "size"])
@given(any_set, st.sampled_from([0, 700]), st.data())
@settings(max_examples=60)
def test_reduce_windows__equals_brute_force(function, objects, chunk_size, data) -> None:
    windows, shifts, band = drawn_case(data, objects)
    payload = encode(objects, chunk_size)
    sizes = objects.arena
    status, got = reduce_windows(function, payload, windows, sizes, band=band, shifts=shifts)
    assert status == 0
    assert_close(function, objects, got, values_of(function, objects, windows, sizes, band, shifts))


@pytest.mark.parametrize("function", PICKED)
@given(any_set, st.data())
@settings(max_examples=60)
def test_reduce_windows__picks_one_that_is_met(function, objects, data) -> None:
    windows, shifts, band = drawn_case(data, objects)
    sizes = objects.arena
    _, got = reduce_windows(function, encode(objects), windows, sizes, band=band, shifts=shifts)
    for value, window in zip(got.tolist(), windows, strict=True):
        moved = moved_window(window, shifts, sizes)
        met = met_objects(objects.boxes, objects.values, moved, band) if moved else []
        assert value in [found for _, found in met] if met else math.isnan(value)


@given(object_sets(max_size=120), st.data())
def test_reduce_windows__first_and_last_go_by_the_tree(objects, data) -> None:
    window = data.draw(windows_on(objects.arena, objects))
    payload = encode(objects)
    decoded = decode_objects(payload, "p") if len(objects) else None
    if decoded is None or not (window[0] < window[2] and window[1] < window[3]):
        return
    whole = (0, 0, *objects.arena)
    valid = decoded.values[~np.isnan(decoded.values)].tolist()
    for function, at in (("first", 0), ("last", -1)):
        _, got = reduce_windows(function, payload, [whole], objects.arena)
        assert got[0] == valid[at] if valid else math.isnan(got[0])


def counted_as_r(node: Node, box, value: float) -> None:
    """Count a NaN object as R does: its area, a sum of NaN, extremes by luck."""
    area = common_area(box, node.arena)
    node.occupied += area
    node.weighted_sum += value * area
    node.minimum = value if not node.minimum <= value else node.minimum
    node.maximum = value if not node.maximum >= value else node.maximum


def stated(**lies: float) -> Callable[..., None]:
    """Count nothing; state something that no check can take for true."""

    def count(node: Node, box, value: float) -> None:
        for name, lie in lies.items():
            setattr(node, name, lie)

    return count


UNBELIEVED = {
    "as R": counted_as_r,
    "empty": stated(),
    "negative area": stated(occupied=-5, weighted_sum=1.0, minimum=1.0, maximum=1.0),
    "area beyond the arena": stated(occupied=2**62, weighted_sum=1.0, minimum=0.0, maximum=1.0),
    "sum of NaN": stated(occupied=1, weighted_sum=math.nan, minimum=0.0, maximum=1.0),
    "infinite sum": stated(occupied=1, weighted_sum=math.inf, minimum=0.0, maximum=1.0),
    "extremes crossed": stated(occupied=1, weighted_sum=0.0, minimum=LARGEST, maximum=-LARGEST),
    "NaN extremes": stated(occupied=1, weighted_sum=0.0, minimum=math.nan, maximum=math.nan),
    "sum beyond the extremes": stated(occupied=1, weighted_sum=9.0, minimum=0.0, maximum=1.0),
}


@pytest.mark.parametrize("count", UNBELIEVED.values(), ids=UNBELIEVED)
@pytest.mark.parametrize("kind", [disjoint_points, disjoint_rectangles])
def test_reduce_windows__statistics_not_believed(count, kind) -> None:
    objects = kind(np.random.default_rng(4), 60, (300, 300), "random")
    with mock.patch.object(Node, "count", count):
        payload = slow_encode(objects)
    windows = [(0, 0, 300, 300), (0, 0, 150, 300), (70, 20, 290, 260)]
    for function in (*ADDED, "size"):
        status, got = reduce_windows(function, payload, windows, (300, 300))
        assert status == 0
        assert_close(function, objects, got, values_of(function, objects, windows, (300, 300)))


@pytest.mark.parametrize("empty", [(LARGEST, -LARGEST), (math.inf, -math.inf)])
def test_reduce_windows__empty_nodes_of_both_writers(empty) -> None:
    objects = disjoint_points(np.random.default_rng(4), 60, (40, 300), "random")
    payload = slow_encode(objects)
    old = np.array([LARGEST, -LARGEST]).tobytes()
    payload = payload.replace(old, np.array(empty).tobytes())
    _, got = reduce_windows("max", payload, [(0, 0, 40, 300)], (40, 300))
    assert got[0] == np.nanmax(objects.values)


@pytest.mark.parametrize("function", [*ADDED, "size"])
def test_reduce_windows__infinite_values_are_values(function) -> None:
    objects = disjoint_points(np.random.default_rng(1), 80, (200, 200), "random")
    objects.values[[3, 50]] = math.inf
    windows = [(0, 0, 200, 200), (0, 0, 90, 110), tuple(objects.boxes[:, 3].tolist())]
    _, got = reduce_windows(function, encode(objects), windows, (200, 200))
    assert got.tolist() == pytest.approx(values_of(function, objects, windows, (200, 200)))


def test_reduce_windows__average_of_equal_values_is_that_value() -> None:
    objects = disjoint_rectangles(np.random.default_rng(2), 60, (977, 977), "random")
    objects.values[:] = 0.1
    windows = [(k, k, k + 300, k + 211) for k in range(0, 600, 7)]
    _, got = reduce_windows("avg", encode(objects), windows, (977, 977))
    assert set(got[~np.isnan(got)].tolist()) == {float(np.float32(0.1))}


@pytest.mark.parametrize("function", ["avg", "weighted.sum", "area", "min", "max", "size"])
def test_reduce_windows__a_window_of_everything_reads_one_node(function) -> None:
    objects = disjoint_points(np.random.default_rng(5), 20_000, (10**6, 10**6), "random")
    visited = np.zeros(2, np.int64)
    payload = encode(objects)
    reduce_windows(function, payload, [(0, 0, 10**6, 10**6)], objects.arena, visited=visited)
    assert visited.tolist() == [1, 0]


def test_reduce_windows__a_window_reads_the_nodes_it_needs() -> None:
    objects = disjoint_points(np.random.default_rng(5), 20_000, (10**6, 10**6), "random")
    payload, seen = encode(objects), []
    for side in (1, 1000, 10_000, 500_000):
        visited = np.zeros(2, np.int64)
        window = (123_456, 234_567, 123_456 + side, 234_567 + side)
        reduce_windows("avg", payload, [window], objects.arena, visited=visited)
        seen.append(visited.tolist())
    n_nodes = [nodes for nodes, _ in seen]
    # a point: one path down; a large window: nodes along its edge, far below all 2,700
    assert n_nodes[0] <= 10
    assert seen[0][1] <= 20
    assert n_nodes[1] <= 20
    assert n_nodes[2] <= 30
    assert n_nodes[3] < 500


def test_reduce_windows__a_narrow_band_reads_nodes_along_it() -> None:
    objects = disjoint_points(np.random.default_rng(5), 20_000, (10**6, 10**6), "random")
    visited, whole = np.zeros(2, np.int64), (0, 0, 10**6, 10**6)
    payload = encode(objects)
    band = (-100, 100)
    _, got = reduce_windows("area", payload, [whole], objects.arena, band=band, visited=visited)
    assert got.tolist() == values_of("area", objects, [whole], objects.arena, band)
    assert visited[0] < 600


def test_reduce_windows__areas_beyond_float_precision_are_exact() -> None:
    side = 2**31 - 1
    payload = encode_quadtree("rectangles", [0], [0], [side], [side], [1.0], (side, side))
    _, got = reduce_windows("area", payload, [(0, 0, side, side)] * 2, (side, side), band=(0, side))
    assert got[0] == float(side * (side + 1) // 2)


def test_reduce_windows__sample_takes_each_object_alike() -> None:
    objects = disjoint_points(np.random.default_rng(3), 8, (100, 100), "random")
    objects.values[:] = np.arange(len(objects))
    windows = [(0, 0, 100, 100)] * 4000
    payload = encode(objects)
    _, got = reduce_windows("sample", payload, windows, (100, 100), seed=1)
    counts = np.bincount(got.astype(int), minlength=len(objects))
    expected = len(windows) / len(objects)
    assert ((counts - expected) ** 2 / expected).sum() < 30  # chi square, 7 degrees of freedom
    _, again = reduce_windows("sample", payload, windows, (100, 100), seed=1)
    _, other = reduce_windows("sample", payload, windows, (100, 100), seed=2)
    assert np.array_equal(got, again)
    assert not np.array_equal(got, other)


TREES = {
    "points": slow_encode(disjoint_points(np.random.default_rng(6), 30, (50, 40), "random")),
    "chunks": slow_encode(
        disjoint_rectangles(np.random.default_rng(6), 60, (50, 40), "random"), 800
    ),
}
SOME = [(5, 5, 21, 33), (0, 0, 50, 40), (7, 7, 8, 8)]


@pytest.mark.parametrize("payload", TREES.values(), ids=TREES)
def test_reduce_windows__every_byte_spoilt(payload: bytes) -> None:
    for at in range(len(payload)):
        for mask in (1, 0x80, 0xFF):
            damaged = bytearray(payload)
            damaged[at] ^= mask
            for function in ("avg", "size"):
                reduce_windows(function, bytes(damaged), SOME, (50, 40))


@pytest.mark.parametrize("payload", TREES.values(), ids=TREES)
def test_reduce_windows__cut_at_every_byte(payload: bytes) -> None:
    for length in range(len(payload)):
        status, _ = reduce_windows("size", payload[:length], SOME, (50, 40))
        assert status != 0 or length in (0,)


@given(st.sampled_from(sorted(TREES)), st.data())
@settings(max_examples=300)
def test_reduce_windows__wild_numbers(name: str, data: st.DataObject) -> None:
    payload = bytearray(TREES[name])
    at = data.draw(st.integers(0, len(payload) // 4 - 2)) * 4
    wild = data.draw(st.integers(-(2**63), 2**63 - 1) | st.integers(-2500, 2500))
    payload[at : at + 8] = wild.to_bytes(8, "little", signed=True)
    for function in ("avg", "first"):
        reduce_windows(function, bytes(payload), SOME, (50, 40), band=None)
