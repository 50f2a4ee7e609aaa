"""Quad trees in plain Python, object by object: the oracle of the kernels; and sets to try them on.

`slow_encode` inserts as the format tells, `slow_nodes` walks a payload and refuses what breaks a
rule, `slow_decode` collects the objects. Slow and obvious on purpose.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

__all__ = [
    "Node",
    "ObjectSet",
    "common_area",
    "disjoint_points",
    "disjoint_rectangles",
    "object_sets",
    "quadrants",
    "sides",
    "slow_decode",
    "slow_encode",
    "slow_nodes",
    "value_bits",
]

Box = tuple[int, int, int, int]
LARGEST = float(np.finfo(float).max)
FORMATS = {"rectangles": (-9, "<Qqqqqf4x"), "points": (-10, "<Qqqf4x")}


@dataclass(frozen=True, slots=True)
class ObjectSet:
    """Disjoint objects of one chromosome pair: boxes (4, n) of rows x1, y1, x2, y2."""

    kind: str
    boxes: NDArray[np.int64]
    values: NDArray[np.float32]
    arena: tuple[int, int]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(slots=True)
class Node:
    """A node: a leaf with `objects` (id, box, value), or with `kids` NW, NE, SE, SW."""

    arena: Box
    depth: int = 0
    occupied: int = 0
    weighted_sum: float = 0.0
    minimum: float = LARGEST
    maximum: float = -LARGEST
    objects: list[tuple[int, Box, float]] = field(default_factory=list)
    kids: list[Node] = field(default_factory=list)
    closes: bool = False

    def insert(self, ident: int, box: Box, value: float) -> None:
        """Insert one object by the rule of the format."""
        self.count(box, value)
        if not self.kids and len(self.objects) >= 20 and self.depth < 20 and min(sides(self)) >= 4:
            self.kids = [Node(arena, self.depth + 1) for arena in quadrants(self.arena)]
            for old in self.objects:
                self.pass_on(*old)
            self.objects = []
        if self.kids:
            self.pass_on(ident, box, value)
        else:
            self.objects.append((ident, box, value))

    def pass_on(self, ident: int, box: Box, value: float) -> None:
        """Insert an object into every quadrant that it meets."""
        for kid in self.kids:
            if common_area(box, kid.arena):
                kid.insert(ident, box, value)

    def count(self, box: Box, value: float) -> None:
        """Add the part of an object inside the arena to the statistics, unless it is NaN."""
        if value == value:
            area = common_area(box, self.arena)
            self.occupied += area
            self.weighted_sum += value * area
            self.minimum = min(self.minimum, value)
            self.maximum = max(self.maximum, value)


def sides(node: Node) -> tuple[int, int]:
    """Return width and height."""
    x1, y1, x2, y2 = node.arena
    return x2 - x1, y2 - y1


def quadrants(arena: Box) -> list[Box]:
    """Cut an arena: NW, NE, SE, SW."""
    x1, y1, x2, y2 = arena
    x, y = (x1 + x2) // 2, (y1 + y2) // 2
    return [(x1, y, x, y2), (x, y, x2, y2), (x, y1, x2, y), (x1, y1, x, y)]


def common_area(a: Box, b: Box) -> int:
    """Return the area that two boxes share."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0) * max(height, 0)


def slow_encode(objects: ObjectSet, chunk_size: int = 0) -> bytes:
    """Encode by inserting object after object."""
    signature, layout = FORMATS[objects.kind]
    head = struct.pack("<iQ", signature, len(objects))
    if not len(objects):
        return head
    root = Node((0, 0, *objects.arena))
    rows = zip(objects.boxes.T.tolist(), objects.values.tolist(), strict=True)
    for ident, (box, value) in enumerate(rows):
        root.insert(ident, tuple(box), value)
    _mark_chunks(root, struct.calcsize(layout), chunk_size)
    out = bytearray(head + bytes(8))
    place = -_write_node(root, layout, out, bytearray())
    out[12:20] = struct.pack("<q", place)
    return bytes(out)


def _mark_chunks(node: Node, object_size: int, chunk_size: int) -> int:
    """Decide which nodes close a chunk; return the bytes left to the chunk of the parent."""
    kids = [_mark_chunks(kid, object_size, chunk_size) for kid in node.kids]
    size = 104 + sum(kids) if kids else 80 + len(node.objects) * object_size
    node.closes = node.depth == 0 or 0 < chunk_size < size
    return 0 if node.closes else size


