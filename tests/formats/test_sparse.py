"""Sparse payloads: examples, round trip, damage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.errors import CorruptFileError
from misha_xr.formats.sparse import (
    check_sparse,
    check_sparse_blocks,
    decode_sparse,
    encode_sparse,
)
from misha_xr.testing.formats import pack_sparse
from misha_xr.testing.mutations import count_refusals

ROWS = [(10, 20, 1.5), (20, 30, -2.0), (100, 150, 0.25)]
PAYLOAD = pack_sparse(ROWS)


def test_decode_sparse__rows() -> None:
    records = decode_sparse(PAYLOAD, "chr1", size=150)
    assert records.starts.tolist() == [10, 20, 100]
    assert records.ends.tolist() == [20, 30, 150]
    assert records.values.tolist() == [1.5, -2.0, 0.25]
    assert (records.values.dtype, len(records)) == (np.float32, 3)


def test_decode_sparse__nothing() -> None:
    assert len(decode_sparse(np.frombuffer(pack_sparse([]), np.uint8), "chr1")) == 0


def test_decode_sparse__not_finite_is_nan() -> None:
    payload = pack_sparse([(0, 1, math.inf), (1, 2, math.nan), (2, 3, -math.inf)])
    assert np.isnan(decode_sparse(payload, "chr1").values).all()


@given(
    st.lists(st.tuples(st.integers(0, 2**40), st.integers(1, 2**40))),
    st.data(),
)
def test_decode_sparse__gives_back_what_was_encoded(
    steps: list[tuple[int, int]], draw: st.DataObject
) -> None:
    edges = np.cumsum(np.array(steps, np.int64).reshape(-1, 2))
    starts, ends = edges[::2], edges[1::2]
    floats = st.floats(width=32, allow_infinity=False)
    n = len(steps)
    values = np.array(draw.draw(st.lists(floats, min_size=n, max_size=n)), np.float32)
    payload = encode_sparse(starts, ends, values)
    found = decode_sparse(payload, "chr1", size=int(ends[-1]) if n else None)
    np.testing.assert_array_equal(found.starts, starts)
    np.testing.assert_array_equal(found.ends, ends)
    np.testing.assert_array_equal(found.values, values)
    assert check_sparse(payload, "chr1") == n


def test_encode_sparse__bytes() -> None:
    assert encode_sparse(*(list(column) for column in zip(*ROWS, strict=True))) == PAYLOAD


BAD_ROWS = [
    ([(-1, 5, 0.0)], r"byte 1004: record 0, \[-1, 5\), starts before base 0"),
    ([(0, 5, 0.0), (9, 9, 0.0)], r"byte 1024: record 1, \[9, 9\), is empty"),
    ([(5, 9, 0.0), (1, 2, 0.0)], r"byte 1024: record 1, \[1, 2\), is out of order"),
    ([(5, 9, 0.0), (8, 12, 0.0)], r"byte 1024: record 1, \[8, 12\), overlaps"),
    ([(5, 101, 0.0)], r"byte 1004: record 0, \[5, 101\), ends beyond the chromosome"),
]


@pytest.mark.parametrize(("rows", "message"), BAD_ROWS)
@pytest.mark.parametrize("use", [decode_sparse, check_sparse])
def test_check_sparse__rules_of_records(
    use: object, rows: list[tuple[int, int, float]], message: str
) -> None:
    with pytest.raises(CorruptFileError, match=message):
        use(pack_sparse(rows), "track.dat", 1000, size=100)  # type: ignore[operator]


@pytest.mark.parametrize(("rows", "message"), BAD_ROWS)
def test_check_sparse_blocks__first_wrong_payload(
    rows: list[tuple[int, int, float]], message: str
) -> None:
    data = np.frombuffer(bytes(1000) + pack_sparse(rows) + PAYLOAD, np.uint8)
    lengths = np.array([len(PAYLOAD), 0, len(data) - 1000 - len(PAYLOAD)])
    offsets = np.array([len(data) - len(PAYLOAD), 0, 1000])
    sizes = np.array([150, 1, 100])
    with pytest.raises(CorruptFileError, match=message):
        check_sparse_blocks(data, "track.dat", offsets, lengths, sizes=sizes)
    check_sparse_blocks(data, "track.dat", offsets[:2], lengths[:2], sizes=sizes[:2])


@pytest.mark.parametrize(
    ("length", "message"),
    [(2, "signature of 4 bytes, found 2"), (30, "whole records of 20 bytes, found 1 and 6 bytes")],
)
def test_check_sparse_blocks__length(length: int, message: str) -> None:
    data = np.frombuffer(PAYLOAD, np.uint8)
    where = np.array([0, 0]), np.array([0, length])
    with pytest.raises(CorruptFileError, match=message):
        check_sparse_blocks(data, "track.dat", *where, sizes=np.array([1, 150]))


def test_check_sparse_blocks__other_type() -> None:
    data = np.frombuffer(b"\x32\0\0\0" + PAYLOAD[4:], np.uint8)
    where = np.array([0]), np.array([len(data)])
    with pytest.raises(CorruptFileError, match="found a payload of type dense"):
        check_sparse_blocks(data, "track.dat", *where, sizes=np.array([150]))


def test_decode_sparse__spoilt_copies() -> None:
    refused = count_refusals(lambda data: decode_sparse(data, "chr1", size=150), PAYLOAD)
    assert refused > 300


@pytest.mark.parametrize(
    ("starts", "ends", "values", "message"),
    [
        ([1], [2, 3], [1.0], "of one length"),
        ([5, 1], [6, 2], [1.0, 1.0], r"interval 1, \[1, 2\), is out of order"),
        ([5], [5], [1.0], "is empty"),
        ([-1], [5], [1.0], "before base 0"),
    ],
)
def test_encode_sparse__refuses(
    starts: list[int], ends: list[int], values: list[float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        encode_sparse(starts, ends, values)
