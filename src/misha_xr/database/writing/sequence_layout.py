"""Changes how the sequence of a database is stored: one file with an index, or one per chromosome.

The new files are written, compared with the old ones and durable before they count, which is the
rename or removal of ``genome.idx``; only then old files go. Killed anywhere, the database has its
whole sequence, and the same call finishes the job.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from misha_xr.database.genomes import has_legacy_names, open_genome
from misha_xr.database.maps import map_file
from misha_xr.database.sequence import SequenceFiles, open_sequence
from misha_xr.database.writing import disk
from misha_xr.database.writing.contig_table import JOINED_SEQUENCE, check_file_names
from misha_xr.database.writing.create import write_bytes
from misha_xr.database.writing.legacy_objects import check_legacy_objects
from misha_xr.database.writing.litter import sweep
from misha_xr.database.writing.stage import object_lock
from misha_xr.errors import CorruptFileError, ReadOnlyError, StaleFileError, UnsupportedError
from misha_xr.formats.chrom_sizes import encode_chrom_sizes
from misha_xr.formats.genome_index import GenomeIndex, encode_genome_index
from misha_xr.genome import Genome

__all__ = ["join_sequence", "split_sequence"]

BLOCK_BYTES = 1 << 24

ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the sequence of a database lies."""

    root: Path
    genome: Genome
    files: SequenceFiles

    @property
    def seq(self) -> Path:
        return self.root / "seq"

    @property
    def joined(self) -> Path:
        return self.seq / "genome.seq"

    @property
    def index(self) -> Path:
        return self.seq / "genome.idx"

    def bases(self, code: int) -> tuple[Path, ByteArray]:
        """Return the file of a chromosome and its bases."""
        (stretch,) = self.files.stretches(np.array([code], np.int32))
        first = int(stretch.shifts[0])
        return Path(stretch.path), stretch.data[first : first + int(self.genome.sizes[code])]


def join_sequence(
    root: str | os.PathLike[str], *, remove_old: bool = False, keep_pairs: bool = True
) -> bool:
    """Put the sequence of a database into one file with an index.

    Parameters
    ----------
    root : path-like
        The database.
    remove_old : bool
        Whether the files per chromosome go, those of an earlier conversion as well.
    keep_pairs : bool
        Whether 2D tracks stay as they are: refuse those that other programs would not find after
        a change of names.

    Returns
    -------
    bool
        False if it was so already.

    Raises
    ------
    DatabaseNotFoundError
        If the database, or the sequence of a chromosome, is missing.
    ReadOnlyError
        If the sequence belongs to another database, through links.
    UnsupportedError
        If objects number chromosomes in a way that only their writer knows; if a chromosome is
        called ``genome``.
    CorruptFileError
        If a file has not the length that the chromosome table says.

    Notes
    -----
    Source: misha file format, order of chromosomes after a conversion. Where the table lacks the
    prefix that the files carry, chromosomes take the names of the files, in the order of the table;
    between two renames the database then has the new names and the old files, which agree.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database.example import write_example
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_example(Path(folder))
    ...     join_sequence(folder, remove_old=True), sorted(os.listdir(f"{folder}/seq"))
    (True, ['genome.idx', 'genome.seq'])
    """
    with _sequence(root) as place:
        is_new = place.files.offsets is None
        if is_new:
            _join(place, keep_pairs)
            place = _located(place.root)
        if remove_old:
            _remove_split(place)
        return is_new


def _join(place: _Place, keep_pairs: bool) -> None:
    genome = place.genome
    if JOINED_SEQUENCE in genome.names:
        raise UnsupportedError(f"{place.root}: a chromosome is called 'genome', as the new file is")
    names = _new_names(place, keep_pairs)
    beside = [disk.unused_name(path, "tmp") for path in (place.joined, place.index)]
    try:
        with disk.create_file(beside[0]) as file:
            for code in range(genome.n_chroms):
                for part in _parts(place.bases(code)[1]):
                    file.write(part)
        sizes = np.array(genome.sizes)
        ids = np.arange(len(sizes))
        index = GenomeIndex(names, ids, np.cumsum(sizes) - sizes, sizes)
        write_bytes(beside[1], encode_genome_index(index))
        _verify_joined(place, beside[0])
        for path in beside:
            disk.sync_file(path)
        disk.replace(beside[0], place.joined)
        if names != list(genome.names):
            _rename_chromosomes(place.root, names, genome)
        disk.replace(beside[1], place.index)
        disk.sync_folder(place.seq)
    except BaseException:
        with suppress(OSError):
            if not place.index.exists():  # without its index the file is nothing but large
                disk.remove_file(place.joined, missing_ok=True)
        raise
    finally:
        for path in beside:
            with suppress(OSError):
                disk.remove_file(path, missing_ok=True)


