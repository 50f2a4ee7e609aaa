"""Payloads of dense and sparse tracks whose values arrive piece by piece, in genome order.

Each class turns pieces of values into pieces of bytes; what it keeps between two calls is stated.
Empty chromosomes get a payload as well: other programs need one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from misha_xr._ext import track_payloads as kernels
from misha_xr.errors import IntervalError
from misha_xr.formats.dense import MAX_BIN_SIZE
from misha_xr.formats.sparse import SPARSE_HEADER_BYTES, SPARSE_RECORD_BYTES
from misha_xr.genome import Genome, GenomeAxis

__all__ = ["BytePiece", "DensePieces", "RowChecks", "SparsePieces"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Float32s = npt.NDArray[np.float32]

_FAULTS = {
    kernels.WRONG_CODE: "is on no chromosome of the genome",
    kernels.NEGATIVE_START: "starts before base 0",
    kernels.EMPTY_ROW: "is empty: start is not below end",
    kernels.BEYOND_END: "ends beyond the chromosome",
    kernels.UNSORTED: "is out of order: it starts before the interval in front of it",
    kernels.OVERLAP: "overlaps the interval in front of it",
}


class BytePiece(NamedTuple):
    """The next bytes of the payloads of chromosomes in a row.

    Attributes
    ----------
    first : int
        Chromosome of the first bytes; they may go on with a payload that was begun before.
    lengths : int64 array, shape (k,)
        Bytes of chromosomes ``first, first + 1, ...``.
    data : array
        C-contiguous; the bytes of all of them.

    Examples
    --------
    >>> BytePiece(0, np.array([4]), np.zeros(1, np.uint32)).data.nbytes
    4
    """

    first: int
    lengths: Int64s
    data: npt.NDArray[Any]


class DensePieces:
    """Bytes of a dense track; keeps nothing but its place.

    Parameters
    ----------
    axis : GenomeAxis
        The bins.

    Raises
    ------
    ValueError
        If the bin size does not fit the format.

    Notes
    -----
    Every NaN is stored with the bit pattern 0x7FC00000. Source: misha file format, dense tracks.

    Examples
    --------
    >>> pieces = DensePieces(Genome(["chr1", "chr2"], [100, 50]).axis(50))
    >>> pieces.encode(np.array([1, 2, np.nan], np.float32)).lengths.tolist()
    [12, 8]
    >>> pieces.finish()
    """

    def __init__(self, axis: GenomeAxis) -> None:
        if axis.bin_size > MAX_BIN_SIZE:
            raise ValueError(f"bin size must be 1 to {MAX_BIN_SIZE}; found {axis.bin_size}")
        self._axis = axis
        self._n_bins = np.ascontiguousarray(axis.n_bins, np.int64)
        self.next = 0

    def encode(self, values: Float32s) -> BytePiece:
        """Return the bytes of the next bins.

        Parameters
        ----------
        values : float32 array, shape (n,), n > 0
            From bin `next` on, counted over all chromosomes.

        Returns
        -------
        BytePiece
            New memory.

        Raises
        ------
        ValueError
            If there are more values than bins.
        """
        axis, n = self._axis, len(values)
        if n > axis.n - self.next:
            raise ValueError(f"{axis.n:,} bins, but {self.next + n:,} values or more")
        offsets = axis.offsets
        code = int(np.searchsorted(offsets, self.next, "right")) - 1
        behind = int(np.searchsorted(offsets, self.next + n, "left"))
        edges = offsets[code : behind + 1].copy()
        is_begun = self.next > edges[0]
        edges[0], edges[-1] = self.next, self.next + n
        n_values = np.diff(edges)
        lengths = 4 * n_values + 4
        lengths[0] -= 4 * is_begun
        words = np.empty(int(lengths.sum()) // 4, np.uint32)
        first_bin = self.next - int(offsets[code])
        given = np.ascontiguousarray(values, np.float32)
        kernels.pack_bins(given, self._n_bins, code, first_bin, axis.bin_size, words)
        self.next += n
        return BytePiece(code, lengths, words)

    def finish(self) -> None:
        """Check that every bin has come.

        Raises
        ------
        ValueError
            If not.
        """
        if self.next != self._axis.n:
            raise ValueError(f"{self._axis.n:,} bins, but {self.next:,} values")


class SparsePieces:
    """Bytes of a sparse track; keeps nothing but its place.

    Parameters
    ----------
    genome : Genome
        The chromosomes.

    Notes
    -----
    Source: misha file format, sparse tracks.

    Examples
    --------
    >>> pieces = SparsePieces(Genome(["chr1", "chr2", "chr3"], [100, 50, 10]))
    >>> one = np.array([1], np.int32), np.array([5]), np.array([9]), np.ones(1, np.float32)
    >>> piece = pieces.encode(*one)
    >>> piece.first, piece.lengths.tolist()
    (0, [4, 24])
    >>> pieces.finish().lengths.tolist()
    [4]
    """

    def __init__(self, genome: Genome) -> None:
        self._rows = RowChecks(genome)

    def encode(self, codes: Int32s, starts: Int64s, ends: Int64s, values: Float32s) -> BytePiece:
        """Return the bytes of the next intervals.

        Parameters
        ----------
        codes, starts, ends, values : arrays, shape (n,), n > 0
            Sorted and disjoint, over all calls. NaN is a value.

        Returns
        -------
        BytePiece
            Begins with the signatures of chromosomes that were passed over.

        Raises
        ------
        IntervalError
            If the rows break a rule; names the first that does.
        """
        rows = self._rows
        codes = np.ascontiguousarray(codes, np.int32)
        starts, ends = (np.ascontiguousarray(edges, np.int64) for edges in (starts, ends))
        last_code = rows.last_code
        rows.check(codes, starts, ends)
        is_begun = int(codes[0]) == last_code
        first = last_code + (not is_begun)
        lengths = SPARSE_RECORD_BYTES * np.bincount(codes - first).astype(np.int64)
        lengths += SPARSE_HEADER_BYTES
        lengths[0] -= SPARSE_HEADER_BYTES * is_begun
        out = np.empty(int(lengths.sum()), np.uint8)
        given = np.ascontiguousarray(values, np.float32)
        kernels.pack_rows(codes, starts, ends, given, last_code, out)
        return BytePiece(first, lengths, out)

    def finish(self) -> BytePiece:
        """Return the signatures of the chromosomes behind the last interval."""
        first = self._rows.last_code + 1
        n = self._rows.genome.n_chroms - first
        return BytePiece(first, np.full(n, SPARSE_HEADER_BYTES), np.full(n, -1, np.int32))


class RowChecks:
    """Insists on sorted, disjoint intervals over all pieces.

    Parameters
    ----------
    genome : Genome
        The chromosomes.

    Examples
    --------
    >>> rows = RowChecks(Genome(["chr1"], [100]))
    >>> rows.check(np.array([0], np.int32), np.array([5]), np.array([9]))
    >>> rows.last_code
    0
    """

    def __init__(self, genome: Genome) -> None:
        self.genome = genome
        self._sizes = np.ascontiguousarray(genome.sizes, np.int64)
        self._n_rows = 0
        self._last = -1, 0, 0

    @property
    def last_code(self) -> int:
        """Chromosome of the last row; -1 before the first."""
        return self._last[0]

    def check(self, codes: Int32s, starts: Int64s, ends: Int64s) -> None:
        """Remember the last of the next rows.

        Parameters
        ----------
        codes : int32 array, shape (n,), n > 0
            Chromosomes; C-contiguous, as the others.
        starts, ends : int64 array, shape (n,)
            Base pairs, half-open.

        Raises
        ------
        IntervalError
            If rows break a rule; names the first that does.
        """
        row, fault = kernels.check_rows(codes, starts, ends, self._sizes, *self._last)
        if fault != kernels.FINE:
            code, start, end = int(codes[row]), int(starts[row]), int(ends[row])
            is_known = fault != kernels.WRONG_CODE
            name = self.genome.name(code) if is_known else f"chromosome {code}"
            where = f"row {self._n_rows + row}, {name}:{start}-{end},"
            raise IntervalError(f"intervals of a track: {where} {_FAULTS[fault]}")
        self._n_rows += len(codes)
        self._last = int(codes[-1]), int(starts[-1]), int(ends[-1])
