"""Rows of an interval set on their way to disk: in any order, piece by piece, in bounded memory.

Columns are kept one after another, in memory or in files without a name, which the system removes
however the process ends. Sorting is a matter of where rows are read from.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr._ext.rstrings import encode_strings, skip_strings
from misha_xr.database.writing.set_columns import PIECE_ROWS, Codes, coded_columns, sort_codes
from misha_xr.database.writing.set_table import SetTable
from misha_xr.formats.interval_columns import ColumnType, is_beyond_32_bits
from misha_xr.formats.interval_set import leading_columns
from misha_xr.genome import Genome

__all__ = ["SetSpool"]

MEMORY_BYTES = 1 << 26
Int64s = NDArray[np.int64]


class _ColumnSpool:
    """The bytes of one column in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._held: list[Any] = []
        self.n_bytes = 0

    def add(self, data: Any) -> None:
        view = memoryview(data).cast("B")
        self._held.append(view)
        self.n_bytes += len(view)

    def spill(self) -> None:
        """Move what is held in memory to a file."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed later
        for view in self._held:
            self._file.write(view)
        self._held.clear()

    def seal(self) -> None:
        """Get ready to be read."""
        if self._file is not None:
            self.spill()
            self._file.flush()
        else:
            self._held = [memoryview(b"".join(self._held))]

    def read(self, lo: int, hi: int) -> Any:
        if self._file is None:
            return self._held[0][lo:hi]
        parts = []
        while lo < hi:
            parts.append(os.pread(self._file.fileno(), hi - lo, lo))
            if not parts[-1]:
                raise OSError(f"the temporary file of a column ends {hi - lo} bytes early")
            lo += len(parts[-1])
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        self._held.clear()
        if self._file is not None:
            self._file.close()


class SetSpool:
    """Collects the rows of an interval set.

    Parameters
    ----------
    genome : Genome
        Names and sizes.
    types : mapping of str to ColumnType
        Of the columns, coordinates first; see `misha_xr.database.writing.set_table.column_types`.
    folder : Path
        Where to put what does not fit in memory: on the file system of the database.

    Examples
    --------
    >>> from misha_xr.database.writing.set_columns import column_types
    >>> genome, names = Genome(["a", "b"], [90, 90]), ["chrom", "start", "end"]
    >>> frames = [pd.DataFrame([row], columns=names) for row in (["b", 5, 9], ["a", 0, 9])]
    >>> spool = SetSpool(genome, column_types(frames[0]), Path())
    >>> for frame in frames:
    ...     spool.add(frame)
    >>> table = spool.table()
    >>> table.codes[0].tolist(), [piece.tolist() for piece in table.columns.pieces("start", 0, 2)]
    ([0, 1], [[0], [5]])
    """

    def __init__(self, genome: Genome, types: Mapping[str, ColumnType], folder: Path) -> None:
        self.genome = genome
        self.types = dict(types)
        chroms = [name for name in leading_columns(types) if name.startswith("chrom")]
        self._is_2d = len(chroms) > 1
        self._coordinates = leading_columns(types)
        names = [name for name in types if name not in chroms]
        self._columns = {name: _ColumnSpool(folder) for name in names}
        self._texts = [name for name in names if types[name].kind == "string"]
        self._wide = dict.fromkeys(names, False)
        self._runs: list[dict[str, Any]] = []
        self._held = 0
        self.n_rows = 0

    def add(self, frame: pd.DataFrame) -> None:
        """Take rows, in any order.

        Parameters
        ----------
        frame : DataFrame, shape (n, n_columns)
            All columns.

        Raises
        ------
        IntervalError, UnknownChromosomeError
            If a row is not legal or a value does not fit its column.
        OSError
            If the disk is full.
        """
        if not len(frame):
            return
        codes, values = coded_columns(frame, self.types, self.genome)
        order = sort_codes(codes, self.genome.n_chroms)
        if order is not None:
            codes = tuple(column[order] for column in codes)
        first = np.logical_or.reduce([column[1:] != column[:-1] for column in codes])
        starts = np.concatenate(([0], np.flatnonzero(first) + 1))
        runs = {"starts": starts + self.n_rows, "codes": [column[starts] for column in codes]}
        for name, column in values.items():
            self._add_column(name, column, order, starts, runs)
        self._runs.append(runs)
        self.n_rows += len(frame)
        if self._held > MEMORY_BYTES:
            for spool in self._columns.values():
                spool.spill()
            self._held = 0

    def _add_column(
        self, name: str, values: Any, order: Int64s | None, starts: Int64s, runs: dict[str, Any]
    ) -> None:
        spool = self._columns[name]
        before = spool.n_bytes
        if isinstance(values, list):
            given = values if order is None else [values[row] for row in order.tolist()]
            data = encode_strings(given)
            places = np.empty(len(given) + 1, np.int64)
            skip_strings(np.frombuffer(data, np.uint8), 0, len(given), places, 1)
            runs[name] = before + places[starts]
            spool.add(data)
        else:
            self._wide[name] |= values.dtype == np.int64 and is_beyond_32_bits(values)
            # A copy: the frame may be the caller's, who goes on with it.
            spool.add(np.array(values if order is None else values[order], self.dtype(name)))
        self._held += spool.n_bytes - before

    def table(self) -> SetTable:
        """Return all rows in genome order; rows of one chromosome or pair as they came.

        Returns
        -------
        SetTable
            Reads from here: it ends with `close`.
        """
        for spool in self._columns.values():
            spool.seal()
        n_sides = 2 if self._is_2d else 1
        codes: Codes = tuple(
            np.concatenate([np.empty(0, np.int32), *(runs["codes"][side] for runs in self._runs)])
            for side in range(n_sides)
        )
        starts = self._joined("starts")
        sizes = np.diff(starts, append=self.n_rows)
        texts = {name: self._joined(name) for name in self._texts}
        stops = {k: np.append(v[1:], self._columns[k].n_bytes)[: len(v)] for k, v in texts.items()}
        order = sort_codes(codes, self.genome.n_chroms)
        if order is not None:
            codes, starts, sizes = tuple(c[order] for c in codes), starts[order], sizes[order]
            texts = {name: places[order] for name, places in texts.items()}
            stops = {name: places[order] for name, places in stops.items()}
        ends = np.concatenate(([0], np.cumsum(sizes)))
        heads = _heads(codes)
        columns = _SpooledColumns(self, ends, starts, texts, stops)
        parts = tuple(column[heads] for column in codes)
        return SetTable(
            self.genome, self.types, parts, np.append(ends[heads], self.n_rows), columns
        )

    def _joined(self, key: str) -> Int64s:
        return np.concatenate([np.empty(0, np.int64), *(runs[key] for runs in self._runs)])

    def dtype(self, name: str) -> np.dtype[Any] | None:
        """Return the dtype of the values kept of a column; None: encoded text."""
        return np.dtype(np.int64) if name in self._coordinates else self.types[name].dtype

    def read(self, name: str, lo: int, hi: int) -> Any:
        """Return bytes of a column, as they came."""
        return self._columns[name].read(lo, hi)

    def is_wide(self, name: str) -> bool:
        """Tell whether a column of whole numbers needs more than 32 bits."""
        return bool(self._wide[name])

    def close(self) -> None:
        """Forget all rows."""
        for spool in self._columns.values():
            spool.close()


def _heads(codes: Codes) -> Int64s:
    """Return where runs of equal codes begin."""
    if not len(codes[0]):
        return np.empty(0, np.int64)
    changes = np.logical_or.reduce([column[1:] != column[:-1] for column in codes])
    return np.concatenate(([0], np.flatnonzero(changes) + 1))


class _SpooledColumns:
    """Columns of a spool in genome order; see `StoredColumns`.

    ``bounds`` are rows in genome order where runs begin; ``starts`` where they lie in the spool;
    ``texts`` and ``stops`` the bytes of their text.
    """

    def __init__(
        self,
        spool: SetSpool,
        bounds: Int64s,
        starts: Int64s,
        texts: Mapping[str, Int64s],
        stops: Mapping[str, Int64s],
    ) -> None:
        self._spool = spool
        self._bounds = bounds
        self._starts = starts
        self._texts = texts
        self._stops = stops

    def pieces(self, name: str, lo: int, hi: int) -> Iterator[Any]:
        a, b = (int(at) for at in np.searchsorted(self._bounds, [lo, hi]))
        dtype = self._spool.dtype(name)
        if dtype is None:
            first, last = self._texts[name][a:b], self._stops[name][a:b]
        else:
            sizes = np.diff(self._bounds[a : b + 1])
            first = self._starts[a:b] * dtype.itemsize
            last = first + sizes * dtype.itemsize
        for begin, end in _merged(first, last):
            for at in range(begin, end, PIECE_ROWS * 8):
                data = self._spool.read(name, at, min(at + PIECE_ROWS * 8, end))
                yield bytes(data) if dtype is None else np.frombuffer(data, dtype)

    def is_wide(self, name: str) -> bool:
        return self._spool.is_wide(name)


def _merged(first: Int64s, last: Int64s) -> Iterator[tuple[int, int]]:
    """Join byte ranges that follow each other."""
    if not len(first):
        return
    breaks = np.flatnonzero(first[1:] != last[:-1])
    begins = first[np.concatenate(([0], breaks + 1))]
    ends = last[np.concatenate((breaks, [len(last) - 1]))]
    yield from zip(begins.tolist(), ends.tolist(), strict=True)
