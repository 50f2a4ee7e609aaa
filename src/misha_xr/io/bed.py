"""BED and its kin (narrowPeak, broadPeak) as tables of intervals."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import NameCollisionError
from misha_xr.genome import Genome
from misha_xr.io.chrom_names import Aliases, ChromColumns, UnknownNames
from misha_xr.io.interval_rows import Beyond, IntervalRows, strand_signs
from misha_xr.io.line_tables import Field, LineTable, TextForm, read_line_tables

__all__ = ["BED_FIELDS", "read_bed"]

AnyPath = str | os.PathLike[str]

_COMMENTS = (b"track", b"browser")
FORM = TextForm(3, same_width=True, comments=_COMMENTS, blanks=True)
_LOOSE = TextForm(3, comments=_COMMENTS, blanks=True)
_PLACES = ("chrom", "start", "end")
_STRAND = 5

# Sources: UCSC, BED format; ENCODE, narrowPeak and broadPeak.
BED_FIELDS = {"name": "text", "score": "number", "strand": "label"}
_THICK = {"thick_start": "whole", "thick_end": "whole", "item_rgb": "text"}
_BLOCKS = {"block_count": "whole", "block_sizes": "text", "block_starts": "text"}
_PEAKS = {"signal_value": "number", "p_value": "number", "q_value": "number"}
_KINDS = {
    ".narrowpeak": BED_FIELDS | _PEAKS | {"peak": "whole"},
    ".broadpeak": BED_FIELDS | _PEAKS,
}


def read_bed(
    path: AnyPath,
    genome: Genome,
    *,
    columns: Sequence[str] | None = None,
    unknown: UnknownNames = "error",
    aliases: Aliases | None = None,
    beyond: Beyond = "error",
) -> pd.DataFrame:
    r"""Read a BED file.

    Parameters
    ----------
    path : path-like
        Plain, gzip or bgzip. Lines of `track`, `browser` and ``#`` are no rows.
    genome : Genome
        Its chromosomes.
    columns : sequence of str, optional
        Names of the columns from the fourth on; fewer than there are: the others are left out.
        Default: those of BED12, of narrowPeak and broadPeak by the ending of the file, and
        `column_<number>` for what is beyond them.
    unknown : {"error", "skip"}
        What to do with chromosomes that the genome lacks.
    aliases : mapping of str to str, or path, optional
        Names in the file to names of the genome.
    beyond : {"error", "clip"}
        What to do with rows that end beyond their chromosome: cut them, or leave them out if they
        also start there; what was done is counted in a warning.

    Returns
    -------
    DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end` (base pairs, 0-based, half-open), in genome order; then, as far as
        the file has them, `name` (text as it stands), `score` (float64; ``.`` is NaN), `strand`
        (-1, 0, 1), and further ones. Columns of unknown meaning are numbers if all values are.

    Raises
    ------
    CorruptFileError
        For a bad line, also one with more or fewer columns than the first: names file, line,
        content.
    UnknownChromosomeError
        See ``unknown``; also if no chromosome is known at all.
    NameCollisionError
        If a name of a column is given twice, or is a coordinate.

    Notes
    -----
    Source: UCSC, BED format.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.bed"
    >>> _ = file.write_text("chr1\t5\t9\tone\t7\t-\n")
    >>> read_bed(file, Genome(["chr1"], [100]))
      chrom  start  end name  score  strand
    0  chr1      5    9  one    7.0      -1
    """
    _check_columns(columns)
    names = ChromColumns(genome, unknown=unknown, aliases=aliases, what=os.fspath(path))
    rows, plan = IntervalRows(names, beyond), partial(_fields, _kinds(path), columns)
    for piece in read_line_tables(path, FORM, plan):
        add_bed_rows(rows, piece)
    frame = rows.frame()
    for name in frame.columns[3:]:
        if name.startswith("column_") or (columns is not None and name not in BED_FIELDS):
            frame[name] = _as_numbers(frame[name])
    return frame


def read_loose_bed(path: AnyPath, genome: Genome, *, sort: bool = True) -> tuple[pd.DataFrame, int]:
    r"""Read the first six columns of a BED file whose lines may differ in their number.

    Parameters
    ----------
    path : path-like
        As for `read_bed`.
    genome : Genome
        Its chromosomes.
    sort : bool
        Put rows in genome order.

    Returns
    -------
    frame : DataFrame
        `chrom`, `start`, `end`, `name`, `score` (both as text), `strand` (int64); nothing and 0
        where a line is short.
    n_columns : int
        The largest number of columns of a line; 0 without lines.

    Raises
    ------
    CorruptFileError, UnknownChromosomeError
        As for `read_bed`.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a.bed"
    >>> _ = file.write_text("chr1\t5\t9\tone\nchr1\t7\t9\n")
    >>> frame, n_columns = read_loose_bed(file, Genome(["chr1"], [100]))
    >>> frame["name"].tolist(), n_columns
    (['one', ''], 4)
    """
    rows = IntervalRows(ChromColumns(genome, what=os.fspath(path)))
    n_columns = 0
    for piece in read_line_tables(path, _LOOSE, _six):
        add_bed_rows(rows, piece)
        n_columns = max(n_columns, int(piece.widths.max()))
    return rows.frame(sort=sort), n_columns


def _six(fields: list[str]) -> list[Field]:
    del fields
    return [*_coordinates(), Field("name", 3, "text"), Field("score", 4, "text"), _strand()]


def _coordinates() -> list[Field]:
    return [Field("chrom", 0, "label"), Field("start", 1, "whole"), Field("end", 2, "whole")]


def _strand() -> Field:
    return Field("strand", _STRAND, "label")


def add_bed_rows(rows: IntervalRows, piece: LineTable) -> None:
    """Take the rows of a piece whose columns are named as in BED.

    Parameters
    ----------
    rows : IntervalRows
        Takes them.
    piece : LineTable
        With `chrom`, `start`, `end` and any others.

    Raises
    ------
    CorruptFileError, UnknownChromosomeError
        As for `read_bed`.
    """
    table = piece.table
    places = table["start"].to_numpy(np.int64), table["end"].to_numpy(np.int64)
    more: dict[str, Any] = {name: table[name] for name in table.columns if name not in _PLACES}
    if "strand" in more:
        more["strand"] = strand_signs(piece)
    rows.add(piece, places, more)


def _check_columns(columns: Sequence[str] | None) -> None:
    names = [*_PLACES, *(columns or ())]
    if isinstance(columns, str) or len(set(names)) < len(names):
        raise NameCollisionError(f"columns= must be different names; found {columns!r}")


def _kinds(path: AnyPath) -> dict[str, str]:
    """Return the further columns that a file may have, by its ending."""
    endings = [ending.lower() for ending in Path(os.fspath(path)).suffixes[-2:]]
    known = next((_KINDS[ending] for ending in endings if ending in _KINDS), None)
    return BED_FIELDS | _THICK | _BLOCKS if known is None else known


def _fields(kinds: dict[str, str], columns: Sequence[str] | None, fields: list[str]) -> list[Field]:
    """Return what to read of a file with so many columns."""
    further = len(fields) - len(_PLACES)
    if columns is not None:
        kinds = {name: BED_FIELDS.get(name, "text") for name in columns}
        found = dict(list(kinds.items())[:further])
    else:
        found = dict(list(kinds.items())[:further])
        found |= {f"column_{k + 4}": "text" for k in range(len(found), further)}
    return [
        *_coordinates(),
        *(Field(name, k, kind) for k, (name, kind) in enumerate(found.items(), 3)),  # type: ignore[arg-type]
    ]


def _as_numbers(column: pd.Series) -> pd.Series:
    """Return a column of texts as numbers, if all of them are."""
    if not pd.api.types.is_string_dtype(column.dtype):
        return column
    if len(column) and _is_word(str(column.iloc[0])):
        return column
    try:
        numbers: pd.Series = pd.to_numeric(column.mask(column.isin(["", "."])))
    except (ValueError, OverflowError):
        return column
    return numbers if numbers.notna().any() else column


def _is_word(text: str) -> bool:
    """Tell cheaply that a column is no numbers."""
    return text not in {"", "."} and text[0] not in "+-.0123456789" and text.lower() != "nan"
