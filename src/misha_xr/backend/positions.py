"""Positions on an axis: a Python ``range`` or an int64 array, and the arithmetic of selecting them.

A lazy array or an index of a whole genome is "these positions of that axis". A slice of a slice
stays a ``range`` and costs nothing, whatever the length of the axis. Nothing here reads data.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xarray.core.indexing import (
    BasicIndexer,
    ExplicitIndexer,
    NumpyIndexingAdapter,
    OuterIndexer,
    apply_indexer,
)

__all__ = [
    "Positions",
    "compress",
    "concatenated",
    "equal",
    "joined",
    "materialise",
    "select",
    "shape_of",
    "take",
    "take_1d",
]

Int64Array: TypeAlias = NDArray[np.int64]
Positions: TypeAlias = range | Int64Array


def shape_of(positions: Positions) -> tuple[int, ...]:
    """Return the shape: ``(n,)`` for a range, any number of dimensions for an array."""
    return (len(positions),) if isinstance(positions, range) else positions.shape


def materialise(positions: Positions) -> Int64Array:
    """Return positions as an int64 array; 8 bytes for each of them."""
    if isinstance(positions, range):
        return np.arange(positions.start, positions.stop, positions.step, dtype=np.int64)
    return positions


def compress(positions: Positions) -> Positions:
    """Return a range where a 1-D array is regular, else the positions as they are.

    Parameters
    ----------
    positions : range or ndarray of int64
        Any shape; only 1-D arrays can become a range.

    Returns
    -------
    range or ndarray
        The same positions. O(n) for an array, O(1) when its ends already disagree.
    """
    if isinstance(positions, range) or positions.ndim != 1:
        return positions
    n = positions.size
    if n == 0:
        return range(0)
    first = int(positions[0])
    if n == 1:
        return range(first, first + 1)
    step = int(positions[1]) - first
    if step == 0 or int(positions[-1]) - first != step * (n - 1):
        return positions
    if not bool((np.diff(positions) == step).all()):
        return positions
    return range(first, first + step * n, step)


def take_1d(positions: range, key: int | slice | NDArray[np.integer]) -> Positions:
    """Return ``positions[key]`` as NumPy would index a 1-D array of them.

    Parameters
    ----------
    positions : range
        The positions to choose from.
    key : int, slice or integer array of any shape
        Negative values count from the end.

    Returns
    -------
    range or ndarray of int64
        A range for a slice, else an array with the shape of ``key``.

    Raises
    ------
    IndexError
        If a value is out of bounds.
    """
    if isinstance(key, slice):
        return positions[key]
    n = len(positions)
    places = np.asarray(key, dtype=np.int64)
    if places.size and (places.min() < -n or places.max() >= n):
        raise IndexError(f"position out of bounds for an axis of {n} positions")
    places = np.where(places < 0, places + n, places)
    return np.asarray(positions.start + places * positions.step, dtype=np.int64)


def take(positions: Positions, indexer: ExplicitIndexer) -> Positions:
    """Compose positions with one of xarray's three kinds of indexers.

    Parameters
    ----------
    positions : range or ndarray of int64
        The positions held so far.
    indexer : BasicIndexer, OuterIndexer or VectorizedIndexer
        One key per dimension.

    Returns
    -------
    range or ndarray of int64
        The positions chosen, with the shape that NumPy would give.
    """
    if isinstance(positions, range):
        (key,) = indexer.tuple
        return take_1d(positions, key)
    adapter = NumpyIndexingAdapter(positions)  # type: ignore[no-untyped-call]
    chosen = apply_indexer(adapter, indexer)
    return np.asarray(chosen, dtype=np.int64)


def select(positions: Positions, key: Any) -> Positions:
    """Compose 1-D positions with a slice, mask, list or array; a range wherever regular."""
    if not isinstance(key, slice):
        key = np.asarray(key)
        if key.dtype == bool:
            key = np.flatnonzero(key)
        elif key.size == 0:
            key = key.astype(np.int64)
    if isinstance(positions, range):
        return compress(take_1d(positions, key))
    indexer = BasicIndexer((key,)) if isinstance(key, slice) else OuterIndexer((key,))
    return compress(take(positions, indexer))


def equal(first: Positions, second: Positions) -> bool:
    """Tell whether two sets of positions are the same, in the same order; O(1) for ranges."""
    if first is second:
        return True
    if isinstance(first, range) and isinstance(second, range):
        return first == second
    if shape_of(first) != shape_of(second):
        return False
    return bool(np.array_equal(materialise(first), materialise(second)))


def _joined_ranges(first: range, second: range, how: str) -> range | None:
    """Join two gapless ascending ranges; None when the answer is not one of these."""
    if first.step != 1 or second.step != 1:
        return None
    if how == "inner":
        lo, hi = max(first.start, second.start), min(first.stop, second.stop)
        return range(lo, max(lo, hi))
    if not first or not second:
        return first or second
    if first.stop < second.start or second.stop < first.start:
        return None
    return range(min(first.start, second.start), max(first.stop, second.stop))


def joined(first: Positions, second: Positions, how: str) -> Positions:
    """Return the intersection (``inner``) or union (``outer``) of positions, in axis order."""
    if isinstance(first, range) and isinstance(second, range):
        quick = _joined_ranges(first, second, how)
        if quick is not None:
            return quick
    operation = np.intersect1d if how == "inner" else np.union1d
    return compress(operation(materialise(first), materialise(second)))


def concatenated(parts: list[Positions]) -> Positions:
    """Return 1-D positions one after another; adjacent ranges fuse into one."""
    whole: Positions = range(0)
    arrays: list[Int64Array] = []
    for part in parts:
        if not len(part):
            continue
        if isinstance(whole, range) and isinstance(part, range):
            fused = _fused(whole, part)
            if fused is not None:
                whole = fused
                continue
        arrays.append(materialise(whole))
        whole = part
    if not arrays:
        return whole
    return compress(np.concatenate([*arrays, materialise(whole)]))


def _fused(first: range, second: range) -> range | None:
    """Return two ranges as one when the second continues the first."""
    if not first:
        return second
    if len(first) == 1 and len(second) == 1:
        step = second[0] - first[0]
        return range(first[0], second[0] + step, step) if step else None
    step = first.step if len(first) > 1 else second.step
    if second[0] != first[-1] + step or (len(second) > 1 and second.step != step):
        return None
    return range(first[0], second[-1] + step, step)
