"""1D tracks, dense and sparse: typed views of the payloads, chromosome by chromosome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from misha_xr.database.blocks import BlockCheck, Blocks, BlockTable, IndexedBlocks
from misha_xr.database.checks import DenseCheck, SparseCheck
from misha_xr.database.file_blocks import FileBlocks
from misha_xr.database.folder import TrackFolder
from misha_xr.formats.dense import DENSE_HEADER_BYTES
from misha_xr.formats.signature import TrackType
from misha_xr.formats.sparse import (
    SPARSE_HEADER_BYTES,
    SPARSE_RECORD_BYTES,
    SparseRecords,
    decode_sparse,
)
from misha_xr.genome import Genome, GenomeAxis

__all__ = ["DenseTrack", "SparseTrack", "Track"]

Opener = Callable[[str, str], Any]


class Track:
    """A track in one state: base of the track classes. Made by `Store.track`.

    Attributes
    ----------
    name : str
        Dotted name.
    path : str
        Its directory.
    genome : Genome
        The chromosomes.
    type : TrackType
        What it stores.

    Notes
    -----
    Values of two states never mix: when a file that was read changes, or the directory is replaced,
    the next access raises StaleFileError, and a new `Store.track` sees the new state. Pickles by
    (store, name, stamp); opening it elsewhere compares the stamp.

    Examples
    --------
    >>> import pickle
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("dense_track")
    >>> pickle.loads(pickle.dumps(track)).stamp == track.stamp
    True
    """

    type: TrackType

    def __init__(self, name: str, folder: TrackFolder, genome: Genome, opener: Opener) -> None:
        self.name = name
        self.path = folder.path
        self.genome = genome
        self._folder = folder
        self._opener = opener

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} at {self.path}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return self._opener, (self.name, self.stamp)

    @property
    def stamp(self) -> str:
        """Identify the state of the track's files: equal stamps, equal values.

        Examples
        --------
        >>> import misha_xr
        >>> store = misha_xr.example_database().store
        >>> store.track("dense_track").stamp == store.track("dense_track").stamp
        True
        """
        return self._folder.stamp

    def check_current(self) -> None:
        """Raise if a file read through this object changed: call it when a long read ends.

        Raises
        ------
        StaleFileError
            If a file was replaced, changed or removed.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track("dense_track").check_current()
        """
        self._folder.check_current()


class Track1D(Track):
    """A track whose payload is split by chromosome.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("sparse_track")
    >>> isinstance(track, Track1D)
    True
    """

    _check: BlockCheck

    def __init__(self, name: str, folder: TrackFolder, genome: Genome, opener: Opener) -> None:
        super().__init__(name, folder, genome, opener)
        kind = IndexedBlocks if folder.indexed else FileBlocks
        self._blocks: Blocks = kind(folder, genome)

    def tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]:
        """Yield where the payloads of consecutive chromosomes lie.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes ``[code_lo, code_hi)``.

        Yields
        ------
        BlockTable
            One for an indexed track, one per chromosome otherwise: in order, covering every code
            once. Payloads are checked; a float32 value or record starts 4 bytes in.

        Raises
        ------
        CorruptFileError
            If a payload breaks its format or does not fit its chromosome.
        StaleFileError
            If the track was replaced since it was opened.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("dense_track")
        >>> [table.first_code for table in track.tables(0, 3)]
        [0, 1, 2]
        """
        return self._blocks.tables(code_lo, code_hi, self._check)

    def _payload(self, code: int) -> npt.NDArray[np.uint8]:
        """Return the bytes of one chromosome; none when it has no data."""
        for table in self.tables(code, code + 1):
            start = int(table.offsets[0])
            return table.data[start : start + int(table.lengths[0])]
        raise IndexError(code)


class DenseTrack(Track1D):
    """A value per bin of fixed size.

    Attributes
    ----------
    bin_size : int
        Base pairs.
    axis : GenomeAxis
        The bins of all chromosomes on one line.

    Examples
    --------
    >>> from misha_xr.database import Store, example_database_path
    >>> track = Store(example_database_path()).track("dense_track")
    >>> track.bin_size, track.values(0).shape
    (50, (10000,))
    """

    type = TrackType.DENSE

    def __init__(
        self, name: str, folder: TrackFolder, genome: Genome, opener: Opener, bin_size: int
    ) -> None:
        super().__init__(name, folder, genome, opener)
        self.bin_size = bin_size
        self.axis: GenomeAxis = genome.axis(bin_size)
        self._check = DenseCheck(self.axis)

    def values(self, code: int) -> npt.NDArray[np.float32]:
        """Return the values of one chromosome without copying.

        Parameters
        ----------
        code : int
            Chromosome.

        Returns
        -------
        float32 array, shape (n_bins,), read-only
            As stored: infinities count as missing for every reader. Shape (0,) when the chromosome
            has no data, which means NaN in every bin.

        Raises
        ------
        CorruptFileError
            If the file does not fit the chromosome.

        Examples
        --------
        >>> import misha_xr
        >>> values = misha_xr.example_database().store.track("dense_track").values(2)
        >>> values.shape, values.dtype, values.flags.writeable
        ((4000,), dtype('float32'), False)
        """
        payload = self._payload(code)
        return payload[DENSE_HEADER_BYTES:].view("<f4")


class SparseTrack(Track1D):
    """A value per interval; intervals are sorted and do not overlap.

    Attributes
    ----------
    record_header, record_bytes : int
        Bytes in front of the first record of a payload, and of each, which begins with int64 start
        and end.

    Examples
    --------
    >>> from misha_xr.database import Store, example_database_path
    >>> track = Store(example_database_path()).track("sparse_track")
    >>> len(track.records(0).starts) == track.n_records(0)
    True
    """

    type = TrackType.SPARSE
    record_header = SPARSE_HEADER_BYTES
    record_bytes = SPARSE_RECORD_BYTES

    def __init__(self, name: str, folder: TrackFolder, genome: Genome, opener: Opener) -> None:
        super().__init__(name, folder, genome, opener)
        self._check = SparseCheck(genome)

    def n_records(self, code: int) -> int:
        """Count the records of one chromosome.

        Parameters
        ----------
        code : int
            Chromosome.

        Returns
        -------
        int
            0 when it has no data.

        Examples
        --------
        >>> import misha_xr
        >>> misha_xr.example_database().store.track("sparse_track").n_records(2)
        285
        """
        return max(0, self._payload(code).size - SPARSE_HEADER_BYTES) // SPARSE_RECORD_BYTES

    def counts(self) -> npt.NDArray[np.int64]:
        """Count the records of every chromosome from sizes alone: opens and checks no payload.

        Returns
        -------
        int64 array, shape (n_chroms,)
            0 for a chromosome without data. The records are checked when they are first read.

        Raises
        ------
        CorruptFileError
            If a payload is not a header and a whole number of records.
        StaleFileError
            If the track was replaced since it was opened.

        Examples
        --------
        >>> from misha_xr.database import Store, example_database_path
        >>> track = Store(example_database_path()).track("sparse_track")
        >>> int(track.counts()[0]) == track.n_records(0)
        True
        """
        lengths = self._blocks.lengths(self._check)
        counts, rest = np.divmod(lengths - SPARSE_HEADER_BYTES, SPARSE_RECORD_BYTES)
        is_filled = lengths > 0
        is_wrong = is_filled & ((counts < 0) | (rest != 0))
        if is_wrong.any():
            self._payload(int(np.argmax(is_wrong)))  # names the file and the byte
        return np.where(is_filled, counts, 0)

    def records(self, code: int) -> SparseRecords:
        """Decode the records of one chromosome.

        Parameters
        ----------
        code : int
            Chromosome.

        Returns
        -------
        SparseRecords
            `starts`, `ends` (int64, base pairs) and `values` (float32, infinities as NaN), shape
            (n_records,), sorted. Copies.

        Examples
        --------
        >>> import misha_xr
        >>> records = misha_xr.example_database().store.track("sparse_track").records(0)
        >>> bool((records.starts < records.ends).all()), records.values.dtype
        (True, dtype('float32'))
        """
        payload = self._payload(code)
        if payload.size == 0:
            none = np.empty(0, np.int64)
            return SparseRecords(none, none.copy(), np.empty(0, np.float32))
        return decode_sparse(payload, self.path)

    def record_tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]:
        """Yield where the records of consecutive chromosomes lie: the payloads themselves.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes.

        Yields
        ------
        BlockTable
            As `tables`.

        Examples
        --------
        >>> import misha_xr
        >>> track = misha_xr.example_database().store.track("sparse_track")
        >>> [table.first_code for table in track.record_tables(0, 3)]
        [0, 1, 2]
        """
        return self.tables(code_lo, code_hi)
