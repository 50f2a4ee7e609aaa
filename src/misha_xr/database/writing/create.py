"""New databases: from FASTA files, or from sizes of chromosomes alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from misha_xr.database.writing import disk
from misha_xr.database.writing.contig_table import (
    Contigs,
    ContigTable,
    check_file_names,
    name_order,
)
from misha_xr.database.writing.new_root import new_root
from misha_xr.database.writing.sequence_writers import (
    JoinedSequence,
    SequenceWriter,
    SplitSequence,
)
from misha_xr.formats.chrom_sizes import encode_chrom_sizes
from misha_xr.formats.fasta import read_fasta
from misha_xr.formats.genome_index import GenomeIndex, encode_genome_index
from misha_xr.formats.ro_attributes import encode_ro_attributes

__all__ = ["PROTECTED", "create_from_fasta", "create_from_sizes", "write_bytes"]

PROTECTED = ("created.by", "created.date", "created.user")

Fill = Callable[[Path], object]
Int64Array = npt.NDArray[np.int64]


def create_from_fasta(
    root: str | os.PathLike[str],
    files: Sequence[str | os.PathLike[str]],
    *,
    indexed: bool = True,
    sort: bool = True,
    max_bp: int = 2**42,
    fill: Fill | None = None,
) -> None:
    r"""Create a database from FASTA files.

    Parameters
    ----------
    root : path-like
        Where it will be; nothing may be there.
    files : sequence of path-like
        FASTA, plain or compressed with gzip or bgzip; each is read once.
    indexed : bool
        True: the sequence in one file with an index. False: a file per chromosome.
    sort : bool
        Whether chromosomes are put in the order of their names; else they keep that of the files.
    max_bp : int
        Bases to take at most.
    fill : callable, optional
        Called with the folder of the database before it becomes visible, to write objects into it.

    Raises
    ------
    PathExistsError
        If something is at ``root``.
    FileNotFoundError, CorruptFileError, SizeLimitError
        See `misha_xr.formats.fasta.read_fasta`; also for a name that occurs twice and a contig
        without bases.
    NameSyntaxError
        If a name is reserved.

    Notes
    -----
    Source: misha file format, names and order of a new database. Names have no legacy spelling:
    file and table agree, so that R misha, pymisha and this package see the same chromosomes.
    One file of sequence keeps the order of the FASTA files; its index knows where what lies.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import Store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.fa")
    ...     _ = file.write_text(">chr2\nACgt\n>chr1\nNN\n")
    ...     create_from_fasta(f"{folder}/db", [file])
    ...     store = Store(f"{folder}/db")
    ...     store.genome.names, store.sequence(1, 0, 4)
    (('chr1', 'chr2'), b'ACgt')
    """
    for path in files:
        Path(path).expanduser().stat()  # a missing file is noticed before the others are read
    with new_root(root) as folder:
        seq = _start(folder)
        with JoinedSequence(seq) if indexed else SplitSequence(seq) as writer:
            contigs = _read(files, writer, max_bp)
        check_file_names(contigs.names, indexed=indexed)
        order = name_order(contigs.names) if sort else np.arange(len(contigs.names))
        names, sizes = [contigs.names[k] for k in order.tolist()], contigs.sizes[order]
        if indexed:
            offsets = (np.cumsum(contigs.sizes) - contigs.sizes)[order]
            index = GenomeIndex(names, np.arange(len(names)), offsets, sizes)
            write_bytes(seq / "genome.idx", encode_genome_index(index))
        write_bytes(folder / "chrom_sizes.txt", encode_chrom_sizes(names, sizes))
        if fill is not None:
            fill(folder)


def _read(files: Sequence[str | os.PathLike[str]], writer: SequenceWriter, max_bp: int) -> Contigs:
    table = ContigTable(max_bp)
    for path in files:
        for block in read_fasta(path):
            table.add(block, path)
            writer.add(block, path)
    return table.finish()


def create_from_sizes(
    root: str | os.PathLike[str],
    names: Sequence[str],
    sizes: npt.ArrayLike,
    *,
    sort: bool = True,
    fill: Fill | None = None,
) -> None:
    r"""Create a database without sequence.

    Parameters
    ----------
    root : path-like
        Where it will be; nothing may be there.
    names : sequence of str
        Chromosomes.
    sizes : array-like of int, shape (n,)
        Base pairs.
    sort : bool
        Whether chromosomes are put in the order of their names, as in a database from FASTA.
    fill : callable, optional
        As for `create_from_fasta`.

    Raises
    ------
    PathExistsError
        If something is at ``root``.
    ValueError
        If a name occurs twice or breaks a rule, or a size is not above 0.

    Notes
    -----
    ``seq/`` is made and stays empty: R misha and pymisha ask for the folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     create_from_sizes(f"{folder}/db", ["chr2", "chr1"], [100, 50])
    ...     Path(folder, "db", "chrom_sizes.txt").read_text()
    'chr1\t50\nchr2\t100\n'
    """
    given = np.asarray(sizes, dtype=np.int64)
    known = [str(name) for name in names]
    if not known:
        raise ValueError("No contigs: a database needs at least one chromosome")
    encode_chrom_sizes(known, given)  # checks both
    check_file_names(known, indexed=True)
    order = name_order(known) if sort else np.arange(len(known))
    table = encode_chrom_sizes([known[k] for k in order.tolist()], given[order])
    with new_root(root) as folder:
        _start(folder)
        write_bytes(folder / "chrom_sizes.txt", table)
        if fill is not None:
            fill(folder)


def _start(folder: Path) -> Path:
    """Make what every database has; return the folder of the sequence."""
    for name in ("tracks", "pssms", "seq"):
        disk.create_folder(folder / name)
    write_bytes(folder / ".ro_attributes", encode_ro_attributes(PROTECTED))
    return folder / "seq"


def write_bytes(path: Path, data: bytes) -> None:
    """Write a small new file.

    Parameters
    ----------
    path : Path
        Must not exist.
    data : bytes
        All of its contents.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_bytes(Path(folder, "a"), b"abc")
    """
    with disk.create_file(path) as file:
        file.write(data)
