"""Lines of tables in text, told apart as bytes: comments go, odd ends of lines and blanks too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from misha_xr.io.text_lines import bad_line, line_blocks

__all__ = ["RowBlock", "TextForm", "line_spans", "row_blocks"]

AnyPath = str | os.PathLike[str]

BLOCK_BYTES = 1 << 23
_MARK = b"\xef\xbb\xbf"
_NEWLINE, _SPACE = 10, 32


@dataclass(frozen=True, slots=True)
class TextForm:
    """What lines of a format look like.

    Attributes
    ----------
    n_fields : int
        The smallest number of columns of a line.
    same_width : bool
        Whether all lines have as many columns as the first.
    comments : tuple of bytes
        Words; a line that is one of them, or begins with one and a blank, is no row. Neither is
        one that begins with ``#``, or an empty one.
    stop : bytes
        A line that begins so ends the table.
    blanks : bool
        Columns are separated by blanks if the first row has no tab.

    Examples
    --------
    >>> TextForm(3).comments
    ()
    """

    n_fields: int
    same_width: bool = False
    comments: tuple[bytes, ...] = ()
    stop: bytes = b""
    blanks: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RowBlock:
    r"""Some rows of a table.

    Attributes
    ----------
    data : bytes
        Their lines, each with an end; tabs between columns.
    lines : int64 array, shape (n,)
        The number of each in its file, from 1.

    Examples
    --------
    >>> RowBlock(b"a\n", np.array([3])).lines.tolist()
    [3]
    """

    data: bytes
    lines: NDArray[np.int64]


def row_blocks(path: AnyPath, form: TextForm) -> Iterator[RowBlock]:
    r"""Yield the rows of a table, without what is between them.

    Parameters
    ----------
    path : path-like
        Plain, gzip or bgzip.
    form : TextForm
        What lines look like.

    Yields
    ------
    RowBlock
        At least one row.

    Raises
    ------
    CorruptFileError
        For spoilt compressed data, a NUL byte, a carriage return inside a line, or a line of more
        than a MiB; names file and line.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("# sizes\nchr1\t5\n")
    >>> [block.data for block in row_blocks(file, TextForm(2))]
    [b'chr1\t5\n']
    """
    blanks: bool | None = None if form.blanks else False
    for first, block in _until(form.stop, _line_blocks(path)):
        data, is_row = _rows(_clean(path, first, block), form.comments)
        if not data:
            continue
        if blanks is None:
            blanks = b"\t" not in data[: data.index(b"\n")]
        yield RowBlock(_tabbed(data) if blanks else data, np.flatnonzero(is_row) + first)


def _line_blocks(path: AnyPath) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines, and the number of the first of them."""
    line = 1
    for block in line_blocks(path, block_bytes=BLOCK_BYTES):
        data = block.data[: block.n_bytes].tobytes()
        yield line, data
        line += data.count(b"\n")


def _until(stop: bytes, blocks: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Cut the table off at the line that ends it."""
    for first, data in blocks:
        at = -1
        if stop:
            at = 0 if data.startswith(stop) else data.find(b"\n" + stop) + 1 or -1
        yield first, data if at < 0 else data[:at]
        if at >= 0:
            return


def _clean(path: AnyPath, first: int, data: bytes) -> bytes:
    """Take ends of lines as Windows has them, and refuse what a text has not."""
    if first == 1:
        data = data.removeprefix(_MARK)
    if not data.endswith(b"\n"):
        data += b"\n" if data else b""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    for byte, problem in ((b"\r", "a carriage return inside"), (b"\0", "a NUL byte")):
        if (at := data.find(byte)) >= 0:
            raise bad_line(path, first + data.count(b"\n", 0, at), problem)
    return data


def line_spans(data: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    r"""Tell lines apart.

    Parameters
    ----------
    data : bytes
        Whole lines.

    Returns
    -------
    starts, stops : int64 array, shape (n,)
        Where they start, and where their ends are.

    Examples
    --------
    >>> line_spans(b"ab\nc\n")[1].tolist()
    [2, 4]
    """
    stops = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)
    return np.concatenate([np.zeros(min(len(stops), 1), np.int64), stops[:-1] + 1]), stops


def _rows(data: bytes, words: tuple[bytes, ...]) -> tuple[bytes, NDArray[np.bool_]]:
    """Leave lines out that are no rows; tell which ones are."""
    starts, stops = line_spans(data)
    chars = np.frombuffer(data, np.uint8)
    head = chars[starts]
    skipped = (head == _NEWLINE) | (head == ord("#"))
    for word in words:
        maybe = np.flatnonzero((head == word[0]) & (stops - starts >= len(word)))
        for k, char in enumerate(word):
            maybe = maybe[chars[starts[maybe] + k] == char]
        skipped[maybe[chars[starts[maybe] + len(word)] <= _SPACE]] = True
    if skipped.any():
        data = chars[np.repeat(~skipped, stops + 1 - starts)].tobytes()
    return data, ~skipped


def _tabbed(data: bytes) -> bytes:
    """Put a tab in place of each run of blanks."""
    chars = np.frombuffer(data.replace(b"\t", b" "), np.uint8)
    is_space = chars == _SPACE
    kept = ~is_space
    kept[:-1] |= is_space[:-1] & ~is_space[1:] & (chars[1:] != _NEWLINE)
    starts = np.concatenate([[0], np.flatnonzero(chars == _NEWLINE)[:-1] + 1])
    lead = starts[is_space[starts]]
    while len(lead):  # blanks at the beginning of lines; as many rounds as there are blanks
        kept[lead] = False
        lead = lead[is_space[lead + 1]] + 1
    text: bytes = chars[kept].tobytes()
    return text.replace(b" ", b"\t")
