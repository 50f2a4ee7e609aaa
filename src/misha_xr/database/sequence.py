"""The DNA sequence of a root, from either layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from misha_xr.database.genomes import read_genome_index
from misha_xr.database.index_cache import cached_index
from misha_xr.database.maps import map_file, stamp_of
from misha_xr.database.spelling import file_spellings
from misha_xr.errors import CorruptFileError, DatabaseNotFoundError, IntervalError, StaleFileError
from misha_xr.genome import Genome

__all__ = ["SequenceFiles", "Stretch", "open_sequence"]

Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """One mapped file and the rows of a request that it answers.

    Attributes
    ----------
    path : str
        The file.
    data : uint8 array
        Its bytes, read-only; one ASCII letter per base.
    rows : int64 array, shape (k,)
        Which rows.
    shifts : int64 array, shape (k,)
        For each of them, where the first base of its chromosome lies in ``data``.

    Examples
    --------
    >>> zero = np.zeros(1, np.int64)
    >>> Stretch("genome.seq", np.frombuffer(b"ACGT", np.uint8), zero, zero).path
    'genome.seq'
    """

    path: str
    data: npt.NDArray[np.uint8]
    rows: Int64Array
    shifts: Int64Array


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
        (stretch,) = self.stretches(np.array([code], np.int32))
        first = int(stretch.shifts[0])
        return stretch.data[first + start : first + end].tobytes()

    def stretches(self, codes: npt.NDArray[np.int32]) -> Iterator[Stretch]:
        """Tell in which files the bases of many rows lie.

        Parameters
        ----------
        codes : int32 array, shape (n,)
            The chromosome of each row, valid.

        Yields
        ------
        Stretch
            Together they hold every row once. One for ``genome.seq``; else one per chromosome that
            occurs, mapped when its turn comes.

        Raises
        ------
        DatabaseNotFoundError
            If a chromosome has no sequence file.
        StaleFileError
            If the layout was changed meanwhile.
        CorruptFileError
            If a file does not hold what it must.

        Examples
        --------
        >>> import misha_xr
        >>> db = misha_xr.example_database()
        >>> files = open_sequence(str(db.root), db.genome)
        >>> [stretch.rows.tolist() for stretch in files.stretches(np.array([2, 0, 2], np.int32))]
        [[1], [0, 2]]
        """
        if not len(codes):
            return
        if self.offsets is not None:
            yield self._joined(codes, self.offsets[codes])
            return
        order = np.argsort(codes, kind="stable").astype(np.int64, copy=False)
        heads = np.flatnonzero(np.diff(codes[order], prepend=-1))
        for lo, hi in pairwise([*heads.tolist(), len(codes)]):
            path, data = self._file(int(codes[order[lo]]))
            yield Stretch(path, data, order[lo:hi], np.zeros(hi - lo, np.int64))

    def _joined(self, codes: npt.NDArray[np.int32], shifts: Int64Array) -> Stretch:
        path = f"{self.root}/seq/genome.seq"
        try:
            data = map_file(path).data
        except FileNotFoundError as error:
            raise _changed(self.root) from error
        sizes = self.genome.sizes[codes]
        outside = shifts > data.size - sizes  # a sum of both could wrap
        if outside.any() or shifts.min() < 0:
            row = int(np.argmax(outside | (shifts < 0)))
            first, name = int(shifts[row]), self.genome.name(int(codes[row]))
            problem = (
                f"{name!r} ends at byte {first + int(sizes[row])}, but the file has {data.size}"
            )
            raise CorruptFileError.at(path, first, problem)
        return Stretch(path, data, np.arange(len(codes), dtype=np.int64), shifts)

    def _file(self, code: int) -> tuple[str, npt.NDArray[np.uint8]]:
        size = int(self.genome.sizes[code])
        for name in file_spellings(self.genome, code):
            path = f"{self.root}/seq/{name}.seq"
            try:
                data = map_file(path).data
            except FileNotFoundError:
                continue
            if data.size != size:
                raise CorruptFileError.at(path, 0, f"expected {size} bases, found {data.size}")
            return path, data
        if Path(self.root, "seq", "genome.idx").exists():
            raise _changed(self.root)
        raise DatabaseNotFoundError(
            f"{self.root}/seq has no sequence of {self.genome.name(code)!r}",
            hint=f"expected a file {self.genome.name(code)}.seq",
        )


def _changed(root: str) -> StaleFileError:
    return StaleFileError(
        f"the sequence of {root} was converted to another layout while it was read",
        hint="ask again",
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
    index = read_genome_index(root)
    if index is None:
        return SequenceFiles(root, genome, None)
    order = np.argsort(index.chrom_ids, kind="stable")
    # The table was checked when the genome was opened; the index may be another one by now.
    if not np.array_equal(np.asarray(index.lengths)[order], genome.sizes):
        problem = "lengths of contigs are not those of chrom_sizes.txt"
        raise CorruptFileError.at(f"{root}/seq/genome.idx", 24, problem)
    return SequenceFiles(root, genome, np.asarray(index.offsets, np.int64)[order])
