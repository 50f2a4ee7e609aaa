"""Sources: what a window reads. Each answers one question: these steps, this reducer, these values.

A new kind of source is a class with `open`, `check_current` and `token`, and a reader with
`reduce`. Sources know no expressions, scopes or frames.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from misha_xr._ext import dense_windows, sparse_windows
from misha_xr.database import BlockTable, DenseTrack, SparseTrack
from misha_xr.errors import GenomeMismatchError
from misha_xr.genome import Genome, GenomeAxis
from misha_xr.query.blocks import BinBlock, Block
from misha_xr.query.records import HEADER_BYTES
from misha_xr.query.reducers import Reducer

__all__ = ["ArraySource", "DenseArray", "DenseSource", "Reader", "Source", "SparseSource"]

Float64s = NDArray[np.float64]


class Reader(Protocol):
    """A source open for one partition: blocks come in order, from one thread."""

    def reduce(
        self, block: Block, reducer: Reducer, sshift: int, eshift: int, out: Float64s
    ) -> None:
        """Write one value per step into ``out``, float64, shape (block.n,).

        The window of a step is ``[start + sshift, end + eshift)`` clipped to the chromosome; an
        empty one gives NaN for every reducer.
        """
        ...


class Source(Protocol):
    """Values that windows can be reduced over: frozen, picklable, shared by threads."""

    def open(self) -> Reader:
        """Return a new reader."""
        ...

    def check_current(self) -> None:
        """Raise StaleFileError if the values changed since the query was built."""
        ...

    def token(self) -> tuple[Any, ...]:
        """Describe the source by plain values: equal tokens, equal values."""
        ...


class DenseArray:
    """Values in memory for every bin of a genome axis.

    Parameters
    ----------
    axis : GenomeAxis
        The bins.
    values : array-like of float, shape (axis.n,)
        One value per bin; NaN and infinities are missing. float32 and float64 are not copied.

    Raises
    ------
    GenomeMismatchError
        If there is not one value per bin.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> len(DenseArray(Genome(["chr1"], [100]).axis(10), np.arange(10.0)).values)
    10
    """

    __slots__ = ("axis", "values")

    def __init__(self, axis: GenomeAxis, values: Any) -> None:
        array = np.asarray(values)
        if array.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            array = array.astype(np.float64)
        if array.shape != (axis.n,):
            raise GenomeMismatchError(
                f"values must have shape ({axis.n},), one per bin of {axis!r}; found {array.shape}"
            )
        self.axis = axis
        self.values: NDArray[Any] = np.ascontiguousarray(array)


class _Tabled(Protocol):
    """Anything whose payloads are reached through block tables."""

    def tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]: ...


class _Payloads:
    """Finds the payloads of blocks; remembers the last table, which most blocks share."""

    def __init__(self, payloads: _Tabled) -> None:
        self._payloads = payloads
        self._last: BlockTable | None = None

    def pieces(self, block: Block, out: Float64s) -> Iterator[tuple[BlockTable, Block, Float64s]]:
        """Cut a block where the payloads change files; most blocks stay whole."""
        at, last_code = 0, block.first_code(block.n - 1)
        while at < block.n:
            table = self._table(block.first_code(at), last_code)
            piece, end = block.up_to(at, table.first_code + len(table.offsets))
            yield table, piece, out[at:end]
            at = end

    def _table(self, code: int, last_code: int) -> BlockTable:
        last = self._last
        if last is None or not last.first_code <= code < last.first_code + len(last.offsets):
            last = self._last = next(self._payloads.tables(code, last_code + 1))
        return last


class _DenseReader:
    """Reads values laid out by bins.

    Parameters
    ----------
    payloads : _Tabled
        Where they are.
    axis : GenomeAxis
        The bins.
    header, width : int
        Bytes before the first value of a payload, and per value.
    """

    def __init__(self, payloads: _Tabled, axis: GenomeAxis, header: int, width: int) -> None:
        self._payloads = _Payloads(payloads)
        self._axis, self._header, self._width = axis, header, width

    def reduce(
        self, block: Block, reducer: Reducer, sshift: int, eshift: int, out: Float64s
    ) -> None:
        """Write one value per step into ``out``."""
        axis = self._axis
        for table, piece, part in self._payloads.pieces(block, out):
            payload = (
                reducer.kernel_id, reducer.parameter, table.data, self._header, table.first_code,
                table.offsets, table.lengths, axis.bin_size, axis.genome.sizes,
            )  # fmt: skip
            where = (piece.codes, piece.starts, piece.ends)
            shifts = (sshift, eshift)
            if isinstance(piece, BinBlock):
                dense_windows.reduce_bins(*payload, *where, piece.step, *shifts, part, self._width)
            else:
                dense_windows.reduce_windows(*payload, *where, *shifts, part, self._width)


class _SparseReader:
    """Reads records.

    Parameters
    ----------
    track : SparseTrack
        Where they are.
    """

    def __init__(self, track: SparseTrack) -> None:
        self._payloads = _Payloads(track)
        self._sizes = track.genome.sizes

    def reduce(
        self, block: Block, reducer: Reducer, sshift: int, eshift: int, out: Float64s
    ) -> None:
        """Write one value per step into ``out``."""
        for table, piece, part in self._payloads.pieces(block, out):
            payload = (
                reducer.kernel_id, reducer.parameter, table.data, HEADER_BYTES, table.first_code,
                table.offsets, table.lengths, self._sizes,
            )  # fmt: skip
            where = (piece.codes, piece.starts, piece.ends)
            if isinstance(piece, BinBlock):
                sparse_windows.reduce_bins(*payload, *where, piece.step, sshift, eshift, part)
            else:
                sparse_windows.reduce_windows(*payload, *where, sshift, eshift, part)


@dataclass(frozen=True, slots=True)
class _TrackSource:
    """What dense and sparse tracks have in common as sources."""

    track: Any

    def check_current(self) -> None:
        """Raise StaleFileError if the track was replaced since the query was built."""
        self.track.check_current()

    def token(self) -> tuple[Any, ...]:
        """Describe the track and the state of its files."""
        return self.track.name, self.track.path, self.track.stamp


@dataclass(frozen=True, slots=True)
class DenseSource(_TrackSource):
    """A dense track.

    Attributes
    ----------
    track : DenseTrack
        One float32 per bin; a window sees every bin that shares a base with it.
    """

    track: DenseTrack

    def open(self) -> Reader:
        """Return a new reader."""
        return _DenseReader(self.track, self.track.axis, HEADER_BYTES, 4)


@dataclass(frozen=True, slots=True)
class SparseSource(_TrackSource):
    """A sparse track.

    Attributes
    ----------
    track : SparseTrack
        One float32 per record; a window sees every record that shares a base with it.
    """

    track: SparseTrack

    def open(self) -> Reader:
        """Return a new reader."""
        return _SparseReader(self.track)


@dataclass(frozen=True, slots=True)
class ArraySource:
    """Values in memory on a genome axis.

    Attributes
    ----------
    array : DenseArray
        One float32 or float64 per bin.
    """

    array: DenseArray

    def open(self) -> Reader:
        """Return a new reader."""
        return _DenseReader(self, self.array.axis, 0, self.array.values.itemsize)

    def tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]:
        """Yield one table for all chromosomes."""
        axis, values = self.array.axis, self.array.values
        width = values.itemsize
        data = values.view(np.uint8)
        yield BlockTable(0, data, axis.offsets[:-1] * width, axis.n_bins * width)

    def check_current(self) -> None:
        """Do nothing: memory has one state."""

    def token(self) -> tuple[Any, ...]:
        """Describe the axis and the values by a digest."""
        values = self.array.values
        digest = hashlib.blake2b(values.view(np.uint8).data, digest_size=20).hexdigest()
        return self.array.axis.genome.stamp, self.array.axis.bin_size, values.dtype.str, digest


def check_genome(array: DenseArray, genome: Genome, name: str) -> None:
    """Raise GenomeMismatchError unless an array lies on the genome of the database."""
    found: object = array
    if not isinstance(found, DenseArray):
        raise TypeError(f"arrays[{name!r}] must be a DenseArray; found {type(found).__name__}")
    if array.axis.genome != genome:
        raise GenomeMismatchError(
            f"the variable {name!r} lies on {array.axis.genome!r}, the database on {genome!r}"
        )
