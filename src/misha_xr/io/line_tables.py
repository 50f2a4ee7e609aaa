"""Tables in text with comments between their lines, in pieces; every row knows its line.

Plain, gzip and bgzip. Nothing here runs line by line unless a line is bad and has to be found.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from misha_xr.errors import CorruptFileError
from misha_xr.io.text_lines import bad_line
from misha_xr.io.text_rows import RowBlock, TextForm, line_spans, row_blocks

__all__ = ["Field", "LineTable", "TextForm", "read_line_tables"]

AnyPath = str | os.PathLike[str]
Plan = Callable[[list[str]], Sequence["Field"]]

_NO_NUMBER = ["", ".", "NA", "nan", "NaN", "NAN"]
_TYPES = {"text": "str", "label": "category", "whole": "int64", "number": "float64"}
# From 3.1 on pandas reads numbers exactly by itself, and warns if told to.
_EXACT = (
    {}
    if int(pd.__version__.split(".")[1]) or pd.__version__[0] > "3"
    else {"float_precision": "round_trip"}
)
_N_SHOWN = 200
_TAB = 9


@dataclass(frozen=True, slots=True)
class Field:
    """One column that is wanted.

    Attributes
    ----------
    name : str
        What it is called here.
    place : int
        Its position in the line, from 0.
    kind : {"text", "label", "whole", "number"}
        Labels are texts that repeat, and come as a categorical; whole numbers as int64; numbers as
        float64, where nothing, ``.`` and ``NA`` are NaN.

    Examples
    --------
    >>> Field("start", 1, "whole").place
    1
    """

    name: str
    place: int
    kind: Literal["text", "label", "whole", "number"]


class LineTable:
    r"""Some rows, and the lines they come from.

    Attributes
    ----------
    path : path-like
        The file.
    table : DataFrame, shape (n, n_columns)
        The columns wanted.
    widths : int32 array, shape (n,)
        Number of columns of each line.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("# names\nchr1\n")
    >>> (piece,) = read_line_tables(file, TextForm(1), lambda fields: [Field("name", 0, "text")])
    >>> piece.where(0).rpartition("/")[2]
    "a.txt, line 2: 'chr1'"
    """

    __slots__ = ("_data", "_starts", "_stops", "lines", "path", "table", "widths")

    def __init__(self, path: AnyPath, block: RowBlock) -> None:
        self.path, self.lines = path, block.lines
        self._data = data = block.data
        self._starts, self._stops = line_spans(data)
        is_tab = np.frombuffer(data, np.uint8) == _TAB
        counts = np.add.reduceat(is_tab, self._starts, dtype=np.int32)
        self.widths = (counts + 1).astype(np.int32, copy=False)
        self.table = pd.DataFrame()

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
        text = "\t".join(self.fields(row))
        shown = text if len(text) <= _N_SHOWN else f"{text[:_N_SHOWN]}..."
        return f"{os.fspath(self.path)}, line {self.lines[row]}: {shown!r}"

    def fields(self, row: int) -> list[str]:
        """Return the columns of a line.

        Parameters
        ----------
        row : int
            Of the table.

        Returns
        -------
        list of str
            All of them.
        """
        line = self._data[self._starts[row] : self._stops[row]]
        return line.decode(errors="replace").split("\t")

    def refuse(self, bad: NDArray[np.bool_], problem: str, *, hint: str | None = None) -> None:
        """Raise for the first bad row, if there is one.

        Parameters
        ----------
        bad : bool array, shape (n,)
            Which rows are bad.
        problem : str
            Why.
        hint : str, optional
            What to do.

        Raises
        ------
        CorruptFileError
            Names file, line, problem and content.
        """
        if bad.any():
            raise bad_line(self.path, int(self.lines[np.argmax(bad)]), problem, hint=hint)

    def parse(self, fields: Sequence[Field]) -> None:
        """Fill the table.

        Parameters
        ----------
        fields : sequence of Field
            What is wanted.

        Raises
        ------
        CorruptFileError
            If a number is none; names file, line and content.
        """
        try:
            self.table = _parsed(self._padded(fields), sorted(fields, key=lambda f: f.place))
        except (ValueError, OverflowError, pd.errors.ParserError) as error:
            for row in range(len(self.lines)):  # a bad line is known to be here
                if problem := _problem(self.fields(row), fields):
                    self.refuse(np.arange(len(self.lines)) == row, problem)
            raise CorruptFileError(f"{self.path}: cannot be read ({error})") from error
        if len(self.table) != len(self.lines):
            raise CorruptFileError(
                f"{self.path}: {len(self.lines):,} lines from line {self.lines[0]} on gave "
                f"{len(self.table):,} rows"
            )

    def _padded(self, fields: Sequence[Field]) -> bytes:
        """Give the first line all columns: the parser takes the number of columns from it."""
        n_missing = max(field.place for field in fields) + 1 - int(self.widths[0])
        stop = int(self._stops[0])
        pad = b"\t" * max(n_missing, 0)
        return self._data[:stop] + pad + self._data[stop:] if pad else self._data


def read_line_tables(path: AnyPath, form: TextForm, plan: Plan) -> Iterator[LineTable]:
    r"""Yield the rows of a table in text.

    Parameters
    ----------
    path : path-like
        Plain, gzip or bgzip, whatever its name says; tabs between columns.
    form : TextForm
        What lines look like.
    plan : callable
        From the columns of the first row to the fields that are wanted.

    Yields
    ------
    LineTable
        Some hundred thousand rows, at least one.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    CorruptFileError
        For a bad line: names file, line and content; for spoilt compressed data.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("chr1\t5\n\nchr2\t7\n")
    >>> plan = lambda fields: [Field("size", 1, "whole")]
    >>> [piece.table["size"].tolist() for piece in read_line_tables(file, TextForm(2), plan)]
    [[5, 7]]
    """
    fields: Sequence[Field] = ()
    width = 0
    for block in row_blocks(path, form):
        piece = LineTable(path, block)
        width = width or int(piece.widths[0])
        _check_widths(piece, form, width)
        fields = fields or plan(piece.fields(0))
        piece.parse(fields)
        yield piece


def _check_widths(piece: LineTable, form: TextForm, width: int) -> None:
    short = piece.widths < form.n_fields
    odd = short | (piece.widths != width) if form.same_width else short
    if odd.any():
        row = int(np.argmax(odd))
        found = int(piece.widths[row])
        wanted = f"at least {form.n_fields}" if short[row] else str(width)
        as_first = "" if short[row] else ", as in the first row"
        problem = f"expected {wanted} columns with tabs between them{as_first}; found {found}"
        piece.refuse(odd, problem)


def _parsed(data: bytes, fields: Sequence[Field]) -> pd.DataFrame:
    numbers = [field.name for field in fields if field.kind == "number"]
    options: dict[str, Any] = {
        "sep": "\t",
        "header": None,
        "names": [field.name for field in fields],
        "usecols": [field.place for field in fields],
        "dtype": {field.name: _TYPES[field.kind] for field in fields},
        "keep_default_na": False,
        "na_values": dict.fromkeys(numbers, _NO_NUMBER),
        "na_filter": bool(numbers),
        "skip_blank_lines": False,
        "quoting": 3,
        "engine": "c",
        "index_col": False,
        "encoding_errors": "replace",
        **_EXACT,
    }
    table: pd.DataFrame = pd.read_csv(io.BytesIO(data), **options)
    return table


def _problem(texts: list[str], fields: Sequence[Field]) -> str:
    """Say what is wrong with a line; nothing if it is good."""
    for field in fields:
        text = texts[field.place].strip() if field.place < len(texts) else ""
        try:
            if field.kind == "whole" and not -(2**63) <= int(text) < 2**63:
                return f"{field.name} is too large"
            if field.kind == "number" and text not in _NO_NUMBER:
                float(text)
        except ValueError:
            wanted = "a whole number" if field.kind == "whole" else "a number"
            return f"{field.name} is not {wanted}"
    return ""
