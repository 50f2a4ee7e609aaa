"""Chunk sizes: at borders of pieces, never too small."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from misha_xr.backend import chunks
from misha_xr.backend.chunks import chunk_sizes, sizes_at, tracks_per_chunk


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


def test_sizes_at__a_selection() -> None:
    offsets = np.array([0, 10, 10, 30, 37]) * 1_000_000
    whole = chunk_sizes(offsets)
    assert sizes_at(offsets, range(37_000_000)) == whole == (10_000_000, 20_000_000, 7_000_000)
    assert sizes_at(offsets, range(5_000_000, 33_000_000)) == (5_000_000, 20_000_000, 3_000_000)
    assert sizes_at(offsets, range(0, 37_000_000, 4)) == (9_250_000,)
    assert sizes_at(offsets, range(0)) is None
    assert sizes_at(offsets, range(9, 2, -1)) is None


def test_sizes_at__are_the_lengths_of_pieces() -> None:
    offsets = np.array([0, 21, 34, 35, 43])
    with mock.patch.object(chunks, "chunk_sizes", lambda offsets: tuple(np.diff(offsets))):
        for positions in (range(3, 40, 3), range(20, 22), range(34, 43, 7)):
            codes = np.searchsorted(offsets, positions, side="right") - 1
            expected = np.bincount(codes, minlength=4).tolist()
            assert list(sizes_at(offsets, positions) or ()) == expected


def test_chunk_sizes__a_million_contigs() -> None:
    offsets = np.arange(1_000_001) * 150
    sizes = chunk_sizes(offsets)
    assert 30 <= len(sizes) <= 40
    assert sum(sizes) == 150_000_000


def test_tracks_per_chunk__bounds_the_number_of_chunks() -> None:
    human = (12_000_000,) * 13
    assert tracks_per_chunk(100, human) == 1
    assert 20_000 * len(human) / tracks_per_chunk(20_000, human) <= 100_000
    assert tracks_per_chunk(3, (10,)) == 3
    assert tracks_per_chunk(3, ()) == 3


def test_preferred_chunks__stay_true_after_a_selection(root: Path) -> None:
    ds = xr.open_dataset(root, engine="misha")
    for part in (ds.misha.sel("chr2"), ds.misha.sel("chr1:0-300").isel(bin_50=slice(0, 4))):
        for name in ("a", "sp", "hic"):
            dim = part[name].dims[0]
            sizes = part[name].encoding.get("preferred_chunks", {dim: (part.sizes[dim],)})
            assert sum(sizes[dim]) == part.sizes[dim]
    assert "preferred_chunks" not in ds["a"].isel(bin_50=[3, 1, 9]).encoding
    assert ds["a"].encoding["preferred_chunks"] == {"bin_50": (43,)}
