"""Find positions that lie in spans of an axis: the arithmetic behind ``sel`` and alignment."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr.backend.positions import Positions, compress, materialise

__all__ = ["as_indexer", "find_span", "find_spans", "find_values", "ragged"]

Int64Array: TypeAlias = NDArray[np.int64]


def find_span(positions: Positions, lo: int, hi: int) -> slice | Int64Array:
    """Return the places of the positions with ``lo <= position < hi``.

    Parameters
    ----------
    positions : range or ndarray of int64, shape (n,)
        Any order.
    lo, hi : int
        The span on the axis; empty if ``hi <= lo``.

    Returns
    -------
    slice or ndarray of int64
        A slice for ranges and ascending arrays, else the places in ascending order. O(1) for
        ranges, O(n) for arrays.
    """
    if isinstance(positions, range):
        first, stop = _range_places(positions, np.array([lo]), np.array([hi]))
        return slice(int(first[0]), int(stop[0]))
    if _is_ascending(positions):
        first, stop = np.searchsorted(positions, [lo, max(lo, hi)])
        return slice(int(first), int(stop))
    return np.flatnonzero((positions >= lo) & (positions < hi))


def find_spans(
    positions: Positions, los: Int64Array, his: Int64Array
) -> tuple[Int64Array, Int64Array]:
    """Return the places of the positions in each of many spans, span after span.

    Parameters
    ----------
    positions : range or ndarray of int64, shape (n,)
        Any order; equal positions are all found.
    los, his : ndarray of int64, shape (m,)
        Spans on the axis; they may overlap and come in any order.

    Returns
    -------
    places : ndarray of int64, shape (k,)
        Places in ``positions``, ascending within a span.
    counts : ndarray of int64, shape (m,)
        Number of places of each span; their sum is k.
    """
    if isinstance(positions, range):
        firsts, stops = _range_places(positions, los, his)
        return ragged(firsts, stops)
    if _is_ascending(positions):
        firsts = np.searchsorted(positions, los)
        return ragged(firsts, np.searchsorted(positions, np.maximum(los, his)))
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    firsts = np.searchsorted(ordered, los)
    inside, counts = ragged(firsts, np.searchsorted(ordered, np.maximum(los, his)))
    places = order[inside]
    return places[np.lexsort((places, np.repeat(np.arange(len(los)), counts)))], counts


def find_values(positions: Positions, wanted: Positions) -> Int64Array:
    """Return the place of each wanted position, -1 for one that is absent.

    Parameters
    ----------
    positions : range or ndarray of int64, shape (n,)
        The positions that there are, without repeats.
    wanted : range or ndarray of int64, shape (m,)
        The positions looked for.

    Returns
    -------
    ndarray of int64, shape (m,)
        8 bytes for each.

    Raises
    ------
    ValueError
        If a position occurs twice, so that its place is ambiguous.
    """
    values = materialise(wanted)
    if not len(positions):
        return np.full(len(values), -1, dtype=np.int64)
    if isinstance(positions, range):
        places, rest = np.divmod(values - positions.start, positions.step)
        is_absent = (rest != 0) | (places < 0) | (places >= len(positions))
        return np.where(is_absent, -1, places)
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    if (ordered[1:] == ordered[:-1]).any():
        raise ValueError("cannot align an axis on which a position occurs more than once")
    nearest = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return np.where(ordered[nearest] == values, order[nearest], -1)


def as_indexer(places: Int64Array) -> slice | Int64Array:
    """Return ascending regular places as a slice, which keeps data lazy and views uncopied."""
    regular = compress(places)
    if not isinstance(regular, range) or (len(regular) > 1 and regular.step < 0):
        return places
    return slice(regular.start, regular.stop, regular.step)


def _is_ascending(positions: NDArray[Any]) -> bool:
    return bool((positions[1:] >= positions[:-1]).all())


def _range_places(
    positions: range, los: Int64Array, his: Int64Array
) -> tuple[Int64Array, Int64Array]:
    """Return the first and the stop place of each span on an arithmetic progression."""
    n, start, step = len(positions), positions.start, positions.step
    if step > 0:
        firsts, stops = -((start - los) // step), -((start - his) // step)
    else:
        firsts, stops = (start - his) // -step + 1, (start - los) // -step + 1
    firsts = np.clip(firsts, 0, n)
    return firsts, np.maximum(firsts, np.clip(stops, 0, n))


def ragged(firsts: Int64Array, stops: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Return ``firsts[k] .. stops[k] - 1`` for all k, one after another, and their numbers."""
    counts = np.asarray(stops - firsts, dtype=np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    shift = np.repeat(firsts - (ends - counts), counts)
    return np.arange(total, dtype=np.int64) + shift, counts
