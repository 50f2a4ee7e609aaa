"""Reads columns of large text files in pieces, gz and bgz too; a bad line is named.

Nothing here runs row by row unless a line is bad and has to be found.
"""

from __future__ import annotations

import gzip
import io
import itertools
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import pandas as pd

from misha_xr.errors import CorruptFileError, MissingFileError
from misha_xr.formats.compressed import check_end_of_bgzip

__all__ = ["ColumnPlan", "TextPiece", "first_lines", "open_bytes", "read_columns"]

PIECE_ROWS = 1 << 19
MAX_LINE_BYTES = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
# Not the empty text: that is how a line with too few columns is noticed.
_NOT_A_NUMBER = ["NA", "nan", "NaN", "NAN"]
_N_SHOWN = 200

AnyPath = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column that is wanted.

    Attributes
    ----------
    name : str
        What it is called here.
    place : int
        Its position in the file, from 0.
    kind : {"text", "whole", "number"}
        Text comes as a categorical; whole numbers as int64; numbers as float64, where ``NA``
        and ``nan`` are NaN.

    Examples
    --------
    >>> ColumnPlan("start1", 1, "whole").kind
    'whole'
    """

    name: str
    place: int
    kind: str


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Some lines.

    Attributes
    ----------
    path : str
        The file.
    first_line : int
        Number of the first line in the file, from 1.
    table : DataFrame
        The columns wanted, a row per line.

    Examples
    --------
    >>> TextPiece("a.txt", 2, pd.DataFrame({"value": [1.5]})).first_line
    2
    """

    path: str
    first_line: int
    table: pd.DataFrame

    def where(self, row: int) -> str:
        """Say where a row stands, and what its line is.

        Parameters
        ----------
        row : int
            Of the table.

        Returns
        -------
        str
            ``<file>, line <number>: '<content>'``.
        """
        number = self.first_line + row
        with open_bytes(self.path) as file:
            line = next(itertools.islice(file, number - 1, None), b"")
        return f"{self.path}, line {number}: {_shown(line)}"


@contextmanager
def open_bytes(path: AnyPath) -> Iterator[IO[bytes]]:
    r"""Open a file; gzip (also of many members, as bgzip writes) is unpacked on the way.

    Parameters
    ----------
    path : path-like
        The file.

    Yields
    ------
    binary file
        Plain bytes.

    Raises
    ------
    MissingFileError
        If it is not there.
    CorruptFileError
        If the compressed data are spoilt or cut short.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> with open_bytes(example_database_path() / "chrom_sizes.txt") as file:
    ...     file.readline()
    b'chr1\t500000\n'
    """
    name = os.fspath(path)
    if not Path(name).is_file():
        problem = "a folder, not a file" if Path(name).is_dir() else "file not found"
        raise MissingFileError(f"{name}: {problem}")
    with Path(name).open("rb") as raw:
        magic = raw.read(2)
        raw.seek(0)
        if magic != _GZIP_MAGIC:
            yield raw
            return
        check_end_of_bgzip(raw, name)
        try:
            with gzip.open(raw, "rb") as unpacked:
                yield cast(IO[bytes], unpacked)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise CorruptFileError.at(name, raw.tell(), f"spoilt gzip data ({error})") from error


def first_lines(path: AnyPath, n: int = 1) -> list[str]:
    r"""Return the first lines of a file, without their ends.

    Parameters
    ----------
    path : path-like
        The file.
    n : int
        How many at most.

    Returns
    -------
    list of str
        Bytes that are no UTF-8 are replaced; a line longer than a MiB comes in parts.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> first_lines(example_database_path() / "chrom_sizes.txt")
    ['chr1\t500000']
    """
    with open_bytes(path) as file:
        lines = itertools.islice(iter(lambda: file.readline(MAX_LINE_BYTES), b""), n)
        return [line.decode(errors="replace").rstrip("\r\n") for line in lines]


