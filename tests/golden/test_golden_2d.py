"""2D tracks that pymisha and R wrote: decoded to what they hold, and written again."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from misha_xr.formats.quadtree import Objects, decode_objects, n_objects, query, root_statistics
from misha_xr.formats.quadtree_writer import check_no_overlap, encode_quadtree, is_points
from misha_xr.testing.trees import slow_decode, slow_nodes

GOLDEN = Path(__file__).parent


def _cases() -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Collect every payload with its expectation."""
    cases = {}
    for folder in ("rects-split", "rects-multi-chunk", "rects-subtree-serializer"):
        (path,) = (GOLDEN / folder).glob("chr*")
        cases[folder] = (path.read_bytes(), json.loads((path.parent / "expected.json").read_text()))
    for folder in ("points", "rects-single-leaf-and-empty"):
        expected = json.loads((GOLDEN / folder / "expected.json").read_text())
        for name, facts in expected.items():
            cases[f"{folder}/{name}"] = ((GOLDEN / folder / name).read_bytes(), facts)
    indexed = GOLDEN / "rects-indexed-2d"
    expected = json.loads((indexed / "expected.json").read_text())
    data = (indexed / "track.dat").read_bytes()
    for (name, facts), entry in zip(expected["pairs"].items(), expected["entries"], strict=True):
        payload = data[entry["offset"] : entry["offset"] + entry["length"]]
        cases[f"{indexed.name}/{name}"] = (payload, facts)
    return cases


CASES = _cases()
every_case = pytest.mark.parametrize("name", CASES)
# sub-trees were built apart and joined: other bytes than those of one insertion after another
rebuilt_cases = pytest.mark.parametrize(
    "name", [name for name in CASES if name != "rects-subtree-serializer"]
)


def rows(objects: Objects) -> list[tuple[float, ...]]:
    columns = (objects.ids, objects.x1, objects.y1, objects.x2, objects.y2, objects.values)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


@every_case
def test_golden__decoded_objects(name: str) -> None:
    payload, expected = CASES[name]
    fields = ("id", "x1", "y1", "x2", "y2", "value")
    listed = [tuple(row[field] for field in fields) for row in expected.get("objects", [])]
    assert n_objects(payload, name) == expected["num_objs"] == len(listed)
    assert rows(decode_objects(payload, name)) == listed
    assert len(slow_decode(payload)) == len(listed)


@every_case
def test_golden__tree_and_statistics(name: str) -> None:
    payload, expected = CASES[name]
    nodes = slow_nodes(payload)
    found = root_statistics(payload, name)
    if not nodes:
        assert found.arena is None
        return
    assert sum(bool(node.kids) for node in nodes) == expected["nodes"]
    assert sum(not node.kids for node in nodes) == expected["leaves"]
    assert max(node.depth for node in nodes) == expected["depth"]
    stated = expected["root_stat"]
    assert (found.occupied, found.minimum, found.maximum) == (
        stated["area"], stated["min"], stated["max"],
    )  # fmt: skip
    assert found.weighted_sum == stated["weighted_sum"]


@every_case
def test_golden__query_equals_filter(name: str) -> None:
    payload, _ = CASES[name]
    whole = decode_objects(payload, name)
    check_no_overlap(whole.x1, whole.y1, whole.x2, whole.y2)
    for box in ((0, 0, 2000, 2000), (30, 20, 90, 61), (100, 100, 101, 101), (0, 300, 600, 400)):
        x1, y1, x2, y2 = box
        hits = (whole.x1 < x2) & (x1 < whole.x2) & (whole.y1 < y2) & (y1 < whole.y2)
        assert rows(query(payload, name, 0, None, *box)) == rows(whole.take(hits))


@rebuilt_cases
def test_golden__written_again(name: str) -> None:
    payload, expected = CASES[name]
    objects = decode_objects(payload, name)
    objects = objects.take(np.argsort(objects.ids))
    edges = (objects.x1, objects.y1, objects.x2, objects.y2)
    kind = "points" if expected["kind"] == "points" else "rectangles"
    assert is_points(*edges) == (kind == "points" or not len(objects))
    arena = root_statistics(payload, name).arena or (1, 1)
    written = encode_quadtree(
        kind, *edges, objects.values, arena, chunk_size=expected.get("chunk_size", 0)
    )
    assert normalised(written) == normalised(payload)
    assert normalised(written) == written


def normalised(payload: bytes) -> bytes:
    """Clear the padding, which R leaves as it was; write the extremes of empty nodes as R does."""
    out = bytearray(payload)
    size = 48 if payload[:1] == b"\xf7" else 32
    at = 20
    while at < len(out):
        stop = at + struct.unpack_from("<q", out, at)[0]
        at += 16
        while at < stop:
            at += _normalise_node(out, at, size)
    return bytes(out)


def _normalise_node(out: bytearray, at: int, object_size: int) -> int:
    """Return the bytes of the node."""
    out[at + 1 : at + 8] = bytes(7)
    if struct.unpack_from("<q2d", out, at + 8) == (0, 0.0, np.inf):
        struct.pack_into("<2d", out, at + 24, sys.float_info.max, -sys.float_info.max)
    if not out[at]:
        return 104
    count: int = struct.unpack_from("<I", out, at + 72)[0]
    out[at + 76 : at + 80] = bytes(4)
    for k in range(1, count + 1):
        stop = at + 80 + k * object_size
        out[stop - 4 : stop] = bytes(4)
    return 80 + count * object_size
