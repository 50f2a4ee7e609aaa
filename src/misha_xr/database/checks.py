"""Checks of 1D payloads: nothing reads a block that did not pass."""

from __future__ import annotations

from dataclasses import dataclass

from misha_xr.database.blocks import BlockTable
from misha_xr.formats.array import check_array_blocks
from misha_xr.formats.dense import DENSE_HEADER_BYTES, check_dense_blocks
from misha_xr.formats.sparse import check_sparse_blocks
from misha_xr.genome import Genome, GenomeAxis

__all__ = ["ArrayCheck", "DenseCheck", "SparseCheck"]


@dataclass(frozen=True, slots=True)
class DenseCheck:
    """A dense block has the bin size of its track and one value per bin of its chromosome.

    Parameters
    ----------
    axis : GenomeAxis
        The bins of the track.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("dense_track")
    >>> DenseCheck(track.axis)(next(track.tables(0, 1)), "chr1")
    """

    axis: GenomeAxis

    @property
    def mark(self) -> str:
        """Name the check.

        Examples
        --------
        >>> import misha_xr
        >>> DenseCheck(misha_xr.example_database().genome.axis(50)).mark
        'dense 50'
        """
        return f"dense {self.axis.bin_size}"

    @property
    def needs_all_files(self) -> bool:
        """Every writer makes a file for every chromosome; one that is gone was lost."""
        return True

    def __call__(self, table: BlockTable, path: str) -> None:
        """Raise CorruptFileError for the first block that does not fit."""
        if len(table.lengths) == 1 and self._fits(table):
            return
        check_dense_blocks(
            table.data,
            path,
            table.offsets,
            table.lengths,
            bin_size=self.axis.bin_size,
            n_bins=self.axis.n_bins[table.first_code :][: len(table.lengths)],
        )

    def _fits(self, table: BlockTable) -> bool:
        """Check one block without arrays: tracks of many files are opened file by file."""
        start, length = int(table.offsets[0]), int(table.lengths[0])
        expected = DENSE_HEADER_BYTES + 4 * int(self.axis.n_bins[table.first_code])
        head = table.data[start : start + DENSE_HEADER_BYTES].tobytes()
        return length == expected and head == self.axis.bin_size.to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class SparseCheck:
    """A sparse block holds whole records: sorted, apart, inside their chromosome.

    Parameters
    ----------
    genome : Genome
        The chromosomes.

    Examples
    --------
    >>> import misha_xr
    >>> track = misha_xr.example_database().store.track("sparse_track")
    >>> SparseCheck(track.genome)(next(track.tables(0, 1)), "chr1")
    """

    genome: Genome

    @property
    def mark(self) -> str:
        """Name the check."""
        return "sparse"

    @property
    def needs_all_files(self) -> bool:
        """Some writers leave out chromosomes without records."""
        return False

    def __call__(self, table: BlockTable, path: str) -> None:
        """Raise CorruptFileError for the first block that breaks the format."""
        check_sparse_blocks(
            table.data,
            path,
            table.offsets,
            table.lengths,
            sizes=self.genome.sizes[table.first_code :][: len(table.lengths)],
        )


@dataclass(frozen=True, slots=True)
class ArrayCheck:
    """An array block holds sorted intervals, each with values of ascending columns.

    Parameters
    ----------
    genome : Genome
        The chromosomes.

    Examples
    --------
    >>> import numpy as np
    >>> from misha_xr.formats.array import EMPTY_ARRAY
    >>> data = np.frombuffer(EMPTY_ARRAY, np.uint8)
    >>> table = BlockTable(0, data, np.array([0]), np.array([len(data)]))
    >>> ArrayCheck(Genome(["chr1"], [100]))(table, "chr1")
    """

    genome: Genome

    @property
    def mark(self) -> str:
        """Name the check."""
        return "array"

    @property
    def needs_all_files(self) -> bool:
        """Some writers leave out chromosomes without records."""
        return False

    def __call__(self, table: BlockTable, path: str) -> None:
        """Raise CorruptFileError for the first block that breaks the format."""
        check_array_blocks(
            table.data,
            path,
            table.offsets,
            table.lengths,
            sizes=self.genome.sizes[table.first_code :][: len(table.lengths)],
        )
