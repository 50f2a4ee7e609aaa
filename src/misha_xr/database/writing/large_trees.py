"""Writes one quad tree of any number of objects in bounded memory.

Objects wait in a scratch file without a name. A node of too many is split there into its quadrants,
one run of the file each; a node of few is built in memory. The bytes are those of a tree built
whole.
"""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import quadtree_build as kernel
from misha_xr.database.writing.disk import NewFile
from misha_xr.formats.quadtree_writer import find_overlap
from misha_xr.formats.signature import SIGNATURES, TrackType
from misha_xr.formats.tree_batches import (
    CHUNK_SIZE,
    Branch,
    check_room,
    encode_branch,
    tree_limit,
)
from misha_xr.formats.tree_payload import OBJECT_SIZES

__all__ = ["LargeTree", "OverlapFoundError"]

Int64s = NDArray[np.int64]
Columns = tuple[Int64s, NDArray[np.float32], Int64s]  # boxes (4, n), values, ids

BRANCH_OBJECTS = 1 << 19  # built in memory: some 120 MB; not below the 20 of a leaf
BLOCK_OBJECTS = 1 << 17
_MAX_DEPTH, _MIN_SIDE, _CHUNK_HEADER = 20, 4, 16
_RECORD = np.dtype([("box", "<i8", 4), ("id", "<i8"), ("value", "<f4")])
_LARGEST = float(np.finfo(np.float64).max)


class OverlapFoundError(Exception):
    """Two objects of one tree share a point: boxes and numbers of both, for whoever names them."""


