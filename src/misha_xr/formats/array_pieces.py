"""Payloads of array tracks whose intervals arrive piece by piece, in genome order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from misha_xr._ext.array_records import MAX_COLUMNS, encode_payloads
from misha_xr.formats.array import ARRAY_INTERVAL_BYTES
from misha_xr.formats.track_pieces import BytePiece, RowChecks
from misha_xr.genome import Genome

__all__ = ["ArrayPieces"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Float32s = npt.NDArray[np.float32]

# Header and count; per interval a count of cells and a row of the table.
_BARE_BYTES, _ROW_BYTES, _CELL_BYTES = 20, 4 + ARRAY_INTERVAL_BYTES, 8


class ArrayPieces:
    """Bytes of an array track; keeps the intervals of one chromosome, whose table comes last.

    Parameters
    ----------
    genome : Genome
        The chromosomes.
    n_columns : int
        Values per interval, at most.

    Raises
    ------
    ValueError
        If there are too many columns, or none.

    Notes
    -----
    Source: misha file format, array tracks.

    Examples
    --------
    >>> pieces = ArrayPieces(Genome(["chr1", "chr2"], [100, 50]), 2)
    >>> where = np.array([0], np.int32), np.array([5]), np.array([9])
    >>> pieces.encode(*where, np.array([[1.0, np.nan]], np.float32))
    >>> pieces.finish().lengths.tolist()
    [56, 20]
    """

    def __init__(self, genome: Genome, n_columns: int) -> None:
        if not 0 < n_columns <= MAX_COLUMNS:
            raise ValueError(f"expected 1 to {MAX_COLUMNS:,} columns; found {n_columns:,}")
        self._rows = RowChecks(genome)
        self._n_columns = n_columns
        self._next = 0  # the first chromosome whose bytes were not returned
        self._kept: list[tuple[Int32s, Int64s, Int64s, Float32s]] = []

    def encode(
        self, codes: Int32s, starts: Int64s, ends: Int64s, values: Float32s
    ) -> BytePiece | None:
        """Take the next intervals.

        Parameters
        ----------
        codes, starts, ends : arrays, shape (n,), n > 0
            Sorted and disjoint, over all calls. No array may change before `finish`.
        values : float32 array, shape (n, n_columns)
            NaN is left out.

        Returns
        -------
        BytePiece or None
            Chromosomes that are complete by now, if there are any.

        Raises
        ------
        IntervalError
            If the rows break a rule; names the first that does.
        """
        codes = np.ascontiguousarray(codes, np.int32)
        starts, ends = (np.ascontiguousarray(edges, np.int64) for edges in (starts, ends))
        self._rows.check(codes, starts, ends)
        self._kept.append((codes, starts, ends, np.ascontiguousarray(values, np.float32)))
        return self._take(int(codes[-1])) if int(codes[-1]) > self._next else None

    def finish(self) -> BytePiece:
        """Return the chromosomes that were not returned yet."""
        return self._take(self._rows.genome.n_chroms)

    def _take(self, stop: int) -> BytePiece:
        """Encode the chromosomes below one; later rows are kept."""
        kept = self._kept or [_no_rows(self._n_columns)]
        codes, starts, ends, values = (np.concatenate(column) for column in zip(*kept, strict=True))
        n = int(np.searchsorted(codes, stop))
        self._kept = [(codes[n:], starts[n:], ends[n:], values[n:])] if n < len(codes) else []
        here = codes[:n] - self._next
        counts = np.bincount(here, minlength=stop - self._next).astype(np.int64)
        n_cells = np.count_nonzero(~np.isnan(values[:n]), axis=1)
        cells = np.bincount(here, weights=n_cells, minlength=len(counts)).astype(np.int64)
        lengths = _BARE_BYTES + _ROW_BYTES * counts + _CELL_BYTES * cells
        out = np.empty(int(lengths.sum()), np.uint8)
        encode_payloads(starts[:n], ends[:n], values[:n], counts, lengths, out)
        first, self._next = self._next, stop
        return BytePiece(first, lengths, out)


def _no_rows(n_columns: int) -> tuple[Int32s, Int64s, Int64s, Float32s]:
    none = np.empty(0, np.int64)
    return none.astype(np.int32), none, none, np.empty((0, n_columns), np.float32)
