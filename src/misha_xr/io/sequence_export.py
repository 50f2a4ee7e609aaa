"""The bases of intervals as a FASTA file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.database import Store
from misha_xr.errors import IntervalError
from misha_xr.formats.fasta import FastaLines
from misha_xr.io.text_file import new_text_file
from misha_xr.query import SequenceRequest

__all__ = ["export_sequences"]

BATCH_BP = 1 << 24


def export_sequences(
    store: Store,
    request: SequenceRequest,
    path: str | os.PathLike[str],
    *,
    names: pd.Series | None = None,
    line_width: int = 80,
    overwrite: bool = False,
) -> Path:
    r"""Write the bases of intervals.

    Parameters
    ----------
    store : Store
        The database.
    request : SequenceRequest
        Which bases.
    path : path-like
        The file; compressed with gzip if its name ends in ``.gz``.
    names : Series of str, shape (n,), optional
        What each record is called; default: ``<chrom>:<start>-<end>``, with ``(+)`` or ``(-)``
        behind where rows have strands.
    line_width : int
        Bases per line.
    overwrite : bool
        Replace a file that is there.

    Returns
    -------
    Path
        The file, absolute. It is complete or absent.

    Raises
    ------
    IntervalError
        If a name is missing, empty, or holds the end of a line.
    OutputError, OutputExistsError, DatabaseNotFoundError
        If the file cannot be written, or the sequence is not there.

    Examples
    --------
    >>> import tempfile, misha_xr
    >>> from misha_xr.query import sequence_request
    >>> store = misha_xr.example_database().store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = export_sequences(store, sequence_request(store, "chr1:10-13"), f"{folder}/a.fa")
    ...     file.read_text().splitlines()[0]
    '>chr1:10-13'
    """
    lines = FastaLines(line_width)
    labels = None if names is None else _checked(names)
    done = 0
    with new_text_file(path, overwrite=overwrite) as (where, file):
        for piece in request.pieces(BATCH_BP):
            n = len(piece.index)
            headers = _places(store, piece) if labels is None else labels[done : done + n]
            sizes = piece.intervals.ends - piece.intervals.starts
            starts = np.cumsum(sizes) - sizes
            bases = np.frombuffer("".join(piece.texts()).encode("ascii"), np.uint8)
            for text in lines.blocks(bases, starts, np.ascontiguousarray(sizes), headers):
                file.write(text.tobytes())
            done += n
    return where


def _checked(names: pd.Series) -> list[str]:
    bad = names.isna() | (names.astype("str") == "")
    bad |= names.astype("str").str.contains("[\n\r\0]", na=False)
    if bad.any():
        raise IntervalError(
            f"a record needs a name on one line; found {names[bad].iloc[0]!r} in row "
            f"{names.index[bad][0]!r}"
        )
    texts: list[str] = names.astype("str").tolist()
    return texts


def _places(store: Store, piece: SequenceRequest) -> list[str]:
    """Name intervals by their places."""
    every = piece.intervals
    chroms: Any = pd.Series(store.genome.name_array(every.codes), dtype="str")
    texts = chroms + ":" + pd.Series(every.starts).astype("str")
    texts = texts + "-" + pd.Series(every.ends).astype("str")
    if piece.is_minus is not None:
        texts = texts + pd.Series(np.where(piece.is_minus, "(-)", "(+)"), dtype="str")
    found: list[str] = texts.tolist()
    return found
