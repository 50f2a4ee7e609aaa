"""All four block indices: examples, round trip, damage."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.block_index import (
    BlockIndex,
    BlockIndexKind,
    decode_block_index,
    encode_block_index,
)
from misha_xr.formats.signature import TrackType
from misha_xr.testing.formats import pack_block_index
from misha_xr.testing.mutations import count_refusals

KINDS = [
    (b"MISHATDX", 0, BlockIndexKind.TRACK, TrackType.DENSE),
    (b"MISHATDX", 1, BlockIndexKind.TRACK, TrackType.SPARSE),
    (b"MISHATDX", 2, BlockIndexKind.TRACK, TrackType.ARRAY),
    (b"MISHT2D\0", 0, BlockIndexKind.TRACK_2D, TrackType.RECTANGLES),
    (b"MISHT2D\0", 1, BlockIndexKind.TRACK_2D, TrackType.POINTS),
    (b"MISHAI1D", None, BlockIndexKind.INTERVALS, None),
    (b"MISHAI2D", None, BlockIndexKind.INTERVALS_2D, None),
]
ROWS_1D = [(0, 0, 52), (1, 52, 32), (2, 84, 0), (3, 84, 8)]
ROWS_2D = [(0, 0, 0, 2588), (0, 1, 2588, 164), (2, 0, 2752, 164)]
EVERY_KIND = pytest.mark.parametrize(("magic", "number", "kind", "track_type"), KINDS)


def rows_of(magic: bytes) -> list[tuple[int, ...]]:
    return list(ROWS_2D if b"2D" in magic else ROWS_1D)


def index_rows(index: BlockIndex) -> list[tuple[int, ...]]:
    ids = [index.ids1] if index.ids2 is None else [index.ids1, index.ids2]
    return list(zip(*(c.tolist() for c in [*ids, index.offsets, index.lengths]), strict=True))


@EVERY_KIND
def test_decode_block_index__every_kind(
    magic: bytes, number: int | None, kind: BlockIndexKind, track_type: TrackType | None
) -> None:
    data = pack_block_index(magic, number, rows_of(magic))
    index = decode_block_index(np.frombuffer(data, np.uint8), "track.idx", 3000)
    assert (index.kind, index.track_type, len(index)) == (kind, track_type, len(rows_of(magic)))
    assert index_rows(index) == rows_of(magic)
    assert index.ids1.dtype == index.offsets.dtype == index.lengths.dtype == np.int64
    assert encode_block_index(index) == data


@EVERY_KIND
def test_decode_block_index__no_entry(
    magic: bytes, number: int | None, kind: BlockIndexKind, track_type: TrackType | None
) -> None:
    data = pack_block_index(magic, number, [])
    index = decode_block_index(data, "track.idx", 0)
    assert (index.kind, len(index)) == (kind, 0)
    assert encode_block_index(index) == data


def test_decode_block_index__any_order_and_gaps() -> None:
    rows = [(7, 100, 8), (0, 0, 10), (2**32 - 1, 50, 0), (3, 30, 5)]
    assert index_rows(decode_block_index(pack_block_index(b"MISHAI1D", None, rows), "x")) == rows


@given(st.data())
def test_encode_block_index__gives_back_every_index(draw: st.DataObject) -> None:
    _, _, kind, track_type = draw.draw(st.sampled_from(KINDS))
    n_ids = 2 if "2d" in kind.value else 1
    number = st.integers(0, 2**62)
    entry = st.tuples(*[st.integers(0, 2**32 - 1)] * n_ids, number, number)
    rows = draw.draw(st.lists(entry, unique_by=lambda row: row[:n_ids], max_size=6))
    columns = np.array(rows, np.int64).reshape(-1, n_ids + 2).T
    ids2 = columns[1] if n_ids == 2 else None
    index = BlockIndex(kind, columns[0], ids2, columns[-2], columns[-1], track_type)
    found = decode_block_index(encode_block_index(index), "x")
    assert (found.kind, found.track_type) == (kind, track_type)
    assert index_rows(found) == rows


DAMAGE = [
    (0, b"X", "does not begin an index file"),
    (8, b"\x02", "byte 8: expected version 1 of the format, found 2"),
    (12, b"\x03", "byte 12: 3 is not the number of a track type"),
    (16, b"\x05", "byte 16: 5 entries need a file of 156 bytes, found 132"),
    (16, b"\xff\xff\xff\x7f", "2,147,483,647 entries, the limit is 20,000,000"),
    (20, b"\x00", "big-endian"),
    (28, b"\x00\x00", "byte 28: expected checksum"),
    (40, b"\x01", "byte 28: expected checksum"),
]


@pytest.mark.parametrize(("at", "new", "message"), DAMAGE)
def test_decode_block_index__damage(at: int, new: bytes, message: str) -> None:
    data = pack_block_index(b"MISHATDX", 0, ROWS_1D)
    with pytest.raises(CorruptFileError, match=message):
        decode_block_index(data[:at] + new + data[at + len(new) :], "track.idx")


def test_decode_block_index__ignores_reserved_fields() -> None:
    data = bytearray(pack_block_index(b"MISHATDX", 0, ROWS_1D))
    data[36 + 20 : 36 + 24] = b"\xff" * 4
    assert index_rows(decode_block_index(data, "track.idx")) == ROWS_1D


BAD_ROWS = [
    ([(0, 0, 5), (0, 5, 5)], None, "byte 60: entry 1: chromosome or pair listed twice"),
    ([(3, 0, 5), (1, 5, 5), (3, 9, 5)], None, "byte 84: entry 2: chromosome or pair listed twice"),
    ([(0, 2**64 - 1, 2)], None, "byte 36: entry 0: byte range beyond"),
    ([(0, 2**63 - 1, 1)], None, "byte range beyond"),
    ([(0, 1, 2**64 - 1)], None, "byte range beyond"),
    ([(0, 0, 5), (1, 5, 6)], 10, "byte 60: entry 1: byte range beyond the end of the data, 10"),
    ([(0, 11, 0)], 10, "byte range beyond"),
]


@pytest.mark.parametrize(("rows", "dat_size", "message"), BAD_ROWS)
def test_decode_block_index__bad_entries(
    rows: list[tuple[int, ...]], dat_size: int | None, message: str
) -> None:
    with pytest.raises(CorruptFileError, match=message):
        decode_block_index(pack_block_index(b"MISHATDX", 0, rows), "track.idx", dat_size)


def test_decode_block_index__pair_twice() -> None:
    data = pack_block_index(b"MISHAI2D", None, [(0, 1, 0, 5), (1, 0, 5, 5), (0, 1, 10, 5)])
    with pytest.raises(CorruptFileError, match="entry 2: chromosome or pair listed twice"):
        decode_block_index(data, "intervals2d.idx")


def test_decode_block_index__huge_count_allocates_nothing() -> None:
    head = b"MISHAI2D" + struct.pack("<IIQQQ", 1, 2**32 - 1, 1, 0, 0)
    with pytest.raises(CorruptFileError, match="4,294,967,295 entries need a file of"):
        decode_block_index(head, "intervals2d.idx")


@EVERY_KIND
def test_decode_block_index__spoilt_copies(
    magic: bytes, number: int | None, kind: BlockIndexKind, track_type: TrackType | None
) -> None:
    data = pack_block_index(magic, number, rows_of(magic))
    assert count_refusals(lambda copy: decode_block_index(copy, "track.idx", 3000), data) > 500


def test_encode_block_index__track_type_missing() -> None:
    nothing = np.empty(0, np.int64)
    index = BlockIndex(BlockIndexKind.TRACK, nothing, None, nothing, nothing)
    with pytest.raises(ValueError, match="one of dense, sparse, array; found None"):
        encode_block_index(index)


@pytest.mark.parametrize("bad", [-1, 2**32])
def test_encode_block_index__id_out_of_range(bad: int) -> None:
    zero = np.zeros(1, np.int64)
    index = BlockIndex(BlockIndexKind.INTERVALS, np.array([bad]), None, zero, zero)
    with pytest.raises(ValueError, match="id1 of an index must be 0 to 4294967295"):
        encode_block_index(index)
