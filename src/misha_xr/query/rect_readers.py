"""Readers of 2D tracks: reduce the objects that rectangular windows see.

A reader belongs to one partition and one thread. It knows trees and reducers, no names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import tree_windows
from misha_xr.database import PairTable, Track2D, note_read
from misha_xr.formats.object_tables import refuse_payload
from misha_xr.query.rect_blocks import RectBlock
from misha_xr.query.reducers import Reducer

__all__ = ["RECTANGLE_FUNCTIONS", "RectReader", "Shifts"]

Float64s = NDArray[np.float64]
Shifts: TypeAlias = tuple[int, int, int, int]

_SHARE = "global.percentile"
RECTANGLE_FUNCTIONS = (*tree_windows.REDUCERS, _SHARE)

_NO_SHIFTS = (0, 0, 0, 0)
_OF_ONE = frozenset({"avg", "min", "max", "first", "last", "sample"})
_SEED_MASK = (1 << 64) - 1
_LIMIT = 1 << 62  # beyond every chromosome


class RectReader:
    """Reads the objects of a 2D track.

    Parameters
    ----------
    track : Track2D
        Where they are.
    token : tuple
        How the source describes itself, to know steps that are its own objects.
    ordered : callable
        Returns all values of the track that are no NaN, float32, sorted.

    Attributes
    ----------
    visited : int64 array, shape (2,)
        Nodes and objects looked at so far.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.query.rect_sources import RectSource
    >>> reader = RectSource(misha_xr.example_database().store.track("rects_track")).open()
    >>> reader.visited.tolist()
    [0, 0]
    """

    def __init__(
        self, track: Track2D, token: tuple[Any, ...], ordered: Callable[[], NDArray[np.float32]]
    ) -> None:
        self._track, self._token, self._ordered = track, token, ordered
        self.visited = np.zeros(2, np.int64)

    def reduce_rects(
        self,
        block: RectBlock,
        reducer: Reducer,
        shifts: Shifts,
        band: tuple[int, int] | None,
        out: Float64s,
    ) -> None:
        """Write one value per step into ``out``.

        Parameters
        ----------
        block : RectBlock
            n steps.
        reducer : Reducer
            How the objects in a window become one number.
        shifts : (int, int, int, int)
            Added to start1, end1, start2 and end2 of each step; then the window is clipped to its
            chromosomes.
        band : (int, int) or None
            Points (x, y) with ``d1 <= x - y < d2`` count; None: all.
        out : float64 array, shape (n,)
            Filled in place. An empty window gives NaN for every reducer. Without objects ``area``,
            ``exists`` and ``size`` are 0, others NaN.

        Raises
        ------
        CorruptFileError, StaleFileError
            If a tree cannot be trusted.
        KeyError
            If the reducer is not one of `RECTANGLE_FUNCTIONS`: the builder of the query checks.

        Notes
        -----
        Objects count by A, the number of points (x, y) that object, window and band share: the
        average is ``sum(A v) / sum(A)``, ``weighted.sum`` is ``sum(A v)``, ``area`` is ``sum(A)``;
        the others look at objects with A > 0. NaN objects are skipped; infinities are values.
        With ``nan_if_none`` no area is NaN. ``first`` and ``last`` go by the order of the tree.
        ``sample`` takes each object with the same chance, decided by seed, window and scope row.
        ``global.percentile`` is the share of the non-NaN objects of the track whose value is not
        above the average of the window.
        Source: misha query semantics, functions of two dimensions.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.query.rect_sources import RectSource
        >>> from misha_xr.query.reducers import Reducer
        >>> source = RectSource(misha_xr.example_database().store.track("rects_track"))
        >>> zero, end = np.zeros(1, np.int32), np.array([1000])
        >>> block = RectBlock(zero, zero, *(np.array([k]) for k in (0, 10**6, 0, 10**6, 1)))
        >>> out = np.empty(1)
        >>> source.open().reduce_rects(block, Reducer("exists"), (0, 0, 0, 0), None, out)
        >>> out.tolist()
        [1.0]
        """
        name, own = reducer.name, block.own
        is_own = own is not None and own.token == self._token and shifts == _NO_SHIFTS
        if own is not None and is_own and name in _OF_ONE:
            out[:] = own.values
            return
        is_share = name == _SHARE
        func = tree_windows.REDUCERS["avg" if is_share else name]
        seed = int(dict(reducer.parameters).get("seed", 0)) & _SEED_MASK
        edges = np.clip(np.array(shifts, dtype=object), -_LIMIT, _LIMIT).astype(np.int64)
        for table, lo, hi, bounds in self._pieces(block):
            self._reduce(table, block, (lo, hi, bounds), (func, seed, edges, band), out[lo:hi])
        if is_share:
            _replace_by_share(out, self._ordered())
        elif dict(reducer.parameters).get("nan_if_none"):
            out[out == 0] = np.nan

    def _pieces(self, block: RectBlock) -> Iterator[tuple[PairTable, int, int, NDArray[np.int64]]]:
        """Cut a block where the trees change files; bounds of the pairs count from each cut."""
        bounds = block.pairs()
        firsts = bounds[:-1]
        for table in self._track.tables(block.codes1[firsts], block.codes2[firsts]):
            part = bounds[table.first : table.first + len(table.offsets) + 1]
            yield table, int(part[0]), int(part[-1]), part - part[0]

    def _reduce(
        self,
        table: PairTable,
        block: RectBlock,
        where: tuple[int, int, NDArray[np.int64]],
        how: tuple[int, int, NDArray[np.int64], tuple[int, int] | None],
        out: Float64s,
    ) -> None:
        lo, hi, bounds = where
        func, seed, edges, band = how
        named: tuple[Any, ...] = (
            block.codes1, block.starts1, block.ends1,
            block.codes2, block.starts2, block.ends2, block.rows,
        )  # fmt: skip
        columns = [np.ascontiguousarray(column[lo:hi]) for column in named]
        payloads = (table.data, table.offsets, table.lengths, bounds, self._track.genome.sizes)
        limits = (edges, band is not None, *(band or (0, 0)))
        arguments: list[Any] = [func, seed, *payloads, *columns, *limits, out, self.visited]
        status, run, byte = tree_windows.reduce_windows(*arguments)
        if status:
            payload = int(table.offsets[run]), int(table.lengths[run])
            refuse_payload(table.data, table.path, *payload, status, byte)
        if table.data.size:
            at, n_bytes = table.offsets, int(table.lengths.sum())
            note_read(table.data, int(at.min()), int((at + table.lengths).max()), n_bytes)


def _replace_by_share(out: Float64s, ordered: NDArray[np.float32]) -> None:
    """Replace averages by the share of values that are not above them."""
    wanted = np.isfinite(out) | np.isinf(out)
    with np.errstate(over="ignore"):
        below = out[wanted].astype(np.float32)
    # rounded down, so that comparing float32 with float32 says what comparing float64 would
    is_above = below > out[wanted]
    below[is_above] = np.nextafter(below[is_above], np.float32(-np.inf))
    out[wanted] = np.searchsorted(ordered, below, side="right") / max(len(ordered), 1)
