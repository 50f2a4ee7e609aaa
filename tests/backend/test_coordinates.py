"""Lazy coordinates of the three kinds of axes against tables."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from misha_xr.backend.coordinates import LazyCoordArray, LazyCoordVariable
from misha_xr.backend.interval_axis import IntervalAxis
from misha_xr.backend.rect_axis import RectAxis
from misha_xr.database import Store
from misha_xr.genome import Genome
from misha_xr.testing.backend import LazyArrayContract, no_work
from misha_xr.testing.tiny import SIZES, all_bins, rects_frame, sparse_frame, write_tiny


@pytest.mark.parametrize(("field", "column"), [("chrom", 0), ("start", 1), ("end", 2)])
class TestBinCoordinates(LazyArrayContract):
    @pytest.fixture(autouse=True)
    def _field(self, field: str, column: int) -> None:
        self.field, self.column = field, column

    def make(self) -> LazyCoordArray:
        axis = Genome.from_dict(SIZES).axis(50)
        return LazyCoordArray(axis, self.field, range(len(axis)))

    def expected(self) -> np.ndarray:
        return np.array([row[self.column] for row in all_bins()])


@pytest.mark.parametrize("field", ["chrom", "start", "end"])
class TestRecordCoordinates(LazyArrayContract):
    @pytest.fixture(autouse=True)
    def _open(self, tmp_path: Path, field: str) -> None:
        self.field, self.store = field, Store(write_tiny(tmp_path))

    def make(self) -> LazyCoordArray:
        axis = IntervalAxis(self.store.track("sp"))
        return LazyCoordArray(axis, self.field, range(len(axis)))

    def expected(self) -> np.ndarray:
        return sparse_frame()[self.field].to_numpy()

    def test_is_lazy(self) -> None:
        """Showing the coordinate would read a file, unless it is the name."""
        with no_work(max_coordinates=100):
            inline = self.make()._repr_inline_(60)
        assert (inline == "...") == (self.field != "chrom")


@pytest.mark.parametrize("field", ["chrom1", "start1", "end1", "chrom2", "start2", "end2"])
class TestObjectCoordinates(LazyArrayContract):
    @pytest.fixture(autouse=True)
    def _open(self, tmp_path: Path, field: str) -> None:
        self.field, self.store = field, Store(write_tiny(tmp_path))

    def make(self) -> LazyCoordArray:
        axis = RectAxis(self.store.track("hic"))
        return LazyCoordArray(axis, self.field, range(len(axis)))

    def expected(self) -> np.ndarray:
        # Storage order is the track's own; values tell which row of the table an object is.
        track = self.store.track("hic")
        values = np.concatenate([track.objects(*pair).values for pair in track.pairs()])
        return rects_frame().set_index("value").loc[values, self.field].to_numpy()


def variable() -> LazyCoordVariable:
    axis = Genome.from_dict(SIZES).axis(50)
    return LazyCoordVariable(("x",), LazyCoordArray(axis, "start", range(len(axis))))


@pytest.mark.parametrize("action", ["load", "compute", "chunk", "copy"])
def test_variable__stays_symbolic(action: str) -> None:
    with no_work():
        result = getattr(variable(), action)()
    assert isinstance(result._data, LazyCoordArray)


def test_variable__load_async_stays_symbolic() -> None:
    with no_work():
        result = asyncio.run(variable().load_async())
    assert isinstance(result._data, LazyCoordArray)


def test_variable__in_memory_behaves_as_any_other() -> None:
    values = LazyCoordVariable(("x",), np.arange(4))
    assert values.load() is values
    assert values.compute().identical(xr.Variable(("x",), np.arange(4)))
    assert values.chunk({"x": 2}).chunks == ((2, 2),)
    assert asyncio.run(values.load_async()) is values


def test_variable__equals_without_evaluating() -> None:
    with no_work():
        assert variable().identical(variable())
        assert variable()[3:].equals(variable()[3:])
    assert not variable()[3:].equals(variable()[:-3])
    assert variable().equals(xr.Variable(("x",), variable().values))


def test_long_names__are_variable_width_text() -> None:
    genome = Genome(["chr1", "a" * 40], [100, 100])
    array = LazyCoordArray(genome.axis(50), "chrom", range(4))
    assert array.dtype == np.dtypes.StringDType()
    assert array.get_duck_array().tolist() == ["chr1"] * 2 + ["a" * 40] * 2
