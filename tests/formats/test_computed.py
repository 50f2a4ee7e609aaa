"""Rules of computed 2D tracks: every kind, damage."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from misha_xr.errors import CorruptFileError, UnsupportedError
from misha_xr.formats.computed import decode_computer
from misha_xr.testing.mutations import spoilt_copies


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


POTENTIAL = struct.pack("<ii", -11, 1) + text("tracks/a.track") + text("tracks/b.track")
MATRIX = struct.pack("<ii6d", 2, 3, *range(6))
TECHNICAL = struct.pack("<iiid", -11, 2, 1, 0.25) + text("one") + text("two") + MATRIX


@pytest.mark.parametrize(("number", "name"), [(0, "area"), (3, "test")])
def test_decode_computer__without_parameters(number: int, name: str) -> None:
    computer = decode_computer(struct.pack("<iiQ", -11, number, 0), "chr1-chr1")
    assert (computer.name, computer.n_bytes, computer.paths) == (name, 8, ())


def test_decode_computer__potential() -> None:
    computer = decode_computer(POTENTIAL + bytes(8), "chr1-chr1")
    assert computer.paths == ("tracks/a.track", "tracks/b.track")
    assert computer.n_bytes == len(POTENTIAL)


def test_decode_computer__technical() -> None:
    computer = decode_computer(TECHNICAL + bytes(8), "chr1-chr1")
    assert (computer.paths, computer.prior) == (("one", "two"), 0.25)
    np.testing.assert_array_equal(computer.matrices[0], np.arange(6.0).reshape(2, 3))
    assert computer.n_bytes == len(TECHNICAL)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (struct.pack("<ii", -11, 7), "byte 104: 7 is not the number of a rule"),
        (struct.pack("<i", -11), "byte 104: expected 4 more bytes, found 0"),
        (struct.pack("<iiQ", -11, 1, 2**60), "byte 116: expected 1,152,921,504,606,846,976 more"),
        (struct.pack("<iiid", -11, 2, -1, 0.0), "a model of -1 pairs"),
        (struct.pack("<iiid", -11, 2, 2**31 - 1, 0.0), "expected 8 more bytes"),
        (TECHNICAL[:-56] + struct.pack("<ii", -1, 3), "a matrix of -1 x 3"),
        (TECHNICAL[:-56] + struct.pack("<ii", 2**31 - 1, 2**31 - 1), "more bytes, found 0"),
        (struct.pack("<iiQ", -11, 1, 2) + b"\xff\xff", "not UTF-8"),
        (struct.pack("<i", -9), "expected a computed track, found a payload of type rectangles"),
    ],
)
def test_decode_computer__names_the_fault(data: bytes, message: str) -> None:
    with pytest.raises(CorruptFileError, match=message):
        decode_computer(data, "chr1-chr1", 100)


@pytest.mark.parametrize("data", [POTENTIAL, TECHNICAL], ids=["potential", "technical"])
def test_decode_computer__spoilt_copies(data: bytes) -> None:
    for copy in spoilt_copies(data, n_flips=100):
        try:
            found = decode_computer(copy, "chr1-chr1")
        except (CorruptFileError, UnsupportedError):
            continue
        assert found.n_bytes <= len(copy)