def _new_names(place: _Place, keep_pairs: bool) -> list[str]:
    """Return the names by ID: those of the files where the table has R's legacy spelling."""
    genome = place.genome
    if not has_legacy_names(str(place.root), genome):
        return list(genome.names)
    check_legacy_objects(str(place.root), genome, keep_pairs=keep_pairs)
    return [place.bases(code)[0].name.removesuffix(".seq") for code in range(genome.n_chroms)]


def _rename_chromosomes(root: Path, names: list[str], genome: Genome) -> None:
    table = root / "chrom_sizes.txt"
    sweep(root)
    beside = disk.unused_name(table, "tmp")
    try:
        write_bytes(beside, encode_chrom_sizes(names, genome.sizes))
        disk.sync_file(beside)
        disk.replace(beside, table)
        disk.sync_folder(root)
    finally:
        with suppress(OSError):
            disk.remove_file(beside, missing_ok=True)


def _verify_joined(place: _Place, path: Path) -> None:
    written, at = map_file(str(path)).data, 0
    for code in range(place.genome.n_chroms):
        source, bases = place.bases(code)
        _check_equal(bases, written[at : at + bases.size], source, path)
        at += bases.size


def _remove_split(place: _Place) -> None:
    """Remove files per chromosome that hold what the joined file holds."""
    there = SequenceFiles(str(place.root), place.genome, None)
    for code in range(place.genome.n_chroms):
        try:
            (stretch,) = there.stretches(np.array([code], np.int32))
        except StaleFileError:  # this one is gone; the index is why that is no lack
            continue
        _check_equal(place.bases(code)[1], stretch.data, place.joined, Path(stretch.path))
        disk.remove_file(stretch.path)
    disk.sync_folder(place.seq)


def split_sequence(root: str | os.PathLike[str]) -> bool:
    """Put the sequence of a database into a file per chromosome.

    Parameters
    ----------
    root : path-like
        The database.

    Returns
    -------
    bool
        False if it was so already.

    Raises
    ------
    DatabaseNotFoundError
        If the database or its sequence is missing.
    ReadOnlyError
        If the sequence belongs to another database, through links.
    NameSyntaxError
        If a name cannot be that of a file.

    Notes
    -----
    The joined file goes: while its index is there, it is what counts. Names and their order stay,
    so that indices of tracks stay valid.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database.example import write_example
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_example(Path(folder), indexed=True)
    ...     split_sequence(folder), sorted(os.listdir(f"{folder}/seq"))
    (True, ['chr1.seq', 'chr2.seq', 'chrX.seq'])
    """
    with _sequence(root) as place:
        if place.files.offsets is None:
            return False
        check_file_names(list(place.genome.names), indexed=False)
        made: list[Path] = []
        try:
            for code, name in enumerate(place.genome.names):
                _split_one(place, code, place.seq / f"{name}.seq", made)
            disk.sync_folder(place.seq)
        except BaseException:
            for path in made:
                with suppress(OSError):
                    disk.remove_file(path)
            raise
        disk.remove_file(place.index)
        disk.sync_folder(place.seq)
        disk.remove_file(place.joined)
        disk.sync_folder(place.seq)
        return True


def _split_one(place: _Place, code: int, target: Path, made: list[Path]) -> None:
    """Write the file of a chromosome; one that is left over from before is replaced."""
    bases = place.bases(code)[1]
    is_left_over = target.exists()
    beside = disk.unused_name(target, "tmp")
    try:
        with disk.create_file(beside) as file:
            for part in _parts(bases):
                file.write(part)
        _check_equal(bases, map_file(str(beside)).data, place.joined, beside)
        disk.sync_file(beside)
        disk.replace(beside, target)
    finally:
        with suppress(OSError):
            disk.remove_file(beside, missing_ok=True)
    if not is_left_over:
        made.append(target)


@contextmanager
def _sequence(root: str | os.PathLike[str]) -> Iterator[_Place]:
    place = _located(Path(root))
    for path in (place.seq, place.root / "chrom_sizes.txt"):
        if path.is_symlink():
            raise ReadOnlyError(
                f"{path} is a link to {path.resolve()}: the sequence of another database",
                hint="convert that one; this one follows",
            )
    with object_lock(place.joined):
        yield _located(place.root)


def _located(root: Path) -> _Place:
    genome = open_genome(root)
    home = Path(os.path.abspath(root.expanduser()))  # noqa: PTH100 - links are kept
    return _Place(home, genome, open_sequence(str(home), genome))


def _parts(bases: ByteArray) -> Iterator[ByteArray]:
    for lo in range(0, bases.size, BLOCK_BYTES):
        yield bases[lo : lo + BLOCK_BYTES]


def _check_equal(old: ByteArray, new: ByteArray, source: Path, path: Path) -> None:
    same = old.size == new.size
    for lo in range(0, old.size if same else 0, BLOCK_BYTES):
        same = same and np.array_equal(old[lo : lo + BLOCK_BYTES], new[lo : lo + BLOCK_BYTES])
    if not same:
        raise CorruptFileError(
            f"{path} does not hold what {source} holds; nothing was removed",
            hint="the disk may be damaged, or somebody changed a file meanwhile",
        )
