"""Array tracks out of several sources: text tables and other array tracks, joined by interval."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.database import Store
from misha_xr.database.writing.array_tracks import create_array
from misha_xr.database.writing.interval_tracks import TrackOptions
from misha_xr.errors import IntervalError
from misha_xr.intervals import Intervals, sort_order, to_intervals
from misha_xr.query import extract_array

__all__ = ["import_arrays", "join_tables", "read_array_table"]

_PLACES = ["chrom", "start", "end"]
_MISSING = frozenset({"", "NA", "NaN", "nan"})


class ArrayTable(NamedTuple):
    """A source of an array track.

    Attributes
    ----------
    label : str
        What it is, for messages.
    frame : DataFrame
        `chrom`, `start`, `end`, and a column of numbers for each of the track.

    Examples
    --------
    >>> ArrayTable("a file", pd.DataFrame({"chrom": [], "start": [], "end": []})).label
    'a file'
    """

    label: str
    frame: pd.DataFrame


def import_arrays(
    store: Store,
    name: str,
    sources: Sequence[str | os.PathLike[str]],
    *,
    created_by: str | None = None,
    **options: Unpack[TrackOptions],
) -> None:
    r"""Make an array track of files and of other array tracks.

    Parameters
    ----------
    store : Store
        The database.
    name : str
        Of the new track.
    sources : sequence of str or path-like
        Names of array tracks, and files as `read_array_table` reads them.
    created_by : str, optional
        What the attribute of that name says. Default: this call.
    **options
        As for `misha_xr.database.writing.new_track`.

    Raises
    ------
    ValueError
        If there is no source.
    FileNotFoundError
        If a source is neither a track nor a file.
    TrackTypeError
        If a track is of another type.
    IntervalError
        If sources disagree; see `join_tables`. All before anything is written.

    Examples
    --------
    >>> import misha_xr, tempfile
    >>> db = misha_xr.example_database(copy=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "table.tsv")
    ...     _ = path.write_text("chrom\tstart\tend\tliver\nchr1\t0\t9\t1.5\n")
    ...     import_arrays(db.store, "tissues", [path])
    >>> db.extract_array("tissues")["liver"].tolist()
    [1.5]
    """
    if not sources:
        raise ValueError("at least one source is required: a file or an array track")
    table = join_tables(store, [_open(store, source) for source in sources])
    shown = ", ".join(repr(os.fspath(source)) for source in sources)
    origin = created_by or f"import_arrays({name!r}, [{shown}])"
    create_array(store, name, table, created_by=origin, **options)


def _open(store: Store, source: str | os.PathLike[str]) -> ArrayTable:
    if isinstance(source, str) and store.has_track(source):
        frame = extract_array(store, source).drop(columns="intervalID")
        return ArrayTable(f"track {source}", frame)
    path = Path(source)
    if not path.is_file():
        raise FileNotFoundError(f"{source} is no array track and no file: source file not found")
    return ArrayTable(f"file {path}", read_array_table(path))


def read_array_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    r"""Read a text table of intervals with named values.

    Parameters
    ----------
    path : path-like
        Tab-separated, with a header ``chrom start end name...``; also compressed. Empty fields,
        ``NA`` and ``nan`` are missing.

    Returns
    -------
    DataFrame
        `chrom` (text), `start`, `end` (int64), float64 columns.

    Raises
    ------
    IntervalError
        If a column or a number is missing or is none; names file, line and content.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "table.tsv")
    ...     _ = path.write_text("chrom\tstart\tend\tliver\nchr1\t0\t9\tNA\n")
    ...     read_array_table(path)["liver"].tolist()
    [nan]
    """
    try:
        texts = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise IntervalError(f"{path} is no tab-separated table: {error}") from error
    if texts.columns[:3].tolist() != _PLACES or len(texts.columns) < 4:
        found = " ".join(map(str, texts.columns[:8]))
        raise IntervalError(
            f"{path}, line 1: expected a header 'chrom start end name...'; found {found!r}"
        )
    numbers = {name: _numbers(path, texts, name) for name in texts.columns[1:]}
    places = {name: numbers.pop(name).astype(np.int64) for name in _PLACES[1:]}
    return pd.DataFrame({"chrom": texts["chrom"], **places, **numbers})


def _numbers(path: object, texts: pd.DataFrame, name: str) -> pd.Series[float]:
    """Return a column as numbers; coordinates are whole and never missing."""
    numbers = pd.to_numeric(texts[name], errors="coerce").astype(np.float64)
    wrong = numbers.isna()
    if name in _PLACES:
        wrong |= numbers % 1 != 0
    elif wrong.any():
        wrong &= ~texts[name].str.strip().isin(_MISSING)
    if wrong.any():
        row = int(np.argmax(wrong))
        line = "\t".join(texts.iloc[row])
        raise IntervalError(
            f"{path}, line {row + 2}: {texts[name].iloc[row]!r} is no number for {name}: {line!r}"
        )
    return numbers


def join_tables(store: Store, tables: Sequence[ArrayTable]) -> pd.DataFrame:
    """Join tables interval by interval, and columns of one name.

    Parameters
    ----------
    store : Store
        Knows the chromosomes.
    tables : sequence of ArrayTable
        Intervals that two of them hold must be equal or disjoint.

    Returns
    -------
    DataFrame
        `chrom`, `start`, `end` in genome order, each interval once; the columns of all tables in
        the order of their first appearance. NaN where no table has a value.

    Raises
    ------
    IntervalError
        If intervals overlap without being equal, or two values of one cell differ; names both
        sources.
    UnknownChromosomeError
        If the genome lacks a chromosome.

    Notes
    -----
    Source: the rules of R misha for imports of array tracks.

    Examples
    --------
    >>> import misha_xr
    >>> rows = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [9]})
    >>> store = misha_xr.example_database().store
    >>> both = [ArrayTable("one", rows.assign(a=1.0)), ArrayTable("two", rows.assign(b=2.0))]
    >>> join_tables(store, both)[["a", "b"]].to_numpy().tolist()
    [[1.0, 2.0]]
    """
    parts = [to_intervals(table.frame, store.genome, what=table.label) for table in tables]
    counts = [len(part) for part in parts]
    every = Intervals(
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )
    order = sort_order(every)
    owners = np.repeat(np.arange(len(tables)), counts)
    rows, distinct = _numbered(store, every, order, owners, tables)
    frame = store.genome.frame(distinct.codes, distinct.starts, distinct.ends)
    stops = np.cumsum(counts)
    for table, stop, n in zip(tables, stops, counts, strict=True):
        _fill(frame, table, rows[stop - n : stop], tables)
    return frame


def _numbered(
    store: Store,
    every: Intervals,
    order: NDArray[np.int64],
    owners: NDArray[np.int64],
    tables: Sequence[ArrayTable],
) -> tuple[NDArray[np.int64], Intervals]:
    """Return the number of each interval among the distinct ones, and these."""
    iv = every.take(order)
    same_chrom = iv.codes[1:] == iv.codes[:-1]
    is_same = same_chrom & (iv.starts[1:] == iv.starts[:-1]) & (iv.ends[1:] == iv.ends[:-1])
    owner = owners[order]
    is_met = same_chrom & (iv.starts[1:] < iv.ends[:-1])
    wrong = is_met & ~(is_same & (owner[1:] != owner[:-1]))
    if wrong.any():
        at = int(np.argmax(wrong))
        one, two = (
            f"({store.genome.name(int(iv.codes[k]))}, {iv.starts[k]}, {iv.ends[k]}) of "
            f"{tables[owner[k]].label}"
            for k in (at, at + 1)
        )
        raise IntervalError(f"interval {one} overlaps interval {two}")
    is_first = np.concatenate([np.ones(min(len(iv), 1), np.bool_), ~is_same])
    rows = np.empty(len(iv), np.int64)
    rows[order] = np.cumsum(is_first) - 1
    return rows, iv.take(is_first)


def _fill(
    frame: pd.DataFrame,
    table: ArrayTable,
    rows: NDArray[np.int64],
    tables: Sequence[ArrayTable],
) -> None:
    """Put the values of a source into the rows of the whole; the same cell has one value."""
    for name in table.frame.columns.drop(_PLACES):
        if name not in frame.columns:
            frame[name] = np.nan
        column = frame[name].to_numpy(copy=True)
        values = table.frame[name].to_numpy(np.float64)
        differs = (column[rows] != values) & ~np.isnan(column[rows]) & ~np.isnan(values)
        if differs.any():
            at = int(np.argmax(differs))
            row = frame.iloc[int(rows[at])]
            others = [t.label for t in tables if t is not table and name in t.frame.columns]
            raise IntervalError(
                f"two values in column {name!r} for interval ({row['chrom']}, {row['start']}, "
                f"{row['end']}): {values[at]:g} of {table.label}, {column[rows[at]]:g} of "
                f"{' or '.join(others)}"
            )
        has_value = ~np.isnan(values)
        column[rows[has_value]] = values[has_value]
        frame[name] = column
