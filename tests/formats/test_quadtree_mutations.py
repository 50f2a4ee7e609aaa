"""Damaged quad trees: an error that names the place, or what the oracle reads; nothing else."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr._ext import quadtree_query
from misha_xr.errors import CorruptFileError, TrackTypeError, UnsupportedError
from misha_xr.formats.quadtree import Objects, decode_objects, query
from misha_xr.testing.trees import (
    disjoint_points,
    disjoint_rectangles,
    slow_decode,
    slow_encode,
    value_bits,
)

REFUSALS = (CorruptFileError, TrackTypeError, UnsupportedError)
RNG = np.random.default_rng(6)
TREES = {
    "leaf": slow_encode(disjoint_points(RNG, 3, (50, 40), "random")),
    "points": slow_encode(disjoint_points(RNG, 30, (50, 40), "random")),
    "rectangles": slow_encode(disjoint_rectangles(RNG, 40, (50, 40), "random")),
    "chunks": slow_encode(disjoint_rectangles(RNG, 60, (50, 40), "random"), 800),
}
every_tree = pytest.mark.parametrize("payload", TREES.values(), ids=TREES)


def facts(objects: Objects) -> dict[int, tuple[tuple[int, ...], bytes]]:
    columns = (objects.ids, objects.x1, objects.y1, objects.x2, objects.y2)
    values = map(value_bits, objects.values.tolist())
    rows = zip(*(column.tolist() for column in columns), values, strict=True)
    return {ident: (tuple(box), value) for ident, *box, value in rows}


def check_damaged(payload: bytes) -> None:
    """Decode damaged bytes; what comes out must be what the oracle accepts."""
    try:
        decoded = decode_objects(payload, "p")
    except REFUSALS:
        check_query(payload, None)
        return
    assert facts(decoded) == slow_decode(payload)
    check_query(payload, facts(decoded))


def check_query(payload: bytes, whole: dict[int, tuple[tuple[int, ...], bytes]] | None) -> None:
    """Query damaged bytes: no crash, and the right answer if the whole tree is sound."""
    try:
        found = facts(query(payload, "p", 0, None, 5, 5, 21, 33))
    except REFUSALS:
        assert whole is None
        return
    if whole is not None:
        hits = {
            ident: row
            for ident, row in whole.items()
            if row[0][0] < 21 and row[0][1] < 33 and row[0][2] > 5 and row[0][3] > 5
        }
        assert found == hits


@every_tree
def test_decode_objects__cut_at_every_byte(payload: bytes) -> None:
    for length in range(len(payload)):
        with pytest.raises(CorruptFileError):
            decode_objects(payload[:length], "p")
        check_query(payload[:length], None)


@every_tree
@pytest.mark.parametrize("mask", [1, 0x80, pytest.param(0xFF, marks=pytest.mark.slow)])
def test_decode_objects__every_byte_flipped(payload: bytes, mask: int) -> None:
    for at in range(len(payload)):
        damaged = bytearray(payload)
        damaged[at] ^= mask
        check_damaged(bytes(damaged))


WILD = st.one_of(
    st.integers(-200, 200).map(lambda k: 8 * k),
    st.integers(-2500, 2500),
    st.sampled_from([-(2**63), 2**63 - 1, 2**62, -(2**62), 2**31, 2**32, -1]),
    st.integers(-(2**63), 2**63 - 1),
)


def mutated(n: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that draws n damaged trees."""
    return lambda check: settings(max_examples=n)(
        given(st.sampled_from(sorted(TREES)), st.data())(check)
    )


