"""Bounds the memory that scans of mapped files hold: pages long behind a scan are given back.

Every part of a map that was read is noted in stretches of a few megabytes. When the stretches of
all maps together exceed a limit, those not read for longest are dropped: the system reads them
again if anybody asks.

Data of more than 128 MB are held to a small limit. Others share a larger one, under which the
tracks of most queries stay in memory for the next query: measured, reading dropped pages again
costs a scan of several tracks a sixth of its time.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from typing import Any

import numpy as np
import numpy.typing as npt

from misha_xr._ext import mapping
from misha_xr.forks import fork_lock, on_fork

__all__ = ["STRETCH_BYTES", "map_of", "note_lent", "note_read", "note_view"]

STRETCH_BYTES = 4 << 20
LARGE_BYTES = 128 << 20
LARGE_LIMIT, SMALL_LIMIT = 64 << 20, 256 << 20

_Noted = tuple[weakref.ref[mapping.MappedFile], int]  # a map, and the bytes of one stretch


class _Ledger:
    """The stretches that may be in memory, least recently read first; shared by all threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = fork_lock()
        self.forget()
        on_fork(self.forget)

    def forget(self) -> None:
        """Begin anew, as a forked child does: a thread it lacks may have been half-way."""
        self._known: OrderedDict[tuple[int, int], _Noted] = OrderedDict()
        self._n_bytes = 0

    def note(self, file: mapping.MappedFile, lo: int, hi: int) -> None:
        """Take bytes [lo, hi) as read; drop what is too much, these bytes included."""
        self._add(file, lo, hi)
        self._drop_old()

    def lend(self, file: mapping.MappedFile, lo: int, hi: int) -> None:
        """Take bytes [lo, hi) as read from now on; drop what was too much before."""
        self._drop_old()
        self._add(file, lo, hi)

    def _add(self, file: mapping.MappedFile, lo: int, hi: int) -> None:
        reference = weakref.ref(file)
        size, this = len(file), id(file)
        with self._lock:
            for stretch in range(max(lo, 0) // STRETCH_BYTES, -(-min(hi, size) // STRETCH_BYTES)):
                n_bytes = min(size - stretch * STRETCH_BYTES, STRETCH_BYTES)
                _, before = self._known.pop((this, stretch), (None, 0))
                self._n_bytes += n_bytes - before
                self._known[this, stretch] = reference, n_bytes

    def _drop_old(self) -> None:
        dropped = []
        with self._lock:
            while self._n_bytes > self._limit:
                (_, stretch), (reference, n_bytes) = self._known.popitem(last=False)
                self._n_bytes -= n_bytes
                dropped.append((reference, stretch))
        for reference, stretch in dropped:
            file = reference()
            if file is not None:  # else it was unmapped, and its pages went with it
                _drop(file, stretch)


def _drop(file: mapping.MappedFile, stretch: int) -> None:
    try:
        file.advise(stretch * STRETCH_BYTES, STRETCH_BYTES, "dontneed")
    except OSError:
        return  # only advice: a system that refuses it, say for locked pages, changes no answer


_LARGE, _SMALL = _Ledger(LARGE_LIMIT), _Ledger(SMALL_LIMIT)


def _ledger_of(file: mapping.MappedFile, n_bytes: int) -> _Ledger:
    return _LARGE if max(len(file), n_bytes) > LARGE_BYTES else _SMALL


def map_of(data: npt.NDArray[Any]) -> mapping.MappedFile | None:
    """Return the map whose bytes an array shows.

    Parameters
    ----------
    data : array
        Any view of the data of a `MappedFile`, or an array in memory.

    Returns
    -------
    misha_xr._ext.mapping.MappedFile or None
        None for memory that is no map.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> from misha_xr.database.maps import map_file
    >>> file = map_file(f"{example_database_path()}/chrom_sizes.txt")
    >>> map_of(file.data[2:4]) is file.source, map_of(np.zeros(2))
    (True, None)
    """
    owner: Any = data
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, memoryview):
        owner = owner.obj
    return owner if isinstance(owner, mapping.MappedFile) else None


def note_read(data: npt.NDArray[np.uint8], lo: int, hi: int, n_bytes: int = 0) -> None:
    """Say that some bytes of a whole map were read and are not needed for now.

    Parameters
    ----------
    data : uint8 array, shape (n_bytes,)
        All bytes of a mapped file; an array in memory is left alone.
    lo, hi : int
        Which bytes, about: cut at the ends of the file.
    n_bytes : int
        Bytes of all that is scanned, if that is more than this file: the whole track.

    Notes
    -----
    At most 64 MB of noted bytes of large data stay in the memory of the process, and 256 MB of
    others. Views that others hold stay valid. Any thread may call it at any time.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> from misha_xr.database.maps import map_file
    >>> data = map_file(f"{example_database_path()}/chrom_sizes.txt").data
    >>> note_read(data, 0, len(data))
    """
    file = map_of(data)
    if file is not None and hi > lo:
        _ledger_of(file, n_bytes).note(file, lo, hi)


def note_view(view: npt.NDArray[Any]) -> None:
    """Say that the bytes of a contiguous view were read and are not needed for now.

    Parameters
    ----------
    view : array, contiguous
        A view of a mapped file; an array in memory is left alone.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> from misha_xr.database.maps import map_file
    >>> note_view(map_file(f"{example_database_path()}/chrom_sizes.txt").data[2:4])
    """
    file = map_of(view)
    if file is not None:
        _ledger_of(file, 0).note(file, *_bounds(file, view))


def note_lent(view: npt.NDArray[Any]) -> None:
    """Say that a contiguous view is handed on to be read: its pages may go when others are read.

    Parameters
    ----------
    view : array, contiguous
        A view of a mapped file; an array in memory is left alone.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> from misha_xr.database.maps import map_file
    >>> note_lent(map_file(f"{example_database_path()}/chrom_sizes.txt").data[2:4])
    """
    file = map_of(view)
    if file is not None:
        _ledger_of(file, 0).lend(file, *_bounds(file, view))


def _bounds(file: mapping.MappedFile, view: npt.NDArray[Any]) -> tuple[int, int]:
    lo = view.ctypes.data - np.frombuffer(memoryview(file), np.uint8).ctypes.data
    return lo, lo + view.nbytes
