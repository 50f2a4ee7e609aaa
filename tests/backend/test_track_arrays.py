"""Lazy values of the three kinds of tracks against values known beforehand."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.backend.track_arrays import (
    LazyDenseArray,
    LazyRectArray,
    LazySparseArray,
    open_track,
)
from misha_xr.database import DenseTrack, SparseTrack, Store, Track2D
from misha_xr.errors import TrackTypeError
from misha_xr.testing.backend import LazyArrayContract
from misha_xr.testing.tiny import flat_values, sparse_frame, write_tiny


class TestLazyDenseArray(LazyArrayContract):
    @pytest.fixture(autouse=True)
    def _open(self, tmp_path: Path, layout: str) -> None:
        self.track = open_track(Store(write_tiny(tmp_path, layout)), "a", DenseTrack)

    def make(self) -> LazyDenseArray:
        return LazyDenseArray(self.track, range(len(self.track.axis)))

    def expected(self) -> np.ndarray:
        return flat_values()

    def test_view__inside_a_chromosome(self) -> None:
        view = self.make().at(range(4, 20)).get_duck_array()
        assert np.shares_memory(view, self.track.values(0))
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 7

    def test_copy__where_the_file_has_infinities(self) -> None:
        values = self.make().at(range(22, 30)).get_duck_array()
        assert not np.shares_memory(values, self.track.values(1))
        assert np.isinf(self.track.values(1)).sum() == 2
        assert np.isnan(values).sum() == 2

    def test_async(self) -> None:
        values = asyncio.run(self.make().async_get_duck_array())
        np.testing.assert_array_equal(values, flat_values())


class TestLazySparseArray(LazyArrayContract):
    @pytest.fixture(autouse=True)
    def _open(self, tmp_path: Path, layout: str) -> None:
        self.track = open_track(Store(write_tiny(tmp_path, layout)), "sp", SparseTrack)

    def make(self) -> LazySparseArray:
        axis = IntervalAxis(self.track)
        return LazySparseArray(axis, range(len(axis)))

    def expected(self) -> np.ndarray:
        return sparse_frame()["value"].to_numpy(dtype=np.float32)


class TestLazyRectArray(LazyArrayContract):
    @pytest.fixture(autouse=True)
    def _open(self, tmp_path: Path, layout: str) -> None:
        self.track = open_track(Store(write_tiny(tmp_path, layout)), "hic", Track2D)

    def make(self) -> LazyRectArray:
        axis = RectAxis(self.track)
        return LazyRectArray(axis, range(len(axis)))

    def expected(self) -> np.ndarray:
        return np.concatenate([self.track.objects(*pair).values for pair in self.track.pairs()])


def test_open_track__refuses_another_kind(root: Path) -> None:
    with pytest.raises(TrackTypeError, match="'sp' is sparse by now"):
        open_track(Store(root), "sp", DenseTrack)
