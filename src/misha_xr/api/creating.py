"""Making databases: from FASTA or from sizes, and light ones that share a genome."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from misha_xr.api.database import Database
from misha_xr.api.opening import open_database
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.roots import absolute_path
from misha_xr.database.writing.create import create_from_fasta, create_from_sizes
from misha_xr.database.writing.linked import create_linked
from misha_xr.errors import PathExistsError, check_one_of
from misha_xr.formats.chrom_sizes import decode_chrom_sizes
from misha_xr.genome import Genome
from misha_xr.io.assemblies import ASSEMBLIES, assembly_sizes
from misha_xr.io.fetch import fetch, is_remote

__all__ = ["create_database", "link_database"]

FORMATS = ("indexed", "perchrom", "per-chromosome")

Source = str | os.PathLike[str]


def create_database(
    root: Source,
    fasta: Source | Sequence[Source] | None = None,
    *,
    sizes: Mapping[str, int] | Genome | Source | None = None,
    format: str = "indexed",
    sort: bool = True,
    checksums: Mapping[str, str] | None = None,
    max_bp: int = 2**42,
    fill: Callable[[Database], object] | None = None,
) -> Database:
    r"""Create a database from FASTA files, or from the sizes of chromosomes alone.

    Parameters
    ----------
    root : path-like
        Where it will be; nothing may be there. Missing folders above it are made.
    fasta : path-like or sequence of path-like
        FASTA files: plain, gzip or bgzip; paths, ``file://``, ``http://`` or ``https://``.
    sizes : mapping of str to int, Genome, str or path-like
        Instead of ``fasta``, for a database without sequence: base pairs by chromosome, the name of
        a well-known assembly such as ``"hg38"``, or a file of names and sizes (``chrom.sizes``,
        ``.fai``).
    format : {"indexed", "perchrom"}
        Store the sequence in one file with an index, or in a file per chromosome.
    sort : bool
        Put chromosomes in the order of their names, as other programs do; False: as they come.
        Databases share tracks as datasets only if they have the same order.
    checksums : mapping of str to str, optional
        MD5, SHA-1 or SHA-256 by source.
    max_bp : int
        Bases to take at most: a small compressed file may unpack to anything.
    fill : callable, optional
        Called with the database before it becomes visible, to write tracks and sets into it: they
        are there with it, or it is not there.

    Returns
    -------
    Database
        The new one, open; it has no tracks. Attributes ``created.*`` are protected in it.

    Raises
    ------
    PathExistsError
        If something is at ``root``; a FileExistsError.
    FileNotFoundError
        If a file is missing.
    CorruptFileError
        If a file is no FASTA, a name occurs twice or a contig has no bases; names file and line.
    FetchError
        If a server does not give a file.
    ValueError
        If both or neither of ``fasta`` and ``sizes`` are given.

    Notes
    -----
    The database is built beside its place and is there complete or not at all: after a kill, call
    this again. Memory is bounded by the number of contigs, not by bases. Source: misha file format,
    names and order of new databases.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "genome.fa")
    ...     _ = file.write_text(">chr1 first\nACGTacgt\n>chr2\nNNA\n")
    ...     db = create_database(f"{folder}/db", file)
    ...     db.genome.names, db.genome.sizes.tolist(), db.store.sequence(0, 2, 6)
    (('chr1', 'chr2'), [8, 3], b'GTac')
    """
    check_one_of("format", format, FORMATS)
    if (fasta is None) == (sizes is None):
        raise ValueError("give either fasta= or sizes=, and not both")
    if os.path.lexists(absolute_path(root)):  # before anything is downloaded
        raise PathExistsError(f"{absolute_path(root)} already exists", hint="choose another path")
    later = None if fill is None else lambda folder: fill(open_database(folder))
    with tempfile.TemporaryDirectory(prefix="misha-xr-fetch-") as folder:
        sums = checksums or {}
        if sizes is not None:
            names, known = _sizes(sizes, folder, sums)
            create_from_sizes(root, names, known, sort=sort, fill=later)
        else:
            given = [fasta] if isinstance(fasta, str | os.PathLike) else list(fasta or ())
            files = [_fetched(source, f"{folder}/{k}", sums) for k, source in enumerate(given)]
            indexed = format == "indexed"
            create_from_fasta(root, files, indexed=indexed, sort=sort, max_bp=max_bp, fill=later)
    return open_database(root)


def _fetched(source: Source, folder: str, checksums: Mapping[str, str]) -> Path:
    if is_remote(source):
        Path(folder).mkdir()  # of its own: sources may end in the same name
    return fetch(source, folder, checksum=checksums.get(os.fspath(source)))


def _sizes(
    sizes: Mapping[str, int] | Genome | Source, folder: str, checksums: Mapping[str, str]
) -> tuple[list[str], Any]:
    if isinstance(sizes, Genome):
        return list(sizes.names), np.array(sizes.sizes)
    if isinstance(sizes, str | os.PathLike):
        text = os.fspath(sizes)
        if text in ASSEMBLIES or not (is_remote(text) or os.sep in text or Path(text).exists()):
            sizes = assembly_sizes(text)
        else:
            path = _fetched(sizes, f"{folder}/sizes", checksums)
            return decode_chrom_sizes(read_file(path, MAX_TABLE_BYTES), path)
    pairs = list(sizes.items())  # also of a Series, which would yield its values
    return [str(name) for name, _ in pairs], [_whole(name, size) for name, size in pairs]


def _whole(name: str, size: Any) -> int:
    if isinstance(size, bool) or int(size) != size:
        raise ValueError(f"the size of {name!r} must be a whole number; found {size!r}")
    return int(size)


def link_database(root: Source, parent: Source, *, relative: bool = False) -> Database:
    """Create a light database that shares sequence and chromosomes with another one.

    Parameters
    ----------
    root : path-like
        Where it will be; nothing may be there.
    parent : path-like
        The database to share. Its tracks are not visible in the new one: load it as a dataset.
    relative : bool
        Make relative links, so that both can be moved together.

    Returns
    -------
    Database
        The new one, open; it has a folder of tracks of its own.

    Raises
    ------
    PathExistsError
        If something is at ``root``.
    DatabaseNotFoundError
        If the parent is no database.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr.database import example_database_path
    >>> parent = example_database_path()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     db = link_database(f"{folder}/mine", parent)
    ...     len(db.tracks), len(db.load_dataset(parent).tracks)
    (0, 5)
    """
    create_linked(root, parent, relative=relative)
    return open_database(root)
