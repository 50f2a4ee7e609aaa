"""Objects of many quad trees of one file: headers counted, small trees decoded in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import tree_tables as kernel
from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike
from misha_xr.formats.object_order import decode_sorted
from misha_xr.formats.quadtree import Objects, decode_objects
from misha_xr.formats.signature import TrackType
from misha_xr.formats.tree_payload import OBJECT_SIZES, open_payload

__all__ = [
    "SMALL_TREE",
    "ObjectColumns",
    "ObjectOrder",
    "PairTable",
    "count_objects",
    "read_trees",
    "refuse_payload",
]

Int64s: TypeAlias = NDArray[np.int64]
ObjectOrder: TypeAlias = Literal["stored", "id", "corner"]

_CHANGED = 16  # status of the kernel

SMALL_TREE = 2048  # objects, up to which a call for each tree costs more than its work


@dataclass(frozen=True, slots=True)
class PairTable:
    """Where the trees of pairs of chromosomes lie in one file: for kernels that read many at once.

    Attributes
    ----------
    data : uint8 array, shape (n_bytes,)
        The file, mapped read-only.
    path : str
        Its name, for messages.
    offsets, lengths : int64 array, shape (k,)
        Byte range of the payload of each pair, inside the file. Length 0: no data.
    first : int
        Which of the pairs asked for is the first one here.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("points_track")
    >>> codes = np.array([0, 1, 2], np.int32)
    >>> [len(table.offsets) for table in track.tables(codes, codes[[1, 1, 1]])]
    [1, 1, 1]
    """

    data: NDArray[np.uint8]
    path: str
    offsets: Int64s
    lengths: Int64s
    first: int = 0


@dataclass(slots=True, eq=False)
class ObjectColumns:
    """Objects of many pairs: pair k has the rows ``bounds[k]:bounds[k + 1]``.

    Attributes
    ----------
    ids : int64 array, shape (n,)
        Counted within each pair.
    edges : int64 array, shape (4, n)
        Rows x1, y1, x2, y2.
    values : float32 array, shape (n,)
        NaN possible.
    bounds : int64 array, shape (k + 1,)
        Begins with 0.
    is_disjoint : bool
        False if objects of a pair overlap, or it takes too long to say. Told in the order of
        corners alone.
    is_points : bool
        Whether all are points.

    Examples
    --------
    >>> ObjectColumns.empty(np.array([2, 1])).bounds.tolist()
    [0, 2, 3]
    """

    ids: Int64s
    edges: Int64s
    values: NDArray[np.float32]
    bounds: Int64s
    is_disjoint: bool = True
    is_points: bool = True

    @classmethod
    def empty(cls, counts: Int64s) -> ObjectColumns:
        """Allocate columns, values undefined.

        Parameters
        ----------
        counts : int64 array, shape (k,)
            Objects of each pair.

        Returns
        -------
        ObjectColumns
            To be filled by `read_trees`.

        Examples
        --------
        >>> ObjectColumns.empty(np.array([2, 1])).edges.shape
        (4, 3)
        """
        bounds = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
        n = int(bounds[-1])
        return cls(
            np.empty(n, np.int64), np.empty((4, n), np.int64), np.empty(n, np.float32), bounds
        )

    @property
    def objects(self) -> Objects:
        """The objects of all pairs, as views.

        Examples
        --------
        >>> len(ObjectColumns.empty(np.array([2, 1])).objects)
        3
        """
        x1, y1, x2, y2 = self.edges
        return Objects(self.ids, x1, y1, x2, y2, self.values)


def count_objects(table: PairTable) -> Int64s:
    """Count the distinct objects of many payloads, from their headers alone.

    Parameters
    ----------
    table : PairTable
        k payloads.

    Returns
    -------
    int64 array, shape (k,)
        0 for a payload of length 0.

    Raises
    ------
    CorruptFileError, TrackTypeError, UnsupportedError
        As for `formats.quadtree.n_objects`, about the first payload that is refused.

    Notes
    -----
    About 10 ns per payload, and the pages that hold the headers.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("points", [5, 1], [2, 6], [6, 2], [3, 7], [0.5, 1], (9, 9))
    >>> data, lengths = np.frombuffer(payload, np.uint8), np.array([len(payload), 0])
    >>> count_objects(PairTable(data, "t", np.zeros(2, np.int64), lengths)).tolist()
    [2, 0]
    """
    _check_ranges(table)
    counts = np.zeros(len(table.offsets), np.int64)
    status, run = kernel.count_objects(table.data, table.offsets, table.lengths, counts)
    if status:
        _refuse(table, run, status, 0)
    return counts


def read_trees(table: PairTable, out: ObjectColumns, order: ObjectOrder) -> None:
    """Decode all objects of many payloads.

    Parameters
    ----------
    table : PairTable
        k payloads, of the pairs ``first``, ``first + 1``, ...
    out : ObjectColumns
        Columns with the rows that `count_objects` said; filled in place.
    order : {"stored", "id", "corner"}
        Of the objects of a pair: as `decode_objects` returns them, by id, or by x1, then y1, then
        as stored.

    Raises
    ------
    CorruptFileError
        If a rule of the format is broken anywhere in a tree, or counts changed.
    TrackTypeError, UnsupportedError
        As for `formats.quadtree.n_objects`.

    Notes
    -----
    Every tree is checked as `decode_objects` checks it. Small trees, of `SMALL_TREE` objects at the
    most, are decoded and sorted in one call; memory beyond the columns: 100 bytes per object of the
    largest of them.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> payload = encode_quadtree("points", [5, 1], [2, 6], [6, 2], [3, 7], [0.5, 1], (9, 9))
    >>> data, lengths = np.frombuffer(payload, np.uint8), np.array([len(payload)])
    >>> table = PairTable(data, "t", np.zeros(1, np.int64), lengths)
    >>> out = ObjectColumns.empty(count_objects(table))
    >>> read_trees(table, out, "corner")
    >>> out.objects.x1.tolist(), out.objects.ids.tolist(), out.is_disjoint, out.is_points
    ([1, 5], [1, 0], True, True)
    """
    _check_ranges(table)
    bounds = np.ascontiguousarray(out.bounds[table.first : table.first + len(table.offsets) + 1])
    counts = np.diff(bounds)
    is_small = counts <= SMALL_TREE
    _read_small(table, bounds, out, order, max(int(counts[is_small].max(initial=0)), 1))
    for run in np.flatnonzero(~is_small).tolist():
        _read_large(table, run, out, order, slice(int(bounds[run]), int(bounds[run + 1])))


def _read_small(
    table: PairTable, bounds: Int64s, out: ObjectColumns, order: ObjectOrder, largest: int
) -> None:
    if not table.lengths.any():
        return
    columns = out.ids, out.edges, out.values
    if len(out.ids) == 0:  # the kernel takes the address of a first row
        columns = np.empty(1, np.int64), np.empty((4, 1), np.int64), np.empty(1, np.float32)
    scratch = np.empty((8, largest), np.int64), np.empty(largest, np.float32)
    payloads = (table.data, table.offsets, table.lengths, bounds)
    arguments: list[Any] = [kernel.ORDERS[order], SMALL_TREE, *payloads, *scratch, *columns]
    status, run, byte, overlap, is_points = kernel.read_trees(*arguments)
    if status:
        _refuse(table, run, status, byte)
    out.is_disjoint &= not overlap
    out.is_points &= is_points


def _read_large(
    table: PairTable, run: int, out: ObjectColumns, order: ObjectOrder, rows: slice
) -> None:
    """Copy the objects of one tree to their rows."""
    where = (table.data, table.path, int(table.offsets[run]), int(table.lengths[run]))
    found = decode_objects(*where)
    if len(found) != rows.stop - rows.start:
        _refuse(table, run, _CHANGED, 0)
    if order == "id":
        found = found.take(np.argsort(found.ids))
    elif order == "corner":
        found = found.take(np.lexsort((found.y1, found.x1)))
        out.is_disjoint &= decode_sorted(*where).is_disjoint
    out.is_points &= open_payload(*where).object_size == OBJECT_SIZES[TrackType.POINTS]
    for name in Objects.__slots__:
        getattr(out.objects, name)[rows] = getattr(found, name)


def _check_ranges(table: PairTable) -> None:
    """Raise the error of the first payload that leaves the file."""
    size, offsets, lengths = len(table.data), table.offsets, table.lengths
    is_off = (offsets < 0) | (lengths < 0) | (offsets > size) | (lengths > size - offsets)
    if is_off.any():
        _refuse(table, int(np.flatnonzero(is_off)[0]), _CHANGED, 0)


def _refuse(table: PairTable, run: int, status: int, byte: int) -> None:
    refuse_payload(
        table.data, table.path, int(table.offsets[run]), int(table.lengths[run]), status, byte
    )


def refuse_payload(
    data: BytesLike, path: object, offset: int, length: int, status: int, where: int
) -> None:
    """Raise the error of a payload that a kernel refused.

    Parameters
    ----------
    data, path, offset, length
        As for `formats.quadtree.n_objects`.
    status : int
        What the kernel said: -1 is a wrong header.
    where : int
        Byte in the payload.

    Raises
    ------
    CorruptFileError, TrackTypeError, UnsupportedError
        Always one of them.

    Examples
    --------
    >>> refuse_payload(bytes(12), "t", 0, 12, -1, 0)
    Traceback (most recent call last):
    misha_xr.errors.CorruptFileError: ...
    """
    payload = open_payload(data, path, offset, length)
    if status > 0:
        payload.check(status, where)
    raise CorruptFileError.at(path, offset, "the header of a quad tree changed while read")
