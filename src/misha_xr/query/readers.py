"""Readers: reduce the values that the windows of a block see, with the kernel for their layout.

A reader belongs to one partition and one thread. It knows payloads and reducers, no names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import dense_windows, sparse_windows
from misha_xr._ext.bin_gathers import gather_means
from misha_xr._ext.records import locate_records
from misha_xr.database import STRETCH_BYTES, BlockTable, SparseTrack, note_read
from misha_xr.formats.sparse import SPARSE_RECORD_BYTES
from misha_xr.genome import GenomeAxis
from misha_xr.query.blocks import BinBlock, Block, WindowBlock
from misha_xr.query.records import HEADER_BYTES
from misha_xr.query.reducers import Reducer
from misha_xr.query.span_calls import Float64s, SpanCall, SpanReader

__all__ = ["DenseReader", "Reader", "RecordReader", "RowGather", "SparseReader", "Tabled"]

Int64s = NDArray[np.int64]


class Reader(Protocol):
    """A source open for one partition: blocks come in order, from one thread.

    Examples
    --------
    >>> import misha_xr
    >>> store = misha_xr.example_database().store
    >>> reader: Reader = SparseReader(store.track("sparse_track"))
    >>> hasattr(reader, "reduce")
    True
    """

    def reduce(
        self, block: Block, reducer: Reducer, sshift: int, eshift: int, out: Float64s
    ) -> None:
        """Write one value per step into ``out``.

        Parameters
        ----------
        block : Block
            The steps.
        reducer : Reducer
            How the values in a window become one.
        sshift, eshift : int
            The window of a step is ``[start + sshift, end + eshift)`` in base pairs, clipped to the
            chromosome.
        out : float64 array, shape (block.n,)
            Filled in place. An empty window gives NaN for every reducer, one without values for all
            but those that count.
        """
        ...


class Tabled(Protocol):
    """Anything whose payloads are reached through block tables: a track, or values in memory.

    Examples
    --------
    >>> import misha_xr
    >>> payloads: Tabled = misha_xr.example_database().store.track("dense_track")
    >>> next(payloads.tables(0, 1)).first_code
    0
    """

    def tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]:
        """Yield where the payloads of consecutive chromosomes lie.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes ``[code_lo, code_hi)``.

        Yields
        ------
        BlockTable
            In order; together they cover every code at least.
        """
        ...


# From the bytes of one chromosome and a position on it to where its values lie, about.
Place: TypeAlias = Callable[[BlockTable, int, int], int]


class _Payloads:
    """Finds the payloads of blocks; remembers the last table, which most blocks share."""

    def __init__(self, payloads: Tabled, place: Place, n_bytes: int = 0) -> None:
        self._payloads = payloads
        self._place, self._n_bytes = place, n_bytes
        self._last: BlockTable | None = None

    def pieces(self, block: Block) -> Iterator[tuple[BlockTable, Block, int, int]]:
        """Cut a block where the payloads change files; most blocks stay whole."""
        at, last_code = 0, block.first_code(block.n - 1)
        while at < block.n:
            table = self._table(block.first_code(at), last_code)
            piece, end = block.up_to(at, table.first_code + len(table.offsets))
            yield table, piece, at, end
            self._note_read(table, piece)
            at = end

    def _note_read(self, table: BlockTable, piece: Block) -> None:
        """Let pages behind the scan go: a piece spans bytes from its first to its last window."""
        first, last = int(piece.codes[0]), int(piece.codes[-1])
        lo = self._place(table, first, int(piece.starts[0]))
        hi = self._place(table, last, int(piece.ends[-1]))
        note_read(table.data, lo, hi + 1, self._n_bytes)

    def _table(self, code: int, last_code: int) -> BlockTable:
        last = self._last
        if last is None or not last.first_code <= code < last.first_code + len(last.offsets):
            last = self._last = next(self._payloads.tables(code, last_code + 1))
        return last


class RowGather(NamedTuple):
    """How windows become rows of a matrix.

    Attributes
    ----------
    step : int
        Base pairs of each column but the last, which may have fewer.
    is_reversed : uint8 array, shape (n,)
        1: columns count from the right end of the window.
    rows : int64 array, shape (n,)
        Where each window goes.

    Examples
    --------
    >>> RowGather(10, np.zeros(1, np.uint8), np.array([0])).step
    10
    """

    step: int
    is_reversed: NDArray[np.uint8]
    rows: Int64s


class DenseReader(SpanReader):
    """Reads values laid out by bins.

    Parameters
    ----------
    payloads : Tabled
        Where they are.
    axis : GenomeAxis
        The bins.
    header, width : int
        Bytes before the first value of a payload, and per value.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("dense_track")
    >>> reader = DenseReader(track, track.axis, header=4, width=4)
    """

    def __init__(self, payloads: Tabled, axis: GenomeAxis, header: int, width: int) -> None:
        self._payloads = _Payloads(payloads, self._place, len(axis) * width)
        self._axis, self._header, self._width = axis, header, width

    def _place(self, table: BlockTable, code: int, position: int) -> int:
        start = int(table.offsets[code - table.first_code]) + self._header
        return start + position // self._axis.bin_size * self._width

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
        >>> from misha_xr.genome import Genome
        >>> from misha_xr.query.sources import ArraySource, DenseArray
        >>> source = ArraySource(DenseArray(Genome(["chr1"], [30]).axis(10), [1.0, np.nan, 5.0]))
        >>> columns = np.zeros(1, np.int32), np.array([0]), np.array([25]), np.array([1])
        >>> out = np.empty(1)
        >>> source.open().spans(WindowBlock(*columns), SpanCall(dense_windows.REDUCERS["sum"]), out)
        >>> out.tolist()
        [6.0]
        """
        axis = self._axis
        for table, piece, at, end in self._payloads.pieces(block):
            payload = (
                call.func, call.parameter, table.data, self._header, table.first_code,
                table.offsets, table.lengths, axis.bin_size, axis.genome.sizes,
            )  # fmt: skip
            where = (piece.codes, piece.starts, piece.ends)
            shifts = (call.sshift, call.eshift)
            if isinstance(piece, BinBlock):
                dense_windows.reduce_bins(
                    *payload, *where, piece.step, *shifts, out[at:end], self._width
                )
            else:
                extra = call.part(at, end).extra
                dense_windows.reduce_windows(
                    *payload, *where, *shifts, out[at:end], self._width, extra, call.collected
                )

    def gather(self, windows: WindowBlock, how: RowGather, out: NDArray[Any]) -> None:
        """Write the mean of every step of windows of one width, without listing the steps.

        Parameters
        ----------
        windows : WindowBlock
            n windows, which may reach beyond the ends of their chromosomes.
        how : RowGather
            The steps, and the row of each window.
        out : float32 or float64 array, shape (n_rows, n_steps)
            Rows contiguous; filled in place. The values are those of the reducer "avg" in the
            window of each step, NaN outside chromosomes.

        Raises
        ------
        CorruptFileError, StaleFileError
            If a payload cannot be trusted.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> from misha_xr.query.sources import ArraySource, DenseArray
        >>> source = ArraySource(DenseArray(Genome(["chr1"], [30]).axis(10), [1.0, 2.0, 5.0]))
        >>> window = WindowBlock(*(np.array([k]) for k in (0, -10, 20, 1)))
        >>> out = np.empty((1, 3))
        >>> how = RowGather(10, np.ones(1, np.uint8), np.array([0]))
        >>> source.open().gather(window, how, out), out.tolist()
        (None, [[2.0, 1.0, nan]])
        """
        if not windows.n:
            return
        axis, width = self._axis, int(windows.ends[0] - windows.starts[0])
        for table, piece, at, end in self._payloads.pieces(windows):
            part = piece.windows()
            gather_means(
                table.data, self._header, table.first_code, table.offsets, table.lengths,
                axis.bin_size, axis.genome.sizes, part.codes.astype(np.int32, copy=False),
                part.starts, how.is_reversed[at:end], how.rows[at:end], width, how.step, out,
                self._width,
            )  # fmt: skip

    def place(self, windows: WindowBlock, starts: Int64s, out: Float64s) -> None:
        """Turn the number of a bin in its window into base pairs; see `SpanReader.place`.

        Parameters
        ----------
        windows, starts, out
            As there. A bin lies where it starts, or where the window does if that is later.

        Examples
        --------
        >>> from misha_xr.genome import Genome
        >>> reader = DenseReader(None, Genome(["chr1"], [30]).axis(10), header=0, width=8)
        >>> out = np.array([0.0, 2.0, np.nan])
        >>> reader.place(None, np.array([4, 4, 4]), out), out.tolist()
        (None, [4.0, 20.0, nan])
        """
        size = self._axis.bin_size
        np.maximum((starts // size + out) * size, starts, out=out)


class RecordReader(SpanReader):
    """Reads records: an interval and a value each.

    Parameters
    ----------
    payloads : Tabled
        Where they are, sorted and disjoint within a chromosome.
    sizes : int64 array, shape (n_chroms,)
        Base pairs of every chromosome.
    header, width : int
        Bytes before the first record of a payload, and per record: 20 (float32) or 24 (float64).

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("sparse_track")
    >>> reader = RecordReader(track, track.genome.sizes)
    """

    def __init__(
        self,
        payloads: Tabled,
        sizes: Int64s,
        header: int = HEADER_BYTES,
        width: int = SPARSE_RECORD_BYTES,
    ) -> None:
        self._payloads = _Payloads(payloads, self._place)
        self._sizes, self._header, self._width = sizes, header, width

    def _place(self, table: BlockTable, code: int, position: int) -> int:
        """Return the byte of the first record that ends beyond a position; about, if few."""
        at = code - table.first_code
        start, length = int(table.offsets[at]), int(table.lengths[at])
        if length < STRETCH_BYTES:
            return start
        lo, hi = np.zeros(1, np.int64), np.zeros(1, np.int64)
        where = np.array([position], np.int64)
        locate_records(
            table.data, self._header, table.first_code, table.offsets, table.lengths,
            np.array([code], np.int32), where, where, lo, hi, self._width,
        )  # fmt: skip
        return start + self._header + int(lo[0]) * self._width

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
        >>> import misha_xr
        >>> from misha_xr.query.blocks import WindowBlock
        >>> track = misha_xr.example_database().store.track("sparse_track")
        >>> columns = np.zeros(1, np.int32), np.array([0]), track.genome.sizes[:1], np.array([1])
        >>> out = np.empty(1)
        >>> size = SpanCall(sparse_windows.REDUCERS["size"])
        >>> SparseReader(track).spans(WindowBlock(*columns), size, out)
        >>> bool(out[0] == track.counts()[0])
        True
        """
        for table, piece, at, end in self._payloads.pieces(block):
            payload = (
                call.func, call.parameter, table.data, self._header, table.first_code,
                table.offsets, table.lengths, self._sizes,
            )  # fmt: skip
            where = (piece.codes, piece.starts, piece.ends)
            shifts = (call.sshift, call.eshift)
            if isinstance(piece, BinBlock):
                sparse_windows.reduce_bins(
                    *payload, *where, piece.step, *shifts, out[at:end], self._width
                )
            else:
                extra = call.part(at, end).extra
                sparse_windows.reduce_windows(
                    *payload, *where, *shifts, out[at:end], self._width, extra, call.collected
                )


class SparseReader(RecordReader):
    """Reads sparse tracks.

    Parameters
    ----------
    track : SparseTrack
        Where the records are.

    Examples
    --------
    >>> import misha_xr
    >>> reader = SparseReader(misha_xr.example_database().store.track("sparse_track"))
    """

    def __init__(self, track: SparseTrack) -> None:
        super().__init__(track, track.genome.sizes)
