"""Read the objects of 2D tracks: all of them, or those that meet rectangles.

Everything that the format rules is checked on the way: pointers, sizes, nesting of the arenas, ids,
coordinates. `tree_payload` reads the head, `quadtree_writer` writes; nobody here opens a file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr._ext import quadtree as kernel
from misha_xr._ext import quadtree_query
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.signature import TrackType
from misha_xr.formats.tree_payload import (
    OBJECT_SIZES,
    TreePayload,
    TreeStatistics,
    n_objects,
    open_payload,
    root_statistics,
)

__all__ = [
    "Objects",
    "TreeStatistics",
    "decode_objects",
    "n_objects",
    "query",
    "query_many",
    "root_statistics",
]


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

    Examples
    --------
    >>> point = (np.array([0]), *(np.array([k]) for k in (5, 7, 6, 8)), np.ones(1, np.float32))
    >>> len(Objects(*point))
    1
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
        rows : int or bool array, shape (m,) or (n,)
            Rows, or a mask over the rows.

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
        index = np.asarray(rows)
        if len(index) == 0:
            index = index.astype(np.intp)  # an empty list says float
        return Objects(
            self.ids[index],
            self.x1[index],
            self.y1[index],
            self.x2[index],
            self.y2[index],
            self.values[index],
        )


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
    payload = open_payload(data, path, offset, length)
    columns = _columns(payload.n_objects)
    if payload.n_objects > 0:
        _fill_all(payload, columns)
    else:
        _count_met(payload, _EVERYWHERE)  # a tree without objects is checked as well
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
    payload = open_payload(data, path, offset, length)
    queries = np.array([x1, y1, x2, y2], np.int64, order="C")
    bounds = _count_met(payload, queries)
    columns = _columns(int(bounds[-1]))
    if bounds[-1] > 0:
        args = (payload.object_size, payload.n_objects, queries, bounds[1:])
        payload.check(*quadtree_query.fill_met(payload.data, *args, *columns))
    return _objects(*columns), bounds


_EVERYWHERE = np.array([[0], [0], [2**62], [2**62]])
_Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]


def _columns(n: int) -> _Columns:
    """Allocate ids (n,), edges (4, n) and values (n,)."""
    return np.empty(n, np.int64), np.empty((4, n), np.int64), np.empty(n, np.float32)


def _objects(
    ids: NDArray[np.int64], boxes: NDArray[np.int64], values: NDArray[np.float32]
) -> Objects:
    return Objects(ids, boxes[0], boxes[1], boxes[2], boxes[3], values)


def _fill_all(payload: TreePayload, columns: _Columns) -> None:
    """Decode a tree of one object or more."""
    if payload.object_size == OBJECT_SIZES[TrackType.POINTS]:
        seen = np.zeros(payload.n_objects // 8 + 1, np.uint8)
        payload.check(*kernel.decode_points(payload.data, seen, *columns))
    else:
        rows = np.full(payload.n_objects, -1)
        payload.check(*kernel.decode_rectangles(payload.data, payload.object_size, rows, *columns))


def _count_met(payload: TreePayload, queries: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the objects that meet queries (4, q): bounds (q + 1,) of the results."""
    bounds = np.zeros(queries.shape[1] + 1, np.int64)
    if payload.has_tree:
        payload.check(
            *quadtree_query.count_met(
                payload.data, payload.object_size, payload.n_objects, queries, bounds[1:]
            )
        )
    return bounds
