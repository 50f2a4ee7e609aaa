"""Array payloads: examples, round trip against the oracle, damage."""

from __future__ import annotations

import math
import random
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext import array_records
from misha_xr.errors import CorruptFileError
from misha_xr.formats.array import (
    EMPTY_ARRAY,
    ArrayRecords,
    check_array,
    check_array_blocks,
    decode_array,
    encode_array,
    find_interval_tables,
)
from misha_xr.testing.arrays import Interval, array_intervals, pack_array
from misha_xr.testing.mutations import count_refusals, spoilt_copies

ROWS: list[Interval] = [(5, 10, {0: 1.0, 2: 3.0}), (20, 30, {1: 2.5}), (30, 31, {})]
PAYLOAD = pack_array(ROWS)


def as_matrix(rows: list[Interval], n_columns: int) -> np.ndarray:
    values = np.full((len(rows), n_columns), np.nan, np.float32)
    for k, (_, _, cells) in enumerate(rows):
        for column, value in cells.items():
            values[k, column] = value
    return values


def check_equal(found: ArrayRecords, rows: list[Interval], n_columns: int) -> None:
    assert found.starts.tolist() == [row[0] for row in rows]
    assert found.ends.tolist() == [row[1] for row in rows]
    np.testing.assert_array_equal(found.values, as_matrix(rows, n_columns))
    assert found.values.dtype == np.float32


def test_decode_array__rows() -> None:
    check_equal(decode_array(PAYLOAD, "chr1", n_columns=3, size=31), ROWS, 3)


def test_decode_array__example_of_the_format() -> None:
    payload = bytes.fromhex(
        "F8FFFFFF 2C00000000000000 02000000 0000803F 00000000 00004040 02000000"
        "01000000 00002040 01000000 0200000000000000"
        "0500000000000000 0A00000000000000 0C00000000000000"
        "1400000000000000 1E00000000000000 2000000000000000"
    )
    check_equal(decode_array(payload, "chrA", n_columns=3), ROWS[:2], 3)
    assert payload == pack_array(ROWS[:2])


def test_decode_array__nothing() -> None:
    assert decode_array(EMPTY_ARRAY, "chr1", n_columns=4).values.shape == (0, 4)
    assert EMPTY_ARRAY.hex(" ", 4) == "f8ffffff 0c000000 00000000 00000000 00000000"


def test_decode_array__infinities_are_values() -> None:
    payload = pack_array([(0, 1, {0: math.inf, 1: -math.inf, 2: math.nan})])
    values = decode_array(payload, "chr1", n_columns=3).values
    np.testing.assert_array_equal(values, [[np.inf, -np.inf, np.nan]])


def test_decode_array__columns_without_a_name_are_left_out() -> None:
    assert decode_array(PAYLOAD, "chr1", n_columns=2).values[:, :].tolist()[1] == [
        pytest.approx(math.nan, nan_ok=True),
        2.5,
    ]


def test_check_array__blocks_left_behind_without_values() -> None:
    payload = pack_array(ROWS, n_empty=2)
    check_equal(decode_array(payload, "chr1", n_columns=3), ROWS, 3)


@given(st.data(), st.integers(1, 6))
def test_array__round_trip(data: st.DataObject, n_columns: int) -> None:
    rows = data.draw(array_intervals(size=60, n_columns=n_columns))
    payload = pack_array(rows)
    found = decode_array(payload, "chr1", n_columns=n_columns, size=60)
    check_equal(found, rows, n_columns)
    assert encode_array(found.starts, found.ends, found.values) == payload
    assert check_array(payload, "chr1", size=60) == len(rows)
    where = np.array([7]), np.array([len(payload)])
    data_at_7 = np.frombuffer(bytes(7) + payload, np.uint8)
    rows_at, n_bytes = find_interval_tables(data_at_7, *where)
    assert rows_at.tolist() == [7 + len(payload) - 24 * len(rows)]
    assert n_bytes.tolist() == [24 * len(rows)]


def patched(at: int, layout: str, value: float) -> bytes:
    out = bytearray(PAYLOAD)
    struct.pack_into(layout, out, at, value)
    return bytes(out)


TABLE = int.from_bytes(PAYLOAD[4:12], "little")
FAULTS = [
    (PAYLOAD[:15], r"byte 1015: expected an array payload of 20 bytes or more, found 15"),
    (PAYLOAD[:2], r"byte 1000: expected a signature of 4 bytes, found 2"),
    (b"", r"byte 1000: expected a signature of 4 bytes, found 0"),
    (patched(0, "<i", -1), r"expected an array track, found a payload of type sparse"),
    (patched(4, "<q", -8), r"byte 1004: the interval table is said to be at byte -8"),
    (patched(4, "<q", 2**62), r"byte 1004: the interval table is said to be at byte 4611"),
    (patched(TABLE, "<Q", 2**63), r"a table of 9,223,372,036,854,775,808 intervals does not fill"),
    (patched(TABLE, "<Q", 2), r"a table of 2 intervals does not fill the 72 bytes left"),
    (PAYLOAD + b"\0", r"does not fill the 73 bytes left"),
    (patched(TABLE + 8, "<q", -1), r"interval 0, \[-1, 10\), starts before base 0"),
    (patched(TABLE + 16, "<q", 5), r"interval 0, \[5, 5\), is empty"),
    (patched(TABLE + 32, "<q", 4), r"interval 1, \[4, 30\), is out of order"),
    (patched(TABLE + 32, "<q", 9), r"interval 1, \[9, 30\), overlaps"),
    (patched(TABLE + 64, "<q", 101), r"interval 2, \[30, 101\), ends beyond the chromosome"),
    (patched(TABLE + 48, "<q", 12), r"interval 1, \[20, 30\), points at a place"),
    (patched(TABLE + 72, "<q", TABLE), r"interval 2, \[30, 31\), points at a place"),
    (patched(TABLE + 24, "<q", -(2**62)), r"interval 0, \[5, 10\), points at a place"),
    (patched(12, "<I", 2**32 - 1), r"interval 0, \[5, 10\), has more values than"),
    (patched(12, "<I", 1), r"interval 1, \[20, 30\), points at a place"),
    (patched(20, "<I", 2), r"interval 0, \[5, 10\), has values whose columns are out of order"),
    (patched(28, "<I", 2**31), r"interval 0, \[5, 10\), has a value of a column beyond"),
    (
        struct.pack("<iqIQ", -8, 16, 7, 0),
        r"byte 1016: bytes in front of the interval table that belong to no interval",
    ),
]