def check_wild_words(name: str, data: st.DataObject) -> None:
    damaged = bytearray(TREES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        at = 4 * data.draw(st.integers(1, len(damaged) // 4 - 2))
        struct.pack_into("<q", damaged, at, data.draw(WILD))
    check_damaged(bytes(damaged))


test_decode_objects__wild_words = mutated(400)(check_wild_words)
test_decode_objects__many_wild_words = pytest.mark.slow(mutated(20_000)(check_wild_words))


def check_moved_blocks(name: str, data: st.DataObject) -> None:
    damaged = bytearray(TREES[name])
    size = 8 * data.draw(st.integers(1, 16))
    size = min(size, len(damaged) - 20)
    place = st.integers(0, len(damaged) - size)
    source, target = data.draw(place), data.draw(place)
    damaged[target : target + size] = damaged[source : source + size]
    check_damaged(bytes(damaged))


test_decode_objects__moved_blocks = mutated(150)(check_moved_blocks)
test_decode_objects__many_moved_blocks = pytest.mark.slow(mutated(20_000)(check_moved_blocks))


@pytest.mark.slow
@every_tree
@pytest.mark.parametrize("bit", range(8))
def test_decode_objects__every_bit_flipped(payload: bytes, bit: int) -> None:
    for at in range(len(payload)):
        damaged = bytearray(payload)
        damaged[at] ^= 1 << bit
        check_damaged(bytes(damaged))


def pointers(payload: bytes) -> tuple[int, int]:
    """Return the place of the root chunk and of its top node."""
    chunk = struct.unpack_from("<q", payload, 12)[0]
    return chunk, chunk + struct.unpack_from("<q", payload, chunk + 8)[0]


@pytest.mark.parametrize("slot", range(4))
@pytest.mark.parametrize("target", ["itself", "own chunk", "sibling", "zero"])
def test_decode_objects__cycles_and_shared_kids(slot: int, target: str) -> None:
    damaged = bytearray(TREES["rectangles"])
    chunk, node = pointers(TREES["rectangles"])
    kids = struct.unpack_from("<4q", damaged, node + 72)
    wrong = {"itself": node - chunk, "own chunk": -chunk, "sibling": kids[slot - 1], "zero": 0}
    struct.pack_into("<q", damaged, node + 72 + 8 * slot, wrong[target])
    with pytest.raises(CorruptFileError, match=r"arena|pointer"):
        decode_objects(bytes(damaged), "p")
    with pytest.raises(CorruptFileError, match=r"arena|pointer"):
        query(bytes(damaged), "p", 0, None, 0, 0, 50, 40)


def test_decode_objects__count_beyond_the_file_asks_for_no_memory() -> None:
    for count in (2**64 - 1, 2**60, 1000):
        damaged = TREES["points"][:4] + struct.pack("<Q", count) + TREES["points"][12:]
        with pytest.raises(CorruptFileError, match=f"byte 4: {count} objects"):
            decode_objects(damaged, "p")


def test_decode_objects__header_counts_other_objects() -> None:
    payload = TREES["points"]
    count = struct.unpack_from("<Q", payload, 4)[0]
    for wrong, match in ((count + 1, "fewer objects"), (count - 1, "id"), (0, "id")):
        damaged = payload[:4] + struct.pack("<Q", wrong) + payload[12:]
        with pytest.raises(CorruptFileError, match=match):
            decode_objects(damaged + bytes(80), "p")


def test_decode_objects__object_missing_from_one_leaf() -> None:
    # a leaf that loses its last object, of which other leaves keep copies
    payload = TREES["rectangles"]
    found = 0
    for at in range(36, len(payload) - 80, 8):
        count = struct.unpack_from("<I", payload, at + 72)[0]
        if payload[at : at + 8] == struct.pack("<Q", 1) and 0 < count <= 20:
            damaged = bytearray(payload)
            struct.pack_into("<I", damaged, at + 72, count - 1)
            with pytest.raises(CorruptFileError):
                decode_objects(bytes(damaged), "p")
            found += 1
    assert found >= 4


def test_decode_objects__overlapping_nodes_are_refused() -> None:
    """Two inner nodes share their kid pointers with the head of a kid: more nodes than bytes."""
    chunk = bytearray(745)
    struct.pack_into("<qq", chunk, 0, len(chunk), 16)
    leaves = {  # place: arena; NW kids lie at places whose lowest byte is 1, the flag of a leaf
        88: (0, 0, 32, 32), 168: (32, 32, 64, 64), 257: (0, 32, 32, 64),
        665: (32, 0, 48, 16), 337: (48, 16, 64, 32), 417: (48, 0, 64, 16), 513: (32, 16, 48, 32),
    }  # fmt: skip
    for place, arena in leaves.items():
        struct.pack_into("<B39x4qI4x", chunk, place, 1, *arena, 0)
    for place, arena, kids in (
        (16, (0, 0, 64, 64), (257, 168, 593, 88)),
        (593, (32, 0, 64, 32), (513, 337, 417, 665)),
    ):
        struct.pack_into("<B39x4q", chunk, place, 0, *arena)
        struct.pack_into("<4q", chunk, place + 72, *kids)
    payload = struct.pack("<iQq", -10, 0, 20) + bytes(chunk)
    with pytest.raises(CorruptFileError, match="nodes of the quad tree overlap"):
        decode_objects(payload, "p")
    assert len(decode_objects(payload + bytes(80), "p")) == 0


def test_fill_met__payload_that_changed_since_the_count() -> None:
    payload = TREES["points"]
    queries = np.array([[0], [0], [50], [40]])
    for n in (1, 500):
        columns = (np.empty(n, np.int64), np.empty((4, n), np.int64), np.empty(n, np.float32))
        status, _ = quadtree_query.fill_met(payload, 32, 30, queries, np.array([n]), *columns)
        assert status == 16