def _write_node(node: Node, layout: str, out: bytearray, chunk: bytearray) -> int:
    """Append a sub-tree to the open chunk, or to `out` as one; return the kid pointer."""
    if node.closes:
        chunk = bytearray()
    kids = [_write_node(kid, layout, out, chunk) for kid in node.kids]
    place = 16 + len(chunk)
    statistics = (node.occupied, node.weighted_sum, node.minimum, node.maximum)
    chunk += struct.pack("<B7xqddd4q", not kids, *statistics, *node.arena)
    if kids:
        chunk += struct.pack("<4q", *kids)
    else:
        chunk += _pack_objects(node, layout)
    if not node.closes:
        return place
    pointer = -len(out)
    out += struct.pack("<qq", 16 + len(chunk), place) + chunk
    return pointer


def _pack_objects(leaf: Node, layout: str) -> bytes:
    packed = struct.pack("<I4x", len(leaf.objects))
    for ident, box, value in leaf.objects:
        edges = box[:2] if layout == FORMATS["points"][1] else box
        packed += struct.pack(layout, ident, *edges, value)
    return packed


def slow_nodes(payload: bytes) -> list[Node]:
    """Read every node of a payload, parents first; ValueError for a broken rule."""
    signature, count = struct.unpack_from("<iQ", payload)
    layout = dict(FORMATS.values())[signature]
    if count == 0 and len(payload) in (12, 20):
        return []
    chunk = struct.unpack_from("<q", payload, 12)[0]
    _require(chunk > 0, "root pointer")
    root = _read_node(payload, layout, 0, -chunk, None, 0)
    _require(root.arena[:2] == (0, 0) and max(root.arena) < 2**62, "root arena")
    nodes = list(_descend(root))
    size = struct.calcsize(layout)
    used = sum(104 if node.kids else 80 + size * len(node.objects) for node in nodes)
    _require(used <= len(payload), "overlapping nodes")
    return nodes


def _descend(node: Node) -> Iterator[Node]:
    yield node
    for kid in node.kids:
        yield from _descend(kid)


def _read_node(
    payload: bytes, layout: str, chunk: int, pointer: int, arena: Box | None, depth: int
) -> Node:
    """Read the sub-tree that a kid pointer of a chunk leads to."""
    if pointer < 0:
        chunk = -pointer
        _require(20 <= chunk <= len(payload) - 16, "chunk pointer")
        pointer = struct.unpack_from("<q", payload, chunk + 8)[0]
    size = struct.unpack_from("<q", payload, chunk)[0]
    _require(0 < size <= len(payload) - chunk and 16 <= pointer <= size - 72, "chunk or pointer")
    at, end = chunk + pointer, chunk + size
    is_leaf, *facts = struct.unpack_from("<B7xqddd4q", payload, at)
    node = Node(tuple(facts[4:]), depth, *facts[:4])
    _require(is_leaf in (0, 1) and (arena is None or node.arena == arena), "flag or arena")
    _require(min(sides(node)) > 0, "empty arena")
    if is_leaf:
        node.objects = _read_objects(payload, layout, at, end)
        return node
    _require(at + 104 <= end, "inner node")
    kids = zip(struct.unpack_from("<4q", payload, at + 72), quadrants(node.arena), strict=True)
    node.kids = [_read_node(payload, layout, chunk, kid, box, depth + 1) for kid, box in kids]
    return node


def _read_objects(payload: bytes, layout: str, at: int, end: int) -> list[tuple[int, Box, float]]:
    _require(at + 80 <= end, "leaf")
    count = struct.unpack_from("<I", payload, at + 72)[0]
    size = struct.calcsize(layout)
    _require(at + 80 + count * size <= end, "leaf count")
    rows = [struct.unpack_from(layout, payload, at + 80 + k * size) for k in range(count)]
    if layout == FORMATS["points"][1]:
        return [(ident, (x, y, x + 1, y + 1), value) for ident, x, y, value in rows]
    return [(row[0], row[1:5], row[5]) for row in rows]


def slow_decode(payload: bytes) -> dict[int, tuple[Box, bytes]]:
    """Collect the objects: id to box and float32 bytes; ValueError for a broken rule."""
    nodes = slow_nodes(payload)
    count = struct.unpack_from("<Q", payload, 4)[0]
    found: dict[int, tuple[Box, bytes]] = {}
    covered: dict[int, int] = {}
    for node in nodes:
        for ident, box, value in node.objects:
            _require(ident < count, "id")
            facts = (box, value_bits(value))
            _require(found.setdefault(ident, facts) == facts, "copies")
            inside = common_area(box, nodes[0].arena) == (box[2] - box[0]) * (box[3] - box[1])
            _require(inside and common_area(box, node.arena) > 0, "object out of place")
            covered[ident] = covered.get(ident, 0) + common_area(box, node.arena)
    _require(len(found) == count, "number of objects")
    for ident, (box, _) in found.items():
        _require(covered[ident] == (box[2] - box[0]) * (box[3] - box[1]), "copies of an object")
    return found


