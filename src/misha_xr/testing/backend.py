"""Proofs of laziness, and what every lazy array of the backend must do; for our tests and yours."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from misha_xr.backend.coordinates import LazyCoordArray
from misha_xr.backend.lazy import LazyPositions, LazyVariable
from misha_xr.database import ArrayTrack, BlockTable, DenseTrack, SparseTrack, Track2D
from misha_xr.database.checks import SparseCheck

__all__ = ["LazyArrayContract", "Work", "counted_work", "no_work"]

_READERS = (
    (DenseTrack, "values"),
    (SparseTrack, "records"),
    (ArrayTrack, "records"),
    (Track2D, "objects"),
    (Track2D, "query"),
    (Track2D, "query_many"),
)


@dataclass(slots=True)
class Work:
    """What was done inside `counted_work`.

    Attributes
    ----------
    n_coordinates : int
        Coordinate values computed.
    n_reads : int
        Times the payload of a chromosome, or of a pair, was opened.
    n_scanned : int
        Bytes of sparse payloads whose records were checked, whoever asked.
    """

    n_coordinates: int = 0
    n_reads: int = 0
    n_scanned: int = 0


@contextmanager
def counted_work() -> Iterator[Work]:
    """Count coordinate values computed, payloads read, and records checked.

    Yields
    ------
    Work
        Counts up while the block runs. Counts the whole process: not for parallel tests.

    Examples
    --------
    >>> import xarray as xr
    >>> import misha_xr
    >>> root = misha_xr.example_database().store.root
    >>> with counted_work() as work:
    ...     ds = xr.open_dataset(root, engine="misha", tracks="dense_track")
    ...     _ = ds["dense_track"][:10].values
    >>> work
    Work(n_coordinates=0, n_reads=1, n_scanned=0)
    """
    work = Work()
    with ExitStack() as stack:
        stack.enter_context(_patched(LazyCoordArray, "evaluate", _counting_values(work)))
        for owner, name in _READERS:
            stack.enter_context(_patched(owner, name, _counting_reads(work)))
        stack.enter_context(_patched(SparseCheck, "__call__", _counting_scans(work)))
        yield work


@contextmanager
def no_work(*, max_coordinates: int = 0) -> Iterator[None]:
    """Fail if the block reads a payload or computes more coordinates than allowed.

    Parameters
    ----------
    max_coordinates : int
        Coordinate values that may be computed, e.g. for a repr.

    Raises
    ------
    AssertionError
        With all counts.
    """
    with counted_work() as work:
        yield
    if work.n_reads or work.n_scanned or work.n_coordinates > max_coordinates:
        raise AssertionError(f"not lazy: {work}, allowed {max_coordinates} coordinates, 0 reads")


Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def _patched(owner: type, name: str, wrapper: Wrapper) -> Any:
    return mock.patch.object(owner, name, wrapper(getattr(owner, name)))


def _counting_values(work: Work) -> Wrapper:
    def wrapper(method: Callable[..., Any]) -> Callable[..., Any]:
        def evaluate(self: LazyCoordArray) -> Any:
            work.n_coordinates += self.size
            return method(self)

        return evaluate

    return wrapper


def _counting_reads(work: Work) -> Wrapper:
    def wrapper(method: Callable[..., Any]) -> Callable[..., Any]:
        def read(self: Any, *args: Any, **options: Any) -> Any:
            work.n_reads += 1
            return method(self, *args, **options)

        return read

    return wrapper


def _counting_scans(work: Work) -> Wrapper:
    def wrapper(method: Callable[..., Any]) -> Callable[..., Any]:
        def check(self: SparseCheck, table: BlockTable, path: str) -> None:
            work.n_scanned += int(table.lengths.sum())
            method(self, table, path)

        return check

    return wrapper


class LazyArrayContract:
    """What every lazy array must do; subclass it and define `make` and `expected`.

    Examples
    --------
    ::

        class TestLazyDenseArray(LazyArrayContract):
            def make(self): ...
            def expected(self): ...
    """

    KEYS: tuple[Any, ...] = (
        slice(None),
        slice(3, 11),
        slice(None, None, -1),
        slice(-4, None),
        slice(9, 1, -3),
        slice(2, 2),
        0,
        -1,
        np.array([5, 1, 1, 7, -2]),
        np.array([], dtype=np.int64),
        np.arange(2, 12, 2),
    )

    def make(self) -> LazyPositions:
        """Return the array: one-dimensional, with at least 13 values."""
        raise NotImplementedError

    def expected(self) -> NDArray[Any]:
        """Return its values, from elsewhere."""
        raise NotImplementedError

    def variable(self) -> xr.Variable:
        """Return the array as xarray would hold it."""
        return LazyVariable(("x",), self.make(), fastpath=True)

    def test_values(self) -> None:
        """All values, shape and dtype."""
        array = self.make()
        assert array.shape == self.expected().shape
        assert array.dtype == array.get_duck_array().dtype
        np.testing.assert_array_equal(array.get_duck_array(), self.expected())

    def test_is_lazy(self) -> None:
        """Making, indexing and showing the array reads nothing."""
        with no_work(max_coordinates=100):
            variable = self.variable()[2:9][::-2]
            repr(variable)
            variable.copy(deep=True)

    def test_indexes_like_numpy(self) -> None:
        """One key, and a second one on top of it."""
        for first in self.KEYS:
            once = self.variable()[first]
            np.testing.assert_array_equal(once.values, self.expected()[first])
            for second in (slice(1, None, 2), slice(None, None, -1)) if once.ndim else ():
                expected = self.expected()[first][second]
                np.testing.assert_array_equal(once[second].values, expected)

    def test_mask(self) -> None:
        """A boolean key."""
        mask = np.arange(len(self.expected())) % 3 == 1
        np.testing.assert_array_equal(self.variable()[mask].values, self.expected()[mask])

    def test_two_dimensional_key(self) -> None:
        """A key of two dimensions, indexed and transposed again."""
        places = np.array([[3, 0, 7], [12, 3, 1]])
        chosen = self.variable()[xr.Variable(("a", "b"), places)]
        expected = self.expected()[places]
        np.testing.assert_array_equal(chosen.values, expected)
        np.testing.assert_array_equal(chosen[:, [2, 0]].values, expected[:, [2, 0]])
        np.testing.assert_array_equal(chosen.transpose("b", "a").values, expected.T)

    def test_pickles_small(self) -> None:
        """By reference: a few hundred bytes for a regular selection, whatever its length."""
        array = self.make()
        data = pickle.dumps(array.at(range(1, 12, 2)))
        assert len(data) < 2000
        np.testing.assert_array_equal(pickle.loads(data).get_duck_array(), self.expected()[1:12:2])

    def test_threads(self) -> None:
        """Sixteen threads, first read included."""
        array = self.make()
        with ThreadPoolExecutor(16) as pool:
            results = list(pool.map(lambda _: array.get_duck_array(), range(32)))
        for result in results:
            np.testing.assert_array_equal(result, self.expected())

    def test_identity(self) -> None:
        """Copies are the array itself; equal arrays are known without reading."""
        array = self.make()
        assert copy(array) is array
        assert deepcopy(array) is array
        with no_work():
            assert array.at(range(2, 8)).same_as(array.at(np.arange(2, 8)))
            assert not array.at(range(2, 8)).same_as(array.at(range(2, 9)))
            assert not array.same_as(None)
