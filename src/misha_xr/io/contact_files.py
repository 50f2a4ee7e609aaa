"""Text files of contacts: pairs, intervals with a value, fragment ends with a count."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError, IntervalError
from misha_xr.io.chrom_names import ChromColumns
from misha_xr.io.text_columns import (
    MAX_LINE_BYTES,
    ColumnPlan,
    TextPiece,
    first_lines,
    open_bytes,
    read_columns,
)

__all__ = ["AnyPath", "ContactEnds", "read_contacts"]

AnyPath = str | os.PathLike[str]
Int64s = NDArray[np.int64]

_INTERVALS = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")
_PAIRS = ("chr1", "pos1", "chr2", "pos2")
_STANDARD_PAIRS = ("readID", *_PAIRS)
_UNMAPPED = "!"
_MAX_HEADER = 1_000_000


class ContactEnds(NamedTuple):
    """Some contacts.

    Attributes
    ----------
    codes1, codes2 : int32 array, shape (n,)
        Chromosomes of both ends.
    at1, at2 : int64 array, shape (n,)
        Positions from 0, inside the chromosomes.
    values : float64 array, shape (n,)
        Values.

    Examples
    --------
    >>> none = np.empty(0, np.int64)
    >>> len(ContactEnds(none, none, none, none, np.empty(0)).values)
    0
    """

    codes1: NDArray[np.int32]
    at1: Int64s
    codes2: NDArray[np.int32]
    at2: Int64s
    values: NDArray[np.float64]


class _Fends(NamedTuple):
    """Fragment ends: an index of their names, and where they lie (-1: unknown chromosome)."""

    names: pd.Index[str]
    codes: NDArray[np.int32]
    places: Int64s


def read_contacts(
    paths: Sequence[AnyPath], names: ChromColumns, fends: AnyPath | None = None
) -> Iterator[ContactEnds]:
    """Yield the contacts of files; what each file is shows in its header.

    Parameters
    ----------
    paths : sequence of paths
        See `import_contacts`.
    names : ChromColumns
        Looks chromosomes up; told to finish at the end.
    fends : path, optional
        Table of fragment ends; the files then name these.

    Yields
    ------
    ContactEnds
        Contacts on known chromosomes, in the order of the lines.

    Raises
    ------
    CorruptFileError, IntervalError, UnknownChromosomeError
        As for `import_contacts`.

    Examples
    --------
    >>> from misha_xr.genome import Genome
    >>> list(read_contacts([], ChromColumns(Genome(["a"], [9]))))
    []
    """
    table = None if fends is None else _read_fends(fends, names)
    for path in paths:
        if table is not None:
            yield from _fend_contacts(path, table)
        elif (header := first_lines(path, 1)) and header[0].startswith("#"):
            yield from _pairs(path, names)
        else:
            yield from _intervals(path, names, header)
    names.finish()


def _pairs(path: AnyPath, names: ChromColumns) -> Iterator[ContactEnds]:
    """Read 4DN pairs: positions from 1, unmapped ends marked by their chromosome."""
    columns, n_lines = _pairs_header(path)
    kinds = {"chr1": "text", "chr2": "text", "pos1": "whole", "pos2": "whole"}
    plan = [ColumnPlan(name, columns.index(name), kinds[name]) for name in _PAIRS]
    for piece in read_columns(path, plan, skip=n_lines):
        at1, at2 = (piece.table[name].to_numpy(np.int64) - 1 for name in ("pos1", "pos2"))
        ones = np.ones(len(at1))
        yield _located(piece, names, ("chr1", "chr2"), at1, at2, ones)


def _pairs_header(path: AnyPath) -> tuple[list[str], int]:
    columns, n_lines = list(_STANDARD_PAIRS), 0
    with open_bytes(path) as file:
        for line in iter(lambda: file.readline(MAX_LINE_BYTES), b""):
            if not line.startswith(b"#") or n_lines == _MAX_HEADER:
                break
            n_lines += 1
            if line.startswith(b"#columns:"):
                columns = line.decode(errors="replace").split(":", 1)[1].split()
    missing = [name for name in _PAIRS if name not in columns]
    # Some writers say chrom1 for chr1.
    columns = [name.replace("chrom", "chr") if missing else name for name in columns]
    missing = [name for name in _PAIRS if name not in columns]
    if missing:
        raise CorruptFileError(f"{path}: its header names no column {', '.join(missing)}")
    return columns, n_lines


def _intervals(path: AnyPath, names: ChromColumns, header: list[str]) -> Iterator[ContactEnds]:
    """Read two intervals and a value per line: the ends of the contact are their middles."""
    found = header[0].split("\t") if header else []
    missing = [name for name in _INTERVALS if name not in found]
    if missing or len(found) < 7:
        what = f"no column {', '.join(missing)}" if missing else "no column for the value"
        raise CorruptFileError(
            f"{path}, line 1: {what} in the header {(header or [''])[0][:200]!r}",
            hint="a table with tabs: chrom1, start1, end1, chrom2, start2, end2, value; or .pairs",
        )
    value = next(name for name in ("value", *found) if name in found and name not in _INTERVALS)
    plan = [
        ColumnPlan(name, found.index(name), "text" if name.startswith("chrom") else "whole")
        for name in _INTERVALS
    ]
    for piece in read_columns(path, [*plan, ColumnPlan("_", found.index(value), "number")], skip=1):
        table = piece.table
        sides = [
            (table[f"start{side}"].to_numpy(np.int64), table[f"end{side}"].to_numpy(np.int64))
            for side in "12"
        ]
        for start, end in sides:
            _refuse((start < 0) | (end <= start), piece.where, "0 <= start < end does not hold")
        at1, at2 = (start + (end - start) // 2 for start, end in sides)
        values = table["_"].to_numpy(np.float64)
        last = sides[0][1] - 1, sides[1][1] - 1
        yield _located(piece, names, ("chrom1", "chrom2"), at1, at2, values, last)


def _located(
    piece: TextPiece,
    names: ChromColumns,
    columns: tuple[str, str],
    at1: Int64s,
    at2: Int64s,
    values: NDArray[np.float64],
    last: tuple[Int64s, Int64s] | None = None,
) -> ContactEnds:
    """Look chromosomes up, drop what is skipped, refuse what lies outside."""
    codes1, codes2 = (
        names.codes(piece.table[column], piece.where, missing=_UNMAPPED) for column in columns
    )
    known = (codes1 >= 0) & (codes2 >= 0)
    for codes, at, end in zip((codes1, codes2), (at1, at2), last or (at1, at2), strict=True):
        outside = known & ((at < 0) | (end >= names.genome.sizes[codes]))
        _refuse(outside, piece.where, "a position outside its chromosome")
    if known.all():
        return ContactEnds(codes1, at1, codes2, at2, values)
    return ContactEnds(codes1[known], at1[known], codes2[known], at2[known], values[known])


def _refuse(bad: NDArray[np.bool_], where: Callable[[int], str], problem: str) -> None:
    if bad.any():
        place, _, line = where(int(bad.argmax())).rpartition(": ")
        raise IntervalError(f"{place}: {problem}: {line}")


def _read_fends(path: AnyPath, names: ChromColumns) -> _Fends:
    header = (first_lines(path, 1) or [""])[0].split("\t")
    plan = _plan(path, header, {"fend": "text", "chr": "text", "coord": "whole"})
    parts = []
    for piece in read_columns(path, plan, skip=1):
        codes = names.codes(piece.table["chr"], piece.where)
        at = piece.table["coord"].to_numpy(np.int64)
        outside = (codes >= 0) & ((at < 0) | (at >= names.genome.sizes[codes]))
        _refuse(outside, piece.where, "a position outside its chromosome")
        parts.append((piece.table["fend"].astype(object).to_numpy(), codes, at))
    if not parts:
        raise CorruptFileError(f"{path}: no fragment ends")
    fend, codes, at = (np.concatenate(each) for each in zip(*parts, strict=True))
    index = pd.Index(fend)
    if not index.is_unique:
        raise CorruptFileError(f"{path}: fend {index[index.duplicated()][0]!r} is there twice")
    return _Fends(index, codes, at)


def _fend_contacts(path: AnyPath, fends: _Fends) -> Iterator[ContactEnds]:
    header = (first_lines(path, 1) or [""])[0].split("\t")
    plan = _plan(path, header, {"fend1": "text", "fend2": "text", "count": "number"})
    for piece in read_columns(path, plan, skip=1):
        rows = []
        for name in ("fend1", "fend2"):
            column = piece.table[name].cat
            places = fends.names.get_indexer(column.categories.astype(object))
            found = places[column.codes]
            _refuse(found < 0, piece.where, "Unknown fend id")
            rows.append(found)
        known = (fends.codes[rows[0]] >= 0) & (fends.codes[rows[1]] >= 0)
        one, two = (found[known] for found in rows)
        values = piece.table["count"].to_numpy(np.float64)[known]
        yield ContactEnds(
            fends.codes[one], fends.places[one], fends.codes[two], fends.places[two], values
        )


def _plan(path: AnyPath, header: list[str], kinds: dict[str, str]) -> list[ColumnPlan]:
    missing = [name for name in kinds if name not in header]
    if missing:
        raise CorruptFileError(
            f"{path}, line 1: no column {', '.join(missing)} in the header {header[:8]!r}",
            hint=f"a table with tabs: {', '.join(kinds)}",
        )
    return [ColumnPlan(name, header.index(name), kind) for name, kind in kinds.items()]
