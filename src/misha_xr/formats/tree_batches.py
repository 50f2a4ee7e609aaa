"""Write quad trees from checked columns: many small ones in one call, or one branch of a large one.

Nothing is checked here but the room that a tree takes: `quadtree_writer` and the writers of tracks
check coordinates and overlaps first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import quadtree_build as kernel
from misha_xr.errors import SizeLimitError
from misha_xr.formats.signature import SIGNATURES, TrackType
from misha_xr.formats.tree_payload import OBJECT_SIZES

__all__ = ["CHUNK_SIZE", "Branch", "check_room", "encode_branch", "encode_trees", "tree_limit"]

Int64s = NDArray[np.int64]

CHUNK_SIZE = 100_000  # bytes, as R writes
# Long objects are copied into every leaf that they touch. Above this size, and above 8 times the
# size of all objects, a tree is refused instead of filling the disk.
MAX_TREE_BYTES = 2**32


class Branch(NamedTuple):
    """One node of a tree with all that lies below it.

    Attributes
    ----------
    chunks : bytes
        Chunks that are complete.
    nodes : bytes
        Nodes that belong to the chunk of the parent; empty if the branch ends in a chunk.
    pointer : int
        What the parent stores for this kid, if `nodes` come first in its chunk.

    Examples
    --------
    >>> Branch(b"", bytes(80), 16).pointer
    16
    """

    chunks: bytes
    nodes: bytes
    pointer: int


def tree_limit(kind: TrackType, n: int) -> int:
    """Return how many bytes the trees of so many objects may take.

    Parameters
    ----------
    kind : TrackType
        RECTANGLES or POINTS.
    n : int
        Number of objects.

    Returns
    -------
    int
        Bytes.

    Examples
    --------
    >>> tree_limit(TrackType.POINTS, 3) == 2**32
    True
    """
    return max(MAX_TREE_BYTES, 8 * OBJECT_SIZES[kind] * n)


def encode_trees(
    kind: TrackType,
    boxes: Int64s,
    values: NDArray[np.float32],
    bounds: Int64s,
    arenas: Int64s,
    *,
    chunk_size: int = CHUNK_SIZE,
) -> tuple[bytes, Int64s]:
    """Encode the objects of many chromosome pairs, one payload after another.

    Parameters
    ----------
    kind : TrackType
        RECTANGLES or POINTS.
    boxes : int64 array, shape (4, n), C order
        Rows x1, y1, x2, y2; disjoint within a tree, inside its arena.
    values : float32 array, shape (n,)
        Values.
    bounds : int64 array, shape (k + 1,)
        Tree j holds the objects ``bounds[j]:bounds[j + 1]``, at least one; ids count from 0.
    arenas : int64 array, shape (2, k), C order
        Sizes of both chromosomes.
    chunk_size : int
        As for `encode_quadtree`.

    Returns
    -------
    bytes
        The payloads.
    int64 array, shape (k,)
        Where each one ends.

    Raises
    ------
    SizeLimitError
        If copies of long objects blow a tree up.

    Notes
    -----
    About a microsecond for a small tree, a quarter of one per object of a large one.

    Examples
    --------
    >>> boxes = np.array([[1, 5], [2, 6], [2, 6], [3, 7]])
    >>> arenas, values = np.full((2, 2), 9), np.ones(2, np.float32)
    >>> data, ends = encode_trees(TrackType.POINTS, boxes, values, np.arange(3), arenas)
    >>> ends.tolist(), len(data)
    ([148, 296], 296)
    """
    ends = np.zeros(len(bounds) - 1, np.int64)
    limit = tree_limit(kind, len(values))
    args = (SIGNATURES[kind], OBJECT_SIZES[kind], boxes, values, bounds, arenas)
    status, data = kernel.build_trees(*args, chunk_size, limit, ends)
    check_room(status, limit)
    return data, ends


def encode_branch(
    kind: TrackType,
    boxes: Int64s,
    values: NDArray[np.float32],
    ids: Int64s,
    arena: Int64s,
    depth: int,
    *,
    origin: int,
) -> Branch:
    """Encode the objects of one node below the root, in chunks of the usual size.

    Parameters
    ----------
    kind, boxes, values
        As for `encode_trees`; the objects that meet the arena, uncut, in order of their ids.
    ids : int64 array, shape (n,)
        Numbers of the objects in the whole tree.
    arena : int64 array, shape (4,)
        Edges of the node: x1, y1, x2, y2.
    depth : int
        Nodes above it, at least 1.
    origin : int
        Byte of the payload at which its chunks will stand.

    Returns
    -------
    Branch
        Its bytes.

    Raises
    ------
    SizeLimitError
        As `encode_trees`.

    Examples
    --------
    >>> point = np.array([[1], [2], [2], [3]]), np.ones(1, np.float32), np.array([7])
    >>> branch = encode_branch(TrackType.POINTS, *point, np.array([0, 0, 4, 4]), 1, origin=20)
    >>> len(branch.chunks), len(branch.nodes), branch.pointer
    (0, 112, 16)
    """
    limit = tree_limit(kind, len(values))
    args = (OBJECT_SIZES[kind], boxes, values, ids, arena, depth, CHUNK_SIZE, origin)
    status, chunks, nodes, pointer = kernel.build_branch(*args, limit)
    check_room(status, limit)
    return Branch(chunks, nodes, pointer)


def check_room(status: int, limit: int) -> None:
    """Raise the error for a tree that needs too many bytes.

    Parameters
    ----------
    status : int
        0: it does not.
    limit : int
        Bytes that it may take.

    Raises
    ------
    SizeLimitError
        Says the limit and what makes trees large.

    Examples
    --------
    >>> check_room(0, 2**32)
    """
    if status:
        hint = "Overlapping objects, or long ones side by side, are copied into very many leaves."
        raise SizeLimitError(f"the quad tree needs more than {limit} bytes, or memory", hint=hint)
