"""The DNA sequence of a root, from either layout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from misha_xr.database.genomes import read_genome_index
from misha_xr.database.index_cache import cached_index
from misha_xr.database.maps import map_file, stamp_of
from misha_xr.database.spelling import file_spellings
from misha_xr.errors import CorruptFileError, DatabaseNotFoundError, IntervalError
from misha_xr.genome import Genome

__all__ = ["SequenceFiles", "open_sequence"]


@dataclass(frozen=True, slots=True)
class SequenceFiles:
    """Where the bases of each chromosome lie.

    Attributes
    ----------
    root : str
        The root.
    genome : Genome
        Its chromosomes.
    offsets : int64 array, shape (n_chroms,), or None
        First byte of each chromosome in ``genome.seq``; None for one file per chromosome.

    Examples
    --------
    >>> import misha_xr
    >>> db = misha_xr.example_database()
    >>> files = SequenceFiles(str(db.root), db.genome, offsets=None)
    >>> files.read(0, 0, 4) == db.store.sequence(0, 0, 4)
    True
    """

    root: str
    genome: Genome
    offsets: npt.NDArray[np.int64] | None

    @property
    def n_bytes(self) -> int:
        """Bytes of the offsets."""
        return 0 if self.offsets is None else self.offsets.nbytes

    def read(self, code: int, start: int, end: int) -> bytes:
        """Read bases as stored: one ASCII byte each, case kept.

        Parameters
        ----------
        code : int
            Chromosome.
        start, end : int
            Base pairs, 0-based, half-open; ``start == end`` gives no bytes.

        Returns
        -------
        bytes
            ``end - start`` of them.

        Raises
        ------
        DatabaseNotFoundError
            If the chromosome has no sequence file.
        IntervalError
            If the interval leaves the chromosome.
        CorruptFileError
            If the file is shorter than it must be.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> len(open_sequence(str(db.root), db.genome).read(0, 100, 130))
        30
        """
        size = int(self.genome.sizes[code])
        if not 0 <= start <= end <= size:
            where = f"{self.genome.name(code)}:{start}-{end}"
            raise IntervalError(f"{where} leaves the chromosome, which has {size} bp")
        data, first = self._bases(code, size)
        return data[first + start : first + end].tobytes()

    def _bases(self, code: int, size: int) -> tuple[npt.NDArray[np.uint8], int]:
        if self.offsets is None:
            return self._file(code, size), 0
        path = f"{self.root}/seq/genome.seq"
        data, first = map_file(path).data, int(self.offsets[code])
        if first + size > data.size:
            name = self.genome.name(code)
            problem = f"{name!r} ends at byte {first + size}, but the file has {data.size}"
            raise CorruptFileError.at(path, first, problem)
        return data, first

    def _file(self, code: int, size: int) -> npt.NDArray[np.uint8]:
        for name in file_spellings(self.genome, code):
            path = f"{self.root}/seq/{name}.seq"
            try:
                data = map_file(path).data
            except FileNotFoundError:
                continue
            if data.size != size:
                raise CorruptFileError.at(path, 0, f"expected {size} bases, found {data.size}")
            return data
        raise DatabaseNotFoundError(
            f"{self.root}/seq has no sequence of {self.genome.name(code)!r}",
            hint=f"expected a file {self.genome.name(code)}.seq",
        )


def open_sequence(root: str, genome: Genome) -> SequenceFiles:
    """Find the sequence of a root; no base is read.

    Parameters
    ----------
    root : str
        The root.
    genome : Genome
        Its chromosomes.

    Returns
    -------
    SequenceFiles
        For reading.

    Raises
    ------
    DatabaseNotFoundError
        If the root has no ``seq/``.

    Examples
    --------
    >>> from misha_xr.database import example_database_path, open_genome
    >>> root = example_database_path()
    >>> len(open_sequence(str(root), open_genome(root)).read(0, 10, 14))
    4
    """
    seq = Path(root, "seq")
    if not seq.is_dir():
        raise DatabaseNotFoundError(
            f"{root} has no sequence: there is no folder seq/",
            hint="link or copy the seq/ of the database that this one was made from",
        )
    if not ((seq / "genome.idx").exists() and (seq / "genome.seq").exists()):
        return SequenceFiles(root, genome, None)
    key = ("sequence", root, stamp_of(f"{root}/seq/genome.idx"), genome.stamp)
    return cached_index(key, lambda: _read_index(root, genome))


def _read_index(root: str, genome: Genome) -> SequenceFiles:
    offsets = np.zeros(genome.n_chroms, dtype=np.int64)
    index = read_genome_index(root)
    if index is not None:
        offsets[np.asarray(index.chrom_ids, dtype=np.int64)] = index.offsets
    return SequenceFiles(root, genome, offsets)
