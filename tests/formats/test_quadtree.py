"""Quad trees: all objects, queries, header facts; against the plain-Python oracle."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, TrackTypeError, UnsupportedError
from misha_xr.formats.quadtree import (
    Objects,
    decode_objects,
    n_objects,
    query,
    query_many,
    root_statistics,
)
from misha_xr.formats.quadtree_writer import encode_quadtree
from misha_xr.testing.trees import (
    ObjectSet,
    disjoint_points,
    disjoint_rectangles,
    object_sets,
    slow_decode,
    slow_encode,
    slow_nodes,
    value_bits,
)

EXAMPLE = bytes.fromhex(
    "F7FFFFFF 0100000000000000 1400000000000000 9000000000000000 1000000000000000"
    "0100000000000000 8813000000000000 000000000088B340 000000000000F03F 000000000000F03F"
    "0000000000000000 0000000000000000 B004000000000000 BC02000000000000 0100000000000000"
    "0000000000000000 0000000000000000 6400000000000000 3200000000000000 C800000000000000"
    "0000803F00000000"
)


def by_id(objects: Objects) -> dict[int, tuple[tuple[int, ...], bytes]]:
    """Index decoded objects as the oracle does."""
    boxes = zip(objects.x1, objects.y1, objects.x2, objects.y2, strict=True)
    values = map(value_bits, objects.values.tolist())
    facts = zip((tuple(map(int, box)) for box in boxes), values, strict=True)
    return dict(zip(objects.ids.tolist(), facts, strict=True))


def encode(objects: ObjectSet, chunk_size: int = 0) -> bytes:
    x1, y1, x2, y2 = objects.boxes
    values, arena = objects.values, objects.arena
    return encode_quadtree(objects.kind, x1, y1, x2, y2, values, arena, chunk_size=chunk_size)


def met(objects: ObjectSet, box: tuple[int, int, int, int]) -> list[int]:
    """Return the ids that a rectangle meets, by looking at all."""
    x1, y1, x2, y2 = objects.boxes
    hits = (x1 < box[2]) & (box[0] < x2) & (y1 < box[3]) & (box[1] < y2)
    hits &= box[0] < box[2] and box[1] < box[3]
    return np.flatnonzero(hits).tolist()


def test_decode_objects__spec_example() -> None:
    objects = decode_objects(EXAMPLE, "chrA-chrB")
    assert by_id(objects) == {0: ((0, 100, 50, 200), np.float32(1).tobytes())}
    assert objects.ids.dtype == objects.x1.dtype == objects.y2.dtype == np.int64
    assert objects.values.dtype == np.float32


def test_decode_objects__at_an_offset_of_a_longer_file() -> None:
    data = b"\1" * 7 + EXAMPLE + b"\2" * 5
    objects = decode_objects(np.frombuffer(data, np.uint8), "track.dat", 7, len(EXAMPLE))
    assert len(objects) == 1
    with pytest.raises(CorruptFileError, match=r"track.dat, byte 35: .*top node"):
        decode_objects(data[:35] + b"\x90" + data[36:], "track.dat", 7, len(EXAMPLE))
    with pytest.raises(CorruptFileError, match="the file ends at byte 176"):
        decode_objects(data, "track.dat", 7, 170)


@pytest.mark.parametrize("length", [12, 20])
def test_decode_objects__no_objects(length: int) -> None:
    payload = (struct.pack("<iQ", -10, 0) + bytes(8))[:length]
    assert len(decode_objects(payload, "p")) == n_objects(payload, "p") == 0
    assert len(query(payload, "p", 0, None, 0, 0, 9, 9)) == 0
    assert root_statistics(payload, "p").arena is None


@given(object_sets(), st.sampled_from([0, 1, 500, 100_000]))
@settings(max_examples=200)
def test_decode_objects__what_the_oracle_wrote(objects: ObjectSet, chunk_size: int) -> None:
    payload = slow_encode(objects, chunk_size)
    decoded = decode_objects(payload, "p")
    assert by_id(decoded) == slow_decode(payload)
    assert decoded.ids.tolist() == list(dict.fromkeys(decoded.ids.tolist()))
    assert np.array_equal(decoded.values, objects.values[decoded.ids], equal_nan=True)
    assert np.array_equal(decoded.x1, objects.boxes[0, decoded.ids])


@given(object_sets(), st.data())
@settings(max_examples=200)
def test_query__equals_brute_force(objects: ObjectSet, data: st.DataObject) -> None:
    payload = encode(objects, data.draw(st.sampled_from([0, 700])))
    edge_x = st.integers(-2, objects.arena[0] + 2)
    edge_y = st.integers(-2, objects.arena[1] + 2)
    if len(objects):
        edge_x |= st.sampled_from(objects.boxes[::2].ravel().tolist())
        edge_y |= st.sampled_from(objects.boxes[1::2].ravel().tolist())
    box = data.draw(st.tuples(edge_x, edge_y, edge_x, edge_y))
    found = query(payload, "p", 0, None, *box)
    assert sorted(found.ids.tolist()) == met(objects, box)
    assert np.array_equal(found.y2, objects.boxes[3, found.ids])


@given(object_sets(), st.integers(0, 2**32 - 1))
def test_query_many__is_one_query_after_another(objects: ObjectSet, seed: int) -> None:
    payload = encode(objects)
    rng = np.random.default_rng(seed)
    width, height = objects.arena
    x1, y1 = rng.integers(0, width, 5), rng.integers(0, height, 5)
    x2, y2 = x1 + rng.integers(0, width, 5), y1 + rng.integers(1, height + 1, 5)
    found, bounds = query_many(payload, "p", 0, None, x1, y1, x2, y2)
    assert bounds[0] == 0
    assert bounds[-1] == len(found)
    for k in range(5):
        alone = query(payload, "p", 0, None, x1[k], y1[k], x2[k], y2[k])
        assert found.ids[bounds[k] : bounds[k + 1]].tolist() == alone.ids.tolist()


def test_query__everything_comes_in_decoded_order() -> None:
    objects = disjoint_rectangles(np.random.default_rng(1), 300, (900, 700), "random")
    payload = encode(objects)
    everything = query(payload, "p", 0, None, -(2**63), -(2**63), 2**63 - 1, 2**63 - 1)
    assert everything.ids.tolist() == decode_objects(payload, "p").ids.tolist()


def test_query__visits_only_what_it_needs() -> None:
    objects = disjoint_points(np.random.default_rng(2), 500, (1000, 1000), "random")
    payload = bytearray(encode(objects))
    for at in range(20, len(payload) - 80):  # a leaf in the far corner gets a wrong flag
        if payload[at + 40 : at + 56] == struct.pack("<qq", 875, 875):
            payload[at] = 7
    assert len(query(bytes(payload), "p", 0, None, 0, 0, 500, 500)) == len(
        met(objects, (0, 0, 500, 500))
    )
    with pytest.raises(CorruptFileError, match="leaf flag"):
        decode_objects(bytes(payload), "p")


@given(object_sets())
def test_root_statistics__sum_up_the_objects(objects: ObjectSet) -> None:
    found = root_statistics(encode(objects), "p")
    x1, y1, x2, y2 = objects.boxes.tolist()
    values = objects.values.astype(float)
    areas = np.array([(b - a) * (d - c) for a, b, c, d in zip(x1, x2, y1, y2, strict=True)])
    real = ~np.isnan(values)
    assert found.occupied == sum(areas[real].tolist())
    assert found.weighted_sum == pytest.approx((values[real] * areas[real]).sum())
    if real.any():
        assert (found.minimum, found.maximum) == (values[real].min(), values[real].max())
    else:
        assert np.isnan([found.minimum, found.maximum]).all()


def test_take__selects_rows() -> None:
    objects = decode_objects(EXAMPLE, "p")
    assert len(objects.take([])) == 0
    assert objects.take([0, 0]).y2.tolist() == [200, 200]
    assert len(objects.take(np.array([False]))) == 0


@pytest.mark.parametrize(("kind", "n"), [("points", 100_000), ("rectangles", 20_000)])
def test_round_trip__many_objects(kind: str, n: int) -> None:
    draw = disjoint_points if kind == "points" else disjoint_rectangles
    objects = draw(np.random.default_rng(3), n, (3_000_000, 2_000_000), "random")
    check_round_trip(objects)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["random", "clustered", "diagonal"])
def test_round_trip__a_million_points(shape: str) -> None:
    objects = disjoint_points(np.random.default_rng(4), 10**6, (200_000_000, 190_000_000), shape)
    check_round_trip(objects)


def check_round_trip(objects: ObjectSet) -> None:
    payload = encode(objects, 100_000)
    decoded = decode_objects(payload, "p")
    order = np.argsort(decoded.ids)
    assert np.array_equal(decoded.ids[order], np.arange(len(objects)))
    columns = [decoded.x1, decoded.y1, decoded.x2, decoded.y2]
    assert np.array_equal(np.array([column[order] for column in columns]), objects.boxes)
    assert np.array_equal(decoded.values[order], objects.values, equal_nan=True)
    if len(objects) <= 100_000:
        assert len(slow_nodes(payload)) > 1000


@pytest.mark.parametrize(
    ("signature", "error", "match"),
    [
        (-11, UnsupportedError, "computed"),
        (-6, UnsupportedError, "obsolete"),
        (-3, UnsupportedError, "obsolete"),
        (-1, TrackTypeError, "sparse"),
        (50, TrackTypeError, "dense"),
        (-77, CorruptFileError, "-77"),
    ],
)
def test_decode_objects__other_signatures(
    signature: int, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        decode_objects(struct.pack("<i", signature) + EXAMPLE[4:], "p")
