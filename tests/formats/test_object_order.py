"""Objects in genome order: against sorting what is decoded; overlaps told; damage refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, TrackTypeError, UnsupportedError
from misha_xr.formats.object_order import SortedObjects, decode_sorted
from misha_xr.formats.quadtree import Objects, decode_objects, query
from misha_xr.formats.quadtree_writer import encode_quadtree, find_overlap
from misha_xr.testing.trees import ObjectSet, disjoint_points, object_sets, slow_encode

REFUSALS = (CorruptFileError, TrackTypeError, UnsupportedError)


def assert_sorted_like(found: SortedObjects, decoded: Objects) -> None:
    """Compare with a stable sort of the objects as decoded."""
    decoded = decoded.take(np.lexsort((decoded.y1, decoded.x1)))
    assert np.array_equal(found.x1, decoded.x1)
    assert np.array_equal(found.y1, decoded.y1)
    ends = found.ends or (found.x1 + 1, found.y1 + 1)
    assert np.array_equal(ends[0], decoded.x2)
    assert np.array_equal(ends[1], decoded.y2)
    assert np.array_equal(found.values, decoded.values, equal_nan=True)
    assert len(found) == len(decoded)


@given(object_sets(), st.sampled_from([0, 700]))
@settings(max_examples=200)
def test_decode_sorted__all(objects: ObjectSet, chunk_size: int) -> None:
    payload = slow_encode(objects, chunk_size)
    found = decode_sorted(payload, "p")
    assert_sorted_like(found, decode_objects(payload, "p"))
    assert found.is_disjoint
    assert (found.ends is None) == (objects.kind == "points")


@given(object_sets(), st.data())
def test_decode_sorted__in_a_box(objects: ObjectSet, data: st.DataObject) -> None:
    xs, ys = st.integers(0, objects.arena[0]), st.integers(0, objects.arena[1])
    box = data.draw(st.tuples(xs, ys, xs, ys))
    payload = slow_encode(objects)
    found = decode_sorted(payload, "p", 0, None, box)
    assert_sorted_like(found, query(payload, "p", 0, None, *box))


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(1, 4)] * 2), max_size=40))
def test_decode_sorted__tells_overlaps(rows: list[tuple[int, int, int, int]]) -> None:
    x1, y1, w, h = np.array(rows, np.int64).reshape(-1, 4).T
    payload = encode_quadtree("rectangles", x1, y1, x1 + w, y1 + h, np.ones(len(x1)), (16, 16))
    found = decode_sorted(payload, "p")
    overlap = find_overlap(x1, y1, x1 + w, y1 + h)
    if overlap is not None:
        assert not found.is_disjoint
    elif len(x1) <= 64:
        assert found.is_disjoint


def test_decode_sorted__two_points_in_one_place() -> None:
    x = np.array([5, 1, 5])
    payload = encode_quadtree("points", x, x, x + 1, x + 1, [1, 2, 3], (9, 9))
    found = decode_sorted(payload, "p")
    assert found.x1.tolist() == [1, 5, 5]
    assert found.values.tolist() == [2.0, 1.0, 3.0]
    assert not found.is_disjoint


def test_decode_sorted__coordinates_too_wide_for_one_key() -> None:
    x, y = np.array([2**40, 5, 2**40]), np.array([2**41, 7, 3])
    payload = encode_quadtree("points", x, y, x + 1, y + 1, [1, 2, 3], (2**41, 2**42))
    found = decode_sorted(payload, "p")
    assert found.y1.tolist() == [7, 3, 2**41]
    assert found.values.tolist() == [2.0, 3.0, 1.0]


@pytest.mark.parametrize("length", [12, 20])
def test_decode_sorted__no_objects(length: int) -> None:
    payload = ((-10).to_bytes(4, "little", signed=True) + bytes(16))[:length]
    found = decode_sorted(payload, "p")
    assert len(found) == 0
    assert found.is_disjoint


def test_decode_sorted__every_byte_spoilt() -> None:
    payload = slow_encode(disjoint_points(np.random.default_rng(6), 30, (50, 40), "random"))
    for at in range(len(payload)):
        damaged = bytearray(payload)
        damaged[at] ^= 0xFF
        try:
            expected = decode_objects(bytes(damaged), "p")
        except REFUSALS:
            with pytest.raises(REFUSALS):
                decode_sorted(bytes(damaged), "p")
            continue
        assert_sorted_like(decode_sorted(bytes(damaged), "p"), expected)
