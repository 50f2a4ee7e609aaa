"""Array tracks as sources: the columns of an interval become one number, then it is a record.

Only the intervals near the windows of a block are reduced, so memory does not grow with a track.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import sparse_windows
from misha_xr._ext.array_columns import reduce_columns
from misha_xr._ext.records import locate_records
from misha_xr.database import ArrayTrack, BlockTable, note_read
from misha_xr.formats.array import ARRAY_INTERVAL_BYTES, find_interval_tables
from misha_xr.query.array_columns import EVERY_COLUMN, ColumnChoice, column_numbers
from misha_xr.query.blocks import BinBlock, Block, WindowBlock
from misha_xr.query.ranges import cumulate
from misha_xr.query.readers import Reader
from misha_xr.query.sources import TrackSource
from misha_xr.query.span_calls import Float64s, SpanCall, SpanReader
from misha_xr.query.vtracks import VirtualTrack

__all__ = ["ColumnsReader", "ColumnsSource", "choose_columns"]

Int64s = NDArray[np.int64]

MOST_RECORDS = 1 << 20  # reduced at once, 32 bytes each, unless one window needs more
_RECORD_BYTES = 24
_NEAREST = sparse_windows.REDUCERS["nearest"]


@dataclass(frozen=True, slots=True)
class ColumnsSource(TrackSource):
    """An array track, of which some columns count.

    Attributes
    ----------
    track : ArrayTrack
        Several float32 per interval.
    choice : ColumnChoice
        What makes them one number; then a window sees every interval that shares a base with it.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> track = semantics_database().store.track("arr")
    >>> ColumnsSource(track, ColumnChoice((0,))).token()[0]
    'arr'
    """

    track: ArrayTrack
    choice: ColumnChoice = EVERY_COLUMN

    def open(self) -> Reader:
        """Return a new reader.

        Returns
        -------
        Reader
            For one partition and one thread.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> isinstance(ColumnsSource(track).open(), ColumnsReader)
        True
        """
        return ColumnsReader(self.track, self.choice)

    def token(self) -> tuple[Any, ...]:
        """Describe the track, the state of its files and the columns.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> ColumnsSource(track).token()[0]
        'arr'
        """
        return self.track.name, self.track.path, self.track.stamp, self.choice.token()


def choose_columns(track: ArrayTrack, vtrack: VirtualTrack | None) -> ColumnChoice:
    """Find the columns that a virtual track means.

    Parameters
    ----------
    track : ArrayTrack
        Its source.
    vtrack : VirtualTrack or None
        The definition; None: the bare track, the mean of all columns.

    Returns
    -------
    ColumnChoice
        By number.

    Raises
    ------
    UnknownColumnError
        If the track has no such column.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> track = semantics_database().store.track("arr")
    >>> choose_columns(track, VirtualTrack("arr", slice=["b", "c"])).columns
    (1, 2)
    """
    if vtrack is None or not vtrack.has_slice:
        return EVERY_COLUMN
    columns = None if vtrack.slice is None else column_numbers(track, vtrack.slice)
    return ColumnChoice(columns, vtrack.column_reducer)


@dataclass(frozen=True, slots=True)
class _Near:
    """Intervals [lo, hi) of some chromosomes which the windows of a block may see."""

    codes: NDArray[np.int32]
    lo: Int64s
    hi: Int64s

    @property
    def n(self) -> int:
        return int((self.hi - self.lo).sum())


class ColumnsReader(SpanReader):
    """Reads array tracks.

    Parameters
    ----------
    track : ArrayTrack
        Where the values are.
    choice : ColumnChoice
        Which of them count.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> track = semantics_database().store.track("arr")
    >>> reader = ColumnsReader(track, EVERY_COLUMN)
    """

    def __init__(self, track: ArrayTrack, choice: ColumnChoice) -> None:
        self._track = track
        self._reducer = choice.reducer
        self._slots = choice.slots(track)
        self._sizes = track.genome.sizes
        self._last: tuple[BlockTable, Int64s, Int64s] | None = None

    def spans(self, block: Block, call: SpanCall, out: Float64s) -> None:
        """Run one call; see `SpanReader.spans`.

        Parameters
        ----------
        block, call, out
            As there.

        Raises
        ------
        CorruptFileError, StaleFileError
            If a payload cannot be trusted.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> columns = np.zeros(1, np.int32), np.array([90]), np.array([320]), np.array([1])
        >>> out = np.empty(1)
        >>> reader = ColumnsReader(track, EVERY_COLUMN)
        >>> reader.spans(WindowBlock(*columns), SpanCall(sparse_windows.REDUCERS["avg"]), out)
        >>> out.tolist()
        [4.5]
        """
        at, last_code = 0, block.first_code(block.n - 1)
        while at < block.n:
            table, rows_at, n_bytes = self._table(block.first_code(at), last_code)
            piece, end = block.up_to(at, table.first_code + len(table.offsets))
            rows = BlockTable(table.first_code, table.data, rows_at, n_bytes)
            self._reduce_piece(table, rows, piece, call.part(at, end), out[at:end])
            at = end

    def _table(self, code: int, last_code: int) -> tuple[BlockTable, Int64s, Int64s]:
        last = self._last
        if last is None or not last[0].first_code <= code < last[0].first_code + len(last[1]):
            table = next(self._track.tables(code, last_code + 1))
            rows = find_interval_tables(table.data, table.offsets, table.lengths)
            last = self._last = (table, *rows)
        return last

    def _reduce_piece(
        self,
        table: BlockTable,
        rows: BlockTable,
        piece: Block,
        call: SpanCall,
        out: Float64s,
    ) -> None:
        """Reduce a piece of one file; cut it where that saves memory."""
        near = self._near(rows, piece, call)
        if near.n > MOST_RECORDS and piece.n > 1:
            steps, middle = piece.windows(), piece.n // 2
            halves = [_part(steps, 0, middle), _part(steps, middle, piece.n)]
            if max(self._near(rows, half, call).n for half in halves) <= 0.75 * near.n:
                upper, lower = call.part(0, middle), call.part(middle, piece.n)
                self._reduce_piece(table, rows, halves[0], upper, out[:middle])
                self._reduce_piece(table, rows, halves[1], lower, out[middle:])
                return
        self._reduce_windows(near, self._records(table, rows, near), piece, call, out)

    def _near(self, rows: BlockTable, piece: Block, call: SpanCall) -> _Near:
        """Find the intervals from the first to the last window on each chromosome.

        Where the closest one counts, the neighbors on both sides are near too.
        """
        first = np.concatenate([[0], np.flatnonzero(np.diff(piece.codes)) + 1])
        codes = piece.codes[first]
        starts = np.maximum(np.minimum.reduceat(piece.starts, first) + call.sshift, 0)
        ends = np.minimum(np.maximum.reduceat(piece.ends, first) + call.eshift, self._sizes[codes])
        lo, hi = np.empty((2, len(codes)), np.int64)
        locate_records(
            rows.data, 0, rows.first_code, rows.offsets, rows.lengths,
            codes, starts, ends, lo, hi, ARRAY_INTERVAL_BYTES,
        )  # fmt: skip
        if call.func == _NEAREST:
            counts = rows.lengths[codes - rows.first_code] // ARRAY_INTERVAL_BYTES
            lo, hi = np.maximum(lo - 1, 0), np.minimum(hi + 1, counts)
        return _Near(codes, lo, hi)

    def _records(self, table: BlockTable, rows: BlockTable, near: _Near) -> NDArray[np.uint8]:
        """Reduce the columns of intervals to records of 24 bytes, one after another."""
        records = np.empty(near.n * _RECORD_BYTES, np.uint8)
        at = near.codes - table.first_code
        payloads, rows_at = table.offsets[at], rows.offsets[at]
        reduce_columns(
            self._reducer.kernel_id, self._reducer.parameter, table.data, payloads, rows_at,
            near.lo, near.hi, self._slots, np.empty(near.n), records,
        )  # fmt: skip
        if near.n:
            _note_read(table.data, payloads, rows_at, near)
        return records

    def _reduce_windows(
        self,
        near: _Near,
        records: NDArray[np.uint8],
        piece: Block,
        call: SpanCall,
        out: Float64s,
    ) -> None:
        first_code = int(near.codes[0])
        offsets, lengths = np.zeros((2, int(near.codes[-1]) - first_code + 1), np.int64)
        lengths[near.codes - first_code] = (near.hi - near.lo) * _RECORD_BYTES
        offsets[near.codes - first_code] = cumulate(near.hi - near.lo)[:-1] * _RECORD_BYTES
        payload = (
            call.func, call.parameter, records, 0, first_code, offsets, lengths, self._sizes,
        )  # fmt: skip
        where = (piece.codes, piece.starts, piece.ends)
        shifts = (call.sshift, call.eshift)
        if isinstance(piece, BinBlock):
            sparse_windows.reduce_bins(*payload, *where, piece.step, *shifts, out, _RECORD_BYTES)
        else:
            sparse_windows.reduce_windows(
                *payload, *where, *shifts, out, _RECORD_BYTES, call.extra, call.collected
            )


def _part(steps: WindowBlock, lo: int, hi: int) -> WindowBlock:
    part = slice(lo, hi)
    return WindowBlock(steps.codes[part], steps.starts[part], steps.ends[part], steps.rows[part])


def _note_read(data: NDArray[np.uint8], payloads: Int64s, rows_at: Int64s, near: _Near) -> None:
    """Let pages behind the scan go: those of rows and of values, first to last."""
    seen = np.flatnonzero(near.hi > near.lo)
    first, last = int(seen[0]), int(seen[-1])
    begin = int(rows_at[first] + near.lo[first] * ARRAY_INTERVAL_BYTES)
    end = int(rows_at[last] + near.hi[last] * ARRAY_INTERVAL_BYTES)
    note_read(data, begin, end)
    values = (int.from_bytes(data[at - 8 : at], "little") for at in (begin + 24, end))
    lo, hi = (int(payloads[k]) + value for k, value in zip((first, last), values, strict=True))
    note_read(data, lo, hi + 1)
