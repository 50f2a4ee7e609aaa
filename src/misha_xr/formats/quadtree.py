"""Read the quad trees of 2D tracks: all objects, those that meet rectangles, and header facts.

A payload holds the objects of one ordered chromosome pair (x on the first chromosome, y on the
second). Everything that the format rules is checked on the way: pointers, sizes, nesting of the
arenas, ids, coordinates. Writing is in `quadtree_writer`; this module never opens a file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext import quadtree as kernel
from misha_xr.errors import CorruptFileError, TrackTypeError, UnsupportedError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.signature import TrackType, read_signature

__all__ = [
    "OBJECT_SIZES",
    "Objects",
    "TreeStatistics",
    "decode_objects",
    "n_objects",
    "query",
    "query_many",
    "root_statistics",
]

OBJECT_SIZES = {TrackType.RECTANGLES: 48, TrackType.POINTS: 32}
_CHUNK_HEADER, _LEAF_HEADER, _FIRST_CHUNK = 16, 80, 20

# Keyed by the status codes of the kernel.
_PROBLEMS = {
    1: "the root pointer of the quad tree leads out of the payload",
    2: "the size or the top node of a chunk of the quad tree leads out of the payload",
    3: "a pointer of the quad tree leads out of its chunk",
    4: "expected the leaf flag of a quad tree node, 0 or 1",
    5: "the arena of a quad tree node is not its quadrant of the parent",
    6: "the objects of a leaf run over the end of their chunk",
    7: "nodes of the quad tree overlap",
    8: "an object has an id that is not below the number of objects",
    9: "an object is empty, or reaches out of the arena of the tree",
    10: "an object does not touch the arena of its leaf",
    11: "two objects have one id",
    12: "copies of one object differ, or its first leaf does not hold it",
    13: "the quad tree holds fewer objects than its header says",
    14: "an object lacks in one of the leaves that it touches",
    15: "the quad tree is too deep",
    16: "the quad tree changed while it was read",
}


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """Rectangles or points of one chromosome pair, one row per distinct object.

    Parameters
    ----------
    ids : int64 array, shape (n,)
        Number of the object in its payload, 0 to n - 1 there.
    x1, y1, x2, y2 : int64 array, shape (n,)
        Edges in base pairs, 0-based, half-open: x on the first chromosome, y on the second. A point
        is a square of side 1.
    values : float32 array, shape (n,)
        Values; NaN possible.
    """

    ids: NDArray[np.int64]
    x1: NDArray[np.int64]
    y1: NDArray[np.int64]
    x2: NDArray[np.int64]
    y2: NDArray[np.int64]
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: ArrayLike) -> Objects:
        """Select rows.

        Parameters
        ----------
        rows : int array, bool array or slice
            Anything that indexes a NumPy array.

        Returns
        -------
        Objects
            The selected rows, in that order.

        Examples
        --------
        >>> from misha_xr.formats.quadtree_writer import encode_quadtree
        >>> payload = encode_quadtree("points", [1, 5], [2, 6], [2, 6], [3, 7], [0.5, 1], (9, 9))
        >>> decode_objects(payload, "chr1-chr1").take([1]).x1.tolist()
        [5]
        """
        columns = (self.ids, self.x1, self.y1, self.x2, self.y2, self.values)
        return Objects(*(column[rows] for column in columns))  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class TreeStatistics:
    """What the top node of a tree states about all its objects.

    Parameters
    ----------
    occupied : int
        Area of the objects in square base pairs.
    weighted_sum : float
        Sum of value times area.
    minimum, maximum : float
        Extremes of the values; NaN if `occupied` is 0.
    arena : tuple of int or None
        Sizes of the two chromosomes in base pairs; None for a payload without a tree.

    Notes
    -----
    Objects of value NaN are left out by pymisha; R counts their area, and its sum becomes NaN.
    """

    occupied: int
    weighted_sum: float
    minimum: float
    maximum: float
    arena: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Payload:
    """One checked header, with what error messages need."""

    data: memoryview
    path: object
    offset: int
    object_size: int
    n_objects: int

    @property
    def has_tree(self) -> bool:
        """Tell a payload with a tree from one that ends after its header."""
        return self.n_objects > 0 or len(self.data) not in (12, _FIRST_CHUNK)

    def check(self, status: int, where: int) -> None:
        """Raise the error for a status code of the kernel."""
        if status:
            raise CorruptFileError.at(self.path, self.offset + where, _PROBLEMS[status])


def n_objects(data: BytesLike, path: object, offset: int = 0, length: int | None = None) -> int:
    """Count the distinct objects of a payload, from its header alone.

    Parameters
    ----------
    data : bytes-like or uint8 array
        The file.
    path : path-like
        Its name, for error messages.
    offset, length : int
        Byte range of the payload in it. Default: to the end.

    Returns
    -------
    int
        Number of objects.

    Raises
    ------
    CorruptFileError
        If the range leaves the file, or is too short for so many objects.
    TrackTypeError
        If the payload is that of a 1D track.
    UnsupportedError
        If it is a computed track, or in a format that misha gave up.

    Examples
    --------
    >>> n_objects((-10).to_bytes(4, "little", signed=True) + bytes(8), "chr1-chr2")
    0
    """
    return _open(data, path, offset, length).n_objects


def root_statistics(
    data: BytesLike, path: object, offset: int = 0, length: int | None = None
) -> TreeStatistics:
    """Read the statistics that the top node of a tree keeps about all objects.

    Parameters
    ----------
    data, path, offset, length
        As for `n_objects`.

    Returns
    -------
    TreeStatistics
        Area 0, sum 0, NaN extremes and no arena if there is no tree.

    Raises
    ------
    CorruptFileError, TrackTypeError, UnsupportedError
        As for `n_objects`; also if the root pointer is wrong.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("rectangles", [1], [2], [4], [4], [0.5], (9, 9))
    >>> root_statistics(payload, "chr1-chr1").weighted_sum
    3.0
    """
    payload = _open(data, path, offset, length)
    if not payload.has_tree:
        return TreeStatistics(0, 0.0, np.nan, np.nan, None)
    status, where, node = kernel.root_node(payload.data)
    payload.check(status, where)
    facts = struct.unpack("<qddd16xqq", payload.data[node + 8 : node + 72].tobytes())
    occupied, weighted_sum, minimum, maximum, width, height = facts
    if occupied == 0:
        minimum = maximum = np.nan
    return TreeStatistics(occupied, weighted_sum, minimum, maximum, (width, height))


def decode_objects(
    data: BytesLike, path: object, offset: int = 0, length: int | None = None
) -> Objects:
    """Read all objects of a payload, each distinct object once.

    Parameters
    ----------
    data, path, offset, length
        As for `n_objects`.

    Returns
    -------
    Objects
        In tree order: quadrants south-west, south-east, north-west, north-east, an object at the
        leaf with its lower left corner; in a leaf as stored.

    Raises
    ------
    CorruptFileError
        If a rule of the format is broken anywhere in the tree.
    TrackTypeError, UnsupportedError
        As for `n_objects`.

    Notes
    -----
    Source: misha file format, 2D tracks. O(bytes); memory 44 bytes per object, and 8 more for
    rectangles while reading.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("points", [1, 5], [2, 6], [2, 6], [3, 7], [0.5, 1], (9, 9))
    >>> decode_objects(payload, "chr1-chr1").values.tolist()
    [0.5, 1.0]
    """
    payload = _open(data, path, offset, length)
    if not payload.has_tree:
        return _objects(*_columns(0))
    columns = _columns(payload.n_objects)
    if payload.n_objects == 0:
        payload.check(*_meet(payload, _EVERYWHERE, np.zeros(1, np.int64), columns))
    elif payload.object_size == 32:
        seen = np.zeros(payload.n_objects // 8 + 1, np.uint8)
        payload.check(*kernel.decode_points(payload.data, seen, *columns))
    else:
        rows = np.full(payload.n_objects, -1)
        payload.check(*kernel.decode_rectangles(payload.data, rows, *columns))
    return _objects(*columns)


def query(  # the rectangle is one thing, spelled with four numbers
    data: BytesLike,
    path: object,
    offset: int,
    length: int | None,
    x1: int,
    y1: int,
    x2: int,
    y2: int,
) -> Objects:
    """Read the objects that share a point with a rectangle, visiting only the nodes that meet it.

    Parameters
    ----------
    data, path, offset, length
        As for `n_objects`.
    x1, y1, x2, y2 : int
        The rectangle in base pairs, 0-based, half-open; may leave the chromosomes. An empty one
        meets nothing.

    Returns
    -------
    Objects
        Whole objects (not cut), each once, in tree order.

    Raises
    ------
    CorruptFileError
        If a rule of the format is broken in a visited node.
    TrackTypeError, UnsupportedError
        As for `n_objects`.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("points", [1, 5], [2, 6], [2, 6], [3, 7], [0.5, 1], (9, 9))
    >>> query(payload, "chr1-chr1", 0, None, 4, 0, 9, 9).ids.tolist()
    [1]
    """
    objects, _ = query_many(data, path, offset, length, [x1], [y1], [x2], [y2])
    return objects


def query_many(
    data: BytesLike,
    path: object,
    offset: int,
    length: int | None,
    x1: ArrayLike,
    y1: ArrayLike,
    x2: ArrayLike,
    y2: ArrayLike,
) -> tuple[Objects, NDArray[np.int64]]:
    """Read the objects that share a point with each of many rectangles.

    Parameters
    ----------
    data, path, offset, length
        As for `n_objects`.
    x1, y1, x2, y2 : int64 array, shape (q,)
        The rectangles, as for `query`.

    Returns
    -------
    Objects
        The results of all rectangles one after another; an object met by two stands there twice.
    int64 array, shape (q + 1,)
        Rows ``bounds[k]:bounds[k + 1]`` belong to rectangle k.

    Raises
    ------
    CorruptFileError, TrackTypeError, UnsupportedError
        As for `query`.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("points", [1, 5], [2, 6], [2, 6], [3, 7], [0.5, 1], (9, 9))
    >>> objects, bounds = query_many(payload, "p", 0, None, [4, 0], [0, 0], [9, 9], [9, 9])
    >>> objects.ids.tolist(), bounds.tolist()
    ([1, 0, 1], [0, 1, 3])
    """
    payload = _open(data, path, offset, length)
    queries = np.array([x1, y1, x2, y2], np.int64, order="C")
    bounds = np.zeros(queries.shape[1] + 1, np.int64)
    if not payload.has_tree:
        return _objects(*_columns(0)), bounds
    payload.check(*_meet(payload, queries, bounds[1:], _columns(0)))
    columns = _columns(int(bounds[-1]))
    if bounds[-1] > 0:
        payload.check(*_meet(payload, queries, bounds[1:], columns))
    return _objects(*columns), bounds


_Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]
_EVERYWHERE = np.array([[0], [0], [2**62], [2**62]])


def _columns(n: int) -> _Columns:
    """Allocate ids (n,), edges (4, n) and values (n,)."""
    return np.empty(n, np.int64), np.empty((4, n), np.int64), np.empty(n, np.float32)


def _objects(
    ids: NDArray[np.int64], boxes: NDArray[np.int64], values: NDArray[np.float32]
) -> Objects:
    return Objects(ids, *boxes, values)


def _meet(
    payload: _Payload, queries: NDArray[np.int64], stops: NDArray[np.int64], columns: _Columns
) -> tuple[int, int]:
    """Count (columns of no rows) or write the objects met by queries (4, q)."""
    return kernel.meet(
        payload.data, payload.object_size, payload.n_objects, queries, stops, *columns
    )


def _open(data: BytesLike, path: object, offset: int, length: int | None) -> _Payload:
    """Check the header; no more objects than there are bytes for are believed."""
    view = view_bytes(data)
    stop = len(view) if length is None else offset + length
    if not 0 <= offset <= stop <= len(view):
        found = f"the payload should end at byte {stop}, the file ends at byte {len(view)}"
        raise CorruptFileError.at(path, offset, found)
    view = view[offset:stop]
    kind, _ = read_signature(view, path, offset)
    if kind is TrackType.COMPUTED:
        raise UnsupportedError(f"{path}: computed 2D tracks cannot be read")
    if kind not in OBJECT_SIZES:
        raise TrackTypeError(f"{path}: expected a 2D track, found a {kind.value} track")
    if len(view) < 12:
        raise CorruptFileError.at(path, offset, f"a header of 12 bytes was cut to {len(view)}")
    return _counted(view, path, offset, OBJECT_SIZES[kind])


def _counted(view: memoryview, path: object, offset: int, size: int) -> _Payload:
    (count,) = struct.unpack("<Q", view[4:12].tobytes())
    room = (len(view) - _FIRST_CHUNK - _CHUNK_HEADER - _LEAF_HEADER) // size
    if count > max(room, 0):
        found = f"{count} objects do not fit into {len(view)} bytes"
        raise CorruptFileError.at(path, offset + 4, found)
    return _Payload(view, path, offset, size, count)
