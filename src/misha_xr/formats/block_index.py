"""Indices of `.dat` files: where the payload of each chromosome, or pair of chromosomes, lies.

Four files share one design: `track.idx` of 1D and of 2D tracks, `intervals.idx` and
`intervals2d.idx`. The first eight bytes tell them apart, never the name of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from misha_xr._ext.checksum import crc64_strided
from misha_xr.errors import CorruptFileError
from misha_xr.formats.buffers import BytesLike, view_bytes
from misha_xr.formats.signature import TrackType

__all__ = ["BlockIndex", "BlockIndexKind", "decode_block_index", "encode_block_index"]

MAX_ENTRIES = 20_000_000
VERSION = 1
LITTLE_ENDIAN_FLAG = 1


class BlockIndexKind(StrEnum):
    """What an index belongs to: a track or an interval set, of one or two dimensions.

    Examples
    --------
    >>> BlockIndexKind("track2d").name
    'TRACK_2D'
    """

    TRACK = "track"
    TRACK_2D = "track2d"
    INTERVALS = "intervals"
    INTERVALS_2D = "intervals2d"


@dataclass(frozen=True, slots=True)
class BlockIndex:
    """Byte ranges in a `.dat` file, in file order.

    Attributes
    ----------
    kind : BlockIndexKind
        What the index belongs to.
    ids1 : int64 array, shape (n,)
        Chromosome IDs; of the first chromosome of each pair in 2D.
    ids2 : int64 array, shape (n,), or None
        IDs of the second chromosome of each pair; None in 1D.
    offsets, lengths : int64 arrays, shape (n,)
        Byte ranges; any order, gaps allowed. Length 0: nothing stored.
    track_type : TrackType or None
        Type of the track; None for interval sets.

    Examples
    --------
    >>> columns = (np.array([0, 1]), None, np.array([0, 44]), np.array([44, 0]))
    >>> len(BlockIndex(BlockIndexKind.TRACK, *columns, TrackType.SPARSE))
    2
    """

    kind: BlockIndexKind
    ids1: npt.NDArray[np.int64]
    ids2: npt.NDArray[np.int64] | None
    offsets: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    track_type: TrackType | None = None

    def __len__(self) -> int:
        return len(self.ids1)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Header and entries of one kind of index; types are numbered from 0."""

    kind: BlockIndexKind
    header: np.dtype[np.void]
    entry: np.dtype[np.void]
    track_types: Sequence[TrackType]
    is_limited: bool


def _header(*, has_type: bool, reserved: str | None) -> np.dtype[np.void]:
    fields = [("magic", "S8"), ("version", "<u4")]
    fields += [("type", "<u4")] if has_type else []
    fields += [("n", "<u4"), ("flags", "<u8"), ("crc", "<u8")]
    fields += [("reserved", reserved)] if reserved else []
    return np.dtype(fields)


def _entry(*ids: str) -> np.dtype[np.void]:
    fields = [(name, "<u4") for name in ids]
    return np.dtype([*fields, ("offset", "<u8"), ("length", "<u8"), ("reserved", "<u4")])


_ENTRY_1D, _ENTRY_2D = _entry("id1"), _entry("id1", "id2")
_LAYOUTS = {
    b"MISHATDX": _Layout(
        BlockIndexKind.TRACK,
        _header(has_type=True, reserved=None),
        _ENTRY_1D,
        (TrackType.DENSE, TrackType.SPARSE, TrackType.ARRAY),
        is_limited=True,
    ),
    b"MISHT2D\0": _Layout(
        BlockIndexKind.TRACK_2D,
        _header(has_type=True, reserved="<u8"),
        _ENTRY_2D,
        (TrackType.RECTANGLES, TrackType.POINTS),
        is_limited=True,
    ),
    b"MISHAI1D": _Layout(
        BlockIndexKind.INTERVALS, _header(has_type=False, reserved="<u4"), _ENTRY_1D, (), True
    ),
    b"MISHAI2D": _Layout(
        BlockIndexKind.INTERVALS_2D, _header(has_type=False, reserved="<u8"), _ENTRY_2D, (), False
    ),
}
_MAGICS = {layout.kind: magic for magic, layout in _LAYOUTS.items()}


