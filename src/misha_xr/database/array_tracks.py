"""Array tracks: several named values per interval, chromosome by chromosome."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from misha_xr.database.blocks import BlockTable
from misha_xr.database.checks import ArrayCheck
from misha_xr.database.folder import TrackFolder
from misha_xr.database.maps import map_file
from misha_xr.database.tracks import Opener, Track1D
from misha_xr.errors import CorruptFileError
from misha_xr.formats.array import (
    ARRAY_INTERVAL_BYTES,
    ArrayRecords,
    find_interval_tables,
    unpack_array,
)
from misha_xr.formats.column_names import COLUMN_NAMES_FILE, decode_column_names
from misha_xr.formats.signature import TrackType
from misha_xr.genome import Genome

__all__ = ["ArrayTrack", "read_column_names"]


def read_column_names(path: str) -> tuple[str, ...]:
    """Read the columns that an array track names.

    Parameters
    ----------
    path : str
        The track's directory.

    Returns
    -------
    tuple of str
        In the order of their numbers.

    Raises
    ------
    CorruptFileError
        If the file is missing or breaks its format.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from misha_xr.formats.column_names import encode_column_names
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, ".colnames").write_bytes(encode_column_names(["liver", "lung"]))
    ...     read_column_names(folder)
    ('liver', 'lung')
    """
    file = f"{path}/{COLUMN_NAMES_FILE}"
    try:
        return decode_column_names(map_file(file).data, file)
    except FileNotFoundError:
        raise _no_names(path) from None


def _no_names(path: str) -> CorruptFileError:
    return CorruptFileError(
        f"{path}: an array track without the file {COLUMN_NAMES_FILE}, which names its columns",
        hint="copy the whole track again, hidden files included",
    )


class ArrayTrack(Track1D):
    """Several values per interval; intervals are sorted and do not overlap.

    Attributes
    ----------
    record_header, record_bytes : int
        Bytes in front of the first row of an interval table, and of each, which begins with int64
        start and end.

    Examples
    --------
    >>> from misha_xr.testing.semantics import semantics_database
    >>> semantics_database().store.track("arr").records(0).values.tolist()
    [[1.0, 2.0, nan], [3.0, nan, 5.0], [7.0, 8.0, 9.0]]
    """

    type = TrackType.ARRAY
    record_header = 0
    record_bytes = ARRAY_INTERVAL_BYTES

    def __init__(self, name: str, folder: TrackFolder, genome: Genome, opener: Opener) -> None:
        super().__init__(name, folder, genome, opener)
        self._check = ArrayCheck(genome)
        self._column_names: tuple[str, ...] | None = None
        self._full_stamp: str | None = None

    @property
    def stamp(self) -> str:
        """Identify the state of the track's files, column names included.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> len(track.stamp)
        32
        """
        if self._full_stamp is None:
            try:
                names = self._folder.map(COLUMN_NAMES_FILE).stamp
            except FileNotFoundError:
                names = None
            both = f"{self._folder.stamp}\0{names}".encode()
            self._full_stamp = hashlib.blake2b(both, digest_size=16).hexdigest()
        return self._full_stamp

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in the order of their numbers; read at first need.

        Raises
        ------
        CorruptFileError
            If the track does not name its columns, or the file breaks its format.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> track.column_names
        ('a', 'b', 'c')
        """
        if self._column_names is None:
            try:
                file = self._folder.map(COLUMN_NAMES_FILE)
            except FileNotFoundError:
                raise _no_names(self.path) from None
            self._column_names = decode_column_names(file.data, file.path)
        return self._column_names

    def slots(self, columns: Sequence[int]) -> npt.NDArray[np.int32]:
        """Return the place of every stored column among the wanted ones.

        Parameters
        ----------
        columns : sequence of int
            Column numbers, each once.

        Returns
        -------
        int32 array, shape (n_columns,)
            Place of each stored column in `columns`; -1 for those not in it.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> track.slots([2, 0]).tolist()
        [1, -1, 0]
        """
        slots = np.full(len(self.column_names), -1, np.int32)
        slots[np.asarray(columns, np.int64)] = np.arange(len(columns), dtype=np.int32)
        return slots

    def record_tables(self, code_lo: int, code_hi: int) -> Iterator[BlockTable]:
        """Yield where the interval tables of consecutive chromosomes lie.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes ``[code_lo, code_hi)``.

        Yields
        ------
        BlockTable
            As `tables`, with the byte ranges of the interval tables.

        Raises
        ------
        CorruptFileError, StaleFileError
            As `tables`.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> next(track.record_tables(0, 1)).lengths.tolist()
        [72]
        """
        for table in self.tables(code_lo, code_hi):
            rows = find_interval_tables(table.data, table.offsets, table.lengths)
            yield BlockTable(table.first_code, table.data, *rows)

    def n_records(self, code: int) -> int:
        """Count the intervals of one chromosome.

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
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> track.n_records(0)
        3
        """
        for table in self.record_tables(code, code + 1):
            return int(table.lengths[0]) // ARRAY_INTERVAL_BYTES
        raise IndexError(code)

    def counts(self) -> npt.NDArray[np.int64]:
        """Count the intervals of every chromosome; checks all payloads.

        Returns
        -------
        int64 array, shape (n_chroms,)
            0 for a chromosome without data.

        Raises
        ------
        CorruptFileError, StaleFileError
            As `tables`.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> track.counts().tolist()
        [3, 0, 0, 0]
        """
        lengths = [table.lengths for table in self.record_tables(0, self.genome.n_chroms)]
        return np.concatenate([np.zeros(0, np.int64), *lengths]) // ARRAY_INTERVAL_BYTES

    def records(
        self, code: int, lo: int = 0, hi: int | None = None, columns: Sequence[int] | None = None
    ) -> ArrayRecords:
        """Decode intervals of one chromosome.

        Parameters
        ----------
        code : int
            Chromosome.
        lo, hi : int, optional
            Intervals ``[lo, hi)`` of it, cut to those there are. Default: all.
        columns : sequence of int, optional
            Column numbers, in any order. Default: all.

        Returns
        -------
        ArrayRecords
            `starts`, `ends` (int64, base pairs), shape (n,), sorted, and `values` (float32), shape
            (n, n_columns): NaN where absent. Copies.

        Raises
        ------
        CorruptFileError, StaleFileError
            If the payload or the column names break their format, or were replaced.

        Notes
        -----
        Values of stored columns that the track does not name are left out.

        Examples
        --------
        >>> from misha_xr.testing.semantics import semantics_database
        >>> track = semantics_database().store.track("arr")
        >>> track.records(0, 1, 3, columns=[2, 0]).values.tolist()
        [[5.0, 3.0], [9.0, 7.0]]
        """
        wanted = range(len(self.column_names)) if columns is None else columns
        payload = self._payload(code)
        n = self.n_records(code)
        stop = n if hi is None else min(hi, n)
        start = min(max(lo, 0), max(stop, 0))
        return unpack_array(payload, start, max(stop, start), self.slots(wanted), len(wanted))
