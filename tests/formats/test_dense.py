"""Dense payloads: examples, round trip, damage."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from misha_xr.errors import CorruptFileError
from misha_xr.formats.dense import (
    check_dense_blocks,
    decode_dense,
    encode_dense,
    infinity_to_nan,
)
from misha_xr.testing.mutations import count_refusals

PAYLOAD = encode_dense(50, [1.5, np.nan, np.inf, -2.0])


def test_encode_dense__bytes() -> None:
    words = [struct.pack("<f", 1.5), b"\0\0\xc0\x7f", b"\0\0\x80\x7f", struct.pack("<f", -2.0)]
    assert struct.pack("<I", 50) + b"".join(words) == PAYLOAD


def test_encode_dense__every_nan_has_one_bit_pattern() -> None:
    odd = np.array([0xFFC00000, 0x7F800001, 0x7FC00001], np.uint32).view(np.float32)
    assert encode_dense(1, odd)[4:] == b"\0\0\xc0\x7f" * 3


@given(st.integers(1, 2**31 - 1), hnp.arrays(np.float32, st.integers(0, 20)), st.integers(0, 3))
def test_decode_dense__gives_back_what_was_encoded(
    bin_size: int, values: np.ndarray, shift: int
) -> None:
    data = np.frombuffer(bytes(shift) + encode_dense(bin_size, values), np.uint8)[shift:]
    block = decode_dense(data, "chr1", bin_size=bin_size, n_bins=len(values))
    assert block.bin_size == bin_size
    np.testing.assert_array_equal(block.values, values)


def test_decode_dense__is_a_read_only_view() -> None:
    data = np.frombuffer(PAYLOAD, np.uint8).copy()
    values = decode_dense(data, "chr1").values
    assert np.shares_memory(values, data)
    assert values.dtype == np.float32
    assert not values.flags.writeable


def test_decode_dense__leaves_infinities_to_its_readers() -> None:
    values = decode_dense(PAYLOAD, "chr1").values
    assert np.isinf(values[2])
    np.testing.assert_array_equal(
        infinity_to_nan(values), np.array([1.5, np.nan, np.nan, -2.0], np.float32)
    )


DAMAGE = [
    (PAYLOAD[:-1], {}, "whole number of bins, found 3 bins and 3 bytes"),
    (PAYLOAD[:-4], {"n_bins": 4}, "expected 4 bins, found 3 bins"),
    (PAYLOAD + bytes(4), {"n_bins": 4}, "expected 4 bins, found 5 bins"),
    (PAYLOAD, {"bin_size": 20}, "expected bin size 20, found 50"),
    (b"", {}, "signature of 4 bytes, found 0"),
    (bytes(8), {}, "0 is not the signature"),
    (b"\xff" * 4, {}, "expected a dense track, found a payload of type sparse"),
]


@pytest.mark.parametrize(("data", "expected", "message"), DAMAGE)
def test_decode_dense__damage(data: bytes, expected: dict[str, int], message: str) -> None:
    with pytest.raises(CorruptFileError, match=message) as caught:
        decode_dense(data, "track.dat", 1000, **expected)
    assert "track.dat, byte 10" in str(caught.value)


def test_decode_dense__spoilt_copies() -> None:
    # Bits of values carry no check, so many a spoilt copy decodes; cut ones never do.
    refused = count_refusals(lambda data: decode_dense(data, "chr1", n_bins=4), PAYLOAD)
    assert refused > len(PAYLOAD)


@pytest.mark.parametrize("bin_size", [0, -1, 2**31])
def test_encode_dense__bin_size_out_of_range(bin_size: int) -> None:
    with pytest.raises(ValueError, match="bin size must be 1 to"):
        encode_dense(bin_size, [1.0])


def test_encode_dense__two_dimensions() -> None:
    with pytest.raises(ValueError, match="one dimension, found 2"):
        encode_dense(1, [[1.0]])


def test_encode_dense__too_large_a_value_is_infinite() -> None:
    assert np.isinf(decode_dense(encode_dense(1, [1e300]), "chr1").values[0])


OTHER = encode_dense(20, [1.0])
BLOCKS = [
    ([0, 0, 0], [20, 0, 20], None),
    ([0, 0, 3], [20, 20, 0], None),
    ([0, 0, 20], [20, 16, 8], "byte 16: expected 4 bins, found 3 bins"),
    ([0, 0, 0], [20, 20, 3], "byte 0: expected a signature of 4 bytes, found 3"),
    ([20, 0, 0], [8, 20, 20], "byte 20: expected bin size 50, found 20"),
]


@pytest.mark.parametrize(("offsets", "lengths", "message"), BLOCKS)
def test_check_dense_blocks__first_wrong_payload(
    offsets: list[int], lengths: list[int], message: str | None
) -> None:
    data = np.frombuffer(PAYLOAD + OTHER, np.uint8)
    n_bins = np.array([1 if lengths[0] == 8 else 4, 4, 4])
    where = np.array(offsets), np.array(lengths)
    if message is None:
        check_dense_blocks(data, "track.dat", *where, bin_size=50, n_bins=n_bins)
        return
    with pytest.raises(CorruptFileError, match=message):
        check_dense_blocks(data, "track.dat", *where, bin_size=50, n_bins=n_bins)
