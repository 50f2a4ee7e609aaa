"""Classic calls that make databases, change their layout, or write them out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from os import PathLike
from pathlib import Path

import pandas as pd

from misha_xr.api import Database, create_database, link_database, open_database
from misha_xr.database import Store
from misha_xr.database.roots import absolute_path
from misha_xr.database.writing.set_saving import save_set
from misha_xr.database.writing.stage import mark_dirty
from misha_xr.errors import DatabaseNotFoundError, check_one_of
from misha_xr.io.fasta import export_fasta
from misha_xr.io.genes import read_gene_sets
from misha_xr.io.genome_builds import NAMED, how_to_get
from misha_xr.pm.calls import classic
from misha_xr.pm.session import SESSION

__all__ = [
    "gdb_convert_to_indexed",
    "gdb_create",
    "gdb_create_genome",
    "gdb_create_linked",
    "gdb_export_fasta",
    "gdb_mark_cache_dirty",
]

FORMATS = ("indexed", "per-chromosome")


@classic()
def gdb_create(
    groot: str,
    fasta: str | Sequence[str],
    genes_file: str | None = None,
    annots_file: str | None = None,
    annots_names: Sequence[str] | None = None,
    db_format: str = "indexed",
    verbose: bool = False,
    *,
    format: str | None = None,
) -> pd.DataFrame:
    """Create a database from FASTA files; the database in use stays in use.

    Parameters
    ----------
    groot : str
        Where it will be; nothing may be there.
    fasta : str or list of str
        FASTA files: plain, gzip or bgzip; paths or URLs.
    genes_file : str, optional
        A table of genes: sets of transcription start sites, exons and untranslated regions are
        made of it.
    annots_file : str, optional
        A table of annotations of these genes.
    annots_names : list of str, optional
        Its columns; needed with ``annots_file``.
    db_format : {"indexed", "per-chromosome"}
        One file of sequence with an index, or a file per chromosome.
    verbose : bool
        Print what was made.
    format : str, optional
        Another name of ``db_format``.

    Returns
    -------
    DataFrame
        Columns `name` (text) and `size` (int64, base pairs): the chromosomes, sorted by name.

    Raises
    ------
    FileExistsError
        If something is at ``groot``.
    FileNotFoundError
        If a FASTA file is missing.
    ValueError
        If the format is not known, if both names of it are used, if there is no contig, or if a
        file is no FASTA.

    See Also
    --------
    misha_xr.create_database : The native form; also from sizes alone.

    Notes
    -----
    Differs from pymisha: the arguments of genes act; contigs without bases are refused; creation
    attributes of tracks are protected, as in databases that R makes.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.fa")
    ...     _ = file.write_text(">chr1 ACGT".replace(" ", chr(10)))
    ...     pm.gdb_create(f"{folder}/db", str(file))["size"].tolist()
    [4]
    """
    if format is not None and db_format != "indexed":
        raise ValueError("Specify only one of 'db_format' or 'format'")
    wanted = format if format is not None else db_format
    check_one_of("db_format", wanted, FORMATS)
    if annots_file is not None and annots_names is None:
        raise ValueError("annots_file needs annots_names, the names of its columns")
    fill = None
    if genes_file is not None:
        fill = partial(_add_genes, genes_file, annots_file, annots_names)
    database = create_database(groot, fasta, format=wanted, fill=fill)
    genome = database.genome
    if verbose:
        print(f"Created {database.root}: {genome.n_chroms} contigs, {genome.total_bp:,} bp")
    names = pd.array(list(genome.names), dtype="str")
    return pd.DataFrame({"name": names, "size": genome.sizes.copy()})


def _add_genes(
    genes: str, annotations: str | None, names: Sequence[str] | None, database: Database
) -> None:
    """Save the sets of a table of genes into a database that is being built."""
    store = database.store
    found = read_gene_sets(genes, store.genome, annotations, names or [], utr="ends")
    for name, frame in found.items():
        if frame is not None and len(frame):
            save_set(store, name, frame)


@classic()
def gdb_create_genome(
    genome: str,
    path: str | None = None,
    tmpdir: str | None = None,
    verify_checksum: bool = True,
) -> None:
    """Say what to download for a well-known genome, and how to go on; nothing is downloaded.

    Parameters
    ----------
    genome : str
        ``hg19``, ``hg38``, ``mm9``, ``mm10`` or ``mm39``.
    path : str, optional
        Where the database would be; the working directory by default.
    tmpdir : str, optional
        Not used.
    verify_checksum : bool
        Not used.

    Raises
    ------
    UnsupportedError
        For a genome that is known; the hint says what to download.
    ValueError
        For any other.

    See Also
    --------
    misha_xr.create_database : From the downloaded file, or from its URL.

    Notes
    -----
    Differs from pymisha: nothing is downloaded; pymisha fetches an archive from one place of
    the internet.

    Examples
    --------
    >>> from misha_xr import pm
    >>> pm.gdb_create_genome("hg99")
    Traceback (most recent call last):
    ValueError: The genome hg99 is not available yet. Available genomes are: hg19, hg38, mm10, ...
    """
    if genome not in NAMED:
        known = ", ".join(NAMED)
        raise ValueError(
            f"The genome {genome} is not available yet. Available genomes are: {known}"
        )
    raise how_to_get(genome, os.path.join(path or ".", genome))  # noqa: PTH118 - shown as typed


@classic()
def gdb_create_linked(path: str, parent: str) -> bool:
    """Create a light database that shares sequence and chromosomes with another one.

    Parameters
    ----------
    path : str
        Where it will be; nothing may be there.
    parent : str
        The database to share.

    Returns
    -------
    bool
        True.

    Raises
    ------
    FileExistsError
        If something is at ``path``.
    FileNotFoundError
        If the parent is no database.

    See Also
    --------
    misha_xr.link_database : The native form; also with relative links.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pm.gdb_create_linked(f"{folder}/mine", pm.gdb_examples_path())
    True
    """
    link_database(path, parent)
    return True


@classic()
def gdb_convert_to_indexed(  # noqa: PLR0913 - the classic signature
    groot: str | None = None,
    remove_old_files: bool = False,
    force: bool = False,
    validate: bool = True,
    convert_tracks: bool = False,
    convert_intervals: bool = False,
    verbose: bool = False,
    chunk_size: int = 104857600,
    *,
    threads: int | None = None,
) -> None:
    """Put the sequence of a database into one file with an index.

    Parameters
    ----------
    groot : str, optional
        Its root; the database in use by default.
    remove_old_files : bool
        Remove the files per chromosome, once the new ones are verified.
    force : bool
        Not used: nothing is asked.
    validate : bool
        Not used: the new files are always compared with the old ones.
    convert_tracks, convert_intervals : bool
        Convert tracks, and big interval sets, as well.
    verbose : bool
        Print what was done.
    chunk_size : int
        Not used, but must be positive.
    threads : int, optional
        Not used, but must be positive.

    Raises
    ------
    DatabaseNotFoundError
        If the root is missing or no database; a FileNotFoundError.
    ValueError
        If no root is given and no database is in use; for a number that is not positive.

    See Also
    --------
    misha_xr.Database.convert : The native form; also in the other direction.

    Notes
    -----
    Differs from pymisha: the new files are always compared with the old ones; linked databases,
    and objects whose chromosomes would change, are refused.

    Examples
    --------
    >>> from misha_xr import pm
    >>> root = pm.gdb_init_examples()
    >>> pm.gdb_convert_to_indexed()
    >>> pm.gdb_info(root)["format"]
    'indexed'
    """
    for name, value in (("chunk_size", chunk_size), ("threads", threads)):
        if value is not None and value < 1:
            raise ValueError(f"{name} must be a positive integer; found {value!r}")
    database = _database(groot)
    database.convert(
        "indexed", remove_old=remove_old_files, tracks=convert_tracks, intervals=convert_intervals
    )
    with SESSION.lock:
        current = SESSION.database
        if current is not None and current.root == database.root:
            # Chromosomes may have got the names of their files.
            store = Store(current.root, current.store.datasets, current.store.user_root)
            SESSION.replace(Database(store.at_directory(current.store.directory)))
    if verbose:
        print(f"{database.root} is indexed")


def _database(groot: str | PathLike[str] | None) -> Database:
    if groot is not None:
        if not Path(absolute_path(groot)).is_dir():
            raise DatabaseNotFoundError(f"Database directory does not exist: {groot}")
        return open_database(groot)
    current = SESSION.current()
    if current is None:
        raise ValueError("No database is currently active. Call gdb_init() or pass groot.")
    return current


@classic()
def gdb_export_fasta(
    file: str | PathLike[str] | None = None,
    groot: str | None = None,
    line_width: int = 80,
    chunk_size: int = 1000000,
    overwrite: bool = False,
    verbose: bool = False,
) -> str:
    """Write the sequence of all chromosomes as FASTA.

    Parameters
    ----------
    file : str
        The file; compressed if its name ends in ``.gz``.
    groot : str, optional
        Root of the database; the one in use by default.
    line_width : int
        Bases per line.
    chunk_size : int
        Bases to write at once.
    overwrite : bool
        Replace a file that is there.
    verbose : bool
        Print what was done.

    Returns
    -------
    str
        The file.

    Raises
    ------
    FileExistsError
        If the file is there and ``overwrite`` is false.
    FileNotFoundError
        If there is no such database.
    ValueError
        If no file is given, or a number is not positive.

    See Also
    --------
    misha_xr.Database.export_fasta : The native form.

    Examples
    --------
    >>> import tempfile
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(pm.gdb_export_fasta(f"{folder}/a.fa")).stat().st_size > 1_000_000
    True
    """
    if file is None:
        raise ValueError("gdb_export_fasta needs a file: gdb_export_fasta(file, groot=None, ...)")
    for name, value in (("line_width", line_width), ("chunk_size", chunk_size)):
        if value < 1:
            raise ValueError(f"{name} must be a positive integer; found {value!r}")
    store = _database(groot).store
    blocks = min(chunk_size, 1 << 26)
    export_fasta(store, file, line_width=line_width, overwrite=overwrite, block_bytes=blocks)
    if verbose:
        print(f"Wrote {store.genome.n_chroms} chromosomes to {file}")
    return str(file)


@classic()
def gdb_mark_cache_dirty() -> None:
    """Tell other programs that their listing of the database in use is out of date.

    Raises
    ------
    NoDatabaseError
        If no database is set.

    See Also
    --------
    gdb_reload : Scan again here.

    Examples
    --------
    >>> from misha_xr import pm
    >>> _ = pm.gdb_init_examples()
    >>> pm.gdb_mark_cache_dirty()
    """
    mark_dirty(SESSION.need().root)