def read_columns(path: AnyPath, columns: list[ColumnPlan], *, skip: int = 0) -> Iterator[TextPiece]:
    """Yield columns of a file with tabs between them.

    Parameters
    ----------
    path : path-like
        The file; gzip is unpacked on the way.
    columns : list of ColumnPlan
        Which ones; others are not looked at.
    skip : int
        Lines of its header.

    Yields
    ------
    TextPiece
        Half a million lines at a time.

    Raises
    ------
    CorruptFileError
        For a bad line, or one longer than a MiB: names the file, the line and its content.

    Examples
    --------
    >>> from misha_xr.database import example_database_path
    >>> plan = [ColumnPlan("size", 1, "whole")]
    >>> piece = next(read_columns(example_database_path() / "chrom_sizes.txt", plan))
    >>> piece.table["size"].tolist()
    [500000, 300000, 200000]
    """
    name, done = os.fspath(path), skip
    try:
        with open_bytes(name) as file:
            bounded = io.BufferedReader(_BoundedLines(file, name))
            for table in _tables(bounded, columns, skip):
                if len(table):
                    yield TextPiece(name, done + 1, table)
                done += len(table)
    except (ValueError, pd.errors.ParserError, OverflowError) as error:
        if isinstance(error, CorruptFileError):
            raise
        raise _bad_line(name, columns, skip, error) from error


class _BoundedLines(io.RawIOBase):
    """A file whose lines are not endless: the parser keeps the whole of one."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self._file, self._path = file, path
        self._n_lines = self._n_open = 0  # lines that are done; bytes of the next one

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._file.read(min(len(buffer), MAX_LINE_BYTES))
        buffer[: len(block)] = block
        first, last = block.find(b"\n"), block.rfind(b"\n")
        if self._n_open + (len(block) if first < 0 else first) > MAX_LINE_BYTES:
            raise CorruptFileError(
                f"{self._path}, line {self._n_lines + 1}: longer than {MAX_LINE_BYTES:,} bytes",
                hint="is this a text file?",
            )
        self._n_lines += block.count(b"\n")
        self._n_open = len(block) - 1 - last if last >= 0 else self._n_open + len(block)
        return len(block)


def _tables(file: IO[bytes], columns: list[ColumnPlan], skip: int) -> Iterator[pd.DataFrame]:
    columns = sorted(columns, key=lambda column: column.place)
    types = {"text": "category", "whole": "int64", "number": "float64"}
    numbers = [column.name for column in columns if column.kind == "number"]
    options: dict[str, Any] = {
        "sep": "\t",
        "header": None,
        "names": [column.name for column in columns],
        "usecols": [column.place for column in columns],
        "dtype": {column.name: types[column.kind] for column in columns},
        "skiprows": skip,
        "chunksize": PIECE_ROWS,
        "keep_default_na": False,
        "na_values": dict.fromkeys(numbers, _NOT_A_NUMBER),
        "na_filter": bool(numbers),
        "skip_blank_lines": False,
        "quoting": 3,
        "engine": "c",
        "index_col": False,
        "encoding_errors": "replace",
    }
    try:
        with pd.read_csv(file, **options) as reader:
            yield from reader
    except pd.errors.EmptyDataError:
        return


def _bad_line(
    path: str, columns: list[ColumnPlan], skip: int, error: Exception
) -> CorruptFileError:
    """Find the line that could not be read, line by line."""
    with open_bytes(path) as file:
        for number, line in enumerate(itertools.islice(file, skip, None), skip + 1):
            fields = line.decode(errors="replace").rstrip("\r\n").split("\t")
            problem = _problem(fields, columns)
            if problem:
                return CorruptFileError(f"{path}, line {number}: {problem}: {_shown(line)}")
    return CorruptFileError(f"{path}: not a table of columns with tabs between them ({error})")


def _problem(fields: list[str], columns: list[ColumnPlan]) -> str:
    """Say what is wrong with a line; nothing if it is good."""
    needed = 1 + max(column.place for column in columns)
    if len(fields) < needed:
        return f"expected {needed} columns with tabs between them, found {len(fields)}"
    for column in columns:
        text = fields[column.place].strip()
        try:
            if column.kind == "whole" and not -(2**63) <= int(text) < 2**63:
                return f"{column.name} is too large"
            if column.kind == "number" and text not in _NOT_A_NUMBER:
                float(text)
        except ValueError:
            wanted = "a whole number" if column.kind == "whole" else "a number"
            return f"{column.name} is not {wanted}"
    return ""


def _shown(line: bytes) -> str:
    text = line.decode(errors="replace").rstrip("\r\n")
    return repr(text if len(text) <= _N_SHOWN else f"{text[:_N_SHOWN]}...")
