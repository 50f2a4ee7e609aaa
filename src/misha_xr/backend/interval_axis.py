"""The records of a sparse track as an axis: numbered in genome order, read when first looked at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from misha_xr.backend.positions import Positions, materialise
from misha_xr.backend.track_axis import TrackAxis

if TYPE_CHECKING:
    from misha_xr.database import SparseTrack

__all__ = ["IntervalAxis"]

Int64Array: TypeAlias = NDArray[np.int64]


class IntervalAxis(TrackAxis["SparseTrack"]):
    """All records of a sparse track, chromosome after chromosome, numbered from 0.

    Coordinates of a chromosome are read when first asked for and then kept, 16 bytes a record.

    Parameters
    ----------
    track : SparseTrack
        The track.
    """

    def __init__(self, track: SparseTrack) -> None:
        super().__init__(track)
        self._loaded: dict[int, tuple[Int64Array, Int64Array]] = {}

    @cached_property
    def offsets(self) -> Int64Array:
        """First record of each chromosome, and the end, int64 (n_chroms + 1,).

        From the sizes of the payloads: no record is read before it is asked for.
        """
        offsets = np.zeros(self.genome.n_chroms + 1, dtype=np.int64)
        np.cumsum(self.track.counts(), out=offsets[1:])
        offsets.setflags(write=False)
        return offsets

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def piece_codes(self, field: str) -> NDArray[np.int32]:
        """Return the code of each piece: every chromosome, in genome order."""
        return np.arange(self.genome.n_chroms, dtype=np.int32)

    def is_free(self, name: str) -> bool:
        """Tell whether a field needs no further reading: names, or all when all are loaded."""
        n_pieces = int(np.count_nonzero(np.diff(self.offsets)))
        return name.startswith("chrom") or len(self._loaded) >= n_pieces

    def records(self, code: int) -> tuple[Int64Array, Int64Array]:
        """Return starts and ends of the records of a chromosome, ascending."""
        found = self._loaded.get(code)
        if found is None:
            records = self.track.records(code)
            # Two threads may both read; either result is good.
            found = self._loaded.setdefault(code, (records.starts, records.ends))
        return found

    def codes(self, positions: Int64Array) -> NDArray[np.int32]:
        """Return the chromosome code of each record; reads nothing."""
        codes = np.searchsorted(self.offsets, positions, side="right") - 1
        return codes.astype(np.int32)

    def starts(self, positions: Int64Array) -> Int64Array:
        """Return the starts of records, base pairs."""
        return self._coordinate(positions, 0)

    def ends(self, positions: Int64Array) -> Int64Array:
        """Return the ends of records, base pairs."""
        return self._coordinate(positions, 1)

    def field(self, positions: Positions, name: str) -> NDArray[Any]:
        """Return ``chrom`` (text), ``start`` or ``end`` of records."""
        numbers = materialise(positions)
        if name == "chrom":
            return self.genome.text(self.codes(numbers))
        return self._coordinate(numbers, ("start", "end").index(name))

    def locate(self, code: ArrayLike, start: ArrayLike, end: ArrayLike) -> tuple[Any, Any]:
        """Return the range of records that share a base with [start, end).

        Parameters
        ----------
        code, start, end : int, or array-like of int, shape (m,)
            Intervals.

        Returns
        -------
        lo, hi : int, or ndarray of int64, shape (m,)
            Records lo to hi - 1; records of a track are sorted and do not overlap.
        """
        codes, starts, ends = (np.atleast_1d(np.asarray(part)) for part in (code, start, end))
        los, his = self.offsets[codes], self.offsets[codes]
        is_whole = (starts <= 0) & (ends >= self.genome.sizes[codes])
        his[is_whole] = self.offsets[codes[is_whole] + 1]  # whole chromosomes need no reading
        is_open = (starts < ends) & ~is_whole
        for chrom in np.unique(codes[is_open]).tolist():
            rows = np.flatnonzero((codes == chrom) & is_open)
            first, last = self.records(chrom)
            los[rows] += np.searchsorted(last, starts[rows], side="right")
            his[rows] += np.searchsorted(first, ends[rows], side="left")
        if np.ndim(code) == 0:
            return int(los[0]), int(his[0])
        return los, his

    def _coordinate(self, positions: Int64Array, which: int) -> Int64Array:
        out = np.empty(len(positions), dtype=np.int64)
        codes = self.codes(positions)
        for code in np.unique(codes).tolist():
            rows = codes == code
            out[rows] = self.records(code)[which][positions[rows] - self.offsets[code]]
        return out
