"""Bytes in any container."""

from __future__ import annotations

import numpy as np
import pytest

from misha_xr.formats.buffers import BytesLike, view_bytes

CONTAINERS = [b"ab", bytearray(b"ab"), memoryview(b"ab"), np.frombuffer(b"ab", np.uint8)]


@pytest.mark.parametrize("data", CONTAINERS, ids=lambda data: type(data).__name__)
def test_view_bytes__any_container(data: BytesLike) -> None:
    assert view_bytes(data).tobytes() == b"ab"


def test_view_bytes__empty_array() -> None:
    assert len(view_bytes(np.empty(0, np.uint8))) == 0
