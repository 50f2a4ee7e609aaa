"""The payloads of a 1D track in the layout of one file per chromosome."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from misha_xr.database.blocks import BlockCheck, BlockTable
from misha_xr.database.folder import TrackFolder
from misha_xr.database.spelling import file_spellings, payload_files
from misha_xr.errors import CorruptFileError
from misha_xr.genome import Genome

__all__ = ["FileBlocks"]

Int64Array = npt.NDArray[np.int64]


class FileBlocks:
    """Payloads in one file per chromosome, named by either spelling.

    A missing file is no data where the format lets a writer leave it out, else an error.

    Parameters
    ----------
    folder : TrackFolder
        The track's directory.
    genome : Genome
        The chromosomes.

    Examples
    --------
    >>> import misha_xr
    >>> from misha_xr.database.checks import SparseCheck
    >>> store = misha_xr.example_database().store
    >>> blocks = FileBlocks(TrackFolder(store.track("sparse_track").path), store.genome)
    >>> [table.first_code for table in blocks.tables(0, 3, SparseCheck(store.genome))]
    [0, 1, 2]
    """

    def __init__(self, folder: TrackFolder, genome: Genome) -> None:
        self._folder = folder
        self._genome = genome

    def tables(self, code_lo: int, code_hi: int, check: BlockCheck) -> Iterator[BlockTable]:
        """Yield one table per chromosome; its file is mapped when its turn comes.

        Parameters
        ----------
        code_lo, code_hi : int
            Chromosome codes.
        check : BlockCheck
            Called on each file that did not pass it yet.

        Yields
        ------
        BlockTable
            Of one payload, maybe without data.

        Raises
        ------
        CorruptFileError
            If a payload breaks its format, or a file that the format asks for is missing.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.database.checks import SparseCheck
        >>> store = misha_xr.example_database().store
        >>> blocks = FileBlocks(TrackFolder(store.track("sparse_track").path), store.genome)
        >>> next(blocks.tables(2, 3, SparseCheck(store.genome))).first_code
        2
        """
        for code in range(code_lo, code_hi):
            yield self._table(code, check)

    def _table(self, code: int, check: BlockCheck) -> BlockTable:
        for name in file_spellings(self._genome, code):
            try:
                file = self._folder.map(name)
            except FileNotFoundError:
                continue
            if not file.data.size:
                raise _empty_file(file.path)
            table = BlockTable(code, file.data, _ZERO, np.array([file.data.size], np.int64))
            mark = f"{check.mark} {code} {self._genome.stamp}"
            if mark not in file.checked:
                check(table, file.path)
                file.checked.add(mark)
            return table
        self._missing(code, check)
        return BlockTable(code, _NO_DATA, _ZERO, _ZERO)

    def _missing(self, code: int, check: BlockCheck) -> None:
        """Take note of a missing file; raise where every chromosome needs one."""
        self._folder.note_missing()
        if check.needs_all_files:
            problem = f"there is no file of chromosome {self._genome.name(code)!r}"
            raise CorruptFileError(
                f"{self._folder.path}: {problem}; a dense track has one for each",
                hint="copy the whole track again; a chromosome without data has a file of NaN",
            )

    def lengths(self, check: BlockCheck) -> Int64Array:
        """Return the sizes of the files, from one listing; work per file, not per chromosome.

        Parameters
        ----------
        check : BlockCheck
            Says whether a missing file is a fault.

        Returns
        -------
        int64 array, shape (n_chroms,)
            Bytes; 0: no file.

        Raises
        ------
        CorruptFileError
            If a file is empty, or one that the format asks for is missing.

        Examples
        --------
        >>> import misha_xr
        >>> from misha_xr.database.checks import DenseCheck
        >>> track = misha_xr.example_database().store.track("dense_track")
        >>> blocks = FileBlocks(TrackFolder(track.path), track.genome)
        >>> blocks.lengths(DenseCheck(track.axis)).tolist()
        [40004, 24004, 16004]
        """
        lengths = np.zeros(self._genome.n_chroms, np.int64)
        files = payload_files(self._folder.file_names(), self._genome)
        sizes = self._folder.sizes(files.values())
        for (code, name), size in zip(files.items(), sizes, strict=True):
            if not size:
                raise _empty_file(f"{self._folder.path}/{name}")
            lengths[code] = size
        if len(files) < len(lengths):
            self._missing(next(k for k in range(len(lengths)) if k not in files), check)
        return lengths


def _empty_file(path: str) -> CorruptFileError:
    problem = "the file is empty; one without data holds a signature at least"
    return CorruptFileError.at(path, 0, problem)


_NO_DATA = np.frombuffer(b"", dtype=np.uint8)
_ZERO = np.zeros(1, np.int64)
_ZERO.flags.writeable = False
