"""Track types from the first four bytes."""

from __future__ import annotations

import pytest

from misha_xr.errors import CorruptFileError, UnsupportedError
from misha_xr.formats.signature import TrackType, check_signature, read_signature
from misha_xr.testing.mutations import spoilt_copies


def number(value: int) -> bytes:
    return value.to_bytes(4, "little", signed=True)


KINDS = [(-1, "sparse"), (-8, "array"), (-9, "rectangles"), (-10, "points"), (-11, "computed")]


@pytest.mark.parametrize(("value", "kind"), KINDS)
def test_read_signature__type(value: int, kind: str) -> None:
    assert read_signature(number(value) + b"more", "chr1") == (TrackType(kind), None)


@pytest.mark.parametrize("bin_size", [1, 50, 2**31 - 1])
def test_read_signature__dense_has_a_bin_size(bin_size: int) -> None:
    assert read_signature(number(bin_size), "chr1") == (TrackType.DENSE, bin_size)


@pytest.mark.parametrize("value", [-3, -4, -5, -6, -7])
def test_read_signature__obsolete(value: int) -> None:
    with pytest.raises(UnsupportedError, match=r"obsolete format[\s\S]*gtrack.convert"):
        read_signature(number(value), "chr1")


@pytest.mark.parametrize("value", [0, -2, -12, -(2**31)])
def test_read_signature__unknown(value: int) -> None:
    with pytest.raises(CorruptFileError, match=f"chr1, byte 7: {value} is not the signature"):
        read_signature(number(value), "chr1", 7)


@pytest.mark.parametrize("n", range(4))
def test_read_signature__too_short(n: int) -> None:
    with pytest.raises(CorruptFileError, match=f"expected a signature of 4 bytes, found {n}"):
        read_signature(bytes(n), "chr1")


def test_read_signature__spoilt_copies() -> None:
    for copy in spoilt_copies(number(-1)):
        try:
            read_signature(copy, "chr1")
        except (CorruptFileError, UnsupportedError):
            continue


@pytest.mark.parametrize(("value", "found"), [(50, "of type dense"), (-5, "in an obsolete format")])
def test_check_signature__other_type(value: int, found: str) -> None:
    message = f"chr1, byte 7: expected a sparse track, found a payload {found}"
    with pytest.raises(CorruptFileError, match=message):
        check_signature(number(value), "chr1", 7, TrackType.SPARSE)
