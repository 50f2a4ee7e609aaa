"""Rules of contig names."""

from __future__ import annotations

import numpy as np
import pytest

from misha_xr.errors import CorruptFileError
from misha_xr.formats.contigs import check_names, read_names

BAD = ["", "a/b", "/", ".", "..", "a\0", "a\tb", "a" * 1025, "é" * 513]
GOOD = ["chr1", "1", "...", "a b", "GL000|1", "é" * 512, "-"]


@pytest.mark.parametrize("name", BAD)
def test_check_names__bad(name: str) -> None:
    fault = check_names(["fine", name])
    assert fault is not None
    assert fault[0] == 1
    assert len(fault[1]) < 200


def test_check_names__good() -> None:
    assert check_names(GOOD) is None
    assert check_names([]) is None


def test_read_names__error_names_the_byte() -> None:
    with pytest.raises(CorruptFileError, match="file, byte 2: the contig name 'a' occurs twice"):
        read_names(memoryview(b"a a"), "file", np.array([0, 2]), np.array([1, 3]))
