"""The head of a 2D track payload: which objects, how many, and the statistics of the top node.

A payload holds the quad tree of one ordered chromosome pair (x on the first chromosome, y on the
second). `quadtree` reads the objects; this module does not look below the top node.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from misha_xr._ext import quadtree as kernel
from misha_xr.errors import CorruptFileError, TrackTypeError, UnsupportedError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.signature import TrackType, read_signature

__all__ = [
    "OBJECT_SIZES",
    "TreePayload",
    "TreeStatistics",
    "n_objects",
    "open_payload",
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

    Examples
    --------
    >>> TreeStatistics(4, 8.0, 2.0, 2.0, (100, 100)).weighted_sum
    8.0
    """

    occupied: int
    weighted_sum: float
    minimum: float
    maximum: float
    arena: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class TreePayload:
    """One checked header, with what error messages need.

    Attributes
    ----------
    data : memoryview
        Bytes of the payload, and nothing else.
    path : path-like
        The file.
    offset : int
        Where the payload begins in it, bytes.
    object_size : int
        Bytes of one object in a leaf.
    n_objects : int
        Distinct objects, as the header says.

    Examples
    --------
    >>> from misha_xr.formats.quadtree_writer import encode_quadtree
    >>> points = ([5], [7], [6], [8], [1.0])
    >>> data = encode_quadtree(TrackType.POINTS, *points, (100, 100))
    >>> open_payload(data, "chr1-chr1", 0, None).n_objects
    1
    """

    data: memoryview
    path: object
    offset: int
    object_size: int
    n_objects: int

    @property
    def has_tree(self) -> bool:
        """Tell a payload with a tree from one that ends after its header.

        Examples
        --------
        >>> TreePayload(memoryview(bytes(12)), "chr1-chr1", 0, 20, n_objects=0).has_tree
        False
        """
        return self.n_objects > 0 or len(self.data) not in (12, _FIRST_CHUNK)

    def check(self, status: int, where: int) -> None:
        """Raise the error for a status code of the kernel.

        Parameters
        ----------
        status : int
            0: no error.
        where : int
            Byte in the payload.

        Raises
        ------
        CorruptFileError
            Names the file and the byte.

        Examples
        --------
        >>> TreePayload(memoryview(bytes(12)), "chr1-chr1", 0, 20, n_objects=0).check(0, 12)
        """
        if status:
            raise CorruptFileError.at(self.path, self.offset + where, _PROBLEMS[status])


def open_payload(data: BytesLike, path: object, offset: int, length: int | None) -> TreePayload:
    """Check the header of a payload; no more objects than there are bytes for are believed.

    Parameters
    ----------
    data : bytes-like or uint8 array
        The file.
    path : path-like
        Its name, for error messages.
    offset : int
        Where the payload begins.
    length : int or None
        Its bytes; None: to the end.

    Returns
    -------
    TreePayload
        The header; the tree itself is not looked at.

    Raises
    ------
    CorruptFileError
        If the range leaves the file, or is too short for so many objects.
    TrackTypeError
        If the payload is that of a 1D track.
    UnsupportedError
        If it is in an obsolete format, or of a computed track.

    Examples
    --------
    >>> open_payload(b"", "chr1-chr1", 0, None)
    Traceback (most recent call last):
    misha_xr.errors.CorruptFileError: ...
    """
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


def _counted(view: memoryview, path: object, offset: int, size: int) -> TreePayload:
    (count,) = struct.unpack("<Q", view[4:12].tobytes())
    room = (len(view) - _FIRST_CHUNK - _CHUNK_HEADER - _LEAF_HEADER) // size
    if count > max(room, 0):
        found = f"{count} objects do not fit into {len(view)} bytes"
        raise CorruptFileError.at(path, offset + 4, found)
    return TreePayload(view, path, offset, size, count)


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
    return open_payload(data, path, offset, length).n_objects


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
    payload = open_payload(data, path, offset, length)
    if not payload.has_tree:
        return TreeStatistics(0, 0.0, np.nan, np.nan, None)
    status, where, node = kernel.root_node(payload.data)
    payload.check(status, where)
    facts = struct.unpack("<qddd16xqq", payload.data[node + 8 : node + 72].tobytes())
    occupied, weighted_sum, minimum, maximum, width, height = facts
    if occupied == 0:
        minimum = maximum = np.nan
    return TreeStatistics(occupied, weighted_sum, minimum, maximum, (width, height))
