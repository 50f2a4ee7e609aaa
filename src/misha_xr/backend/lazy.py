"""Lazy arrays given by positions on an axis, and the xarray Variables that keep them lazy.

xarray's own lazily indexed array expands to one integer per element of the axis as soon as an index
has two dimensions; here positions compose directly, so a selection costs what it selects.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Hashable
from typing import Any, Self

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.core.duck_array_ops import array_equiv
from xarray.core.indexing import (
    CopyOnWriteArray,
    ExplicitIndexer,
    ExplicitlyIndexedNDArrayMixin,
    LazilyIndexedArray,
    LazilyVectorizedIndexedArray,
    MemoryCachedArray,
)

from misha_xr.backend.chunks import sizes_at
from misha_xr.backend.positions import Positions, equal, materialise, shape_of, take

__all__ = ["LazyPositions", "LazyVariable", "bare_data", "lazy_data"]


class LazyPositions(ExplicitlyIndexedNDArrayMixin):
    """Base of the lazy arrays: a source and positions on its axis; immutable.

    Subclasses say what the values at given positions are (`evaluate`), and how to make the same
    array at other positions (`at`). Every kind of indexing gives such an array again.

    Parameters
    ----------
    positions : range or ndarray of int64
        Positions on the axis, of any shape; the shape of the array.
    """

    def __init__(self, positions: Positions) -> None:
        self.positions = positions

    @abstractmethod
    def at(self, positions: Positions) -> Self:
        """Return the array of the same source at other positions."""

    @abstractmethod
    def evaluate(self) -> NDArray[Any]:
        """Return the values; reads or computes them."""

    @abstractmethod
    def identity(self) -> tuple[Hashable, ...]:
        """Return what the values depend on, besides the positions."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return shape_of(self.positions)

    def get_duck_array(self) -> NDArray[Any]:
        """Return the values as a NumPy array."""
        return self.evaluate()

    async def async_get_duck_array(self) -> NDArray[Any]:
        """Return the values, evaluated in a thread."""
        return await asyncio.to_thread(self.evaluate)

    def __getitem__(self, key: ExplicitIndexer) -> Self:
        return self.at(take(self.positions, key))

    def _oindex_get(self, indexer: ExplicitIndexer) -> Self:
        return self.at(take(self.positions, indexer))

    def _vindex_get(self, indexer: ExplicitIndexer) -> Self:
        return self.at(take(self.positions, indexer))

    def transpose(self, order: tuple[int, ...]) -> Self:
        """Return the array with its dimensions in another order."""
        if isinstance(self.positions, range):
            return self
        return self.at(self.positions.transpose(order))

    def same_as(self, other: object) -> bool:
        """Tell, without reading, whether another array has the same values for sure."""
        if self is other:
            return True
        return (
            isinstance(other, LazyPositions)
            and type(self) is type(other)
            and self.identity() == other.identity()
            and equal(self.positions, other.positions)
        )

    def token(self) -> tuple[Any, ...]:
        """Return what `dask.tokenize` should hash: never the values."""
        return (type(self).__qualname__, self.identity(), self.positions)

    def __dask_tokenize__(self) -> object:
        return self.token()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={self.shape}, dtype={self.dtype})"


def lazy_data(data: object) -> LazyPositions | None:
    """Return the lazy array below xarray's caching wrappers, or None if there is none.

    A wrapper that already holds values, read or assigned, hides nothing: the answer is None.
    """
    data = bare_data(data)
    return data if isinstance(data, LazyPositions) else None


def bare_data(data: object) -> object:
    """Take xarray's caching wrappers off the data of a Variable."""
    while isinstance(data, MemoryCachedArray | CopyOnWriteArray):
        data = data.array
    return data


