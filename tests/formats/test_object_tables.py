"""Many trees read in one call: against reading one after another; damage refused with its place."""

from __future__ import annotations

import re
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError, TrackTypeError, UnsupportedError
from misha_xr.formats import object_tables
from misha_xr.formats.object_order import decode_sorted
from misha_xr.formats.object_tables import (
    ObjectColumns,
    PairTable,
    count_objects,
    read_trees,
    refuse_payload,
)
from misha_xr.formats.quadtree import Objects, decode_objects, n_objects
from misha_xr.formats.quadtree_writer import encode_quadtree
from misha_xr.testing.trees import disjoint_points, disjoint_rectangles, object_sets, slow_encode

REFUSALS = (CorruptFileError, TrackTypeError, UnsupportedError)
RNG = np.random.default_rng(8)
HEAD = (-10).to_bytes(4, "little", signed=True)
TREES = [
    slow_encode(disjoint_rectangles(RNG, 30, (50, 40), "random"), 800),
    b"",
    slow_encode(disjoint_points(RNG, 30, (50, 40), "random")),
    HEAD + bytes(8),
    HEAD + bytes(16),
    slow_encode(disjoint_points(RNG, 2, (50, 40), "random")),
]


def tabled(payloads: list[bytes]) -> PairTable:
    """Lay payloads one after another behind a few other bytes."""
    lengths = np.array([len(payload) for payload in payloads], np.int64)
    offsets = 7 + np.cumsum(lengths) - lengths
    data = np.frombuffer(bytes(7) + b"".join(payloads), np.uint8)
    return PairTable(data, "hic", offsets, lengths)


def read(table: PairTable, order: object_tables.ObjectOrder) -> ObjectColumns:
    out = ObjectColumns.empty(count_objects(table))
    read_trees(table, out, order)
    return out


def alone(payload: bytes, order: str) -> Objects:
    """Read one payload; the order by a stable sort."""
    if not payload:
        return Objects(*np.empty((5, 0), np.int64), np.empty(0, np.float32))
    found = decode_objects(payload, "hic")
    keys = {"stored": (np.zeros(len(found)),), "id": (found.ids,), "corner": (found.y1, found.x1)}
    return found.take(np.lexsort(keys[order]))


def assert_like_each(table: PairTable, payloads: list[bytes], order: str) -> None:
    out = read(table, order)  # type: ignore[arg-type]
    for at, payload in enumerate(payloads):
        part = out.objects.take(np.arange(*out.bounds[at : at + 2]))
        for name in Objects.__slots__:
            found, expected = getattr(part, name), getattr(alone(payload, order), name)
            assert np.array_equal(found, expected, equal_nan=True)


@pytest.mark.parametrize("order", ["stored", "id", "corner"])
@pytest.mark.parametrize("small", [2048, 5])
@settings(max_examples=60)
@given(sets=st.lists(object_sets(max_size=40) | st.sampled_from(TREES[1:5]), max_size=9))
def test_read_trees__like_each_alone(order, small, sets) -> None:
    payloads = [item if isinstance(item, bytes) else slow_encode(item) for item in sets]
    with mock.patch.object(object_tables, "SMALL_TREE", small):
        assert_like_each(tabled(payloads), payloads, order)
        out = read(tabled(payloads), order)
    assert out.is_disjoint
    kinds = {payload[:4] for payload in payloads if payload}
    assert out.is_points == (kinds <= {HEAD})


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(st.tuples(*[st.integers(0, 9)] * 2, *[st.integers(1, 4)] * 2), max_size=9),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["rectangles", "points"]),
)
def test_read_trees__tells_overlaps(pairs, kind) -> None:
    payloads = []
    for rows in pairs:
        x1, y1, w, h = np.array(rows, np.int64).reshape(-1, 4).T
        w, h = (np.ones_like(w), np.ones_like(h)) if kind == "points" else (w, h)
        payloads.append(encode_quadtree(kind, x1, y1, x1 + w, y1 + h, np.ones(len(x1)), (16, 16)))
    each = [decode_sorted(payload, "hic").is_disjoint for payload in payloads]
    assert read(tabled(payloads), "corner").is_disjoint == all(each)


def outcome(payload: bytes) -> str | None:
    """Return how reading a payload fails, without the place in the file."""
    try:
        decode_objects(payload, "hic")
    except REFUSALS as error:
        return f"{type(error).__name__} {re.sub('[0-9]+', '#', str(error))}"
    return None


def check_damaged(at: int, payload: bytes) -> None:
    """Read damaged bytes among other trees: refused as alone, or read as alone."""
    payloads = [*TREES[:at], payload, *TREES[at + 1 :]]
    expected = outcome(payload) if payload else None
    if expected is None:
        assert_like_each(tabled(payloads), payloads, "corner")
        return
    with pytest.raises(REFUSALS) as caught:
        read(tabled(payloads), "stored")
    assert f"{type(caught.value).__name__} {re.sub('[0-9]+', '#', str(caught.value))}" == expected


@pytest.mark.parametrize("at", [0, 2, 4])
def test_read_trees__every_byte_flipped(at: int) -> None:
    for byte in range(len(TREES[at])):
        damaged = bytearray(TREES[at])
        damaged[byte] ^= 0x81
        check_damaged(at, bytes(damaged))


@pytest.mark.parametrize("at", [0, 2, 4])
def test_read_trees__cut_at_every_byte(at: int) -> None:
    for length in range(len(TREES[at])):
        check_damaged(at, TREES[at][:length])


@settings(max_examples=200)
@given(st.sampled_from([0, 2]), st.data())
def test_read_trees__wild_words(at, data) -> None:
    damaged = bytearray(TREES[at])
    for _ in range(data.draw(st.integers(1, 3))):
        word = 4 * data.draw(st.integers(1, len(damaged) // 4 - 2))
        wild = data.draw(st.integers(-(2**63), 2**63 - 1) | st.integers(-2500, 2500))
        damaged[word : word + 8] = wild.to_bytes(8, "little", signed=True)
    check_damaged(at, bytes(damaged))


def test_count_objects__names_the_place_in_the_file() -> None:
    table = tabled([TREES[2], b"\x00" * 12])
    with pytest.raises(CorruptFileError, match=f"byte {7 + len(TREES[2])}"):
        count_objects(table)
    assert count_objects(tabled(TREES)).tolist() == [
        n_objects(tree, "p") if tree else 0 for tree in TREES
    ]


@pytest.mark.parametrize(
    ("offset", "length"), [(-1, 12), (0, 13), (13, 0), (5, -1), (2**62, 2**62)]
)
def test_count_objects__range_outside_the_file(offset: int, length: int) -> None:
    where = np.array([0, offset]), np.array([0, length])
    with pytest.raises(CorruptFileError):
        count_objects(PairTable(np.frombuffer(HEAD + bytes(8), np.uint8), "hic", *where))


@pytest.mark.parametrize("small", [2048, 5])
def test_read_trees__counts_that_changed(small: int) -> None:
    table = tabled([TREES[2]])
    for count in (29, 31):
        out = ObjectColumns.empty(np.array([count]))
        is_told = pytest.raises(CorruptFileError, match="changed while it was read")
        with mock.patch.object(object_tables, "SMALL_TREE", small), is_told:
            read_trees(table, out, "id")


def test_refuse_payload__of_a_sound_header() -> None:
    with pytest.raises(CorruptFileError, match="changed while read"):
        refuse_payload(TREES[2], "hic", 0, len(TREES[2]), -1, 0)