@pytest.mark.parametrize(("payload", "message"), FAULTS)
def test_check_array__names_the_fault(payload: bytes, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        check_array(payload, "track.dat", 1000, size=100)


@pytest.mark.parametrize(("payload", "message"), [row for row in FAULTS if row[0]])
def test_check_array_blocks__first_wrong_payload(payload: bytes, message: str) -> None:
    data = np.frombuffer(bytes(1000) + payload + PAYLOAD, np.uint8)
    lengths = np.array([len(PAYLOAD), 0, len(payload)])
    offsets = np.array([len(data) - len(PAYLOAD), 0, 1000])
    sizes = np.array([31, 1, 100])
    with pytest.raises(CorruptFileError, match=message):
        check_array_blocks(data, "track.dat", offsets, lengths, sizes=sizes)
    check_array_blocks(data, "track.dat", offsets[:2], lengths[:2], sizes=sizes[:2])


def read(data: bytes) -> ArrayRecords:
    return decode_array(data, "chr1", n_columns=3, size=31)


def test_decode_array__spoilt_copies() -> None:
    assert count_refusals(read, PAYLOAD) > 400


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_decode_array__many_spoilt_copies(seed: int) -> None:
    """What is accepted reads as the oracle packs it: nothing but values can have changed."""
    for copy in spoilt_copies(PAYLOAD, n_flips=500, seed=seed):
        check_spoilt(copy)


@pytest.mark.parametrize("mask", [1, 0x80])
def test_decode_array__every_byte_flipped(mask: int) -> None:
    for at in range(len(PAYLOAD)):
        copy = bytearray(PAYLOAD)
        copy[at] ^= mask
        check_spoilt(bytes(copy))


def check_spoilt(data: bytes) -> None:
    try:
        found = decode_array(data, "chr1", n_columns=1 << 12, size=31)
    except CorruptFileError:
        return
    rows = [
        (start, end, {int(c): float(row[c]) for c in np.flatnonzero(~np.isnan(row))})
        for start, end, row in zip(
            found.starts.tolist(), found.ends.tolist(), found.values, strict=True
        )
    ]
    has_nan_cells = sum(len(row[2]) for row in rows) < 3
    assert has_nan_cells or len(pack_array(rows)) == len(data)


def test_decode_array__wild_words() -> None:
    chance = random.Random(3)
    words = [0, 1, 12, 2**31, 2**32 - 1, 2**62, 2**63, 2**64 - 1, len(PAYLOAD), TABLE]
    for _ in range(400):
        copy = bytearray(PAYLOAD)
        at = chance.randrange(4, len(PAYLOAD) - 8)
        copy[at : at + 8] = struct.pack("<Q", chance.choice(words))
        check_spoilt(bytes(copy))


@pytest.mark.parametrize(
    ("starts", "ends", "values", "message"),
    [
        ([1], [2, 3], [[1.0]], "expected n starts"),
        ([1], [2], [1.0], "expected n starts"),
        ([5, 1], [6, 2], [[1.0], [1.0]], r"interval 1, \[1, 2\), is out of order"),
        ([5], [5], [[1.0]], "is empty"),
        ([-1], [5], [[1.0]], "before base 0"),
    ],
)
def test_encode_array__refuses(
    starts: list[int], ends: list[int], values: list[object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        encode_array(starts, ends, values)


def test_encode_array__too_many_columns() -> None:
    with pytest.raises(ValueError, match="at most 1,048,576 columns"):
        encode_array(
            [1], [2], np.broadcast_to(np.float32(np.nan), (1, array_records.MAX_COLUMNS + 1))
        )


def test_encode_array__value_beyond_float32_is_infinite() -> None:
    values = decode_array(encode_array([1], [2], [[1e40]]), "chr1", n_columns=1).values
    assert values.tolist() == [[math.inf]]


@pytest.mark.slow
def test_array__a_million_intervals() -> None:
    n = 1_000_000
    starts = np.arange(n) * 10
    values = np.random.default_rng(0).random((n, 4)).astype(np.float32)
    values[values < 0.3] = np.nan
    found = decode_array(encode_array(starts, starts + 10, values), "chr1", n_columns=4)
    np.testing.assert_array_equal(found.values, values)
    np.testing.assert_array_equal(found.starts, starts)