def decode_block_index(data: BytesLike, path: object, dat_size: int | None = None) -> BlockIndex:
    """Read an index of any of the four kinds.

    Parameters
    ----------
    data : bytes-like
        The whole file.
    path : path-like
        The file, for error messages.
    dat_size : int, optional
        Size of the `.dat` file in bytes, which no range may exceed.

    Returns
    -------
    BlockIndex
        Entries in file order. IDs are not compared with a genome here.

    Raises
    ------
    CorruptFileError
        If the magic, version, byte order, type, length of the file or checksum is wrong, if an ID
        (or pair of IDs) occurs twice, or if a range wraps around or leaves the `.dat` file.

    Notes
    -----
    Source: misha file format, `track.idx` and index files of interval sets. The checksum covers the
    entries without their reserved field.

    Examples
    --------
    >>> index = BlockIndex(
    ...     BlockIndexKind.TRACK,
    ...     ids1=np.array([0, 1]),
    ...     ids2=None,
    ...     offsets=np.array([0, 52]),
    ...     lengths=np.array([52, 32]),
    ...     track_type=TrackType.DENSE,
    ... )
    >>> found = decode_block_index(encode_block_index(index), "track.idx", dat_size=84)
    >>> found.offsets.tolist(), found.lengths.tolist()
    ([0, 52], [52, 32])
    """
    view = view_bytes(data)
    layout, header = _read_header(view, path)
    n = _check_count(view, path, layout, header)
    entries = np.frombuffer(view, layout.entry, count=n, offset=layout.header.itemsize)
    body = view[layout.header.itemsize :]
    crc = crc64_strided(body, layout.entry.itemsize, layout.entry.itemsize - 4)
    if crc != int(header["crc"]):
        problem = f"expected checksum {int(header['crc']):#018x}, the entries have {crc:#018x}"
        raise CorruptFileError.at(path, _field_offset(layout.header, "crc"), problem)
    return _checked_index(entries, path, layout, _track_type(header, path, layout), dat_size)


def _field_offset(dtype: np.dtype[np.void], name: str) -> int:
    assert dtype.fields is not None
    return int(dtype.fields[name][1])


def _read_header(view: memoryview, path: object) -> tuple[_Layout, np.void]:
    """Look up the kind of the index; check version and byte order."""
    layout = _LAYOUTS.get(bytes(view[:8]))
    if layout is None:
        raise CorruptFileError.at(path, 0, f"{bytes(view[:8])!r} does not begin an index file")
    if len(view) < layout.header.itemsize:
        problem = f"expected a header of {layout.header.itemsize} bytes, found {len(view)}"
        raise CorruptFileError.at(path, len(view), problem)
    header: np.void = np.frombuffer(view, layout.header, count=1)[0]
    if int(header["version"]) != VERSION:
        problem = f"expected version {VERSION} of the format, found {header['version']}"
        raise CorruptFileError.at(path, _field_offset(layout.header, "version"), problem)
    if not int(header["flags"]) & LITTLE_ENDIAN_FLAG:
        problem = "the file was written on a big-endian machine, which is not supported"
        raise CorruptFileError.at(path, _field_offset(layout.header, "flags"), problem)
    return layout, header


def _check_count(view: memoryview, path: object, layout: _Layout, header: np.void) -> int:
    """Return the number of entries, once the file is known to hold exactly so many."""
    n = int(header["n"])
    offset = _field_offset(layout.header, "n")
    if layout.is_limited and n > MAX_ENTRIES:
        raise CorruptFileError.at(path, offset, f"{n:,} entries, the limit is {MAX_ENTRIES:,}")
    expected = layout.header.itemsize + n * layout.entry.itemsize
    if len(view) != expected:
        problem = f"{n:,} entries need a file of {expected:,} bytes, found {len(view):,}"
        raise CorruptFileError.at(path, offset, problem)
    return n


