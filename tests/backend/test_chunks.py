"""Chunk sizes: at borders of pieces, never too small."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.backend.chunks import chunk_sizes


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([100, 40, 60, 31], (100, 40, 60, 31)),
        ([100, 4, 6, 31, 500], (100, 41, 500)),
        ([3, 3, 3], (9,)),
        ([0, 50, 0], (50,)),
        ([50, 10], (60,)),
        ([], ()),
        ([0], ()),
    ],
    ids=str,
)
def test_chunk_sizes__examples(counts: list[int], expected: tuple[int, ...]) -> None:
    assert chunk_sizes(np.cumsum([0, *counts]), smallest=30) == expected


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(1, 60))
def test_chunk_sizes__laws(counts: list[int], smallest: int) -> None:
    offsets = np.cumsum([0, *counts])
    sizes = chunk_sizes(offsets, smallest)
    assert sum(sizes) == sum(counts)
    assert set(np.cumsum(sizes).tolist()) <= set(offsets.tolist())
    assert all(size >= smallest for size in sizes[:-1])
    assert 0 not in sizes


def test_chunk_sizes__a_million_contigs_are_few_chunks() -> None:
    assert len(chunk_sizes(np.arange(1_000_001) * 8)) == 2
