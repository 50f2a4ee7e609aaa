"""Tables of intervals as BED files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from misha_xr.errors import IntervalColumnsError, IntervalError
from misha_xr.intervals.binding import bind
from misha_xr.intervals.construct import strand_codes
from misha_xr.intervals.references import GenomeLike
from misha_xr.io.text_file import new_text_file

__all__ = ["export_bed"]

CHUNK_ROWS = 1 << 17
_STANDARD = ("name", "score", "strand")
_ABSENT = {"name": ".", "score": "0", "strand": "."}
_SIGNS = np.array([".", "+", "-"], object)  # by strand: 0, 1, -1
_COMMENTS = ("track", "browser")
_BREAKS = "\t\n\r\0"


def export_bed(
    frame: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    columns: Sequence[str] = (),
    genome: GenomeLike | None = None,
    overwrite: bool = False,
) -> Path:
    r"""Write intervals as BED.

    Parameters
    ----------
    frame : DataFrame, shape (n, >= 3)
        `chrom`, `start`, `end` (base pairs, 0-based, half-open) in any order; of other columns
        `name`, `score` and `strand` are written, up to the last of them that there is.
    path : path-like
        The file; compressed with gzip if its name ends in ``.gz``.
    columns : sequence of str
        Further columns, from the seventh on.
    genome : Genome, Database, Dataset, mapping of str to int, or str, optional
        Ends are checked against it; names are written as it spells them.
    overwrite : bool
        Replace a file that is there.

    Returns
    -------
    Path
        The file, absolute. It is complete or absent.

    Raises
    ------
    IntervalError
        If rows are no intervals, or texts hold tabs or line ends.
    IntervalColumnsError
        If one of ``columns`` is not there.
    OutputError, OutputExistsError
        If the file cannot be written.

    Notes
    -----
    Rows keep their order. Numbers are written so that they read back as they are; missing values
    as ``.``. A table without names but with strands has ``.`` for names and 0 for scores.
    Source: UCSC, BED format.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame({"chrom": ["chr1"], "start": [5], "end": [9], "strand": [-1]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_bed(frame, Path(folder, "a.bed")).read_text()
    'chr1\t5\t9\t.\t0\t-\n'
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise IntervalColumnsError(f"no column {missing[0]!r} in the table: {list(frame.columns)}")
    bound = bind([frame], genome=genome)
    table = _table(frame, columns)
    if bound.genome is not None:
        table["chrom"] = bound.genome.categorical(bound.tables[0].codes)
    _check_chroms(table["chrom"])
    with new_text_file(path, overwrite=overwrite) as (where, file):
        for lo in range(0, len(table), CHUNK_ROWS):
            file.write(_text(table.iloc[lo : lo + CHUNK_ROWS]))
    return where


def _table(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the columns of the file, as they are written."""
    table = frame[["chrom", "start", "end"]].reset_index(drop=True)
    present = [name for name in _STANDARD if name in frame.columns]
    last = 3 if columns else _STANDARD.index(present[-1]) + 1 if present else 0
    for name in _STANDARD[:last]:
        table[name] = _written(frame[name], name) if name in present else _ABSENT[name]
    for name in columns:
        # A further column may be one of the standard ones again.
        table[f"{name}:"] = _written(frame[name], name)
    return table


def _written(column: pd.Series, name: str) -> Any:
    """Return values in the form that the file has."""
    if name == "strand":
        return _SIGNS[strand_codes(column)]
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("Int64").array
    if pd.api.types.is_float_dtype(column.dtype):
        return _short(column.to_numpy(np.float64, na_value=np.nan))
    if not pd.api.types.is_numeric_dtype(column.dtype):
        _check_texts(column, name)
    return column.array


def _short(values: np.ndarray[Any, Any]) -> Any:
    """Write whole numbers without a point."""
    known = values[~np.isnan(values)]
    is_whole = (known == np.floor(known)) & (np.abs(known) < 2**53)
    has_minus_zero = bool(np.signbit(known[known == 0]).any())
    if not len(known) or not is_whole.all() or has_minus_zero:
        return values
    return pd.array(values, dtype="Float64").astype("Int64")


def _check_texts(column: pd.Series, name: str) -> None:
    texts = column.astype("str") if column.dtype == object else column
    if isinstance(texts.dtype, pd.CategoricalDtype):
        texts = pd.Series(texts.cat.categories.astype("str"))
    if not pd.api.types.is_string_dtype(texts.dtype):
        raise IntervalError(f"column {name!r} is neither text nor numbers: {column.dtype}")
    whole = "".join(texts.dropna().tolist())
    if any(letter in whole for letter in _BREAKS):
        bad = texts.str.contains(f"[{_BREAKS}]", na=False).to_numpy(np.bool_)
        raise IntervalError(
            f"column {name!r} holds a tab or the end of a line, which BED cannot: "
            f"{texts[bad].iloc[0]!r}"
        )


def _check_chroms(column: pd.Series) -> None:
    """Refuse names with which a line would be read as a comment, or as other columns."""
    distinct = pd.Series(column.unique().astype(object) if len(column) else [], dtype="str")
    _check_texts(distinct, "chrom")
    odd = distinct.isin(_COMMENTS) | distinct.str.startswith("#") | (distinct == "")
    if odd.any():
        raise IntervalError(f"a chromosome called {distinct[odd].iloc[0]!r} has no place in BED")


def _text(table: pd.DataFrame) -> bytes:
    text = table.to_csv(
        None, sep="\t", header=False, index=False, na_rep=".", quoting=3, lineterminator="\n"
    )
    return text.encode()