def _track_type(header: np.void, path: object, layout: _Layout) -> TrackType | None:
    if not layout.track_types:
        return None
    number = int(header["type"])
    if number >= len(layout.track_types):
        problem = f"{number} is not the number of a track type"
        raise CorruptFileError.at(path, _field_offset(layout.header, "type"), problem)
    return layout.track_types[number]


def _checked_index(
    entries: npt.NDArray[np.void],
    path: object,
    layout: _Layout,
    track_type: TrackType | None,
    dat_size: int | None,
) -> BlockIndex:
    """Copy the fields into plain arrays, once IDs are unique and ranges sane."""
    is_2d = layout.entry is _ENTRY_2D
    keys = entries["id1"].astype(np.uint64)
    if is_2d:
        keys = (keys << np.uint64(32)) | entries["id2"]
    limit = np.uint64(2**63 - 1 if dat_size is None else dat_size)
    offsets, lengths = entries["offset"], entries["length"]
    # Compared this way round, nothing can wrap.
    is_wrong = (offsets > limit) | (lengths > limit - np.minimum(offsets, limit))
    problem = f"byte range beyond the end of the data, {int(limit):,}"
    if not is_wrong.any():
        is_wrong, problem = _repeats(keys), "chromosome or pair listed twice"
    if is_wrong.any():
        k = int(np.argmax(is_wrong))
        position = layout.header.itemsize + k * layout.entry.itemsize
        raise CorruptFileError.at(path, position, f"entry {k}: {problem}")
    return BlockIndex(
        layout.kind,
        entries["id1"].astype(np.int64),
        entries["id2"].astype(np.int64) if is_2d else None,
        offsets.astype(np.int64),
        lengths.astype(np.int64),
        track_type,
    )


def _repeats(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Mark keys that occurred before; writers sort, so that the sort is rarely needed."""
    if np.all(keys[1:] > keys[:-1]):
        return np.zeros(len(keys), np.bool_)
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    marks = np.zeros(len(keys), np.bool_)
    marks[order[1:]] = ranked[1:] == ranked[:-1]
    return marks


def encode_block_index(index: BlockIndex) -> bytes:
    r"""Write an index of any of the four kinds.

    Parameters
    ----------
    index : BlockIndex
        Entries in the order to be written. The programs that share the format sort by ID and lay
        the payloads out without gaps.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ValueError
        If the kind does not have the track type given, or IDs are out of range.

    Examples
    --------
    >>> nothing = np.empty(0, np.int64)
    >>> empty = BlockIndex(BlockIndexKind.INTERVALS, nothing, None, nothing, nothing)
    >>> encode_block_index(empty)[:12]
    b'MISHAI1D\x01\x00\x00\x00'
    """
    layout = _LAYOUTS[_MAGICS[index.kind]]
    entries = np.zeros(len(index), layout.entry)
    columns = {"id1": index.ids1, "offset": index.offsets, "length": index.lengths}
    if index.ids2 is not None:
        columns["id2"] = index.ids2
    for name, values in columns.items():
        top = np.iinfo(layout.entry[name]).max
        if len(values) and not 0 <= int(values.min()) <= int(values.max()) <= top:
            raise ValueError(f"{name} of an index must be 0 to {top}")
        entries[name] = values
    body = entries.tobytes()
    crc = crc64_strided(body, layout.entry.itemsize, layout.entry.itemsize - 4)
    header = np.zeros(1, layout.header)
    fields = {"magic": _MAGICS[index.kind], "version": VERSION, "n": len(entries)}
    for name, value in {**fields, "flags": LITTLE_ENDIAN_FLAG, "crc": crc}.items():
        header[name] = value
    if layout.track_types:
        header["type"] = layout.track_types.index(_required_type(index, layout))
    return header.tobytes() + body


def _required_type(index: BlockIndex, layout: _Layout) -> TrackType:
    if index.track_type is None or index.track_type not in layout.track_types:
        allowed = ", ".join(layout.track_types)
        message = f"track type of this index must be one of {allowed}; found {index.track_type}"
        raise ValueError(message)
    return index.track_type
