"""The sequence of a database as a FASTA file."""

from __future__ import annotations

import gzip
import os
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np

from misha_xr.database import Store
from misha_xr.formats.fasta import FastaLines
from misha_xr.io.new_file import NewFile

__all__ = ["export_fasta"]

GZIP_LEVEL = 6


def export_fasta(
    store: Store,
    path: str | os.PathLike[str],
    *,
    line_width: int = 80,
    overwrite: bool = False,
    block_bytes: int = 1 << 22,
) -> Path:
    r"""Write the sequence of all chromosomes.

    Parameters
    ----------
    store : Store
        The database.
    path : path-like
        The file; compressed with gzip if its name ends in ``.gz``.
    line_width : int
        Bases per line.
    overwrite : bool
        Replace a file that is there.
    block_bytes : int
        Text to make at once.

    Returns
    -------
    Path
        The file, absolute. It is complete or absent.

    Raises
    ------
    OutputExistsError
        If there is a file; a FileExistsError.
    ValueError
        If the width is not positive.
    DatabaseNotFoundError
        If the database has no sequence, or not of all chromosomes.

    Notes
    -----
    Chromosomes come in the order of the genome, case is kept. A database made from the file has
    the same sequence.

    Examples
    --------
    >>> import tempfile, misha_xr
    >>> store = misha_xr.example_database().store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = export_fasta(store, f"{folder}/a.fa", line_width=50)
    ...     file.read_text()[:6]
    '>chr1\n'
    """
    lines = FastaLines(line_width, block_bytes)
    new = NewFile(Path(path).expanduser(), overwrite=overwrite)
    try:
        with ExitStack() as stack:
            file: IO[bytes] | gzip.GzipFile = new.open()
            if new.path.suffix == ".gz":
                # No name and no time inside: the same sequence gives the same bytes.
                file = gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0)
                stack.callback(file.close)
            _write(store, lines, file)
        new.commit()
    except BaseException:
        new.abort()
        raise
    return new.path


def _write(store: Store, lines: FastaLines, file: IO[bytes] | gzip.GzipFile) -> None:
    genome = store.genome
    codes = np.arange(genome.n_chroms, dtype=np.int32)
    for stretch in store.sequence_files().stretches(codes):
        names = [genome.name(code) for code in stretch.rows.tolist()]
        sizes = np.ascontiguousarray(genome.sizes[stretch.rows])
        for text in lines.blocks(stretch.data, stretch.shifts, sizes, names):
            file.write(text.data)
