"""Where the payload of each chromosome of a 1D track lies: tables, and slices of one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from misha_xr.database.folder import TrackFolder
from misha_xr.database.index_cache import cached_index
from misha_xr.database.maps import MappedFile, Stamp
from misha_xr.errors import CorruptFileError
from misha_xr.formats.block_index import decode_block_index
from misha_xr.genome import Genome

__all__ = ["BlockCheck", "BlockTable", "Blocks", "IndexedBlocks"]

Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BlockTable:
    """Where the payloads of consecutive chromosomes lie: what a kernel needs to read many at once.

    Attributes
    ----------
    first_code : int
        Code of the first chromosome.
    data : uint8 array, shape (n_bytes,)
        One file, mapped read-only.
    offsets, lengths : int64 arrays, shape (k,)
        Byte range of the payload of chromosome ``first_code + i``. Length 0: no data. Every range
        lies inside ``data`` and was checked for the type of the track.

    Examples
    --------
    >>> import misha_xr
    >>> table = next(misha_xr.example_database().store.track("dense_track").tables(1, 2))
    >>> table.first_code, table.offsets.tolist(), table.lengths.tolist()
    (1, [0], [24004])
    """

    first_code: int
    data: npt.NDArray[np.uint8]
    offsets: Int64Array
    lengths: Int64Array


class BlockCheck(Protocol):
    """A check of the payloads of a table before anyone reads them; ``mark`` names it.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.database.checks import SparseCheck
    >>> check: BlockCheck = SparseCheck(misha_xr.example_database().genome)
    >>> check.mark
    'sparse'
    """

    @property
    def mark(self) -> str:
        """Tell this check from others, so that none is done twice on one state of a file."""

    @property
    def needs_all_files(self) -> bool:
        """Whether a chromosome without a file is a fault, in the layout of a file for each."""

    def __call__(self, table: BlockTable, path: str) -> None:
        """Raise CorruptFileError for a payload that breaks its format."""


class Blocks(Protocol):
    """The payloads of a 1D track, by chromosome code.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.database.checks import SparseCheck
    >>> from misha_xr.database.file_blocks import FileBlocks
    >>> store = misha_xr.example_database().store
    >>> folder = TrackFolder(store.track("sparse_track").path)
    >>> blocks: Blocks = FileBlocks(folder, store.genome)
    >>> len(blocks.lengths(SparseCheck(store.genome)))
    3
    """

    def tables(self, code_lo: int, code_hi: int, check: BlockCheck) -> Iterator[BlockTable]:
        """Yield checked tables which together cover ``[code_lo, code_hi)``, in order.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes; an empty range gives no table.
        check : BlockCheck
            Called on every table whose bytes did not pass it yet.

        Yields
        ------
        BlockTable
            Every code is in one of them.

        Raises
        ------
        CorruptFileError
            If a payload does not pass.
        StaleFileError
            If a file changed since the directory was opened.
        """

    def lengths(self, check: BlockCheck) -> Int64Array:
        """Return the bytes of every chromosome's payload; opens and checks none.

        Parameters
        ----------
        check : BlockCheck
            What the payloads are, for the layouts that remember it.

        Returns
        -------
        int64 array, shape (n_chroms,)
            0: no data.

        Raises
        ------
        CorruptFileError
            If a file is empty, or one that the format asks for is missing.
        """


@dataclass(frozen=True, slots=True)
class _Index:
    """A decoded ``track.idx``, by chromosome code."""

    offsets: Int64Array
    lengths: Int64Array
    checked: npt.NDArray[np.bool_]

    @property
    def n_bytes(self) -> int:
        return self.offsets.nbytes + self.lengths.nbytes + self.checked.nbytes


class IndexedBlocks:
    """Payloads in ``track.dat``, found through ``track.idx``; leftover files are ignored.

    Parameters
    ----------
    folder : TrackFolder
        The track's directory.
    genome : Genome
        The chromosomes; ID i of the index is code i.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from misha_xr.database import open_genome
    >>> from misha_xr.database.checks import SparseCheck
    >>> from misha_xr.database.example import write_example
    >>> with tempfile.TemporaryDirectory() as root:
    ...     write_example(Path(root), indexed=True)
    ...     genome, folder = open_genome(root), TrackFolder(f"{root}/tracks/sparse_track.track")
    ...     table = next(IndexedBlocks(folder, genome).tables(0, 3, SparseCheck(genome)))
    >>> table.first_code, len(table.lengths)
    (0, 3)
    """

    def __init__(self, folder: TrackFolder, genome: Genome) -> None:
        self._folder = folder
        self._genome = genome

    def _load(self, idx_stamp: Stamp, dat_stamp: Stamp, mark: str) -> _Index:
        key = (self._folder.path, idx_stamp, dat_stamp, self._genome.stamp, mark)
        return cached_index(key, lambda: self._decode(dat_stamp.size))

    def _decode(self, dat_size: int) -> _Index:
        path = f"{self._folder.path}/track.idx"
        found = decode_block_index(self._folder.map("track.idx").data, path, dat_size)
        n = self._genome.n_chroms
        if found.ids2 is not None:
            raise CorruptFileError.at(path, 0, "expected an index of a 1D track, found 2D")
        if len(found.ids1) and int(found.ids1.max()) >= n:
            problem = f"chromosome ID {int(found.ids1.max())}, but the genome has {n} chromosomes"
            raise CorruptFileError.at(path, 36, problem)
        offsets, lengths = np.zeros(n, np.int64), np.zeros(n, np.int64)
        offsets[found.ids1] = found.offsets
        lengths[found.ids1] = found.lengths
        offsets.flags.writeable = lengths.flags.writeable = False
        return _Index(offsets, lengths, np.zeros(n, np.bool_))

    def _data(self) -> MappedFile:
        return self._folder.map_data()

    def tables(self, code_lo: int, code_hi: int, check: BlockCheck) -> Iterator[BlockTable]:
        """Yield one table: `Blocks.tables` for one file.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes.
        check : BlockCheck
            Called unless all these payloads passed before.

        Yields
        ------
        BlockTable
            None for an empty range.

        Raises
        ------
        CorruptFileError
            If the index or a payload breaks its format, or there is no ``track.dat``.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from misha_xr.database import Store
        >>> from misha_xr.database.example import write_example
        >>> with tempfile.TemporaryDirectory() as root:
        ...     write_example(Path(root), indexed=True)
        ...     [table.first_code for table in Store(root).track("dense_track").tables(1, 3)]
        [1]
        """
        if code_lo >= code_hi:
            return
        idx, dat = self._folder.map("track.idx"), self._data()
        index = self._load(idx.stamp, dat.stamp, check.mark)
        part = slice(code_lo, code_hi)
        table = BlockTable(code_lo, dat.data, index.offsets[part], index.lengths[part])
        if not index.checked[part].all():
            check(table, dat.path)
            index.checked[part] = True
        yield table

    def lengths(self, check: BlockCheck) -> Int64Array:
        """Return the lengths that the index states.

        Parameters
        ----------
        check : BlockCheck
            What the payloads are.

        Returns
        -------
        int64 array, shape (n_chroms,)
            Bytes, read-only; 0: no data.
        """
        return self._load(
            self._folder.map("track.idx").stamp, self._data().stamp, check.mark
        ).lengths
