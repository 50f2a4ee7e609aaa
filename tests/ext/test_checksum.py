"""CRC-64/XZ against check values and against a bit at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr._ext.checksum import crc64, crc64_spans, crc64_strided
from misha_xr.testing import formats as oracle


@pytest.mark.parametrize(("data", "expected"), [(b"", 0), (b"123456789", 0x995DC9BBDF1939FA)])
def test_crc64__check_values(data: bytes, expected: int) -> None:
    assert crc64(data) == expected


@given(st.binary(max_size=100))
def test_crc64__equals_bitwise(data: bytes) -> None:
    assert crc64(data) == oracle.crc64(data)


@given(st.binary(max_size=60), st.integers(0, 60))
def test_crc64__goes_on_from_a_part(data: bytes, cut: int) -> None:
    assert crc64(data[cut:], crc64(data[:cut])) == crc64(data)


@given(st.binary(max_size=100), st.integers(1, 30), st.data())
def test_crc64_strided__equals_joined_parts(data: bytes, stride: int, draw: st.DataObject) -> None:
    width = draw.draw(st.integers(0, stride))
    n = len(data) // stride
    joined = b"".join(data[k * stride : k * stride + width] for k in range(n))
    assert crc64_strided(data, stride, width) == crc64(joined)


def test_crc64_strided__width_above_stride() -> None:
    with pytest.raises(ValueError, match="width <= stride"):
        crc64_strided(b"abcd", 2, 3)


@given(st.binary(min_size=1, max_size=50), st.data())
def test_crc64_spans__equals_joined_parts(data: bytes, draw: st.DataObject) -> None:
    cuts = st.tuples(st.integers(0, len(data)), st.integers(0, len(data))).map(sorted)
    spans = draw.draw(st.lists(cuts, max_size=5))
    starts, stops = np.array(spans, np.int64).reshape(-1, 2).T
    joined = b"".join(data[lo:hi] for lo, hi in spans)
    assert crc64_spans(data, starts.copy(), stops.copy()) == crc64(joined)


def test_crc64__reads_read_only_arrays() -> None:
    data = np.frombuffer(b"123456789", np.uint8)
    assert crc64(data) == crc64(b"123456789")