def value_bits(value: float) -> bytes:
    """Return the bytes of a float32; one pattern for all NaN, which Python does not keep apart."""
    return struct.pack("<f", value if value == value else np.nan)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def disjoint_points(
    rng: np.random.Generator, n: int, arena: tuple[int, int], shape: str
) -> ObjectSet:
    """Draw up to n distinct points: anywhere, in clusters, or along the diagonal."""
    size = np.array(arena)[:, None]
    if shape == "random":
        xy = rng.integers(0, size, (2, n))
    elif shape == "clustered":
        centres = rng.integers(0, size, (2, 3))[:, rng.integers(0, 3, n)]
        xy = np.clip(centres + rng.normal(0, 1 + 0.01 * size, (2, n)).astype(np.int64), 0, size - 1)
    else:
        xy = (np.arange(n) * size) // max(n, 1)
    xy = rng.permutation(np.unique(xy, axis=1), axis=1)
    return ObjectSet("points", np.concatenate([xy, xy + 1]), _values(rng, xy.shape[1]), arena)


def disjoint_rectangles(
    rng: np.random.Generator, n: int, arena: tuple[int, int], shape: str
) -> ObjectSet:
    """Draw up to n disjoint rectangles: cuts of the arena, a cluster, or along the diagonal."""
    if shape == "diagonal":
        step = max(min(arena) // max(n, 1), 1)
        pieces = [(at, at, at + step, at + step) for at in range(0, min(arena) + 1 - step, step)]
        pieces = pieces[:n]
    else:
        pieces = _cut_up(rng, n, (0, 0, *arena), narrow=shape == "clustered")
    boxes = rng.permutation(np.array(pieces, np.int64).reshape(-1, 4)).T
    keep = rng.random(boxes.shape[1]) < 0.9
    boxes = np.ascontiguousarray(boxes[:, keep])
    return ObjectSet("rectangles", boxes, _values(rng, boxes.shape[1]), arena)


def _cut_up(rng: np.random.Generator, n: int, arena: Box, *, narrow: bool) -> list[Box]:
    """Cut an arena n - 1 times at random: any piece, or always the last one."""
    pieces: list[Box] = [arena] if n else []
    for _ in range(n - 1):
        k = len(pieces) - 1 if narrow else int(rng.integers(len(pieces)))
        x1, y1, x2, y2 = pieces.pop(k)
        if x2 - x1 > 1 and (y2 - y1 < 2 or rng.random() < 0.5):
            cut = int(rng.integers(x1 + 1, x2))
            pieces += [(x1, y1, cut, y2), (cut, y1, x2, y2)]
        elif y2 - y1 > 1:
            cut = int(rng.integers(y1 + 1, y2))
            pieces += [(x1, y1, x2, cut), (x1, cut, x2, y2)]
        else:
            pieces.append((x1, y1, x2, y2))
    return pieces


def _values(rng: np.random.Generator, n: int) -> NDArray[np.float32]:
    values = rng.normal(size=n).astype(np.float32)
    values[rng.random(n) < 0.05] = np.nan
    return values


@st.composite
def object_sets(draw: st.DrawFn, max_size: int = 200) -> ObjectSet:
    """Draw disjoint objects in arenas from 1 x 1 to beyond 2**32."""
    kind = draw(st.sampled_from([disjoint_points, disjoint_rectangles]))
    n = draw(st.one_of(st.sampled_from([0, 1, 2, 20, 21]), st.integers(0, max_size)))
    side = st.one_of(st.integers(1, 60), st.integers(61, 5000), st.integers(2**31, 2**33))
    shape = draw(st.sampled_from(["random", "clustered", "diagonal"]))
    arena = (draw(side), draw(side))
    if kind is disjoint_rectangles:
        n = min(n, 60)  # long ones are copied into every leaf along them: slow in Python
        arena = (min(arena[0], 2**31), min(arena[1], 2**31))  # areas below 2**63
    seed = draw(st.integers(0, 2**32 - 1))
    return kind(np.random.default_rng(seed), n, arena, shape)