class LazyVariable(xr.Variable):
    """A Variable that compares and tokenises lazy arrays by what they are, without reading them.

    With data in memory it behaves as its base class in every respect.
    """

    __slots__ = ()

    def equals(self, other: Any, equiv: Any = array_equiv) -> bool:
        """Tell whether dimensions and values are equal; reads nothing for the same lazy array."""
        # None, which a lazy comparison gives for "unknown", must not become False.
        return self._is_same(other) or super().equals(other, equiv)  # type: ignore[no-untyped-call]

    def broadcast_equals(self, other: Any, equiv: Any = array_equiv) -> bool:
        """Tell whether values are equal after broadcasting; reads nothing for the same array."""
        return self._is_same(other) or super().broadcast_equals(other, equiv)  # type: ignore[no-untyped-call]

    def fillna(self, value: Any) -> xr.Variable:
        """Fill missing values; by the same lazy array, as `xarray.merge` does, reads nothing."""
        if self._is_same(value):
            return self
        return super().fillna(value)  # type: ignore[no-any-return, no-untyped-call]

    def _finalize_indexing_result(self, dims: Any, data: Any) -> Any:
        """Keep chunk sizes true: those of the whole axis mean nothing for a part of it."""
        result = super()._finalize_indexing_result(dims, data)
        if "preferred_chunks" in self.encoding and result.shape != self.shape:
            result.encoding = {**result.encoding, "preferred_chunks": _chunks(result)}
            if not result.encoding["preferred_chunks"]:
                del result.encoding["preferred_chunks"]
        return result

    def _inplace_binary_op(self, other: Any, f: Any) -> Any:
        """Copy a view of a file before changing it in place."""
        values = self.data
        if isinstance(values, np.ndarray) and not values.flags.writeable:
            self._data = values.copy()
        return super()._inplace_binary_op(other, f)  # type: ignore[no-untyped-call]

    def _is_same(self, other: Any) -> bool:
        """Tell whether both hold the same lazy array on the same dimensions."""
        mine = bare_data(self._data)
        theirs = bare_data(getattr(getattr(other, "variable", other), "_data", None))
        if isinstance(mine, LazyPositions):
            return mine.same_as(theirs) and self.dims == other.dims
        return _is_same_table(mine, theirs) and self.dims == other.dims

    def __dask_tokenize__(self) -> object:
        token = _token(self._data)
        if token is None:
            return super().__dask_tokenize__()
        return (type(self).__qualname__, self._dims, token, self._attrs or None)


def _is_same_table(mine: object, theirs: object) -> bool:
    """Tell whether two arrays are the same part of the same table of a file, for sure."""
    if not isinstance(mine, LazilyIndexedArray) or not isinstance(theirs, LazilyIndexedArray):
        return False
    name = getattr(mine.array, "__dask_tokenize__", None)
    if name is None or type(mine.array) is not type(theirs.array):
        return False
    keys = zip(mine.key.tuple, theirs.key.tuple, strict=True)
    return bool(name() == theirs.array.__dask_tokenize__()) and all(
        type(one) is type(other) and np.array_equal(one, other) for one, other in keys
    )


def _chunks(variable: xr.Variable) -> dict[Hashable, tuple[int, ...]]:
    """Return the chunk sizes that suit a selection; none unless it is regular and unread."""
    lazy = lazy_data(variable._data)
    axis = getattr(lazy, "axis", None)
    if lazy is None or axis is None or not isinstance(lazy.positions, range):
        return {}
    sizes = sizes_at(axis.offsets, lazy.positions)
    return {} if sizes is None else {variable.dims[0]: sizes}


def _token(data: object) -> object:
    """Return what to hash for data that are not read yet; None for data in memory."""
    data = bare_data(data)
    if isinstance(data, LazyPositions):
        return data.token()
    if isinstance(data, LazilyIndexedArray | LazilyVectorizedIndexedArray):
        return (type(data).__qualname__, data.array, data.key.tuple)
    return None


def flat_positions(positions: Positions) -> NDArray[np.int64]:
    """Return positions as a 1-D int64 array, whatever their shape."""
    return materialise(positions).reshape(-1)
