"""Loads interval sets, small and big, as tables of one genome: whole, by chromosome, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from misha_xr.database.big_sets import BigSet, changed_meanwhile, read_meta
from misha_xr.database.links import MAX_TABLE_BYTES, read_file
from misha_xr.database.set_rows import (
    ChromChoice,
    Codes,
    coded_rows,
    genome_order,
    named_rows,
    row_codes,
)
from misha_xr.errors import CorruptFileError, StaleFileError
from misha_xr.formats.interval_set import decode_interval_set
from misha_xr.genome import Genome
from misha_xr.intervals import is_2d

__all__ = ["is_2d_set", "iterate_set", "load_set", "set_sizes"]

CheckIds = Callable[[str], None] | None
T = TypeVar("T")
N_READS = 5  # of a set that others write all the time


def load_set(
    path: str, genome: Genome, check_ids: CheckIds = None, choice: ChromChoice | None = None
) -> pd.DataFrame:
    """Load an interval set.

    Parameters
    ----------
    path : str
        The file of a small set, or the directory of a big one.
    genome : Genome
        The chromosomes; the set may spell them either way.
    check_ids : callable, optional
        Called with the path of an index file before its numbers are trusted.
    choice : ChromChoice, optional
        Rows of these chromosomes or pairs only; of a big set no other part is read.

    Returns
    -------
    DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end`, or `chrom1` ... `end2`, then the other columns. Chromosomes are
        the genome's categorical, coordinates int64. Chromosomes in genome order; within one (or a
        pair) rows keep the order of the file, in which they may overlap and be unsorted.

    Raises
    ------
    CorruptFileError
        If a file breaks its format or disagrees with ``.meta``.
    UnknownChromosomeError, IntervalError
        If the rows do not fit the genome, or the choice does not fit the set.
    StaleFileError
        If a big set changed meanwhile.

    Notes
    -----
    Source: misha file format, interval sets. Of a big set the chromosomes listed in ``.meta`` are
    read: from their own file if there is one, else from the index.

    Examples
    --------
    >>> from misha_xr.database import example_database_path, open_genome
    >>> root = example_database_path()
    >>> frame = load_set(f"{root}/tracks/annotations.interv", open_genome(root))
    >>> frame.columns[:3].tolist(), str(frame["chrom"].iloc[0])
    (['chrom', 'start', 'end'], 'chr1')
    """
    chosen = choice or ChromChoice(genome)
    return _read_anew(lambda: _load(path, genome, check_ids, chosen))


def _load(path: str, genome: Genome, check_ids: CheckIds, choice: ChromChoice) -> pd.DataFrame:
    if not _is_big(path):
        return named_rows(_small_rows(path, genome, choice), genome)
    opened = BigSet(path, genome, check_ids)
    parts = np.flatnonzero(choice.mask(opened.codes, path)).tolist()
    whole = max(int(opened.sizes.max(initial=0)), 1)
    pieces = [piece for part in parts for piece in opened.pieces(part, whole)]
    return named_rows(_joined(pieces) if pieces else opened.empty(), genome)


def iterate_set(
    path: str, genome: Genome, max_rows: int, check_ids: CheckIds = None
) -> Iterator[pd.DataFrame]:
    """Open an interval set to go through its rows in the order of `load_set`, a piece at a time.

    Parameters
    ----------
    path : str
        The file of a small set, or the directory of a big one.
    genome : Genome
        The chromosomes.
    max_rows : int
        Most rows of a piece.
    check_ids : callable, optional
        Called with the path of an index file before its numbers are trusted.

    Returns
    -------
    iterator of DataFrame, shape (<= max_rows, >= 3)
        Rows of one chromosome or pair, as `load_set` gives them.

    Raises
    ------
    CorruptFileError, UnknownChromosomeError, IntervalError, StaleFileError
        As `load_set`.

    Notes
    -----
    Of a big set only the columns of one piece are in memory, whatever the size of its parts.

    Examples
    --------
    >>> from misha_xr.database import example_database_path, open_genome
    >>> root = example_database_path()
    >>> path = f"{root}/tracks/annotations.interv"
    >>> max(len(piece) for piece in iterate_set(path, open_genome(root), max_rows=2))
    2
    """
    pieces: Iterator[pd.DataFrame]
    if _is_big(path):
        opened = BigSet(path, genome, check_ids)
        pieces = (
            piece for part in range(len(opened.sizes)) for piece in opened.pieces(part, max_rows)
        )
    else:
        pieces = _cut(_small_rows(path, genome, ChromChoice(genome)), max_rows)
    return (named_rows(piece, genome) for piece in pieces)


def set_sizes(path: str, genome: Genome) -> pd.DataFrame:
    """Count the rows of an interval set by chromosome or pair.

    Parameters
    ----------
    path : str
        The file of a small set, or the directory of a big one.
    genome : Genome
        The chromosomes.

    Returns
    -------
    DataFrame
        `chrom`, or `chrom1` and `chrom2` (the genome's categorical), and `size` (int64), in genome
        order; only chromosomes or pairs with rows. Of a big set ``.meta`` says it and no row is
        read.

    Raises
    ------
    CorruptFileError, UnknownChromosomeError
        If the set, or its ``.meta``, cannot be read.

    Examples
    --------
    >>> from misha_xr.database import example_database_path, open_genome
    >>> root = example_database_path()
    >>> set_sizes(f"{root}/tracks/annotations.interv", open_genome(root)).columns.tolist()
    ['chrom', 'size']
    """
    codes, sizes = _read_anew(lambda: _count(path, genome))
    keys = ("chrom1", "chrom2") if len(codes) > 1 else ("chrom",)
    filled = sizes > 0
    table: dict[str, Any] = {
        key: genome.categorical(column[filled]) for key, column in zip(keys, codes, strict=True)
    }
    return pd.DataFrame(table | {"size": sizes[filled]})


def _count(path: str, genome: Genome) -> tuple[Codes, npt.NDArray[np.int64]]:
    if _is_big(path):
        opened = BigSet(path, genome)
        return opened.codes, opened.sizes
    rows = row_codes(_small_rows(path, genome, ChromChoice(genome)))
    bounds = _run_bounds(rows)
    return tuple(column[bounds[:-1]] for column in rows), np.diff(bounds)


def is_2d_set(path: str) -> bool:
    """Tell whether an interval set holds 2D intervals.

    Parameters
    ----------
    path : str
        The file of a small set, or the directory of a big one.

    Returns
    -------
    bool
        By its columns.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> is_2d_set(f"{example_database_path()}/tracks/rects_set.interv")
    True
    """
    return _read_anew(lambda: _has_pairs(path))


def _has_pairs(path: str) -> bool:
    return read_meta(path).is_2d if _is_big(path) else is_2d(_small_table(path))


def _is_big(path: str) -> bool:
    return Path(path).is_dir()


def _read_anew(read: Callable[[], T]) -> T:
    """Read again what somebody wrote meanwhile; the last time the error is told."""
    for _ in range(N_READS - 1):
        with suppress(StaleFileError):
            return read()
    return read()


def _small_table(path: str) -> pd.DataFrame:
    place = Path(path)
    try:
        return decode_interval_set(read_file(place, MAX_TABLE_BYTES), place)
    except (IsADirectoryError, CorruptFileError) as error:
        if _is_big(path):
            raise changed_meanwhile(path) from error
        raise


def _small_rows(path: str, genome: Genome, choice: ChromChoice) -> pd.DataFrame:
    rows = coded_rows(_small_table(path), genome, path)
    mask = choice.mask(row_codes(rows), path)
    return genome_order(rows if mask.all() else rows[mask])


def _cut(rows: pd.DataFrame, max_rows: int) -> Iterator[pd.DataFrame]:
    """Cut coded rows in genome order by chromosome or pair, and these into pieces."""
    bounds = _run_bounds(row_codes(rows)).tolist()
    for first, last in pairwise(bounds):
        for lo in range(first, last, max_rows):
            yield rows.iloc[lo : min(lo + max_rows, last)].reset_index(drop=True)


def _run_bounds(codes: tuple[npt.NDArray[np.int32], ...]) -> npt.NDArray[np.int64]:
    """Return where runs of equal chromosomes or pairs start, and the number of rows."""
    n = len(codes[0])
    changes = np.logical_or.reduce([column[1:] != column[:-1] for column in codes])
    return np.concatenate(([0], np.flatnonzero(changes) + 1, [n])) if n else np.zeros(1, np.int64)


def _joined(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of the same columns; each piece gives its columns away, so none is held twice."""
    names = [name for name in pieces[0].columns if all(name in piece for piece in pieces)]
    columns = {}
    for name in names:
        columns[name] = pd.concat([piece.pop(name) for piece in pieces], ignore_index=True)
    return pd.DataFrame(columns, copy=False)
