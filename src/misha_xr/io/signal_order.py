"""Rows of a signal in genome order, whatever their order in the file, in bounded memory.

Each piece is sorted as it comes, and kept in memory or, from some size on, in a file without
a name, which the system removes however the process ends. Then ranges of chromosomes are joined.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from misha_xr.genome import Genome
from misha_xr.intervals import in_order
from misha_xr.io.signal_rows import SignalRows

__all__ = ["SignalOrder"]

MEMORY_ROWS = 1 << 21
PIECE_ROWS = 1 << 17
_ROW = np.dtype([("code", "i4"), ("start", "i8"), ("end", "i8"), ("value", "f8"), ("line", "i8")])


class SignalOrder:
    """Collects rows, and gives them back in the order of the genome.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    folder : Path
        Where to put what does not fit in memory.
    memory_rows : int
        How many rows (36 bytes each) may be held, and are sorted at a time.

    Notes
    -----
    Memory: `memory_rows`, twice; but a chromosome whose pieces are out of order among each other is
    sorted as a whole, however long it is.

    Examples
    --------
    >>> order = SignalOrder(Genome(["a", "b"], [90, 90]), Path())
    >>> order.add(SignalRows.of([1, 0], [5, 7], [9, 9], [1, 2]))
    >>> [rows.starts.tolist() for rows in order.pieces()]
    [[7, 5]]
    """

    def __init__(self, genome: Genome, folder: Path, *, memory_rows: int = MEMORY_ROWS) -> None:
        self._folder, self._memory_rows = folder, memory_rows
        self._counts = np.zeros(genome.n_chroms, np.int64)
        self._held: list[SignalRows] = []
        self._n_held = 0
        self._file: IO[bytes] | None = None
        # First row in the file, codes of a piece, and where each begins in it.
        self._spilled: list[tuple[int, NDArray[np.int32], NDArray[np.int64]]] = []
        self._n_spilled = 0

    def add(self, rows: SignalRows) -> None:
        """Take rows in any order.

        Parameters
        ----------
        rows : SignalRows
            Kept, not copied.
        """
        _, order = in_order(rows.iv)
        rows = rows if order is None else rows.take(order)
        self._held.append(rows)
        self._n_held += len(rows.codes)
        if len(rows.codes):
            found = np.bincount(rows.codes - rows.codes[0])
            self._counts[rows.codes[0] : rows.codes[0] + len(found)] += found
        if self._n_held > self._memory_rows:
            self._spill()

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed later
        for rows in self._held:
            records = np.empty(len(rows.codes), _ROW)
            for name, column in zip(_ROW.names or (), rows, strict=True):
                records[name] = column
            self._file.write(records.data)
            codes, starts = np.unique(rows.codes, return_index=True)
            self._spilled.append((self._n_spilled, codes, np.append(starts, len(records))))
            self._n_spilled += len(records)
        self._held, self._n_held = [], 0

    def close(self) -> None:
        """Let the rows go."""
        self._held = []
        if self._file is not None:
            self._file.close()

    def pieces(self) -> Iterator[SignalRows]:
        """Yield all rows, sorted by chromosome, start and end; equal ones in the order they came.

        Yields
        ------
        SignalRows
            Not empty, and of bounded size.
        """
        for lo, hi in self._ranges():
            parts = [part for part in self._between(lo, hi) if len(part.codes)]
            if not _follow(parts):
                parts = [_sorted(parts)]
            for part in parts:
                for at in range(0, len(part.codes), PIECE_ROWS):
                    piece = part.take(slice(at, at + PIECE_ROWS))
                    yield SignalRows._make(map(np.ascontiguousarray, piece))

    def _between(self, lo: int, hi: int) -> Iterator[SignalRows]:
        """Yield the rows of chromosomes lo to hi - 1, piece by piece."""
        for base, codes, starts in self._spilled:
            first, stop = (int(starts[k]) for k in np.searchsorted(codes, [lo, hi]))
            if stop > first:
                yield self._read(base + first, stop - first)
        for rows in self._held:
            first, stop = (int(k) for k in np.searchsorted(rows.codes, [lo, hi]))
            yield rows.take(slice(first, stop))

    def _read(self, first: int, n: int) -> SignalRows:
        """Read rows that were put into the file; not by a map, whose pages would count."""
        assert self._file is not None
        self._file.flush()
        data = bytearray(n * _ROW.itemsize)
        self._file.seek(first * _ROW.itemsize)
        self._file.readinto(data)  # type: ignore[attr-defined]
        records = np.frombuffer(data, _ROW)
        return SignalRows._make(records[name] for name in _ROW.names or ())

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Cut the chromosomes so that a range has no more rows than fit, or is one chromosome."""
        upto = np.cumsum(self._counts)
        lo = 0
        while lo < len(upto):
            before = int(upto[lo - 1]) if lo else 0
            hi = int(np.searchsorted(upto, before + self._memory_rows, "right"))
            hi = max(hi, lo + 1)
            yield lo, hi
            lo = hi


def _follow(parts: list[SignalRows]) -> bool:
    """Tell whether each part begins where or behind where the one before ends."""
    return all(
        (one.codes[-1], one.starts[-1], one.ends[-1]) <= (two.codes[0], two.starts[0], two.ends[0])
        for one, two in pairwise(parts)
    )


def _sorted(parts: list[SignalRows]) -> SignalRows:
    rows = SignalRows._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
    _, order = in_order(rows.iv)
    return rows if order is None else rows.take(order)