class LargeTree:
    """One tree being collected, then written.

    Parameters
    ----------
    kind : TrackType
        RECTANGLES or POINTS.
    arena : (int, int)
        Sizes of both chromosomes.
    folder : Path
        On the file system whose room the scratch file may take.

    Attributes
    ----------
    n : int
        Objects so far.

    Examples
    --------
    >>> tree = LargeTree(TrackType.POINTS, (9, 9), Path(tempfile.gettempdir()))
    >>> tree.add(np.array([[1], [2], [2], [3]]), np.ones(1, np.float32))
    >>> tree.n
    1
    >>> tree.close()
    """

    def __init__(self, kind: TrackType, arena: tuple[int, int], folder: Path) -> None:
        self.n = 0
        self._kind = kind
        self._arena = arena
        self._scratch: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - see close
        self._end = 0  # records in the scratch file

    def add(self, boxes: Int64s, values: NDArray[np.float32]) -> None:
        """Take the next objects; ids count on.

        Parameters
        ----------
        boxes : int64 array, shape (4, n)
            Rows x1, y1, x2, y2, inside the arena.
        values : float32 array, shape (n,)
            Values.
        """
        ids = np.arange(self.n, self.n + len(values))
        self._put(boxes, values, ids, self._end)
        self.n += len(values)
        self._end = self.n

    def write(self, file: NewFile) -> None:
        """Append the payload to a file.

        Parameters
        ----------
        file : NewFile
            Where to.

        Raises
        ------
        OverlapFoundError
            If two objects share a point.
        SizeLimitError
            If copies of long objects blow the tree up.
        """
        start = file.tell()
        file.write(struct.pack("<iQq", SIGNATURES[self._kind], self.n, 0))
        arena = np.array([0, 0, *self._arena], np.int64)
        root = -self._node(file, start, arena, 0, 0, self.n).pointer
        file.write_at(start + 12, struct.pack("<q", root))

    def close(self) -> None:
        """Give the scratch file back."""
        self._scratch.close()

    def _node(
        self, file: NewFile, start: int, arena: Int64s, depth: int, first: int, stop: int
    ) -> Branch:
        """Write the chunks of the node that holds the records [first, stop)."""
        sides = arena[2:] - arena[:2]
        if stop - first <= BRANCH_OBJECTS or not _may_split(depth, sides):
            branch = self._branch(arena, depth, first, stop, file.tell() - start)
            file.write(branch.chunks)
            self._check_room(file.tell() - start)
            return branch
        quadrants = _quadrants(arena)
        state, counts = self._survey(arena, quadrants, first, stop)
        bounds = self._split(quadrants, counts, first, stop)
        nodes, pointers = bytearray(), []
        for quadrant, lo, hi in zip(quadrants, bounds[:-1], bounds[1:], strict=True):
            kid = self._node(file, start, quadrant, depth + 1, lo, hi)
            moved = bytearray(kid.nodes)
            kernel.move_nodes(moved, OBJECT_SIZES[self._kind], len(nodes))
            pointers.append(kid.pointer + len(nodes) if kid.pointer > 0 else kid.pointer)
            nodes += moved
        self._end = bounds[0]
        top = len(nodes)
        nodes += bytes(8) + state + struct.pack("<8q", *arena.tolist(), *pointers)
        if depth and len(nodes) <= CHUNK_SIZE:
            return Branch(b"", bytes(nodes), _CHUNK_HEADER + top)
        place = file.tell() - start
        file.write(struct.pack("<qq", _CHUNK_HEADER + len(nodes), _CHUNK_HEADER + top) + nodes)
        return Branch(b"", b"", -place)

    def _branch(self, arena: Int64s, depth: int, first: int, stop: int, origin: int) -> Branch:
        boxes, values, ids = self._get(first, stop)
        pair = find_overlap(*boxes)
        if pair is not None:
            raise OverlapFoundError(*((boxes[:, k].tolist(), int(ids[k])) for k in pair))
        return encode_branch(self._kind, boxes, values, ids, arena, depth, origin=origin)

    def _survey(
        self, arena: Int64s, quadrants: list[Int64s], first: int, stop: int
    ) -> tuple[bytearray, list[int]]:
        """Return the statistics of a node, and how many objects meet each quadrant."""
        state = bytearray(struct.pack("<qddd", 0, 0.0, _LARGEST, -_LARGEST))
        counts = [0] * 4
        for lo in range(first, stop, BLOCK_OBJECTS):
            boxes, values, _ = self._get(lo, min(lo + BLOCK_OBJECTS, stop))
            kernel.add_statistics(boxes, values, arena, state)
            for k, quadrant in enumerate(quadrants):
                counts[k] += int(np.count_nonzero(_meets(boxes, quadrant)))
        return state, counts

    def _split(
        self, quadrants: list[Int64s], counts: list[int], first: int, stop: int
    ) -> list[int]:
        """Copy a run of records to the end, quadrant after quadrant; return where each begins."""
        bounds: list[int] = np.cumsum([self._end, *counts]).tolist()
        self._check_room((bounds[-1] - 4 * self.n) * OBJECT_SIZES[self._kind])
        places = bounds[:-1]
        for lo in range(first, stop, BLOCK_OBJECTS):
            boxes, values, ids = self._get(lo, min(lo + BLOCK_OBJECTS, stop))
            for k, quadrant in enumerate(quadrants):
                rows = np.flatnonzero(_meets(boxes, quadrant))
                self._put(boxes[:, rows], values[rows], ids[rows], places[k])
                places[k] += len(rows)
        self._end = bounds[-1]
        return bounds

    def _check_room(self, n_bytes: int) -> None:
        limit = tree_limit(self._kind, self.n)
        check_room(int(n_bytes > limit), limit)

    def _put(self, boxes: Int64s, values: NDArray[np.float32], ids: Int64s, place: int) -> None:
        records = np.empty(len(ids), _RECORD)
        records["box"], records["id"], records["value"] = boxes.T, ids, values
        self._scratch.seek(place * _RECORD.itemsize)
        self._scratch.write(records.tobytes())

    def _get(self, first: int, stop: int) -> Columns:
        self._scratch.seek(first * _RECORD.itemsize)
        records = np.frombuffer(
            self._scratch.read((stop - first) * _RECORD.itemsize), dtype=_RECORD
        )
        boxes = np.ascontiguousarray(records["box"].T)
        return boxes, np.ascontiguousarray(records["value"]), np.ascontiguousarray(records["id"])


def _may_split(depth: int, sides: Int64s) -> bool:
    return depth < _MAX_DEPTH and int(sides.min()) >= _MIN_SIDE


def _quadrants(arena: Int64s) -> list[Int64s]:
    """Cut an arena: NW, NE, SE, SW."""
    x1, y1, x2, y2 = arena.tolist()
    x, y = (x1 + x2) // 2, (y1 + y2) // 2
    edges = [(x1, y, x, y2), (x, y, x2, y2), (x, y1, x2, y), (x1, y1, x, y)]
    return [np.array(edge, np.int64) for edge in edges]


def _meets(boxes: Int64s, arena: Int64s) -> NDArray[np.bool_]:
    x1, y1, x2, y2 = boxes
    met: NDArray[np.bool_] = (x1 < arena[2]) & (x2 > arena[0]) & (y1 < arena[3]) & (y2 > arena[1])
    return met
